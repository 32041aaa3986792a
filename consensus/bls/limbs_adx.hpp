// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The arithmetic below the field for x86-64 with BMI2 and ADX: the same functions as
// limbs_portable.hpp, which documents them; the unit test compares the two. Compilers do not yet
// turn C++ into two carry chains (ADCX on the carry flag, ADOX on the overflow flag), and that is
// where the time goes. Constant time: no branches.
#pragma once
#include "consensus/bls/params.hpp"

namespace stadtbuch::bls::adx {

/// x − p if x >= p, else x. REQUIRES: x < 2p.
STADTBUCH_BLS_INLINE Fp reduce_once(const Fp& x) {
    std::uint64_t x0 = x.limb[0], x1 = x.limb[1], x2 = x.limb[2], x3 = x.limb[3];
    std::uint64_t y0 = x0, y1 = x1, y2 = x2, y3 = x3;
    __asm__(
        "subq %[p0], %[x0]\n\t"
        "sbbq %[p1], %[x1]\n\t"
        "sbbq %[p2], %[x2]\n\t"
        "sbbq %[p3], %[x3]\n\t"
        "cmovcq %[y0], %[x0]\n\t"
        "cmovcq %[y1], %[x1]\n\t"
        "cmovcq %[y2], %[x2]\n\t"
        "cmovcq %[y3], %[x3]"
        : [x0] "+&r"(x0), [x1] "+&r"(x1), [x2] "+&r"(x2), [x3] "+&r"(x3)
        : [y0] "r"(y0), [y1] "r"(y1), [y2] "r"(y2), [y3] "r"(y3), [p0] "m"(modulus[0]),
          [p1] "m"(modulus[1]), [p2] "m"(modulus[2]), [p3] "m"(modulus[3])
        : "cc");
    return {{x0, x1, x2, x3}};
}

STADTBUCH_BLS_INLINE Fp add_lazy(const Fp& a, const Fp& b) {
    std::uint64_t x0 = a.limb[0], x1 = a.limb[1], x2 = a.limb[2], x3 = a.limb[3];
    __asm__(
        "addq %[b0], %[x0]\n\t"
        "adcq %[b1], %[x1]\n\t"
        "adcq %[b2], %[x2]\n\t"
        "adcq %[b3], %[x3]"
        : [x0] "+&r"(x0), [x1] "+&r"(x1), [x2] "+&r"(x2), [x3] "+&r"(x3)
        : [b0] "rm"(b.limb[0]), [b1] "rm"(b.limb[1]), [b2] "rm"(b.limb[2]), [b3] "rm"(b.limb[3])
        : "cc");
    return {{x0, x1, x2, x3}};
}

STADTBUCH_BLS_INLINE Fp operator+(const Fp& a, const Fp& b) {
    return reduce_once(add_lazy(a, b));
}

/// Subtracts; `mask` becomes all ones on a borrow.
STADTBUCH_BLS_INLINE Fp subtract_masked(const Fp& a, const Fp& b, std::uint64_t& mask) {
    std::uint64_t x0 = a.limb[0], x1 = a.limb[1], x2 = a.limb[2], x3 = a.limb[3];
    __asm__(
        "subq %[b0], %[x0]\n\t"
        "sbbq %[b1], %[x1]\n\t"
        "sbbq %[b2], %[x2]\n\t"
        "sbbq %[b3], %[x3]\n\t"
        "sbbq %[mask], %[mask]"
        : [x0] "+&r"(x0), [x1] "+&r"(x1), [x2] "+&r"(x2), [x3] "+&r"(x3), [mask] "=&r"(mask)
        : [b0] "rm"(b.limb[0]), [b1] "rm"(b.limb[1]), [b2] "rm"(b.limb[2]), [b3] "rm"(b.limb[3])
        : "cc");
    return {{x0, x1, x2, x3}};
}

STADTBUCH_BLS_INLINE Fp operator-(const Fp& a, const Fp& b) {
    std::uint64_t mask = 0;
    const Fp difference = subtract_masked(a, b, mask);
    const Fp correction{
        {modulus[0] & mask, modulus[1] & mask, modulus[2] & mask, modulus[3] & mask}};
    return add_lazy(difference, correction);
}

/// Row by row: the low words run on the carry flag, the high words on the overflow flag; the last
/// line of a row takes both flags into the new top word.
STADTBUCH_BLS_INLINE Wide multiply_wide(const Fp& a, const Fp& b) {
    // One register per operand and no more: frame pointers leave two to spare.
    const Fp* left = &a;
    const Fp* right = &b;
    __asm__("" : "+r"(left), "+r"(right));
    std::uint64_t t0, t1, t2, t3, t4, t5, t6, t7;
    __asm__(
        "movq 0(%[a]), %%rdx\n\t"
        "mulxq 0(%[b]), %[t0], %[t1]\n\t"
        "mulxq 8(%[b]), %%rax, %[t2]\n\taddq %%rax, %[t1]\n\t"
        "mulxq 16(%[b]), %%rax, %[t3]\n\tadcq %%rax, %[t2]\n\t"
        "mulxq 24(%[b]), %%rax, %[t4]\n\tadcq %%rax, %[t3]\n\tadcq $0, %[t4]\n\t"
        "movq 8(%[a]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq 0(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t1]\n\tadoxq %[t7], %[t2]\n\t"
        "mulxq 8(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t2]\n\tadoxq %[t7], %[t3]\n\t"
        "mulxq 16(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t3]\n\tadoxq %[t7], %[t4]\n\t"
        "mulxq 24(%[b]), %%rax, %[t5]\n\tadcxq %%rax, %[t4]\n\tmovl $0, %%eax\n\t"
        "adcxq %%rax, %[t5]\n\tadoxq %%rax, %[t5]\n\t"
        "movq 16(%[a]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq 0(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t2]\n\tadoxq %[t7], %[t3]\n\t"
        "mulxq 8(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t3]\n\tadoxq %[t7], %[t4]\n\t"
        "mulxq 16(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t4]\n\tadoxq %[t7], %[t5]\n\t"
        "mulxq 24(%[b]), %%rax, %[t6]\n\tadcxq %%rax, %[t5]\n\tmovl $0, %%eax\n\t"
        "adcxq %%rax, %[t6]\n\tadoxq %%rax, %[t6]\n\t"
        "movq 24(%[a]), %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq 0(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t3]\n\tadoxq %[t7], %[t4]\n\t"
        "mulxq 8(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t4]\n\tadoxq %[t7], %[t5]\n\t"
        "mulxq 16(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t5]\n\tadoxq %[t7], %[t6]\n\t"
        "mulxq 24(%[b]), %%rax, %[t7]\n\tadcxq %%rax, %[t6]\n\tmovl $0, %%eax\n\t"
        "adcxq %%rax, %[t7]\n\tadoxq %%rax, %[t7]\n\t"
        : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4),
          [t5] "=&r"(t5), [t6] "=&r"(t6), [t7] "=&r"(t7)
        : [a] "r"(left), [b] "r"(right), "m"(*left), "m"(*right)
        : "rax", "rdx", "cc");
    return {{t0, t1, t2, t3, t4, t5, t6, t7}};
}

