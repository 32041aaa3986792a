// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The primary's work: when to cut a batch and what goes into it (plenum-consensus §5.2, §5.3;
// performance-budget §3.4: a batch is cut when the previous one is out, never after a fixed wait).
#include <algorithm>
#include <set>

#include "consensus/ordering/ordering.hpp"

namespace stadtbuch::consensus {
namespace {

std::string text_of_positions(const std::vector<std::uint32_t>& positions) {
    std::string out = "[";
    for (const std::uint32_t position : positions) {
        if (out.size() > 1) out += ',';
        out += std::to_string(position);
    }
    return out + "]";
}

}  // namespace

bool Ordering::may_propose() const {
    if (!core_.participating || core_.waiting_for_new_view || !leads() || !proposals_allowed_ ||
        adopt_ || core_.leaving)
        return false;
    if (core_.persisted - std::min(core_.durable, core_.persisted) >
        core_.limits.batches_undurable_max * 4)
        return false;
    const PpSeqNo next = last_applied_ + 1;
    if (next <= old_range_end_ || next > checkpoints_.high()) return false;
    // Restored or foreign content in the next slot must be dealt with first.
    const Slot* s = find(next);
    if (s != nullptr && (s->pre_prepare || !s->own_vote.empty())) return false;
    const PpSeqNo first_own = old_range_end_ + 1;
    if (core_.view_no > 0 && next > first_own && last_ordered_ < first_own) return false;
    return last_applied_ - last_ordered_ < core_.limits.batches_in_flight_max;
}

std::optional<LedgerId> Ordering::next_ledger() const {
    const bool idle = last_applied_ == last_ordered_;
    for (const LedgerId ledger : {LedgerId::config, LedgerId::pool, LedgerId::domain}) {
        const std::size_t wanted = idle ? 1 : core_.limits.batch_requests_pipelined;
        if (requests_.waiting_count(ledger) >= wanted) return ledger;
    }
    return std::nullopt;
}

std::optional<LedgerId> Ordering::stale_ledger() const {
    if (last_applied_ != last_ordered_) return std::nullopt;
    std::optional<LedgerId> stalest;
    for (const auto& [ledger, tick] : last_batch_tick_) {
        const auto tried = freshness_tried_.find(ledger);
        const bool just_tried = tried != freshness_tried_.end() &&
                                core_.now.tick < tried->second + core_.limits.freshness_interval;
        if (ledger == LedgerId::audit || just_tried ||
            core_.now.tick < tick + core_.limits.freshness_interval)
            continue;
        if (!stalest || tick < last_batch_tick_.at(*stalest)) stalest = ledger;
    }
    return stalest;
}

/// An empty batch brings those who only follow nearer to the checkpoint that lets them vote; any
/// ledger will do, so the one whose signature is the oldest.
std::optional<LedgerId> Ordering::ledger_for_followers() {
    const Tick interval = core_.limits.follower_batch_interval;
    if (last_applied_ != last_ordered_ || core_.now.tick < followers_next_ ||
        core_.now.tick < last_progress_ + interval)
        return std::nullopt;
    followers_next_ = core_.now.tick + interval;
    if (!followers_.take_batch(last_ordered_)) return std::nullopt;
    const auto stalest =
        std::min_element(last_batch_tick_.begin(), last_batch_tick_.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return stalest->first;
}

void Ordering::propose() {
    while (may_propose()) {
        if (!is_master()) {
            if (!make_backup_batch()) return;
            continue;
        }
        if (const auto ledger = next_ledger()) {
            if (!make_batch(*ledger, requests_.waiting(*ledger, core_.limits.batch_requests_max),
                            next_pp_time()))
                return;
        } else if (first_batch_due_) {
            if (!make_batch(LedgerId::domain, {}, next_pp_time())) return;
        } else if (const auto stale = stale_ledger()) {
            freshness_tried_[*stale] = core_.now.tick;
            if (!make_batch(*stale, {}, next_pp_time())) return;
        } else if (const auto ledger_of_theirs = ledger_for_followers()) {
            if (!make_batch(*ledger_of_theirs, {}, next_pp_time())) return;
        } else {
            return;
        }
    }
}

bool Ordering::propose_as_told(const CutBatch& cut) {
    const bool possible = core_.participating && !core_.waiting_for_new_view && leads() &&
                          !adopt_ && proposals_allowed_ && cut.view_no == core_.view_no &&
                          cut.pp_seq_no == last_applied_ + 1 && cut.pp_seq_no > old_range_end_;
    if (!possible) return false;
    if (is_master()) return make_batch(cut.ledger, cut.digests, cut.pp_time);
    launch_backup_batch(cut.ledger, cut.digests, cut.pp_time);
    return true;
}

bool Ordering::make_batch(LedgerId ledger, const std::vector<RequestDigest>& digests,
                          UnixSeconds pp_time) {
    const std::vector<NodeName> registry_before = head_registry();
    messages::PrePrepare pp;
    pp.inst_id = inst_;
    pp.view_no = core_.view_no;
    pp.pp_seq_no = last_applied_ + 1;
    pp.pp_time = pp_time;
    pp.ledger = ledger;
    pp.pool_state_root = core_.executor.uncommitted_state_root(LedgerId::pool);
    const Applied applied = core_.executor.apply({ledger, pp.pp_time, digests, true});
    if (applied.problem != Applied::Problem::none) {
        requests_.executed({applied.problem_digest});
        return true;
    }
    const std::set<RequestDigest> kept(applied.digests.begin(), applied.digests.end());
    std::vector<RequestDigest> ordered_before;
    for (const RequestDigest& digest : digests) {
        if (kept.count(digest) == 0) ordered_before.push_back(digest);
    }
    requests_.executed(ordered_before);
    if (applied.digests.empty() && !digests.empty()) {
        core_.executor.revert_last();
        return true;
    }
    pp.digests = applied.digests;
    pp.discarded = text_of_positions(applied.discarded);
    pp.digest = messages::pre_prepare_digest(pp.view_no, pp.pp_time, pp.digests);
    pp.state_root = applied.roots.state_root;
    pp.txn_root = applied.roots.txn_root;

    Slot& s = slot(pp.pp_seq_no);
    s.registry_before = registry_before;
    s.roots = applied.roots;
    s.discarded = applied.discarded;
    s.node_registry = applied.node_registry;
    s.executed_here = true;
    seal(s, pp);
    pp.audit_txn_root = s.audit_root;
    if (unpublished_) pp.multi_sigs = std::move(unpublished_);
    unpublished_.reset();
    s.pre_prepare = std::move(pp);
    launch(s.pre_prepare->pp_seq_no, s);
    return true;
}

bool Ordering::make_backup_batch() {
    std::vector<RequestDigest> digests;
    LedgerId ledger = LedgerId::domain;
    // This runs at every event, so the common answer "not enough waits" must cost next to nothing.
    std::size_t in_flight_count = 0;
    for (PpSeqNo seq = last_ordered_ + 1; seq <= last_applied_; ++seq) {
        const Slot* s = find(seq);
        if (s != nullptr && s->pre_prepare) in_flight_count += s->pre_prepare->digests.size();
    }
    const std::size_t wanted =
        last_applied_ == last_ordered_ ? 1 : core_.limits.batch_requests_pipelined;
    if (backlog_.size() - std::min(in_flight_count, backlog_.size()) >= wanted) {
        std::set<RequestDigest> in_flight;
        for (PpSeqNo seq = last_ordered_ + 1; seq <= last_applied_; ++seq) {
            const Slot* s = find(seq);
            if (s != nullptr && s->pre_prepare)
                in_flight.insert(s->pre_prepare->digests.begin(), s->pre_prepare->digests.end());
        }
        for (const auto& [arrival, entry] : backlog_) {
            if (in_flight.count(entry.first) != 0) continue;
            if (digests.empty()) ledger = entry.second;
            if (entry.second == ledger) digests.push_back(entry.first);
            if (digests.size() >= core_.limits.batch_requests_max) break;
        }
    }
    if (digests.empty() && !first_batch_due_) return false;
    launch_backup_batch(ledger, std::move(digests), next_pp_time());
    return true;
}

void Ordering::launch_backup_batch(LedgerId ledger, std::vector<RequestDigest> digests,
                                   UnixSeconds pp_time) {
    messages::PrePrepare pp;
    pp.inst_id = inst_;
    pp.view_no = core_.view_no;
    pp.pp_seq_no = last_applied_ + 1;
    pp.pp_time = pp_time;
    pp.ledger = ledger;
    pp.digests = std::move(digests);
    pp.digest = messages::pre_prepare_digest(pp.view_no, pp.pp_time, pp.digests);
    core_.persist_sometime(records::backup_key(inst_),
                           records::backup_value(pp.view_no, pp.pp_seq_no));
    Slot& s = slot(pp.pp_seq_no);
    s.pre_prepare = std::move(pp);
    launch(s.pre_prepare->pp_seq_no, s);
}

void Ordering::launch(PpSeqNo seq, Slot& s) {
    const messages::PrePrepare& pp = *s.pre_prepare;
    s.origin = Origin::own;
    s.applied = true;
    s.own_vote = pp.digest;
    s.arrived = core_.now.wall;
    last_applied_ = seq;
    last_pp_time_ = pp.pp_time;
    first_batch_due_ = false;
    if (is_master()) {
        requests_.put_in_flight(pp.digests);
        note_pre_prepared(pp);
        core_.persist(records::pre_prepare_key(seq),
                      records::pre_prepare_value(pp, requests_.texts(pp.digests)));
        ask_signature(seq, s);
    }
    core_.broadcast(pp, barrier());
    advance_slot(seq, s);
    order_ready();
}

}  // namespace stadtbuch::consensus
