// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Where execution keeps what in the store. The one place that knows the keys (README.md, "Store
// layout").
// clang-format off
//
//   meta    "ledger/heads"                        RLP, see encode_heads()
//   meta    "ledger/genesis"                      pool root (32), size (8 BE), domain root (32), size (8 BE)
//   txns    ledger || seqNo                       MessagePack, the Merkle leaf
//   merkle  ledger || level || index              32 bytes
//   trie    SHA3-256                              RLP of the node (all states together)
//   index   'p' || payload digest (32)            ledger (1) || seqNo (8 BE)
//   index   't' || ledger (1) || time (8 BE)      state root (32); domain and config only
//   index   'a' || SHA-256 of the text (32)       attribute text
//   index   's' || state root (32)                multi-signature, compact JSON
//   index   'c' || size (8 BE)                    multi-signature of the pool ledger at that size; observers only
//
// clang-format on
#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "ssi/ledger/types.hpp"
#include "storage/base/bytes.hpp"
#include "storage/merkle/merkle.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::ledger {

/// What opening a store restores without reading more.
struct StoredHeads {
    std::array<merkle::Frontier, ledger_count> logs;
    std::array<Hash32, state_count> state_roots{};
    std::vector<std::string> registry;  ///< validators in registry order
    bool writes_enabled = true;
};

/// RLP list: version (1), four logs [size BE, subtree hash...], three state roots, [alias...],
/// writes flag.
[[nodiscard]] Bytes encode_heads(const StoredHeads& heads);
[[nodiscard]] std::optional<StoredHeads> decode_heads(BytesView bytes);

[[nodiscard]] Bytes heads_key();
[[nodiscard]] Bytes genesis_key();
[[nodiscard]] Bytes payload_key(const Hash32& payload_digest);
[[nodiscard]] Bytes time_key(Ledger ledger, std::int64_t time);
[[nodiscard]] Bytes time_prefix(Ledger ledger);
[[nodiscard]] Bytes attribute_key(const Hash32& hash);
[[nodiscard]] Bytes signature_key(const Hash32& state_root);
[[nodiscard]] Bytes pool_link_prefix();
[[nodiscard]] Bytes seq_no_bytes(std::uint64_t seq_no);
/// Big endian; nullopt unless exactly 8 bytes.
[[nodiscard]] std::optional<std::uint64_t> number_from(BytesView bytes);
/// 64 hex digits; nullopt otherwise.
[[nodiscard]] std::optional<Hash32> hash_from_hex(std::string_view hex);

struct TxnPlace {
    Ledger ledger = Ledger::domain;
    std::uint64_t seq_no = 0;
};

[[nodiscard]] Bytes encode_place(const TxnPlace& place);
[[nodiscard]] std::optional<TxnPlace> decode_place(BytesView bytes);

}  // namespace stadtbuch::ledger
