// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A verification key that is accepted has exactly the bytes it came from, in both forms, and lies
// in the subgroup also by the other engine's opinion. Any multiple of the generator is accepted;
// adding a point from outside the subgroup makes it refused.
#include <algorithm>
#include <cstring>

#include "consensus/bls/bls.hpp"
#include "consensus/bls/engine.hpp"
#include "consensus/bls/params.hpp"
#include "storage/base/assert.hpp"

using namespace stadtbuch;
using namespace stadtbuch::bls;

namespace {

// The point of the twist with x = 2: its order is not r.
constexpr std::array<Byte, point_bytes> outside_bytes{
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x09, 0x1b, 0xe7, 0x31, 0xb8, 0xdb, 0x4c, 0x95, 0x65, 0xe1, 0x1a, 0xed, 0x81, 0xbd, 0x2c, 0xcf,
    0x36, 0x2e, 0xd0, 0xc2, 0x8c, 0xcc, 0x4e, 0xc8, 0x7c, 0xd7, 0x22, 0x35, 0xe3, 0x73, 0x6a, 0x6b,
    0x20, 0xf0, 0x27, 0x0b, 0x90, 0x09, 0x53, 0x24, 0x90, 0xba, 0x11, 0x04, 0x87, 0xb9, 0x08, 0x6e,
    0x28, 0x30, 0xe8, 0x20, 0x9c, 0x1b, 0x12, 0x39, 0xb0, 0xb9, 0x67, 0x60, 0x4e, 0x13, 0xef, 0xf6,
};

void check_multiple(const std::uint8_t* scalar_bytes) {
    Scalar scalar{};
    // 248 bits are below r.
    std::memcpy(scalar.limb, scalar_bytes, 31);
    const G2 multiple = engine().multiply_g2(generator, scalar);
    std::array<Byte, point_bytes> bytes{};
    engine().encode_g2(multiple, bytes.data());
    STADTBUCH_ASSERT(VerKey::from_bytes(bytes).has_value() == !multiple.infinity);
    G2 outside{};
    STADTBUCH_ASSERT(engine().decode_g2(outside_bytes.data(), outside) == BlsError::wrong_subgroup);
    const std::array<const G2*, 2> terms{&multiple, &outside};
    engine().encode_g2(engine().add_g2(terms), bytes.data());
    const auto refused = VerKey::from_bytes(bytes);
    STADTBUCH_ASSERT(!refused && refused.error() == BlsError::wrong_subgroup);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView bytes(data, size);
    const auto key = VerKey::from_bytes(bytes);
    if (key) {
        const auto written = key->to_bytes();
        STADTBUCH_ASSERT(std::equal(written.begin(), written.end(), bytes.begin(), bytes.end()));
        STADTBUCH_ASSERT(*VerKey::from_base58(key->to_base58()) == *key);
    }
    if (size == point_bytes) {
        G2 point{};
        STADTBUCH_ASSERT(portable_engine().decode_g2(data, point).has_value() == !key.has_value());
    }
    if (size >= 32 && data[31] % 16 == 0) check_multiple(data);
    const std::string_view text = text_of(bytes);
    if (const auto from_text = VerKey::from_base58(text))
        STADTBUCH_ASSERT(from_text->to_base58() == text);
    return 0;
}
