// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/proof_fetcher.hpp"

#include <algorithm>

#include "node/log.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Object;
using encoding::Value;
using ledger::Ledger;

constexpr std::int64_t interval_ms = 500;
/// Clients refuse proofs older than 300 s (indy-client-protocol §8); half of it leaves room for
/// delays.
constexpr std::int64_t renew_after_seconds = 60;
constexpr std::int64_t patience_ms = 4000;
constexpr std::int64_t look_again_ms = 20;
/// Of the past, in one turn: an observer that starts late has as many to ask for as members were
/// changed.
constexpr std::size_t steps_at_once = 4;
/// How far a step may lead at most: what lies beyond is reached from there.
constexpr std::uint64_t step_length_max = 64;

/// Keys of the validators as the observer's own pool state has them.
bool is_signed_by_members(const Value& proof, const std::vector<ledger::PoolNode>& nodes) {
    ledger::SignerKeys keys;
    std::size_t n = 0;
    for (const ledger::PoolNode& node : nodes) {
        if (!node.is_validator() || !node.bls_key) continue;
        ++n;
        if (const auto key = bls::VerKey::from_base58(*node.bls_key))
            keys.emplace(node.alias, *key);
    }
    const std::size_t f = n < 4 ? 0 : (n - 1) / 3;
    return n > 0 && !ledger::multi_signature_fault(proof, keys, n - f);
}

std::vector<Value> pool_txns(const ledger::ReadView& view, std::uint64_t first,
                             std::uint64_t last) {
    std::vector<Value> txns;
    for (std::uint64_t i = first; i <= last; ++i) {
        const auto bytes = view.txn_bytes(Ledger::pool, i);
        auto txn = bytes ? encoding::msgpack_decode(*bytes)
                         : Result<Value, encoding::MsgpackError>(Value());
        if (!txn || !txn->is_object()) return {};
        txns.push_back(*std::move(txn));
    }
    return txns;
}

/// The size of the pool ledger that a signature's root belongs to, beyond `known`; the newest
/// first.
std::optional<std::uint64_t> pool_size_of(const ledger::ReadView& view, const Value& value,
                                          std::uint64_t known) {
    for (std::uint64_t size = view.size(Ledger::pool); size > known; --size) {
        const auto root = view.txn_root_at(Ledger::pool, size);
        if (root && encoding::base58_encode(*root) == value.text_at("txn_root_hash")) return size;
    }
    return std::nullopt;
}

}  // namespace

ProofFetcher::ProofFetcher(net::EventLoop& loop, net::ThreadPool& workers, ledger::Reader& reader,
                           ValidatorLinks& links, ConsensusDriver& driver,
                           const ledger::Genesis& genesis)
    : loop_(loop), workers_(workers), reader_(reader), links_(links), driver_(driver) {
    const auto view = reader_.view();
    chain_ = ledger::PoolChain::from_genesis(pool_txns(*view, 1, genesis.pool.size()));
    for (const auto& [size, signature] : view->pool_links()) {
        if (!chain_ || size <= chain_->size()) continue;
        if (const auto fault =
                chain_->extend(pool_txns(*view, chain_->size() + 1, size), signature)) {
            log(LogLevel::warn, "a stored proof of the pool's members does not hold",
                {{"reason", std::string(to_text(*fault))}});
            break;
        }
    }
    loop_.every(interval_ms, [this] { check_all(); });
}

bool ProofFetcher::is_wanted(const ledger::ReadView& view, Ledger ledger) const {
    const auto proof = view.multi_signature(view.state_root(ledger));
    const Value* value = proof ? proof->find("value") : nullptr;
    const Value* time = value != nullptr ? value->find("timestamp") : nullptr;
    return time == nullptr ||
           net::unix_seconds() - time->integer().value_or(0) > renew_after_seconds;
}

void ProofFetcher::check_all() {
    const auto view = reader_.view();
    std::uint64_t known = 0;
    {
        const std::lock_guard lock(chain_guard_);
        known = chain_ ? chain_->size() : view->size(Ledger::pool);
    }
    const bool chain_lags = known < view->size(Ledger::pool);
    if (chain_lags) ask_for_steps(*view, known);
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config}) {
        if ((ledger == Ledger::pool && chain_lags) || is_wanted(*view, ledger))
            ask(ledger, view->size(ledger));
    }
}

/// The newest signature may be by members of whom those of the genesis know too few. Whoever
/// counted between two changes signed the domain states of then, and each of these signatures names
/// the members. Validators of ours that were there also keep those of the pool's own states; with
/// them a step is one batch, however little was written between.
void ProofFetcher::ask_for_steps(const ledger::ReadView& view, std::uint64_t known) {
    const std::uint64_t last = std::min(view.size(Ledger::pool) - 1, known + step_length_max);
    for (std::size_t i = 0; i < steps_at_once && known < last; ++i) {
        step_ = step_ <= known || step_ >= last ? known + 1 : step_ + 1;
        const auto txns = pool_txns(view, step_ + 1, step_ + 1);
        const auto next = txns.empty() ? std::nullopt : ledger::view_txn(txns.front());
        ask_pool_then(step_);
        if (!next || !next->time) continue;
        // Moments are seconds: what was written in that of the change may have come before it.
        for (const std::int64_t moment : {*next->time - 1, *next->time}) {
            if (const auto root = view.state_root_at(Ledger::domain, moment))
                ask_at(moment, {Ledger::domain, *root, std::nullopt});
        }
    }
}

