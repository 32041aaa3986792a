// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/openid/attestation.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "ssi/did/did.hpp"

namespace stadtbuch::openid {

using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t attestation_bytes_max = 64 * 1024;
constexpr std::int64_t clock_leeway_s = 60;
constexpr std::int64_t pop_age_max_s = 300;
constexpr std::size_t jti_bytes_max = 256;

Failure<Reason> bad(IssuanceRule rule, std::string_view why) {
    return {{rule, why}};
}

/// The rules of what a wallet provider signs: about a wallet, or about its keys.
struct Rules {
    IssuanceRule form, provider;
};

constexpr Rules wallet_rules{IssuanceRule::wallet_form, IssuanceRule::wallet_provider};
constexpr Rules key_rules{IssuanceRule::attestation_form, IssuanceRule::attestation_provider};

std::optional<keys::PublicKey> key_of_chain(const Value& x5c, const WalletTrust& trust,
                                            UnixSeconds now) {
    const auto chain = keys::chain_from_x5c(x5c);
    if (!chain) return std::nullopt;
    keys::ChainRules rules;
    rules.now = now;
    rules.refuse_tls_leaf = true;
    const bool believed = trust.accept_unknown ||
                          keys::verify_chain(*chain, trust.anchors, rules) ||
                          (trust.listed && keys::verify_chain(*chain, trust.listed(), rules));
    if (!believed) return std::nullopt;
    auto key = chain->front().public_key();
    if (!key) return std::nullopt;
    return keys::PublicKey(std::move(key).value());
}

/// The provider's key, if we believe it.
std::optional<keys::PublicKey> provider_key(const Object& header, const WalletTrust& trust,
                                            UnixSeconds now) {
    if (const Value* x5c = header.find("x5c")) return key_of_chain(*x5c, trust, now);
    if (!trust.accept_unknown) return std::nullopt;
    if (const Value* jwk = header.find("jwk")) {
        auto key = keys::public_key_from_jwk(*jwk);
        if (key) return std::move(key).value();
    }
    if (const Value* kid = header.find("kid"); kid != nullptr && kid->is_text()) {
        const auto url = did::parse_did_url(*kid->text());
        if (url) return did::contained_key(*url);
    }
    return std::nullopt;
}

/// `old_typ`: the media type of earlier drafts, which published wallet libraries still write.
Result<Value, Reason> verified_claims(std::string_view jwt, std::string_view typ,
                                      std::string_view old_typ, const Rules& about,
                                      const WalletTrust& trust, UnixSeconds now) {
    keys::JwsRules rules{std::string(typ), {"ES256", "EdDSA", "Ed25519"}, attestation_bytes_max};
    auto jws = keys::parse_jws(jwt, rules);
    if (!jws && jws.error() == keys::JoseError::unexpected_type && !old_typ.empty()) {
        rules.typ = old_typ;
        jws = keys::parse_jws(jwt, rules);
    }
    if (!jws) return bad(about.form, keys::to_text(jws.error()));
    const auto key = provider_key(jws->header, trust, now);
    if (!key) return bad(about.provider, "attestation: no wallet provider that is trusted here");
    if (!keys::verify_jws(*jws, *key))
        return bad(about.provider, "attestation: the signature does not hold");
    auto payload = keys::payload_object(*jws);
    if (!payload) return bad(about.form, "attestation: the payload is no JSON object");
    return Value(std::move(payload).value());
}

/// The sentence of what is wrong; empty: not revoked, as far as the attestation names a list.
/// (Draft -07 §5.1 of attestation-based client authentication; OpenID4VCI 1.0 appendix D.1.)
std::string_view status_fault(const Value& claims, const WalletTrust& trust, UnixSeconds now) {
    const Value* claim = claims.find("status");
    if (claim == nullptr || trust.accept_unknown) return {};
    const auto reference = credential::status_from_claim(*claim);
    if (!reference) return "attestation: status names no status list";
    const auto token =
        trust.status != nullptr ? trust.status->status_token(reference->uri) : std::nullopt;
    if (!token) return "attestation: the status list cannot be had";
    credential::TrustedIssuer providers{"wallet providers", trust.anchors, {}, {}};
    if (trust.listed) {
        const auto listed = trust.listed();
        providers.anchors.insert(providers.anchors.end(), listed.begin(), listed.end());
    }
    credential::VerifyRules rules;
    rules.now = now;
    rules.status = trust.status;
    const auto list = credential::status_list_of(*token, reference->uri, providers, rules);
    if (!list) return "attestation: the status list does not hold";
    if ((*list)->list.get(reference->index) != credential::status_value::valid)
        return "attestation: revoked by its provider";
    return {};
}

std::optional<std::int64_t> date_at(const Value& claims, std::string_view name) {
    return keys::numeric_date(claims.find(name));
}

/// exp, nbf and iat, as far as they are there; `needs_expiry`: exp must be.
bool in_time(const Value& claims, bool needs_expiry, UnixSeconds now) {
    const auto exp = date_at(claims, "exp");
    if (claims.find("exp") != nullptr ? !exp || *exp <= now - clock_leeway_s : needs_expiry)
        return false;
    for (const char* name : {"nbf", "iat"}) {
        const auto at = date_at(claims, name);
        if (claims.find(name) != nullptr && (!at || *at > now + clock_leeway_s)) return false;
    }
    return true;
}

/// True if nothing is asked, or `claims` names one of the accepted words.
bool protects(const Value& claims, std::string_view name, const std::vector<std::string>& words) {
    if (words.empty()) return true;
    const Value* said = claims.find(name);
    if (said == nullptr || !said->is_array()) return false;
    return std::any_of(said->array()->begin(), said->array()->end(), [&](const Value& word) {
        return word.is_text() && std::find(words.begin(), words.end(), *word.text()) != words.end();
    });
}

bool audience_has(const Value& claims, std::string_view audience) {
    const Value* aud = claims.find("aud");
    if (aud == nullptr) return false;
    if (aud->is_text()) return *aud->text() == audience;
    return aud->is_array() &&
           std::any_of(aud->array()->begin(), aud->array()->end(),
                       [&](const Value& one) { return one.is_text() && *one.text() == audience; });
}

}  // namespace

