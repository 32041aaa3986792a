// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// VIEW_CHANGE, acks and NEW_VIEW (plenum-consensus §8.2 to §8.7).
#include "consensus/viewchange/view_changer.hpp"

#include <algorithm>
#include <utility>

#include "consensus/viewchange/new_view.hpp"

namespace stadtbuch::consensus {

void ViewChanger::start(ViewNo view) {
    const NodeName old_primary = core_.primary_of(0);
    const bool again = core_.waiting_for_new_view;
    const bool blamed = was_blamed(view);
    const bool is_next = view == core_.view_no + 1;
    ++started_;
    core_.view_no = view;
    core_.waiting_for_new_view = true;
    core_.primaries = {history_.master_primary(view)};
    core_.signals.view_left = true;
    master_.leave_view();
    // At once: what is said cannot be taken back when this view fails for want of a checkpoint.
    if (!master_.stable_is_shared()) master_.widen_history();
    // Those who voted again for an ordered batch in a later view may be gone from the pool, and a
    // certificate of that view has too few witnesses left (seed 1000067923).
    if (again) master_.witness_ordered(view - 1);
    changes_.clear();
    fetched_.clear();
    fetched_from_.clear();
    acks_.clear();
    asked_.clear();
    relayed_.clear();
    proposed_.reset();
    accepted_.reset();
    to_recreate_.clear();
    missing_.clear();
    votes_wanted_.clear();
    built_ = refused_ = false;
    patience_ = patience_ == 0 ? core_.limits.new_view_timeout
                               : std::min(patience_ * 2, core_.limits.new_view_timeout_max);
    began_ = core_.now.tick;
    deadline_ = core_.now.tick + patience_;
    repeat_at_ = core_.now.tick + core_.limits.stall_retransmit;
    drop_votes_upto(view);

    const messages::ViewChange own = own_view_change();
    core_.persist(records::view_key, records::view_value(view, true));
    core_.persist(records::view_change_key, messages::encode(own));
    core_.persist(records::new_view_key, std::nullopt);
    master_.checkpoints().resend();
    core_.broadcast(own, core_.barrier());
    store(core_.self, own);
    for (auto it = future_.begin(); it != future_.end();) {
        if (it->second.view_no < view) {
            it = future_.erase(it);
        } else if (it->second.view_no == view) {
            const auto [name, change] = *it;
            it = future_.erase(it);
            store(name, change);
        } else {
            ++it;
        }
    }
    core_.signals.release_stash = true;
    // Nobody blames itself, nor where other members are the reason or it is its turn again: because
    // views were skipped, or others count now, who may have been what the view before waited for.
    // Alone the vote would decide at once, and about the view after it as well.
    const bool same_members = std::exchange(members_before_, core_.registry) == core_.registry;
    const bool in_vain = core_.primary_of(0) == old_primary && same_members && !leads();
    if (is_next && blamed && in_vain && core_.registry.size() > 1) vote(Reason::primary_unchanged);
}

messages::ViewChange ViewChanger::own_view_change() const {
    messages::ViewChange change;
    change.view_no = core_.view_no;
    change.stable_checkpoint = master_.checkpoints().stable();
    change.prepared = master_.prepared_list();
    change.preprepared = master_.preprepared_list();
    change.checkpoints = master_.checkpoints().own_list();
    return change;
}

bool ViewChanger::on_view_change(const NodeName& from, const messages::ViewChange& change) {
    if (change.view_no < core_.view_no || finished(change.view_no)) return true;
    if (change.view_no > core_.view_no) {
        auto [it, fresh] = future_.try_emplace(from, change);
        if (!fresh && change.view_no > it->second.view_no) it->second = change;
        // Whoever left for that view wants it; the vote itself may have been lost.
        record(from, change.view_no, reason_of(from, change.view_no));
        weigh_future();
        weigh_votes();
        return true;
    }
    store(from, change);
    return true;
}

void ViewChanger::weigh_future() {
    // Whoever sends VIEW_CHANGE saw n-f votes or joined somebody who did: f+1 distinct senders are
    // enough to join.
    if (!core_.participating) return;
    std::map<NodeName, ViewNo> left_for;
    for (const auto& [name, change] : future_) left_for[name] = change.view_no;
    if (const auto reached = reached_by_some(left_for)) start(*reached);
}

void ViewChanger::store(const NodeName& from, const messages::ViewChange& change) {
    std::string digest = messages::view_change_digest(change);
    const auto known = changes_.find(from);
    if (known != changes_.end()) {
        if (known->second.first != digest) core_.suspect(from, Reason::view_change_twice);
        return;
    }
    changes_[from] = {digest, change};
    if (from != core_.self) {
        acks_[{from, digest}].insert(core_.self);
        acknowledge(from, digest);
    }
    try_build();
    try_accept();
}

bool ViewChanger::on_ack(const NodeName& from, const messages::ViewChangeAck& ack) {
    if (ack.view_no < core_.view_no || finished(ack.view_no)) return true;
    if (ack.view_no > core_.view_no) return false;
    if (!leads_for_some() || ack.name == from || !core_.is_member(ack.name)) return true;
    if (acks_.size() > core_.registry.size() * core_.registry.size() * 2) return true;
    acks_[{ack.name, ack.digest}].insert(from);
    try_build();
    return true;
}

/// Acknowledged by n-f-1, so that whoever has heard something else of a hostile author can ask f+1
/// for it. In the second half of the time f+1 are enough: those who have ordered the removal of the
/// author hear nothing of it, and nobody else may be left to acknowledge.
bool ViewChanger::is_confirmed(const NodeName& author, const std::string& digest) const {
    // All hear the same of the own one, and can ask this node. (A lone member has nobody else.)
    if (author == core_.self) return true;
    const bool late = core_.now.tick + patience_ / 2 >= deadline_;
    const auto it = acks_.find({author, digest});
    return (it == acks_.end() ? 0 : it->second.size()) >=
           (late ? core_.quorums.weak() : core_.quorums.view_change_ack());
}

void ViewChanger::try_build() {
    if (!core_.waiting_for_new_view || built_ || !may_build()) return;
    messages::NewView view;
    view.view_no = core_.view_no;
    viewchange::Messages used;
    for (const auto& [name, entry] : changes_) {  // by name, as NEW_VIEW lists them
        if (!core_.is_member(name) || !is_confirmed(name, entry.first)) continue;
        view.view_changes.emplace_back(name, entry.first);
        used.push_back(&entry.second);
    }
    if (used.size() < core_.quorums.view_change()) return;
    if (may_count_others()) return;
    const auto checkpoint = viewchange::common_checkpoint(used, core_.quorums);
    if (!checkpoint) return;
    // A later one may have become stable since; then this node has what the others share.
    const Checkpoints& own = master_.checkpoints();
    if (!own.owns(*checkpoint) && checkpoint->seq_no_end >= own.stable()) {
        core_.signals.lag_suspected = true;
        return;
    }
    const auto batches = viewchange::batches_above(checkpoint->seq_no_end, used, core_.quorums,
                                                   core_.limits.log_size);
    if (!batches) return;
    view.checkpoint = *checkpoint;
    view.batches = *batches;
    built_ = true;
    messages::NewView noted = view;
    noted.primary = core_.self;
    // Noted durably first: a primary must not forget what it announced.
    core_.persist(records::new_view_key, messages::encode(noted));
    core_.broadcast(view, core_.barrier());
    finish(noted);
}

bool ViewChanger::on_new_view(const NodeName& from, const messages::NewView& view) {
    if (view.view_no < core_.view_no || finished(view.view_no)) return true;
    if (view.view_no > core_.view_no) return false;
    if (from != core_.primary_of(0) || leads() || refused_ || proposed_) return true;
    proposed_ = view;
    proposed_->primary = from;
    try_accept();
    return true;
}

const messages::ViewChange* ViewChanger::held(const NodeName& name,
                                              const std::string& digest) const {
    const auto direct = changes_.find(name);
    if (direct != changes_.end() && direct->second.first == digest) return &direct->second.second;
    const auto from = fetched_from_.find({name, digest});
    if (from == fetched_from_.end()) return nullptr;
    if (from->second.count(name) == 0 && from->second.size() < core_.quorums.weak()) return nullptr;
    return &fetched_.at({name, digest});
}

void ViewChanger::try_accept() {
    if (!core_.waiting_for_new_view || !proposed_ || refused_) return;
    const messages::NewView view = *proposed_;
    messages::NewView counted = view;
    leave_out_removed(counted);
    std::vector<NodeName> members = core_.registry;
    if (!viewchange::names_enough(counted, members)) {
        members = earlier_count_of(view);
        counted = view;
    }
    if (members.empty()) return refuse(Reason::new_view_batches_wrong);
    viewchange::Messages used;
    for (const auto& [name, digest] : counted.view_changes) {
        const messages::ViewChange* change = held(name, digest);
        if (change == nullptr) return ask_view_change(name, digest);
        used.push_back(change);
    }
    const Quorums quorums{members.size()};
    const auto checkpoint = viewchange::common_checkpoint(used, quorums);
    if (!checkpoint || !(*checkpoint == view.checkpoint))
        return refuse(Reason::new_view_checkpoint_wrong);
    const auto batches =
        viewchange::batches_above(checkpoint->seq_no_end, used, quorums, core_.limits.log_size);
    if (!batches || !viewchange::same_batches(*batches, view.batches))
        return refuse(Reason::new_view_batches_wrong);
    core_.persist(records::new_view_key, messages::encode(view));
    if (members != core_.registry) master_.help_those_who_count(members);
    finish(view);
}

void ViewChanger::ask_view_change(const NodeName& name, const std::string& digest) {
    if (!asked_.insert({name, digest}).second) return;
    messages::MessageRequest ask;
    ask.type = messages::RequestedType::view_change;
    ask.params.name = name;
    ask.params.digest = digest;
    core_.broadcast(std::move(ask));
}

void ViewChanger::finish(const messages::NewView& view) {
    core_.waiting_for_new_view = false;
    patience_returns_at_ = core_.now.tick + core_.limits.new_view_return;
    accepted_ = view;
    core_.primaries = {leader()};
    proposed_.reset();
    entered_ = true;
    core_.persist(records::view_key, records::view_value(core_.view_no, false));
    drop_votes_upto(core_.view_no);
    if (master_.checkpoints().owns(view.checkpoint)) {
        if (view.checkpoint.seq_no_end > master_.checkpoints().stable())
            master_.checkpoints().set_stable(view.checkpoint);
    } else if (view.checkpoint.seq_no_end > master_.last_ordered()) {
        core_.signals.lag_suspected = true;
    }
    // Others stand below what is stable here; they need this node's votes.
    if (view.checkpoint.seq_no_end < master_.checkpoints().stable()) master_.widen_history();
    to_recreate_ = view.batches;
    // Compared as tuples, but worked off by number: a mixed-view list is not in that order (§8.6).
    std::sort(to_recreate_.begin(), to_recreate_.end(),
              [](const auto& a, const auto& b) { return a.pp_seq_no < b.pp_seq_no; });
    const PpSeqNo end =
        to_recreate_.empty() ? view.checkpoint.seq_no_end : to_recreate_.back().pp_seq_no;
    master_.set_old_range_end(std::max(end, master_.checkpoints().stable()), true);
    master_.forget_prepared_above(master_.old_range_end());
    core_.signals.release_stash = true;
    recreate();
}

void ViewChanger::recreate() {
    if (!core_.participating || to_recreate_.empty()) return;
    missing_ = master_.recreate(to_recreate_, core_.view_no);
    repeat_at_ = core_.now.tick + core_.limits.stall_retransmit;
    if (missing_.empty()) return;
    messages::OldViewPrePrepareReq ask;
    ask.batch_ids = missing_;
    core_.broadcast(std::move(ask));
}

void ViewChanger::on_old_request(const NodeName& from,
                                 const messages::OldViewPrePrepareReq& request) {
    // A reply must fit into a frame; a PRE-PREPARE of 1000 requests has about 70 kB.
    messages::OldViewPrePrepareRep reply;
    std::size_t bytes = 0;
    std::size_t replies = 0;
    for (const messages::BatchId& id : request.batch_ids) {
        const messages::PrePrepare* pp =
            master_.old_pre_prepare(id.pp_view_no, id.pp_seq_no, id.digest);
        if (pp == nullptr) continue;
        const std::size_t size = 2000 + pp->digests.size() * 70;
        if (bytes + size > core_.limits.frame_bytes_max && !reply.pre_prepares.empty()) {
            core_.send({from}, reply);
            reply.pre_prepares.clear();
            bytes = 0;
            if (++replies >= 8) return;
        }
        reply.pre_prepares.push_back(*pp);
        bytes += size;
    }
    if (!reply.pre_prepares.empty()) core_.send({from}, std::move(reply));
}

void ViewChanger::on_old_reply(const NodeName& from, const messages::OldViewPrePrepareRep& reply) {
    if (core_.waiting_for_new_view || !core_.participating || to_recreate_.empty()) return;
    // A copy that was taken before may have been refused when it was applied.
    missing_ = master_.recreate(to_recreate_, core_.view_no);
    if (missing_.empty()) return;
    for (const messages::PrePrepare& pp : reply.pre_prepares)
        master_.on_old_pre_prepare(from, pp, missing_);
    missing_ = master_.recreate(missing_, core_.view_no);
}

void ViewChanger::on_time() {
    const Tick expiry = core_.limits.instance_change_lifetime;
    for (auto& [view, voters] : votes_) {
        for (auto it = voters.begin(); it != voters.end();) {
            if (core_.now.tick <= it->second.tick + expiry) {
                ++it;
                continue;
            }
            core_.persist(records::instance_change_key(view, it->first), std::nullopt);
            it = voters.erase(it);
        }
    }
    if (!core_.participating) return;
    if (core_.waiting_for_new_view) {
        watch_new_primary();
        try_build();
        try_accept();
    } else if (patience_ > 0 && core_.now.tick >= patience_returns_at_) {
        // Not as soon as a view has come about: where links are so slow that votes against it are
        // under way by then, it would never grow.
        patience_ /= 2;
        if (patience_ < core_.limits.new_view_timeout) patience_ = 0;
        patience_returns_at_ = core_.now.tick + core_.limits.new_view_return;
    }
    repeat_votes();
    if (core_.now.tick < repeat_at_) return;
    repeat_at_ = core_.now.tick + core_.limits.stall_retransmit * 2;
    if (core_.waiting_for_new_view) {
        asked_.clear();
        on_peer_connected({});
        messages::MessageRequest ask;
        ask.type = messages::RequestedType::new_view;
        ask.params.view_no = core_.view_no;
        core_.broadcast(std::move(ask));
    } else {
        if (!to_recreate_.empty()) missing_ = master_.recreate(to_recreate_, core_.view_no);
        // What is ordered here needs nobody's help; it is looked for again as long as somebody asks
        // for our vote.
        const auto unneeded = [&](const messages::BatchId& id) {
            return id.pp_seq_no <= master_.last_ordered() && votes_wanted_.count(id.pp_seq_no) == 0;
        };
        missing_.erase(std::remove_if(missing_.begin(), missing_.end(), unneeded), missing_.end());
        votes_wanted_.clear();
        if (missing_.empty()) return;
        messages::OldViewPrePrepareReq ask;
        ask.batch_ids = missing_;
        core_.broadcast(std::move(ask));
    }
}

/// A primary that was lost before its view began need not be waited for: two silent ones in a row
/// cost one pause, not two. Alone, nobody gets anywhere, in this view or another.
void ViewChanger::watch_new_primary() {
    if (!core_.reaches_quorum()) {
        deadline_ = core_.now.tick + patience_;
        return;
    }
    const auto away = core_.away_since(core_.primary_of(0));
    if (away && core_.now.tick >= *away + core_.limits.primary_disconnect_tolerated)
        vote(Reason::primary_disconnected);
    if (core_.now.tick < deadline_) return;
    deadline_ = core_.now.tick + patience_;
    vote(Reason::view_change_timeout);
}

std::optional<messages::MessageResponse> ViewChanger::answer(
    const messages::MessageRequest& question) const {
    messages::MessageResponse response;
    response.type = question.type;
    response.params = question.params;
    if (question.type == messages::RequestedType::view_change) {
        const auto it = changes_.find(question.params.name);
        if (it == changes_.end() || it->second.first != question.params.digest) return std::nullopt;
        response.content = it->second.second;
        return response;
    }
    if (question.type == messages::RequestedType::new_view && accepted_ &&
        finished(question.params.view_no) && accepted_->view_no == question.params.view_no) {
        messages::NewView view = *accepted_;
        if (!view.primary) view.primary = core_.primary_of(0);
        response.content = std::move(view);
        return response;
    }
    return std::nullopt;
}

void ViewChanger::on_response(const NodeName& from, const messages::MessageResponse& response) {
    if (!core_.waiting_for_new_view) return;
    if (const auto* change = std::get_if<messages::ViewChange>(&response.content)) {
        const std::pair<NodeName, std::string> key{response.params.name, response.params.digest};
        if (change->view_no != core_.view_no || asked_.count(key) == 0) return;
        if (messages::view_change_digest(*change) != key.second) return;
        fetched_.try_emplace(key, *change);
        fetched_from_[key].insert(from);
        return try_accept();
    }
    if (const auto* view = std::get_if<messages::NewView>(&response.content)) {
        if (view->view_no != core_.view_no || proposed_ || refused_) return;
        // f+1 equal answers: one honest member accepted it, and it is recomputed here anyway. Also
        // by who leads this view by its own count: those others acknowledge nothing any more, so it
        // can hardly build one itself (seed 24000043607).
        const std::string digest = messages::new_view_digest(*view);
        relayed_[from] = digest;
        const auto vouchers = static_cast<std::size_t>(
            std::count_if(relayed_.begin(), relayed_.end(),
                          [&](const auto& answer) { return answer.second == digest; }));
        const bool is_its_own = from == core_.primary_of(0) && view->primary.value_or(from) == from;
        if (!is_its_own && vouchers < core_.quorums.weak()) return;
        proposed_ = *view;
        if (is_its_own) proposed_->primary = from;
        if (view->primary == core_.self) proposed_->primary.reset();  // it would know
        try_accept();
    }
}

void ViewChanger::restore(const records::Memory& memory) {
    for (const auto& [view, voters] : memory.instance_changes) {
        for (const auto& [name, stored] : voters) {
            if (view <= core_.view_no) {
                core_.persist(records::instance_change_key(view, name), std::nullopt);
            } else if (core_.now.wall - stored.wall <
                       static_cast<UnixSeconds>(core_.limits.instance_change_lifetime / 1000)) {
                votes_[view][name] = Vote{stored.wall, core_.now.tick, stored.reason};
            }
        }
    }
    if (!memory.position || memory.position->view_no <= core_.view_no) return;
    const ViewNo view = memory.position->view_no;
    core_.view_no = view;
    core_.primaries = {history_.master_primary(view)};
    if (!memory.position->waiting && memory.new_view && memory.new_view->view_no == view) {
        for (const auto& [seq, pp] : memory.pre_prepares) master_.keep_old(pp);
        return finish(*memory.new_view);
    }
    core_.waiting_for_new_view = true;
    patience_ = core_.limits.new_view_timeout;
    deadline_ = core_.now.tick + patience_;
    repeat_at_ = core_.now.tick;
    if (memory.view_change && memory.view_change->view_no == view)
        store(core_.self, *memory.view_change);
}

bool ViewChanger::adopt(ViewNo view) {
    if (view < core_.view_no || (view == core_.view_no && !core_.waiting_for_new_view))
        return false;
    master_.leave_view();
    core_.view_no = view;
    core_.waiting_for_new_view = false;
    patience_returns_at_ = core_.now.tick + core_.limits.new_view_return;
    accepted_.reset();
    proposed_.reset();
    to_recreate_.clear();
    missing_.clear();
    votes_wanted_.clear();
    changes_.clear();
    master_.set_old_range_end(0, false);
    core_.persist(records::view_key, records::view_value(view, false));
    core_.persist(records::new_view_key, std::nullopt);
    drop_votes_upto(view);
    entered_ = true;
    core_.signals.release_stash = true;
    return true;
}

void ViewChanger::resume() {
    if (core_.waiting_for_new_view) {
        try_build();
        try_accept();
        weigh_future();
        weigh_votes();
    } else {
        recreate();
        weigh_future();
        weigh_votes();
    }
}

bool ViewChanger::take_entered() {
    const bool was = entered_;
    entered_ = false;
    return was;
}

}  // namespace stadtbuch::consensus
