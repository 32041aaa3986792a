// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/read_view.hpp"

#include <algorithm>
#include <charconv>
#include <mutex>

#include "ssi/ledger/identity.hpp"
#include "ssi/ledger/read_impl.hpp"
#include "ssi/ledger/static_python.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::ledger {

using encoding::Array;
using encoding::Object;
using encoding::Value;

std::optional<Bytes> ReadView::Impl::txn_bytes(Ledger ledger, std::uint64_t seq_no) const {
    if (seq_no == 0 || seq_no > log(ledger).size()) return std::nullopt;
    return snapshot->get(store::Column::txns, store::txn_key(static_cast<Byte>(ledger), seq_no));
}

std::optional<Value> ReadView::Impl::txn(Ledger ledger, std::uint64_t seq_no) const {
    const auto bytes = txn_bytes(ledger, seq_no);
    if (!bytes) return std::nullopt;
    auto decoded = encoding::msgpack_decode(*bytes);
    if (!decoded) return std::nullopt;
    if (ledger == Ledger::domain) {
        to_expanded(*decoded, [this](const Hash32& hash) { return attribute(hash); });
    }
    return std::move(*decoded);
}

std::optional<std::string> ReadView::Impl::attribute(const Hash32& hash) const {
    const auto bytes = snapshot->get(store::Column::index, attribute_key(hash));
    if (!bytes) return std::nullopt;
    return string_of(*bytes);
}

std::optional<Value> ReadView::Impl::multi_signature(const Hash32& state_root) const {
    constexpr std::size_t signatures_max = 8;
    const std::lock_guard lock(signatures_mutex);
    for (const auto& [root, known] : signatures) {
        if (root == state_root) return known == nullptr ? std::optional<Value>() : *known;
    }
    // The view never changes, so neither does "there is none".
    std::shared_ptr<const Value> found;
    if (const auto bytes = snapshot->get(store::Column::index, signature_key(state_root))) {
        auto parsed = encoding::parse_json(text_of(*bytes));
        if (parsed) found = std::make_shared<const Value>(*std::move(parsed));
    }
    if (signatures.size() >= signatures_max) signatures.erase(signatures.begin());
    signatures.emplace_back(state_root, found);
    return found == nullptr ? std::optional<Value>() : *found;
}

std::vector<Hash32> ReadView::Impl::audit_path(Ledger ledger, std::uint64_t seq_no,
                                               std::uint64_t size) const {
    const store::StoredMerkleNodes source(*snapshot, static_cast<Byte>(ledger));
    return merkle::audit_path(source, seq_no - 1, size).value_or(std::vector<Hash32>{});
}

std::optional<Bytes> ReadView::Impl::value(const Hash32& root, BytesView key) const {
    return trie::lookup(nodes->cached, root, key);
}

ProvedEntry ReadView::Impl::proved(const Hash32& root, BytesView key) const {
    auto found = trie::find_proved(nodes->cached, root, key);
    ProvedEntry entry;
    if (!found) return entry;
    entry.value = std::move(found->value);
    if (auto signature = multi_signature(root)) {
        // Not from a list of members, which would copy them.
        Object proof;
        proof.set("root_hash", encoding::base58_encode(root));
        proof.set("multi_signature", std::move(*signature));
        proof.set("proof_nodes", encoding::base64_encode(found->proof_nodes));
        entry.proof = std::move(proof);
    }
    return entry;
}

std::optional<Hash32> ReadView::Impl::root_at(Ledger ledger, std::int64_t time) const {
    if (time < 0) return std::nullopt;
    const auto found =
        snapshot->floor(store::Column::index, time_prefix(ledger), time_key(ledger, time));
    if (!found || found->second.size() != 32) return std::nullopt;
    return hash32_of(found->second);
}

ReadReply::ReadReply(const Request& request) : request_(request) {}

Value ReadReply::result() && {
    Object out = request_.operation();
    out.set("data", std::move(data_));
    out.set("identifier", request_.identifier_or_joined);
    out.set("reqId", request_.req_id_given());
    out.set("seqNo", std::move(seq_no_));
    out.set("txnTime", std::move(time_));
    if (proof_) out.set("state_proof", std::move(*proof_));
    if (operation_wins_) {
        for (const encoding::Member& member : request_.operation())
            out.set(member.key, member.value);
    }
    return out;
}

