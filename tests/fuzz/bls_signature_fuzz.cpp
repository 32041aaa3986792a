// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A signature that is accepted has exactly the bytes it came from, in both forms; adding it to
// itself gives a point that is accepted again.
#include <algorithm>

#include "consensus/bls/bls.hpp"
#include "consensus/bls/engine.hpp"
#include "storage/base/assert.hpp"

using namespace stadtbuch;
using namespace stadtbuch::bls;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView bytes(data, size);
    const auto signature = Signature::from_bytes(bytes);
    if (signature) {
        const auto written = signature->to_bytes();
        STADTBUCH_ASSERT(std::equal(written.begin(), written.end(), bytes.begin(), bytes.end()));
        STADTBUCH_ASSERT(Signature::from_base58(signature->to_base58())->to_bytes() == written);
        const std::vector<Signature> twice{*signature, *signature};
        STADTBUCH_ASSERT(Signature::from_bytes(aggregate(twice).to_bytes()).has_value());
    }
    const std::string_view text = text_of(bytes);
    if (const auto from_text = Signature::from_base58(text))
        STADTBUCH_ASSERT(from_text->to_base58() == text);
    // Any digest becomes a point of the curve, the same one in both engines.
    if (size >= 32) {
        std::array<Byte, 64> fast{}, slow{};
        engine().encode_g1(engine().hash_to_curve(data), fast.data());
        portable_engine().encode_g1(portable_engine().hash_to_curve(data), slow.data());
        G1 point{};
        STADTBUCH_ASSERT(fast == slow &&
                         !portable_engine().decode_g1(fast.data(), point).has_value());
    }
    return 0;
}
