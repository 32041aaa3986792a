// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/encoding/signing.hpp"

#include "storage/encoding/member_order.hpp"
#include "storage/encoding/number_text.hpp"

namespace stadtbuch::encoding {
namespace {

void append(std::string& out, const Value& value);

void append_array(std::string& out, const Array& array) {
    bool first = true;
    for (const Value& element : array) {
        if (!first) out.push_back(',');
        first = false;
        append(out, element);
    }
}

void append_object(std::string& out, const Object& object) {
    bool first = true;
    for (const Member* member : MemberOrder(object, key_less)) {
        if (!first) out.push_back('|');
        first = false;
        out.append(member->key).push_back(':');
        append(out, member->value);
    }
}

void append(std::string& out, const Value& value) {
    switch (value.kind()) {
        case Value::Kind::null:
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
            out.append(*value.text());
            return;
        case Value::Kind::array:
            append_array(out, *value.array());
            return;
        case Value::Kind::object:
            append_object(out, *value.object());
            return;
    }
}

}  // namespace

std::string signing_text(const Value& value) {
    std::string out;
    out.reserve(512);
    append(out, value);
    return out;
}

}  // namespace stadtbuch::encoding
