// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the issuer publishes about itself (credentials §1.2, §1.5).
#include <algorithm>

#include "ssi/openid/issuer_grant.hpp"

namespace stadtbuch::openid {

using encoding::Array;
using encoding::Object;

namespace {

Array texts(const std::vector<std::string>& list) {
    Array out;
    for (const std::string& text : list) out.emplace_back(text);
    return out;
}

/// True if the Accept header ranks application/jwt before application/json. Media ranges in the
/// order they are written; weights are not needed to tell the two.
bool wants_jwt(std::string_view accept) {
    const std::size_t jwt = accept.find("application/jwt");
    return jwt != std::string_view::npos && jwt < accept.find("application/json");
}

}  // namespace

Object Issuer::configuration_of(const credential::CredentialType& type) const {
    Array algorithms = config_.haip ? Array{"ES256"} : Array{"ES256", "EdDSA"};
    Object jwt{{"proof_signing_alg_values_supported", std::move(algorithms)}};
    Object attestation{{"proof_signing_alg_values_supported", Array{"ES256"}}};
    // An empty object offends wallets; absent means: not needed (credentials §8).
    Object needed;
    if (!config_.key_protection.key_storage.empty())
        needed.set("key_storage", texts(config_.key_protection.key_storage));
    if (!config_.key_protection.user_authentication.empty())
        needed.set("user_authentication", texts(config_.key_protection.user_authentication));
    if (config_.key_attestation_required && !needed.empty()) {
        jwt.set("key_attestations_required", needed);
        attestation.set("key_attestations_required", needed);
    }
    Object proof_types{{"jwt", std::move(jwt)}};
    if (config_.wallets.any()) proof_types.set("attestation", std::move(attestation));
    Object configuration{
        {"format", credential::credential_format},
        {"scope", type.id},
        {"vct", type.vct},
        {"cryptographic_binding_methods_supported", Array{"jwk", "did:jwk", "did:key"}},
        {"credential_signing_alg_values_supported", Array{"ES256"}},
        {"proof_types_supported", std::move(proof_types)},
    };
    credential::CredentialType shown = type;
    const bool own = std::any_of(shown.claims.begin(), shown.claims.end(), [](const auto& claim) {
        return claim.path == credential::legal_category_claim;
    });
    // Not in the type's document: its hash stands in credentials that were issued before.
    if (!config_.legal_category.empty() && !own) {
        shown.claims.push_back({std::string(credential::legal_category_claim),
                                "Rechtliche Art des Nachweises", "Legal category", true, false});
    }
    Object metadata = credential::credential_metadata(shown);
    if (config_.display_on_configuration) {
        for (const auto& member : metadata) configuration.set(member.key, member.value);
    }
    configuration.set("credential_metadata", std::move(metadata));
    return configuration;
}

Object Issuer::metadata_members() const {
    const std::string& base = config_.identifier;
    Object configurations;
    for (const auto& type : config_.types) {
        configurations.set(type.id, configuration_of(type));
    }
    Object body{
        {"credential_issuer", base},
        {"credential_endpoint", base + std::string(issuer_paths::credential)},
        {"nonce_endpoint", base + std::string(issuer_paths::nonce)},
        {"deferred_credential_endpoint", base + std::string(issuer_paths::deferred)},
        {"notification_endpoint", base + std::string(issuer_paths::notification)},
        {"display", Array{Object{{"name", config_.name_de}, {"locale", "de"}},
                          Object{{"name", config_.name_en}, {"locale", "en"}}}},
    };
    if (config_.batch_size >= 2) {
        body.set("batch_credential_issuance",
                 Object{{"batch_size", static_cast<std::uint64_t>(config_.batch_size)}});
    }
    if (config_.encryption_key != nullptr) {
        const keys::PublicKey key(config_.encryption_key->public_key());
        Object jwk = keys::jwk_of(key);
        jwk.set("kid", keys::thumbprint(key));
        jwk.set("alg", "ECDH-ES");
        jwk.set("use", "enc");
        body.set("credential_request_encryption",
                 Object{{"jwks", Object{{"keys", Array{std::move(jwk)}}}},
                        {"enc_values_supported", Array{"A128GCM", "A256GCM"}},
                        {"zip_values_supported", Array{"DEF"}},
                        {"encryption_required", false}});
        body.set("credential_response_encryption",
                 Object{{"alg_values_supported", Array{"ECDH-ES"}},
                        {"enc_values_supported", Array{"A128GCM", "A256GCM"}},
                        {"zip_values_supported", Array{"DEF"}},
                        {"encryption_required", false}});
    }
    body.set("credential_configurations_supported", std::move(configurations));
    if (Array known = config_.registration.entries(); !known.empty())
        body.set("issuer_info", std::move(known));
    return body;
}

HttpResponse Issuer::metadata(std::string_view accept, UnixSeconds now) const {
    Object members = metadata_members();
    if (config_.metadata_signing.signer == nullptr || !wants_jwt(accept)) {
        HttpResponse response = json_response(200, members, true);
        response.headers.emplace_back("Vary", "Accept");
        return response;
    }
    Object payload{{"iss", config_.identifier},
                   {"sub", config_.identifier},
                   {"iat", now},
                   {"exp", now + 86400}};
    for (const auto& member : members) payload.set(member.key, member.value);
    HttpResponse response;
    response.content_type = "application/jwt";
    response.headers.emplace_back("Vary", "Accept");
    response.body =
        keys::sign_jws({{"typ", "openidvci-issuer-metadata+jwt"},
                        {"x5c", keys::x5c_of(config_.metadata_signing.chain)}},
                       encoding::compact_json(payload), *config_.metadata_signing.signer);
    if (response.body.empty())
        return error_response(500, "server_error", "the signing key is not available");
    return response;
}

HttpResponse Issuer::authorization_server_metadata() const {
    const std::string& base = config_.identifier;
    Array scopes;
    for (const auto& type : config_.types) scopes.emplace_back(type.id);
    Array methods{"none"};
    if (config_.wallets.any()) {
        methods = config_.haip ? Array{} : std::move(methods);
        methods.emplace_back("attest_jwt_client_auth");
        methods.emplace_back("attest_jwt_client_auth_dpop");
    }
    Object body{
        {"issuer", base},
        {"authorization_endpoint", base + std::string(issuer_paths::authorize)},
        {"token_endpoint", base + std::string(issuer_paths::token)},
        {"pushed_authorization_request_endpoint", base + std::string(issuer_paths::pushed)},
        {"require_pushed_authorization_requests", true},
        {"jwks_uri", base + std::string(issuer_paths::jwks)},
        {"scopes_supported", std::move(scopes)},
        {"response_types_supported", Array{"code"}},
        {"response_modes_supported", Array{"query"}},
        {"grant_types_supported", Array{"authorization_code", "refresh_token",
                                        "urn:ietf:params:oauth:grant-type:pre-authorized_code"}},
        {"code_challenge_methods_supported", Array{"S256"}},
        {"token_endpoint_auth_methods_supported", std::move(methods)},
        {"dpop_signing_alg_values_supported", Array{"ES256", "EdDSA"}},
        {"authorization_details_types_supported", Array{"openid_credential"}},
        {"authorization_response_iss_parameter_supported", true},
        {"pre-authorized_grant_anonymous_access_supported", true},
        {"status_list_aggregation_endpoint", base + std::string(issuer_paths::status_lists)}};
    if (config_.wallets.any()) {
        body.set("client_attestation_signing_alg_values_supported", Array{"ES256"});
        body.set("client_attestation_pop_signing_alg_values_supported", Array{"ES256"});
        body.set("challenge_endpoint", base + std::string(issuer_paths::challenge));
    }
    return json_response(200, body, true);
}

}  // namespace stadtbuch::openid
