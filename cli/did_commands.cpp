// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// did new, show, import: the user's keys, encrypted on disk.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/file_lock.hpp"
#include "cli/folders.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/pool_session.hpp"
#include "cli/token_key.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/text.hpp"

#include <filesystem>

namespace stadtbuch::cli {

namespace {

using encoding::Object;
using encoding::Value;

struct DidOptions {
    LedgerOptions keys;  ///< keystore, passphrase_file, seed_file
    std::string did;
};

Result<DidStore, Error> open_store(const Context& context, const DidOptions& options) {
    const std::string path = keystore_path(options.keys);
    auto passphrase = read_passphrase(context.globals, options.keys.passphrase_file,
                                      !std::filesystem::exists(path));
    if (!passphrase) return Failure{passphrase.error()};
    auto store = DidStore::open(path, *passphrase);
    keys::wipe(*passphrase);
    return store;
}

Object json_of(const DidKey& key) {
    Object out{{"did", key.did}, {"verkey", key.verkey}};
    if (!key.token.empty()) out.set("token", key.token);
    return out;
}

void show_keys(const Context& context, const std::vector<DidKey>& list) {
    if (context.globals.json()) {
        encoding::Array array;
        for (const DidKey& key : list) {
            array.emplace_back(json_of(key));
        }
        return print_json(context.globals, Object{{"dids", std::move(array)}});
    }
    std::vector<std::vector<std::string>> rows;
    const bool has_tokens =
        std::any_of(list.begin(), list.end(), [](const DidKey& key) { return !key.token.empty(); });
    for (const DidKey& key : list) {
        rows.push_back({key.did, key.verkey});
        if (has_tokens) rows.back().push_back(key.token.empty() ? "keystore" : key.token);
    }
    std::vector<std::string> columns{"DID", "VERKEY"};
    if (has_tokens) columns.emplace_back("KEY");
    print_table(columns, rows);
}

/// What is kept: a seed, or where a token's key is.
struct NewKey {
    std::optional<keys::Ed25519KeyPair> seed;
    std::string token;
    keys::Ed25519PublicKey public_key;
};

/// Keeps a key and shows its public half.
int keep(const Context& context, const DidOptions& options, const NewKey& key) {
    const std::string path = keystore_path(options.keys);
    // Two commands at the same time must not lose one of their keys.
    const auto lock = FileLock::take(context.globals, path);
    if (!lock) return fail(context.globals, lock.error());
    auto store = open_store(context, options);
    if (!store) return fail(context.globals, store.error());
    std::string did(did::unqualified(options.did));
    const bool is_kept =
        key.seed ? store->put(*key.seed, did) : store->put_token(key.token, key.public_key, did);
    if (!is_kept) {
        return fail(context.globals, {"SB-5046", "the keystore has another key for this DID", path,
                                      "Keys are never overwritten; choose another --keystore."});
    }
    if (auto saved = store->save(keys::os_random()); !saved) {
        return fail(context.globals, saved.error());
    }
    if (did.empty()) did = did::short_did(key.public_key);
    const DidKey shown{did, encoding::base58_encode(key.public_key.view()), key.token};
    if (context.globals.json()) {
        print_json(context.globals, json_of(shown));
    } else {
        show_keys(context, {shown});
    }
    say(context.globals, "kept in " + path);
    if (key.seed)
        say(context.globals, "next, a trustee or endorser writes it: stadtbuch nym --dest " + did +
                                 " --verkey " + shown.verkey);
    return 0;
}

int make(const Context& context, const DidOptions& options) {
    if (options.keys.key_uri.empty()) {
        auto key = keys::Ed25519KeyPair::generate(keys::os_random());
        const auto public_key = key.public_key();
        return keep(context, options, {std::move(key), "", public_key});
    }
    const auto token = make_token_key(context.globals, options.keys.key_uri);
    if (!token) return fail(context.globals, token.error());
    return keep(context, options, {std::nullopt, options.keys.key_uri, (*token)->public_key()});
}

int import_key(const Context& context, const DidOptions& options) {
    if (options.keys.seed_file.empty() == options.keys.key_uri.empty()) {
        return fail(context.globals,
                    {"SB-5047", "exactly one of --seed-file and --key is needed", "did import", ""},
                    Exit::usage);
    }
    if (!options.keys.key_uri.empty()) {
        const auto token = open_token_key(context.globals, options.keys.key_uri);
        if (!token) return fail(context.globals, token.error());
        return keep(context, options, {std::nullopt, options.keys.key_uri, (*token)->public_key()});
    }
    auto key = key_from_seed_file(options.keys.seed_file);
    if (!key) return fail(context.globals, key.error());
    const auto public_key = key->public_key();
    return keep(context, options, {*std::move(key), "", public_key});
}

int show(const Context& context, const DidOptions& options) {
    const std::string path = keystore_path(options.keys);
    if (!std::filesystem::exists(path)) {
        return fail(context.globals,
                    {"SB-5042", "there is no keystore yet", path, "Make a DID: stadtbuch did new"},
                    Exit::not_found);
    }
    const auto store = open_store(context, options);
    if (!store) return fail(context.globals, store.error());
    std::vector<DidKey> list = store->list();
    if (!options.did.empty()) {
        std::erase_if(list,
                      [&](const DidKey& key) { return key.did != did::unqualified(options.did); });
        if (list.empty()) {
            return fail(context.globals,
                        {"SB-5043", "the keystore has no key of " + options.did, path, ""},
                        Exit::not_found);
        }
    }
    show_keys(context, list);
    return 0;
}

CLI::App* add_one(CLI::App& group, const char* name, const char* help, DidOptions& options,
                  const Settings& settings) {
    CLI::App* command = group.add_subcommand(name, help);
    add_keystore_options(*command, options.keys, settings);
    return command;
}

}  // namespace

void add_did_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<DidOptions>();
    CLI::App* group = app.add_subcommand("did", "your DIDs and their keys");
    group->require_subcommand(1);

    CLI::App* new_command =
        add_one(*group, "new", "make a DID with a fresh key", *options, context.settings);
    new_command->add_option("--key", options->keys.key_uri,
                            "make the key in a token instead: a PKCS#11 URI");
    new_command->footer(
        "Examples:\n  stadtbuch did new\n  stadtbuch -o json did new --passphrase-file "
        "passphrase --keystore other.json");
    new_command->callback([options, &context] { context.exit_code = make(context, *options); });

    CLI::App* list = add_one(*group, "show", "list the DIDs of the keystore, or one", *options,
                             context.settings);
    list->add_option("did", options->did, "only this one");
    list->footer(
        "Examples:\n  stadtbuch did show\n  stadtbuch -o json did show V4SGRU86Z58d6TV7PBUe6f");
    list->callback([options, &context] { context.exit_code = show(context, *options); });

    CLI::App* import = add_one(*group, "import", "take over a key: a seed, or one in a token",
                               *options, context.settings);
    import->add_option("--seed-file", options->keys.seed_file,
                       "private file with the seed; - for standard input");
    import->add_option("--key", options->keys.key_uri, "PKCS#11 URI of a key in a token");
    import->add_option("--did", options->did, "the DID, if it is not made from the key");
    import->footer(
        "Examples:\n  stadtbuch did import --seed-file trustee_seed\n"
        "  stadtbuch did import --key \"$(cat token.uri)\"");
    import->callback([options, &context] { context.exit_code = import_key(context, *options);
});
}  // namespace stadtbuch::cli

}  // namespace stadtbuch::cli
