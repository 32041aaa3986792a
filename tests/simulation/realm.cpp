// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/breaks.hpp"
#include "tests/simulation/ledger_body.hpp"
#include "tests/simulation/options.hpp"

namespace stadtbuch::simulation {

std::shared_ptr<Realm> realm_of(const Options& options) {
    if (options.executor == "ledger") return std::make_shared<LedgerRealm>();
    return nullptr;
}

BlsModel bls_of(const Options& options) {
    return options.executor == "ledger" ? ledger_bls() : toy_bls();
}

Plan plan_of(std::uint64_t seed, const Options& options) {
    Plan plan = swarm(seed, pools_named(options.pools).value_or(Pools::any));
    if (options.executor == "ledger") {
        // Members stay: changing them is the integers' part, and the unit tests' of execution.
        plan.spares = plan.registry_changes = 0;
    }
    for (const std::string& feature : options.without) leave_out(plan, feature);
    plan.keep = options.keep;
    apply_break(options.broken, plan);
    return plan;
}

}  // namespace stadtbuch::simulation
