// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Who calls: wallet attestation, DPoP, access tokens, and the nonces that make proofs fresh.
// Records: dpop, pop -> "" (replay of proofs, by hash of key and jti); token, see issuer.cpp.
#include <algorithm>

#include "ssi/openid/dpop.hpp"
#include "ssi/openid/issuer_grant.hpp"

namespace stadtbuch::openid {

using encoding::Value;

namespace {

// Nonce: 8 bytes expiry (big endian seconds) || 8 bytes random || first 16 bytes of HMAC(secret,
// use || both).
constexpr std::size_t nonce_head_bytes = 16;
constexpr std::size_t nonce_mac_bytes = 16;
constexpr std::int64_t replay_window_s = 600;  // longer than any proof is good

Bytes nonce_mac(BytesView secret, std::string_view use, BytesView head) {
    Bytes message = bytes_of(use);
    message.insert(message.end(), head.begin(), head.end());
    const Hash32 mac = keys::hmac_sha256(secret, message);
    return {mac.bytes.begin(), mac.bytes.begin() + nonce_mac_bytes};
}

bool scheme_is(std::string_view header, std::string_view scheme) {
    return header.size() > scheme.size() &&
           std::equal(scheme.begin(), scheme.end(), header.begin(), [](char a, char b) {
               return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b);
           });
}

HttpResponse unauthorized(std::string_view scheme, const Reason& reason) {
    HttpResponse response = refusal(401, "invalid_token", reason);
    response.headers.emplace_back("WWW-Authenticate",
                                  std::string(scheme) + " error=\"invalid_token\"");
    return response;
}

HttpResponse bad_attestation(const Reason& reason) {
    // The wallet is told to have its provider make a new one and to come again.
    if (reason.rule == IssuanceRule::wallet_time)
        return refusal(400, "use_fresh_attestation", reason);
    return refusal(401, "invalid_client_attestation", reason);
}

}  // namespace

std::string Issuer::fresh_nonce(std::string_view use, UnixSeconds now) {
    Bytes bytes;
    const auto expires_at = static_cast<std::uint64_t>(now + config_.nonce_lifetime_s);
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<Byte>(expires_at >> shift));
    const Bytes random = keys::random_bytes(random_, nonce_head_bytes - bytes.size());
    bytes.insert(bytes.end(), random.begin(), random.end());
    const Bytes mac = nonce_mac(config_.nonce_secret, use, bytes);
    bytes.insert(bytes.end(), mac.begin(), mac.end());
    return encoding::base64url_encode(bytes);
}

bool Issuer::nonce_is_ours(std::string_view use, std::string_view nonce, UnixSeconds now) const {
    const auto bytes = encoding::base64url_decode(nonce);
    if (!bytes || bytes->size() != nonce_head_bytes + nonce_mac_bytes) return false;
    const BytesView head = BytesView(*bytes).first(nonce_head_bytes);
    if (!keys::constant_time_equal(nonce_mac(config_.nonce_secret, use, head),
                                   BytesView(*bytes).subspan(nonce_head_bytes))) {
        return false;
    }
    std::uint64_t expires_at = 0;
    for (std::size_t i = 0; i < 8; ++i) expires_at = expires_at << 8 | head[i];
    return static_cast<UnixSeconds>(expires_at) > now;
}

HttpResponse Issuer::nonce(UnixSeconds now) {
    HttpResponse response =
        json_response(200, encoding::Object{{"c_nonce", fresh_nonce("nonce", now)}});
    if (config_.dpop_nonce) response.headers.emplace_back("DPoP-Nonce", fresh_nonce("dpop", now));
    return response;
}

HttpResponse Issuer::challenge(UnixSeconds now) {
    return json_response(200, encoding::Object{{"attestation_challenge", fresh_nonce("pop", now)}});
}

std::optional<HttpResponse> Issuer::prove(const HttpRequest& request, std::string_view path,
                                          std::string_view access_token, std::string& thumbprint,
                                          UnixSeconds now) {
    if (request.dpop.empty()) return std::nullopt;
    if (request.dpop.size() > 1)
        return refusal(400, "invalid_dpop_proof",
                       {IssuanceRule::dpop_once, "more than one DPoP header"});
    const auto proof = check_dpop(
        request.dpop.front(), {"POST", config_.identifier + std::string(path), access_token, now});
    if (!proof) return refusal(400, "invalid_dpop_proof", proof.error());
    if (config_.dpop_nonce && !nonce_is_ours("dpop", proof->nonce, now)) {
        HttpResponse response =
            refusal(400, "use_dpop_nonce",
                    {IssuanceRule::dpop_nonce, "the proof needs the nonce of this answer"});
        response.headers.emplace_back("DPoP-Nonce", fresh_nonce("dpop", now));
        return response;
    }
    if (!records_.put_if_absent("dpop", keys::digest_text(proof->thumbprint + '|' + proof->jti), "",
                                now + replay_window_s)) {
        return refusal(400, "invalid_dpop_proof",
                       {IssuanceRule::dpop_fresh, "this proof was used before"});
    }
    thumbprint = proof->thumbprint;
    return std::nullopt;
}

