// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Finds the members of a JSON object without reading their values: for texts that must be passed on
// exactly as they came (client requests, ledger transactions). Bounded, no recursion; validates
// only what it must.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

namespace stadtbuch::consensus::messages {

struct RawMember {
    std::string_view key;    ///< between the quotes, escapes not resolved
    std::string_view value;  ///< without surrounding white space
};

/// nullopt when `text` is no object, is cut off, nests deeper than 64 or has more than
/// `members_max` members.
[[nodiscard]] std::optional<std::vector<RawMember>> scan_object(std::string_view text,
                                                                std::size_t members_max);
/// The last member with this key (as Python reads doubled keys); empty view when there is none.
[[nodiscard]] std::string_view raw_value(const std::vector<RawMember>& members,
                                         std::string_view key);

}  // namespace stadtbuch::consensus::messages
