// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// PREPARE, COMMIT, ordering (plenum-consensus §5.6, §5.7) and what is remembered for a view change.
#include <algorithm>

#include "consensus/ordering/ordering.hpp"

namespace stadtbuch::consensus {

void Ordering::note_pre_prepared(const messages::PrePrepare& pp) {
    preprepared_[pp.pp_seq_no].insert_or_assign(pp.digest, pp.batch_id());
}

void Ordering::note_prepared(const messages::PrePrepare& pp) {
    prepared_.insert_or_assign(pp.pp_seq_no, pp.batch_id());
}

void Ordering::send_prepare(PpSeqNo seq, Slot& s) {
    const messages::PrePrepare& pp = *s.pre_prepare;
    if (is_master() && s.origin != Origin::remembered &&
        !(s.ordered && s.origin == Origin::recreated)) {
        core_.persist(records::pre_prepare_key(seq),
                      records::pre_prepare_value(pp, requests_.texts(pp.digests)));
    }
    const messages::Prepare prepare{inst_,     pp.view_no,    seq,         pp.pp_time,
                                    pp.digest, pp.state_root, pp.txn_root, pp.audit_txn_root};
    s.own_vote = pp.digest;
    s.prepares.insert_or_assign(core_.self, prepare);
    core_.broadcast(prepare, barrier());
}

std::size_t Ordering::matching_prepares(const Slot& s, const std::vector<NodeName>& members) const {
    const messages::PrePrepare& pp = *s.pre_prepare;
    std::size_t count = 0;
    for (const auto& [name, prepare] : s.prepares) {
        const bool equal = prepare.digest == pp.digest && prepare.state_root == pp.state_root &&
                           prepare.txn_root == pp.txn_root &&
                           prepare.audit_txn_root == pp.audit_txn_root;
        const bool is_member = std::find(members.begin(), members.end(), name) != members.end();
        count += equal && name != core_.primary_of(inst_) && is_member ? 1U : 0U;
    }
    return count;
}

/// What is ordered here cannot be replaced any more, so those who still have to order it by an
/// older count get the vote by either.
bool Ordering::has_certificate(const Slot& s) const {
    if (matching_prepares(s, core_.registry) >= core_.quorums.prepare()) return true;
    return s.ordered && !earlier_members_.empty() &&
           matching_prepares(s, earlier_members_) >= Quorums{earlier_members_.size()}.prepare();
}

void Ordering::advance_slot(PpSeqNo seq, Slot& s) {
    if (!s.applied || !s.pre_prepare || s.commit_sent) return;
    if (!s.prepared) {
        if (!has_certificate(s)) return;
        s.prepared = true;
        if (is_master()) {
            note_prepared(*s.pre_prepare);
            if (!s.ordered) {
                core_.persist(
                    records::certificate_key(seq),
                    records::certificate_value(s.pre_prepare->view_no, s.pre_prepare->digest));
            }
        }
    }
    // The share is asked for when the batch is applied, so that it is usually here by now.
    if (!is_master() || s.own_shares) send_commit(seq, s);
}

void Ordering::send_commit(PpSeqNo seq, Slot& s) {
    messages::Commit commit{inst_, s.pre_prepare->view_no, seq, std::nullopt};
    if (is_master() && s.own_shares && !s.own_shares->empty()) commit.bls_sigs = *s.own_shares;
    s.commit_sent = true;
    s.commits.emplace_back(core_.self, commit);
    s.own_commit_after = barrier();
    core_.broadcast(commit, barrier());
    if (s.ordered) check_shares(seq, s);
}

void Ordering::on_signed(const Signed& result) {
    const auto it = signing_.find(result.id);
    if (it == signing_.end()) return;
    const PpSeqNo seq = it->second;
    signing_.erase(it);
    Slot* s = find(seq);
    if (s == nullptr || s->sign_id != result.id) return;
    s->own_shares = result.signatures;
    advance_slot(seq, *s);
    order_ready();
}

/// The own COMMIT like that of others: it can have been received only when its certificate was
/// durable. Counted earlier, a crash could take back what made the batch ordered.
bool Ordering::counts(const NodeName& name, const Slot& s) const {
    return core_.is_member(name) && (name != core_.self || s.own_commit_after <= core_.durable);
}

void Ordering::order_ready() {
    if (!core_.participating || core_.waiting_for_new_view || (is_master() && core_.leaving))
        return;
    for (Slot* s = find(last_ordered_ + 1); s != nullptr; s = find(last_ordered_ + 1)) {
        if (!s->applied || !s->prepared || s->ordered) return;
        std::size_t votes = 0;
        for (const auto& [name, commit] : s->commits) votes += counts(name, *s) ? 1U : 0U;
        if (votes < core_.quorums.commit()) return;
        order(last_ordered_ + 1, *s);
    }
}

void Ordering::order(PpSeqNo seq, Slot& s) {
    const messages::PrePrepare& pp = *s.pre_prepare;
    s.ordered = true;
    last_ordered_ = seq;
    last_progress_ = core_.now.tick;
    stall_began_.reset();
    stall_rounds_ = 0;
    ++batches_ordered_;
    if (!is_master()) {
        for (const RequestDigest& digest : pp.digests) {
            const auto it = backlog_index_.find(digest);
            if (it == backlog_index_.end()) continue;
            backlog_.erase(it->second);
            backlog_index_.erase(it);
        }
        if (seq % core_.limits.checkpoint_every == 0 &&
            checkpoints_.add_own(pp.view_no, pp.view_no, seq, std::nullopt)) {
            collect_garbage(checkpoints_.stable());
        }
        return;
    }
    requests_ordered_ += pp.digests.size();
    core_.executor.commit_oldest();
    report_ordered(seq, s);
    requests_.executed(pp.digests);
    last_batch_tick_[pp.ledger] = core_.now.tick;
    last_batch_time_[pp.ledger] = pp.pp_time;
    check_shares(seq, s);
    if (seq % core_.limits.checkpoint_every == 0 &&
        checkpoints_.add_own(pp.view_no, pp.created_in(), seq, s.audit_root)) {
        collect_garbage(checkpoints_.stable());
    }
}

void Ordering::report_ordered(PpSeqNo seq, Slot& s) {
    const messages::PrePrepare& pp = *s.pre_prepare;
    history_.note(pp.created_in(), s.registry_before);
    core_.open_write();
    // Also a re-created batch moves the newest audited view, from which members are counted after a
    // restart.
    core_.signals.counted_members_due |= pp.created_in() != last_created_in_;
    if (pp.created_in() != last_created_in_) forget_certificates_of_others(seq, pp.created_in());
    last_created_in_ = pp.created_in();
    core_.out.ordered.push_back({pp.view_no, pp.created_in(), seq, pp.pp_time, pp.ledger, pp.digest,
                                 pp.digests, s.discarded, s.roots,
                                 pp.pool_state_root.value_or(Hash32{}), s.audit_root, s.primaries,
                                 s.node_registry});
    // From now on the audit transaction is the record of this batch. It does not say in which view
    // it was certified, and a VIEW_CHANGE that named an earlier one would let another certificate
    // win: that record stays as long as the batch may be named.
    core_.persist(records::pre_prepare_key(seq), std::nullopt);
    if (s.node_registry != s.registry_before) core_.out.membership_changed = true;
    if (s.node_registry.size() != s.registry_before.size()) {
        core_.signals.node_count_changed = true;
        // A later view that re-creates the batch counts them already.
        core_.signals.node_count_changed_in = pp.created_in();
    }
    if (seq == old_range_end_ + 1) core_.signals.first_batch_of_view_ordered = true;
}

void Ordering::collect_garbage(PpSeqNo stable) {
    slots_.erase(slots_.begin(), slots_.upper_bound(std::min(stable, last_ordered_)));
    const PpSeqNo reach = stable - std::min(stable, core_.limits.log_size);
    const auto nameless = prepared_.upper_bound(reach);
    for (auto it = prepared_.begin(); is_master() && it != nameless; ++it)
        core_.persist(records::certificate_key(it->first), std::nullopt);
    prepared_.erase(prepared_.begin(), nameless);
    certified_before_.erase(certified_before_.begin(), certified_before_.upper_bound(reach));
    preprepared_.erase(preprepared_.begin(), preprepared_.upper_bound(reach));
    if (is_master()) requests_.forget_executed();
    while (!old_.empty() && std::get<0>(old_.begin()->first) <= stable) old_.erase(old_.begin());
}

}  // namespace stadtbuch::consensus
