// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/client/pool_refresh.hpp"

#include <algorithm>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::client {

using encoding::Object;
using encoding::Value;

namespace {

/// More than any pool will ever have; keeps a lying node from naming a size that we would try to
/// fetch.
constexpr std::uint64_t pool_txns_max = 100'000;

std::optional<std::uint64_t> number_at(const Value& message, std::string_view key) {
    const Value* value = message.find(key);
    return value ? value->unsigned_integer() : std::nullopt;
}

std::optional<std::vector<Hash32>> hashes_of(const Value& list) {
    constexpr std::size_t proof_max = 64;
    if (!list.is_array() || list.array()->size() > proof_max) return std::nullopt;
    std::vector<Hash32> hashes;
    for (const Value& one : *list.array()) {
        const auto hash = one.is_text() ? encoding::base58_decode32(*one.text()) : std::nullopt;
        if (!hash) return std::nullopt;
        hashes.push_back(*hash);
    }
    return hashes;
}

bool is_about_pool(const Value& message) {
    const auto id = number_at(message, "ledgerId");
    return id && *id == 0;
}

}  // namespace

PoolRefresh::PoolRefresh(PoolLedger ledger) : ledger_(std::move(ledger)) {}

RefreshStep PoolRefresh::start() {
    const Value status(Object{{"op", Value("LEDGER_STATUS")},
                              {"txnSeqNo", Value(ledger_.size())},
                              {"merkleRoot", Value(encoding::base58_encode(ledger_.root()))},
                              {"ledgerId", Value(0)},
                              {"ppSeqNo", Value()},
                              {"viewNo", Value()},
                              {"protocolVersion", Value(2)}});
    RefreshStep step;
    const std::string text = encoding::compact_json(status);
    for (const Verifier& verifier : ledger_.verifiers())
        step.send.push_back({verifier.alias, text});
    return step;
}

RefreshStep PoolRefresh::on_message(const std::string& alias, const Value& message) {
    if (is_done_ || !is_about_pool(message)) return {};
    const std::string_view op = message.text_at("op");
    if (op == "CATCHUP_REP") return on_catchup_rep(alias, message);
    if (target_) return {};
    if (op == "LEDGER_STATUS") {
        const auto size = number_at(message, "txnSeqNo");
        if (!size) return {};
        return on_status(
            alias, {*size, std::string(message.text_at("merkleRoot")), Value(encoding::Array{})});
    }
    if (op == "CONSISTENCY_PROOF") {
        const auto size = number_at(message, "seqNoEnd");
        const Value* hashes = message.find("hashes");
        if (!size || !hashes) return {};
        return on_status(alias, {*size, std::string(message.text_at("newMerkleRoot")), *hashes});
    }
    return {};
}

RefreshStep PoolRefresh::on_status(const std::string& alias, Target target) {
    if (!heard_.insert(alias).second) return {};
    auto group = std::find_if(groups_.begin(), groups_.end(),
                              [&](const Group& one) { return one.target == target; });
    if (group == groups_.end()) {
        groups_.push_back({std::move(target), {}});
        group = groups_.end() - 1;
    }
    group->nodes.push_back(alias);
    if (group->nodes.size() > ledger_.f()) return on_target(*group);
    if (heard_.size() < ledger_.n()) return {};
    return fail(PoolErrorKind::verification_failed, "The nodes name different pool ledgers.");
}

RefreshStep PoolRefresh::on_target(const Group& group) {
    const Target target = group.target;
    const auto root = encoding::base58_decode32(target.root);
    const auto hashes = hashes_of(target.hashes);
    if (!root || !hashes || target.size > pool_txns_max) {
        return fail(PoolErrorKind::verification_failed,
                    "The nodes' answers about the pool ledger make no sense.");
    }
    if (target.size < ledger_.size()) {
        return fail(PoolErrorKind::verification_failed,
                    "The nodes have a shorter pool ledger than this client.");
    }
    if (target.size == ledger_.size()) {
        if (*root == ledger_.root()) return finish();
        return fail(
            PoolErrorKind::verification_failed,
            "The nodes' pool ledger has another root: the genesis file belongs to another pool.");
    }
    if (!merkle::verify_consistency(ledger_.size(), ledger_.root(), target.size, *root, *hashes)) {
        return fail(PoolErrorKind::verification_failed,
                    "The nodes' pool ledger does not continue this one: the genesis file belongs "
                    "to another pool.");
    }
    target_ = target;
    sources_ = group.nodes;
    for (const Verifier& verifier : ledger_.verifiers()) {
        if (std::find(sources_.begin(), sources_.end(), verifier.alias) == sources_.end()) {
            sources_.push_back(verifier.alias);
        }
    }
    return fetch_from_next();
}

RefreshStep PoolRefresh::fetch_from_next() {
    if (next_source_ == sources_.size()) {
        return fail(PoolErrorKind::timeout,
                    "No node handed out the transactions of the pool ledger.");
    }
    asked_ = sources_[next_source_++];
    const Value request(Object{{"op", Value("CATCHUP_REQ")},
                               {"ledgerId", Value(0)},
                               {"seqNoStart", Value(ledger_.size() + 1)},
                               {"seqNoEnd", Value(target_->size)},
                               {"catchupTill", Value(target_->size)}});
    RefreshStep step;
    step.send.push_back({asked_, encoding::compact_json(request)});
    step.restart_timer = true;
    return step;
}

RefreshStep PoolRefresh::on_catchup_rep(const std::string& alias, const Value& message) {
    if (!target_ || alias != asked_) return {};
    const Value* txns = message.find("txns");
    std::vector<Value> list;
    for (std::uint64_t seq_no = ledger_.size() + 1; txns && seq_no <= target_->size; ++seq_no) {
        const Value* txn = txns->find(std::to_string(seq_no));
        if (!txn || !txn->is_object()) return fetch_from_next();
        list.push_back(*txn);
    }
    if (!ledger_.append(list, *encoding::base58_decode32(target_->root))) return fetch_from_next();
    return finish();
}

RefreshStep PoolRefresh::on_timeout() {
    if (is_done_) return {};
    if (target_) return fetch_from_next();
    return fail(PoolErrorKind::timeout, std::to_string(heard_.size()) + " of " +
                                            std::to_string(ledger_.n()) + " nodes answered, " +
                                            std::to_string(ledger_.f() + 1) +
                                            " equal answers are needed.");
}

RefreshStep PoolRefresh::fail(PoolErrorKind kind, std::string what) {
    is_done_ = true;
    PoolError error;
    error.kind = kind;
    error.error = Error{kind == PoolErrorKind::timeout ? "SB-3011" : "SB-3013", std::move(what),
                        "pool ledger", "Check the genesis file and the connection to the nodes."};
    for (const Group& group : groups_) {
        for (const std::string& node : group.nodes) {
            error.nodes.push_back({node, std::to_string(group.target.size) +
                                             " transactions, root " + group.target.root});
        }
    }
    RefreshStep step;
    step.outcome = Failure{std::move(error)};
    return step;
}

RefreshStep PoolRefresh::finish() {
    is_done_ = true;
    RefreshStep step;
    step.outcome = ledger_;
    return step;
}

}  // namespace stadtbuch::client
