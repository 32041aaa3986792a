// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/effects.hpp"

#include <algorithm>

#include "ssi/ledger/auth_rules.hpp"
#include "ssi/ledger/rule_request.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "ssi/ledger/static_python.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::ledger {

using encoding::Object;
using encoding::Value;

bool apply_effects(WorkingState& state, const TxnView& txn, const AttributeText* attribute) {
    const auto ledger = ledger_of_type(txn.type);
    if (!ledger) return false;
    switch (*ledger) {
        case Ledger::pool:
            return apply_pool_effects(state, txn);
        case Ledger::domain:
            return apply_domain_effects(state, txn, attribute);
        case Ledger::config:
            return apply_config_effects(state, txn);
        case Ledger::audit:
            return true;
    }
    return false;
}

bool is_validator_list(const Value* services) {
    if (services == nullptr || services->array() == nullptr) return false;
    return std::any_of(services->array()->begin(), services->array()->end(), [](const Value& v) {
        return v.text() != nullptr && *v.text() == "VALIDATOR";
    });
}

bool apply_pool_effects(WorkingState& state, const TxnView& txn) {
    const std::string_view dest = txn.text("dest");
    const Value* data = txn.find("data");
    if (dest.empty() || data == nullptr || data->object() == nullptr) return false;
    Object merged;
    if (auto stored = state.get_json(Ledger::pool, dest); stored && stored->object() != nullptr) {
        merged = std::move(*stored->object());
    } else {
        merged.set("identifier", txn.from ? Value(*txn.from) : Value());
    }
    for (const encoding::Member& member : *data->object()) merged.set(member.key, member.value);
    const Value entry(std::move(merged));
    state.set(Ledger::pool, dest, encoding::canonical_json(entry));

    // Registry order: first appearance or promotion; demoted nodes leave (§6.1, plenum-consensus
    // §7.1).
    const Value* services = data->find("services");
    if (services == nullptr) return true;
    const std::string alias(entry.text_at("alias"));
    auto& registry = state.head().registry;
    const auto place = std::find(registry.begin(), registry.end(), alias);
    if (is_validator_list(services)) {
        if (place == registry.end()) registry.push_back(alias);
    } else if (place != registry.end()) {
        registry.erase(place);
    }
    return true;
}

