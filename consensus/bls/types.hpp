// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Plain values of the BLS room: field elements, points and line tables. No arithmetic here; that is
// the business of an engine (engine.hpp). Both engines use the same representation, so values may
// pass between them.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace stadtbuch::bls {

/// Element of Fp in Montgomery form (times 2^256 mod p), little-endian limbs. INVARIANT: value < p.
struct Fp {
    std::uint64_t limb[4];
};

/// a + b·i, i² = −1.
struct Fp2 {
    Fp a;
    Fp b;
};

/// c0 + c1·v + c2·v², v³ = ξ = 1 + i.
struct Fp6 {
    Fp2 c0;
    Fp2 c1;
    Fp2 c2;
};

/// c0 + c1·w, w² = v.
struct Fp12 {
    Fp6 c0;
    Fp6 c1;
};

/// A sum of products before reduction: a signed integer in two's complement.
struct Wide {
    std::uint64_t limb[8];
};

/// Integer, little-endian limbs; as a secret scalar always < r.
struct Scalar {
    std::uint64_t limb[4];
};

template <class F>
struct Affine {
    F x;
    F y;
    bool infinity;
};

using G1 = Affine<Fp>;
using G2 = Affine<Fp2>;

/// One line of the Miller loop in the form 1 + slope·(x_P/y_P)·w + constant·(1/y_P)·w³
/// (pairing.hpp).
struct Line {
    Fp2 slope;
    Fp2 constant;
};

/// 64 doublings, 4 additions, 2 Frobenius lines (pairing.hpp). About 9 kB.
inline constexpr std::size_t line_count = 70;
using LineTable = std::array<Line, line_count>;

/// One factor e(point, Q) of a product of pairings, Q given by its lines. INVARIANT: point is not
/// infinity.
struct PairTerm {
    const G1* point;
    const LineTable* lines;
};

/// The most factors in one product.
inline constexpr std::size_t pair_terms_max = 2;

}  // namespace stadtbuch::bls
