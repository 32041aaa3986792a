// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The scheme: encodings, signing, verification (indy-ledger-formats §10.2 to §10.4).
//
// G1 (signature, multi-signature, proof of possession): 04 ‖ x(32) ‖ y(32) ‖ 63 zero bytes.
// G2 (verification key):                                x.a(32) ‖ x.b(32) ‖ y.a(32) ‖ y.b(32).
// Everything big-endian; the element is a + b·i.
#include "consensus/bls/bls.hpp"

#include <algorithm>
#include <atomic>

#include "consensus/bls/engine.hpp"
#include "consensus/bls/key_generator.hpp"
#include "consensus/bls/params.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::bls {

struct VerKey::Impl {
    G2 point;
    LineTable lines;
};

struct Signature::Impl {
    G1 point;
};

namespace {

constexpr Byte uncompressed = 0x04;
constexpr std::size_t g1_used_bytes = 65;
/// 128 bytes need at most 175 digits.
constexpr std::size_t point_text_max = 175;

std::atomic<std::uint64_t> pairing_check_count{0};
std::atomic<std::uint64_t> signing_count{0};

const LineTable& generator_lines() {
    static const LineTable lines = [] {
        LineTable table;
        engine().make_lines(generator, table);
        return table;
    }();
    return lines;
}

VerKey make_ver_key(const G2& point) {
    auto impl = std::make_shared<VerKey::Impl>();
    impl->point = point;
    engine().make_lines(point, impl->lines);
    return VerKey(std::move(impl));
}

Signature make_signature(const G1& point) {
    return Signature(std::make_shared<const Signature::Impl>(Signature::Impl{point}));
}

G1 hash_message(BytesView message) {
    return engine().hash_to_curve(hash::sha256(message).bytes.data());
}

G1 hash_key(const VerKey& key) {
    const auto bytes = key.to_bytes();
    return engine().hash_to_curve(
        hash::keccak_256(BytesView(bytes.data(), bytes.size())).bytes.data());
}

/// e(−signature, Q)·e(hashed, V) = 1. Infinity on the left proves nothing, so it is refused.
bool check(const G1& signature, const G1& hashed, const LineTable& key_lines) {
    if (signature.infinity) return false;
    pairing_check_count.fetch_add(1, std::memory_order_relaxed);
    const G1 minus = engine().negate_g1(signature);
    const std::array<PairTerm, 2> terms{{{&minus, &generator_lines()}, {&hashed, &key_lines}}};
    return engine().product_is_one(terms);
}

/// REQUIRES: keys not empty.
G2 add_keys(std::span<const VerKey> keys) {
    std::vector<const G2*> points;
    points.reserve(keys.size());
    for (const VerKey& key : keys) points.push_back(&key.impl().point);
    return engine().add_g2(points);
}

/// Checks against the sum of the keys; two sums at infinity agree. REQUIRES: keys not empty.
bool check_sum(const G1& signature, const G1& hashed, std::span<const VerKey> keys) {
    if (keys.size() == 1) return check(signature, hashed, keys[0].impl().lines);
    const G2 sum = add_keys(keys);
    if (sum.infinity) return signature.infinity;
    LineTable lines;
    engine().make_lines(sum, lines);
    return check(signature, hashed, lines);
}

G1 add_signatures(std::span<const Signature> signatures) {
    std::vector<const G1*> points;
    points.reserve(signatures.size());
    for (const Signature& signature : signatures) points.push_back(&signature.impl().point);
    return engine().add_g1(points);
}

Scalar scalar_of(const std::array<Byte, secret_bytes>& bytes) {
    Scalar scalar{};
    for (std::size_t i = 0; i < secret_bytes; ++i) {
        scalar.limb[(31 - i) / 8] |= static_cast<std::uint64_t>(bytes[i]) << (8 * ((31 - i) % 8));
    }
    return scalar;
}

std::array<Byte, secret_bytes> bytes_of(const Scalar& scalar) {
    std::array<Byte, secret_bytes> bytes{};
    for (std::size_t i = 0; i < secret_bytes; ++i) {
        bytes[i] = static_cast<Byte>(scalar.limb[(31 - i) / 8] >> (8 * ((31 - i) % 8)));
    }
    return bytes;
}

std::array<Byte, 32> big_endian(const std::uint64_t (&limbs)[4]) {
    return bytes_of(Scalar{{limbs[0], limbs[1], limbs[2], limbs[3]}});
}

Signature sign_point(const std::array<Byte, secret_bytes>& secret, const G1& hashed) {
    signing_count.fetch_add(1, std::memory_order_relaxed);
    Scalar scalar = scalar_of(secret);
    Signature signature = make_signature(engine().multiply_g1(hashed, scalar));
    wipe(&scalar, sizeof scalar);
    return signature;
}

}  // namespace

