// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/static_field_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "ssi/ledger/static_python.hpp"
#include "ssi/ledger/static_version.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/python_repr.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

constexpr std::int64_t oldest_timestamp = 1499906902;
constexpr std::int64_t current_protocol_version = 2;
constexpr std::size_t date_time_max = 35;
constexpr std::string_view base58_alphabet =
    "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::array<std::size_t, 1> full_verkey_lengths = {32};
constexpr std::array<std::size_t, 1> abbreviated_verkey_lengths = {16};

using Words = std::optional<std::string>;

Words too_long(std::string_view text, std::size_t max) {
    if (text.size() <= max || code_point_count(text) <= max) return std::nullopt;
    const std::string_view head = first_code_points(text, 100);
    std::string words(head);
    if (head.size() < text.size()) words += "...";
    return words + " is longer than " + std::to_string(max) + " symbols";
}

Words limited_text(const Field& field, const std::string& text) {
    if (text.empty()) return field.can_be_empty ? Words() : Words("empty string");
    return too_long(text, field.max);
}

/// Octets that base58 text stands for. Decoding is quadratic, so long text is only measured; the
/// measure is exact but for values next to a power of 256, and no limit is near.
std::size_t base58_length(std::string_view text) {
    constexpr std::size_t decode_max = 2048;
    if (text.size() <= decode_max) {
        const auto decoded = encoding::base58_decode(text, decode_max);
        return decoded ? decoded->size() : 0;
    }
    const std::size_t zeros = std::min(text.find_first_not_of('1'), text.size());
    const std::string_view digits = text.substr(zeros);
    if (digits.empty()) return zeros;
    const std::size_t head_count = std::min<std::size_t>(digits.size(), 10);
    double head = 0;
    for (const char c : digits.substr(0, head_count)) {
        head = head * 58 + static_cast<double>(base58_alphabet.find(c));
    }
    const double bits =
        std::log2(head) + static_cast<double>(digits.size() - head_count) * std::log2(58.0);
    return zeros + static_cast<std::size_t>(bits / 8) + 1;
}

Words base58(std::span<const std::size_t> lengths, std::string_view text) {
    constexpr std::size_t printed_max = 10;
    if (text.find_first_not_of(base58_alphabet) != std::string_view::npos) {
        encoding::Array foreign = foreign_characters(text, base58_alphabet);
        const bool is_truncated = foreign.size() > printed_max;
        if (is_truncated) foreign.resize(printed_max);
        return "should not contain the following chars " +
               encoding::python_repr(Value(std::move(foreign))) +
               (is_truncated ? " (truncated)" : "");
    }
    if (lengths.empty()) return std::nullopt;
    const std::size_t length = base58_length(text);
    if (std::find(lengths.begin(), lengths.end(), length) != lengths.end()) return std::nullopt;
    std::string words = "b58 decoded value length " + std::to_string(length) + " should be ";
    if (lengths.size() == 1) return words + std::to_string(lengths[0]);
    words += "one of [";
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        if (i > 0) words += ", ";
        words += std::to_string(lengths[i]);
    }
    return words + "]";
}

Words verkey(std::string_view text) {
    const bool is_abbreviated = text.starts_with('~');
    const Words abbreviated = is_abbreviated ? base58(abbreviated_verkey_lengths, text.substr(1))
                                             : Words("should start with a ~");
    if (!abbreviated) return std::nullopt;
    const Words full = base58(full_verkey_lengths, text);
    if (!full) return std::nullopt;
    return "Neither a full verkey nor an abbreviated one. One of these errors should be "
           "resolved:\n " +
           *abbreviated + "\n" + *full;
}

Words json_text(const Field& field, const std::string& text) {
    if (Words words = limited_text(field, text)) return words;
    const auto parsed = encoding::parse_python_json(text);
    // What is too deep is a fault of another kind (static_fields.cpp).
    if (parsed || parsed.error() == encoding::JsonError::too_deep) return std::nullopt;
    return "should be a valid JSON string";
}

Words sha256_hex(std::string_view text) {
    // The reference's pattern lets one final line feed pass.
    if (text.size() == 65 && text.back() == '\n') text.remove_suffix(1);
    const bool is_hex = std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    if (text.size() == 64 && is_hex) return std::nullopt;
    return "not a valid hash (needs to be in hex too)";
}

