// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the issuer publishes about itself (credentials §1.2, §1.5).
#include "ssi/openid/issuer.hpp"

namespace stadtbuch::openid {

using encoding::Array;
using encoding::Object;

namespace {

Object configuration_of(const credential::CredentialType& type, bool display_on_configuration) {
    Object configuration{
        {"format", credential::credential_format},
        {"scope", type.id},
        {"vct", type.vct},
        {"cryptographic_binding_methods_supported", Array{"jwk", "did:jwk", "did:key"}},
        {"credential_signing_alg_values_supported", Array{"ES256"}},
        {"proof_types_supported",
         Object{{"jwt", Object{{"proof_signing_alg_values_supported", Array{"ES256", "EdDSA"}}}}}},
    };
    Object metadata = credential::credential_metadata(type);
    if (display_on_configuration) {
        for (const auto& member : metadata) configuration.set(member.key, member.value);
    }
    configuration.set("credential_metadata", std::move(metadata));
    return configuration;
}

}  // namespace

HttpResponse Issuer::metadata() const {
    const std::string& base = config_.identifier;
    Object configurations;
    for (const auto& type : config_.types) {
        configurations.set(type.id, configuration_of(type, config_.display_on_configuration));
    }
    Object body{
        {"credential_issuer", base},
        {"credential_endpoint", base + std::string(issuer_paths::credential)},
        {"nonce_endpoint", base + std::string(issuer_paths::nonce)},
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
    return json_response(200, body, true);
}

HttpResponse Issuer::authorization_server_metadata() const {
    const std::string& base = config_.identifier;
    return json_response(
        200,
        Object{{"issuer", base},
               {"token_endpoint", base + std::string(issuer_paths::token)},
               {"grant_types_supported",
                Array{"urn:ietf:params:oauth:grant-type:pre-authorized_code"}},
               {"token_endpoint_auth_methods_supported", Array{"none"}},
               {"authorization_details_types_supported", Array{"openid_credential"}},
               {"pre-authorized_grant_anonymous_access_supported", true}},
        true);
}

}  // namespace stadtbuch::openid
