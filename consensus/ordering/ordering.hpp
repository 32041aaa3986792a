// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Three-phase commit of one protocol instance (plenum-consensus §5): the master executes, backups
// only vote.
//
// Invariants
//   1. last_ordered <= last_applied; the executor's stack holds exactly the slots between them
//   (master).
//   2. A COMMIT leaves only with a prepared certificate, and a batch is ordered only with its own
//   prepared
//      certificate and n-f COMMITs: COMMITs carry no digest, so the certificate is what binds them
//      (§5.7).
//   3. Nothing is voted for against a recorded own vote of the same view.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "consensus/core.hpp"
#include "consensus/ordering/checkpoints.hpp"
#include "consensus/ordering/followers.hpp"
#include "consensus/ordering/requests.hpp"
#include "consensus/ordering/slot.hpp"
#include "consensus/records.hpp"
#include "consensus/selection.hpp"

namespace stadtbuch::consensus {

enum class Verdict { process, drop, keep_for_later };

class Ordering {
  public:
    using InstanceId = messages::InstanceId;

    Ordering(Core& core, Requests& requests, RegistryHistory& history, InstanceId inst);

    // ---- messages (§5.5 gate first: admit()) ----
    [[nodiscard]] Verdict admit(ViewNo view, PpSeqNo seq) const;
    /// A number of the current view above the high watermark.
    [[nodiscard]] bool is_beyond_window(ViewNo view, PpSeqNo seq) const;
    void on_pre_prepare(const NodeName& from, const messages::PrePrepare& pp, Origin origin);
    void on_prepare(const NodeName& from, const messages::Prepare& prepare);
    void on_commit(const NodeName& from, const messages::Commit& commit);
    void on_checkpoint(const NodeName& from, const messages::Checkpoint& checkpoint);
    /// So many transactions are in its audit ledger, says a member.
    void on_audit_size(const NodeName& from, std::uint64_t size);
    /// Own answer to a MESSAGE_REQUEST for a 3PC message; nullopt when there is none to give.
    [[nodiscard]] std::optional<messages::MessageResponse> answer(
        const messages::MessageRequest& question) const;
    /// Somebody needs that vote of this node, which has not sent it: asks for the PREPAREs that an
    /// ordered batch lacks in this view. Where nothing waits for them, nobody misses them.
    void on_vote_wanted(const messages::MessageRequest& question);
    void on_response(const NodeName& from, const messages::MessageResponse& response);
    void on_signed(const Signed& result);
    void on_shares_checked(const SharesChecked& result);
    void on_proof_checked(const ProofChecked& result);

    // ---- own initiative ----
    /// Applies, prepares, commits and orders whatever became possible.
    void advance();
    /// Makes batches if this node leads the instance and may.
    void propose();
    /// Setup::cuts_on_command: the batch at once, whatever is in flight. False: not possible now.
    [[nodiscard]] bool propose_as_told(const CutBatch& cut);
    /// Asks for and repeats lost messages; freshness.
    void on_time();
    void enqueue(const RequestDigest& digest, LedgerId ledger);  // backups

    // ---- catch-up and view change ----
    void revert_unordered();
    /// Position after catch-up (§10.6).
    void take_position(ViewNo view, PpSeqNo last_ordered, UnixSeconds last_time);
    void restore_votes(const records::Memory& memory);
    void restore_backup_position(const records::BackupPosition& position);
    /// Leaves the view: reverts, keeps PRE-PREPAREs for later, forgets votes (§8.2 step 3).
    void leave_view();
    /// n-f members, with this one, have said that they stand at the stable checkpoint or beyond: by
    /// CHECKPOINT, or by the size of their audit ledger, which speaks louder, as a disk can be
    /// lost.
    [[nodiscard]] bool stable_is_shared() const;
    /// Others may stand below the own stable checkpoint and share none with this node
    /// (indy-plenum#1506): what VIEW_CHANGE says goes back to where they can be.
    void widen_history();
    /// `batches` of NEW_VIEW in ascending order; returns those whose PRE-PREPARE is missing.
    [[nodiscard]] std::vector<messages::BatchId> recreate(
        const std::vector<messages::BatchId>& batches, ViewNo view);
    /// This NEW_VIEW re-creates all batches above its checkpoint that are ordered here.
    [[nodiscard]] bool all_ordered_in(const messages::NewView& view) const;

