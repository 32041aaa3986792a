// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the tests and fuzz targets of the trie share: a store in memory, and a slow twin that builds
// the minimal trie of a map from the definition (indy-ledger-formats §4), recursively and with
// plain RLP items.
#pragma once
#include <map>
#include <unordered_map>

#include "storage/encoding/rlp.hpp"
#include "storage/hash/hash.hpp"
#include "storage/trie/trie.hpp"

namespace stadtbuch::trie_support {

using Content = std::map<Bytes, Bytes>;

class MemoryNodes : public trie::NodeSource {
  public:
    [[nodiscard]] std::optional<Bytes> load(const Hash32& hash) const override {
        ++loads;
        const auto found = by_hash.find(hash);
        return found == by_hash.end() ? std::nullopt : std::optional(found->second);
    }

    /// Takes over what is new in `version`; gives the number of nodes.
    std::size_t store(trie::Trie& version) {
        std::size_t count = 0;
        version.collect_new_nodes([&](const Hash32& hash, BytesView rlp) {
            by_hash.insert_or_assign(hash, bytes_of(rlp));
            ++count;
        });
        return count;
    }

    std::unordered_map<Hash32, Bytes, Hash32Hasher> by_hash;
    mutable std::size_t loads = 0;
};

class Twin {
  public:
    [[nodiscard]] static Hash32 root(const Content& content) {
        std::vector<Entry> entries;
        for (const auto& [key, value] : content) entries.push_back({nibbles(key), value});
        return hash::sha3_256(encoding::rlp_encode(build(entries)));
    }

  private:
    struct Entry {
        Bytes path;
        Bytes value;
    };

    using Item = encoding::RlpItem;

    static Item text(Bytes bytes) { return Item{false, std::move(bytes), {}}; }

    static Bytes nibbles(const Bytes& key) {
        Bytes path;
        for (const Byte octet : key) {
            path.push_back(octet >> 4);
            path.push_back(octet & 0x0F);
        }
        return path;
    }

    static Item stored(const Bytes& value) {
        return text(encoding::rlp_encode(Item{true, {}, {text(value)}}));
    }

    static Item hex_prefix(Bytes path, bool is_leaf) {
        const bool odd = path.size() % 2 != 0;
        const Byte flag = static_cast<Byte>((is_leaf ? 2 : 0) + (odd ? 1 : 0));
        if (odd) {
            path.insert(path.begin(), flag);
        } else {
            path.insert(path.begin(), {flag, 0});
        }
        Bytes packed;
        for (std::size_t i = 0; i < path.size(); i += 2)
            packed.push_back(static_cast<Byte>(path[i] << 4 | path[i + 1]));
        return text(packed);
    }

    static Item reference(const Item& node) {
        const Bytes rlp = encoding::rlp_encode(node);
        return rlp.size() < 32 ? node : text(bytes_of(hash::sha3_256(rlp).view()));
    }

    static std::vector<Entry> without_lead(std::vector<Entry> entries, std::size_t count) {
        for (Entry& entry : entries)
            entry.path.erase(entry.path.begin(),
                             entry.path.begin() + static_cast<std::ptrdiff_t>(count));
        return entries;
    }

    static Item build(const std::vector<Entry>& entries) {
        if (entries.empty()) return text({});
        if (entries.size() == 1)
            return Item{true, {}, {hex_prefix(entries[0].path, true), stored(entries[0].value)}};
        const Bytes& first = entries.front().path;
        const Bytes& last = entries.back().path;
        std::size_t shared = 0;  // sorted: what first and last share, all share
        while (shared < first.size() && shared < last.size() && first[shared] == last[shared])
            ++shared;
        if (shared > 0) {
            const Bytes lead(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(shared));
            return Item{true,
                        {},
                        {hex_prefix(lead, false), reference(build(without_lead(entries, shared)))}};
        }
        Item branch{true, {}, std::vector<Item>(17, text({}))};
        for (Byte nibble = 0; nibble < 16; ++nibble) {
            std::vector<Entry> below;
            for (const Entry& entry : entries) {
                if (!entry.path.empty() && entry.path[0] == nibble) below.push_back(entry);
            }
            if (!below.empty()) branch.list[nibble] = reference(build(without_lead(below, 1)));
        }
        if (first.empty()) branch.list[16] = stored(entries.front().value);
        return branch;
    }
};

}  // namespace stadtbuch::trie_support