namespace {

void store_taa(WorkingState& state, const TxnView& txn, const std::string& digest, Object taa) {
    state.set(Ledger::config, taa_digest_key(digest),
              wrapped(txn.seq_no, txn.time, std::move(taa)));
}

bool add_taa(WorkingState& state, const TxnView& txn) {
    const std::string_view version = txn.text("version");
    const std::string_view text = txn.text("text");
    const std::string digest = taa_digest(version, text);
    Object taa{{"text", text}, {"version", version}};
    // Before payload version 2 the value was only text and version.
    if (txn.has_version) {
        taa.set("digest", digest);
        if (const Value* ratified = txn.find("ratification_ts"))
            taa.set("ratification_ts", *ratified);
    }
    store_taa(state, txn, digest, std::move(taa));
    state.set(Ledger::config, taa_version_key(version), digest);
    state.set(Ledger::config, taa_latest_key, digest);
    return true;
}

/// Only the retirement changes; absent or zero takes it away.
bool update_taa(WorkingState& state, const TxnView& txn, const std::string& digest) {
    const auto bytes = state.get(Ledger::config, taa_digest_key(digest));
    auto current = bytes ? unwrapped(*bytes) : std::nullopt;
    if (!current || current->value.object() == nullptr) return false;
    Object taa = *current->value.object();
    taa.set("digest", digest);
    // An agreement from before version 2 counts as ratified when it was written.
    if (!taa.contains("ratification_ts")) taa.set("ratification_ts", current->time);
    const Value* retirement = txn.find("retirement_ts");
    if (retirement != nullptr && !retirement->is_null() &&
        !(is_python_int(*retirement) && python_int(*retirement) == 0)) {
        taa.set("retirement_ts", *retirement);
    } else {
        taa.erase("retirement_ts");
    }
    store_taa(state, txn, digest, std::move(taa));
    return true;
}

bool apply_taa(WorkingState& state, const TxnView& txn) {
    if (txn.has_version) {
        if (const auto digest = state.get(Ledger::config, taa_version_key(txn.text("version")))) {
            return update_taa(state, txn, string_of(*digest));
        }
    }
    return add_taa(state, txn);
}

/// Retires every agreement that is not retired before, and removes the pointer to the latest: the
/// only deletion of a key in the system.
bool apply_taa_disable(WorkingState& state, const TxnView& txn) {
    for (const auto& [key, bytes] : state.entries(Ledger::config, taa_digest_prefix)) {
        auto current = unwrapped(bytes);
        if (!current || current->value.object() == nullptr) return false;
        Object& taa = *current->value.object();
        const Value* retirement = taa.find("retirement_ts");
        const auto retired_at = retirement == nullptr || !is_python_int(*retirement)
                                    ? std::nullopt
                                    : std::optional(python_int(*retirement));
        if (retired_at && txn.time && *retired_at <= *txn.time) continue;
        taa.set("retirement_ts", txn.time ? Value(*txn.time) : Value());
        state.set(Ledger::config, key, wrapped(txn.seq_no, txn.time, std::move(taa)));
    }
    state.remove(Ledger::config, taa_latest_key);
    return true;
}

bool apply_aml(WorkingState& state, const TxnView& txn) {
    const std::string value = wrapped(txn.seq_no, txn.time, *txn.data);
    state.set(Ledger::config, aml_latest_key, value);
    state.set(Ledger::config, aml_version_key(txn.text("version")), value);
    return true;
}

bool apply_rule(WorkingState& state, const Value& rule) {
    const auto parsed = rule_from(rule);
    if (!parsed) return false;
    state.set(Ledger::config, auth_rule_key(parsed->key.text()),
              encoding::canonical_json(constraint_value(parsed->constraint)));
    return true;
}

bool apply_rules(WorkingState& state, const TxnView& txn) {
    const Value* rules = txn.find("rules");
    if (rules == nullptr || rules->array() == nullptr) return false;
    return std::all_of(rules->array()->begin(), rules->array()->end(),
                       [&](const Value& rule) { return apply_rule(state, rule); });
}

bool apply_freeze(WorkingState& state, const TxnView& txn) {
    const Value* ids = txn.find("ledgers_ids");
    if (ids == nullptr || ids->array() == nullptr) return false;
    Object frozen;
    if (const auto bytes = state.get(Ledger::config, frozen_ledgers_key)) {
        if (const auto current = unwrapped(*bytes); current && current->value.object() != nullptr) {
            frozen = *current->value.object();
        }
    }
    const AuditHead& audit = state.head().audit;
    for (const Value& id : *ids->array()) {
        const auto number = id.integer();
        if (!number) return false;
        Object record{{"ledger", Value()}, {"seq_no", 0}, {"state", Value()}};
        if (const auto entry = audit.ledgers.find(*number); entry != audit.ledgers.end()) {
            record.set("seq_no", entry->second.size);
            if (entry->second.has_root) {
                record.set("ledger", encoding::base58_encode(entry->second.txn_root));
                record.set("state", encoding::base58_encode(entry->second.state_root));
            }
        }
        frozen.set(std::to_string(*number), std::move(record));
    }
    state.set(Ledger::config, frozen_ledgers_key, wrapped(txn.seq_no, txn.time, std::move(frozen)));
    return true;
}

bool apply_flag(WorkingState& state, const TxnView& txn) {
    const Value* value = txn.find("value");
    const Object entry{{"lsn", txn.seq_no},
                       {"lut", txn.time ? Value(*txn.time) : Value()},
                       {"value", value != nullptr ? *value : Value()}};
    state.set(Ledger::config, flag_key(txn.text("name")), encoding::canonical_json(entry));
    return true;
}

}  // namespace

bool apply_config_effects(WorkingState& state, const TxnView& txn) {
    if (txn.type == txn_type::taa) return apply_taa(state, txn);
    if (txn.type == txn_type::taa_aml) return apply_aml(state, txn);
    if (txn.type == txn_type::taa_disable) return apply_taa_disable(state, txn);
    if (txn.type == txn_type::auth_rule) return apply_rule(state, *txn.data);
    if (txn.type == txn_type::auth_rules) return apply_rules(state, txn);
    if (txn.type == txn_type::ledgers_freeze) return apply_freeze(state, txn);
    if (txn.type == txn_type::flag) return apply_flag(state, txn);
    if (txn.type == txn_type::pool_config) {
        if (const Value* writes = txn.find("writes"); writes != nullptr && writes->boolean()) {
            state.head().writes_enabled = *writes->boolean();
        }
        return true;
    }
    return txn.type == txn_type::pool_upgrade || txn.type == txn_type::node_upgrade;
}

}  // namespace stadtbuch::ledger
