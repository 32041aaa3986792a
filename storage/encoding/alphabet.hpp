// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Look-up tables from characters to digit values. Internal to storage/encoding.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace stadtbuch::encoding {

using DigitTable = std::array<std::uint8_t, 256>;
inline constexpr std::uint8_t no_digit = 0xFF;

/// Position of each character in `digits` (or in `others`, where an alphabet has two spellings).
constexpr DigitTable digit_table(std::string_view digits, std::string_view others = {}) {
    DigitTable table{};
    table.fill(no_digit);
    for (const std::string_view spelling : {digits, others}) {
        for (std::size_t i = 0; i < spelling.size(); ++i) {
            table[static_cast<unsigned char>(spelling[i])] = static_cast<std::uint8_t>(i);
        }
    }
    return table;
}

}  // namespace stadtbuch::encoding
