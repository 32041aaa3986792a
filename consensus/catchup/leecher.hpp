// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Asking side of catch-up (plenum-consensus §10): audit ledger first, its target agreed by f+1
// peers; the other ledgers up to what the last audit transaction says. Every received range is
// checked against the target's root before it is appended, so that a lying source costs time only.
//
//   idle -> discovering (who is ahead?) -> fetching -> next ledger ... -> finished -> idle
//               |  n-f-1 peers are level
//               +------------------------> next ledger
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "consensus/core.hpp"

namespace stadtbuch::consensus {

class Leecher {
  public:
    explicit Leecher(Core& core) : core_(core) {}

    /// REQUIRES: the executor has no uncommitted batch.
    void begin();

    [[nodiscard]] bool is_running() const { return state_ != State::idle; }

    /// True once after a run ended.
    [[nodiscard]] bool take_finished();

    [[nodiscard]] std::uint64_t runs() const { return runs_; }

    void on_ledger_status(const NodeName& from, const messages::LedgerStatus& status);
    void on_consistency_proof(const NodeName& from, const messages::ConsistencyProof& proof);
    void on_catchup_rep(const NodeName& from, const messages::CatchupRep& reply);
    void on_peer_connected(const NodeName& peer);
    void on_time();

    /// Compares the audit ledger with the peers'. Answers are judged by lags().
    void probe();
    /// f+1 peers have had more audit transactions than this node for lag_probe_delay.
    [[nodiscard]] bool lags();

  private:
    /// given_up: the own ledgers are not what the own audit ledger says of them.
    enum class State { idle, discovering, fetching, given_up };

    struct Target {
        std::uint64_t size = 0;
        Hash32 root;
    };

    struct Request {
        NodeName peer;
        std::uint64_t next = 0;
        std::uint64_t end = 0;
        Tick deadline = 0;
    };

    /// A reply that did not verify. It may answer a question of before a restart, whose target was
    /// another; when this node has the same transactions, its author is innocent.
    struct Doubt {
        NodeName from;
        LedgerId ledger = LedgerId::pool;
        std::uint64_t first = 0;
        std::uint64_t size = 0;
        Hash32 root;  ///< of the ledger up to `size`, if the reply were true
    };

    struct Piece {
        NodeName from;
        std::vector<std::string> txns;
        std::vector<Hash32> proof;
        std::size_t bytes = 0;
    };

    [[nodiscard]] bool own_ledgers_hold();
    [[nodiscard]] std::optional<AuditRecord> record_of_size(LedgerId ledger,
                                                            std::uint64_t size) const;
    void next_ledger();
    void discover(LedgerId ledger);
    void ask_status(const std::vector<NodeName>& whom);
    void judge();
    void end_round();
    [[nodiscard]] std::vector<NodeName> unheard() const;
    [[nodiscard]] std::optional<Target> agreed_target() const;
    void ask_common_proof();
    [[nodiscard]] bool precedes_audit(const Target& target) const;
    void fetch_without_audit(const Target& target);
    void fetch(LedgerId ledger, const Target& target);
    void share_out();
    [[nodiscard]] std::uint64_t end_of_range(std::uint64_t first) const;
    void assign();
    [[nodiscard]] std::vector<NodeName> sources() const;
    void append_pieces();
    [[nodiscard]] bool append(const Piece& piece, std::uint64_t first);
    void blame(const NodeName& peer, std::uint64_t from_seq);
    void start_over();
    void settle_doubts();
    void finish();
    void weigh_lag();
    [[nodiscard]] std::size_t buffered() const;

    Core& core_;
    State state_ = State::idle;
    bool finished_ = false;
    bool audit_was_empty_ = false;
    bool audit_asked_again_ = false;  ///< since another ledger was seen longer than the own one
    std::map<NodeName, std::uint64_t> audit_sizes_since_;  ///< answers after that
    std::uint64_t appended_in_run_ = 0;
    std::uint64_t runs_ = 0;
    std::deque<LedgerId> todo_;
    LedgerId ledger_ = LedgerId::audit;

    // discovering
    std::set<NodeName> level_;
    std::map<NodeName, messages::ConsistencyProof> proofs_;
    std::set<std::uint64_t> common_ends_asked_;
    Tick ask_again_at_ = 0;
    bool proofs_awaited_ = false;  ///< longer than one round, of members that claim to be ahead

    // fetching
    Target target_;
    std::map<std::uint64_t, Request> requests_;  // by first number
    std::map<std::uint64_t, Piece> pieces_;      // by first number
    std::uint64_t unassigned_ = 0;               // first number nobody was asked for
    std::deque<Doubt> doubts_;
    std::set<std::uint64_t> ends_;  // of the shares; empty: chunks
    std::map<NodeName, unsigned> failures_;
    std::map<NodeName, std::uint64_t> known_sizes_;
    /// The size for which a proof was asked of a member in this round. A status that is answered by
    /// a status of a liar would otherwise go back and forth for ever.
    std::map<NodeName, std::uint64_t> proof_asked_;
    std::size_t turn_ = 0;

    // lag
    std::map<NodeName, std::uint64_t> audit_sizes_;
    std::uint64_t lag_goal_ = 0;
    std::optional<Tick> lag_since_;
    Tick lag_pause_ = 0;  ///< after the last run that did not reach lag_goal_
    Tick no_lag_until_ = 0;
};

}  // namespace stadtbuch::consensus
