// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// node init, node recover, node rekey, node status: what an operator needs to join a real network,
// and to come back after a loss. docs/operations.md is written for the same moments.
#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/network_files.hpp"
#include "cli/pool_session.hpp"
#include "node/net/unix_socket.hpp"
#include "ssi/keys/keystore.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "ssi/keys/os_random.hpp"
#include "ssi/keys/vote_mark.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::cli {

namespace {

namespace fs = std::filesystem;
using encoding::Object;
using encoding::Value;

constexpr int status_timeout_ms = 5000;

struct NodeOptions {
    LedgerOptions ledger;
    std::string folder;
    std::string alias;
    std::string host;
    std::uint16_t node_port = 9701;
    std::uint16_t client_port = 9702;
    std::uint16_t telemetry_port = 9800;
    std::string seed_file;
    std::string socket;
    bool bls_only = false;
    bool vouch = false;
};

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

/// The pool's NODE transactions: of the live pool when a network is named, else those of the
/// genesis in the node's folder, else none.
Result<std::vector<Value>, int> known_nodes(const Context& context, const NodeOptions& options) {
    if (!options.ledger.genesis.empty() || !options.ledger.network.empty()) {
        const auto network = find_network(context, options.ledger);
        if (!network) return Failure{fail(context.globals, network.error())};
        const auto pool = open_pool(context, options.ledger, *network);
        if (!pool) return Failure{pool.error()};
        return (*pool)->ledger().txns();
    }
    const std::string genesis = options.folder + "/pool_transactions_genesis";
    if (!fs::exists(genesis)) return std::vector<Value>{};
    const auto text = read_file(genesis);
    if (!text) return Failure{fail(context.globals, text.error())};
    const auto ledger = client::PoolLedger::from_genesis(*text);
    if (!ledger) return Failure{fail(context.globals, ledger.error())};
    return ledger->txns();
}

/// Keys that the pool knows may have voted: whoever makes them anew has forgotten what they said.
std::optional<Error> refusal_of_new(const std::vector<Value>& txns, const NodeKeys& node,
                                    const std::string& folder) {
    for (const Value& line : txns) {
        const Value* txn = line.find("txn");
        const Value* data = txn != nullptr ? txn->find("data") : nullptr;
        const Value* entry = data != nullptr ? data->find("data") : nullptr;
        if (entry == nullptr) continue;
        if (data->text_at("dest") == node.dest) {
            return Error{"SB-5026", "the pool knows these keys; they may have voted", node.dest,
                         "To bring this node back: stadtbuch node recover --dir " + folder};
        }
        if (entry->text_at("alias") == node.alias) {
            return Error{"SB-5027", "the pool knows another node of this name", node.alias,
                         "Choose another alias. If it is your node, and its keys are lost: "
                         "docs/operations.md, \"Replace a disk\"."};
        }
    }
    return std::nullopt;
}

Object member_of(const NodeKeys& node, const NodeOptions& options, const Signatory& steward) {
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
    return member;
}

std::string config_of(const NodeOptions& options) {
    std::string config =
        "mode = \"validator\"\nalias = " + encoding::compact_json(Value(options.alias));
    config +=
        "\ndata = \"data\"\nkeys = \"keys.json\"\npassphrase_file = \"passphrase\"\n\n[genesis]\n";
    config +=
        "pool = \"pool_transactions_genesis\"\ndomain = "
        "\"domain_transactions_genesis\"\n\n[node]\nhost = \"0.0.0.0\"\nport = ";
    config += std::to_string(options.node_port) +
              "\n\n[client]\nhost = \"0.0.0.0\"\nport = " + std::to_string(options.client_port);
    config += "\n\n[admin]\nsocket = \"admin.sock\"\n\n[telemetry]\nhost = \"127.0.0.1\"\nport = " +
              std::to_string(options.telemetry_port) + "\n";
    return config;
}

/// The keystore, and what says that its keys have never voted, or perhaps have.
Result<void, Error> write_keys(const std::string& folder, const NodeKeys& node,
                               keys::VoteState state) {
    const std::string passphrase = keys::random_token(keys::os_random(), 24);
    // The mark first: keys without one would be in doubt.
    keys::VoteMark mark;
    mark.state = state;
    auto written = keys::write_vote_mark(keys::vote_mark_path(folder + "/keys.json"), mark);
    if (!written) return written;
    return write_node_keystore(folder, node, passphrase, false, keys::os_random());
}

/// Keys of a new node, its configuration, and member.json with the public parts for the founder or
/// the trustees.
int node_init(const Context& context, const NodeOptions& options) {
    if (fs::exists(options.folder + "/keys.json")) {
        return fail(context.globals, {"SB-5022", "this folder holds keys already", options.folder,
                                      "Choose another folder; keys are never overwritten."});
    }
    auto seed = seed_from(options.seed_file);
    if (!seed) return fail(context.globals, seed.error());
    auto steward_seed = seed_from("");
    if (!steward_seed) return fail(context.globals, steward_seed.error());
    const NodeKeys node = node_keys_of(options.alias, *seed);
    const auto known = known_nodes(context, options);
    if (!known) return known.error();
    if (const auto refusal = refusal_of_new(*known, node, options.folder))
        return fail(context.globals, *refusal);
    if (auto made = make_folders(options.folder); !made) return fail(context.globals, made.error());
    const Signatory steward = signatory_of(*steward_seed);
    auto written = write_keys(options.folder, node, keys::VoteState::fresh);
    if (!written) return fail(context.globals, written.error());
    // Base64 keeps a random seed readable and one line long.
    written = keys::write_private_file(options.folder + "/steward_seed",
                                       encoding::base64_encode(*steward_seed) + "\n");
    if (!written) return fail(context.globals, written.error());
    const Object member = member_of(node, options, steward);
    written =
        write_file(options.folder + "/member.json", encoding::pretty_json(member, 2, false) + "\n");
    if (!written) return fail(context.globals, written.error());
    written = write_file(options.folder + "/node.toml", config_of(options));
    if (!written) return fail(context.globals, written.error());
    say(context.globals, "Keys, steward seed and passphrase are in " + options.folder +
                             " (mode 0600). Send member.json to the founder.");
    say(context.globals, "With the genesis files in " + options.folder +
                             ": stadtbuch-node --config " + options.folder + "/node.toml");
    print_json(context.globals, member);
    return 0;
}

/// A folder whose store is lost or old: the next start follows without voting.
int node_recover(const Context& context, NodeOptions options) {
    const std::string keystore = options.folder + "/keys.json";
    if (net::unix_request(options.folder + "/admin.sock", "{\"command\":\"status\"}",
                          status_timeout_ms)) {
        return fail(context.globals, {"SB-5029", "the node is running", options.folder,
                                      "Stop it first; then repeat."});
    }
    if (!fs::exists(keystore)) {
        if (options.seed_file.empty()) {
            return fail(context.globals,
                        {"SB-5028", "there are no keys to come back with", keystore,
                         "Put keys.json and passphrase back from the backup, or give --seed-file. "
                         "Without either: docs/operations.md, \"Replace a disk\"."});
        }
        if (options.alias.empty())
            return fail(context.globals,
                        {"SB-5028", "a seed alone does not say which node it is", "--alias",
                         "Give the alias of the node as well."},
                        Exit::usage);
        const auto seed = seed_from(options.seed_file);
        if (!seed) return fail(context.globals, seed.error());
        if (auto made = make_folders(options.folder); !made)
            return fail(context.globals, made.error());
        const auto written = write_keys(options.folder, node_keys_of(options.alias, *seed),
                                        keys::VoteState::recover);
        if (!written) return fail(context.globals, written.error());
    }
    const auto state = options.vouch ? keys::VoteState::vouched : keys::VoteState::recover;
    const auto marked = keys::write_vote_mark(keys::vote_mark_path(keystore), {state, "", 0, 0});
    if (!marked) return fail(context.globals, marked.error());
    const std::string config = options.folder + "/node.toml";
    if (!fs::exists(config)) {
        if (options.alias.empty())
            return fail(context.globals,
                        {"SB-5028", "there is no configuration to come back with", config,
                         "Put node.toml back from the backup, or give --alias and the ports."},
                        Exit::usage);
        if (const auto written = write_file(config, config_of(options)); !written)
            return fail(context.globals, written.error());
    }
    say(context.globals,
        std::string(options.vouch ? "The node will vote at once. "
                                  : "The node will follow without voting until its old votes are "
                                    "harmless. ") +
            "Start it: stadtbuch-node --config " + config);
    if (context.globals.json())
        print_json(context.globals, Object{{"folder", options.folder},
                                           {"state", options.vouch ? "vouched" : "recover"}});
    return 0;
}

/// A node's keystore, opened with the passphrase beside it.
Result<keys::Keystore, Error> open_node_keystore(const std::string& folder,
                                                 std::string& passphrase) {
    auto secret = keys::read_private_file(folder + "/passphrase");
    if (!secret) return Failure{secret.error()};
    while (!secret->empty() && secret->back() == '\n') secret->pop_back();
    const auto envelope = keys::read_private_file(folder + "/keys.json");
    if (!envelope) return Failure{envelope.error()};
    auto store = keys::open_keystore(*envelope, view_of(*secret));
    if (!store || store->find("node") == nullptr || store->find("bls") == nullptr) {
        return Failure{Error{"SB-5033", "the file is no keystore of a node", folder + "/keys.json",
                             "Restore it from the backup."}};
    }
    passphrase = *std::move(secret);
    return *std::move(store);
}

/// The public half as the next NODE transaction says it; other members stay.
Result<Object, Error> changed_member(const std::string& folder, const std::string& alias,
                                     const keys::Keystore& store, bool bls_only) {
    const keys::KeystoreEntry* first = store.find("dest");
    if (first == nullptr) first = store.find("node");
    const NodeKeys ledger_keys = node_keys_of(alias, first->secret.view());
    const NodeKeys now = node_keys_of(alias, store.find("node")->secret.view());
    const NodeKeys bls = node_keys_of(alias, store.find("bls")->secret.view());
    Object member;
    if (const auto text = read_file(folder + "/member.json"); text) {
        const auto parsed = encoding::parse_json(*text);
        if (!parsed || !parsed->is_object())
            return Failure{Error{"SB-5020", "this is no member file", folder + "/member.json",
                                 "Restore it, or remove it and give --alias."}};
        member = *parsed->object();
    }
    if (member.find("alias") == nullptr) member.set("alias", alias);
    member.set("dest", ledger_keys.dest);
    if (bls_only) {
        member.set("blskey", bls.bls_key);
        member.set("blskey_pop", bls.bls_proof);
    } else {
        member.set("verkey", now.dest);
    }
    return member;
}

/// New keys in the place of the old ones, which stay as long as they are needed: the first node key
/// for the client port, because clients know the node by it, and the BLS key until the pool has the
/// new one.
int node_rekey(const Context& context, const NodeOptions& options) {
    std::string passphrase;
    auto store = open_node_keystore(options.folder, passphrase);
    if (!store) return fail(context.globals, store.error());
    if (!fs::exists(options.folder + "/member.json") && options.alias.empty()) {
        return fail(context.globals,
                    {"SB-5020", "there is no member file that says who this is",
                     options.folder + "/member.json", "Give --alias."},
                    Exit::usage);
    }
    const auto seed = seed_from(options.seed_file);
    if (!seed) return fail(context.globals, seed.error());
    // Copies: put() moves what find() points at.
    const char* const entry = options.bls_only ? "bls" : "node";
    const char* const kept = options.bls_only ? "bls-before" : "dest";
    const auto old = keys::SecretBytes::copy_of(store->find(entry)->secret.view());
    if (options.bls_only || store->find(kept) == nullptr)
        store->put(kept, options.bls_only ? "bls" : "ed25519", old.view());
    store->put(entry, options.bls_only ? "bls" : "ed25519", *seed);
    const auto member = changed_member(options.folder, options.alias, *store, options.bls_only);
    if (!member) return fail(context.globals, member.error());
    const auto sealed = keys::seal_keystore(*store, view_of(passphrase),
                                            keys::KeystoreCost::interactive(), keys::os_random());
    if (!sealed)
        return fail(context.globals,
                    {"SB-5003", "the keystore cannot be encrypted", options.folder, ""});
    auto written = keys::write_private_file(options.folder + "/keys.json", *sealed);
    if (written)
        written = write_file(options.folder + "/member.json",
                             encoding::pretty_json(*member, 2, false) + "\n");
    if (!written) return fail(context.globals, written.error());
    say(context.globals, "New key in " + options.folder +
                             "/keys.json. Now, as the node's steward: "
                             "stadtbuch node write --file " +
                             options.folder + "/member.json");
    say(context.globals, options.bls_only
                             ? "Then restart the node: it signs with the new key from then on."
                             : "Then restart the node: the others know it by the new key only.");
    print_json(context.globals, *member);
    return 0;
}

int node_status(const Context& context, const NodeOptions& options) {
    const auto answer =
        net::unix_request(options.socket, "{\"command\":\"status\"}", status_timeout_ms);
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

void add_address_options(CLI::App& command, NodeOptions& options, bool required) {
    auto* alias =
        command.add_option("--alias", options.alias, "name of the node in the pool ledger");
    auto* host =
        command.add_option("--host", options.host, "address that others reach this node at");
    if (required) {
        alias->required();
        host->required();
    }
    command.add_option("--node-port", options.node_port, "port for other nodes");
    command.add_option("--client-port", options.client_port, "port for clients");
    command.add_option("--telemetry-port", options.telemetry_port,
                       "loopback port for metrics; 0: none");
    command.add_option("--seed-file", options.seed_file,
                       "private file with a 32-character seed (init: default random)");
}

}  // namespace

void add_node_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<NodeOptions>();
    CLI::App* node = app.add_subcommand("node", "prepare and watch one's own node");
    node->require_subcommand(1);
    CLI::App* init = node->add_subcommand(
        "init", "make keys, configuration and the public member file of a new node");
    init->add_option("--dir", options->folder, "new folder of the node")->required();
    add_address_options(*init, *options, true);
    add_network_options(*init, options->ledger, context.settings);
    init->footer(
        "Examples:\n  stadtbuch node init --dir regio-it --alias regio-it-01 --host 192.0.2.10\n"
        "  stadtbuch node init --dir n1 --alias Node1 --host 127.0.0.1 --node-port 9701 "
        "--client-port 9702\n"
        "  stadtbuch node init --dir koeln --alias koeln-01 --host 192.0.2.20 --network local");
    init->callback([options, &context] { context.exit_code = node_init(context, *options); });

