// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A pool that grows as large as public networks are, and shrinks again (plenum-lessons E 161, 166,
// 174).
#pragma once
#include <vector>

#include "tests/simulation/scenarios.hpp"

namespace stadtbuch::simulation {

[[nodiscard]] std::vector<Scenario> stories_of_sizes();

}  // namespace stadtbuch::simulation
