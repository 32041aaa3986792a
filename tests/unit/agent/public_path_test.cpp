// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// An agent below a path: every address on its pages leads back to it, a wallet finds its documents
// in both places, and both protocols work. In Chromium: tests/e2e/agent/services.mjs.
#include "ssi/agent/public_path.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <deque>
#include <set>

#include "storage/encoding/json.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;

namespace {

const std::string path = "/stadt/nachweise";

/// What the attribute holds on a page, entities undone, without the fragment.
std::vector<std::string> values_of(const std::string& page, const std::string& attribute) {
    std::vector<std::string> out;
    const std::string mark = " " + attribute + "=\"";
    for (std::size_t at = page.find(mark); at != std::string::npos; at = page.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        std::string value = page.substr(begin, page.find('"', begin) - begin);
        for (std::size_t amp = value.find("&amp;"); amp != std::string::npos;
             amp = value.find("&amp;", amp + 1))
            value.replace(amp, 5, "&");
        out.push_back(value.substr(0, value.find('#')));
    }
    return out;
}

/// Follows all links within the agent from `start`; gives the number of pages.
std::size_t walk(Browser& browser, const std::string& start) {
    std::set<std::string> seen{start};
    std::deque<std::string> open{start};
    std::size_t pages = 0;
    while (!open.empty() && pages < 60) {
        const std::string target = open.front();
        open.pop_front();
        Answer answer = browser.get(target);
        CAPTURE(target, answer.status);
        ++pages;
        std::vector<std::string> found;
        if (answer.status == 303) {
            found.push_back(answer.location());
        } else {
            CHECK(answer.status == 200);
        }
        const auto type = net::find_header(answer.headers, "Content-Type");
        if (type && type->starts_with("text/html")) {
            for (const char* attribute : {"href", "src"}) {
                for (std::string& value : values_of(answer.body, attribute))
                    found.push_back(std::move(value));
            }
            for (const std::string& form : values_of(answer.body, "action"))
                CHECK((form.empty() || form.starts_with(path + "/")));
        }
        for (const std::string& one : found) {
            if (!one.starts_with('/')) continue;
            CAPTURE(one);
            REQUIRE((one == path || one.starts_with(path + "/")));
            const std::string inner = one.substr(path.size());
            const bool again = inner.find("lang=") != std::string::npos;
            if (!again && seen.insert(inner).second) open.push_back(inner);
        }
    }
    return pages;
}

}  // namespace

TEST_CASE("targets below a path", "[agent][path]") {
    const agent::PublicPath below(path);
    CHECK(below.inner("/stadt/nachweise") == "/");
    CHECK(below.inner("/stadt/nachweise?lang=en") == "/?lang=en");
    CHECK(below.inner("/stadt/nachweise/antrag/1?a=/b") == "/antrag/1?a=/b");
    CHECK(below.inner("/stadt/nachweise/did.json") == "/.well-known/did.json");
    CHECK(below.inner("/stadt/nachweisewerk") == "/stadt/nachweisewerk");
    CHECK(below.inner("/antrag/1") == "/antrag/1");  // a proxy took it off
    for (const std::string name : {"openid-credential-issuer", "oauth-authorization-server",
                                   "openid-configuration", "jwt-vc-issuer"}) {
        const std::string document = "/.well-known/" + name;
        CHECK(below.inner(document + path) == document);
        CHECK(below.inner(path + document) == document);
        CHECK(below.inner(document + path + "/x") == document + path + "/x");
        CHECK(below.inner(document + "/elsewhere/x") == document + "/elsewhere/x");
    }
}

