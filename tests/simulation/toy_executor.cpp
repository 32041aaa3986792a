// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/toy_executor.hpp"

#include <algorithm>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::simulation {

using namespace consensus;
using encoding::Array;
using encoding::Object;
using encoding::Value;

std::string ToyRequest::text() const {
    std::string out = "{\"id\":" + std::to_string(id) +
                      ",\"ledger\":" + std::to_string(static_cast<int>(ledger)) +
                      ",\"amount\":" + std::to_string(amount);
    if (!admit.empty()) out += ",\"admit\":\"" + admit + "\"";
    if (!remove.empty()) out += ",\"remove\":\"" + remove + "\"";
    if (leaves > 0) out += ",\"leaves\":" + std::to_string(leaves);
    return out + "}";
}

ToyRequest ToyRequest::parse(const std::string& text) {
    ToyRequest out;
    const auto value = encoding::parse_json(text);
    if (!value || !value->is_object()) return out;
    if (const auto* id = value->find("id")) out.id = id->unsigned_integer().value_or(0);
    if (const auto* ledger = value->find("ledger"))
        out.ledger = static_cast<LedgerId>(ledger->unsigned_integer().value_or(1) & 3U);
    if (const auto* amount = value->find("amount"))
        out.amount = amount->unsigned_integer().value_or(0);
    out.admit = value->text_at("admit");
    out.remove = value->text_at("remove");
    if (const auto* leaves = value->find("leaves"))
        out.leaves = static_cast<std::size_t>(leaves->unsigned_integer().value_or(0));
    return out;
}

std::string ToyRequest::digest_of(const std::string& text) {
    return encoding::hex_encode(hash::sha256(text));
}

std::string toy_share(const std::string& name, BytesView text) {
    return encoding::hex_encode(hash::sha256({view_of(name), text})).substr(0, 16);
}

std::string toy_multi(const std::vector<std::string>& shares) {
    std::string all;
    for (const std::string& share : shares) all += share;
    return encoding::hex_encode(hash::sha256(all)).substr(0, 16);
}

std::optional<Hash32> ToyExecutor::Log::node(merkle::NodeId id) const {
    const auto it = nodes.find(id);
    return it == nodes.end() ? std::nullopt : std::optional(it->second);
}

ToyExecutor::ToyExecutor(std::vector<std::string> registry) {
    // Genesis: one pool transaction for each validator, as in the real pool ledger.
    for (const std::string& name : registry)
        append_committed(LedgerId::pool, "{\"genesis\":\"" + name + "\"}");
    committed_.registry = std::move(registry);
}

ToyExecutor::ToyExecutor(const ToyExecutor& other, const Sizes& sizes,
                         std::vector<std::string> genesis)
    : ToyExecutor(std::move(genesis)) {
    for (const LedgerId ledger :
         {LedgerId::pool, LedgerId::domain, LedgerId::config, LedgerId::audit}) {
        const auto& txns = other.logs_[index(ledger)].txns;
        const std::size_t have = logs_[index(ledger)].txns.size();
        const auto from = txns.begin() + static_cast<std::ptrdiff_t>(have);
        const auto to = txns.begin() + static_cast<std::ptrdiff_t>(sizes[index(ledger)]);
        if (from < to && !append_caught_up(ledger, {from, to}))
            fault_ = "own ledger cannot be replayed";
    }
}

std::string ToyExecutor::register_request(const std::string& text) {
    std::string digest = ToyRequest::digest_of(text);
    requests_[digest] = text;
    return digest;
}

void ToyExecutor::forget(const std::string& digest) {
    requests_.erase(digest);
}

ToyExecutor::Sizes ToyExecutor::sizes() const {
    Sizes out{};
    for (std::size_t i = 0; i < 4; ++i) out[i] = logs_[i].txns.size();
    return out;
}

Hash32 ToyExecutor::state_root(const Head& head, LedgerId ledger) {
    std::string text =
        std::to_string(index(ledger)) + ":" + std::to_string(head.ledgers[index(ledger)].sum);
    if (ledger == LedgerId::pool) {
        for (const std::string& name : head.registry) text += "," + name;
    }
    return hash::sha256(text);
}

void ToyExecutor::execute(Head& head, LedgerId ledger, const std::string& text) {
    const ToyRequest request = ToyRequest::parse(text);
    head.ledgers[index(ledger)].sum += request.amount;
    auto& registry = head.registry;
    if (!request.remove.empty() && registry.size() > request.leaves)
        registry.erase(std::remove(registry.begin(), registry.end(), request.remove),
                       registry.end());
    if (!request.admit.empty() &&
        std::find(registry.begin(), registry.end(), request.admit) == registry.end()) {
        registry.push_back(request.admit);
    }
}

