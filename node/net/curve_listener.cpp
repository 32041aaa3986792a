// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <zmq.h>

#include <chrono>
#include <cstring>
#include <thread>
#include <unordered_set>

#include "node/net/bind_error.hpp"
#include "node/net/curve_impl.hpp"
#include "storage/base/assert.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::net {
namespace {

/// After closing, the kernel may hold the address for a moment because libzmq closes in another
/// thread.
constexpr int rebind_attempts = 100;
constexpr auto rebind_pause = std::chrono::milliseconds(10);

constexpr int watched_events = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED |
                               ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                               ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL;

}  // namespace

CurveListenerOptions CurveListenerOptions::node_port(std::string host, std::uint16_t port) {
    CurveListenerOptions options;
    options.host = std::move(host);
    options.port = port;
    options.policy = CurvePolicy::allow_set;
    options.bind_identity = true;
    options.message_bytes_max = 131072;
    options.send_queue_max = 20000;
    options.receive_queue_max = 20000;
    options.turn_messages_max = 1000;
    options.turn_bytes_max = std::size_t{50} * 131072;
    return options;
}

CurveListenerOptions CurveListenerOptions::client_port(std::string host, std::uint16_t port) {
    CurveListenerOptions options;
    options.host = std::move(host);
    options.port = port;
    options.message_bytes_max = std::size_t{1} << 20;
    return options;
}

struct CurveListener::Impl {
    Impl(EventLoop& own_loop, std::shared_ptr<CurveContext> own_context,
         const CurveKeyPair& own_keys, CurveListenerOptions own_options)
        : loop(own_loop),
          context(std::move(own_context)),
          keys(own_keys),
          options(std::move(own_options)) {}

    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    EventLoop& loop;
    std::shared_ptr<CurveContext> context;
    CurveKeyPair keys;
    CurveListenerOptions options;
    std::string domain_name;
    std::shared_ptr<ZapDomain> domain = std::make_shared<ZapDomain>();
    void* socket = nullptr;
    std::unique_ptr<SocketMonitor> monitor;
    std::unique_ptr<SocketWatch> watch;
    /// Copy of the domain's set that needs no lock.
    std::set<CurveKey> allowed;
    std::unordered_set<std::uint32_t> open_fds;
    mutable CurveListenerCounters counters;
    std::uint16_t port = 0;
    bool reading = true;
    OnMessage on_message;
    std::function<void()> on_batch_end;
    std::function<void(const CurveKey&, std::string_view)> on_impostor;

    [[nodiscard]] Result<void, Error> bind(const std::string& numeric_host, std::uint16_t wanted);
    void make_socket();
    void close_socket();
    void on_monitor(const MonitorEvent& event);
    void drain();
    /// Octets taken from the socket; 0 when nothing waits.
    [[nodiscard]] std::size_t receive_one();
    void deliver(std::string_view identity, const ZmqMessage& payload);
};

CurveListener::Impl::~Impl() {
    close_socket();
    const std::lock_guard lock(context->impl().mutex);
    context->impl().domains.erase(domain_name);
}

void CurveListener::Impl::make_socket() {
    // A ROUTER gives a routing id to whoever claimed it last: a member could cut another off by taking its id. Where
    // the proven key is the identity and nothing is sent back, a DEALER hears all connections side by side.
    socket = zmq_socket(context->impl().context, options.bind_identity ? ZMQ_DEALER : ZMQ_ROUTER);
    STADTBUCH_ASSERT(socket != nullptr);
    set_common_options(socket);
    if (!options.bind_identity) {
        set_option(socket, ZMQ_ROUTER_MANDATORY, 1);
        set_option(socket, ZMQ_ROUTER_HANDOVER, 1);
    }
    set_option(socket, ZMQ_SNDHWM, options.send_queue_max);
    set_option(socket, ZMQ_RCVHWM, options.receive_queue_max);
    set_option(socket, ZMQ_HANDSHAKE_IVL, options.handshake_ms);
    set_option(socket, ZMQ_BACKLOG, 1024);
    set_message_limit(socket, options.message_bytes_max);
    set_option(socket, ZMQ_CURVE_SERVER, 1);
    set_option(socket, ZMQ_CURVE_SECRETKEY, text_of(keys.secret_key.view()));
    set_option(socket, ZMQ_ZAP_DOMAIN, domain_name);
    // Before binding, so that no connection is missed.
    monitor = std::make_unique<SocketMonitor>(loop, context->impl(), socket, watched_events,
                                              [this](const MonitorEvent& e) { on_monitor(e); });
}

