// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A member whose disk is empty or old does not know what it voted for. It follows like an observer
// until its old votes are superseded (reliability R-011, OP-61): n-f others have made a checkpoint
// without it that lies beyond all batches it can have voted for, and its own ledger agrees. From
// then on no NEW_VIEW can be built on a VIEW_CHANGE of its past: nobody shares that one's
// checkpoints.
//
// How far it voted, the first catch-up does not say: those whom it followed may be far behind
// (seeds 122000044412, 132000091879). The first checkpoint that n-f others make afterwards does.
// Among them is an honest one that voted for the last batch this member ordered. Neither of the two
// was further above what it had ordered itself than a follower takes up, and that one stood below
// this checkpoint.
#include <algorithm>

#include "consensus/parts.hpp"

namespace stadtbuch::consensus {

void Replica::Parts::note_foreign_checkpoint(const NodeName& from,
                                             const messages::Checkpoint& checkpoint) {
    const PpSeqNo seq = checkpoint.seq_no_end;
    if (checkpoint.inst_id != 0 || !checkpoint.digest || !core.is_member(from) || seq == 0 ||
        seq % core.limits.checkpoint_every != 0 || (reach_is_known && seq < recovers_at))
        return;
    std::size_t held = 0;
    for (const auto& [number, by_name] : foreign_checkpoints) held += by_name.count(from);
    if (held >= core.limits.checkpoints_per_sender_max) {
        // The lowest ones decide soonest.
        if (foreign_checkpoints.rbegin()->first <= seq) return;
        for (auto it = foreign_checkpoints.rbegin(); it != foreign_checkpoints.rend(); ++it) {
            if (it->second.erase(from) != 0) break;
        }
    }
    foreign_checkpoints[seq].try_emplace(from, *checkpoint.digest);
}

/// The lowest checkpoint that n-f others have made and the own ledger has, too.
std::optional<PpSeqNo> Replica::Parts::checkpoint_of_others() const {
    const std::size_t needed = std::min(core.quorums.strong(), core.others().size());
    for (const auto& [seq, by_name] : foreign_checkpoints) {
        const auto record = core.executor.audit_record(seq);
        if (!record) continue;
        const auto equal = static_cast<std::size_t>(
            std::count_if(by_name.begin(), by_name.end(), [&](const auto& entry) {
                return core.is_member(entry.first) && entry.second == record->audit_root;
            }));
        if (equal >= needed) return seq;
    }
    return std::nullopt;
}

/// Others may count this member among those who stand at their stable checkpoint: it said so, and
/// lost it. Who was cut off meanwhile never sees how small its audit ledger was, would say
/// VIEW_CHANGE without older checkpoints, and perhaps share none (seed 33000208596). So it is told
/// as an audit ledger that is empty, which the reference answers with a proof.
void Replica::Parts::say_votes_are_lost(std::vector<NodeName> to) {
    messages::LedgerStatus status;
    status.ledger = LedgerId::audit;
    status.merkle_root = merkle::Frontier{}.root();
    core.send(std::move(to), std::move(status));
}

void Replica::Parts::watch_recovery() {
    if (leecher.is_running() || !first_catchup_done) return;
    // Nobody else: its own disk is all there is.
    const bool alone = core.others().empty();
    const auto checkpoint = alone ? std::nullopt : checkpoint_of_others();
    if (!alone && !checkpoint) return;
    if (!alone && !reach_is_known) {
        const PpSeqNo reach = std::min(core.limits.log_size, 2 * core.limits.unordered_max);
        reach_is_known = true;
        recovers_at = std::max(recovers_at, *checkpoint + reach);
        core.persist(records::recover_key, std::to_string(recovers_at));
        foreign_checkpoints.erase(foreign_checkpoints.begin(),
                                  foreign_checkpoints.lower_bound(recovers_at));
        return;
    }
    recovering = false;
    foreign_checkpoints.clear();
    core.persist(records::recover_key, std::nullopt);
    begin_catchup();
}

}  // namespace stadtbuch::consensus
