// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Execution: validates batches dynamically and applies them to ledgers and states
// (indy-ledger-formats §2-§9, plenum-consensus §5.3-5.4, §6).
//
// One committed head and a stack of uncommitted batches on top of it. apply() pushes, seal()
// finishes the pushed batch with its audit transaction, revert_last() pops, commit_oldest() moves
// the lowest batch into the committed head and hands out what must be written. All of this is
// memory; the caller writes CommittedBatch::write (several of them may be joined into one atomic
// write, in order) and then calls mark_written().
//
// One thread owns an Execution. What other threads may call says so: find_verkey(),
// writes_enabled(). Reads run on ReadView (read_view.hpp). Deterministic: no clock, no randomness,
// no iteration over hash maps.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/ledger/genesis.hpp"
#include "ssi/ledger/pool_nodes.hpp"
#include "ssi/ledger/request.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"
#include "storage/merkle/merkle.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::ledger {

using RequestPtr = std::shared_ptr<const Request>;

struct LedgerRoots {
    Hash32 txn_root;
    Hash32 state_root;  ///< all zero for the audit ledger, which has no state
    friend bool operator==(const LedgerRoots&, const LedgerRoots&) = default;
};

struct ApplyInput {
    Ledger ledger = Ledger::domain;
    std::int64_t pp_time = 0;  ///< UNIX seconds
    std::span<const RequestPtr> requests;
    /// Primary: leave out what is ordered already. Otherwise such a request is a problem of the
    /// batch.
    bool skip_already_ordered = false;
};

struct Discarded {
    std::uint32_t position = 0;  ///< zero-based, in Applied::kept
    Refusal refusal;             ///< text of the REJECT
};

struct Applied {
    enum class Problem {
        none,
        already_ordered,
        wrong_ledger,  ///< no batch can be for the audit ledger, nor hold requests of another
                       ///< ledger
    };
    Problem problem = Problem::none;  ///< not none: nothing was pushed
    std::string problem_digest;
    std::vector<RequestPtr> kept;  ///< in order; discarded ones included
    std::vector<Discarded> discarded;
    LedgerRoots roots;  ///< uncommitted, of the batch's ledger, after it
    std::vector<std::string> node_registry;
};

struct SealInput {
    std::uint64_t original_view_no = 0;
    std::uint64_t pp_seq_no = 0;
    std::string batch_digest;
    std::vector<std::string> primaries;
};

struct Sealed {
    Hash32 audit_root;
    std::map<Ledger, LedgerRoots> signed_ledgers;  ///< entries of the audit transaction's stateRoot
};

/// The types that pass while POOL_CONFIG has switched writes off (§6.10), and the refusal of the
/// others.
[[nodiscard]] bool may_write_when_read_only(const Request& request);
[[nodiscard]] Refusal read_only_pool();

/// The operation says `force`: true (or the text Python prints for it).
[[nodiscard]] bool is_forced(const Request& request);

/// A transaction of a committed batch, with what its REPLY needs.
struct CommittedTxn {
    RequestPtr request;
    std::uint64_t seq_no = 0;
    encoding::Value txn;  ///< members in order of construction; ATTRIB expanded
    Hash32 leaf;          ///< leaf hash
    std::vector<Hash32> audit_path;
    /// Root of the tree of seq_no leaves.
    [[nodiscard]] Hash32 root() const;
};

/// Writes the whole REPLY frames of first replies (indy-client-protocol §5.1); any thread, one at a
/// time. Transactions of one batch share most of their audit paths, whose texts it keeps.
class ReplyWriter {
  public:
    [[nodiscard]] std::string text_of(const CommittedTxn& txn);

  private:
    struct Spelled {
        Hash32 hash;
        std::string text;
    };

    std::vector<Spelled> path_;  ///< of the last transaction, from the root's side
};

/// A single one.
[[nodiscard]] std::string reply_text(const CommittedTxn& txn);

struct CommittedBatch {
    std::uint64_t commit_no = 0;  ///< 1, 2, 3 ... since open(); for mark_written()
    store::Batch write;           ///< everything that the batch changes, heads included
    Ledger ledger = Ledger::domain;
    std::int64_t pp_time = 0;
    std::uint64_t pp_seq_no = 0;
    std::vector<CommittedTxn> txns;
    std::map<Ledger, LedgerRoots> signed_ledgers;
};

/// One audit transaction with its distances followed (indy-ledger-formats §8).
struct AuditRecord {
    std::uint64_t seq_no = 0;
    std::uint64_t view_no = 0;
    std::uint64_t pp_seq_no = 0;
    std::int64_t pp_time = 0;
    Ledger ledger = Ledger::domain;  ///< the batch's own ledger
    std::string batch_digest;
    Hash32 audit_root;
    std::vector<std::string> primaries;
    std::vector<std::string> node_registry;
    std::map<Ledger, std::uint64_t> ledger_sizes;
    std::map<Ledger, Hash32> ledger_roots;
    std::map<Ledger, LedgerRoots> signed_ledgers;
};

struct ExecutionOptions {
    /// Identities kept in memory, at most twice this many.
    std::size_t identities_max = 50'000;
    /// Every this many commits trim_memory() has something to do.
    std::uint64_t trim_interval = 256;
};

class Execution {
  public:
    /// Empty store: applies the genesis in one synced write. Otherwise loads the heads (no scan).
    /// Errors: SB-2110 genesis differs from the store's, SB-2111 heads damaged, SB-2112 a genesis
    /// transaction cannot be executed, and those of Store::write. `store` must outlive the object.
    [[nodiscard]] static Result<std::unique_ptr<Execution>, Error> open(
        store::Store& store, const Genesis& genesis, const ExecutionOptions& options = {});
    ~Execution();
    Execution(const Execution&) = delete;
    Execution& operator=(const Execution&) = delete;

