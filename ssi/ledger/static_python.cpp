// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/static_python.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

std::string_view python_type_name(const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null:
            return "NoneType";
        case Value::Kind::boolean:
            return "bool";
        case Value::Kind::integer:
        case Value::Kind::unsigned_integer:
        case Value::Kind::big_integer:
            return "int";
        case Value::Kind::real:
            return "float";
        case Value::Kind::text:
            return "str";
        case Value::Kind::array:
            return "list";
        case Value::Kind::object:
            return "dict";
    }
    return "object";
}

std::string python_str(const Value& value) {
    if (const std::string* text = value.text()) return *text;
    return encoding::python_repr(value);
}

bool python_truth(const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null:
            return false;
        case Value::Kind::boolean:
            return *value.boolean();
        case Value::Kind::integer:
            return *value.integer() != 0;
        case Value::Kind::unsigned_integer:
        case Value::Kind::big_integer:
            return true;
        case Value::Kind::real:  // what is no number is true
            return std::fpclassify(*value.real()) != FP_ZERO;
        case Value::Kind::text:
            return !value.text()->empty();
        case Value::Kind::array:
            return !value.array()->empty();
        case Value::Kind::object:
            return !value.object()->empty();
    }
    return false;
}

bool is_python_int(const Value& value) {
    return value.is_integer() || value.is_bool();
}

std::int64_t python_int(const Value& value) {
    if (const auto flag = value.boolean()) return *flag ? 1 : 0;
    return value.integer().value_or(std::numeric_limits<std::int64_t>::max());
}

namespace {

bool is_continuation(Byte byte) {
    return (byte & 0xC0U) == 0x80U;
}

}  // namespace

std::size_t code_point_count(std::string_view utf8) {
    std::size_t count = 0;
    for (const char c : utf8) count += is_continuation(static_cast<Byte>(c)) ? 0U : 1U;
    return count;
}

std::string_view first_code_points(std::string_view utf8, std::size_t count) {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        if (is_continuation(static_cast<Byte>(utf8[i]))) continue;
        if (seen == count) return utf8.substr(0, i);
        ++seen;
    }
    return utf8;
}

encoding::Array foreign_characters(std::string_view text, std::string_view alphabet) {
    // The byte order of UTF-8 is the order of its code points.
    std::set<std::string_view> foreign;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i + 1;
        while (end < text.size() && is_continuation(static_cast<Byte>(text[end]))) ++end;
        const std::string_view character = text.substr(i, end - i);
        if (character.size() > 1 || alphabet.find(character[0]) == std::string_view::npos) {
            foreign.insert(character);
        }
        i = end;
    }
    encoding::Array result;
    for (const std::string_view character : foreign) result.emplace_back(character);
    return result;
}

namespace {

/// What may follow a lead byte: number of continuation bytes and the range of the first of them.
struct Lead {
    std::size_t continuations = 0;
    Byte low = 0x80;
    Byte high = 0xBF;
};

std::optional<Lead> lead_of(Byte byte) {
    if (byte < 0x80) return Lead{};
    if (byte >= 0xC2 && byte <= 0xDF) return Lead{1};
    if (byte == 0xE0) return Lead{2, 0xA0, 0xBF};
    if (byte == 0xED) return Lead{2, 0x80, 0x9F};
    if (byte >= 0xE1 && byte <= 0xEF) return Lead{2};
    if (byte == 0xF0) return Lead{3, 0x90, 0xBF};
    if (byte >= 0xF1 && byte <= 0xF3) return Lead{3};
    if (byte == 0xF4) return Lead{3, 0x80, 0x8F};
    return std::nullopt;
}

std::string codec_text(BytesView bytes, std::size_t from, std::size_t length,
                       std::string_view why) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "'utf-8' codec can't decode byte";
    if (length == 1) {
        text += " 0x";
        text += digits[bytes[from] >> 4U];
        text += digits[bytes[from] & 0xFU];
        text += " in position " + std::to_string(from);
    } else {
        text += "s in position " + std::to_string(from) + "-" + std::to_string(from + length - 1);
    }
    text += ": ";
    text += why;
    return text;
}

}  // namespace

std::optional<std::string> utf8_fault(BytesView bytes) {
    for (std::size_t i = 0; i < bytes.size();) {
        const std::optional<Lead> lead = lead_of(bytes[i]);
        if (!lead) return codec_text(bytes, i, 1, "invalid start byte");

        for (std::size_t k = 1; k <= lead->continuations; ++k) {
            if (i + k >= bytes.size()) return codec_text(bytes, i, k, "unexpected end of data");
            const Byte byte = bytes[i + k];
            const bool good =
                k == 1 ? byte >= lead->low && byte <= lead->high : is_continuation(byte);
            if (!good) return codec_text(bytes, i, k, "invalid continuation byte");
        }
        i += 1 + lead->continuations;
    }
    return std::nullopt;
}

}  // namespace stadtbuch::ledger
