// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The real execution of transactions behind the executor port, on a memory store that is written as
// the node's writer writes it: one atomic write for all that a step changed.
#pragma once
#include <memory>
#include <unordered_map>

#include "ssi/ledger/execution.hpp"
#include "tests/simulation/body.hpp"
#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation {

/// Requests are NYM, NODE and TXN_AUTHR_AGRMT_AML in Indy's form; one world's requests are parsed
/// once.
class LedgerRealm final : public Realm {
  public:
    std::unique_ptr<Body> make_body(const std::vector<std::string>& genesis) const override;
    std::string text_of(const ToyRequest& request) const override;
    std::optional<Parsed> parse(const std::string& text) const override;

    /// nullptr: not a request.
    [[nodiscard]] ledger::RequestPtr request(const std::string& text) const;

  private:
    mutable std::unordered_map<std::string, ledger::RequestPtr> parsed_;
};

/// Toy signatures under the BLS keys of the realm's genesis.
[[nodiscard]] BlsModel ledger_bls();

}  // namespace stadtbuch::simulation
