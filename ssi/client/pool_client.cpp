// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/client/pool_client.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "ssi/client/pool_refresh.hpp"
#include "ssi/ledger/types.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::client {

using encoding::Value;

namespace {

constexpr std::size_t request_bytes_max = 131072;  // indy-client-protocol §1

struct Session {
    std::string text;
    ReplyQuorum quorum;
    PoolClient::OnAnswer done;
    std::map<std::string, net::EventLoop::TimerId> node_timers;
    net::EventLoop::TimerId impatience_timer = 0;
    bool is_write = false;
    std::optional<Result<PoolAnswer, PoolError>> outcome = {};  ///< of a write that settles
    std::set<std::string> unsettled = {};  ///< connected nodes that did not answer it yet
    net::EventLoop::TimerId settle_timer = 0;
};

/// reqId of any answer to a request; 0 if it has none.
std::uint64_t req_id_of(const Value& message) {
    const Value* id = message.find("reqId");
    if (const Value* result = message.find("result")) {
        id = result->find("reqId");
        const Value* txn = result->find("txn");
        const Value* metadata = txn ? txn->find("metadata") : nullptr;
        if (!id && metadata) id = metadata->find("reqId");
    }
    return id ? id->unsigned_integer().value_or(0) : 0;
}

PoolError input_error(std::string what) {
    PoolError error;
    error.kind = PoolErrorKind::input;
    error.error = Error{"SB-3014", std::move(what), "request", ""};
    return error;
}

}  // namespace

struct PoolClient::Impl {
    Impl(net::EventLoop& own_loop, std::shared_ptr<net::CurveContext> own_context,
         PoolLedger own_ledger, keys::RandomSource& own_random, PoolClientOptions own_options)
        : loop(own_loop),
          context(std::move(own_context)),
          random(own_random),
          options(std::move(own_options)),
          ledger(std::move(own_ledger)),
          keys(net::CurveKeyPair::random()),
          own_writes(options.own_writes),
          last_writers(options.last_writers) {}

    ~Impl() {
        for (auto& [req_id, session] : sessions) cancel_timers(*session);
        loop.cancel(refresh_timer);
    }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    net::EventLoop& loop;
    std::shared_ptr<net::CurveContext> context;
    keys::RandomSource& random;
    PoolClientOptions options;
    PoolLedger ledger;
    net::CurveKeyPair keys;
    std::map<std::string, std::unique_ptr<net::CurveDealer>> dealers;
    std::map<std::uint64_t, std::unique_ptr<Session>> sessions;
    std::unique_ptr<PoolRefresh> refreshing;
    std::vector<OnRefreshed> refreshed;
    net::EventLoop::TimerId refresh_timer = 0;
    /// LEDGER_STATUS answers name no question: by node, when the questions were sent that are still
    /// open.
    std::map<std::string, std::vector<std::int64_t>> open_statuses;
    std::uint64_t last_req_id = 0;
    std::map<std::int64_t, std::int64_t> own_writes;  ///< ledger id to batch time
    std::vector<std::string> last_writers;            ///< who had the last own write first
    /// Posted work asks it whether this object still lives.
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);

    // Connections
    [[nodiscard]] net::CurveDealer* dealer_of(const std::string& alias);
    [[nodiscard]] bool send(const std::string& alias, std::string_view text);
    void drop_changed(const PoolLedger& before);
    void on_frame(const std::string& alias, BytesView payload);
    [[nodiscard]] std::vector<std::string> asking_order();
    void post(std::function<void()> task);

    // Requests
    void apply(std::uint64_t req_id, QuorumStep step);
    void set_timer(std::uint64_t req_id, const std::string& alias, std::int64_t delay_ms);
    void wait_impatiently(std::uint64_t req_id);
    void cancel_timers(Session& session);
    void remember_write(const PoolAnswer& answer);
    [[nodiscard]] bool settles(std::uint64_t req_id, const PoolAnswer& answer);
    void on_late_answer(std::uint64_t req_id, const std::string& alias);
    void finish(std::uint64_t req_id, Result<PoolAnswer, PoolError> outcome);

    // Refresh
    void apply(RefreshStep step);
    void finish_refresh(Result<PoolLedger, PoolError> outcome);
    void set_refresh_timer();
    void note_status_sent(const std::string& alias);
    [[nodiscard]] bool answers_newest_status(const std::string& alias);
};

