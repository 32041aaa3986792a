// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <zmq.h>

#include "node/net/curve_impl.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::net {
namespace {

constexpr int watched_events =
    ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_DELAYED | ZMQ_EVENT_CONNECT_RETRIED |
    ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
    ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
    ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
constexpr int connect_timeout_ms = 3000;
/// What was sent and nobody has acknowledged for so long ends the connection (TCP_USER_TIMEOUT).
/// Otherwise TCP tries again after ever longer pauses, minutes in the end, and a partition would
/// outlast its own end by those.
constexpr int unacknowledged_ms = 10'000;
constexpr std::size_t identity_bytes_max = 255;

}  // namespace

struct CurveDealer::Impl {
    Impl(EventLoop& own_loop, std::shared_ptr<CurveContext> own_context,
         CurveDealerOptions own_options)
        : loop(own_loop), context(std::move(own_context)), options(std::move(own_options)) {}

    ~Impl() { close_socket(); }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    EventLoop& loop;
    std::shared_ptr<CurveContext> context;
    CurveDealerOptions options;
    void* socket = nullptr;
    std::unique_ptr<SocketMonitor> monitor;
    std::unique_ptr<SocketWatch> watch;
    DealerState state = DealerState::disconnected;
    bool reading = true;
    EventLoop::TimerId retry_timer = 0;
    int retry_ms = 0;
    OnMessage on_message;
    std::function<void()> on_batch_end;
    OnEvent on_event;

    [[nodiscard]] std::string endpoint() const;
    [[nodiscard]] bool open_socket();
    void close_socket();
    void on_monitor(const MonitorEvent& event);
    void report(DealerEvent event);
    /// ZeroMQ gives up for good after some failures of a handshake or of a connection; then a fresh
    /// socket tries again.
    void renew_later(int delay_ms);
    void renew();
    void drain();
};

std::string CurveDealer::Impl::endpoint() const {
    const std::string target = tcp_endpoint(options.host, options.port);
    if (options.source_host.empty()) return target;
    return tcp_endpoint(options.source_host, 0) + ";" +
           target.substr(std::string_view("tcp://").size());
}

bool CurveDealer::Impl::open_socket() {
    socket = zmq_socket(context->impl().context, ZMQ_DEALER);
    if (socket == nullptr) return false;
    set_common_options(socket);
    set_option(socket, ZMQ_ROUTING_ID, options.identity);
    set_option(socket, ZMQ_SNDHWM, options.send_queue_max);
    set_option(socket, ZMQ_RCVHWM, options.receive_queue_max);
    set_option(socket, ZMQ_RECONNECT_IVL, options.reconnect_ms);
    set_option(socket, ZMQ_RECONNECT_IVL_MAX, options.reconnect_max_ms);
    set_option(socket, ZMQ_CONNECT_TIMEOUT, connect_timeout_ms);
    set_option(socket, ZMQ_TCP_MAXRT, unacknowledged_ms);
    set_option(socket, ZMQ_HANDSHAKE_IVL, options.handshake_ms);
    set_option(socket, ZMQ_IPV6, options.host.find(':') != std::string::npos ? 1 : 0);
    set_message_limit(socket, options.message_bytes_max);
    set_option(socket, ZMQ_CURVE_SERVERKEY, text_of(options.server_key.view()));
    set_option(socket, ZMQ_CURVE_PUBLICKEY, text_of(options.keys.public_key.view()));
    set_option(socket, ZMQ_CURVE_SECRETKEY, text_of(options.keys.secret_key.view()));
    monitor = std::make_unique<SocketMonitor>(loop, context->impl(), socket, watched_events,
                                              [this](const MonitorEvent& e) { on_monitor(e); });
    if (zmq_connect(socket, endpoint().c_str()) != 0) {
        close_socket();
        return false;
    }
    watch = std::make_unique<SocketWatch>(loop, socket, [this] { drain(); });
    watch->set_reading(reading);
    return true;
}

void CurveDealer::Impl::close_socket() {
    if (retry_timer != 0) loop.cancel(retry_timer);
    retry_timer = 0;
    watch.reset();
    monitor.reset();
    if (socket != nullptr) zmq_close(socket);
    socket = nullptr;
    state = DealerState::disconnected;
}

void CurveDealer::Impl::report(DealerEvent event) {
    if (on_event) on_event(event);
}