Result<ClientAttestation, Reason> check_client_attestation(std::string_view jwt,
                                                           const WalletTrust& trust,
                                                           UnixSeconds now) {
    const auto claims =
        verified_claims(jwt, "oauth-client-attestation+jwt", "", wallet_rules, trust, now);
    if (!claims) return Failure{claims.error()};
    if (claims->find("exp") == nullptr)
        return bad(IssuanceRule::wallet_form, "attestation: exp missing");
    if (!in_time(*claims, true, now))
        return bad(IssuanceRule::wallet_time, "attestation: expired or not yet valid");
    const std::string_view subject = claims->text_at("sub");
    if (subject.empty() || subject.size() > 512)
        return bad(IssuanceRule::wallet_form, "attestation: sub missing");
    const Value* cnf = claims->find("cnf");
    const Value* jwk = cnf != nullptr ? cnf->find("jwk") : nullptr;
    if (jwk == nullptr) return bad(IssuanceRule::wallet_form, "attestation: cnf.jwk missing");
    auto key = keys::public_key_from_jwk(*jwk);
    if (!key) return bad(IssuanceRule::wallet_form, "attestation: cnf.jwk is no usable public key");
    if (const auto fault = status_fault(*claims, trust, now); !fault.empty())
        return bad(IssuanceRule::wallet_status, fault);
    return ClientAttestation{std::string(subject),
                             std::string(claims->text_at("wallet_name").substr(0, 100)),
                             std::move(key).value()};
}

