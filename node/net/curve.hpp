// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// CurveZMQ sockets: a listener (ROUTER, Curve server) and a dealer (DEALER, Curve client) on an
// EventLoop.
//
// A message is one payload frame; sender and key of each message are what the handshake proved and
// the ZAP handler admitted (plenum-consensus §1.1, §1.2; zap.hpp). The listener speaks the protocol
// itself (curve_session.hpp), the dealer is libzmq's. Ownership: a dealer keeps its CurveContext
// alive; both must be destroyed before their EventLoop. Threads: all calls and callbacks on the
// loop's thread. Failures: what peers do is counted and dropped, never thrown.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "node/net/curve_keys.hpp"
#include "node/net/event_loop.hpp"
#include "node/net/zap.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::net {

/// One ZeroMQ context with its I/O threads, for dealers.
class CurveContext {
  public:
    struct Options {
        int io_threads = 1;
        int sockets_max = 4096;
    };

    [[nodiscard]] static std::shared_ptr<CurveContext> create(Options options);

    [[nodiscard]] static std::shared_ptr<CurveContext> create() { return create(Options{}); }

    ~CurveContext();
    CurveContext(const CurveContext&) = delete;
    CurveContext& operator=(const CurveContext&) = delete;

    struct Impl;

    [[nodiscard]] Impl& impl() noexcept { return *impl_; }

  private:
    CurveContext();
    std::unique_ptr<Impl> impl_;
};

enum class SendResult : std::uint8_t {
    sent,
    /// The queue to this peer is full; a bounded resend queue is the caller's.
    would_block,
    /// No connection with this identity (listener), or not connected (dealer that does not queue).
    unknown_peer,
    /// Longer than `message_bytes_max`.
    too_long,
};

/// One message as the listener hands it on; all views are valid during the callback only.
struct CurveMessage {
    /// Routing id as the peer chose it, else a random one. From a member it is z85 of `key`.
    std::string_view identity;
    /// The key that the handshake proved.
    const CurveKey& key;
    /// The user id that the ZAP handler gave: the member whose key it is, else z85 of `key`.
    std::string_view user;
    BytesView payload;
};

struct CurveListenerOptions {
    /// IPv4 or IPv6 address without brackets, "0.0.0.0", "::", or a host name of this machine.
    std::string host = "127.0.0.1";
    /// 0: any free port, see CurveListener::port().
    std::uint16_t port = 0;
    /// What the ZAP handler is asked about: `zap_client_domain` admits every key, `zap_node_domain`
    /// the members given by set_members(), none at first. The node port only hears: send() finds no
    /// peer there.
    std::string domain{zap_client_domain};
    /// Larger frames end the connection before they are buffered. 128 KiB is the protocol's limit;
    /// a client port takes more, so that it can answer with the refusal of indy-client-protocol §1.
    std::size_t message_bytes_max = 131072;
    /// Messages that wait for one peer; 16 MiB bound them too.
    int send_queue_max = 100;
    /// What one connection has of a loop turn (plenum-consensus §1.5, indy-client-protocol §11);
    /// the rest waits until others had theirs.
    std::size_t turn_messages_max = 100;
    std::size_t turn_bytes_max = std::size_t{1} << 20;
    int handshake_ms = 10000;
    /// Above this the connection missed least is closed: one without a proven key, else the one
    /// silent for longest.
    std::size_t connections_max = 4000;

    /// The values of plenum-consensus §1 for the node port and of indy-client-protocol §1, §11 for
    /// the client port.
    [[nodiscard]] static CurveListenerOptions node_port(std::string host, std::uint16_t port);
    [[nodiscard]] static CurveListenerOptions client_port(std::string host, std::uint16_t port);
};

/// Numbers since the start; they only grow, but for `connections`.
struct CurveListenerCounters {
    std::uint64_t received = 0;
    std::uint64_t received_bytes = 0;
    std::uint64_t sent = 0;
    std::uint64_t sent_bytes = 0;
    /// More than one payload frame, or none.
    std::uint64_t dropped_frames = 0;
    /// Empty payloads (router probes).
    std::uint64_t dropped_empty = 0;
    /// Routing id not valid UTF-8.
    std::uint64_t dropped_identity = 0;
    /// Messages of connections whose key is no member's any more.
    std::uint64_t dropped_stranger = 0;
    /// Handshakes by the status that the ZAP handler gave: 200, 400, and 300 or 500 together.
    std::uint64_t zap_admitted = 0;
    std::uint64_t zap_refused = 0;
    std::uint64_t zap_failed = 0;
    /// Of those refused: a member's key under the routing id of another.
    std::uint64_t zap_impostors = 0;
    /// Handshakes that did not come as far as the ZAP handler.
    std::uint64_t failed_handshakes = 0;
    std::uint64_t accepted_connections = 0;
    /// Closed to make room for another.
    std::uint64_t evicted_connections = 0;
    /// TCP connections open now.
    std::uint64_t connections = 0;
};

