// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Opening: genesis into an empty store, heads from one that is in use. Nothing here grows with the
// ledger.
#include "ssi/ledger/effects.hpp"
#include "ssi/ledger/execution_impl.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

/// pool root (32), pool size (8 BE), domain root (32), domain size (8 BE).
Bytes genesis_record(const Genesis& genesis) {
    Bytes out;
    for (const std::vector<Value>* txns : {&genesis.pool, &genesis.domain}) {
        const Hash32 root = genesis_root(*txns);
        out.insert(out.end(), root.bytes.begin(), root.bytes.end());
        const Bytes size = seq_no_bytes(txns->size());
        out.insert(out.end(), size.begin(), size.end());
    }
    return out;
}

Error damaged(const std::string& what) {
    return {"SB-2111", "the stored heads of the ledgers are damaged: " + what, "meta ledger/heads",
            "restore the data directory from a backup, or start with an empty one and let the node "
            "catch up"};
}

}  // namespace

Result<void, Error> Execution::Impl::start_from_genesis(const Genesis& genesis) {
    Head head;
    for (std::size_t i = 0; i < state_count; ++i)
        head.states.emplace_back(trie_nodes, trie::blank_root());
    committed = std::move(head);
    store::Batch write;
    std::vector<merkle::Node> created;
    std::vector<AttributeText> attributes;
    WorkingState state(*committed, identities, &attributes);
    for (const Ledger ledger : {Ledger::pool, Ledger::domain}) {
        for (const Value& txn : ledger == Ledger::pool ? genesis.pool : genesis.domain) {
            Value stored = txn;
            std::optional<AttributeText> attribute;
            const bool hashed = to_stored(stored, attribute);
            const auto view = view_txn(stored);
            if (!hashed || !view ||
                !apply_effects(state, *view, attribute ? &*attribute : nullptr)) {
                return Failure{Error{"SB-2112", "a genesis transaction cannot be executed",
                                     std::string(ledger == Ledger::pool ? "pool" : "domain") +
                                         " genesis, seqNo " +
                                         std::to_string(view ? view->seq_no : 0),
                                     "check the genesis file"}};
            }
            const Bytes leaf = leaf_bytes(stored);
            write.put(store::Column::txns, store::txn_key(static_cast<Byte>(ledger), view->seq_no),
                      leaf);
            created.clear();
            committed->log(ledger).append(hash::leaf_hash(leaf), created);
            for (const merkle::Node& node : created) {
                write.put(
                    store::Column::merkle,
                    store::merkle_key(static_cast<Byte>(ledger), node.id.level, node.id.index),
                    node.hash.view());
            }
        }
    }
    for (const AttributeText& text : attributes) {
        write.put(store::Column::index, attribute_key(text.hash), view_of(text.text));
    }
    write_states(*committed, write);
    write_heads(*committed, write);
    write.put(store::Column::meta, genesis_key(), genesis_record(genesis));
    return store.write(write, store::Durability::synced);
}

Result<void, Error> Execution::Impl::start_from_store(BytesView heads_bytes) {
    auto heads = decode_heads(heads_bytes);
    if (!heads) return Failure{damaged("not readable")};
    Head head;
    head.logs = std::move(heads->logs);
    head.registry = std::move(heads->registry);
    head.writes_enabled = heads->writes_enabled;
    for (const Hash32& root : heads->state_roots) {
        if (root != trie::blank_root() && !trie_nodes.load(root))
            return Failure{damaged("a state root has no node")};
        head.states.emplace_back(trie_nodes, root);
    }
    committed = std::move(head);
    const std::uint64_t audit_size = committed->log(Ledger::audit).size();
    if (audit_size > 0) {
        const auto last = txn(Ledger::audit, audit_size);
        auto audit =
            last ? audit_head_from(*last, [this](std::uint64_t n) { return txn(Ledger::audit, n); })
                 : std::nullopt;
        if (!audit) return Failure{damaged("the last audit transaction is missing or unreadable")};
        committed->audit = std::move(*audit);
    }
    writes_enabled = committed->writes_enabled;
    return {};
}

Result<std::unique_ptr<Execution>, Error> Execution::open(store::Store& store,
                                                          const Genesis& genesis,
                                                          const ExecutionOptions& options) {
    auto impl = std::make_unique<Impl>(store, options);
    const Bytes record = genesis_record(genesis);
    impl->genesis_sizes = {genesis.pool.size(), genesis.domain.size(), 0};
    const auto heads = store.get(store::Column::meta, heads_key());
    const auto known = store.get(store::Column::meta, genesis_key());
    if (heads.has_value() != known.has_value())
        return Failure{damaged("heads and genesis record do not belong together")};
    if (known && *known != record) {
        return Failure{Error{"SB-2110",
                             "the data directory belongs to a network with another genesis",
                             "pool and domain genesis",
                             "use the genesis files of that network, or another data directory"}};
    }
    const auto started = heads ? impl->start_from_store(*heads) : impl->start_from_genesis(genesis);
    if (!started) return Failure{started.error()};
    return std::unique_ptr<Execution>(new Execution(std::move(impl)));
}

}  // namespace stadtbuch::ledger