Words ip_address(const std::string& text) {
    const bool is_unspecified = text == "0.0.0.0" || text == "0:0:0:0:0:0:0:0" || text == "::";
    if (!is_unspecified && is_ip_address(text)) return std::nullopt;
    return "invalid network ip address (" + text + ")";
}

Words protocol_version(const Value& value) {
    if (!value.is_null() && !is_python_int(value)) return wrong_type("int, NoneType", value);
    const std::string hint =
        "Make sure that the latest LibIndy is used and `set_protocol_version(2)` is called";
    if (!value.is_null() && python_int(value) == current_protocol_version) return std::nullopt;
    if (!value.is_null() && python_int(value) == 1) {
        return "Message version (" + python_str(value) +
               ") differs from current protocol version. " + hint;
    }
    return "Unknown protocol version value. " + hint;
}

Words expected_one_of(std::string_view choices, const Value& value) {
    return "expected one of '" + std::string(choices) + "', unknown value '" + python_str(value) +
           "'";
}

Words choice(const Field& field, const Value& value) {
    const std::string* text = value.text();
    if (text &&
        std::find(field.choices.begin(), field.choices.end(), *text) != field.choices.end()) {
        return std::nullopt;
    }
    std::string choices;
    for (const std::string_view one : field.choices) {
        if (!choices.empty()) choices += ", ";
        choices += one;
    }
    return expected_one_of(choices, value);
}

Words integer_rule(FieldKind kind, const Value& value) {
    const std::int64_t number = python_int(value);
    switch (kind) {
        case FieldKind::non_negative:
            return number < 0 ? Words("negative value") : Words();
        case FieldKind::seq_no:
            return number < 1 ? Words("cannot be smaller than 1") : Words();
        case FieldKind::port:
            return number <= 0 || number > 65535 ? Words("network port out of the range 0-65535")
                                                 : Words();
        case FieldKind::timestamp:
            if (number >= oldest_timestamp) return std::nullopt;
            return "should be greater than " + std::to_string(oldest_timestamp) + " but was " +
                   python_str(value);
        case FieldKind::ledger_id:
            return number < 0 || number > 3 ? expected_one_of("0, 1, 2, 3", value) : Words();
        default:
            return std::nullopt;
    }
}

/// ISO 8601 dates with an optional time, which is what clients send:
/// `2026-11-21T10:00:00.000000+00:00`.
bool is_date_time(std::string_view text) {
    static constexpr std::string_view date = "dddd-dd-dd";
    if (text.size() < date.size()) return false;
    for (std::size_t i = 0; i < date.size(); ++i) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (date[i] == 'd' ? !is_digit : text[i] != date[i]) return false;
    }
    const int month = (text[5] - '0') * 10 + (text[6] - '0');
    const int day = (text[8] - '0') * 10 + (text[9] - '0');
    if (month < 1 || month > 12 || day < 1 || day > 31) return false;
    return text.find_first_not_of("0123456789:.,+-Z TUC", date.size()) == std::string_view::npos;
}

Words date_time(const std::string& text) {
    if (Words words = too_long(text, date_time_max)) return words;
    if (text.empty() || text == "0" || is_date_time(text)) return std::nullopt;
    return "datetime " + text + " is not valid";
}

Words text_rule(const Field& field, const std::string& text) {
    switch (field.kind) {
        case FieldKind::text:
            return text.empty() ? Words("empty string") : Words();
        case FieldKind::serialized:
            return text.empty() ? Words("empty serialized value") : Words();
        case FieldKind::limited_text:
        case FieldKind::rule_value:
            return limited_text(field, text);
        case FieldKind::signature:
            return text.empty() ? Words("signature can not be empty") : limited_text(field, text);
        case FieldKind::json_text:
            return json_text(field, text);
        case FieldKind::ip_address:
            return ip_address(text);
        case FieldKind::base58:
            return base58(field.lengths, text);
        case FieldKind::verkey:
            return verkey(text);
        case FieldKind::sha256_hex:
            return sha256_hex(text);
        case FieldKind::generic_version:
            if (Words words = limited_text(field, text)) return words;
            return generic_version_fault(text);
        case FieldKind::schema_version:
            if (Words words = limited_text(field, text)) return words;
            return schema_version_fault(text);
        case FieldKind::date_time:
            return date_time(text);
        default:
            return std::nullopt;
    }
}

}  // namespace

