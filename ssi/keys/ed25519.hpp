// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Ed25519 with libsodium 1.0.18's acceptance rule, which the ledger's verdicts depend on:
// cofactorless equation, canonical S, small-order and non-canonical keys and small-order R refused
// (performance-budget §3.3).
#pragma once
#include <array>
#include <optional>

#include "ssi/keys/error.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/keys/secret.hpp"
#include "ssi/keys/signer.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::keys {

/// 32 octets as in RFC 8032 §5.1.2. Holding one does not mean that it is a usable point.
struct Ed25519PublicKey {
    std::array<Byte, 32> bytes{};
    friend auto operator<=>(const Ed25519PublicKey&, const Ed25519PublicKey&) = default;

    [[nodiscard]] BytesView view() const { return {bytes.data(), bytes.size()}; }

    [[nodiscard]] static std::optional<Ed25519PublicKey> of(BytesView view);
};

using Ed25519Signature = std::array<Byte, 64>;
/// Montgomery u-coordinate, little endian.
using Curve25519PublicKey = std::array<Byte, 32>;

/// A key pair; the 64-byte expanded secret (seed || public key) stays in locked memory.
class Ed25519KeyPair final : public Signer {
  public:
    [[nodiscard]] static Result<Ed25519KeyPair, KeyError> from_seed(BytesView seed32);
    [[nodiscard]] static Ed25519KeyPair generate(RandomSource& random);

    [[nodiscard]] Ed25519Signature sign(BytesView message) const;

    [[nodiscard]] std::string_view algorithm() const override { return "EdDSA"; }

    [[nodiscard]] Bytes sign_message(BytesView message) const override;

    [[nodiscard]] const Ed25519PublicKey& public_key() const { return public_; }

    /// The 32-byte seed, for keystores only.
    [[nodiscard]] BytesView seed() const { return secret_.view().first(32); }

    /// clamp(SHA-512(seed)[0:32]): the CurveZMQ secret key (indy-ledger-formats §11).
    [[nodiscard]] SecretBytes curve25519_secret() const;
    /// The CurveZMQ public key that belongs to curve25519_secret().
    [[nodiscard]] Curve25519PublicKey curve25519_public() const;

  private:
    Ed25519KeyPair() = default;
    Ed25519PublicKey public_;
    SecretBytes secret_;
};

/// False for any length other than 64, too. Thread-safe.
[[nodiscard]] bool verify_ed25519(const Ed25519PublicKey& key, BytesView message,
                                  BytesView signature);

/// Edwards y to Montgomery u = (1+y)/(1-y); nullopt when the key is no point of the prime-order
/// subgroup.
[[nodiscard]] std::optional<Curve25519PublicKey> curve25519_of(const Ed25519PublicKey& key);

/// Test-network seeds: the name left-padded with ASCII '0' to 32 characters (indy-ledger-formats
/// §11). nullopt for names longer than 32.
[[nodiscard]] std::optional<Bytes> padded_seed(std::string_view name);

}  // namespace stadtbuch::keys
