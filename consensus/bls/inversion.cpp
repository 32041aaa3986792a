// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Invariants with a = x, b = p, u = 1, v = 0 at the start, after n rounds:
//   a·2^(31n) ≡ x·u·2^(64n),  b·2^(31n) ≡ x·v·2^(64n)  (mod p),  b odd.
// A round takes 31 steps on 64-bit approximations (the top 33 and the low 31 bits of a and b),
// which yields factors f, g of at most 31 bits, and then applies them to the long numbers. 17
// rounds suffice for 254 bits (2·254 − 1 steps at most); then a = 0 and b = gcd = 1.
#include "consensus/bls/inversion.hpp"

#include "consensus/bls/limbs_portable.hpp"

namespace stadtbuch::bls {

namespace {

using portable::add_carry;
using portable::multiply_add;
using portable::sub_borrow;

constexpr int round_count = 17;
constexpr int steps_per_round = 31;

/// 2^(33·17 + 3·256) mod p: undoes the powers of two above and returns to Montgomery form.
constexpr Fp correction_factor{
    {0x28787c282e77beea, 0x1dad8ffc9d04cb67, 0xc2a9fd09ca46daf9, 0x09ad84ad35d08dd8}};

/// One row of the transformation: new = old_first·f + old_second·g.
struct Factors {
    std::int64_t f;
    std::int64_t g;
};

struct Round {
    Factors first;
    Factors second;
};

/// 64 bits that stand for a number of at most `bits` bits: its top 33 and its low 31.
struct Approximation {
    std::uint64_t a;
    std::uint64_t b;
};

STADTBUCH_BLS_INLINE std::uint64_t mask_of(bool condition) {
    return 0 - static_cast<std::uint64_t>(condition);
}

/// Finds the top limb of a | b by masks, aligns both to its leading one, and joins the low bits.
Approximation approximate(const Fp& a, const Fp& b) {
    std::uint64_t a_high = a.limb[1], a_low = a.limb[0], b_high = b.limb[1], b_low = b.limb[0];
#pragma GCC unroll 8
    for (int i = 2; i < 4; ++i) {
        const std::uint64_t used = mask_of((a.limb[i] | b.limb[i]) != 0);
        a_low ^= (a_low ^ a.limb[i - 1]) & used;
        a_high ^= (a_high ^ a.limb[i]) & used;
        b_low ^= (b_low ^ b.limb[i - 1]) & used;
        b_high ^= (b_high ^ b.limb[i]) & used;
    }
    // Both below 2^64: the numbers themselves are exact.
    const std::uint64_t small = mask_of((a_high | b_high) == 0);
    const int shift = __builtin_clzll(a_high | b_high | 1);
    const auto top = [&](std::uint64_t high, std::uint64_t low) {
        return (high << shift) | ((low >> 1) >> (63 - shift));
    };
    constexpr std::uint64_t low_mask = (std::uint64_t{1} << steps_per_round) - 1;
    const auto join = [&](std::uint64_t high, std::uint64_t low, std::uint64_t least) {
        const std::uint64_t joined = (top(high, low) & ~low_mask) | (least & low_mask);
        return (joined & ~small) | (least & small);
    };
    return {join(a_high, a_low, a.limb[0]), join(b_high, b_low, b.limb[0])};
}

/// Takes f + 2^32·g apart; both lie in −(2^31 − 1)..2^31.
Factors unpack(std::uint64_t packed) {
    constexpr std::uint64_t bias = 0x7fffffff;
    packed += bias << 32 | bias;
    return {static_cast<std::int64_t>(packed & 0xffffffff) - static_cast<std::int64_t>(bias),
            static_cast<std::int64_t>(packed >> 32) - static_cast<std::int64_t>(bias)};
}

/// 31 steps: if a is odd, subtract the smaller of the two from the larger; halve a. The factors of
/// a row go together in one word, f + 2^32·g.
Round run_steps(Approximation x) {
    std::uint64_t first = 1;
    std::uint64_t second = std::uint64_t{1} << 32;
    for (int step = 0; step < steps_per_round; ++step) {
        const std::uint64_t odd = 0 - (x.a & 1);
        const std::uint64_t swap = odd & mask_of(x.a < x.b);
        const std::uint64_t exchange = (x.a ^ x.b) & swap;
        x.a ^= exchange;
        x.b ^= exchange;
        const std::uint64_t exchange_factors = (first ^ second) & swap;
        first ^= exchange_factors;
        second ^= exchange_factors;
        x.a = (x.a - (x.b & odd)) >> 1;
        first -= second & odd;
        second += second;
    }
    return {unpack(first), unpack(second)};
}

STADTBUCH_BLS_INLINE std::uint64_t absolute(std::int64_t x) {
    const std::int64_t sign = x >> 63;
    return static_cast<std::uint64_t>((x ^ sign) - sign);
}

/// x·|factor| with the sign put into x: x or −x in two's complement of five limbs, added to `sum`.
STADTBUCH_BLS_INLINE void add_product(std::uint64_t (&sum)[5], const Fp& x, std::int64_t factor) {
    const std::uint64_t sign = static_cast<std::uint64_t>(factor >> 63);
    const std::uint64_t magnitude = absolute(factor);
    std::uint64_t product[5];
    std::uint64_t carry = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) product[i] = multiply_add(0, x.limb[i], magnitude, carry);
    product[4] = carry;
    std::uint64_t one = sign & 1;
    std::uint64_t add = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 5; ++i)
        sum[i] = add_carry(sum[i], add_carry(product[i] ^ sign, 0, one), add);
}

