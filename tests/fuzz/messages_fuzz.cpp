// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Property: whatever decodes, encodes to a text that decodes to a message with the same text again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "consensus/messages/messages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace stadtbuch::consensus::messages;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (looks_like_batch(text)) {
        const auto inner = decode_batch(text);
        if (inner && inner->size() > 10000) std::abort();
    }
    const auto message = decode(text);
    if (!message) return 0;
    const std::string once = encode(*message);
    const auto again = decode(once, {.bytes_max = once.size()});
    if (!again || encode(*again) != once) std::abort();
    return 0;
}
