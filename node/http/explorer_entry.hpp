// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// How one transaction looks in the explorer; inside of the explorer only.
#pragma once
#include <span>

#include "node/http/explorer_markup.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::node {

struct EntryType {
    std::string_view code;
    Text name;
};

/// The types that stand in a ledger, as the filter offers them.
[[nodiscard]] std::span<const EntryType> entry_types(ledger::Ledger ledger);
/// The entry in a list, with its JSON folded away.
[[nodiscard]] std::string entry_markup(const Shown& shown, ledger::Ledger ledger,
                                       std::uint64_t seq_no, const encoding::Value& txn);
/// The same on a page of its own: `txn` is transaction_value(), with its path; JSON open, receipt
/// and data linked.
[[nodiscard]] std::string whole_entry_markup(const Shown& shown, const std::string& name_space,
                                             ledger::Ledger ledger, std::uint64_t seq_no,
                                             const encoding::Value& txn);

}  // namespace stadtbuch::node
