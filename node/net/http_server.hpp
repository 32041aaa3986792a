// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// HTTP/1.1 server with TLS, routes and limits, on threads of its own or on an EventLoop.
//
// Ownership: the server owns its routes and connections; handlers must outlive it. Threads: with
// start() inline handlers run on any of the I/O threads and worker handlers on the worker threads,
// several at once; with start_on() inline handlers run on the loop's thread only. Failures:
// whatever clients send ends in a response or a closed connection; a handler that throws gives 500.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "node/net/event_loop.hpp"
#include "node/net/http.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::net {

struct HttpLimits {
    std::size_t header_bytes_max = 16 * 1024;
    /// Unless the route says otherwise.
    std::size_t body_bytes_max = std::size_t{1} << 20;
    std::size_t connections_max = 2000;
    /// Beyond them so many more are told to come again (503, Retry-After); others are closed.
    std::size_t connections_refused_max = 100;
    /// What bodies longer than 64 KiB may take of the memory together while they arrive and until
    /// they are handled; beyond it 503.
    std::size_t long_bodies_bytes_max = std::size_t{32} << 20;
    /// Of one address; 0: no limit (behind a proxy).
    std::size_t connections_per_address_max = 0;
    std::size_t requests_per_connection_max = 100000;
    int tls_handshake_ms = 10000;
    /// From the first octet of a request (or the connection) to the end of its headers.
    int header_ms = 10000;
    /// From the end of the headers to the end of the body.
    int body_ms = 30000;
    /// Connection kept without a request.
    int idle_ms = 60000;
    /// From the request to the handler's answer; then 503.
    int handler_ms = 60000;
    /// From the answer to its last octet.
    int write_ms = 30000;
};

struct TlsFiles {
    /// PEM, leaf first.
    std::string certificate_chain{};
    std::string private_key{};

    [[nodiscard]] bool empty() const { return certificate_chain.empty(); }
};

/// One finished request. No address, no target, no header: nothing of a person.
struct AccessRecord {
    std::string method{};
    /// The route's pattern; empty when none matched.
    std::string route{};
    int status = 0;
    std::uint64_t request_bytes = 0;
    std::uint64_t response_bytes = 0;
    std::uint64_t duration_us = 0;
};

struct HttpServerOptions {
    std::string host = "127.0.0.1";
    /// 0: any free port, see HttpServer::port().
    std::uint16_t port = 0;
    /// Empty: plain HTTP.
    TlsFiles tls{};
    /// The certificate files are looked at this often and loaded again when they changed; 0: only
    /// by reload_tls().
    int tls_watch_ms = 5000;
    std::size_t io_threads = 1;
    /// For routes that run on workers; 0: they run inline.
    std::size_t worker_threads = 0;
    /// More waiting requests than this are answered with 503 and Retry-After (by the pace of the
    /// workers).
    std::size_t worker_queue_max = 256;
    HttpLimits limits{};
    /// Added to each response that does not have them (security headers).
    HeaderList default_headers{};
    /// Take address and scheme from X-Forwarded-For and X-Forwarded-Proto. Only behind a proxy that
    /// sets them.
    bool behind_proxy = false;
    /// Replaces the JSON body of the server's own errors (404, 405, 413, 500 ...); the request may
    /// be null.
    std::function<HttpResponse(const HttpRequest* request, int status, std::string_view detail)>
        render_error{};
    /// The target (path and query) under which a route is looked for, of the one that was sent: for
    /// a server below a path. On I/O threads; must be quick.
    std::function<std::string(std::string_view target)> inner_target{};
    /// Changes each answer before it goes out, the server's own errors too. On I/O threads; must be
    /// quick.
    std::function<void(HttpResponse&)> outer_response{};
    /// On I/O threads; must be quick.
    std::function<void(const AccessRecord&)> access_log{};
    /// What an operator should know: certificate reloaded or refused. On I/O threads.
    std::function<void(const Error&)> on_notice{};
};

/// Answers one request, once, from any thread. If the last copy dies unanswered the client gets
/// 500.
class HttpResponder {
  public:
    HttpResponder() = default;
    void send(HttpResponse response) const;
    struct Slot;

    explicit HttpResponder(std::shared_ptr<Slot> slot) : slot_(std::move(slot)) {}

  private:
    std::shared_ptr<Slot> slot_;
};

enum class HandlerPlace : std::uint8_t {
    /// On the I/O thread: for quick handlers that never block.
    on_io,
    /// On the worker threads: for handlers that compute long, sign, or touch the disk.
    on_workers,
};

struct RouteOptions {
    HandlerPlace place = HandlerPlace::on_io;
    /// 0: the server's limit.
    std::size_t body_bytes_max = 0;
    /// Access-Control-Allow-Origin on responses, and answers to preflights. Empty: no CORS. Usually
    /// "*".
    std::string cors_origin{};
    /// Access-Control-Allow-Headers of preflights.
    std::string cors_headers = "Content-Type, Authorization, DPoP";
};

struct HttpServerCounters {
    std::uint64_t connections = 0;
    std::uint64_t accepted_connections = 0;
    std::uint64_t refused_connections = 0;
    std::uint64_t requests = 0;
    std::uint64_t bad_requests = 0;
    std::uint64_t timeouts = 0;
    std::uint64_t failed_handshakes = 0;
    /// Answers 503: too many connections, requests or octets, or a handler that takes too long.
    std::uint64_t overloads = 0;
};

class HttpServer {
  public:
    using Handler = std::function<HttpResponse(const HttpRequest&)>;
    using AsyncHandler = std::function<void(HttpRequest, HttpResponder)>;

    explicit HttpServer(HttpServerOptions options);
    /// As stop(0).
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Patterns: "/a/b", "/a/{name}" (one segment, not empty), "/a/{rest*}" (one or more segments,
    /// last only). A literal segment goes before a parameter. A GET route answers HEAD as well;
    /// OPTIONS and 405 are made from the routes. REQUIRES: before start.
    void route(std::string method, std::string pattern, Handler handler, RouteOptions options = {});
    void route_async(std::string method, std::string pattern, AsyncHandler handler,
                     RouteOptions options = {});
    /// Method and pattern of each route so far.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> routes() const;
    /// For paths without a route; default 404.
    void fallback(Handler handler);

    /// Binds, then serves on `io_threads` threads of its own. Errors: SB-3101 to SB-3105 (address),
    /// SB-3111 certificate or key not readable, SB-3112 key does not belong to the certificate.
    [[nodiscard]] Result<void, Error> start();
    /// The same on the thread of `loop`, which must outlive the server.
    [[nodiscard]] Result<void, Error> start_on(EventLoop& loop);
    /// Accepts no more, lets requests finish for at most `grace_ms`, closes. On a loop: grace is
    /// what the loop still runs.
    void stop(int grace_ms = 5000);

    /// Loads the certificate files again, for new connections. On failure the old ones stay. Any
    /// thread.
    [[nodiscard]] Result<void, Error> reload_tls();

    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] HttpServerCounters counters() const noexcept;

    struct Impl;

  private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace stadtbuch::net
