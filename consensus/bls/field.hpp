// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Fp on top of the limb arithmetic of the engine that is being compiled. Constant time unless said
// otherwise.
#pragma once
#include "consensus/bls/engine_select.hpp"
#include "consensus/bls/inversion.hpp"

namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE {

STADTBUCH_BLS_INLINE Fp twice(const Fp& x) {
    return x + x;
}

STADTBUCH_BLS_INLINE Fp square(const Fp& x) {
    return x * x;
}

STADTBUCH_BLS_INLINE Fp negate(const Fp& x) {
    return fp_zero - x;
}

STADTBUCH_BLS_INLINE bool is_zero(const Fp& x) {
    return (x.limb[0] | x.limb[1] | x.limb[2] | x.limb[3]) == 0;
}

STADTBUCH_BLS_INLINE bool equal(const Fp& x, const Fp& y) {
    std::uint64_t difference = 0;
    for (int i = 0; i < 4; ++i) difference |= x.limb[i] ^ y.limb[i];
    return difference == 0;
}

/// `to` = `from` where mask is all ones, unchanged where it is zero.
STADTBUCH_BLS_INLINE void assign_if(Fp& to, const Fp& from, std::uint64_t mask) {
    for (int i = 0; i < 4; ++i) to.limb[i] ^= (to.limb[i] ^ from.limb[i]) & mask;
}

/// x^exponent; the exponent is public (its digits steer the table), the base may be secret.
inline Fp power(const Fp& x, const std::uint64_t (&exponent)[4]) {
    Fp table[16];
    table[0] = fp_one;
    for (int i = 1; i < 16; ++i) table[i] = table[i - 1] * x;
    Fp result = fp_one;
    for (int digit = 63; digit >= 0; --digit) {
        for (int i = 0; i < 4; ++i) result = square(result);
        const std::uint64_t value = (exponent[digit / 16] >> (4 * (digit % 16))) & 15;
        if (value != 0) result = result * table[value];
    }
    return result;
}

/// 1/x; zero for zero.
inline Fp invert(const Fp& x) {
    return invert_fp(x);
}

/// The principal square root x^((p+1)/4). False if x is not a square; `root` is then meaningless.
inline bool square_root(const Fp& x, Fp& root) {
    root = power(x, root_exponent);
    return equal(square(root), x);
}

/// Big-endian 32 bytes, any integer below 2^256, taken modulo p.
inline Fp from_bytes_reduced(const std::uint8_t* bytes) {
    Fp plain{};
    for (int i = 0; i < 32; ++i) {
        plain.limb[(31 - i) / 8] |= static_cast<std::uint64_t>(bytes[i]) << (8 * ((31 - i) % 8));
    }
    return reduce(multiply_wide(fp_into, plain));
}

/// Big-endian, canonical.
inline void to_bytes(const Fp& x, std::uint8_t* bytes) {
    const Fp plain = x * Fp{{1, 0, 0, 0}};
    for (int i = 0; i < 32; ++i) {
        bytes[i] = static_cast<std::uint8_t>(plain.limb[(31 - i) / 8] >> (8 * ((31 - i) % 8)));
    }
}

/// Big-endian 32 bytes; false for an integer >= p. Variable time.
inline bool from_bytes(const std::uint8_t* bytes, Fp& x) {
    x = from_bytes_reduced(bytes);
    std::uint8_t again[32];
    to_bytes(x, again);
    for (int i = 0; i < 32; ++i) {
        if (again[i] != bytes[i]) return false;
    }
    return true;
}

}  // namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE
