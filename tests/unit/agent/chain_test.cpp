// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The whole way over HTTPS: a clerk issues the proof of residence, the citizen presents it and
// takes the parking permit in one sitting, the inspector checks it, the clerk revokes it, the
// inspector sees it refused.
#include <catch2/catch.hpp>

#include "storage/encoding/json.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;

namespace {

/// Proof of residence of `id` in the wallet, by the API.
std::string issue_residence(Browser& office, Wallet& wallet, const std::string& id) {
    const Answer made =
        office.api("/api/cases", "{\"kind\":\"residence\",\"resident\":\"" + id + "\"}");
    REQUIRE(made.status == 201);
    const std::string case_id = text_at(made.json(), "id");
    const Answer decided =
        office.api("/api/cases/" + case_id + "/decide", "{\"decision\":\"approve\"}");
    INFO(decided.body);
    REQUIRE(decided.status == 200);
    const encoding::Value offer = *decided.json().find("offer");
    REQUIRE(text_at(offer, "tx_code").size() == 6);
    REQUIRE(wallet.take_offer(text_at(offer, "link"), text_at(offer, "tx_code")) == "issued");
    return case_id;
}

/// Every link with this scheme on a page, entities undone.
std::vector<std::string> links(const std::string& page, const std::string& scheme) {
    std::vector<std::string> out;
    const std::string mark = "href=\"" + scheme;
    for (std::size_t at = page.find(mark); at != std::string::npos; at = page.find(mark, at + 1)) {
        std::string link = page.substr(at + 6, page.find('"', at + 6) - at - 6);
        for (std::size_t amp = link.find("&amp;"); amp != std::string::npos;
             amp = link.find("&amp;")) {
            link.replace(amp, 5, "&");
        }
        out.push_back(link);
    }
    return out;
}

/// The citizen's sitting up to the page of the application.
Answer sit_for_permit(Browser& citizen, Wallet& wallet, const std::string& plate) {
    REQUIRE(citizen.get("/parken").status == 200);
    const Answer started = citizen.post("/parken", {});
    REQUIRE(started.status == 303);
    const Answer shown = citizen.get(started.location());
    const auto same_device = links(shown.body, "openid4vp://");
    REQUIRE(same_device.size() == 1);
    const std::string back = wallet.present(same_device.front());
    INFO(back);
    REQUIRE(back.find("/parken/rueckkehr?response_code=") != std::string::npos);
    const Answer returned = citizen.get(back.substr(back.find("/parken/")));
    INFO(returned.body);
    REQUIRE(returned.location() == "/parken/kennzeichen");
    const Answer form = citizen.get("/parken/kennzeichen");
    REQUIRE(form.status == 200);
    return citizen.submit("/parken/kennzeichen", {{"plate", plate}});
}

encoding::Value verify(Browser& office, Wallet& wallet, const std::string& body,
                       const std::string& expected = "sent") {
    const Answer started = office.api("/api/verifications", body);
    INFO(started.body);
    REQUIRE(started.status == 201);
    REQUIRE(wallet.present(text_at(started.json(), "link")) == expected);
    return office.api("/api/verifications/" + text_at(started.json(), "id")).json();
}

}  // namespace

