// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Which network a command means and who signs: options, then settings, then contexts (CL-07,
// CL-12, CL-13).
#include <CLI/CLI.hpp>
#include <filesystem>

#include "cli/folders.hpp"
#include "cli/network_files.hpp"
#include "cli/pool_session.hpp"
#include "cli/terminal.hpp"
#include "cli/token_key.hpp"
#include "ssi/did/did.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::cli {

namespace {

constexpr std::string_view genesis_name = "pool_transactions_genesis";

}  // namespace

void add_network_options(CLI::App& command, LedgerOptions& options, const Settings& settings) {
    options.timeout_s = static_cast<int>(settings.number("timeout"));
    auto* genesis =
        command.add_option("--genesis", options.genesis, "pool genesis file of the network");
    command
        .add_option("--network", options.network,
                    "a context, or name or folder of a network of `stadtbuch up`")
        ->excludes(genesis);
    command.add_option("--timeout", options.timeout_s, "seconds to wait for answers")
        ->check(CLI::Range(1, 600));
}

void add_keystore_options(CLI::App& command, LedgerOptions& options, const Settings& settings) {
    options.keystore = settings.text("keystore");
    options.passphrase_file = settings.text("passphrase_file");
    command.add_option("--keystore", options.keystore,
                       "keystore file (default: in the data folder)");
    command.add_option("--passphrase-file", options.passphrase_file,
                       "private file with its passphrase; - for standard input");
}

void add_signer_options(CLI::App& command, LedgerOptions& options, const Settings& settings) {
    command.add_option("--as", options.as_did, "DID that signs; its key is in the keystore");
    auto* seed = command.add_option("--seed-file", options.seed_file,
                                    "private file with the seed of the signing key; - for "
                                    "standard input");
    command
        .add_option("--key", options.key_uri,
                    "signing key in a token: pkcs11:token=...;object=...?module-path=...&"
                    "pin-source=FILE")
        ->excludes(seed);
    add_keystore_options(command, options, settings);
}

void add_write_options(CLI::App& command, LedgerOptions& options, const Settings& settings) {
    add_network_options(command, options, settings);
    add_signer_options(command, options, settings);
    command.add_option("--endorser", options.endorser, "DID that will endorse the request");
    command
        .add_flag("--dry-run{client}", options.dry_run,
                  "send nothing: print the exact request; --dry-run=node also asks the network "
                  "who must sign")
        ->check(CLI::IsMember({"client", "node"}));
}

namespace {

std::string genesis_in(const std::string& name) {
    return network_folder(name) + "/" + std::string(genesis_name);
}

/// A context or a local network.
Network named_network(const Settings& settings, const std::string& name, std::string& path) {
    Network out;
    out.name = name;
    if (const NamedNetwork* known = settings.find_network(name)) {
        path = known->genesis;
        out.is_production = known->production;
        out.as_did = known->as_did;
        out.keystore = known->keystore;
    } else {
        path = genesis_in(name);
    }
    return out;
}

std::string origin_of(const Setting& setting) {
    return std::string(to_text(setting.level)) + (setting.place.empty() ? "" : " " + setting.place);
}

}  // namespace

std::string Network::id() const {
    return encoding::hex_encode(hash::sha256(genesis_text)).substr(0, 16);
}

