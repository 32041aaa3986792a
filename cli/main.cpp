// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// stadtbuch: the command line of operators, trustees, clerks and developers.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstdio>

#include "cli/command.hpp"
#include "cli/help.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"

namespace {

using namespace stadtbuch;
using namespace stadtbuch::cli;

void add_globals(CLI::App& app, Context& context) {
    Globals& globals = context.globals;
    globals.output = context.settings.text("output");
    globals.colour = context.settings.text("color");
    const auto flag = [&context](const char* key) {
        return [&context, key](const std::string& value) {
            context.settings.override_by_flag(key, value);
        };
    };
    app.add_option("-o,--output", globals.output,
                   "table, wide, json (one object), jsonl (one line), yaml, or name")
        ->check(CLI::IsMember({"table", "wide", "json", "jsonl", "yaml", "name"}))
        ->each(flag("output"));
    app.add_option("--select", globals.select,
                   "print only what lies there, for example data.verkey or members[].member")
        ->check([](const std::string& path) {
            return is_selection(path) ? "" : "--select: no path: " + path;
        });
    app.add_option("--color", globals.colour, "auto, always or never (NO_COLOR is respected)")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->each(flag("color"));
    app.add_flag("-q,--quiet", globals.quiet, "no talk on standard error but errors");
    app.add_flag("--no-input", globals.no_input, "never ask; fail instead");
}

void add_commands(CLI::App& app, Context& context) {
    add_network_commands(app, context);
    add_export_command(app, context);
    add_replay_command(app, context);
    add_setup_commands(app, context);
    add_ledger_commands(app, context);
    add_wallet_commands(app, context);
    add_config_commands(app, context);
    add_shell_commands(app, context);
    arrange_help(app);
}

/// What was asked for in JSON is answered in JSON, even if the rest was wrong.
void note_output(Globals& globals, const std::vector<std::string>& arguments) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if ((word == "-o" || word == "--output") && i + 1 < arguments.size())
            globals.output = arguments[i + 1];
        if (word.starts_with("--output=")) globals.output = word.substr(9);
        if (word.starts_with("-o") && word.size() > 2) globals.output = word.substr(2);
    }
}

/// Wrong settings stop everything but the commands that show them.
bool tolerates_faults(const std::vector<std::string>& arguments) {
    for (const std::string& word : arguments) {
        if (word == "config" || word == "explain" || word == "version" || word == "--help" ||
            word == "__complete")
            return true;
    }
    return false;
}

/// Ids of cases and verifications are 22 characters of base64url and may begin with `-`. They are
/// no options: after --id they are joined to it, elsewhere they go behind `--`.
std::vector<std::string> with_ids_protected(const std::vector<std::string>& arguments) {
    constexpr std::size_t id_chars = 22;
    std::vector<std::string> out;
    std::vector<std::string> ids;
    for (const std::string& word : arguments) {
        const bool is_id = word.size() == id_chars && word.starts_with('-') &&
                           std::all_of(word.begin(), word.end(),
                                       [](unsigned char c) {
                                           return std::isalnum(c) != 0 || c == '-' || c == '_';
                                       }) &&
                           !word.starts_with("--");
        if (is_id && !out.empty() && out.back() == "--id") {
            out.back() += "=" + word;
        } else {
            (is_id ? ids : out).push_back(word);
        }
    }
    if (ids.empty()) return out;
    out.emplace_back("--");
    out.insert(out.end(), ids.begin(), ids.end());
    return out;
}

int run(int argc, char** argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    CLI::App app{"Stadtbuch: the ledger of public IT providers and the credentials of town halls.",
                 "stadtbuch"};
    Context context;
    context.settings = Settings::load();
    app.set_version_flag("--version", STADTBUCH_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    add_globals(app, context);
    app.footer("Examples:\n  stadtbuch up\n  stadtbuch status\n  stadtbuch get txn 1");
    add_commands(app, context);
    if (!context.settings.faults().empty() && !tolerates_faults(arguments)) {
        Globals globals = context.globals;
        note_output(globals, arguments);
        return fail(globals, context.settings.faults().front(), Exit::usage);
    }
    try {
        std::vector<std::string> words = with_ids_protected(arguments);
        std::reverse(words.begin(), words.end());  // as CLI11 wants them
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        Globals globals = context.globals;
        note_output(globals, arguments);
        return explain_parse_error(app, globals, arguments, error);
    }
    if (context.exit_code == 0 && *context.globals.nothing_selected)
        return static_cast<int>(Exit::not_found);
    return context.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    prepare_signals();
    const int code = run(argc, argv);
    // Data that did not arrive were not printed, whatever the command believes.
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
        std::fprintf(stderr, "error SB-5001: standard output cannot be written\n");
        return code == 0 ? static_cast<int>(Exit::failed) : code;
    }
    return code;
}