TEST_CASE("issue, present, permit in one sitting, inspect, revoke, refused", "[agent][chain]") {
    Town town;
    Browser office(town);
    Browser citizen(town);
    Wallet wallet(town);
    const Driver driver = find_driver(*town.agent);
    issue_residence(office, wallet, driver.id);
    REQUIRE(wallet.count() == 2);

    const Answer sent = sit_for_permit(citizen, wallet, driver.plate);
    INFO(sent.body);
    REQUIRE(sent.status == 303);
    const Answer page = citizen.get(sent.location());
    const auto offers = links(page.body, "openid-credential-offer://");
    REQUIRE(offers.size() == 1);
    // Without the browser that presented the proof, the link of the page shows no offer.
    Browser stranger(town);
    CHECK(links(stranger.get(sent.location()).body, "openid-credential-offer://").empty());
    REQUIRE(wallet.take_offer(offers.front(), "") == "issued");
    REQUIRE(wallet.count() == 4);

    encoding::Value checked = verify(office, wallet, "{\"type\":\"parking\"}");
    INFO(encoding::pretty_json(checked, 2, false));
    CHECK(text_at(checked, "state") == "answered");
    CHECK(checked.find("valid")->boolean() == true);
    const encoding::Value claims = *checked.find("credentials")->array()->front().find("claims");
    CHECK(text_at(claims, "zone_id") == driver.zone);
    CHECK(claims.find("holder_name") == nullptr);
    encoding::Value plate =
        office.api("/api/inspections", "{\"plate\":\"" + driver.plate + "\"}").json();
    CHECK(plate.find("valid")->boolean() == true);

    const encoding::Value cases = office.api("/api/cases?state=issued").json();
    std::string permit_case;
    for (const encoding::Value& one : *cases.find("cases")->array()) {
        if (one.text_at("kind") == "parking") permit_case = text_at(one, "id");
    }
    REQUIRE_FALSE(permit_case.empty());
    const Answer revoked =
        office.api("/api/credentials/" + permit_case + "/revoke", "{\"reason\":\"sold\"}");
    REQUIRE(revoked.status == 200);
    checked = verify(office, wallet, "{\"type\":\"parking\"}");
    INFO(encoding::pretty_json(checked, 2, false));
    CHECK(text_at(checked, "state") == "failed");
    CHECK(checked.find("valid")->boolean() == false);
    CHECK(checked.find("revoked")->boolean() == true);
    plate = office.api("/api/inspections", "{\"plate\":\"" + driver.plate + "\"}").json();
    CHECK(plate.find("valid")->boolean() == false);
    CHECK(text_at(plate, "reason") == "plate.revoked");
    // The proof of residence is still good.
    CHECK(text_at(verify(office, wallet,
                         "{\"type\":\"residence\",\"claims\":[\"resident_of_municipality\"]}"),
                  "state") == "answered");
    // After a restart everything is as it was.
    town.restart();
    CHECK(text_at(verify(office, wallet, "{\"type\":\"parking\"}"), "state") == "failed");
}

TEST_CASE("somebody else's car leaves the case open and says who can mend it", "[agent][chain]") {
    Town town;
    Browser office(town);
    Browser citizen(town);
    Wallet wallet(town);
    const Driver driver = find_driver(*town.agent);
    const Driver other = find_driver(*town.agent, 1);
    issue_residence(office, wallet, driver.id);
    const Answer sent = sit_for_permit(citizen, wallet, other.plate);
    REQUIRE(sent.status == 303);
    const Answer german = citizen.get(sent.location());
    CHECK(german.body.find("Halterin oder Halter") != std::string::npos);
    CHECK(links(german.body, "openid-credential-offer://").empty());
    const Answer english = citizen.get(sent.location() + "?lang=en");
    CHECK(english.body.find("Registered keeper") != std::string::npos);
    CHECK(english.body.find("<html lang=\"en\">") != std::string::npos);
    // The right plate mends it, in the same sitting.
    const Answer corrected =
        citizen.post(sent.location() + "/berichtigen", {{"plate", driver.plate}});
    REQUIRE(corrected.status == 303);
    CHECK(links(citizen.get(corrected.location()).body, "openid-credential-offer://").size() == 1);
}