Result<Network, Error> find_network(const Context& context, const LedgerOptions& options) {
    const Settings& settings = context.settings;
    const Setting& genesis = settings.at("genesis");
    const Setting& name = settings.at("network");
    Network out;
    std::string path;
    if (!options.genesis.empty() || !options.network.empty()) {
        path = out.name = options.genesis;
        if (path.empty()) out = named_network(settings, options.network, path);
        out.origin = "flag";
        out.is_explicit = true;
    } else if (!genesis.value.empty() && (name.value.empty() || genesis.level >= name.level)) {
        path = out.name = genesis.value;
        out.origin = origin_of(genesis);
    } else if (!name.value.empty()) {
        out = named_network(settings, name.value, path);
        out.origin = origin_of(name);
    } else {
        out.name = "local";
        out.origin = "built in";
        path = genesis_in(out.name);
        if (!std::filesystem::exists(path)) {
            return Failure{Error{"SB-5040", "which network is meant?", "",
                                 "Give --genesis FILE or --network NAME, choose one with "
                                 "`stadtbuch context use`, or make one: stadtbuch up"}};
        }
    }
    auto text = read_file(path);
    if (!text) {
        Error error = text.error();
        error.next = "Known networks: stadtbuch context list; local ones lie in " + state_folder();
        return Failure{std::move(error)};
    }
    out.genesis_text = *std::move(text);
    return out;
}

std::string keystore_path(const LedgerOptions& options, const Network* network) {
    if (!options.keystore.empty()) return options.keystore;
    if (network != nullptr && !network->keystore.empty()) return network->keystore;
    return data_folder() + "/dids.json";
}

std::string author_did(const Context& context, const LedgerOptions& options,
                       const Network* network) {
    if (!options.as_did.empty()) return std::string(did::unqualified(options.as_did));
    // A key that is named says whose it is.
    if (!options.seed_file.empty() || !options.key_uri.empty()) return {};
    const Setting& setting = context.settings.at("as");
    const bool is_near = setting.level >= Level::project || network == nullptr;
    if (!is_near && !network->as_did.empty()) return network->as_did;
    return std::string(did::unqualified(setting.value));
}

Result<Author, Error> find_author(const Context& context, const LedgerOptions& options,
                                  const Network* network) {
    const std::string did = author_did(context, options, network);
    if (!options.seed_file.empty()) {
        auto key = key_from_seed_file(options.seed_file);
        if (!key) return Failure{key.error()};
        std::string own = did.empty() ? did::short_did(key->public_key()) : did;
        return Author{std::move(own), std::make_unique<keys::Ed25519KeyPair>(*std::move(key))};
    }
    if (!options.key_uri.empty()) {
        auto token = open_token_key(context.globals, options.key_uri);
        if (!token) return Failure{token.error()};
        std::string own = did.empty() ? did::short_did((*token)->public_key()) : did;
        return Author{std::move(own), *std::move(token)};
    }
    if (did.empty()) {
        return Failure{Error{"SB-5041", "who signs?", "--as",
                             "Give --as DID (see: stadtbuch did show) or --seed-file FILE."}};
    }
    const std::string path = keystore_path(options, network);
    if (!std::filesystem::exists(path)) {
        return Failure{
            Error{"SB-5042", "there is no keystore yet", path, "Make a DID: stadtbuch did new"}};
    }
    auto passphrase = read_passphrase(context.globals, options.passphrase_file, false);
    if (!passphrase) return Failure{passphrase.error()};
    const auto store = DidStore::open(path, *passphrase);
    keys::wipe(*passphrase);
    if (!store) return Failure{store.error()};
    auto key = store->signer(context.globals, did);
    if (!key) {
        if (key.error().id != "SB-5043") return Failure{key.error()};
        return Failure{Error{"SB-5043", "the keystore has no key of " + did, path,
                             "List its DIDs with: stadtbuch did show"}};
    }
    return Author{did, *std::move(key)};
}

std::optional<int> announce_write(const Context& context, const Network& network,
                                  const std::string& what) {
    std::string name = network.name;
    if (network.is_production)
        name = painted(context.globals, Tone::red, network.name + " (production)");
    say(context.globals, "network " + name + ": " + what);
    if (!network.is_production || network.is_explicit || may_ask(context.globals))
        return std::nullopt;
    return fail(context.globals,
                {"SB-5013", "scripts must name a production network", network.origin,
                 "Give --network " + network.name + "."},
                Exit::usage);
}

}  // namespace stadtbuch::cli
