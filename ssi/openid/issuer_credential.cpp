// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The credential and deferred endpoints (credentials §1.8 to §1.10). Records:
//   deferred  transaction id -> {case,configuration,keys,exp}
#include <algorithm>

#include "ssi/openid/issuer_grant.hpp"

namespace stadtbuch::openid {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t body_bytes_max = 256 * 1024;
constexpr std::int64_t hour_s = 3600;

/// credential_response_encryption of a request: who gets the answer, or that it cannot be used.
struct WantedEncryption {
    std::optional<keys::JweRecipient> recipient;
    bool good = true;  // absent, or usable
    /// `alg` beside the key: drafts up to 15, which knew no encrypted requests (credentials §1.10).
    bool old_shape = false;
};

WantedEncryption wanted_encryption(const Value& body) {
    WantedEncryption out;
    const Value* wanted = body.find("credential_response_encryption");
    if (wanted == nullptr) return out;
    out.good = false;
    const Value* jwk = wanted->find("jwk");
    if (jwk == nullptr) return out;
    out.old_shape = jwk->find("alg") == nullptr;
    if ((out.old_shape ? *wanted : *jwk).text_at("alg") != "ECDH-ES") return out;
    auto key = keys::p256_from_jwk(*jwk);
    const std::string enc(wanted->text_at("enc"));
    const Value* zip = wanted->find("zip");
    if (!key || (enc != "A128GCM" && enc != "A256GCM") || (zip != nullptr && *zip != Value("DEF")))
        return out;
    out.good = true;
    out.recipient = keys::JweRecipient{
        std::move(key).value(), std::string(jwk->text_at("kid")), enc, {}, {}, zip != nullptr};
    return out;
}

}  // namespace

IssuerAnswer Issuer::credential(const HttpRequest& request, UnixSeconds now) {
    const auto authorized = authorize(request, issuer_paths::credential, now);
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
    const std::vector<keys::PublicKey>& holders = std::get<Holders>(checked).keys;
    const Decision decision = decide(grant, now);
    if (decision.state == Decision::State::pending) {
        const std::string id = defer(grant, holders, now);
        return {sealed(still_pending(id), wanted), {}};
    }
    return issue(grant, wanted, decision, holders, now);
}

Decision Issuer::decide(const Grant& grant, UnixSeconds now) {
    Decision out;
    const Value offer = grant.offer_id.empty()
                            ? Value(Object{})
                            : parsed_record(records_.get("offer", grant.offer_id));
    const Value* claims = offer.find("claims");
    if (claims == nullptr || !claims->is_object()) {
        return grant.renewable && decisions_ != nullptr ? decisions_->decision(grant.case_id, now)
                                                        : out;
    }
    out.state = Decision::State::granted;
    out.content.vct = offer.text_at("vct");
    out.content.vct_integrity = offer.text_at("integrity");
    out.content.claims = *claims->object();
    if (const Value* paths = offer.find("disclosable"); paths != nullptr && paths->is_array()) {
        for (const Value& path : *paths->array()) {
            if (auto read = credential::path_from_value(path))
                out.content.disclosable.push_back(*std::move(read));
        }
    }
    out.credential_lifetime_s = integer_at(offer, "lifetime");
    return out;
}

std::string Issuer::defer(const Grant& grant, const std::vector<keys::PublicKey>& holders,
                          UnixSeconds now) {
    Array jwks;
    for (const keys::PublicKey& key : holders) jwks.emplace_back(keys::jwk_of(key));
    const std::string id = keys::random_token(random_);
    const UnixSeconds expires_at = now + config_.deferred_lifetime_s;
    records_.put("deferred", id,
                 encoding::compact_json(Object{{"case", grant.case_id},
                                               {"configuration", grant.configuration_id},
                                               {"keys", std::move(jwks)},
                                               {"exp", expires_at}}),
                 expires_at);
    return id;
}

