// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The ZeroMQ context and the parts of a dealer that are not about Curve.
#include <zmq.h>

#include "node/net/curve_impl.hpp"
#include "node/net/localhost.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::net {
namespace {

/// What CurveZMQ adds to a payload: command name, nonce, authenticator, flags (RFC 26), rounded up.
constexpr std::size_t curve_overhead_bytes = 64;

zmq_msg_t* message_in(std::array<Byte, 64>& octets) {
    return reinterpret_cast<zmq_msg_t*>(octets.data());
}

}  // namespace

static_assert(sizeof(zmq_msg_t) == 64 && alignof(zmq_msg_t) <= alignof(void*));

ZmqMessage::ZmqMessage() {
    zmq_msg_init(message_in(message_));
}

ZmqMessage::~ZmqMessage() {
    zmq_msg_close(message_in(message_));
}

bool ZmqMessage::receive(void* socket, int flags) {
    return zmq_msg_recv(message_in(message_), socket, flags) >= 0;
}

bool ZmqMessage::more() const {
    return zmq_msg_more(message_in(message_)) != 0;
}

BytesView ZmqMessage::view() const {
    zmq_msg_t* message = message_in(message_);
    return {static_cast<const Byte*>(zmq_msg_data(message)), zmq_msg_size(message)};
}

CurveContext::CurveContext() : impl_(std::make_unique<Impl>()) {}

std::shared_ptr<CurveContext> CurveContext::create(Options options) {
    std::shared_ptr<CurveContext> made(new CurveContext());
    Impl& impl = made->impl();
    impl.context = zmq_ctx_new();
    STADTBUCH_ASSERT(impl.context != nullptr);
    zmq_ctx_set(impl.context, ZMQ_IO_THREADS, options.io_threads);
    zmq_ctx_set(impl.context, ZMQ_MAX_SOCKETS, options.sockets_max);
    return made;
}

CurveContext::~CurveContext() {
    if (impl_->context == nullptr) return;
    zmq_ctx_term(impl_->context);
}

std::string CurveContext::Impl::unique_name(std::string_view prefix) {
    return std::string(prefix) + std::to_string(next_name.fetch_add(1));
}

void skip_frames(void* socket) {
    ZmqMessage frame;
    do {
        if (!frame.receive(socket, ZMQ_DONTWAIT)) return;
    } while (frame.more());
}

void set_option(void* socket, int option, int value) {
    STADTBUCH_ASSERT(zmq_setsockopt(socket, option, &value, sizeof value) == 0);
}

void set_option(void* socket, int option, std::string_view value) {
    STADTBUCH_ASSERT(zmq_setsockopt(socket, option, value.data(), value.size()) == 0);
}

void set_common_options(void* socket) {
    set_option(socket, ZMQ_LINGER, 0);
    set_option(socket, ZMQ_TCP_KEEPALIVE, 1);
    set_option(socket, ZMQ_TCP_KEEPALIVE_IDLE, 20);
    set_option(socket, ZMQ_TCP_KEEPALIVE_INTVL, 1);
    set_option(socket, ZMQ_TCP_KEEPALIVE_CNT, 10);
}

void set_message_limit(void* socket, std::size_t payload_bytes_max) {
    const auto value = static_cast<std::int64_t>(payload_bytes_max + curve_overhead_bytes);
    STADTBUCH_ASSERT(zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &value, sizeof value) == 0);
}

std::string tcp_endpoint(const std::string& host, std::uint16_t port) {
    const bool is_v6 = host.find(':') != std::string::npos;
    const std::string name = is_this_machine(host) ? std::string(loopback_address) : host;
    return "tcp://" + (is_v6 ? "[" + name + "]" : name) + ":" + std::to_string(port);
}

SocketMonitor::SocketMonitor(EventLoop& loop, CurveContext::Impl& context, void* socket, int events,
                             std::function<void(const MonitorEvent&)> on_event)
    : loop_(loop), socket_(socket), on_event_(std::move(on_event)) {
    const std::string endpoint = context.unique_name("inproc://monitor-");
    STADTBUCH_ASSERT(zmq_socket_monitor(socket, endpoint.c_str(), events) == 0);
    pair_ = zmq_socket(context.context, ZMQ_PAIR);
    STADTBUCH_ASSERT(pair_ != nullptr);
    // libzmq's I/O thread sends events blocking and under a lock that closing takes too: the queue
    // must never be full.
    set_option(pair_, ZMQ_RCVHWM, 0);
    set_option(pair_, ZMQ_LINGER, 0);
    STADTBUCH_ASSERT(zmq_connect(pair_, endpoint.c_str()) == 0);
    int fd = -1;
    std::size_t size = sizeof fd;
    zmq_getsockopt(pair_, ZMQ_FD, &fd, &size);
    watch_ = loop_.watch_readable(fd, [this] { drain(); });
    // A fresh pipe announces its first message only to a reader that already found it empty.
    drain();
}

SocketMonitor::~SocketMonitor() {
    *alive_ = false;
    loop_.unwatch(watch_);
    zmq_socket_monitor(socket_, nullptr, 0);
    zmq_close(pair_);
}

void SocketMonitor::drain() {
    // An event is [u16 event, u32 value][address] (zmq_socket_monitor). Reading until empty clears
    // the descriptor.
    const std::shared_ptr<bool> alive = alive_;
    while (*alive) {
        ZmqMessage frame;
        if (!frame.receive(pair_, ZMQ_DONTWAIT)) return;
        MonitorEvent event;
        const BytesView data = frame.view();
        if (data.size() >= 6) {
            std::memcpy(&event.event, data.data(), 2);
            std::memcpy(&event.value, data.data() + 2, 4);
        }
        if (frame.more()) skip_frames(pair_);
        on_event_(event);
    }
}

SocketWatch::SocketWatch(EventLoop& loop, void* socket, std::function<void()> on_readable)
    : loop_(loop), socket_(socket), on_readable_(std::move(on_readable)) {
    int fd = -1;
    std::size_t size = sizeof fd;
    STADTBUCH_ASSERT(zmq_getsockopt(socket, ZMQ_FD, &fd, &size) == 0);
    watch_ = loop_.watch_readable(fd, [this] { look(); });
    // A fresh pipe announces its first message only to a reader that already found it empty.
    touched();
}

SocketWatch::~SocketWatch() {
    loop_.unwatch(watch_);
}

void SocketWatch::touched() {
    if (*look_posted_) return;
    *look_posted_ = true;
    loop_.post([this, weak = std::weak_ptr<bool>(look_posted_)] {
        const std::shared_ptr<bool> alive = weak.lock();
        if (!alive) return;
        *alive = false;
        look();
    });
}

void SocketWatch::set_reading(bool reading) {
    reading_ = reading;
    if (reading) touched();
}

void SocketWatch::look() {
    int events = 0;
    std::size_t size = sizeof events;
    // Asking also lets the socket handle its commands, which clears the descriptor.
    if (zmq_getsockopt(socket_, ZMQ_EVENTS, &events, &size) != 0) return;
    if (reading_ && (events & ZMQ_POLLIN) != 0) on_readable_();
}

}  // namespace stadtbuch::net
