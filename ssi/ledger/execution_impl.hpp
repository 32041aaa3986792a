// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The inside of Execution; only its own sources include this.
#pragma once
#include <atomic>
#include <deque>
#include <unordered_set>

#include "ssi/ledger/audit.hpp"
#include "ssi/ledger/dynamic.hpp"
#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/store_layout.hpp"
#include "ssi/ledger/working_state.hpp"
#include "storage/store/node_sources.hpp"

namespace stadtbuch::ledger {

/// A transaction of an uncommitted batch.
struct NewTxn {
    RequestPtr request;
    std::uint64_t seq_no = 0;
    encoding::Value txn;  ///< expanded
    Bytes leaf;
    Hash32 leaf_hash;
    std::vector<Hash32> audit_path;
};

struct NewNode {
    Ledger ledger;
    merkle::Node node;
};

struct PendingBatch {
    explicit PendingBatch(Head start) : head(std::move(start)) {}

    Head head;  ///< after the batch
    Ledger ledger = Ledger::domain;
    std::int64_t pp_time = 0;
    std::vector<NewTxn> txns;
    std::vector<NewNode> nodes;
    std::vector<AttributeText> attributes;
    std::vector<Hash32> payloads;  ///< payload digests of txns
    LedgerRoots roots;
    bool is_sealed = false;
    std::uint64_t pp_seq_no = 0;
    Bytes audit_leaf;
    std::map<Ledger, LedgerRoots> signed_ledgers;
};

/// What is committed here but perhaps not in the store yet.
struct UnwrittenCommit {
    std::uint64_t commit_no = 0;
    std::vector<std::pair<TxnPlace, Bytes>> txns;
    std::vector<NewNode> nodes;
    std::vector<std::pair<Hash32, std::string>> attributes;
    std::vector<Hash32> payloads;
};

struct Execution::Impl {
    Impl(store::Store& store_in, const ExecutionOptions& options_in)
        : store(store_in),
          options(options_in),
          trie_nodes(store_in),
          identities(options_in.identities_max) {}

    [[nodiscard]] Head& newest() { return pending.empty() ? *committed : pending.back().head; }

    [[nodiscard]] const Head& newest() const {
        return pending.empty() ? *committed : pending.back().head;
    }

    [[nodiscard]] LedgerRoots roots_of(Head& head, Ledger ledger) const;

    // Opening.
    [[nodiscard]] Result<void, Error> start_from_genesis(const Genesis& genesis);
    [[nodiscard]] Result<void, Error> start_from_store(BytesView heads);

    // Batches.
    [[nodiscard]] bool is_known(const Hash32& payload) const;
    [[nodiscard]] Verdict apply_request(PendingBatch& batch, const RequestPtr& request);
    void append_leaf(PendingBatch& batch, Ledger ledger, const Hash32& leaf);
    [[nodiscard]] DynamicContext context_for(WorkingState& state, const Request& request,
                                             std::int64_t time, const PendingBatch* current) const;
    void write_states(Head& head, store::Batch& out) const;
    void write_heads(Head& head, store::Batch& out) const;
    void write_batch(PendingBatch& batch, CommittedBatch& out);
    void follow_pool_config(const Request& ordered);
    void remember_unwritten(PendingBatch& batch, std::uint64_t commit_no);

    // Committed data, written or not.
    [[nodiscard]] std::optional<Bytes> txn_bytes(Ledger ledger, std::uint64_t seq_no) const;
    [[nodiscard]] std::optional<encoding::Value> txn(Ledger ledger, std::uint64_t seq_no) const;
    /// `current` is the batch that is being applied, or null.
    [[nodiscard]] std::optional<encoding::Value> any_txn(Ledger ledger, std::uint64_t seq_no,
                                                         const PendingBatch* current) const;
    [[nodiscard]] std::optional<std::string> attribute(const Hash32& hash) const;
    /// Of the newest state in the store.
    [[nodiscard]] std::optional<Bytes> stored_value(Ledger ledger, BytesView key) const;

    store::Store& store;
    ExecutionOptions options;
    store::StoredTrieNodes trie_nodes;
    std::optional<Head> committed;
    std::deque<PendingBatch> pending;
    mutable IdentityDirectory identities;
    std::array<std::uint64_t, state_count> genesis_sizes{};
    std::deque<UnwrittenCommit> unwritten;
    /// Payload digests of pending and unwritten transactions; the others are in the store.
    std::unordered_set<Hash32, Hash32Hasher> fresh_payloads;
    std::uint64_t commits = 0;
    std::uint64_t trimmed_at = 0;
    std::atomic<bool> writes_enabled{true};

    struct CachedKeys {
        Hash32 root;
        std::shared_ptr<const std::map<std::string, std::string>> keys;
    };

    mutable std::deque<CachedKeys> bls_cache;
};

/// Merkle nodes of committed leaves, the unwritten ones included.
class CommittedMerkleNodes final : public merkle::NodeSource {
  public:
    CommittedMerkleNodes(const Execution::Impl& impl, Ledger ledger)
        : impl_(impl), ledger_(ledger) {}

    [[nodiscard]] std::optional<Hash32> node(merkle::NodeId id) const override;

  private:
    const Execution::Impl& impl_;
    Ledger ledger_;
};

}  // namespace stadtbuch::ledger
