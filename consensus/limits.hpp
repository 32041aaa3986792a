// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Every bound and every waiting time of agreement in one place. Times are milliseconds.
#pragma once
#include <cstddef>
#include <cstdint>

#include "consensus/executor.hpp"

namespace stadtbuch::consensus {

/// Milliseconds of a monotonic clock; its origin does not matter.
using Tick = std::uint64_t;

struct Limits {
    // Must be equal on all members (plenum-consensus §13).
    PpSeqNo checkpoint_every = 100;
    PpSeqNo log_size = 300;
    std::size_t frame_bytes_max = 131072;

    // Batches.
    std::size_t batch_requests_max = 1000;
    std::size_t batches_in_flight_max = 4;
    /// A follower takes a batch up when it is at most this far above the last ordered one; what
    /// lies further waits. Otherwise each primary in a row could put a whole log of batches into
    /// VIEW_CHANGE, until it no longer fits a frame.
    PpSeqNo unordered_max = 20;
    /// With a batch in flight the next one is cut when this many requests wait; without one, at
    /// once.
    std::size_t batch_requests_pipelined = 100;
    /// The primary waits while this many of its ordered batches are not durable yet.
    std::size_t batches_undurable_max = 64;
    UnixSeconds pp_time_deviation_max = 600;

    // Memory.
    std::size_t requests_max = 20000;
    std::size_t request_bytes_max = 64u << 20;
    /// Requests that a PRE-PREPARE names and that were asked for are let in above the bounds.
    std::size_t backup_queue_max = 20000;
    std::size_t stash_messages_max = 2000;   ///< for each sender
    std::size_t stash_bytes_max = 4u << 20;  ///< for each sender
    std::size_t checkpoints_per_sender_max = 8;
    std::size_t votes_ahead_max = 16;  ///< INSTANCE_CHANGE: distinct views kept for each sender
    std::size_t catchup_buffer_bytes_max = 16u << 20;

    // Waiting times.
    Tick freshness_interval = 120'000;  ///< an empty batch for a ledger not written for this long
    Tick freshness_vote_after = 600'000;
    /// A connected member that sent no COMMIT for this many batches only follows. For its sake an
    /// idle primary makes an empty batch this often, for one log and one checkpoint more, and not
    /// again before it rested.
    PpSeqNo follower_silent_batches = 3;
    Tick follower_batch_interval = 1'000;
    Tick follower_rest = 43'200'000;
    Tick propagate_request_delay = 500;
    Tick propagate_repeat = 3'000;
    Tick stall_request_delay = 1'000;  ///< ask for lost messages of the next batch after this long
    Tick stall_retransmit = 2'000;
    Tick stall_repeat_max = 16'000;
    Tick lag_probe_interval =
        30'000;  ///< compare the audit ledger with the peers' even when all seems well
    Tick lag_probe_delay = 1'500;  ///< after a sign of lag or a regained connection
    Tick catchup_status_timeout = 3'000;
    Tick catchup_request_timeout = 6'000;
    std::uint64_t catchup_chunk = 100;    ///< transactions in one CATCHUP_REQ
    std::uint64_t catchup_share_min = 5;  ///< a shorter range is not divided among the sources
    std::size_t catchup_requests_max = 8;
    Tick observer_poll_interval = 1'000;
    Tick primary_disconnect_tolerated = 3'000;
    Tick instance_change_repeat = 10'000;
    Tick new_view_timeout = 3'000;  ///< doubles with each view that does not come about
    Tick new_view_timeout_max = 480'000;
    Tick new_view_return = 60'000;  ///< that patience returns by halves, one each so long
    Tick instance_change_lifetime = 7'200'000;
    /// A request that waits this long while nothing is ordered makes the node ask for another
    /// primary. Doubles when that came about, up to the second; returns when batches of a while
    /// were all ordered far sooner.
    Tick progress_timeout = 3'000;
    Tick progress_timeout_max = 20'000;
    Tick progress_return = 1'500;
    /// The same when far less is ordered than waits (a window is three quarters of it).
    Tick pace_timeout = 20'000;
    /// Time in which this process did not run is nobody's fault, if it was longer than this.
    Tick sleep_noticed = 1'000;
    Tick housekeeping_interval = 250;  ///< granularity of all checks above
};

}  // namespace stadtbuch::consensus
