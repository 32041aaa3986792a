// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a transaction does to the states (indy-ledger-formats §5.3, §6). The same code runs for new
// batches, for caught-up transactions and for genesis, so that they cannot differ.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "ssi/ledger/python_set.hpp"
#include "ssi/ledger/working_state.hpp"

namespace stadtbuch::ledger {

/// Applies a stored transaction to the states. `attribute` is the text of a raw or enc ATTRIB.
/// False when the transaction lacks what its type needs; the state is then partly changed: drop the
/// head.
[[nodiscard]] bool apply_effects(WorkingState& state, const TxnView& txn,
                                 const AttributeText* attribute);

// The parts, one per ledger.
[[nodiscard]] bool apply_pool_effects(WorkingState& state, const TxnView& txn);
[[nodiscard]] bool apply_domain_effects(WorkingState& state, const TxnView& txn,
                                        const AttributeText* attribute);
[[nodiscard]] bool apply_config_effects(WorkingState& state, const TxnView& txn);

/// `value` of the state entry after a REVOC_REG_ENTRY with this `value` (§6.7). `by_default`:
/// ISSUANCE_BY_DEFAULT. `current` is nullptr for the first entry.
[[nodiscard]] encoding::Value merged_revocation(const encoding::Value* current,
                                                const encoding::Value& change, bool by_default);
/// What is no integer is left out; a bool is one.
[[nodiscard]] std::vector<PythonInt> indices_as_given(const encoding::Value* list);

/// `services` of a NODE holds VALIDATOR.
[[nodiscard]] bool is_validator_list(const encoding::Value* services);

}  // namespace stadtbuch::ledger