    CLI::App* recover = node->add_subcommand(
        "recover", "bring a node back whose store is lost or old: it votes only once that is safe");
    recover->add_option("--dir", options->folder, "folder of the node")->required();
    add_address_options(*recover, *options, false);
    recover->add_flag(
        "--vouch", options->vouch,
        "vote at once: only when more members than may fail lost their stores, and all "
        "operators agree that nobody has a newer one");
    recover->footer(
        "Examples:\n  stadtbuch node recover --dir regio-it\n"
        "  stadtbuch -o json node recover --dir n1");
    recover->callback([options, &context] { context.exit_code = node_recover(context, *options); });

    CLI::App* rekey = node->add_subcommand(
        "rekey", "make a new node key, or BLS key, and the member file that tells the pool");
    rekey->add_option("--dir", options->folder, "folder of the node")->required();
    rekey->add_flag("--bls", options->bls_only, "the BLS key instead of the node key");
    rekey->add_option("--alias", options->alias, "name of the node; needed without member.json");
    rekey->add_option("--seed-file", options->seed_file,
                      "private file with a 32-character seed (default: random)");
    rekey->footer(
        "Examples:\n  stadtbuch node rekey --dir regio-it --bls\n  stadtbuch node rekey --dir n1");
    rekey->callback([options, &context] { context.exit_code = node_rekey(context, *options); });

    CLI::App* status = node->add_subcommand("status", "ask a node over its admin socket");
    status->add_option("--socket", options->socket, "admin socket of the node")->required();
    status->footer(
        "Examples:\n  stadtbuch node status --socket local/Node1/admin.sock\n  stadtbuch --select "
        "ledgers.domain.size node status --socket local/Node1/admin.sock");
    status->callback([options, &context] { context.exit_code = node_status(context, *options); });
}

}  // namespace stadtbuch::cli
