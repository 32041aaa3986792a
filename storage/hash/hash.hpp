// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// SHA-256, SHA3-256 and Keccak-256 (OpenSSL and own Keccak padding), and RFC 6962 tree hashing.
// Contexts are reused per thread; all functions are thread-safe.
#pragma once
#include <cstdint>
#include <initializer_list>

#include "storage/base/bytes.hpp"

namespace stadtbuch::hash {

[[nodiscard]] Hash32 sha256(BytesView data);

[[nodiscard]] inline Hash32 sha256(std::string_view text) {
    return sha256(view_of(text));
}

/// SHA-256 over the concatenation of the parts.
[[nodiscard]] Hash32 sha256(std::initializer_list<BytesView> parts);
/// FIPS 202 SHA3-256 (state trie).
[[nodiscard]] Hash32 sha3_256(BytesView data);
/// Keccak-256 with padding 0x01 (BLS proof of possession only).
[[nodiscard]] Hash32 keccak_256(BytesView data);

/// RFC 6962 §2.1: SHA-256(0x00 || leaf), SHA-256(0x01 || left || right).
[[nodiscard]] Hash32 leaf_hash(BytesView leaf);
[[nodiscard]] Hash32 node_hash(const Hash32& left, const Hash32& right);
/// SHA-256 of nothing: root of an empty ledger.
[[nodiscard]] Hash32 empty_tree_root();

/// Counts calls for tests of performance-budget §4; process-wide, relaxed atomics.
struct HashCounters {
    std::uint64_t sha256 = 0;
    std::uint64_t sha3 = 0;
};

[[nodiscard]] HashCounters hash_counters();

}  // namespace stadtbuch::hash
