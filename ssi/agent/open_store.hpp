// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The store that the settings name.
#pragma once
#include "ssi/agent/database.hpp"
#include "ssi/agent/settings.hpp"

namespace stadtbuch::agent {

struct OpenStore {
    bool create = true;  ///< makes it if it is missing
    bool alone = false;  ///< no other instance has it open
};

/// SB-2001 to SB-2009; SB-4001 and SB-4002 for the password file.
[[nodiscard]] Result<std::unique_ptr<Database>, Error> open_store(const Settings& settings,
                                                                  OpenStore how = {});

}  // namespace stadtbuch::agent
