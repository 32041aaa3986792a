// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// RSA signatures of others (RFC 7518 §3.3, §3.5), because most OpenID providers sign with RS256.
// We check such signatures and never make one; credentials know P-256 and Ed25519 only (jwk.hpp).
#pragma once
#include <memory>
#include <string_view>

#include "ssi/keys/error.hpp"
#include "ssi/keys/p256.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::keys {

/// Immutable, safe to use from several threads.
class RsaPublicKey {
  public:
    /// JWK with kty "RSA", n and e; 2048 to 8192 bits, e odd, of 64 bits at most. wrong_length for
    /// other sizes, private_material if it has `d`.
    [[nodiscard]] static Result<RsaPublicKey, KeyError> from_jwk(const encoding::Value& jwk);
    /// `alg`: "RS256" (PKCS #1 v1.5) or "PS256" (PSS, salt of 32 octets); false for any other.
    [[nodiscard]] bool verify(std::string_view alg, BytesView message, BytesView signature) const;

  private:
    explicit RsaPublicKey(std::shared_ptr<const PkeyHandle> handle) : handle_(std::move(handle)) {}

    std::shared_ptr<const PkeyHandle> handle_;
};

}  // namespace stadtbuch::keys
