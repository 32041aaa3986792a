// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The audit transaction of a batch: written with distances, read with distances followed
// (indy-ledger-formats §8, plenum-consensus §6). Pure.
#pragma once
#include <functional>
#include <map>
#include <optional>

#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/working_state.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

/// What the ledgers look like after the batch, before its audit transaction.
struct AuditInput {
    Ledger ledger = Ledger::domain;
    std::int64_t pp_time = 0;
    std::uint64_t seq_no = 0;  ///< of the audit transaction
    std::array<std::uint64_t, state_count> sizes{};
    std::array<LedgerRoots, state_count> roots{};
    /// Frozen ledgers as the state records them; null when there are none.
    const encoding::Value* frozen = nullptr;
    const std::vector<std::string>* registry = nullptr;
};

struct AuditTxn {
    encoding::Value txn;
    AuditHead head;  ///< for the next one
    std::map<Ledger, LedgerRoots> signed_ledgers;
};

[[nodiscard]] AuditTxn make_audit_txn(const AuditHead& last, const AuditInput& input,
                                      const SealInput& seal);

/// Gives the decoded audit transaction with this number.
using AuditLoader = std::function<std::optional<encoding::Value>(std::uint64_t seq_no)>;
/// nullopt when the transaction or one that it points to is damaged.
[[nodiscard]] std::optional<AuditHead> audit_head_from(const encoding::Value& txn,
                                                       const AuditLoader& load);
/// audit_root stays zero. `genesis_sizes`: a first record names the ledger that grew since genesis.
[[nodiscard]] std::optional<AuditRecord> audit_record_from(
    const encoding::Value& txn, const AuditLoader& load,
    const std::array<std::uint64_t, state_count>& genesis_sizes);

}  // namespace stadtbuch::ledger
