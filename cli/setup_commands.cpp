// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// pool init, node init, node status: what an operator needs to found or join a real network.
#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/network_files.hpp"
#include "node/net/unix_socket.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;
using encoding::Object;
using encoding::Value;

struct SetupOptions {
    std::string folder;
    std::string alias;
    std::string host;
    std::uint16_t node_port = 9701;
    std::uint16_t client_port = 9702;
    std::string seed_file;
    std::vector<std::string> members;
    std::string trustee_verkey;
    std::string socket;
};

Error invalid(const std::string& what, const std::string& where) {
    return {"SB-5020", what, where,
            "Ask the operator for the public file that `stadtbuch node init` wrote."};
}

/// 32 octets from a private file (raw or with a line end), or fresh ones.
Result<Bytes, Error> seed_from(const std::string& path) {
    if (path.empty()) return keys::random_bytes(keys::os_random(), 32);
    auto text = keys::read_private_file(path);
    if (!text) return Failure{text.error()};
    while (!text->empty() && text->back() == '\n') text->pop_back();
    if (text->size() != 32) {
        return Failure{Error{"SB-5021", "a seed has exactly 32 octets", path,
                             "Give a file with 32 characters."}};
    }
    return bytes_of(std::string_view(*text));
}

/// Keys of a new node, its configuration, and member.json with the public parts for the founder or
/// the trustees.
int node_init(const Context& context, const SetupOptions& options) {
    if (fs::exists(options.folder + "/keys.json")) {
        return fail(context.globals, {"SB-5022", "this folder holds keys already", options.folder,
                                      "Choose another folder; keys are never overwritten."});
    }
    auto seed = seed_from(options.seed_file);
    if (!seed) return fail(context.globals, seed.error());
    auto steward_seed = seed_from("");
    if (!steward_seed) return fail(context.globals, steward_seed.error());
    if (auto made = make_folders(options.folder); !made) return fail(context.globals, made.error());
    const NodeKeys node = node_keys_of(options.alias, *seed);
    const Signatory steward = signatory_of(*steward_seed);
    const std::string passphrase = keys::random_token(keys::os_random(), 24);
    auto written = write_node_keystore(options.folder, node, passphrase, false, keys::os_random());
    if (!written) return fail(context.globals, written.error());
    // Base64 keeps a random seed readable and one line long.
    written = keys::write_private_file(options.folder + "/steward_seed",
                                       encoding::base64_encode(*steward_seed) + "\n");
    if (!written) return fail(context.globals, written.error());
    Object member;
    member.set("alias", node.alias);
    member.set("dest", node.dest);
    member.set("blskey", node.bls_key);
    member.set("blskey_pop", node.bls_proof);
    member.set("host", options.host);
    member.set("node_port", static_cast<std::int64_t>(options.node_port));
    member.set("client_port", static_cast<std::int64_t>(options.client_port));
    member.set("steward_did", steward.did);
    member.set("steward_verkey", steward.verkey);
    written =
        write_file(options.folder + "/member.json", encoding::pretty_json(member, 2, false) + "\n");
    if (!written) return fail(context.globals, written.error());
    std::string config =
        "mode = \"validator\"\nalias = " + encoding::compact_json(Value(node.alias));
    config +=
        "\ndata = \"data\"\nkeys = \"keys.json\"\npassphrase_file = \"passphrase\"\n\n[genesis]\n";
    config +=
        "pool = \"pool_transactions_genesis\"\ndomain = "
        "\"domain_transactions_genesis\"\n\n[node]\nhost = \"0.0.0.0\"\nport = ";
    config += std::to_string(options.node_port) +
              "\n\n[client]\nhost = \"0.0.0.0\"\nport = " + std::to_string(options.client_port);
    config +=
        "\n\n[admin]\nsocket = \"admin.sock\"\n\n[telemetry]\nhost = \"127.0.0.1\"\nport = 9800\n";
    written = write_file(options.folder + "/node.toml", config);
    if (!written) return fail(context.globals, written.error());
    say(context.globals, "Keys, steward seed and passphrase are in " + options.folder +
                             " (mode 0600). Send member.json to the founder.");
    say(context.globals, "With the genesis files in " + options.folder +
                             ": stadtbuch-node --config " + options.folder + "/node.toml");
    print_json(context.globals, member);
    return 0;
}

