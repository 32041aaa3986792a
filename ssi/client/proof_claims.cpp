// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/client/proof_claims.hpp"

#include "ssi/ledger/auth_rules.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::client {

using encoding::Object;
using encoding::Value;
using ledger::Ledger;

namespace {

using Claims = Result<std::vector<StateClaim>, ProofError>;

constexpr Failure<ProofError> malformed{ProofError::malformed};

std::string sha256_hex(std::string_view text) {
    return encoding::hex_encode(hash::sha256(text));
}

Value member_or_null(const Value& object, std::string_view key) {
    const Value* value = object.find(key);
    return value ? *value : Value();
}

/// State form of a value with the answer's seqNo and txnTime.
std::string wrapped(const Value& seq_no, const Value& time, Value content) {
    return encoding::canonical_json(
        Value(Object{{"lsn", seq_no}, {"lut", time}, {"val", std::move(content)}}));
}

std::string wrapped_of(const Value& result, Value content) {
    return wrapped(member_or_null(result, "seqNo"), member_or_null(result, "txnTime"),
                   std::move(content));
}

StateClaim claim(const Value& result, Ledger ledger, std::string_view key,
                 std::optional<std::string> value) {
    StateClaim one;
    one.ledger = ledger;
    one.key = bytes_of(key);
    one.value = std::move(value);
    one.proof = result.find("state_proof");
    if (const Value* time = result.find("timestamp")) one.as_of = time->integer();
    return one;
}

/// One claim whose value is the wrapped `data`, or absence if that is null.
Claims wrapped_data(const Value& result, Ledger ledger, std::string_view key) {
    const Value data = member_or_null(result, "data");
    std::optional<std::string> value;
    if (!data.is_null()) value = wrapped_of(result, data);
    return std::vector{claim(result, ledger, key, std::move(value))};
}

Claims nym_claims(const Value& result) {
    const std::string_view dest = result.text_at("dest");
    const Value* data = result.find("data");
    if (dest.empty() || !data) return malformed;

    StateClaim one =
        claim(result, Ledger::domain, text_of(ledger::nym_key(dest).view()), std::nullopt);
    if (data->is_null()) return std::vector{std::move(one)};
    if (!data->is_text()) return malformed;
    auto state = encoding::parse_json(*data->text());
    if (!state || !state->is_object() || state->text_at("dest") != dest) return malformed;
    // The numbers beside the data are the ones inside it.
    if (member_or_null(result, "seqNo") != member_or_null(*state, "seqNo") ||
        member_or_null(result, "txnTime") != member_or_null(*state, "txnTime")) {
        return Failure{ProofError::wrong_value};
    }
    state->object()->erase("dest");
    one.value = encoding::canonical_json(*state);
    return std::vector{std::move(one)};
}

Claims attrib_claims(const Value& result) {
    const std::string_view dest = result.text_at("dest");
    const Value* data = result.find("data");
    if (dest.empty() || !data || (!data->is_null() && !data->is_text())) return malformed;

    const Value* hash = result.find("hash");
    const Value* named = hash ? hash : result.find("raw");
    if (!named) named = result.find("enc");
    if (!named || !named->is_text()) return malformed;
    const std::string key =
        ledger::attrib_key(dest, hash ? *named->text() : sha256_hex(*named->text()));
    if (data->is_null()) return std::vector{claim(result, Ledger::domain, key, std::nullopt)};

    // The state keeps nothing of an attribute that was given as a hash; the answer then repeats the
    // hash.
    if (hash && *data != *hash) return Failure{ProofError::wrong_value};
    if (result.find("enc") && *data != *named) return Failure{ProofError::wrong_value};
    if (result.find("raw") && ledger::attribute_name(*data->text()) != *named->text()) {
        return Failure{ProofError::wrong_value};
    }
    const Value content(hash ? std::string() : sha256_hex(*data->text()));
    return std::vector{claim(result, Ledger::domain, key, wrapped_of(result, content))};
}

Claims schema_claims(const Value& result) {
    const Value* data = result.find("data");
    if (!data || !data->is_object()) return malformed;
    const std::string key =
        ledger::schema_key(result.text_at("dest"), data->text_at("name"), data->text_at("version"));
    Value rest = *data;
    rest.object()->erase("name");
    rest.object()->erase("version");
    if (rest.object()->empty())
        return std::vector{claim(result, Ledger::domain, key, std::nullopt)};
    return std::vector{claim(result, Ledger::domain, key, wrapped_of(result, std::move(rest)))};
}

Claims claim_def_claims(const Value& result) {
    const Value* type = result.find("signature_type");
    const Value* tag = result.find("tag");
    const std::string key = ledger::claim_def_key(
        result.text_at("origin"), type ? result.text_at("signature_type") : std::string_view("CL"),
        ledger::ref_text(result.find("ref")),
        tag ? result.text_at("tag") : std::string_view("tag"));
    return wrapped_data(result, Ledger::domain, key);
}

// GET_REVOC_REG_DELTA, §7.2

/// The lists of an entry as the answer shows them; absent ones are empty.
bool lists_fit(const Value& shown, const Value& entry) {
    for (const std::string_view name : {"issued", "revoked"}) {
        const Value* kept = entry.find("value") ? entry.find("value")->find(name) : nullptr;
        if (member_or_null(shown, name) != (kept ? *kept : Value(encoding::Array{}))) return false;
    }
    return true;
}

bool lists_are_empty(const Value& shown) {
    return member_or_null(shown, "issued") == Value(encoding::Array{}) &&
           member_or_null(shown, "revoked") == Value(encoding::Array{});
}

StateClaim entry_claim(const std::string& key, const Value& entry, const Value* proof,
                       const Value* time) {
    StateClaim one;
    one.key = bytes_of(key);
    if (!entry.is_null()) {
        one.value =
            wrapped(member_or_null(entry, "seqNo"), member_or_null(entry, "txnTime"), entry);
    }
    one.proof = proof;
    if (time) one.as_of = time->integer();
    return one;
}

Claims delta_claims(const Value& result) {
    const std::string_view id = result.text_at("revocRegDefId");
    const Value* data = result.find("data");
    const Value* proof = result.find("state_proof");
    const Value* to = result.find("to");
    if (id.empty() || !data || !to) return malformed;
    const std::string entry_key = ledger::revoc_entry_key(id);
    const std::string accum_key = ledger::revoc_accum_key(id);
    const bool has_from = result.find("from") != nullptr;
    if (data->is_null()) return std::vector{entry_claim(entry_key, Value(), proof, to)};

    const Value* shown = data->find("value");
    if (!shown || !shown->is_object()) return malformed;
    const Value accum_to = member_or_null(*shown, "accum_to");
    const Value accum_from = member_or_null(*shown, "accum_from");
    if (member_or_null(result, "seqNo") != member_or_null(accum_to, "seqNo")) {
        return Failure{ProofError::wrong_value};
    }
    if (!has_from || accum_from.is_null()) {
        // The whole entry stands there, lists included.
        if (!accum_to.is_null() && !lists_fit(*shown, accum_to))
            return Failure{ProofError::not_covered};
        std::vector claims{entry_claim(entry_key, accum_to, proof, to)};
        const Value* proof_from = data->find("stateProofFrom");
        if (has_from && proof_from && !proof_from->is_null()) {
            claims.push_back(entry_claim(accum_key, Value(), proof_from, result.find("from")));
        } else if (has_from) {
            return Failure{ProofError::not_covered};
        }
        return claims;
    }
    // Of two accumulators the lists between them do not follow, unless nothing changed.
    if (accum_to != accum_from || !lists_are_empty(*shown)) return Failure{ProofError::not_covered};
    return std::vector{
        entry_claim(accum_key, accum_to, proof, to),
        entry_claim(accum_key, accum_from, data->find("stateProofFrom"), result.find("from"))};
}

// Config ledger

Claims taa_claims(const Value& result) {
    const Value* data = result.find("data");
    if (!data) return malformed;
    if (const Value* digest = result.find("digest"); digest && digest->is_text()) {
        if (!data->is_null() && *digest != member_or_null(*data, "digest"))
            return Failure{ProofError::wrong_value};
        return wrapped_data(result, Ledger::config, ledger::taa_digest_key(*digest->text()));
    }
    const Value* version = result.find("version");
    const std::string key = version ? ledger::taa_version_key(result.text_at("version"))
                                    : std::string(ledger::taa_latest_key);
    if (data->is_null()) return std::vector{claim(result, Ledger::config, key, std::nullopt)};
    const std::string digest = ledger::taa_digest(data->text_at("version"), data->text_at("text"));
    if (data->text_at("digest") != digest) return Failure{ProofError::wrong_value};
    if (version && data->text_at("version") != result.text_at("version")) {
        return Failure{ProofError::wrong_value};
    }
    return std::vector{claim(result, Ledger::config, key, digest)};
}

Claims aml_claims(const Value& result) {
    const Value* version = result.find("version");
    const std::string key = version ? ledger::aml_version_key(result.text_at("version"))
                                    : std::string(ledger::aml_latest_key);
    return wrapped_data(result, Ledger::config, key);
}

ledger::RuleKey rule_key(const Value& rule) {
    ledger::RuleKey key;
    key.type = rule.text_at("auth_type");
    key.is_edit = rule.text_at("auth_action") == "EDIT";
    key.field = rule.text_at("field");
    key.old_value = key.is_edit ? rule.text_at("old_value") : std::string_view("*");
    key.new_value = rule.text_at("new_value");
    return key;
}

Claims auth_rule_claims(const Value& result) {
    const Value* data = result.find("data");
    if (!data || !data->is_array() || data->array()->size() != 1) return malformed;
    const Value& rule = data->array()->front();
    const Value* constraint = rule.find("constraint");
    const ledger::RuleKey key = rule_key(result);
    if (!constraint) return malformed;
    if (!(rule_key(rule) == key)) return Failure{ProofError::wrong_question};

    StateClaim one = claim(result, Ledger::config, ledger::auth_rule_key(key.text()),
                           encoding::canonical_json(*constraint));
    const ledger::DefaultRule* usual = ledger::find_rule(key);
    one.may_be_absent = usual && ledger::constraint_value(usual->constraint) == *constraint;
    return std::vector{std::move(one)};
}

Claims flag_claims(const Value& result) {
    const Value data = member_or_null(result, "data");
    std::optional<std::string> value;
    if (!data.is_null()) value = encoding::canonical_json(data);
    return std::vector{
        claim(result, Ledger::config, ledger::flag_key(result.text_at("name")), std::move(value))};
}

}  // namespace

Claims claims_of(const Value& result) {
    namespace type = ledger::txn_type;
    const std::string_view one = result.text_at("type");
    if (one == type::get_nym) return nym_claims(result);
    if (one == type::get_attr) return attrib_claims(result);
    if (one == type::get_schema) return schema_claims(result);
    if (one == type::get_claim_def) return claim_def_claims(result);
    if (one == type::get_revoc_reg_def)
        return wrapped_data(result, Ledger::domain, result.text_at("id"));
    if (one == type::get_revoc_reg) {
        return wrapped_data(result, Ledger::domain,
                            ledger::revoc_accum_key(result.text_at("revocRegDefId")));
    }
    if (one == type::get_revoc_reg_delta) return delta_claims(result);
    if (one == type::get_taa) return taa_claims(result);
    if (one == type::get_taa_aml) return aml_claims(result);
    if (one == type::get_auth_rule) return auth_rule_claims(result);
    if (one == type::get_flag) return flag_claims(result);
    if (one == type::get_frozen_ledgers)
        return wrapped_data(result, Ledger::config, ledger::frozen_ledgers_key);
    return Failure{ProofError::unprovable_type};
}

}  // namespace stadtbuch::client
