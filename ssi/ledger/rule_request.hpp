// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One rule of an AUTH_RULE or AUTH_RULES operation, or the question of a GET_AUTH_RULE
// (indy-ledger-formats §6.9).
#pragma once
#include <optional>

#include "ssi/ledger/auth_rules.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

/// Members auth_type, auth_action, field, new_value, old_value; null values become the empty text.
[[nodiscard]] std::optional<RuleKey> rule_key_from(const encoding::Value& rule);

struct RuleChange {
    RuleKey key;
    Constraint constraint;
};

[[nodiscard]] std::optional<RuleChange> rule_from(const encoding::Value& rule);

}  // namespace stadtbuch::ledger
