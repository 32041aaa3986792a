// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Randomness of a run: everything comes from one 64-bit seed, split into named streams so that a
// further draw in one place does not shift the others.
#pragma once
#include <cstdint>
#include <string_view>

namespace stadtbuch::simulation {

inline std::uint64_t mix(std::uint64_t z) {
    z += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

class Random {
  public:
    Random(std::uint64_t seed, std::string_view stream) : state_(mix(seed)) {
        for (const char c : stream) state_ = mix(state_ ^ static_cast<unsigned char>(c));
    }

    std::uint64_t next() { return mix(state_++); }

    /// 0 <= result < bound; 0 for bound 0.
    std::uint64_t below(std::uint64_t bound) { return bound == 0 ? 0 : next() % bound; }

    std::uint64_t between(std::uint64_t low, std::uint64_t high) {
        return low + below(high - low + 1);
    }

    bool chance(std::uint64_t per_thousand) { return below(1000) < per_thousand; }

  private:
    std::uint64_t state_;
};

}  // namespace stadtbuch::simulation
