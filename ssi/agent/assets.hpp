// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The style sheet and the small script of the pages, as they are served. The pages need neither.
#pragma once
#include <string_view>

namespace stadtbuch::agent::assets {

[[nodiscard]] std::string_view style();
[[nodiscard]] std::string_view script();
/// Changes with the content: part of the addresses, so that both may be cached for a year.
[[nodiscard]] std::string_view version();

}  // namespace stadtbuch::agent::assets
