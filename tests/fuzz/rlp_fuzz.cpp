// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Only the one canonical encoding of an item is read.
#include <algorithm>

#include "storage/base/assert.hpp"
#include "storage/encoding/rlp.hpp"

using namespace stadtbuch;
using namespace stadtbuch::encoding;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input(data, size);
    if (const auto item = rlp_decode(input)) {
        const Bytes again = rlp_encode(*item);
        STADTBUCH_ASSERT(std::equal(again.begin(), again.end(), input.begin(), input.end()));
    }
    const auto wrapped = rlp_decode(rlp_wrap_list(rlp_encode_string(input)));
    STADTBUCH_ASSERT(wrapped && wrapped->is_list && wrapped->list.size() == 1);
    STADTBUCH_ASSERT(wrapped->list[0].string == bytes_of(input));
    return 0;
}
