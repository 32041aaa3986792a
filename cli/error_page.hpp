// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// docs/errors.md, built into the program: `stadtbuch explain` works without network and checkout.
#pragma once
#include <string_view>
#include <vector>

namespace stadtbuch::cli {

struct ErrorEntry {
    std::string_view id, meaning, remedy;
};

/// The page's text, from the generated source.
[[nodiscard]] std::string_view error_page();
/// In the order of the page.
[[nodiscard]] const std::vector<ErrorEntry>& error_entries();

}  // namespace stadtbuch::cli
