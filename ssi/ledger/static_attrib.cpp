// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/static_attrib.hpp"

#include <algorithm>
#include <array>

#include "ssi/ledger/static_python.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

constexpr std::array<std::string_view, 3> attrib_members = {"raw", "enc", "hash"};

bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 20) return false;
    std::uint64_t number = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        number = std::min<std::uint64_t>(number * 10 + static_cast<std::uint64_t>(c - '0'), 100000);
    }
    return number > 0 && number < 65536;
}

SchemaVerdict check_address(const Schema& schema, const Value& endpoint, const Value& ha) {
    static constexpr std::string_view bad_form = "invalid endpoint format ip_address:port";
    if (!ha.is_text()) {
        if (ha.is_array() || ha.is_object())
            return fault_of_field(schema, bad_form, "endpoint", endpoint);
        return SchemaFault{"argument of type '" + std::string(python_type_name(ha)) +
                           "' is not iterable"};
    }

    const std::string& text = *ha.text();
    const auto colons = std::count(text.begin(), text.end(), ':');
    if (colons == 0) return fault_of_field(schema, bad_form, "endpoint", endpoint);
    if (colons > 1) return SchemaFault{"too many values to unpack (expected 2)", true};
    const std::string_view view = text;
    const std::size_t colon = view.find(':');
    if (!is_ip_address(view.substr(0, colon))) {
        return fault_of_field(schema, "invalid endpoint address", "ha", ha);
    }
    if (!is_port(view.substr(colon + 1)))
        return fault_of_field(schema, "invalid endpoint port", "ha", ha);
    return std::nullopt;
}

SchemaVerdict check_endpoint(const Schema& schema, const Value& endpoint) {
    if (endpoint.is_null()) return std::nullopt;
    if (!endpoint.is_object())
        return fault_of_field(schema, "should be a dict", "endpoint", endpoint);
    const Value* ha = endpoint.find("ha");
    if (!ha || ha->is_null()) return std::nullopt;
    return check_address(schema, endpoint, *ha);
}

}  // namespace

SchemaVerdict check_attrib_choice(const Schema& schema, const encoding::Object& operation) {
    const auto count =
        std::count_if(attrib_members.begin(), attrib_members.end(),
                      [&](std::string_view name) { return operation.contains(name); });
    if (count == 0) return fault_of_missing(schema, attrib_members);
    if (count > 1)
        return fault_of_message(schema, "only one field from raw, enc, hash is expected");
    return std::nullopt;
}

SchemaVerdict check_attrib(const Schema& schema, const encoding::Object& operation) {
    if (SchemaVerdict fault = check_attrib_choice(schema, operation)) return fault;
    const Value* raw = operation.find("raw");
    if (!raw) return std::nullopt;

    const auto parsed = encoding::parse_python_json(*raw->text());
    if (!parsed) return fault_of_field(schema, "should be a valid JSON string", "raw", *raw);
    if (!parsed->is_object()) {
        const std::string type = "<class '" + std::string(python_type_name(*parsed)) + "'>";
        return fault_of_field(schema, "should be a dict", "raw", Value(type));
    }
    if (parsed->object()->size() != 1) {
        return fault_of_field(schema, "should contain one attribute", "raw", *parsed);
    }
    if (const Value* endpoint = parsed->find("endpoint")) {
        if (SchemaVerdict fault = check_endpoint(schema, *endpoint)) return fault;
    }
    // The reference takes it and ends when it stores it.
    if (encoding::has_lone_surrogate(*parsed)) {
        return fault_of_field(schema, "should be a valid JSON string", "raw", *raw);
    }
    return std::nullopt;
}

}  // namespace stadtbuch::ledger