    /// REQUIRES: the last pushed batch, if any, is sealed.
    [[nodiscard]] Applied apply(const ApplyInput& input);
    /// REQUIRES: the last pushed batch is not sealed.
    [[nodiscard]] Sealed seal(const SealInput& input);
    /// REQUIRES: uncommitted_count() > 0.
    void revert_last();
    /// REQUIRES: uncommitted_count() > 0 and the oldest is sealed.
    [[nodiscard]] CommittedBatch commit_oldest();
    /// All commits up to this number are in the store.
    void mark_written(std::uint64_t commit_no);
    /// Drops trie nodes that can be loaded again. REQUIRES: every commit is written. Cheap when not
    /// due.
    void trim_memory();

    [[nodiscard]] std::size_t uncommitted_count() const;
    [[nodiscard]] LedgerRoots uncommitted_roots(Ledger ledger) const;
    [[nodiscard]] LedgerRoots committed_roots(Ledger ledger) const;
    [[nodiscard]] std::uint64_t uncommitted_size(Ledger ledger) const;
    [[nodiscard]] std::uint64_t committed_size(Ledger ledger) const;
    /// Compact form of the committed Merkle log; a leecher checks received ranges on a copy of it.
    [[nodiscard]] merkle::Frontier committed_frontier(Ledger ledger) const;
    [[nodiscard]] const std::vector<std::string>& uncommitted_registry() const;
    [[nodiscard]] const std::vector<std::string>& committed_registry() const;

    /// Dynamic validation alone, against the uncommitted head.
    [[nodiscard]] Result<void, Refusal> check(const Request& request, std::int64_t time) const;
    /// A forced request (is_forced) is checked on receipt, without its acceptance of the agreement,
    /// and a POOL_CONFIG takes effect at once; nothing is written. The REQNACK's content when it is
    /// refused (plenum-consensus §4.1).
    [[nodiscard]] std::optional<RequestRefusal> apply_forced(const Request& request,
                                                             std::int64_t time);
    /// Authorisation of an action: VALIDATOR_INFO, POOL_RESTART (indy-client-protocol §10).
    [[nodiscard]] Result<void, Refusal> authorize_action(const Request& request) const;
    /// True when the payload is committed, or waits in an uncommitted batch when
    /// `uncommitted_counts`.
    [[nodiscard]] bool is_ordered(const Request& request, bool uncommitted_counts = false) const;

    /// Verkey of a DID in the uncommitted domain state: nullopt when it is not on the ledger, empty
    /// when it has no key (the contract of VerkeyLookup). Any thread.
    [[nodiscard]] std::optional<std::string> find_verkey(std::string_view did) const;
    /// The same for the author of a request of this type: that of a NODE_UPGRADE is a member of the
    /// stored pool state, named by its key. Any thread.
    [[nodiscard]] std::optional<std::string> find_key(std::string_view type,
                                                      std::string_view author) const;
    /// False after POOL_CONFIG writes=false (§6.10). Any thread.
    [[nodiscard]] bool writes_enabled() const;
    /// REQNACK of a write in read-only mode; nullopt when it may pass. Any thread.
    [[nodiscard]] std::optional<Refusal> read_only_refusal(const Request& request) const;
    /// A forced POOL_CONFIG takes effect on receipt; not written.
    void set_writes_enabled(bool enabled);

    /// NODE entries of the committed pool state, in registry order, then the demoted ones.
    [[nodiscard]] std::vector<PoolNode> pool_nodes() const;
    /// BLS keys (base58) by alias in the pool state with this root; nullptr when the root is
    /// unknown.
    [[nodiscard]] std::shared_ptr<const std::map<std::string, std::string>> bls_keys(
        const Hash32& pool_state_root) const;

    /// Newest first, at most `count`.
    [[nodiscard]] std::vector<AuditRecord> last_audit_records(std::size_t count) const;
    [[nodiscard]] std::optional<AuditRecord> audit_record(std::uint64_t pp_seq_no) const;

    // Catch-up, seeding side: committed data, also what is not durable yet.
    /// JSON text as CATCHUP_REP carries it (ATTRIB expanded, audit maps with text keys).
    [[nodiscard]] std::optional<std::string> txn_json(Ledger ledger, std::uint64_t seq_no) const;
    [[nodiscard]] std::optional<std::vector<Hash32>> consistency_proof(Ledger ledger,
                                                                       std::uint64_t first,
                                                                       std::uint64_t second) const;
    [[nodiscard]] std::optional<Hash32> txn_root_at(Ledger ledger, std::uint64_t size) const;

    // Catch-up, leeching side.
    /// Leaf hash of a received transaction; nullopt when it is no transaction of that ledger. Pure,
    /// any thread.
    [[nodiscard]] static std::optional<Hash32> leaf_hash_of(Ledger ledger,
                                                            std::string_view txn_json);
    /// Appends verified transactions, the first at committed_size()+1, and replays their state
    /// effects. The caller writes the result like a CommittedBatch (its txns stay empty). Nothing
    /// changes on failure (SB-2120). REQUIRES: uncommitted_count() == 0.
    [[nodiscard]] Result<CommittedBatch, Error> append_caught_up(
        Ledger ledger, std::span<const std::string> txns_json);

    struct Impl;

  private:
    explicit Execution(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace stadtbuch::ledger
