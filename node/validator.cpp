// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/validator.hpp"

#include <pthread.h>

#include <filesystem>
#include <mutex>
#include <optional>
#include <thread>

#include "node/consensus_driver.hpp"
#include "node/http/telemetry.hpp"
#include "node/ledger_store.hpp"
#include "node/load_watch.hpp"
#include "node/log.hpp"
#include "node/member_frames.hpp"
#include "node/peer_faults.hpp"
#include "node/recorder.hpp"
#include "node/repair.hpp"
#include "node/request_desk.hpp"
#include "node/restart_plan.hpp"
#include "node/transport/client_service.hpp"
#include "node/transport/peer_links.hpp"
#include "node/vote_guard.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

/// After a stop signal what is under way may finish for this long.
constexpr std::int64_t stop_grace_ms = 300;
/// How old the mark beside the keys may be: an older copy of the store is found by it.
constexpr std::int64_t mark_interval_ms = 2000;
/// How soon a doubt about the store is settled once the first catch-up has ended.
constexpr std::int64_t doubt_interval_ms = 100;

/// Everything of one running validator. Members are destroyed in reverse order: sockets first,
/// store last.
class Validator {
  public:
    explicit Validator(const Settings& settings) : settings_(settings) {}

    ~Validator();

    [[nodiscard]] std::optional<StartFailure> start();
    [[nodiscard]] int run();

  private:
    [[nodiscard]] std::optional<StartFailure> open_store();
    [[nodiscard]] std::optional<StartFailure> open_sockets();
    [[nodiscard]] std::optional<StartFailure> open_recorder();
    [[nodiscard]] std::optional<StartFailure> open_guard();
    void keep_marks();
    void settle_doubt();
    void make_driver();
    void read_members();
    void record();
    void connect_parts();
    /// Any thread: counted, and said unless it was said just now.
    /// `about`: what agreement says of it; nullptr: it never came so far.
    void name_fault(const std::string& peer, const std::string& reason,
                    const consensus::Suspicion* about = nullptr);
    void deliver(const std::string& alias, consensus::messages::Message message,
                 ledger::RequestPtr request);
    void propose(const std::string& sender, ledger::RequestPtr request, std::string text);
    void queue(DriverEvent event);
    void gather_under_load();
    void stop(const std::string& reason);
    void restart();
    [[nodiscard]] NodeFacts facts() const;

    const Settings& settings_;
    bool begun_anew_ = false;
    Identity identity_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<ledger::Execution> execution_;
    std::unique_ptr<ledger::Reader> reader_;
    std::unique_ptr<Scrub> scrub_;
    std::mutex guard_mutex_;
    std::optional<VoteGuard> guard_;
    std::unique_ptr<Recorder> recorder_;  ///< null: nothing is recorded
    net::EventLoop loop_;
    net::EventLoop consensus_loop_;
    std::unique_ptr<net::ThreadPool> workers_;
    /// Signatures of agreement do not queue behind those of clients.
    std::unique_ptr<net::ThreadPool> bls_workers_;
    std::unique_ptr<ConsensusDriver> driver_;
    std::unique_ptr<RequestDesk> desk_;
    std::optional<MemberFrames> member_frames_;
    std::shared_ptr<net::CurveContext> context_;
    std::unique_ptr<PeerLinks> peers_;
    std::unique_ptr<ClientService> clients_;
    std::optional<RestartPlan> restart_plan_;  ///< none: a POOL_RESTART changes nothing here
    std::unique_ptr<Telemetry> telemetry_;
    std::thread consensus_thread_;
    std::vector<DriverEvent> turn_events_;
    std::vector<ledger::PoolNode> pool_nodes_;
    std::int64_t started_at_ = 0;
    LoadWatch load_watch_;
    PeerFaults faults_;
    std::atomic<int> exit_code_{0};
    bool stopping_ = false;
};

