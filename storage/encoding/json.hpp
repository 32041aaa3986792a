// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// JSON text to Value and back, in the three spellings that Indy needs. Parsing is bounded and total.
#pragma once
#include <string>
#include <string_view>

#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::encoding {

enum class JsonError { too_large, too_deep, not_utf8, syntax, number_out_of_range, duplicate_key };
[[nodiscard]] std::string_view to_text(JsonError error);

struct JsonLimits {
    std::size_t bytes_max = 16 * 1024 * 1024;
    std::size_t depth_max = 64;
    /// RFC 7493 strictness for credentials; ledger requests keep the last of doubled keys, as Python does.
    bool refuse_duplicate_keys = false;
};

/// Parses one JSON text (simdjson inside). Integers stay exact up to 64 bits; larger ones are an error.
[[nodiscard]] Result<Value, JsonError> parse_json(std::string_view text, const JsonLimits& limits = {});

/// State form (indy-ledger-formats §5.1): compact, keys sorted by code point at all levels, non-ASCII
/// literal, `/` literal, control characters as Python's json writes them. Reals as Python's repr.
[[nodiscard]] std::string canonical_json(const Value& value);
/// Compact, members in their order, non-ASCII literal. Used for HTTP and for what is not compared.
[[nodiscard]] std::string compact_json(const Value& value);
/// The reference's wire form (ujson 1.33): compact, member order kept, `/` as `\/`, non-ASCII as \uXXXX.
[[nodiscard]] std::string wire_json(const Value& value);
/// Indented by `indent` spaces; `sorted` sorts the keys (von-network's HTTP answers: 2, sorted).
[[nodiscard]] std::string pretty_json(const Value& value, int indent, bool sorted);
/// Python's repr of a float, shortest text that reads back equal ("1.5", "1e+16", "1.0").
[[nodiscard]] std::string python_float(double value);
/// RFC 8785 (JCS): UTF-16 key order, ECMAScript numbers. Used by Data Integrity, not by the ledger.
[[nodiscard]] std::string jcs_json(const Value& value);

}  // namespace stadtbuch::encoding
