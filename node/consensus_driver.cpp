// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/consensus_driver.hpp"

#include <algorithm>
#include <iterator>

#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

/// Operators and probes see numbers at most this old.
constexpr std::int64_t status_interval_ms = 200;

encoding::Value multi_signature_value(const consensus::messages::MultiSig& proof) {
    encoding::Array participants;
    for (const std::string& name : proof.participants) participants.emplace_back(name);
    encoding::Object value;
    value.set("ledger_id", static_cast<std::int64_t>(proof.value.ledger));
    value.set("state_root_hash", encoding::base58_encode(proof.value.state_root));
    value.set("pool_state_root_hash", encoding::base58_encode(proof.value.pool_state_root));
    value.set("txn_root_hash", encoding::base58_encode(proof.value.txn_root));
    value.set("timestamp", proof.value.timestamp);
    encoding::Object object;
    object.set("signature", proof.signature);
    object.set("participants", std::move(participants));
    object.set("value", std::move(value));
    return object;
}

consensus::SharesChecked::Outcome check_ledger(BlsKeys& known,
                                               const consensus::ShareCheck::PerLedger& question,
                                               Recorder* recorder) {
    consensus::SharesChecked::Outcome outcome;
    outcome.ledger = question.ledger;
    std::vector<bls::Signature> signatures;
    std::vector<bls::VerKey> keys;
    std::vector<std::size_t> positions;
    std::vector<bool> bad(question.shares.size(), false);
    for (std::size_t i = 0; i < question.shares.size(); ++i) {
        const auto signature = bls::Signature::from_base58(question.shares[i].signature);
        const auto key = known.find(question.shares[i].key);
        if (!signature || !key) {
            bad[i] = true;
            continue;
        }
        signatures.push_back(*signature);
        keys.push_back(*key);
        positions.push_back(i);
    }
    for (const std::size_t index : bls::find_bad_shares(signatures, question.text, keys))
        bad[positions[index]] = true;
    std::vector<bls::Signature> good;
    std::vector<std::string> good_texts;
    for (std::size_t k = 0; k < positions.size(); ++k) {
        if (bad[positions[k]]) continue;
        good.push_back(signatures[k]);
        good_texts.push_back(question.shares[positions[k]].signature);
    }
    for (std::size_t i = 0; i < question.shares.size(); ++i) {
        (bad[i] ? outcome.bad : outcome.good).push_back(question.shares[i].node);
    }
    if (good.empty()) return outcome;
    outcome.multi_signature = bls::aggregate(good).to_base58();
    if (recorder != nullptr) {
        recorder->multi_signature(question.text, outcome.good, std::move(good_texts),
                                  outcome.multi_signature);
    }
    return outcome;
}

bool proof_is_good(BlsKeys& known, const consensus::ProofCheck& check) {
    const auto signature = bls::Signature::from_base58(check.signature);
    if (!signature) return false;
    std::vector<bls::VerKey> keys;
    for (const std::string& text : check.keys) {
        const auto key = known.find(text);
        if (!key) return false;
        keys.push_back(*key);
    }
    return bls::verify_multi(*signature, check.text, keys);
}

}  // namespace

std::optional<bls::VerKey> BlsKeys::find(const std::string& text) {
    const std::lock_guard lock(mutex_);
    const auto found = keys_.find(text);
    if (found != keys_.end()) return found->second;
    const auto key = bls::VerKey::from_base58(text);
    if (!key) return std::nullopt;
    if (keys_.size() >= keys_max) keys_.clear();
    keys_.emplace(text, *key);
    return *key;
}

