// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch-agent: issuer, verifier and the clerk's workplace as one process.
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>

#include "config/document.hpp"
#include "ssi/agent/init_dev.hpp"
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
    init->add_option("--telemetry-port", dev.telemetry_port, "Loopback port of metrics")
        ->capture_default_str();
    init->add_option("--genesis", dev.genesis, "Pool genesis file");
    init->add_option("--namespace", dev.name_space,
                     "Namespace of did:indy, for example stadtbuch:dev");
    CLI::App* hash =
        app.add_subcommand("hash-password", "Hash a password from standard input for clerks.toml");
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
    return run(file, check->parsed());
}