    /// Members of this view who have not ordered yet what is ordered here count these.
    void help_those_who_count(std::vector<NodeName> members) {
        earlier_members_ = std::move(members);
    }

    void enter_view_as_backup();
    void set_old_range_end(PpSeqNo last, bool first_batch_due);
    void keep_old(const messages::PrePrepare& pp);
    void note_ordered(PpSeqNo above, PpSeqNo upto);
    /// An ordered batch was pre-prepared again in `view`, as far as this node goes.
    void witness(const messages::BatchId& id, ViewNo view);
    /// The same for all that this node has ordered. No other batch can be prepared there any more,
    /// so the word of who was not in that view is as good.
    void witness_ordered(ViewNo view);
    /// A view began whose old range ends at `end`: nothing above was ordered. What was pre-prepared
    /// there is still witnessed: a member that does not hear of this view may have a certificate,
    /// and as long as no batch of a later view is prepared below, nothing can be decided without
    /// it.
    void forget_prepared_above(PpSeqNo end);
    /// The same where batches of a later view are ordered up to `end`: re-created, the roots of
    /// what stood above could never fit again.
    void forget_certificates_above(PpSeqNo end);
    /// The batch `seq` was created in view `created_in`: what was prepared above it in an earlier
    /// view stands on another batch at `seq`, so nobody can have ordered it in that view.
    void forget_certificates_of_others(PpSeqNo seq, ViewNo created_in);
    [[nodiscard]] const messages::PrePrepare* old_pre_prepare(ViewNo created_in, PpSeqNo seq,
                                                              const std::string& digest) const;

    void adopt_next_sequence() { adopt_ = true; }

    void allow_proposals(bool allowed) { proposals_allowed_ = allowed; }

    // ---- questions ----
    [[nodiscard]] PpSeqNo last_ordered() const { return last_ordered_; }

    [[nodiscard]] PpSeqNo last_applied() const { return last_applied_; }

    [[nodiscard]] Checkpoints& checkpoints() { return checkpoints_; }

    [[nodiscard]] const Checkpoints& checkpoints() const { return checkpoints_; }

    [[nodiscard]] std::vector<messages::BatchId> prepared_list() const;
    [[nodiscard]] std::vector<messages::BatchId> preprepared_list() const;
    /// Votes beyond the last ordered batch have been waiting since this tick.
    [[nodiscard]] std::optional<Tick> stalled_since() const;
    /// The same, when the primary or f+1 members vouch for such a batch: a single member that votes
    /// for one that nobody made gets no view change.
    [[nodiscard]] std::optional<Tick> stalled_for_sure() const;

    [[nodiscard]] std::size_t slot_count() const { return slots_.size(); }

    [[nodiscard]] const std::map<LedgerId, Tick>& last_batch_tick() const {
        return last_batch_tick_;
    }

    [[nodiscard]] const std::map<LedgerId, UnixSeconds>& last_batch_time() const {
        return last_batch_time_;
    }

    [[nodiscard]] std::uint64_t batches_ordered() const { return batches_ordered_; }

    [[nodiscard]] std::uint64_t requests_ordered() const { return requests_ordered_; }

    [[nodiscard]] std::uint64_t share_checks() const { return share_checks_; }

    [[nodiscard]] PpSeqNo old_range_end() const { return old_range_end_; }

    [[nodiscard]] Tick last_progress() const { return last_progress_; }

    /// MessageRequest PREPREPARE with a body for another view can be refilled by old-view replies.
    void on_old_pre_prepare(const NodeName& from, const messages::PrePrepare& pp,
                            const std::vector<messages::BatchId>& wanted);

  private:
    struct PendingProof {
        messages::MultiSig multi_sig;
        NodeName publisher;
        PpSeqNo pp_seq_no = 0;
    };