/// Folds the low half: (low + factor·p) / 2^256, at most p.
STADTBUCH_BLS_INLINE Fp fold(const Wide& t) {
    std::uint64_t l0 = t.limb[0], l1 = t.limb[1], l2 = t.limb[2], l3 = t.limb[3];
    __asm__(
        "movq %[inverse], %%rdx\n\timulq %[l0], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq 0(%[p]), %%rax, %%rcx\n\tadcxq %[l0], %%rax\n\tadoxq %%rcx, %[l1]\n\t"
        "mulxq 8(%[p]), %%rax, %%rcx\n\tadcxq %%rax, %[l1]\n\tadoxq %%rcx, %[l2]\n\t"
        "mulxq 16(%[p]), %%rax, %%rcx\n\tadcxq %%rax, %[l2]\n\tadoxq %%rcx, %[l3]\n\t"
        "mulxq 24(%[p]), %%rax, %[l0]\n\tadcxq %%rax, %[l3]\n\tmovl $0, %%eax\n\t"
        "adcxq %%rax, %[l0]\n\tadoxq %%rax, %[l0]\n\t"
        "movq %[inverse], %%rdx\n\timulq %[l1], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq 0(%[p]), %%rax, %%rcx\n\tadcxq %[l1], %%rax\n\tadoxq %%rcx, %[l2]\n\t"
        "mulxq 8(%[p]), %%rax, %%rcx\n\tadcxq %%rax, %[l2]\n\tadoxq %%rcx, %[l3]\n\t"
        "mulxq 16(%[p]), %%rax, %%rcx\n\tadcxq %%rax, %[l3]\n\tadoxq %%rcx, %[l0]\n\t"
        "mulxq 24(%[p]), %%rax, %[l1]\n\tadcxq %%rax, %[l0]\n\tmovl $0, %%eax\n\t"
        "adcxq %%rax, %[l1]\n\tadoxq %%rax, %[l1]\n\t"
        "movq %[inverse], %%rdx\n\timulq %[l2], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq 0(%[p]), %%rax, %%rcx\n\tadcxq %[l2], %%rax\n\tadoxq %%rcx, %[l3]\n\t"
        "mulxq 8(%[p]), %%rax, %%rcx\n\tadcxq %%rax, %[l3]\n\tadoxq %%rcx, %[l0]\n\t"
        "mulxq 16(%[p]), %%rax, %%rcx\n\tadcxq %%rax, %[l0]\n\tadoxq %%rcx, %[l1]\n\t"
        "mulxq 24(%[p]), %%rax, %[l2]\n\tadcxq %%rax, %[l1]\n\tmovl $0, %%eax\n\t"
        "adcxq %%rax, %[l2]\n\tadoxq %%rax, %[l2]\n\t"
        "movq %[inverse], %%rdx\n\timulq %[l3], %%rdx\n\txorl %%eax, %%eax\n\t"
        "mulxq 0(%[p]), %%rax, %%rcx\n\tadcxq %[l3], %%rax\n\tadoxq %%rcx, %[l0]\n\t"
        "mulxq 8(%[p]), %%rax, %%rcx\n\tadcxq %%rax, %[l0]\n\tadoxq %%rcx, %[l1]\n\t"
        "mulxq 16(%[p]), %%rax, %%rcx\n\tadcxq %%rax, %[l1]\n\tadoxq %%rcx, %[l2]\n\t"
        "mulxq 24(%[p]), %%rax, %[l3]\n\tadcxq %%rax, %[l2]\n\tmovl $0, %%eax\n\t"
        "adcxq %%rax, %[l3]\n\tadoxq %%rax, %[l3]\n\t"
        : [l0] "+&r"(l0), [l1] "+&r"(l1), [l2] "+&r"(l2), [l3] "+&r"(l3)
        : [p] "r"(modulus), [inverse] "m"(modulus_negated_inverse), "m"(modulus)
        : "rax", "rcx", "rdx", "cc");
    return {{l0, l1, l2, l3}};
}

