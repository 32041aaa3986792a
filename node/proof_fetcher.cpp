// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/proof_fetcher.hpp"

#include <set>

#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::int64_t interval_ms = 500;
/// Clients refuse proofs older than 300 s (indy-client-protocol §8); half of it leaves room for delays.
constexpr std::int64_t renew_after_seconds = 60;

/// True when at least n-f distinct validators of the pool signed exactly this value.
bool is_signed_by_quorum(const encoding::Value& proof, const std::vector<ledger::PoolNode>& nodes) {
    const encoding::Value* participants = proof.find("participants");
    const encoding::Value* value = proof.find("value");
    const auto signature = bls::Signature::from_base58(proof.text_at("signature"));
    if (participants == nullptr || !participants->is_array() || value == nullptr || !signature) return false;
    std::map<std::string, std::string> keys;
    for (const ledger::PoolNode& node : nodes) {
        if (node.is_validator() && node.bls_key) keys.emplace(node.alias, *node.bls_key);
    }
    const std::size_t n = keys.size();
    const std::size_t f = n < 4 ? 0 : (n - 1) / 3;
    std::set<std::string> names;
    std::vector<bls::VerKey> signers;
    for (const encoding::Value& each : *participants->array()) {
        const std::string* name = each.text();
        const auto known = name == nullptr ? keys.end() : keys.find(*name);
        if (known == keys.end() || !names.insert(*name).second) return false;
        const auto key = bls::VerKey::from_base58(known->second);
        if (!key) return false;
        signers.push_back(*key);
    }
    return names.size() >= n - f && bls::verify_multi(*signature, encoding::msgpack_encode(*value), signers);
}

}  // namespace

ProofFetcher::ProofFetcher(net::EventLoop& loop, net::ThreadPool& workers, ledger::Reader& reader, ValidatorLinks& links,
                           ConsensusDriver& driver)
    : loop_(loop), workers_(workers), reader_(reader), links_(links), driver_(driver) {
    loop_.every(interval_ms, [this] { check_all(); });
}

bool ProofFetcher::is_wanted(const ledger::ReadView& view, ledger::Ledger ledger) const {
    const auto proof = view.multi_signature(view.state_root(ledger));
    const encoding::Value* value = proof ? proof->find("value") : nullptr;
    const encoding::Value* time = value != nullptr ? value->find("timestamp") : nullptr;
    return time == nullptr || net::unix_seconds() - time->integer().value_or(0) > renew_after_seconds;
}

void ProofFetcher::check_all() {
    const auto view = reader_.view();
    for (const ledger::Ledger ledger : {ledger::Ledger::pool, ledger::Ledger::domain, ledger::Ledger::config}) {
        if (is_wanted(*view, ledger)) ask(ledger, view->size(ledger));
    }
}

void ProofFetcher::ask(ledger::Ledger ledger, std::uint64_t size) {
    const auto peers = links_.connected();
    if (peers.empty()) return;
    const std::uint64_t req_id = next_req_id_++;
    encoding::Object operation;
    if (ledger == ledger::Ledger::config) {
        // The config ledger may be empty and yet signed (freshness); any read of its state carries the signature.
        operation.set("type", std::string(ledger::txn_type::get_taa));
    } else {
        operation.set("type", std::string(ledger::txn_type::get_txn));
        operation.set("ledgerId", ledger::number_of(ledger));
        operation.set("data", size);
    }
    encoding::Object request;
    request.set("identifier", "LibindyDid111111111111");
    request.set("operation", std::move(operation));
    request.set("protocolVersion", 2);
    request.set("reqId", req_id);
    links_.ask(peers[turn_++ % peers.size()], req_id, encoding::compact_json(request),
               [this, ledger](const std::string&, const encoding::Value& result) { on_proof(ledger, result); });
}

void ProofFetcher::on_proof(ledger::Ledger ledger, const encoding::Value& result) {
    const encoding::Value* state_proof = result.find("state_proof");
    const encoding::Value* proof = state_proof != nullptr ? state_proof->find("multi_signature") : nullptr;
    const encoding::Value* value = proof != nullptr ? proof->find("value") : nullptr;
    if (value == nullptr) return;
    const auto view = reader_.view();
    // Only a signature over the state that this observer has itself computed is of use.
    if (value->text_at("state_root_hash") != encoding::base58_encode(view->state_root(ledger))) return;
    const encoding::Value* id = value->find("ledger_id");
    if (id == nullptr || id->integer() != ledger::number_of(ledger)) return;
    (void)workers_.submit([this, view, proof = *proof] {
        if (!is_signed_by_quorum(proof, view->pool_nodes())) return;
        WriteJob job;
        if (!ledger::put_multi_signature(job.batch, proof)) return;
        job.changes_reads = true;
        driver_.push_write(std::move(job));
    });
}

}  // namespace stadtbuch::node
