// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The lattice of pairs (a, b) with a + b·λ ≡ 0 (mod r) has the short basis (A, C), (−C, D) with
// determinant r:
//   A = 6u² + 2u, D = 6u² + 4u + 1, C = −(2u + 1), all positive as u is negative; λ = −(36u³ + 18u²
//   + 6u + 2).
// With c = ⌊k·D/r⌋ and e = ⌊k·C/r⌋, (k − c·A − e·C, e·D − c·C) lies in [0, A + C) × (−D, C). One
// more basis sum (A − C, C + D) makes both halves positive, so that no sign has to be hidden: below
// 2A and D + 2C < 2^128.
#include "consensus/bls/split.hpp"

#include "consensus/bls/limbs_portable.hpp"

namespace stadtbuch::bls {

namespace {

using portable::add_carry;
using portable::multiply_add;
using portable::sub_borrow;

constexpr std::uint64_t basis_a[2] = {0x8500000000000004, 0x6181800000000002};
constexpr std::uint64_t basis_c = 0x8100000000000001;
constexpr std::uint64_t basis_d[2] = {0x0400000000000003, 0x6181800000000002};
/// A − C and C + D.
constexpr std::uint64_t offset_low[2] = {0x0400000000000003, 0x6181800000000002};
constexpr std::uint64_t offset_high[2] = {0x8500000000000004, 0x6181800000000002};
/// ⌊2^320·D/r⌋ and ⌊2^320·C/r⌋: c and e come out right or, within 2^-66 of an integer, one too
/// small, which the room above the halves takes up.
constexpr Fp reciprocal_d{
    {0xc9c375f2f9246c37, 0xc0eb31ff36bf3357, 0xa01fab7e04a017b9, 0x0000000000000002}};
constexpr Fp reciprocal_c{
    {0xb90d84edf5049d26, 0x7937ca688a6b4904, 0x0000000000000003, 0x0000000000000000}};

/// The low 128 bits of a·b.
void multiply_low(const std::uint64_t (&a)[2], const std::uint64_t (&b)[2],
                  std::uint64_t (&product)[2]) {
    std::uint64_t carry = 0;
    product[0] = multiply_add(0, a[0], b[0], carry);
    product[1] = carry + a[0] * b[1] + a[1] * b[0];
}

void add_to(std::uint64_t (&sum)[2], const std::uint64_t (&term)[2]) {
    std::uint64_t carry = 0;
    for (int i = 0; i < 2; ++i) sum[i] = add_carry(sum[i], term[i], carry);
}

void subtract_from(std::uint64_t (&difference)[2], const std::uint64_t (&term)[2]) {
    std::uint64_t borrow = 0;
    for (int i = 0; i < 2; ++i) difference[i] = sub_borrow(difference[i], term[i], borrow);
}

}  // namespace

SplitScalar split_scalar(const Scalar& scalar) {
    const Fp k{{scalar.limb[0], scalar.limb[1], scalar.limb[2], scalar.limb[3]}};
    const Wide by_d = portable::multiply_wide(k, reciprocal_d);
    const Wide by_c = portable::multiply_wide(k, reciprocal_c);
    const std::uint64_t c[2] = {by_d.limb[5], by_d.limb[6]};
    const std::uint64_t e[2] = {by_c.limb[5], by_c.limb[6]};
    const std::uint64_t small[2] = {basis_c, 0};

    // Both results are known to fit 128 bits, so the arithmetic may wrap there.
    SplitScalar split{{scalar.limb[0], scalar.limb[1]}, {0, 0}};
    std::uint64_t product[2];
    multiply_low(c, basis_a, product);
    subtract_from(split.low, product);
    multiply_low(e, small, product);
    subtract_from(split.low, product);
    add_to(split.low, offset_low);
    multiply_low(e, basis_d, product);
    add_to(split.high, product);
    multiply_low(c, small, product);
    subtract_from(split.high, product);
    add_to(split.high, offset_high);
    return split;
}

}  // namespace stadtbuch::bls
