// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Fp2 = Fp[i]/(i² + 1), Fp6 = Fp2[v]/(v³ − ξ), Fp12 = Fp6[w]/(w² − v), ξ = 1 + i. Sums of products
// are added up unreduced (Wide2) and reduced once: a reduction costs about as much as a product.
// Wide numbers are signed and exact, so nothing is corrected on the way; what counts is that the
// final sum lies within ±6.89 p². The comments "within" give the bounds of real and imaginary part
// in units of p². For one product x·y they are (−1, 1) and [0, 2), for ξ·x·y (−2, 1) and (−1, 2).
#pragma once
#include "consensus/bls/field.hpp"

namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE {

struct Wide2 {
    Wide a;
    Wide b;
};

// Fp2
// ------------------------------------------------------------------------------------------------

STADTBUCH_BLS_INLINE Fp2 operator+(const Fp2& x, const Fp2& y) {
    return {x.a + y.a, x.b + y.b};
}

STADTBUCH_BLS_INLINE Fp2 operator-(const Fp2& x, const Fp2& y) {
    return {x.a - y.a, x.b - y.b};
}

STADTBUCH_BLS_INLINE Fp2 twice(const Fp2& x) {
    return x + x;
}

STADTBUCH_BLS_INLINE Fp2 negate(const Fp2& x) {
    return {negate(x.a), negate(x.b)};
}

STADTBUCH_BLS_INLINE Fp2 conjugate(const Fp2& x) {
    return {x.a, negate(x.b)};
}

STADTBUCH_BLS_INLINE Fp2 multiply_by_xi(const Fp2& x) {
    return {x.a - x.b, x.a + x.b};
}

STADTBUCH_BLS_INLINE bool is_zero(const Fp2& x) {
    return is_zero(x.a) && is_zero(x.b);
}

STADTBUCH_BLS_INLINE bool equal(const Fp2& x, const Fp2& y) {
    return equal(x.a, y.a) && equal(x.b, y.b);
}

STADTBUCH_BLS_INLINE void assign_if(Fp2& to, const Fp2& from, std::uint64_t mask) {
    assign_if(to.a, from.a, mask);
    assign_if(to.b, from.b, mask);
}

STADTBUCH_BLS_INLINE Wide2 operator+(const Wide2& x, const Wide2& y) {
    return {x.a + y.a, x.b + y.b};
}

STADTBUCH_BLS_INLINE Wide2 operator-(const Wide2& x, const Wide2& y) {
    return {x.a - y.a, x.b - y.b};
}

STADTBUCH_BLS_INLINE Wide2 multiply_by_xi(const Wide2& x) {
    return {x.a - x.b, x.a + x.b};
}

/// Components below 2p; only as a factor.
STADTBUCH_BLS_INLINE Fp2 add_lazy(const Fp2& x, const Fp2& y) {
    return {add_lazy(x.a, y.a), add_lazy(x.b, y.b)};
}

STADTBUCH_BLS_INLINE Fp2 reduce(const Wide2& x) {
    return {reduce(x.a), reduce(x.b)};
}

/// Karatsuba, exact. The factors' components may be below 2p: the inner sums then stay below 4p.
STADTBUCH_BLS_INLINE Wide2 multiply_wide(const Fp2& x, const Fp2& y) {
    const Wide low = multiply_wide(x.a, y.a);
    const Wide high = multiply_wide(x.b, y.b);
    const Wide cross = multiply_wide(add_lazy(x.a, x.b), add_lazy(y.a, y.b));
    return {low - high, cross - low - high};
}

/// (a + b)(a − b) + 2ab·i, the difference taken modulo p: both within [0, 2).
STADTBUCH_BLS_INLINE Wide2 square_wide(const Fp2& x) {
    return {multiply_wide(add_lazy(x.a, x.b), x.a - x.b), multiply_wide(add_lazy(x.a, x.a), x.b)};
}

STADTBUCH_BLS_OUTLINE Fp2 operator*(const Fp2& x, const Fp2& y) {
    return reduce(multiply_wide(x, y));
}

STADTBUCH_BLS_OUTLINE Fp2 square(const Fp2& x) {
    return reduce(square_wide(x));
}

STADTBUCH_BLS_INLINE Fp2 scale(const Fp2& x, const Fp& factor) {
    return {x.a * factor, x.b * factor};
}

/// Zero for zero.
inline Fp2 invert(const Fp2& x) {
    const Fp norm_inverse = invert(square(x.a) + square(x.b));
    return {x.a * norm_inverse, negate(x.b * norm_inverse)};
}

// Fp6
// ------------------------------------------------------------------------------------------------

STADTBUCH_BLS_INLINE Fp6 operator+(const Fp6& x, const Fp6& y) {
    return {x.c0 + y.c0, x.c1 + y.c1, x.c2 + y.c2};
}

STADTBUCH_BLS_INLINE Fp6 operator-(const Fp6& x, const Fp6& y) {
    return {x.c0 - y.c0, x.c1 - y.c1, x.c2 - y.c2};
}

STADTBUCH_BLS_INLINE Fp6 negate(const Fp6& x) {
    return {negate(x.c0), negate(x.c1), negate(x.c2)};
}

STADTBUCH_BLS_INLINE Fp6 multiply_by_v(const Fp6& x) {
    return {multiply_by_xi(x.c2), x.c0, x.c1};
}

/// Six products, three reductions. Within: c0 (−5, 3), (−2, 6); c1 (−4, 3), (−1, 6); c2 (−3, 3),
/// [0, 6).
STADTBUCH_BLS_OUTLINE Fp6 operator*(const Fp6& x, const Fp6& y) {
    const Wide2 v0 = multiply_wide(x.c0, y.c0);
    const Wide2 v1 = multiply_wide(x.c1, y.c1);
    const Wide2 v2 = multiply_wide(x.c2, y.c2);
    const Wide2 m12 = multiply_wide(add_lazy(x.c1, x.c2), add_lazy(y.c1, y.c2)) - v1 - v2;
    const Wide2 m01 = multiply_wide(add_lazy(x.c0, x.c1), add_lazy(y.c0, y.c1)) - v0 - v1;
    const Wide2 m02 = multiply_wide(add_lazy(x.c0, x.c2), add_lazy(y.c0, y.c2)) - v0 - v2;
    return {reduce(v0 + multiply_by_xi(m12)), reduce(m01 + multiply_by_xi(v2)), reduce(m02 + v1)};
}

/// x·(b + c·v): five products, three reductions. Within (−3, 2), (−1, 4).
STADTBUCH_BLS_OUTLINE Fp6 multiply_sparse(const Fp6& x, const Fp2& b, const Fp2& c) {
    const Wide2 v0 = multiply_wide(x.c0, b);
    const Wide2 v1 = multiply_wide(x.c1, c);
    const Wide2 m01 = multiply_wide(add_lazy(x.c0, x.c1), add_lazy(b, c)) - v0 - v1;
    const Wide2 high_c = multiply_wide(x.c2, c);
    const Wide2 high_b = multiply_wide(x.c2, b);
    return {reduce(v0 + multiply_by_xi(high_c)), reduce(m01), reduce(v1 + high_b)};
}

inline Fp6 invert(const Fp6& x) {
    const Fp2 t0 = square(x.c0) - multiply_by_xi(x.c1 * x.c2);
    const Fp2 t1 = multiply_by_xi(square(x.c2)) - x.c0 * x.c1;
    const Fp2 t2 = square(x.c1) - x.c0 * x.c2;
    const Fp2 norm = x.c0 * t0 + multiply_by_xi(x.c2 * t1 + x.c1 * t2);
    const Fp2 norm_inverse = invert(norm);
    return {t0 * norm_inverse, t1 * norm_inverse, t2 * norm_inverse};
}

// Fp12
// -----------------------------------------------------------------------------------------------

/// Inverse on the unit circle (after the easy part of the final exponentiation); also f^(p⁶).
STADTBUCH_BLS_INLINE Fp12 conjugate(const Fp12& x) {
    return {x.c0, negate(x.c1)};
}

STADTBUCH_BLS_OUTLINE Fp12 operator*(const Fp12& x, const Fp12& y) {
    const Fp6 low = x.c0 * y.c0;
    const Fp6 high = x.c1 * y.c1;
    const Fp6 cross = (x.c0 + x.c1) * (y.c0 + y.c1);
    return {low + multiply_by_v(high), cross - low - high};
}

STADTBUCH_BLS_OUTLINE Fp12 square(const Fp12& x) {
    const Fp6 product = x.c0 * x.c1;
    const Fp6 whole = (x.c0 + x.c1) * (x.c0 + multiply_by_v(x.c1));
    return {whole - product - multiply_by_v(product), product + product};
}

/// x·(1 + b·w + c·w³): the shape of a line.
STADTBUCH_BLS_OUTLINE Fp12 multiply_line(const Fp12& x, const Fp2& b, const Fp2& c) {
    return {x.c0 + multiply_by_v(multiply_sparse(x.c1, b, c)), x.c1 + multiply_sparse(x.c0, b, c)};
}

inline Fp12 invert(const Fp12& x) {
    const Fp6 norm_inverse = invert(x.c0 * x.c0 - multiply_by_v(x.c1 * x.c1));
    return {x.c0 * norm_inverse, negate(x.c1 * norm_inverse)};
}

/// x^p: conjugate each coefficient of w^k and multiply it by γ^k.
inline Fp12 frobenius(const Fp12& x) {
    return {{conjugate(x.c0.c0), conjugate(x.c0.c1) * frobenius_factor[1],
             conjugate(x.c0.c2) * frobenius_factor[3]},
            {conjugate(x.c1.c0) * frobenius_factor[0], conjugate(x.c1.c1) * frobenius_factor[2],
             conjugate(x.c1.c2) * frobenius_factor[4]}};
}

/// (x + y·s)² in Fp4 = Fp2[s]/(s² − ξ). Within: linear (−4, 2) twice; constant (−2, 4), [0, 6).
STADTBUCH_BLS_OUTLINE void square_fp4(const Fp2& x, const Fp2& y, Fp2& constant, Fp2& linear) {
    const Wide2 xx = square_wide(x);
    const Wide2 yy = square_wide(y);
    linear = reduce(square_wide(x + y) - xx - yy);
    constant = reduce(xx + multiply_by_xi(yy));
}

/// x² for x on the unit circle of Fp12 (Granger and Scott 2010): three squarings in Fp4 with s =
/// w³.
STADTBUCH_BLS_OUTLINE Fp12 square_cyclotomic(const Fp12& x) {
    Fp2 a0, a1, b0, b1, c0, c1;
    square_fp4(x.c0.c0, x.c1.c1, a0, a1);
    square_fp4(x.c1.c0, x.c0.c2, b0, b1);
    square_fp4(x.c0.c1, x.c1.c2, c0, c1);
    const Fp2 c1_xi = multiply_by_xi(c1);
    Fp12 result;
    result.c0.c0 = twice(a0 - x.c0.c0) + a0;
    result.c1.c1 = twice(a1 + x.c1.c1) + a1;
    result.c1.c0 = twice(c1_xi + x.c1.c0) + c1_xi;
    result.c0.c2 = twice(c0 - x.c0.c2) + c0;
    result.c0.c1 = twice(b0 - x.c0.c1) + b0;
    result.c1.c2 = twice(b1 + x.c1.c2) + b1;
    return result;
}

inline bool is_one(const Fp12& x) {
    return equal(x.c0.c0, fp2_one) && is_zero(x.c0.c1) && is_zero(x.c0.c2) && is_zero(x.c1.c0) &&
           is_zero(x.c1.c1) && is_zero(x.c1.c2);
}

}  // namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE
