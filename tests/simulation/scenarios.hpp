// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Named stories from the field incidents of others (reliability C3): what stopped or split their
// pools must not stop or split ours.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace stadtbuch::simulation {

struct Scenario {
    std::string name;
    std::string origin;
    /// Empty when all went well, else what did not.
    std::function<std::string()> run;
};

[[nodiscard]] const std::vector<Scenario>& scenarios();
/// Exit codes of the program; 2 for a name that does not exist.
int list_scenarios();
int run_scenario(const std::string& name);
int run_all_scenarios();

}  // namespace stadtbuch::simulation
