// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The grammar and the arithmetic of ujson 1.33 (lib/ultrajsondec.c), with which the reference reads
// what comes from sockets. Signatures, digests and states hold what it read, so that its roundings
// are part of the protocol. simdjson goes first; what it takes means the same to both if there is
// no fraction in it.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "storage/encoding/json.hpp"
#include "storage/encoding/json_cursor.hpp"
#include "storage/encoding/member_order.hpp"
#include "storage/encoding/number_text.hpp"
#include "storage/encoding/utf8.hpp"

namespace stadtbuch::encoding {
namespace {

/// The parts of a number with fraction or exponent, in the arithmetic of createDouble().
double real_of(bool is_negative, std::uint64_t whole, double fraction, std::size_t decimals,
               const double* exponent) {
    static constexpr std::array<double, 16> tenths{1.0,   0.1,   0.01,  0.001, 0.0001, 0.00001,
                                                   1e-6,  1e-7,  1e-8,  1e-9,  1e-10,  1e-11,
                                                   1e-12, 1e-13, 1e-14, 1e-15};
    const double sum =
        (static_cast<double>(whole) + fraction * tenths[decimals]) * (is_negative ? -1.0 : 1.0);
    return exponent == nullptr ? sum : sum * std::pow(10.0, *exponent);
}

class UjsonParser : private JsonCursor {
  public:
    UjsonParser(std::string_view text, const JsonLimits& limits) : JsonCursor(text, limits) {}

    Result<Value, JsonError> parse() {
        Value value;
        if (!read(value, 0)) return Failure{error_};
        skip_space();
        if (at_ != text_.size()) return Failure{JsonError::syntax};
        return value;
    }

  private:
    // NOLINTNEXTLINE(misc-no-recursion): bounded by depth_max.
    bool read(Value& out, std::size_t depth) {
        skip_space();
        const char c = peek();
        if (c == '"') {
            std::string text;
            if (!read_text(text)) return false;
            out = Value(std::move(text));
            return true;
        }
        if (c == '{') return read_object(out, depth + 1);
        if (c == '[') return read_array(out, depth + 1);
        if (c == '-' || is_digit(c)) return read_number(out);
        if (take("null")) return true;
        if (take("true")) {
            out = Value(true);
            return true;
        }
        if (!take("false")) return refuse(JsonError::syntax);
        out = Value(false);
        return true;
    }

    bool read_number(Value& out) {
        const bool is_negative = peek() == '-';
        if (is_negative) ++at_;
        // As there: a product beyond 64 bits wraps round before it is looked at.
        const std::uint64_t limit =
            is_negative ? std::uint64_t{1} << 63 : (std::uint64_t{1} << 63) - 1;
        std::uint64_t whole = 0;
        for (; is_digit(peek()); ++at_) {
            whole = whole * 10 + static_cast<std::uint64_t>(peek() - '0');
            if (whole > limit) return refuse(JsonError::number_out_of_range);
        }
        if (peek() == '.' || peek() == 'e' || peek() == 'E')
            return read_real(is_negative, whole, out);
        out = Value(static_cast<std::int64_t>(is_negative ? 0 - whole : whole));
        return true;
    }

    bool read_real(bool is_negative, std::uint64_t whole, Value& out) {
        constexpr std::size_t decimals_max = 15;
        double fraction = 0.0;
        std::size_t decimals = 0;
        if (peek() == '.') {
            for (++at_; is_digit(peek()); ++at_) {
                if (decimals == decimals_max) continue;
                fraction = fraction * 10.0 + (peek() - '0');
                ++decimals;
            }
        }
        double value = 0;
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            const double sign = peek() == '-' ? -1.0 : 1.0;
            if (peek() == '-' || peek() == '+') ++at_;
            double exponent = 0.0;
            for (; is_digit(peek()); ++at_) exponent = exponent * 10.0 + (peek() - '0');
            exponent *= sign;
            value = real_of(is_negative, whole, fraction, decimals, &exponent);
        } else {
            value = real_of(is_negative, whole, fraction, decimals, nullptr);
        }
        if (!std::isfinite(value)) return refuse(JsonError::number_out_of_range);
        out = Value(value);
        return true;
    }

