// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/help.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <utility>

namespace stadtbuch::cli {

namespace {

constexpr std::string_view exit_codes =
    "Exit codes: 0 done, 1 failed, 2 wrong use, 3 not found, 4 refused by ledger or agent,\n"
    "5 no answer or no quorum, 6 verification failed, 7 cancelled, 130 Ctrl-C.\n"
    "Data go to standard output, everything else to standard error.";

struct Group {
    const char* title;
    std::vector<std::string> commands;
};

const std::vector<Group>& groups() {
    static const std::vector<Group> list{
        {"A local network", {"up", "status", "logs", "start", "down", "export", "replay"}},
        {"Read the ledger", {"get", "taa", "verify-receipt"}},
        {"Write to the ledger", {"nym", "attrib", "schema", "creddef", "submit", "txn", "batch"}},
        {"Keys", {"did"}},
        {"Operators", {"node", "pool"}},
        {"Credentials", {"wallet", "issue", "verify", "revoke", "inspect"}},
        {"This program", {"context", "config", "explain", "completion", "man", "version"}},
    };
    return list;
}

class HelpFormatter final : public CLI::Formatter {
  public:
    HelpFormatter() {
        column_width(30);
        label("Usage", "Usage");
    }

    std::string make_help(const CLI::App* app, std::string name,
                          CLI::AppFormatMode mode) const override {
        if (mode == CLI::AppFormatMode::Sub) return make_expanded(app);
        std::string out = make_description(app) + "\n" + make_usage(app, name);
        out += make_examples(app);
        out += make_positionals(app);
        out += make_groups(app, mode);
        out += make_subcommands(app, mode);
        out += app->get_parent() == nullptr
                   ? "\n" + std::string(exit_codes) + "\n"
                   : "\nOptions of every command (-o, --select, --color, -q, --no-input): "
                     "stadtbuch --help\n";
        return out;
    }

    std::string make_usage(const CLI::App* app, std::string name) const override {
        std::string path = name;
        for (const CLI::App* up = app->get_parent(); up != nullptr && name.empty();
             up = up->get_parent())
            path = up->get_name() + " " + path;
        std::string out = "Usage: " + path;
        for (const CLI::Option* option :
             app->get_options([](const CLI::Option* one) { return one->get_positional(); }))
            out += " " + make_option_usage(option);
        if (!app->get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); })
                 .empty())
            out += " COMMAND";
        return out + " [OPTIONS]\n";
    }

    /// What a value looks like, without what the parser knows besides.
    std::string make_option_opts(const CLI::Option* option) const override {
        std::string out;
        if (option->get_type_size() != 0 || option->get_type_name().find('{') != std::string::npos)
            out = " " + type_words(*option);
        if (option->get_required()) out += "  (required)";
        return out;
    }

    std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
        std::string name = CLI::Formatter::make_option_name(option, is_positional);
        return name.substr(0, name.find('{'));
    }

  private:
    static std::string type_words(const CLI::Option& option) {
        std::string type = option.get_type_name();
        const std::size_t begin = type.find('{');
        if (begin != std::string::npos) {
            type = type.substr(begin + 1, type.find('}') - begin - 1);
            std::replace(type.begin(), type.end(), ',', '|');
            return type;
        }
        if (type.starts_with("INT") || type.starts_with("UINT")) return "N";
        return type;
    }

    static std::string make_examples(const CLI::App* app) {
        const auto examples = examples_of(*app);
        std::string out = examples.empty() ? "" : "\nExamples:\n";
        for (const std::string& one : examples) out += "  " + one + "\n";
        return out;
    }
};

void collect(const CLI::App& app, const std::string& path, std::vector<CommandEntry>& out) {
    for (const CLI::App* sub :
         app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); })) {
        const std::string name = path + sub->get_name();
        if (sub->get_subcommands([](const CLI::App*) { return true; }).empty()) {
            out.push_back({sub, name});
        } else {
            // Two levels at most.
            collect(*sub, name + " ", out);
        }
    }
}

/// The deepest command that the arguments name, and the words that nobody knows.
struct Understood {
    const CLI::App* command = nullptr;
    std::string path = "stadtbuch";
    std::string unknown;
};

