// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch-node: the ledger node of one operator.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "node/allocator.hpp"
#include "node/exit_codes.hpp"
#include "node/identity.hpp"
#include "node/log.hpp"
#include "node/net/descriptors.hpp"
#include "node/observer.hpp"
#include "node/settings.hpp"
#include "node/snapshot.hpp"
#include "node/validator.hpp"

using namespace stadtbuch;

namespace {

/// Prints all faults of the file; true when there are none.
bool settings_are_good(const std::string& path, node::Settings& settings) {
    const auto faults = node::read_settings(path, settings);
    for (const Error& fault : faults)
        std::fprintf(stderr, "stadtbuch-node: %s\n", config::to_text(fault).c_str());
    return faults.empty();
}

}  // namespace

int main(int argc, char** argv) {
    node::set_up_allocator();
    CLI::App app{"Ledger node: orders and executes (validator) or follows and serves (observer)."};
    app.set_version_flag("--version", STADTBUCH_VERSION);
    app.footer(
        "Examples:\n  stadtbuch-node --config /etc/stadtbuch/node.toml\n  stadtbuch-node --config "
        "node.toml --check\n"
        "Exit codes: 0 clean, 64 usage, 65 damaged or foreign data, 66 genesis or keys missing, 69 "
        "port or data in\n"
        "use, 74 disk error, 77 permission, 78 configuration.");
    std::string config_path;
    std::string export_path;
    std::vector<std::string> import_sources;
    bool check_only = false;
    bool recover = false;
    app.add_option("--config,-c", config_path, "configuration file (TOML)")->required();
    app.add_flag("--check", check_only,
                 "read configuration, genesis and keys, say what is wrong, and end");
    app.add_flag("--recover", recover,
                 "the data folder is empty or restored, the keys have voted before: follow without "
                 "voting until a\n"
                 "checkpoint of the others makes the old votes harmless; remembered over restarts");
    auto* exports = app.add_option(
        "--export-snapshot", export_path,
        "write what observers can start from to a file, and end; the node may run meanwhile");
    app.add_option("--import-snapshot", import_sources,
                   "fill the empty data folder of an observer from such a file or web address, of "
                   "whatever source, proving\n"
                   "all of it, and end; of several the first that holds is taken, the others are "
                   "named")
        ->excludes(exports);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : static_cast<int>(node::ExitCode::usage);
    }
    node::Settings settings;
    if (!settings_are_good(config_path, settings))
        return static_cast<int>(node::ExitCode::configuration);
    settings.recover = recover;
    node::open_log(settings.log_format, settings.log_level, settings.alias);
    node::log(node::LogLevel::debug, "allocator", {{"name", node::allocator_name()}});
    node::log(node::LogLevel::debug, "descriptors",
              {{"limit", std::to_string(net::raise_descriptor_limit())}});
    if (check_only) {
        const auto identity = node::load_identity(settings);
        if (identity) {
            std::printf("configuration, genesis and keys are good\n");
            return 0;
        }
        node::log_error(identity.error().error);
        return static_cast<int>(identity.error().code);
    }
    if (!export_path.empty()) return node::export_snapshot(settings, export_path);
    if (!import_sources.empty() && settings.mode == node::Mode::validator) {
        std::fprintf(stderr,
                     "stadtbuch-node: a validator takes its ledgers from the others; leave out "
                     "--import-snapshot\n");
        return static_cast<int>(node::ExitCode::usage);
    }
    if (!import_sources.empty()) return node::import_snapshot(settings, import_sources);
    return settings.mode == node::Mode::validator ? node::run_validator(settings)
                                                  : node::run_observer(settings);
}
