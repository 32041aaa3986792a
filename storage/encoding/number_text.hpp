// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The spellings of numbers in the JSON forms. Internal to storage/encoding; appends to `out`.
#pragma once
#include <cstdint>
#include <string>

namespace stadtbuch::encoding {

void append_integer(std::string& out, std::int64_t value);
void append_integer(std::string& out, std::uint64_t value);
/// Python's repr of a float; `nan`, `inf` and `-inf` where there is no number.
void append_python_float(std::string& out, double value);
/// ujson 1.33: up to ten decimals without exponent below 1e16, sixteen significant digits above;
/// null for what is no finite number (ujson refuses it).
void append_ujson_float(std::string& out, double value);
/// A spelling that ujson 1.33 reads back as exactly this number; Python's repr where none was found
/// (of two million doubles of any magnitude none). About a microsecond.
void append_transport_float(std::string& out, double value);
/// ECMAScript Number::toString (RFC 8785 §3.2.2.3); null for what is no finite number.
void append_ecmascript_number(std::string& out, double value);

}  // namespace stadtbuch::encoding
