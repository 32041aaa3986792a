// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/jwk.hpp"

#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::keys {

using encoding::Object;
using encoding::Value;

namespace {

Result<Bytes, KeyError> member32(const Value& jwk, std::string_view name) {
    const Value* member = jwk.find(name);
    if (member == nullptr || !member->is_text()) return Failure{KeyError::malformed};
    auto bytes = encoding::base64url_decode(*member->text());
    if (!bytes) return Failure{KeyError::malformed};
    if (bytes->size() != 32) return Failure{KeyError::wrong_length};
    return *std::move(bytes);
}

Result<P256PublicKey, KeyError> read_p256(const Value& jwk) {
    if (jwk.text_at("kty") != "EC" || jwk.text_at("crv") != "P-256")
        return Failure{KeyError::unsupported_type};
    const auto x = member32(jwk, "x");
    if (!x) return Failure{x.error()};
    const auto y = member32(jwk, "y");
    if (!y) return Failure{y.error()};
    return P256PublicKey::from_coordinates(*x, *y);
}

}  // namespace

Result<P256PublicKey, KeyError> p256_from_jwk(const Value& jwk) {
    if (jwk.find("d") != nullptr) return Failure{KeyError::private_material};
    return read_p256(jwk);
}

Result<PublicKey, KeyError> public_key_from_jwk(const Value& jwk) {
    if (!jwk.is_object()) return Failure{KeyError::malformed};
    if (jwk.find("d") != nullptr) return Failure{KeyError::private_material};
    if (jwk.text_at("kty") == "EC") {
        auto key = read_p256(jwk);
        if (!key) return Failure{key.error()};
        return PublicKey(std::move(key).value());
    }
    if (jwk.text_at("kty") != "OKP" || jwk.text_at("crv") != "Ed25519")
        return Failure{KeyError::unsupported_type};
    const auto x = member32(jwk, "x");
    if (!x) return Failure{x.error()};
    const auto key = Ed25519PublicKey::of(*x);
    // The conversion succeeds exactly for usable points of the prime-order subgroup.
    if (!key || !curve25519_of(*key)) return Failure{KeyError::not_on_curve};
    return PublicKey(*key);
}

Object jwk_of(const PublicKey& key) {
    if (const auto* p256 = std::get_if<P256PublicKey>(&key)) {
        return Object{{"kty", "EC"},
                      {"crv", "P-256"},
                      {"x", encoding::base64url_encode(p256->x())},
                      {"y", encoding::base64url_encode(p256->y())}};
    }
    const auto& ed25519 = std::get<Ed25519PublicKey>(key);
    return Object{
        {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", encoding::base64url_encode(ed25519.view())}};
}

Object private_jwk_of(const P256PrivateKey& key) {
    Object jwk = jwk_of(key.public_key());
    jwk.set("d", encoding::base64url_encode(key.scalar()));
    return jwk;
}

Result<P256PrivateKey, KeyError> p256_private_from_jwk(const Value& jwk) {
    const auto public_key = read_p256(jwk);
    if (!public_key) return Failure{public_key.error()};
    auto scalar = member32(jwk, "d");
    if (!scalar) return Failure{scalar.error()};
    auto key = P256PrivateKey::from_scalar(*scalar);
    wipe(*scalar);
    if (key && !(key->public_key() == *public_key)) return Failure{KeyError::malformed};
    return key;
}

std::string thumbprint(const PublicKey& key) {
    // RFC 7638 §3.2, RFC 8037 §2: required members in lexicographic order; values need no escaping.
    std::string text;
    if (const auto* p256 = std::get_if<P256PublicKey>(&key)) {
        text = R"({"crv":"P-256","kty":"EC","x":")" + encoding::base64url_encode(p256->x()) +
               R"(","y":")" + encoding::base64url_encode(p256->y()) + "\"}";
    } else {
        text = R"({"crv":"Ed25519","kty":"OKP","x":")" +
               encoding::base64url_encode(std::get<Ed25519PublicKey>(key).view()) + "\"}";
    }
    return encoding::base64url_encode(hash::sha256(text).view());
}

std::string_view algorithm_of(const PublicKey& key) {
    return std::holds_alternative<P256PublicKey>(key) ? "ES256" : "EdDSA";
}

bool algorithm_fits(std::string_view alg, const PublicKey& key) {
    if (std::holds_alternative<P256PublicKey>(key)) return alg == "ES256";
    return alg == "EdDSA" || alg == "Ed25519";
}

bool verify_signature(const PublicKey& key, BytesView message, BytesView signature) {
    if (const auto* p256 = std::get_if<P256PublicKey>(&key))
        return p256->verify(message, signature);
    return verify_ed25519(std::get<Ed25519PublicKey>(key), message, signature);
}

}  // namespace stadtbuch::keys
