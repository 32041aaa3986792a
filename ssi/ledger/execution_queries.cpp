// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What Execution answers without changing anything.
#include <algorithm>

#include "ssi/ledger/execution_impl.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

std::optional<Hash32> CommittedMerkleNodes::node(merkle::NodeId id) const {
    for (const UnwrittenCommit& commit : impl_.unwritten) {
        for (const NewNode& node : commit.nodes) {
            if (node.ledger == ledger_ && node.node.id == id) return node.node.hash;
        }
    }
    return store::StoredMerkleNodes(impl_.store, static_cast<Byte>(ledger_)).node(id);
}

std::optional<Bytes> Execution::Impl::txn_bytes(Ledger ledger, std::uint64_t seq_no) const {
    if (seq_no == 0 || seq_no > committed->log(ledger).size()) return std::nullopt;
    for (const UnwrittenCommit& commit : unwritten) {
        for (const auto& [place, bytes] : commit.txns) {
            if (place.ledger == ledger && place.seq_no == seq_no) return bytes;
        }
    }
    return store.get(store::Column::txns, store::txn_key(static_cast<Byte>(ledger), seq_no));
}

std::optional<Value> Execution::Impl::txn(Ledger ledger, std::uint64_t seq_no) const {
    const auto bytes = txn_bytes(ledger, seq_no);
    if (!bytes) return std::nullopt;
    auto decoded = encoding::msgpack_decode(*bytes);
    if (!decoded) return std::nullopt;
    return std::move(*decoded);
}

std::optional<Value> Execution::Impl::any_txn(Ledger ledger, std::uint64_t seq_no,
                                              const PendingBatch* current) const {
    const auto in_batch = [ledger, seq_no](const PendingBatch& batch) -> const Value* {
        if (batch.ledger != ledger) return nullptr;
        for (const NewTxn& txn : batch.txns) {
            if (txn.seq_no == seq_no) return &txn.txn;
        }
        return nullptr;
    };
    if (current != nullptr) {
        if (const Value* found = in_batch(*current)) return *found;
    }
    for (const PendingBatch& batch : pending) {
        if (const Value* found = in_batch(batch)) return *found;
    }
    return txn(ledger, seq_no);
}

std::optional<std::string> Execution::Impl::attribute(const Hash32& hash) const {
    for (const UnwrittenCommit& commit : unwritten) {
        for (const auto& [known, text] : commit.attributes) {
            if (known == hash) return text;
        }
    }
    const auto bytes = store.get(store::Column::index, attribute_key(hash));
    if (!bytes) return std::nullopt;
    return string_of(*bytes);
}

Result<void, Refusal> Execution::check(const Request& request, std::int64_t time) const {
    // On a copy: validation must not load nodes into a version that is being built elsewhere.
    Head head = impl_->newest();
    WorkingState state(head, impl_->identities, nullptr);
    if (auto refusal = validate_dynamic(impl_->context_for(state, request, time, nullptr)))
        return Failure{*refusal};
    return {};
}

std::optional<RequestRefusal> Execution::apply_forced(const Request& request, std::int64_t time) {
    Head head = impl_->newest();
    WorkingState state(head, impl_->identities, nullptr);
    if (auto refusal = validate_operation(impl_->context_for(state, request, time, nullptr))) {
        RequestRefusal out = refusal_of(request, std::move(*refusal));
        out.reason = unprefixed_reason_text(out.refusal, out.identifier, out.req_id);
        return out;
    }
    const Value* writes = request.operation().find("writes");
    if (request.type == txn_type::pool_config && writes != nullptr)
        set_writes_enabled(writes->boolean().value_or(true));
    return std::nullopt;
}

Result<void, Refusal> Execution::authorize_action(const Request& request) const {
    Head head = impl_->newest();
    WorkingState state(head, impl_->identities, nullptr);
    const DynamicContext context = impl_->context_for(state, request, 0, nullptr);
    RuleKey action = whole_object(request.type, false);
    if (request.type == txn_type::pool_restart) {
        action.field = "action";
        action.new_value = context.text("action");
    }
    if (auto refusal = authorize(context, action, true)) return Failure{*refusal};
    return {};
}

bool Execution::is_ordered(const Request& request, bool uncommitted_counts) const {
    const auto payload = hash_from_hex(request.payload_digest);
    if (!payload) return false;
    if (uncommitted_counts && impl_->fresh_payloads.contains(*payload)) return true;
    for (const UnwrittenCommit& commit : impl_->unwritten) {
        if (std::find(commit.payloads.begin(), commit.payloads.end(), *payload) !=
            commit.payloads.end())
            return true;
    }
    return impl_->store.get(store::Column::index, payload_key(*payload)).has_value();
}

