// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// States that a good campaign must have seen (reliability C1, "sometimes"): a counter that stays
// zero means that the simulation is blind there.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace stadtbuch::simulation {

enum class State : std::uint8_t {
    new_view_recreates_batches,
    new_view_mixes_views,
    view_change_with_prepared,
    old_batch_asked_for,
    old_batch_given,
    pre_prepare_asked_for,
    vote_asked_for,
    request_asked_for,
    view_change_asked_for,
    new_view_given_again,
    batch_of_old_view_ordered,
    view_skipped,
    three_view_changes,
    vote_primary_disconnected,
    vote_no_progress,
    vote_view_change_timeout,
    vote_member_count,
    vote_bad_batch,
    equivocation_seen,
    wrong_batch_refused,
    wrong_prepare_seen,
    wrong_share_seen,
    wrong_time_seen,
    wrong_new_view_refused,
    wrong_catchup_refused,
    two_view_changes_of_one,
    stranger_refused,
    crash_with_held_votes,
    crash_with_unsynced_writes,
    unsynced_write_torn,
    unsynced_write_kept,
    crash_while_changing_view,
    crash_while_catching_up,
    crash_in_mid_send,
    restart_with_open_batch,
    restart_waiting_for_new_view,
    everybody_down,
    stopped_by_full_disk,
    stopped_by_fsync_error,
    latent_error_met,
    misdirected_write_met,
    damage_met_by_start,
    damaged_disk_replaced,
    old_machine_put_back,
    one_way_cut,
    split_pool,
    flapping_link,
    swizzled_links,
    frozen_node,
    clock_jumped,
    twins_heard_differently,
    frame_mutated,
    frame_undecodable,
    old_message_replayed,
    caught_up_after_start,
    caught_up_in_later_view,
    checkpoint_stable,
    request_refused,
    empty_batch,
    proof_published,
    member_admitted,
    member_removed,
    primary_removed,
    observer_level,
    count_
};
inline constexpr std::size_t state_count = static_cast<std::size_t>(State::count_);
[[nodiscard]] const char* to_text(State state);

struct Sometimes {
    std::array<std::uint64_t, state_count> seen{};

    void saw(State state) { ++seen[static_cast<std::size_t>(state)]; }

    [[nodiscard]] std::uint64_t operator[](State state) const {
        return seen[static_cast<std::size_t>(state)];
    }

    void add(const Sometimes& other) {
        for (std::size_t i = 0; i < state_count; ++i) seen[i] += other.seen[i];
    }
};

}  // namespace stadtbuch::simulation
