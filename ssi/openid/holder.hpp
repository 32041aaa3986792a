// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The holder's half of both protocols, for the headless wallet: values in, request bodies out. No
// HTTP.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/openid/dcql.hpp"
#include "ssi/openid/http.hpp"

namespace stadtbuch::openid {

using keys::UnixSeconds;

enum class HolderError {
    bad_link,  // neither offer nor authorization request
    bad_offer,
    unsupported_grant,
    bad_metadata,
    bad_request_object,  // JWS, claims or client id wrong
    untrusted_verifier,  // certificate does not carry the client id
    unknown_transaction_data,
    query_not_met,
    bad_answer,  // token or credential response malformed
    encryption_failed,
};
[[nodiscard]] std::string_view to_text(HolderError error);

// -- issuance
// -------------------------------------------------------------------------------------------------------

/// Either the offer itself or where to GET it.
struct OfferLink {
    std::string offer_uri;  // empty: `offer_json` is set
    std::string offer_json;
};

[[nodiscard]] Result<OfferLink, HolderError> read_offer_link(std::string_view link);

struct Offer {
    std::string issuer;
    std::vector<std::string> configuration_ids;
    std::string pre_authorized_code;
    bool needs_tx_code = false;
    std::string tx_code_hint;
};

[[nodiscard]] Result<Offer, HolderError> read_offer(std::string_view json);
/// Well-known URL between host and path (credentials §1.1). Empty for what is no http(s) URL.
[[nodiscard]] std::string well_known_url(std::string_view identifier, std::string_view suffix);

struct IssuerInfo {
    std::string issuer;
    std::string credential_endpoint;
    std::string nonce_endpoint;
    std::string notification_endpoint;
    std::string token_endpoint;        // after read_server_metadata
    std::string authorization_server;  // the issuer itself if none is named
    encoding::Object configurations;
};

[[nodiscard]] Result<IssuerInfo, HolderError> read_issuer_metadata(std::string_view json,
                                                                   std::string_view issuer);
[[nodiscard]] Result<void, HolderError> read_server_metadata(std::string_view json,
                                                             IssuerInfo& info);

[[nodiscard]] std::string token_request(const Offer& offer,
                                        std::string_view tx_code);  ///< form body
[[nodiscard]] Result<std::string, HolderError> read_access_token(std::string_view json);
[[nodiscard]] std::string make_proof(const keys::Signer& key, const keys::PublicKey& public_key,
                                     std::string_view issuer, std::string_view nonce,
                                     UnixSeconds now);
/// JSON body with proofs.jwt.
[[nodiscard]] std::string credential_request(std::string_view configuration_id,
                                             const std::vector<std::string>& proofs);

struct ReceivedCredentials {
    std::vector<std::string> credentials;
    std::string notification_id;
};

[[nodiscard]] Result<ReceivedCredentials, HolderError> read_credential_response(
    std::string_view json);

// -- presentation
// ---------------------------------------------------------------------------------------------------

struct PresentationLink {
    std::string client_id;
    std::string request_uri;
    bool post = false;
};

[[nodiscard]] Result<PresentationLink, HolderError> read_presentation_link(std::string_view link);

struct AuthorizationRequest {
    std::string client_id;
    std::string verifier_name;  // common name of the leaf, or client_name
    std::string response_uri;
    std::string nonce;
    std::string state;
    bool encrypted = false;
    std::optional<keys::P256PublicKey> encryption_key;
    std::string encryption_kid;
    std::string enc = "A128GCM";
    DcqlQuery query;
};

struct RequestRules {
    std::vector<keys::Certificate>
        anchors;               // empty: the chain is not checked, only the client id's binding
    std::string wallet_nonce;  // sent with POST; must come back
    UnixSeconds now = 0;
};

[[nodiscard]] Result<AuthorizationRequest, HolderError> read_request_object(
    std::string_view jws, const PresentationLink& link, const RequestRules& rules);

struct HeldCredential {
    std::string compact;
    const keys::Signer* key = nullptr;  // of `cnf`
    /// Addresses of trust lists on which the wallet found its issuer. nullopt: it reads none, so it
    /// cannot tell and does not refuse (the verifier decides whom it believes).
    std::optional<std::vector<std::string>> trust_lists = {};
};

struct Presentation {
    std::string query_id;
    std::size_t credential_index = 0;
    std::string compact;
    std::vector<std::string> disclosed;  // paths as text, for the consent line
};

/// Chooses the first fitting credential for each query, the first satisfiable set option, only the
/// disclosures asked.
[[nodiscard]] Result<std::vector<Presentation>, HolderError> present(
    const AuthorizationRequest& request, const std::vector<HeldCredential>& held, UnixSeconds now);
/// Form body for response_uri: vp_token and state, or response=JWE.
[[nodiscard]] Result<std::string, HolderError> response_body(
    const AuthorizationRequest& request, const std::vector<Presentation>& presentations,
    keys::RandomSource& random);
[[nodiscard]] std::string refusal_body(const AuthorizationRequest& request, std::string_view error);

}  // namespace stadtbuch::openid