TEST_CASE("a clerk decides on the pages", "[agent][chain]") {
    Town town;
    Browser clerk(town);
    Browser citizen(town);
    CHECK(clerk.get("/amt").location().starts_with("/anmelden"));
    CHECK(clerk.post("/anmelden", {{"account", "amt"}, {"password", "wrong"}}).status == 403);
    const Answer in = clerk.post("/anmelden", {{"account", "amt"}, {"password", town.password()}});
    REQUIRE(in.location() == "/amt");
    const auto resident = *town.agent->registers->resident(find_driver(*town.agent).id);
    const auto* home = resident.current_residence("2026-11-21");
    const net::FormList said{
        {"family_name", resident.family_name}, {"given_name", resident.given_name},
        {"birthdate", resident.birthdate},     {"street", "Falsche Straße <b>"},
        {"house_number", home->house_number},  {"postal_code", home->postal_code},
        {"locality", home->locality}};
    const Answer sent = citizen.post("/wohnsitz", said);
    REQUIRE(sent.status == 303);
    // The applicant typed this: the register's street is nobody's business yet.
    CHECK(citizen.get(sent.location()).body.find(home->street) == std::string::npos);
    const auto list = town.agent->cases->list([](const agent::CaseSummary&) { return true; });
    REQUIRE(list.size() == 1);
    CHECK(list.front().state == agent::CaseState::conflict);
    const std::string path = "/amt/fall/" + list.front().id;
    const Answer desk = clerk.get(path);
    CHECK(desk.body.find(home->street) != std::string::npos);
    CHECK(desk.body.find("Falsche Straße &lt;b&gt;") != std::string::npos);
    CHECK(desk.body.find("<b>") == std::string::npos);
    CHECK(clerk.post(path + "/ausstellen", {{"gesehen", "ja"}}).status ==
          403);                                                   // without the form token
    CHECK(clerk.submit(path + "/ausstellen", {}).status == 409);  // differences not looked at
    (void)clerk.get(path);
    const Answer approved = clerk.submit(path + "/ausstellen", {{"gesehen", "ja"}});
    REQUIRE(approved.status == 303);
    const Answer decided = clerk.get(path);
    const std::string code = town.agent->desk->code_of(*town.agent->cases->get(list.front().id));
    REQUIRE(code.size() == 6);
    CHECK(decided.body.find(code) != std::string::npos);
    const Answer public_page = citizen.get(sent.location());
    CHECK(public_page.body.find(code) == std::string::npos);
    CHECK(clerk.get(path + "/blatt").body.find(code) == std::string::npos);
    Wallet wallet(town);
    const auto offers = links(public_page.body, "openid-credential-offer://");
    REQUIRE(offers.size() == 1);
    CHECK(wallet.take_offer(offers.front(), "000000" == code ? "111111" : "000000") ==
          "invalid_grant");
    CHECK(wallet.take_offer(offers.front(), code) == "issued");
    CHECK(wallet.take_offer(offers.front(), code) != "issued");  // redeemed once
}

TEST_CASE("a presentation of one browser does not serve another", "[agent][chain]") {
    Town town;
    Browser office(town);
    Wallet wallet(town);
    issue_residence(office, wallet, find_driver(*town.agent).id);
    Browser victim(town);
    Browser thief(town);
    (void)victim.post("/parken", {});
    (void)thief.post("/parken", {});
    const auto link = links(victim.get("/parken/zeigen").body, "openid4vp://");
    const std::string back = wallet.present(link.front());
    const std::string target = back.substr(back.find("/parken/"));
    CHECK(thief.get(target).status == 422);
    CHECK(victim.get(target).location() == "/parken/kennzeichen");
    CHECK(victim.get(target).status == 422);  // released once
    // Replayed answers find no open request.
    CHECK(wallet.present(link.front()).starts_with("request"));
}

TEST_CASE("a second permit, a stranger's token, a late offer", "[agent][chain]") {
    Town town;
    Browser office(town);
    Browser citizen(town);
    Wallet wallet(town);
    const Driver driver = find_driver(*town.agent);
    issue_residence(office, wallet, driver.id);
    REQUIRE(sit_for_permit(citizen, wallet, driver.plate).status == 303);
    Browser again(town);
    const Answer second = sit_for_permit(again, wallet, driver.plate);
    CHECK(again.get(second.location()).body.find("bereits so viele") != std::string::npos);
    const Answer late = citizen.get("/antrag/" + std::string(22, 'A'));
    CHECK(late.status == 404);
    const auto permits = town.agent->cases->list(
        [](const agent::CaseSummary& one) { return one.state == agent::CaseState::offered; });
    REQUIRE(permits.size() == 1);
    const auto record = town.agent->cases->get(permits.front().id);
    town.time += 3600;
    CHECK(wallet.take_offer(record->offer_link, "") != "issued");
    Browser nobody(town);
    CHECK(nobody.get("/api/cases").status == 401);
}

