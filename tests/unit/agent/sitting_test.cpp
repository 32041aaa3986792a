// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// No surprises for who needs time: sessions say when they end and go on for one press, what was
// typed is saved behind a link.
#include <catch2/catch.hpp>
#include <filesystem>

#include "ssi/agent/drafts.hpp"
#include "ssi/agent/sitting.hpp"
#include "storage/encoding/json.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;

namespace {

const std::string example =
    std::filesystem::absolute(STADTBUCH_TEST_DATA "/../../config/types").string();

/// The address in the link that a saved draft shows.
std::string address_on(const Town& town, const std::string& page) {
    const std::string mark = town.url("/entwurf/");
    const std::size_t at = page.find(mark);
    REQUIRE(at != std::string::npos);
    return page.substr(at, page.find_first_of("<\"", at) - at).substr(town.url("").size());
}

/// A sitting in which somebody has proved where they live.
void prove(Town& town, Browser& citizen, Wallet& wallet) {
    const Driver driver = find_driver(*town.agent);
    Browser office(town);
    const Answer made =
        office.api("/api/cases", R"({"kind":"residence","resident":")" + driver.id + "\"}");
    const Answer decided = office.api("/api/cases/" + text_at(made.json(), "id") + "/decide",
                                      R"({"decision":"approve"})");
    const encoding::Value offer = *decided.json().find("offer");
    REQUIRE(wallet.take_offer(text_at(offer, "link"), text_at(offer, "tx_code")) == "issued");
    REQUIRE(citizen.post("/parken", {}).status == 303);
    const std::string back =
        wallet.present(link_on(citizen.get("/parken/zeigen").body, "openid4vp://"));
    REQUIRE(citizen.get(back.substr(back.find("/parken/"))).location() == "/parken/kennzeichen");
}

}  // namespace

TEST_CASE("a sitting says when it ends, and goes on for one press", "[agent][sitting]") {
    Town town;
    Browser citizen(town);
    Wallet wallet(town);
    prove(town, citizen, wallet);
    const Answer page = citizen.get("/parken/kennzeichen");
    CHECK(page.body.find("data-left=\"1800\"") != std::string::npos);
    CHECK(page.body.find("action=\"/sitzung/verlaengern\"") != std::string::npos);
    town.time += 1700;
    CHECK(citizen.get("/parken/kennzeichen").body.find("data-left=\"100\"") != std::string::npos);
    CHECK(citizen.submit("/sitzung/verlaengern", {{"weiter", "/parken/kennzeichen"}}).location() ==
          "/parken/kennzeichen");
    town.time += 1700;
    CHECK(citizen.get("/parken/kennzeichen").status == 200);
    CHECK(citizen.post("/sitzung/verlaengern", {{"weiter", "/parken/kennzeichen"}}).status == 403);
    (void)citizen.get("/parken/kennzeichen");
    CHECK(citizen.submit("/sitzung/verlaengern", {{"weiter", "https://evil.example"}}).location() ==
          "/");
    town.time += agent::Sitting::life_s + 1;
    CHECK(citizen.get("/parken/kennzeichen").status == 409);
    CHECK(citizen.submit("/sitzung/verlaengern", {}).status == 409);
}

TEST_CASE("a clerk's session says when it ends, and goes on for one press", "[agent][sitting]") {
    Town town;
    Browser clerk(town);
    clerk.log_in();
    CHECK(clerk.get("/amt").body.find("data-left=\"1800\"") != std::string::npos);
    for (int i = 0; i < 15; ++i) {  // more than ten times (WCAG 2.2.1)
        town.time += 1700;
        (void)clerk.get("/amt/protokoll");
        REQUIRE(clerk.submit("/anmelden/verlaengern", {{"weiter", "/amt"}}).location() == "/amt");
    }
    town.time += 1801;
    CHECK(clerk.get("/amt").location().starts_with("/anmelden"));
    clerk.log_in();
    town.time += 9 * 3600;
    CHECK(clerk.get("/amt").location().starts_with("/anmelden"));
    CHECK(clerk.submit("/anmelden/verlaengern", {}).location().starts_with("/anmelden"));
}

