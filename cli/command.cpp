// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "cli/command.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

/// Number of code points: umlauts must not shift columns.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    }));
}

/// One line, and nothing that a terminal would obey: cells may come from strangers.
std::string printable(std::string text) {
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    return text;
}

void print_row(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        line += printable(cells[i]);
        if (i + 1 < cells.size()) line += std::string(widths[i] - width_of(cells[i]) + 2, ' ');
    }
    std::printf("%s\n", line.c_str());
}

bool wants_colour() {
    const char* term = std::getenv("TERM");
    return isatty(STDERR_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr && term != nullptr &&
           std::string_view(term) != "dumb";
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

void print_json(const Globals& globals, const encoding::Value& value) {
    const std::string text = globals.output == "jsonl" ? encoding::compact_json(value)
                                                       : encoding::pretty_json(value, 2, false);
    std::printf("%s\n", text.c_str());
}

void print_line(std::string_view text) {
    std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
}

void say(const Globals& globals, std::string_view text) {
    if (globals.quiet) return;
    std::fprintf(stderr, "%.*s\n", static_cast<int>(text.size()), text.data());
}

int fail(const Globals& globals, const Error& error, Exit code) {
    if (globals.json()) {
        encoding::Object object;
        object.set("error", error.id);
        object.set("what", error.what);
        object.set("where", error.where);
        object.set("next", error.next);
        std::fprintf(stderr, "%s\n", encoding::compact_json(object).c_str());
        return static_cast<int>(code);
    }
    const bool colour = wants_colour();
    std::fprintf(stderr, "%serror %s:%s %s\n", colour ? "\033[31m" : "", error.id.c_str(),
                 colour ? "\033[0m" : "", error.what.c_str());
    if (!error.where.empty()) std::fprintf(stderr, "  where: %s\n", error.where.c_str());
    if (!error.next.empty()) std::fprintf(stderr, "  try:   %s\n", error.next.c_str());
    return static_cast<int>(code);
}

}  // namespace stadtbuch::cli
