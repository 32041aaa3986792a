// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Marked data of a whole day at the finest level of logging: nothing of anybody is in the log
// (credentials §9).
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "storage/encoding/json.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;

namespace {

const std::string mark = "Zwetschgenmarke";

/// All that is logged while it lives.
class Listening {
  public:
    Listening() : before_(spdlog::default_logger()) {
        spdlog::set_default_logger(std::make_shared<spdlog::logger>(
            "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_)));
        spdlog::set_level(spdlog::level::trace);
    }

    ~Listening() { spdlog::set_default_logger(before_); }

    Listening(const Listening&) = delete;
    Listening& operator=(const Listening&) = delete;

    [[nodiscard]] std::string text() const { return log_.str(); }

  private:
    std::ostringstream log_;
    std::shared_ptr<spdlog::logger> before_;
};

using Secrets = std::vector<std::string>;

std::string last_segment(const std::string& address) {
    return address.substr(address.rfind('/') + 1);
}

/// Somebody types an application, saves it first, and a clerk turns it down in words of their own.
void typed(Town& town, Browser& clerk, Secrets& secrets) {
    Browser citizen(town);
    net::FormList said{{"family_name", mark},        {"given_name", "Xaverius"},
                       {"birthdate", "31.12.1901"},  {"street", "Merkzeichenweg"},
                       {"house_number", "7777"},     {"postal_code", "45999"},
                       {"locality", "Emscherbrück"}, {"merken", "ja"}};
    const std::string draft = citizen.post("/wohnsitz", said).location();
    REQUIRE(citizen.get(draft).status == 200);
    said.pop_back();
    const std::string link = citizen.post("/wohnsitz?note=" + mark, said).location();
    REQUIRE(citizen.get(link).status == 200);
    const auto record = town.agent->cases->by_public_token(last_segment(link));
    REQUIRE(record);
    const std::string path = "/amt/fall/" + record->id;
    REQUIRE(clerk.get(path).status == 200);
    REQUIRE(clerk.submit(path + "/ablehnen", {{"frei", "Freitextgeheimnis"}}).status == 303);
    for (const std::string& secret :
         {std::string("Xaverius"), std::string("1901"), std::string("Merkzeichenweg"),
          std::string("Freitextgeheimnis"), last_segment(draft), last_segment(link), record->id})
        secrets.push_back(secret);
}

/// A proof of residence with a code, wrong ones first.
void issued(Town& town, Browser& office, Wallet& wallet, const Driver& driver, Secrets& secrets) {
    const Answer made = office.api("/api/cases?note=" + mark,
                                   R"({"kind":"residence","resident":")" + driver.id + "\"}");
    REQUIRE(made.status == 201);
    const std::string id = text_at(made.json(), "id");
    const Answer decided = office.api("/api/cases/" + id + "/decide", R"({"decision":"approve"})");
    const encoding::Value offer = *decided.json().find("offer");
    const std::string code = text_at(offer, "tx_code");
    const std::string link = text_at(offer, "link");
    REQUIRE(wallet.take_offer(link, code == "314159" ? "271828" : "314159") == "invalid_grant");
    REQUIRE(wallet.take_offer(link, code) == "issued");
    const auto person = town.agent->registers->resident(driver.id);
    for (const std::string& secret :
         {id, code, std::string("314159"), link.substr(link.size() - 16), person->family_name,
          person->birthdate, wallet.compact(0).substr(0, 40),
          wallet.compact(0).substr(wallet.compact(0).find('~') + 1, 30)})
        secrets.push_back(secret);
}

/// The permit by that proof, then the inspector's look at the plate, and a login of a shop.
void presented(Town& town, Browser& clerk, Wallet& wallet, const Driver& driver, Secrets& secrets) {
    Browser citizen(town);
    REQUIRE(citizen.post("/parken", {}).status == 303);
    const std::string back =
        wallet.present(link_on(citizen.get("/parken/zeigen").body, "openid4vp://"));
    REQUIRE(citizen.get(back.substr(back.find("/parken/"))).status == 303);
    (void)citizen.get("/parken/kennzeichen");
    const std::string link =
        citizen.submit("/parken/kennzeichen", {{"plate", driver.plate}}).location();
    REQUIRE(link.starts_with("/antrag/"));
    (void)clerk.get("/kontrolle");
    REQUIRE(clerk.submit("/kontrolle", {{"plate", driver.plate}}).status == 200);
    REQUIRE(
        citizen
            .get("/oidc/authorize?client_id=buchladen&redirect_uri=http%3A%2F%2Flocalhost%3A4999"
                 "%2Fback&response_type=code&scope=openid&state=Staatsgeheimnis&nonce="
                 "Einmalgeheimnis&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&"
                 "code_challenge_method=S256")
            .status == 303);
    for (const std::string& secret :
         {driver.plate, back.substr(back.find("response_code=") + 14), last_segment(link),
          std::string("Staatsgeheimnis"), std::string("Einmalgeheimnis")})
        secrets.push_back(secret);
}

/// Registers whose columns have slipped: the cell of another column holds a name.
void slipped(Town& town, const std::string& folder) {
    const std::string residents = folder + "/residents.csv";
    const auto good = agent::read_text_file(residents);
    REQUIRE(good);
    std::string line = "R900000";
    for (int column = 1; column < 22; ++column) line += ";" + mark;
    std::ofstream(residents, std::ios::app) << line << "\n";
    CHECK(town.agent->follow_registers() == 0);
    std::ofstream(residents, std::ios::trunc) << *good;
    const std::string vehicles = folder + "/vehicles.csv";
    for (const std::string& row : {mark + ";" + mark + ";keeper;;;4000;2021-03-01;",
                                   mark + ";R100000;keeper;;;" + mark + ";2021-03-01;"}) {
        const auto before = agent::read_text_file(vehicles);
        std::ofstream(vehicles, std::ios::app) << row << "\n";
        CHECK(town.agent->follow_registers() == 0);
        std::ofstream(vehicles, std::ios::trunc) << *before;
    }
}

}  // namespace

TEST_CASE("logs hold no personal data, codes or tokens", "[agent][privacy]") {
    Listening listening;
    Secrets secrets{mark, "Ganzgeheimeskennwort", "127.0.0.1", "eyJ"};
    {
        Town town;
        town.access_log = true;
        const std::string folder = town.own_register();
        secrets.push_back(town.token());
        secrets.push_back(town.password());
        const Driver driver = find_driver(*town.agent);
        Browser office(town);
        Browser clerk(town);
        Wallet wallet(town);
        CHECK(clerk.post("/anmelden", {{"account", mark}, {"password", "Ganzgeheimeskennwort"}})
                  .status == 403);
        clerk.log_in();
        typed(town, clerk, secrets);
        issued(town, office, wallet, driver, secrets);
        presented(town, clerk, wallet, driver, secrets);
        CHECK(office.get("/" + mark).status == 404);
        CHECK(office.get("/pruefen/" + mark).status == 200);
        CHECK(office.api("/api/cases", "{\"" + mark).status == 400);
        CHECK(office.api("/api/inspections", R"({"plate":")" + mark + "\"}").status == 200);
        slipped(town, folder);
        town.time += 40 * 86400;
        town.agent->tidy();
    }
    const std::string log = listening.text();
    INFO(log);
    // It was listening, to all of that.
    for (const char* told :
         {"POST /api/cases 201", "POST /wohnsitz 303", "/parken/kennzeichen 303",
          "POST /kontrolle 200", "GET /oidc/authorize 303", "refused by rule",
          "register files are not used: SB-4103", "SB-4102", "retention: deleted"})
        CHECK(log.find(told) != std::string::npos);
    for (const std::string& secret : secrets) {
        INFO(secret);
        CHECK_FALSE(secret.empty());
        CHECK(log.find(secret) == std::string::npos);
    }
}
