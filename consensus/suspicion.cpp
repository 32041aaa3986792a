// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/suspicion.hpp"

namespace stadtbuch::consensus {

std::string_view to_text(Reason reason) {
    switch (reason) {
        case Reason::duplicate_pre_prepare:
            return "second PRE-PREPARE for a number";
        case Reason::duplicate_prepare:
            return "second PREPARE for a number";
        case Reason::unknown_prepare_at_primary:
            return "PREPARE for a batch the primary did not send";
        case Reason::prepare_digest_wrong:
            return "PREPARE with another digest";
        case Reason::duplicate_commit:
            return "second COMMIT for a number";
        case Reason::pre_prepare_not_from_primary:
            return "PRE-PREPARE not from the primary";
        case Reason::prepare_from_primary:
            return "PREPARE from the primary";
        case Reason::pre_prepare_digest_wrong:
            return "PRE-PREPARE with a wrong digest";
        case Reason::pre_prepare_time_wrong:
            return "PRE-PREPARE with a wrong time";
        case Reason::discarded_wrong:
            return "PRE-PREPARE with other refused requests";
        case Reason::state_root_wrong:
            return "PRE-PREPARE with a wrong state root";
        case Reason::txn_root_wrong:
            return "PRE-PREPARE with a wrong ledger root";
        case Reason::prepare_state_root_wrong:
            return "PREPARE with another state root";
        case Reason::prepare_txn_root_wrong:
            return "PREPARE with another ledger root";
        case Reason::primary_degraded:
            return "the primary does not make progress";
        case Reason::primary_disconnected:
            return "the primary is disconnected";
        case Reason::primary_about_to_leave:
            return "the primary is about to leave";
        case Reason::view_change_timeout:
            return "the view change takes too long";
        case Reason::multi_signature_wrong:
            return "published multi-signature is wrong";
        case Reason::commit_signature_wrong:
            return "COMMIT with a wrong BLS share";
        case Reason::sub_seq_no_wrong:
            return "PRE-PREPARE with a sub sequence number";
        case Reason::state_signatures_stale:
            return "state signatures are stale";
        case Reason::audit_root_wrong:
            return "PRE-PREPARE with a wrong audit root";
        case Reason::prepare_audit_root_wrong:
            return "PREPARE with another audit root";
        case Reason::node_count_changed:
            return "the number of validators changed";
        case Reason::new_view_checkpoint_wrong:
            return "NEW_VIEW with a wrong checkpoint";
        case Reason::new_view_batches_wrong:
            return "NEW_VIEW with wrong batches";
        case Reason::primary_unchanged:
            return "the new primary is the old one";
        case Reason::primary_demoted:
            return "the primary is no validator any more";
        case Reason::pool_state_root_wrong:
            return "PRE-PREPARE with a wrong pool state root";
        case Reason::request_already_ordered:
            return "PRE-PREPARE with an ordered request";
        case Reason::not_a_member:
            return "message from somebody who is no validator";
        case Reason::wrong_catchup_reply:
            return "catch-up reply that does not verify";
        case Reason::own_history_differs:
            return "own history differs from the pool's";
        case Reason::contradicts_own_vote:
            return "PRE-PREPARE against an own vote";
        case Reason::view_change_twice:
            return "second, different VIEW_CHANGE";
        case Reason::queue_full:
            return "queue full";
    }
    return "";
}

}  // namespace stadtbuch::consensus
