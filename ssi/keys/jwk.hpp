// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// JSON Web Keys (RFC 7517, 7518 §6.2, 8037): EC P-256 and OKP Ed25519, thumbprints (RFC 7638).
#pragma once
#include <string>
#include <variant>

#include "ssi/keys/ed25519.hpp"
#include "ssi/keys/p256.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::keys {

using PublicKey = std::variant<P256PublicKey, Ed25519PublicKey>;

/// Reads kty, crv, x, y only; other members are ignored, but a private member (`d`) is refused:
/// whoever sends one has made a mistake that must not be covered up.
[[nodiscard]] Result<PublicKey, KeyError> public_key_from_jwk(const encoding::Value& jwk);
/// Same, and refuses everything but P-256.
[[nodiscard]] Result<P256PublicKey, KeyError> p256_from_jwk(const encoding::Value& jwk);
/// {"kty","crv","x"[,"y"]} in this order.
[[nodiscard]] encoding::Object jwk_of(const PublicKey& key);
/// With "d". Only for keystores and the wallet file.
[[nodiscard]] encoding::Object private_jwk_of(const P256PrivateKey& key);
[[nodiscard]] Result<P256PrivateKey, KeyError> p256_private_from_jwk(const encoding::Value& jwk);

/// base64url(SHA-256 of the canonical members), RFC 7638 §3.
[[nodiscard]] std::string thumbprint(const PublicKey& key);

/// "ES256" for P-256, "EdDSA" for Ed25519.
[[nodiscard]] std::string_view algorithm_of(const PublicKey& key);
/// True for "ES256" with P-256 and for "EdDSA" or "Ed25519" (RFC 9864) with Ed25519.
[[nodiscard]] bool algorithm_fits(std::string_view alg, const PublicKey& key);
[[nodiscard]] bool verify_signature(const PublicKey& key, BytesView message, BytesView signature);

}  // namespace stadtbuch::keys
