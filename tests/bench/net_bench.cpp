// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Messages over Curve and requests over HTTP on loopback: rate, and CPU time per message.
// CPU is that of the whole process; for HTTP the client thread's share is subtracted. Method:
// results/net.md.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zmq.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <thread>

#include "node/net/curve.hpp"
#include "node/net/http_server.hpp"

using namespace stadtbuch;
using namespace stadtbuch::net;

namespace {

double seconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

struct Stopwatch {
    double wall = seconds_of(CLOCK_MONOTONIC);
    double process = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    double thread = seconds_of(CLOCK_THREAD_CPUTIME_ID);
};

struct Figure {
    double per_second = 0;
    double process_us = 0;
    /// Without the thread that called.
    double others_us = 0;
};

Figure figure_since(const Stopwatch& begin, int count) {
    const Stopwatch now;
    const double n = count;
    Figure figure;
    figure.per_second = n / (now.wall - begin.wall);
    figure.process_us = (now.process - begin.process) / n * 1e6;
    figure.others_us = figure.process_us - (now.thread - begin.thread) / n * 1e6;
    return figure;
}

/// Best of five by CPU, as performance-budget §5.8 wants.
template <class Run>
void report(const char* name, bool without_caller, Run run) {
    std::vector<Figure> figures;
    for (int i = 0; i < 5; ++i) figures.push_back(run());
    const auto cpu = [&](const Figure& f) { return without_caller ? f.others_us : f.process_us; };
    const auto best =
        std::min_element(figures.begin(), figures.end(),
                         [&](const auto& a, const auto& b) { return cpu(a) < cpu(b); });
    std::printf("{\"case\":\"%s\",\"per_second\":%.0f,\"cpu_us\":%.2f}\n", name, best->per_second,
                cpu(*best));
    std::fflush(stdout);
}

struct CurvePair {
    EventLoop loop;
    std::shared_ptr<CurveContext> context = CurveContext::create();
    CurveKeyPair server = CurveKeyPair::random();
    std::unique_ptr<CurveListener> listener;
    std::unique_ptr<CurveDealer> dealer;
    int received = 0;
    int answered = 0;
    bool echo = false;

    CurvePair() {
        CurveListenerOptions options = CurveListenerOptions::node_port("127.0.0.1", 0);
        options.domain = zap_client_domain;  // a port that answers, for the echo
        listener = std::move(CurveListener::open(loop, server, options)).value();
        listener->on_message([this](const CurveMessage& message) {
            ++received;
            if (echo) (void)listener->send(message.identity, message.payload);
        });
        CurveDealerOptions dealer_options;
        dealer_options.host = "127.0.0.1";
        dealer_options.port = listener->port();
        dealer_options.server_key = server.public_key;
        dealer_options.keys = CurveKeyPair::random();
        dealer = std::make_unique<CurveDealer>(loop, context, dealer_options);
        dealer->on_message([this](BytesView) { ++answered; });
        (void)dealer->connect();
        while (dealer->state() != DealerState::connected) loop.run_for(1);
    }