TEST_CASE("an inspector checks a plate and a presented permit on the pages", "[agent][chain]") {
    Town town;
    Browser office(town);
    Browser citizen(town);
    Wallet wallet(town);
    const Driver driver = find_driver(*town.agent);
    issue_residence(office, wallet, driver.id);
    const Answer sent = sit_for_permit(citizen, wallet, driver.plate);
    const auto offers = links(citizen.get(sent.location()).body, "openid-credential-offer://");
    REQUIRE(wallet.take_offer(offers.front(), "") == "issued");

    Browser inspector(town);
    const Answer in =
        inspector.post("/anmelden", {{"account", "kontrolle"}, {"password", town.password()}});
    REQUIRE(in.location() == "/kontrolle");
    CHECK(inspector.get("/amt").status == 403);  // an inspector is no clerk
    (void)inspector.get("/kontrolle");
    const Answer plate = inspector.submit("/kontrolle", {{"plate", driver.plate}});
    CHECK(plate.body.find(">GÜLTIG<") != std::string::npos);
    const auto resident = town.agent->registers->resident(driver.id);
    CHECK(plate.body.find(resident->family_name) == std::string::npos);
    const Answer none = inspector.submit("/kontrolle", {{"plate", "B-XX 1"}});
    CHECK(none.body.find(">NICHT GÜLTIG<") != std::string::npos);

    const Answer started = inspector.submit("/kontrolle/vorzeigen", {});
    REQUIRE(started.status == 303);
    const std::string path = started.location();
    const Answer waiting = inspector.get(path);
    const std::size_t at = waiting.body.find("openid4vp://");
    REQUIRE(at != std::string::npos);
    std::string link = waiting.body.substr(at, waiting.body.find('<', at) - at);
    for (std::size_t amp = link.find("&amp;"); amp != std::string::npos; amp = link.find("&amp;")) {
        link.replace(amp, 5, "&");
    }
    CHECK(inspector.get(path + "/stand").json().text_at("state") == "waiting");
    REQUIRE(wallet.present(link) == "sent");
    const Answer shown = inspector.get(path);
    CHECK(shown.body.find(">GÜLTIG<") != std::string::npos);
    CHECK(shown.body.find("AD-01") != std::string::npos);
    CHECK(shown.body.find(resident->family_name) == std::string::npos);
    const encoding::Value trace = inspector.get(path + "/trace.json").json();
    CHECK(trace.array()->size() > 10);
    CHECK(encoding::compact_json(trace).find(driver.plate) == std::string::npos);
    CHECK(inspector.get(path).status == 404);  // the answer was shown once
}

TEST_CASE("status lists are served with ETag and gzip, without a past", "[agent][status]") {
    Town town;
    Browser browser(town);
    const encoding::Value lists = browser.get("/status-lists").json();
    const std::string uri = *lists.find("status_lists")->array()->front().text();
    const std::string path = uri.substr(town.configuration.url.size());
    const Answer whole = browser.get(path);
    CHECK(whole.status == 200);
    CHECK(net::find_header(whole.headers, "Content-Type") == "application/statuslist+jwt");
    CHECK(net::find_header(whole.headers, "Access-Control-Allow-Origin") == "*");
    const std::string etag(net::find_header(whole.headers, "ETag").value_or(""));
    REQUIRE_FALSE(etag.empty());
    net::HttpClientOptions options;
    options.ca_file = town.configuration.ca_file;
    net::HttpClient client(options);
    const auto same = client.fetch({"GET", uri, {{"If-None-Match", etag}}, ""});
    REQUIRE(same);
    CHECK(same->status == 304);
    const auto packed = client.fetch({"GET", uri, {{"Accept-Encoding", "gzip"}}, ""});
    REQUIRE(packed);
    CHECK(packed->header("Content-Encoding") == "gzip");
    CHECK(packed->body.size() < whole.body.size());
    CHECK(browser.get(path + "?time=1").status == 501);
    CHECK(browser.get("/status/none").status == 404);
}

TEST_CASE("a wallet in a browser may read what it has to go on with", "[agent][openid]") {
    Town town;
    Browser wallet(town);
    for (const char* path : {"/nonce", "/token", "/credential", "/deferred_credential"}) {
        INFO(path);
        const Answer answer = wallet.post(path, {});
        CHECK(net::find_header(answer.headers, "Access-Control-Allow-Origin") == "*");
        const auto exposed = net::find_header(answer.headers, "Access-Control-Expose-Headers");
        REQUIRE(exposed);
        for (const char* header : {"DPoP-Nonce", "WWW-Authenticate",
                                   "OAuth-Client-Attestation-Challenge", "Retry-After"})
            CHECK(exposed->find(header) != std::string_view::npos);
    }
    // What a clerk works with is nobody else's.
    CHECK_FALSE(net::find_header(wallet.get("/amt").headers, "Access-Control-Allow-Origin"));
}
