// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/ordering/checkpoints.hpp"

#include <algorithm>

namespace stadtbuch::consensus {
namespace {
/// For each member and stable checkpoint: two that answered each other would never end.
constexpr unsigned answers_max = 3;
}  // namespace

Checkpoints::Checkpoints(Core& core, messages::InstanceId inst) : core_(core), inst_(inst) {
    reset();
}

void Checkpoints::reset() {
    stable_ = 0;
    standing_.clear();
    answered_.clear();
    own_.clear();
    own_[0] = {messages::Checkpoint{inst_, 0, 0, 0, std::nullopt}};
    received_.clear();
}

bool Checkpoints::add_own(ViewNo view, ViewNo original_view, PpSeqNo seq,
                          std::optional<Hash32> digest) {
    if (seq <= stable_ || own_.count(seq) != 0) return false;
    const messages::Checkpoint checkpoint{inst_, view, 0, seq, digest};
    auto& own = own_[seq];
    if (original_view != view) own.push_back({inst_, original_view, 0, seq, digest});
    own.push_back(checkpoint);
    core_.broadcast(checkpoint, barrier());
    return try_stabilise(seq);
}

bool Checkpoints::on_checkpoint(const NodeName& from, const messages::Checkpoint& checkpoint) {
    if (checkpoint.seq_no_end < stable_ ||
        checkpoint.seq_no_end % core_.limits.checkpoint_every != 0)
        return false;
    const bool stood = stands(from);
    if (checkpoint.seq_no_end > stable_ || owns(checkpoint)) standing_.insert(from);
    if (checkpoint.seq_no_end == stable_) {
        if (stood && owns(checkpoint)) answer(from);
        return false;
    }
    auto& of_sender = received_[from];
    of_sender.insert_or_assign(checkpoint.seq_no_end, checkpoint);
    if (of_sender.size() > core_.limits.checkpoints_per_sender_max)
        of_sender.erase(of_sender.begin());
    return try_stabilise(checkpoint.seq_no_end);
}

bool Checkpoints::try_stabilise(PpSeqNo seq) {
    const auto own = own_.find(seq);
    if (own == own_.end() || seq <= stable_) return false;
    std::size_t equal = 0;
    std::size_t differing = 0;
    for (const auto& [name, of_sender] : received_) {
        const auto it = of_sender.find(seq);
        if (it == of_sender.end() || !core_.is_member(name)) continue;
        // The digest is what binds; members may have ordered the batch in different views.
        const bool same = it->second.digest == own->second.back().digest;
        equal += same ? 1U : 0U;
        differing += same ? 0U : 1U;
    }
    if (differing >= core_.quorums.weak()) core_.suspect({}, Reason::own_history_differs, seq);
    if (equal < core_.quorums.checkpoint()) return false;
    set_stable(own->second.back());
    return true;
}

void Checkpoints::set_stable(const messages::Checkpoint& checkpoint) {
    stable_ = checkpoint.seq_no_end;
    auto& own = own_[stable_];
    if (std::find(own.begin(), own.end(), checkpoint) == own.end()) own.push_back(checkpoint);
    own_.erase(own_.begin(), own_.find(stable_));
    standing_.clear();
    answered_.clear();
    for (auto& [name, of_sender] : received_) {
        const auto reached = of_sender.lower_bound(stable_);
        if (reached != of_sender.end() && (reached->first > stable_ || owns(reached->second)))
            standing_.insert(name);
        of_sender.erase(of_sender.begin(), of_sender.upper_bound(stable_));
    }
    core_.signals.release_stash = true;
}

void Checkpoints::go_back(const std::vector<messages::Checkpoint>& own) {
    stable_ = own.front().seq_no_end;
    standing_.clear();
    for (const messages::Checkpoint& checkpoint : own) {
        auto& known = own_[checkpoint.seq_no_end];
        if (std::find(known.begin(), known.end(), checkpoint) == known.end())
            known.insert(known.begin(), checkpoint);
    }
}

/// Who repeats the stable checkpoint has not heard enough of the others'.
void Checkpoints::answer(const NodeName& from) {
    if (stable_ == 0 || ++answered_[from] > answers_max) return;
    core_.send({from}, own_.at(stable_).back(), barrier());
}

std::vector<messages::Checkpoint> Checkpoints::own_list() const {
    std::vector<messages::Checkpoint> out;
    for (const auto& [seq, own] : own_) out.insert(out.end(), own.begin(), own.end());
    return out;
}

bool Checkpoints::owns(const messages::Checkpoint& checkpoint) const {
    const auto it = own_.find(checkpoint.seq_no_end);
    return it != own_.end() && it->second.back().digest == checkpoint.digest;
}

PpSeqNo Checkpoints::vouched() const {
    std::vector<PpSeqNo> ends;
    for (const auto& [name, of_sender] : received_) {
        if (!of_sender.empty() && core_.is_member(name)) ends.push_back(of_sender.rbegin()->first);
    }
    if (ends.size() < core_.quorums.weak()) return 0;
    std::sort(ends.rbegin(), ends.rend());
    return ends[core_.quorums.weak() - 1];
}

void Checkpoints::announce() const {
    core_.broadcast(own_.at(stable_).back(), barrier());
}

void Checkpoints::resend() const {
    for (const auto& [seq, own] : own_) {
        if (seq > stable_) core_.broadcast(own.back(), barrier());
    }
}

}  // namespace stadtbuch::consensus
