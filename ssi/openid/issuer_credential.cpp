// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The nonce and credential endpoints (credentials §1.7, §1.8, §1.10).
#include <algorithm>
#include <set>

#include "ssi/did/did.hpp"
#include "ssi/openid/issuer.hpp"
#include "ssi/openid/issuer_grant.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::openid {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t body_bytes_max = 256 * 1024;
constexpr std::int64_t clock_leeway_s = 60;
constexpr std::int64_t hour_s = 3600;
// Nonce: 8 bytes expiry (big endian seconds) || 8 bytes random || first 16 bytes of HMAC(secret,
// "nonce" || both).
constexpr std::size_t nonce_head_bytes = 16;
constexpr std::size_t nonce_mac_bytes = 16;

Bytes nonce_mac(BytesView secret, BytesView head) {
    Bytes message = bytes_of("nonce");
    message.insert(message.end(), head.begin(), head.end());
    const Hash32 mac = keys::hmac_sha256(secret, message);
    return {mac.bytes.begin(), mac.bytes.begin() + nonce_mac_bytes};
}

/// The key that a proof is made with: exactly one of jwk, kid (a DID that contains its key), x5c.
std::optional<keys::PublicKey> key_of_proof(const Object& header) {
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
        const auto url = did::parse_did_url(kid->is_text() ? *kid->text() : std::string());
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

/// The proof JWTs of a request, whatever shape they came in; empty if there are none.
std::vector<std::string> proof_texts(const Value& body, bool& old_shape) {
    std::vector<std::string> texts;
    if (const Value* proofs = body.find("proofs")) {
        const Object* types = proofs->object();
        const Value* list = types != nullptr && types->size() == 1 ? types->find("jwt") : nullptr;
        for (std::size_t i = 0; list != nullptr && list->is_array() && i < list->array()->size();
             ++i) {
            const std::string* text = (*list->array())[i].text();
            texts.push_back(text != nullptr ? *text : std::string());
        }
    } else if (const Value* proof = body.find("proof")) {
        old_shape = true;
        if (proof->text_at("proof_type") == "jwt") texts.emplace_back(proof->text_at("jwt"));
    }
    return texts;
}

/// credential_response_encryption; `good` tells absent from wrong.
std::optional<keys::JweRecipient> response_recipient(const Value& body, bool& good) {
    const Value* wanted = body.find("credential_response_encryption");
    good = true;
    if (wanted == nullptr) return std::nullopt;
    good = false;
    const Value* jwk = wanted->find("jwk");
    if (jwk == nullptr || jwk->text_at("alg") != "ECDH-ES") return std::nullopt;
    auto key = keys::p256_from_jwk(*jwk);
    const std::string enc(wanted->text_at("enc"));
    const Value* zip = wanted->find("zip");
    if (!key || (enc != "A128GCM" && enc != "A256GCM") || (zip != nullptr && *zip != Value("DEF")))
        return std::nullopt;
    good = true;
    return keys::JweRecipient{std::move(key).value(), std::string(jwk->text_at("kid")), enc, {}, {},
                              zip != nullptr};
}

std::string proof_key(std::string_view nonce, const std::string& thumbprint) {
    return encoding::base64url_encode(
        hash::sha256({view_of(nonce), view_of("|"), view_of(thumbprint)}).view());
}

}  // namespace

HttpResponse Issuer::nonce(UnixSeconds now) {
    Bytes bytes;
    const auto expires_at = static_cast<std::uint64_t>(now + config_.nonce_lifetime_s);
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(static_cast<Byte>(expires_at >> shift));
    const Bytes random = keys::random_bytes(random_, nonce_head_bytes - bytes.size());
    bytes.insert(bytes.end(), random.begin(), random.end());
    const Bytes mac = nonce_mac(config_.nonce_secret, bytes);
    bytes.insert(bytes.end(), mac.begin(), mac.end());
    return json_response(200, Object{{"c_nonce", encoding::base64url_encode(bytes)}});
}

bool Issuer::nonce_is_ours(std::string_view nonce, UnixSeconds now) const {
    const auto bytes = encoding::base64url_decode(nonce);
    if (!bytes || bytes->size() != nonce_head_bytes + nonce_mac_bytes) return false;
    const BytesView head = BytesView(*bytes).first(nonce_head_bytes);
    if (!keys::constant_time_equal(nonce_mac(config_.nonce_secret, head),
                                   BytesView(*bytes).subspan(nonce_head_bytes))) {
        return false;
    }
    std::uint64_t expires_at = 0;
    for (std::size_t i = 0; i < 8; ++i) expires_at = expires_at << 8 | head[i];
    return static_cast<UnixSeconds>(expires_at) > now;
}

