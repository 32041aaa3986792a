// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What is checked when a wallet asks for a credential (OpenID4VCI): one rule each, with a stable
// id, in the catalogue to which those of presentations (ssi/credential/trace.hpp) belong, too. A
// refusal names the id at the end of its error_description.
#pragma once
#include <span>
#include <string_view>

#include "ssi/openid/http.hpp"

namespace stadtbuch::openid {

enum class IssuanceRule {
    request_form,           // IS-01  form or JSON of the request
    authorization_request,  // IS-02  response_type, client_id, no request object
    redirect_address,       // IS-03  redirect_uri acceptable, registered, the same again
    credential_offered,     // IS-04  scope or authorization_details name one of ours
    grant_type,             // IS-05
    code_good,              // IS-06  known, unused, in time
    transaction_code,       // IS-07
    same_client,            // IS-08  client and instance of the code or token
    case_goes_on,           // IS-09  refresh: the office still stands by it
    access_token,           // IS-10
    token_scope,            // IS-11  the token is for this credential
    credential_named,       // IS-12  identifier or configuration, as the token says
    encryption,             // IS-13  of request and response
    decision,               // IS-14  the office granted it
    transaction_id,         // IS-15  of a deferred credential
    notification,           // IS-16
    issuer_works,           // IS-17  keys and status entries at hand
    pkce_challenge,         // PK-01
    pkce_verifier,          // PK-02
    dpop_once,              // DP-01  one header
    dpop_form,              // DP-02  type, algorithm, key
    dpop_signature,         // DP-03
    dpop_address,           // DP-04  htm, htu
    dpop_time,              // DP-05  iat
    dpop_fresh,             // DP-06  jti, not used before
    dpop_token,             // DP-07  ath
    dpop_nonce,             // DP-08  nonce of ours
    dpop_key,               // DP-09  the key to which code or token is bound
    wallet_needed,          // WA-01  HAIP: an attestation is there
    wallet_form,            // WA-02  headers once, type, claims
    wallet_provider,        // WA-03  trusted, signature
    wallet_time,            // WA-04  exp, nbf, iat
    wallet_possession,      // WA-05  proof of possession, not used before
    wallet_challenge,       // WA-06  challenge of ours
    wallet_status,          // WA-07  not revoked by its provider
    proof_form,             // KP-01  proofs of one type, readable, a usable key
    proof_count,            // KP-02  at most batch_size keys, each once
    proof_signature,        // KP-03
    proof_audience,         // KP-04
    proof_time,             // KP-05
    proof_nonce,            // KP-06  c_nonce of ours, once for each key
    attestation_needed,     // KA-01  key attestation there, and checkable
    attestation_form,       // KA-02  type, claims, usable keys
    attestation_provider,   // KA-03  trusted, signature
    attestation_time,       // KA-04
    attestation_level,      // KA-05  key_storage, user_authentication
    attestation_keys,       // KA-06  the proof's key is among them
    attestation_status,     // KA-07  not revoked by the provider
};

struct IssuanceRuleText {
    IssuanceRule rule;
    std::string_view id;
    std::string_view field;   ///< what of the request it is about
    std::string_view mender;  ///< "holder", "wallet" or "issuer"
    std::string_view good_de, good_en, bad_de, bad_en;
};

[[nodiscard]] std::span<const IssuanceRuleText> issuance_rules();
[[nodiscard]] std::string_view id_of(IssuanceRule rule);

/// Why a check did not hold: the rule, and a sentence for the wallet's developer.
struct Reason {
    IssuanceRule rule = IssuanceRule::request_form;
    std::string_view why = {};
};

/// An error response that names its rule.
[[nodiscard]] HttpResponse refusal(int status, std::string_view error, const Reason& reason);

}  // namespace stadtbuch::openid
