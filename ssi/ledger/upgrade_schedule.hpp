// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The schedule of a POOL_UPGRADE against the pool and the clock (indy-ledger-formats §6.10). The
// reference checks it on receipt from a client, before the signature. It is no part of dynamic
// validation, and a PROPAGATE brings a request past it, there as here: a member could so get a
// schedule ordered that no client would.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "ssi/ledger/pool_nodes.hpp"
#include "ssi/ledger/refusal.hpp"
#include "ssi/ledger/request.hpp"

namespace stadtbuch::ledger {

/// nullopt for every other request, and for a schedule that names each validator of the pool once,
/// in the future, 300 s apart; a forced one only needs times. Times are ISO 8601 texts
/// (`2027-01-19T18:58:09+00:00`); the reference also reads freer forms. `now` in UNIX seconds.
[[nodiscard]] std::optional<Refusal> check_upgrade_schedule(const Request& request,
                                                            const std::vector<PoolNode>& nodes,
                                                            std::int64_t now);

}  // namespace stadtbuch::ledger
