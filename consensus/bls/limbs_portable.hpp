// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The arithmetic below the field, in plain C++ with 128-bit products: any 64-bit machine. All
// functions run in constant time: no branch and no address depends on a value. The loops are
// unrolled by request: at -O2 the compiler keeps them, which costs two thirds of the speed.
#pragma once
#include "consensus/bls/params.hpp"

namespace stadtbuch::bls::portable {

__extension__ typedef unsigned __int128 Word2;

STADTBUCH_BLS_INLINE std::uint64_t add_carry(std::uint64_t a, std::uint64_t b,
                                             std::uint64_t& carry) {
    const Word2 sum = static_cast<Word2>(a) + b + carry;
    carry = static_cast<std::uint64_t>(sum >> 64);
    return static_cast<std::uint64_t>(sum);
}

STADTBUCH_BLS_INLINE std::uint64_t sub_borrow(std::uint64_t a, std::uint64_t b,
                                              std::uint64_t& borrow) {
    const Word2 difference = static_cast<Word2>(a) - b - borrow;
    borrow = static_cast<std::uint64_t>(difference >> 64) & 1;
    return static_cast<std::uint64_t>(difference);
}

/// a + b·c + carry; never overflows two words.
STADTBUCH_BLS_INLINE std::uint64_t multiply_add(std::uint64_t a, std::uint64_t b, std::uint64_t c,
                                                std::uint64_t& carry) {
    const Word2 sum = static_cast<Word2>(b) * c + a + carry;
    carry = static_cast<std::uint64_t>(sum >> 64);
    return static_cast<std::uint64_t>(sum);
}

/// x − p if x >= p, else x. REQUIRES: x < 2p.
STADTBUCH_BLS_INLINE Fp reduce_once(const Fp& x) {
    Fp less;
    std::uint64_t borrow = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) less.limb[i] = sub_borrow(x.limb[i], modulus[i], borrow);
    const std::uint64_t keep = 0 - borrow;
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) less.limb[i] = (less.limb[i] & ~keep) | (x.limb[i] & keep);
    return less;
}

/// a + b without reduction. REQUIRES: the sum is below 2^256.
STADTBUCH_BLS_INLINE Fp add_lazy(const Fp& a, const Fp& b) {
    Fp sum;
    std::uint64_t carry = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) sum.limb[i] = add_carry(a.limb[i], b.limb[i], carry);
    return sum;
}

STADTBUCH_BLS_INLINE Fp operator+(const Fp& a, const Fp& b) {
    return reduce_once(add_lazy(a, b));
}

STADTBUCH_BLS_INLINE Fp operator-(const Fp& a, const Fp& b) {
    Fp difference;
    std::uint64_t borrow = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) difference.limb[i] = sub_borrow(a.limb[i], b.limb[i], borrow);
    const std::uint64_t mask = 0 - borrow;
    std::uint64_t carry = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) {
        difference.limb[i] = add_carry(difference.limb[i], modulus[i] & mask, carry);
    }
    return difference;
}

/// The factors may be unreduced sums: anything below 4p, so that sums of products keep their sign
/// bit free.
STADTBUCH_BLS_INLINE Wide multiply_wide(const Fp& a, const Fp& b) {
    Wide t{};
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) {
        std::uint64_t carry = 0;
#pragma GCC unroll 8
        for (int j = 0; j < 4; ++j) {
            t.limb[i + j] = multiply_add(t.limb[i + j], a.limb[i], b.limb[j], carry);
        }
        t.limb[i + 4] = carry;
    }
    return t;
}

/// Montgomery reduction t / 2^256 mod p. REQUIRES: |t| < p·2^256 (6.89 p²). A negative t gets
/// p·2^256 added. The low half is folded first: each round keeps it below 2^256.
STADTBUCH_BLS_INLINE Fp reduce(const Wide& t) {
    std::uint64_t low[4] = {t.limb[0], t.limb[1], t.limb[2], t.limb[3]};
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) {
        const std::uint64_t factor = low[0] * modulus_negated_inverse;
        std::uint64_t carry = 0;
        multiply_add(low[0], factor, modulus[0], carry);
#pragma GCC unroll 8
        for (int j = 1; j < 4; ++j) low[j - 1] = multiply_add(low[j], factor, modulus[j], carry);
        low[3] = carry;
    }
    const std::uint64_t mask = 0 - (t.limb[7] >> 63);
    const Fp correction{
        {modulus[0] & mask, modulus[1] & mask, modulus[2] & mask, modulus[3] & mask}};
    const Fp high = add_lazy({{t.limb[4], t.limb[5], t.limb[6], t.limb[7]}}, correction);
    return reduce_once(add_lazy({{low[0], low[1], low[2], low[3]}}, high));
}

/// Product and reduction interleaved; the spare bits at the top of p make a fifth limb unnecessary.
STADTBUCH_BLS_INLINE Fp operator*(const Fp& a, const Fp& b) {
    Fp t{};
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) {
        std::uint64_t carry = 0;
        std::uint64_t fold = 0;
        t.limb[0] = multiply_add(t.limb[0], a.limb[0], b.limb[i], carry);
        const std::uint64_t factor = t.limb[0] * modulus_negated_inverse;
        multiply_add(t.limb[0], factor, modulus[0], fold);
#pragma GCC unroll 8
        for (int j = 1; j < 4; ++j) {
            t.limb[j] = multiply_add(t.limb[j], a.limb[j], b.limb[i], carry);
            t.limb[j - 1] = multiply_add(t.limb[j], factor, modulus[j], fold);
        }
        t.limb[3] = carry + fold;
    }
    return reduce_once(t);
}

STADTBUCH_BLS_INLINE Wide operator+(const Wide& a, const Wide& b) {
    Wide sum;
    std::uint64_t carry = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) sum.limb[i] = add_carry(a.limb[i], b.limb[i], carry);
    return sum;
}

STADTBUCH_BLS_INLINE Wide operator-(const Wide& a, const Wide& b) {
    Wide difference;
    std::uint64_t borrow = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) difference.limb[i] = sub_borrow(a.limb[i], b.limb[i], borrow);
    return difference;
}

}  // namespace stadtbuch::bls::portable
