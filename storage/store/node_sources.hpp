// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The store behind the ports of the Merkle log and the state trie, and the way back into a batch.
// Thread-safe as far as the snapshot is; every store is.
#pragma once
#include <cstdint>
#include <span>

#include "storage/merkle/merkle.hpp"
#include "storage/store/store.hpp"
#include "storage/trie/trie.hpp"

namespace stadtbuch::store {

class StoredTrieNodes : public trie::NodeSource {
  public:
    /// `from` (a store or a snapshot of one) must outlive it.
    explicit StoredTrieNodes(const Snapshot& from) : from_(from) {}

    [[nodiscard]] std::optional<Bytes> load(const Hash32& hash) const override;

  private:
    const Snapshot& from_;
};

class StoredMerkleNodes : public merkle::NodeSource {
  public:
    StoredMerkleNodes(const Snapshot& from, std::uint8_t ledger) : from_(from), ledger_(ledger) {}

    [[nodiscard]] std::optional<Hash32> node(merkle::NodeId id) const override;

  private:
    const Snapshot& from_;
    std::uint8_t ledger_;
};

void put_trie_node(Batch& batch, const Hash32& hash, BytesView rlp);
void put_merkle_nodes(Batch& batch, std::uint8_t ledger, std::span<const merkle::Node> nodes);

}  // namespace stadtbuch::store
