// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/observer.hpp"

#include <pthread.h>

#include <atomic>
#include <map>
#include <optional>
#include <thread>

#include "node/consensus_driver.hpp"
#include "node/http/explorer.hpp"
#include "node/http/public_routes.hpp"
#include "node/http/telemetry.hpp"
#include "node/identity.hpp"
#include "node/ledger_store.hpp"
#include "node/log.hpp"
#include "node/proof_fetcher.hpp"
#include "node/repair.hpp"
#include "node/transport/client_service.hpp"
#include "node/transport/validator_links.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/ed25519.hpp"
#include "ssi/keys/keystore_file.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/signing.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::int64_t register_patience_ms = 15'000;
constexpr std::int64_t info_patience_ms = 5'000;
constexpr std::int64_t follow_patience_ms = 5'000;

/// VALIDATOR_INFO of all validators, as it comes in.
struct InfoRound {
    std::map<std::string, encoding::Value> infos;  ///< by alias; null: nothing yet
    std::size_t missing = 0;
    std::function<void(encoding::Value)> done;

    void finish() {
        if (!done) return;
        encoding::Array list;
        for (auto& [alias, info] : infos) {
            if (info.is_null()) {
                info = encoding::Object{{"Node_info", encoding::Object{{"Name", alias}}},
                                        {"error", "no answer in time"}};
            }
            list.push_back(std::move(info));
        }
        std::exchange(done, {})(std::move(list));
    }
};

class Observer {
  public:
    explicit Observer(const Settings& settings) : settings_(settings) {}

    ~Observer();

    [[nodiscard]] std::optional<StartFailure> start();
    [[nodiscard]] int run();

  private:
    [[nodiscard]] std::optional<StartFailure> open_store();
    [[nodiscard]] std::optional<StartFailure> open_http();
    void make_driver();
    void send_frames(const std::vector<OutgoingFrame>& frames);
    void register_nym(const RegisterRequest& request,
                      const std::function<void(RegisterOutcome)>& done);
    void confirm_when_read(const std::string& did, std::int64_t until_ms,
                           const std::function<void(RegisterOutcome)>& done);
    void ask_validators(std::function<void(encoding::Value)> done);
    [[nodiscard]] std::string signed_request(encoding::Object operation,
                                             std::uint64_t req_id) const;
    void stop(const std::string& reason);
    /// Everything in the store is proved, if the newest entries are: after a snapshot, or a run
    /// before this one.
    [[nodiscard]] bool starts_proved() const;
    [[nodiscard]] NodeFacts facts() const;
    /// The facts for others: who was told "ready" finds the HTTP side ready too.
    [[nodiscard]] NodeFacts facts_told();

    const Settings& settings_;
    Identity identity_;
    std::optional<keys::Ed25519KeyPair> registrar_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<ledger::Execution> execution_;
    std::unique_ptr<ledger::Reader> reader_;
    std::unique_ptr<Scrub> scrub_;
    net::EventLoop loop_;
    net::EventLoop consensus_loop_;
    std::unique_ptr<net::ThreadPool> workers_;
    std::unique_ptr<ConsensusDriver> driver_;
    std::shared_ptr<net::CurveContext> context_;
    std::unique_ptr<ValidatorLinks> links_;
    std::unique_ptr<ProofFetcher> proofs_;
    std::unique_ptr<ClientService> clients_;
    std::unique_ptr<PublicParts> public_parts_;
    std::unique_ptr<net::HttpServer> http_;
    std::unique_ptr<Telemetry> telemetry_;
    std::thread consensus_thread_;
    std::vector<ledger::PoolNode> pool_nodes_;
    std::int64_t started_at_ = 0;
    std::uint64_t next_req_id_ = 0;
    std::atomic<bool> was_ready_{false};
    std::atomic<int> exit_code_{0};
};

