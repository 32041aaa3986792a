// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/ed25519.hpp"

#include <sodium.h>

#include "ssi/keys/sodium.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::keys {

std::optional<Ed25519PublicKey> Ed25519PublicKey::of(BytesView view) {
    Ed25519PublicKey key;
    if (view.size() != key.bytes.size()) return std::nullopt;
    std::memcpy(key.bytes.data(), view.data(), view.size());
    return key;
}

Result<Ed25519KeyPair, KeyError> Ed25519KeyPair::from_seed(BytesView seed32) {
    if (seed32.size() != crypto_sign_SEEDBYTES) return Failure{KeyError::wrong_length};
    start_sodium();
    Ed25519KeyPair pair;
    pair.secret_ = SecretBytes(crypto_sign_SECRETKEYBYTES);
    crypto_sign_seed_keypair(pair.public_.bytes.data(), pair.secret_.writable().data(),
                             seed32.data());
    return pair;
}

Ed25519KeyPair Ed25519KeyPair::generate(RandomSource& random) {
    SecretBytes seed(crypto_sign_SEEDBYTES);
    random.fill(seed.writable());
    auto pair = from_seed(seed.view());
    STADTBUCH_ASSERT(pair.has_value());
    return std::move(pair).value();
}

Ed25519Signature Ed25519KeyPair::sign(BytesView message) const {
    Ed25519Signature signature{};
    crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(),
                         secret_.view().data());
    return signature;
}

Bytes Ed25519KeyPair::sign_message(BytesView message) const {
    const Ed25519Signature signature = sign(message);
    return {signature.begin(), signature.end()};
}

SecretBytes Ed25519KeyPair::curve25519_secret() const {
    SecretBytes secret(crypto_box_SECRETKEYBYTES);
    const int done =
        crypto_sign_ed25519_sk_to_curve25519(secret.writable().data(), secret_.view().data());
    STADTBUCH_ASSERT(done == 0);
    return secret;
}

Curve25519PublicKey Ed25519KeyPair::curve25519_public() const {
    const auto converted = curve25519_of(public_);
    STADTBUCH_ASSERT(converted.has_value());
    return *converted;
}

bool verify_ed25519(const Ed25519PublicKey& key, BytesView message, BytesView signature) {
    if (signature.size() != crypto_sign_BYTES) return false;
    start_sodium();
    return crypto_sign_verify_detached(signature.data(), message.data(), message.size(),
                                       key.bytes.data()) == 0;
}

std::optional<Curve25519PublicKey> curve25519_of(const Ed25519PublicKey& key) {
    start_sodium();
    Curve25519PublicKey converted{};
    if (crypto_sign_ed25519_pk_to_curve25519(converted.data(), key.bytes.data()) != 0)
        return std::nullopt;
    return converted;
}

std::optional<Bytes> padded_seed(std::string_view name) {
    if (name.size() > crypto_sign_SEEDBYTES) return std::nullopt;
    std::string seed(crypto_sign_SEEDBYTES - name.size(), '0');
    seed += name;
    return bytes_of(seed);
}

}  // namespace stadtbuch::keys
