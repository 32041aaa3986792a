// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// BLS multi-signatures on Indy's curve (BN254 Nogami/Beuchat, b = 2; indy-ledger-formats §10). Pure
// and thread-safe. Decoders refuse coordinates >= p, points off the curve or outside the subgroup,
// and infinity.
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/bytes.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::bls {

inline constexpr std::size_t secret_bytes = 32;
inline constexpr std::size_t point_bytes = 128;

enum class BlsError {
    wrong_length,
    wrong_form,
    not_base58,
    coordinate_range,
    off_curve,
    wrong_subgroup,
    infinity,
    empty_message,
    zero_key
};
[[nodiscard]] std::string_view to_text(BlsError error);

/// A checked G2 point (`blskey`).
class VerKey {
  public:
    [[nodiscard]] static Result<VerKey, BlsError> from_bytes(BytesView bytes128);
    [[nodiscard]] static Result<VerKey, BlsError> from_base58(std::string_view text);
    [[nodiscard]] std::array<Byte, point_bytes> to_bytes() const;
    [[nodiscard]] std::string to_base58() const;
    friend bool operator==(const VerKey&, const VerKey&);

    struct Impl;

    explicit VerKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

    [[nodiscard]] const Impl& impl() const { return *impl_; }

  private:
    std::shared_ptr<const Impl> impl_;
};

/// A checked G1 point: signature, multi-signature or proof of possession.
class Signature {
  public:
    [[nodiscard]] static Result<Signature, BlsError> from_bytes(BytesView bytes128);
    [[nodiscard]] static Result<Signature, BlsError> from_base58(std::string_view text);
    [[nodiscard]] std::array<Byte, point_bytes> to_bytes() const;
    [[nodiscard]] std::string to_base58() const;

    struct Impl;

    explicit Signature(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

    [[nodiscard]] const Impl& impl() const { return *impl_; }

  private:
    std::shared_ptr<const Impl> impl_;
};

/// Wipes itself. Arithmetic with it is constant time.
class SecretKey {
  public:
    /// Indy's generator from a seed (§10.3); a shorter seed is padded on the right with ASCII '0',
    /// longer is refused.
    [[nodiscard]] static Result<SecretKey, BlsError> from_seed(BytesView seed);
    [[nodiscard]] static Result<SecretKey, BlsError> from_bytes(BytesView bytes32);
    [[nodiscard]] std::array<Byte, secret_bytes> to_bytes() const;
    [[nodiscard]] VerKey ver_key() const;
    [[nodiscard]] Signature prove_possession() const;
    /// BlsError::empty_message for an empty message, as the reference.
    [[nodiscard]] Result<Signature, BlsError> sign(BytesView message) const;

    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();

  private:
    explicit SecretKey(std::array<Byte, secret_bytes> bytes) : bytes_(bytes) {}

    std::array<Byte, secret_bytes> bytes_{};
};

[[nodiscard]] bool verify(const Signature& signature, BytesView message, const VerKey& key);
[[nodiscard]] bool verify_possession(const Signature& proof, const VerKey& key);
/// Sum of signatures. REQUIRES: not empty.
[[nodiscard]] Signature aggregate(std::span<const Signature> signatures);
/// The sum of keys as a key, for callers that check many messages of the same participants:
/// verify() with it is verify_multi() without making the sum and its line table (a fifth of the
/// time). Nothing for an empty list or a sum at infinity.
[[nodiscard]] std::optional<VerKey> aggregate_keys(std::span<const VerKey> keys);
/// One two-pairing check against the sum of the keys. False for an empty key list.
[[nodiscard]] bool verify_multi(const Signature& multi, BytesView message,
                                std::span<const VerKey> keys);
/// Checks n shares of one message as one sum; on failure bisects. Returns the indices of bad
/// shares, ascending. Bad shares whose errors cancel out in a sum pass with it: that sum is the
/// valid multi-signature all the same. REQUIRES: shares.size() == keys.size().
[[nodiscard]] std::vector<std::size_t> find_bad_shares(std::span<const Signature> shares,
                                                       BytesView message,
                                                       std::span<const VerKey> keys);

/// For tests of performance-budget §4.
struct BlsCounters {
    std::uint64_t pairing_checks = 0;
    std::uint64_t signings = 0;
};

[[nodiscard]] BlsCounters counters();

}  // namespace stadtbuch::bls
