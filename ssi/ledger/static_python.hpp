// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The words in which the reference prints values inside refusals (indy-client-protocol §5.3). Pure,
// total.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "storage/base/bytes.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

/// `str`, `int`, `float`, `bool`, `NoneType`, `list` or `dict`.
[[nodiscard]] std::string_view python_type_name(const encoding::Value& value);
/// Python's str(): a text as it is, everything else as python_repr.
[[nodiscard]] std::string python_str(const encoding::Value& value);
/// Python's truth: null, false, zero and everything empty are false.
[[nodiscard]] bool python_truth(const encoding::Value& value);
/// True for integers and, as in Python, for booleans.
[[nodiscard]] bool is_python_int(const encoding::Value& value);
/// Booleans count as 0 and 1. Saturates above 2^63-1. REQUIRES: is_python_int(value).
[[nodiscard]] std::int64_t python_int(const encoding::Value& value);

/// Number of code points of valid UTF-8.
[[nodiscard]] std::size_t code_point_count(std::string_view utf8);
/// At most the first `count` code points.
[[nodiscard]] std::string_view first_code_points(std::string_view utf8, std::size_t count);
/// The distinct code points of `text` outside `alphabet` (ASCII), in ascending order, each as
/// UTF-8.
[[nodiscard]] encoding::Array foreign_characters(std::string_view text, std::string_view alphabet);

/// Python's words for the first fault in `bytes` as UTF-8; nullopt when there is none.
[[nodiscard]] std::optional<std::string> utf8_fault(BytesView bytes);

}  // namespace stadtbuch::ledger
