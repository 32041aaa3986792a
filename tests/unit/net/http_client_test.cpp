// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "node/net/http_client.hpp"
#include "node/net/http_server.hpp"

using namespace stadtbuch;
using namespace stadtbuch::net;

namespace {

struct Target {
    HttpServer server{HttpServerOptions{}};

    Target() {
        const auto hop = [](const HttpRequest& request) {
            const int left = std::stoi(std::string(request.parameter("n")));
            if (left == 0) return HttpResponse::text(200, "arrived");
            return HttpResponse::redirect("/hop/" + std::to_string(left - 1), 302);
        };
        server.route("GET", "/hop/{n}", hop);
        server.route("POST", "/hop/{n}", hop);
        server.route("GET", "/inside", [](const HttpRequest&) {
            return HttpResponse::redirect("http://10.0.0.1/x");
        });
        server.route("GET", "/elsewhere", [this](const HttpRequest&) {
            return HttpResponse::redirect(url("/hop/0"));  // 127.0.0.1, whoever was asked
        });
        server.route("GET", "/relative",
                     [](const HttpRequest&) { return HttpResponse::redirect("hop/0"); });
        server.route("GET", "/strange", [](const HttpRequest&) {
            return HttpResponse::redirect("file:///etc/passwd");
        });
        server.route("GET", "/big", [](const HttpRequest&) {
            return HttpResponse::text(200, std::string(100000, 'x'));
        });
        server.route("GET", "/headers", [](const HttpRequest& request) {
            return HttpResponse::text(200, std::string(request.header("User-Agent").value_or("")) +
                                               "|" +
                                               std::string(request.header("Host").value_or("")));
        });
        server.route_async("GET", "/never", [this](HttpRequest, HttpResponder responder) {
            kept = std::move(responder);
        });
        REQUIRE(server.start());
    }

    [[nodiscard]] std::string url(const std::string& path) const {
        return "http://127.0.0.1:" + std::to_string(server.port()) + path;
    }

    HttpResponder kept;
};

std::string error_id(const Result<HttpFetched, Error>& answer) {
    return answer ? "status " + std::to_string(answer->status) : answer.error().id;
}

}  // namespace

TEST_CASE("redirects are followed within bounds", "[net][client]") {
    const Target target;
    HttpClient client;
    const auto answer = client.get(target.url("/hop/3"));
    REQUIRE(answer);
    CHECK(answer->body == "arrived");
    CHECK(answer->url == target.url("/hop/0"));
    CHECK(error_id(client.get(target.url("/hop/4"))) == "SB-3138");
    CHECK(error_id(client.get(target.url("/strange"))) == "SB-3138");
    const auto relative = client.get(target.url("/relative"));
    REQUIRE(relative);
    CHECK(relative->body == "arrived");
    // Nothing that changes something is repeated elsewhere.
    CHECK(error_id(client.post(target.url("/hop/1"), "text/plain", "x")) == "status 302");
    HttpClient still({.redirects_max = 0});
    CHECK(error_id(still.get(target.url("/hop/1"))) == "status 302");
}

TEST_CASE("sizes and times are bounded", "[net][client]") {
    const Target target;
    HttpClient small({.body_bytes_max = 1000});
    CHECK(error_id(small.get(target.url("/big"))) == "SB-3137");
    CHECK(error_id(small.get(target.url("/hop/0"))) == "status 200");
    HttpClient hasty({.total_ms = 200});
    CHECK(error_id(hasty.get(target.url("/never"))) == "SB-3136");
    HttpClient client;
    std::uint16_t closed_port = 0;
    {
        HttpServer gone{HttpServerOptions{}};
        REQUIRE(gone.start());
        closed_port = gone.port();
    }
    CHECK(error_id(client.get("http://127.0.0.1:" + std::to_string(closed_port))) == "SB-3133");
    CHECK(error_id(client.get("http://no.such.host.invalid/")) == "SB-3132");
    CHECK(error_id(client.get("ftp://x/")) == "SB-3131");
    CHECK(error_id(client.fetch({"GET", target.url("/hop/0"), {{"X", "a\r\nY: b"}}, {}})) ==
          "SB-3131");
    CHECK(error_id(client.fetch({"GE T", target.url("/hop/0"), {}, {}})) == "SB-3131");
    const auto headers = client.get(target.url("/headers"));
    REQUIRE(headers);
    CHECK(headers->body == "stadtbuch|127.0.0.1:" + std::to_string(target.server.port()));
}

