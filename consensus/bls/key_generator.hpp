// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A secret key from a seed, the way the reference does it (indy-ledger-formats §10.3), so that the
// customary development seeds give the customary keys.
#pragma once
#include <array>

#include "consensus/bls/types.hpp"
#include "storage/base/bytes.hpp"

namespace stadtbuch::bls {

/// The generator RAND: subtract with borrow over 21 words, its output pooled through SHA-256. Not
/// thread-safe.
class KeyGenerator {
  public:
    explicit KeyGenerator(const std::array<Byte, 32>& seed);
    ~KeyGenerator();
    KeyGenerator(const KeyGenerator&) = delete;
    KeyGenerator& operator=(const KeyGenerator&) = delete;

    /// 508 random bits modulo the group order r.
    [[nodiscard]] Scalar next_scalar();

  private:
    void stir(std::uint32_t value);
    std::uint32_t next_word();
    void refill();
    Byte next_byte();

    std::array<std::uint32_t, 21> words_{};
    std::array<Byte, 32> pool_{};
    std::size_t word_index_ = 0;
    std::size_t pool_index_ = 0;
    std::uint32_t borrow_ = 0;
};

/// Overwrites memory in a way the compiler may not leave out.
void wipe(void* memory, std::size_t bytes);

}  // namespace stadtbuch::bls
