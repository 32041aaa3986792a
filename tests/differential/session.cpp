// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/differential/session.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "ssi/ledger/client_port_view.hpp"
#include "ssi/ledger/upgrade_schedule.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::differential {

using encoding::Value;
using ledger::Ledger;

namespace {

constexpr std::array<Ledger, 3> with_state{Ledger::pool, Ledger::domain, Ledger::config};

/// As the primary makes it of the accepted requests, then the refused ones.
std::string batch_digest(std::int64_t time, const ledger::Applied& applied) {
    std::string accepted, refused;
    for (std::size_t i = 0; i < applied.kept.size(); ++i) {
        const bool is_refused =
            std::any_of(applied.discarded.begin(), applied.discarded.end(),
                        [i](const ledger::Discarded& one) { return one.position == i; });
        (is_refused ? refused : accepted).append(",").append(applied.kept[i]->digest);
    }
    return encoding::hex_encode(hash::sha256("0," + std::to_string(time) + accepted + refused));
}

bool is_of_member(const Value& command, std::size_t place) {
    const Value* places = command.find("members");
    if (places == nullptr || places->array() == nullptr) return false;
    return std::find(places->array()->begin(), places->array()->end(), Value(place)) !=
           places->array()->end();
}

}  // namespace

Session::Session(const Genesis& genesis) : store_(store::make_memory_store()) {
    const auto parsed = ledger::parse_genesis(genesis.pool, genesis.domain);
    if (!parsed) throw std::runtime_error(parsed.error().what);
    auto opened = ledger::Execution::open(*store_, *parsed);
    if (!opened) throw std::runtime_error(opened.error().what);
    execution_ = std::move(*opened);
    reader_ = std::make_unique<ledger::Reader>(*store_);
    for (const Ledger ledger : with_state) sign(ledger);
}

Outcome Session::run(const Value& command) {
    outcome_ = {};
    waiting_.clear();
    if (const Value* time = command.find("time")) time_ = time->integer().value_or(time_);
    primaries_.clear();
    if (const Value* names = command.find("primaries");
        names != nullptr && names->array() != nullptr) {
        for (const Value& name : *names->array()) {
            if (name.text() != nullptr) primaries_.push_back(*name.text());
        }
    }
    const Value* frames = command.find("frames");
    if (frames != nullptr && frames->array() != nullptr) {
        for (const Value& frame : *frames->array()) {
            outcome_.answers.emplace_back();
            const std::size_t place = outcome_.answers.size() - 1;
            if (frame.text() == nullptr) continue;
            if (is_of_member(command, place)) {
                receive_propagated(*frame.text(), place);
            } else {
                receive(*frame.text(), place);
            }
        }
    }
    for (const Ledger ledger : with_state) {
        std::vector<Waiting> of_ledger;
        for (const Waiting& one : waiting_) {
            if (ledger::ledger_of_type(one.request->type) == ledger) of_ledger.push_back(one);
        }
        if (!of_ledger.empty()) order(ledger, of_ledger);
    }
    outcome_.roots = roots();
    return std::move(outcome_);
}

void Session::receive(const std::string& frame, std::size_t place) {
    const auto view = reader_->view();
    auto outcome = port_.on_frame(view_of(frame), ledger::ViewedLedgers(*view));
    for (std::string& answer : outcome.answers)
        outcome_.answers[place].push_back(std::move(answer));
    for (ledger::Request& request : outcome.requests) handle(std::move(request), place);
}

/// As node/validator.cpp takes it.
void Session::receive_propagated(const std::string& frame, std::size_t place) {
    auto parsed = encoding::parse_ujson(frame, {.depth_max = encoding::request_nesting_max});
    if (!parsed || !parsed->is_object()) return;
    auto request = ledger::parse_request(*std::move(parsed), ledger::Origin::member);
    if (!request || request->kind != ledger::RequestKind::write) return;
    const auto verified = verify_signatures(*request, [&](std::string_view author) {
        return execution_->find_key(request->type, author);
    });
    if (!verified || execution_->is_ordered(*request)) return;
    waiting_.push_back({std::make_shared<const ledger::Request>(*std::move(request)), place});
}

