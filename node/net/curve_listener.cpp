// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The listening side of CurveZMQ on the loop's own thread. libzmq would decrypt in a thread of its
// own and wake the loop for each message, which cost more than answering a read
// (tests/bench/RESULTS.md). Here one turn reads what waits, answers it, and sends all answers for a
// connection at once.
#include <netinet/tcp.h>
#include <sodium.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <deque>
#include <unordered_map>

#include "node/net/bind_error.hpp"
#include "node/net/curve.hpp"
#include "node/net/curve_session.hpp"
#include "node/net/event_loop_impl.hpp"
#include "storage/base/assert.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

/// A buffer begins small, because a node has many idle connections, and grows with what comes.
constexpr std::size_t input_bytes_first = 16u << 10;
constexpr std::size_t input_bytes_kept = 64u << 10;
/// Answers that a client does not take; above this it gets no more.
constexpr std::size_t output_bytes_max = 16u << 20;
/// Memory above this is given back when a connection has nothing to send.
constexpr std::size_t output_bytes_kept = 256u << 10;
/// When the process has no descriptor left, accepting waits this long.
constexpr std::int64_t accept_pause_ms = 100;

/// The TCP keepalive of plenum-consensus §1.1; small answers leave at once.
void set_socket_options(tcp::socket& socket) {
    error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
    socket.set_option(boost::asio::socket_base::keep_alive(true), ignored);
    const auto set = [&socket](int name, int value) {
        static_cast<void>(
            setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof value));
    };
    set(TCP_KEEPIDLE, 20);
    set(TCP_KEEPINTVL, 1);
    set(TCP_KEEPCNT, 10);
}

/// Unguessable, so that nobody can take over the answers of a client that named none.
std::string random_identity() {
    std::array<Byte, 16> random{};
    randombytes_buf(random.data(), random.size());
    return "anonymous-" + encoding::hex_encode(random);
}

}  // namespace

CurveListenerOptions CurveListenerOptions::node_port(std::string host, std::uint16_t port) {
    CurveListenerOptions options;
    options.host = std::move(host);
    options.port = port;
    options.domain = zap_node_domain;
    options.message_bytes_max = 131072;
    options.send_queue_max = 20000;
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
    struct Connection {
        Connection(Impl& own_listener, tcp::socket own_socket)
            : listener(&own_listener),
              socket(std::move(own_socket)),
              session(own_listener.keys, own_listener.options.message_bytes_max, output),
              input(input_bytes_first) {}

        Impl* listener;  ///< null once closed
        tcp::socket socket;
        Bytes output;  ///< sealed, not yet sent; before `session`, which writes its greeting
        CurveSession session;
        std::string identity;
        std::string user;  ///< who it is, says the ZAP handler; empty: not, or no longer, admitted
        Bytes input;
        std::size_t input_begin = 0;
        std::size_t input_end = 0;
        std::size_t output_begin = 0;
        /// Ends of the messages in `output`, counted from the first octet ever sent.
        std::deque<std::uint64_t> message_ends;
        std::uint64_t sent_bytes = 0;
        EventLoop::TimerId handshake_timer = 0;
        std::int64_t heard_at_ms = 0;
        bool is_reading = false;   ///< a read is under way
        bool is_waiting = false;   ///< for the socket to take more
        bool work_posted = false;  ///< more frames wait in `input`
        bool flush_posted = false;
        bool ends_when_sent = false;
        bool is_inside_message = false;  ///< its next frame belongs to a message that was dropped
    };

    using ConnectionPtr = std::shared_ptr<Connection>;

    Impl(EventLoop& own_loop, const CurveKeyPair& own_keys, CurveListenerOptions own_options)
        : loop(own_loop),
          keys(own_keys),
          options(std::move(own_options)),
          acceptor(io_of(own_loop)) {}

    ~Impl() { close_all(); }

    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    EventLoop& loop;
    CurveKeyPair keys;
    CurveListenerOptions options;
    tcp::acceptor acceptor;
    std::unordered_map<Connection*, ConnectionPtr> connections;
    std::unordered_map<std::string, Connection*>
        by_identity;  ///< empty on the node port, which only hears
    ZapDirectory directory;
    ZapHandler zap = [this](const ZapRequest& request) { return directory.answer(request); };
    std::uint64_t zap_requests = 0;
    mutable CurveListenerCounters counters;
    std::uint16_t port = 0;
    bool reading = true;
    EventLoop::TimerId accept_timer = 0;
    /// Posted work and handlers ask it whether this object still lives.
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
    OnMessage on_message;
    std::function<void()> on_batch_end;

    [[nodiscard]] Result<void, Error> bind(const std::string& numeric_host, std::uint16_t wanted);
    void accept();
    void add(tcp::socket socket);
    void make_room();
    void close(Connection& connection);
    void close_all();

    void read(const ConnectionPtr& connection);
    void process(const ConnectionPtr& connection);
    /// False when the connection is closed.
    [[nodiscard]] bool handle(Connection& connection, CurveSession::Event event);
    [[nodiscard]] ZapReply authenticate(const Connection& connection);
    void on_key_proven(Connection& connection);
    void on_frame(Connection& connection);
    void deliver(Connection& connection, BytesView payload);

    [[nodiscard]] bool may_process(const Connection& connection) const {
        return reading || !connection.session.is_ready();
    }

    void flush_later(Connection& connection);
    void flush(const ConnectionPtr& connection);
    void forget_sent(Connection& connection);
};

