// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Paths of a trie: views of nibbles, high first, over packed octets, and their hex-prefix form
// (indy-ledger-formats §4): flag nibble 2 for a leaf, + 1 for an odd count; an even path has a zero
// nibble after the flag.
#pragma once
#include <algorithm>
#include <cstddef>
#include <optional>

#include "storage/base/bytes.hpp"

namespace stadtbuch::trie {

/// Borrowed nibbles; valid as long as the octets under it.
class Nibbles {
  public:
    Nibbles() = default;

    /// All nibbles of a key.
    explicit Nibbles(BytesView key) : octets_(key.data()), count_(2 * key.size()) {}

    [[nodiscard]] std::size_t count() const { return count_; }

    [[nodiscard]] bool empty() const { return count_ == 0; }

    /// REQUIRES: index < count().
    [[nodiscard]] Byte operator[](std::size_t index) const {
        const std::size_t at = first_ + index;
        const Byte octet = octets_[at / 2];
        return static_cast<Byte>((at % 2) == 0 ? octet >> 4 : octet & 0x0F);
    }

    /// REQUIRES: n <= count().
    [[nodiscard]] Nibbles drop(std::size_t n) const { return {octets_, first_ + n, count_ - n}; }

    [[nodiscard]] Nibbles take(std::size_t n) const { return {octets_, first_, n}; }

    [[nodiscard]] std::size_t common_prefix(const Nibbles& other) const {
        const std::size_t limit = std::min(count_, other.count_);
        std::size_t n = 0;
        while (n < limit && (*this)[n] == other[n]) ++n;
        return n;
    }

    [[nodiscard]] bool operator==(const Nibbles& other) const {
        return count_ == other.count_ && common_prefix(other) == count_;
    }

    struct HexPrefix;
    /// nullopt when the flag is unknown or the filler nibble is not zero.
    [[nodiscard]] static std::optional<HexPrefix> from_hex_prefix(BytesView encoded);

  private:
    Nibbles(const Byte* octets, std::size_t first, std::size_t count)
        : octets_(octets), first_(first), count_(count) {}

    const Byte* octets_ = nullptr;
    std::size_t first_ = 0;
    std::size_t count_ = 0;
};

struct Nibbles::HexPrefix {
    Nibbles path;
    bool is_leaf = false;
};

inline std::optional<Nibbles::HexPrefix> Nibbles::from_hex_prefix(BytesView encoded) {
    if (encoded.empty()) return std::nullopt;
    const unsigned flag = encoded[0] >> 4;
    const bool odd = (flag & 1) != 0;
    if (flag > 3 || (!odd && (encoded[0] & 0x0F) != 0)) return std::nullopt;
    const std::size_t skipped = odd ? 1 : 2;
    return HexPrefix{Nibbles(encoded.data(), skipped, 2 * encoded.size() - skipped),
                     (flag & 2) != 0};
}

/// Octets of the hex-prefix form of `count` nibbles.
[[nodiscard]] constexpr std::size_t hex_prefix_bytes(std::size_t count) {
    return count / 2 + 1;
}

/// Writes hex-prefix form nibble by nibble into a place of hex_prefix_bytes(count) octets.
class HexPrefixWriter {
  public:
    HexPrefixWriter(Byte* out, std::size_t count, bool is_leaf)
        : out_(out), at_((count % 2) != 0 ? 1 : 2) {
        out_[0] = static_cast<Byte>((is_leaf ? 0x20 : 0x00) | (at_ == 1 ? 0x10 : 0x00));
    }

    void add(Byte nibble) {
        Byte& octet = out_[at_ / 2];
        octet = static_cast<Byte>((at_ % 2) == 0 ? nibble << 4 : octet | nibble);
        ++at_;
    }

    void add(const Nibbles& nibbles) {
        for (std::size_t i = 0; i < nibbles.count(); ++i) add(nibbles[i]);
    }

  private:
    Byte* out_;
    std::size_t at_;
};

}  // namespace stadtbuch::trie