/// |a·f + b·g| / 2^31, an exact division; the factors' signs flip where the sum is negative.
Fp combine_exact(const Fp& a, const Fp& b, Factors& factors) {
    std::uint64_t sum[5] = {0, 0, 0, 0, 0};
    add_product(sum, a, factors.f);
    add_product(sum, b, factors.g);
    const std::uint64_t negative = 0 - (sum[4] >> 63);
    std::uint64_t one = negative & 1;
#pragma GCC unroll 8
    for (std::uint64_t& limb : sum) limb = add_carry(limb ^ negative, 0, one);
    const auto flip = static_cast<std::int64_t>(negative);
    factors.f = (factors.f ^ flip) - flip;
    factors.g = (factors.g ^ flip) - flip;
    Fp result{};
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) {
        result.limb[i] = (sum[i] >> steps_per_round) | (sum[i + 1] << (64 - steps_per_round));
    }
    return result;
}

/// x or p − x, which goes with the factor's magnitude.
STADTBUCH_BLS_INLINE Fp with_sign(const Fp& x, std::int64_t factor) {
    const auto sign = static_cast<std::uint64_t>(factor >> 63);
    Fp result{};
    std::uint64_t borrow = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) {
        const std::uint64_t negated = sub_borrow(modulus[i], x.limb[i], borrow);
        result.limb[i] = (x.limb[i] & ~sign) | (negated & sign);
    }
    return result;
}

/// (u·f + v·g) / 2^64 mod p by one Montgomery step.
Fp combine_modular(const Fp& u, const Fp& v, const Factors& factors) {
    const Fp left = with_sign(u, factors.f);
    const Fp right = with_sign(v, factors.g);
    const std::uint64_t f = absolute(factors.f);
    const std::uint64_t g = absolute(factors.g);
    std::uint64_t sum[5];
    std::uint64_t carry_f = 0, carry_g = 0, carry_p = 0;
#pragma GCC unroll 8
    for (int i = 0; i < 4; ++i) {
        sum[i] = multiply_add(multiply_add(0, left.limb[i], f, carry_f), right.limb[i], g, carry_g);
    }
    sum[4] = carry_f + carry_g;
    const std::uint64_t factor = sum[0] * modulus_negated_inverse;
    Fp result{};
    multiply_add(sum[0], factor, modulus[0], carry_p);
#pragma GCC unroll 8
    for (int i = 1; i < 4; ++i)
        result.limb[i - 1] = multiply_add(sum[i], factor, modulus[i], carry_p);
    result.limb[3] = sum[4] + carry_p;
    return portable::reduce_once(result);
}

}  // namespace

Fp invert_fp(const Fp& x) {
    Fp a = x;
    Fp b{{modulus[0], modulus[1], modulus[2], modulus[3]}};
    Fp u{{1, 0, 0, 0}};
    Fp v{};
    for (int i = 0; i < round_count; ++i) {
        Round row = run_steps(approximate(a, b));
        const Fp a_next = combine_exact(a, b, row.first);
        b = combine_exact(a, b, row.second);
        a = a_next;
        const Fp u_next = combine_modular(u, v, row.first);
        v = combine_modular(u, v, row.second);
        u = u_next;
    }
    return portable::operator*(v, correction_factor);
}

}  // namespace stadtbuch::bls
