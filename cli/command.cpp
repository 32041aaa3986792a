// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/command.hpp"

#include <algorithm>
#include <cstdio>

#include "cli/output.hpp"
#include "cli/terminal.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

using encoding::Value;

namespace {

/// Number of code points: umlauts must not shift columns.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    }));
}

/// Nothing that a terminal would obey: texts may come from strangers.
std::string printable(std::string text, bool keep_lines) {
    for (char& c : text) {
        if (keep_lines && c == '\n') continue;
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return text;
}

void print_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += printable(cells[i], false);
        if (i + 1 < cells.size()) line += std::string(widths[i] - width_of(cells[i]) + 2, ' ');
    }
    std::printf("%s\n", line.c_str());
}

void print_selection(const Globals& globals, const Value& value) {
    const auto found = selected(value, globals.select);
    if (!found) {
        *globals.nothing_selected = true;
        std::fflush(stdout);
        (void)fail(globals,
                   {"SB-5015", "the output has nothing at " + globals.select, "--select",
                    "Look at the whole output with -o json."},
                   Exit::not_found);
        return;
    }
    for (const Value& one : *found) {
        if (globals.output == "yaml") {
            std::fputs(yaml_text(one).c_str(), stdout);
        } else if (globals.output == "table" || globals.output == "wide" ||
                   globals.output == "name") {
            print_line(plain_text(one));
        } else {
            print_line(globals.output == "jsonl" ? encoding::compact_json(one)
                                                 : encoding::pretty_json(one, 2, false));
        }
    }
}

}  // namespace

void print_table(const std::vector<std::string>& columns,
                 const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths(columns.size(), 0);
    for (std::size_t i = 0; i < columns.size(); ++i) widths[i] = width_of(columns[i]);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i)
            widths[i] = std::max(widths[i], width_of(row[i]));
    }
    print_row(columns, widths);
    for (const auto& row : rows) print_row(row, widths);
}

void print_json(const Globals& globals, const Value& value) {
    if (!globals.select.empty()) return print_selection(globals, value);
    if (globals.output == "name") {
        for (const std::string& name : names_of(value)) print_line(name);
        return;
    }
    if (globals.output == "yaml") {
        std::fputs(yaml_text(value).c_str(), stdout);
        return;
    }
    print_line(globals.output == "jsonl" ? encoding::compact_json(value)
                                         : encoding::pretty_json(value, 2, false));
}

void print_line(std::string_view text) {
    std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
}

void say(const Globals& globals, std::string_view text) {
    if (!globals.quiet) warn(globals, text);
}

void warn(const Globals&, std::string_view text) {
    // Whoever reads both streams sees them in the order in which they were written.
    std::fflush(stdout);
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

int fail(const Globals& globals, const Error& error, Exit code) {
    std::fflush(stdout);
    if (globals.json()) {
        encoding::Object object;
        object.set("error", error.id);
        object.set("code", static_cast<std::int64_t>(code));
        object.set("what", error.what);
        object.set("where", error.where);
        object.set("next", error.next);
        std::fprintf(stderr, "%s\n", encoding::compact_json(object).c_str());
        return static_cast<int>(code);
    }
    const std::string head = painted(globals, Tone::red, "error " + error.id + ":");
    std::fprintf(stderr, "%s %s\n", head.c_str(), printable(error.what, true).c_str());
    if (!error.where.empty())
        std::fprintf(stderr, "  where: %s\n", printable(error.where, true).c_str());
    if (!error.next.empty())
        std::fprintf(stderr, "  try:   %s\n", printable(error.next, true).c_str());
    std::fprintf(stderr, "  more:  stadtbuch explain %s\n", error.id.c_str());
    return static_cast<int>(code);
}

}  // namespace stadtbuch::cli
