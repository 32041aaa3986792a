// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The port through which agreement asks for execution. node/execution answers it with ssi/ledger on
// storage; the simulation answers it with integers. Consensus knows requests by digest only.
//
// Heads: there is one committed head and a stack of uncommitted batches on top of it. apply()
// pushes, seal() finishes the pushed batch with its audit transaction, revert_last() pops,
// commit_oldest() moves the lowest uncommitted batch into the committed head. All calls come from
// one thread and touch memory only; making a commit durable is the shell's work (see OrderedBatch
// in events.hpp).
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/bytes.hpp"
#include "storage/merkle/merkle.hpp"

namespace stadtbuch::consensus {

/// The alias of a validator in the pool ledger.
using NodeName = std::string;
/// Lower-case hex of the full request digest (plenum-consensus §4.2).
using RequestDigest = std::string;
using UnixSeconds = std::int64_t;
using ViewNo = std::uint64_t;
using PpSeqNo = std::uint64_t;

enum class LedgerId : std::uint8_t { pool = 0, domain = 1, config = 2, audit = 3 };

struct LedgerRoots {
    Hash32 txn_root;
    Hash32 state_root;
    friend bool operator==(const LedgerRoots&, const LedgerRoots&) = default;
};

/// What applying the requests of a batch gave (before its audit transaction).
struct Applied {
    /// Set when the batch cannot be applied; nothing was pushed then.
    /// `wrong_ledger`: a request is none of the batch's ledger, which the batch's digest does not
    /// name (§5.3).
    enum class Problem { none, unknown_request, already_ordered, wrong_ledger };
    Problem problem = Problem::none;
    RequestDigest problem_digest;
    /// Digests that stay in the batch, in order. Equals the input, except that with
    /// `skip_already_ordered` already ordered or already uncommitted ones are left out (primary,
    /// §5.3).
    std::vector<RequestDigest> digests;
    /// Zero-based positions in `digests` of requests that dynamic validation refused.
    std::vector<std::uint32_t> discarded;
    LedgerRoots roots;  ///< uncommitted roots of the batch's ledger after it
    /// Registry of validators in its order after this batch (§7.1).
    std::vector<NodeName> node_registry;
};

struct ApplyInput {
    LedgerId ledger = LedgerId::domain;
    UnixSeconds pp_time = 0;
    std::vector<RequestDigest> digests;
    bool skip_already_ordered = false;
};

/// What goes into the audit transaction besides what the executor knows itself (§6).
struct SealInput {
    ViewNo original_view_no = 0;
    PpSeqNo pp_seq_no = 0;
    UnixSeconds pp_time = 0;
    LedgerId ledger = LedgerId::domain;
    std::string batch_digest;
    std::vector<NodeName> primaries;
};

struct Sealed {
    Hash32 audit_root;
    /// Ledgers with an entry in the audit transaction's `stateRoot`: BLS signs one value for each
    /// (§9).
    std::map<LedgerId, LedgerRoots> signed_ledgers;
};

/// One audit transaction, as far as agreement needs it after a restart or catch-up (§10.6).
struct AuditRecord {
    std::uint64_t seq_no = 0;
    ViewNo view_no = 0;  ///< original view
    PpSeqNo pp_seq_no = 0;
    UnixSeconds pp_time = 0;
    LedgerId ledger = LedgerId::domain;  ///< the batch's own ledger
    std::string batch_digest;
    Hash32 audit_root;                ///< root of the audit ledger up to and with this transaction
    std::vector<NodeName> primaries;  ///< resolved (never a distance)
    std::vector<NodeName> node_registry;  ///< resolved
    std::map<LedgerId, std::uint64_t> ledger_sizes;
    std::map<LedgerId, Hash32> ledger_roots;  ///< resolved
    std::map<LedgerId, LedgerRoots> signed_ledgers;
};

class Executor {
  public:
    virtual ~Executor() = default;

    /// Validates and applies to the uncommitted head. On `Problem::none` a batch was pushed.
    [[nodiscard]] virtual Applied apply(const ApplyInput& input) = 0;
    /// REQUIRES: the last pushed batch is not sealed yet.
    [[nodiscard]] virtual Sealed seal(const SealInput& input) = 0;
    /// Pops the last pushed batch, sealed or not. REQUIRES: there is one.
    virtual void revert_last() = 0;
    /// The oldest uncommitted batch becomes committed. REQUIRES: it is sealed.
    virtual void commit_oldest() = 0;
    [[nodiscard]] virtual std::size_t uncommitted_count() const = 0;

    [[nodiscard]] virtual Hash32 uncommitted_state_root(LedgerId ledger) const = 0;
    [[nodiscard]] virtual Hash32 committed_txn_root(LedgerId ledger) const = 0;
    [[nodiscard]] virtual std::uint64_t committed_size(LedgerId ledger) const = 0;
    /// Registry at the committed head.
    [[nodiscard]] virtual std::vector<NodeName> committed_registry() const = 0;
    /// BLS key (base58) of a node in the pool state with this root; nullopt when it has none.
    [[nodiscard]] virtual std::optional<std::string> bls_key(
        const NodeName& node, const Hash32& pool_state_root) const = 0;
    /// True when a request with this digest's payload is committed already.
    [[nodiscard]] virtual bool is_ordered(const RequestDigest& digest) const = 0;

    /// Audit transactions, newest first, at most `count`; used at start and after catch-up.
    [[nodiscard]] virtual std::vector<AuditRecord> last_audit_records(std::size_t count) const = 0;
    [[nodiscard]] virtual std::optional<AuditRecord> audit_record(PpSeqNo pp_seq_no) const = 0;

    // Catch-up, seeding side. Texts are JSON as CATCHUP_REP carries them (§10.5).
    [[nodiscard]] virtual std::optional<std::string> txn_json(LedgerId ledger,
                                                              std::uint64_t seq_no) const = 0;
    [[nodiscard]] virtual std::optional<std::vector<Hash32>> consistency_proof(
        LedgerId ledger, std::uint64_t first, std::uint64_t second) const = 0;
    [[nodiscard]] virtual std::optional<Hash32> txn_root_at(LedgerId ledger,
                                                            std::uint64_t size) const = 0;

    // Catch-up, leeching side.
    /// Compact form of the committed Merkle log; received ranges are checked on a copy of it before
    /// they are appended.
    [[nodiscard]] virtual merkle::Frontier committed_frontier(LedgerId ledger) const = 0;
    /// Leaf hash of a transaction received in a CATCHUP_REP; nullopt when it is no transaction of
    /// that ledger.
    [[nodiscard]] virtual std::optional<Hash32> leaf_hash_of(LedgerId ledger,
                                                             const std::string& txn_json) const = 0;
    /// Appends verified transactions, first at committed_size()+1, to the committed ledger and
    /// state. REQUIRES: uncommitted_count() == 0. False when a transaction cannot be executed.
    [[nodiscard]] virtual bool append_caught_up(LedgerId ledger,
                                                const std::vector<std::string>& txns_json) = 0;
};

}  // namespace stadtbuch::consensus
