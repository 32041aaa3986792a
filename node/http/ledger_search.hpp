// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Finds transactions by type and words, as von-network's `query` and `type` do
// (indy-client-protocol §12). There is no index: a scan goes on where the last one for the same
// words ended, for a bounded time a call, and a few scans are remembered. Thread-safe.
#pragma once
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ssi/ledger/read_view.hpp"

namespace stadtbuch::node {

struct SearchFor {
    ledger::Ledger ledger = ledger::Ledger::domain;
    std::string type;  ///< transaction type code; empty: any
    std::string
        words;  ///< each must be found in the transaction's terms, upper and lower case alike
    friend bool operator==(const SearchFor&, const SearchFor&) = default;
};

struct SearchPage {
    std::vector<std::uint64_t> seq_nos;
    std::uint64_t matches = 0;   ///< found so far
    std::uint64_t examined = 0;  ///< transactions looked at so far
    bool complete = false;       ///< the whole ledger was looked at
};

class LedgerSearch {
  public:
    /// At most `time_ms` of a call go into looking.
    explicit LedgerSearch(std::int64_t time_ms = 1000) : time_ms_(time_ms) {}

    [[nodiscard]] SearchPage find(const ledger::ReadView& view, const SearchFor& wanted,
                                  std::uint64_t offset, std::uint64_t count);

  private:
    struct Scan {
        SearchFor wanted;
        std::mutex guard;
        std::uint64_t examined = 0;
        std::uint64_t matches = 0;
        std::vector<std::uint32_t> seq_nos;
    };

    [[nodiscard]] std::shared_ptr<Scan> scan_for(const SearchFor& wanted);

    const std::int64_t time_ms_;
    std::mutex guard_;
    std::list<std::shared_ptr<Scan>> scans_;  ///< newest use first
};

/// What words are compared with: txnId, author, DID or name and version, alias, verkey (long and
/// short), role, names of attributes; in lower case, one a line.
[[nodiscard]] std::string search_terms(const encoding::Value& txn);

}  // namespace stadtbuch::node