std::optional<HttpResponse> Issuer::attest(const HttpRequest& request, Client& client,
                                           std::string_view path, UnixSeconds now) {
    if (request.client_attestation.size() > 1 || request.client_attestation_pop.size() > 1)
        return refusal(400, "invalid_request",
                       {IssuanceRule::wallet_form, "an attestation header came twice"});
    // Without anchors nothing can be learned from an attestation; it widens no rights.
    if (request.client_attestation.empty() || !config_.wallets.any()) return std::nullopt;
    const auto attestation =
        check_client_attestation(request.client_attestation.front(), config_.wallets, now);
    if (!attestation) return bad_attestation(attestation.error());
    if (!client.id.empty() && client.id != attestation->client_id)
        return bad_attestation({IssuanceRule::wallet_form, "client_id is not the attested client"});
    client.instance = keys::thumbprint(attestation->instance_key);
    if (request.client_attestation_pop.empty()) {
        // The DPoP proof may stand for the proof of possession (attest_jwt_client_auth_dpop).
        const auto proof =
            request.dpop.size() == 1
                ? check_dpop(request.dpop.front(),
                             {"POST", config_.identifier + std::string(path), "", now})
                : Result<DpopProof, Reason>(Failure{Reason{}});
        if (!proof || proof->thumbprint != client.instance)
            return bad_attestation({IssuanceRule::wallet_possession,
                                    "the proof of possession of the attested key is missing"});
    } else {
        const auto pop = check_client_attestation_pop(request.client_attestation_pop.front(),
                                                      *attestation, config_.identifier, now);
        if (!pop) return bad_attestation(pop.error());
        if (!pop->challenge.empty() && !nonce_is_ours("pop", pop->challenge, now)) {
            HttpResponse response =
                refusal(400, "use_attestation_challenge",
                        {IssuanceRule::wallet_challenge, "unknown or expired challenge"});
            response.headers.emplace_back("OAuth-Client-Attestation-Challenge",
                                          fresh_nonce("pop", now));
            return response;
        }
        if (!records_.put_if_absent("pop", keys::digest_text(client.instance + '|' + pop->jti), "",
                                    now + replay_window_s)) {
            return bad_attestation(
                {IssuanceRule::wallet_possession, "this proof of possession was used before"});
        }
    }
    client.id = attestation->client_id;
    client.wallet_name = attestation->wallet_name;
    return std::nullopt;
}

Issuer::OrRefusal<Issuer::Client> Issuer::identify(const HttpRequest& request, const Form& form,
                                                   std::string_view path, UnixSeconds now) {
    Client client;
    client.id = field_of(form, "client_id");
    if (auto refusal = attest(request, client, path, now)) return *std::move(refusal);
    if (auto refusal = prove(request, path, "", client.dpop, now)) return *std::move(refusal);
    return client;
}

Issuer::OrRefusal<Issuer::Grant> Issuer::authorize(const HttpRequest& request,
                                                   std::string_view path, UnixSeconds now) {
    std::string_view header = request.authorization;
    const bool bearer = scheme_is(header, "bearer ");
    const bool dpop = scheme_is(header, "dpop ");
    if (!bearer && !dpop) {
        HttpResponse response =
            refusal(401, "invalid_token", {IssuanceRule::access_token, "access token missing"});
        response.headers.emplace_back("WWW-Authenticate", "Bearer");
        response.headers.emplace_back("WWW-Authenticate", "DPoP algs=\"ES256 EdDSA\"");
        return response;
    }
    const std::string_view scheme = dpop ? "DPoP" : "Bearer";
    header.remove_prefix(scheme.size() + 1);
    const auto record = records_.get("token", keys::digest_text(header));
    const Value token = parsed_record(record);
    const std::string_view bound_to = token.text_at("jkt");
    // A token that is bound to a key is no bearer token, and the other way round (RFC 9449 §7.2).
    if (!record || integer_at(token, "exp") <= now || bound_to.empty() == dpop)
        return unauthorized(scheme,
                            {IssuanceRule::access_token, "unknown or expired access token"});
    if (dpop) {
        std::string thumbprint;
        if (auto refusal = prove(request, path, header, thumbprint, now)) {
            refusal->status = 401;
            const auto parsed = encoding::parse_json(refusal->body);
            refusal->headers.emplace_back(
                "WWW-Authenticate",
                "DPoP error=\"" + std::string(parsed ? parsed->text_at("error") : "") + "\"");
            return *std::move(refusal);
        }
        if (thumbprint != bound_to)
            return unauthorized("DPoP",
                                {IssuanceRule::dpop_key, "the token is bound to another key"});
    }
    Grant grant;
    grant.offer_id = token.text_at("offer");
    grant.case_id = token.text_at("case");
    grant.configuration_id = token.text_at("configuration");
    grant.by_identifier = flag_at(token, "identifiers");
    grant.renewable = dpop || grant.offer_id.empty();
    grant.expires_at = integer_at(token, "exp");
    return grant;
}

}  // namespace stadtbuch::openid
