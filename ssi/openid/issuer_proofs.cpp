// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Key proofs of a credential request (credentials §1.8): `jwt`, with or without a key attestation,
// and `attestation`. One attestation may stand for a whole batch.
#include <algorithm>

#include "ssi/did/did.hpp"
#include "ssi/openid/issuer_grant.hpp"

namespace stadtbuch::openid {

using encoding::Object;
using encoding::Value;

namespace {

constexpr std::int64_t clock_leeway_s = 60;
constexpr std::size_t proof_bytes_max = 64 * 1024;

HttpResponse bad_proof(IssuanceRule rule, std::string_view why) {
    return refusal(400, "invalid_proof", {rule, why});
}

HttpResponse bad_nonce(std::string_view why) {
    return refusal(400, "invalid_nonce", {IssuanceRule::proof_nonce, why});
}

/// The attested key that `kid` names: by a `kid` of its own, or by its place in attested_keys
/// (OpenID4VCI 1.0 appendix F.1, second example: "0").
std::optional<keys::PublicKey> attested_key(std::string_view kid, const KeyAttestation& attested) {
    if (kid.empty()) return std::nullopt;
    for (std::size_t i = 0; i < attested.keys.size(); ++i) {
        if (attested.key_ids[i] == kid) return attested.keys[i];
    }
    for (std::size_t i = 0; i < attested.keys.size(); ++i) {
        if (std::to_string(i) == kid) return attested.keys[i];
    }
    return std::nullopt;
}

/// The key that a proof is made with: exactly one of jwk, x5c and kid. `kid` is a DID that contains
/// its key or, beside a key attestation, names one of its keys.
std::optional<keys::PublicKey> key_of_proof(const Object& header, const KeyAttestation* attested) {
    const Value* jwk = header.find("jwk");
    const Value* kid = header.find("kid");
    const Value* x5c = header.find("x5c");
    if ((jwk != nullptr) + (kid != nullptr) + (x5c != nullptr) != 1) return std::nullopt;
    if (jwk != nullptr) {
        auto key = keys::public_key_from_jwk(*jwk);
        if (!key) return std::nullopt;
        return std::move(key).value();
    }
    if (kid != nullptr) {
        const std::string name = kid->is_text() ? *kid->text() : std::string();
        if (attested != nullptr) {
            if (auto key = attested_key(name, *attested)) return key;
        }
        const auto url = did::parse_did_url(name);
        return url ? did::contained_key(*url) : std::nullopt;
    }
    const auto chain = keys::chain_from_x5c(*x5c);
    if (!chain) return std::nullopt;
    auto key = chain->front().public_key();
    if (!key) return std::nullopt;
    return keys::PublicKey(std::move(key).value());
}

bool audience_is(const Value& payload, const std::string& identifier) {
    const Value* audience = payload.find("aud");
    if (audience == nullptr) return false;
    if (audience->is_text()) return *audience->text() == identifier;
    return audience->is_array() && audience->array()->size() == 1 &&
           audience->array()->front() == Value(identifier);
}

struct ProofTexts {
    std::vector<std::string> jwts;
    std::string attestation;  // proof type `attestation`
};

/// The proofs of a request, whatever shape they came in; nothing if there are none, or two kinds.
ProofTexts proof_texts(const Value& body) {
    ProofTexts out;
    if (const Value* proofs = body.find("proofs")) {
        const Object* types = proofs->object();
        if (types == nullptr || types->size() != 1) return out;
        const Value& list = types->begin()->value;
        if (!list.is_array()) return out;
        std::vector<std::string> texts;
        for (const Value& item : *list.array())
            texts.push_back(item.is_text() ? *item.text() : std::string());
        const std::string& type = types->begin()->key;
        if (type == "jwt") out.jwts = std::move(texts);
        if (type == "attestation" && texts.size() == 1) out.attestation = texts.front();
    } else if (const Value* proof = body.find("proof")) {
        if (proof->text_at("proof_type") == "jwt") out.jwts.emplace_back(proof->text_at("jwt"));
        if (proof->text_at("proof_type") == "attestation")
            out.attestation = proof->text_at("attestation");
    }
    return out;
}

std::string proof_key(std::string_view nonce, std::string_view what) {
    return encoding::base64url_encode(
        hash::sha256({view_of(nonce), view_of("|"), view_of(what)}).view());
}

}  // namespace

std::optional<HttpResponse> Issuer::add_attestation(std::string_view text, Holders& holders,
                                                    UnixSeconds now) const {
    if (!config_.wallets.any())
        return bad_proof(IssuanceRule::attestation_needed,
                         "key attestations cannot be checked here: no wallet provider is known");
    const auto attestation = check_key_attestation(
        text, config_.wallets,
        {config_.key_protection, false, std::max<std::size_t>(config_.batch_size, 1), now});
    if (!attestation) return refusal(400, "invalid_proof", attestation.error());
    if (!nonce_is_ours("nonce", attestation->nonce, now))
        return bad_nonce("unknown or expired c_nonce");
    holders.keys = attestation->keys;
    holders.used[attestation->nonce].push_back(proof_key(attestation->nonce, text));
    return std::nullopt;
}

std::optional<HttpResponse> Issuer::read_attested(const Value& attestation, Holders& holders,
                                                  UnixSeconds now) const {
    const std::string text(attestation.is_text() ? *attestation.text() : std::string());
    if (text == holders.attestation && !holders.attested.keys.empty()) return std::nullopt;
    auto checked = check_key_attestation(
        text, config_.wallets,
        {config_.key_protection, true, std::max<std::size_t>(config_.batch_size, 1), now});
    if (!checked) return refusal(400, "invalid_proof", checked.error());
    if (!checked->nonce.empty() && !nonce_is_ours("nonce", checked->nonce, now))
        return bad_nonce("unknown or expired c_nonce");
    holders.attestation = text;
    holders.attested = std::move(checked).value();
    return std::nullopt;
}

std::optional<HttpResponse> Issuer::refuse_proof_claims(const Value& claims,
                                                        UnixSeconds now) const {
    if (!audience_is(claims, config_.identifier))
        return bad_proof(IssuanceRule::proof_audience, "aud is not the credential issuer");
    const auto issued_at = keys::numeric_date(claims.find("iat"));
    if (!issued_at || *issued_at > now + clock_leeway_s ||
        *issued_at < now - config_.proof_age_max_s) {
        return bad_proof(IssuanceRule::proof_time, "iat missing or outside the window");
    }
    if (claims.find("nonce") == nullptr)
        return bad_proof(IssuanceRule::proof_nonce, "nonce missing");
    if (!nonce_is_ours("nonce", claims.text_at("nonce"), now))
        return bad_nonce("unknown or expired c_nonce");
    return std::nullopt;
}

std::optional<HttpResponse> Issuer::add_proof(std::string_view text, Holders& holders,
                                              UnixSeconds now) const {
    const std::vector<std::string> algorithms =
        config_.haip ? std::vector<std::string>{"ES256"}
                     : std::vector<std::string>{"ES256", "EdDSA", "Ed25519"};
    const auto jws = keys::parse_jws(text, {"openid4vci-proof+jwt", algorithms, proof_bytes_max});
    if (!jws) return bad_proof(IssuanceRule::proof_form, keys::to_text(jws.error()));
    // Without anchors an attestation says nothing: the proof stands for its own key.
    const Value* attestation =
        config_.wallets.any() ? jws->header.find("key_attestation") : nullptr;
    if (attestation == nullptr && config_.key_attestation_required)
        return bad_proof(IssuanceRule::attestation_needed, "key_attestation missing");
    if (attestation != nullptr) {
        if (auto refusal = read_attested(*attestation, holders, now)) return refusal;
    }
    const KeyAttestation* attested = attestation != nullptr ? &holders.attested : nullptr;
    const auto key = key_of_proof(jws->header, attested);
    if (!key)
        return bad_proof(IssuanceRule::proof_form,
                         "exactly one usable key in jwk, kid or x5c is needed");
    if (!keys::verify_jws(*jws, *key))
        return bad_proof(IssuanceRule::proof_signature, "signature does not fit the key");
    const auto payload = keys::payload_object(*jws);
    if (!payload) return bad_proof(IssuanceRule::proof_form, "payload is no JSON object");
    const Value claims(*payload);
    if (auto refusal = refuse_proof_claims(claims, now)) return refusal;

    const std::string thumbprint = keys::thumbprint(*key);
    if (!holders.proved.insert(thumbprint).second)
        return bad_proof(IssuanceRule::proof_count, "the same key twice");
    const std::string nonce(claims.text_at("nonce"));
    holders.used[nonce].push_back(proof_key(nonce, thumbprint));
    if (attested == nullptr) {
        if (holders.seen.insert(thumbprint).second) holders.keys.push_back(*key);
        return std::nullopt;
    }
    bool among = false;
    for (const keys::PublicKey& one : attested->keys) {
        const std::string name = keys::thumbprint(one);
        among = among || name == thumbprint;
        if (holders.seen.insert(name).second) holders.keys.push_back(one);
    }
    if (!among)
        return bad_proof(IssuanceRule::attestation_keys,
                         "the proof's key is not among the attested keys");
    return std::nullopt;
}

Issuer::OrRefusal<Issuer::Holders> Issuer::check_proofs(const CredentialRequest& request,
                                                        UnixSeconds now) {
    const ProofTexts texts = proof_texts(request.body);
    const std::size_t most = std::max<std::size_t>(config_.batch_size, 1);
    if (texts.jwts.empty() && texts.attestation.empty())
        return bad_proof(IssuanceRule::proof_form,
                         "proofs of one type, jwt or attestation, are needed");
    if (texts.jwts.size() > most)
        return bad_proof(IssuanceRule::proof_count, "more proofs than batch_size");
    Holders holders;
    if (!texts.attestation.empty()) {
        if (auto refusal = add_attestation(texts.attestation, holders, now))
            return *std::move(refusal);
    }
    for (const std::string& text : texts.jwts) {
        if (auto refusal = add_proof(text, holders, now)) return *std::move(refusal);
    }
    if (holders.keys.size() > most)
        return bad_proof(IssuanceRule::proof_count, "more keys than batch_size");
    // Only complete requests use a nonce up; the first of two equal proofs wins.
    for (const auto& [nonce, proofs] : holders.used) {
        if (!records_.put_all_if_absent("proof", nonce, proofs, now + config_.nonce_lifetime_s))
            return bad_nonce("c_nonce already used with this key");
    }
    return holders;
}

}  // namespace stadtbuch::openid
