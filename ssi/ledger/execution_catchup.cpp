// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Catch-up, leeching side (plenum-consensus §10.5): transactions that f+1 nodes agreed on are
// replayed, not validated again.
#include "ssi/ledger/effects.hpp"
#include "ssi/ledger/execution_impl.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

std::optional<Hash32> Execution::leaf_hash_of(Ledger ledger, std::string_view txn_json) {
    auto txn = txn_from_json(ledger, txn_json);
    std::optional<AttributeText> attribute;
    if (!txn || !to_stored(*txn, attribute)) return std::nullopt;
    return hash::leaf_hash(leaf_bytes(*txn));
}

namespace {

/// Replays transactions onto a copy of the committed head.
class Replay {
  public:
    Replay(Execution::Impl& impl, Ledger ledger)
        : impl_(impl), ledger_(ledger), head_(*impl.committed) {}

    /// False when the text is no transaction of the ledger, out of order, or cannot be executed.
    bool add(std::string_view json) {
        auto txn = txn_from_json(ledger_, json);
        std::optional<AttributeText> attribute;
        if (!txn || !to_stored(*txn, attribute)) return false;
        const auto view = view_txn(*txn);
        if (!view || view->seq_no != head_.log(ledger_).size() + 1) return false;
        close_time(view->time);
        if (ledger_ != Ledger::audit) {
            WorkingState state(head_, impl_.identities, &attributes_);
            if (!apply_effects(state, *view, attribute ? &*attribute : nullptr)) return false;
            index_request(*view);
        }
        append(*txn, view->seq_no);
        return true;
    }

    /// The rest of the write; then the head is ready to be committed. False when an audit
    /// transaction is damaged.
    bool finish(CommittedBatch& out) {
        close_time(std::nullopt);
        if (ledger_ == Ledger::audit && !unwritten_.txns.empty() && !resolve_audit()) return false;
        for (const AttributeText& text : attributes_) {
            write_.put(store::Column::index, attribute_key(text.hash), view_of(text.text));
        }
        impl_.write_states(head_, write_);
        impl_.write_heads(head_, write_);
        out.write = std::move(write_);
        for (AttributeText& text : attributes_)
            unwritten_.attributes.emplace_back(text.hash, std::move(text.text));
        return true;
    }

    Head& head() { return head_; }

    UnwrittenCommit& unwritten() { return unwritten_; }

    std::int64_t last_time() const { return last_time_; }

  private:
    /// The timestamp store gets the root after the last transaction of each time, and the store
    /// that version's nodes, so that reads of the past find it; an empty batch in between would
    /// have had the same root.
    void close_time(std::optional<std::int64_t> next) {
        if (open_time_ && open_time_ != next &&
            (ledger_ == Ledger::domain || ledger_ == Ledger::config)) {
            write_.put(store::Column::index, time_key(ledger_, *open_time_),
                       head_.state(ledger_).root().view());
            impl_.write_states(head_, write_);
        }
        open_time_ = next;
        if (next) last_time_ = *next;
    }

    /// Audit transactions of this run are decoded again from their leaves: only the last one is
    /// resolved.
    std::optional<Value> audit_txn(std::uint64_t seq_no) const {
        const std::uint64_t known = impl_.committed->log(Ledger::audit).size();
        if (seq_no <= known) return impl_.txn(Ledger::audit, seq_no);
        if (seq_no - known > unwritten_.txns.size()) return std::nullopt;
        auto decoded = encoding::msgpack_decode(
            unwritten_.txns[static_cast<std::size_t>(seq_no - known - 1)].second);
        if (!decoded) return std::nullopt;
        return std::move(*decoded);
    }

    bool resolve_audit() {
        const auto last = audit_txn(head_.log(Ledger::audit).size());
        if (!last) return false;
        auto audit =
            audit_head_from(*last, [this](std::uint64_t seq_no) { return audit_txn(seq_no); });
        if (!audit) return false;
        head_.audit = std::move(*audit);
        return true;
    }

    void index_request(const TxnView& view) {
        const auto hash_member = [&](const char* name) -> std::optional<Hash32> {
            const Value* value = view.metadata->find(name);
            return value != nullptr && value->text() != nullptr ? hash_from_hex(*value->text())
                                                                : std::nullopt;
        };
        if (view.metadata->find("reqId") == nullptr) return;
        // Before payloadDigest existed, digest was the payload's (§2).
        const auto payload =
            hash_member(view.metadata->contains("payloadDigest") ? "payloadDigest" : "digest");
        if (!payload) return;
        write_.put(store::Column::index, payload_key(*payload),
                   encode_place({ledger_, view.seq_no}));
        unwritten_.payloads.push_back(*payload);
    }

    void append(const Value& stored, std::uint64_t seq_no) {
        Bytes leaf = leaf_bytes(stored);
        const Byte number = static_cast<Byte>(ledger_);
        write_.put(store::Column::txns, store::txn_key(number, seq_no), leaf);
        std::vector<merkle::Node> created;
        head_.log(ledger_).append(hash::leaf_hash(leaf), created);
        for (const merkle::Node& node : created) {
            write_.put(store::Column::merkle,
                       store::merkle_key(number, node.id.level, node.id.index), node.hash.view());
            unwritten_.nodes.push_back({ledger_, node});
        }
        unwritten_.txns.emplace_back(TxnPlace{ledger_, seq_no}, std::move(leaf));
    }

    Execution::Impl& impl_;
    Ledger ledger_;
    Head head_;
    store::Batch write_;
    UnwrittenCommit unwritten_;
    std::vector<AttributeText> attributes_;
    std::optional<std::int64_t> open_time_;
    std::int64_t last_time_ = 0;
};

}  // namespace

Result<CommittedBatch, Error> Execution::append_caught_up(Ledger ledger,
                                                          std::span<const std::string> txns_json) {
    STADTBUCH_ASSERT(impl_->pending.empty());
    impl_->identities.push_layer();
    Replay replay(*impl_, ledger);
    CommittedBatch out;
    std::size_t done = 0;
    while (done < txns_json.size() && replay.add(txns_json[done])) ++done;
    if (done < txns_json.size() || !replay.finish(out)) {
        impl_->identities.pop_layer();
        return Failure{Error{"SB-2120", "a transaction of the catch-up cannot be executed",
                             "ledger " + std::to_string(number_of(ledger)) + ", transaction " +
                                 std::to_string(committed_size(ledger) + done + 1),
                             "the pool holds a transaction that this version does not understand"}};
    }
    out.commit_no = ++impl_->commits;
    out.ledger = ledger;
    out.pp_time = replay.last_time();
    replay.unwritten().commit_no = out.commit_no;
    impl_->fresh_payloads.insert(replay.unwritten().payloads.begin(),
                                 replay.unwritten().payloads.end());
    impl_->unwritten.push_back(std::move(replay.unwritten()));
    impl_->committed = std::move(replay.head());
    impl_->writes_enabled = impl_->committed->writes_enabled;
    impl_->identities.commit_oldest_layer();
    return out;
}

}  // namespace stadtbuch::ledger
