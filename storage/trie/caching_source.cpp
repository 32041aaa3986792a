// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/trie/caching_source.hpp"

namespace stadtbuch::trie {

namespace {

/// List node, hash map node and bucket, rounded: what an entry costs beside its octets.
constexpr std::size_t entry_overhead_bytes = 160;

std::size_t cost_of(std::size_t rlp_bytes) {
    return rlp_bytes + entry_overhead_bytes;
}

}  // namespace

CachingNodeSource::CachingNodeSource(const NodeSource& inner, std::size_t bytes_max)
    : inner_(inner), shard_bytes_max_(bytes_max / shard_count) {}

CachingNodeSource::Shard& CachingNodeSource::shard_of(const Hash32& hash) const {
    return shards_[hash.bytes.back() % shard_count];  // the hash map uses the first octets
}

std::optional<Bytes> CachingNodeSource::load(const Hash32& hash) const {
    Shard& shard = shard_of(hash);
    {
        const std::lock_guard<std::mutex> lock(shard.mutex);
        const auto found = shard.by_hash.find(hash);
        if (found != shard.by_hash.end()) {
            ++shard.counters.hits;
            shard.recent.splice(shard.recent.begin(), shard.recent, found->second);
            return found->second->rlp;
        }
        ++shard.counters.misses;
    }
    std::optional<Bytes> loaded = inner_.load(hash);  // without the lock: this may read from disk
    if (loaded) remember(hash, *loaded);
    return loaded;
}

void CachingNodeSource::remember(const Hash32& hash, BytesView rlp) const {
    if (cost_of(rlp.size()) > shard_bytes_max_) return;
    Shard& shard = shard_of(hash);
    const std::lock_guard<std::mutex> lock(shard.mutex);
    if (shard.by_hash.contains(hash)) return;
    shard.recent.push_front({hash, bytes_of(rlp)});
    shard.by_hash.emplace(hash, shard.recent.begin());
    shard.counters.bytes += cost_of(rlp.size());
    while (shard.counters.bytes > shard_bytes_max_) {
        const Entry& oldest = shard.recent.back();
        shard.counters.bytes -= cost_of(oldest.rlp.size());
        shard.by_hash.erase(oldest.hash);
        shard.recent.pop_back();
    }
}

CachingNodeSource::Counters CachingNodeSource::counters() const {
    Counters sum;
    for (Shard& shard : shards_) {
        const std::lock_guard<std::mutex> lock(shard.mutex);
        sum.hits += shard.counters.hits;
        sum.misses += shard.counters.misses;
        sum.bytes += shard.counters.bytes;
    }
    return sum;
}

}  // namespace stadtbuch::trie