ConsensusDriver::ConsensusDriver(net::EventLoop& loop, net::ThreadPool& workers,
                                 store::Store& store, ledger::Execution& execution,
                                 ledger::Reader& reader, Options options, DriverCallbacks callbacks)
    : loop_(loop),
      workers_(workers),
      store_(store),
      execution_(execution),
      reader_(reader),
      options_(std::move(options)),
      callbacks_(std::move(callbacks)),
      executor_(execution),
      durable_batches_(reader.view()->size(ledger::Ledger::audit)) {
    for (const auto& key : {options_.bls_key, options_.bls_key_before}) {
        if (key) own_bls_keys_.emplace(key->ver_key().to_base58(), *key);
    }
    writer_ = std::make_unique<Writer>(
        store_, [this](Written written) { on_written(std::move(written)); },
        [this](const Error& error) { callbacks_.failed(error); });
}

ConsensusDriver::~ConsensusDriver() {
    writer_.reset();
}

void ConsensusDriver::start() {
    consensus::Setup setup;
    setup.self = options_.alias;
    setup.role = options_.role;
    setup.limits = options_.limits;
    setup.genesis_registry = options_.genesis_registry;
    setup.has_bls_key = options_.bls_key.has_value();
    setup.recover = options_.recover;
    setup.in_doubt = options_.in_doubt;
    const Bytes end(1, 0xFF);
    store_.scan(store::Column::votes, {}, end, [&setup](BytesView key, BytesView value) {
        setup.restored.votes.push_back({string_of(key), string_of(value)});
        return true;
    });
    for (const std::string& text : consensus::requests_in(setup.restored.votes)) {
        auto parsed = encoding::parse_ujson(text);
        if (!parsed) continue;
        auto request = ledger::parse_request(*std::move(parsed), ledger::Origin::member);
        if (!request) continue;
        const auto ledger = ledger::ledger_of_type(request->type);
        if (!ledger) continue;
        setup.restored.requests.push_back(
            {request->digest, ledger_id_of(*ledger), text, std::nullopt});
        executor_.register_request(std::make_shared<const ledger::Request>(*std::move(request)));
    }
    replica_ = std::make_unique<consensus::Replica>(std::move(setup), executor_);
    callbacks_.membership(execution_.pool_nodes(), replica_->status().registry);
    step(consensus::Started{});
    end_turn();
    refresh_status();
    loop_.every(status_interval_ms, [this] { refresh_status(); });
}

void ConsensusDriver::post(std::vector<DriverEvent> events) {
    bool must_post = false;
    {
        const std::lock_guard lock(inbox_mutex_);
        if (inbox_.empty()) {
            inbox_ = std::move(events);
        } else {
            inbox_.insert(inbox_.end(), std::make_move_iterator(events.begin()),
                          std::make_move_iterator(events.end()));
        }
        must_post = !std::exchange(inbox_posted_, true);
    }
    if (must_post) loop_.post([this] { take_events(); });
}

void ConsensusDriver::take_events() {
    std::vector<DriverEvent> events;
    {
        const std::lock_guard lock(inbox_mutex_);
        events.swap(inbox_);
        inbox_posted_ = false;
    }
    for (DriverEvent& event : events) {
        if (event.request != nullptr) executor_.register_request(std::move(event.request));
        step(event.event);
    }
    end_turn();
}

void ConsensusDriver::with_execution(std::function<void(ledger::Execution&)> task) {
    loop_.post([this, task = std::move(task)] { task(execution_); });
}

consensus::Instant ConsensusDriver::now() const {
    return {static_cast<consensus::Tick>(net::monotonic_ms()), net::unix_seconds()};
}

void ConsensusDriver::step(const consensus::Event& event) {
    obey(replica_->step(now(), event));
}

void ConsensusDriver::obey(consensus::Actions actions) {
    write(actions);
    send(std::move(actions.send));
    for (const auto& request : actions.sign) sign(request);
    for (auto& check : actions.check_shares) check_shares(std::move(check));
    for (auto& check : actions.check_proofs) check_proof(std::move(check));
    auto rejected = executor_.take_rejected();
    if (!rejected.empty()) callbacks_.rejected(std::move(rejected));
    if (!actions.refused.empty()) callbacks_.refused(actions.refused);
    for (const std::string& digest : actions.forget) executor_.forget_request(digest);
    for (const auto& suspicion : actions.suspicions) callbacks_.suspicion(suspicion);
    membership_changed_ = membership_changed_ || actions.membership_changed;
    schedule(actions.wake_at);
}