void CurveListener::Impl::close_socket() {
    watch.reset();
    monitor.reset();
    if (socket != nullptr) zmq_close(socket);
    socket = nullptr;
    open_fds.clear();
}

Result<void, Error> CurveListener::Impl::bind(const std::string& numeric_host,
                                              std::uint16_t wanted) {
    const bool is_v6 = numeric_host.find(':') != std::string::npos;
    set_option(socket, ZMQ_IPV6, is_v6 ? 1 : 0);
    if (zmq_bind(socket, tcp_endpoint(numeric_host, wanted).c_str()) != 0) {
        return Failure{bind_error(zmq_errno(), options.host, options.port)};
    }
    std::array<char, 256> endpoint{};
    std::size_t size = endpoint.size();
    STADTBUCH_ASSERT(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint.data(), &size) == 0);
    const std::string_view text(endpoint.data());
    port = static_cast<std::uint16_t>(std::stoul(std::string(text.substr(text.rfind(':') + 1))));
    watch = std::make_unique<SocketWatch>(loop, socket, [this] { drain(); });
    watch->set_reading(reading);
    return {};
}

void CurveListener::Impl::on_monitor(const MonitorEvent& event) {
    if (event.event == ZMQ_EVENT_ACCEPTED) {
        ++counters.accepted_connections;
        // By descriptor: a connection that another one took over ends without an event, and its
        // number comes back.
        open_fds.insert(event.value);
    } else if (event.event == ZMQ_EVENT_DISCONNECTED) {
        open_fds.erase(event.value);
    } else {
        ++counters.failed_handshakes;
    }
}

void CurveListener::Impl::drain() {
    std::size_t messages = 0;
    std::size_t bytes = 0;
    bool emptied = false;
    while (messages < options.turn_messages_max && bytes < options.turn_bytes_max) {
        const std::size_t taken = receive_one();
        if (taken == 0) {
            emptied = true;
            break;
        }
        bytes += taken;
        ++messages;
    }
    if (messages > 0 && on_batch_end) on_batch_end();
    if (!emptied && watch) watch->touched();
}

std::size_t CurveListener::Impl::receive_one() {
    ZmqMessage identity;
    ZmqMessage payload;
    if (!options.bind_identity) {
        if (!identity.receive(socket, ZMQ_DONTWAIT)) return 0;
        if (!identity.more()) {
            ++counters.dropped_frames;
            return 1;
        }
        if (!payload.receive(socket, ZMQ_DONTWAIT)) return 1;
    } else if (!payload.receive(socket, ZMQ_DONTWAIT)) {
        return 0;
    }
    const std::size_t taken = payload.view().size() + 1;
    if (payload.more()) {
        skip_frames(socket);
        ++counters.dropped_frames;
    } else if (payload.view().empty()) {
        ++counters.dropped_empty;
    } else {
        deliver(options.bind_identity ? payload.routing_id() : text_of(identity.view()), payload);
    }
    return taken;
}

