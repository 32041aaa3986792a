// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Inside of the HTTP server only: the server's shared state, its threads, and one connection.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "node/net/http_load.hpp"
#include "node/net/http_parser.hpp"
#include "node/net/http_routes.hpp"
#include "node/net/http_server.hpp"
#include "node/net/thread_pool.hpp"

namespace boost::asio {
class io_context;

namespace ssl {
class context;
}
}  // namespace boost::asio

namespace stadtbuch::net {

class HttpConnection;

/// One I/O context with the connections that live on its thread. All members but `io` are touched
/// there only.
struct HttpThread {
    HttpThread();
    ~HttpThread();
    HttpThread(const HttpThread&) = delete;
    HttpThread& operator=(const HttpThread&) = delete;

    /// Empty when the server runs on an EventLoop.
    std::unique_ptr<boost::asio::io_context> own_io;
    boost::asio::io_context* io = nullptr;
    std::thread thread;
    std::unordered_set<std::shared_ptr<HttpConnection>> connections;
    /// Looks at the deadlines of all connections; one timer instead of one per request.
    struct Tick;
    std::unique_ptr<Tick> tick;
    std::string date;
    std::int64_t date_second = 0;

    /// Any thread: runs `task` on this one.
    void post(std::function<void()> task);
    /// Date header of now, made once a second.
    [[nodiscard]] const std::string& date_text();
};

struct HttpServer::Impl : std::enable_shared_from_this<HttpServer::Impl> {
    explicit Impl(HttpServerOptions own_options);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    HttpServerOptions options;
    HttpLoad load;
    RouteTable routes;
    Handler fallback;
    std::vector<std::shared_ptr<HttpThread>> threads;
    std::unique_ptr<ThreadPool> workers;
    /// Acceptor and timers.
    struct Doors;
    std::unique_ptr<Doors> doors;
    std::uint16_t port = 0;
    std::size_t next_thread = 0;
    std::atomic<bool> stopping{false};
    bool started = false;

    std::mutex tls_mutex;
    std::shared_ptr<boost::asio::ssl::context> tls;
    std::string tls_seen;

    std::mutex address_mutex;
    std::unordered_map<std::string, std::size_t> per_address;

    std::atomic<std::uint64_t> connections{0};
    std::atomic<std::uint64_t> accepted_connections{0};
    std::atomic<std::uint64_t> refused_connections{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> bad_requests{0};
    std::atomic<std::uint64_t> timeouts{0};
    std::atomic<std::uint64_t> failed_handshakes{0};

    [[nodiscard]] Result<void, Error> open_doors();
    void close_doors();
    void close_all(HttpThread& thread);
    [[nodiscard]] Result<void, Error> bind(boost::asio::io_context& io);
    [[nodiscard]] Result<void, Error> load_tls();
    void watch_tls();
    void accept_next();
    /// Takes over the connected socket `fd`.
    void admit(const std::shared_ptr<HttpThread>& thread, int fd, const std::string& address,
               bool is_v6);
    [[nodiscard]] bool count_address(const std::string& address);
    void forget(HttpThread& thread, const std::shared_ptr<HttpConnection>& connection);
    void start_tick(const std::shared_ptr<HttpThread>& thread);
    void close_idle(HttpThread& thread, bool everything);
    [[nodiscard]] HttpResponse render_error(const HttpRequest* request, int status,
                                            std::string_view detail) const;
    /// 503 that says when to come again.
    [[nodiscard]] HttpResponse overloaded(const HttpRequest* request, std::string_view detail);
};

/// The octets of a connection, plain or TLS. Each call ends in the connection's on_... with the
/// same name.
class HttpTransport {
  public:
    virtual ~HttpTransport() = default;
    virtual void handshake(std::shared_ptr<HttpConnection> owner) = 0;
    virtual void read(std::shared_ptr<HttpConnection> owner, char* into, std::size_t size) = 0;
    virtual void write(std::shared_ptr<HttpConnection> owner, std::string_view head,
                       std::string_view body) = 0;
    /// Tells the peer that nothing follows; what it still sends can be read.
    virtual void end_sending(std::shared_ptr<HttpConnection> owner) = 0;
    virtual void close() = 0;
};

/// Takes over the connected socket `fd`; plain without a context.
[[nodiscard]] std::unique_ptr<HttpTransport> make_transport(
    boost::asio::io_context& io, int fd, bool is_v6,
    std::shared_ptr<boost::asio::ssl::context> context);

/// One client. Reads a request, has it handled, writes the response, and begins again; so requests
/// that arrive in one piece (pipelining) are answered in order, and a slow reader costs no more
/// than one response.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
  public:
    HttpConnection(std::shared_ptr<HttpServer::Impl> server, std::shared_ptr<HttpThread> thread,
                   std::unique_ptr<HttpTransport> transport, std::string peer_address, bool is_tls);