TEST_CASE("answers below a path", "[agent][path]") {
    const agent::PublicPath below("/a");
    const auto turned = [&](const std::string& type, const std::string& body) {
        auto response = net::HttpResponse::of_type(200, type, body);
        below.outer(response);
        return response.body;
    };
    CHECK(
        turned(
            "text/html; charset=utf-8",
            R"(<a href="/x">"/y"</a><form action="/z" data-next="/n"><img alt="/t" src="/u">)") ==
        R"(<a href="/a/x">"/y"</a><form action="/a/z" data-next="/a/n"><img alt="/t" src="/a/u">)");
    CHECK(turned("text/html", R"(<a href="https://b/">=&quot;/c</a><b xhref="/x">)") ==
          R"(<a href="https://b/">=&quot;/c</a><b xhref="/x">)");
    CHECK(turned("text/javascript", R"(fetch("/x"); "a".split("/"); "//")") ==
          R"(fetch("/a/x"); "a".split("/"); "//")");
    CHECK(turned("application/json", R"({"href":"/x"})") == R"({"href":"/x"})");

    auto redirect = net::HttpResponse::redirect("/x?weiter=%2Fy");
    redirect.set("Refresh", "1; url=/z");
    redirect.set("Link", "</regeln#IS-05>; rel=\"help\"");
    below.outer(redirect);
    CHECK(net::find_header(redirect.headers, "Location") == "/a/x?weiter=%2Fy");
    CHECK(net::find_header(redirect.headers, "Refresh") == "1; url=/a/z");
    CHECK(net::find_header(redirect.headers, "Link") == "</a/regeln#IS-05>; rel=\"help\"");
    auto away = net::HttpResponse::redirect("https://wallet.example/back");
    below.outer(away);
    CHECK(net::find_header(away.headers, "Location") == "https://wallet.example/back");
}

TEST_CASE("every link of an agent below a path leads back to it", "[agent][path]") {
    Town town(STADTBUCH_TEST_DATA "/../../config/types", path);
    Browser citizen(town);
    CHECK(walk(citizen, "/") > 20);
    Browser office(town);
    REQUIRE(office.get("/anmelden?weiter=%2Famt").status == 200);
    const Answer in = office.submit(
        "/anmelden", {{"account", "amt"}, {"password", town.password()}, {"weiter", "/amt"}});
    CHECK(in.status == 303);
    CHECK(in.location() == path + "/amt");
    CHECK(net::find_header(in.headers, "Set-Cookie")->starts_with("__Host-amt!stadt!nachweise="));
    CHECK(walk(office, "/amt") > 10);
    const auto described = citizen.get("/openapi.json").json();
    CHECK(described.find("servers")->array()->front().text_at("url") == path);
}

TEST_CASE("both protocols below a path, documents in both places", "[agent][path]") {
    Town town("", path);
    const std::string origin = town.agent->settings.origin();
    CHECK(town.configuration.url == origin + path);
    Browser office(town);
    net::HttpClientOptions options;
    options.ca_file = town.configuration.ca_file;
    net::HttpClient anybody(options);
    const auto fetched = [&](const std::string& url) {
        const auto answer = anybody.fetch({"GET", url, {}, ""});
        REQUIRE(answer);
        INFO(url << " " << answer->body);
        CHECK(answer->status == 200);
        return answer->body;
    };
    for (const std::string name : {"openid-credential-issuer", "oauth-authorization-server",
                                   "openid-configuration", "jwt-vc-issuer"}) {
        const std::string document = "/.well-known/" + name;
        const std::string body = fetched(origin + document + path);
        CHECK(body.find("\"" + town.configuration.url + "\"") != std::string::npos);
        CHECK(fetched(town.url(document)).size() == body.size());
    }
    CHECK(fetched(town.url("/did.json")).find(":stadt:nachweise\"") != std::string::npos);
    // Whom to tell of a weakness stands at the host's root (RFC 9116 §3), and names both places.
    const std::string security = "/.well-known/security.txt";
    for (const std::string& url : {origin + security, town.url(security)})
        CHECK(fetched(origin + security).find("\nCanonical: " + url + "\n") != std::string::npos);
    CHECK(fetched(town.url(security)).starts_with("Contact: mailto:"));

    Wallet wallet(town);
    const auto made = office.api("/api/cases", R"({"kind":"residence","resident":"R100000"})");
    REQUIRE(made.status == 201);
    const auto decided = office
                             .api("/api/cases/" + text_at(made.json(), "id") + "/decide",
                                  R"({"decision":"approve"})")
                             .json();
    const auto& offer = *decided.find("offer");
    CHECK(wallet.take_offer(text_at(offer, "link"), text_at(offer, "tx_code")) == "issued");
    REQUIRE(wallet.count() == 2);
    const auto asked =
        office.api("/api/verifications", R"({"type":"residence","claims":["address.locality"]})")
            .json();
    CHECK(wallet.present(text_at(asked, "link")) == "sent");
    const auto result = office.api("/api/verifications/" + text_at(asked, "id")).json();
    INFO(encoding::compact_json(result));
    CHECK(result.find("valid")->boolean() == true);
}
