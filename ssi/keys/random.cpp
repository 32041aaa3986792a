// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/random.hpp"

#include <sodium.h>

#include "storage/encoding/text.hpp"

namespace stadtbuch::keys {

Bytes random_bytes(RandomSource& random, std::size_t count) {
    Bytes bytes(count);
    random.fill(bytes);
    return bytes;
}

std::string random_token(RandomSource& random, std::size_t count) {
    return encoding::base64url_encode(random_bytes(random, count));
}

std::string random_digits(RandomSource& random, std::size_t digits) {
    std::string text;
    while (text.size() < digits) {
        Byte byte = 0;
        random.fill({&byte, 1});
        // 250 is the largest multiple of ten in a byte: larger values would favour small digits.
        if (byte < 250) text.push_back(static_cast<char>('0' + byte % 10));
    }
    return text;
}

SeededRandom::SeededRandom(std::uint64_t seed) {
    std::memcpy(seed_.data(), &seed, sizeof seed);
}

void SeededRandom::fill(std::span<Byte> out) {
    if (out.empty()) return;
    ++block_;
    std::memcpy(seed_.data() + 8, &block_, sizeof block_);
    randombytes_buf_deterministic(out.data(), out.size(), seed_.data());
}

}  // namespace stadtbuch::keys
