// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Catch-up of the pool ledger over the client port: agree on size and root, fetch, compare
// (indy-client-protocol §9). A pure state machine.
//
//   asking    LEDGER_STATUS to all; more than f equal answers name the target
//   fetching  CATCHUP_REQ to one agreeing node after the other until one leads to the target's root
#pragma once
#include <set>
#include <string>
#include <vector>

#include "ssi/client/pool.hpp"
#include "ssi/client/pool_error.hpp"

namespace stadtbuch::client {

struct RefreshStep {
    struct Send {
        std::string alias;
        std::string text;
    };

    std::vector<Send> send;
    /// The new ledger (or the old one, if it was the newest).
    std::optional<Result<PoolLedger, PoolError>> outcome;
    /// Answers that are still out get the full time again.
    bool restart_timer = false;
};

class PoolRefresh {
  public:
    explicit PoolRefresh(PoolLedger ledger);

    [[nodiscard]] RefreshStep start();
    [[nodiscard]] RefreshStep on_message(const std::string& alias, const encoding::Value& message);
    /// The time for the present phase is over.
    [[nodiscard]] RefreshStep on_timeout();

    [[nodiscard]] bool is_done() const { return is_done_; }

  private:
    struct Target {
        std::uint64_t size = 0;
        std::string root;
        encoding::Value hashes;
        friend bool operator==(const Target&, const Target&) = default;
    };

    struct Group {
        Target target;
        std::vector<std::string> nodes;
    };

    [[nodiscard]] RefreshStep on_status(const std::string& alias, Target target);
    [[nodiscard]] RefreshStep on_target(const Group& group);
    [[nodiscard]] RefreshStep fetch_from_next();
    [[nodiscard]] RefreshStep on_catchup_rep(const std::string& alias,
                                             const encoding::Value& message);
    [[nodiscard]] RefreshStep fail(PoolErrorKind kind, std::string what);
    [[nodiscard]] RefreshStep finish();

    PoolLedger ledger_;
    std::set<std::string> heard_;
    std::vector<Group> groups_;
    std::optional<Target> target_;
    std::vector<std::string> sources_;  ///< who may be asked for transactions, best first
    std::size_t next_source_ = 0;
    std::string asked_;  ///< whose CATCHUP_REP is awaited
    bool is_done_ = false;
};

}  // namespace stadtbuch::client
