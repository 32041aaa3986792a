// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The grammar of CPython 3.8's json.loads (Lib/json/decoder.py, Modules/_json.c). simdjson goes
// first: what it takes means the same to both.
#include <algorithm>
#include <charconv>
#include <limits>

#include "storage/encoding/json.hpp"
#include "storage/encoding/json_cursor.hpp"
#include "storage/encoding/member_order.hpp"
#include "storage/encoding/utf8.hpp"

namespace stadtbuch::encoding {
namespace {

class PythonParser : private JsonCursor {
  public:
    PythonParser(std::string_view text, const JsonLimits& limits) : JsonCursor(text, limits) {}

    Result<Value, JsonError> parse() {
        Value value;
        skip_space();
        if (!read(value, 0)) return Failure{error_};
        skip_space();
        if (at_ != text_.size()) return Failure{JsonError::syntax};
        return value;
    }

  private:
    // NOLINTNEXTLINE(misc-no-recursion): bounded by depth_max.
    bool read(Value& out, std::size_t depth) {
        switch (peek()) {
            case '"': {
                std::string text;
                if (!read_text(text)) return false;
                out = Value(std::move(text));
                return true;
            }
            case '{':
                return read_object(out, depth + 1);
            case '[':
                return read_array(out, depth + 1);
            default:
                return read_word(out) || read_number(out);
        }
    }

    bool read_word(Value& out) {
        constexpr double infinite = std::numeric_limits<double>::infinity();
        if (take("null")) return true;
        if (take("true")) {
            out = Value(true);
        } else if (take("false")) {
            out = Value(false);
        } else if (take("NaN")) {
            out = Value(std::numeric_limits<double>::quiet_NaN());
        } else if (take("Infinity")) {
            out = Value(infinite);
        } else if (take("-Infinity")) {
            out = Value(-infinite);
        } else {
            return false;
        }
        return true;
    }

    void skip_digits() {
        while (is_digit(peek())) ++at_;
    }

    /// Takes `at_` behind a number; sets whether it has a fraction or an exponent.
    bool skip_number(bool& is_real) {
        if (peek() == '-') ++at_;
        if (!is_digit(peek())) return refuse(JsonError::syntax);
        if (peek() == '0') {
            ++at_;
        } else {
            skip_digits();
        }
        std::size_t end = at_;
        if (peek() == '.') {
            ++at_;
            if (is_digit(peek())) {
                skip_digits();
                end = at_;
                is_real = true;
            }
            at_ = end;
        }
        if (peek() == 'e' || peek() == 'E') {
            ++at_;
            if (peek() == '+' || peek() == '-') ++at_;
            if (is_digit(peek())) {
                skip_digits();
                end = at_;
                is_real = true;
            }
            at_ = end;
        }
        return true;
    }

    bool read_number(Value& out) {
        const std::size_t begin = at_;
        bool is_real = false;
        if (!skip_number(is_real)) return false;
        const std::string_view token = text_.substr(begin, at_ - begin);
        out = is_real ? Value(real_of(token)) : integer_of(token);
        return true;
    }

    static Value integer_of(std::string_view token) {
        const char* const end = token.data() + token.size();
        std::int64_t small = 0;
        if (std::from_chars(token.data(), end, small).ec == std::errc()) return Value(small);
        std::uint64_t large = 0;
        if (std::from_chars(token.data(), end, large).ec == std::errc()) return Value(large);
        return Value(BigInteger{std::string(token)});
    }

    /// Beyond the range of a double: infinite or zero, by the place of the first digit that counts.
    static double beyond_range(std::string_view token) {
        const bool is_negative = token.starts_with('-');
        if (is_negative) token.remove_prefix(1);
        const std::size_t e = std::min(token.find_first_of("eE"), token.size());
        const std::string_view digits = token.substr(0, e);
        const auto point = static_cast<std::int64_t>(std::min(digits.find('.'), digits.size()));
        const std::size_t first = digits.find_first_of("123456789");
        const auto place =
            first == std::string_view::npos ? 0 : point - static_cast<std::int64_t>(first);
        // The length of a text bounds `place`, so an exponent cut at this bound decides alike.
        constexpr std::int64_t exponent_max = 1'000'000'000;
        std::int64_t exponent = 0;
        for (const char c : token.substr(e)) {
            if (is_digit(c)) exponent = std::min(exponent * 10 + (c - '0'), exponent_max);
        }
        if (token.find('-') != std::string_view::npos) exponent = -exponent;
        const bool is_huge = first != std::string_view::npos && place + exponent > 0;
        const double size = is_huge ? std::numeric_limits<double>::infinity() : 0.0;
        return is_negative ? -size : size;
    }

