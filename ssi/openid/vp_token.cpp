// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Validation of a vp_token (credentials §4.4), and the stored form of its result.
#include <algorithm>

#include "ssi/openid/authorities.hpp"
#include "ssi/openid/verifier.hpp"
#include "ssi/openid/verifier_record.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::openid {

using credential::Rule;
using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t presentations_max = 16;

struct Candidate {
    const CredentialQuery* query = nullptr;
    credential::VerifyRules rules;
    credential::Verification verification;
};

bool shape_fits(const Value& token, const DcqlQuery& query, credential::Trace& trace) {
    const Object* members = token.object();
    if (members == nullptr || members->empty())
        return trace.check(false, Rule::response_shape, "vp_token", "no JSON object");
    std::size_t count = 0;
    for (const auto& member : *members) {
        const CredentialQuery* asked = query.find(member.key);
        const Array* list = member.value.array();
        const bool good =
            asked != nullptr && list != nullptr && !list->empty() &&
            (asked->multiple || list->size() == 1) &&
            std::all_of(list->begin(), list->end(), [](const Value& v) { return v.is_text(); });
        if (!good)
            return trace.check(false, Rule::response_shape,
                               asked != nullptr ? asked->id : "vp_token");
        count += list->size();
    }
    return trace.check(count <= presentations_max, Rule::response_shape, "",
                       "too many presentations");
}

Candidate judge(const CredentialQuery& query, const std::string& compact,
                const PresentationCheck& check, const TrustPolicy& trust) {
    Candidate candidate;
    candidate.query = &query;
    candidate.rules.now = check.now;
    candidate.rules.issuers = trust.issuers;
    candidate.rules.did_keys = trust.did_keys;
    candidate.rules.status = trust.status;
    candidate.rules.accept_old_media_type = trust.accept_old_media_type;
    candidate.rules.types = trust.types;
    candidate.rules.vct_values = query.vct_values;
    candidate.rules.require_holder = query.require_holder;
    candidate.rules.audience = check.audience;
    candidate.rules.nonce = check.nonce;
    for (const SentTransactionData& sent : check.transaction_data) {
        if (std::find(sent.credential_ids.begin(), sent.credential_ids.end(), query.id) !=
            sent.credential_ids.end()) {
            candidate.rules.transaction_data.push_back(sent.encoded);
        }
    }
    candidate.verification = credential::verify_presentation(compact, candidate.rules, false);
    auto& found = candidate.verification;
    if (!found.credential) return candidate;
    const bool good = claims_satisfied(query, Value(found.credential->claims), found.trace);
    if (!good) found.credential.reset();
    if (found.credential &&
        !is_of_authorities(query, found.credential->parts, found.credential->trust_lists)) {
        found.trace.fail(Rule::issuer_chain, query.id, "not one of the authorities asked for");
        found.credential.reset();
    }
    return candidate;
}

std::vector<std::string> good_ids(const std::vector<Candidate>& candidates) {
    std::vector<std::string> ids;
    for (const Candidate& candidate : candidates) {
        if (candidate.verification.credential) ids.push_back(candidate.query->id);
    }
    return ids;
}

/// The check itself drops index and list (OIA_16); who asked to keep them gets them back.
void check_status(Candidate& candidate, bool keep) {
    auto& found = candidate.verification.credential;
    const Value* claim = keep && found ? found->claims.find("status") : nullptr;
    const std::optional<Value> kept = claim != nullptr ? std::optional(*claim) : std::nullopt;
    credential::verify_status(candidate.verification, candidate.rules);
    if (kept && found) found->claims.set("status", *kept);
}

}  // namespace

PresentationResult check_vp_token(const Value& vp_token, const PresentationCheck& check,
                                  const TrustPolicy& trust) {
    PresentationResult result;
    result.state = PresentationState::failed;
    if (!shape_fits(vp_token, *check.query, result.trace)) return result;
    std::vector<Candidate> candidates;
    for (const auto& member : *vp_token.object()) {
        for (const Value& presentation : *member.value.array()) {
            candidates.push_back(
                judge(*check.query->find(member.key), *presentation.text(), check, trust));
        }
    }
    // Status is asked for only after everything else held (credentials §4.4).
    bool satisfied = query_satisfied(*check.query, good_ids(candidates));
    for (Candidate& candidate : candidates) {
        if (satisfied) check_status(candidate, check.keep_status);
        result.revoked = result.revoked || candidate.verification.revoked;
        result.suspended = result.suspended || candidate.verification.suspended;
        result.trace.append(candidate.verification.trace);
    }
    satisfied = satisfied && query_satisfied(*check.query, good_ids(candidates));
    if (!result.trace.check(satisfied, Rule::query_satisfied)) return result;
    result.state = PresentationState::answered;
    for (Candidate& candidate : candidates) {
        if (!candidate.verification.credential) continue;
        auto& found = *candidate.verification.credential;
        // OIA_16: what would recognise the wallet again is not passed on.
        for (const char* unique : {"cnf", "iat"}) found.claims.erase(unique);
        if (!check.keep_status) found.claims.erase("status");
        result.credentials.push_back(
            {candidate.query->id, found.vct, found.issuer_name, std::move(found.claims)});
    }
    return result;
}

Object result_to_value(const PresentationResult& result) {
    Array credentials;
    for (const PresentedCredential& credential : result.credentials) {
        credentials.emplace_back(Object{{"query", credential.query_id},
                                        {"vct", credential.vct},
                                        {"issuer", credential.issuer_name},
                                        {"claims", credential.claims}});
    }
    return Object{{"state", to_text(result.state)},   {"context", result.context},
                  {"error", result.wallet_error},     {"credentials", std::move(credentials)},
                  {"trace", result.trace.to_value()}, {"revoked", result.revoked},
                  {"suspended", result.suspended}};
}

PresentationResult result_from_value(const Value& value) {
    PresentationResult result;
    const std::string_view state = value.text_at("state");
    for (const PresentationState known :
         {PresentationState::answered, PresentationState::refused, PresentationState::failed}) {
        if (state == to_text(known)) result.state = known;
    }
    result.context = value.text_at("context");
    result.wallet_error = value.text_at("error");
    const auto flag = [&](const char* name) {
        const Value* member = value.find(name);
        return member != nullptr && member->boolean().value_or(false);
    };
    result.revoked = flag("revoked");
    result.suspended = flag("suspended");
    if (const Value* trace = value.find("trace"))
        result.trace = credential::Trace::from_value(*trace);
    const Value* list = value.find("credentials");
    for (std::size_t i = 0; list != nullptr && list->is_array() && i < list->array()->size(); ++i) {
        const Value& item = (*list->array())[i];
        const Value* claims = item.find("claims");
        result.credentials.push_back(
            {std::string(item.text_at("query")), std::string(item.text_at("vct")),
             std::string(item.text_at("issuer")),
             claims != nullptr && claims->is_object() ? *claims->object() : Object{}});
    }
    return result;
}

}  // namespace stadtbuch::openid
