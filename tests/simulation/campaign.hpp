// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Many seeds on several threads, their figures added up.
#pragma once
#include "tests/simulation/options.hpp"

namespace stadtbuch::simulation {

/// Exit code of the program.
int run_campaign(const Options& options);
/// Runs seeds until one fails, at most `options.count`; the check that a break is noticed. True
/// when it was.
bool is_noticed(const std::string& broken, const Options& options);

}  // namespace stadtbuch::simulation
