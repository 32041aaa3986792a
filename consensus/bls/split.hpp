// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Halves the length of a secret scalar for G1 (Gallant, Lambert and Vanstone 2001), in constant
// time.
#pragma once
#include "consensus/bls/params.hpp"

namespace stadtbuch::bls {

/// On G1, (x, y) → (β·x, y) multiplies by λ, with λ² + λ + 1 ≡ 0 (mod r) and β³ = 1. Montgomery
/// form.
inline constexpr Fp endomorphism_factor{
    {0x3291039717960343, 0xec75df6ec728463c, 0x113d4f2ca6b29bdc, 0x0672a6264000001e}};
inline constexpr std::uint64_t endomorphism_eigenvalue[4] = {
    0xa700000000000016, 0xb696800000000013, 0x9366c48000000005, 0x0000000000000000};

/// low + high·λ ≡ scalar (mod r); both below 2^128.
struct SplitScalar {
    std::uint64_t low[2];
    std::uint64_t high[2];
};

/// REQUIRES: scalar < r.
[[nodiscard]] SplitScalar split_scalar(const Scalar& scalar);

}  // namespace stadtbuch::bls
