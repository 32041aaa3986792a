// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Lost messages: asked for by MESSAGE_REQUEST, own ones repeated, with growing pauses
// (plenum-consensus §3.4).
#include <algorithm>

#include "consensus/ordering/ordering.hpp"

namespace stadtbuch::consensus {
namespace {
constexpr PpSeqNo window_asked_for = 24;
}

void Ordering::on_time() {
    if (!core_.participating || core_.waiting_for_new_view) return;
    if (is_master()) followers_.look(last_ordered_);
    look_at_watermark();
    const bool evidence = std::any_of(slots_.upper_bound(last_ordered_), slots_.end(),
                                      [](const auto& entry) { return !entry.second.is_empty(); });
    if (!evidence) {
        stall_began_.reset();
        return;
    }
    if (!stall_began_) {
        stall_began_ = core_.now.tick;
        stall_rounds_ = 0;
        stall_again_after_ = core_.limits.stall_request_delay;
        stall_act_at_ = core_.now.tick + stall_again_after_;
        asked_.clear();
        return;
    }
    if (core_.now.tick < stall_act_at_) return;
    ask_for_lost();
    ++stall_rounds_;
    stall_again_after_ = std::min(stall_again_after_ * 2, core_.limits.stall_repeat_max);
    stall_act_at_ = core_.now.tick + stall_again_after_;
}

/// At the high watermark nothing more is taken up until a checkpoint becomes stable. The others'
/// CHECKPOINTs were lost, or heard before a NEW_VIEW went back below them; they are not sent again
/// unless this node repeats its own (seed 122000105232).
void Ordering::look_at_watermark() {
    if (last_ordered_ < checkpoints_.high()) {
        watermark_repeat_at_.reset();
        return;
    }
    if (watermark_repeat_at_ && core_.now.tick < *watermark_repeat_at_) return;
    // The first time the others' own may still be under way.
    if (watermark_repeat_at_) checkpoints_.resend();
    watermark_pause_ = watermark_repeat_at_
                           ? std::min(watermark_pause_ * 2, core_.limits.stall_repeat_max)
                           : core_.limits.stall_request_delay;
    watermark_repeat_at_ = core_.now.tick + watermark_pause_;
}

void Ordering::ask_for_lost() {
    using messages::RequestedType;
    const PpSeqNo newest = slots_.rbegin()->first;
    const PpSeqNo end = std::min(newest, last_ordered_ + window_asked_for);
    for (PpSeqNo seq = last_ordered_ + 1; seq <= end; ++seq) {
        const Slot* known = find(seq);
        const Slot empty;
        const Slot& s = known != nullptr ? *known : empty;
        if (!s.pre_prepare) {
            if (leads() || seq <= old_range_end_) continue;
            ask(RequestedType::pre_prepare, seq,
                stall_rounds_ == 0 ? std::vector<NodeName>{core_.primary_of(inst_)}
                                   : core_.others());
        }
        if (!s.prepared) ask(RequestedType::prepare, seq, lacking_prepare(s));
        if (s.commits.size() < core_.quorums.commit())
            ask(RequestedType::commit, seq, lacking_commit(s));
        if (stall_rounds_ > 0 && known != nullptr) repeat_own(seq, s);
    }
}

void Ordering::ask(messages::RequestedType type, PpSeqNo seq, std::vector<NodeName> whom) {
    whom.erase(
        std::remove_if(whom.begin(), whom.end(),
                       [&](const NodeName& name) { return name.empty() || name == core_.self; }),
        whom.end());
    if (whom.empty()) return;
    messages::MessageRequest question;
    question.type = type;
    question.params.inst_id = inst_;
    question.params.view_no = core_.view_no;
    question.params.pp_seq_no = seq;
    if (type == messages::RequestedType::pre_prepare) asked_.insert({seq, 0});
    core_.send(std::move(whom), std::move(question));
}

void Ordering::repeat_own(PpSeqNo seq, const Slot& s) {
    if (leads() && s.pre_prepare && s.origin != Origin::recreated)
        core_.broadcast(*s.pre_prepare, barrier());
    const auto own = s.prepares.find(core_.self);
    if (own != s.prepares.end()) core_.broadcast(own->second, barrier());
    for (const auto& [name, commit] : s.commits) {
        if (name == core_.self) core_.broadcast(commit, barrier());
    }
    static_cast<void>(seq);
}

std::vector<NodeName> Ordering::lacking_prepare(const Slot& s) const {
    std::vector<NodeName> out;
    for (const NodeName& name : core_.others()) {
        if (name != core_.primary_of(inst_) && s.prepares.count(name) == 0) out.push_back(name);
    }
    return out;
}

std::vector<NodeName> Ordering::lacking_commit(const Slot& s) const {
    std::vector<NodeName> out;
    for (const NodeName& name : core_.others()) {
        if (!s.has_commit_of(name)) out.push_back(name);
    }
    return out;
}

bool Ordering::backed_by_prepares(const Slot& s, const messages::PrePrepare& pp) const {
    std::size_t agreeing = 0;
    for (const auto& [name, prepare] : s.prepares) {
        agreeing += prepare.digest == pp.digest && core_.is_member(name) ? 1U : 0U;
    }
    return agreeing >= core_.quorums.weak();
}

std::optional<messages::MessageResponse> Ordering::answer(
    const messages::MessageRequest& question) const {
    const Slot* s =
        question.params.view_no == core_.view_no ? find(question.params.pp_seq_no) : nullptr;
    if (s == nullptr) return std::nullopt;
    messages::MessageResponse response;
    response.type = question.type;
    response.params = question.params;
    if (question.type == messages::RequestedType::pre_prepare && s->applied && s->pre_prepare) {
        response.content = *s->pre_prepare;
        return response;
    }
    if (question.type == messages::RequestedType::prepare) {
        const auto own = s->prepares.find(core_.self);
        if (own == s->prepares.end()) return std::nullopt;
        response.content = own->second;
        return response;
    }
    if (question.type == messages::RequestedType::commit) {
        for (const auto& [name, commit] : s->commits) {
            if (name != core_.self) continue;
            response.content = commit;
            return response;
        }
    }
    return std::nullopt;
}

void Ordering::on_vote_wanted(const messages::MessageRequest& question) {
    if (!core_.participating || core_.waiting_for_new_view ||
        question.type != messages::RequestedType::commit ||
        question.params.view_no != core_.view_no)
        return;
    Slot* s = find(question.params.pp_seq_no);
    if (s == nullptr || !s->ordered || s->prepared || core_.now.tick < s->prepares_wanted_at)
        return;
    s->prepares_wanted_at = core_.now.tick + core_.limits.stall_request_delay;
    ask(messages::RequestedType::prepare, question.params.pp_seq_no, lacking_prepare(*s));
}

void Ordering::on_response(const NodeName& from, const messages::MessageResponse& response) {
    if (const auto* pp = std::get_if<messages::PrePrepare>(&response.content)) {
        if (pp->inst_id != inst_ || admit(pp->view_no, pp->pp_seq_no) != Verdict::process) return;
        const bool asked = asked_.count({pp->pp_seq_no, 0}) != 0;
        // An answer may come after the question was forgotten; only the primary needs no question.
        if (!asked && from != core_.primary_of(inst_)) return;
        on_pre_prepare(from, *pp, asked ? Origin::requested : Origin::network);
    } else if (const auto* prepare = std::get_if<messages::Prepare>(&response.content)) {
        if (prepare->inst_id != inst_ ||
            admit(prepare->view_no, prepare->pp_seq_no) != Verdict::process)
            return;
        on_prepare(from, *prepare);
    } else if (const auto* commit = std::get_if<messages::Commit>(&response.content)) {
        if (commit->inst_id != inst_ ||
            admit(commit->view_no, commit->pp_seq_no) != Verdict::process)
            return;
        on_commit(from, *commit);
    }
}

}  // namespace stadtbuch::consensus
