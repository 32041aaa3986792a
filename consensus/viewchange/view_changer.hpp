// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Changing the primary: votes (INSTANCE_CHANGE), VIEW_CHANGE with acks, NEW_VIEW, re-creation of
// batches (plenum-consensus §7.4, §8), with the synchroniser of plenum-lessons A1: join on f+1,
// doubling patience.
//
//   in view v --n-f votes for w, or f+1 VIEW_CHANGEs above v--> waiting for NEW_VIEW of w
//   --accepted--> in view w
//                                                                  | patience ends: vote for w+1
#pragma once
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "consensus/core.hpp"
#include "consensus/ordering/ordering.hpp"
#include "consensus/records.hpp"
#include "consensus/selection.hpp"
#include "consensus/viewchange/new_view.hpp"

namespace stadtbuch::consensus {

class ViewChanger {
  public:
    ViewChanger(Core& core, Ordering& master, RegistryHistory& history)
        : core_(core), master_(master), history_(history) {}

    // ---- messages ----
    void on_instance_change(const NodeName& from, const messages::InstanceChange& vote);
    /// False: too early, keep it.
    [[nodiscard]] bool on_view_change(const NodeName& from, const messages::ViewChange& change);
    [[nodiscard]] bool on_ack(const NodeName& from, const messages::ViewChangeAck& ack);
    [[nodiscard]] bool on_new_view(const NodeName& from, const messages::NewView& view);
    void on_old_request(const NodeName& from, const messages::OldViewPrePrepareReq& request);
    void on_old_reply(const NodeName& from, const messages::OldViewPrePrepareRep& reply);
    [[nodiscard]] std::optional<messages::MessageResponse> answer(
        const messages::MessageRequest& question) const;
    void on_response(const NodeName& from, const messages::MessageResponse& response);
    /// Somebody asks for a vote that this node has not sent.
    void on_vote_wanted(const messages::MessageRequest& question);

    // ---- own initiative ----
    void vote(Reason reason, std::optional<ViewNo> in_view = std::nullopt);
    void on_time();

    /// This process did not run for so long.
    void slept(Tick lost) { deadline_ += lost; }

    /// Own votes, VIEW_CHANGE and acks again, to a peer that was away.
    void on_peer_connected(const NodeName& peer);

    // ---- restart and catch-up ----
    void restore(const records::Memory& memory);
    /// Catch-up has shown that the pool works in `view`.
    /// False: nothing new.
    [[nodiscard]] bool adopt(ViewNo view);
    /// After catch-up inside the view: re-create what is still not ordered.
    void resume();
    /// Members that are in a later view, as far as is known. f+1 have been for a while, and
    /// catch-up found nothing: their VIEW_CHANGEs are lost, and they may need this node's votes
    /// there.
    void follow(std::map<NodeName, ViewNo> ahead);

    // ---- questions ----
    /// True once after a NEW_VIEW was accepted.
    [[nodiscard]] bool take_entered();
    [[nodiscard]] std::map<ViewNo, std::size_t> votes() const;

    [[nodiscard]] std::uint64_t started() const { return started_; }

    /// Of the master instance in this view, until the view's first batch is ordered.
    [[nodiscard]] NodeName leader() const;

  private:
    struct Vote {
        UnixSeconds wall = 0;
        Tick tick = 0;
        std::uint64_t reason = 0;
    };

    void record(const NodeName& name, ViewNo view, std::uint64_t reason);
    void weigh_votes();
    void join();
    void repeat_votes();
    void watch_new_primary();
    void drop_votes_upto(ViewNo view);
    [[nodiscard]] bool was_blamed(ViewNo view) const;
    [[nodiscard]] std::uint64_t reason_of(const NodeName& name, ViewNo view) const;
    void start(ViewNo view);
    [[nodiscard]] messages::ViewChange own_view_change() const;
    void store(const NodeName& from, const messages::ViewChange& change);
    void weigh_future();
    /// The highest later view of which f+1 members say that they are there, or want it: one of them
    /// is honest.
    [[nodiscard]] std::optional<ViewNo> reached_by_some(
        const std::map<NodeName, ViewNo>& later) const;
    [[nodiscard]] bool is_confirmed(const NodeName& author, const std::string& digest) const;
    void try_build();
    [[nodiscard]] bool may_count_others();
    void try_accept();
    /// Not as long as it may be right for those who count other members. Who leaves never does: the
    /// others may have let it in again by then, and its vote counts.
    void refuse(Reason reason);
    [[nodiscard]] const messages::ViewChange* held(const NodeName& name,
                                                   const std::string& digest) const;
    void leave_out_removed(messages::NewView& view) const;
    [[nodiscard]] std::vector<NodeName> earlier_count_of(const messages::NewView& view) const;
    void acknowledge(const NodeName& name, const std::string& digest);
    void ask_view_change(const NodeName& name, const std::string& digest);
    void finish(const messages::NewView& view);
    void recreate();

    [[nodiscard]] bool leads() const { return core_.primary_of(0) == core_.self; }

    [[nodiscard]] bool leads_for_some() const;
    [[nodiscard]] bool may_build() const;

    [[nodiscard]] bool finished(ViewNo view) const {
        return view == core_.view_no && !core_.waiting_for_new_view;
    }

    Core& core_;
    Ordering& master_;
    RegistryHistory& history_;

    std::map<ViewNo, std::map<NodeName, Vote>> votes_;
    std::map<ViewNo, Tick> own_vote_sent_;

    // The change in progress (view core_.view_no).
    std::map<NodeName, std::pair<std::string, messages::ViewChange>> changes_;  // with digest
    std::map<std::pair<NodeName, std::string>, messages::ViewChange> fetched_;
    std::map<std::pair<NodeName, std::string>, std::set<NodeName>> fetched_from_;
    std::map<std::pair<NodeName, std::string>, std::set<NodeName>> acks_;
    std::optional<messages::NewView> proposed_;  // not yet accepted; with its author
    std::map<NodeName, std::string> relayed_;    // digest of what each answered last
    std::set<std::pair<NodeName, std::string>> asked_;
    std::vector<NodeName> members_before_;  // when the view before this one was left
    bool built_ = false;
    bool refused_ = false;
    std::map<NodeName, messages::ViewChange> future_;  // highest of each sender

    // The view we are in.
    std::optional<messages::NewView> accepted_;   // with its author
    std::vector<messages::BatchId> to_recreate_;  // ascending numbers
    std::vector<messages::BatchId> missing_;
    std::set<PpSeqNo> votes_wanted_;  ///< by members who have not ordered these yet
    bool entered_ = false;

    Tick patience_ = 0;  ///< with the last view change; 0: forgotten
    Tick patience_returns_at_ = 0;
    Tick began_ = 0;  ///< the view change in progress
    Tick deadline_ = 0;
    Tick repeat_at_ = 0;
    Tick votes_repeat_at_ = 0;
    Tick behind_since_ = 0;  ///< f+1 are in later views since then, or fewer were at that time
    std::uint64_t started_ = 0;
};

}  // namespace stadtbuch::consensus