Understood understand(const CLI::App& app, const std::vector<std::string>& arguments) {
    Understood out;
    out.command = &app;
    bool takes_words = true;
    bool is_value = false;
    for (const std::string& word : arguments) {
        if (word == "--") break;
        if (std::exchange(is_value, false)) continue;
        if (word.starts_with("-") && word.size() > 1) {
            const std::string name = word.substr(0, word.find('='));
            const CLI::Option* known = nullptr;
            for (const CLI::App* at = out.command; at != nullptr && known == nullptr;
                 at = at->get_parent())
                known = at->get_option_no_throw(name);
            if (known == nullptr && out.unknown.empty()) out.unknown = name;
            is_value = known != nullptr && known->get_items_expected_min() > 0 &&
                       name.size() == word.size();
            continue;
        }
        const auto subs = takes_words
                              ? out.command->get_subcommands([](const CLI::App*) { return true; })
                              : std::vector<const CLI::App*>{};
        const auto found = std::find_if(
            subs.begin(), subs.end(), [&](const CLI::App* sub) { return sub->get_name() == word; });
        if (found != subs.end()) {
            out.command = *found;
            out.path += " " + word;
        } else if (!subs.empty() && out.unknown.empty()) {
            out.unknown = word;
            takes_words = false;
        }
    }
    return out;
}

std::vector<std::string> words_known_to(const CLI::App& command, bool options) {
    std::vector<std::string> out;
    if (!options) {
        for (const CLI::App* sub :
             command.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); }))
            out.push_back(sub->get_name());
        return out;
    }
    for (const CLI::App* at = &command; at != nullptr; at = at->get_parent()) {
        for (const CLI::Option* option : at->get_options({})) {
            for (const std::string& name : option->get_lnames()) out.push_back("--" + name);
        }
    }
    return out;
}

std::string roff(std::string_view text) {
    std::string out;
    bool line_begin = true;
    for (const char c : text) {
        if (line_begin && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\') {
            out += "\\e";
        } else if (c == '-') {
            out += "\\-";
        } else {
            out += c;
        }
        line_begin = c == '\n';
    }
    return out;
}

/// Three levels at most: txn build nym.
// NOLINTNEXTLINE(misc-no-recursion): as deep as the commands are nested.
void arrange_below(CLI::App& app, const std::shared_ptr<HelpFormatter>& formatter) {
    for (CLI::App* sub : app.get_subcommands({})) {
        sub->formatter(formatter);
        if (!sub->get_group().empty()) sub->group("Commands");
        arrange_below(*sub, formatter);
    }
}

std::string roff_options(const CLI::App& command) {
    std::string out;
    for (const CLI::Option* option : command.get_options({})) {
        if (option->get_group().empty() || option->check_name("--help")) continue;
        out += ".TP\n\\fB" + roff(option_words(*option)) + "\\fR\n" +
               roff(option->get_description().empty() ? "value" : option->get_description()) + "\n";
    }
    return out;
}

std::string roff_examples(const CLI::App& command) {
    std::string out = ".SH EXAMPLES\n.nf\n";
    for (const std::string& one : examples_of(command)) out += roff(one) + "\n";
    return out + ".fi\n";
}

}  // namespace

void arrange_help(CLI::App& app) {
    const auto formatter = std::make_shared<HelpFormatter>();
    app.formatter(formatter);
    arrange_below(app, formatter);
    for (CLI::App* sub : app.get_subcommands({})) {
        if (sub->get_group().empty()) continue;
        sub->group("More");
        for (const Group& group : groups()) {
            const bool is_in = std::find(group.commands.begin(), group.commands.end(),
                                         sub->get_name()) != group.commands.end();
            if (is_in) sub->group(group.title);
        }
    }
}

std::vector<std::string> examples_of(const CLI::App& command) {
    std::vector<std::string> out;
    std::string footer = command.get_footer();
    while (!footer.empty()) {
        const std::size_t end = std::min(footer.find('\n'), footer.size());
        std::string line = footer.substr(0, end);
        footer.erase(0, std::min(end + 1, footer.size()));
        const std::size_t begin = line.find_first_not_of(' ');
        if (begin == std::string::npos || line.find("stadtbuch ") == std::string::npos) continue;
        out.push_back(line.substr(begin));
    }
    return out;
}

