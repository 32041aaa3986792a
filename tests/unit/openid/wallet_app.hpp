// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A wallet with its provider, for tests of the authorization code flow: every message can be made
// wrong in one place.
#pragma once
#include "tests/unit/openid/counter.hpp"

namespace stadtbuch::openid {

inline const std::string issuer_url = base_url + "/koeln";
inline constexpr std::string_view client_name = "https://wallet.example/app";

/// Makes changes to the members of a token before it is signed.
using Edit = std::function<void(Object& header, Object& payload)>;

struct WalletApp {
    explicit WalletApp(keys::RandomSource& random)
        : random_(random),
          root_key(keys::P256PrivateKey::generate(random)),
          provider_key(keys::P256PrivateKey::generate(random)),
          instance(keys::P256PrivateKey::generate(random)),
          dpop_key(keys::P256PrivateKey::generate(random)),
          root(keys::make_authority(root_key,
                                    {{"Wallet Root", "Wallet GmbH", "DE"},
                                     test_now - day_s,
                                     test_now + 3650 * day_s,
                                     0},
                                    random)
                   .value()),
          leaf(keys::make_leaf(provider_key.public_key(), profile(), root, root_key, random)
                   .value()) {}

    static keys::LeafProfile profile() {
        keys::LeafProfile leaf;
        leaf.subject = {"Wallet Provider", "Wallet GmbH", "DE"};
        leaf.not_before = test_now - day_s;
        leaf.not_after = test_now + 365 * day_s;
        leaf.dns_names = {"wallet.example"};
        return leaf;
    }

    [[nodiscard]] WalletTrust trust() const { return {{root}, false}; }

    [[nodiscard]] std::string sign(Object header, Object payload, const keys::P256PrivateKey& key,
                                   const Edit& edit) const {
        if (edit) edit(header, payload);
        return keys::sign_jws(header, encoding::compact_json(payload), key);
    }

    [[nodiscard]] std::string attestation(const Edit& edit = {}) const {
        return sign({{"typ", "oauth-client-attestation+jwt"}, {"x5c", keys::x5c_of({leaf})}},
                    {{"sub", client_name},
                     {"exp", test_now + 3600},
                     {"wallet_name", "Testwallet"},
                     {"cnf", Object{{"jwk", keys::jwk_of(instance.public_key())}}}},
                    provider_key, edit);
    }

    [[nodiscard]] std::string pop(const Edit& edit = {}) {
        return sign({{"typ", "oauth-client-attestation-pop+jwt"}},
                    {{"aud", issuer_url}, {"jti", keys::random_token(random_)}, {"iat", test_now}},
                    instance, edit);
    }

    [[nodiscard]] std::string dpop(std::string_view path, std::string_view token = {},
                                   std::string_view nonce = {}) {
        return make_dpop(dpop_key, keys::PublicKey(dpop_key.public_key()),
                         {"POST", issuer_url + std::string(path), token, test_now},
                         keys::random_token(random_), nonce);
    }

    [[nodiscard]] std::string key_attestation(const std::vector<const keys::P256PrivateKey*>& held,
                                              const std::string& nonce,
                                              const Edit& edit = {}) const {
        Array jwks;
        for (const auto* key : held) jwks.emplace_back(keys::jwk_of(key->public_key()));
        return sign({{"typ", "key-attestation+jwt"}, {"x5c", keys::x5c_of({leaf})}},
                    {{"iat", test_now},
                     {"exp", test_now + 3600},
                     {"nonce", nonce},
                     {"key_storage", Array{"iso_18045_high"}},
                     {"user_authentication", Array{"iso_18045_high"}},
                     {"attested_keys", std::move(jwks)}},
                    provider_key, edit);
    }

    [[nodiscard]] HttpRequest form(std::string_view path, const Form& fields, bool attested = true,
                                   bool with_dpop = true) {
        HttpRequest request{"application/x-www-form-urlencoded", "", "", form_encode(fields)};
        if (attested) {
            request.client_attestation = {attestation()};
            request.client_attestation_pop = {pop()};
        }
        if (with_dpop) request.dpop = {dpop(path)};
        return request;
    }

    [[nodiscard]] HttpRequest with_token(std::string_view path, const std::string& token,
                                         const std::string& body) {
        HttpRequest request{"application/json", "DPoP " + token, "", body};
        request.dpop = {dpop(path, token)};
        return request;
    }

    keys::RandomSource& random_;
    keys::P256PrivateKey root_key, provider_key, instance, dpop_key;
    keys::Certificate root, leaf;
};

inline const std::string verifier_text = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
inline const std::string challenge_text =
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";  // RFC 7636 B

inline Form pushed_form() {
    return {{"response_type", "code"},
            {"client_id", std::string(client_name)},
            {"redirect_uri", "https://wallet.example/back?x=1"},
            {"scope", "openid residence"},
            {"state", "s-1"},
            {"code_challenge", challenge_text},
            {"code_challenge_method", "S256"}};
}

inline Form code_form(const std::string& code) {
    return {{"grant_type", "authorization_code"},
            {"code", code},
            {"client_id", std::string(client_name)},
            {"redirect_uri", "https://wallet.example/back?x=1"},
            {"code_verifier", verifier_text}};
}

}  // namespace stadtbuch::openid
