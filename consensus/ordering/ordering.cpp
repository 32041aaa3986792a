// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Entry of messages, and position changes by catch-up and view change.
#include "consensus/ordering/ordering.hpp"

#include <algorithm>
#include <set>

namespace stadtbuch::consensus {
namespace {

/// A copy of an old PRE-PREPARE says what the audit ledger says about its batch. Its digest binds
/// only time, view and requests; a member that hands out copies could change the rest.
bool fits_history(const messages::PrePrepare& pp, const AuditRecord& record) {
    // The first audit transaction has the roots of all ledgers, whichever its batch was of (seed
    // 3800000237 with real ledgers).
    const bool tells_ledger = record.seq_no > 1;
    if (tells_ledger && pp.ledger != record.ledger) return false;
    if (pp.audit_txn_root != record.audit_root) return false;
    const auto roots = record.signed_ledgers.find(pp.ledger);
    return roots == record.signed_ledgers.end() ||
           (pp.state_root == roots->second.state_root && pp.txn_root == roots->second.txn_root);
}

/// The pool state's root before each of some ordered batches, from the audit ledger.
class PoolRoots {
  public:
    /// `current`: the root after all ordered batches, if it is known.
    PoolRoots(const Executor& executor, PpSeqNo last_ordered, std::optional<Hash32> current)
        : executor_(executor), last_ordered_(last_ordered), current_(current) {}

    /// nullopt when the ledger does not tell within reach. REQUIRES: `seq` rises from call to call.
    [[nodiscard]] std::optional<Hash32> before(PpSeqNo seq) {
        if (position_ == 0) {
            position_ = seq;
            root_ = search_back(seq);
            for (PpSeqNo later = seq; later <= last_ordered_; ++later) {
                if (pool_root_of(later)) last_change_ = later;
            }
        }
        for (; position_ < seq; ++position_) {
            if (const auto root = pool_root_of(position_)) root_ = root;
        }
        return root_ || last_change_ >= seq ? root_ : current_;
    }

  private:
    [[nodiscard]] std::optional<Hash32> pool_root_of(PpSeqNo seq) const {
        const auto record = executor_.audit_record(seq);
        if (!record) return std::nullopt;
        const auto roots = record->signed_ledgers.find(LedgerId::pool);
        if (roots == record->signed_ledgers.end()) return std::nullopt;
        return roots->second.state_root;
    }

    [[nodiscard]] std::optional<Hash32> search_back(PpSeqNo seq) const {
        constexpr PpSeqNo steps_max = 1000;
        for (PpSeqNo step = 1; step < seq && step <= steps_max; ++step) {
            if (const auto root = pool_root_of(seq - step)) return root;
        }
        return std::nullopt;
    }