// Opening and closing

Result<void, Error> CurveListener::Impl::bind(const std::string& numeric_host,
                                              std::uint16_t wanted) {
    error_code failed;
    const auto address = boost::asio::ip::make_address(numeric_host, failed);
    const auto step = [&failed](auto work) {
        if (!failed) work();
    };
    const tcp::endpoint endpoint(address, wanted);
    step([&] { acceptor.open(endpoint.protocol(), failed); });
    step([&] { acceptor.set_option(tcp::acceptor::reuse_address(true), failed); });
    step([&] {
        if (address.is_v6()) acceptor.set_option(boost::asio::ip::v6_only(false), failed);
    });
    step([&] { acceptor.bind(endpoint, failed); });
    step([&] { acceptor.listen(1024, failed); });
    if (failed) {
        error_code ignored;
        acceptor.close(ignored);
        return Failure{bind_error(failed.value(), options.host, options.port)};
    }
    port = acceptor.local_endpoint().port();
    accept();
    return {};
}

void CurveListener::Impl::accept() {
    acceptor.async_accept(
        [this, weak = std::weak_ptr<bool>(alive)](error_code failed, tcp::socket socket) noexcept {
            if (weak.expired() || failed == boost::asio::error::operation_aborted) return;
            if (!failed) {
                add(std::move(socket));
                return accept();
            }
            // No descriptor is left, most likely.
            make_room();
            accept_timer = loop.after(accept_pause_ms, [this] { accept(); });
        });
}

void CurveListener::Impl::add(tcp::socket socket) {
    ++counters.accepted_connections;
    if (connections.size() >= options.connections_max) make_room();
    set_socket_options(socket);
    auto connection = std::make_shared<Connection>(*this, std::move(socket));
    connection->heard_at_ms = loop.now_ms();
    connections.emplace(connection.get(), connection);
    connection->handshake_timer =
        loop.after(options.handshake_ms, [this, weak = std::weak_ptr<Connection>(connection)] {
            const ConnectionPtr late = weak.lock();
            if (!late || late->listener == nullptr || late->session.is_ready()) return;
            ++counters.failed_handshakes;
            close(*late);
        });
    flush_later(*connection);
    read(connection);
}

/// Closes the connection that is missed least: one that has not proven a key, else the one silent
/// for longest.
void CurveListener::Impl::make_room() {
    Connection* least = nullptr;
    for (const auto& [address, connection] : connections) {
        const auto rank = [](const Connection& c) {
            return std::pair(c.session.is_ready(), c.heard_at_ms);
        };
        if (least == nullptr || rank(*connection) < rank(*least)) least = address;
    }
    if (least == nullptr) return;
    ++counters.evicted_connections;
    close(*least);
}

