// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http_server.hpp"

#include <pthread.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <ctime>

#include "node/net/bind_error.hpp"
#include "node/net/event_loop_impl.hpp"
#include "node/net/http_connection.hpp"
#include "node/net/tls_context.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::net {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;

constexpr auto tick_period = std::chrono::milliseconds(100);
/// After "too many open files" accepting at once would fail again.
constexpr auto accept_pause_time = std::chrono::milliseconds(100);

std::string http_date(std::time_t when) {
    std::tm parts{};
    gmtime_r(&when, &parts);
    std::array<char, 64> text{};
    const std::size_t size =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return std::string(text.data(), size);
}

}  // namespace

struct HttpThread::Tick {
    boost::asio::steady_timer timer;
};

struct HttpServer::Impl::Doors {
    explicit Doors(boost::asio::io_context& io) : acceptor(io), accept_pause(io), tls_watch(io) {}

    tcp::acceptor acceptor;
    boost::asio::steady_timer accept_pause;
    boost::asio::steady_timer tls_watch;
};

HttpThread::HttpThread() = default;

HttpThread::~HttpThread() = default;

void HttpThread::post(std::function<void()> task) {
    boost::asio::post(*io, std::move(task));
}

HttpServer::Impl::Impl(HttpServerOptions own_options)
    : options(std::move(own_options)), load(options.limits.long_bodies_bytes_max) {}

HttpServer::Impl::~Impl() = default;

const std::string& HttpThread::date_text() {
    const std::int64_t now = unix_seconds();
    if (now != date_second) {
        date_second = now;
        date = http_date(static_cast<std::time_t>(now));
    }
    return date;
}

HttpResponse HttpServer::Impl::render_error(const HttpRequest* request, int status,
                                            std::string_view detail) const {
    if (!options.render_error) return error_response(status, detail);
    try {
        return options.render_error(request, status, detail);
    } catch (...) {
        return error_response(status, detail);
    }
}

HttpResponse HttpServer::Impl::overloaded(const HttpRequest* request, std::string_view detail) {
    load.refused();
    HttpResponse response = render_error(request, 503, detail);
    const std::size_t waiting = workers ? workers->queued() : 0;
    const std::size_t count = workers ? workers->threads() : 1;
    response.set("Retry-After", std::to_string(load.retry_after_s(waiting, count)));
    return response;
}

Result<void, Error> HttpServer::Impl::bind(boost::asio::io_context& io) {
    Result<std::string, Error> numeric = resolve_local(options.host);
    if (!numeric) return Failure{std::move(numeric).error()};
    error_code failed;
    const auto address = boost::asio::ip::make_address(*numeric, failed);
    if (failed) return Failure{bind_error(EADDRNOTAVAIL, options.host, options.port)};
    const tcp::endpoint endpoint(address, options.port);
    doors = std::make_unique<Doors>(io);
    tcp::acceptor& acceptor = doors->acceptor;
    acceptor.open(endpoint.protocol(), failed);
    if (!failed) acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor.bind(endpoint, failed);
    if (!failed) acceptor.listen(1024, failed);
    if (failed) {
        doors.reset();
        return Failure{bind_error(failed.value(), options.host, options.port)};
    }
    port = acceptor.local_endpoint(failed).port();
    return {};
}

Result<void, Error> HttpServer::Impl::load_tls() {
    const std::string stamp = tls_files_stamp(options.tls);
    auto loaded = load_server_tls(options.tls);
    const std::lock_guard lock(tls_mutex);
    // Also after a failure: the same broken files are not reported again.
    tls_seen = stamp;
    if (!loaded) return Failure{loaded.error()};
    tls = std::move(loaded).value();
    return {};
}

void HttpServer::Impl::watch_tls() {
    if (options.tls.empty() || options.tls_watch_ms <= 0) return;
    doors->tls_watch.expires_after(std::chrono::milliseconds(options.tls_watch_ms));
    doors->tls_watch.async_wait([weak = weak_from_this()](const error_code& failed) {
        const auto self = weak.lock();
        if (failed || !self || self->stopping) return;
        bool changed = false;
        {
            const std::lock_guard lock(self->tls_mutex);
            changed = tls_files_stamp(self->options.tls) != self->tls_seen;
        }
        if (changed) {
            const Result<void, Error> loaded = self->load_tls();
            const Error notice = loaded ? Error{"SB-3113", "certificate files loaded again",
                                                self->options.tls.certificate_chain, ""}
                                        : loaded.error();
            if (self->options.on_notice) self->options.on_notice(notice);
        }
        self->watch_tls();
    });
}

