// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The store that the settings name.
#pragma once
#include "ssi/agent/database.hpp"
#include "ssi/agent/settings.hpp"

namespace stadtbuch::agent {

/// SB-2001 to SB-2009; SB-4001 and SB-4002 for the password file. `create`: makes it if it is
/// missing.
[[nodiscard]] Result<std::unique_ptr<Database>, Error> open_store(const Settings& settings,
                                                                  bool create = true);

}  // namespace stadtbuch::agent