void CurveListener::Impl::close(Connection& connection) {
    if (connection.listener == nullptr) return;
    connection.listener = nullptr;
    loop.cancel(connection.handshake_timer);
    const auto named = by_identity.find(connection.identity);
    if (named != by_identity.end() && named->second == &connection) by_identity.erase(named);
    error_code ignored;
    connection.socket.close(ignored);
    connections.erase(&connection);  // handlers under way keep it until they have run
}

void CurveListener::Impl::close_all() {
    alive = std::make_shared<bool>(true);
    loop.cancel(accept_timer);
    error_code ignored;
    acceptor.close(ignored);
    while (!connections.empty()) {
        const ConnectionPtr last = connections.begin()->second;
        close(*last);
    }
}

// Reading

void CurveListener::Impl::read(const ConnectionPtr& connection) {
    Connection& c = *connection;
    if (c.is_reading || c.work_posted || !may_process(c)) return;
    if (c.input_begin == c.input_end) {
        c.input_begin = c.input_end = 0;
        if (c.input.size() > input_bytes_kept) c.input = Bytes(input_bytes_first);
    }
    if (c.input_end == c.input.size()) {
        if (c.input_begin > 0) {
            std::copy(c.input.begin() + static_cast<std::ptrdiff_t>(c.input_begin), c.input.end(),
                      c.input.begin());
            c.input_end -= c.input_begin;
            c.input_begin = 0;
        } else {
            // One frame is longer; the session has checked that it may be.
            c.input.resize(c.input.size() * 2);
        }
    }
    c.is_reading = true;
    c.socket.async_read_some(
        boost::asio::buffer(c.input.data() + c.input_end, c.input.size() - c.input_end),
        [connection](error_code failed, std::size_t count) noexcept {
            Connection& mine = *connection;
            mine.is_reading = false;
            if (mine.listener == nullptr) return;
            Impl& self = *mine.listener;
            if (failed) {
                self.counters.failed_handshakes += mine.session.is_ready() ? 0U : 1U;
                return self.close(mine);
            }
            mine.input_end += count;
            mine.heard_at_ms = self.loop.now_ms();
            self.process(connection);
        });
}

void CurveListener::Impl::process(const ConnectionPtr& connection) {
    Connection& c = *connection;
    const std::weak_ptr<bool> living = alive;
    std::size_t messages = 0;
    std::size_t bytes = 0;
    bool is_exhausted = false;
    while (may_process(c) && !c.ends_when_sent && messages < options.turn_messages_max &&
           bytes < options.turn_bytes_max) {
        std::size_t taken = 0;
        const std::span<Byte> waiting(c.input.data() + c.input_begin, c.input_end - c.input_begin);
        const CurveSession::Event event = c.session.take(waiting, taken, c.output);
        if (event == CurveSession::Event::need_more) {
            is_exhausted = true;
            break;
        }
        c.input_begin += taken;
        bytes += taken;
        messages += event == CurveSession::Event::message ? 1U : 0U;
        const bool is_open = handle(c, event);
        if (living.expired()) return;
        if (!is_open) break;
    }
    if (messages > 0 && on_batch_end) on_batch_end();
    if (living.expired() || c.listener == nullptr) return;
    if (c.output.size() > c.output_begin) flush_later(c);
    if (is_exhausted) return read(connection);
    if (!may_process(c) || c.ends_when_sent || c.work_posted) return;
    // The rest has its turn after others had theirs.
    c.work_posted = true;
    loop.post([connection] {
        connection->work_posted = false;
        if (connection->listener != nullptr) connection->listener->process(connection);
    });
}

