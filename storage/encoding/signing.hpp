// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The text that clients sign and from which request digests are made (indy-client-protocol §4.2).
#pragma once
#include <string>

#include "storage/encoding/value.hpp"

namespace stadtbuch::encoding {

/// S(v): texts as they are, integers decimal, `True`/`False`, null empty, floats as Python's repr;
/// list elements joined with ','; members in code point order as `key:S(value)`, joined with '|'.
/// Nothing is quoted and nesting leaves no brackets. Pure serialization: the caller leaves out
/// `signature`, `signatures` and `fees`, and replaces the content of an ATTRIB by its hash (§4.3).
[[nodiscard]] std::string signing_text(const Value& value);

}  // namespace stadtbuch::encoding