    /// At most `window` messages under way.
    Figure run(std::size_t size, int count, int window) {
        const std::string payload(size, 'm');
        int sent = 0;
        received = 0;
        answered = 0;
        const auto hook = loop.at_turn_end([&] {
            const int done = echo ? answered : received;
            while (sent < count && sent - done < window &&
                   dealer->send(payload) == SendResult::sent) {
                ++sent;
            }
            if (done == count) loop.stop();
        });
        const Stopwatch begin;
        loop.post([] {});
        loop.run();
        const Figure figure = figure_since(begin, count);
        loop.remove_turn_end(hook);
        loop.run_for(1);
        return figure;
    }
};

/// The same without our loop and wrappers: what libzmq itself costs.
Figure run_bare(std::size_t size, int count) {
    void* context = zmq_ctx_new();
    void* router = zmq_socket(context, ZMQ_ROUTER);
    void* dealer = zmq_socket(context, ZMQ_DEALER);
    const CurveKeyPair server = CurveKeyPair::random();
    const CurveKeyPair client = CurveKeyPair::random();
    const int one = 1;
    const int zero = 0;
    const int queue = 20000;
    zmq_setsockopt(router, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(dealer, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(router, ZMQ_RCVHWM, &queue, sizeof queue);
    zmq_setsockopt(dealer, ZMQ_SNDHWM, &queue, sizeof queue);
    zmq_setsockopt(router, ZMQ_CURVE_SERVER, &one, sizeof one);
    zmq_setsockopt(router, ZMQ_CURVE_SECRETKEY, server.secret_key.bytes.data(), 32);
    zmq_setsockopt(dealer, ZMQ_CURVE_SERVERKEY, server.public_key.bytes.data(), 32);
    zmq_setsockopt(dealer, ZMQ_CURVE_PUBLICKEY, client.public_key.bytes.data(), 32);
    zmq_setsockopt(dealer, ZMQ_CURVE_SECRETKEY, client.secret_key.bytes.data(), 32);
    zmq_bind(router, "tcp://127.0.0.1:*");
    std::array<char, 128> endpoint{};
    std::size_t endpoint_size = endpoint.size();
    zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, endpoint.data(), &endpoint_size);
    zmq_connect(dealer, endpoint.data());
    const std::string payload(size, 'm');
    std::array<char, 256> identity{};
    std::vector<char> buffer(size);
    const auto receive = [&] {
        zmq_recv(router, identity.data(), identity.size(), 0);
        zmq_recv(router, buffer.data(), buffer.size(), 0);
    };
    zmq_send(dealer, payload.data(), payload.size(), 0);
    receive();
    const Stopwatch begin;
    std::thread sender([&] {
        for (int i = 0; i < count; ++i) zmq_send(dealer, payload.data(), payload.size(), 0);
    });
    for (int i = 0; i < count; ++i) receive();
    sender.join();
    const Figure figure = figure_since(begin, count);
    zmq_close(dealer);
    zmq_close(router);
    zmq_ctx_term(context);
    return figure;
}

int connect_to(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) std::abort();
    return fd;
}

/// `connections` clients that each send the next request when they have the answer.
Figure run_http(std::uint16_t port, int connections, int count, std::string_view request) {
    std::vector<int> fds;
    for (int i = 0; i < connections; ++i) fds.push_back(connect_to(port));
    std::array<char, 16384> answer{};
    const auto round = [&] {
        for (const int fd : fds) {
            if (send(fd, request.data(), request.size(), 0) < 0) std::abort();
        }
        for (const int fd : fds) {
            if (recv(fd, answer.data(), answer.size(), 0) <= 0) std::abort();
        }
    };
    round();
    const int rounds = count / connections;
    const Stopwatch begin;
    for (int i = 0; i < rounds; ++i) round();
    const Figure figure = figure_since(begin, rounds * connections);
    for (const int fd : fds) close(fd);
    return figure;
}

void bench_curve() {
    CurvePair pair;
    report("curve 500 B one way, 1000 under way", false,
           [&] { return pair.run(500, 200000, 1000); });
    report("bare libzmq 500 B one way", false, [] { return run_bare(500, 200000); });
    report("curve 64 KiB one way, 32 under way", false, [&] { return pair.run(65536, 10000, 32); });
    pair.echo = true;
    report("curve 500 B echo, 100 under way", false, [&] { return pair.run(500, 50000, 100); });
    report("curve 500 B echo, 1 under way", false, [&] { return pair.run(500, 10000, 1); });
}

void bench_http() {
    HttpServerOptions options;
    options.worker_threads = 1;
    options.limits.requests_per_connection_max = 100000000;
    HttpServer server(options);
    const std::string body(500, 'b');
    server.route("GET", "/status/{name}",
                 [&](const HttpRequest&) { return HttpResponse::json(200, body); });
    server.route("GET", "/worker",
                 [&](const HttpRequest&) { return HttpResponse::json(200, body); },
                 {.place = HandlerPlace::on_workers});
    if (!server.start()) std::abort();
    const std::string get =
        "GET /status/pool?page=1 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\n"
        "Accept: application/json\r\n\r\n";
    const std::string worker = "GET /worker HTTP/1.1\r\nHost: localhost\r\n\r\n";
    report("http GET 500 B, 16 connections", true,
           [&] { return run_http(server.port(), 16, 160000, get); });
    report("http GET 500 B, 1 connection", true,
           [&] { return run_http(server.port(), 1, 20000, get); });
    report("http GET 500 B on a worker, 16 connections", true,
           [&] { return run_http(server.port(), 16, 80000, worker); });
    server.stop();
}

}  // namespace

int main() {
    bench_curve();
    bench_http();
    return 0;
}
