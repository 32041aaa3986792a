// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One number of the sequence in the current view: its batch, the votes for it, and how far it got.
//
//   empty -> pre-prepared -> applied (PREPARE sent) -> prepared (COMMIT sent) -> ordered ->
//   collected at a checkpoint
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "consensus/events.hpp"

namespace stadtbuch::consensus {

/// How a PRE-PREPARE came to us decides which checks still make sense.
enum class Origin {
    network,     ///< from the primary, checked in full
    requested,   ///< asked for by MESSAGE_REQUEST: arrival time says nothing
    own,         ///< made by this node as primary
    recreated,   ///< by NEW_VIEW: carries a prepared certificate, wall clock does not matter
                 ///< (plenum-lessons A1)
    remembered,  ///< from the vote records after a restart
};

struct Slot {
    std::optional<messages::PrePrepare> pre_prepare;
    Origin origin = Origin::network;
    bool relayed = false;  ///< not the primary's copy: what no digest binds may differ
    UnixSeconds arrived = 0;
    std::map<NodeName, messages::Prepare> prepares;  // first one of each sender
    std::vector<std::pair<NodeName, messages::Commit>>
        commits;             // first one of each sender, in order of arrival
    std::string own_vote;    ///< digest this node voted for in this view; never contradicted
    std::string refused;     ///< digest that failed the checks; not asked for again
    RequestDigest awaited;   ///< a request that the batch `awaited_in` lacks here
    std::string awaited_in;  ///< digest of the batch; empty: none
    bool applied = false;
    bool prepared = false;  ///< certificate held (or remembered from the vote records)
    bool commit_sent = false;
    PersistId own_commit_after =
        0;  ///< the own COMMIT counts when everything up to this is durable
    bool ordered = false;
    bool time_complained = false;
    Tick prepares_wanted_at = 0;  ///< asked for when it was ordered already: see on_vote_wanted()

    // What applying gave (master only).
    bool executed_here = false;  ///< on the executor's stack, or committed from it
    std::vector<std::uint32_t> discarded;
    LedgerRoots roots;
    Hash32 audit_root;
    std::map<LedgerId, LedgerRoots> signed_ledgers;
    std::vector<NodeName> node_registry;
    std::vector<NodeName> registry_before;
    std::vector<NodeName> primaries;

    // BLS (master only).
    SignId sign_id = 0;
    std::optional<std::map<LedgerId, std::string>> own_shares;
    bool share_check_running = false;
    std::size_t shares_checked = 0;
    bool proofs_done = false;
    std::set<NodeName> bad_shares;

    [[nodiscard]] bool has_commit_of(const NodeName& name) const {
        for (const auto& [from, commit] : commits) {
            if (from == name) return true;
        }
        return false;
    }

    [[nodiscard]] bool is_empty() const {
        return !pre_prepare && prepares.empty() && commits.empty();
    }
};

}  // namespace stadtbuch::consensus
