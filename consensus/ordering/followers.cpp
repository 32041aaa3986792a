// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/ordering/followers.hpp"

#include <algorithm>

namespace stadtbuch::consensus {

void Followers::voted(const NodeName& from, PpSeqNo seq) {
    const auto it = members_.find(from);
    if (it != members_.end()) it->second.voted = std::max(it->second.voted, seq);
}

void Followers::skip_to(PpSeqNo last_ordered) {
    for (auto& [name, member] : members_) member.voted = std::max(member.voted, last_ordered);
}

void Followers::look(PpSeqNo last_ordered) {
    for (auto it = members_.begin(); it != members_.end();)
        it = core_.is_member(it->first) ? std::next(it) : members_.erase(it);
    for (const NodeName& name : core_.registry) {
        if (name == core_.self) continue;
        const auto [it, is_new] = members_.try_emplace(name);
        if (is_new || core_.connected.count(name) == 0) it->second.voted = last_ordered;
    }
}

bool Followers::take_batch(PpSeqNo last_ordered) {
    bool helps = false;
    for (auto& [name, member] : members_) {
        if (member.voted + core_.limits.follower_silent_batches > last_ordered) continue;
        if (core_.now.tick >= member.first_had + core_.limits.follower_rest) member.batches_had = 0;
        if (member.batches_had >= core_.limits.log_size + core_.limits.checkpoint_every) continue;
        if (member.batches_had++ == 0) member.first_had = core_.now.tick;
        helps = true;
    }
    return helps;
}

}  // namespace stadtbuch::consensus