std::string_view to_text(BlsError error) {
    switch (error) {
        case BlsError::wrong_length:
            return "wrong length";
        case BlsError::wrong_form:
            return "not an uncompressed point";
        case BlsError::not_base58:
            return "not base58";
        case BlsError::coordinate_range:
            return "number out of range";
        case BlsError::off_curve:
            return "point not on the curve";
        case BlsError::wrong_subgroup:
            return "point outside the subgroup";
        case BlsError::infinity:
            return "point at infinity";
        case BlsError::empty_message:
            return "empty message";
        case BlsError::zero_key:
            return "secret key is zero";
    }
    return "unknown";
}

// VerKey
// ---------------------------------------------------------------------------------------------

Result<VerKey, BlsError> VerKey::from_bytes(BytesView bytes128) {
    if (bytes128.size() != point_bytes) return Failure{BlsError::wrong_length};
    G2 point{};
    if (const auto refused = engine().decode_g2(bytes128.data(), point)) return Failure{*refused};
    return make_ver_key(point);
}

Result<VerKey, BlsError> VerKey::from_base58(std::string_view text) {
    const auto bytes = encoding::base58_decode(text, point_text_max);
    if (!bytes) return Failure{BlsError::not_base58};
    return from_bytes(*bytes);
}

std::array<Byte, point_bytes> VerKey::to_bytes() const {
    std::array<Byte, point_bytes> bytes{};
    engine().encode_g2(impl_->point, bytes.data());
    return bytes;
}

std::string VerKey::to_base58() const {
    return encoding::base58_encode(to_bytes());
}

bool operator==(const VerKey& left, const VerKey& right) {
    return left.to_bytes() == right.to_bytes();
}

// Signature
// ------------------------------------------------------------------------------------------

Result<Signature, BlsError> Signature::from_bytes(BytesView bytes128) {
    if (bytes128.size() != point_bytes) return Failure{BlsError::wrong_length};
    const auto padding = bytes128.subspan(g1_used_bytes);
    if (bytes128[0] != uncompressed ||
        std::any_of(padding.begin(), padding.end(), [](Byte b) { return b != 0; })) {
        return Failure{BlsError::wrong_form};
    }
    G1 point{};
    if (const auto refused = engine().decode_g1(bytes128.data() + 1, point))
        return Failure{*refused};
    return make_signature(point);
}

Result<Signature, BlsError> Signature::from_base58(std::string_view text) {
    const auto bytes = encoding::base58_decode(text, point_text_max);
    if (!bytes) return Failure{BlsError::not_base58};
    return from_bytes(*bytes);
}

std::array<Byte, point_bytes> Signature::to_bytes() const {
    std::array<Byte, point_bytes> bytes{};
    bytes[0] = uncompressed;
    engine().encode_g1(impl_->point, bytes.data() + 1);
    return bytes;
}

std::string Signature::to_base58() const {
    return encoding::base58_encode(to_bytes());
}

// SecretKey
// ------------------------------------------------------------------------------------------

Result<SecretKey, BlsError> SecretKey::from_seed(BytesView seed) {
    if (seed.size() > secret_bytes) return Failure{BlsError::wrong_length};
    std::array<Byte, 32> padded{};
    padded.fill('0');
    std::copy(seed.begin(), seed.end(), padded.begin());
    Scalar scalar = KeyGenerator(padded).next_scalar();
    auto bytes = bls::bytes_of(scalar);
    auto key = from_bytes(bytes);
    wipe(&scalar, sizeof scalar);
    wipe(padded.data(), padded.size());
    wipe(bytes.data(), bytes.size());
    return key;
}

