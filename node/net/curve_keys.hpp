// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Keys of CurveZMQ: Curve25519, and how they follow from the Ed25519 keys that the ledger knows.
#pragma once
#include <array>
#include <compare>
#include <optional>
#include <string>

#include "storage/base/bytes.hpp"

namespace stadtbuch::net {

/// A Curve25519 key, raw.
struct CurveKey {
    std::array<Byte, 32> bytes{};
    friend auto operator<=>(const CurveKey&, const CurveKey&) = default;

    [[nodiscard]] BytesView view() const { return {bytes.data(), bytes.size()}; }

    /// 40 ASCII characters (ZeroMQ RFC 32): the routing id of a node (plenum-consensus §1.1).
    [[nodiscard]] std::string z85() const;
};

/// nullopt unless `bytes` has 32 octets.
[[nodiscard]] std::optional<CurveKey> curve_key_of(BytesView bytes);

/// The secret half is wiped when the pair is destroyed.
struct CurveKeyPair {
    CurveKey public_key;
    CurveKey secret_key;
    CurveKeyPair() = default;
    CurveKeyPair(const CurveKeyPair&) = default;
    CurveKeyPair& operator=(const CurveKeyPair&) = default;
    ~CurveKeyPair();

    /// A fresh random pair, as clients use for each connection.
    [[nodiscard]] static CurveKeyPair random();
};

/// The Curve25519 form of an Ed25519 verkey (32 octets); nullopt if it is no point of the curve.
[[nodiscard]] std::optional<CurveKey> curve_public_from_ed25519(BytesView verkey);
/// The pair that belongs to an Ed25519 seed (32 octets) or libsodium secret key (64 octets, seed
/// first).
[[nodiscard]] std::optional<CurveKeyPair> curve_pair_from_ed25519(BytesView seed_or_secret);

}  // namespace stadtbuch::net
