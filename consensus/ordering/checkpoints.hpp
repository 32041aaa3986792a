// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Checkpoints and watermarks of one instance (plenum-consensus §8.1).
#pragma once
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "consensus/core.hpp"

namespace stadtbuch::consensus {

class Checkpoints {
  public:
    Checkpoints(Core& core, messages::InstanceId inst);

    /// After ordering a batch whose number is a multiple of checkpoint_every. Broadcasts it for the
    /// view in which the batch was ordered, as the reference does (§8.1). True when it became
    /// stable.
    bool add_own(ViewNo view, ViewNo original_view, PpSeqNo seq, std::optional<Hash32> digest);
    /// True when an own checkpoint became stable by this vote.
    bool on_checkpoint(const NodeName& from, const messages::Checkpoint& checkpoint);
    /// By n-f members, or by NEW_VIEW, which names one that n-f share; after a restart or catch-up
    /// because the own ledger reaches it.
    void set_stable(const messages::Checkpoint& checkpoint);

    /// That member sent the stable checkpoint or a later one.
    [[nodiscard]] bool stands(const NodeName& name) const { return standing_.count(name) != 0; }

    /// Back to the first of `own`, which lie below the stable one, in ascending order.
    /// REQUIRES: `own` is not empty.
    void go_back(const std::vector<messages::Checkpoint>& own);
    void reset();

    [[nodiscard]] PpSeqNo stable() const { return stable_; }

    [[nodiscard]] PpSeqNo low() const { return stable_; }

    [[nodiscard]] PpSeqNo high() const { return stable_ + core_.limits.log_size; }

    /// From the stable one upwards; with the artificial one of number 0 as long as none is stable.
    /// A re-ordered batch gives two, one for each of its views: those who ordered it before the
    /// view change or caught up know only the original one, and a NEW_VIEW needs n-f equal ones.
    [[nodiscard]] std::vector<messages::Checkpoint> own_list() const;
    [[nodiscard]] bool owns(const messages::Checkpoint& checkpoint) const;
    /// Highest number for which f+1 others voted: the pool is at least there.
    [[nodiscard]] PpSeqNo vouched() const;
    void resend() const;
    /// The stable one: catch-up reached it, so nobody heard of it from this node.
    void announce() const;

  private:
    [[nodiscard]] bool try_stabilise(PpSeqNo seq);
    void answer(const NodeName& from);

    /// See Ordering::barrier().
    [[nodiscard]] PersistId barrier() const { return inst_ == 0 ? core_.barrier() : 0; }

    Core& core_;
    messages::InstanceId inst_;
    PpSeqNo stable_ = 0;
    std::set<NodeName> standing_;  ///< who else is known to stand at the stable one or beyond
    std::map<NodeName, unsigned> answered_;                     ///< repetitions of the stable one
    std::map<PpSeqNo, std::vector<messages::Checkpoint>> own_;  ///< by view, at least one each
    std::map<NodeName, std::map<PpSeqNo, messages::Checkpoint>> received_;
};

}  // namespace stadtbuch::consensus
