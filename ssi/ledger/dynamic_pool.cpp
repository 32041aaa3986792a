// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// NODE (indy-ledger-formats §6.1).
#include <array>

#include "ssi/ledger/dynamic.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

struct Entry {
    std::string dest;
    Value data;
};

std::vector<Entry> pool_entries(const DynamicContext& context) {
    std::vector<Entry> out;
    for (const auto& [key, bytes] : context.state.entries(Ledger::pool, "")) {
        auto parsed = encoding::parse_json(text_of(bytes));
        if (parsed) out.push_back({key, std::move(*parsed)});
    }
    return out;
}

bool same_member(const Value& a, const Value& b, std::string_view name) {
    const Value* x = a.find(name);
    const Value* y = b.find(name);
    return x != nullptr && y != nullptr && *x == *y;
}

bool same_address(const Value& a, const Value& b, std::string_view ip, std::string_view port) {
    return same_member(a, b, ip) && same_member(a, b, port);
}

Verdict conflict(const Value& data, std::string_view error) {
    return unauthorized("existing data has conflicts with request data " +
                        encoding::python_repr(data) + ". Error: " + std::string(error));
}

/// Alias and addresses are unique among the other entries.
Verdict check_unique(const DynamicContext& context, const Value& data, std::string_view dest) {
    for (const Entry& other : pool_entries(context)) {
        if (other.dest == dest) continue;
        if (same_member(data, other.data, "alias"))
            return conflict(data, "Node's alias must be unique");
        if (same_address(data, other.data, "node_ip", "node_port")) {
            return conflict(data, "Node's nodestack addresses must be unique");
        }
        if (same_address(data, other.data, "client_ip", "client_port")) {
            return conflict(data, "Node's clientstack addresses must be unique");
        }
    }
    return std::nullopt;
}

bool own_addresses_equal(const Value& data) {
    const Value* node_ip = data.find("node_ip");
    const Value* client_ip = data.find("client_ip");
    const Value* node_port = data.find("node_port");
    const Value* client_port = data.find("client_port");
    return node_ip != nullptr && client_ip != nullptr && node_port != nullptr &&
           client_port != nullptr && *node_ip == *client_ip && *node_port == *client_port;
}

/// Python text of a services list, as rule keys have it; absent counts as `absent`.
std::string services_text(const Value* services, std::string absent) {
    if (services == nullptr || services->is_null()) return absent;
    return encoding::python_repr(*services);
}

Verdict validate_add(const DynamicContext& context, const Value& data) {
    constexpr std::array<std::string_view, 5> required{"alias", "client_ip", "client_port",
                                                       "node_ip", "node_port"};
    for (const std::string_view member : required) {
        if (data.find(member) == nullptr) {
            return unauthorized(
                "Missing some of {'alias', 'client_ip', 'client_port', 'node_ip', 'node_port'}");
        }
    }
    if (own_addresses_equal(data)) return unauthorized("node and client ha cannot be same");
    for (const Entry& other : pool_entries(context)) {
        if (other.data.text_at("identifier") == context.author()) {
            return unauthorized(std::string(context.author()) + " already has a node");
        }
    }
    if (auto refusal = check_unique(context, data, context.text("dest"))) return refusal;
    const RuleKey action{"0", false, "services", "*",
                         services_text(data.find("services"), "['VALIDATOR']")};
    return authorize(context, action, true);
}

std::string rule_text(const Value* value) {
    if (value == nullptr || value->is_null()) return "";
    if (value->text() != nullptr) return *value->text();
    return encoding::python_repr(*value);
}

Verdict validate_edit(const DynamicContext& context, const Value& data, const Value& stored) {
    if (own_addresses_equal(data)) return unauthorized("node and client ha cannot be same");
    encoding::Object without_identifier = *stored.object();
    without_identifier.erase("identifier");
    if (data == Value(std::move(without_identifier)))
        return unauthorized("node already has the same data as requested");
    if (!same_member(data, stored, "alias"))
        return conflict(data, "Node's alias cannot be changed");
    if (auto refusal = check_unique(context, data, context.text("dest"))) return refusal;
    const bool is_owner = stored.text_at("identifier") == context.author();
    for (const encoding::Member& member : *data.object()) {
        if (member.key == "alias" || member.key == "blskey_pop") continue;
        const Value* old = stored.find(member.key);
        if (old != nullptr && *old == member.value) continue;
        RuleKey action{"0", true, member.key, rule_text(old), rule_text(&member.value)};
        if (member.key == "services") {
            action.old_value = services_text(old, "[]");
            action.new_value = services_text(&member.value, "[]");
            if (action.old_value == action.new_value) continue;
        }
        if (auto refusal = authorize(context, action, is_owner)) return refusal;
    }
    return std::nullopt;
}

}  // namespace

Verdict validate_node(const DynamicContext& context) {
    const Value* data = context.member("data");
    if (data == nullptr || data->object() == nullptr) return invalid_request("");
    const auto stored = context.state.get_json(Ledger::pool, context.text("dest"));
    if (!stored || stored->object() == nullptr) return validate_add(context, *data);
    return validate_edit(context, *data, *stored);
}

}  // namespace stadtbuch::ledger