    bool read_unit(std::uint32_t& unit) {
        unit = 0;
        for (int i = 0; i < 4; ++i, ++at_) {
            const char c = peek();
            const int digit = is_digit(c)              ? c - '0'
                              : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                              : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                       : -1;
            if (digit < 0) return false;
            unit = unit << 4 | static_cast<std::uint32_t>(digit);
        }
        return true;
    }

    /// A high surrogate waits for the next \u escape of the text, however far it is; without one it
    /// vanishes.
    bool read_unicode_escape(std::string& out, std::uint32_t& high) {
        std::uint32_t unit = 0;
        if (!read_unit(unit)) return false;
        if (high != 0) {
            if ((unit & 0xFC00) != 0xDC00) return false;
            append_utf8(out, 0x10000 + ((high - 0xD800) << 10 | (unit - 0xDC00)));
            high = 0;
        } else if ((unit & 0xFC00) == 0xD800) {
            high = unit;
        } else if ((unit & 0xFC00) == 0xDC00) {
            return false;  // the reference cannot encode what it has read
        } else {
            append_utf8(out, unit);
        }
        return true;
    }

    bool read_escape(std::string& out, std::uint32_t& high) {
        const char c = peek();
        ++at_;
        return c == 'u' ? read_unicode_escape(out, high) : append_escaped(out, c);
    }

    bool read_text(std::string& out) {
        std::uint32_t high = 0;
        for (++at_; peek() != '\0';) {
            const char c = text_[at_++];
            if (c == '"') return true;
            if (c != '\\') {
                out.push_back(c);
            } else if (!read_escape(out, high)) {
                break;
            }
        }
        return refuse(JsonError::syntax);
    }

    // NOLINTNEXTLINE(misc-no-recursion): bounded by depth_max.
    bool read_array(Value& out, std::size_t depth) {
        if (depth > limits_.depth_max) return refuse(JsonError::too_deep);
        Array array;
        ++at_;
        skip_space();
        bool is_last = take("]");
        while (!is_last) {
            if (!read(array.emplace_back(), depth) || !read_end(']', is_last)) return false;
        }
        out = Value(std::move(array));
        return true;
    }

