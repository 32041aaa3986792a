// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch-agent: issuer, verifier and the clerk's workplace as one process.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "config/document.hpp"
#include "ssi/agent/init_dev.hpp"
#include "ssi/agent/keyring.hpp"
#include "ssi/agent/migrate.hpp"
#include "ssi/agent/service.hpp"
#include "ssi/keys/password.hpp"

namespace {

using namespace stadtbuch;

int report(const agent::StartFailure& failure) {
    for (const Error& error : failure.errors) std::cerr << config::to_text(error) << "\n";
    return failure.exit_code;
}

int run(const std::string& file, bool check_only) {
    auto settings = agent::read_settings(file);
    if (!settings) {
        const bool missing = settings.error().front().id == "SB-1001";
        return report({missing ? agent::exit_code::missing_input : agent::exit_code::configuration,
                       settings.error()});
    }
    auto ended = agent::serve(*settings, check_only);
    return ended ? agent::exit_code::clean : report(ended.error());
}

int exit_code_of_store(const Error& error) {
    if (error.id == "SB-2006") return agent::exit_code::missing_input;
    if (error.id == "SB-2001" || error.id == "SB-2007") return agent::exit_code::unavailable;
    if (error.id == "SB-1004") return agent::exit_code::configuration;
    if (error.id == "SB-2005" || error.id == "SB-4001") return agent::exit_code::permission;
    if (error.id == "SB-2004" || error.id == "SB-2008") return agent::exit_code::io_error;
    return agent::exit_code::bad_data;
}

int migrate(const std::string& file, const std::string& from, const std::string& to, bool dry_run) {
    if (from == to) {
        std::cerr << "The stores must be of two kinds.\n";
        return agent::exit_code::usage;
    }
    auto settings = agent::read_settings(file);
    if (!settings) return report({agent::exit_code::configuration, settings.error()});
    const auto kind = [](const std::string& name) {
        return name == "rocksdb" ? agent::StoreSettings::Kind::rocksdb
                                 : agent::StoreSettings::Kind::postgresql;
    };
    const auto done = agent::migrate(*settings, {kind(from), kind(to), dry_run});
    if (!done) return report({exit_code_of_store(done.error()), {done.error()}});
    const auto count = [&](char letter) {
        const auto found = done->classes.find(letter);
        return found == done->classes.end() ? 0 : found->second;
    };
    std::cout << (dry_run ? "dry run   nothing was written\n" : "") << "keys      " << done->keys
              << "\ncases     " << count('c') << "\nsessions  " << count('r')
              << " sessions, offers and codes\nstatus    " << count('l') << " lists, " << count('i')
              << " entries, " << count('s') << " revoked\naudit     " << count('a')
              << " lines\ndigest    " << done->digest << "\n";
    if (!dry_run)
        std::cout << "next      set store.kind = \"" << to
                  << "\", start, keep the old store until sure\n";
    return agent::exit_code::clean;
}

int write_dev(agent::DevOptions options) {
    options.now = net::unix_seconds();
    const auto made = agent::init_dev(options);
    if (!made) return report({agent::exit_code::io_error, {made.error()}});
    std::cout << "settings  " << made->settings_file << "\nauthority " << made->ca_file
              << "\naddress   " << made->url << "\naccounts  " << made->clerk_account << ", "
              << made->inspector_account << " (password in " << made->password_file
              << ")\ntoken     " << made->token_file << "\ndid       " << made->did
              << "\nverkey    " << made->verkey << "\n";
    return agent::exit_code::clean;
}

agent::StartFailure failure_of(const Error& error) {
    return {agent::exit_code_of(error), {error}};
}

/// Asks an authority for the certificate of one of the three signing keys.
Result<std::string, Error> certificate_request(const agent::Settings& settings,
                                               const keys::P256Signer& key) {
    keys::LeafProfile profile;
    profile.subject = {settings.name_de, settings.contact.operator_name, "DE"};
    profile.dns_names = {settings.host()};
    profile.uris = {settings.public_url};
    if (!settings.ledger.did.empty()) profile.uris.push_back(settings.ledger.qualified_did());
    auto request = keys::make_certificate_request(key, profile);
    if (request) return *std::move(request);
    return Failure{Error{"SB-4208", "no certificate request could be made", settings.file,
                         "Names of at most 64 octets; see agent.name_de and contact.operator."}};
}

int with_key(const std::string& file, const std::string& name, bool make) {
    auto settings = agent::read_settings(file);
    if (!settings) return report({agent::exit_code::configuration, settings.error()});
    const auto key =
        make ? agent::make_token_key(*settings, name) : agent::open_signing_key(*settings, name);
    if (!key) return report(failure_of(key.error()));
    try {
        const auto request = certificate_request(*settings, **key);
        if (!request) return report(failure_of(request.error()));
        std::cout << *request;
    } catch (const agent::KeyUnavailable& failed) {
        return report(failure_of(failed.error));
    }
    if (make)
        std::cerr << "The token has the key '" << name
                  << "'. Have this request signed and put the chain into certificates." << name
                  << ".\n";
    return agent::exit_code::clean;
}

int hash_password() {
    std::string password;
    if (!std::getline(std::cin, password) || password.size() < 10) {
        std::cerr << "Give a password of at least 10 characters on standard input.\n";
        return agent::exit_code::usage;
    }
    std::cout << keys::hash_password(password) << "\n";
    return agent::exit_code::clean;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{
        "Stadtbuch agent: issues and verifies credentials for wallets (OpenID4VCI, OpenID4VP)"};
    app.require_subcommand(1);
    app.footer(
        "Examples:\n  stadtbuch-agent init-dev ./agent --register config/town\n  stadtbuch-agent "
        "run "
        "--config ./agent/agent.toml\nExit codes: 0 clean, 64 usage, 65 bad data, 66 missing "
        "input, 69 "
        "address in use, 74 input/output, 77 permission, 78 configuration");
    std::string file = "/etc/stadtbuch/agent.toml";
    CLI::App* run_command = app.add_subcommand("run", "Serve until SIGTERM");
    run_command->add_option("-c,--config", file, "Settings file")->capture_default_str();
    CLI::App* check =
        app.add_subcommand("check", "Read settings, keys, certificates and registers, then stop");
    check->add_option("-c,--config", file, "Settings file")->capture_default_str();
    agent::DevOptions dev;
    CLI::App* init =
        app.add_subcommand("init-dev", "Write a development configuration into a folder");
    init->add_option("folder", dev.folder, "Folder, made if missing")->required();
    init->add_option("--register", dev.register_folder, "Folder of the CSV registers")->required();
    init->add_option("--types", dev.types_folder,
                     "Folder of credential types that are configuration");
    init->add_option("--host", dev.host, "Name in the address")->capture_default_str();
    init->add_option("--port", dev.port, "HTTPS port")->capture_default_str();
    init->add_option("--path", dev.path, "Path in the address, /town; default: none");
    init->add_option("--telemetry-port", dev.telemetry_port, "Loopback port of metrics")
        ->capture_default_str();
    init->add_option("--genesis", dev.genesis, "Pool genesis file");
    init->add_option("--namespace", dev.name_space,
                     "Namespace of did:indy, for example stadtbuch:dev");
    init->add_option("--observer", dev.observer,
                     "Address of an observer that gives receipts of the ledger");
    CLI::App* hash =
        app.add_subcommand("hash-password", "Hash a password from standard input for clerks.toml");
    std::string use;
    const CLI::IsMember uses({"issuer", "status", "requests"});
    CLI::App* make_key = app.add_subcommand(
        "make-key", "Make a signing key in the token of [token]; prints a certificate request");
    CLI::App* ask = app.add_subcommand("certificate-request",
                                       "Print a certificate request (PKCS#10) for a signing key");
    for (CLI::App* command : {make_key, ask}) {
        command->add_option("use", use, "issuer, status or requests")->required()->check(uses);
        command->add_option("-c,--config", file, "Settings file")->capture_default_str();
    }
    std::string from;
    std::string to;
    bool dry_run = false;
    CLI::App* move = app.add_subcommand(
        "migrate", "Copy everything from one kind of store to the other; all instances stopped");
    move->add_option("-c,--config", file, "Settings file: agent.store and [store] dsn")
        ->capture_default_str();
    const CLI::IsMember kinds({"rocksdb", "postgresql"});
    move->add_option("--from", from, "rocksdb or postgresql")->required()->check(kinds);
    move->add_option("--to", to, "The other one; must be empty")->required()->check(kinds);
    move->add_flag("--dry-run", dry_run, "Count, and look whether the target is free");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? agent::exit_code::clean : agent::exit_code::usage;
    }
    if (init->parsed()) {
        for (std::string* folder : {&dev.register_folder, &dev.types_folder}) {
            if (!folder->empty() && !folder->starts_with('/'))
                *folder = std::filesystem::absolute(*folder).lexically_normal().string();
        }
        return write_dev(dev);
    }
    if (hash->parsed()) return hash_password();
    if (make_key->parsed() || ask->parsed()) return with_key(file, use, make_key->parsed());
    if (move->parsed()) return migrate(file, from, to, dry_run);
    return run(file, check->parsed());
}