std::optional<StartFailure> Validator::start() {
    auto identity = load_identity(settings_);
    if (!identity) return identity.error();
    identity_ = *std::move(identity);
    std::error_code ignored;
    if (!std::filesystem::exists(settings_.data, ignored)) {
        // No store yet, so the genesis says whose keys are due; once there is one, the ledger
        // itself says it below.
        if (const auto mismatch =
                mismatch_with_ledger(identity_, settings_, genesis_nodes(identity_.genesis))) {
            return StartFailure{ExitCode::configuration, *mismatch};
        }
    }
    // The listeners come before the store: a start that cannot succeed writes nothing.
    context_ = net::CurveContext::create();
    if (auto failure = open_sockets()) return failure;
    if (auto failure = open_store()) return failure;
    if (auto failure = open_recorder()) return failure;
    if (const auto mismatch =
            mismatch_with_ledger(identity_, settings_, execution_->pool_nodes())) {
        return StartFailure{ExitCode::configuration, *mismatch};
    }
    if (auto failure = open_guard()) return failure;
    workers_ = std::make_unique<net::ThreadPool>(
        net::ThreadPool::Options{settings_.worker_threads, 30'000, "worker"});
    bls_workers_ = std::make_unique<net::ThreadPool>(net::ThreadPool::Options{1, 1'000, "bls"});
    desk_ = std::make_unique<RequestDesk>(loop_, *workers_, *execution_);
    pool_nodes_ = execution_->pool_nodes();
    started_at_ = net::unix_seconds();
    make_driver();
    auto clients = ClientService::open(
        {loop_, *workers_, *reader_, desk_.get(), execution_.get()}, identity_.client_curve,
        net::CurveListenerOptions::client_port(settings_.client.host, settings_.client.port));
    if (!clients) return StartFailure{exit_code_of(clients.error()), clients.error()};
    clients_ = *std::move(clients);
    auto telemetry = Telemetry::open(
        loop_, settings_, [this] { return facts(); }, [this] { stop("admin socket"); });
    if (!telemetry) return StartFailure{exit_code_of(telemetry.error()), telemetry.error()};
    telemetry_ = *std::move(telemetry);
    connect_parts();
    keep_marks();
    if (recorder_ != nullptr) record();
    return std::nullopt;
}

std::optional<StartFailure> Validator::open_sockets() {
    auto peers = PeerLinks::open(
        loop_, context_, identity_.curve, settings_.alias,
        net::CurveListenerOptions::node_port(settings_.node.host, settings_.node.port));
    if (!peers) return StartFailure{exit_code_of(peers.error()), peers.error()};
    peers_ = *std::move(peers);
    // Tried only, so that an occupied client port is found before the store is made; opened for
    // good when reads can be answered.
    const auto probe = net::CurveListener::open(
        loop_, identity_.curve,
        net::CurveListenerOptions::client_port(settings_.client.host, settings_.client.port));
    if (!probe) return StartFailure{exit_code_of(probe.error()), probe.error()};
    return std::nullopt;
}

std::optional<StartFailure> Validator::open_store() {
    auto opened = open_ledger_store(settings_, identity_);
    if (!opened) return opened.error();
    store_ = std::move(opened->store);
    execution_ = std::move(opened->execution);
    reader_ = std::move(opened->reader);
    scrub_ = std::move(opened->scrub);
    begun_anew_ = opened->begun_anew;
    return std::nullopt;
}

std::optional<StartFailure> Validator::open_guard() {
    auto opened =
        VoteGuard::open(*store_, settings_.keys, reader_->view()->size(ledger::Ledger::audit),
                        settings_.recover || begun_anew_);
    if (!opened) return opened.error();
    guard_ = *std::move(opened);
    const Judgement& judgement = guard_->judgement();
    if (judgement.trust == Trust::follows)
        log(LogLevel::warn,
            "follows without voting until a checkpoint of the others makes old votes harmless",
            {{"reason", std::string(judgement.reason)}});
    if (judgement.trust == Trust::in_doubt)
        log(LogLevel::info, "asks the pool before it votes",
            {{"reason", std::string(judgement.reason)}});
    return std::nullopt;
}

void Validator::keep_marks() {
    if (guard_->judgement().trust == Trust::in_doubt)
        loop_.after(doubt_interval_ms, [this] { settle_doubt(); });
    loop_.every(mark_interval_ms, [this] {
        const std::uint64_t batches = driver_->durable_batches();
        // The file is no condition of any vote: it only makes an old copy of the store known as
        // one.
        const auto write = [this, batches] {
            const std::lock_guard lock(guard_mutex_);
            if (const auto written = guard_->note(batches); !written) log_error(written.error());
        };
        (void)workers_->submit(write);
    });
}

void Validator::settle_doubt() {
    const consensus::Status status = driver_->status().consensus;
    const std::lock_guard lock(guard_mutex_);
    if (status.phase == consensus::Phase::starting || status.in_doubt) {
        loop_.after(doubt_interval_ms, [this] { settle_doubt(); });
        return;
    }
    const auto recovers_at =
        status.recovering ? std::optional<std::uint64_t>{status.recovers_at} : std::nullopt;
    const auto settled = guard_->settle(recovers_at, reader_->view()->size(ledger::Ledger::audit));
    if (!settled) return log_error(settled.error());
    log(recovers_at ? LogLevel::warn : LogLevel::info, "the pool has answered the doubt",
        {{"votes", recovers_at ? "after checkpoint " + std::to_string(*recovers_at) : "yes"}});
}

void Validator::make_driver() {
    ConsensusDriver::Options options;
    options.alias = settings_.alias;
    options.limits.freshness_interval =
        static_cast<consensus::Tick>(settings_.freshness_seconds) * 1000;
    options.limits.primary_disconnect_tolerated =
        static_cast<consensus::Tick>(settings_.primary_disconnect_seconds) * 1000;
    options.bls_key = identity_.bls_key;
    options.bls_key_before = identity_.bls_key_before;
    options.recorder = recorder_.get();
    options.recover = guard_->judgement().trust == Trust::follows;
    options.in_doubt = guard_->judgement().trust == Trust::in_doubt;
    for (const ledger::PoolNode& node : genesis_nodes(identity_.genesis)) {
        options.genesis_registry.push_back(node.alias);
    }
    DriverCallbacks callbacks;
    callbacks.send = [this](std::vector<OutgoingFrame> frames) {
        loop_.post([this, frames = std::move(frames)] {
            for (const OutgoingFrame& frame : frames) peers_->send(frame.to, frame.text);
        });
    };
    callbacks.rejected = [this](std::vector<RejectedRequest> rejected) {
        loop_.post([this, rejected = std::move(rejected)] {
            for (const RejectedRequest& each : rejected)
                clients_->reject(each.request, each.refusal);
        });
    };
    callbacks.refused = [this](const std::vector<std::string>& digests) {
        loop_.post([this, digests] {
            for (const std::string& digest : digests) clients_->forget(digest);
        });
    };
    callbacks.replied = [this](std::vector<ledger::CommittedTxn> txns) {
        std::vector<std::pair<std::string, std::string>> replies;
        replies.reserve(txns.size());
        ledger::ReplyWriter writer;
        for (const ledger::CommittedTxn& txn : txns) {
            if (txn.request != nullptr)
                replies.emplace_back(txn.request->digest, writer.text_of(txn));
        }
        loop_.post([this, replies = std::move(replies)]() mutable {
            for (auto& [digest, text] : replies) clients_->reply(digest, std::move(text));
        });
    };
    callbacks.membership = [this](std::vector<ledger::PoolNode> nodes,
                                  std::vector<std::string> counted) {
        loop_.post([this, nodes = std::move(nodes), counted = std::move(counted)]() mutable {
            peers_->update(nodes, counted);
            pool_nodes_ = std::move(nodes);
        });
    };
    callbacks.suspicion = [this](const consensus::Suspicion& suspicion) {
        name_fault(suspicion.from, std::string(consensus::to_text(suspicion.reason)), &suspicion);
    };
    callbacks.failed = [this](const Error& error) {
        log_error(error);
        exit_code_ = static_cast<int>(exit_code_after(error, settings_));
        loop_.stop();
    };
    driver_ =
        std::make_unique<ConsensusDriver>(consensus_loop_, *bls_workers_, *store_, *execution_,
                                          *reader_, std::move(options), std::move(callbacks));
}

void Validator::read_members() {
    MemberFrameHooks hooks;
    hooks.deliver = [this](const std::string& alias, consensus::messages::Message message,
                           ledger::RequestPtr request) {
        deliver(alias, std::move(message), std::move(request));
    };
    hooks.propose = [this](const std::string& alias, ledger::RequestPtr request, std::string text) {
        propose(alias, std::move(request), std::move(text));
    };
    hooks.name_fault = [this](const std::string& alias, const std::string& reason) {
        name_fault(alias, reason);
    };
    hooks.remember_sender = [this](const std::string& digest, const std::string& client) {
        clients_->remember_sender(digest, client);
    };
    member_frames_.emplace(*desk_, std::move(hooks));
    peers_->on_frame([this](const std::string& alias, std::string_view text) {
        member_frames_->on_frame(alias, text);
    });
}

void Validator::connect_parts() {
    if (settings_.exits_on_pool_restart) {
        restart_plan_.emplace(loop_, [this] { restart(); });
        clients_->on_restart(
            [this](const ledger::Request& request) { restart_plan_->take(request); });
    }
    read_members();
    peers_->on_change([this](const std::string& alias, bool connected, std::int64_t silent_ms) {
        log(LogLevel::info,
            connected       ? "peer connected"
            : silent_ms > 0 ? "peer silent"
                            : "peer disconnected",
            {{"peer", alias}});
        if (connected) {
            queue({consensus::PeerConnected{alias}, nullptr});
        } else {
            queue({consensus::PeerDisconnected{alias, static_cast<consensus::Tick>(silent_ms)},
                   nullptr});
        }
    });
    loop_.at_turn_end([this] {
        gather_under_load();
        if (!turn_events_.empty()) driver_->post(std::exchange(turn_events_, {}));
    });
    clients_->on_write(
        [this](ledger::RequestPtr request, std::string text, const std::string& identity) {
            propose(identity, std::move(request), std::move(text));
        });
    clients_->on_info([this] { return validator_info(facts()); });
    clients_->on_force([this](ledger::RequestPtr request,
                              std::function<void(const ledger::RequestRefusal*)> done) {
        const auto now = net::unix_seconds();
        driver_->with_execution([this, now, request = std::move(request),
                                 done = std::move(done)](ledger::Execution& execution) {
            auto refused = execution.apply_forced(*request, now);
            loop_.post(
                [done, refused = std::move(refused)] { done(refused ? &*refused : nullptr); });
        });
    });
    clients_->on_authorize(
        [this](ledger::RequestPtr request, std::function<void(const ledger::Refusal*)> done) {
            driver_->with_execution([this, request = std::move(request),
                                     done = std::move(done)](ledger::Execution& execution) {
                auto verdict = execution.authorize_action(*request);
                loop_.post([done, verdict = std::move(verdict)] {
                    done(verdict ? nullptr : &verdict.error());
                });
            });
        });
}

std::optional<StartFailure> Validator::open_recorder() {
    if (settings_.record_folder.empty()) return std::nullopt;
    auto opened = Recorder::open(settings_.record_folder, settings_.alias);
    if (!opened) return StartFailure{ExitCode::io_error, opened.error()};
    recorder_ = *std::move(opened);
    log(LogLevel::warn, "recording frames and requests", {{"folder", settings_.record_folder}});
    return std::nullopt;
}

void Validator::record() {
    peers_->on_sent([this](const std::vector<std::string>& to, std::string_view text) {
        if (!to.empty()) return recorder_->sent(to, text);
        std::vector<std::string> reached;
        for (const PeerStatus& peer : peers_->status()) {
            if (peer.connected) reached.push_back(peer.alias);
        }
        if (!reached.empty()) recorder_->sent(reached, text);
    });
    clients_->on_record([this](std::string_view identity, std::string_view text, bool is_answer) {
        recorder_->client_frame(identity, text, is_answer);
    });
}

/// Under load both loops handle what a millisecond brings in one turn: measured, a fifth less
/// processor time for a write. A write or read that comes alone never waits for it.
void Validator::gather_under_load() {
    const auto busy = load_watch_.is_busy(net::monotonic_ms(),
                                          clients_->counters().frames + desk_->counters().checked);
    if (!busy) return;
    const std::chrono::microseconds pause{*busy ? 1000 : 0};
    loop_.gather_for(pause);
    consensus_loop_.gather_for(pause);
}

void Validator::queue(DriverEvent event) {
    turn_events_.push_back(std::move(event));
}

void Validator::name_fault(const std::string& peer, const std::string& reason,
                           const consensus::Suspicion* about) {
    const std::uint64_t times = faults_.note(peer, reason, net::monotonic_ms());
    if (times == 0) return;
    const int code = about == nullptr ? 0 : static_cast<int>(about->reason);
    const std::uint64_t pp_seq_no = about == nullptr ? 0 : about->pp_seq_no;
    log(LogLevel::warn, "suspicion",
        {{"peer", peer},
         {"code", std::to_string(code)},
         {"reason", reason},
         {"pp_seq_no", std::to_string(pp_seq_no)},
         {"times", std::to_string(times)}});
}

void Validator::propose(const std::string& sender, ledger::RequestPtr request, std::string text) {
    const auto ledger = ledger::ledger_of_type(request->type);
    if (!ledger) return;
    consensus::ClientRequest event{request->digest, ledger_id_of(*ledger), std::move(text), sender};
    queue({std::move(event), std::move(request)});
}

void Validator::deliver(const std::string& alias, consensus::messages::Message message,
                        ledger::RequestPtr request) {
    queue({consensus::Received{alias, std::move(message)}, std::move(request)});
}

int Validator::run() {
    loop_.handle_signals(
        [this](int signal) { stop("signal " + std::to_string(signal)); },
        [this] { log(LogLevel::info, "reload: only log.level changes without a restart"); });
    consensus_thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "consensus");
        driver_->start();
        consensus_loop_.run();
    });
    log(LogLevel::info, "validator started",
        {{"alias", settings_.alias},
         {"node_port", std::to_string(settings_.node.port)},
         {"client_port", std::to_string(clients_->port())},
         {"pool", encoding::base58_encode(ledger::genesis_root(identity_.genesis.pool))}});
    loop_.run();
    consensus_loop_.stop();
    consensus_thread_.join();
    log(LogLevel::info, "validator stopped", {{"code", std::to_string(exit_code_.load())}});
    return exit_code_;
}

void Validator::restart() {
    exit_code_ = static_cast<int>(ExitCode::temporary);
    stop("POOL_RESTART");
}

void Validator::stop(const std::string& reason) {
    if (std::exchange(stopping_, true)) return loop_.stop();
    log(LogLevel::info, "stopping", {{"reason", reason}});
    loop_.after(stop_grace_ms, [this] { loop_.stop(); });
}

Validator::~Validator() {
    if (consensus_thread_.joinable()) {
        consensus_loop_.stop();
        consensus_thread_.join();
    }
    // Workers and the writer post to the loops; they end before anything they use goes.
    if (workers_ != nullptr) workers_->drain();
    if (bls_workers_ != nullptr) bls_workers_->drain();
    telemetry_.reset();
    clients_.reset();
    peers_.reset();
    driver_.reset();
    desk_.reset();
    bls_workers_.reset();
    workers_.reset();
}

NodeFacts Validator::facts() const {
    NodeFacts facts;
    facts.alias = settings_.alias;
    facts.verkey = identity_.verkey;
    facts.curve_z85 = identity_.curve.public_key.z85();
    facts.bls_key = identity_.bls_key ? identity_.bls_key->ver_key().to_base58() : "";
    facts.settings = &settings_;
    facts.pool_nodes = pool_nodes_;
    facts.peers = peers_->status();
    facts.driver = driver_->status();
    facts.clients = clients_->counters();
    facts.client_socket = clients_->socket_counters();
    facts.node_socket = peers_->counters();
    facts.store = store_->counters();
    if (scrub_ != nullptr) facts.scrub = scrub_->facts();
    facts.started_at = started_at_;
    facts.now = net::unix_seconds();
    facts.suspicions = faults_.by_peer();
    facts.unverified = member_frames_->unverified();
    return facts;
}

}  // namespace

int run_validator(const Settings& settings) {
    Validator validator(settings);
    if (const auto failure = validator.start()) {
        log_error(failure->error);
        return static_cast<int>(failure->code);
    }
    return leave(validator.run());
}

}  // namespace stadtbuch::node