    // NOLINTNEXTLINE(misc-no-recursion): bounded by depth_max.
    bool read_object(Value& out, std::size_t depth) {
        if (depth > limits_.depth_max) return refuse(JsonError::too_deep);
        Object object;
        ++at_;
        for (bool is_last = false; !is_last;) {
            skip_space();
            if (take("}")) break;  // also after a comma
            if (peek() != '"') return refuse(JsonError::syntax);
            Member& member = object.members().emplace_back();
            if (!read_text(member.key)) return false;
            skip_space();
            if (!take(":")) return refuse(JsonError::syntax);
            if (!read(member.value, depth) || !read_end('}', is_last)) return false;
        }
        if (merge_doubled_keys(object.members()) && limits_.refuse_duplicate_keys) {
            return refuse(JsonError::duplicate_key);
        }
        out = Value(std::move(object));
        return true;
    }
};

bool is_read_as(const std::string& text, double value) {
    const auto read = UjsonParser(text, JsonLimits{}).parse();
    return read && read->is_real() && std::signbit(*read->real()) == std::signbit(value) &&
           std::fpclassify(*read->real() - value) == FP_ZERO;
}

/// Numbers below 2^-1011 are so many times the smallest double, and 1e-323 is twice that: an exact
/// product.
std::string tiny_spelling(double value) {
    const double smallest_ones = std::ldexp(std::fabs(value), 1074);
    if (!(smallest_ones >= 1 && smallest_ones < 0x1p63)) return {};
    const auto count = static_cast<std::uint64_t>(smallest_ones);
    std::string text = std::signbit(value) ? "-" : "";
    text += std::to_string(count / 2) + (count % 2 == 0 ? "e-323" : ".5e-323");
    return is_read_as(text, value) ? text : std::string();
}

/// A whole number times a power of ten that ujson multiplies to `value`; empty if none is near. At
/// most some hundred multiplications, as a frame may hold thousands of such numbers.
std::string product_spelling(double value) {
    constexpr double whole_max = 9e18;
    constexpr int exponent_max = 300, tries = 64, digits_min = 14, digits_max = 19;
    const double size = std::fabs(value);
    const int magnitude = static_cast<int>(std::floor(std::log10(size)));
    const int last = std::min(exponent_max, magnitude - digits_min + 1);
    for (int exponent = std::max(-exponent_max, magnitude - digits_max); exponent <= last;
         ++exponent) {
        const double whole = size * std::pow(10.0, -exponent);
        if (!(whole >= 1e14 && whole < whole_max)) continue;
        const double power = std::pow(10.0, exponent);  // as real_of() multiplies
        const auto middle = static_cast<std::int64_t>(whole);
        const std::int64_t step = std::max<std::int64_t>(1, middle >> 53);
        for (int i = -tries; i <= tries; ++i) {
            const std::int64_t tried = middle + i * step;
            if (std::fpclassify(static_cast<double>(tried) * power - size) != FP_ZERO) continue;
            std::string text = std::signbit(value) ? "-" : "";
            text += std::to_string(tried) + "e" + std::to_string(exponent);
            if (is_read_as(text, value)) return text;
        }
    }
    return {};
}

/// `sum`, below 2^53, as digits with 15 decimals that ujson adds up to it, times a power of ten.
std::string decimal_spelling(double sum, int exponent, double value) {
    constexpr std::int64_t decimals_one = 1'000'000'000'000'000;
    const double whole = std::floor(sum);
    const auto nearest = static_cast<std::int64_t>(std::llround((sum - whole) * 1e15));
    for (std::int64_t decimals = nearest - 1; decimals <= nearest + 1; ++decimals) {
        if (decimals < 0 || decimals >= decimals_one) continue;
        const std::string padded = std::to_string(decimals_one + decimals).substr(1);
        std::string text = std::signbit(value) ? "-" : "";
        text += std::to_string(static_cast<std::int64_t>(whole)) + "." + padded + "e" +
                std::to_string(exponent);
        if (is_read_as(text, value)) return text;
    }
    return {};
}

/// The same for a number with decimals: from 16 on these reach each double, so that many more
/// powers of ten can be tried.
std::string sum_spelling(double value) {
    constexpr int exponent_min = -323, exponent_max = 300, digits_min = 2, digits_max = 15;
    const double size = std::fabs(value);
    const int magnitude = static_cast<int>(std::floor(std::log10(size)));
    const int last = std::min(exponent_max, magnitude - digits_min + 1);
    for (int exponent = std::max(exponent_min, magnitude - digits_max); exponent <= last;
         ++exponent) {
        const double power = std::pow(10.0, exponent);
        double sum = size / power;
        for (int i = 0; i < 2; ++i) sum = std::nextafter(sum, 0.0);
        for (int i = 0; i < 5; ++i, sum = std::nextafter(sum, HUGE_VAL)) {
            if (!(sum >= 16 && sum < 0x1p53) || std::fpclassify(sum * power - size) != FP_ZERO)
                continue;
            std::string text = decimal_spelling(sum, exponent, value);
            if (!text.empty()) return text;
        }
    }
    return {};
}

/// Whether simdjson's reading is also ujson's.
// NOLINTNEXTLINE(misc-no-recursion): values are as deep as the parser let them be.
bool is_alike(const Value& value) {
    if (value.is_real() || value.kind() == Value::Kind::unsigned_integer) return false;
    if (const Array* array = value.array())
        return std::all_of(array->begin(), array->end(), is_alike);
    const Object* object = value.object();
    return object == nullptr ||
           std::all_of(object->begin(), object->end(),
                       [](const Member& member) { return is_alike(member.value); });
}

}  // namespace

void append_transport_float(std::string& out, double value) {
    std::string text = python_float(value);
    if (std::isfinite(value) && !is_read_as(text, value)) {
        std::string other;
        append_ujson_float(other, value);
        if (!is_read_as(other, value)) other = tiny_spelling(value);
        if (other.empty()) other = product_spelling(value);
        if (other.empty()) other = sum_spelling(value);
        if (!other.empty()) text = std::move(other);
    }
    out.append(text);
}

Result<Value, JsonError> parse_ujson(std::string_view text, const JsonLimits& limits) {
    auto common = parse_json(text, limits);
    if (common ? is_alike(*common)
               : common.error() == JsonError::too_large || common.error() == JsonError::not_utf8) {
        return common;
    }
    return UjsonParser(text, limits).parse();
}

}  // namespace stadtbuch::encoding