void HttpServer::Impl::accept_next() {
    doors->acceptor.async_accept(
        [weak = weak_from_this()](const error_code& failed, tcp::socket socket) {
            const auto self = weak.lock();
            if (!self || self->stopping) return;
            error_code broken;
            const auto remote = failed ? tcp::endpoint() : socket.remote_endpoint(broken);
            if (!failed && !broken) {
                const std::shared_ptr<HttpThread> thread =
                    self->threads[self->next_thread++ % self->threads.size()];
                const bool is_v6 = remote.protocol() == tcp::v6();
                const std::string address = remote.address().to_string();
                // From here on the connection belongs to its thread.
                const int fd = socket.release(broken);
                thread->post([self, thread, fd, address, is_v6] {
                    self->admit(thread, fd, address, is_v6);
                });
            }
            if (!failed) return self->accept_next();
            self->doors->accept_pause.expires_after(accept_pause_time);
            self->doors->accept_pause.async_wait([weak](const error_code& cancelled) {
                const auto again = weak.lock();
                if (!cancelled && again && !again->stopping) again->accept_next();
            });
        });
}

bool HttpServer::Impl::count_address(const std::string& address) {
    const std::size_t most = options.limits.connections_per_address_max;
    if (most == 0) return true;
    const std::lock_guard lock(address_mutex);
    std::size_t& count = per_address[address];
    if (count >= most) return false;
    ++count;
    return true;
}

void HttpServer::Impl::admit(const std::shared_ptr<HttpThread>& thread, int fd,
                             const std::string& address, bool is_v6) {
    ++accepted_connections;
    const bool welcome = !stopping && count_address(address);
    if (!welcome) {
        ++refused_connections;
        ::close(fd);
        return;
    }
    if (connections >= options.limits.connections_max) close_idle(*thread, false);
    std::shared_ptr<boost::asio::ssl::context> context;
    if (!options.tls.empty()) {
        const std::lock_guard lock(tls_mutex);
        context = tls;
    }
    auto connection = std::make_shared<HttpConnection>(
        shared_from_this(), thread, make_transport(*thread->io, fd, is_v6, context), address,
        context != nullptr);
    const std::uint64_t count = ++connections;
    thread->connections.insert(connection);
    if (count > options.limits.connections_max) {
        ++refused_connections;
        if (count > options.limits.connections_max + options.limits.connections_refused_max)
            return connection->close();
        connection->refuse();
    }
    start_tick(thread);
    connection->start();
}

void HttpServer::Impl::forget(HttpThread& thread,
                              const std::shared_ptr<HttpConnection>& connection) {
    if (thread.connections.erase(connection) == 0) return;
    --connections;
    if (options.limits.connections_per_address_max == 0) return;
    const std::lock_guard lock(address_mutex);
    const auto found = per_address.find(connection->peer_address());
    if (found != per_address.end() && --found->second == 0) per_address.erase(found);
}

void HttpServer::Impl::start_tick(const std::shared_ptr<HttpThread>& thread) {
    if (thread->tick) return;
    thread->tick = std::make_unique<HttpThread::Tick>(
        HttpThread::Tick{boost::asio::steady_timer(*thread->io, tick_period)});
    thread->tick->timer.async_wait([weak = weak_from_this(), thread](const error_code& failed) {
        const auto self = weak.lock();
        thread->tick.reset();
        if (failed || !self || thread->connections.empty()) return;
        const std::int64_t now = monotonic_ms();
        // A copy: what is closed leaves the set.
        const std::vector<std::shared_ptr<HttpConnection>> all(thread->connections.begin(),
                                                               thread->connections.end());
        for (const auto& connection : all) connection->on_tick(now);
        if (!thread->connections.empty()) self->start_tick(thread);
    });
}

void HttpServer::Impl::close_idle(HttpThread& thread, bool everything) {
    std::vector<std::shared_ptr<HttpConnection>> idle;
    for (const auto& connection : thread.connections) {
        if (connection->is_idle()) idle.push_back(connection);
    }
    if (!everything && !idle.empty()) {
        // Newcomers go before those who wait longest without asking anything.
        const auto oldest = std::min_element(
            idle.begin(), idle.end(),
            [](const auto& a, const auto& b) { return a->since_ms() < b->since_ms(); });
        return (*oldest)->close();
    }
    for (const auto& connection : idle) connection->retire();
}

HttpServer::HttpServer(HttpServerOptions options)
    : impl_(std::make_shared<Impl>(std::move(options))) {}

HttpServer::~HttpServer() {
    stop(0);
}

void HttpServer::route(std::string method, std::string pattern, Handler handler,
                       RouteOptions options) {
    STADTBUCH_ASSERT(!impl_->started);
    impl_->routes.add(std::move(method), std::move(pattern),
                      Endpoint{std::move(handler), nullptr, std::move(options)});
}

void HttpServer::route_async(std::string method, std::string pattern, AsyncHandler handler,
                             RouteOptions options) {
    STADTBUCH_ASSERT(!impl_->started);
    impl_->routes.add(std::move(method), std::move(pattern),
                      Endpoint{nullptr, std::move(handler), std::move(options)});
}

