// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/execution.hpp"

#include <algorithm>

#include "ssi/ledger/effects.hpp"
#include "ssi/ledger/execution_impl.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

Execution::Execution(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Execution::~Execution() = default;

Hash32 CommittedTxn::root() const {
    // Every sibling of the last leaf lies to its left.
    Hash32 hash = leaf;
    for (const Hash32& sibling : audit_path) hash = hash::node_hash(sibling, hash);
    return hash;
}

LedgerRoots Execution::Impl::roots_of(Head& head, Ledger ledger) const {
    LedgerRoots roots;
    roots.txn_root = head.log(ledger).root();
    if (ledger != Ledger::audit) roots.state_root = head.state(ledger).root();
    return roots;
}

bool Execution::Impl::is_known(const Hash32& payload) const {
    return fresh_payloads.contains(payload) ||
           store.get(store::Column::index, payload_key(payload)).has_value();
}

void Execution::Impl::append_leaf(PendingBatch& batch, Ledger ledger, const Hash32& leaf) {
    std::vector<merkle::Node> created;
    batch.head.log(ledger).append(leaf, created);
    for (merkle::Node& node : created) batch.nodes.push_back({ledger, node});
}

DynamicContext Execution::Impl::context_for(WorkingState& state, const Request& request,
                                            std::int64_t time, const PendingBatch* current) const {
    const std::size_t of_batch =
        current != nullptr && current->ledger == Ledger::config ? current->txns.size() : 0;
    return {state, request, time, state.head().log(Ledger::config).size() - of_batch,
            [this, current](Ledger ledger, std::uint64_t seq_no) {
                return any_txn(ledger, seq_no, current);
            }};
}

Verdict Execution::Impl::apply_request(PendingBatch& batch, const RequestPtr& request) {
    WorkingState state(batch.head, identities, &batch.attributes);
    if (auto refusal = validate_dynamic(context_for(state, *request, batch.pp_time, &batch)))
        return refusal;

    NewTxn entry;
    entry.request = request;
    entry.seq_no = batch.head.log(batch.ledger).size() + 1;
    entry.txn = make_txn(*request, batch.pp_time, entry.seq_no);
    std::optional<AttributeText> attribute;
    const bool is_attrib = request->type == txn_type::attrib;
    Value hashed = is_attrib ? entry.txn : Value();
    const Value& stored = is_attrib ? hashed : entry.txn;
    if (is_attrib && !to_stored(hashed, attribute))
        return invalid_request("should be a valid JSON string");
    const auto view = view_txn(stored);
    if (!view || !apply_effects(state, *view, attribute ? &*attribute : nullptr)) {
        return invalid_request("the transaction lacks what its type needs");
    }
    entry.leaf = leaf_bytes(stored);
    entry.leaf_hash = hash::leaf_hash(entry.leaf);
    entry.audit_path = batch.head.log(batch.ledger).next_audit_path();
    append_leaf(batch, batch.ledger, entry.leaf_hash);
    batch.txns.push_back(std::move(entry));
    return std::nullopt;
}

Applied Execution::apply(const ApplyInput& input) {
    STADTBUCH_ASSERT(impl_->pending.empty() || impl_->pending.back().is_sealed);
    Applied out;
    if (input.ledger == Ledger::audit) {
        out.problem = Applied::Problem::wrong_ledger;
        return out;
    }
    PendingBatch batch(impl_->newest());
    batch.ledger = input.ledger;
    batch.pp_time = input.pp_time;

    impl_->identities.push_layer();
    const auto give_up = [&](Applied::Problem problem, const Request& request) {
        impl_->identities.pop_layer();
        Applied nothing;
        nothing.problem = problem;
        nothing.problem_digest = request.digest;
        return nothing;
    };
    // A payload is taken once; one that was refused in this batch may come again, signed otherwise.
    std::unordered_set<Hash32, Hash32Hasher> taken;
    for (const RequestPtr& request : input.requests) {
        // A batch's digest does not name its ledger. Refused one by one, the same requests could
        // stand in two batches with one digest, for two ledgers.
        if (ledger_of_type(request->type) != input.ledger)
            return give_up(Applied::Problem::wrong_ledger, *request);
        const Hash32 payload = hash_from_hex(request->payload_digest).value_or(Hash32{});
        if (impl_->is_known(payload) || taken.contains(payload)) {
            if (input.skip_already_ordered) continue;
            return give_up(Applied::Problem::already_ordered, *request);
        }
        const auto position = static_cast<std::uint32_t>(out.kept.size());
        out.kept.push_back(request);
        if (auto refusal = impl_->apply_request(batch, request)) {
            out.discarded.push_back({position, std::move(*refusal)});
        } else {
            taken.insert(payload);
            batch.payloads.push_back(payload);
        }
    }
    impl_->fresh_payloads.insert(batch.payloads.begin(), batch.payloads.end());
    out.roots = batch.roots = impl_->roots_of(batch.head, batch.ledger);
    out.node_registry = batch.head.registry;
    impl_->pending.push_back(std::move(batch));
    return out;
}

Sealed Execution::seal(const SealInput& input) {
    STADTBUCH_ASSERT(!impl_->pending.empty() && !impl_->pending.back().is_sealed);
    PendingBatch& batch = impl_->pending.back();
    WorkingState state(batch.head, impl_->identities, nullptr);
    const auto frozen_bytes = state.get(Ledger::config, frozen_ledgers_key);
    const auto frozen = frozen_bytes ? unwrapped(*frozen_bytes) : std::nullopt;

    AuditInput audit;
    audit.ledger = batch.ledger;
    audit.pp_time = batch.pp_time;
    audit.seq_no = batch.head.log(Ledger::audit).size() + 1;
    for (std::size_t i = 0; i < state_count; ++i) {
        const Ledger ledger = static_cast<Ledger>(i);
        audit.sizes[i] = batch.head.log(ledger).size();
        audit.roots[i] = impl_->roots_of(batch.head, ledger);
    }
    audit.frozen = frozen ? &frozen->value : nullptr;
    audit.registry = &batch.head.registry;
    AuditTxn made = make_audit_txn(batch.head.audit, audit, input);
    batch.head.audit = std::move(made.head);
    batch.signed_ledgers = std::move(made.signed_ledgers);
    batch.audit_leaf = leaf_bytes(made.txn);
    impl_->append_leaf(batch, Ledger::audit, hash::leaf_hash(batch.audit_leaf));
    batch.pp_seq_no = input.pp_seq_no;
    batch.is_sealed = true;
    return {batch.head.log(Ledger::audit).root(), batch.signed_ledgers};
}

void Execution::revert_last() {
    STADTBUCH_ASSERT(!impl_->pending.empty());
    for (const Hash32& payload : impl_->pending.back().payloads)
        impl_->fresh_payloads.erase(payload);
    impl_->pending.pop_back();
    impl_->identities.pop_layer();
}

void Execution::Impl::write_states(Head& head, store::Batch& out) const {
    for (trie::Trie& state : head.states) {
        state.collect_new_nodes([&](const Hash32& hash, BytesView rlp) {
            out.put(store::Column::trie, hash.view(), rlp);
        });
    }
}

void Execution::Impl::write_heads(Head& head, store::Batch& out) const {
    StoredHeads heads;
    heads.logs = head.logs;
    for (std::size_t i = 0; i < state_count; ++i) heads.state_roots[i] = head.states[i].root();
    heads.registry = head.registry;
    heads.writes_enabled = head.writes_enabled;
    out.put(store::Column::meta, heads_key(), encode_heads(heads));
}

void Execution::Impl::write_batch(PendingBatch& batch, CommittedBatch& out) {
    store::Batch& write = out.write;
    const Byte number = static_cast<Byte>(batch.ledger);
    for (const NewTxn& txn : batch.txns) {
        write.put(store::Column::txns, store::txn_key(number, txn.seq_no), txn.leaf);
        const Hash32 payload = hash_from_hex(txn.request->payload_digest).value_or(Hash32{});
        write.put(store::Column::index, payload_key(payload),
                  encode_place({batch.ledger, txn.seq_no}));
    }
    const std::uint64_t audit_seq_no = batch.head.log(Ledger::audit).size();
    write.put(store::Column::txns, store::txn_key(static_cast<Byte>(Ledger::audit), audit_seq_no),
              batch.audit_leaf);
    for (const NewNode& node : batch.nodes) {
        write.put(store::Column::merkle,
                  store::merkle_key(static_cast<Byte>(node.ledger), node.node.id.level,
                                    node.node.id.index),
                  node.node.hash.view());
    }
    for (const AttributeText& attribute : batch.attributes) {
        write.put(store::Column::index, attribute_key(attribute.hash), view_of(attribute.text));
    }
    if (batch.ledger == Ledger::domain || batch.ledger == Ledger::config) {
        write.put(store::Column::index, time_key(batch.ledger, batch.pp_time),
                  batch.roots.state_root.view());
    }
    write_states(batch.head, write);
    write_heads(batch.head, write);
}

void Execution::Impl::remember_unwritten(PendingBatch& batch, std::uint64_t commit_no) {
    UnwrittenCommit commit;
    commit.commit_no = commit_no;
    for (NewTxn& txn : batch.txns)
        commit.txns.emplace_back(TxnPlace{batch.ledger, txn.seq_no}, std::move(txn.leaf));
    commit.txns.emplace_back(TxnPlace{Ledger::audit, batch.head.log(Ledger::audit).size()},
                             std::move(batch.audit_leaf));
    commit.nodes = std::move(batch.nodes);
    for (AttributeText& text : batch.attributes)
        commit.attributes.emplace_back(text.hash, std::move(text.text));
    commit.payloads = std::move(batch.payloads);
    unwritten.push_back(std::move(commit));
}

/// A forced one took effect on receipt, and others may have come since.
void Execution::Impl::follow_pool_config(const Request& ordered) {
    if (ordered.type != txn_type::pool_config || is_forced(ordered)) return;
    const Value* writes = ordered.operation().find("writes");
    if (writes != nullptr && writes->boolean()) writes_enabled = *writes->boolean();
}

CommittedBatch Execution::commit_oldest() {
    STADTBUCH_ASSERT(!impl_->pending.empty() && impl_->pending.front().is_sealed);
    PendingBatch& batch = impl_->pending.front();
    CommittedBatch out;
    out.commit_no = ++impl_->commits;
    out.ledger = batch.ledger;
    out.pp_time = batch.pp_time;
    out.pp_seq_no = batch.pp_seq_no;
    out.signed_ledgers = std::move(batch.signed_ledgers);
    impl_->write_batch(batch, out);
    out.txns.reserve(batch.txns.size());
    for (NewTxn& txn : batch.txns) {
        impl_->follow_pool_config(*txn.request);
        out.txns.push_back({std::move(txn.request), txn.seq_no, std::move(txn.txn), txn.leaf_hash,
                            std::move(txn.audit_path)});
    }
    impl_->remember_unwritten(batch, out.commit_no);
    impl_->committed = std::move(batch.head);
    impl_->pending.pop_front();
    impl_->identities.commit_oldest_layer();
    return out;
}

void Execution::mark_written(std::uint64_t commit_no) {
    while (!impl_->unwritten.empty() && impl_->unwritten.front().commit_no <= commit_no) {
        for (const Hash32& payload : impl_->unwritten.front().payloads)
            impl_->fresh_payloads.erase(payload);
        impl_->unwritten.pop_front();
    }
}

void Execution::trim_memory() {
    // Levels 0 to 4 stay: they save most of the loads (performance-budget §2, ledger size).
    constexpr unsigned resident_levels = 4;
    if (!impl_->unwritten.empty() ||
        impl_->commits < impl_->trimmed_at + impl_->options.trim_interval)
        return;
    impl_->trimmed_at = impl_->commits;
    for (trie::Trie& state : impl_->newest().states) state.evict_below(resident_levels);
}

std::size_t Execution::uncommitted_count() const {
    return impl_->pending.size();
}

LedgerRoots Execution::uncommitted_roots(Ledger ledger) const {
    return impl_->roots_of(impl_->newest(), ledger);
}

LedgerRoots Execution::committed_roots(Ledger ledger) const {
    return impl_->roots_of(*impl_->committed, ledger);
}

std::uint64_t Execution::uncommitted_size(Ledger ledger) const {
    return impl_->newest().log(ledger).size();
}

std::uint64_t Execution::committed_size(Ledger ledger) const {
    return impl_->committed->log(ledger).size();
}

const std::vector<std::string>& Execution::uncommitted_registry() const {
    return impl_->newest().registry;
}

const std::vector<std::string>& Execution::committed_registry() const {
    return impl_->committed->registry;
}

}  // namespace stadtbuch::ledger
