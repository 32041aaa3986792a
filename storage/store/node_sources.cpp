// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/store/node_sources.hpp"

namespace stadtbuch::store {

namespace {

constexpr std::size_t hash_bytes = 32;
constexpr std::uint32_t level_max = 63;

}  // namespace

std::optional<Bytes> StoredTrieNodes::load(const Hash32& hash) const {
    return from_.get(Column::trie, hash.view());
}

std::optional<Hash32> StoredMerkleNodes::node(merkle::NodeId id) const {
    if (id.level > level_max) return std::nullopt;
    const std::optional<Bytes> found =
        from_.get(Column::merkle, merkle_key(ledger_, id.level, id.index));
    if (!found || found->size() != hash_bytes) return std::nullopt;
    return hash32_of(*found);
}

void put_trie_node(Batch& batch, const Hash32& hash, BytesView rlp) {
    batch.put(Column::trie, hash.view(), rlp);
}

void put_merkle_nodes(Batch& batch, std::uint8_t ledger, std::span<const merkle::Node> nodes) {
    for (const merkle::Node& node : nodes) {
        batch.put(Column::merkle, merkle_key(ledger, node.id.level, node.id.index),
                  node.hash.view());
    }
}

}  // namespace stadtbuch::store
