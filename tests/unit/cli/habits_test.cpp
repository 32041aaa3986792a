// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The habits of the command line that need no process: forms of output, suggestions, progress,
// completion, what is remembered (CL-01 to CL-12).
#include <CLI/CLI.hpp>
#include <catch2/catch.hpp>

#include "cli/completion.hpp"
#include "cli/error_page.hpp"
#include "cli/help.hpp"
#include "cli/memory.hpp"
#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;
using namespace stadtbuch::cli;

namespace {

encoding::Value json(std::string_view text) {
    auto parsed = encoding::parse_json(text);
    REQUIRE(parsed.has_value());
    return *std::move(parsed);
}

std::vector<std::string> words_of(const Completion& completion) {
    std::vector<std::string> out;
    for (const Candidate& one : completion.candidates) out.push_back(one.word);
    return out;
}

}  // namespace

TEST_CASE("YAML quotes every text and keeps the order", "[cli][CL-02]") {
    CHECK(yaml_text(json(
              R"({"a":"yes","b":{"c":1,"no":null},"d":[{"e":true,"f":"x"},[2],[]],"g":{}})")) ==
          "a: \"yes\"\nb:\n  c: 1\n  \"no\": null\nd:\n  - e: true\n    f: \"x\"\n  - - 2\n  - []\n"
          "g: {}\n");
}

TEST_CASE("a selection walks members, elements and all elements", "[cli][CL-02]") {
    const auto value = json(R"({"a":{"b":"c"},"list":[{"n":"x"},{"n":"y"}]})");
    CHECK(selected(value, "a.b")->at(0) == encoding::Value("c"));
    CHECK(selected(value, "list[1].n")->at(0) == encoding::Value("y"));
    CHECK(selected(value, "list[].n")->size() == 2);
    CHECK_FALSE(selected(value, "a.x"));
    CHECK_FALSE(selected(value, "list[2]"));
    CHECK_FALSE(selected(value, "a[0]"));
    for (const char* bad : {"", ".", "a.", ".a", "a..b", "a[", "a[x]", "a[-1]"}) {
        CAPTURE(bad);
        CHECK_FALSE(is_selection(bad));
    }
    CHECK_FALSE(is_selection(std::string(200, '[')));
}

TEST_CASE("names are those of the listed things, or of the thing itself", "[cli][CL-02]") {
    CHECK(names_of(json(R"({"folder":"f","members":[{"member":"Node1"},{"member":"agent"}]})")) ==
          std::vector<std::string>{"Node1", "agent"});
    CHECK(names_of(json(R"({"did":"V4","verkey":"GJ"})")) == std::vector<std::string>{"V4"});
}

TEST_CASE("misspelt words find what was meant, and only that", "[cli][CL-11]") {
    const std::vector<std::string> words{"status", "start", "submit", "schema"};
    CHECK(nearest("sttus", words) == "status");
    CHECK(nearest("statsu", words) == "status");
    CHECK(nearest("sub", words) == "submit");
    CHECK(nearest("wallet", words).empty());
    CHECK(nearest(std::string(1000, 's'), words).empty());
    CHECK(edit_distance("ab", "ba") == 1);
    CHECK(edit_distance("", "abc") == 3);
}

TEST_CASE("progress tells rate and remaining time, and fits its line", "[cli][CL-10]") {
    CHECK(progress_line("rows", 50, 200, 5.0, 0, "") == "rows  50/200  10/s, 15 s left");
    CHECK(progress_line("rows", 1, 1000, 2.0, 0, "") == "rows  1/1000  0.5/s, 33 min 18 s left");
    CHECK(progress_line("rows", 0, 10, 0.0, 0, "now") == "rows  0/10  now");
    const std::string bar = progress_line("rows", 10, 20, 0.1, 80, "");
    CHECK(bar == "rows  10/20  [============            ]");
    CHECK(progress_line("rows", 10, 20, 3.0, 20, "a long word").size() < 20);
}

TEST_CASE("an answer from before an own write is told from a newer one", "[cli]") {
    const OwnWrite write{1000, "root", 7};
    CHECK(age_of(write, 999, "old", 1001) == Age::older);
    CHECK(age_of(write, 1000, "root", 1001) == Age::newer);
    CHECK(age_of(write, 1000, "other", 1001) == Age::unclear);
    CHECK(age_of(write, 1000, "other", 1010) == Age::newer);
    CHECK(age_of(write, 1001, "other", 1001) == Age::newer);
}

TEST_CASE("every documented error can be explained", "[cli][CL-09]") {
    CHECK(error_entries().size() > 100);
    for (const ErrorEntry& entry : error_entries()) {
        CAPTURE(std::string(entry.id));
        CHECK(entry.id.size() == 7);
        CHECK_FALSE(entry.meaning.empty());
        CHECK_FALSE(entry.remedy.empty());
    }
}

TEST_CASE("completion knows commands, options and values", "[cli][CL-08]") {
    CLI::App app{"test", "stadtbuch"};
    Context context;
    app.add_option("-o,--output", context.globals.output)->check(CLI::IsMember({"table", "json"}));
    add_setup_commands(app, context);
    add_ledger_commands(app, context);
    add_shell_commands(app, context);
    const Settings settings;
    CHECK(words_of(complete(app, settings, {"sch"})) == std::vector<std::string>{"schema"});
    CHECK(words_of(complete(app, settings, {"get", "sc"})) == std::vector<std::string>{"schema"});
    CHECK(words_of(complete(app, settings, {"nym", "--rol"})) ==
          std::vector<std::string>{"--role"});
    CHECK(words_of(complete(app, settings, {"nym", "--role", "tr"})) ==
          std::vector<std::string>{"trustee"});
    CHECK(words_of(complete(app, settings, {"get", "txn", "1", "--ledger", "p"})) ==
          std::vector<std::string>{"pool"});
    CHECK(words_of(complete(app, settings, {"--output", "j"})) == std::vector<std::string>{"json"});
    CHECK(complete(app, settings, {"nym", "--seed-file", ""}).wants_files);
    CHECK(complete(app, settings, {"creddef", ""}).wants_files);
    CHECK(complete(app, settings, {"nonsense", "x", "y"}).candidates.empty());
    // Hidden commands stay hidden.
    CHECK(words_of(complete(app, settings, {"__"})).empty());
    for (const char* shell : {"bash", "zsh", "fish"})
        CHECK(completion_script(shell).find("__complete") != std::string::npos);
    CHECK(completion_script("tcsh").empty());
}

TEST_CASE("man pages hold what help holds", "[cli][CL-11]") {
    CLI::App app{"the program", "stadtbuch"};
    Context context;
    add_setup_commands(app, context);
    add_ledger_commands(app, context);
    arrange_help(app);
    for (const CommandEntry& entry : all_commands(app)) {
        CAPTURE(entry.path);
        const std::string page = man_page(app, &entry, "1.0");
        for (const char* part :
             {".TH ", ".SH NAME", ".SH SYNOPSIS", ".SH EXAMPLES", ".SH OPTIONS", ".SH EXIT STATUS"})
            CHECK(page.find(part) != std::string::npos);
        // Examples come before options.
        CHECK(page.find(".SH EXAMPLES") < page.find(".SH OPTIONS"));
        const std::string help = entry.command->get_formatter()->make_help(
            entry.command, "stadtbuch " + entry.path, CLI::AppFormatMode::Normal);
        CHECK(help.find("Examples:") < help.find("Options:"));
    }
}