// Connections

net::CurveDealer* PoolClient::Impl::dealer_of(const std::string& alias) {
    if (const auto at = dealers.find(alias); at != dealers.end()) return at->second.get();
    const auto& verifiers = ledger.verifiers();
    const auto verifier = std::find_if(verifiers.begin(), verifiers.end(),
                                       [&](const Verifier& one) { return one.alias == alias; });
    if (verifier == verifiers.end()) return nullptr;

    net::CurveDealerOptions dealer_options;
    dealer_options.host = verifier->host;
    dealer_options.port = verifier->port;
    dealer_options.server_key.bytes = verifier->transport_key;
    dealer_options.keys = keys;
    dealer_options.identity = encoding::base64_encode(keys.public_key.view());
    auto dealer = std::make_unique<net::CurveDealer>(loop, context, std::move(dealer_options));
    dealer->on_message([this, alias](BytesView payload) { on_frame(alias, payload); });
    if (!dealer->connect()) return nullptr;
    return dealers.emplace(alias, std::move(dealer)).first->second.get();
}

bool PoolClient::Impl::send(const std::string& alias, std::string_view text) {
    net::CurveDealer* dealer = dealer_of(alias);
    return dealer && dealer->send(text) == net::SendResult::sent;
}

void PoolClient::Impl::drop_changed(const PoolLedger& before) {
    for (const Verifier& old : before.verifiers()) {
        const auto& verifiers = ledger.verifiers();
        const bool is_same =
            std::any_of(verifiers.begin(), verifiers.end(), [&](const Verifier& one) {
                return one.alias == old.alias && one.host == old.host && one.port == old.port &&
                       one.verkey == old.verkey;
            });
        if (!is_same) dealers.erase(old.alias);
    }
}

void PoolClient::Impl::post(std::function<void()> task) {
    loop.post([token = std::weak_ptr<bool>(alive), task = std::move(task)] {
        if (!token.expired()) task();
    });
}

std::vector<std::string> PoolClient::Impl::asking_order() {
    std::vector<std::string> order;
    for (const Verifier& verifier : ledger.verifiers()) order.push_back(verifier.alias);
    for (std::size_t i = order.size(); i > 1; --i) {
        std::array<Byte, 2> bytes{};
        random.fill(bytes);
        const std::size_t pick = (std::size_t{bytes[0]} * 256 + bytes[1]) % i;
        std::swap(order[i - 1], order[pick]);
    }
    // Those that can answer at once come first.
    std::stable_partition(order.begin(), order.end(), [&](const std::string& alias) {
        const auto at = dealers.find(alias);
        return at != dealers.end() && at->second->state() == net::DealerState::connected;
    });
    // Before them, those that are known to have what was written last.
    std::stable_partition(order.begin(), order.end(), [&](const std::string& alias) {
        return std::find(last_writers.begin(), last_writers.end(), alias) != last_writers.end();
    });
    return order;
}

void PoolClient::Impl::on_frame(const std::string& alias, BytesView payload) {
    const std::string_view text = text_of(payload);
    auto message = encoding::parse_json(text);
    if (!message || !message->is_object()) return;
    const std::string_view op = message->text_at("op");
    if (op == "LEDGER_STATUS" || op == "CONSISTENCY_PROOF" || op == "CATCHUP_REP") {
        if (op != "CATCHUP_REP" && !answers_newest_status(alias)) return;
        if (refreshing) apply(refreshing->on_message(alias, *message));
        return;
    }
    const std::uint64_t req_id = req_id_of(*message);
    const auto session = sessions.find(req_id);
    if (session == sessions.end()) return;
    if (session->second->outcome) {
        if (op != "REQACK") on_late_answer(req_id, alias);
        return;
    }
    if (op == "REQACK") return set_timer(req_id, alias, options.reply_timeout_ms);
    apply(req_id, session->second->quorum.on_answer(alias, *message, text, net::unix_seconds()));
}

// Requests

void PoolClient::Impl::cancel_timers(Session& session) {
    for (const auto& [alias, timer] : session.node_timers) loop.cancel(timer);
    session.node_timers.clear();
    loop.cancel(session.impatience_timer);
    loop.cancel(session.settle_timer);
}

