// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// issue, verify, revoke, inspect: a town hall's agent from the command line, over its JSON API.
#pragma once
#include "cli/command.hpp"

namespace stadtbuch::cli {

void add_agent_commands(CLI::App& app, Context& context);

}  // namespace stadtbuch::cli
