// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/monitor/monitor.hpp"

#include <algorithm>
#include <utility>

namespace stadtbuch::consensus {

void Monitor::reset() {
    // A primary was voted out that ordered nothing. If the next one seems no faster, it may be the
    // network that is slow, and views must not follow each other for ever.
    if (blamed_in_ && core_.view_no > *blamed_in_) {
        patience_ = std::min(patience_ * 2, core_.limits.progress_timeout_max);
        look_at_patience_ = core_.now.tick + core_.limits.progress_return;
        longest_wait_ = longest_before_ = 0;
        blamed_in_.reset();
    }
    if (idled_in_ && core_.view_no > *idled_in_) {
        idle_patience_ = std::min(idle_patience_ * 2, core_.limits.pace_timeout * 8);
        idled_in_.reset();
    }
    quiet_until_ = 0;
    since_ = core_.now.tick;
    idle_looks_ = busy_looks_ = 0;
    restart_pace();
}

void Monitor::restart_pace() {
    window_is_known_ = false;
    window_ends_ = core_.now.tick + pace_window();
    ordered_before_ = master_.requests_ordered();
}

void Monitor::slept(Tick lost) {
    since_ = std::min(core_.now.tick, std::max(since_, master_.last_progress()) + lost);
    quorum_since_ = core_.now.tick;
    restart_pace();
}

void Monitor::on_time(bool known_behind) {
    if (!core_.reaches_quorum()) {
        // No view could come about, and what stands still here may go on elsewhere.
        quorum_since_ = since_ = core_.now.tick;
        return restart_pace();
    }
    if (!core_.participating || core_.waiting_for_new_view) return;
    watch_connection();
    if (known_behind || core_.now.tick < quiet_until_) return;
    watch_progress();
    watch_pace();
    watch_idleness();
    watch_freshness();
}

void Monitor::watch_connection() {
    const auto away = core_.away_since(core_.primary_of(0));
    if (!away) return;
    // Links come back one after another: the primary gets its time once n-f others are there.
    if (core_.now.tick >=
        std::max(*away, quorum_since_) + core_.limits.primary_disconnect_tolerated)
        core_.vote(Reason::primary_disconnected);
}

void Monitor::watch_progress() {
    const Tick last = std::max(master_.last_progress(), since_);
    const auto oldest = requests_.oldest_unordered();
    const auto stalled = master_.stalled_for_sure();
    const Tick began =
        std::max(last, std::min(oldest.value_or(core_.now.tick), stalled.value_or(core_.now.tick)));
    const Tick waited = core_.now.tick - std::min(began, core_.now.tick);
    adapt_patience(waited);
    if (waited < patience_) return;
    core_.vote(Reason::primary_degraded);
    blamed_in_ = core_.view_no;
    quiet_until_ = core_.now.tick + patience_;
}

/// Patience returns only where batches were ordered and nothing waited for even a quarter of it: a
/// pool whose batches take long would otherwise change its view again and again.
void Monitor::adapt_patience(Tick waited) {
    longest_wait_ = std::max(longest_wait_, waited);
    if (core_.now.tick < look_at_patience_) return;
    const bool was_tried =
        master_.last_progress() + core_.limits.progress_return > look_at_patience_;
    look_at_patience_ = core_.now.tick + core_.limits.progress_return;
    // What was ordered right after a look had waited before it.
    const Tick longest = std::max(longest_wait_, longest_before_);
    longest_before_ = std::exchange(longest_wait_, 0);
    if (!was_tried) return;
    if (longest * 4 <= core_.limits.progress_timeout)
        patience_ = core_.limits.progress_timeout;
    else if (longest * 4 <= patience_)
        patience_ = std::max(patience_ / 2, core_.limits.progress_timeout);
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
    const bool waiting_long = oldest && core_.now.tick >= *oldest + core_.limits.pace_timeout;
    if (!waiting_long || ordered_in_window_ * 10 >= requests_.waiting_count()) return;
    core_.vote(Reason::primary_degraded);
    quiet_until_ = core_.now.tick + core_.limits.pace_timeout;
}

/// A primary that orders all the time, but leaves some requests lying, or each of them for long.
/// The reference sees the second by the latency of its backups (§7.3, 20 s) and the first not at
/// all (reliability R-030). A pool at its limit always has a batch under way, and its queue moves;
/// one whose primary waits has none most of the time.
void Monitor::watch_idleness() {
    const auto oldest = requests_.oldest_unordered();
    const Tick began = std::max(oldest.value_or(core_.now.tick), since_);
    const Tick waited = core_.now.tick - std::min(began, core_.now.tick);
    if (waited < core_.limits.progress_timeout / 3) {
        idle_looks_ = busy_looks_ = 0;
        if (!oldest) idle_patience_ = core_.limits.pace_timeout;
        return;
    }
    const bool is_idle = master_.last_applied() == master_.last_ordered();
    ++(is_idle ? idle_looks_ : busy_looks_);
    if (waited < idle_patience_ || idle_looks_ <= busy_looks_) return;
    core_.vote(Reason::primary_degraded);
    idled_in_ = core_.view_no;
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