Applied ToyExecutor::apply(const ApplyInput& input) {
    Applied out;
    if (!stack_.empty() && !stack_.back().sealed) fault_ = "apply on an unsealed batch";
    Batch batch;
    batch.before = top();
    batch.ledger = input.ledger;
    Head head = top();
    std::set<std::string> seen;
    for (const RequestDigest& digest : input.digests) {
        const bool ordered = committed_digests_.count(digest) != 0 ||
                             uncommitted_digests_.count(digest) != 0 || !seen.insert(digest).second;
        if (ordered && input.skip_already_ordered) continue;
        if (ordered) return {Applied::Problem::already_ordered, digest, {}, {}, {}, {}};
        const auto request = requests_.find(digest);
        if (request == requests_.end())
            return {Applied::Problem::unknown_request, digest, {}, {}, {}, {}};
        const ToyRequest parsed = ToyRequest::parse(request->second);
        if (parsed.ledger != input.ledger)
            return {Applied::Problem::wrong_ledger, digest, {}, {}, {}, {}};
        out.digests.push_back(digest);
        const std::uint64_t sum = head.ledgers[index(input.ledger)].sum + parsed.amount;
        if (sum % 7 == 0) {
            out.discarded.push_back(static_cast<std::uint32_t>(out.digests.size() - 1));
            continue;
        }
        std::vector<merkle::Node> created;
        head.ledgers[index(input.ledger)].log.append(hash::leaf_hash(view_of(request->second)),
                                                     created);
        execute(head, input.ledger, request->second);
        batch.txns.emplace_back(digest, request->second);
    }
    for (const auto& [digest, text] : batch.txns) uncommitted_digests_.insert(digest);
    stack_.push_back(std::move(batch));
    head_ = std::move(head);
    out.roots = {head_.ledgers[index(input.ledger)].log.root(), state_root(head_, input.ledger)};
    out.node_registry = head_.registry;
    return out;
}

Sealed ToyExecutor::seal(const SealInput& input) {
    Sealed out;
    if (stack_.empty() || stack_.back().sealed) {
        fault_ = "seal without a batch";
        return out;
    }
    Array primaries;
    for (const auto& name : input.primaries) primaries.emplace_back(name);
    Array registry;
    for (const auto& name : head_.registry) registry.emplace_back(name);
    Array sizes;
    Array roots;
    for (const LedgerId ledger : {LedgerId::pool, LedgerId::domain, LedgerId::config}) {
        sizes.emplace_back(head_.ledgers[index(ledger)].log.size());
        roots.emplace_back(encoding::base58_encode(head_.ledgers[index(ledger)].log.root()));
    }
    Batch& batch = stack_.back();
    batch.audit_text = encoding::compact_json(
        Object{{"view", input.original_view_no},
               {"seq", input.pp_seq_no},
               {"time", input.pp_time},
               {"ledger", static_cast<int>(input.ledger)},
               {"digest", input.batch_digest},
               {"primaries", primaries},
               {"registry", registry},
               {"sizes", sizes},
               {"roots", roots},
               {"state", encoding::base58_encode(state_root(head_, input.ledger))}});
    std::vector<merkle::Node> created;
    head_.ledgers[3].log.append(hash::leaf_hash(view_of(batch.audit_text)), created);
    batch.sealed = true;
    out.audit_root = head_.ledgers[3].log.root();
    out.signed_ledgers[input.ledger] = {head_.ledgers[index(input.ledger)].log.root(),
                                        state_root(head_, input.ledger)};
    return out;
}

void ToyExecutor::revert_last() {
    if (stack_.empty()) {
        fault_ = "revert without a batch";
        return;
    }
    for (const auto& [digest, text] : stack_.back().txns) uncommitted_digests_.erase(digest);
    head_ = std::move(stack_.back().before);
    stack_.pop_back();
}

void ToyExecutor::commit_oldest() {
    if (stack_.empty() || !stack_.front().sealed) {
        fault_ = "commit of an unsealed batch";
        return;
    }
    const Batch batch = std::move(stack_.front());
    stack_.erase(stack_.begin());
    for (const auto& [digest, text] : batch.txns) {
        uncommitted_digests_.erase(digest);
        if (committed_digests_.count(digest) != 0) fault_ = "request executed twice: " + text;
        append_committed(batch.ledger, text);
    }
    append_committed(LedgerId::audit, batch.audit_text);
}