TEST_CASE("an idle connection that the server closed is replaced", "[net][client]") {
    HttpClient client;
    auto first = std::make_unique<Target>();
    const std::uint16_t port = first->server.port();
    const std::string url = first->url("/hop/0");
    REQUIRE(client.get(url));
    first.reset();
    HttpServer second({.port = port});
    second.route("GET", "/hop/{n}",
                 [](const HttpRequest&) { return HttpResponse::text(200, "second"); });
    REQUIRE(second.start());
    const auto answer = client.get(url);
    REQUIRE(answer);
    CHECK(answer->body == "second");
}

TEST_CASE("localhost is this machine without a name service", "[net][client]") {
    const Target target;
    HttpClient client;
    const std::string rest = ":" + std::to_string(target.server.port()) + "/hop/0";
    for (const char* host : {"localhost", "town.localhost", "LocalHost"}) {
        const auto answer = client.get("http://" + std::string(host) + rest);
        REQUIRE(answer);
        CHECK(answer->body == "arrived");
    }
    CHECK(error_id(client.get("http://localhost.invalid" + rest)) == "SB-3132");
}

TEST_CASE("the address filter holds on every hop", "[net][client]") {
    const Target target;
    HttpClient foreign(HttpClientOptions::for_foreign_urls());
    CHECK(error_id(foreign.get(target.url("/hop/0"))) == "SB-3131");
    const std::string port = std::to_string(target.server.port());
    CHECK(error_id(foreign.get("https://127.0.0.1:" + port + "/")) == "SB-3134");
    CHECK(error_id(foreign.get("https://localhost:" + port + "/")) == "SB-3134");
    CHECK(error_id(foreign.get("https://[::1]:" + port + "/")) == "SB-3134");
    CHECK(error_id(foreign.get("https://169.254.169.254/latest/meta-data/")) == "SB-3134");
    HttpClientOptions options;
    std::atomic<int> asked{0};
    options.allow_address = [&](const IpAddress& address) {
        ++asked;
        return address.text().starts_with("127.");
    };
    HttpClient loopback_only(options);
    CHECK(error_id(loopback_only.get(target.url("/inside"))) == "SB-3134");
    CHECK(asked == 2);
    CHECK(target.server.counters().requests == 1);
}

TEST_CASE("only the hosts of a list are asked, and redirects stay at one host", "[net][client]") {
    const Target target;
    const std::string port = std::to_string(target.server.port());
    const auto at = [&](const char* host) { return "http://" + std::string(host) + ":" + port; };
    HttpClientOptions options;
    options.hosts = {"lists.example", "localhost"};
    HttpClient listed(options);
    CHECK(error_id(listed.get(at("localhost") + "/hop/0")) == "status 200");
    CHECK(error_id(listed.get(at("LocalHost") + "/hop/0")) == "status 200");
    CHECK(error_id(listed.get(at("127.0.0.1") + "/hop/0")) == "SB-3134");
    CHECK(error_id(listed.get(at("town.localhost") + "/hop/0")) == "SB-3134");
    const auto requests = target.server.counters().requests;

    // Where nothing inner may be asked, a host that the operator names may.
    options.allow_address = is_public_address;
    HttpClient outside(options);
    CHECK(error_id(outside.get(at("localhost") + "/hop/0")) == "SB-3134");
    CHECK(target.server.counters().requests == requests);
    options.inner_hosts = {"localhost"};
    HttpClient inside(options);
    CHECK(error_id(inside.get(at("localhost") + "/hop/0")) == "status 200");
    CHECK(error_id(inside.get(at("127.0.0.1") + "/hop/0")) == "SB-3134");
    options.hosts.clear();
    HttpClient open(options);
    CHECK(error_id(open.get(at("localhost") + "/hop/0")) == "status 200");
    CHECK(error_id(open.get(at("town.localhost") + "/hop/0")) == "SB-3134");

    HttpClientOptions one_host;
    one_host.same_host_redirects = true;
    HttpClient bound(one_host);
    CHECK(error_id(bound.get(at("127.0.0.1") + "/hop/1")) == "status 200");
    CHECK(error_id(bound.get(at("localhost") + "/elsewhere")) == "SB-3138");
    CHECK(error_id(HttpClient().get(at("localhost") + "/elsewhere")) == "status 200");
    CHECK(HttpClientOptions::for_foreign_urls().same_host_redirects);
}

