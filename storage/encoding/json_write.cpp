// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The JSON writers: one walk over the value, spelled by a style. Each form appends to one buffer.
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "storage/encoding/json.hpp"
#include "storage/encoding/member_order.hpp"
#include "storage/encoding/number_text.hpp"
#include "storage/encoding/utf8.hpp"

namespace stadtbuch::encoding {
namespace {

enum class KeyOrder { as_given, code_point, utf16 };
enum class NumberStyle { python, ujson, transport, ecmascript };

struct Style {
    KeyOrder keys = KeyOrder::as_given;
    NumberStyle numbers = NumberStyle::python;
    bool ascii_only = false;
    bool escape_solidus = false;
    int indent = -1;  // no line breaks if negative
};

/// Which bytes interrupt the literal copying of a text.
using SpecialBytes = std::array<bool, 256>;

constexpr SpecialBytes special_bytes(bool ascii_only, bool escape_solidus) {
    SpecialBytes special{};
    for (std::size_t i = 0; i < 0x20; ++i) special[i] = true;
    special['"'] = true;
    special['\\'] = true;
    special['/'] = escape_solidus;
    for (std::size_t i = 0x80; i < 0x100; ++i) special[i] = ascii_only;
    return special;
}

constexpr SpecialBytes special_in_literal = special_bytes(false, false);
constexpr SpecialBytes special_in_wire = special_bytes(true, true);

/// Not zero if one of the eight bytes of `word` is `byte`.
constexpr std::uint64_t bytes_equal(std::uint64_t word, unsigned char byte) {
    constexpr std::uint64_t ones = 0x0101010101010101u;
    const std::uint64_t difference = word ^ (ones * byte);
    return (difference - ones) & ~difference & (ones * 0x80);
}

/// How many of the eight bytes at `text` come before the first that needs an escape in some style;
/// that byte may need none in another. Exact up to the first one: the subtractions carry upwards
/// only.
std::size_t plain_bytes_of_eight(const char* text) {
    constexpr std::uint64_t ones = 0x0101010101010101u;
    std::uint64_t word = 0;
    std::memcpy(&word, text, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    const std::uint64_t below_space = (word - ones * 0x20) & ~word;
    const std::uint64_t special = word | below_space | bytes_equal(word, '"') |
                                  bytes_equal(word, '\\') | bytes_equal(word, '/');
    const std::uint64_t marks = special & (ones * 0x80);
    return marks == 0 ? 8 : static_cast<std::size_t>(std::countr_zero(marks)) / 8;
}

constexpr std::string_view hex_digits = "0123456789abcdef";

void append_u_escape(std::string& out, std::uint32_t unit) {
    out.append("\\u");
    for (const int shift : {12, 8, 4, 0}) out.push_back(hex_digits[unit >> shift & 15]);
}

void append_ascii_escape(std::string& out, char c) {
    switch (c) {
        case '"':
            out.append("\\\"");
            return;
        case '\\':
            out.append("\\\\");
            return;
        case '/':
            out.append("\\/");
            return;
        case '\n':
            out.append("\\n");
            return;
        case '\r':
            out.append("\\r");
            return;
        case '\t':
            out.append("\\t");
            return;
        case '\b':
            out.append("\\b");
            return;
        case '\f':
            out.append("\\f");
            return;
        default:
            append_u_escape(out, static_cast<unsigned char>(c));
            return;
    }
}

void append_code_point(std::string& out, std::uint32_t code_point) {
    if (code_point < 0x10000) {
        append_u_escape(out, code_point);
        return;
    }
    append_u_escape(out, 0xD800 + ((code_point - 0x10000) >> 10));
    append_u_escape(out, 0xDC00 + ((code_point - 0x10000) & 0x3FF));
}

/// UTF-16 order from UTF-8 bytes: surrogate pairs (lead byte F0..F4) sort before U+E000..U+FFFF
/// (EE, EF).
bool utf16_less(const Member& a, const Member& b) {
    const auto weight = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0xF0) return byte - 2;
        return byte >= 0xEE ? byte + 0x10 : int{byte};
    };
    return std::lexicographical_compare(a.key.begin(), a.key.end(), b.key.begin(), b.key.end(),
                                        [&](char x, char y) { return weight(x) < weight(y); });
}

class Writer {
  public:
    Writer(std::string& out, const Style& style)
        : out_(out),
          style_(style),
          special_(style.ascii_only || style.escape_solidus ? special_in_wire
                                                            : special_in_literal) {}

