// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The one door of agreement: step(event) -> actions. A Replica is one node's part in all protocol
// instances.
//
// Pure: the same events in the same order give the same actions, on any machine. Not thread-safe;
// one owner calls step(), and each call runs to its end. Nothing that comes in as a message can
// throw or abort.
#pragma once
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "consensus/events.hpp"
#include "consensus/executor.hpp"
#include "consensus/limits.hpp"
#include "consensus/quorums.hpp"

namespace stadtbuch::consensus {

enum class Role {
    validator,
    observer,  ///< only catches up, by polling; never votes, never propagates
};

/// What survived the last run.
struct Restored {
    std::vector<VoteRecord> votes;  ///< the whole votes column, in any order
    std::vector<ClientRequest>
        requests;  ///< from requests_in(votes), parsed, verified and registered by the shell
};

struct Setup {
    NodeName self;
    Role role = Role::validator;
    Limits limits;
    /// Validators of the pool genesis in ledger order; selection for views 0 and 1 needs them
    /// (§7.1).
    std::vector<NodeName> genesis_registry;
    bool has_bls_key = true;
    /// Batches are made by CutBatch events alone, never by own choice of the moment.
    bool cuts_on_command = false;
    Restored restored;
    /// The disk is empty or older than the member's last votes (`node recover`): it follows without
    /// voting until its old votes cannot matter any more (OP-61). Remembered in the vote records.
    bool recover = false;
    /// The disk is empty and nobody knows whether it always was: decided by what the pool says. Who
    /// finds itself a member of a pool that has ordered something recovers.
    bool in_doubt = false;
};

/// The JSON texts of the requests that vote records hold; they must be known to the executor before
/// the start.
[[nodiscard]] std::vector<std::string> requests_in(const std::vector<VoteRecord>& votes);

enum class Phase { starting, catching_up, participating, changing_view };
[[nodiscard]] std::string_view to_text(Phase phase);

/// A copy of what operators and metrics want to know.
struct Status {
    Phase phase = Phase::starting;
    ViewNo view_no = 0;
    NodeName primary;
    std::vector<NodeName> primaries;
    /// Members whose votes count now; after a registry change this lags behind the committed
    /// registry until the next view. Keep links to both, or a removed member's vote is missing
    /// where it still counts.
    std::vector<NodeName> registry;
    std::size_t n = 0;
    std::size_t f = 0;
    PpSeqNo last_ordered = 0;
    PpSeqNo stable_checkpoint = 0;
    std::vector<NodeName> connected;
    std::size_t requests_waiting = 0;  ///< finalised, not ordered
    std::size_t requests_held = 0;
    std::size_t request_bytes = 0;
    std::size_t stashed_messages = 0;
    std::size_t stashed_bytes = 0;
    std::size_t batches_in_flight = 0;
    std::map<LedgerId, UnixSeconds> last_batch_time;
    std::map<ViewNo, std::size_t> view_votes;  ///< INSTANCE_CHANGE votes by proposed view
    std::uint64_t batches_ordered = 0;
    std::uint64_t requests_ordered = 0;
    std::uint64_t share_checks = 0;
    std::uint64_t messages_out = 0;
    std::uint64_t view_changes = 0;
    std::uint64_t catchups = 0;
    bool recovering = false;  ///< does not vote; see Setup::recover
    /// The stable checkpoint from which on it may, as far as that is known; 0: not yet.
    PpSeqNo recovers_at = 0;
    bool in_doubt = false;  ///< as recovering, until the first catch-up has ended
};

struct Load {
    ViewNo view_no = 0;
    std::size_t requests_held = 0;
    std::size_t request_bytes = 0;
    std::size_t stashed_messages = 0;
    std::size_t stashed_bytes = 0;
    std::size_t batches_in_flight = 0;  ///< applied here and not ordered
};

class Replica {
  public:
    /// `executor` must outlive the replica and hold what the store held.
    Replica(Setup setup, Executor& executor);
    ~Replica();
    Replica(const Replica&) = delete;
    Replica& operator=(const Replica&) = delete;

    [[nodiscard]] Actions step(Instant now, const Event& event);
    [[nodiscard]] Status status() const;
    /// What of the status grows and is bounded (limits.hpp). Copies no texts: for a look after each
    /// step.
    [[nodiscard]] Load load() const;
    [[nodiscard]] bool is_participating() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace stadtbuch::consensus