void PoolClient::Impl::set_timer(std::uint64_t req_id, const std::string& alias,
                                 std::int64_t delay_ms) {
    auto& timers = sessions.at(req_id)->node_timers;
    if (const auto old = timers.find(alias); old != timers.end()) loop.cancel(old->second);
    timers[alias] = loop.after(delay_ms, [this, req_id, alias] {
        const auto session = sessions.find(req_id);
        if (session != sessions.end()) apply(req_id, session->second->quorum.on_silence(alias));
    });
}

void PoolClient::Impl::wait_impatiently(std::uint64_t req_id) {
    Session& session = *sessions.at(req_id);
    session.impatience_timer = loop.after(options.impatience_ms, [this, req_id] {
        const auto at = sessions.find(req_id);
        if (at == sessions.end()) return;
        apply(req_id, at->second->quorum.on_impatience());
        if (sessions.contains(req_id)) wait_impatiently(req_id);
    });
}

void PoolClient::Impl::apply(std::uint64_t req_id, QuorumStep step) {
    const auto at = sessions.find(req_id);
    if (at == sessions.end()) return;
    for (const std::string& alias : step.ask) {
        const bool is_sent = send(alias, at->second->text);
        set_timer(req_id, alias, is_sent ? options.ack_timeout_ms : 0);
    }
    if (!step.outcome) return;
    if (at->second->is_write && step.outcome->has_value() && settles(req_id, **step.outcome)) {
        at->second->outcome = std::move(step.outcome);
        return;
    }
    finish(req_id, *std::move(step.outcome));
}

bool PoolClient::Impl::settles(std::uint64_t req_id, const PoolAnswer& answer) {
    if (options.settle_ms <= 0) return false;
    Session& session = *sessions.at(req_id);
    for (const auto& [alias, dealer] : dealers) {
        const bool has_answered =
            std::find(answer.nodes.begin(), answer.nodes.end(), alias) != answer.nodes.end();
        if (!has_answered && dealer->state() == net::DealerState::connected)
            session.unsettled.insert(alias);
    }
    if (session.unsettled.empty()) return false;
    cancel_timers(session);
    session.settle_timer = loop.after(options.settle_ms, [this, req_id] {
        const auto at = sessions.find(req_id);
        if (at != sessions.end()) finish(req_id, *std::move(at->second->outcome));
    });
    return true;
}

void PoolClient::Impl::on_late_answer(std::uint64_t req_id, const std::string& alias) {
    Session& session = *sessions.at(req_id);
    if (session.unsettled.erase(alias) == 0) return;
    if (session.unsettled.empty()) finish(req_id, *std::move(session.outcome));
}

void PoolClient::Impl::finish(std::uint64_t req_id, Result<PoolAnswer, PoolError> outcome) {
    const auto at = sessions.find(req_id);
    STADTBUCH_ASSERT(at != sessions.end());
    const std::unique_ptr<Session> session = std::move(at->second);
    sessions.erase(at);
    cancel_timers(*session);
    if (outcome.has_value()) remember_write(*outcome);
    session->done(std::move(outcome));
}

void PoolClient::Impl::remember_write(const PoolAnswer& answer) {
    const Value* txn = answer.result.find("txn");
    const Value* metadata = answer.result.find("txnMetadata");
    const Value* time = metadata ? metadata->find("txnTime") : nullptr;
    const auto ledger_id = txn ? ledger::ledger_of_type(txn->text_at("type")) : std::nullopt;
    if (!ledger_id || !time || !time->integer()) return;
    std::int64_t& newest = own_writes[ledger::number_of(*ledger_id)];
    newest = std::max(newest, *time->integer());
    last_writers = answer.nodes;
}

// Refresh

void PoolClient::Impl::set_refresh_timer() {
    loop.cancel(refresh_timer);
    refresh_timer = loop.after(options.ack_timeout_ms, [this] {
        if (refreshing) apply(refreshing->on_timeout());
    });
}

void PoolClient::Impl::note_status_sent(const std::string& alias) {
    std::vector<std::int64_t>& times = open_statuses[alias];
    const std::int64_t now = loop.now_ms();
    // What was not answered in time counts as lost.
    std::erase_if(times, [&](std::int64_t sent) { return now - sent > options.ack_timeout_ms; });
    times.push_back(now);
}