std::string wrong_type(std::string_view expected, const Value& value) {
    return "expected types '" + std::string(expected) + "', got '" +
           std::string(python_type_name(value)) + "'";
}

Words check_plain_field(const Field& field, const Value& value) {
    switch (field.kind) {
        case FieldKind::any:
        case FieldKind::constant:
            return std::nullopt;
        case FieldKind::boolean:
            return value.is_bool() ? Words() : wrong_type("bool", value);
        case FieldKind::any_map:
            return value.is_object() ? Words() : wrong_type("dict", value);
        case FieldKind::choice:
            return choice(field, value);
        case FieldKind::word:
            if (value == Value(field.choices[0])) return std::nullopt;
            return "has to be equal " + std::string(field.choices[0]);
        case FieldKind::protocol_version:
            return protocol_version(value);
        case FieldKind::integer:
        case FieldKind::non_negative:
        case FieldKind::seq_no:
        case FieldKind::timestamp:
        case FieldKind::port:
        case FieldKind::ledger_id:
            return is_python_int(value) ? integer_rule(field.kind, value)
                                        : wrong_type("int", value);
        case FieldKind::role:
        case FieldKind::signature:
        case FieldKind::rule_value:
            if (value.is_null()) return std::nullopt;
            return value.is_text() ? text_rule(field, *value.text())
                                   : wrong_type("str, NoneType", value);
        case FieldKind::serialized:
            return value.is_text() ? text_rule(field, *value.text())
                                   : wrong_type("bytes, str", value);
        default:
            return value.is_text() ? text_rule(field, *value.text()) : wrong_type("str", value);
    }
}

Words constraint_of_wrong_type(const Value& value) {
    if (const std::string* text = value.text()) {
        if (text->find("constraint_id") == std::string::npos) return std::nullopt;
        return "string indices must be integers";
    }
    if (const encoding::Array* array = value.array()) {
        const bool holds =
            std::find(array->begin(), array->end(), Value("constraint_id")) != array->end();
        if (!holds) return std::nullopt;
        return "list indices must be integers or slices, not str";
    }
    return "argument of type '" + std::string(python_type_name(value)) + "' is not iterable";
}

namespace {

bool is_ipv4(std::string_view text) {
    int parts = 0;
    for (std::size_t at = 0;; ++at) {
        const std::size_t dot = std::min(text.find('.', at), text.size());
        const std::string_view part = text.substr(at, dot - at);
        const bool is_number = !part.empty() && part.size() <= 3 &&
                               part.find_first_not_of("0123456789") == std::string_view::npos;
        // A leading zero would mean octal to some readers.
        if (!is_number || (part.size() > 1 && part[0] == '0')) return false;
        int number = 0;
        std::from_chars(part.data(), part.data() + part.size(), number);
        if (number > 255) return false;
        ++parts;
        if (dot == text.size()) return parts == 4;
        at = dot;
    }
}

/// Number of 16-bit groups in one side of `::`, or nullopt.
std::optional<std::size_t> ipv6_groups(std::string_view text, bool may_end_in_ipv4) {
    if (text.empty()) return 0;
    std::size_t groups = 0;
    for (std::size_t at = 0;; ++at) {
        const std::size_t colon = std::min(text.find(':', at), text.size());
        const std::string_view part = text.substr(at, colon - at);
        const bool is_last = colon == text.size();
        if (is_last && may_end_in_ipv4 && is_ipv4(part)) return groups + 2;
        const bool is_group =
            !part.empty() && part.size() <= 4 &&
            part.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
        if (!is_group) return std::nullopt;
        ++groups;
        if (is_last) return groups;
        at = colon;
    }
}

bool is_ipv6(std::string_view text) {
    const std::size_t gap = text.find("::");
    if (gap == std::string_view::npos)
        return ipv6_groups(text, true) == std::optional<std::size_t>(8);
    const auto left = ipv6_groups(text.substr(0, gap), false);
    const auto right = ipv6_groups(text.substr(gap + 2), true);
    return left && right && *left + *right <= 7;
}

}  // namespace

bool is_ip_address(std::string_view text) {
    return is_ipv4(text) || is_ipv6(text);
}

}  // namespace stadtbuch::ledger
