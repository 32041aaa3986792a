// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The cases of one engine's arithmetic; included by one source per engine. ENGINE_TAG names it in
// test names.
#pragma once
#include <catch2/catch.hpp>

#include "consensus/bls/engine.hpp"
#include "consensus/bls/pairing.hpp"
#include "tests/unit/bls/big.hpp"

namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE {

namespace {

using big::Int;

const Int& prime() {
    static const Int p(modulus);
    return p;
}

const Int& radix() {
    static const Int r = big::two_to(256);
    return r;
}

struct Source {
    std::uint64_t state;

    std::uint64_t next() {
        state += 0x9E3779B97F4A7C15u;
        std::uint64_t z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        return z ^ (z >> 31);
    }

    Fp fp() {
        const std::uint64_t raw[4] = {next(), next(), next(), next()};
        Fp x{};
        (Int(raw) % prime()).to_limbs(x.limb);
        return x;
    }

    Fp2 fp2() { return {fp(), fp()}; }

    Fp6 fp6() { return {fp2(), fp2(), fp2()}; }

    Fp12 fp12() { return {fp6(), fp6()}; }

    Scalar scalar() {
        const std::uint64_t raw[4] = {next(), next(), next(), next()};
        Scalar s{};
        (Int(raw) % Int(group_order)).to_limbs(s.limb);
        return s;
    }
};

/// Random elements and those at the borders, where carries run through all limbs.
std::vector<Fp> samples() {
    std::vector<Fp> all;
    const auto push = [&](const Int& value) {
        Fp x{};
        (value % prime()).to_limbs(x.limb);
        all.push_back(x);
    };
    for (int k = 0; k < 3; ++k) push(k), push(prime() - Int(k + 1));
    for (int shift : {63, 64, 65, 127, 128, 191, 192, 193, 253}) {
        push(big::two_to(shift)), push(big::two_to(shift) - 1);
    }
    push(prime() / 2), push(prime() / 2 + 1);
    Source source{1};
    for (int i = 0; i < 30; ++i) all.push_back(source.fp());
    return all;
}

Fp element(const Int& value) {
    Fp x{};
    (value * radix() % prime()).to_limbs(x.limb);
    return x;
}

bool same(const Fp6& x, const Fp6& y) {
    return equal(x.c0, y.c0) && equal(x.c1, y.c1) && equal(x.c2, y.c2);
}

bool same(const Fp12& x, const Fp12& y) {
    return same(x.c0, y.c0) && same(x.c1, y.c1);
}

template <class T>
T slow_power(const T& x, const Int& exponent, T result) {
    for (int i = exponent.bits() - 1; i >= 0; --i) {
        result = result * result;
        if (exponent.bit(i)) result = result * x;
    }
    return result;
}

template <class F>
bool same(const Projective<F>& p, const Projective<F>& q) {
    return equal(p.x * q.z, q.x * p.z) && equal(p.y * q.z, q.y * p.z) &&
           is_zero(p.z) == is_zero(q.z);
}

template <class F>
Projective<F> slow_multiply(const Projective<F>& p, const Int& k, Projective<F> result) {
    for (int i = k.bits() - 1; i >= 0; --i) {
        result = add(result, result);
        if (k.bit(i)) result = add(result, p);
    }
    return result;
}

bool slow_root(const Fp2& square_value, Fp2& root) {
    Fp norm_root{}, x{};
    const Fp half = element(inverse(2, prime()));
    if (!square_root(square(square_value.a) + square(square_value.b), norm_root)) return false;
    if (!square_root((square_value.a + norm_root) * half, x) &&
        !square_root((square_value.a - norm_root) * half, x)) {
        return false;
    }
    root = {x, square_value.b * half * invert(x)};
    return equal(square(root), square_value);
}

/// Some point of the twist, most likely outside the subgroup.
G2 twist_point(Source& source) {
    for (;;) {
        G2 p{source.fp2(), {}, false};
        if (slow_root(square(p.x) * p.x + Fp2{fp_one, negate(fp_one)}, p.y)) return p;
    }
}

G1 curve_point(Source& source) {
    std::uint8_t digest[32];
    to_bytes(source.fp(), digest);
    return hash_to_curve(digest);
}

bool runs_here() {
    const std::string_view tag = ENGINE_TAG;
    return tag != "adx" || adx_engine() != nullptr;
}

}  // namespace

TEST_CASE("sums, differences and products of field elements equal the twin's " ENGINE_TAG,
          "[bls][field]") {
    if (!runs_here()) return;
    const Int radix_inverse = inverse(radix(), prime());
    const auto all = samples();
    for (const Fp& x : all) {
        for (const Fp& y : all) {
            const Int a(x.limb), b(y.limb);
            REQUIRE(Int((x + y).limb) == (a + b) % prime());
            REQUIRE(Int((x - y).limb) == (a - b) % prime());
            REQUIRE(Int((x * y).limb) == a * b * radix_inverse % prime());
            const Wide product = multiply_wide(x, y);
            REQUIRE(Int(product.limb) == a * b);
            REQUIRE(Int(reduce(product).limb) == a * b * radix_inverse % prime());
        }
    }
}

TEST_CASE("products of unreduced sums are right " ENGINE_TAG, "[bls][field]") {
    if (!runs_here()) return;
    const Int radix_inverse = inverse(radix(), prime());
    const auto all = samples();
    for (const Fp& x : all) {
        for (const Fp& y : all) {
            const Fp sum = add_lazy(x, y);
            REQUIRE(Int(sum.limb) == Int(x.limb) + Int(y.limb));
            const Wide wide = multiply_wide(sum, sum);
            REQUIRE(Int(wide.limb) == Int(sum.limb) * Int(sum.limb));
            REQUIRE(Int(reduce(wide).limb) == Int(wide.limb) * radix_inverse % prime());
        }
    }
}

TEST_CASE("wide sums are exact and signed, and reduce within p times 2^256 " ENGINE_TAG,
          "[bls][field]") {
    if (!runs_here()) return;
    const Int limit = prime() * radix(), wrap = radix() * radix(),
              radix_inverse = inverse(radix(), prime());
    std::vector<Int> values;
    const Int shapes[] = {0, 1, limit - 1, limit - 2, limit / 2, radix() - 1, radix(), radix() + 1};
    for (const Int& value : shapes) values.push_back(value), values.push_back(Int(0) - value);
    Source source{2};
    for (int i = 0; i < 20; ++i) {
        const Wide product = multiply_wide(source.fp(), source.fp());
        values.push_back(i % 2 == 0 ? Int(product.limb) : Int(0) - Int(product.limb));
    }
    const auto wide_of = [&](const Int& value) {
        Wide w{};
        (value % wrap).to_limbs(w.limb);
        return w;
    };
    for (const Int& a : values) {
        REQUIRE(Int(reduce(wide_of(a)).limb) == a * radix_inverse % prime());
        for (const Int& b : values) {
            REQUIRE(Int((wide_of(a) + wide_of(b)).limb) == (a + b) % wrap);
            REQUIRE(Int((wide_of(a) - wide_of(b)).limb) == (a - b) % wrap);
        }
    }
}

TEST_CASE("the tower's lazy sums stay in bounds at the extremes " ENGINE_TAG, "[bls][tower]") {
    if (!runs_here()) return;
    // Every pattern of 0 and p − 1 in the six coefficients on either side, against schoolbook
    // products.
    Fp top{};
    (prime() - 1).to_limbs(top.limb);
    const auto pattern = [&](unsigned bits) {
        const auto pick = [&](unsigned i) { return ((bits >> i) & 1) != 0 ? top : fp_zero; };
        return Fp6{{pick(0), pick(1)}, {pick(2), pick(3)}, {pick(4), pick(5)}};
    };
    const auto plain = [](const Fp2& x, const Fp2& y) {
        return Fp2{x.a * y.a - x.b * y.b, x.a * y.b + x.b * y.a};
    };
    for (unsigned i = 0; i < 64; ++i) {
        const Fp6 x = pattern(i);
        for (unsigned j = 0; j < 64; ++j) {
            const Fp6 y = pattern(j);
            const Fp6 expected{
                plain(x.c0, y.c0) + multiply_by_xi(plain(x.c1, y.c2) + plain(x.c2, y.c1)),
                plain(x.c0, y.c1) + plain(x.c1, y.c0) + multiply_by_xi(plain(x.c2, y.c2)),
                plain(x.c0, y.c2) + plain(x.c2, y.c0) + plain(x.c1, y.c1)};
            REQUIRE(same(x * y, expected));
            REQUIRE(same(multiply_sparse(x, y.c0, y.c1), x * Fp6{y.c0, y.c1, fp2_zero}));
        }
        Fp2 constant, linear;
        square_fp4(x.c0, x.c1, constant, linear);
        REQUIRE(equal(constant, plain(x.c0, x.c0) + multiply_by_xi(plain(x.c1, x.c1))));
        REQUIRE(equal(linear, plain(x.c0, x.c1) + plain(x.c0, x.c1)));
    }
}

TEST_CASE("inverse, square root and bytes of field elements " ENGINE_TAG, "[bls][field]") {
    if (!runs_here()) return;
    int squares = 0;
    for (const Fp& x : samples()) {
        REQUIRE(equal(invert(x) * x, is_zero(x) ? fp_zero : fp_one));
        Fp root{};
        const bool is_square = square_root(x, root);
        const Int value = Int(x.limb) * inverse(radix(), prime()) % prime();
        REQUIRE(is_square == !(power(value, (prime() - 1) / 2, prime()) == prime() - 1));
        if (is_square) {
            ++squares;
            REQUIRE(equal(root, element(power(value, (prime() + 1) / 4, prime()))));
        }
        std::uint8_t bytes[32];
        to_bytes(x, bytes);
        Fp again{};
        REQUIRE(from_bytes(bytes, again));
        REQUIRE(equal(again, x));
    }
    REQUIRE(squares > 5);
}

TEST_CASE("a coordinate of p or more is not a field element " ENGINE_TAG, "[bls][field]") {
    if (!runs_here()) return;
    for (const Int& value : {prime(), prime() + 1, prime() * 2, radix() - 1}) {
        std::uint64_t limbs[4];
        value.to_limbs(limbs);
        std::uint8_t bytes[32];
        for (int i = 0; i < 32; ++i)
            bytes[i] = static_cast<std::uint8_t>(limbs[(31 - i) / 8] >> (8 * ((31 - i) % 8)));
        Fp x{};
        REQUIRE_FALSE(from_bytes(bytes, x));
        REQUIRE(equal(from_bytes_reduced(bytes), element(value)));
    }
}

TEST_CASE("the tower is a field with i² = −1, v³ = 1 + i, w² = v " ENGINE_TAG, "[bls][tower]") {
    if (!runs_here()) return;
    Source source{3};
    const Fp2 i{fp_zero, fp_one};
    REQUIRE(equal(i * i, negate(fp2_one)));
    const Fp6 v{fp2_zero, fp2_one, fp2_zero};
    REQUIRE(same(v * v * v, Fp6{{fp_one, fp_one}, fp2_zero, fp2_zero}));
    const Fp12 w{{}, {fp2_one, fp2_zero, fp2_zero}};
    REQUIRE(same(w * w, Fp12{v, {}}));
    for (int round = 0; round < 20; ++round) {
        const Fp2 a = source.fp2(), b = source.fp2();
        const Fp2 schoolbook{a.a * b.a - a.b * b.b, a.a * b.b + a.b * b.a};
        REQUIRE(equal(a * b, schoolbook));
        REQUIRE(equal(square(a), a * a));
        REQUIRE(equal(a * invert(a), fp2_one));
        const Fp12 x = source.fp12(), y = source.fp12(), z = source.fp12();
        REQUIRE(same((x * y) * z, x * (y * z)));
        REQUIRE(same(x * Fp12{y.c0 + z.c0, y.c1 + z.c1},
                     Fp12{(x * y).c0 + (x * z).c0, (x * y).c1 + (x * z).c1}));
        REQUIRE(same(square(x), x * x));
        REQUIRE(is_one(x * invert(x)));
        const Fp12 line{{fp2_one, fp2_zero, fp2_zero}, {a, b, fp2_zero}};
        REQUIRE(same(multiply_line(x, a, b), x * line));
    }
}

TEST_CASE(
    "the Frobenius map is the p-th power; the short square holds on the unit circle " ENGINE_TAG,
    "[bls][tower]") {
    if (!runs_here()) return;
    Source source{4};
    const Fp12 x = source.fp12();
    REQUIRE(same(frobenius(x), slow_power(x, prime(), fp12_one)));
    const Fp12 circle = conjugate(x) * invert(x);
    const Fp12 unit = frobenius(frobenius(circle)) * circle;
    REQUIRE(is_one(unit * conjugate(unit)));
    REQUIRE(same(square_cyclotomic(unit), unit * unit));
    REQUIRE(same(power_u(unit),
                 conjugate(slow_power(unit, Int(static_cast<long long>(u_absolute)), fp12_one))));
}

TEST_CASE("the final exponentiation is a power with the right kernel " ENGINE_TAG,
          "[bls][pairing]") {
    if (!runs_here()) return;
    Source source{5};
    const Fp12 x = source.fp12();
    const Int p = prime(), r(group_order), u = Int(0) - Int(static_cast<long long>(u_absolute));
    const Int factor = Int(2) * u * (Int(6) * u * u + Int(3) * u + 1);
    REQUIRE(gcd(factor, r) == 1);
    const Fp12 circle = conjugate(x) * invert(x);
    const Fp12 unit = frobenius(frobenius(circle)) * circle;
    const Int hard = (p * p * p * p - p * p + 1) / r;
    REQUIRE(hard * r == p * p * p * p - p * p + 1);
    // u and with it the factor is negative; on the circle the inverse is the conjugate.
    const Fp12 expected =
        conjugate(slow_power(slow_power(unit, hard, fp12_one), Int(0) - factor, fp12_one));
    REQUIRE(same(final_exponentiation(x), expected));
}

TEST_CASE("group laws hold without special cases " ENGINE_TAG, "[bls][curve]") {
    if (!runs_here()) return;
    Source source{6};
    const Int r(group_order);
    const G1 p = curve_point(source);
    const Projective<Fp> pp = lift(p);
    REQUIRE(is_on_curve(p));
    REQUIRE(same(twice(pp), add(pp, pp)));
    REQUIRE(same(add_mixed(pp, p), twice(pp)));
    REQUIRE(is_zero(add(pp, negate(pp)).z));
    REQUIRE(is_zero(add_mixed(negate(pp), p).z));
    REQUIRE(same(add(pp, g1_infinity), pp));
    REQUIRE(same(add(g1_infinity, pp), pp));
    REQUIRE(same(add_mixed(g1_infinity, p), pp));
    REQUIRE(is_zero(twice(g1_infinity).z));
    REQUIRE(is_zero(slow_multiply(pp, r, g1_infinity).z));
    const G2 q = twist_point(source);
    const Projective<Fp2> qq = lift(q);
    REQUIRE(is_on_curve(q));
    REQUIRE(same(twice(qq), add(qq, qq)));
    REQUIRE(same(add_mixed(twice(qq), q), add(qq, twice(qq))));
    REQUIRE(is_zero(add(qq, negate(qq)).z));
    REQUIRE(same(add(qq, g2_infinity), qq));
    // The affine addition by its textbook formula.
    const G1 other = curve_point(source);
    const Fp slope = (other.y - p.y) * invert(other.x - p.x);
    const Fp x3 = square(slope) - p.x - other.x;
    const G1 sum = to_affine(add(pp, lift(other)));
    REQUIRE(equal(sum.x, x3));
    REQUIRE(equal(sum.y, slope * (p.x - x3) - p.y));
}

TEST_CASE("multiplication by a secret equals repeated addition " ENGINE_TAG, "[bls][curve]") {
    if (!runs_here()) return;
    Source source{7};
    const Projective<Fp> p = lift(curve_point(source));
    const Projective<Fp2> q = lift(generator);
    std::vector<Scalar> scalars;
    for (std::uint64_t k = 0; k < 20; ++k) scalars.push_back({{k, 0, 0, 0}});
    scalars.push_back({{0, 0, 0, 1}});
    Scalar last{};
    (Int(group_order) - 1).to_limbs(last.limb);
    scalars.push_back(last);
    for (int i = 0; i < 6; ++i) scalars.push_back(source.scalar());
    for (const Scalar& k : scalars) {
        REQUIRE(same(multiply_secret(p, k), slow_multiply(p, Int(k.limb), g1_infinity)));
        REQUIRE(same(multiply_secret(q, k), slow_multiply(q, Int(k.limb), g2_infinity)));
    }
}

TEST_CASE("the subgroup check agrees with multiplication by r " ENGINE_TAG, "[bls][curve]") {
    if (!runs_here()) return;
    Source source{8};
    const Int r(group_order), cofactor = prime() * 2 - r;
    REQUIRE(is_in_subgroup(generator));
    for (int round = 0; round < 8; ++round) {
        const G2 p = twist_point(source);
        REQUIRE(is_zero(slow_multiply(lift(p), r * cofactor, g2_infinity).z));
        const Projective<Fp2> by_r = slow_multiply(lift(p), r, g2_infinity);
        REQUIRE(is_in_subgroup(p) == is_zero(by_r.z));
        REQUIRE_FALSE(is_zero(by_r.z));
        REQUIRE_FALSE(is_in_subgroup(to_affine(by_r)));
        const Projective<Fp2> cleared = slow_multiply(lift(p), cofactor, g2_infinity);
        REQUIRE(is_in_subgroup(to_affine(cleared)));
        REQUIRE_FALSE(is_in_subgroup(to_affine(add(cleared, by_r))));
        REQUIRE(same(psi(cleared), slow_multiply(cleared, prime() % r, g2_infinity)));
    }
}

TEST_CASE("the pairing is bilinear and not degenerate " ENGINE_TAG, "[bls][pairing]") {
    if (!runs_here()) return;
    Source source{9};
    const G1 p = curve_point(source);
    const auto pair = [](const G1& point, const G2& q) {
        LineTable lines;
        make_lines(q, lines);
        const PairTerm term{&point, &lines};
        return final_exponentiation(miller_loop({&term, 1}));
    };
    const Fp12 base = pair(p, generator);
    REQUIRE_FALSE(is_one(base));
    REQUIRE(is_one(slow_power(base, Int(group_order), fp12_one)));
    for (int round = 0; round < 3; ++round) {
        const Scalar a = source.scalar(), b = source.scalar();
        const G1 ap = to_affine(multiply_secret(lift(p), a));
        const G2 bq = to_affine(multiply_secret(lift(generator), b));
        const Int product = Int(a.limb) * Int(b.limb) % Int(group_order);
        REQUIRE(same(pair(ap, bq), slow_power(base, product, fp12_one)));
    }
    const G1 other = curve_point(source);
    const G1 sum = to_affine(add(lift(p), lift(other)));
    REQUIRE(same(pair(sum, generator), base * pair(other, generator)));
    LineTable lines;
    make_lines(generator, lines);
    const PairTerm both[2] = {{&p, &lines}, {&other, &lines}};
    REQUIRE(same(final_exponentiation(miller_loop(both)), pair(sum, generator)));
}

}  // namespace stadtbuch::bls::STADTBUCH_BLS_ENGINE
