// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a wallet provider vouches for: the wallet itself (client authentication, credentials §1.11)
// and the keys that it keeps (key attestation, §1.8).
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/keys/jose.hpp"
#include "ssi/keys/time.hpp"
#include "ssi/keys/x509.hpp"
#include "ssi/openid/issuance_rules.hpp"

namespace stadtbuch::openid {

using keys::UnixSeconds;

/// Whom we believe about wallets.
struct WalletTrust {
    std::vector<keys::Certificate> anchors;  // of wallet providers
    /// Development: the key in the attestation's own header is believed (x5c, jwk, or a DID that
    /// contains its key).
    bool accept_unknown = false;
    /// Further anchors, which change while we run (trust lists); null: none.
    std::function<std::vector<keys::Certificate>()> listed = {};
    /// Lists in which providers revoke wallets and keys. An attestation that names one is believed
    /// only if the list can be had and says VALID; null: none can be had. Asked only after
    /// everything else held, and not with `accept_unknown`, when nobody vouches for a list.
    credential::StatusSource* status = nullptr;

    [[nodiscard]] bool any() const { return accept_unknown || !anchors.empty() || listed; }
};

struct ClientAttestation {
    std::string client_id;  // `sub`, shared by all instances of a product
    std::string wallet_name;
    keys::PublicKey instance_key;  // `cnf.jwk`
};

/// The failure is a sentence for error_description.
[[nodiscard]] Result<ClientAttestation, Reason> check_client_attestation(std::string_view jwt,
                                                                         const WalletTrust& trust,
                                                                         UnixSeconds now);

struct ClientAttestationPop {
    std::string jti;
    std::string challenge;  // `challenge`, or `nonce` of older drafts; empty: none
};

/// `audience` is the authorization server's issuer identifier.
[[nodiscard]] Result<ClientAttestationPop, Reason> check_client_attestation_pop(
    std::string_view jwt, const ClientAttestation& attestation, std::string_view audience,
    UnixSeconds now);

/// Which protection keys must have; an empty list asks nothing.
struct KeyProtection {
    std::vector<std::string> key_storage;          // "iso_18045_high" ...
    std::vector<std::string> user_authentication;  // same words
};

struct KeyAttestation {
    std::vector<keys::PublicKey> keys;  // distinct, in the attestation's order
    std::vector<std::string> key_ids;   // `kid` of each; empty: it has none
    std::string nonce;
};

struct KeyAttestationRules {
    KeyProtection protection = {};
    bool needs_expiry = false;  // inside a proof of type jwt
    std::size_t keys_max = 10;
    UnixSeconds now = 0;
};

[[nodiscard]] Result<KeyAttestation, Reason> check_key_attestation(
    std::string_view jwt, const WalletTrust& trust, const KeyAttestationRules& rules);

}  // namespace stadtbuch::openid