IssuerAnswer Issuer::credential(const HttpRequest& request, UnixSeconds now) {
    const auto authorized = authorize(request, now);
    if (const auto* refusal = std::get_if<HttpResponse>(&authorized)) return {*refusal, {}};
    const Grant& grant = std::get<Grant>(authorized);
    auto read = read_request(request);
    if (const auto* refusal = std::get_if<HttpResponse>(&read)) return {*refusal, {}};
    CredentialRequest& wanted = std::get<CredentialRequest>(read);
    if (auto refusal = refuse_request(wanted, grant)) return {*std::move(refusal), {}};
    wanted.old_proof_shape =
        wanted.body.find("proofs") == nullptr && wanted.body.find("proof") != nullptr;
    const auto checked = check_proofs(wanted, now);
    if (const auto* refusal = std::get_if<HttpResponse>(&checked)) return {*refusal, {}};
    return issue(grant, wanted, std::get<std::vector<keys::PublicKey>>(checked), now);
}

std::variant<Issuer::CredentialRequest, HttpResponse> Issuer::read_request(
    const HttpRequest& request) const {
    CredentialRequest wanted;
    if (request.body.size() > body_bytes_max)
        return error_response(413, "invalid_credential_request", "request too large");
    std::string json = request.body;
    const std::string type = media_type(request.content_type);
    if (type == "application/jwt") {
        const auto plain = config_.encryption_key != nullptr
                               ? keys::decrypt_jwe(request.body, *config_.encryption_key,
                                                   {true, body_bytes_max, body_bytes_max})
                               : Result<keys::DecryptedJwe, keys::JoseError>(
                                     Failure{keys::JoseError::bad_encryption});
        if (!plain)
            return error_response(400, "invalid_encryption_parameters",
                                  "request cannot be decrypted");
        json = plain->plaintext;
        wanted.encrypted = true;
    } else if (type != "application/json") {
        return error_response(400, "invalid_credential_request", "application/json expected");
    }
    auto body = encoding::parse_json(json, {body_bytes_max, 16, true});
    if (!body || !body->is_object())
        return error_response(400, "invalid_credential_request", "JSON object expected");
    wanted.body = std::move(body).value();
    bool good = false;
    wanted.answer_to = response_recipient(wanted.body, good);
    // An answer is encrypted only if the request was (credentials §1.10): else the key could be
    // exchanged on the way.
    if (!good || (wanted.answer_to && !wanted.encrypted)) {
        return error_response(400, "invalid_encryption_parameters",
                              "credential_response_encryption refused");
    }
    return wanted;
}

