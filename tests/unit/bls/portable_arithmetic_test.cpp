// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#define ENGINE_TAG "portable"
#include "tests/unit/bls/arithmetic_cases.hpp"

namespace stadtbuch::bls::portable {

TEST_CASE("the numbers of the curve follow from u", "[bls][params]") {
    const Int u = Int(0) - big::two_to(62) - big::two_to(55) - 1;
    const Int p = Int(36) * u * u * u * u + Int(36) * u * u * u + Int(24) * u * u + Int(6) * u + 1;
    const Int r = p - Int(6) * u * u;
    REQUIRE(Int(0) - Int(static_cast<long long>(u_absolute)) == u);
    REQUIRE(Int(modulus) == p);
    REQUIRE(Int(group_order) == r);
    REQUIRE(Int(root_exponent) * 4 == p + 1);
    REQUIRE((Int(static_cast<long long>(modulus_negated_inverse)) * p + 1) % big::two_to(64) == 0);
    REQUIRE(Int(fp_one.limb) == radix() % p);
    REQUIRE(Int(fp_into.limb) == radix() * radix() % p);
    // The Miller loop runs over 6u + 2, its leading one being bit 64.
    REQUIRE(Int(0) - Int(6) * u - 2 == big::two_to(64) + big::two_to(63) + Int(0x0300000000000004));
    REQUIRE(miller_bits == 0x8300000000000004);
    for (int k = 1; k <= 5; ++k) {
        const Fp2 gamma_k = slow_power(Fp2{fp_one, fp_one}, (p - 1) / 6 * k, fp2_one);
        REQUIRE(equal(gamma_k, frobenius_factor[k - 1]));
    }
}

TEST_CASE("a split scalar is the scalar, in halves of 128 bits", "[bls][curve]") {
    const Int p(modulus), r(group_order), lambda(endomorphism_eigenvalue);
    const Int beta = Int(endomorphism_factor.limb) * inverse(radix(), p) % p;
    REQUIRE((lambda * lambda + lambda + 1) % r == 0);
    REQUIRE((beta * beta + beta + 1) % p == 0);
    Source source{10};
    const G1 point = curve_point(source);
    const Projective<Fp> moved{point.x * endomorphism_factor, point.y, fp_one};
    REQUIRE(same(moved, slow_multiply(lift(point), lambda, g1_infinity)));
    const auto check = [&](const Scalar& k) {
        const SplitScalar split = split_scalar(k);
        REQUIRE((Int(split.low) + Int(split.high) * lambda) % r == Int(k.limb));
    };
    for (std::uint64_t k = 0; k < 4; ++k) check({{k, 0, 0, 0}});
    for (int i = 1; i <= 8; ++i) {
        // Multiples of r/8 and their neighbours, where the floors jump.
        for (int around = -2; around <= 2; ++around) {
            Scalar k{};
            ((r * i / 8 + around) % r).to_limbs(k.limb);
            check(k);
        }
    }
    for (int i = 0; i < 2000; ++i) check(source.scalar());
}

TEST_CASE("a point that passes the subgroup equation has order r", "[bls][params]") {
    // ψ satisfies X² − tX + p on the twist. Reduce a(X) = (u+1) + uX + uX² − 2uX³ to a0 + a1·X; its
    // norm a0² + a0·a1·t + a1²·p annihilates the kernel of a(ψ).
    const Int u = Int(0) - Int(static_cast<long long>(u_absolute));
    const Int p(modulus), r(group_order), t = p + 1 - r;
    Int c0 = u + 1, c1 = u, c2 = u;
    const Int c3 = Int(-2) * u;
    c2 = c2 + c3 * t, c1 = c1 - c3 * p;
    c1 = c1 + c2 * t, c0 = c0 - c2 * p;
    const Int norm = c0 * c0 + c0 * c1 * t + c1 * c1 * p;
    REQUIRE(gcd(norm, r * (p * 2 - r)) == r);
}

}  // namespace stadtbuch::bls::portable
