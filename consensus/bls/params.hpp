// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The numbers of the curve (indy-ledger-formats §10.1). Limbs are little-endian; field constants
// are in Montgomery form. tests/unit/bls recomputes every one of them from its definition.
#pragma once
#include "consensus/bls/types.hpp"

/// Arithmetic is inlined at every optimisation level: a call costs as much as an addition.
#define STADTBUCH_BLS_INLINE [[gnu::always_inline]] inline
/// Kept as one copy, so that the pairing stays inside the instruction cache.
#define STADTBUCH_BLS_OUTLINE [[gnu::noinline]] inline

namespace stadtbuch::bls {

/// |u| = 2^62 + 2^55 + 1; u itself is negative.
inline constexpr std::uint64_t u_absolute = 0x4080000000000001;

/// p = 36u⁴ + 36u³ + 24u² + 6u + 1, 254 bits; 6p < 2^256.
inline constexpr std::uint64_t modulus[4] = {0xa700000000000013, 0x6121000000000013,
                                             0xba344d8000000008, 0x2523648240000001};
/// −1/p mod 2^64.
inline constexpr std::uint64_t modulus_negated_inverse = 0x08435e50d79435e5;
/// (p + 1) / 4.
inline constexpr std::uint64_t root_exponent[4] = {0xe9c0000000000005, 0x1848400000000004,
                                                   0x6e8d136000000002, 0x0948d92090000000};
/// Group order r.
inline constexpr std::uint64_t group_order[4] = {0xa10000000000000d, 0xff9f800000000010,
                                                 0xba344d8000000007, 0x2523648240000001};

inline constexpr Fp fp_zero{{0, 0, 0, 0}};
/// 2^256 mod p: the number one.
inline constexpr Fp fp_one{
    {0x15ffffffffffff8e, 0xb939ffffffffff8a, 0xa2c62effffffffcd, 0x212ba4f27ffffff5}};
/// 2^512 mod p: carries a plain integer into Montgomery form.
inline constexpr Fp fp_into{
    {0xb3e886745370473d, 0x55efbf6e8c1cc3f1, 0x281e3a1b7f86954f, 0x1b0a32fdf6403a3d}};

inline constexpr Fp2 fp2_zero{fp_zero, fp_zero};
inline constexpr Fp2 fp2_one{fp_one, fp_zero};
inline constexpr Fp12 fp12_one{{fp2_one, fp2_zero, fp2_zero}, {fp2_zero, fp2_zero, fp2_zero}};

/// γ^k for k = 1..5 with γ = ξ^((p−1)/6), ξ = 1 + i: how the Frobenius map moves w^k.
inline constexpr Fp2 frobenius_factor[5] = {
    {{{0x2728380075e94f74, 0x144f87f9c79b1f6b, 0xd5910ffed2c92f70, 0x1830373ee92acf9f}},
     {{0x7fd7c7ff8a16b09f, 0x4cd178063864e0a8, 0xe4a33d812d36d098, 0x0cf32d4356d53061}}},
    {{{0, 0, 0, 0}},
     {{0x056efc68e869fd55, 0x1c92209138d7ba61, 0xc0651cd3594d6466, 0x22a87debbfffffef}}},
    {{{0xfd55c5dc71674777, 0xc45a8b4e56d9569c, 0x5f0116472cae2274, 0x1aa6d99b1d115e0a}},
     {{0xfd55c5dc71674777, 0xc45a8b4e56d9569c, 0x5f0116472cae2274, 0x1aa6d99b1d115e0a}}},
    {{{0x746efc68e869fcd0, 0x74ab209138d7b9d7, 0xa8f6fe53594d642b, 0x1eb0be5bffffffe3}},
     {{0, 0, 0, 0}}},
    {{{0x7d7dfddce75096d8, 0x778913481e7475f4, 0x7a5dd8c5ff7751dc, 0x0db3ac57c63c2da8}},
     {{0x2982022318af693b, 0xe997ecb7e18b8a1f, 0x3fd674ba0088ae2b, 0x176fb82a79c3d259}}},
};

/// Indy's fixed generator Q of G2.
inline constexpr G2 generator{
    {{{0x2a4a5586b9659edb, 0xdad25d63527be62e, 0xc949533c85daf9db, 0x1ec24f6e9e711a43}},
     {{0xc7d418dd92dc4507, 0x2c5080c33d0081e8, 0xd27040423abb7012, 0x0f9eb6f9ce55b967}}},
    {{{0xd932fc497e962093, 0xcebbc204d1055f3b, 0x99033c226e40a60f, 0x23c9a3dff8a3695a}},
     {{0xdc846efcd70bd36b, 0x0a88acd45fcd76b6, 0xbd2dd543caf515e1, 0x1b1b7617c5b1613f}}},
    false,
};

}  // namespace stadtbuch::bls
