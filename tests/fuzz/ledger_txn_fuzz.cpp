// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What reaches execution from outside as text or bytes: transactions of a catch-up, genesis lines,
// constraints, stored heads. Nothing may crash; a transaction that is taken has a leaf that reads
// back equal.
#include <cstdlib>

#include "ssi/ledger/auth_rules.hpp"
#include "ssi/ledger/effects.hpp"
#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/store_layout.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/store/node_sources.hpp"

using namespace stadtbuch;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// A transaction that reads may be replayed onto an empty state: effects or a refusal, never a
/// crash.
void replay(const ledger::TxnView& view, const ledger::AttributeText* attribute) {
    static const std::unique_ptr<store::Store> store = store::make_memory_store();
    const store::StoredTrieNodes nodes(*store);
    ledger::Head head;
    for (std::size_t i = 0; i < ledger::state_count; ++i)
        head.states.emplace_back(nodes, trie::blank_root());
    ledger::IdentityDirectory identities(16);
    ledger::WorkingState state(head, identities, nullptr);
    if (!ledger::apply_effects(state, view, attribute)) return;
    for (trie::Trie& one : head.states) static_cast<void>(one.root());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const BytesView bytes(data, size);
    const std::string_view text = text_of(bytes);
    for (std::int64_t number = 0; number < 4; ++number) {
        auto txn = ledger::txn_from_json(*ledger::ledger_from(number), text);
        if (!txn) continue;
        std::optional<ledger::AttributeText> attribute;
        if (!ledger::to_stored(*txn, attribute)) continue;
        const Bytes leaf = ledger::leaf_bytes(*txn);
        const auto decoded = encoding::msgpack_decode(leaf);
        require(decoded && ledger::leaf_bytes(*decoded) == leaf);
        if (const auto view = ledger::view_txn(*txn))
            replay(*view, attribute ? &*attribute : nullptr);
    }
    const auto genesis = ledger::parse_pool_genesis(text);
    if (genesis) static_cast<void>(ledger::genesis_root(*genesis));
    if (const auto heads = ledger::decode_heads(bytes))
        require(ledger::encode_heads(*heads) == bytes_of(bytes));
    const auto value = encoding::parse_json(text);
    if (value) {
        const auto constraint = ledger::parse_constraint(*value);
        if (constraint) {
            const auto again = ledger::parse_constraint(ledger::constraint_value(*constraint));
            require(again.has_value());
            require(ledger::constraint_text(*again) == ledger::constraint_text(*constraint));
        }
    }
    return 0;
}
