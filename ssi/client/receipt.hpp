// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Receipts of an observer, judged offline: nothing is believed but the pool's genesis
// (docs/receipts.md). Pure; thread-safe; never throws on input; work is bounded by the limits
// below.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::client {

struct ReceiptLimits {
    std::size_t roots_max = 16;
    std::size_t facts_max = 64;
    std::size_t transactions_max = 64;
    std::size_t texts_max = 64;
    /// Changes of the pool's members since the genesis.
    std::size_t pool_steps_max = 4096;
    std::size_t pool_txns_max = 16384;
};

struct ReceiptFault {
    std::string where;  ///< "roots[0]", "pool[2]", "answer"
    std::string what;
};

/// What holds.
struct ReceiptVerdict {
    std::string question;
    encoding::Value answer;  ///< {"outcome", "content", "metadata"}
    /// The members say that it was so at this time (UNIX seconds): the oldest signature that an
    /// answer about the newest state stands on; the time asked for if later entries prove that
    /// nothing lay between.
    std::int64_t as_of = 0;
    std::vector<std::string> signers;    ///< of all signatures, sorted, each once
    std::vector<std::uint64_t> seq_nos;  ///< of the entries behind the answer, ascending
    std::uint64_t pool_size = 0;  ///< entries of the pool ledger that the members follow from
};

/// Errors of the genesis text itself: SB-3001.
struct ReceiptOutcome {
    std::optional<ReceiptVerdict> verdict;
    std::optional<ReceiptFault> fault;
    std::optional<Error> bad_genesis;
};

[[nodiscard]] ReceiptOutcome verify_receipt(const encoding::Value& receipt,
                                            std::string_view genesis_text,
                                            const ReceiptLimits& limits = {});

}  // namespace stadtbuch::client
