// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Config ledger: agreements, auth rules, pool operations (indy-ledger-formats §6.8-6.10). The rule
// is checked before the content (recorded for LEDGERS_FREEZE and TXN_AUTHR_AGRMT).
#include "ssi/ledger/dynamic.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "ssi/ledger/static_python.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

bool is_given(const Value* value) {
    return value != nullptr && !value->is_null();
}

Verdict validate_new_taa(const DynamicContext& context) {
    const Value* ratified = context.member("ratification_ts");
    const Value* retirement = context.member("retirement_ts");
    if (!is_given(context.member("text"))) {
        return invalid_request(
            "Cannot create transaction author agreement without a 'text' field.");
    }
    if (is_given(retirement)) {
        return invalid_request(
            "Cannot create transaction author agreement with a 'retirement_ts' field.");
    }
    if (!is_given(ratified)) {
        return invalid_request(
            "Cannot create transaction author agreement without a 'ratification_ts' field.");
    }
    if (!is_python_int(*ratified) || python_int(*ratified) > context.time) {
        return invalid_request(
            "Cannot create transaction author agreement with 'ratification_ts' set in future.");
    }
    return std::nullopt;
}

/// As Python compares: false is zero.
bool is_same_number(const Value& a, const Value& b) {
    if (is_python_int(a) && is_python_int(b)) return python_int(a) == python_int(b);
    return a == b;
}

Verdict validate_taa_update(const DynamicContext& context, const std::string& digest) {
    const auto bytes = context.state.get(Ledger::config, taa_digest_key(digest));
    const auto stored = bytes ? unwrapped(*bytes) : std::nullopt;
    if (!stored) return invalid_request("Transaction author agreement is damaged");
    const Value* text = context.member("text");
    if (text != nullptr && (text->is_null() || *text != Value(stored->value.text_at("text")))) {
        return invalid_request(
            "Changing a text of existing transaction author agreement is forbidden");
    }
    const Value* ratified = context.member("ratification_ts");
    const Value* stored_ratified = stored->value.find("ratification_ts");
    if (ratified != nullptr &&
        !is_same_number(*ratified, stored_ratified != nullptr ? *stored_ratified : Value())) {
        return invalid_request(
            "Changing ratification date of existing transaction author agreement is forbidden");
    }
    const auto latest = context.state.get(Ledger::config, taa_latest_key);
    if (!latest)
        return invalid_request(
            "Retirement date cannot be changed when TAA enforcement is disabled.");
    if (text_of(*latest) == digest)
        return invalid_request("The latest transaction author agreement cannot be retired.");
    return std::nullopt;
}

Verdict validate_taa(const DynamicContext& context) {
    const auto digest = context.state.get(Ledger::config, taa_version_key(context.text("version")));
    if (auto refusal = authorize(context, whole_object(txn_type::taa, digest.has_value()), true))
        return refusal;
    if (!context.state.has(Ledger::config, aml_latest_key)) {
        return invalid_request("TAA txn is forbidden until TAA AML is set. Send TAA AML first.");
    }
    return digest ? validate_taa_update(context, string_of(*digest)) : validate_new_taa(context);
}

Verdict validate_taa_disable(const DynamicContext& context) {
    if (auto refusal = authorize(context, whole_object(txn_type::taa_disable, false), true))
        return refusal;
    if (context.state.has(Ledger::config, taa_latest_key)) return std::nullopt;
    return invalid_request("Transaction author agreement is already disabled.");
}

Verdict validate_aml(const DynamicContext& context) {
    if (auto refusal = authorize(context, whole_object(txn_type::taa_aml, false), true))
        return refusal;
    if (!context.state.has(Ledger::config, aml_version_key(context.text("version"))))
        return std::nullopt;
    return invalid_request("Version of TAA AML must be unique and it cannot be modified");
}

Verdict validate_freeze(const DynamicContext& context) {
    if (auto refusal = authorize(context, whole_object(txn_type::ledgers_freeze, true), true))
        return refusal;
    const Value* ids = context.member("ledgers_ids");
    if (ids == nullptr || ids->array() == nullptr) return invalid_request("");
    const auto& known = context.state.head().audit.ledgers;
    for (const Value& id : *ids->array()) {
        const auto number = id.integer();
        if (!number || !known.contains(*number)) {
            return invalid_request("One or more ledgers from " + encoding::python_repr(*ids) +
                                   " have never existed");
        }
    }
    return std::nullopt;
}

/// Action of the newest upgrade with the same name and version; "*" when there is none. What is in
/// this batch does not count: the reference looks at committed transactions.
std::string last_upgrade_action(const DynamicContext& context) {
    for (std::uint64_t n = context.config_size; n > 0; --n) {
        const auto txn = context.txn(Ledger::config, n);
        const auto view = txn ? view_txn(*txn) : std::nullopt;
        if (!view || view->type != txn_type::pool_upgrade) continue;
        if (view->text("name") != context.text("name")) continue;
        if (view->text("version") == context.text("version"))
            return std::string(view->text("action"));
    }
    return "*";
}

Verdict validate_upgrade(const DynamicContext& context) {
    const std::string action(context.text("action"));
    const std::string status = last_upgrade_action(context);
    if (status == "start" && action == "start") {
        return invalid_request("Upgrade '" + std::string(context.text("name")) +
                               "' is already scheduled");
    }
    if (auto refusal = authorize(context, {"109", status != "*", "action", status, action}, true))
        return refusal;
    const Value* package = context.member("package");
    if (package != nullptr && package->text() != nullptr && package->text()->empty())
        return invalid_request("Upgrade package name is empty");
    return std::nullopt;
}

}  // namespace

Verdict validate_config(const DynamicContext& context) {
    const std::string& type = context.request.type;
    if (type == txn_type::taa) return validate_taa(context);
    if (type == txn_type::taa_aml) return validate_aml(context);
    if (type == txn_type::taa_disable) return validate_taa_disable(context);
    if (type == txn_type::auth_rule || type == txn_type::auth_rules) {
        return authorize(context, whole_object(type, true), true);
    }
    if (type == txn_type::ledgers_freeze) return validate_freeze(context);
    if (type == txn_type::pool_config)
        return authorize(context, {"111", true, "action", "*", "*"}, true);
    if (type == txn_type::pool_upgrade) return validate_upgrade(context);
    // The reference checks a flag with an action whose field and values are empty.
    if (type == txn_type::flag) return authorize(context, {"130", true, "", "", ""}, true);
    if (type == txn_type::node_upgrade) return std::nullopt;  // a client's ends in check_static()
    return invalid_request("invalid type: " + type);
}

}  // namespace stadtbuch::ledger
