// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/openid/dpop.hpp"

#include <algorithm>

#include "ssi/keys/digest_text.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::openid {

using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t proof_bytes_max = 8 * 1024;
constexpr std::size_t jti_bytes_max = 256;

/// Without query and fragment, scheme and host in lower case (RFC 9449 §4.3 no 9).
std::string comparable(std::string_view url) {
    std::string out(url.substr(0, url.find_first_of("?#")));
    const std::size_t scheme = out.find("://");
    if (scheme == std::string::npos) return out;
    const std::size_t end = std::min(out.find('/', scheme + 3), out.size());
    std::transform(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(end), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

}  // namespace

Result<DpopProof, Reason> check_dpop(std::string_view jwt, const DpopRules& rules) {
    const auto bad = [](IssuanceRule rule, std::string_view why) {
        return Failure{Reason{rule, why}};
    };
    const auto jws =
        keys::parse_jws(jwt, {"dpop+jwt", {"ES256", "EdDSA", "Ed25519"}, proof_bytes_max});
    if (!jws) return bad(IssuanceRule::dpop_form, keys::to_text(jws.error()));
    const Value* jwk = jws->header.find("jwk");
    const auto key =
        jwk != nullptr
            ? keys::public_key_from_jwk(*jwk)
            : Result<keys::PublicKey, keys::KeyError>(Failure{keys::KeyError::malformed});
    if (!key) return bad(IssuanceRule::dpop_form, "DPoP: header jwk must be a public key");
    if (!keys::verify_jws(*jws, *key))
        return bad(IssuanceRule::dpop_signature, "DPoP: the signature does not fit the key");
    const auto payload = keys::payload_object(*jws);
    if (!payload) return bad(IssuanceRule::dpop_form, "DPoP: the payload is no JSON object");
    const Value claims(*payload);
    if (claims.text_at("htm") != rules.method)
        return bad(IssuanceRule::dpop_address, "DPoP: htm is another method");
    if (comparable(claims.text_at("htu")) != comparable(rules.url))
        return bad(IssuanceRule::dpop_address, "DPoP: htu is another address");
    const auto at = keys::numeric_date(claims.find("iat"));
    if (!at || *at < rules.now - dpop_past_s || *at > rules.now + dpop_future_s)
        return bad(IssuanceRule::dpop_time, "DPoP: iat missing or outside the window");
    const std::string_view jti = claims.text_at("jti");
    if (jti.empty() || jti.size() > jti_bytes_max)
        return bad(IssuanceRule::dpop_fresh, "DPoP: jti missing or too long");
    if (!rules.access_token.empty() &&
        claims.text_at("ath") != keys::digest_text(rules.access_token))
        return bad(IssuanceRule::dpop_token, "DPoP: ath is not the hash of the access token");
    return DpopProof{keys::thumbprint(*key), std::string(jti),
                     std::string(claims.text_at("nonce"))};
}

std::string make_dpop(const keys::Signer& key, const keys::PublicKey& public_key,
                      const DpopRules& rules, std::string_view jti, std::string_view nonce) {
    Object payload{{"jti", jti}, {"htm", rules.method}, {"htu", rules.url}, {"iat", rules.now}};
    if (!rules.access_token.empty()) payload.set("ath", keys::digest_text(rules.access_token));
    if (!nonce.empty()) payload.set("nonce", nonce);
    return keys::sign_jws({{"typ", "dpop+jwt"}, {"jwk", keys::jwk_of(public_key)}},
                          encoding::compact_json(payload), key);
}

}  // namespace stadtbuch::openid
