// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Shared inside of the CurveZMQ sources of node/net only.
#pragma once
#include <atomic>
#include <memory>
#include <string>

#include "node/net/curve.hpp"

namespace stadtbuch::net {

struct CurveContext::Impl {
    void* context = nullptr;
    std::atomic<std::uint64_t> next_name{1};

    /// Unique in this context; `prefix` is for people.
    [[nodiscard]] std::string unique_name(std::string_view prefix);
};

/// Owns one frame of a message.
class ZmqMessage {
  public:
    ZmqMessage();
    ~ZmqMessage();
    ZmqMessage(const ZmqMessage&) = delete;
    ZmqMessage& operator=(const ZmqMessage&) = delete;

    /// False when nothing waits (or the context ends).
    [[nodiscard]] bool receive(void* socket, int flags);
    /// More frames of the same message follow.
    [[nodiscard]] bool more() const;
    [[nodiscard]] BytesView view() const;

  private:
    /// A zmq_msg_t: 64 octets by ZeroMQ's promise of a stable ABI (checked in curve_context.cpp).
    alignas(void*) mutable std::array<Byte, 64> message_{};
};

/// Reads and drops the remaining frames of a message.
void skip_frames(void* socket);

void set_option(void* socket, int option, int value);
void set_option(void* socket, int option, std::string_view value);
/// The TCP keepalive of plenum-consensus §1.1, linger 0.
void set_common_options(void* socket);
/// ZMQ_MAXMSGSIZE counts the encrypted frame: the limit of the payload plus what CurveZMQ adds.
void set_message_limit(void* socket, std::size_t payload_bytes_max);

struct MonitorEvent {
    std::uint16_t event = 0;
    std::uint32_t value = 0;
};

/// Events of a socket's connections, as a second socket on the same loop.
class SocketMonitor {
  public:
    SocketMonitor(EventLoop& loop, CurveContext::Impl& context, void* socket, int events,
                  std::function<void(const MonitorEvent&)> on_event);
    ~SocketMonitor();
    SocketMonitor(const SocketMonitor&) = delete;
    SocketMonitor& operator=(const SocketMonitor&) = delete;

  private:
    void drain();

    EventLoop& loop_;
    void* socket_;
    void* pair_ = nullptr;
    EventLoop::WatchId watch_ = 0;
    std::function<void(const MonitorEvent&)> on_event_;
    /// A callback may close the socket and with it this object.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

/// Watches a ZeroMQ socket's descriptor and calls `on_readable` when a message waits.
///
/// ZMQ_FD says "look at ZMQ_EVENTS", once per change: whoever sends or receives may swallow that
/// hint. So touched() must be called after each send, and the reader reads until empty or calls
/// touched() itself.
class SocketWatch {
  public:
    SocketWatch(EventLoop& loop, void* socket, std::function<void()> on_readable);
    ~SocketWatch();
    SocketWatch(const SocketWatch&) = delete;
    SocketWatch& operator=(const SocketWatch&) = delete;

    /// Look again in a later step of the loop; cheap when called often.
    void touched();
    void set_reading(bool reading);

  private:
    void look();

    EventLoop& loop_;
    void* socket_;
    std::function<void()> on_readable_;
    EventLoop::WatchId watch_ = 0;
    bool reading_ = true;
    /// Shared with posted tasks, so that they notice the end of this object.
    std::shared_ptr<bool> look_posted_ = std::make_shared<bool>(false);
};

/// "tcp://1.2.3.4:5" or "tcp://[::1]:5". For binding `host` must be numeric, see resolve_local().
[[nodiscard]] std::string tcp_endpoint(const std::string& host, std::uint16_t port);

}  // namespace stadtbuch::net