void ConsensusDriver::write(consensus::Actions& actions) {
    WriteJob job;
    job.persist_id = actions.persist_id;
    job.sync_now = actions.sync_now;
    for (const consensus::VoteRecord& record : actions.persist) {
        if (record.value) {
            job.batch.put(store::Column::votes, view_of(record.key), view_of(*record.value));
        } else {
            job.batch.erase(store::Column::votes, view_of(record.key));
        }
    }
    for (ledger::CommittedBatch& batch : executor_.take_committed()) {
        job.batch.append(std::move(batch.write));
        job.commit_no = std::max(job.commit_no, batch.commit_no);
        commits_pushed_ = job.commit_no;
        for (auto& txn : batch.txns) job.txns.push_back(std::move(txn));
        job.changes_reads = true;
    }
    for (const auto& proof : actions.proofs) {
        job.changes_reads = ledger::put_multi_signature(job.batch, multi_signature_value(proof)) ||
                            job.changes_reads;
    }
    if (job.persist_id != 0 || !job.batch.empty() || job.sync_now) writer_->push(std::move(job));
}

void ConsensusDriver::send(std::vector<consensus::Outgoing> outgoing) {
    for (consensus::Outgoing& out : outgoing) {
        OutgoingFrame frame{std::move(out.to), std::make_shared<const std::string>(
                                                   consensus::messages::encode(out.message))};
        if (out.after <= durable_) {
            outbox_.push_back(std::move(frame));
        } else {
            held_.push_back({out.after, std::move(frame)});
        }
    }
}

void ConsensusDriver::release_held() {
    while (!held_.empty() && held_.front().after <= durable_) {
        outbox_.push_back(std::move(held_.front().frame));
        held_.pop_front();
    }
}

void ConsensusDriver::run_on_worker(std::function<consensus::Event()> work) {
    auto task = [this, work] {
        std::vector<DriverEvent> events;
        events.push_back({work(), nullptr});
        post(std::move(events));
    };
    // The pool is full only under a flood of requests; agreement must go on, so the work is done
    // here then.
    if (!workers_.submit(task)) task();
}

void ConsensusDriver::sign(const consensus::SignRequest& request) {
    run_on_worker([this, request]() -> consensus::Event {
        consensus::Signed result;
        result.id = request.id;
        // A share under a key that the pool does not know would only be refused.
        const auto own = own_bls_keys_.find(request.key);
        for (const auto& [ledger, text] : request.texts) {
            if (own == own_bls_keys_.end()) break;
            const auto signature = own->second.sign(text);
            if (!signature) continue;
            const std::string encoded = signature->to_base58();
            if (options_.recorder != nullptr) options_.recorder->share(text, encoded);
            result.signatures.emplace(ledger, encoded);
        }
        return result;
    });
}

void ConsensusDriver::check_shares(consensus::ShareCheck check) {
    run_on_worker([this, check = std::move(check)]() -> consensus::Event {
        consensus::SharesChecked result;
        result.id = check.id;
        for (const auto& ledger : check.ledgers)
            result.outcomes.push_back(check_ledger(bls_keys_, ledger, options_.recorder));
        return result;
    });
}

void ConsensusDriver::check_proof(consensus::ProofCheck check) {
    run_on_worker([this, check = std::move(check)]() -> consensus::Event {
        return consensus::ProofChecked{check.id, proof_is_good(bls_keys_, check)};
    });
}

