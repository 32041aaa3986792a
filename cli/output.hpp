// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The forms in which one JSON value is printed (CL-02): YAML, names only, a part of it. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/encoding/value.hpp"

namespace stadtbuch::cli {

/// Block style; every text is quoted as in JSON, so that no reader guesses a type. Ends with a line
/// end.
[[nodiscard]] std::string yaml_text(const encoding::Value& value);

/// `data.verkey`, `members[0].pid`, `members[].member`: members by name, elements by index, `[]`
/// for each element. False for anything else; at most 32 steps.
[[nodiscard]] bool is_selection(std::string_view path);
/// What lies at `path`: one value, or one for each element when `[]` occurs. nullopt if a step
/// finds nothing. REQUIRES: is_selection(path).
[[nodiscard]] std::optional<std::vector<encoding::Value>> selected(const encoding::Value& value,
                                                                   std::string_view path);
/// The names in an output object: of each element when it holds one list of objects, else its own.
/// A thing's name is its first text or number.
[[nodiscard]] std::vector<std::string> names_of(const encoding::Value& value);
/// A text as it is, everything else as compact JSON.
[[nodiscard]] std::string plain_text(const encoding::Value& value);

}  // namespace stadtbuch::cli
