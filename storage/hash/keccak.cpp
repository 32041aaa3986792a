// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Keccak-256 as submitted to the SHA-3 competition: the sponge of FIPS 202 with padding 0x01
// instead of 0x06. OpenSSL 3.0 does not offer it; only BLS proofs of possession need it, so clarity
// comes first.
#include <bit>

#include "storage/hash/hash.hpp"

namespace stadtbuch::hash {
namespace {

constexpr std::size_t rate = 136;  // 1600 - 2 * 256 bits
using State = std::array<std::uint64_t, 25>;

constexpr std::array<std::uint64_t, 24> round_constants = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808A, 0x8000000080008000,
    0x000000000000808B, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008A, 0x0000000000000088, 0x0000000080008009, 0x000000008000000A,
    0x000000008000808B, 0x800000000000008B, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800A, 0x800000008000000A,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};

/// Rotations and lane order of rho and pi combined, along the orbit that starts at lane 1.
constexpr std::array<int, 24> rotations = {1,  3,  6,  10, 15, 21, 28, 36, 45, 55, 2,  14,
                                           27, 41, 56, 8,  25, 43, 62, 18, 39, 61, 20, 44};
constexpr std::array<std::size_t, 24> lanes = {10, 7,  11, 17, 18, 3, 5,  16, 8,  21, 24, 4,
                                               15, 23, 19, 13, 12, 2, 20, 14, 22, 9,  6,  1};

void theta(State& a) {
    std::array<std::uint64_t, 5> column;
    for (std::size_t x = 0; x < 5; ++x)
        column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
    for (std::size_t x = 0; x < 5; ++x) {
        const std::uint64_t d = column[(x + 4) % 5] ^ std::rotl(column[(x + 1) % 5], 1);
        for (std::size_t y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
}

void rho_pi(State& a) {
    std::uint64_t moving = a[1];
    for (std::size_t i = 0; i < 24; ++i) {
        const std::uint64_t next = a[lanes[i]];
        a[lanes[i]] = std::rotl(moving, rotations[i]);
        moving = next;
    }
}

void chi(State& a) {
    for (std::size_t y = 0; y < 25; y += 5) {
        const std::array<std::uint64_t, 5> row = {a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4]};
        for (std::size_t x = 0; x < 5; ++x)
            a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
    }
}

void permute(State& a) {
    for (const std::uint64_t constant : round_constants) {
        theta(a);
        rho_pi(a);
        chi(a);
        a[0] ^= constant;
    }
}

void absorb_byte(State& a, std::size_t at, Byte byte) {
    a[at / 8] ^= static_cast<std::uint64_t>(byte) << (8 * (at % 8));
}

}  // namespace

Hash32 keccak_256(BytesView data) {
    State a{};
    std::size_t at = 0;
    for (const Byte byte : data) {
        absorb_byte(a, at, byte);
        if (++at == rate) {
            permute(a);
            at = 0;
        }
    }
    absorb_byte(a, at, 0x01);
    absorb_byte(a, rate - 1, 0x80);
    permute(a);
    Hash32 hash;
    for (std::size_t i = 0; i < 32; ++i)
        hash.bytes[i] = static_cast<Byte>(a[i / 8] >> (8 * (i % 8)));
    return hash;
}

}  // namespace stadtbuch::hash