std::optional<std::string> Execution::find_verkey(std::string_view did) const {
    Identity identity;
    switch (impl_->identities.find(did, identity)) {
        case IdentityDirectory::Answer::known:
            return identity.verkey.value_or("");
        case IdentityDirectory::Answer::not_on_ledger:
            return std::nullopt;
        case IdentityDirectory::Answer::ask_state:
            break;
    }
    const auto value = impl_->stored_value(Ledger::domain, nym_key(did).view());
    const auto found = value ? identity_of(*value) : std::nullopt;
    if (!found) return std::nullopt;
    return found->verkey.value_or("");
}

std::optional<std::string> Execution::find_key(std::string_view type,
                                               std::string_view author) const {
    if (type != txn_type::node_upgrade) return find_verkey(author);
    if (!impl_->stored_value(Ledger::pool, view_of(author))) return std::nullopt;
    return std::string(author);
}

/// Any thread: the tries of the heads belong to the owner, the store does not.
std::optional<Bytes> Execution::Impl::stored_value(Ledger ledger, BytesView key) const {
    const auto bytes = store.get(store::Column::meta, heads_key());
    const auto heads = bytes ? decode_heads(*bytes) : std::nullopt;
    if (!heads) return std::nullopt;
    return trie::lookup(trie_nodes, heads->state_roots[index_of(ledger)], key);
}

bool Execution::writes_enabled() const {
    return impl_->writes_enabled.load(std::memory_order_relaxed);
}

void Execution::set_writes_enabled(bool enabled) {
    impl_->writes_enabled.store(enabled, std::memory_order_relaxed);
}

bool may_write_when_read_only(const Request& request) {
    if (request.kind != RequestKind::write) return true;
    return request.type == txn_type::pool_upgrade || request.type == txn_type::pool_config ||
           request.type == txn_type::auth_rule || request.type == txn_type::auth_rules;
}

bool is_forced(const Request& request) {
    const Value* force = request.operation().find("force");
    if (force == nullptr) return false;
    return force->boolean().value_or(false) ||
           (force->text() != nullptr && *force->text() == "True");
}

Refusal read_only_pool() {
    return invalid_request("Pool is in readonly mode, try again in 60 seconds");
}

std::optional<Refusal> Execution::read_only_refusal(const Request& request) const {
    if (writes_enabled() || may_write_when_read_only(request)) return std::nullopt;
    return read_only_pool();
}

std::vector<PoolNode> Execution::pool_nodes() const {
    std::vector<PoolNode> all;
    impl_->committed->state(Ledger::pool).for_each([&](BytesView key, BytesView value) {
        const auto parsed = encoding::parse_json(text_of(value));
        if (parsed) all.push_back(pool_node_of(string_of(key), *parsed));
    });
    std::vector<PoolNode> ordered;
    for (const std::string& alias : impl_->committed->registry) {
        const auto it = std::find_if(all.begin(), all.end(),
                                     [&](const PoolNode& node) { return node.alias == alias; });
        if (it == all.end()) continue;
        ordered.push_back(std::move(*it));
        all.erase(it);
    }
    for (PoolNode& node : all) ordered.push_back(std::move(node));
    for (std::uint64_t seq_no = 1; seq_no <= committed_size(Ledger::pool); ++seq_no) {
        if (const auto txn = impl_->txn(Ledger::pool, seq_no)) note_verkey(ordered, *txn);
    }
    return ordered;
}

std::shared_ptr<const std::map<std::string, std::string>> Execution::bls_keys(
    const Hash32& pool_state_root) const {
    constexpr std::size_t roots_max = 8;
    for (const auto& cached : impl_->bls_cache) {
        if (cached.root == pool_state_root) return cached.keys;
    }
    std::optional<trie::Trie> state;
    for (PendingBatch& batch : impl_->pending) {
        if (batch.head.state(Ledger::pool).root() == pool_state_root)
            state = batch.head.state(Ledger::pool);
    }
    if (!state && impl_->committed->state(Ledger::pool).root() == pool_state_root) {
        state = impl_->committed->state(Ledger::pool);
    }
    if (!state) {
        if (!impl_->trie_nodes.load(pool_state_root)) return nullptr;
        state.emplace(impl_->trie_nodes, pool_state_root);
    }
    auto keys = std::make_shared<std::map<std::string, std::string>>();
    state->for_each([&](BytesView, BytesView value) {
        const auto parsed = encoding::parse_json(text_of(value));
        const std::string_view key = parsed ? parsed->text_at("blskey") : std::string_view();
        if (!key.empty())
            keys->insert_or_assign(std::string(parsed->text_at("alias")), std::string(key));
    });
    impl_->bls_cache.push_front({pool_state_root, keys});
    if (impl_->bls_cache.size() > roots_max) impl_->bls_cache.pop_back();
    return keys;
}

