// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Fills an Engine with the functions of the namespace that is being compiled (engine_select.hpp).
#pragma once
#include "consensus/bls/engine.hpp"
#include "consensus/bls/pairing.hpp"

namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE {

inline std::optional<BlsError> decode_g1(const Byte* bytes, G1& point) {
    point.infinity = false;
    if (!from_bytes(bytes, point.x) || !from_bytes(bytes + 32, point.y))
        return BlsError::coordinate_range;
    if (is_zero(point.x) && equal(point.y, fp_one)) return BlsError::infinity;
    if (!is_on_curve(point)) return BlsError::off_curve;
    return std::nullopt;
}

inline std::optional<BlsError> decode_g2(const Byte* bytes, G2& point) {
    point.infinity = false;
    Fp* const coordinates[4] = {&point.x.a, &point.x.b, &point.y.a, &point.y.b};
    for (std::size_t i = 0; i < 4; ++i) {
        if (!from_bytes(bytes + 32 * i, *coordinates[i])) return BlsError::coordinate_range;
    }
    if (is_zero(point.x) && equal(point.y, fp2_one)) return BlsError::infinity;
    if (!is_on_curve(point)) return BlsError::off_curve;
    if (!is_in_subgroup(point)) return BlsError::wrong_subgroup;
    return std::nullopt;
}

inline void encode_g1(const G1& point, Byte* bytes) {
    to_bytes(point.infinity ? fp_zero : point.x, bytes);
    to_bytes(point.infinity ? fp_one : point.y, bytes + 32);
}

inline void encode_g2(const G2& point, Byte* bytes) {
    const Fp2 x = point.infinity ? fp2_zero : point.x;
    const Fp2 y = point.infinity ? fp2_one : point.y;
    to_bytes(x.a, bytes);
    to_bytes(x.b, bytes + 32);
    to_bytes(y.a, bytes + 64);
    to_bytes(y.b, bytes + 96);
}

inline G1 multiply_g1(const G1& point, const Scalar& scalar) {
    return to_affine(multiply_secret(lift(point), scalar));
}

inline G2 multiply_g2(const G2& point, const Scalar& scalar) {
    return to_affine(multiply_secret(lift(point), scalar));
}

template <class F>
Affine<F> add_all(std::span<const Affine<F>* const> points, const Projective<F>& infinity) {
    Projective<F> sum = infinity;
    for (const Affine<F>* point : points) {
        if (!point->infinity) sum = add_mixed(sum, *point);
    }
    return to_affine(sum);
}

inline G1 add_g1(std::span<const G1* const> points) {
    return add_all(points, g1_infinity);
}

inline G2 add_g2(std::span<const G2* const> points) {
    return add_all(points, g2_infinity);
}

inline G1 negate_g1(const G1& point) {
    return {point.x, negate(point.y), point.infinity};
}

inline bool product_is_one(std::span<const PairTerm> terms) {
    return is_one(final_exponentiation(miller_loop(terms)));
}

inline Engine make_engine(std::string_view name) {
    return {name,           decode_g1,     decode_g2,   encode_g1,     encode_g2,
            is_in_subgroup, hash_to_curve, multiply_g1, multiply_g2,   add_g1,
            add_g2,         negate_g1,     make_lines,  product_is_one};
}

}  // namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE
