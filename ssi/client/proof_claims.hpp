// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the answer to a read claims about the state: which key holds which bytes
// (indy-client-protocol §7).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "ssi/client/proof.hpp"
#include "ssi/ledger/types.hpp"

namespace stadtbuch::client {

struct StateClaim {
    ledger::Ledger ledger = ledger::Ledger::domain;
    Bytes key;
    std::optional<std::string> value;  ///< nullopt: nothing is there
    bool may_be_absent = false;        ///< the value is also that of an empty place (default rules)
    const encoding::Value* proof = nullptr;
    /// Time that the state is asked for; nullopt: now.
    std::optional<std::int64_t> as_of;
};

/// The claims of an answer of any type but GET_TXN. Views into `result`.
[[nodiscard]] Result<std::vector<StateClaim>, ProofError> claims_of(const encoding::Value& result);

}  // namespace stadtbuch::client
