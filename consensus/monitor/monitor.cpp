// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/monitor/monitor.hpp"

#include <algorithm>
#include <utility>

namespace stadtbuch::consensus {

void Monitor::reset() {
    disconnected_since_.reset();
    quiet_until_ = 0;
    since_ = core_.now.tick;
    window_is_known_ = false;
    window_ends_ = core_.now.tick + pace_window();
    ordered_before_ = master_.requests_ordered();
}

void Monitor::on_time(bool known_behind) {
    if (!core_.participating || core_.waiting_for_new_view) return;
    watch_connection();
    if (known_behind || core_.now.tick < quiet_until_) return;
    watch_progress();
    watch_pace();
    watch_freshness();
}

void Monitor::watch_connection() {
    const NodeName primary = core_.primary_of(0);
    if (primary == core_.self || core_.connected.count(primary) != 0) {
        disconnected_since_.reset();
        return;
    }
    if (!disconnected_since_) disconnected_since_ = core_.now.tick;
    if (core_.now.tick >= *disconnected_since_ + core_.limits.primary_disconnect_tolerated) {
        core_.vote(Reason::primary_disconnected);
    }
}

void Monitor::watch_progress() {
    const Tick last = std::max(master_.last_progress(), since_);
    if (core_.now.tick < last + core_.limits.progress_timeout) return;
    const auto oldest = requests_.oldest_unordered();
    const bool waiting_long = oldest && core_.now.tick >= *oldest + core_.limits.progress_timeout;
    const auto stalled = master_.stalled_since();
    const bool stalled_long = stalled && core_.now.tick >= *stalled + core_.limits.progress_timeout;
    if (!waiting_long && !stalled_long) return;
    core_.vote(Reason::primary_degraded);
    quiet_until_ = core_.now.tick + core_.limits.progress_timeout;
}

/// A primary that orders a little now and then, so that there is always some progress: in a whole
/// window less than a tenth of what waits, while the oldest waits for long. The reference compares
/// the master with its backups for this (§7.3: a tenth of their throughput, or 20 s more latency);
/// its backups order whatever is finalised, so what waits here is what they have ordered.
void Monitor::watch_pace() {
    if (core_.now.tick < window_ends_) return;
    const std::uint64_t ordered = master_.requests_ordered();
    ordered_in_window_ = ordered - std::min(ordered, ordered_before_);
    ordered_before_ = ordered;
    window_ends_ = core_.now.tick + pace_window();
    // The first window after a start, a view change or a catch-up is not a whole one.
    if (!std::exchange(window_is_known_, true)) return;
    const auto oldest = requests_.oldest_unordered();
    const bool waiting_long = oldest && core_.now.tick >= *oldest + core_.limits.progress_timeout;
    if (!waiting_long || ordered_in_window_ * 10 >= requests_.waiting_count()) return;
    core_.vote(Reason::primary_degraded);
    quiet_until_ = core_.now.tick + core_.limits.progress_timeout;
}

void Monitor::watch_freshness() {
    Tick oldest = core_.now.tick;
    for (const auto& [ledger, tick] : master_.last_batch_tick())
        oldest = std::min(oldest, std::max(tick, since_));
    if (core_.now.tick < oldest + core_.limits.freshness_vote_after) return;
    core_.vote(Reason::state_signatures_stale);
    quiet_until_ = core_.now.tick + core_.limits.freshness_vote_after / 2;
}

}  // namespace stadtbuch::consensus