Result<SecretKey, BlsError> SecretKey::from_bytes(BytesView bytes32) {
    if (bytes32.size() != secret_bytes) return Failure{BlsError::wrong_length};
    SecretKey key({});
    std::copy(bytes32.begin(), bytes32.end(), key.bytes_.begin());
    if (key.bytes_ == std::array<Byte, secret_bytes>{}) return Failure{BlsError::zero_key};
    if (key.bytes_ >= big_endian(group_order)) return Failure{BlsError::coordinate_range};
    return key;
}

std::array<Byte, secret_bytes> SecretKey::to_bytes() const {
    return bytes_;
}

VerKey SecretKey::ver_key() const {
    Scalar scalar = scalar_of(bytes_);
    const G2 point = engine().multiply_g2(generator, scalar);
    wipe(&scalar, sizeof scalar);
    return make_ver_key(point);
}

Signature SecretKey::prove_possession() const {
    return sign_point(bytes_, hash_key(ver_key()));
}

Result<Signature, BlsError> SecretKey::sign(BytesView message) const {
    if (message.empty()) return Failure{BlsError::empty_message};
    return sign_point(bytes_, hash_message(message));
}

SecretKey::~SecretKey() {
    wipe(bytes_.data(), bytes_.size());
}

// Checks
// ---------------------------------------------------------------------------------------------

bool verify(const Signature& signature, BytesView message, const VerKey& key) {
    return !message.empty() &&
           check(signature.impl().point, hash_message(message), key.impl().lines);
}

bool verify_possession(const Signature& proof, const VerKey& key) {
    return check(proof.impl().point, hash_key(key), key.impl().lines);
}

Signature aggregate(std::span<const Signature> signatures) {
    STADTBUCH_ASSERT(!signatures.empty());
    return make_signature(add_signatures(signatures));
}

std::optional<VerKey> aggregate_keys(std::span<const VerKey> keys) {
    if (keys.empty()) return std::nullopt;
    const G2 sum = add_keys(keys);
    if (sum.infinity) return std::nullopt;
    return make_ver_key(sum);
}

bool verify_multi(const Signature& multi, BytesView message, std::span<const VerKey> keys) {
    if (message.empty() || keys.empty() || multi.impl().point.infinity) return false;
    return check_sum(multi.impl().point, hash_message(message), keys);
}

std::vector<std::size_t> find_bad_shares(std::span<const Signature> shares, BytesView message,
                                         std::span<const VerKey> keys) {
    STADTBUCH_ASSERT(shares.size() == keys.size());
    std::vector<std::size_t> bad;
    if (shares.empty()) return bad;
    const G1 hashed = hash_message(message);
    const auto holds = [&](std::size_t begin, std::size_t count) {
        const G1 sum =
            count == 1 ? shares[begin].impl().point : add_signatures(shares.subspan(begin, count));
        return !message.empty() && check_sum(sum, hashed, keys.subspan(begin, count));
    };

    struct Range {
        std::size_t begin;
        std::size_t count;
        bool known_bad;
    };

    std::vector<Range> open{{0, shares.size(), false}};
    while (!open.empty()) {
        const Range range = open.back();
        open.pop_back();
        if (!range.known_bad && holds(range.begin, range.count)) continue;
        if (range.count == 1) {
            bad.push_back(range.begin);
            continue;
        }
        const std::size_t half = range.count / 2;
        const bool left_holds = holds(range.begin, half);
        // The whole fails; if the left half holds, the right half need not be asked.
        open.push_back({range.begin + half, range.count - half, left_holds});
        if (!left_holds) open.push_back({range.begin, half, true});
    }
    return bad;
}

BlsCounters counters() {
    return {pairing_check_count.load(std::memory_order_relaxed),
            signing_count.load(std::memory_order_relaxed)};
}

}  // namespace stadtbuch::bls