    void write(const Value& value) {
        switch (value.kind()) {
            case Value::Kind::null:
                out_.append("null");
                return;
            case Value::Kind::boolean:
                out_.append(*value.boolean() ? "true" : "false");
                return;
            case Value::Kind::integer:
                write_integer(*value.integer());
                return;
            case Value::Kind::unsigned_integer:
                write_integer(*value.unsigned_integer());
                return;
            case Value::Kind::big_integer:
                out_.append(value.big_integer()->decimal);
                return;
            case Value::Kind::real:
                write_real(*value.real());
                return;
            case Value::Kind::text:
                write_text(*value.text());
                return;
            case Value::Kind::array:
                write_array(*value.array());
                return;
            case Value::Kind::object:
                write_object(*value.object());
                return;
        }
    }

  private:
    template <class Integer>
    void write_integer(Integer value) {
        constexpr Integer exact_max = Integer{1} << 53;
        bool exact = value <= exact_max;
        if constexpr (std::is_signed_v<Integer>) exact = exact && value >= -exact_max;
        if (style_.numbers == NumberStyle::ecmascript && !exact) {
            append_ecmascript_number(out_, static_cast<double>(value));
        } else {
            append_integer(out_, value);
        }
    }

    void write_real(double value) {
        if (style_.numbers == NumberStyle::ecmascript) {
            append_ecmascript_number(out_, value);
        } else if (style_.numbers == NumberStyle::ujson) {
            append_ujson_float(out_, value);
        } else if (style_.numbers == NumberStyle::transport) {
            append_transport_float(out_, value);
        } else if (std::isnan(value)) {
            out_.append("NaN");  // as Python's json, which no reader of ours accepts
        } else if (std::isinf(value)) {
            out_.append(value < 0 ? "-Infinity" : "Infinity");
        } else {
            append_python_float(out_, value);
        }
    }

    void write_text(std::string_view text) {
        out_.push_back('"');
        std::size_t copied = 0;
        std::size_t i = 0;
        while (i < text.size()) {
            if (text.size() - i >= 8) {
                const std::size_t plain = plain_bytes_of_eight(text.data() + i);
                i += plain;
                if (plain == 8) continue;
            }
            if (!special_[static_cast<unsigned char>(text[i])]) {
                ++i;
                continue;
            }
            out_.append(text, copied, i - copied);
            if (static_cast<unsigned char>(text[i]) < 0x80) {
                append_ascii_escape(out_, text[i++]);
            } else {
                append_code_point(out_, next_code_point(text, i));
            }
            copied = i;
        }
        out_.append(text, copied);
        out_.push_back('"');
    }

    void break_line() {
        if (style_.indent < 0) return;
        out_.push_back('\n');
        out_.append(static_cast<std::size_t>(style_.indent) * depth_, ' ');
    }

    void write_array(const Array& array) {
        out_.push_back('[');
        ++depth_;
        bool first = true;
        for (const Value& element : array) {
            if (!first) out_.push_back(',');
            first = false;
            break_line();
            write(element);
        }
        --depth_;
        if (!first) break_line();
        out_.push_back(']');
    }

    void write_member(const Member& member, bool first) {
        if (!first) out_.push_back(',');
        break_line();
        write_text(member.key);
        out_.append(style_.indent < 0 ? ":" : ": ");
        write(member.value);
    }

    template <class Less>
    void write_sorted(const Object& object, Less less) {
        bool first = true;
        for (const Member* member : MemberOrder(object, less)) {
            write_member(*member, first);
            first = false;
        }
    }

    void write_object(const Object& object) {
        out_.push_back('{');
        ++depth_;
        if (style_.keys == KeyOrder::code_point) {
            write_sorted(object, key_less);
        } else if (style_.keys == KeyOrder::utf16) {
            write_sorted(object, utf16_less);
        } else {
            bool first = true;
            for (const Member& member : object) {
                write_member(member, first);
                first = false;
            }
        }
        --depth_;
        if (!object.empty()) break_line();
        out_.push_back('}');
    }

    std::string& out_;
    const Style& style_;
    const SpecialBytes& special_;
    std::size_t depth_ = 0;
};

std::string write_json(const Value& value, const Style& style) {
    std::string out;
    out.reserve(1024);
    Writer(out, style).write(value);
    return out;
}

}  // namespace

std::string canonical_json(const Value& value) {
    return write_json(value, Style{.keys = KeyOrder::code_point});
}

std::string compact_json(const Value& value) {
    return write_json(value, Style{});
}

std::string transport_json(const Value& value) {
    return write_json(value, Style{.numbers = NumberStyle::transport});
}

std::string wire_json(const Value& value) {
    return write_json(
        value, Style{.numbers = NumberStyle::ujson, .ascii_only = true, .escape_solidus = true});
}

std::string pretty_json(const Value& value, int indent, bool sorted) {
    return write_json(value, Style{.keys = sorted ? KeyOrder::code_point : KeyOrder::as_given,
                                   .indent = std::max(indent, 0)});
}

std::string jcs_json(const Value& value) {
    return write_json(value, Style{.keys = KeyOrder::utf16, .numbers = NumberStyle::ecmascript});
}

}  // namespace stadtbuch::encoding
