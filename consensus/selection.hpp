// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Who leads which instance in which view (plenum-consensus §7.1).
#pragma once
#include <map>
#include <vector>

#include "consensus/executor.hpp"

namespace stadtbuch::consensus {

/// Registry of validators at the beginning of views. Always has an entry for view 0.
class RegistryHistory {
  public:
    explicit RegistryHistory(std::vector<NodeName> genesis) { beginnings_[0] = std::move(genesis); }

    /// From the audit ledger (after a restart or catch-up). `last` is the number of the newest
    /// batch.
    [[nodiscard]] static RegistryHistory rebuilt(std::vector<NodeName> genesis,
                                                 const Executor& executor);

    /// A batch of `view` follows on a head with this registry; the first such call for a view
    /// counts.
    void note(ViewNo view, const std::vector<NodeName>& registry_before);

    /// Empty only when the registry is.
    [[nodiscard]] NodeName master_primary(ViewNo view) const;
    /// Who it is for members that do not know the latest beginning yet. Empty when it is the first.
    [[nodiscard]] NodeName earlier_primary(ViewNo view) const;
    /// The same, and who it is for members that do not know the latest beginnings yet.
    [[nodiscard]] std::vector<NodeName> possible_primaries(ViewNo view) const;
    /// It counted at the beginning of one of the views kept.
    [[nodiscard]] bool has_counted(const NodeName& name) const;

    [[nodiscard]] const std::vector<NodeName>& genesis() const { return beginnings_.at(0); }

    /// Master first, then the backups.
    [[nodiscard]] std::vector<NodeName> primaries(ViewNo view) const;

  private:
    using Beginnings = std::map<ViewNo, std::vector<NodeName>>;

    /// The beginning that decides who leads `view`.
    [[nodiscard]] Beginnings::const_iterator newest_for(ViewNo view) const;

    Beginnings beginnings_;
};

/// The members whose votes count (§7.2): the registry after the first own batch of the newest view
/// that ordered one, in view 0 the genesis. A function of the audit ledger alone, so that members
/// of one view never count by different n, however they restarted or caught up. (The reference
/// takes the current registry at its start.)
[[nodiscard]] std::vector<NodeName> counted_members(const std::vector<NodeName>& genesis,
                                                    const Executor& executor);

/// For who is removed by the newest batch: those who count without having ordered it, with `self`.
/// Empty when another batch removed it. Fewer than f+1 may have ordered that one so far, and the
/// others may need its vote to do so, or to leave the view (seed 10000006155). It orders nothing
/// more by that count (see Core::leaving): by catch-up it learns that the others did, and counts no
/// more. REQUIRES: `self` is none of counted_members().
[[nodiscard]] std::vector<NodeName> members_before_leaving(const std::vector<NodeName>& genesis,
                                                           const Executor& executor,
                                                           const NodeName& self);

/// Whom those count who have not ordered yet what the newest views began with, newest first, as far
/// back as batch `ordered`.
[[nodiscard]] std::vector<std::vector<NodeName>> earlier_counts(
    const std::vector<NodeName>& genesis, const Executor& executor, PpSeqNo ordered);

}  // namespace stadtbuch::consensus