void ConsensusDriver::on_written(Written written) {
    if (written.changes_reads) reader_.refresh();
    if (!written.txns.empty()) callbacks_.replied(std::move(written.txns));
    if (written.durable_id != 0) durable_batches_ = reader_.view()->size(ledger::Ledger::audit);
    loop_.post([this, durable_id = written.durable_id, commit_no = written.commit_no] {
        if (commit_no != 0) {
            execution_.mark_written(commit_no);
            if (commit_no == commits_pushed_) execution_.trim_memory();
        }
        if (durable_id > durable_) {
            durable_ = durable_id;
            release_held();
            step(consensus::MadeDurable{durable_id});
        }
        end_turn();
    });
}

void ConsensusDriver::schedule(std::optional<consensus::Tick> wake_at) {
    if (wake_at == timer_at_) return;
    if (timer_at_) loop_.cancel(timer_);
    timer_at_ = wake_at;
    if (!wake_at) return;
    const auto tick = static_cast<consensus::Tick>(net::monotonic_ms());
    const std::int64_t delay = *wake_at > tick ? static_cast<std::int64_t>(*wake_at - tick) : 0;
    timer_ = loop_.after(delay, [this] {
        timer_at_.reset();
        step(consensus::TimePassed{});
        end_turn();
    });
}

void ConsensusDriver::end_turn() {
    if (!outbox_.empty()) callbacks_.send(std::exchange(outbox_, {}));
    // Addresses and keys change without a change of the registry.
    const std::uint64_t pool_size = execution_.committed_size(ledger::Ledger::pool);
    const bool pool_changed = std::exchange(pool_size_, pool_size) != pool_size;
    if (!std::exchange(membership_changed_, false) && !pool_changed) return;
    callbacks_.membership(execution_.pool_nodes(), replica_->status().registry);
}

/// What is told about the last view change and the last catch-up follows from how one status
/// differs from the next.
void ConsensusDriver::compare_with_last(DriverStatus& status) const {
    const DriverStatus& last = status_;  // written by this thread only
    status.view_change_started_at = last.view_change_started_at;
    status.caught_up = last.caught_up;
    const bool is_first = last.turned_at_ms == 0;
    const bool begins = status.consensus.phase == consensus::Phase::changing_view &&
                        last.consensus.phase != consensus::Phase::changing_view;
    const bool was_quick = status.consensus.view_no != last.consensus.view_no &&
                           last.consensus.phase == consensus::Phase::participating;
    if (!is_first && (begins || was_quick)) status.view_change_started_at = net::unix_seconds();
    const bool goes_on = last.consensus.phase == consensus::Phase::catching_up;
    const bool is_new = status.consensus.phase == consensus::Phase::catching_up ||
                        status.consensus.catchups != last.consensus.catchups;
    if (is_first || (!goes_on && !is_new)) return;
    for (std::size_t i = 0; i < ledger::ledger_count; ++i) {
        const std::uint64_t grown = status.ledger_sizes[i] - last.ledger_sizes[i];
        status.caught_up[i] = grown + (goes_on ? last.caught_up[i] : 0);
    }
}

void ConsensusDriver::refresh_status() {
    DriverStatus status;
    status.consensus = replica_->status();
    for (std::size_t i = 0; i < ledger::ledger_count; ++i) {
        const auto id = static_cast<ledger::Ledger>(i);
        status.ledger_sizes[i] = execution_.committed_size(id);
        status.committed_roots[i] = execution_.committed_roots(id);
        status.uncommitted_roots[i] = execution_.uncommitted_roots(id);
        status.uncommitted_counts[i] = execution_.uncommitted_size(id) - status.ledger_sizes[i];
    }
    status.writes_enabled = execution_.writes_enabled();
    compare_with_last(status);
    status.writes_waiting = writer_->waiting();
    status.late_syncs = writer_->late_syncs();
    status.turned_at_ms = net::monotonic_ms();
    const std::lock_guard lock(status_mutex_);
    status_ = std::move(status);
}

DriverStatus ConsensusDriver::status() const {
    const std::lock_guard lock(status_mutex_);
    return status_;
}

}  // namespace stadtbuch::node