    const Executor& executor_;
    const PpSeqNo last_ordered_;
    const std::optional<Hash32> current_;
    PpSeqNo position_ = 0;
    PpSeqNo last_change_ = 0;
    std::optional<Hash32> root_;
};

}  // namespace

Ordering::Ordering(Core& core, Requests& requests, RegistryHistory& history, InstanceId inst)
    : core_(core),
      requests_(requests),
      history_(history),
      inst_(inst),
      checkpoints_(core, inst),
      followers_(core) {
    for (const LedgerId ledger : {LedgerId::pool, LedgerId::domain, LedgerId::config})
        last_batch_tick_[ledger] = core.now.tick;
    last_progress_ = core.now.tick;
}

Slot* Ordering::find(PpSeqNo seq) {
    const auto it = slots_.find(seq);
    return it == slots_.end() ? nullptr : &it->second;
}

const Slot* Ordering::find(PpSeqNo seq) const {
    const auto it = slots_.find(seq);
    return it == slots_.end() ? nullptr : &it->second;
}

/// Needed by nobody. What NEW_VIEW re-creates is voted for again also where it is ordered, and the
/// votes of others may be here before its text (seed 4200002882).
bool Ordering::is_past(PpSeqNo seq) const {
    return seq <= last_ordered_ && seq > old_range_end_ && find(seq) == nullptr;
}

Verdict Ordering::admit(ViewNo view, PpSeqNo seq) const {
    if (seq == 0 || view < core_.view_no) return Verdict::drop;
    if (view > core_.view_no || !core_.participating || core_.waiting_for_new_view)
        return Verdict::keep_for_later;
    // Who leads a backup is known when the view's first batch is ordered; others may know it
    // sooner.
    if (core_.primary_of(inst_).empty()) return Verdict::keep_for_later;
    if (adopt_) return Verdict::process;
    if (seq <= checkpoints_.low()) return Verdict::drop;
    if (seq > checkpoints_.high()) return Verdict::keep_for_later;
    const PpSeqNo first_own = old_range_end_ + 1;
    if (view > 0 && seq > first_own && last_ordered_ < first_own) return Verdict::keep_for_later;
    return Verdict::process;
}

bool Ordering::is_beyond_window(ViewNo view, PpSeqNo seq) const {
    return view == core_.view_no && seq > checkpoints_.high();
}

void Ordering::on_pre_prepare(const NodeName& from, const messages::PrePrepare& pp, Origin origin) {
    const PpSeqNo seq = pp.pp_seq_no;
    if (leads()) return;
    const Slot* known = find(seq);
    const bool vouched_for =
        origin == Origin::requested && known != nullptr && backed_by_prepares(*known, pp);
    if (from != core_.primary_of(inst_) && !vouched_for) {
        // Who answers a question is no impostor, even when the votes that would vouch for the batch
        // are not here yet.
        if (origin == Origin::network) suspect(from, Reason::pre_prepare_not_from_primary, seq);
        return;
    }
    if (adopt_) {
        last_ordered_ = last_applied_ = seq - 1;
        adopt_ = false;
    }
    // The re-created range never comes from the network: see recreate() and on_old_pre_prepare().
    if (seq <= last_ordered_ || seq <= old_range_end_) return;
    const bool wrong_view = pp.original_view_no && *pp.original_view_no != pp.view_no;
    if (wrong_view ||
        messages::pre_prepare_digest(pp.created_in(), pp.pp_time, pp.digests) != pp.digest) {
        // A primary can send two NEW_VIEWs that both hold: what one re-creates is new to the other,
        // and whoever answers with such a batch is honest.
        if (!wrong_view || origin == Origin::network)
            suspect(from, Reason::pre_prepare_digest_wrong, seq);
        if (is_master() && from == core_.primary_of(inst_))
            core_.vote(Reason::pre_prepare_digest_wrong);
        return;
    }
    Slot& s = slot(seq);
    if (s.pre_prepare) {
        if (s.pre_prepare->digest != pp.digest) suspect(from, Reason::duplicate_pre_prepare, seq);
        return;
    }
    if (s.refused == pp.digest) return;
    if (!s.own_vote.empty() && s.own_vote != pp.digest)
        return suspect(from, Reason::contradicts_own_vote, seq);
    const bool relayed = from != core_.primary_of(inst_);
    if (pp.sub_seq_no != 0 && !relayed) return refuse(seq, s, Reason::sub_seq_no_wrong, true);
    if (pp.sub_seq_no != 0 || !pp.is_final) return;

    s.pre_prepare = pp;
    s.origin = origin;
    s.relayed = relayed;
    s.arrived = core_.now.wall;
    advance();
}

void Ordering::on_prepare(const NodeName& from, const messages::Prepare& prepare) {
    const PpSeqNo seq = prepare.pp_seq_no;
    if (from == core_.primary_of(inst_)) return suspect(from, Reason::prepare_from_primary, seq);
    if (adopt_ || is_past(seq)) return;

    Slot& s = slot(seq);
    const auto [it, fresh] = s.prepares.try_emplace(from, prepare);
    if (!fresh) {
        if (it->second.digest != prepare.digest) suspect(from, Reason::duplicate_prepare, seq);
        return;
    }
    if (s.pre_prepare) {
        const messages::PrePrepare& pp = *s.pre_prepare;
        if (prepare.digest != pp.digest) {
            suspect(from, Reason::prepare_digest_wrong, seq);
        } else if (prepare.state_root != pp.state_root) {
            suspect(from, Reason::prepare_state_root_wrong, seq);
        } else if (prepare.txn_root != pp.txn_root) {
            suspect(from, Reason::prepare_txn_root_wrong, seq);
        } else if (prepare.audit_txn_root != pp.audit_txn_root) {
            suspect(from, Reason::prepare_audit_root_wrong, seq);
        }
    }
    if (s.time_complained && !s.applied) return advance();
    advance_slot(seq, s);
    order_ready();
}

void Ordering::on_commit(const NodeName& from, const messages::Commit& commit) {
    const PpSeqNo seq = commit.pp_seq_no;
    if (adopt_ || is_past(seq)) return;
    Slot& s = slot(seq);
    if (s.has_commit_of(from)) return;

    s.commits.emplace_back(from, commit);
    if (is_master()) followers_.voted(from, seq);
    if (s.ordered) return check_shares(seq, s);
    order_ready();
}

void Ordering::on_checkpoint(const NodeName& from, const messages::Checkpoint& checkpoint) {
    audit_sizes_.erase(from);
    if (checkpoints_.on_checkpoint(from, checkpoint)) collect_garbage(checkpoints_.stable());
    if (checkpoints_.vouched() > last_ordered_ + core_.limits.checkpoint_every)
        core_.signals.lag_suspected = true;
}

void Ordering::advance() {
    if (!core_.participating || core_.waiting_for_new_view) return;
    for (Slot* s = find(last_applied_ + 1); s != nullptr && s->pre_prepare;
         s = find(last_applied_ + 1)) {
        if (!try_apply(last_applied_ + 1, *s)) break;
    }
    for (auto it = slots_.upper_bound(last_ordered_);
         it != slots_.end() && it->first <= last_applied_; ++it) {
        advance_slot(it->first, it->second);
    }
    order_ready();
}

void Ordering::enqueue(const RequestDigest& digest, LedgerId ledger) {
    if (backlog_index_.count(digest) != 0) return;
    backlog_[++backlog_arrivals_] = {digest, ledger};
    backlog_index_[digest] = backlog_arrivals_;
    if (backlog_.size() > core_.limits.backup_queue_max) {
        backlog_index_.erase(backlog_.begin()->second.first);
        backlog_.erase(backlog_.begin());
    }
}

void Ordering::revert_unordered() {
    for (PpSeqNo seq = last_applied_; seq > last_ordered_; --seq) {
        Slot* s = find(seq);
        STADTBUCH_ASSERT(s != nullptr && s->pre_prepare);
        if (s->executed_here) core_.executor.revert_last();
        s->executed_here = false;
        s->applied = false;
        if (is_master()) requests_.put_back(s->pre_prepare->digests);
    }
    last_applied_ = last_ordered_;
}

void Ordering::take_position(ViewNo view, PpSeqNo last_ordered, UnixSeconds last_time) {
    STADTBUCH_ASSERT(last_applied_ == last_ordered_);
    // Nothing at or below the new position is needed; votes above it stay.
    slots_.erase(slots_.begin(), slots_.upper_bound(last_ordered));
    last_ordered_ = last_applied_ = last_ordered;
    last_pp_time_ = std::max(last_pp_time_, last_time);
    last_progress_ = core_.now.tick;
    followers_.skip_to(last_ordered);
    stall_began_.reset();
    asked_.clear();
    if (old_range_end_ >= last_ordered)
        first_batch_due_ = first_batch_due_ && view == core_.view_no;

    const PpSeqNo boundary = last_ordered - last_ordered % core_.limits.checkpoint_every;
    if (boundary > checkpoints_.stable()) {
        if (const auto record = core_.executor.audit_record(boundary)) {
            checkpoints_.set_stable({inst_, record->view_no, 0, boundary, record->audit_root});
        }
    }
    note_ordered(checkpoints_.stable(), last_ordered);
    collect_garbage(checkpoints_.stable());
    if (const auto newest = core_.executor.audit_record(last_ordered))
        forget_certificates_of_others(last_ordered, newest->view_no);
}

void Ordering::restore_backup_position(const records::BackupPosition& position) {
    if (position.view_no != core_.view_no || !leads()) return;
    last_ordered_ = last_applied_ = position.pp_seq_no;
    adopt_ = false;
}

void Ordering::leave_view() {
    revert_unordered();
    for (const auto& [seq, s] : slots_) {
        if (is_master() && s.pre_prepare) keep_old(*s.pre_prepare);
    }
    slots_.clear();
    told_by_primary_.clear();
    signing_.clear();
    checking_.clear();
    asked_.clear();
    stall_began_.reset();
    first_batch_due_ = false;
    earlier_members_.clear();
    if (is_master()) {
        const auto newest = core_.executor.last_audit_records(1);
        last_pp_time_ = newest.empty() ? 0 : newest.front().pp_time;
    }
}

void Ordering::keep_old(const messages::PrePrepare& pp) {
    old_[key_of(pp)] = pp;
}

const messages::PrePrepare* Ordering::old_pre_prepare(ViewNo created_in, PpSeqNo seq,
                                                      const std::string& digest) const {
    // The message as it was before this view: the reference takes an answer only when its `viewNo`
    // is the one NEW_VIEW lists (§8.6 step 4), and a re-created batch in the slot has the new one.
    const auto it = old_.find({seq, created_in, digest});
    if (it != old_.end()) return &it->second;
    const Slot* s = find(seq);
    const bool fits = s != nullptr && s->pre_prepare && s->pre_prepare->digest == digest &&
                      s->pre_prepare->created_in() == created_in;
    return fits ? &*s->pre_prepare : nullptr;
}

std::vector<messages::BatchId> Ordering::recreate(const std::vector<messages::BatchId>& batches,
                                                  ViewNo view) {
    std::vector<messages::BatchId> missing;
    PoolRoots pool_roots(core_.executor, last_ordered_,
                         last_applied_ == last_ordered_
                             ? std::optional(core_.executor.uncommitted_state_root(LedgerId::pool))
                             : std::nullopt);
    for (const messages::BatchId& id : batches) {
        // Votes of faster members may have opened the slot already.
        const Slot* known = find(id.pp_seq_no);
        if (id.pp_seq_no <= checkpoints_.stable() || (known != nullptr && known->pre_prepare))
            continue;
        const messages::PrePrepare* old = old_pre_prepare(id.pp_view_no, id.pp_seq_no, id.digest);
        if (old == nullptr) {
            // Ordered before, its text is gone. Those who still have it vote for it in this view,
            // and their certificates need witnesses (seed 400033854).
            witness(id, view);
            missing.push_back(id);
            continue;
        }
        if (is_ambiguous(*old)) {
            missing.push_back(id);
            continue;
        }
        messages::PrePrepare again = *old;
        again.original_view_no = old->created_in();
        again.view_no = view;
        Slot& s = slot(id.pp_seq_no);
        s.pre_prepare = std::move(again);
        s.origin = Origin::recreated;
        s.arrived = core_.now.wall;
        if (id.pp_seq_no > last_ordered_) continue;
        // Ordered before: vote again, execute never again (§8.6 step 3).
        const auto record = core_.executor.audit_record(id.pp_seq_no);
        if (!record || record->batch_digest != id.digest) {
            core_.suspect({}, Reason::own_history_differs, id.pp_seq_no);
            slots_.erase(id.pp_seq_no);
            continue;
        }
        const auto pool_root = pool_roots.before(id.pp_seq_no);
        const auto& claimed = s.pre_prepare->pool_state_root;
        if (!fits_history(*s.pre_prepare, *record) ||
            (pool_root && claimed && *claimed != *pool_root)) {
            old_.erase({id.pp_seq_no, id.pp_view_no, id.digest});
            s.pre_prepare.reset();
            missing.push_back(id);
            continue;
        }
        s.applied = s.ordered = true;
        s.audit_root = record->audit_root;
        s.signed_ledgers = record->signed_ledgers;
        note_pre_prepared(*s.pre_prepare);
        if (pool_root && claimed) {
            ask_signature(id.pp_seq_no, s);
        } else {
            // What the shares sign cannot be told for certain any more; the vote counts without
            // one.
            s.own_shares.emplace();
            s.proofs_done = true;
        }
        if (!leads()) send_prepare(id.pp_seq_no, s);
        // The PREPAREs may be here already, and of two members only one sends any: no further event
        // would bring the COMMIT (ledger seed 40000047).
        advance_slot(id.pp_seq_no, s);
    }
    advance();
    return missing;
}

void Ordering::on_old_pre_prepare(const NodeName& from, const messages::PrePrepare& pp,
                                  const std::vector<messages::BatchId>& wanted) {
    const auto is_it = [&](const messages::BatchId& id) {
        return id.pp_seq_no == pp.pp_seq_no && id.digest == pp.digest &&
               id.pp_view_no == pp.created_in();
    };
    if (std::none_of(wanted.begin(), wanted.end(), is_it)) return;
    // The digest binds time, view and requests; roots are compared when the batch is applied.
    if (messages::pre_prepare_digest(pp.created_in(), pp.pp_time, pp.digests) != pp.digest) return;
    const auto own = old_.find(key_of(pp));
    if (from == core_.primary_of(inst_)) {
        const bool differs = own != old_.end() && own->second.audit_txn_root != pp.audit_txn_root;
        if (differs && is_certified(pp)) return;
        told_by_primary_.insert(key_of(pp));
        if (differs) own->second = pp;
    }
    if (own == old_.end()) keep_old(pp);
}

/// Its digest binds time, view and requests, so empty batches for two ledgers share one when they
/// are made in the same second. A primary that sent both is not found out by NEW_VIEW. All take the
/// copy that the new primary holds, which stands for its PRE-PREPARE; who has a certificate for
/// another copy votes for none in that view (seed 1500002804).
bool Ordering::is_ambiguous(const messages::PrePrepare& old) const {
    return old.digests.empty() && old.pp_seq_no > last_ordered_ && !leads() &&
           told_by_primary_.count(key_of(old)) == 0;
}

bool Ordering::is_certified(const messages::PrePrepare& old) const {
    const auto prepared = prepared_.find(old.pp_seq_no);
    return prepared != prepared_.end() && prepared->second.digest == old.digest &&
           prepared->second.pp_view_no == old.created_in();
}

void Ordering::enter_view_as_backup() {
    slots_.clear();
    asked_.clear();
    stall_began_.reset();
    last_ordered_ = last_applied_ = 0;
    last_pp_time_ = 0;
    old_range_end_ = 0;
    adopt_ = false;
    first_batch_due_ = true;
    checkpoints_.reset();
}

void Ordering::set_old_range_end(PpSeqNo last, bool first_batch_due) {
    old_range_end_ = last;
    first_batch_due_ = first_batch_due;
}

std::optional<Tick> Ordering::stalled_since() const {
    return stall_began_;
}

std::optional<Tick> Ordering::stalled_for_sure() const {
    const auto vouched = [this](const auto& entry) {
        const Slot& s = entry.second;
        std::set<NodeName> voters;
        for (const auto& [name, prepare] : s.prepares) voters.insert(name);
        for (const auto& [name, commit] : s.commits) voters.insert(name);
        return s.pre_prepare.has_value() || voters.size() >= core_.quorums.weak();
    };
    const bool is_sure = std::any_of(slots_.upper_bound(last_ordered_), slots_.end(), vouched);
    return is_sure ? stall_began_ : std::nullopt;
}

}  // namespace stadtbuch::consensus
