// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <sodium.h>
#include <zmq.h>

#include <cstring>

#include "node/net/curve_keys.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::net {

std::string CurveKey::z85() const {
    std::array<char, 41> text{};
    zmq_z85_encode(text.data(), bytes.data(), bytes.size());
    return std::string(text.data(), 40);
}

std::optional<CurveKey> curve_key_of(BytesView bytes) {
    CurveKey key;
    if (bytes.size() != key.bytes.size()) return std::nullopt;
    std::memcpy(key.bytes.data(), bytes.data(), bytes.size());
    return key;
}

CurveKeyPair::~CurveKeyPair() {
    sodium_memzero(secret_key.bytes.data(), secret_key.bytes.size());
}

CurveKeyPair CurveKeyPair::random() {
    STADTBUCH_ASSERT(sodium_init() >= 0);
    CurveKeyPair pair;
    crypto_box_keypair(pair.public_key.bytes.data(), pair.secret_key.bytes.data());
    return pair;
}

std::optional<CurveKey> curve_public_from_ed25519(BytesView verkey) {
    CurveKey key;
    if (verkey.size() != crypto_sign_ed25519_PUBLICKEYBYTES) return std::nullopt;
    if (crypto_sign_ed25519_pk_to_curve25519(key.bytes.data(), verkey.data()) != 0) {
        return std::nullopt;
    }
    return key;
}

std::optional<CurveKeyPair> curve_pair_from_ed25519(BytesView seed_or_secret) {
    if (seed_or_secret.size() != crypto_sign_ed25519_SEEDBYTES &&
        seed_or_secret.size() != crypto_sign_ed25519_SECRETKEYBYTES) {
        return std::nullopt;
    }
    // The conversion reads the seed only, which is the first half of a libsodium secret key.
    std::array<Byte, crypto_sign_ed25519_SECRETKEYBYTES> secret{};
    std::memcpy(secret.data(), seed_or_secret.data(), crypto_sign_ed25519_SEEDBYTES);
    CurveKeyPair pair;
    crypto_sign_ed25519_sk_to_curve25519(pair.secret_key.bytes.data(), secret.data());
    crypto_scalarmult_curve25519_base(pair.public_key.bytes.data(), pair.secret_key.bytes.data());
    sodium_memzero(secret.data(), secret.size());
    return pair;
}

}  // namespace stadtbuch::net
