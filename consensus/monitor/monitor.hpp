// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reasons to want another primary: it is gone, it makes no progress, or the state signatures grow
// old (plenum-consensus §7.3, §7.4). All of them only vote; n-f votes decide.
#pragma once
#include <optional>

#include "consensus/core.hpp"
#include "consensus/ordering/ordering.hpp"
#include "consensus/ordering/requests.hpp"

namespace stadtbuch::consensus {

class Monitor {
  public:
    Monitor(Core& core, const Ordering& master, const Requests& requests)
        : core_(core), master_(master), requests_(requests) {}

    /// A new view or the end of a catch-up: all clocks start anew.
    void reset();
    /// This process did not run for so long.
    void slept(Tick lost);
    /// `known_behind`: the pool is ahead of this node, so its own impressions do not count.
    void on_time(bool known_behind);

  private:
    void watch_connection();
    void watch_progress();
    void adapt_patience(Tick waited);
    void watch_pace();
    void restart_pace();
    void watch_idleness();

    /// 15 s by default, as the reference's windows (§7.3).
    [[nodiscard]] Tick pace_window() const { return core_.limits.pace_timeout * 3 / 4; }

    void watch_freshness();

    Core& core_;
    const Ordering& master_;
    const Requests& requests_;
    Tick quorum_since_ = 0;  ///< n-f members are reached since then
    // Patience with a primary that orders nothing.
    Tick patience_ = core_.limits.progress_timeout;
    std::optional<ViewNo> blamed_in_;
    Tick longest_wait_ = 0;    ///< since patience was looked at
    Tick longest_before_ = 0;  ///< between the two looks before
    Tick look_at_patience_ = 0;
    // Pace: requests that the master ordered, window by window.
    Tick window_ends_ = 0;
    std::uint64_t ordered_before_ = 0;
    std::uint64_t ordered_in_window_ = 0;
    bool window_is_known_ = false;
    // Looks at a request that waited for a second or more: nothing was under way, or something was.
    std::size_t idle_looks_ = 0;
    std::size_t busy_looks_ = 0;
    Tick idle_patience_ = core_.limits.pace_timeout;
    std::optional<ViewNo> idled_in_;
    Tick quiet_until_ = 0;
    Tick since_ = 0;
};

}  // namespace stadtbuch::consensus
