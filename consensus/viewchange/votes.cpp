// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// INSTANCE_CHANGE votes: recording, joining, expiry (plenum-consensus §7.4).
#include <algorithm>

#include "consensus/viewchange/new_view.hpp"
#include "consensus/viewchange/view_changer.hpp"

namespace stadtbuch::consensus {
namespace {
/// Of who is known to have left for a view by its VIEW_CHANGE only.
constexpr std::uint64_t reason_unknown = 0;
}  // namespace

void ViewChanger::vote(Reason reason, std::optional<ViewNo> in_view) {
    const ViewNo target = in_view.value_or(core_.view_no) + 1;
    if (target <= core_.view_no || !core_.is_member(core_.self)) return;
    const auto sent = own_vote_sent_.find(target);
    if (sent != own_vote_sent_.end() &&
        core_.now.tick < sent->second + core_.limits.instance_change_repeat)
        return;

    own_vote_sent_[target] = core_.now.tick;
    record(core_.self, target, static_cast<std::uint64_t>(reason));
    core_.broadcast(messages::InstanceChange{target, static_cast<std::uint64_t>(reason)},
                    core_.barrier());
    weigh_votes();
}

void ViewChanger::on_instance_change(const NodeName& from, const messages::InstanceChange& change) {
    if (change.view_no <= core_.view_no) return;
    record(from, change.view_no, change.reason);
    weigh_votes();
}

void ViewChanger::record(const NodeName& name, ViewNo view, std::uint64_t reason) {
    std::size_t views = 0;
    for (const auto& [v, voters] : votes_) views += voters.count(name);
    if (views >= core_.limits.votes_ahead_max && votes_[view].count(name) == 0) {
        // Keep the nearest ones: a storm of high numbers must not push out what can still succeed.
        for (auto it = votes_.rbegin(); it != votes_.rend(); ++it) {
            if (it->second.count(name) == 0) continue;
            if (it->first <= view) {
                if (votes_[view].empty()) votes_.erase(view);
                return;
            }
            core_.persist(records::instance_change_key(it->first, name), std::nullopt);
            it->second.erase(name);
            break;
        }
    }
    const auto [it, fresh] =
        votes_[view].insert_or_assign(name, Vote{core_.now.wall, core_.now.tick, reason});
    if (fresh)
        core_.persist(records::instance_change_key(view, name),
                      records::instance_change_value(core_.now.wall, reason));
}

void ViewChanger::weigh_votes() {
    for (const auto& [view, voters] : votes_) {
        if (view <= core_.view_no) continue;
        const auto valid = static_cast<std::size_t>(
            std::count_if(voters.begin(), voters.end(),
                          [&](const auto& entry) { return core_.is_member(entry.first); }));
        if (valid >= core_.quorums.view_change() && core_.participating) return start(view);
    }
    join();
}

/// f+1 fresh votes of others for any later views: at least one of them is honest. The lowest view
/// is joined, and the highest for which f+1 press: members in a later view never vote for the lower
/// one again, and a single old vote must not keep this one from them (seed 5019966).
void ViewChanger::join() {
    const Tick fresh_for = core_.limits.instance_change_repeat * 2;
    std::map<NodeName, ViewNo> pressing;  // the highest of each
    std::optional<ViewNo> lowest;
    for (const auto& [view, voters] : votes_) {
        if (view <= core_.view_no) continue;
        for (const auto& [name, vote] : voters) {
            if (name == core_.self || !core_.is_member(name) ||
                core_.now.tick > vote.tick + fresh_for)
                continue;
            pressing[name] = view;
            if (!lowest) lowest = view;
        }
    }
    const auto highest = reached_by_some(pressing);
    if (!lowest || !highest || !core_.participating) return;
    for (const ViewNo view : {*lowest, *highest}) {
        if (view > core_.view_no && own_vote_sent_.count(view) == 0)
            vote(Reason::primary_degraded, view - 1);
    }
}

std::optional<ViewNo> ViewChanger::reached_by_some(const std::map<NodeName, ViewNo>& later) const {
    std::vector<ViewNo> views;
    for (const auto& [name, view] : later) {
        if (core_.is_member(name) && view > core_.view_no) views.push_back(view);
    }
    if (views.size() < core_.quorums.weak()) return std::nullopt;
    std::sort(views.rbegin(), views.rend());
    return views[core_.quorums.weak() - 1];
}

void ViewChanger::follow(std::map<NodeName, ViewNo> ahead) {
    for (const auto& [name, change] : future_) ahead[name] = std::max(ahead[name], change.view_no);
    const auto reached = reached_by_some(ahead);
    if (reached && core_.now.tick < behind_since_ + 2 * core_.limits.lag_probe_delay) return;
    behind_since_ = core_.now.tick;
    if (reached) start(*reached);
}

/// Votes get lost. As long as one is young, or somebody has left for a later view already, it is
/// said again: a member that went ahead alone must not wait there for ever (plenum-lessons E 94).
void ViewChanger::repeat_votes() {
    if (core_.now.tick < votes_repeat_at_) return;
    votes_repeat_at_ = core_.now.tick + core_.limits.instance_change_repeat;
    const bool somebody_ahead = std::any_of(future_.begin(), future_.end(), [&](const auto& entry) {
        return entry.second.view_no > core_.view_no && core_.is_member(entry.first);
    });
    for (const auto& [view, voters] : votes_) {
        const auto own = voters.find(core_.self);
        if (view <= core_.view_no || own == voters.end()) continue;
        const bool young =
            core_.now.tick <= own->second.tick + 4 * core_.limits.instance_change_repeat;
        if (!young && !somebody_ahead) continue;
        core_.broadcast(messages::InstanceChange{view, own->second.reason}, core_.barrier());
    }
}

void ViewChanger::on_peer_connected(const NodeName& peer) {
    const std::vector<NodeName> whom =
        peer.empty() ? std::vector<NodeName>{} : std::vector<NodeName>{peer};
    for (const auto& [view, voters] : votes_) {
        const auto own = voters.find(core_.self);
        if (own == voters.end() || view <= core_.view_no) continue;
        core_.send(whom, messages::InstanceChange{view, own->second.reason}, core_.barrier());
    }
    if (!core_.waiting_for_new_view) return;
    const auto own = changes_.find(core_.self);
    if (own != changes_.end()) core_.send(whom, own->second.second, core_.barrier());
    for (const auto& [name, entry] : changes_) {
        if (name != core_.self) acknowledge(name, entry.first);
    }
}

/// To the primary, and to whoever is it for members that have not ordered the batches in between
/// yet. When f members alone have ordered the first batch after a change of members, the others'
/// primary still needs their acks (seed 10013791); its NEW_VIEW reaches them by f+1 answers.
void ViewChanger::acknowledge(const NodeName& name, const std::string& digest) {
    std::vector<NodeName> whom = history_.possible_primaries(core_.view_no);
    whom.erase(std::remove(whom.begin(), whom.end(), core_.self), whom.end());
    if (!whom.empty())
        core_.send(std::move(whom), messages::ViewChangeAck{core_.view_no, name, digest},
                   core_.barrier());
}

void ViewChanger::on_vote_wanted(const messages::MessageRequest& question) {
    const PpSeqNo seq = question.params.pp_seq_no;
    if (question.params.inst_id == 0 && question.params.view_no == core_.view_no &&
        seq <= master_.old_range_end())
        votes_wanted_.insert(seq);
    while (votes_wanted_.size() > core_.limits.log_size) votes_wanted_.erase(votes_wanted_.begin());
}

void ViewChanger::drop_votes_upto(ViewNo view) {
    while (!votes_.empty() && votes_.begin()->first <= view) {
        for (const auto& [name, vote] : votes_.begin()->second) {
            core_.persist(records::instance_change_key(votes_.begin()->first, name), std::nullopt);
        }
        votes_.erase(votes_.begin());
    }
    own_vote_sent_.erase(own_vote_sent_.begin(), own_vote_sent_.upper_bound(view));
}

/// f+1 have prepared what a view began with of which this node has ordered nothing. If they ordered
/// it, they count the members after it: they would refuse a NEW_VIEW by the older count (seeds
/// 100000629, 100018243), and theirs would seem to name too few or too many here (200014162).
/// Whether they did, a catch-up tells in time.
bool ViewChanger::may_count_others() {
    if (core_.now.tick >= began_ + core_.limits.new_view_timeout / 2) return false;
    viewchange::Messages known;
    for (const auto& [name, entry] : changes_) {
        if (core_.is_member(name)) known.push_back(&entry.second);
    }
    const auto newest = core_.executor.last_audit_records(1);
    const ViewNo audited = newest.empty() ? 0 : newest.front().view_no;
    if (viewchange::ahead_of(known, master_.last_ordered(), audited) < core_.quorums.weak())
        return false;
    core_.signals.lag_suspected = true;
    return true;
}

void ViewChanger::refuse(Reason reason) {
    if (core_.leaving) core_.signals.lag_suspected = true;
    if (core_.leaving || may_count_others()) return;
    // Who leads this view blames nobody for one that others made: it goes on making its own.
    if (leads()) return proposed_.reset();
    refused_ = true;
    // One that others took from somebody else is not this primary's doing.
    if (proposed_->primary == core_.primary_of(0)) core_.suspect(core_.primary_of(0), reason);
    core_.vote(reason);
}

/// Those who made that NEW_VIEW may not have ordered yet what removed one of them (seed
/// 1000050429). It is taken when it holds without the removed ones, by this node's own count.
void ViewChanger::leave_out_removed(messages::NewView& view) const {
    auto& names = view.view_changes;
    const auto kept = std::remove_if(names.begin(), names.end(), [this](const auto& entry) {
        return !core_.is_member(entry.first) && history_.has_counted(entry.first);
    });
    names.erase(kept, names.end());
}

/// The members that counted before of whom it names enough, each once. Fewer than f+1 may have
/// ordered what a view began with, and nobody catches up on their word alone; if the others need
/// their votes to order it as well, these have to follow a NEW_VIEW by the older count (seed
/// 3400022057). They do when it re-creates all that they have ordered beyond, so that nothing of it
/// can be replaced.
std::vector<NodeName> ViewChanger::earlier_count_of(const messages::NewView& view) const {
    if (!master_.all_ordered_in(view)) return {};
    const auto earlier =
        earlier_counts(history_.genesis(), core_.executor, view.checkpoint.seq_no_end);
    for (const auto& members : earlier) {
        if (viewchange::names_enough(view, members)) return members;
    }
    return {};
}

/// Who made the accepted NEW_VIEW. Those who have ordered what the view before began with may
/// expect another (seed 4700001944), but all have to take the same one's batches, or some of their
/// votes count for nothing.
NodeName ViewChanger::leader() const {
    const bool is_known = accepted_ && finished(accepted_->view_no) && accepted_->primary &&
                          core_.is_member(*accepted_->primary);
    return is_known ? *accepted_->primary : history_.master_primary(core_.view_no);
}

/// By its own ledger, or for those who have not ordered yet what the newest view began with.
bool ViewChanger::leads_for_some() const {
    return leads() || history_.earlier_primary(core_.view_no) == core_.self;
}

/// f members alone may have ordered that, and nobody catches up on their word. If the rest wait for
/// one of these, and it for somebody who does not know of it, nobody says NEW_VIEW (seed
/// 11000024372). So it does when whom it waits for was silent for most of the time: the rest take
/// it, and the others by f+1 answers.
bool ViewChanger::may_build() const {
    if (leads()) return true;
    return leads_for_some() && !proposed_ && core_.now.tick + patience_ / 4 >= deadline_;
}

/// What it voted for that view with, if that is known.
std::uint64_t ViewChanger::reason_of(const NodeName& name, ViewNo view) const {
    const auto voters = votes_.find(view);
    if (voters == votes_.end()) return reason_unknown;
    const auto vote = voters->second.find(name);
    return vote == voters->second.end() ? reason_unknown : vote->second.reason;
}

/// f+1 are known to have voted for that view, and none of them because the members changed. Others
/// join such a vote without saying why, and some of them get lost: whoever blamed the primary then
/// would cost the pool a view, beside one hostile member.
bool ViewChanger::was_blamed(ViewNo view) const {
    const auto voters = votes_.find(view);
    if (voters == votes_.end()) return false;
    std::size_t blaming = 0;
    for (const auto& [name, vote] : voters->second) {
        if (!core_.is_member(name)) continue;
        if (vote.reason == static_cast<std::uint64_t>(Reason::node_count_changed)) return false;
        blaming += vote.reason != reason_unknown ? 1U : 0U;
    }
    return blaming >= core_.quorums.weak();
}

std::map<ViewNo, std::size_t> ViewChanger::votes() const {
    std::map<ViewNo, std::size_t> out;
    for (const auto& [view, voters] : votes_) out[view] = voters.size();
    return out;
}

}  // namespace stadtbuch::consensus