void ToyExecutor::append_committed(LedgerId ledger, const std::string& text) {
    Log& log = logs_[index(ledger)];
    std::vector<merkle::Node> created;
    committed_.ledgers[index(ledger)].log.append(hash::leaf_hash(view_of(text)), created);
    for (const merkle::Node& node : created) log.nodes[node.id] = node.hash;
    log.txns.push_back(text);
    if (ledger == LedgerId::audit || text.rfind("{\"genesis\"", 0) == 0) return;
    committed_digests_.insert(ToyRequest::digest_of(text));
    execute(committed_, ledger, text);
}

Hash32 ToyExecutor::uncommitted_state_root(LedgerId ledger) const {
    return state_root(top(), ledger);
}

Hash32 ToyExecutor::committed_txn_root(LedgerId ledger) const {
    return committed_.ledgers[index(ledger)].log.root();
}

std::uint64_t ToyExecutor::committed_size(LedgerId ledger) const {
    return logs_[index(ledger)].txns.size();
}

std::optional<std::string> ToyExecutor::bls_key(const NodeName& node, const Hash32&) const {
    return key_of_ ? std::optional(key_of_(node)) : std::nullopt;
}

bool ToyExecutor::is_ordered(const RequestDigest& digest) const {
    return committed_digests_.count(digest) != 0;
}

std::optional<AuditRecord> ToyExecutor::record_at(std::uint64_t seq_no) const {
    const auto& txns = logs_[3].txns;
    if (seq_no == 0 || seq_no > txns.size()) return std::nullopt;
    const auto value = encoding::parse_json(txns[static_cast<std::size_t>(seq_no - 1)]);
    if (!value) return std::nullopt;
    AuditRecord out;
    out.seq_no = seq_no;
    out.view_no = *value->find("view")->unsigned_integer();
    out.pp_seq_no = *value->find("seq")->unsigned_integer();
    out.pp_time = *value->find("time")->integer();
    out.ledger = static_cast<LedgerId>(*value->find("ledger")->unsigned_integer());
    out.batch_digest = value->text_at("digest");
    out.audit_root = *txn_root_at(LedgerId::audit, seq_no);
    for (const Value& name : *value->find("primaries")->array())
        out.primaries.push_back(*name.text());
    for (const Value& name : *value->find("registry")->array())
        out.node_registry.push_back(*name.text());
    std::uint8_t ledger = 0;
    for (const Value& size : *value->find("sizes")->array()) {
        const auto id = static_cast<LedgerId>(ledger);
        out.ledger_sizes[id] = *size.unsigned_integer();
        out.ledger_roots[id] =
            *encoding::base58_decode32(*(*value->find("roots")->array())[ledger].text());
        ++ledger;
    }
    out.signed_ledgers[out.ledger] = {out.ledger_roots[out.ledger],
                                      *encoding::base58_decode32(value->text_at("state"))};
    return out;
}

std::vector<AuditRecord> ToyExecutor::last_audit_records(std::size_t count) const {
    std::vector<AuditRecord> out;
    for (std::uint64_t seq = logs_[3].txns.size(); seq > 0 && out.size() < count; --seq)
        out.push_back(*record_at(seq));
    return out;
}

std::optional<AuditRecord> ToyExecutor::audit_record(PpSeqNo pp_seq_no) const {
    return record_at(pp_seq_no);  // one audit transaction for each batch from the first one on
}

std::optional<std::string> ToyExecutor::txn_json(LedgerId ledger, std::uint64_t seq_no) const {
    const auto& txns = logs_[index(ledger)].txns;
    if (seq_no == 0 || seq_no > txns.size()) return std::nullopt;
    return txns[static_cast<std::size_t>(seq_no - 1)];
}

std::optional<std::vector<Hash32>> ToyExecutor::consistency_proof(LedgerId ledger,
                                                                  std::uint64_t first,
                                                                  std::uint64_t second) const {
    return merkle::consistency_proof(logs_[index(ledger)], first, second);
}

std::optional<Hash32> ToyExecutor::txn_root_at(LedgerId ledger, std::uint64_t size) const {
    return merkle::root_at(logs_[index(ledger)], size);
}

merkle::Frontier ToyExecutor::committed_frontier(LedgerId ledger) const {
    return committed_.ledgers[index(ledger)].log;
}

std::optional<Hash32> ToyExecutor::leaf_hash_of(LedgerId, const std::string& txn_json) const {
    return hash::leaf_hash(view_of(txn_json));
}

bool ToyExecutor::append_caught_up(LedgerId ledger, const std::vector<std::string>& txns_json) {
    if (!stack_.empty()) fault_ = "catch-up on top of uncommitted batches";
    for (const std::string& text : txns_json) {
        if (ledger != LedgerId::audit &&
            committed_digests_.count(ToyRequest::digest_of(text)) != 0) {
            fault_ = "catch-up executes twice: " + text;
        }
        append_committed(ledger, text);
    }
    return true;
}

}  // namespace stadtbuch::simulation
