// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/encoding/number_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "storage/encoding/json.hpp"

namespace stadtbuch::encoding {
namespace {

template <class Integer>
void append_decimal(std::string& out, Integer value) {
    std::array<char, 24> buffer;
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    out.append(buffer.data(), end);
}

/// The shortest digits that read back equal: value = 0.d1d2d3... * 10^point. Sign apart.
struct ShortestDigits {
    std::array<char, 20> digits;
    std::size_t count = 0;
    int point = 0;

    [[nodiscard]] std::string_view text() const { return {digits.data(), count}; }
};

/// REQUIRES: finite and not negative.
ShortestDigits shortest_digits(double value) {
    std::array<char, 32> buffer;
    const char* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::scientific)
                                .ptr;
    ShortestDigits result;
    const char* c = buffer.data();
    for (; c != end && *c != 'e'; ++c) {
        if (*c != '.') result.digits[result.count++] = *c;
    }
    int exponent = 0;
    const char* const number = c + 2;  // past "e+" or "e-"
    std::from_chars(number, end, exponent);
    result.point = (c[1] == '-' ? -exponent : exponent) + 1;
    if (value == 0.0) result.point = 1;
    return result;
}

/// Digits without exponent; `whole_suffix` follows where there is no fraction (".0" in Python).
void append_fixed(std::string& out, const ShortestDigits& number, std::string_view whole_suffix) {
    const std::string_view digits = number.text();
    if (number.point <= 0) {
        out.append("0.").append(static_cast<std::size_t>(-number.point), '0').append(digits);
        return;
    }
    const auto point = static_cast<std::size_t>(number.point);
    if (point >= digits.size()) {
        out.append(digits).append(point - digits.size(), '0').append(whole_suffix);
        return;
    }
    out.append(digits.substr(0, point)).append(1, '.').append(digits.substr(point));
}

void append_scientific(std::string& out, const ShortestDigits& number,
                       std::size_t exponent_digits) {
    const std::string_view digits = number.text();
    out.push_back(digits[0]);
    if (digits.size() > 1) out.append(1, '.').append(digits.substr(1));
    const int exponent = number.point - 1;
    out.append(exponent < 0 ? "e-" : "e+");
    const std::string magnitude = std::to_string(std::abs(exponent));
    if (magnitude.size() < exponent_digits) out.append(exponent_digits - magnitude.size(), '0');
    out.append(magnitude);
}

/// Ten decimals, as ujson rounds them: half up if the digit is odd or nothing precedes it.
void append_ten_decimals(std::string& out, double value) {
    constexpr double scale = 1e10;
    constexpr std::uint64_t scale_integer = 10'000'000'000;
    auto whole = static_cast<std::uint64_t>(value);
    const double scaled = (value - static_cast<double>(whole)) * scale;
    auto fraction = static_cast<std::uint64_t>(scaled);
    const double rest = scaled - static_cast<double>(fraction);
    if (rest > 0.5 || (rest == 0.5 && (fraction == 0 || fraction % 2 == 1))) ++fraction;
    if (fraction >= scale_integer) {
        fraction = 0;
        ++whole;
    }
    append_decimal(out, whole);
    out.push_back('.');
    if (fraction == 0) {
        out.push_back('0');
        return;
    }
    const std::string digits = std::to_string(fraction + scale_integer).substr(1);
    out.append(digits, 0, digits.find_last_not_of('0') + 1);
}

}  // namespace

void append_integer(std::string& out, std::int64_t value) {
    append_decimal(out, value);
}

void append_integer(std::string& out, std::uint64_t value) {
    append_decimal(out, value);
}

void append_python_float(std::string& out, double value) {
    if (std::isnan(value)) {
        out.append("nan");
        return;
    }
    if (std::signbit(value)) out.push_back('-');
    if (std::isinf(value)) {
        out.append("inf");
        return;
    }
    const ShortestDigits number = shortest_digits(std::fabs(value));
    const int exponent = number.point - 1;
    if (exponent < -4 || exponent >= 16) {
        append_scientific(out, number, 2);
    } else {
        append_fixed(out, number, ".0");
    }
}

void append_ujson_float(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out.append("null");
        return;
    }
    constexpr double without_exponent_max = 1e16 - 1;
    if (std::fabs(value) > without_exponent_max) {
        std::array<char, 32> buffer;
        const int size = std::snprintf(buffer.data(), buffer.size(), "%.15e", value);
        out.append(buffer.data(), static_cast<std::size_t>(size));
        return;
    }
    if (value < 0.0) out.push_back('-');
    append_ten_decimals(out, std::fabs(value));
}

void append_ecmascript_number(std::string& out, double value) {
    if (!std::isfinite(value)) {
        out.append("null");
        return;
    }
    if (value == 0.0) {
        out.push_back('0');  // also for -0
        return;
    }
    if (value < 0.0) out.push_back('-');
    const ShortestDigits number = shortest_digits(std::fabs(value));
    if (number.point > 21 || number.point < -5) {
        append_scientific(out, number, 1);
    } else {
        append_fixed(out, number, "");
    }
}

std::string python_float(double value) {
    std::string out;
    append_python_float(out, value);
    return out;
}

}  // namespace stadtbuch::encoding
