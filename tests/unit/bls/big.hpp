// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The slow twin of the field: OpenSSL's big integers, where a product modulo p is written as such.
#pragma once
#include <openssl/bn.h>

#include <cstdint>
#include <memory>
#include <string>

namespace big {

inline BN_CTX* context() {
    static const std::unique_ptr<BN_CTX, void (*)(BN_CTX*)> ctx(BN_CTX_new(), BN_CTX_free);
    return ctx.get();
}

class Int {
  public:
    Int(long long value = 0) : n_(BN_new()) {
        BN_set_word(n_, static_cast<BN_ULONG>(value < 0 ? -value : value));
        BN_set_negative(n_, value < 0 ? 1 : 0);
    }

    template <std::size_t N>
    explicit Int(const std::uint64_t (&limbs)[N]) : n_(BN_new()) {
        for (std::size_t i = N; i-- > 0;) {
            BN_lshift(n_, n_, 32);
            BN_add_word(n_, limbs[i] >> 32);
            BN_lshift(n_, n_, 32);
            BN_add_word(n_, limbs[i] & 0xffffffff);
        }
    }

    Int(const Int& other) : n_(BN_dup(other.n_)) {}

    Int& operator=(const Int& other) {
        BN_copy(n_, other.n_);
        return *this;
    }

    ~Int() { BN_free(n_); }

    friend Int operator+(const Int& a, const Int& b) {
        return with([&](BIGNUM* r) { BN_add(r, a.n_, b.n_); });
    }

    friend Int operator-(const Int& a, const Int& b) {
        return with([&](BIGNUM* r) { BN_sub(r, a.n_, b.n_); });
    }

    friend Int operator*(const Int& a, const Int& b) {
        return with([&](BIGNUM* r) { BN_mul(r, a.n_, b.n_, context()); });
    }

    friend Int operator/(const Int& a, const Int& b) {
        return with([&](BIGNUM* r) { BN_div(r, nullptr, a.n_, b.n_, context()); });
    }

    /// In 0..m−1 also for negative a.
    friend Int operator%(const Int& a, const Int& m) {
        return with([&](BIGNUM* r) { BN_nnmod(r, a.n_, m.n_, context()); });
    }

    friend bool operator==(const Int& a, const Int& b) { return BN_cmp(a.n_, b.n_) == 0; }

    friend bool operator<(const Int& a, const Int& b) { return BN_cmp(a.n_, b.n_) < 0; }

    friend Int gcd(const Int& a, const Int& b) {
        return with([&](BIGNUM* r) { BN_gcd(r, a.n_, b.n_, context()); });
    }

    friend Int inverse(const Int& a, const Int& m) {
        return with([&](BIGNUM* r) { BN_mod_inverse(r, a.n_, m.n_, context()); });
    }

    friend Int power(const Int& a, const Int& e, const Int& m) {
        return with([&](BIGNUM* r) { BN_mod_exp(r, a.n_, e.n_, m.n_, context()); });
    }

    [[nodiscard]] bool bit(int i) const { return BN_is_bit_set(n_, i) != 0; }

    [[nodiscard]] int bits() const { return BN_num_bits(n_); }

    /// Little-endian limbs. REQUIRES: fits.
    template <std::size_t N>
    void to_limbs(std::uint64_t (&limbs)[N]) const {
        unsigned char bytes[8 * N];
        BN_bn2lebinpad(n_, bytes, static_cast<int>(sizeof bytes));
        for (std::size_t i = 0; i < N; ++i) {
            limbs[i] = 0;
            for (std::size_t j = 8; j-- > 0;) limbs[i] = limbs[i] << 8 | bytes[8 * i + j];
        }
    }

  private:
    template <class F>
    static Int with(F f) {
        Int result;
        f(result.n_);
        return result;
    }

    BIGNUM* n_;
};

inline Int two_to(int exponent) {
    Int value(1);
    for (int i = 0; i < exponent; ++i) value = value + value;
    return value;
}

}  // namespace big
