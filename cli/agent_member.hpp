// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The municipality's agent as a member of a local network: its configuration, its endorser DID on
// the ledger, its readiness.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::cli {

struct AgentPlan {
    std::string network_folder;
    std::string register_folder;      ///< empty: the example town
    std::string types_folder;         ///< empty: the built-in credential types only
    std::uint16_t port = 8443;        ///< metrics are served on `port` + 1000
    std::uint16_t observer_port = 0;  ///< HTTP port of the observer, for receipts; 0: none
};

/// Where the example town lies: beside an installed program, else in the source folder it was built
/// from.
[[nodiscard]] std::string example_town();
/// Runs `stadtbuch-agent init-dev` unless it has run. SB-5004, SB-5008.
[[nodiscard]] Result<void, Error> prepare_agent(const AgentPlan& plan);
/// Makes the agent's DID an endorser with the network's trustee key. Needs a network that orders.
/// SB-5009.
[[nodiscard]] Result<void, Error> register_agent(const std::string& network_folder);
/// {"ready":true,"ledger":"published",...}; nullopt while it does not answer.
[[nodiscard]] std::optional<encoding::Value> agent_status(const std::string& agent_folder);

}  // namespace stadtbuch::cli
