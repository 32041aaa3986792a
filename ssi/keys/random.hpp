// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Chance as a port. Cores take a RandomSource; the operating system's one is in os_random.hpp.
#pragma once
#include <cstddef>
#include <span>
#include <string>

#include "storage/base/bytes.hpp"

namespace stadtbuch::keys {

/// Implementations say themselves whether they may be shared between threads.
class RandomSource {
  public:
    virtual ~RandomSource() = default;
    virtual void fill(std::span<Byte> out) = 0;
};

[[nodiscard]] Bytes random_bytes(RandomSource& random, std::size_t count);
/// base64url text of `count` random bytes; 16 bytes are the 128 bits that codes and tokens need.
[[nodiscard]] std::string random_token(RandomSource& random, std::size_t count = 16);
/// `digits` decimal digits, each uniform (rejection sampling), leading zeros kept.
[[nodiscard]] std::string random_digits(RandomSource& random, std::size_t digits);

/// A reproducible stream (ChaCha20 under a 32-byte seed) for tests, simulations and benchmarks.
/// Never for keys that anybody relies on. Not thread-safe.
class SeededRandom final : public RandomSource {
  public:
    explicit SeededRandom(std::uint64_t seed);
    void fill(std::span<Byte> out) override;

  private:
    std::array<Byte, 32> seed_{};
    std::uint64_t block_ = 0;
};

}  // namespace stadtbuch::keys