bool PoolClient::Impl::answers_newest_status(const std::string& alias) {
    std::vector<std::int64_t>& times = open_statuses[alias];
    if (times.empty()) return false;
    times.erase(times.begin());
    return times.empty();
}

void PoolClient::Impl::apply(RefreshStep step) {
    for (const RefreshStep::Send& one : step.send) static_cast<void>(send(one.alias, one.text));
    if (step.restart_timer) set_refresh_timer();
    if (!step.outcome) return;
    loop.cancel(refresh_timer);
    // Not from within a connection's callback: a changed node's connection is about to go.
    post([this, outcome = *std::move(step.outcome)]() mutable {
        finish_refresh(std::move(outcome));
    });
}

void PoolClient::Impl::finish_refresh(Result<PoolLedger, PoolError> outcome) {
    refreshing.reset();
    const std::vector<OnRefreshed> waiting = std::exchange(refreshed, {});
    if (outcome) {
        const PoolLedger before = std::exchange(ledger, *outcome);
        drop_changed(before);
    }
    const std::weak_ptr<bool> token = alive;
    for (const OnRefreshed& done : waiting) {
        if (token.expired()) return;
        done(outcome ? Result<void, PoolError>()
                     : Result<void, PoolError>(Failure{outcome.error()}));
    }
}

PoolClient::PoolClient(net::EventLoop& loop, std::shared_ptr<net::CurveContext> context,
                       PoolLedger ledger, keys::RandomSource& random, PoolClientOptions options)
    : impl_(std::make_unique<Impl>(loop, std::move(context), std::move(ledger), random, options)) {}

PoolClient::~PoolClient() = default;

void PoolClient::refresh(OnRefreshed done) {
    impl_->refreshed.push_back(std::move(done));
    if (impl_->refreshing) return;
    impl_->refreshing = std::make_unique<PoolRefresh>(impl_->ledger);
    impl_->set_refresh_timer();
    RefreshStep start = impl_->refreshing->start();
    for (const RefreshStep::Send& status : start.send) impl_->note_status_sent(status.alias);
    impl_->apply(std::move(start));
}

void PoolClient::submit(Value request, OnAnswer done) {
    const auto refuse = [&](std::string what) {
        impl_->post([done = std::move(done), error = input_error(std::move(what))] {
            done(Failure{error});
        });
    };
    const Value* operation = request.find("operation");
    const Value* id = request.find("reqId");
    const std::uint64_t req_id = id ? id->unsigned_integer().value_or(0) : 0;
    if (!operation || !operation->is_object() || req_id == 0)
        return refuse("operation or reqId is missing");
    if (impl_->sessions.contains(req_id)) return refuse("a request with this reqId is under way");
    std::string text = encoding::compact_json(request);
    if (text.size() > request_bytes_max) return refuse("the request is longer than 131072 bytes");

    ReplyQuorum::Terms terms;
    terms.kind = ask_kind_of(*operation);
    terms.order = impl_->asking_order();
    terms.f = impl_->ledger.f();
    terms.keys = impl_->ledger.keys();
    terms.freshness_s = impl_->options.freshness_s;
    terms.own_writes = impl_->own_writes;
    const bool is_read = terms.kind == AskKind::proved_read || terms.kind == AskKind::plain_read;
    const bool is_write = terms.kind == AskKind::write;
    impl_->sessions.emplace(
        req_id, std::make_unique<Session>(Session{std::move(text),
                                                  ReplyQuorum(std::move(terms), std::move(request)),
                                                  std::move(done),
                                                  {},
                                                  0,
                                                  is_write}));
    impl_->apply(req_id, impl_->sessions.at(req_id)->quorum.start());
    if (is_read && impl_->sessions.contains(req_id)) impl_->wait_impatiently(req_id);
}

std::uint64_t PoolClient::next_req_id() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
    impl_->last_req_id = std::max(impl_->last_req_id + 1, static_cast<std::uint64_t>(ns));
    return impl_->last_req_id;
}

const PoolLedger& PoolClient::ledger() const {
    return impl_->ledger;
}

std::vector<std::string> PoolClient::connected_nodes() const {
    std::vector<std::string> nodes;
    for (const auto& [alias, dealer] : impl_->dealers) {
        if (dealer->state() == net::DealerState::connected) nodes.push_back(alias);
    }
    return nodes;
}

}  // namespace stadtbuch::client
