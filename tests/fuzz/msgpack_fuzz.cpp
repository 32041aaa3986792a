// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The canonical bytes of what was read are a fixed point of reading and writing.
#include "storage/base/assert.hpp"
#include "storage/encoding/msgpack.hpp"

using namespace stadtbuch;
using namespace stadtbuch::encoding;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto value = msgpack_decode({data, size});
    if (!value) return 0;
    const Bytes canonical = msgpack_encode(*value);
    const auto again = msgpack_decode(canonical);
    STADTBUCH_ASSERT(again);
    STADTBUCH_ASSERT(msgpack_encode(*again) == canonical);
    return 0;
}
