// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Claims path pointers (OpenID4VCI 1.0 appendix C, OpenID4VP 1.0 §7): where in a claims object
// something is.
#pragma once
#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "storage/encoding/value.hpp"

namespace stadtbuch::credential {

/// Selects every element of an array (JSON null).
struct AllElements {
    friend auto operator<=>(AllElements, AllElements) = default;
};

using PathStep = std::variant<std::string, std::size_t, AllElements>;
using ClaimPath = std::vector<PathStep>;

/// "address.municipality_key", "licence_plates[0].plate", "nationalities[*]".
[[nodiscard]] std::string to_text(const ClaimPath& path);
/// From dotted names only, for literals in our own code.
[[nodiscard]] ClaimPath path_of(std::string_view dotted);
/// JSON array of string / non-negative integer / null, 1 to 16 steps; nullopt otherwise.
[[nodiscard]] std::optional<ClaimPath> path_from_value(const encoding::Value& value);
[[nodiscard]] encoding::Array path_to_value(const ClaimPath& path);
/// Pointers to all selected values; empty when nothing is there or a step meets the wrong kind.
[[nodiscard]] std::vector<const encoding::Value*> select(const encoding::Value& root,
                                                         const ClaimPath& path);

}  // namespace stadtbuch::credential
