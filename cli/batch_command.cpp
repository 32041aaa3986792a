// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// batch: runs indy-cli's scripts (CL-15).
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/batch_session.hpp"
#include "cli/folders.hpp"
#include "cli/ledger_commands.hpp"
#include "cli/terminal.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Object;
using encoding::Value;

struct BatchOptions {
    std::string file;
    bool check = false;
};

/// Scripts hold seeds and wallet keys.
void warn_of_readers(const Context& context, const std::string& path,
                     const std::vector<BatchLine>& lines) {
    struct stat status {};

    const bool is_open =
        path != "-" && ::stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0;
    const bool has_secrets = std::any_of(lines.begin(), lines.end(), [](const BatchLine& line) {
        return line.has("key") || line.has("seed");
    });
    if (is_open && has_secrets) {
        warn(context.globals, painted(context.globals, Tone::yellow, "careful: ") + path +
                                  " holds secrets and others can read it; chmod 600 " + path);
    }
}

/// What cannot be run, without running anything.
int check(const Context& context, const std::vector<BatchLine>& lines, const std::string& place) {
    std::size_t count = 0;
    encoding::Array list;
    for (const BatchLine& line : lines) {
        const std::string why = why_not_run(line);
        if (why.empty()) continue;
        ++count;
        list.emplace_back(Object{{"line", static_cast<std::int64_t>(line.number)},
                                 {"command", line.name()},
                                 {"why", why}});
        if (!context.globals.json())
            print_line(place + ":" + std::to_string(line.number) + ": " + line.name() + ": " + why);
    }
    if (context.globals.json())
        print_json(context.globals, Object{{"commands", static_cast<std::int64_t>(lines.size())},
                                           {"not_run", std::move(list)}});
    say(context.globals, std::to_string(lines.size() - count) + " of " +
                             std::to_string(lines.size()) + " commands can be run");
    return count == 0 ? 0 : static_cast<int>(Exit::failed);
}

void show(const Context& context, const BatchLine& line, const BatchOutcome& outcome) {
    if (!context.globals.json()) return print_line(outcome.text);
    print_json(context.globals, Object{{"line", static_cast<std::int64_t>(line.number)},
                                       {"command", line.name()},
                                       {"text", outcome.text},
                                       {"data", outcome.data}});
}

int batch(const Context& context, const BatchOptions& options) {
    const auto text = read_line_file(options.file);
    if (!text) return fail(context.globals, text.error(), Exit::usage);
    const auto lines = read_batch(*text, options.file);
    if (!lines) return fail(context.globals, lines.error(), Exit::usage);
    if (options.check) return check(context, *lines, options.file);
    warn_of_readers(context, options.file, *lines);
    BatchSession session(context);
    Progress progress(context.globals, "commands", lines->size());
    std::size_t done = 0;
    for (const BatchLine& line : *lines) {
        if (line.command == "exit" && line.group.empty()) break;
        progress.show(done++, line.name());
        const auto outcome = session.run(line);
        if (outcome) {
            show(context, line, *outcome);
            continue;
        }
        Error error = outcome.error().error;
        error.where = options.file + ":" + std::to_string(line.number) +
                      (error.where.empty() ? "" : ", " + error.where);
        const int code = fail(context.globals, error, outcome.error().code);
        if (!line.may_fail) return code;
    }
    return 0;
}

}  // namespace

void add_batch_command(CLI::App& app, Context& context) {
    const auto options = std::make_shared<BatchOptions>();
    CLI::App* command = app.add_subcommand("batch", "run a script of indy-cli");
    command->add_option("file", options->file, "the script; - for standard input")->required();
    command->add_flag("--check", options->check, "only say what cannot be run");
    command->footer(
        "Examples:\n  stadtbuch batch script.indy\n  stadtbuch batch --check script.indy");
    command->callback([options, &context] { context.exit_code = batch(context, *options); });
}

}  // namespace stadtbuch::cli
