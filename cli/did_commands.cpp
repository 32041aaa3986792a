// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// did new, show, import: the user's keys, encrypted on disk.
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/folders.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/pool_session.hpp"
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

void show_keys(const Context& context, const std::vector<DidKey>& list) {
    if (context.globals.json()) {
        encoding::Array array;
        for (const DidKey& key : list) {
            array.emplace_back(Object{{"did", key.did}, {"verkey", key.verkey}});
        }
        return print_json(context.globals, Object{{"dids", std::move(array)}});
    }
    std::vector<std::vector<std::string>> rows;
    for (const DidKey& key : list) rows.push_back({key.did, key.verkey});
    print_table({"DID", "VERKEY"}, rows);
}

/// Keeps a key and shows its public half.
int keep(const Context& context, const DidOptions& options, const keys::Ed25519KeyPair& key) {
    auto store = open_store(context, options);
    if (!store) return fail(context.globals, store.error());
    const std::string path = keystore_path(options.keys);
    if (!store->put(key, std::string(did::unqualified(options.did)))) {
        return fail(context.globals, {"SB-5046", "the keystore has another key for this DID", path,
                                      "Keys are never overwritten; choose another --keystore."});
    }
    if (auto saved = store->save(keys::os_random()); !saved) {
        return fail(context.globals, saved.error());
    }
    const std::string did = options.did.empty() ? did::short_did(key.public_key())
                                                : std::string(did::unqualified(options.did));
    const DidKey shown{did, encoding::base58_encode(key.public_key().view())};
    if (context.globals.json()) {
        print_json(context.globals, Object{{"did", shown.did}, {"verkey", shown.verkey}});
    } else {
        show_keys(context, {shown});
    }
    say(context.globals, "kept in " + path);
    return 0;
}

int import_key(const Context& context, const DidOptions& options) {
    const auto key = key_from_seed_file(options.keys.seed_file);
    if (!key) return fail(context.globals, key.error());
    return keep(context, options, *key);
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

CLI::App* add_one(CLI::App& group, const char* name, const char* help, DidOptions& options) {
    CLI::App* command = group.add_subcommand(name, help);
    command->add_option("--keystore", options.keys.keystore,
                        "keystore file (default: in the data folder)");
    command->add_option("--passphrase-file", options.keys.passphrase_file,
                        "file with its passphrase (or STADTBUCH_PASSPHRASE_FILE)");
    return command;
}

}  // namespace

void add_did_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<DidOptions>();
    CLI::App* group = app.add_subcommand("did", "your DIDs and their keys");
    group->require_subcommand(1);

    CLI::App* make = add_one(*group, "new", "make a DID with a fresh key", *options);
    make->footer(
        "Examples:\n  stadtbuch did new\n  stadtbuch -o json did new --passphrase-file ~/.pass");
    make->callback([options, &context] {
        context.exit_code =
            keep(context, *options, keys::Ed25519KeyPair::generate(keys::os_random()));
    });

    CLI::App* list = add_one(*group, "show", "list the DIDs of the keystore, or one", *options);
    list->add_option("did", options->did, "only this one");
    list->footer(
        "Examples:\n  stadtbuch did show\n  stadtbuch -o json did show V4SGRU86Z58d6TV7PBUe6f");
    list->callback([options, &context] { context.exit_code = show(context, *options); });

    CLI::App* import = add_one(*group, "import", "take over a key from a seed file", *options);
    import->add_option("--seed-file", options->keys.seed_file, "private file with the seed")
        ->required();
    import->add_option("--did", options->did, "the DID, if it is not made from the key");
    import->footer(
        "Examples:\n  stadtbuch did import --seed-file trustee_seed\n"
        "  stadtbuch did import --seed-file rotated --did V4SGRU86Z58d6TV7PBUe6f");
    import->callback([options, &context] { context.exit_code = import_key(context, *options);
});
}  // namespace stadtbuch::cli

}  // namespace stadtbuch::cli