class CurveListener {
  public:
    using OnMessage = std::function<void(const CurveMessage&)>;

    /// Binds at once. Errors: SB-3101 address in use, SB-3102 address not of this machine, SB-3103
    /// no permission, SB-3104 host name unknown, SB-3105 other.
    [[nodiscard]] static Result<std::unique_ptr<CurveListener>, Error> open(
        EventLoop& loop, const CurveKeyPair& keys, CurveListenerOptions options);
    ~CurveListener();
    CurveListener(const CurveListener&) = delete;
    CurveListener& operator=(const CurveListener&) = delete;

    void on_message(OnMessage callback);
    /// After the messages that one turn took from one connection.
    void on_batch_end(std::function<void()> callback);
    /// Replaces the members of the node domain. Holds for handshakes from now on; messages of
    /// connections whose key is no member's any more are dropped and counted.
    void set_members(std::map<CurveKey, std::string> alias_of_key);
    /// Asks this handler from now on instead of the listener's own.
    void set_zap_handler(ZapHandler handler);

    /// Never blocks.
    [[nodiscard]] SendResult send(std::string_view identity, BytesView payload);

    [[nodiscard]] SendResult send(std::string_view identity, std::string_view payload) {
        return send(identity, view_of(payload));
    }

    /// While false nothing is read: the sockets' queues fill and TCP pushes back.
    void set_reading(bool reading);
    /// Closes all connections and binds the same address again (indy-client-protocol §11).
    [[nodiscard]] Result<void, Error> reopen();

    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] const CurveListenerCounters& counters() const noexcept;

  private:
    struct Impl;
    explicit CurveListener(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

enum class DealerState : std::uint8_t {
    /// Not connected, or connect() not called; ZeroMQ or a timer of the dealer tries again.
    disconnected,
    /// TCP stands, the handshake runs.
    handshaking,
    /// The handshake succeeded: the other side holds the server key.
    connected,
};

enum class DealerEvent : std::uint8_t {
    connected,
    disconnected,
    /// The server refused our key (status 400).
    refused,
    /// The handshake broke off: usually a wrong server key.
    handshake_failed,
};

struct CurveDealerOptions {
    /// IPv4 or IPv6 address without brackets, or a host name.
    std::string host{};
    std::uint16_t port = 0;
    /// Local address to connect from; empty: the system chooses (plenum-consensus §1.1).
    std::string source_host{};
    CurveKey server_key{};
    CurveKeyPair keys{};
    /// Routing id: z85 of the public key for nodes, standard base64 of it for clients. Empty: z85.
    std::string identity{};
    std::size_t message_bytes_max = std::size_t{64} << 20;
    /// The bound in bytes of what waits for a peer is this times the longest message sent.
    int send_queue_max = 2000;
    int receive_queue_max = 2000;
    /// True: messages wait (up to send_queue_max) for a peer that is not there, and some get lost
    /// when a connection breaks, as in Plenum. False: send() says unknown_peer until connected.
    bool queue_while_disconnected = true;
    int reconnect_ms = 100;
    int reconnect_max_ms = 2000;
    int handshake_ms = 10000;
    std::size_t turn_messages_max = 1000;
    std::size_t turn_bytes_max = std::size_t{8} << 20;
};

class CurveDealer {
  public:
    using OnMessage = std::function<void(BytesView payload)>;
    using OnEvent = std::function<void(DealerEvent event)>;

    /// Nothing happens on the network before connect().
    CurveDealer(EventLoop& loop, std::shared_ptr<CurveContext> context, CurveDealerOptions options);
    ~CurveDealer();
    CurveDealer(const CurveDealer&) = delete;
    CurveDealer& operator=(const CurveDealer&) = delete;

    void on_message(OnMessage callback);
    void on_batch_end(std::function<void()> callback);
    void on_event(OnEvent callback);

    /// Connects and stays connected until disconnect(): a broken connection or refused handshake is
    /// tried again. Errors: SB-3104 the address cannot be read.
    [[nodiscard]] Result<void, Error> connect();
    /// Drops the connection and what waits to be sent.
    void disconnect();

    /// Never blocks.
    [[nodiscard]] SendResult send(BytesView payload);

    [[nodiscard]] SendResult send(std::string_view payload) { return send(view_of(payload)); }

    void set_reading(bool reading);
    [[nodiscard]] DealerState state() const noexcept;
    [[nodiscard]] const std::string& identity() const noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stadtbuch::net