void CurveDealer::Impl::on_monitor(const MonitorEvent& event) {
    switch (event.event) {
        case ZMQ_EVENT_CONNECTED:
            state = DealerState::handshaking;
            return;
        case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
            state = DealerState::connected;
            retry_ms = 0;
            return report(DealerEvent::connected);
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
            state = DealerState::disconnected;
            renew_later(retry_ms);
            return report(DealerEvent::refused);
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
        case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
            state = DealerState::disconnected;
            renew_later(retry_ms);
            return report(DealerEvent::handshake_failed);
        case ZMQ_EVENT_DISCONNECTED: {
            const bool was_connected = state == DealerState::connected;
            state = DealerState::disconnected;
            // After bytes that are no ZMTP it does not connect again either; if it does, that
            // cancels this.
            renew_later(retry_ms);
            if (was_connected) report(DealerEvent::disconnected);
            return;
        }
        case ZMQ_EVENT_CONNECT_RETRIED:
            // ZeroMQ is at it itself: no fresh socket needed, and what waits in this one stays.
            if (retry_timer != 0) loop.cancel(retry_timer);
            retry_timer = 0;
            return;
        default:
            return;
    }
}

void CurveDealer::Impl::renew_later(int delay_ms) {
    const int wait_ms = std::clamp(delay_ms, options.reconnect_ms, options.reconnect_max_ms);
    retry_ms = wait_ms * 2;
    if (retry_timer != 0) loop.cancel(retry_timer);
    // ZeroMQ's own retry starts within twice the interval (it adds a random part) and would cancel
    // this.
    retry_timer = loop.after(wait_ms + 2 * options.reconnect_ms, [this] { renew(); });
}

void CurveDealer::Impl::renew() {
    retry_timer = 0;
    if (state != DealerState::disconnected) return;
    close_socket();
    if (!open_socket()) renew_later(retry_ms);
}

void CurveDealer::Impl::drain() {
    std::size_t messages = 0;
    std::size_t bytes = 0;
    bool emptied = false;
    while (messages < options.turn_messages_max && bytes < options.turn_bytes_max) {
        ZmqMessage payload;
        if (socket == nullptr || !payload.receive(socket, ZMQ_DONTWAIT)) {
            emptied = true;
            break;
        }
        ++messages;
        bytes += payload.view().size();
        if (payload.more()) {
            skip_frames(socket);
        } else if (!payload.view().empty() && on_message) {
            on_message(payload.view());
        }
    }
    if (messages > 0 && on_batch_end) on_batch_end();
    if (!emptied && watch) watch->touched();
}

CurveDealer::CurveDealer(EventLoop& loop, std::shared_ptr<CurveContext> context,
                         CurveDealerOptions options)
    : impl_(std::make_unique<Impl>(loop, std::move(context), std::move(options))) {
    if (impl_->options.identity.empty()) {
        impl_->options.identity = impl_->options.keys.public_key.z85();
    }
}

CurveDealer::~CurveDealer() = default;

void CurveDealer::on_message(OnMessage callback) {
    impl_->on_message = std::move(callback);
}

void CurveDealer::on_batch_end(std::function<void()> callback) {
    impl_->on_batch_end = std::move(callback);
}

void CurveDealer::on_event(OnEvent callback) {
    impl_->on_event = std::move(callback);
}

Result<void, Error> CurveDealer::connect() {
    if (impl_->socket != nullptr) return {};
    const std::string where = impl_->options.host + ":" + std::to_string(impl_->options.port);
    if (impl_->options.identity.size() > identity_bytes_max) {
        return Failure{Error{"SB-3104", "routing id longer than 255 octets", where, ""}};
    }
    if (!impl_->open_socket()) {
        return Failure{Error{"SB-3104", "cannot connect to this address", where,
                             "Give an IPv4 or IPv6 address or a host name, and a port."}};
    }
    return {};
}

void CurveDealer::disconnect() {
    impl_->close_socket();
}

SendResult CurveDealer::send(BytesView payload) {
    STADTBUCH_ASSERT(impl_->loop.is_mine());
    if (payload.size() > impl_->options.message_bytes_max) return SendResult::too_long;
    if (impl_->socket == nullptr) return SendResult::unknown_peer;
    if (!impl_->options.queue_while_disconnected && impl_->state != DealerState::connected) {
        return SendResult::unknown_peer;
    }
    const int sent = zmq_send(impl_->socket, payload.data(), payload.size(), ZMQ_DONTWAIT);
    if (impl_->watch) impl_->watch->touched();
    return sent < 0 ? SendResult::would_block : SendResult::sent;
}

void CurveDealer::set_reading(bool reading) {
    impl_->reading = reading;
    if (impl_->watch) impl_->watch->set_reading(reading);
}

DealerState CurveDealer::state() const noexcept {
    return impl_->state;
}

const std::string& CurveDealer::identity() const noexcept {
    return impl_->options.identity;
}

}  // namespace stadtbuch::net