bool CurveListener::Impl::handle(Connection& connection, CurveSession::Event event) {
    switch (event) {
        case CurveSession::Event::key_proven:
            on_key_proven(connection);
            break;
        case CurveSession::Event::message:
            on_frame(connection);
            break;
        case CurveSession::Event::broken:
            // What follows the refusal of a key is its own fault.
            counters.failed_handshakes +=
                connection.ends_when_sent || connection.session.is_ready() ? 0U : 1U;
            close(connection);
            break;
        case CurveSession::Event::need_more:
        case CurveSession::Event::progress:
            break;
    }
    return connection.listener != nullptr;
}

ZapReply CurveListener::Impl::authenticate(const Connection& connection) {
    ZapRequest request;
    request.request_id = std::to_string(++zap_requests);
    request.domain = options.domain;
    error_code gone;
    const tcp::endpoint peer = connection.socket.remote_endpoint(gone);
    if (!gone) request.address = peer.address().to_string();
    request.identity = connection.session.identity();
    request.credential = bytes_of(connection.session.key().view());
    return ask_zap(zap, request);
}

void CurveListener::Impl::on_key_proven(Connection& connection) {
    ZapReply reply = authenticate(connection);
    connection.session.admit(reply.status, connection.output);
    loop.cancel(connection.handshake_timer);
    if (reply.status != ZapStatus::success) {
        const bool is_refused = reply.status == ZapStatus::refused;
        ++(is_refused ? counters.zap_refused : counters.zap_failed);
        counters.zap_impostors +=
            is_refused && directory.is_member(connection.session.key()) ? 1U : 0U;
        connection.ends_when_sent = true;
        if (connection.output.size() == connection.output_begin) close(connection);
        return;
    }
    ++counters.zap_admitted;
    connection.user = std::move(reply.user_id);
    connection.identity =
        connection.session.identity().empty() ? random_identity() : connection.session.identity();
    if (options.domain == zap_node_domain) return;
    // Who names it last has it (indy-client-protocol §1): a client that comes back need not wait
    // for a timeout.
    const auto [place, is_new] = by_identity.try_emplace(connection.identity, &connection);
    if (is_new) return;
    Connection& former = *std::exchange(place->second, &connection);
    close(former);
}

/// A message is one frame; what has more is dropped as a whole.
void CurveListener::Impl::on_frame(Connection& connection) {
    const bool continues = connection.is_inside_message;
    connection.is_inside_message = connection.session.more();
    if (continues) return;
    const BytesView payload = connection.session.payload();
    if (connection.session.more()) {
        ++counters.dropped_frames;
    } else if (payload.empty()) {
        ++counters.dropped_empty;
    } else {
        deliver(connection, payload);
    }
}

void CurveListener::Impl::deliver(Connection& connection, BytesView payload) {
    if (connection.user.empty()) {
        ++counters.dropped_stranger;
        return;
    }
    if (!encoding::is_utf8(connection.identity)) {
        ++counters.dropped_identity;
        return;
    }
    ++counters.received;
    counters.received_bytes += payload.size();
    if (on_message)
        on_message(
            CurveMessage{connection.identity, connection.session.key(), connection.user, payload});
}

// Writing

void CurveListener::Impl::flush_later(Connection& connection) {
    if (connection.flush_posted || connection.is_waiting) return;
    connection.flush_posted = true;
    loop.post([held = connections.at(&connection)] {
        held->flush_posted = false;
        if (held->listener != nullptr) held->listener->flush(held);
    });
}

void CurveListener::Impl::flush(const ConnectionPtr& connection) {
    Connection& c = *connection;
    if (c.is_waiting) return;
    while (c.output_begin < c.output.size()) {
        error_code failed;
        const std::size_t count = c.socket.write_some(
            boost::asio::buffer(c.output.data() + c.output_begin, c.output.size() - c.output_begin),
            failed);
        c.output_begin += count;
        c.sent_bytes += count;
        if (failed == boost::asio::error::would_block) {
            c.is_waiting = true;
            c.socket.async_wait(tcp::socket::wait_write, [connection](error_code) noexcept {
                connection->is_waiting = false;
                if (connection->listener != nullptr) connection->listener->flush(connection);
            });
            break;
        }
        if (failed) return close(c);
    }
    forget_sent(c);
    if (c.ends_when_sent && c.output.empty()) close(c);
}

