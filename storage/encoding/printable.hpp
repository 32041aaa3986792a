// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Which characters Python's repr shows as they are. Internal to storage/encoding.
#pragma once
#include <cstdint>

namespace stadtbuch::encoding {

/// str.isprintable of Python 3.8: not control, format, surrogate, private use, unassigned or
/// separator, except the space itself.
[[nodiscard]] bool is_printable(std::uint32_t code_point);

}  // namespace stadtbuch::encoding
