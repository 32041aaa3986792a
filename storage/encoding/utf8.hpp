// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Steps through UTF-8 text. Internal to storage/encoding.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace stadtbuch::encoding {

/// The code point at `at`, which moves behind it. Total: a byte that begins no sequence counts as
/// itself (texts inside a Value are UTF-8 unless our own code put something else there).
inline std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    const int more = lead < 0xC0 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    std::uint32_t code_point = more == 0 ? lead : lead & (0x3Fu >> more);
    for (int i = 0; i < more && at < text.size(); ++i) {
        code_point = code_point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
    }
    return code_point;
}

/// REQUIRES: below 0x110000. A surrogate gets the three bytes that its number would have.
inline void append_utf8(std::string& out, std::uint32_t code_point) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code_point < 0x80) return put(code_point);
    if (code_point < 0x800) {
        put(0xC0 | code_point >> 6);
        return put(0x80 | (code_point & 0x3F));
    }
    if (code_point < 0x10000) {
        put(0xE0 | code_point >> 12);
    } else {
        put(0xF0 | code_point >> 18);
        put(0x80 | (code_point >> 12 & 0x3F));
    }
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
}

}  // namespace stadtbuch::encoding
