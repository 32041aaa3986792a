// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Deliberate breaks: a campaign that does not notice them proves nothing. Breaks of the world (a
// disk that forgets, a node that forgets its votes) work in every build; breaks of the protocol's
// arithmetic only in stadtbuch-simulate-broken, which is compiled with tests/simulation/broken in
// front of the product's headers.
#pragma once
#include <string>
#include <vector>

#include "tests/simulation/plan.hpp"

namespace stadtbuch::simulation {

/// Names of the breaks that this program knows.
[[nodiscard]] std::vector<std::string> breaks();
[[nodiscard]] bool is_break(const std::string& name);
void apply_break(const std::string& name, Plan& plan);
/// For the whole program; call it before the first run.
void break_protocol(const std::string& name);

}  // namespace stadtbuch::simulation
