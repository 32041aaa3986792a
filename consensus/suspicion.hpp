// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a member did that an honest one does not do. The numbers are Plenum's (plenum-consensus
// §5.5, §7.4); they travel as the reason of INSTANCE_CHANGE. Numbers from 9000 on are ours and
// never leave the node.
#pragma once
#include <cstdint>
#include <string_view>

#include "consensus/executor.hpp"

namespace stadtbuch::consensus {

enum class Reason : std::uint16_t {
    duplicate_pre_prepare = 2,
    duplicate_prepare = 3,
    unknown_prepare_at_primary = 4,
    prepare_digest_wrong = 5,
    duplicate_commit = 8,
    pre_prepare_not_from_primary = 9,
    prepare_from_primary = 10,
    pre_prepare_digest_wrong = 11,
    pre_prepare_time_wrong = 18,
    discarded_wrong = 20,
    state_root_wrong = 21,
    txn_root_wrong = 22,
    prepare_state_root_wrong = 23,
    prepare_txn_root_wrong = 24,
    primary_degraded = 25,
    primary_disconnected = 26,
    primary_about_to_leave = 27,
    view_change_timeout = 28,
    multi_signature_wrong = 29,
    commit_signature_wrong = 31,
    sub_seq_no_wrong = 37,
    state_signatures_stale = 43,
    audit_root_wrong = 44,
    prepare_audit_root_wrong = 45,
    node_count_changed = 46,
    new_view_checkpoint_wrong = 47,
    new_view_batches_wrong = 48,
    primary_unchanged = 49,
    primary_demoted = 51,
    pool_state_root_wrong = 41,
    request_already_ordered = 42,
    not_a_member = 9001,
    wrong_catchup_reply = 9002,
    own_history_differs = 9003,
    contradicts_own_vote = 9004,
    view_change_twice = 9005,
    queue_full = 9006,
};

[[nodiscard]] std::string_view to_text(Reason reason);

/// For the log, the metrics and the operator. `from` is empty when nobody in particular is
/// suspected.
struct Suspicion {
    NodeName from;
    Reason reason = Reason::not_a_member;
    PpSeqNo pp_seq_no = 0;
};

}  // namespace stadtbuch::consensus