std::vector<CommandEntry> all_commands(const CLI::App& app) {
    std::vector<CommandEntry> out;
    collect(app, "", out);
    return out;
}

std::string option_words(const CLI::Option& option) {
    if (option.get_positional() && !option.nonpositional()) return option.get_name(true, false);
    std::string out = option.get_name(false, true);
    if (option.get_type_size() != 0) out += " " + option.get_type_name();
    return out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> best(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1, 0));
    for (std::size_t i = 0; i <= a.size(); ++i) best[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j) best[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            best[i][j] =
                std::min({best[i - 1][j] + 1, best[i][j - 1] + 1, best[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best[i][j] = std::min(best[i][j], best[i - 2][j - 2] + 1);
        }
    }
    return best[a.size()][b.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
    constexpr std::size_t word_chars_max = 64;
    if (word.size() > word_chars_max) return {};
    std::string best;
    std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const std::string& one : candidates) {
        const bool begins = word.size() >= 3 && one.starts_with(word);
        const std::size_t distance = begins ? 1 : edit_distance(word, one);
        if (distance >= best_distance) continue;
        best_distance = distance;
        best = one;
    }
    return best;
}

int explain_parse_error(const CLI::App& app, const Globals& globals,
                        const std::vector<std::string>& arguments, const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
        // --help and --version.
        return app.exit(error);
    }
    const Understood meant = understand(app, arguments);
    const bool is_group =
        !meant.command->get_subcommands([](const CLI::App*) { return true; }).empty();
    if (arguments.empty()) {
        std::fprintf(stderr, "%s", app.help().c_str());
        return static_cast<int>(Exit::usage);
    }
    Error told{"SB-5000", error.what(), meant.path, meant.path + " --help"};
    if (!meant.unknown.empty()) {
        const bool is_option = meant.unknown.starts_with("-");
        told.what =
            std::string("there is no ") + (is_option ? "option " : "command ") + meant.unknown;
        const std::string guess = nearest(meant.unknown, words_known_to(*meant.command, is_option));
        if (!guess.empty()) {
            told.next = "Did you mean " + (is_option ? guess : meant.path + " " + guess) + "?";
        }
    } else if (is_group) {
        std::string list;
        for (const std::string& one : words_known_to(*meant.command, false))
            list += (list.empty() ? "" : ", ") + one;
        told.what = "a command is missing: " + list;
    }
    while (!told.what.empty() && told.what.back() == '\n') told.what.pop_back();
    return fail(globals, told, Exit::usage);
}

std::string man_page(const CLI::App& app, const CommandEntry* entry, std::string_view version) {
    const CLI::App& command = entry != nullptr ? *entry->command : app;
    std::string name = "stadtbuch";
    if (entry != nullptr) name += " " + entry->path;
    std::string title = name;
    std::replace(title.begin(), title.end(), ' ', '-');
    std::string upper = title;
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    std::string out = ".TH \"" + roff(upper) + "\" 1 \"\" \"stadtbuch " + std::string(version) +
                      "\" \"Stadtbuch\"\n.SH NAME\n" + roff(title) + " \\- " +
                      roff(command.get_description()) + "\n.SH SYNOPSIS\n\\fB" + roff(name) +
                      "\\fR";
    for (const CLI::Option* option :
         command.get_options([](const CLI::Option* one) { return one->get_positional(); }))
        out += " \\fI" + roff(option->get_name(true, false)) + "\\fR";
    out += entry != nullptr ? " [options]\n" : " \\fIcommand\\fR [options]\n";
    out += roff_examples(command);
    out += ".SH OPTIONS\n" + roff_options(command);
    if (entry == nullptr) {
        out += ".SH COMMANDS\n";
        for (const CommandEntry& one : all_commands(app)) {
            out += ".TP\n\\fB" + roff(one.path) + "\\fR\n" + roff(one.command->get_description()) +
                   "\n";
        }
    } else {
        out += "Every command also takes the options of \\fBstadtbuch\\fR(1).\n";
    }
    out += ".SH EXIT STATUS\n" + roff(exit_codes) + "\n.SH SEE ALSO\n";
    out += entry != nullptr ? "\\fBstadtbuch\\fR(1)\n"
                            : "\\fBstadtbuch explain\\fR with an error id; docs/cli.md\n";
    return out;
}

}  // namespace stadtbuch::cli