void ProofFetcher::ask(Ledger ledger, std::uint64_t size) {
    Object operation;
    if (ledger == Ledger::config) {
        // The config ledger may be empty and yet signed (freshness); any read of its state carries
        // the signature.
        operation.set("type", std::string(ledger::txn_type::get_taa));
    } else {
        operation.set("type", std::string(ledger::txn_type::get_txn));
        operation.set("ledgerId", ledger::number_of(ledger));
        operation.set("data", size);
    }
    send(std::move(operation), {ledger, reader_.view()->state_root(ledger), std::nullopt});
}

void ProofFetcher::ask_at(std::int64_t time, const Wanted& wanted) {
    Object operation;
    operation.set("type", std::string(ledger::txn_type::get_nym));
    operation.set("dest",
                  "V4SGRU86Z58d6TV7PBUe6f");  // any DID: its proof carries the state's signature
    operation.set("timestamp", time);
    send(std::move(operation), wanted);
}

void ProofFetcher::ask_pool_then(std::uint64_t size) {
    Object operation;
    operation.set("type", std::string(ledger::txn_type::get_txn));
    operation.set("ledgerId", ledger::number_of(Ledger::pool));
    operation.set("data", size);
    operation.set("signedThen", true);
    send(std::move(operation), {Ledger::pool, std::nullopt, std::nullopt});
}

void ProofFetcher::send(Object operation, const Wanted& wanted) {
    const auto peers = links_.connected();
    if (peers.empty()) return;
    const std::uint64_t req_id = next_req_id_++;
    Object request;
    request.set("identifier", "LibindyDid111111111111");
    request.set("operation", std::move(operation));
    request.set("protocolVersion", 2);
    request.set("reqId", req_id);
    links_.ask(
        peers[turn_++ % peers.size()], req_id, encoding::compact_json(request),
        [this, wanted](const std::string&, const Value& result) { on_proof(wanted, result); });
}

void ProofFetcher::on_proof(const Wanted& wanted, const Value& result) {
    const Value* state_proof = result.find("state_proof");
    const Value* proof = state_proof != nullptr ? state_proof->find("multi_signature") : nullptr;
    const Value* value = proof != nullptr ? proof->find("value") : nullptr;
    if (value == nullptr) return;
    // Only a signature over a state that this observer has itself computed is of use.
    if (wanted.state_root &&
        value->text_at("state_root_hash") != encoding::base58_encode(*wanted.state_root))
        return;
    const Value* id = value->find("ledger_id");
    if (id == nullptr || id->integer() != ledger::number_of(wanted.ledger)) return;
    (void)workers_.submit([this, proof = *proof] { check_and_store(*reader_.view(), proof); });
}

void ProofFetcher::check_and_store(const ledger::ReadView& view, const Value& proof) {
    WriteJob job;
    {
        const std::lock_guard lock(chain_guard_);
        // The chain knows the members of each time; while it does not reach the present, the
        // present state must do.
        const bool extended = extend_chain(view, proof);
        const bool vouched = extended || (chain_ && !chain_->fault_of(proof));
        if (!vouched && !is_signed_by_members(proof, view.pool_nodes())) return;
        if (extended) ledger::put_pool_link(job.batch, chain_->size(), proof);
    }
    if (!ledger::put_multi_signature(job.batch, proof)) return;
    job.changes_reads = true;
    driver_.push_write(std::move(job));
}

bool ProofFetcher::extend_chain(const ledger::ReadView& view, const Value& proof) {
    const Value* value = proof.find("value");
    const Value* id = value->find("ledger_id");
    if (!chain_ || id == nullptr || chain_->size() >= view.size(Ledger::pool)) return false;
    if (id->integer() == ledger::number_of(Ledger::pool)) {
        const auto size = pool_size_of(view, *value, chain_->size());
        return size && !chain_->extend(pool_txns(view, chain_->size() + 1, *size), proof);
    }
    const std::uint64_t last = std::min(view.size(Ledger::pool), chain_->size() + step_length_max);
    auto txns = pool_txns(view, chain_->size() + 1, last);
    txns.resize(chain_->reach(txns, proof));
    return !txns.empty() && !chain_->extend(txns, proof);
}

void ProofFetcher::fetch(Ledger ledger, std::optional<std::int64_t> time,
                         std::function<void()> done) {
    const auto view = reader_.view();
    const auto root = time ? view->state_root_at(ledger, *time) : view->state_root(ledger);
    if (!root) return done();
    Wanted wanted{ledger, *root, std::nullopt};
    if (time) {
        ask_at(*time, wanted);
    } else {
        wanted.txn_root = view->txn_root(ledger);
        ask(ledger, view->size(ledger));
    }
    wait(wanted, loop_.now_ms() + patience_ms, std::move(done));
}

void ProofFetcher::wait(const Wanted& wanted, std::int64_t until_ms, std::function<void()> done) {
    const auto view = reader_.view();
    const auto proof = view->multi_signature(*wanted.state_root);
    const Value* value = proof ? proof->find("value") : nullptr;
    const bool is_here =
        value != nullptr && (!wanted.txn_root || value->text_at("txn_root_hash") ==
                                                     encoding::base58_encode(*wanted.txn_root));
    // A ledger that grew meanwhile has another newest state; whoever asked looks again.
    const bool is_past = wanted.txn_root && view->txn_root(wanted.ledger) != *wanted.txn_root;
    if (is_here || is_past || loop_.now_ms() >= until_ms) return done();
    loop_.after(look_again_ms,
                [this, wanted, until_ms, done = std::move(done)] { wait(wanted, until_ms, done); });
}

}  // namespace stadtbuch::node