namespace {

std::optional<AuditRecord> record_at(const Execution::Impl& impl, std::uint64_t seq_no) {
    const auto txn = impl.txn(Ledger::audit, seq_no);
    if (!txn) return std::nullopt;
    auto record = audit_record_from(
        *txn, [&](std::uint64_t n) { return impl.txn(Ledger::audit, n); }, impl.genesis_sizes);
    const auto root = merkle::root_at(CommittedMerkleNodes(impl, Ledger::audit), seq_no);
    if (!record || !root) return std::nullopt;
    record->audit_root = *root;
    return record;
}

std::optional<std::uint64_t> pp_seq_no_at(const Execution::Impl& impl, std::uint64_t seq_no) {
    const auto txn = impl.txn(Ledger::audit, seq_no);
    const auto view = txn ? view_txn(*txn) : std::nullopt;
    const Value* number = view ? view->find("ppSeqNo") : nullptr;
    return number == nullptr ? std::nullopt : number->unsigned_integer();
}

}  // namespace

std::vector<AuditRecord> Execution::last_audit_records(std::size_t count) const {
    std::vector<AuditRecord> out;
    for (std::uint64_t seq_no = committed_size(Ledger::audit); seq_no > 0 && out.size() < count;
         --seq_no) {
        auto record = record_at(*impl_, seq_no);
        if (!record) break;
        out.push_back(std::move(*record));
    }
    return out;
}

std::optional<AuditRecord> Execution::audit_record(std::uint64_t pp_seq_no) const {
    // ppSeqNo rises with seqNo; usually they are equal, but a pool may be older than its audit
    // ledger.
    std::uint64_t low = 1;
    std::uint64_t high = committed_size(Ledger::audit);
    if (pp_seq_no >= low && pp_seq_no <= high && pp_seq_no_at(*impl_, pp_seq_no) == pp_seq_no) {
        return record_at(*impl_, pp_seq_no);
    }
    while (low <= high) {
        const std::uint64_t middle = low + (high - low) / 2;
        const auto number = pp_seq_no_at(*impl_, middle);
        if (!number) return std::nullopt;
        if (*number == pp_seq_no) return record_at(*impl_, middle);
        if (*number < pp_seq_no) {
            low = middle + 1;
        } else {
            high = middle - 1;
        }
    }
    return std::nullopt;
}

std::optional<std::string> Execution::txn_json(Ledger ledger, std::uint64_t seq_no) const {
    auto txn = impl_->txn(ledger, seq_no);
    if (!txn) return std::nullopt;
    to_expanded(*txn, [this](const Hash32& hash) { return impl_->attribute(hash); });
    return encoding::transport_json(*txn);
}

std::optional<std::vector<Hash32>> Execution::consistency_proof(Ledger ledger, std::uint64_t first,
                                                                std::uint64_t second) const {
    if (first > second || second > committed_size(ledger)) return std::nullopt;
    return merkle::consistency_proof(CommittedMerkleNodes(*impl_, ledger), first, second);
}

std::optional<Hash32> Execution::txn_root_at(Ledger ledger, std::uint64_t size) const {
    if (size > committed_size(ledger)) return std::nullopt;
    return merkle::root_at(CommittedMerkleNodes(*impl_, ledger), size);
}

std::string ReplyWriter::text_of(const CommittedTxn& txn) {
    // The transaction has neither `rootHash` nor `auditPath`, and base58 needs no escapes.
    std::string text = reply_text(txn.txn);
    text.erase(text.size() - 2);
    text.reserve(text.size() + (txn.audit_path.size() + 1) * 48 + 40);
    text.append(",\"rootHash\":\"").append(encoding::base58_encode(txn.root()));
    text.append("\",\"auditPath\":[");
    const std::size_t count = txn.audit_path.size();
    path_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        Spelled& spelled = path_[count - 1 - i];
        if (spelled.text.empty() || spelled.hash != txn.audit_path[i]) {
            spelled = {txn.audit_path[i], encoding::base58_encode(txn.audit_path[i])};
        }
        text.append(i == 0 ? "\"" : ",\"").append(spelled.text).append("\"");
    }
    return text.append("]}}");
}

std::string reply_text(const CommittedTxn& txn) {
    return ReplyWriter().text_of(txn);
}

merkle::Frontier Execution::committed_frontier(Ledger ledger) const {
    return impl_->committed->log(ledger);
}

}  // namespace stadtbuch::ledger
