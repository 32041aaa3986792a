// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// JSON text to Value and back, in the three spellings that Indy needs. Parsing is bounded and
// total.
#pragma once
#include <string>
#include <string_view>

#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::encoding {

enum class JsonError { too_large, too_deep, not_utf8, syntax, number_out_of_range, duplicate_key };
[[nodiscard]] std::string_view to_text(JsonError error);

/// Levels of a request: at about so many the reference's making of signing texts ends with a
/// RecursionError.
inline constexpr std::size_t request_nesting_max = 490;
/// Levels of a text unless said otherwise: a request and what a transaction or a state puts around
/// it.
inline constexpr std::size_t nesting_max = 512;
/// Levels at which Python's json.loads ends with a RecursionError while the reference checks an
/// operation.
inline constexpr std::size_t python_nesting_max = 970;

struct JsonLimits {
    std::size_t bytes_max = 16 * 1024 * 1024;
    std::size_t depth_max = nesting_max;
    /// RFC 7493 strictness for credentials; ledger requests keep the last of doubled keys, as
    /// Python does.
    bool refuse_duplicate_keys = false;
};

/// Parses one JSON text (simdjson inside). Integers stay exact up to 64 bits; larger ones are an
/// error.
[[nodiscard]] Result<Value, JsonError> parse_json(std::string_view text,
                                                  const JsonLimits& limits = {});

/// A text of an attribute or a DID document as Python 3.8's json.loads reads it: also `NaN`,
/// `Infinity`,
/// `-Infinity`, integers of any size (`BigInteger`), and lone surrogates, which the texts here then
/// hold in three bytes as if UTF-8 had them (`has_lone_surrogate`).
[[nodiscard]] Result<Value, JsonError> parse_python_json(std::string_view text,
                                                         const JsonLimits& limits = {
                                                             .depth_max = python_nesting_max});
[[nodiscard]] bool has_lone_surrogate(const Value& value);

/// A message as the reference's transport reads it (ujson 1.33): its reading of fractions, which is
/// not always the nearest number; no integer beyond int64; `01`, `1.`, `-`, `{"a":1,}` and raw
/// control characters pass. Fractions without a finite value and lone low surrogates are errors
/// here, as the reference cannot send them on.
[[nodiscard]] Result<Value, JsonError> parse_ujson(std::string_view text,
                                                   const JsonLimits& limits = {});

/// State form (indy-ledger-formats §5.1): compact, keys sorted by code point at all levels,
/// non-ASCII literal, `/` literal, control characters as Python's json writes them. Reals as
/// Python's repr.
[[nodiscard]] std::string canonical_json(const Value& value);
/// Compact, members in their order, non-ASCII literal. Used for HTTP and for what is not compared.
[[nodiscard]] std::string compact_json(const Value& value);
/// Compact, members in their order, non-ASCII literal; reals spelt so that ujson 1.33 reads back
/// exactly these
/// (`parse_ujson`). For what nodes tell each other of transactions.
[[nodiscard]] std::string transport_json(const Value& value);
/// The reference's wire form (ujson 1.33): compact, member order kept, `/` as `\/`, non-ASCII as
/// \uXXXX.
[[nodiscard]] std::string wire_json(const Value& value);
/// Indented by `indent` spaces; `sorted` sorts the keys (von-network's HTTP answers: 2, sorted).
[[nodiscard]] std::string pretty_json(const Value& value, int indent, bool sorted);
/// Python's repr of a float, shortest text that reads back equal ("1.5", "1e+16", "1.0").
[[nodiscard]] std::string python_float(double value);
/// RFC 8785 (JCS): UTF-16 key order, ECMAScript numbers. Used by Data Integrity, not by the ledger.
[[nodiscard]] std::string jcs_json(const Value& value);

}  // namespace stadtbuch::encoding