Result<ClientAttestationPop, Reason> check_client_attestation_pop(
    std::string_view jwt, const ClientAttestation& attestation, std::string_view audience,
    UnixSeconds now) {
    const auto jws = keys::parse_jws(
        jwt,
        {"oauth-client-attestation-pop+jwt", {"ES256", "EdDSA", "Ed25519"}, attestation_bytes_max});
    if (!jws) return bad(IssuanceRule::wallet_possession, keys::to_text(jws.error()));
    if (!keys::verify_jws(*jws, attestation.instance_key))
        return bad(IssuanceRule::wallet_possession,
                   "attestation pop: not signed by the attested key");
    const auto payload = keys::payload_object(*jws);
    if (!payload)
        return bad(IssuanceRule::wallet_possession,
                   "attestation pop: the payload is no JSON object");
    const Value claims(*payload);
    if (!audience_has(claims, audience))
        return bad(IssuanceRule::wallet_possession,
                   "attestation pop: aud is not this authorization server");
    const Value* issuer = claims.find("iss");  // older drafts
    if (issuer != nullptr && *issuer != Value(attestation.client_id))
        return bad(IssuanceRule::wallet_possession,
                   "attestation pop: iss is not the attested client");
    const auto iat = date_at(claims, "iat");
    const bool fresh = iat ? *iat <= now + clock_leeway_s && *iat >= now - pop_age_max_s
                           : claims.find("exp") != nullptr;
    if (!fresh || !in_time(claims, false, now))
        return bad(IssuanceRule::wallet_possession,
                   "attestation pop: iat missing or outside the window");
    const std::string_view jti = claims.text_at("jti");
    if (jti.empty() || jti.size() > jti_bytes_max)
        return bad(IssuanceRule::wallet_possession, "attestation pop: jti missing");
    const std::string_view challenge =
        claims.find("challenge") != nullptr ? claims.text_at("challenge") : claims.text_at("nonce");
    return ClientAttestationPop{std::string(jti), std::string(challenge)};
}

Result<KeyAttestation, Reason> check_key_attestation(std::string_view jwt, const WalletTrust& trust,
                                                     const KeyAttestationRules& rules) {
    const auto claims = verified_claims(jwt, "key-attestation+jwt", "keyattestation+jwt", key_rules,
                                        trust, rules.now);
    if (!claims) return Failure{claims.error()};
    if (claims->find("iat") == nullptr || !in_time(*claims, rules.needs_expiry, rules.now))
        return bad(IssuanceRule::attestation_time,
                   "key attestation: iat or exp missing, expired or not yet valid");
    if (!protects(*claims, "key_storage", rules.protection.key_storage))
        return bad(IssuanceRule::attestation_level,
                   "key attestation: key_storage is not what is asked for");
    if (!protects(*claims, "user_authentication", rules.protection.user_authentication))
        return bad(IssuanceRule::attestation_level,
                   "key attestation: user_authentication is not what is asked for");
    const Value* list = claims->find("attested_keys");
    if (list == nullptr || !list->is_array() || list->array()->empty())
        return bad(IssuanceRule::attestation_form, "key attestation: attested_keys missing");
    if (list->array()->size() > rules.keys_max)
        return bad(IssuanceRule::proof_count, "key attestation: more keys than batch_size");
    KeyAttestation out;
    std::set<std::string> seen;
    for (const Value& jwk : *list->array()) {
        auto key = keys::public_key_from_jwk(jwk);
        if (!key)
            return bad(IssuanceRule::attestation_form, "key attestation: a key that is not usable");
        if (!seen.insert(keys::thumbprint(*key)).second)
            return bad(IssuanceRule::proof_count, "key attestation: the same key twice");
        out.keys.push_back(std::move(key).value());
        out.key_ids.emplace_back(jwk.text_at("kid"));
    }
    if (const auto fault = status_fault(*claims, trust, rules.now); !fault.empty())
        return bad(IssuanceRule::attestation_status, fault);
    out.nonce = claims->text_at("nonce");
    return out;
}

}  // namespace stadtbuch::openid
