// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/bls/key_generator.hpp"

#include "consensus/bls/limbs_portable.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::bls {

namespace {

constexpr int scalar_bits = 2 * 254;

/// x − r if x >= r, else x, without a branch. REQUIRES: x < 2r.
void reduce_by_order(Scalar& x) {
    Scalar less{};
    std::uint64_t borrow = 0;
    for (int i = 0; i < 4; ++i)
        less.limb[i] = portable::sub_borrow(x.limb[i], group_order[i], borrow);
    const std::uint64_t keep = 0 - borrow;
    for (int i = 0; i < 4; ++i) x.limb[i] = (less.limb[i] & ~keep) | (x.limb[i] & keep);
    wipe(&less, sizeof less);
}

}  // namespace

KeyGenerator::KeyGenerator(const std::array<Byte, 32>& seed) {
    Hash32 digest = hash::sha256(BytesView(seed.data(), seed.size()));
    for (std::size_t i = 0; i < 8; ++i) {
        const Byte* b = digest.bytes.data() + 4 * i;
        stir(static_cast<std::uint32_t>(b[0]) | static_cast<std::uint32_t>(b[1]) << 8 |
             static_cast<std::uint32_t>(b[2]) << 16 | static_cast<std::uint32_t>(b[3]) << 24);
    }
    refill();
    wipe(&digest, sizeof digest);
}

KeyGenerator::~KeyGenerator() {
    wipe(words_.data(), sizeof words_);
    wipe(pool_.data(), sizeof pool_);
}

Scalar KeyGenerator::next_scalar() {
    Scalar d{};
    unsigned byte = 0;
    for (int i = 0; i < scalar_bits; ++i) {
        byte = i % 8 == 0 ? next_byte() : byte >> 1;
        std::uint64_t carry = byte & 1;
        for (std::uint64_t& limb : d.limb) {
            const std::uint64_t top = limb >> 63;
            limb = (limb << 1) | carry;
            carry = top;
        }
        reduce_by_order(d);
    }
    return d;
}

void KeyGenerator::stir(std::uint32_t value) {
    borrow_ = 0;
    word_index_ = 0;
    words_[0] ^= value;
    std::uint32_t m = 1;
    std::uint32_t rest = value;
    for (std::size_t i = 1; i <= 20; ++i) {
        words_[(8 * i) % 21] ^= m;
        const std::uint32_t old = m;
        m = rest - m;
        rest = old;
    }
    for (int i = 0; i < 10000; ++i) next_word();
}

std::uint32_t KeyGenerator::next_word() {
    if (++word_index_ < words_.size()) return words_[word_index_];
    word_index_ = 0;
    std::size_t k = 15;
    for (std::uint32_t& word : words_) {
        const std::uint32_t t = words_[k];
        const std::uint32_t d = t - word - borrow_;
        if (d < t) borrow_ = 0;
        if (d > t) borrow_ = 1;
        word = d;
        k = k + 1 == words_.size() ? 0 : k + 1;
    }
    return words_[0];
}

void KeyGenerator::refill() {
    std::array<Byte, 128> raw{};
    for (Byte& b : raw) b = static_cast<Byte>(next_word() & 0xff);
    pool_ = hash::sha256(BytesView(raw.data(), raw.size())).bytes;
    pool_index_ = 0;
    wipe(raw.data(), raw.size());
}

Byte KeyGenerator::next_byte() {
    const Byte byte = pool_[pool_index_++];
    if (pool_index_ == pool_.size()) refill();
    return byte;
}

void wipe(void* memory, std::size_t bytes) {
    auto* p = static_cast<volatile Byte*>(memory);
    for (std::size_t i = 0; i < bytes; ++i) p[i] = 0;
}

}  // namespace stadtbuch::bls