    using OldKey = std::tuple<PpSeqNo, ViewNo, std::string>;

    [[nodiscard]] static OldKey key_of(const messages::PrePrepare& pp) {
        return {pp.pp_seq_no, pp.created_in(), pp.digest};
    }

    [[nodiscard]] bool is_ambiguous(const messages::PrePrepare& old) const;
    void restore_certificates(const records::Memory& memory);
    /// The view of the newest certificate that this node is known to have had for an ordered batch;
    /// else the one in which it was created.
    [[nodiscard]] ViewNo certified_in(const AuditRecord& record) const;
    [[nodiscard]] bool is_certified(const messages::PrePrepare& old) const;

    [[nodiscard]] bool is_master() const { return inst_ == 0; }

    [[nodiscard]] bool leads() const { return core_.is_primary(inst_); }

    Slot& slot(PpSeqNo seq) { return slots_[seq]; }

    [[nodiscard]] Slot* find(PpSeqNo seq);
    [[nodiscard]] const Slot* find(PpSeqNo seq) const;
    [[nodiscard]] bool is_past(PpSeqNo seq) const;

    /// Votes of backups need not be durable: they order nothing that anybody hears of.
    [[nodiscard]] PersistId barrier() const { return is_master() ? core_.barrier() : 0; }

    /// A restarted member may contradict itself in a backup; nobody is accused of that.
    void suspect(const NodeName& from, Reason reason, PpSeqNo seq) {
        if (is_master()) core_.suspect(from, reason, seq);
    }

    // apply.cpp
    [[nodiscard]] bool try_apply(PpSeqNo seq, Slot& s);
    [[nodiscard]] bool is_far(PpSeqNo seq, const Slot& s) const;
    [[nodiscard]] bool time_is_right(PpSeqNo seq, Slot& s);
    [[nodiscard]] bool requests_are_known(const messages::PrePrepare& pp);
    [[nodiscard]] bool execute(PpSeqNo seq, Slot& s);
    [[nodiscard]] std::optional<Reason> difference(const Slot& s, const Applied& applied) const;
    void seal(Slot& s, const messages::PrePrepare& pp);
    void refuse(PpSeqNo seq, Slot& s, Reason reason, bool votes);
    void after_applied(PpSeqNo seq, Slot& s);
    void ask_signature(PpSeqNo seq, Slot& s);
    [[nodiscard]] std::vector<NodeName> head_registry() const;
    [[nodiscard]] RegistryHistory head_history() const;

    // votes.cpp
    void note_pre_prepared(const messages::PrePrepare& pp);
    void note_prepared(const messages::PrePrepare& pp);
    void send_prepare(PpSeqNo seq, Slot& s);
    void advance_slot(PpSeqNo seq, Slot& s);
    [[nodiscard]] std::size_t matching_prepares(const Slot& s,
                                                const std::vector<NodeName>& members) const;
    [[nodiscard]] bool has_certificate(const Slot& s) const;
    void send_commit(PpSeqNo seq, Slot& s);
    [[nodiscard]] bool counts(const NodeName& name, const Slot& s) const;
    void order_ready();
    void order(PpSeqNo seq, Slot& s);
    void report_ordered(PpSeqNo seq, Slot& s);
    void collect_garbage(PpSeqNo stable);

    // proofs.cpp
    void check_shares(PpSeqNo seq, Slot& s);
    void take_published(const NodeName& from, const messages::PrePrepare& pp);
    [[nodiscard]] std::optional<messages::MultiSigValue> signed_value(const Slot& s,
                                                                      LedgerId ledger) const;

    // propose.cpp
    [[nodiscard]] bool may_propose() const;
    [[nodiscard]] std::optional<LedgerId> next_ledger() const;
    bool make_batch(LedgerId ledger, const std::vector<RequestDigest>& digests,
                    UnixSeconds pp_time);
    bool make_backup_batch();
    void launch_backup_batch(LedgerId ledger, std::vector<RequestDigest> digests,
                             UnixSeconds pp_time);

