// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Bytes survive every text form, and a text that is accepted is the only text of its bytes.
#include "storage/base/assert.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::encoding;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView input(data, size);
    const std::string_view text = text_of(input);
    const Bytes bytes = bytes_of(input);

    if (const auto decoded = base58_decode(text)) STADTBUCH_ASSERT(base58_encode(*decoded) == text);
    if (const auto decoded = base64_decode(text)) STADTBUCH_ASSERT(base64_encode(*decoded) == text);
    if (const auto decoded = base64url_decode(text))
        STADTBUCH_ASSERT(base64url_encode(*decoded) == text);
    if (const auto decoded = z85_decode(text)) STADTBUCH_ASSERT(z85_encode(*decoded) == text);
    if (const auto decoded = hex_decode(text))
        STADTBUCH_ASSERT(hex_decode(hex_encode(*decoded)) == decoded);
    if (const auto hash = base58_decode32(text))
        STADTBUCH_ASSERT(base58_decode(text) == bytes_of(hash->view()));
    (void)is_utf8(text);

    STADTBUCH_ASSERT(base58_decode(base58_encode(input), 2 * size + 1) == bytes);
    STADTBUCH_ASSERT(base64_decode(base64_encode(input)) == bytes);
    STADTBUCH_ASSERT(base64url_decode(base64url_encode(input)) == bytes);
    STADTBUCH_ASSERT(hex_decode(hex_encode(input)) == bytes);
    const BytesView whole_groups = input.first(size / 4 * 4);
    STADTBUCH_ASSERT(z85_decode(z85_encode(whole_groups)) == bytes_of(whole_groups));
    return 0;
}