STADTBUCH_BLS_INLINE Fp reduce(const Wide& t) {
    const std::uint64_t mask = 0 - (t.limb[7] >> 63);
    const Fp correction{
        {modulus[0] & mask, modulus[1] & mask, modulus[2] & mask, modulus[3] & mask}};
    const Fp high = add_lazy({{t.limb[4], t.limb[5], t.limb[6], t.limb[7]}}, correction);
    return reduce_once(add_lazy(fold(t), high));
}

STADTBUCH_BLS_INLINE Fp operator*(const Fp& a, const Fp& b) {
    const Wide t = multiply_wide(a, b);
    return reduce_once(add_lazy(fold(t), {{t.limb[4], t.limb[5], t.limb[6], t.limb[7]}}));
}

STADTBUCH_BLS_INLINE Wide operator+(const Wide& a, const Wide& b) {
    Wide sum = a;
    const Wide* right = &b;
    __asm__("" : "+r"(right));
    __asm__(
        "addq 0(%[b]), %[x0]\n\t"
        "adcq 8(%[b]), %[x1]\n\t"
        "adcq 16(%[b]), %[x2]\n\t"
        "adcq 24(%[b]), %[x3]\n\t"
        "adcq 32(%[b]), %[x4]\n\t"
        "adcq 40(%[b]), %[x5]\n\t"
        "adcq 48(%[b]), %[x6]\n\t"
        "adcq 56(%[b]), %[x7]"
        : [x0] "+&r"(sum.limb[0]), [x1] "+&r"(sum.limb[1]), [x2] "+&r"(sum.limb[2]),
          [x3] "+&r"(sum.limb[3]), [x4] "+&r"(sum.limb[4]), [x5] "+&r"(sum.limb[5]),
          [x6] "+&r"(sum.limb[6]), [x7] "+&r"(sum.limb[7])
        : [b] "r"(right), "m"(*right)
        : "cc");
    return sum;
}

STADTBUCH_BLS_INLINE Wide operator-(const Wide& a, const Wide& b) {
    Wide difference = a;
    const Wide* right = &b;
    __asm__("" : "+r"(right));
    __asm__(
        "subq 0(%[b]), %[x0]\n\t"
        "sbbq 8(%[b]), %[x1]\n\t"
        "sbbq 16(%[b]), %[x2]\n\t"
        "sbbq 24(%[b]), %[x3]\n\t"
        "sbbq 32(%[b]), %[x4]\n\t"
        "sbbq 40(%[b]), %[x5]\n\t"
        "sbbq 48(%[b]), %[x6]\n\t"
        "sbbq 56(%[b]), %[x7]"
        : [x0] "+&r"(difference.limb[0]), [x1] "+&r"(difference.limb[1]),
          [x2] "+&r"(difference.limb[2]), [x3] "+&r"(difference.limb[3]),
          [x4] "+&r"(difference.limb[4]), [x5] "+&r"(difference.limb[5]),
          [x6] "+&r"(difference.limb[6]), [x7] "+&r"(difference.limb[7])
        : [b] "r"(right), "m"(*right)
        : "cc");
    return difference;
}

}  // namespace stadtbuch::bls::adx