void CurveListener::Impl::deliver(std::string_view identity, const ZmqMessage& payload) {
    const std::string_view user = payload.user_id();
    CurveKey key;
    std::array<char, 41> user_text{};
    if (user.size() == 40) std::memcpy(user_text.data(), user.data(), 40);
    if (user.size() != 40 || zmq_z85_decode(key.bytes.data(), user_text.data()) == nullptr) {
        ++counters.dropped_unproven;
        return;
    }
    if (options.policy == CurvePolicy::allow_set && !allowed.contains(key)) {
        domain->refused.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    if (options.bind_identity && identity != user) {
        ++counters.dropped_impostor;
        if (on_impostor) on_impostor(key, identity);
        return;
    }
    if (!encoding::is_utf8(identity)) {
        ++counters.dropped_identity;
        return;
    }
    ++counters.received;
    counters.received_bytes += payload.view().size();
    if (on_message) on_message(CurveMessage{identity, key, payload.view()});
}

CurveListener::CurveListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

CurveListener::~CurveListener() = default;

Result<std::unique_ptr<CurveListener>, Error> CurveListener::open(
    EventLoop& loop, std::shared_ptr<CurveContext> context, const CurveKeyPair& keys,
    CurveListenerOptions options) {
    Result<std::string, Error> numeric = resolve_local(options.host);
    if (!numeric) return Failure{std::move(numeric).error()};
    auto impl = std::make_unique<Impl>(loop, std::move(context), keys, std::move(options));
    CurveContext::Impl& shared = impl->context->impl();
    impl->domain_name = shared.unique_name("listener-");
    impl->domain->policy = impl->options.policy;
    {
        const std::lock_guard lock(shared.mutex);
        shared.domains.emplace(impl->domain_name, impl->domain);
    }
    impl->make_socket();
    Result<void, Error> bound = impl->bind(*numeric, impl->options.port);
    if (!bound) return Failure{bound.error()};
    return std::unique_ptr<CurveListener>(new CurveListener(std::move(impl)));
}

Result<void, Error> CurveListener::reopen() {
    Result<std::string, Error> numeric = resolve_local(impl_->options.host);
    if (!numeric) return Failure{std::move(numeric).error()};
    const std::uint16_t same_port = impl_->port;
    impl_->close_socket();
    impl_->make_socket();
    for (int attempt = 1;; ++attempt) {
        Result<void, Error> bound = impl_->bind(*numeric, same_port);
        if (bound || attempt == rebind_attempts || bound.error().id != "SB-3101") return bound;
        std::this_thread::sleep_for(rebind_pause);
    }
}

void CurveListener::on_message(OnMessage callback) {
    impl_->on_message = std::move(callback);
}

void CurveListener::on_batch_end(std::function<void()> callback) {
    impl_->on_batch_end = std::move(callback);
}

void CurveListener::on_impostor(
    std::function<void(const CurveKey& key, std::string_view identity)> callback) {
    impl_->on_impostor = std::move(callback);
}

void CurveListener::set_allowed(std::set<CurveKey> keys) {
    impl_->allowed = keys;
    const std::lock_guard lock(impl_->domain->mutex);
    impl_->domain->allowed = std::move(keys);
}

SendResult CurveListener::send(std::string_view identity, BytesView payload) {
    STADTBUCH_ASSERT(impl_->loop.is_mine());
    if (impl_->socket == nullptr || impl_->options.bind_identity) return SendResult::unknown_peer;
    const int head =
        zmq_send(impl_->socket, identity.data(), identity.size(), ZMQ_SNDMORE | ZMQ_DONTWAIT);
    if (impl_->watch) impl_->watch->touched();
    if (head < 0) {
        return zmq_errno() == EHOSTUNREACH ? SendResult::unknown_peer : SendResult::would_block;
    }
    if (zmq_send(impl_->socket, payload.data(), payload.size(), ZMQ_DONTWAIT) < 0) {
        return SendResult::would_block;
    }
    ++impl_->counters.sent;
    impl_->counters.sent_bytes += payload.size();
    return SendResult::sent;
}

void CurveListener::set_reading(bool reading) {
    impl_->reading = reading;
    if (impl_->watch) impl_->watch->set_reading(reading);
}

std::uint16_t CurveListener::port() const noexcept {
    return impl_->port;
}

const CurveListenerCounters& CurveListener::counters() const noexcept {
    impl_->counters.refused_keys = impl_->domain->refused.load(std::memory_order_relaxed);
    impl_->counters.connections = impl_->open_fds.size();
    return impl_->counters;
}

}  // namespace stadtbuch::net