    void start();

    /// One too many: the first request is answered with 503, then it ends. REQUIRES: before start.
    void refuse() { surplus_ = true; }

    void on_handshake(bool good);
    void on_read(bool good, std::size_t size);
    void on_write(bool good);
    /// From a responder; ignored unless `sequence` is the request that waits.
    void on_response(std::uint64_t sequence, HttpResponse response);
    void on_tick(std::int64_t now_ms);
    /// Ends a connection that waits for its next request; others end after their response.
    void retire();
    void close();

    [[nodiscard]] bool is_idle() const { return phase_ == Phase::idle; }

    [[nodiscard]] std::int64_t since_ms() const { return since_ms_; }

    [[nodiscard]] const std::string& peer_address() const { return peer_address_; }

  private:
    /// idle -> header -> body -> handling -> writing -> idle; writing -> draining -> closed. Each
    /// has a deadline.
    enum class Phase : std::uint8_t {
        handshake,
        idle,
        header,
        body,
        handling,
        writing,
        draining,
        closed
    };

    void enter(Phase phase, std::int64_t limit_ms);
    void begin_request();
    void read_more();
    void parse();
    /// False when the request was answered with an error.
    [[nodiscard]] bool on_header_done();
    [[nodiscard]] bool check_target();
    /// False when there is no room for the body so far.
    [[nodiscard]] bool hold_body();
    void dispatch();
    void run(const Endpoint& endpoint);
    void run_inline(const HttpServer::Handler& handler);
    void answer_options();
    void fail(int status, std::string_view detail);
    void respond(HttpResponse response, bool close_after);
    void add_route_headers(HttpResponse& response) const;
    void build_head(const HttpResponse& response, std::size_t body_bytes);
    void log_access() const;

    std::shared_ptr<HttpServer::Impl> server_;
    std::shared_ptr<HttpThread> thread_;
    std::unique_ptr<HttpTransport> transport_;
    std::string peer_address_;
    bool is_tls_;

    Phase phase_ = Phase::handshake;
    std::int64_t since_ms_ = 0;
    std::int64_t deadline_ms_ = 0;
    bool reading_ = false;
    bool continue_sent_ = false;
    bool continue_pending_ = false;
    bool close_after_ = false;
    bool unread_left_ = false;
    bool surplus_ = false;

    /// Received and not parsed yet: [in_begin_, in_end_).
    std::vector<char> in_;
    std::size_t in_begin_ = 0;
    std::size_t in_end_ = 0;
    std::optional<RequestParser> parser_;
    /// Of a long body, and how long it was when it was counted.
    std::vector<HttpLoad::Held> held_;
    std::size_t held_bytes_ = 0;
    bool header_done_ = false;
    RouteTable::Match match_;
    std::uint64_t sequence_ = 0;
    std::int64_t started_us_ = 0;
    bool is_head_ = false;
    unsigned version_ = 11;
    bool keep_alive_ = false;
    std::string method_;

    std::string head_;
    HttpResponse response_;
    std::uint64_t request_bytes_ = 0;
    std::uint64_t response_bytes_ = 0;
};

}  // namespace stadtbuch::net