HttpResponse Issuer::still_pending(std::string_view transaction_id) const {
    return json_response(
        202, Object{{"transaction_id", transaction_id}, {"interval", config_.deferred_interval_s}});
}

HttpResponse Issuer::sealed(HttpResponse response, const CredentialRequest& request) {
    if (!request.answer_to) return response;
    auto token = keys::encrypt_jwe(response.body, *request.answer_to, random_);
    if (!token)
        return refusal(500, "server_error", {IssuanceRule::encryption, "encryption failed"});
    response.body = std::move(token).value();
    response.content_type = "application/jwt";
    return response;
}

IssuerAnswer Issuer::deferred(const HttpRequest& request, UnixSeconds now) {
    const auto authorized = authorize(request, issuer_paths::deferred, now);
    if (const auto* refusal = std::get_if<HttpResponse>(&authorized)) return {*refusal, {}};
    const Grant& grant = std::get<Grant>(authorized);
    auto read = read_request(request);
    if (const auto* refusal = std::get_if<HttpResponse>(&read)) return {*refusal, {}};
    const CredentialRequest& wanted = std::get<CredentialRequest>(read);
    const std::string id(wanted.body.text_at("transaction_id"));
    const auto record = records_.get("deferred", id);
    const Value held = parsed_record(record);
    const Value* jwks = held.find("keys");
    if (!record || integer_at(held, "exp") <= now || held.text_at("case") != grant.case_id ||
        jwks == nullptr || !jwks->is_array()) {
        return {refusal(400, "invalid_transaction_id",
                        {IssuanceRule::transaction_id, "unknown, used or expired"}),
                {}};
    }
    const Decision decision =
        decisions_ != nullptr ? decisions_->decision(grant.case_id, now) : Decision{};
    if (decision.state == Decision::State::pending) return {sealed(still_pending(id), wanted), {}};
    // Decided, one way or the other: the transaction is over, once.
    if (!records_.compare_and_delete("deferred", id, *record))
        return {refusal(400, "invalid_transaction_id",
                        {IssuanceRule::transaction_id, "unknown, used or expired"}),
                {}};
    std::vector<keys::PublicKey> holders;
    for (const Value& jwk : *jwks->array()) {
        auto key = keys::public_key_from_jwk(jwk);
        if (key) holders.push_back(std::move(key).value());
    }
    return issue(grant, wanted, decision, holders, now);
}

Issuer::OrRefusal<Issuer::CredentialRequest> Issuer::read_request(
    const HttpRequest& request) const {
    CredentialRequest wanted;
    if (request.body.size() > body_bytes_max)
        return refusal(413, "invalid_credential_request",
                       {IssuanceRule::request_form, "request too large"});
    std::string json = request.body;
    const std::string type = media_type(request.content_type);
    if (type == "application/jwt") {
        const auto plain = config_.encryption_key != nullptr
                               ? keys::decrypt_jwe(request.body, *config_.encryption_key,
                                                   {true, body_bytes_max, body_bytes_max})
                               : Result<keys::DecryptedJwe, keys::JoseError>(
                                     Failure{keys::JoseError::bad_encryption});
        if (!plain)
            return refusal(400, "invalid_encryption_parameters",
                           {IssuanceRule::encryption, "request cannot be decrypted"});
        json = plain->plaintext;
        wanted.encrypted = true;
    } else if (type != "application/json") {
        return refusal(400, "invalid_credential_request",
                       {IssuanceRule::request_form, "application/json expected"});
    }
    auto body = encoding::parse_json(json, {body_bytes_max, 16, true});
    if (!body || !body->is_object())
        return refusal(400, "invalid_credential_request",
                       {IssuanceRule::request_form, "JSON object expected"});
    wanted.body = std::move(body).value();
    WantedEncryption encryption = wanted_encryption(wanted.body);
    // An answer is encrypted only if the request was (credentials §1.10): else the key could be
    // exchanged on the way. Wallets of older drafts cannot; for them it is no worse than plain.
    const bool may_be_plain = encryption.old_shape && !config_.haip;
    if (!encryption.good || (encryption.recipient && !wanted.encrypted && !may_be_plain)) {
        return refusal(400, "invalid_encryption_parameters",
                       {IssuanceRule::encryption, "credential_response_encryption refused"});
    }
    wanted.answer_to = std::move(encryption.recipient);
    return wanted;
}

