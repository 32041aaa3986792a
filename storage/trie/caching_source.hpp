// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Keeps the nodes that were read last, so that reads with proof seldom reach the store. Thread-safe
// if the source under it is. Nodes are addressed by their hash and never change: nothing here can
// be out of date.
#pragma once
#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <unordered_map>

#include "storage/trie/trie.hpp"

namespace stadtbuch::trie {

class CachingNodeSource : public NodeSource {
  public:
    /// Keeps at most `bytes_max` octets of nodes, bookkeeping included. `inner` must outlive it.
    CachingNodeSource(const NodeSource& inner, std::size_t bytes_max);

    [[nodiscard]] std::optional<Bytes> load(const Hash32& hash) const override;
    /// Remembers a node that is about to be stored; saves the first read of it.
    void remember(const Hash32& hash, BytesView rlp) const;

    struct Counters {
        std::uint64_t hits = 0;
        std::uint64_t misses = 0;
        std::size_t bytes = 0;
    };

    [[nodiscard]] Counters counters() const;

  private:
    struct Entry {
        Hash32 hash;
        Bytes rlp;
    };

    /// One of several independent caches, so that readers seldom wait for each other.
    struct Shard {
        std::mutex mutex;
        std::list<Entry> recent;  // last used first
        std::unordered_map<Hash32, std::list<Entry>::iterator, Hash32Hasher> by_hash;
        Counters counters;
    };

    static constexpr std::size_t shard_count = 8;

    [[nodiscard]] Shard& shard_of(const Hash32& hash) const;

    const NodeSource& inner_;
    std::size_t shard_bytes_max_;
    mutable std::array<Shard, shard_count> shards_;
};

}  // namespace stadtbuch::trie
