// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Keys of municipalities with the days on which they hold: AGS (8 digits: Land 2, Regierungsbezirk
// 1, Kreis 2, Gemeinde 3) and ARS (12 digits: AGS' first five, Gemeindeverband 4, Gemeinde 3), as
// in the code lists of the Statistisches Bundesamt on XRepository, which change several times a
// year (credentials §7.1). Keys are texts: leading zeros matter. Pure but for the file that
// read_code_list() is given.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::registers {

[[nodiscard]] bool is_municipality_key(std::string_view ags);
[[nodiscard]] bool is_regional_key(std::string_view ars);
/// The AGS inside of an ARS; empty if that is none.
[[nodiscard]] std::string municipality_of(std::string_view ars);

struct CodeEntry {
    std::string code;
    std::string name;
    std::string valid_from;   ///< ISO date; empty: from ever
    std::string valid_until;  ///< last day; empty: no end known
    std::string successor;    ///< the key that follows, for mergers; empty: none
};

class CodeList {
  public:
    /// Columns list, code, name, valid_from, valid_until, successor; `list` is "ags" or "ars".
    /// SB-4101, SB-4102 (no such key or date), SB-4103 (two entries of one key overlap).
    [[nodiscard]] static Result<CodeList, Error> read(const std::string& file);

    /// What the key means on that day.
    [[nodiscard]] const CodeEntry* find(std::string_view code, std::string_view day) const;
    /// The key that holds on that day for one that held before, over mergers one after the other;
    /// the key itself while it holds, empty if it leads nowhere.
    [[nodiscard]] std::string current(std::string_view code, std::string_view day) const;
    [[nodiscard]] std::size_t size() const;

  private:
    std::map<std::string, std::vector<CodeEntry>, std::less<>>
        entries_;  ///< by code, by valid_from
};

}  // namespace stadtbuch::registers
