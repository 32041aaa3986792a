// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/conditional.hpp"
#include "node/http/explorer_markup.hpp"
#include "node/http/ledger_search.hpp"
#include "node/http/rate_limit.hpp"
#include "node/http/resolver.hpp"
#include "tests/unit/node/signing_pool.hpp"

using namespace node_test;
using net::HttpRequest;

namespace {

HttpRequest with_header(const std::string& name, const std::string& value) {
    HttpRequest request;
    request.headers.emplace_back(name, value);
    return request;
}

}  // namespace

TEST_CASE("what the client has is compared with the newest root") {
    const node::Validators validators{"root", 1795267046};
    CHECK(node::http_date(1795267046) == "Sat, 21 Nov 2026 13:17:26 GMT");
    CHECK(node::read_http_date("Sat, 21 Nov 2026 13:17:26 GMT") == 1795267046);
    for (const char* tags : {"\"root\"", "W/\"root\"", "\"other\", \"root\"", "*"}) {
        CAPTURE(tags);
        const auto same = node::not_modified(with_header("If-None-Match", tags), validators);
        REQUIRE(same);
        CHECK(same->status == 304);
        CHECK(net::find_header(same->headers, "ETag") == "\"root\"");
    }
    for (const char* tags : {"\"roo\"", "root", "", "\"other\""}) {
        CHECK_FALSE(node::not_modified(with_header("If-None-Match", tags), validators));
    }
    CHECK(node::not_modified(with_header("If-Modified-Since", "Sat, 21 Nov 2026 13:17:26 GMT"),
                             validators));
    CHECK_FALSE(node::not_modified(
        with_header("If-Modified-Since", "Sat, 21 Nov 2026 13:17:25 GMT"), validators));
    CHECK_FALSE(node::not_modified(with_header("If-Modified-Since", "yesterday"), validators));
    HttpRequest both = with_header("If-Modified-Since", "Sat, 21 Nov 2026 13:17:26 GMT");
    both.headers.emplace_back("If-None-Match", "\"other\"");
    CHECK_FALSE(node::not_modified(both, validators));
}

TEST_CASE("one network's budget runs out and comes back, others keep theirs") {
    node::RateLimit limit({10, 20});
    for (int i = 0; i < 20; ++i) CHECK_FALSE(limit.take("192.0.2.1", 1, 0));
    CHECK(limit.take("192.0.2.1", 1, 0) == 1);
    CHECK(limit.take("192.0.2.1", 20, 0) == 2);
    CHECK_FALSE(limit.take("192.0.2.2", 20, 0));
    CHECK_FALSE(limit.take("192.0.2.1", 10, 1000));
    CHECK_FALSE(limit.take("2001:db8::1", 20, 0));
    CHECK(limit.take("2001:db8::ffff", 1, 0));         // the same /64
    CHECK_FALSE(limit.take("2001:db8:0:1::1", 1, 0));  // the next one
    for (int i = 0; i < 20000; ++i)
        CHECK_FALSE(limit.take("net " + std::to_string(i), 1, 2000 + i));
    node::RateLimit none({0, 0});
    for (int i = 0; i < 100; ++i) CHECK_FALSE(none.take("192.0.2.1", 1000, 0));
}

TEST_CASE("transactions are found by type and words, bit by bit when time is short") {
    SigningPool pool;
    for (int i = 0; i < 30; ++i) {
        const std::string did = did_of("number " + std::to_string(i));
        REQUIRE(
            pool.order(request(trustee, nym(did, i % 3 == 0 ? ",\"role\":\"101\"" : ""))).empty());
    }
    node::LedgerSearch search;
    const auto view = pool.view();
    const std::uint64_t size = view.size(Ledger::domain);
    const auto endorsers = search.find(view, {Ledger::domain, "1", "endorser"}, 0, 100);
    CHECK(endorsers.complete);
    CHECK(endorsers.matches == 10);
    CHECK(endorsers.seq_nos.size() == 10);
    CHECK(search.find(view, {Ledger::domain, "1", "endorser"}, 8, 5).seq_nos.size() == 2);
    CHECK(search.find(view, {Ledger::domain, "", did_of("number 7")}, 0, 10).seq_nos ==
          std::vector<std::uint64_t>{size - 22});
    CHECK(
        search.find(view, {Ledger::domain, "", "ENDORSER " + did_of("number 7")}, 0, 10).matches ==
        0);
    CHECK(search.find(view, {Ledger::domain, "101", ""}, 0, 10).matches == 0);
    CHECK(search.find(view, {Ledger::pool, "0", "node3"}, 0, 10).matches == 1);

    REQUIRE(pool.order(request(trustee, nym(did_of("late"), ",\"role\":\"101\""))).empty());
    CHECK(search.find(pool.view(), {Ledger::domain, "1", "endorser"}, 0, 100).matches == 11);

    node::LedgerSearch hurried(-1);
    CHECK_FALSE(hurried.find(view, {Ledger::domain, "1", "endorser"}, 0, 100).complete);
}

TEST_CASE("a DID URL is read from a request in all its spellings") {
    const auto url = [](const std::string& target, const net::FormList& query = {}) {
        HttpRequest request;
        request.target = target;
        request.query = query;
        return node::did_url_of(request);
    };
    const std::string did = "did:sov:V4SGRU86Z58d6TV7PBUe6f";
    CHECK(url("/1.0/identifiers/" + did) == did);
    CHECK(url("/1.0/identifiers/did%3Asov%3AV4SGRU86Z58d6TV7PBUe6f") == did);
    CHECK(url("/1.0/identifiers/" + did + "?versionId=3&x=1", {{"versionId", "3"}, {"x", "1"}}) ==
          did + "?versionId=3");
    CHECK(url("/1.0/identifiers/did%3Asov%3AV4SGRU86Z58d6TV7PBUe6f%3FversionId%3D3%23verkey") ==
          did + "?versionId=3#verkey");
    CHECK(url("/1.0/identifiers/" + did + "/anoncreds/v0/SCHEMA/a%20b/1.0") ==
          did + "/anoncreds/v0/SCHEMA/a%20b/1.0");
    CHECK(url("/1.0/identifiers/" + did + "%23verkey?versionId=3", {{"versionId", "3"}}) ==
          did + "?versionId=3#verkey");
    CHECK(url("/elsewhere").empty());
}

TEST_CASE("what strangers wrote cannot become markup or turn a line around") {
    CHECK(node::foreign("<script>&\"'") == "<bdi>&lt;script&gt;&amp;&quot;&#39;</bdi>");
    CHECK(node::foreign("a\u202Eb") == "<bdi>a<span class=\"mark\">U+202e</span>b</bdi>");
    CHECK(node::foreign("a\nb") == "<bdi>a<span class=\"mark\">U+000a</span>b</bdi>");
    CHECK(node::foreign("a\nb", true) == "<bdi>a\nb</bdi>");
    CHECK(node::foreign("Straße 東") == "<bdi>Straße 東</bdi>");
    const std::string broken = node::foreign("\xF0\x9F");
    CHECK(broken.find("U+00f0") ==
          std::string::npos);  // an octet that is no character stays an octet
}
