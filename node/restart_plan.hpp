// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What an authorised POOL_RESTART does to a node whose operator lets it (`actions.pool_restart`;
// indy-client-protocol §10): the node ends, and its service manager starts it again.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "node/net/event_loop.hpp"
#include "ssi/ledger/request.hpp"

namespace stadtbuch::node {

/// When a POOL_RESTART is due, in UNIX seconds: its `datetime` (ISO 8601), or `now` where that is
/// absent, empty, "0" or past; nullopt for "cancel" and for what is no time.
[[nodiscard]] std::optional<std::int64_t> restart_time(const ledger::Request& request,
                                                       std::int64_t now);

/// On the thread of `loop`. One restart is planned at a time, the last one that came.
class RestartPlan {
  public:
    RestartPlan(net::EventLoop& loop, std::function<void()> restart);
    ~RestartPlan();
    RestartPlan(const RestartPlan&) = delete;
    RestartPlan& operator=(const RestartPlan&) = delete;

    /// Plans, plans anew, or takes back what was planned.
    void take(const ledger::Request& request);

  private:
    net::EventLoop& loop_;
    std::function<void()> restart_;
    std::optional<net::EventLoop::TimerId> timer_;
};

}  // namespace stadtbuch::node
