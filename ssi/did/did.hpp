// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Decentralised identifiers: parsing, making them from keys, keys that are contained in them
// (credentials §13).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "ssi/keys/jwk.hpp"

namespace stadtbuch::did {

enum class DidMethod { indy, sov, web, key, jwk };

/// A DID URL in parts. `did` is the DID without path, query and fragment.
struct DidUrl {
    DidMethod method = DidMethod::indy;
    std::string did;
    std::string name_space;  // did:indy: "sovrin", "stadtbuch:test"
    std::string id;          // method-specific id without namespace
    std::string path;        // with leading slash, or empty
    std::string query;       // without `?`
    std::string fragment;    // without `#`

    /// Value of a query parameter (not percent-decoded).
    [[nodiscard]] std::optional<std::string> parameter(std::string_view name) const;
};

enum class DidError { malformed, unsupported_method, bad_identifier, too_long };
[[nodiscard]] std::string_view to_text(DidError error);

/// At most 2048 characters. did:indy and did:sov ids must be base58 of 16 bytes; did:key and
/// did:jwk must hold a key that this product knows.
[[nodiscard]] Result<DidUrl, DidError> parse_did_url(std::string_view text);

/// base58 of the first 16 bytes of the verkey (did:sov, NYM version 1).
[[nodiscard]] std::string short_did(const keys::Ed25519PublicKey& verkey);
/// base58 of the first 16 bytes of SHA-256(verkey) (did:indy self-certifying, NYM version 2).
[[nodiscard]] std::string self_certifying_did(const keys::Ed25519PublicKey& verkey);
/// NYM version 1 and 2 rules; any other version asks nothing and is true.
[[nodiscard]] bool certifies(std::int64_t nym_version, std::string_view did,
                             const keys::Ed25519PublicKey& verkey);

/// base58 of 16 bytes.
[[nodiscard]] bool is_short_did(std::string_view text);
/// Full base58, or `~` + base58 of the last 16 bytes, which is completed by the DID
/// (indy-client-protocol §4.7).
[[nodiscard]] std::optional<keys::Ed25519PublicKey> expand_verkey(std::string_view short_did,
                                                                  std::string_view verkey);
/// The `~` form if the DID is the first half of the key, else full base58.
[[nodiscard]] std::string abbreviate_verkey(std::string_view short_did,
                                            const keys::Ed25519PublicKey& verkey);
/// Strips `did:sov:` and `did:indy:<namespace>:`, as indy-vdr does before it sends; other texts
/// unchanged.
[[nodiscard]] std::string_view unqualified(std::string_view did);

/// did:key of an Ed25519 or P-256 key, did:jwk of any.
[[nodiscard]] std::string did_key_of(const keys::PublicKey& key);
[[nodiscard]] std::string did_jwk_of(const keys::PublicKey& key);
/// The key that a did:key or did:jwk contains.
[[nodiscard]] std::optional<keys::PublicKey> contained_key(const DidUrl& url);

}  // namespace stadtbuch::did
