// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/register/code_list.hpp"

#include <algorithm>

#include "ssi/register/csv.hpp"

namespace stadtbuch::registers {

namespace {

constexpr std::size_t mergers_max = 16;

bool digits(std::string_view text, std::size_t count) {
    return text.size() == count &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_day(std::string_view text) {
    return text.size() == 10 && text[4] == '-' && text[7] == '-' && digits(text.substr(0, 4), 4) &&
           digits(text.substr(5, 2), 2) && digits(text.substr(8, 2), 2);
}

Error wrong(const CsvTable& table, std::size_t row, const std::string& what) {
    return {"SB-4102", what, table.file + ", line " + std::to_string(table.lines[row]),
            "Correct the code list."};
}

}  // namespace

bool is_municipality_key(std::string_view ags) {
    return digits(ags, 8);
}

bool is_regional_key(std::string_view ars) {
    return digits(ars, 12);
}

std::string municipality_of(std::string_view ars) {
    if (!is_regional_key(ars)) return {};
    return std::string(ars.substr(0, 5)) + std::string(ars.substr(9));
}

Result<CodeList, Error> CodeList::read(const std::string& file) {
    const auto table =
        read_csv(file, {"list", "code", "name", "valid_from", "valid_until", "successor"});
    if (!table) return Failure{table.error()};
    CodeList out;
    for (std::size_t i = 0; i < table->rows.size(); ++i) {
        const auto at = [&](std::string_view column) {
            return table->rows[i][table->column(column)];
        };
        CodeEntry entry{at("code"), at("name"), at("valid_from"), at("valid_until"),
                        at("successor")};
        const bool ags = at("list") == "ags";
        if (!ags && at("list") != "ars")
            return Failure{wrong(*table, i, "there is no list '" + at("list") + "'")};
        const auto is_key = ags ? is_municipality_key : is_regional_key;
        if (!is_key(entry.code) || !(entry.successor.empty() || is_key(entry.successor)))
            return Failure{wrong(*table, i, "this is no key of the list")};
        for (const std::string& day : {entry.valid_from, entry.valid_until}) {
            if (!day.empty() && !is_day(day))
                return Failure{wrong(*table, i, "'" + day + "' is no date")};
        }
        out.entries_[entry.code].push_back(std::move(entry));
    }
    for (auto& [code, entries] : out.entries_) {
        std::sort(entries.begin(), entries.end(), [](const CodeEntry& a, const CodeEntry& b) {
            return a.valid_from < b.valid_from;
        });
        for (std::size_t i = 1; i < entries.size(); ++i) {
            const std::string& end = entries[i - 1].valid_until;
            if (!end.empty() && end < entries[i].valid_from) continue;
            return Failure{Error{"SB-4103", "two entries of '" + code + "' hold on one day", file,
                                 "Give each a last day before the next one's first."}};
        }
    }
    return out;
}

const CodeEntry* CodeList::find(std::string_view code, std::string_view day) const {
    const auto found = entries_.find(code);
    if (found == entries_.end()) return nullptr;
    for (const CodeEntry& entry : found->second) {
        if (entry.valid_from <= day && (entry.valid_until.empty() || entry.valid_until >= day))
            return &entry;
    }
    return nullptr;
}

std::string CodeList::current(std::string_view code, std::string_view day) const {
    std::string key(code);
    for (std::size_t step = 0; step < mergers_max; ++step) {
        if (find(key, day) != nullptr) return key;
        const auto found = entries_.find(key);
        if (found == entries_.end() || found->second.back().successor.empty()) return {};
        key = found->second.back().successor;
    }
    return {};
}

std::size_t CodeList::size() const {
    std::size_t out = 0;
    for (const auto& [code, entries] : entries_) out += entries.size();
    return out;
}

}  // namespace stadtbuch::registers
