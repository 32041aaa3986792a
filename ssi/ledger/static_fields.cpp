// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/static_fields.hpp"

#include "ssi/ledger/static_field_rules.hpp"
#include "ssi/ledger/static_python.hpp"
#include "ssi/ledger/static_schemas.hpp"
#include "storage/base/assert.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

std::string prefix_of(const Schema& schema) {
    return "validation error [" + std::string(schema.name) + "]: ";
}

/// Of a field: nothing, words still to be joined with the field's name, or a finished fault from
/// inside.
struct FieldVerdict {
    std::optional<std::string> words;
    SchemaVerdict finished;

    [[nodiscard]] bool fits() const { return !words && !finished; }
};

FieldVerdict check_field(const Field& field, const Value& value);

FieldVerdict check_list(const Field& field, const Value& value) {
    const encoding::Array* array = value.array();
    if (!array) return {wrong_type("list, tuple", value), {}};
    if (field.min_count > 0 && array->size() < field.min_count) {
        return {"length should be at least " + std::to_string(field.min_count), {}};
    }
    if (field.max_count > 0 && array->size() > field.max_count) {
        return {"length should be at most " + std::to_string(field.max_count), {}};
    }
    for (const Value& element : *array) {
        if (FieldVerdict verdict = check_field(*field.inner, element); !verdict.fits())
            return verdict;
    }
    return {};
}

FieldVerdict check_map(const Field& field, const Value& value) {
    const encoding::Object* object = value.object();
    if (!object) return {wrong_type("dict", value), {}};
    for (const encoding::Member& member : *object) {
        if (FieldVerdict verdict = check_field(*field.key, Value(member.key)); !verdict.fits()) {
            return verdict;
        }
        if (FieldVerdict verdict = check_field(*field.inner, member.value); !verdict.fits()) {
            return verdict;
        }
    }
    return {};
}

FieldVerdict check_constraint(const Value& value, const Schema* inside);

/// A list of constraints checks its members with itself as the frame of their faults.
SchemaVerdict check_constraint_list(const Value& value) {
    const Schema& schema = constraint_list_schema();
    if (SchemaVerdict fault = check_schema(schema, value)) return fault;
    const encoding::Array& parts = *value.find("auth_constraints")->array();
    if (parts.empty())
        return fault_of_message(schema, "Fields auth_constraints should not be an empty list.");
    for (const Value& part : parts) {
        FieldVerdict verdict = check_constraint(part, &schema);
        if (!verdict.fits()) return std::move(verdict.finished);
    }
    return std::nullopt;
}

FieldVerdict constraint_fault(std::string words, const Schema* inside) {
    if (!inside) return {std::move(words), {}};
    return {{}, fault_of_message(*inside, words)};
}

FieldVerdict check_constraint(const Value& value, const Schema* inside) {
    if (!python_truth(value)) {
        return constraint_fault(
            "Fields auth_constraints and constraint are required and should not be an empty list.",
            inside);
    }
    if (!value.is_object()) {
        if (auto fault = constraint_of_wrong_type(value)) return {{}, SchemaFault{*fault}};
        return constraint_fault("Field constraint_id is required", inside);
    }
    const Value* id = value.find("constraint_id");
    if (!id) return constraint_fault("Field constraint_id is required", inside);
    const std::string* text = id->text();
    if (text && *text == "FORBIDDEN") return {};
    if (text && *text == "ROLE") return {{}, check_schema(constraint_role_schema(), value)};
    return {{}, check_constraint_list(value)};
}

/// The bracket that opens one level too many outside of texts; '[' if there is none.
char bracket_beyond(std::string_view text, std::size_t depth_max) {
    std::size_t depth = 0;
    bool in_text = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_text && c == '\\') ++i;
        if (c == '"') in_text = !in_text;
        if (in_text) continue;
        if ((c == '[' || c == '{') && ++depth > depth_max) return c;
        if (c == ']' || c == '}') --depth;
    }
    return '[';
}

FieldVerdict check_json_text(const Field& field, const Value& value) {
    if (auto words = check_plain_field(field, value)) return {std::move(words), {}};
    const auto parsed = encoding::parse_python_json(*value.text());
    if (parsed) return {};
    const char bracket = bracket_beyond(*value.text(), encoding::python_nesting_max);
    const std::string what = bracket == '{' ? "object" : "array";
    return {{},
            SchemaFault{"maximum recursion depth exceeded while decoding a JSON " + what +
                            " from a unicode string",
                        true}};
}

FieldVerdict check_field(const Field& field, const Value& value) {
    if (field.nullable && value.is_null()) return {};
    switch (field.kind) {
        case FieldKind::list:
            return check_list(field, value);
        case FieldKind::map:
            return check_map(field, value);
        case FieldKind::nested:
            return {{}, check_schema(*field.schema, value)};
        case FieldKind::operation:
            return {{}, check_operation(value)};
        case FieldKind::constraint:
            return check_constraint(value, nullptr);
        case FieldKind::json_text:
            return check_json_text(field, value);
        default:
            return {check_plain_field(field, value), {}};
    }
}

std::string_view protocol_version_hint() {
    return "Make sure that the latest LibIndy is used and `set_protocol_version(2)` is called.";
}

}  // namespace

SchemaFault fault_of_message(const Schema& schema, std::string_view why) {
    return {prefix_of(schema) + std::string(why)};
}

SchemaFault fault_of_field(const Schema& schema, std::string_view why, std::string_view field,
                           const Value& value) {
    std::string text = prefix_of(schema);
    text.append(why).append(" (").append(field).append("=").append(python_str(value)).append(")");
    return {std::move(text)};
}

SchemaFault fault_of_missing(const Schema& schema, std::span<const std::string_view> fields) {
    std::string text = prefix_of(schema) + "missed fields - ";
    bool lacks_protocol_version = false;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) text += ", ";
        text += fields[i];
        lacks_protocol_version |= fields[i] == "protocolVersion";
    }
    text += ". ";
    if (lacks_protocol_version) text += protocol_version_hint();
    return {std::move(text)};
}

SchemaVerdict check_schema(const Schema& schema, const Value& value) {
    const encoding::Object* object = value.object();
    if (!object) {
        return fault_of_message(
            schema,
            "invalid type <class '" + std::string(python_type_name(value)) + "'>, dict expected");
    }

    std::uint64_t seen = 0;
    STADTBUCH_ASSERT(schema.fields.size() < 64);
    const Field* first_bad = nullptr;
    const Value* bad_value = nullptr;
    FieldVerdict bad;
    for (const encoding::Member& member : *object) {
        for (std::size_t i = 0; i < schema.fields.size(); ++i) {
            if (schema.fields[i].name != member.key) continue;
            seen |= std::uint64_t{1} << i;
            if (first_bad) break;
            bad = check_field(schema.fields[i], member.value);
            if (!bad.fits()) {
                first_bad = &schema.fields[i];
                bad_value = &member.value;
            }
            break;
        }
    }

    std::vector<std::string_view> missing;
    for (std::size_t i = 0; i < schema.fields.size(); ++i) {
        const bool is_there = ((seen >> i) & 1U) != 0;
        if (!is_there && !schema.fields[i].optional) missing.push_back(schema.fields[i].name);
    }
    if (!missing.empty()) return fault_of_missing(schema, missing);

    if (first_bad && bad.finished) return std::move(bad.finished);
    if (first_bad) return fault_of_field(schema, *bad.words, first_bad->name, *bad_value);
    if (schema.whole) return schema.whole(schema, *object);
    return std::nullopt;
}

}  // namespace stadtbuch::ledger