    [[nodiscard]] UnixSeconds next_pp_time() const {
        return std::max(core_.now.wall, last_pp_time_);
    }

    [[nodiscard]] std::optional<LedgerId> stale_ledger() const;
    [[nodiscard]] std::optional<LedgerId> ledger_for_followers();
    void launch(PpSeqNo seq, Slot& s);

    // certificates.cpp
    [[nodiscard]] std::uint64_t audit_size_at_stable() const;

    // lost.cpp
    void look_at_watermark();
    void ask_for_lost();
    void repeat_own(PpSeqNo seq, const Slot& s);
    void ask(messages::RequestedType type, PpSeqNo seq, std::vector<NodeName> whom);
    [[nodiscard]] std::vector<NodeName> lacking_prepare(const Slot& s) const;
    [[nodiscard]] std::vector<NodeName> lacking_commit(const Slot& s) const;
    [[nodiscard]] bool backed_by_prepares(const Slot& s, const messages::PrePrepare& pp) const;

    Core& core_;
    Requests& requests_;
    RegistryHistory& history_;
    const InstanceId inst_;
    Checkpoints checkpoints_;
    std::map<PpSeqNo, Slot> slots_;

    PpSeqNo last_ordered_ = 0;
    PpSeqNo last_applied_ = 0;
    UnixSeconds last_pp_time_ = 0;
    ViewNo last_created_in_ = 0;
    PpSeqNo old_range_end_ = 0;  ///< `prev_cert`: last number that NEW_VIEW re-creates
    bool first_batch_due_ = false;
    bool adopt_ = false;
    bool proposals_allowed_ = true;

    // For VIEW_CHANGE, which names those above the stable checkpoint; kept for a whole log below
    // it, too, see widen_history() (master only).
    std::map<PpSeqNo, messages::BatchId> prepared_;
    /// Certificates, from before a restart, of batches that are ordered.
    std::map<PpSeqNo, records::Certificate> certified_before_;
    std::map<PpSeqNo, std::map<std::string, messages::BatchId>> preprepared_;
    /// The smallest that each member said since its last CHECKPOINT: who had less once has caught
    /// up since at best, and may not vote yet.
    std::map<NodeName, std::uint64_t> audit_sizes_;
    std::map<OldKey, messages::PrePrepare> old_;
    std::vector<NodeName> earlier_members_;  ///< empty: all count the same
    std::set<OldKey> told_by_primary_;       ///< copies that are the ones of this view's primary

    // Proofs.
    std::map<SignId, PpSeqNo> signing_;
    std::map<CheckId, PpSeqNo> checking_;
    std::map<CheckId, PendingProof> proving_;
    std::optional<std::vector<messages::MultiSig>> unpublished_;
    PpSeqNo unpublished_seq_ = 0;
    std::deque<Hash32> proved_roots_;
    std::uint64_t share_checks_ = 0;

    // Freshness.
    std::map<LedgerId, Tick> last_batch_tick_;
    std::map<LedgerId, UnixSeconds> last_batch_time_;
    std::map<LedgerId, Tick> freshness_tried_;
    Followers followers_;  ///< master only
    Tick followers_next_ = 0;

    // Backups: requests in the order of finalisation.
    std::map<std::uint64_t, std::pair<RequestDigest, LedgerId>> backlog_;
    std::unordered_map<RequestDigest, std::uint64_t> backlog_index_;
    std::uint64_t backlog_arrivals_ = 0;

    // Stall.
    Tick last_progress_ = 0;
    std::optional<Tick> stall_began_;
    std::optional<Tick> watermark_repeat_at_;
    Tick watermark_pause_ = 0;
    Tick stall_act_at_ = 0;
    Tick stall_again_after_ = 0;
    unsigned stall_rounds_ = 0;
    std::set<std::pair<PpSeqNo, int>> asked_;

    std::uint64_t batches_ordered_ = 0;
    std::uint64_t requests_ordered_ = 0;
};

}  // namespace stadtbuch::consensus
