// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#pragma once
#include <string>
#include <string_view>

namespace stadtbuch::agent {

/// RFC 1952, for Content-Encoding. Empty if memory is short.
[[nodiscard]] std::string gzip(std::string_view text);

}  // namespace stadtbuch::agent