struct Member {
    NodeKeys keys;
    NodeAddress address;
    Signatory steward;
};

Result<Member, Error> read_member(const std::string& path) {
    const auto text = read_file(path);
    if (!text) return Failure{text.error()};
    const auto parsed = encoding::parse_json(*text);
    if (!parsed || !parsed->is_object()) return Failure{invalid("this is no member file", path)};
    Member member;
    member.keys.alias = parsed->text_at("alias");
    member.keys.dest = parsed->text_at("dest");
    member.keys.bls_key = parsed->text_at("blskey");
    member.keys.bls_proof = parsed->text_at("blskey_pop");
    member.address.host = parsed->text_at("host");
    member.steward.did = parsed->text_at("steward_did");
    member.steward.verkey = parsed->text_at("steward_verkey");
    for (const auto& [name, port] : {std::pair{"node_port", &member.address.node_port},
                                     std::pair{"client_port", &member.address.client_port}}) {
        const Value* value = parsed->find(name);
        const std::int64_t number = value == nullptr ? 0 : value->integer().value_or(0);
        if (number < 1 || number > 65535)
            return Failure{invalid(std::string(name) + " is no port", path)};
        *port = static_cast<std::uint16_t>(number);
    }
    const auto key = bls::VerKey::from_base58(member.keys.bls_key);
    const auto proof = bls::Signature::from_base58(member.keys.bls_proof);
    if (!key || !proof || !bls::verify_possession(*proof, *key)) {
        return Failure{invalid("the proof of possession does not belong to the BLS key", path)};
    }
    if (!encoding::base58_decode32(member.keys.dest) || member.keys.alias.empty() ||
        !did::is_short_did(member.steward.did)) {
        return Failure{invalid("alias, dest or steward_did is not valid", path)};
    }
    return member;
}

/// Genesis files from the member files of the founders.
int pool_init(const Context& context, const SetupOptions& options) {
    if (fs::exists(options.folder + "/pool_transactions_genesis")) {
        return fail(context.globals, {"SB-5022", "this folder holds a genesis already",
                                      options.folder, "Choose another folder."});
    }
    if (options.members.size() < 4) {
        return fail(context.globals,
                    {"SB-5023", "at least four members are needed to bear one fault", "--member",
                     "Give the member.json of each founder."},
                    Exit::usage);
    }
    const auto verkey = encoding::base58_decode(options.trustee_verkey);
    const auto key = verkey ? keys::Ed25519PublicKey::of(*verkey) : std::nullopt;
    if (!key) {
        return fail(context.globals,
                    {"SB-5024", "this is no verkey", "--trustee-verkey",
                     "Give the base58 verkey of the first trustee."},
                    Exit::usage);
    }
    Signatory trustee;
    trustee.did = did::short_did(*key);
    trustee.verkey = options.trustee_verkey;
    std::string pool;
    std::string domain = nym_genesis_line(trustee, "0", "", 1) + "\n";
    std::set<std::string> aliases;
    for (std::size_t i = 0; i < options.members.size(); ++i) {
        const auto member = read_member(options.members[i]);
        if (!member) return fail(context.globals, member.error());
        if (!aliases.insert(member->keys.alias).second) {
            return fail(
                context.globals,
                invalid("the alias " + member->keys.alias + " occurs twice", options.members[i]));
        }
        pool += node_genesis_line(member->keys, member->address, member->steward.did, i + 1) + "\n";
        domain += nym_genesis_line(member->steward, "2", trustee.did, i + 2) + "\n";
    }
    if (auto made = make_folders(options.folder); !made) return fail(context.globals, made.error());
    auto written = write_file(options.folder + "/domain_transactions_genesis", domain);
    if (!written) return fail(context.globals, written.error());
    written = write_file(options.folder + "/pool_transactions_genesis", pool);
    if (!written) return fail(context.globals, written.error());
    if (context.globals.json()) {
        print_json(context.globals,
                   Object{{"folder", options.folder},
                          {"members", static_cast<std::int64_t>(options.members.size())},
                          {"pool_sha256", encoding::hex_encode(hash::sha256(pool))},
                          {"domain_sha256", encoding::hex_encode(hash::sha256(domain))}});
    }
    say(context.globals, "Genesis of " + std::to_string(options.members.size()) + " members in " +
                             options.folder + "; give both files to all operators.");
    say(context.globals, "Compare on paper or by telephone: pool " +
                             encoding::hex_encode(hash::sha256(pool)));
    return 0;
}

