// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The constraint language and the table of default authorisation rules (indy-ledger-formats
// §7.2-7.4). Pure.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

/// A constraint tree. Role "*" is any, nullopt is "no role".
struct Constraint {
    enum class Kind { role, all_of, any_of, forbidden };
    Kind kind = Kind::forbidden;
    std::optional<std::string> role;
    std::int64_t sig_count = 0;
    bool sig_count_is_flag = false;  ///< given as true or false, and kept so
    bool need_to_be_owner = false;
    std::optional<bool> off_ledger_signature;  ///< absent is not the same text as false
    encoding::Object metadata;
    std::vector<Constraint> parts;  ///< all_of, any_of

    [[nodiscard]] bool is_any_role() const { return role && *role == "*"; }
};

struct ConstraintError {
    std::string text;
    bool is_plain = false;  ///< an error of Python, answered without the name of a refusal
};

/// Parses; the text says what is wrong. Bounded by the depth limit of the JSON that it comes from.
[[nodiscard]] Result<Constraint, ConstraintError> parse_constraint(const encoding::Value& value);
/// Canonical form as stored in state and returned by GET_AUTH_RULE.
[[nodiscard]] encoding::Value constraint_value(const Constraint& constraint);
/// As refusals print it: `1 TRUSTEE signature is required OR ...`.
[[nodiscard]] std::string constraint_text(const Constraint& constraint);
/// TRUSTEE, STEWARD, ENDORSER, NETWORK_MONITOR; `None role` for no role; other codes as they are.
[[nodiscard]] std::string role_name(const std::optional<std::string>& role);

/// What a rule speaks about. `old_value` is "*" for ADD; no role is the empty text.
struct RuleKey {
    std::string type;
    bool is_edit = false;
    std::string field;
    std::string old_value;
    std::string new_value;
    [[nodiscard]] std::string text() const;  ///< `1--ADD--role--*--101`
    friend bool operator==(const RuleKey&, const RuleKey&) = default;
};

struct DefaultRule {
    RuleKey key;
    Constraint constraint;
};

/// The 75 rules in table order.
[[nodiscard]] std::span<const DefaultRule> default_rules();
/// First rule whose type and action are equal and whose field, old and new value are equal or "*"
/// in the rule.
[[nodiscard]] const DefaultRule* match_rule(const RuleKey& action);
/// Exact key of the table, or null: AUTH_RULE may change only these.
[[nodiscard]] const DefaultRule* find_rule(const RuleKey& key);

}  // namespace stadtbuch::ledger
