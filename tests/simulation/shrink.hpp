// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Makes the schedule of a failing seed small: features and deeds are taken away as long as the run
// still fails with the same kind of violation (delta debugging).
#pragma once
#include <string>

#include "tests/simulation/options.hpp"

namespace stadtbuch::simulation {

struct Small {
    Plan plan;
    std::string violation;
    std::size_t runs = 0;
};

[[nodiscard]] Small shrink(const Plan& plan, const Options& options);
/// The command that replays exactly this plan.
[[nodiscard]] std::string replay_command(const Options& options, const Plan& plan);
void print_small(const Options& options, const Small& small);

}  // namespace stadtbuch::simulation
