// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/sometimes.hpp"

namespace stadtbuch::simulation {

const char* to_text(State state) {
    switch (state) {
        case State::new_view_recreates_batches:
            return "new view recreates batches";
        case State::new_view_mixes_views:
            return "new view mixes views";
        case State::view_change_with_prepared:
            return "view change with prepared";
        case State::old_batch_asked_for:
            return "old batch asked for";
        case State::old_batch_given:
            return "old batch given";
        case State::pre_prepare_asked_for:
            return "pre prepare asked for";
        case State::vote_asked_for:
            return "vote asked for";
        case State::request_asked_for:
            return "request asked for";
        case State::view_change_asked_for:
            return "view change asked for";
        case State::new_view_given_again:
            return "new view given again";
        case State::batch_of_old_view_ordered:
            return "batch of old view ordered";
        case State::view_skipped:
            return "view skipped";
        case State::three_view_changes:
            return "three view changes";
        case State::vote_primary_disconnected:
            return "vote primary disconnected";
        case State::vote_no_progress:
            return "vote no progress";
        case State::vote_view_change_timeout:
            return "vote view change timeout";
        case State::vote_member_count:
            return "vote member count";
        case State::vote_bad_batch:
            return "vote bad batch";
        case State::equivocation_seen:
            return "equivocation seen";
        case State::wrong_batch_refused:
            return "wrong batch refused";
        case State::wrong_prepare_seen:
            return "wrong prepare seen";
        case State::wrong_share_seen:
            return "wrong share seen";
        case State::wrong_time_seen:
            return "wrong time seen";
        case State::wrong_new_view_refused:
            return "wrong new view refused";
        case State::wrong_catchup_refused:
            return "wrong catchup refused";
        case State::two_view_changes_of_one:
            return "two view changes of one";
        case State::stranger_refused:
            return "stranger refused";
        case State::crash_with_held_votes:
            return "crash with held votes";
        case State::crash_with_unsynced_writes:
            return "crash with unsynced writes";
        case State::unsynced_write_torn:
            return "unsynced write torn";
        case State::unsynced_write_kept:
            return "unsynced write kept";
        case State::crash_while_changing_view:
            return "crash while changing view";
        case State::crash_while_catching_up:
            return "crash while catching up";
        case State::crash_in_mid_send:
            return "crash in mid send";
        case State::restart_with_open_batch:
            return "restart with open batch";
        case State::restart_waiting_for_new_view:
            return "restart waiting for new view";
        case State::everybody_down:
            return "everybody down";
        case State::stopped_by_full_disk:
            return "stopped by full disk";
        case State::stopped_by_fsync_error:
            return "stopped by fsync error";
        case State::latent_error_met:
            return "latent error met";
        case State::misdirected_write_met:
            return "misdirected write met";
        case State::damage_met_by_start:
            return "damage met by start";
        case State::damaged_disk_replaced:
            return "damaged disk replaced";
        case State::old_machine_put_back:
            return "old machine put back";
        case State::one_way_cut:
            return "one way cut";
        case State::split_pool:
            return "split pool";
        case State::flapping_link:
            return "flapping link";
        case State::swizzled_links:
            return "swizzled links";
        case State::frozen_node:
            return "frozen node";
        case State::clock_jumped:
            return "clock jumped";
        case State::twins_heard_differently:
            return "twins heard differently";
        case State::frame_mutated:
            return "frame mutated";
        case State::frame_undecodable:
            return "frame undecodable";
        case State::old_message_replayed:
            return "old message replayed";
        case State::caught_up_after_start:
            return "caught up after start";
        case State::caught_up_in_later_view:
            return "caught up in later view";
        case State::checkpoint_stable:
            return "checkpoint stable";
        case State::request_refused:
            return "request refused";
        case State::empty_batch:
            return "empty batch";
        case State::proof_published:
            return "proof published";
        case State::member_admitted:
            return "member admitted";
        case State::member_removed:
            return "member removed";
        case State::primary_removed:
            return "primary removed";
        case State::observer_level:
            return "observer level";
        case State::count_:
            break;
    }
    return "";
}

}  // namespace stadtbuch::simulation
