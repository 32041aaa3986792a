// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Genesis files: the first transactions of the pool and domain ledgers, one JSON object a line
// (indy-ledger-formats §11). The objects as parsed are the Merkle leaves.
#pragma once
#include <string_view>
#include <vector>

#include "storage/base/bytes.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::ledger {

struct Genesis {
    std::vector<encoding::Value> pool;
    std::vector<encoding::Value> domain;
};

/// Errors: SB-2101 not a JSON object, SB-2102 wrong seqNo, SB-2103 wrong or incomplete transaction,
/// SB-2104 empty; `where` names file kind and line.
[[nodiscard]] Result<Genesis, Error> parse_genesis(std::string_view pool_text,
                                                   std::string_view domain_text);
/// Pool genesis alone (clients).
[[nodiscard]] Result<std::vector<encoding::Value>, Error> parse_pool_genesis(
    std::string_view pool_text);

/// Root of the Merkle tree over these transactions.
[[nodiscard]] Hash32 genesis_root(const std::vector<encoding::Value>& txns);

}  // namespace stadtbuch::ledger