std::optional<HttpResponse> Issuer::refuse_request(const CredentialRequest& request,
                                                   const Grant& grant) const {
    const Value* identifier = request.body.find("credential_identifier");
    const Value* configuration = request.body.find("credential_configuration_id");
    if ((identifier != nullptr) == (configuration != nullptr)) {
        return refusal(400, "invalid_credential_request",
                       {IssuanceRule::credential_named,
                        "exactly one of credential_identifier and credential_configuration_id"});
    }
    if ((identifier != nullptr) != grant.by_identifier) {
        return refusal(400, "invalid_credential_request",
                       {IssuanceRule::credential_named,
                        grant.by_identifier ? "credential_identifier expected"
                                            : "credential_configuration_id expected"});
    }
    const Value* name = identifier != nullptr ? identifier : configuration;
    const std::string asked = name->is_text() ? *name->text() : std::string();
    if (type_of(asked) == nullptr) {
        return refusal(400,
                       identifier != nullptr ? "unknown_credential_identifier"
                                             : "unknown_credential_configuration",
                       {IssuanceRule::credential_offered, "not offered here"});
    }
    if (asked != grant.configuration_id) {
        HttpResponse response =
            refusal(403, "insufficient_scope",
                    {IssuanceRule::token_scope, "the token is for another credential"});
        response.headers.emplace_back("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
        return response;
    }
    return std::nullopt;
}

IssuerAnswer Issuer::issue(const Grant& grant, const CredentialRequest& request,
                           const Decision& decision, const std::vector<keys::PublicKey>& holders,
                           UnixSeconds now) {
    if (decision.state != Decision::State::granted) {
        return {refusal(400, "credential_request_denied",
                        {IssuanceRule::decision,
                         "the offer was withdrawn or is complete, or the office refused"}),
                {}};
    }
    credential::IssueInput input;
    input.issuer = config_.issuer_did;
    input.legal_category = config_.legal_category;
    // Whole hours: a batch and its neighbours look alike (credentials §9).
    input.issued_at = now - now % hour_s;
    input.expires_at = input.issued_at + std::max(decision.credential_lifetime_s, hour_s);

    CredentialsIssued event{
        grant.offer_id,   grant.case_id,          keys::random_token(random_), {},
        input.expires_at, request.old_proof_shape};
    event.status = status_.allocate_batch(grant.configuration_id, grant.case_id, holders.size());
    if (event.status.size() < holders.size())
        return {
            refusal(500, "server_error", {IssuanceRule::issuer_works, "no status entry available"}),
            {}};
    Array credentials;
    for (std::size_t i = 0; i < holders.size(); ++i) {
        input.holder = holders[i];
        input.status = event.status[i];
        std::string compact =
            credential::issue_credential(decision.content, input, config_.signing, random_);
        if (compact.empty())
            return {refusal(500, "server_error",
                            {IssuanceRule::issuer_works, "the signing key is not available"}),
                    {}};
        credentials.emplace_back(Object{{"credential", std::move(compact)}});
    }
    records_.put("notice", event.notification_id,
                 encoding::compact_json(Object{{"case", grant.case_id}, {"offer", grant.offer_id}}),
                 std::max(grant.expires_at, now + config_.deferred_lifetime_s));
    if (!grant.offer_id.empty()) note_offer(grant.offer_id, OfferState::issued, now + 86400);
    const Object body{{"credentials", std::move(credentials)},
                      {"notification_id", event.notification_id}};
    HttpResponse response = sealed(json_response(200, body), request);
    if (response.status != 200) return {std::move(response), {}};
    return {std::move(response), {std::move(event)}};
}

}  // namespace stadtbuch::openid
