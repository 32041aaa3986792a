// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/rule_request.hpp"

namespace stadtbuch::ledger {

namespace {

std::string text_or_empty(const encoding::Value* value) {
    return value != nullptr && value->text() != nullptr ? *value->text() : std::string();
}

}  // namespace

std::optional<RuleKey> rule_key_from(const encoding::Value& rule) {
    const std::string_view action = rule.text_at("auth_action");
    if (action != "ADD" && action != "EDIT") return std::nullopt;
    RuleKey key;
    key.type = rule.text_at("auth_type");
    key.is_edit = action == "EDIT";
    key.field = rule.text_at("field");
    key.new_value = text_or_empty(rule.find("new_value"));
    key.old_value = key.is_edit ? text_or_empty(rule.find("old_value")) : "*";
    return key;
}

std::optional<RuleChange> rule_from(const encoding::Value& rule) {
    auto key = rule_key_from(rule);
    const encoding::Value* constraint = rule.find("constraint");
    if (!key || constraint == nullptr) return std::nullopt;
    auto parsed = parse_constraint(*constraint);
    if (!parsed) return std::nullopt;
    return RuleChange{std::move(*key), std::move(*parsed)};
}

}  // namespace stadtbuch::ledger
