// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/encoding/python_repr.hpp"

#include "storage/encoding/number_text.hpp"
#include "storage/encoding/printable.hpp"
#include "storage/encoding/utf8.hpp"

namespace stadtbuch::encoding {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

void append_escape(std::string& out, char letter, std::uint32_t code_point, int digits) {
    out.push_back('\\');
    out.push_back(letter);
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4)
        out.push_back(hex_digits[code_point >> shift & 15]);
}

void append_unprintable(std::string& out, std::uint32_t code_point) {
    switch (code_point) {
        case '\n':
            out.append("\\n");
            return;
        case '\r':
            out.append("\\r");
            return;
        case '\t':
            out.append("\\t");
            return;
        default:
            break;
    }
    if (code_point < 0x100) {
        append_escape(out, 'x', code_point, 2);
    } else if (code_point < 0x10000) {
        append_escape(out, 'u', code_point, 4);
    } else {
        append_escape(out, 'U', code_point, 8);
    }
}

void append_text(std::string& out, std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    out.push_back(quote);
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t start = i;
        const std::uint32_t code_point = next_code_point(text, i);
        if (code_point == static_cast<unsigned char>(quote) || code_point == '\\') {
            out.append(1, '\\').append(text, start, 1);
        } else if (is_printable(code_point)) {
            out.append(text, start, i - start);
        } else {
            append_unprintable(out, code_point);
        }
    }
    out.push_back(quote);
}

void append(std::string& out, const Value& value);

void append_list(std::string& out, const Array& array) {
    out.push_back('[');
    bool first = true;
    for (const Value& element : array) {
        if (!first) out.append(", ");
        first = false;
        append(out, element);
    }
    out.push_back(']');
}

void append_dict(std::string& out, const Object& object) {
    out.push_back('{');
    bool first = true;
    for (const Member& member : object) {
        if (!first) out.append(", ");
        first = false;
        if (object.integer_keys) {
            out.append(member.key);
        } else {
            append_text(out, member.key);
        }
        out.append(": ");
        append(out, member.value);
    }
    out.push_back('}');
}

void append(std::string& out, const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null:
            out.append("None");
            return;
        case Value::Kind::boolean:
            out.append(*value.boolean() ? "True" : "False");
            return;
        case Value::Kind::integer:
            append_integer(out, *value.integer());
            return;
        case Value::Kind::unsigned_integer:
            append_integer(out, *value.unsigned_integer());
            return;
        case Value::Kind::big_integer:
            out.append(value.big_integer()->decimal);
            return;
        case Value::Kind::real:
            append_python_float(out, *value.real());
            return;
        case Value::Kind::text:
            append_text(out, *value.text());
            return;
        case Value::Kind::array:
            append_list(out, *value.array());
            return;
        case Value::Kind::object:
            append_dict(out, *value.object());
            return;
    }
}

}  // namespace

std::string python_repr(const Value& value) {
    std::string out;
    append(out, value);
    return out;
}

std::string python_repr(std::string_view text) {
    std::string out;
    append_text(out, text);
    return out;
}

}  // namespace stadtbuch::encoding