std::vector<std::pair<std::string, std::string>> HttpServer::routes() const {
    std::vector<std::pair<std::string, std::string>> out;
    for (const RouteTable::Pattern& pattern : impl_->routes.patterns()) {
        for (const auto& [method, endpoint] : pattern.methods)
            out.emplace_back(method, pattern.text);
    }
    return out;
}

void HttpServer::fallback(Handler handler) {
    STADTBUCH_ASSERT(!impl_->started);
    impl_->fallback = std::move(handler);
}

Result<void, Error> HttpServer::Impl::open_doors() {
    STADTBUCH_ASSERT(!started);
    if (!options.tls.empty()) {
        Result<void, Error> loaded = load_tls();
        if (!loaded) return loaded;
    }
    Result<void, Error> bound = bind(*threads[0]->io);
    if (!bound) return bound;
    started = true;
    if (options.worker_threads > 0) {
        workers =
            std::make_unique<ThreadPool>(ThreadPool::Options{.threads = options.worker_threads,
                                                             .queue_max = options.worker_queue_max,
                                                             .name = "http-worker"});
    }
    accept_next();
    watch_tls();
    return {};
}

void HttpServer::Impl::close_doors() {
    error_code ignored;
    doors->acceptor.close(ignored);
    doors->accept_pause.cancel();
    doors->tls_watch.cancel();
}

void HttpServer::Impl::close_all(HttpThread& thread) {
    const std::vector<std::shared_ptr<HttpConnection>> all(thread.connections.begin(),
                                                           thread.connections.end());
    for (const auto& connection : all) connection->close();
    if (thread.tick) thread.tick->timer.cancel();
}

Result<void, Error> HttpServer::start() {
    STADTBUCH_ASSERT(impl_->threads.empty());
    const std::size_t count = std::max<std::size_t>(impl_->options.io_threads, 1);
    for (std::size_t i = 0; i < count; ++i) {
        auto thread = std::make_shared<HttpThread>();
        thread->own_io = std::make_unique<boost::asio::io_context>(1);
        thread->io = thread->own_io.get();
        impl_->threads.push_back(std::move(thread));
    }
    Result<void, Error> opened = impl_->open_doors();
    if (!opened) {
        impl_->threads.clear();
        return opened;
    }
    for (const auto& thread : impl_->threads) {
        thread->thread = std::thread([io = thread->io]() noexcept {
            const auto guard = boost::asio::make_work_guard(*io);
            io->run();
            // What stop() closed still gets its last callbacks.
            io->restart();
            io->poll();
        });
        pthread_setname_np(thread->thread.native_handle(), "http-io");
    }
    return {};
}

Result<void, Error> HttpServer::start_on(EventLoop& loop) {
    STADTBUCH_ASSERT(impl_->threads.empty());
    auto thread = std::make_shared<HttpThread>();
    thread->io = &io_of(loop);
    impl_->threads.push_back(std::move(thread));
    Result<void, Error> opened = impl_->open_doors();
    if (!opened) impl_->threads.clear();
    return opened;
}

void HttpServer::stop(int grace_ms) {
    if (!impl_->started) return;
    const bool first = !impl_->stopping.exchange(true);
    if (!impl_->threads[0]->own_io) {
        if (first) impl_->close_doors();
        impl_->close_idle(*impl_->threads[0], true);
        if (grace_ms <= 0) {
            impl_->workers.reset();
            impl_->close_all(*impl_->threads[0]);
        }
        return;
    }
    if (!first) return;
    boost::asio::post(*impl_->threads[0]->io, [impl = impl_] { impl->close_doors(); });
    for (const auto& thread : impl_->threads) {
        boost::asio::post(*thread->io, [impl = impl_, thread] { impl->close_idle(*thread, true); });
    }
    const std::int64_t end = monotonic_ms() + grace_ms;
    while (impl_->connections > 0 && monotonic_ms() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    for (const auto& thread : impl_->threads) {
        boost::asio::post(*thread->io, [impl = impl_, thread] {
            impl->close_all(*thread);
            thread->io->stop();
        });
    }
    for (const auto& thread : impl_->threads) thread->thread.join();
    // After the threads that submit to them; answers that come now find no connection.
    impl_->workers.reset();
}

Result<void, Error> HttpServer::reload_tls() {
    if (impl_->options.tls.empty()) return {};
    return impl_->load_tls();
}

std::uint16_t HttpServer::port() const noexcept {
    return impl_->port;
}

HttpServerCounters HttpServer::counters() const noexcept {
    HttpServerCounters counters;
    counters.connections = impl_->connections;
    counters.accepted_connections = impl_->accepted_connections;
    counters.refused_connections = impl_->refused_connections;
    counters.requests = impl_->requests;
    counters.bad_requests = impl_->bad_requests;
    counters.timeouts = impl_->timeouts;
    counters.failed_handshakes = impl_->failed_handshakes;
    counters.overloads = impl_->load.refusals();
    return counters;
}

}  // namespace stadtbuch::net
