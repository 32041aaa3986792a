// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// completion, man, explain, version: the program about itself (CL-08, CL-09, CL-11).
#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>

#include "cli/command.hpp"
#include "cli/completion.hpp"
#include "cli/error_page.hpp"
#include "cli/help.hpp"
#include "cli/network_files.hpp"

namespace stadtbuch::cli {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

/// Grows when a member of any command's JSON output changes its name or meaning (docs/cli.md).
constexpr std::int64_t output_version = 1;

struct ShellOptions {
    std::string shell, error_id, folder;
    std::vector<std::string> words;
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

int explain(const Context& context, const std::string& id) {
    for (const ErrorEntry& entry : error_entries()) {
        if (entry.id != id) continue;
        if (context.globals.json()) {
            print_json(
                context.globals,
                Object{{"error", entry.id}, {"meaning", entry.meaning}, {"remedy", entry.remedy}});
            return 0;
        }
        print_line(std::string(entry.id) + "  " + std::string(entry.meaning));
        print_line("  what to do: " + std::string(entry.remedy));
        return 0;
    }
    std::vector<std::string> ids;
    for (const ErrorEntry& entry : error_entries()) ids.emplace_back(entry.id);
    const std::string guess = nearest(id, ids);
    return fail(context.globals,
                {"SB-5016", "there is no error with this id", id,
                 guess.empty() ? "" : "Did you mean " + guess + "?"},
                Exit::not_found);
}

/// One file per command: stadtbuch.1, stadtbuch-get-nym.1, ...
int write_man_pages(const Context& context, const CLI::App& app, const std::string& folder,
                    const std::string& version) {
    if (auto made = make_folders(folder); !made) return fail(context.globals, made.error());
    auto written = write_file(folder + "/stadtbuch.1", man_page(app, nullptr, version));
    std::size_t count = 1;
    for (const CommandEntry& entry : all_commands(app)) {
        if (!written) break;
        std::string name = "stadtbuch-" + entry.path;
        std::replace(name.begin(), name.end(), ' ', '-');
        written = write_file(folder + "/" + name + ".1", man_page(app, &entry, version));
        ++count;
    }
    if (!written) return fail(context.globals, written.error());
    say(context.globals, std::to_string(count) + " man pages in " + folder);
    return 0;
}

int man(const Context& context, const CLI::App& app, const ShellOptions& options,
        const std::string& version) {
    if (!options.folder.empty()) return write_man_pages(context, app, options.folder, version);
    std::string path;
    for (const std::string& word : options.words) path += (path.empty() ? "" : " ") + word;
    if (path.empty()) {
        std::fputs(man_page(app, nullptr, version).c_str(), stdout);
        return 0;
    }
    for (const CommandEntry& entry : all_commands(app)) {
        if (entry.path != path) continue;
        std::fputs(man_page(app, &entry, version).c_str(), stdout);
        return 0;
    }
    return fail(context.globals, {"SB-5016", "there is no such command", path, "stadtbuch --help"},
                Exit::not_found);
}

int print_completion(const CLI::App& app, const Context& context,
                     const std::vector<std::string>& words) {
    const Completion found = complete(app, context.settings, words);
    for (const Candidate& one : found.candidates)
        print_line(one.meaning.empty() ? one.word : one.word + "\t" + one.meaning);
    if (found.wants_files) print_line(":files");
    return 0;
}

/// For tests and documentation.
int print_commands(const CLI::App& app, const Context& context) {
    Array commands;
    for (const CommandEntry& entry : all_commands(app)) {
        Array examples;
        for (const std::string& one : examples_of(*entry.command)) examples.emplace_back(one);
        commands.emplace_back(Object{{"command", entry.path},
                                     {"description", entry.command->get_description()},
                                     {"examples", std::move(examples)}});
    }
    print_json(context.globals, Object{{"commands", std::move(commands)}});
    return 0;
}

void add_hidden(CLI::App& app, const std::shared_ptr<ShellOptions>& options, Context& context) {
    CLI::App* complete_command = app.add_subcommand("__complete", "candidates for the last word");
    complete_command->group("");
    complete_command->add_option("words", options->words);
    complete_command->callback([&app, options, &context] {
        context.exit_code = print_completion(app, context, options->words);
    });
    CLI::App* commands_command = app.add_subcommand("__commands", "all commands with examples");
    commands_command->group("");
    commands_command->callback(
        [&app, &context] { context.exit_code = print_commands(app, context); });
}

}  // namespace

const std::vector<ErrorEntry>& error_entries() {
    static const std::vector<ErrorEntry> entries = [] {
        std::vector<ErrorEntry> out;
        std::string_view page = error_page();
        while (!page.empty()) {
            const std::size_t end = std::min(page.find('\n'), page.size());
            const std::string_view line = page.substr(0, end);
            page.remove_prefix(std::min(end + 1, page.size()));
            if (!line.starts_with("| SB-")) continue;
            const std::size_t first = line.find('|', 1);
            const std::size_t second = line.find('|', first + 1);
            const std::size_t third = line.find('|', second + 1);
            if (third == std::string_view::npos) continue;
            out.push_back({trimmed(line.substr(1, first - 1)),
                           trimmed(line.substr(first + 1, second - first - 1)),
                           trimmed(line.substr(second + 1, third - second - 1))});
        }
        return out;
    }();
    return entries;
}

void add_shell_commands(CLI::App& app, Context& context) {
    const auto options = std::make_shared<ShellOptions>();
    CLI::App* explain_command = app.add_subcommand("explain", "say what an error id means");
    explain_command->add_option("id", options->error_id, "for example SB-5045")->required();
    explain_command->footer(
        "Examples:\n  stadtbuch explain SB-5045\n  stadtbuch -o json explain SB-3011");
    explain_command->callback(
        [options, &context] { context.exit_code = explain(context, options->error_id); });

    CLI::App* completion_command =
        app.add_subcommand("completion", "print the completion script of a shell");
    completion_command->add_option("shell", options->shell)
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion_command->footer(
        "Examples:\n  source <(stadtbuch completion bash)\n"
        "  stadtbuch completion fish > stadtbuch.fish");
    completion_command->callback([options, &context] {
        std::fputs(completion_script(options->shell).c_str(), stdout);
        context.exit_code = 0;
    });

    const std::string version = app.version();
    CLI::App* man_command =
        app.add_subcommand("man", "print the manual page, whole or of a command");
    man_command->add_option("command", options->words, "for example: get nym");
    man_command->add_option("--dir", options->folder, "write all pages into this folder");
    man_command->footer(
        "Examples:\n  stadtbuch man get nym | man -l -\n  stadtbuch man --dir man1");
    man_command->callback([&app, options, &context, version] {
        context.exit_code = man(context, app, *options, version);
    });

    CLI::App* version_command = app.add_subcommand("version", "program and output version");
    version_command->footer("Examples:\n  stadtbuch version\n  stadtbuch --select output version");
    version_command->callback([&context, version] {
        if (context.globals.json()) {
            print_json(context.globals, Object{{"version", version}, {"output", output_version}});
        } else {
            print_line("stadtbuch " + version);
        }
        context.exit_code = 0;
    });
    add_hidden(app, options, context);
}

}  // namespace stadtbuch::cli
