// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads: every GET with its state proof from one committed, immutable view (indy-client-protocol
// §7).
//
// Reader makes views from the store; a ReadView never changes and may be used by any number of
// threads while the owner of the Execution commits. Refresh after a write of batches or
// multi-signatures.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/ledger/pool_nodes.hpp"
#include "ssi/ledger/request.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"
#include "storage/store/store.hpp"
#include "storage/trie/trie.hpp"

namespace stadtbuch::ledger {

class ReadView {
  public:
    /// `result` of the REPLY, or the refusal of a REQNACK. For the types of §7; an unknown type is
    /// refused.
    [[nodiscard]] Result<encoding::Value, Refusal> answer(const Request& request) const;
    /// Replay check of a write (§5.2): nullopt when its payload is not committed; `result` of the
    /// REPLY when it is the same request; the bare refusal when signatures differ.
    [[nodiscard]] std::optional<Result<encoding::Value, Refusal>> replay(
        const Request& request) const;

    [[nodiscard]] std::uint64_t size(Ledger ledger) const;
    [[nodiscard]] Hash32 txn_root(Ledger ledger) const;
    /// REQUIRES: ledger has a state.
    [[nodiscard]] Hash32 state_root(Ledger ledger) const;
    [[nodiscard]] std::optional<Hash32> txn_root_at(Ledger ledger, std::uint64_t size) const;
    [[nodiscard]] std::optional<std::vector<Hash32>> consistency_proof(Ledger ledger,
                                                                       std::uint64_t first,
                                                                       std::uint64_t second) const;
    /// Path of transaction seq_no in the tree of the first `size` transactions.
    [[nodiscard]] std::optional<std::vector<Hash32>> audit_path(Ledger ledger, std::uint64_t seq_no,
                                                                std::uint64_t size) const;
    /// Stored bytes (MessagePack, the Merkle leaf).
    [[nodiscard]] std::optional<Bytes> txn_bytes(Ledger ledger, std::uint64_t seq_no) const;
    /// Decoded, members sorted, ATTRIB expanded.
    [[nodiscard]] std::optional<encoding::Value> txn(Ledger ledger, std::uint64_t seq_no) const;
    /// The same as compact JSON text (CATCHUP_REP, HTTP).
    [[nodiscard]] std::optional<std::string> txn_json(Ledger ledger, std::uint64_t seq_no) const;

    /// Value in the committed state; nullopt when absent.
    [[nodiscard]] std::optional<Bytes> state_value(Ledger ledger, BytesView key) const;
    /// Root of the state that was valid at a time (domain, config); nullopt before the first batch.
    [[nodiscard]] std::optional<Hash32> state_root_at(Ledger ledger, std::int64_t time) const;
    /// Value and proof in any version of a state; nullopt when there is no such version.
    [[nodiscard]] std::optional<trie::ProvedValue> proved_value(const Hash32& state_root,
                                                                BytesView key) const;
    /// Text of an attribute by its SHA-256.
    [[nodiscard]] std::optional<std::string> attribute(const Hash32& hash) const;
    /// Multi-signatures that vouch for the pool ledger at some of its sizes, by size.
    [[nodiscard]] std::map<std::uint64_t, encoding::Value> pool_links() const;
    /// All leaves of the committed state, and all trie nodes (exports, audits).
    void for_each_leaf(Ledger ledger,
                       const std::function<void(BytesView key, BytesView value)>& visit) const;
    void for_each_node(Ledger ledger,
                       const std::function<void(const Hash32&, BytesView rlp)>& visit) const;
    /// Entries of the timestamp store (domain, config), oldest first (exports).
    void for_each_timestamp(
        Ledger ledger,
        const std::function<void(std::int64_t time, const Hash32& state_root)>& visit) const;
    /// Multi-signature stored for a state root: {"participants","signature","value"}.
    [[nodiscard]] std::optional<encoding::Value> multi_signature(const Hash32& state_root) const;
    /// As VerkeyLookup wants it: nullopt not on the ledger, empty without a key.
    [[nodiscard]] std::optional<std::string> verkey(std::string_view did) const;
    [[nodiscard]] std::vector<PoolNode> pool_nodes() const;
    [[nodiscard]] const store::Snapshot& snapshot() const;

    struct Impl;

    explicit ReadView(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  private:
    std::shared_ptr<const Impl> impl_;
};

/// Thread-safe.
class Reader {
  public:
    /// `store` must outlive the reader and its views. `nodes_max`: trie nodes kept in memory for
    /// all views.
    explicit Reader(const store::Store& store, std::size_t nodes_max = 100'000);
    ~Reader();
    /// The newest view.
    [[nodiscard]] std::shared_ptr<const ReadView> view() const;
    void refresh();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Adds a multi-signature object {"signature","participants","value"} for the state root that it
/// signs; an older one for the same root is replaced. False when the object has not that shape
/// (nothing added).
[[nodiscard]] bool put_multi_signature(store::Batch& batch, const encoding::Value& multi_signature);

/// Adds the multi-signature that vouches for the pool ledger's first `size` transactions; unlike
/// the one above it is never replaced by a later one.
void put_pool_link(store::Batch& batch, std::uint64_t size, const encoding::Value& multi_signature);

}  // namespace stadtbuch::ledger
