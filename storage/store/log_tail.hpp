// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Tells a torn last write from damage. Private to this folder.
#pragma once
#include <string>

namespace stadtbuch::store {

/// True when the newest write-ahead log in `directory` has a damaged place and no record begins
/// behind it: that is what a power loss in the middle of the last, never acknowledged write leaves
/// (reliability R-041). False when a whole record begins behind the damage, when there is no
/// damage, and when the log cannot be read.
[[nodiscard]] bool ends_torn(const std::string& directory);

}  // namespace stadtbuch::store
