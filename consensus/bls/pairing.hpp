// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Optimal ate pairing G1 × G2 → Fp12 (Vercauteren 2010), several pairs in one Miller loop.
//
// With s = |6u + 2| = 2^64 + 2^63 + 2^57 + 2^56 + 2^2 and u negative:
//   f = conjugate(f_{s,Q}(P)) · l_{−sQ, ψ(Q)}(P) · l_{−sQ+ψ(Q), −ψ²(Q)}(P), then f^((p¹²−1)/r).
//
// Untwisting (x, y) → (x·w², y·w³) turns the line through T with slope λ on the twist into
//   y_P − λ·x_P·w + (λ·x_T − y_T)·w³,
// and dividing by y_P, which the final exponentiation forgets, leaves 1 + slope·(x_P/y_P)·w +
// constant·(1/y_P)·w³ with slope = −λ, constant = λ·x_T − y_T. These two depend on Q alone: a
// LineTable is made once per key.
#pragma once
#include <span>

#include "consensus/bls/curve.hpp"

namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE {

/// Bits of s below the leading one, from 63 down to 0.
inline constexpr std::uint64_t miller_bits = 0x8300000000000004;

/// A line before the common inversion: (slope, constant)/denominator.
struct LineFraction {
    Fp2 slope;
    Fp2 constant;
    Fp2 denominator;
};

/// Collects the lines of Q's Miller loop in the order in which the loop uses them.
class LineBuilder {
  public:
    explicit LineBuilder(const G2& q) : point_(lift(q)) {}

    /// T → 2T. λ = 3x²/2y, and with y² = x³ + b: λx − y = (y² − 3b)/2y.
    void step_double() {
        const Doubled<Fp2> doubled = double_with_parts(point_);
        const Fp2 xx = square(point_.x);
        push({negate(twice(xx) + xx), doubled.yy - doubled.zz_3b, twice(doubled.yz)});
        point_ = doubled.point;
    }

    /// T → T + q. λ = (y_T − y)/(x_T − x), constant λx − y.
    void step_add(const G2& q) {
        const Fp2 rise = point_.y - q.y * point_.z;
        const Fp2 run = point_.x - q.x * point_.z;
        push({negate(rise), rise * q.x - run * q.y, run});
        point_ = add_mixed(point_, q);
    }

    void negate_point() { point_ = negate(point_); }

    /// One inversion for all denominators (Montgomery's trick).
    void finish(LineTable& table) const {
        Fp2 prefix[line_count];
        Fp2 product = fp2_one;
        for (std::size_t i = 0; i < line_count; ++i) {
            prefix[i] = product;
            product = product * fractions_[i].denominator;
        }
        Fp2 inverse = invert(product);
        for (std::size_t i = line_count; i-- > 0;) {
            const Fp2 own = inverse * prefix[i];
            inverse = inverse * fractions_[i].denominator;
            table[i] = {fractions_[i].slope * own, fractions_[i].constant * own};
        }
    }

  private:
    void push(const LineFraction& fraction) { fractions_[count_++] = fraction; }

    Projective<Fp2> point_;
    LineFraction fractions_[line_count];
    std::size_t count_ = 0;
};

/// REQUIRES: q in the order-r subgroup, not infinity. Then no denominator is zero: T stays off ±q
/// until the end.
inline void make_lines(const G2& q, LineTable& table) {
    LineBuilder builder(q);
    for (int bit = 63; bit >= 0; --bit) {
        builder.step_double();
        if (((miller_bits >> bit) & 1) != 0) builder.step_add(q);
    }
    builder.negate_point();
    const G2 first = psi(q);
    const G2 second = psi(first);
    builder.step_add(first);
    builder.step_add({second.x, negate(second.y), false});
    builder.finish(table);
}

/// The point as the lines want it: x/y and 1/y.
struct LinePoint {
    Fp x_over_y;
    Fp one_over_y;
};

/// One inversion for all y: y is never zero, there being no point of order two.
inline void prepare_points(std::span<const PairTerm> terms, LinePoint (&points)[pair_terms_max]) {
    Fp product = fp_one;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        points[i].one_over_y = product;
        product = product * terms[i].point->y;
    }
    Fp inverse = invert(product);
    for (std::size_t i = terms.size(); i-- > 0;) {
        points[i].one_over_y = points[i].one_over_y * inverse;
        points[i].x_over_y = terms[i].point->x * points[i].one_over_y;
        inverse = inverse * terms[i].point->y;
    }
}

/// REQUIRES: terms.size() <= pair_terms_max.
inline Fp12 miller_loop(std::span<const PairTerm> terms) {
    LinePoint points[pair_terms_max];
    prepare_points(terms, points);
    Fp12 f = fp12_one;
    std::size_t next = 0;
    const auto multiply_lines = [&] {
        for (std::size_t i = 0; i < terms.size(); ++i) {
            const Line& line = (*terms[i].lines)[next];
            f = multiply_line(f, scale(line.slope, points[i].x_over_y),
                              scale(line.constant, points[i].one_over_y));
        }
        ++next;
    };
    for (int bit = 63; bit >= 0; --bit) {
        f = square(f);
        multiply_lines();
        if (((miller_bits >> bit) & 1) != 0) multiply_lines();
    }
    f = conjugate(f);
    multiply_lines();
    multiply_lines();
    return f;
}

/// x^u for x on the unit circle (u is negative: conjugate at the end).
inline Fp12 power_u(const Fp12& x) {
    Fp12 result = x;
    for (int bit = 61; bit >= 0; --bit) {
        result = square_cyclotomic(result);
        if (((u_absolute >> bit) & 1) != 0) result = result * x;
    }
    return conjugate(result);
}

/// f^((p¹²−1)/r · 2u(6u²+3u+1)): the second factor is prime to r, so the value is one for the same
/// f (Fuentes-Castañeda, Knapp and Rodríguez-Henríquez 2011).
inline Fp12 final_exponentiation(const Fp12& f) {
    const Fp12 unit = conjugate(f) * invert(f);
    const Fp12 m = frobenius(frobenius(unit)) * unit;

    const Fp12 m_2u = square_cyclotomic(power_u(m));
    const Fp12 m_6u = square_cyclotomic(m_2u) * m_2u;
    const Fp12 m_6uu = power_u(m_6u);
    const Fp12 m_12uuu = power_u(square_cyclotomic(m_6uu));
    const Fp12 a = m_12uuu * m_6uu * m_6u;
    const Fp12 b = a * conjugate(m_2u);

    const Fp12 part0 = a * m_6uu * m;
    const Fp12 part1 = frobenius(b);
    const Fp12 part2 = frobenius(frobenius(a));
    const Fp12 part3 = frobenius(frobenius(frobenius(b * conjugate(m))));
    return part0 * part1 * part2 * part3;
}

}  // namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE
