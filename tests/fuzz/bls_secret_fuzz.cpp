// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A secret key that is accepted has exactly the bytes it came from; its signature, made now and
// then because it is slow, verifies. Any seed of up to 32 bytes gives a key, a longer one does not.
#include <algorithm>

#include "consensus/bls/bls.hpp"
#include "storage/base/assert.hpp"

using namespace stadtbuch;
using namespace stadtbuch::bls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView bytes(data, size);
    const auto secret = SecretKey::from_bytes(bytes);
    if (secret) {
        const auto written = secret->to_bytes();
        STADTBUCH_ASSERT(std::equal(written.begin(), written.end(), bytes.begin(), bytes.end()));
    }
    const bool now = size != 0 && data[size - 1] % 64 == 0;
    if (now) {
        const auto seeded = SecretKey::from_seed(bytes);
        STADTBUCH_ASSERT(seeded.has_value() == (size <= secret_bytes));
        if (seeded) STADTBUCH_ASSERT(verify(*seeded->sign(bytes), bytes, seeded->ver_key()));
    }
    return 0;
}
