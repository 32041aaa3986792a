// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Steps through UTF-8 text. Internal to storage/encoding.
#pragma once
#include <cstdint>
#include <string_view>

namespace stadtbuch::encoding {

/// The code point at `at`, which moves behind it. Total: a byte that begins no sequence counts as itself
/// (texts inside a Value are UTF-8 unless our own code put something else there).
inline std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    const int more = lead < 0xC0 ? 0 : lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    std::uint32_t code_point = more == 0 ? lead : lead & (0x3Fu >> more);
    for (int i = 0; i < more && at < text.size(); ++i) {
        code_point = code_point << 6 | (static_cast<unsigned char>(text[at++]) & 0x3Fu);
    }
    return code_point;
}

}  // namespace stadtbuch::encoding
