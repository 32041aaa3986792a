// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Internal: libsodium is initialised once, before its first use.
#pragma once

namespace stadtbuch::keys {

/// Chooses libsodium's fastest implementations; idempotent and thread-safe. Stops the process on
/// failure.
void start_sodium();

}  // namespace stadtbuch::keys
