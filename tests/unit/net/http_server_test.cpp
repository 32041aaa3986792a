// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The HTTP server under well-behaved and hostile clients, over real sockets on loopback.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "node/net/http_client.hpp"
#include "node/net/http_load.hpp"
#include "node/net/http_parser.hpp"
#include "node/net/http_server.hpp"
#include "tests/unit/net/certificate_helper.hpp"
#include "tests/unit/net/loop_helper.hpp"

using namespace stadtbuch;
using namespace stadtbuch::net;

namespace {

/// Octets as they are, for requests that no client would send.
class RawClient {
  public:
    explicit RawClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    ~RawClient() { close(fd_); }

    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    [[nodiscard]] bool connected() const { return connected_; }

    void send(std::string_view text) const {
        while (!text.empty()) {
            const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
            if (sent <= 0) return;
            text.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// Until the text occurred `times`, the server closed, or ten seconds passed.
    [[nodiscard]] std::string receive(const std::string& until = "", int times = 1) const {
        std::string all;
        std::array<char, 8192> chunk{};
        for (;;) {
            int seen = 0;
            for (std::size_t at = 0;
                 !until.empty() && (at = all.find(until, at)) != std::string::npos;
                 at += until.size()) {
                ++seen;
            }
            if (!until.empty() && seen >= times) return all;
            pollfd one{fd_, POLLIN, 0};
            if (poll(&one, 1, 10000) <= 0) return all + "<timeout>";
            const ssize_t got = recv(fd_, chunk.data(), chunk.size(), 0);
            if (got <= 0) return all;
            all.append(chunk.data(), static_cast<std::size_t>(got));
        }
    }

    [[nodiscard]] std::string ask(std::string_view text) const {
        send(text);
        return receive();
    }

  private:
    int fd_;
    bool connected_ = false;
};

int status_of(const std::string& answer) {
    if (!answer.starts_with("HTTP/1.") || answer.size() < 12) return 0;
    return std::stoi(answer.substr(9, 3));
}

HttpServerOptions quick_options() {
    HttpServerOptions options;
    options.io_threads = 2;
    options.worker_threads = 2;
    options.limits.header_bytes_max = 4096;
    options.limits.body_bytes_max = 10000;
    return options;
}

void add_routes(HttpServer& server) {
    server.route("GET", "/hello",
                 [](const HttpRequest&) { return HttpResponse::text(200, "hello"); });
    server.route("GET", "/ledger/{name}/{seqNo}", [](const HttpRequest& request) {
        return HttpResponse::text(200, std::string(request.parameter("name")) + ":" +
                                           std::string(request.parameter("seqNo")) + ":" +
                                           std::string(request.query_value("q").value_or("-")));
    });
    server.route("GET", "/ledger/{name}/text",
                 [](const HttpRequest&) { return HttpResponse::text(200, "literal wins"); });
    server.route("GET", "/files/{path*}", [](const HttpRequest& request) {
        return HttpResponse::text(200, std::string(request.parameter("path")));
    });
    server.route("POST", "/echo",
                 [](const HttpRequest& request) { return HttpResponse::text(200, request.body); });
    server.route("POST", "/small",
                 [](const HttpRequest& request) { return HttpResponse::text(200, request.body); },
                 {.body_bytes_max = 10});
    server.route("POST", "/worker",
                 [](const HttpRequest& request) { return HttpResponse::text(201, request.body); },
                 {.place = HandlerPlace::on_workers});
    server.route("GET", "/open", [](const HttpRequest&) { return HttpResponse::json(200, "{}"); },
                 {.cors_origin = "*"});
    server.route("GET", "/throws", [](const HttpRequest&) -> HttpResponse {
        throw std::runtime_error("secret detail");
    });
    server.route("GET", "/inject", [](const HttpRequest&) {
        HttpResponse response = HttpResponse::text(200, "x");
        response.set("X-Bad", "a\r\nX-Injected: yes");
        return response;
    });
    server.route_async("GET", "/forgotten", [](HttpRequest, HttpResponder) {});
    server.route_async("GET", "/later", [](HttpRequest, HttpResponder responder) {
        std::thread([responder] { responder.send(HttpResponse::text(200, "later")); }).detach();
    });
}

struct Running {
    HttpServer server;

    explicit Running(HttpServerOptions options) : server(std::move(options)) {
        add_routes(server);
        REQUIRE(server.start());
    }

    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server.port()) + path;
    }
};

std::string get_text(const std::string& path, const std::string& more = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n";
}

struct TempFolder {
    std::filesystem::path path;

    TempFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "net-test-XXXXXX").string();
        REQUIRE(mkdtemp(name.data()) != nullptr);
        path = name;
    }

    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }

    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
};

void write_file(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("routes, parameters, queries and methods", "[net][http]") {
    const Running run(quick_options());
    HttpClient client;
    const auto ask = [&](const std::string& method, const std::string& path) {
        auto answer = client.fetch({method, run.url(path), {}, {}});
        REQUIRE(answer);
        return std::move(answer).value();
    };
    CHECK(ask("GET", "/hello").body == "hello");
    CHECK(ask("GET", "/ledger/domain/12?q=a%20b+c").body == "domain:12:a b c");
    CHECK(ask("GET", "/ledger/d%2Fx/%C3%BC").body == "d/x:\xC3\xBC:-");
    CHECK(ask("GET", "/ledger/pool/text").body == "literal wins");
    CHECK(ask("GET", "/files/a/b/c.txt").body == "a/b/c.txt");
    CHECK(ask("GET", "/files/a/../../etc").status == 400);
    CHECK(ask("GET", "/files/%2e%2e/x").status == 400);
    CHECK(ask("GET", "/ledger//1").status == 404);
    CHECK(ask("GET", "/hello/").status == 404);
    CHECK(ask("GET", "/nothing").body ==
          R"({"status":404,"error":"Not Found","detail":"There is nothing at this path."})");
    const HttpFetched wrong = ask("DELETE", "/hello");
    CHECK(wrong.status == 405);
    CHECK(wrong.header("Allow") == std::string_view("GET, HEAD, OPTIONS"));
    const HttpFetched head = ask("HEAD", "/hello");
    CHECK(head.status == 200);
    CHECK(head.body.empty());
    CHECK(head.header("content-length") == std::string_view("5"));
    const HttpFetched options = ask("OPTIONS", "/open");
    CHECK(options.status == 204);
    CHECK(options.header("Access-Control-Allow-Origin") == std::string_view("*"));
    CHECK(ask("GET", "/open").header("Access-Control-Allow-Origin") == std::string_view("*"));
    CHECK_FALSE(ask("GET", "/hello").header("Access-Control-Allow-Origin"));
    CHECK(ask("GET", "/later").body == "later");
    CHECK(ask("GET", "/forgotten").status == 500);
    const HttpFetched thrown = ask("GET", "/throws");
    CHECK(thrown.status == 500);
    CHECK(thrown.body.find("secret") == std::string::npos);
    CHECK_FALSE(ask("GET", "/inject").header("X-Injected"));
    auto worker = client.post(run.url("/worker"), "text/plain", std::string(9000, 'w'));
    REQUIRE(worker);
    CHECK(worker->status == 201);
    CHECK(worker->body == std::string(9000, 'w'));
}

TEST_CASE("keep-alive serves many requests on one connection", "[net][http]") {
    const Running run(quick_options());
    HttpClient client;
    for (int i = 0; i < 50; ++i) {
        const auto answer = client.get(run.url("/hello"));
        REQUIRE(answer);
        CHECK(answer->body == "hello");
    }
    CHECK(run.server.counters().accepted_connections == 1);
    CHECK(run.server.counters().requests == 50);
}

TEST_CASE("a connection ends after its last allowed request", "[net][http]") {
    HttpServerOptions options = quick_options();
    options.limits.requests_per_connection_max = 2;
    const Running run(options);
    const RawClient raw(run.server.port());
    const std::string answer =
        raw.ask(get_text("/hello") + get_text("/hello") + get_text("/hello"));
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK(run.server.counters().requests == 2);
}

TEST_CASE("pipelined requests are answered in order", "[net][http]") {
    const Running run(quick_options());
    const RawClient raw(run.server.port());
    std::string all;
    for (int i = 0; i < 100; ++i) all += get_text("/ledger/pool/" + std::to_string(i));
    all += "POST /worker HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nlast";
    raw.send(all);
    const std::string answer = raw.receive("last");
    std::size_t at = 0;
    for (int i = 0; i < 100; ++i) {
        at = answer.find("pool:" + std::to_string(i) + ":-", at);
        REQUIRE(at != std::string::npos);
    }
}

TEST_CASE("a request that comes octet by octet is understood", "[net][http]") {
    const Running run(quick_options());
    const RawClient raw(run.server.port());
    for (const char c :
         std::string("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n")) {
        raw.send(std::string(1, c));
    }
    const std::string answer = raw.receive("abcdefg");
    CHECK(status_of(answer) == 200);
}

TEST_CASE("an empty chunked body may end in pieces", "[net][http]") {
    // Found by fuzz_http: Beast asserted when four octets of the end were there.
    const std::string head = "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string end = "0\r\n\r\n";
    RequestParser parser(4096);
    std::size_t used = 0;
    REQUIRE(parser.put(head.data(), head.size(), used) == ParseStep::header_done);
    REQUIRE(used == head.size());
    parser.allow_body(100);
    for (std::size_t count = 1; count < end.size(); ++count) {
        CHECK(parser.put(end.data(), count, used) == ParseStep::need_more);
        CHECK(used == 0);
        CHECK_FALSE(parser.is_done());
    }
    REQUIRE(parser.put(end.data(), end.size(), used) == ParseStep::progressed);
    CHECK(used == end.size());
    CHECK(parser.is_done());
    CHECK(parser.request().body.empty());
}

TEST_CASE("malformed requests get 4xx and the server goes on", "[net][http]") {
    const Running run(quick_options());
    const auto [text, status] = GENERATE(table<std::string, int>({
        {"\r\n\r\n\r\nnonsense\r\n\r\n", 400},
        {"GET\r\n\r\n", 400},
        {"GET /hello HTTP/1.1\r\n\r\n", 400},
        {"GET /hello HTTP/3.7\r\nHost: x\r\n\r\n", 505},
        {"GET /hello HTTP/1.1\r\nHost : x\r\n\r\n", 400},
        {"GET /he%zzo HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /he%00o HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET hello HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"GET /hello?a=%g1 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
         400},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         400},
        {"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
        {"\x16\x03\x01\x02\x01\x01\x01", 400},
    }));
    const RawClient raw(run.server.port());
    const std::string answer = raw.ask(text);
    INFO(text);
    INFO(answer);
    CHECK(status_of(answer) == status);
    CHECK(answer.find("Connection: close") != std::string::npos);
    const RawClient next(run.server.port());
    next.send(get_text("/hello"));
    CHECK(status_of(next.receive("hello")) == 200);
}

TEST_CASE("oversize is refused before it is read", "[net][http]") {
    const Running run(quick_options());
    const auto ask = [&](const std::string& text) {
        const RawClient raw(run.server.port());
        return status_of(raw.ask(text));
    };
    const std::string host = " HTTP/1.1\r\nHost: x\r\n";
    CHECK(ask("POST /echo" + host + "Content-Length: 10001\r\n\r\n") == 413);
    CHECK(ask("POST /small" + host + "Content-Length: 11\r\n\r\n12345678901") == 413);
    CHECK(ask("POST /small" + host + "Connection: close\r\nContent-Length: 10\r\n\r\n1234567890") ==
          200);
    CHECK(ask("POST /echo" + host + "Transfer-Encoding: chunked\r\n\r\n2711\r\n" +
              std::string(10001, 'x')) == 413);
    CHECK(ask("GET /" + std::string(5000, 'a') + host + "\r\n") == 431);
    CHECK(ask("GET /hello" + host + "X: " + std::string(5000, 'a') + "\r\n\r\n") == 431);
    std::string many = "GET /hello" + host;
    for (int i = 0; i < 200; ++i) many += "A: b\r\n";
    CHECK(ask(many + "\r\n") == 431);
    // A client that goes on sending its refused body still gets the answer.
    const RawClient stubborn(run.server.port());
    stubborn.send("POST /echo" + host + "Content-Length: 300000\r\n\r\n");
    stubborn.send(std::string(300000, 'x'));
    CHECK(status_of(stubborn.receive()) == 413);
}

TEST_CASE("Expect: 100-continue is answered before the body", "[net][http]") {
    const Running run(quick_options());
    const RawClient raw(run.server.port());
    raw.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    CHECK(raw.receive("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    raw.send("body");
    CHECK(status_of(raw.receive("body")) == 200);
}

TEST_CASE("slow clients are cut off", "[net][http]") {
    HttpServerOptions options = quick_options();
    options.limits.header_ms = 150;
    options.limits.body_ms = 150;
    options.limits.idle_ms = 150;
    options.limits.handler_ms = 150;
    Running run(options);
    const std::int64_t begin = monotonic_ms();
    {
        const RawClient silent(run.server.port());
        const RawClient half_header(run.server.port());
        const RawClient half_body(run.server.port());
        const RawClient after_one(run.server.port());
        half_header.send("GET /hello HTTP/1.1\r\nHo");
        half_body.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nab");
        after_one.send(get_text("/hello"));
        CHECK(silent.receive().empty());
        CHECK(status_of(half_header.receive()) == 408);
        CHECK(status_of(half_body.receive()) == 408);
        CHECK(status_of(after_one.receive()) == 200);
    }
    // All were waiting at the same time; the generous bound only tells a timeout from the test's
    // own.
    CHECK(monotonic_ms() - begin < 9000);
    CHECK(run.server.counters().timeouts == 2);
    while (run.server.counters().connections > 0 && monotonic_ms() - begin < 9000) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CHECK(run.server.counters().connections == 0);
}

TEST_CASE("slow loris does not stop others", "[net][http]") {
    HttpServerOptions options = quick_options();
    options.limits.header_ms = 300;
    Running run(options);
    std::vector<std::unique_ptr<RawClient>> slow;
    for (int i = 0; i < 50; ++i) {
        slow.push_back(std::make_unique<RawClient>(run.server.port()));
        slow.back()->send("GET /hello HTTP/1.1\r\n");
    }
    HttpClient client;
    const std::int64_t end = monotonic_ms() + 500;
    while (monotonic_ms() < end) {
        // A few more octets do not buy more time.
        for (const auto& one : slow) one->send("X: y\r\n");
        CHECK(client.get(run.url("/hello")));
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    for (const auto& one : slow) CHECK(status_of(one->receive()) == 408);
    CHECK(run.server.counters().timeouts == 50);
}

TEST_CASE("a handler that never answers gives 503", "[net][http]") {
    HttpServerOptions options = quick_options();
    options.limits.handler_ms = 150;
    HttpServer server(options);
    std::mutex mutex;
    std::vector<HttpResponder> kept;
    server.route_async("GET", "/stuck", [&](HttpRequest, HttpResponder responder) {
        const std::lock_guard lock(mutex);
        kept.push_back(std::move(responder));
    });
    REQUIRE(server.start());
    HttpClient client;
    const auto answer = client.get("http://127.0.0.1:" + std::to_string(server.port()) + "/stuck");
    REQUIRE(answer);
    CHECK(answer->status == 503);
    // The late answer belongs to nobody any more.
    for (const HttpResponder& responder : kept) responder.send(HttpResponse::text(200, "late"));
    server.stop();
}

TEST_CASE("a full worker queue gives 503", "[net][http]") {
    HttpServerOptions options = quick_options();
    options.worker_threads = 1;
    options.worker_queue_max = 1;
    HttpServer server(options);
    std::atomic<bool> go{false};
    server.route("GET", "/slow",
                 [&](const HttpRequest&) {
                     while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
                     return HttpResponse::text(200, "done");
                 },
                 {.place = HandlerPlace::on_workers});
    REQUIRE(server.start());
    std::atomic<int> done{0};
    std::atomic<int> refused{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < 6; ++i) {
        clients.emplace_back([&] {
            HttpClient client;
            const auto answer =
                client.get("http://127.0.0.1:" + std::to_string(server.port()) + "/slow");
            if (!answer) return;
            if (answer->status == 200) ++done;
            if (answer->status == 503 && answer->header("Retry-After")) ++refused;
            if (refused >= 4) go = true;
        });
    }
    for (std::thread& client : clients) client.join();
    CHECK(done == 2);
    CHECK(refused == 4);
}

TEST_CASE("whoever is refused hears when to come again", "[net][http]") {
    HttpLoad load(100);
    CHECK(load.retry_after_s(0, 2) == 1);
    CHECK(load.retry_after_s(1'000'000, 2) == 1);  // nothing is known of the pace yet
    load.served(500'000);
    CHECK(load.retry_after_s(0, 2) == 1);
    CHECK(load.retry_after_s(10, 2) == 3);  // six turns of half a second
    CHECK(load.retry_after_s(1'000'000'000, 1) == HttpLoad::retry_after_max_s);
    for (int i = 0; i < 100; ++i) load.served(8);
    CHECK(load.retry_after_s(1000, 2) == 1);

    HttpLoad::Held first = load.hold(60);
    CHECK(first);
    CHECK_FALSE(load.hold(41));
    CHECK_FALSE(load.hold(std::size_t(-1)));
    HttpLoad::Held second = load.hold(40);
    CHECK(load.held_bytes() == 100);
    first.reset();
    second.reset();
    CHECK(load.held_bytes() == 0);
}

TEST_CASE("connections beyond the most are told to come again", "[net][http]") {
    HttpServerOptions options = quick_options();
    options.limits.connections_max = 3;
    HttpServer server(options);
    std::mutex mutex;
    std::vector<HttpResponder> kept;
    server.route_async("GET", "/stuck", [&](HttpRequest, HttpResponder responder) {
        const std::lock_guard lock(mutex);
        kept.push_back(std::move(responder));
    });
    add_routes(server);
    REQUIRE(server.start());
    const std::int64_t end = monotonic_ms() + 10000;
    const auto wait_for = [&](const auto& condition) {
        while (!condition() && monotonic_ms() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        CHECK(condition());
    };
    const std::string hello = get_text("/hello", "Connection: close\r\n");
    {
        std::vector<std::unique_ptr<RawClient>> busy;
        for (int i = 0; i < 3; ++i) {
            busy.push_back(std::make_unique<RawClient>(server.port()));
            busy.back()->send(get_text("/stuck"));
        }
        wait_for([&] {
            const std::lock_guard lock(mutex);
            return kept.size() == 3;
        });
        const std::string refused = RawClient(server.port()).ask(hello);
        CHECK(status_of(refused) == 503);
        CHECK(refused.find("Retry-After: 1\r\n") != std::string::npos);
        CHECK(refused.find("Connection: close\r\n") != std::string::npos);
        CHECK(server.counters().overloads == 1);
        CHECK(server.counters().refused_connections == 1);
        for (const HttpResponder& one : kept) one.send(HttpResponse::text(200, "free"));
        for (const auto& one : busy) CHECK(status_of(one->receive("free")) == 200);
    }
    wait_for([&] { return server.counters().connections == 0; });
    CHECK(status_of(RawClient(server.port()).ask(hello)) == 200);
    server.stop();
}

TEST_CASE("long bodies together have their bound", "[net][http]") {
    HttpServerOptions options = quick_options();
    options.limits.body_bytes_max = std::size_t{1} << 20;
    options.limits.long_bodies_bytes_max = 300 * 1024;
    const Running run(options);
    const auto head = [](std::size_t size) {
        return "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
               std::to_string(size) + "\r\n\r\n";
    };
    const std::string body(200 * 1024, 'x');
    const RawClient slow(run.server.port());
    slow.send(head(body.size()) + body.substr(1));
    // What has been counted shows in what others still get.
    std::string refused;
    const std::int64_t end = monotonic_ms() + 10000;
    while (status_of(refused) != 503 && monotonic_ms() < end) {
        refused = RawClient(run.server.port()).ask(head(body.size()) + body);
    }
    CHECK(status_of(refused) == 503);
    CHECK(refused.find("Retry-After: ") != std::string::npos);
    // Short ones are not held up by them.
    CHECK(status_of(RawClient(run.server.port()).ask(head(5) + "short")) == 200);
    CHECK(status_of(slow.ask("x")) == 200);
    CHECK(status_of(RawClient(run.server.port()).ask(head(body.size()) + body)) == 200);
}

TEST_CASE("a hundred connections at once", "[net][http]") {
    const Running run(quick_options());
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 100; ++i) clients.push_back(std::make_unique<RawClient>(run.server.port()));
    for (int round = 0; round < 5; ++round) {
        for (const auto& client : clients) client->send(get_text("/hello"));
        for (const auto& client : clients) CHECK(status_of(client->receive("hello")) == 200);
    }
    CHECK(run.server.counters().connections == 100);
    CHECK(run.server.counters().requests == 500);
}

TEST_CASE("newcomers replace the longest idle connection", "[net][http]") {
    HttpServerOptions options = quick_options();
    options.io_threads = 1;
    options.limits.connections_max = 3;
    const Running run(options);
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<RawClient>(run.server.port()));
        clients.back()->send(get_text("/hello"));
        CHECK(status_of(clients.back()->receive("hello")) == 200);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CHECK(clients[0]->receive().empty());
    CHECK(clients[1]->receive().empty());
    clients[2]->send(get_text("/hello"));
    CHECK(status_of(clients[2]->receive("hello")) == 200);
}

TEST_CASE("connections of one address are limited", "[net][http]") {
    HttpServerOptions options = quick_options();
    options.limits.connections_per_address_max = 2;
    const Running run(options);
    const RawClient one(run.server.port());
    const RawClient two(run.server.port());
    one.send(get_text("/hello"));
    two.send(get_text("/hello"));
    CHECK(status_of(one.receive("hello")) == 200);
    CHECK(status_of(two.receive("hello")) == 200);
    const RawClient three(run.server.port());
    CHECK(three.ask(get_text("/hello")).empty());
    CHECK(run.server.counters().refused_connections == 1);
}

TEST_CASE("the access log names the route and nothing of the person", "[net][http]") {
    HttpServerOptions options = quick_options();
    std::mutex mutex;
    std::vector<AccessRecord> records;
    options.access_log = [&](const AccessRecord& record) {
        const std::lock_guard lock(mutex);
        records.push_back(record);
    };
    options.default_headers = {{"X-Frame-Options", "DENY"}};
    {
        Running run(options);
        HttpClient client;
        const auto answer = client.get(run.url("/ledger/domain/7?q=secret"));
        REQUIRE(answer);
        CHECK(answer->header("X-Frame-Options") == std::string_view("DENY"));
        run.server.stop();
    }
    REQUIRE(records.size() == 1);
    CHECK(records[0].method == "GET");
    CHECK(records[0].route == "/ledger/{name}/{seqNo}");
    CHECK(records[0].status == 200);
    CHECK(records[0].response_bytes > 0);
}

TEST_CASE("errors in the server's own clothes, addresses behind a proxy", "[net][http]") {
    HttpServerOptions options;
    options.behind_proxy = true;
    options.render_error = [](const HttpRequest* request, int status, std::string_view) {
        if (status == 405) throw std::runtime_error("broken page");
        return HttpResponse::html(status, request != nullptr ? "<p>" + request->path : "<p>");
    };
    HttpServer server(options);
    server.route("GET", "/who", [](const HttpRequest& request) {
        return HttpResponse::text(200, request.peer_address + (request.secure ? "+tls" : ""));
    });
    REQUIRE(server.start());
    const std::string base = "http://127.0.0.1:" + std::to_string(server.port());
    HttpClient client;
    const auto missing = client.get(base + "/nothing");
    REQUIRE(missing);
    CHECK(missing->status == 404);
    CHECK(missing->body == "<p>/nothing");
    const auto wrong = client.post(base + "/who", "text/plain", "");
    REQUIRE(wrong);
    CHECK(wrong->status == 405);
    CHECK(wrong->header("Content-Type") == std::string_view("application/json"));
    const auto plain = client.get(base + "/who");
    REQUIRE(plain);
    CHECK(plain->body == "127.0.0.1");
    const auto forwarded =
        client.fetch({"GET",
                      base + "/who",
                      {{"X-Forwarded-For", "1.1.1.1, 192.0.2.7"}, {"X-Forwarded-Proto", "https"}},
                      {}});
    REQUIRE(forwarded);
    CHECK(forwarded->body == "192.0.2.7+tls");
}

TEST_CASE("stop lets a running request finish", "[net][http]") {
    HttpServer server(quick_options());
    std::atomic<bool> entered{false};
    server.route("GET", "/slow",
                 [&](const HttpRequest&) {
                     entered = true;
                     std::this_thread::sleep_for(std::chrono::milliseconds(100));
                     return HttpResponse::text(200, "finished");
                 },
                 {.place = HandlerPlace::on_workers});
    REQUIRE(server.start());
    const RawClient raw(server.port());
    raw.send(get_text("/slow"));
    while (!entered) std::this_thread::yield();
    server.stop();
    const std::string answer = raw.receive();
    CHECK(answer.find("finished") != std::string::npos);
    CHECK(answer.find("Connection: close") != std::string::npos);
    CHECK_FALSE(RawClient(server.port()).connected());
}

TEST_CASE("the server runs on an event loop", "[net][http]") {
    EventLoop loop;
    HttpServer server({.limits = {.connections_max = 10}});
    const std::thread::id own = std::this_thread::get_id();
    std::thread::id handler_thread;
    server.route("GET", "/where", [&](const HttpRequest&) {
        handler_thread = std::this_thread::get_id();
        return HttpResponse::text(200, "here");
    });
    REQUIRE(server.start_on(loop));
    std::atomic<bool> answered{false};
    std::thread client([&] {
        HttpClient http;
        const auto answer =
            http.get("http://127.0.0.1:" + std::to_string(server.port()) + "/where");
        answered = answer && answer->body == "here";
        loop.post([&] { loop.stop(); });
    });
    loop.run();
    client.join();
    CHECK(answered);
    CHECK(handler_thread == own);
    server.stop(0);
    loop.run_for(10);
    CHECK(server.counters().connections == 0);
}

TEST_CASE("a stopped server leaves no descriptor and no thread behind", "[net][http]") {
    const auto count = [](const char* folder) {
        return std::distance(std::filesystem::directory_iterator(folder),
                             std::filesystem::directory_iterator());
    };
    const auto round = [] {
        const Running run(quick_options());
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 20; ++i) {
            clients.push_back(std::make_unique<RawClient>(run.server.port()));
            // Some are answered, some are in the middle of a request, some say nothing.
            if (i % 3 == 0) clients.back()->send(get_text("/hello"));
            if (i % 3 == 1) clients.back()->send("POST /echo HTTP/1.1\r\nHost: x\r\nCont");
        }
        CHECK(status_of(clients[18]->receive("hello")) == 200);
    };
    round();
    const auto descriptors = count("/proc/self/fd");
    const auto threads = count("/proc/self/task");
    for (int i = 0; i < 10; ++i) round();
    CHECK(count("/proc/self/fd") == descriptors);
    CHECK(count("/proc/self/task") == threads);
}

TEST_CASE("an occupied port is a clear error", "[net][http]") {
    const Running run(quick_options());
    HttpServerOptions options;
    options.port = run.server.port();
    HttpServer second(options);
    const auto started = second.start();
    REQUIRE_FALSE(started);
    CHECK(started.error().id == "SB-3101");
    HttpServer nowhere({.host = "203.0.113.7"});
    CHECK(nowhere.start().error().id == "SB-3102");
}

TEST_CASE("TLS, and new certificates without a restart", "[net][http][tls]") {
    const TempFolder folder;
    const auto first = test::make_certificate("first");
    const auto second = test::make_certificate("second");
    HttpServerOptions options = quick_options();
    options.tls = {(folder.path / "cert.pem").string(), (folder.path / "key.pem").string()};
    options.tls_watch_ms = 50;
    std::mutex mutex;
    std::vector<std::string> notices;
    options.on_notice = [&](const Error& notice) {
        const std::lock_guard lock(mutex);
        notices.push_back(notice.id);
    };
    const auto last_notice = [&] {
        const std::lock_guard lock(mutex);
        return notices.empty() ? std::string() : notices.back();
    };
    const auto wait_for_notice = [&](const std::string& id) {
        const std::int64_t end = monotonic_ms() + 10000;
        while (last_notice() != id && monotonic_ms() < end) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        return last_notice() == id;
    };
    HttpServer missing(options);
    CHECK(missing.start().error().id == "SB-3111");
    write_file(options.tls.certificate_chain, first.certificate);
    write_file(options.tls.private_key, second.key);
    HttpServer mismatch(options);
    CHECK(mismatch.start().error().id == "SB-3112");

    write_file(options.tls.private_key, first.key);
    const Running run(options);
    const std::string port = std::to_string(run.server.port());
    const auto get = [&](const std::string& ca, const std::string& host) {
        HttpClientOptions client_options;
        client_options.ca_pem = ca;
        HttpClient client(client_options);
        auto answer = client.get("https://" + host + ":" + port + "/hello");
        return answer ? answer->body : answer.error().id;
    };
    CHECK(get(first.certificate, "localhost") == "hello");
    CHECK(get(first.certificate, "127.0.0.1") == "hello");
    CHECK(get(second.certificate, "localhost") == "SB-3135");
    HttpClient system_trust;
    CHECK(system_trust.get("https://localhost:" + port + "/hello").error().id == "SB-3135");

    // Half of a change is refused and the old certificate stays.
    write_file(options.tls.certificate_chain, second.certificate);
    CHECK(wait_for_notice("SB-3112"));
    CHECK(get(first.certificate, "localhost") == "hello");
    write_file(options.tls.private_key, second.key);
    CHECK(wait_for_notice("SB-3113"));
    CHECK(get(second.certificate, "localhost") == "hello");
    CHECK(get(first.certificate, "localhost") == "SB-3135");

    // Plain HTTP to the TLS port ends without harm.
    const RawClient plain(run.server.port());
    plain.send(get_text("/hello"));
    CHECK(status_of(plain.receive()) == 0);
    CHECK(get(second.certificate, "localhost") == "hello");
    CHECK(run.server.counters().failed_handshakes > 0);
}

TEST_CASE("TLS keeps connections and carries large bodies", "[net][http][tls]") {
    const TempFolder folder;
    const auto made = test::make_certificate("localhost");
    HttpServerOptions options = quick_options();
    options.limits.body_bytes_max = 1 << 20;
    options.tls = {(folder.path / "cert.pem").string(), (folder.path / "key.pem").string()};
    write_file(options.tls.certificate_chain, made.certificate);
    write_file(options.tls.private_key, made.key);
    const Running run(options);
    HttpClientOptions client_options;
    client_options.ca_pem = made.certificate;
    HttpClient client(client_options);
    const std::string base = "https://localhost:" + std::to_string(run.server.port());
    for (const std::size_t size : {0U, 1U, 60000U, 300000U, 1048576U}) {
        const std::string body(size, 'b');
        const auto answer = client.post(base + "/echo", "text/plain", body);
        REQUIRE(answer);
        CHECK(answer->body == body);
    }
    CHECK(run.server.counters().accepted_connections == 1);
}

TEST_CASE("values: forms, cookies, escapes", "[net][http]") {
    HttpRequest request;
    request.headers = {{"cookie", "a=1; session=x y; b=\"q\""},
                       {"CONTENT-TYPE", "Application/X-WWW-Form-Urlencoded; charset=utf-8"}};
    request.body = "name=J%C3%BCrgen+M%26&empty=&flag&name=2";
    CHECK(request.cookie("session") == std::string_view("x y"));
    CHECK(request.cookie("b") == std::string_view("\"q\""));
    CHECK_FALSE(request.cookie("c"));
    const auto form = request.form();
    REQUIRE(form);
    CHECK(*form ==
          FormList{{"name", "J\xC3\xBCrgen M&"}, {"empty", ""}, {"flag", ""}, {"name", "2"}});
    CHECK(parse_form(build_form(*form)) == form);
    CHECK_FALSE(parse_form("a=%zz"));
    CHECK_FALSE(parse_form("a=1&b=2&c=3", 2));
    CHECK_FALSE(percent_decode("%"));
    CHECK_FALSE(percent_decode("%4"));
    CHECK_FALSE(percent_decode("%00"));
    CHECK(percent_encode("a b/ü~") == "a%20b%2F%C3%BC~");
    CHECK(json_quote("a\"\\\n\xC3\xBC") == "\"a\\\"\\\\\\u000a\xC3\xBC\"");
    CHECK(json_quote("\xFF") == "\"\\ufffd\"");
}