TEST_CASE("what was typed is saved behind a link, and gone when it is sent", "[agent][draft]") {
    Town town;
    Browser citizen(town);
    net::FormList typed{{"family_name", "Hofmann"}, {"birthdate", "12.06."}, {"merken", "ja"}};
    const Answer kept = citizen.post("/wohnsitz", typed);
    REQUIRE(kept.status == 303);
    CHECK(town.agent->cases->counts().empty());
    const Answer page = citizen.get(kept.location());
    const std::string link = address_on(town, page.body);
    CHECK(link == kept.location());
    const std::string token = link.substr(link.rfind('/') + 1);
    CHECK(token.size() >= 32);
    // On another device, as it was typed; faults are told when it is sent.
    Browser phone(town);
    const Answer form = phone.get("/wohnsitz?entwurf=" + token);
    CHECK(form.body.find("value=\"Hofmann\"") != std::string::npos);
    CHECK(form.body.find("value=\"12.06.\"") != std::string::npos);
    CHECK(form.body.find("aria-invalid") == std::string::npos);
    CHECK(phone.get("/wohnsitz?entwurf=x").body.find("Hofmann") == std::string::npos);
    // Saved again it has another link: who gave somebody theirs reads nothing new.
    typed.emplace_back("entwurf", token);
    typed.emplace_back("given_name", "Sören Jürgen");
    const Answer again = phone.post("/wohnsitz", typed);
    const std::string fresh = again.location().substr(again.location().rfind('/') + 1);
    CHECK(fresh != token);
    CHECK(phone.get(link).status == 404);
    CHECK(phone.get("/wohnsitz?entwurf=" + fresh).body.find("Sören") != std::string::npos);
    // A faulty form keeps the draft, a sent one ends it.
    CHECK(phone.post("/wohnsitz", {{"family_name", "Hofmann"}, {"entwurf", fresh}}).status == 422);
    CHECK(phone.get("/entwurf/" + fresh).status == 200);
    const net::FormList whole{{"family_name", "Hofmann"},   {"given_name", "Sören Jürgen"},
                              {"birthdate", "12.06.1950"},  {"street", "An der Alten Ziegelei"},
                              {"house_number", "94"},       {"postal_code", "45903"},
                              {"locality", "Emscherbrück"}, {"entwurf", fresh}};
    CHECK(phone.post("/wohnsitz", whole).location().starts_with("/antrag/"));
    CHECK(phone.get("/entwurf/" + fresh).status == 404);
}

TEST_CASE("a draft is deleted at the person's wish, and after two weeks", "[agent][draft]") {
    Town town(example);
    Browser citizen(town);
    const net::FormList typed{{"school", "Gesamtschule"}, {"merken", "ja"}};
    const auto keep = [&] { return citizen.post("/nachweis/school", typed).location(); };
    std::string link = keep();
    const std::string query = "?entwurf=" + link.substr(link.rfind('/') + 1);
    CHECK(citizen.get("/nachweis/school" + query).body.find("Gesamtschule") != std::string::npos);
    CHECK(citizen.get("/wohnsitz" + query).body.find("Gesamtschule") == std::string::npos);
    CHECK(citizen.post(link + "/loeschen", {}).status == 200);
    CHECK(citizen.get(link).status == 404);
    link = keep();
    town.time += agent::Draft::life_s - 60;
    CHECK(citizen.get(link).status == 200);
    town.time += 120;
    CHECK(citizen.get(link).status == 404);
    town.agent->tidy();
    std::size_t left = 0;
    town.agent->database->scan("", [&](std::string_view, std::string_view value) {
        left += value.find("Gesamtschule") != std::string_view::npos ? 1U : 0U;
        return true;
    });
    CHECK(left == 0);
}
