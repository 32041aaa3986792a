// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// pool init: what founders of a real network need. What each operator needs: node_commands.cpp.
#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/network_files.hpp"
#include "ssi/did/did.hpp"
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
    std::vector<std::string> members;
    std::string trustee_verkey;
};

Error invalid(const std::string& what, const std::string& where) {
    return {"SB-5020", what, where,
            "Ask the operator for the public file that `stadtbuch node init` wrote."};
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
    say(context.globals,
        "Compare on paper or by telephone: pool " + encoding::hex_encode(hash::sha256(pool)));
    return 0;
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
    add_node_commands(app, context);
}

}  // namespace stadtbuch::cli