int node_status(const Context& context, const SetupOptions& options) {
    const auto answer = net::unix_request(options.socket, "{\"command\":\"status\"}", 5000);
    if (!answer) return fail(context.globals, answer.error(), Exit::timeout);
    const auto parsed = encoding::parse_json(*answer);
    if (!parsed)
        return fail(context.globals,
                    {"SB-5025", "the node's answer cannot be read", options.socket, ""});
    if (context.globals.json()) {
        print_json(context.globals, *parsed);
    } else {
        print_line(encoding::pretty_json(*parsed, 2, false));
    }
    const Value* ready = parsed->find("ready");
    return ready != nullptr && ready->boolean().value_or(false) ? 0
                                                                : static_cast<int>(Exit::failed);
}

}  // namespace

void add_setup_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<SetupOptions>();
    CLI::App* pool = app.add_subcommand("pool", "found a network");
    pool->require_subcommand(1);
    CLI::App* pool_command =
        pool->add_subcommand("init", "make the genesis files from the founders' member files");
    pool_command->add_option("--dir", options->folder, "folder for the genesis files")->required();
    pool_command
        ->add_option("--member", options->members, "member.json of a founder, in registry order")
        ->required();
    pool_command
        ->add_option("--trustee-verkey", options->trustee_verkey,
                     "base58 verkey of the first trustee")
        ->required();
    pool_command->footer(
        "Examples:\n  stadtbuch pool init --dir genesis --member n1/member.json --member "
        "n2/member.json --member n3/member.json --member n4/member.json --trustee-verkey "
        "GJ1SzoWzavQYfNL9XkaJdrQejfztN4XqdsiV4ct3LXKL\n  stadtbuch -o json pool init --dir "
        "genesis2 $(printf -- '--member %s ' n?/member.json) --trustee-verkey "
        "GJ1SzoWzavQYfNL9XkaJdrQejfztN4XqdsiV4ct3LXKL");
    pool_command->callback(
        [options, &context] { context.exit_code = pool_init(context, *options); });

    CLI::App* node = app.add_subcommand("node", "prepare and watch one's own node");
    node->require_subcommand(1);
    CLI::App* init = node->add_subcommand(
        "init", "make keys, configuration and the public member file of a new node");
    init->add_option("--dir", options->folder, "new folder of the node")->required();
    init->add_option("--alias", options->alias, "name of the node in the pool ledger")->required();
    init->add_option("--host", options->host, "address that others reach this node at")->required();
    init->add_option("--node-port", options->node_port, "port for other nodes");
    init->add_option("--client-port", options->client_port, "port for clients");
    init->add_option("--seed-file", options->seed_file,
                     "private file with a 32-character seed (default: random)");
    init->footer(
        "Examples:\n  stadtbuch node init --dir regio-it --alias regio-it-01 --host 192.0.2.10\n"
        "  stadtbuch node init --dir n1 --alias Node1 --host 127.0.0.1 --node-port 9701 "
        "--client-port 9702");
    init->callback([options, &context] { context.exit_code = node_init(context, *options); });

    CLI::App* status = node->add_subcommand("status", "ask a node over its admin socket");
    status->add_option("--socket", options->socket, "admin socket of the node")->required();
    status->footer(
        "Examples:\n  stadtbuch node status --socket local/Node1/admin.sock\n  stadtbuch --select "
        "ledgers.domain.size node status --socket local/Node1/admin.sock");
    status->callback([options, &context] { context.exit_code = node_status(context, *options); });
}

}  // namespace stadtbuch::cli
