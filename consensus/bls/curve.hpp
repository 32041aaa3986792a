// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The groups: E: y² = x³ + 2 over Fp and its twist y² = x³ + (1 − i) over Fp2. Additions use the
// complete formulas of Renes, Costello and Batina (2016), algorithms 7 to 9: no special cases,
// hence constant time; they hold because both curves have odd order. Infinity is (0 : 1 : 0).
#pragma once
#include "consensus/bls/split.hpp"
#include "consensus/bls/tower.hpp"

namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE {

template <class F>
struct Projective {
    F x;
    F y;
    F z;
};

inline constexpr Projective<Fp> g1_infinity{fp_zero, fp_one, fp_zero};
inline constexpr Projective<Fp2> g2_infinity{fp2_zero, fp2_one, fp2_zero};

/// 3b·x with b = 2 and with b = 1 − i.
STADTBUCH_BLS_INLINE Fp multiply_by_3b(const Fp& x) {
    const Fp two = twice(x);
    return two + twice(two);
}

STADTBUCH_BLS_INLINE Fp2 multiply_by_3b(const Fp2& x) {
    const Fp2 once{x.a + x.b, x.b - x.a};
    return twice(once) + once;
}

template <class F>
Projective<F> add(const Projective<F>& p, const Projective<F>& q) {
    const F xx = p.x * q.x;
    const F yy = p.y * q.y;
    const F z_product = p.z * q.z;
    const F zz = multiply_by_3b(z_product);
    const F xy = (p.x + p.y) * (q.x + q.y) - xx - yy;
    const F yz = (p.y + p.z) * (q.y + q.z) - yy - z_product;
    const F xz = multiply_by_3b((p.x + p.z) * (q.x + q.z) - xx - z_product);
    const F xx3 = twice(xx) + xx;
    const F sum = yy + zz;
    const F difference = yy - zz;
    return {xy * difference - yz * xz, difference * sum + xz * xx3, yz * sum + xy * xx3};
}

/// REQUIRES: q is not infinity.
template <class F>
Projective<F> add_mixed(const Projective<F>& p, const Affine<F>& q) {
    const F xx = p.x * q.x;
    const F yy = p.y * q.y;
    const F zz = multiply_by_3b(p.z);
    const F xy = (p.x + p.y) * (q.x + q.y) - xx - yy;
    const F yz = q.y * p.z + p.y;
    const F xz = multiply_by_3b(q.x * p.z + p.x);
    const F xx3 = twice(xx) + xx;
    const F sum = yy + zz;
    const F difference = yy - zz;
    return {xy * difference - yz * xz, difference * sum + xz * xx3, yz * sum + xy * xx3};
}

/// What the doubling has computed anyway and the tangent line wants (pairing.hpp).
template <class F>
struct Doubled {
    Projective<F> point;
    F yy;
    F zz_3b;
    F yz;
};

template <class F>
Doubled<F> double_with_parts(const Projective<F>& p) {
    const F yy = square(p.y);
    const F yz = p.y * p.z;
    const F zz = multiply_by_3b(square(p.z));
    const F yy8 = twice(twice(twice(yy)));
    const F rest = yy - (twice(zz) + zz);
    const F y = rest * (yy + zz) + zz * yy8;
    return {{twice(rest * (p.x * p.y)), y, yz * yy8}, yy, zz, yz};
}

template <class F>
Projective<F> twice(const Projective<F>& p) {
    return double_with_parts(p).point;
}

template <class F>
Projective<F> negate(const Projective<F>& p) {
    return {p.x, negate(p.y), p.z};
}

inline Projective<Fp> lift(const G1& p) {
    return p.infinity ? g1_infinity : Projective<Fp>{p.x, p.y, fp_one};
}

inline Projective<Fp2> lift(const G2& p) {
    return p.infinity ? g2_infinity : Projective<Fp2>{p.x, p.y, fp2_one};
}

template <class F>
Affine<F> to_affine(const Projective<F>& p) {
    const F z_inverse = invert(p.z);
    return {p.x * z_inverse, p.y * z_inverse, is_zero(p.z)};
}

template <class F>
bool is_on_curve(const Affine<F>& p, const F& b) {
    return equal(square(p.y), square(p.x) * p.x + b);
}

inline bool is_on_curve(const G1& p) {
    return is_on_curve(p, twice(fp_one));
}

inline bool is_on_curve(const G2& p) {
    return is_on_curve(p, Fp2{fp_one, negate(fp_one)});
}

/// The multiples 0..15 of a point, to be read without showing which.
template <class F>
class SecretTable {
  public:
    SecretTable(const Projective<F>& p, const Projective<F>& infinity) {
        multiples_[0] = infinity;
        for (int i = 1; i < 16; ++i) multiples_[i] = add(multiples_[i - 1], p);
    }

    /// Scans the whole table. REQUIRES: digit < 16.
    [[nodiscard]] Projective<F> at(std::uint64_t digit) const {
        Projective<F> found = multiples_[0];
        for (std::uint64_t i = 1; i < 16; ++i) {
            const std::uint64_t mask = 0 - (((i ^ digit) - 1) >> 63);
            assign_if(found.x, multiples_[i].x, mask);
            assign_if(found.y, multiples_[i].y, mask);
            assign_if(found.z, multiples_[i].z, mask);
        }
        return found;
    }

  private:
    Projective<F> multiples_[16];
};

/// scalar·p in constant time: 64 windows of four bits, each with four doublings, a scan of the
/// whole table and one complete addition, whatever the digit is.
inline Projective<Fp2> multiply_secret(const Projective<Fp2>& p, const Scalar& scalar) {
    const SecretTable<Fp2> table(p, g2_infinity);
    Projective<Fp2> result = g2_infinity;
    for (int digit = 63; digit >= 0; --digit) {
        for (int i = 0; i < 4; ++i) result = twice(result);
        result = add(result, table.at((scalar.limb[digit / 16] >> (4 * (digit % 16))) & 15));
    }
    return result;
}

/// The same on G1 with half the doublings: low·p + high·λp share them, and λp costs one product a
/// window. REQUIRES: scalar < r.
inline Projective<Fp> multiply_secret(const Projective<Fp>& p, const Scalar& scalar) {
    const SecretTable<Fp> table(p, g1_infinity);
    const SplitScalar split = split_scalar(scalar);
    Projective<Fp> result = g1_infinity;
    for (int digit = 31; digit >= 0; --digit) {
        for (int i = 0; i < 4; ++i) result = twice(result);
        const int shift = 4 * (digit % 16);
        result = add(result, table.at((split.low[digit / 16] >> shift) & 15));
        Projective<Fp> moved = table.at((split.high[digit / 16] >> shift) & 15);
        moved.x = moved.x * endomorphism_factor;
        result = add(result, moved);
    }
    return result;
}

/// |u|·p; variable time, for public points.
inline Projective<Fp2> multiply_by_u_absolute(const G2& p) {
    Projective<Fp2> result = lift(p);
    for (int bit = 61; bit >= 0; --bit) {
        result = twice(result);
        if (((u_absolute >> bit) & 1) != 0) result = add_mixed(result, p);
    }
    return result;
}

/// ψ: untwist, Frobenius, twist. (x, y) → (x̄·γ², ȳ·γ³); on the order-r subgroup it multiplies by p.
inline Projective<Fp2> psi(const Projective<Fp2>& p) {
    return {conjugate(p.x) * frobenius_factor[1], conjugate(p.y) * frobenius_factor[2],
            conjugate(p.z)};
}

inline G2 psi(const G2& p) {
    return {conjugate(p.x) * frobenius_factor[1], conjugate(p.y) * frobenius_factor[2], p.infinity};
}

/// True iff r·p = O, for p on the twist, by (u+1)p + ψ(up) + ψ²(up) = ψ³(2up) (Dai, Lin, Zhao and
/// Zhou 2022). It proves the order: ψ is a root of X² − tX + p on the twist, the resultant of that
/// polynomial with (u+1) + uX + uX² − 2uX³ annihilates every p that passes, and its gcd with the
/// twist's order r(2p−r) is r (tests/unit/bls recomputes it).
inline bool is_in_subgroup(const G2& p) {
    if (p.infinity) return true;
    const Projective<Fp2> up = negate(multiply_by_u_absolute(p));
    const Projective<Fp2> psi_up = psi(up);
    const Projective<Fp2> psi2_up = psi(psi_up);
    const Projective<Fp2> left = add(add_mixed(up, p), add(psi_up, psi2_up));
    const Projective<Fp2> right = twice(psi(psi2_up));
    return equal(left.x * right.z, right.x * left.z) && equal(left.y * right.z, right.y * left.z);
}

/// Indy's map: the digest as an integer x; while x³ + 2 is not a square, x + 1 (indy-ledger-formats
/// §10.4). Variable time: the input is public. About two rounds on average.
inline G1 hash_to_curve(const std::uint8_t* digest32) {
    Fp x = from_bytes_reduced(digest32);
    Fp y{};
    while (!square_root(square(x) * x + twice(fp_one), y)) x = x + fp_one;
    return {x, y, false};
}

}  // namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE
