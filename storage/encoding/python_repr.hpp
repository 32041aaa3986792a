// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Python's repr of values, as the reference puts them into its error texts (indy-client-protocol
// §5.3).
#pragma once
#include <string>
#include <string_view>

#include "storage/encoding/value.hpp"

namespace stadtbuch::encoding {

/// `None`, `True`, `1`, `1.0`, `'text'`, `[1, 2]`, `{'a': 1}` (members in their order; integer keys
/// bare).
[[nodiscard]] std::string python_repr(const Value& value);
/// Single quotes, or double ones if the text has single but no double quotes; what Python does not
/// count as printable is escaped (Unicode 12.1, Python 3.8).
[[nodiscard]] std::string python_repr(std::string_view text);

[[nodiscard]] inline std::string python_repr(const std::string& text) {
    return python_repr(std::string_view(text));
}

[[nodiscard]] inline std::string python_repr(const char* text) {
    return python_repr(std::string_view(text));
}

}  // namespace stadtbuch::encoding