TEST_CASE("special addresses are not public", "[net][client]") {
    for (const char* text : {"0.0.0.0",
                             "10.1.2.3",
                             "100.64.0.1",
                             "100.127.255.255",
                             "127.0.0.1",
                             "169.254.169.254",
                             "172.16.0.1",
                             "172.31.255.255",
                             "192.0.0.1",
                             "192.0.2.1",
                             "192.168.1.1",
                             "198.18.0.1",
                             "198.19.255.255",
                             "198.51.100.1",
                             "203.0.113.1",
                             "224.0.0.1",
                             "255.255.255.255",
                             "::",
                             "::1",
                             "::ffff:10.0.0.1",
                             "::ffff:127.0.0.1",
                             "64:ff9b::a00:1",
                             "fc00::1",
                             "fd12::1",
                             "fe80::1",
                             "fec0::1",
                             "ff02::1",
                             "2001::1",
                             "2001:db8::1",
                             "2002:a00:1::1",
                             "3fff::1"}) {
        const auto address = IpAddress::parse(text);
        INFO(text);
        REQUIRE(address);
        CHECK_FALSE(is_public_address(*address));
    }
    for (const char* text : {"1.1.1.1", "9.9.9.9", "100.63.255.255", "100.128.0.0", "172.15.0.1",
                             "172.32.0.1", "192.0.1.1", "198.20.0.1", "223.255.255.255",
                             "2a01:4f8::1", "2001:4860:4860::8888", "2606:4700::1"}) {
        const auto address = IpAddress::parse(text);
        INFO(text);
        REQUIRE(address);
        CHECK(is_public_address(*address));
    }
    CHECK_FALSE(IpAddress::parse("1.2.3"));
    CHECK_FALSE(IpAddress::parse("0x7f.1"));
    CHECK_FALSE(IpAddress::parse(""));
}

TEST_CASE("URLs are taken apart strictly", "[net][client]") {
    const auto url = Url::parse("HTTPS://Example.DE:8443/a/b?c=d#frag");
    REQUIRE(url);
    CHECK(url->scheme == "https");
    CHECK(url->host == "example.de");
    CHECK(url->port == 8443);
    CHECK(url->target == "/a/b?c=d");
    const std::string whole = url->text();
    CHECK(whole == "https://example.de:8443/a/b?c=d");
    const auto v6 = Url::parse("http://[::1]:80/");
    REQUIRE(v6);
    const std::string v6_text = v6->text();
    CHECK(v6_text == "http://[::1]/");
    const auto without_path = Url::parse("http://x?y");
    REQUIRE(without_path);
    CHECK(without_path->target == "/?y");
    for (const char* bad :
         {"", "x", "http://", "http:///x", "ftp://x", "http://u:p@x/", "http://x:0/",
          "http://x:99999/", "http://x:8a/", "http://x y/", "http://x/a b", "http://[::1/",
          "http://[x]/", "http://[1.2.3.4]/", "http://x\r\nHost: y/", "http://x/\r\nA: b",
          "javascript://x", "http://x:80:80/"}) {
        INFO(bad);
        CHECK_FALSE(Url::parse(bad));
    }
}