Refusal read_refusal(std::string text) {
    return {RefusalClass::invalid_client_request, std::move(text), {}, std::nullopt};
}

std::string_view operation_text(const Request& request, std::string_view member) {
    const Value* value = request.operation().find(member);
    return value != nullptr && value->text() != nullptr ? std::string_view(*value->text())
                                                        : std::string_view();
}

namespace {

/// A number in digits, as Python's int() reads it from a text; 0 for everything else.
std::uint64_t number_in(std::string_view text) {
    constexpr std::string_view space = " \t\n\v\f\r";
    text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
    text = text.substr(0, text.find_last_not_of(space) + 1);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

/// txnTime of a transaction; below zero when there is none (genesis, unknown number). `true` is 1,
/// and a text its number: GET_FLAG has no schema that would refuse it.
std::int64_t time_of_txn(const ReadView::Impl& view, Ledger ledger, const Value& seq_no) {
    const std::uint64_t number = seq_no.is_bool()           ? 1
                                 : seq_no.text() != nullptr ? number_in(*seq_no.text())
                                                            : seq_no.unsigned_integer().value_or(0);
    const auto txn = view.txn(ledger, number);
    const auto seen = txn ? view_txn(*txn) : std::nullopt;
    return seen ? seen->time.value_or(-1) : -1;
}

}  // namespace

Result<std::optional<Hash32>, Refusal> asked_root(const ReadView::Impl& view,
                                                  const Request& request, Ledger ledger) {
    const Value* seq_no = request.operation().find("seqNo");
    const Value* timestamp = request.operation().find("timestamp");
    // What is false to Python (0, 0.0, false, "") counts as not given, as it does for the
    // reference.
    const bool by_seq_no = seq_no != nullptr && python_truth(*seq_no);
    const bool by_time = timestamp != nullptr && python_truth(*timestamp);
    if (by_seq_no && by_time) {
        return Failure{read_refusal(
            "seqNo and timestamp are mutually exclusive; only one should be specified")};
    }
    if (!by_seq_no && !by_time) return std::optional<Hash32>(view.state_root(ledger));
    const std::int64_t time = !by_time               ? time_of_txn(view, ledger, *seq_no)
                              : timestamp->is_bool() ? 1
                                                     : timestamp->integer().value_or(-1);
    return view.root_at(ledger, time);
}

Result<Value, Refusal> ReadView::answer(const Request& request) const {
    struct Row {
        std::string_view type;
        ReadResult (*read)(const Impl&, const Request&);
    };

    static constexpr Row rows[] = {{txn_type::get_nym, read_nym},
                                   {txn_type::get_attr, read_attr},
                                   {txn_type::get_schema, read_schema},
                                   {txn_type::get_claim_def, read_claim_def},
                                   {txn_type::get_revoc_reg_def, read_revoc_reg_def},
                                   {txn_type::get_revoc_reg, read_revoc_reg},
                                   {txn_type::get_revoc_reg_delta, read_revoc_reg_delta},
                                   {txn_type::get_taa, read_taa},
                                   {txn_type::get_taa_aml, read_taa_aml},
                                   {txn_type::get_auth_rule, read_auth_rule},
                                   {txn_type::get_frozen_ledgers, read_frozen_ledgers},
                                   {txn_type::get_flag, read_flag},
                                   {txn_type::get_txn, read_txn}};
    for (const Row& row : rows) {
        if (row.type == request.type) return row.read(*impl_, request);
    }
    if (request.type == "300" || request.type == "301")
        return Failure{read_refusal("RichSchema queries are disabled")};
    return Failure{read_refusal("invalid type: " + request.type)};
}

std::optional<Result<Value, Refusal>> ReadView::replay(const Request& request) const {
    const auto payload = hash_from_hex(request.payload_digest);
    if (!payload) return std::nullopt;
    const auto bytes = impl_->snapshot->get(store::Column::index, payload_key(*payload));
    const auto place = bytes ? decode_place(*bytes) : std::nullopt;
    if (!place) return std::nullopt;
    auto txn = impl_->txn(place->ledger, place->seq_no);
    const auto view = txn ? view_txn(*txn) : std::nullopt;
    if (!view) return std::nullopt;
    // The transaction itself holds the digest that it was ordered with.
    const Value* known = view->metadata->find("digest");
    if (known == nullptr || known->text() == nullptr || *known->text() != request.digest) {
        return Result<Value, Refusal>(Failure{
            Refusal{RefusalClass::bare,
                    "Same txn was already ordered with different signatures or pluggable fields",
                    {},
                    std::nullopt}});
    }
    Array path;
    for (const Hash32& hash : impl_->audit_path(place->ledger, place->seq_no, place->seq_no)) {
        path.emplace_back(encoding::base58_encode(hash));
    }
    const auto root = txn_root_at(place->ledger, place->seq_no);
    txn->object()->set("rootHash", root ? Value(encoding::base58_encode(*root)) : Value());
    txn->object()->set("auditPath", std::move(path));
    return Result<Value, Refusal>(std::move(*txn));
}

std::uint64_t ReadView::size(Ledger ledger) const {
    return impl_->log(ledger).size();
}

Hash32 ReadView::txn_root(Ledger ledger) const {
    return impl_->log(ledger).root();
}

Hash32 ReadView::state_root(Ledger ledger) const {
    return impl_->state_root(ledger);
}

std::optional<Hash32> ReadView::txn_root_at(Ledger ledger, std::uint64_t size) const {
    if (size > impl_->log(ledger).size()) return std::nullopt;
    return merkle::root_at(store::StoredMerkleNodes(*impl_->snapshot, static_cast<Byte>(ledger)),
                           size);
}

std::optional<std::vector<Hash32>> ReadView::consistency_proof(Ledger ledger, std::uint64_t first,
                                                               std::uint64_t second) const {
    if (first > second || second > impl_->log(ledger).size()) return std::nullopt;
    return merkle::consistency_proof(
        store::StoredMerkleNodes(*impl_->snapshot, static_cast<Byte>(ledger)), first, second);
}

std::optional<std::vector<Hash32>> ReadView::audit_path(Ledger ledger, std::uint64_t seq_no,
                                                        std::uint64_t size) const {
    if (seq_no == 0 || seq_no > size || size > impl_->log(ledger).size()) return std::nullopt;
    return merkle::audit_path(store::StoredMerkleNodes(*impl_->snapshot, static_cast<Byte>(ledger)),
                              seq_no - 1, size);
}

std::optional<Bytes> ReadView::txn_bytes(Ledger ledger, std::uint64_t seq_no) const {
    return impl_->txn_bytes(ledger, seq_no);
}

std::optional<Value> ReadView::txn(Ledger ledger, std::uint64_t seq_no) const {
    return impl_->txn(ledger, seq_no);
}

std::optional<std::string> ReadView::txn_json(Ledger ledger, std::uint64_t seq_no) const {
    const auto txn = impl_->txn(ledger, seq_no);
    if (!txn) return std::nullopt;
    return encoding::transport_json(*txn);
}

std::optional<Bytes> ReadView::state_value(Ledger ledger, BytesView key) const {
    return impl_->value(impl_->state_root(ledger), key);
}

std::optional<Hash32> ReadView::state_root_at(Ledger ledger, std::int64_t time) const {
    return impl_->root_at(ledger, time);
}

std::optional<trie::ProvedValue> ReadView::proved_value(const Hash32& state_root,
                                                        BytesView key) const {
    auto found = trie::find_proved(impl_->nodes->cached, state_root, key);
    if (!found) return std::nullopt;
    return *std::move(found);
}

std::optional<std::string> ReadView::attribute(const Hash32& hash) const {
    return impl_->attribute(hash);
}

std::map<std::uint64_t, Value> ReadView::pool_links() const {
    std::map<std::uint64_t, Value> links;
    const Bytes from = pool_link_prefix();
    Bytes to = from;
    ++to.back();
    impl_->snapshot->scan(store::Column::index, from, to, [&](BytesView key, BytesView value) {
        const auto size = number_from(key.subspan(from.size()));
        auto signature = encoding::parse_json(text_of(value));
        if (size && signature) links.emplace(*size, *std::move(signature));
        return true;
    });
    return links;
}

void ReadView::for_each_leaf(Ledger ledger,
                             const std::function<void(BytesView, BytesView)>& visit) const {
    trie::Trie(impl_->nodes->stored, impl_->state_root(ledger)).for_each(visit);
}

void ReadView::for_each_node(Ledger ledger,
                             const std::function<void(const Hash32&, BytesView)>& visit) const {
    trie::Trie(impl_->nodes->stored, impl_->state_root(ledger)).for_each_node(visit);
}

void ReadView::for_each_timestamp(
    Ledger ledger, const std::function<void(std::int64_t, const Hash32&)>& visit) const {
    const Bytes from = time_prefix(ledger);
    Bytes to = from;
    ++to.back();
    impl_->snapshot->scan(store::Column::index, from, to, [&](BytesView key, BytesView value) {
        const auto time = number_from(key.subspan(from.size()));
        if (time && value.size() == 32) visit(static_cast<std::int64_t>(*time), hash32_of(value));
        return true;
    });
}

std::optional<Value> ReadView::multi_signature(const Hash32& state_root) const {
    return impl_->multi_signature(state_root);
}

std::optional<std::string> ReadView::verkey(std::string_view did) const {
    const auto value = state_value(Ledger::domain, nym_key(did).view());
    const auto found = value ? identity_of(*value) : std::nullopt;
    if (!found) return std::nullopt;
    return found->verkey.value_or("");
}

std::vector<PoolNode> ReadView::pool_nodes() const {
    std::vector<PoolNode> all, ordered;
    for_each_leaf(Ledger::pool, [&](BytesView key, BytesView value) {
        const auto parsed = encoding::parse_json(text_of(value));
        if (parsed) all.push_back(pool_node_of(string_of(key), *parsed));
    });
    for (const std::string& alias : impl_->heads.registry) {
        for (PoolNode& node : all) {
            if (node.alias == alias) ordered.push_back(std::move(node));
        }
    }
    for (PoolNode& node : all) {
        if (!node.dest.empty()) ordered.push_back(std::move(node));
    }
    return ordered;
}

const store::Snapshot& ReadView::snapshot() const {
    return *impl_->snapshot;
}

struct Reader::Impl {
    Impl(const store::Store& store_in, std::size_t bytes_max)
        : store(store_in), nodes(std::make_shared<SharedNodes>(store_in, bytes_max)) {}

