// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The agent's keys and certificates: one key per use (credentials §10), from the encrypted
// keystore or from a PKCS#11 token; chains and anchors from PEM files. Loaded once; read-only
// afterwards, so that every thread may use it. A key in a token that does not sign throws
// KeyUnavailable.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ssi/agent/settings.hpp"
#include "ssi/credential/signing.hpp"
#include "ssi/keys/ed25519.hpp"
#include "ssi/keys/p256.hpp"
#include "ssi/keys/x509.hpp"

namespace stadtbuch::agent {

/// Names of the keystore's entries.
namespace key_name {
inline constexpr std::string_view issuer = "issuer";          // p256: credentials
inline constexpr std::string_view status = "status";          // p256: status lists
inline constexpr std::string_view requests = "requests";      // p256: presentation requests
inline constexpr std::string_view encryption = "encryption";  // p256: credential request encryption
inline constexpr std::string_view nonce = "nonce";            // symmetric
inline constexpr std::string_view forms = "forms";            // symmetric: form tokens
inline constexpr std::string_view endorser =
    "endorser";  // ed25519: writes to the ledger; may be missing
}  // namespace key_name

/// Names of the keys in the municipality's DID document.
inline constexpr std::string_view issuer_key_fragment = "#assertion-1";
inline constexpr std::string_view status_key_fragment = "#status-1";

struct Keyring {
    std::unique_ptr<keys::P256Signer> issuer, status, requests;
    std::unique_ptr<keys::P256PrivateKey> encryption;
    Bytes nonce_secret, forms_secret;
    std::unique_ptr<keys::Ed25519KeyPair> endorser;  ///< null: none in the keystore
    std::vector<keys::Certificate> issuer_chain, status_chain, request_chain, anchors;

    [[nodiscard]] credential::SigningIdentity issuer_identity(const std::string& key_id) const;
    [[nodiscard]] credential::SigningIdentity status_identity(const std::string& key_id) const;
    [[nodiscard]] credential::SigningIdentity request_identity() const;
};

/// Errors: SB-4001, SB-4002 (files), SB-4201 no passphrase, SB-4202 wrong passphrase or damaged
/// keystore, SB-4203 key missing, SB-4204 certificate unreadable or not that of the key, SB-4205
/// chain does not lead to the anchors or has expired; SB-4011 to SB-4013 of the token.
[[nodiscard]] Result<std::unique_ptr<Keyring>, Error> load_keyring(const Settings& settings,
                                                                   keys::UnixSeconds now);

/// The key of one use (key_name::issuer, status or requests), wherever the settings say it is.
[[nodiscard]] Result<std::unique_ptr<keys::P256Signer>, Error> open_signing_key(
    const Settings& settings, std::string_view name);
/// Makes it, in the token. SB-4206: the settings name no key in a token for this use; SB-4014: it
/// is there, or the token refuses.
[[nodiscard]] Result<std::unique_ptr<keys::P256Signer>, Error> make_token_key(
    const Settings& settings, std::string_view name);

/// All certificates of a PEM text; empty if one is malformed.
[[nodiscard]] std::vector<keys::Certificate> certificates_of_pem(std::string_view pem);
[[nodiscard]] Result<std::string, Error> read_text_file(const std::string& path);

}  // namespace stadtbuch::agent
