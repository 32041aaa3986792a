// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// offline: permits judged without a network.
#pragma once
#include "cli/command.hpp"

namespace stadtbuch::cli {

void add_offline_commands(CLI::App& app, Context& context);

}  // namespace stadtbuch::cli