std::optional<StartFailure> Observer::start() {
    auto identity = load_identity(settings_);
    if (!identity) return identity.error();
    identity_ = *std::move(identity);
    if (!settings_.register_seed_file.empty() && settings_.development_network) {
        auto seed = keys::read_private_file(settings_.register_seed_file);
        if (!seed) return StartFailure{exit_code_of(seed.error()), seed.error()};
        auto pair = keys::Ed25519KeyPair::from_seed(view_of(std::string_view(*seed).substr(0, 32)));
        if (!pair) {
            return StartFailure{ExitCode::configuration,
                                {"SB-1203", "the seed file holds no 32-byte seed",
                                 settings_.register_seed_file, "Write 32 characters into it."}};
        }
        registrar_.emplace(*std::move(pair));
    }
    context_ = net::CurveContext::create();
    if (auto failure = open_store()) return failure;
    was_ready_ = starts_proved();
    workers_ = std::make_unique<net::ThreadPool>(
        net::ThreadPool::Options{settings_.worker_threads, 10'000, "worker"});
    started_at_ = net::unix_seconds();
    next_req_id_ = static_cast<std::uint64_t>(started_at_) * 1'000'000'000u;
    pool_nodes_ = execution_->pool_nodes();
    links_ = std::make_unique<ValidatorLinks>(loop_, context_);
    make_driver();
    proofs_ = std::make_unique<ProofFetcher>(loop_, *workers_, *reader_, *links_, *driver_,
                                             identity_.genesis);
    auto clients = ClientService::open(
        {loop_, *workers_, *reader_, nullptr, nullptr}, identity_.curve,
        net::CurveListenerOptions::client_port(settings_.client.host, settings_.client.port));
    if (!clients) return StartFailure{exit_code_of(clients.error()), clients.error()};
    clients_ = *std::move(clients);
    if (auto failure = open_http()) return failure;
    auto telemetry = Telemetry::open(
        loop_, settings_, [this] { return facts_told(); }, [this] { stop("admin socket"); });
    if (!telemetry) return StartFailure{exit_code_of(telemetry.error()), telemetry.error()};
    telemetry_ = *std::move(telemetry);
    return std::nullopt;
}

std::optional<StartFailure> Observer::open_store() {
    auto opened = open_ledger_store(settings_, identity_);
    if (!opened) return opened.error();
    store_ = std::move(opened->store);
    execution_ = std::move(opened->execution);
    reader_ = std::move(opened->reader);
    scrub_ = std::move(opened->scrub);
    return std::nullopt;
}

std::optional<StartFailure> Observer::open_http() {
    if (settings_.http.port == 0) return std::nullopt;
    net::HttpServerOptions options;
    options.host = settings_.http.host;
    options.port = settings_.http.port;
    options.worker_threads =
        settings_.worker_threads + 1;  // a search may not hold up everything else
    options.behind_proxy = settings_.http_behind_proxy;
    options.default_headers = public_security_headers();
    options.render_error = [](const net::HttpRequest* request, int status,
                              std::string_view detail) {
        const bool as_page = request != nullptr && wants_html(*request);
        return as_page ? explorer_error_page(*request, status)
                       : net::error_response(status, detail);
    };
    http_ = std::make_unique<net::HttpServer>(std::move(options));
    public_parts_ = std::make_unique<PublicParts>(settings_, *reader_);
    public_parts_->genesis_size = identity_.genesis.pool.size();
    public_parts_->is_ready = [this] { return was_ready_.load(); };
    public_parts_->on_worker = [this](std::function<void()> task) {
        return workers_->submit(std::move(task));
    };
    public_parts_->fetch_signature = [this](ledger::Ledger ledger, std::optional<std::int64_t> time,
                                            std::function<void()> done) {
        loop_.post(
            [this, ledger, time, done = std::move(done)] { proofs_->fetch(ledger, time, done); });
    };
    if (registrar_) {
        public_parts_->register_nym = [this](RegisterRequest request,
                                             std::function<void(RegisterOutcome)> done) {
            loop_.post([this, request = std::move(request), done = std::move(done)] {
                register_nym(request, done);
            });
        };
        public_parts_->ask_validators = [this](std::function<void(encoding::Value)> done) {
            loop_.post([this, done = std::move(done)] { ask_validators(done); });
        };
    }
    add_public_routes(*http_, *public_parts_);
    const auto started = http_->start();
    if (!started) return StartFailure{exit_code_of(started.error()), started.error()};
    return std::nullopt;
}

void Observer::make_driver() {
    ConsensusDriver::Options options;
    options.alias = settings_.alias;
    options.role = consensus::Role::observer;
    options.limits.observer_poll_interval = 500;
    for (const ledger::PoolNode& node : genesis_nodes(identity_.genesis)) {
        options.genesis_registry.push_back(node.alias);
    }
    DriverCallbacks callbacks;
    callbacks.send = [this](std::vector<OutgoingFrame> frames) {
        loop_.post([this, frames = std::move(frames)] { send_frames(frames); });
    };
    callbacks.rejected = [](const std::vector<RejectedRequest>&) {};
    callbacks.refused = [](const std::vector<std::string>&) {};
    callbacks.replied = [](const std::vector<ledger::CommittedTxn>&) {};
    callbacks.membership = [this](std::vector<ledger::PoolNode> nodes,
                                  const std::vector<std::string>&) {
        loop_.post([this, nodes = std::move(nodes)]() mutable {
            links_->update(nodes);
            pool_nodes_ = std::move(nodes);
        });
    };
    callbacks.suspicion = [](const consensus::Suspicion& suspicion) {
        log(LogLevel::warn, "suspicion",
            {{"peer", suspicion.from},
             {"reason", std::string(consensus::to_text(suspicion.reason))}});
    };
    callbacks.failed = [this](const Error& error) {
        log_error(error);
        exit_code_ = static_cast<int>(exit_code_after(error, settings_));
        loop_.stop();
    };
    driver_ = std::make_unique<ConsensusDriver>(consensus_loop_, *workers_, *store_, *execution_,
                                                *reader_, std::move(options), std::move(callbacks));
    links_->on_message([this](const std::string& alias, consensus::messages::Message message) {
        std::vector<DriverEvent> events;
        events.push_back({consensus::Received{alias, std::move(message)}, nullptr});
        driver_->post(std::move(events));
    });
    links_->on_change([this](const std::string& alias, bool connected) {
        log(LogLevel::info, connected ? "validator reached" : "validator lost", {{"peer", alias}});
        std::vector<DriverEvent> events;
        if (connected) {
            events.push_back({consensus::PeerConnected{alias}, nullptr});
        } else {
            events.push_back({consensus::PeerDisconnected{alias}, nullptr});
        }
        driver_->post(std::move(events));
    });
}

/// A client port knows no MESSAGE_REQUEST; asking for its status means sending one's own, which is
/// answered with the validator's status or with the proof of what is missing (indy-client-protocol
/// §9).
void Observer::send_frames(const std::vector<OutgoingFrame>& frames) {
    for (const OutgoingFrame& frame : frames) {
        auto message =
            consensus::messages::decode(*frame.text, {.bytes_max = std::size_t{64} << 20});
        if (!message) continue;
        std::string text = *frame.text;
        if (const auto* question = std::get_if<consensus::messages::MessageRequest>(&*message)) {
            if (question->type != consensus::messages::RequestedType::ledger_status) continue;
            const auto view = reader_->view();
            const auto ledger = ledger_of(question->params.ledger);
            consensus::messages::LedgerStatus status;
            status.ledger = question->params.ledger;
            status.txn_seq_no = view->size(ledger);
            status.view_no = 0;
            status.pp_seq_no = 0;
            status.merkle_root = view->txn_root(ledger);
            text = consensus::messages::encode(status);
        }
        if (frame.to.empty()) {
            for (const std::string& alias : links_->connected()) links_->send(alias, text);
        }
        for (const std::string& alias : frame.to) links_->send(alias, text);
    }
}

void Observer::register_nym(const RegisterRequest& request,
                            const std::function<void(RegisterOutcome)>& done) {
    encoding::Object operation;
    operation.set("type", std::string(ledger::txn_type::nym));
    operation.set("dest", request.did);
    operation.set("verkey", request.verkey);
    if (!request.alias.empty()) operation.set("alias", request.alias);
    if (!request.role.empty()) operation.set("role", request.role);
    const std::uint64_t req_id = ++next_req_id_;
    links_->submit(req_id, signed_request(std::move(operation), req_id), register_patience_ms,
                   [this, did = request.did, done](const ValidatorLinks::Outcome& outcome) {
                       if (!outcome.good) return done({false, outcome.reason});
                       confirm_when_read(did, loop_.now_ms() + follow_patience_ms, done);
                   });
}

/// Whoever registered a DID reads it here next, so the answer waits until this observer has it,
/// too.
void Observer::confirm_when_read(const std::string& did, std::int64_t until_ms,
                                 const std::function<void(RegisterOutcome)>& done) {
    if (reader_->view()->verkey(did) || loop_.now_ms() >= until_ms) return done({true, ""});
    loop_.after(20, [this, did, until_ms, done] { confirm_when_read(did, until_ms, done); });
}

std::string Observer::signed_request(encoding::Object operation, std::uint64_t req_id) const {
    encoding::Object message;
    message.set("identifier", did::short_did(registrar_->public_key()));
    message.set("operation", std::move(operation));
    message.set("protocolVersion", 2);
    message.set("reqId", req_id);
    const auto signature = registrar_->sign(view_of(encoding::signing_text(message)));
    message.set("signature",
                encoding::base58_encode(BytesView(signature.data(), signature.size())));
    return encoding::compact_json(message);
}

void Observer::ask_validators(std::function<void(encoding::Value)> done) {
    auto round = std::make_shared<InfoRound>();
    round->done = std::move(done);
    for (const PeerStatus& peer : links_->status())
        round->infos.emplace(peer.alias, encoding::Value());
    round->missing = round->infos.size();
    if (round->missing == 0) return round->finish();
    for (const auto& [alias, unknown] : round->infos) {
        const std::uint64_t req_id = ++next_req_id_;
        encoding::Object operation{{"type", std::string(ledger::txn_type::validator_info)}};
        links_->ask(alias, req_id, signed_request(std::move(operation), req_id),
                    [round](const std::string& from, const encoding::Value& result) {
                        const encoding::Value* data = result.find("data");
                        const auto place = round->infos.find(from);
                        if (!round->done || data == nullptr || place == round->infos.end() ||
                            !place->second.is_null())
                            return;
                        place->second = *data;
                        if (--round->missing == 0) round->finish();
                    });
    }
    loop_.after(info_patience_ms, [round] { round->finish(); });
}

int Observer::run() {
    loop_.handle_signals([this](int signal) { stop("signal " + std::to_string(signal)); });
    loop_.every(50, [this] { (void)facts_told(); });
    consensus_thread_ = std::thread([this] {
        pthread_setname_np(pthread_self(), "consensus");
        driver_->start();
        consensus_loop_.run();
    });
    log(LogLevel::info, "observer started",
        {{"client_port", std::to_string(clients_->port())},
         {"http_port", std::to_string(settings_.http.port)}});
    loop_.run();
    consensus_loop_.stop();
    consensus_thread_.join();
    log(LogLevel::info, "observer stopped");
    return exit_code_;
}

void Observer::stop(const std::string& reason) {
    log(LogLevel::info, "stopping", {{"reason", reason}});
    loop_.stop();
}

Observer::~Observer() {
    if (consensus_thread_.joinable()) {
        consensus_loop_.stop();
        consensus_thread_.join();
    }
    if (http_ != nullptr) http_->stop(0);
    if (workers_ != nullptr) workers_->drain();
    telemetry_.reset();
    http_.reset();
    clients_.reset();
    proofs_.reset();
    links_.reset();
    driver_.reset();
    workers_.reset();
}

bool Observer::starts_proved() const {
    const auto view = reader_->view();
    return view->multi_signature(view->state_root(ledger::Ledger::pool)) &&
           view->multi_signature(view->state_root(ledger::Ledger::domain));
}

NodeFacts Observer::facts() const {
    NodeFacts facts;
    facts.alias = settings_.alias;
    facts.curve_z85 = identity_.curve.public_key.z85();
    facts.settings = &settings_;
    facts.pool_nodes = pool_nodes_;
    facts.peers = links_->status();
    facts.driver = driver_->status();
    facts.clients = clients_->counters();
    facts.client_socket = clients_->socket_counters();
    facts.store = store_->counters();
    if (scrub_ != nullptr) facts.scrub = scrub_->facts();
    facts.started_at = started_at_;
    facts.now = net::unix_seconds();
    return facts;
}

NodeFacts Observer::facts_told() {
    NodeFacts told = facts();
    if (is_ready(told)) was_ready_ = true;
    return told;
}

}  // namespace

int run_observer(const Settings& settings) {
    Observer observer(settings);
    if (const auto failure = observer.start()) {
        log_error(failure->error);
        return static_cast<int>(failure->code);
    }
    return leave(observer.run());
}

}  // namespace stadtbuch::node
