// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The operating system's random numbers. Only shells include this file.
#pragma once
#include "ssi/keys/random.hpp"

namespace stadtbuch::keys {

/// getrandom(2) through libsodium; thread-safe; aborts if the system cannot deliver (libsodium's
/// rule).
[[nodiscard]] RandomSource& os_random();

}  // namespace stadtbuch::keys