void CurveListener::Impl::forget_sent(Connection& connection) {
    while (!connection.message_ends.empty() &&
           connection.message_ends.front() <= connection.sent_bytes)
        connection.message_ends.pop_front();
    if (connection.output_begin == connection.output.size()) {
        connection.output.clear();
        connection.output_begin = 0;
        if (connection.output.capacity() > output_bytes_kept) connection.output.shrink_to_fit();
    } else if (connection.output_begin > connection.output.size() / 2) {
        connection.output.erase(
            connection.output.begin(),
            connection.output.begin() + static_cast<std::ptrdiff_t>(connection.output_begin));
        connection.output_begin = 0;
    }
}

// The door

CurveListener::CurveListener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

CurveListener::~CurveListener() = default;

Result<std::unique_ptr<CurveListener>, Error> CurveListener::open(EventLoop& loop,
                                                                  const CurveKeyPair& keys,
                                                                  CurveListenerOptions options) {
    Result<std::string, Error> numeric = resolve_local(options.host);
    if (!numeric) return Failure{std::move(numeric).error()};
    auto impl = std::make_unique<Impl>(loop, keys, std::move(options));
    Result<void, Error> bound = impl->bind(*numeric, impl->options.port);
    if (!bound) return Failure{bound.error()};
    return std::unique_ptr<CurveListener>(new CurveListener(std::move(impl)));
}

Result<void, Error> CurveListener::reopen() {
    Result<std::string, Error> numeric = resolve_local(impl_->options.host);
    if (!numeric) return Failure{std::move(numeric).error()};
    impl_->close_all();
    return impl_->bind(*numeric, impl_->port);
}

void CurveListener::on_message(OnMessage callback) {
    impl_->on_message = std::move(callback);
}

void CurveListener::on_batch_end(std::function<void()> callback) {
    impl_->on_batch_end = std::move(callback);
}

void CurveListener::set_members(std::map<CurveKey, std::string> alias_of_key) {
    impl_->directory.set_members(std::move(alias_of_key));
    for (const auto& [address, connection] : impl_->connections)
        if (connection->session.is_ready())
            connection->user = impl_->authenticate(*connection).user_id;
}

void CurveListener::set_zap_handler(ZapHandler handler) {
    impl_->zap = std::move(handler);
}

SendResult CurveListener::send(std::string_view identity, BytesView payload) {
    STADTBUCH_ASSERT(impl_->loop.is_mine());
    const auto found = impl_->by_identity.find(std::string(identity));
    if (found == impl_->by_identity.end()) return SendResult::unknown_peer;
    Impl::Connection& connection = *found->second;
    if (connection.message_ends.size() >= static_cast<std::size_t>(impl_->options.send_queue_max) ||
        connection.output.size() - connection.output_begin > output_bytes_max)
        return SendResult::would_block;
    connection.session.seal(payload, connection.output);
    connection.message_ends.push_back(connection.sent_bytes + connection.output.size() -
                                      connection.output_begin);
    impl_->flush_later(connection);
    ++impl_->counters.sent;
    impl_->counters.sent_bytes += payload.size();
    return SendResult::sent;
}

void CurveListener::set_reading(bool reading) {
    impl_->reading = reading;
    if (!reading) return;
    for (const auto& [key, connection] : impl_->connections) {
        if (connection->is_reading || connection->work_posted) continue;
        connection->work_posted = true;
        impl_->loop.post([held = connection] {
            held->work_posted = false;
            if (held->listener != nullptr) held->listener->process(held);
        });
    }
}

std::uint16_t CurveListener::port() const noexcept {
    return impl_->port;
}

const CurveListenerCounters& CurveListener::counters() const noexcept {
    impl_->counters.connections = impl_->connections.size();
    return impl_->counters;
}

}  // namespace stadtbuch::net
