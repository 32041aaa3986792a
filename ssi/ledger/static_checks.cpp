// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/static_checks.hpp"

#include <algorithm>
#include <array>

#include "consensus/bls/bls.hpp"
#include "ssi/keys/ed25519.hpp"
#include "ssi/ledger/auth_rules.hpp"
#include "ssi/ledger/static_python.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::ledger {

using encoding::Object;
using encoding::Value;

namespace {

using Answer = std::optional<Refusal>;

Refusal refuse(std::string text) {
    Refusal refusal;
    refusal.text = std::move(text);
    return refusal;
}

/// The reference stumbled over a value of an unforeseen type and printed just its own error.
Refusal stumble(std::string text) {
    Refusal refusal;
    refusal.cls = RefusalClass::plain;
    refusal.text = std::move(text);
    return refusal;
}

std::string lacks_attribute(const Value& value, std::string_view attribute) {
    return "'" + std::string(python_type_name(value)) + "' object has no attribute '" +
           std::string(attribute) + "'";
}

// NODE (0)

bool is_ed25519_key(const Value& base58) {
    const auto bytes = encoding::base58_decode(*base58.text());
    const auto key = bytes ? keys::Ed25519PublicKey::of(*bytes) : std::nullopt;
    return key && keys::curve25519_of(*key);
}

bool proves_possession(const std::string& proof_text, const std::string& key_text) {
    const auto key = bls::VerKey::from_base58(key_text);
    const auto proof = bls::Signature::from_base58(proof_text);
    return key && proof && bls::verify_possession(*proof, *key);
}

Answer check_node(const Object& operation) {
    const Value& dest = *operation.find("dest");
    if (!is_ed25519_key(dest)) {
        return refuse("Node's dest is not correct Ed25519 key. Dest: " + python_str(dest));
    }
    const Value* verkey = operation.find("verkey");
    if (verkey && !is_ed25519_key(*verkey)) {
        return refuse("Node's verkey is not correct Ed25519 key. Verkey: " + python_str(*verkey));
    }
    const Value& data = *operation.find("data");
    const Value* key = data.find("blskey");
    const Value* proof = data.find("blskey_pop");
    if (!key && !proof) return std::nullopt;
    if (!key) return refuse("A Proof of possession is not needed without BLS key");
    if (!proof) return refuse("A Proof of possession must be provided with BLS key");
    if (proves_possession(*proof->text(), *key->text())) return std::nullopt;
    return refuse("Proof of possession " + *proof->text() + " is incorrect for BLS key " +
                  *key->text());
}

// NYM (1)

Refusal refuse_diddoc(std::string text) {
    Refusal refusal = refuse(text);
    refusal.cause = std::move(text);
    return refusal;
}

Answer check_diddoc_item(const Value& item) {
    const Value* id = item.find("id");
    if (!id) return std::nullopt;
    if (!id->is_text()) return stumble(lacks_attribute(*id, "partition"));
    const std::string_view text = *id->text();
    const std::size_t hash = text.find('#');
    if (hash == std::string_view::npos || text.substr(hash + 1) != "verkey") return std::nullopt;
    return refuse_diddoc(
        "diddocContent must not have object with `id` containing fragment `verkey`");
}

Answer check_diddoc(const std::string& text) {
    const auto parsed = encoding::parse_python_json(text);
    if (!parsed) return refuse("diddocContent is no JSON text");
    if (!parsed->is_object()) return stumble(lacks_attribute(*parsed, "get"));
    const Value* id = parsed->find("id");
    if (id && python_truth(*id)) return refuse_diddoc("diddocContent must not have `id` at root");
    for (const encoding::Member& member : *parsed->object()) {
        if (!member.value.is_array()) continue;
        for (const Value& item : *member.value.array()) {
            if (Answer answer = check_diddoc_item(item)) return answer;
        }
    }
    return std::nullopt;
}

Answer check_nym(const Object& operation) {
    static constexpr std::array<std::string_view, 4> roles = {"0", "2", "101", "201"};
    const Value* role = operation.find("role");
    if (role && role->is_text() &&
        std::find(roles.begin(), roles.end(), *role->text()) == roles.end()) {
        return refuse(*role->text() + " not a valid role");
    }
    if (const Value* content = operation.find("diddocContent")) {
        if (Answer answer = check_diddoc(*content->text())) return answer;
    }
    const Value* version = operation.find("version");
    if (version && (python_int(*version) < 0 || python_int(*version) > 2)) {
        return refuse("Version must be one of {0, 1, 2}, received " + python_str(*version));
    }
    return std::nullopt;
}

// Revocation (113, 117)

Answer check_revoc_def(const Object& operation) {
    const std::string& id = *operation.find("credDefId")->text();
    const auto parts = std::count(id.begin(), id.end(), ':') + 1;
    if (parts == 4 || parts == 5) return std::nullopt;
    return refuse(
        "Format of credDefId field is not acceptable. Expected: "
        "'did:marker:signature_type:schema_ref' "
        "or 'did:marker:signature_type:schema_ref:tag'");
}

Answer check_revoc_delta(const Object& operation) {
    const Value& to = *operation.find("to");
    if (!python_truth(to)) return stumble("");
    const Value* from = operation.find("from");
    if (!from || !python_truth(*from) || python_int(*from) <= python_int(to)) return std::nullopt;
    return refuse("Timestamp FROM more then TO: " + python_str(*from) + " > " + python_str(to));
}

// Author agreement (4 to 7)

Answer check_calendar(const Object& operation, std::string_view name) {
    constexpr std::int64_t end_of_year_9999 = 253402300799;
    constexpr std::int64_t last_of_gmtime = 67768036191676799;  // of the years that fit into an int
    const Value* time = operation.find(name);
    if (!time || python_int(*time) <= end_of_year_9999) return std::nullopt;
    // Python makes a ValueError of years from 10000 on, and of what libc refuses an OSError.
    if (python_int(*time) > last_of_gmtime)
        return stumble("[Errno 75] Value too large for defined data type");
    return refuse(std::string(name) + " = " + python_str(*time) + " is out of range.");
}

Answer check_taa(const Object& operation) {
    if (Answer answer = check_calendar(operation, "retirement_ts")) return answer;
    return check_calendar(operation, "ratification_ts");
}

Answer check_aml(const Object& operation) {
    if (!operation.find("aml")->object()->empty()) return std::nullopt;
    return refuse(
        "TXN_AUTHOR_AGREEMENT_AML request must contain at least one acceptance mechanism");
}

Answer check_get_taa(const Object& operation) {
    int count = 0;
    for (const std::string_view name : {"version", "digest", "timestamp"}) {
        count += operation.contains(name) ? 1 : 0;
    }
    if (count <= 1) return std::nullopt;
    return refuse(
        "GET_TXN_AUTHOR_AGREEMENT request can have at most one of the following parameters: "
        "version, "
        "digest, timestamp");
}

Answer check_get_aml(const Object& operation) {
    if (!operation.contains("version") || !operation.contains("timestamp")) return std::nullopt;
    return refuse(
        "\"version\" and \"timestamp\" cannot be used in GET_TXN_AUTHOR_AGREEMENT_AML request "
        "together");
}

// Authorisation rules (120 to 122)

std::string rule_text(const Value& rule, std::string_view name) {
    const Value* value = rule.find(name);
    return value && !value->is_null() ? python_str(*value) : std::string();
}

Answer check_rule_key(const Value& rule) {
    RuleKey key;
    key.is_edit = rule_text(rule, "auth_action") == "EDIT";
    const bool has_old = rule.find("old_value") != nullptr;
    static constexpr std::string_view frame =
        "Transaction for change authentication rule for auth_action=";
    if (key.is_edit && !has_old)
        return refuse(std::string(frame) + "EDIT must contain field old_value");
    if (!key.is_edit && has_old)
        return refuse(std::string(frame) + "ADD must not contain field old_value");

    key.type = rule_text(rule, "auth_type");
    key.field = rule_text(rule, "field");
    key.old_value = key.is_edit ? rule_text(rule, "old_value") : "*";
    key.new_value = rule_text(rule, "new_value");
    if (find_rule(key)) return std::nullopt;
    return refuse("Unknown authorization rule: key '" + key.text() +
                  "' is not found in authorization map.");
}

Answer check_rule(const Value& rule) {
    const auto constraint = parse_constraint(*rule.find("constraint"));
    if (!constraint) {
        Refusal refusal = refuse(constraint.error().text);
        if (constraint.error().is_plain) refusal.cls = RefusalClass::plain;
        return refusal;
    }
    return check_rule_key(rule);
}

Answer check_rules(const Object& operation) {
    for (const Value& rule : *operation.find("rules")->array()) {
        if (Answer answer = check_rule(rule)) return answer;
    }
    return std::nullopt;
}

Answer check_get_rule(const Object& operation) {
    if (operation.size() <= 1) return std::nullopt;
    for (const std::string_view name : {"auth_action", "auth_type", "field", "new_value"}) {
        if (!operation.contains(name)) return refuse("Not enough fields to build an auth key.");
    }
    return check_rule_key(Value(operation));
}

// The rest

Answer check_freeze(const Object& operation) {
    for (const Value& id : *operation.find("ledgers_ids")->array()) {
        const std::int64_t number = python_int(id);
        if (number >= 0 && number <= 3) return refuse("(0, 1, 2, 3) ledgers can't be frozen");
    }
    return std::nullopt;
}

Answer check_flag(const Object& operation) {
    const Value* name = operation.find("name");
    if (!name || !python_truth(*name)) return refuse("Flag name is required");
    if (!name->is_text()) return refuse("Flag name must be of type string");
    const Value* value = operation.find("value");
    if (!value || value->is_null() || value->is_text()) return std::nullopt;
    return refuse("Flag value must be of type string or None");
}

Answer refuse_node_upgrade(const Object&) {
    return refuse("External NODE_UPGRADE requests are not allowed");
}

Answer refuse_audit(const Object&) {
    return refuse("External audit requests are not allowed");
}

Answer refuse_rich_schema(const Object&) {
    return refuse("RichSchema transactions are disabled");
}

Answer check_auth_rule(const Object& operation) {
    return check_rule(Value(operation));
}

struct TypeRow {
    std::string_view type;
    RequestKind kind;
    Answer (*check)(const Object&) = nullptr;
};

// Frequent types first: lookup is linear.
constexpr std::array types = {
    TypeRow{"1", RequestKind::write, check_nym},
    TypeRow{"105", RequestKind::read},
    TypeRow{"100", RequestKind::write},
    TypeRow{"104", RequestKind::read},
    TypeRow{"107", RequestKind::read},
    TypeRow{"108", RequestKind::read},
    TypeRow{"3", RequestKind::read},
    TypeRow{"114", RequestKind::write},
    TypeRow{"116", RequestKind::read},
    TypeRow{"117", RequestKind::read, check_revoc_delta},
    TypeRow{"115", RequestKind::read},
    TypeRow{"101", RequestKind::write},
    TypeRow{"102", RequestKind::write},
    TypeRow{"113", RequestKind::write, check_revoc_def},
    TypeRow{"0", RequestKind::write, check_node},
    TypeRow{"2", RequestKind::write, refuse_audit},
    TypeRow{"4", RequestKind::write, check_taa},
    TypeRow{"5", RequestKind::write, check_aml},
    TypeRow{"6", RequestKind::read, check_get_taa},
    TypeRow{"7", RequestKind::read, check_get_aml},
    TypeRow{"8", RequestKind::write},
    TypeRow{"9", RequestKind::write, check_freeze},
    TypeRow{"10", RequestKind::read},
    TypeRow{"109", RequestKind::write},
    TypeRow{"110", RequestKind::write, refuse_node_upgrade},
    TypeRow{"111", RequestKind::write},
    TypeRow{"118", RequestKind::action},
    TypeRow{"119", RequestKind::action},
    TypeRow{"120", RequestKind::write, check_auth_rule},
    TypeRow{"121", RequestKind::read, check_get_rule},
    TypeRow{"122", RequestKind::write, check_rules},
    TypeRow{"130", RequestKind::write, check_flag},
    TypeRow{"131", RequestKind::read},
    TypeRow{"200", RequestKind::write, refuse_rich_schema},
    TypeRow{"201", RequestKind::write, refuse_rich_schema},
    TypeRow{"202", RequestKind::write, refuse_rich_schema},
    TypeRow{"203", RequestKind::write, refuse_rich_schema},
    TypeRow{"204", RequestKind::write, refuse_rich_schema},
    TypeRow{"205", RequestKind::write, refuse_rich_schema},
    TypeRow{"300", RequestKind::read},
    TypeRow{"301", RequestKind::read},
};

const TypeRow* find_type(std::string_view type) {
    const auto row = std::find_if(types.begin(), types.end(),
                                  [&](const TypeRow& one) { return one.type == type; });
    return row == types.end() ? nullptr : &*row;
}

}  // namespace

std::optional<RequestKind> kind_of_type(std::string_view type) {
    const TypeRow* row = find_type(type);
    if (!row) return std::nullopt;
    return row->kind;
}

std::optional<Refusal> check_static(std::string_view type, const Object& operation) {
    const TypeRow* row = find_type(type);
    return row && row->check ? row->check(operation) : std::nullopt;
}

}  // namespace stadtbuch::ledger
