// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch: the command line of operators, trustees, clerks and developers.
#include <CLI/CLI.hpp>

#include "cli/command.hpp"

int main(int argc, char** argv) {
    using namespace stadtbuch::cli;
    CLI::App app{"Stadtbuch: the ledger of public IT providers and the credentials of town halls."};
    Context context;
    app.set_version_flag("--version", STADTBUCH_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.add_option("-o,--output", context.globals.output, "table, json (one object) or jsonl")
        ->check(CLI::IsMember({"table", "json", "jsonl"}));
    app.add_flag("-q,--quiet", context.globals.quiet, "no progress messages");
    app.add_flag("--no-input", context.globals.no_input, "never ask; fail instead");
    app.footer(
        "Examples:\n  stadtbuch up\n  stadtbuch status\n"
        "Exit codes: 0 ok, 1 failed, 2 usage, 3 not found, 4 refused by ledger or agent, 5 timeout "
        "or no quorum,\n"
        "6 verification failed, 7 cancelled. Data go to standard output, everything else to "
        "standard error.");
    add_network_commands(app, context);
    add_export_command(app, context);
    add_setup_commands(app, context);
    add_ledger_commands(app, context);
    add_wallet_commands(app, context);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int code = app.exit(error);
        return code == 0 ? 0 : static_cast<int>(Exit::usage);
    }
    return context.exit_code;
}
