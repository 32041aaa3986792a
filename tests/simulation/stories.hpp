// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The named scenarios by group of the catalogue (plenum-lessons E).
#pragma once
#include <vector>

#include "tests/simulation/scenarios.hpp"

namespace stadtbuch::simulation {

[[nodiscard]] std::vector<Scenario> stories_of_ordering();
[[nodiscard]] std::vector<Scenario> stories_of_hostile_senders();
[[nodiscard]] std::vector<Scenario> stories_of_views();
[[nodiscard]] std::vector<Scenario> stories_of_new_views();
[[nodiscard]] std::vector<Scenario> stories_of_certificates();
[[nodiscard]] std::vector<Scenario> stories_of_what_is_carried();
[[nodiscard]] std::vector<Scenario> stories_of_catchup();
[[nodiscard]] std::vector<Scenario> stories_of_leechers();
[[nodiscard]] std::vector<Scenario> stories_of_backups();
[[nodiscard]] std::vector<Scenario> stories_of_members();
[[nodiscard]] std::vector<Scenario> stories_of_silence();
[[nodiscard]] std::vector<Scenario> stories_of_hours();
[[nodiscard]] std::vector<Scenario> stories_of_fairness();

}  // namespace stadtbuch::simulation