    static double real_of(std::string_view token) {
        double value = 0;
        const auto read = std::from_chars(token.data(), token.data() + token.size(), value);
        return read.ec == std::errc::result_out_of_range ? beyond_range(token) : value;
    }

    bool read_hex4(std::uint32_t& unit) {
        if (text_.size() - at_ < 4) return false;
        const char* const begin = text_.data() + at_;
        const auto read = std::from_chars(begin, begin + 4, unit, 16);
        if (read.ptr != begin + 4 || *begin == '-') return false;
        at_ += 4;
        return true;
    }

    bool read_unicode_escape(std::string& out) {
        std::uint32_t unit = 0;
        if (!read_hex4(unit)) return false;
        if ((unit & 0xFC00) == 0xD800 && text_.substr(at_, 2) == "\\u") {
            const std::size_t before = at_;
            std::uint32_t low = 0;
            at_ += 2;
            if (!read_hex4(low)) return false;
            if ((low & 0xFC00) == 0xDC00) {
                unit = 0x10000 + ((unit & 0x3FF) << 10 | (low & 0x3FF));
            } else {
                at_ = before;
            }
        }
        append_utf8(out, unit);
        return true;
    }

    bool read_escape(std::string& out) {
        const char c = peek();
        ++at_;
        return c == 'u' ? read_unicode_escape(out) : append_escaped(out, c);
    }

    bool read_text(std::string& out) {
        for (++at_; at_ < text_.size();) {
            const char c = text_[at_];
            if (static_cast<unsigned char>(c) < 0x20) break;
            ++at_;
            if (c == '"') return true;
            if (c != '\\') {
                out.push_back(c);
            } else if (!read_escape(out)) {
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
            skip_space();
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
        skip_space();
        bool is_last = take("}");
        while (!is_last) {
            skip_space();
            if (peek() != '"') return refuse(JsonError::syntax);
            Member& member = object.members().emplace_back();
            if (!read_text(member.key)) return false;
            skip_space();
            if (!take(":")) return refuse(JsonError::syntax);
            skip_space();
            if (!read(member.value, depth) || !read_end('}', is_last)) return false;
        }
        merge_doubled_keys(object.members());
        out = Value(std::move(object));
        return true;
    }
};

/// In UTF-8 the lead byte ED begins U+D000..U+DFFF; the surrogates are those from ED A0 on.
bool holds_surrogate(std::string_view text) {
    for (std::size_t i = text.find('\xED'); i != std::string_view::npos;
         i = text.find('\xED', i + 1)) {
        if (i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) >= 0xA0) return true;
    }
    return false;
}

}  // namespace

Result<Value, JsonError> parse_python_json(std::string_view text, const JsonLimits& limits) {
    auto common = parse_json(text, limits);
    if (common || common.error() == JsonError::too_large || common.error() == JsonError::not_utf8)
        return common;
    return PythonParser(text, limits).parse();
}

// NOLINTNEXTLINE(misc-no-recursion): values are as deep as the parser let them be.
bool has_lone_surrogate(const Value& value) {
    if (const std::string* text = value.text()) return holds_surrogate(*text);
    if (const Array* array = value.array())
        return std::any_of(array->begin(), array->end(), has_lone_surrogate);
    const Object* object = value.object();
    return object != nullptr &&
           std::any_of(object->begin(), object->end(), [](const Member& member) {
               return holds_surrogate(member.key) || has_lone_surrogate(member.value);
           });
}

}  // namespace stadtbuch::encoding
