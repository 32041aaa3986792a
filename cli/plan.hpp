// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// --dry-run (CL-05): the exact request, what it does and who must sign; with `node` also what the
// network's rules say. Nothing is sent that could change anything.
#pragma once
#include "cli/pool_session.hpp"

namespace stadtbuch::cli {

/// Prints the request as data and the rest as talk. With --dry-run=node the exit code is 4 when the
/// network's rule is not met as far as roles can tell.
[[nodiscard]] int show_plan(const Context& context, const LedgerOptions& options,
                            const Network& network, const encoding::Value& request);

}  // namespace stadtbuch::cli