void Session::handle(ledger::Request request, std::size_t place) {
    std::vector<std::string>& answers = outcome_.answers[place];
    if (request.kind == ledger::RequestKind::read) {
        const auto answer = reader_->view()->answer(request);
        answers.push_back(reqack_text(request));
        return answers.push_back(answer ? ledger::reply_text(*answer)
                                        : reqnack_text(refusal_of(request, answer.error())));
    }
    if (const auto refusal =
            check_upgrade_schedule(request, reader_->view()->pool_nodes(), time_)) {
        return answers.push_back(reqnack_text(refusal_of(request, *refusal)));
    }
    const auto verified = verify_signatures(
        request, [&](std::string_view did) { return execution_->find_key(request.type, did); });
    if (!verified) return answers.push_back(reqnack_text(refusal_of(request, verified.error())));
    if (request.kind == ledger::RequestKind::write) {
        return handle_write(std::make_shared<const ledger::Request>(std::move(request)), place);
    }
    answers.push_back(reqack_text(request));
    const auto allowed = execution_->authorize_action(request);
    answers.push_back(allowed ? ledger::reply_text(encoding::Object{{"taken", true}})
                              : reject_text(request, allowed.error()));
}

void Session::handle_write(ledger::RequestPtr request, std::size_t place) {
    std::vector<std::string>& answers = outcome_.answers[place];
    if (const auto refusal = execution_->read_only_refusal(*request))
        return answers.push_back(reqnack_text(refusal_of(*request, *refusal)));
    if (const auto replayed = reader_->view()->replay(*request)) {
        return answers.push_back(*replayed ? ledger::reply_text(**replayed)
                                           : reqnack_text(refusal_of(*request, replayed->error())));
    }
    const bool is_known = std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& other) {
        return other.request->digest == request->digest;
    });
    if (!is_known && ledger::is_forced(*request)) {
        if (const auto refusal = execution_->apply_forced(*request, time_)) {
            return answers.push_back(reqnack_text(*refusal));
        }
    }
    answers.push_back(reqack_text(*request));
    if (!is_known) waiting_.push_back({std::move(request), place});
}

void Session::order(Ledger ledger, const std::vector<Waiting>& waiting) {
    std::vector<ledger::RequestPtr> requests;
    for (const Waiting& one : waiting) requests.push_back(one.request);
    const ledger::Applied applied = execution_->apply({ledger, time_, requests, true});
    for (const ledger::Discarded& discarded : applied.discarded) {
        const ledger::RequestPtr& refused = applied.kept[discarded.position];
        const auto sender = std::find_if(waiting.begin(), waiting.end(), [&](const Waiting& one) {
            return one.request == refused;
        });
        outcome_.answers[sender->frame].push_back(reject_text(*refused, discarded.refusal));
    }
    static_cast<void>(
        execution_->seal({0, ++pp_seq_no_, batch_digest(time_, applied), primaries_}));
    commit(waiting);
    sign(ledger);
}

void Session::commit(const std::vector<Waiting>& waiting) {
    const ledger::CommittedBatch batch = execution_->commit_oldest();
    if (!store_->write(batch.write, store::Durability::buffered))
        throw std::runtime_error("the store refuses a write");
    execution_->mark_written(batch.commit_no);
    reader_->refresh();
    for (const ledger::CommittedTxn& txn : batch.txns) {
        const auto sender = std::find_if(waiting.begin(), waiting.end(), [&](const Waiting& one) {
            return one.request == txn.request;
        });
        outcome_.answers[sender->frame].push_back(ledger::reply_text(txn));
    }
}

void Session::sign(Ledger ledger) {
    const auto base58 = [](const Hash32& hash) { return Value(encoding::base58_encode(hash)); };
    const ledger::LedgerRoots roots = execution_->committed_roots(ledger);
    encoding::Object value{
        {"ledger_id", ledger::number_of(ledger)},
        {"pool_state_root_hash", base58(execution_->committed_roots(Ledger::pool).state_root)},
        {"state_root_hash", base58(roots.state_root)},
        {"timestamp", time_},
        {"txn_root_hash", base58(roots.txn_root)}};
    const Value signature = encoding::Object{
        {"participants", encoding::Array{Value("Node1"), Value("Node2"), Value("Node3")}},
        {"signature", std::string(40, 'R')},
        {"value", std::move(value)}};
    store::Batch batch;
    if (!ledger::put_multi_signature(batch, signature) ||
        !store_->write(batch, store::Durability::buffered)) {
        throw std::runtime_error("a multi-signature is not stored");
    }
    reader_->refresh();
}

Value Session::roots() const {
    encoding::Object out;
    for (const Ledger ledger : {Ledger::pool, Ledger::domain, Ledger::config, Ledger::audit}) {
        const ledger::LedgerRoots roots = execution_->committed_roots(ledger);
        encoding::Array row{Value(execution_->committed_size(ledger)),
                            Value(encoding::base58_encode(roots.txn_root))};
        if (ledger != Ledger::audit) row.emplace_back(encoding::base58_encode(roots.state_root));
        out.set(std::to_string(ledger::number_of(ledger)), std::move(row));
    }
    return out;
}

}  // namespace stadtbuch::differential
