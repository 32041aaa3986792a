// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Members that are connected and do not vote. One with a wiped disk follows until a checkpoint lies
// beyond its past (recovery.cpp); in a pool in which nobody writes that takes hours, and for so
// long the pool stands no further fault. For their sake an idle primary makes empty batches.
//
// A member can pretend: so each gets batches for one log and one checkpoint more (four checkpoints)
// and no more of them for half a day, whatever it does meanwhile.
#pragma once
#include <map>

#include "consensus/core.hpp"

namespace stadtbuch::consensus {

class Followers {
  public:
    explicit Followers(const Core& core) : core_(core) {}

    /// A COMMIT for this number came.
    void voted(const NodeName& from, PpSeqNo seq);
    /// What was ordered up to here was not watched: this node was away itself.
    void skip_to(PpSeqNo last_ordered);
    /// Nobody is expected to vote while it is not connected.
    void look(PpSeqNo last_ordered);
    /// True when a batch would help somebody: it is counted against all whom it helps.
    [[nodiscard]] bool take_batch(PpSeqNo last_ordered);

  private:
    struct Member {
        PpSeqNo voted = 0;  ///< or not expected to
        PpSeqNo batches_had = 0;
        Tick first_had = 0;
    };

    const Core& core_;
    std::map<NodeName, Member> members_;
};

}  // namespace stadtbuch::consensus