    const store::Store& store;
    std::shared_ptr<SharedNodes> nodes;
    mutable std::mutex mutex;
    std::shared_ptr<const ReadView> view;
};

Reader::Reader(const store::Store& store, std::size_t nodes_max)
    // A node with its bookkeeping takes about 400 octets.
    : impl_(std::make_unique<Impl>(store, nodes_max * 400)) {
    refresh();
}

Reader::~Reader() = default;

std::shared_ptr<const ReadView> Reader::view() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->view;
}

void Reader::refresh() {
    auto made = std::make_shared<ReadView::Impl>();
    made->nodes = impl_->nodes;
    made->snapshot = impl_->store.snapshot();
    const auto bytes = made->snapshot->get(store::Column::meta, heads_key());
    auto heads = bytes ? decode_heads(*bytes) : std::nullopt;
    if (heads) {
        made->heads = std::move(*heads);
    } else {
        made->heads.state_roots.fill(trie::blank_root());
    }
    auto view = std::make_shared<const ReadView>(std::move(made));
    const std::lock_guard lock(impl_->mutex);
    impl_->view = std::move(view);
}

bool put_multi_signature(store::Batch& batch, const Value& multi_signature) {
    const Value* value = multi_signature.find("value");
    const Value* participants = multi_signature.find("participants");
    if (value == nullptr || participants == nullptr || participants->array() == nullptr)
        return false;
    if (multi_signature.text_at("signature").empty()) return false;
    const auto root = encoding::base58_decode32(value->text_at("state_root_hash"));
    if (!root) return false;
    const Object kept{{"signature", *multi_signature.find("signature")},
                      {"participants", *participants},
                      {"value", *value}};
    batch.put(store::Column::index, signature_key(*root), view_of(encoding::compact_json(kept)));
    return true;
}

void put_pool_link(store::Batch& batch, std::uint64_t size, const Value& multi_signature) {
    Bytes key = pool_link_prefix();
    const Bytes number = seq_no_bytes(size);
    key.insert(key.end(), number.begin(), number.end());
    batch.put(store::Column::index, key, view_of(encoding::compact_json(multi_signature)));
}

}  // namespace stadtbuch::ledger
