// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#pragma once
#include <algorithm>
#include <ranges>
#include <string_view>

namespace stadtbuch::credential {

/// True if `text` is one of `list`, a range of texts of any kind.
template <std::ranges::input_range List>
[[nodiscard]] bool contains(const List& list, std::string_view text) {
    return std::ranges::find(list, text) != std::ranges::end(list);
}

}  // namespace stadtbuch::credential