std::optional<HttpResponse> Issuer::refuse_request(const CredentialRequest& request,
                                                   const Grant& grant) const {
    const Value* identifier = request.body.find("credential_identifier");
    const Value* configuration = request.body.find("credential_configuration_id");
    if ((identifier != nullptr) == (configuration != nullptr)) {
        return error_response(
            400, "invalid_credential_request",
            "exactly one of credential_identifier and credential_configuration_id");
    }
    if ((identifier != nullptr) != grant.by_identifier) {
        return error_response(400, "invalid_credential_request",
                              grant.by_identifier ? "credential_identifier expected"
                                                  : "credential_configuration_id expected");
    }
    const Value* name = identifier != nullptr ? identifier : configuration;
    const std::string asked = name->is_text() ? *name->text() : std::string();
    if (type_of(asked) == nullptr) {
        return error_response(400,
                              identifier != nullptr ? "unknown_credential_identifier"
                                                    : "unknown_credential_configuration",
                              "not offered here");
    }
    if (asked != grant.configuration_id) {
        HttpResponse response =
            error_response(403, "insufficient_scope", "the token is for another credential");
        response.headers.emplace_back("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
        return response;
    }
    return std::nullopt;
}

std::variant<std::vector<keys::PublicKey>, HttpResponse> Issuer::check_proofs(
    const CredentialRequest& request, UnixSeconds now) {
    bool old_shape = false;
    const std::vector<std::string> texts = proof_texts(request.body, old_shape);
    const auto bad = [](std::string_view why) { return error_response(400, "invalid_proof", why); };
    if (texts.empty()) return bad("one proof of type jwt is needed");
    if (texts.size() > std::max<std::size_t>(config_.batch_size, 1))
        return bad("more proofs than batch_size");

    std::vector<keys::PublicKey> holders;
    std::set<std::string> seen;
    std::vector<std::string> used;
    for (const std::string& text : texts) {
        const auto jws = keys::parse_jws(
            text, {"openid4vci-proof+jwt", {"ES256", "EdDSA", "Ed25519"}, 32 * 1024});
        if (!jws) return bad(keys::to_text(jws.error()));
        const auto key = key_of_proof(jws->header);
        if (!key) return bad("exactly one usable key in jwk, kid or x5c is needed");
        if (!keys::verify_jws(*jws, *key)) return bad("signature does not fit the key");
        const auto payload = keys::payload_object(*jws);
        if (!payload) return bad("payload is no JSON object");
        const Value claims(*payload);
        if (!audience_is(claims, config_.identifier))
            return bad("aud is not the credential issuer");
        const Value* iat = claims.find("iat");
        const auto issued_at = iat != nullptr ? iat->integer() : std::nullopt;
        if (!issued_at || *issued_at > now + clock_leeway_s ||
            *issued_at < now - config_.proof_age_max_s) {
            return bad("iat missing or outside the window");
        }
        if (claims.find("nonce") == nullptr) return bad("nonce missing");
        const std::string_view nonce = claims.text_at("nonce");
        if (!nonce_is_ours(nonce, now))
            return error_response(400, "invalid_nonce", "unknown or expired c_nonce");
        const std::string thumbprint = keys::thumbprint(*key);
        if (!seen.insert(thumbprint).second) return bad("the same key twice");
        used.push_back(proof_key(nonce, thumbprint));
        holders.push_back(*key);
    }
    // Only complete requests use a nonce up; the first of two equal proofs wins.
    for (const std::string& key : used) {
        if (!records_.put_if_absent("proof", key, "", now + config_.nonce_lifetime_s)) {
            return error_response(400, "invalid_nonce", "c_nonce already used with this key");
        }
    }
    return holders;
}

IssuerAnswer Issuer::issue(const Grant& grant, const CredentialRequest& request,
                           const std::vector<keys::PublicKey>& holders, UnixSeconds now) {
    const auto record = records_.get("offer", grant.offer_id);
    const auto offer = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    const Value* claims = offer ? offer->find("claims") : nullptr;
    if (claims == nullptr || !claims->is_object()) {
        return {error_response(400, "credential_request_denied",
                               "the offer was withdrawn or is complete"),
                {}};
    }
    credential::CredentialContent content;
    content.vct = offer->text_at("vct");
    content.vct_integrity = offer->text_at("integrity");
    content.claims = *claims->object();
    if (const Value* paths = offer->find("disclosable"); paths != nullptr && paths->is_array()) {
        for (const Value& path : *paths->array()) {
            if (auto read = credential::path_from_value(path))
                content.disclosable.push_back(*std::move(read));
        }
    }
    credential::IssueInput input;
    input.issuer = config_.issuer_did;
    // Whole hours: a batch and its neighbours look alike (credentials §9).
    input.issued_at = now - now % hour_s;
    const Value* lifetime = offer->find("lifetime");
    input.expires_at =
        input.issued_at + (lifetime != nullptr ? lifetime->integer().value_or(hour_s) : hour_s);

    CredentialsIssued event{
        grant.offer_id,   grant.case_id,          keys::random_token(random_), {},
        input.expires_at, request.old_proof_shape};
    Array credentials;
    for (const keys::PublicKey& holder : holders) {
        const auto status = status_.allocate(grant.configuration_id, grant.case_id);
        if (!status) return {error_response(500, "server_error", "no status entry available"), {}};
        input.holder = holder;
        input.status = status;
        std::string compact =
            credential::issue_credential(content, input, config_.signing, random_);
        if (compact.empty())
            return {error_response(500, "server_error", "the signing key is not available"), {}};
        event.status.push_back(*status);
        credentials.emplace_back(Object{{"credential", std::move(compact)}});
    }
    records_.put("notice", event.notification_id,
                 encoding::compact_json(Object{{"case", grant.case_id}, {"offer", grant.offer_id}}),
                 grant.expires_at);
    note_offer(grant.offer_id, OfferState::issued, now + 86400);
    const Object body{{"credentials", std::move(credentials)},
                      {"notification_id", event.notification_id}};
    HttpResponse response = json_response(200, body);
    if (request.answer_to) {
        auto token = keys::encrypt_jwe(response.body, *request.answer_to, random_);
        if (!token) return {error_response(500, "server_error", "encryption failed"), {}};
        response.body = std::move(token).value();
        response.content_type = "application/jwt";
    }
    return {std::move(response), {std::move(event)}};
}

}  // namespace stadtbuch::openid
