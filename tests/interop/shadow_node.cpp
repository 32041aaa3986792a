// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/interop/shadow_node.hpp"

#include <cmath>

#include "storage/encoding/json.hpp"
#include "tests/interop/recording.hpp"

namespace stadtbuch::interop {

namespace {

std::vector<std::string> genesis_names(const ledger::Genesis& genesis) {
    std::vector<std::string> names;
    for (const encoding::Value& line : genesis.pool) {
        const encoding::Value* txn = line.find("txn");
        const encoding::Value* data = txn != nullptr ? txn->find("data") : nullptr;
        const encoding::Value* node = data != nullptr ? data->find("data") : nullptr;
        if (node == nullptr) continue;
        const auto entry = ledger::pool_node_of(std::string(data->text_at("dest")), *node);
        if (entry.is_validator()) names.push_back(entry.alias);
    }
    return names;
}

}  // namespace

ShadowNode::ShadowNode(std::string name, ledger::Genesis genesis, double epoch,
                       std::optional<bls::SecretKey> key)
    : name_(std::move(name)),
      genesis_(std::move(genesis)),
      epoch_(epoch),
      key_(std::move(key)),
      store_(store::make_memory_store()) {}

void ShadowNode::start(double time) {
    stop();
    auto opened = ledger::Execution::open(*store_, genesis_);
    if (!opened) throw ReplayFailed(opened.error().where + ": " + opened.error().what);
    execution_ = *std::move(opened);
    executor_ = std::make_unique<node::LedgerExecutor>(*execution_);
    consensus::Setup setup;
    setup.self = name_;
    setup.genesis_registry = genesis_names(genesis_);
    setup.has_bls_key = key_.has_value();
    setup.cuts_on_command = true;
    for (const auto& [key, value] : votes_) setup.restored.votes.push_back({key, value});
    for (const std::string& text : consensus::requests_in(setup.restored.votes)) {
        consensus::messages::Propagate propagate{text, std::nullopt, {}, {}};
        if (!take_request(propagate)) continue;
        setup.restored.requests.push_back({propagate.digest, propagate.ledger, text, std::nullopt});
    }
    replica_ = std::make_unique<consensus::Replica>(std::move(setup), *executor_);
    wake_at_.reset();
    step(time, consensus::Started{});
}

void ShadowNode::stop() {
    replica_.reset();
    executor_.reset();
    execution_.reset();
    inner_.clear();
    known_requests_.clear();
}

consensus::Instant ShadowNode::instant(double time) const {
    return {static_cast<consensus::Tick>(std::llround((time - epoch_) * 1000)) + 1000,
            static_cast<consensus::UnixSeconds>(std::floor(time))};
}

void ShadowNode::advance(double time) {
    if (!is_running()) return;
    const consensus::Tick until = instant(time).tick;
    while (wake_at_ && *wake_at_ <= until) {
        const double due = epoch_ + static_cast<double>(*wake_at_ - 1000) / 1000.0;
        step(due, consensus::TimePassed{});
    }
}

bool ShadowNode::take_request(consensus::messages::Propagate& propagate) {
    auto parsed = encoding::parse_json(propagate.request);
    if (!parsed || !parsed->is_object()) return false;
    auto request = ledger::parse_request(*std::move(parsed));
    if (!request || request->kind != ledger::RequestKind::write) return false;
    const auto ledger = ledger::ledger_of_type(request->type);
    if (!ledger) return false;
    propagate.digest = request->digest;
    propagate.ledger = node::ledger_id_of(*ledger);
    known_requests_.insert(propagate.digest);
    executor_->register_request(std::make_shared<const ledger::Request>(*std::move(request)));
    return true;
}

void ShadowNode::deliver(double time, const std::string& from,
                         consensus::messages::Message message) {
    if (!is_running()) return;
    if (auto* propagate = consensus::messages::carried_propagate(message)) {
        if (!take_request(*propagate)) return;
    }
    step(time, consensus::Received{from, std::move(message)});
}

void ShadowNode::client_request(double time, const consensus::messages::Propagate& propagate) {
    if (!is_running()) return;
    consensus::messages::Propagate copy = propagate;
    if (!take_request(copy)) return;
    step(time,
         consensus::ClientRequest{copy.digest, copy.ledger, copy.request, copy.sender_client});
}

void ShadowNode::peer_connected(double time, const std::string& peer) {
    if (is_running()) step(time, consensus::PeerConnected{peer});
}

void ShadowNode::peer_disconnected(double time, const std::string& peer) {
    if (is_running()) step(time, consensus::PeerDisconnected{peer});
}

void ShadowNode::cut(double time, consensus::CutBatch cut) {
    if (is_running()) step(time, std::move(cut));
}

void ShadowNode::step(double time, consensus::Event event) {
    obey(time, replica_->step(instant(time), event));
    while (!inner_.empty()) {
        const consensus::Event next = std::move(inner_.front());
        inner_.pop_front();
        obey(time, replica_->step(instant(time), next));
    }
}

void ShadowNode::obey(double time, consensus::Actions actions) {
    write(actions);
    if (actions.persist_id != 0) inner_.emplace_back(consensus::MadeDurable{actions.persist_id});
    for (consensus::Outgoing& out : actions.send) {
        std::string text = consensus::messages::encode(out.message);
        said_.push_back({time, std::move(out.to), std::move(out.message), std::move(text)});
    }
    for (auto& batch : actions.ordered) ordered_.push_back(std::move(batch));
    for (const auto& request : actions.sign) inner_.emplace_back(sign(request));
    for (const auto& each : actions.check_shares) inner_.emplace_back(check(each));
    for (const auto& each : actions.check_proofs) inner_.emplace_back(check(each));
    for (const std::string& digest : actions.forget) executor_->forget_request(digest);
    for (const auto& suspicion : actions.suspicions) suspicions_.push_back(suspicion);
    for (auto& proof : actions.proofs) proofs_.push_back(std::move(proof));
    wake_at_ = actions.wake_at;
}

void ShadowNode::write(consensus::Actions& actions) {
    for (const consensus::VoteRecord& record : actions.persist) {
        if (record.value) {
            votes_[record.key] = *record.value;
        } else {
            votes_.erase(record.key);
        }
    }
    for (ledger::CommittedBatch& batch : executor_->take_committed()) {
        const auto written = store_->write(batch.write, store::Durability::synced);
        if (!written) throw ReplayFailed("store: " + written.error().what);
        execution_->mark_written(batch.commit_no);
    }
    static_cast<void>(executor_->take_rejected());
}

consensus::Signed ShadowNode::sign(const consensus::SignRequest& request) const {
    consensus::Signed result;
    result.id = request.id;
    for (const auto& [ledger, text] : request.texts) {
        const auto signature = key_->sign(text);
        if (signature) result.signatures.emplace(ledger, signature->to_base58());
    }
    return result;
}

consensus::SharesChecked ShadowNode::check(const consensus::ShareCheck& check) {
    consensus::SharesChecked result;
    result.id = check.id;
    for (const auto& question : check.ledgers) {
        consensus::SharesChecked::Outcome outcome;
        outcome.ledger = question.ledger;
        std::vector<bls::Signature> good;
        for (const auto& share : question.shares) {
            const auto signature = bls::Signature::from_base58(share.signature);
            const auto key = bls::VerKey::from_base58(share.key);
            const bool valid = signature && key && bls::verify(*signature, question.text, *key);
            (valid ? outcome.good : outcome.bad).push_back(share.node);
            if (valid) good.push_back(*signature);
        }
        if (!good.empty()) outcome.multi_signature = bls::aggregate(good).to_base58();
        result.outcomes.push_back(std::move(outcome));
    }
    return result;
}

consensus::ProofChecked ShadowNode::check(const consensus::ProofCheck& check) {
    const auto signature = bls::Signature::from_base58(check.signature);
    std::vector<bls::VerKey> keys;
    for (const std::string& text : check.keys) {
        const auto key = bls::VerKey::from_base58(text);
        if (!key) return {check.id, false};
        keys.push_back(*key);
    }
    return {check.id, signature && bls::verify_multi(*signature, check.text, keys)};
}

}  // namespace stadtbuch::interop
