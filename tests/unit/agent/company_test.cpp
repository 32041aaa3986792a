// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A company's authorised representative applies for its vehicle with a representation credential
// from the wallet; the permit names the company.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ssi/agent/companies.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/keys/os_random.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;
using encoding::Object;

namespace {

const std::string registers_folder = STADTBUCH_TEST_DATA "/../../config/town";

/// What a company's register would put into a representative's wallet, from the development issuer.
void give_mandate(const Town& town, Wallet& wallet, const std::string& name,
                  const std::string& identifier, const std::string& scope) {
    give_foreign(
        town, wallet, "urn:stadtbuch:representation:1",
        Object{
            {"legal_person", Object{{"legal_name", name}, {"identifier", identifier}}},
            {"representative",
             Object{{"family_name", "Müßig"}, {"given_name", "Ayşe"}, {"birthdate", "1980-01-01"}}},
            {"scope", scope}},
        {"legal_person.legal_name", "legal_person.identifier", "representative.family_name",
         "representative.given_name", "representative.birthdate", "scope"});
}

/// The representative's sitting up to the answer to the plate.
Answer sit(Browser& citizen, Wallet& wallet, const std::string& plate) {
    REQUIRE(citizen.get("/parken/firma").status == 200);
    const Answer started = citizen.post("/parken/firma", {});
    REQUIRE(started.status == 303);
    const std::string back =
        wallet.present(link_on(citizen.get(started.location()).body, "openid4vp://"));
    INFO(back);
    REQUIRE(back.find("/parken/firma/rueckkehr") != std::string::npos);
    const Answer returned = citizen.get(back.substr(back.find("/parken/")));
    INFO(returned.body);
    REQUIRE(returned.location() == "/parken/firma/kennzeichen");
    const Answer form = citizen.get(returned.location());
    REQUIRE(form.status == 200);
    CHECK(form.body.find("Müßig") != std::string::npos);
    CHECK(citizen.submit("/parken/firma/kennzeichen", {{"plate", "???"}}).status == 422);
    return citizen.submit("/parken/firma/kennzeichen", {{"plate", plate}});
}

encoding::Value newest_case(Browser& office) {
    const auto cases = office.api("/api/cases").json();
    REQUIRE_FALSE(cases.find("cases")->array()->empty());
    return office.api("/api/cases/" + text_at(cases.find("cases")->array()->back(), "id")).json();
}

}  // namespace

TEST_CASE("a representative takes the permit that names the company", "[agent][company][chain]") {
    Town town;
    Browser office(town);
    Browser citizen(town);
    Wallet wallet(town);
    CHECK(citizen.get("/parken").body.find("/parken/firma") != std::string::npos);
    give_mandate(town, wallet, "Bäckerei Größler GmbH", "DE-R2307-HRB10001", "vehicles");
    const Answer sent = sit(citizen, wallet, "ge fk 100");
    INFO(sent.body);
    REQUIRE(sent.status == 303);
    const Answer page = citizen.get(sent.location());
    CHECK(page.body.find("Bäckerei Größler GmbH") != std::string::npos);
    REQUIRE(wallet.take_offer(link_on(page.body, "openid-credential-offer://"), "") == "issued");

    encoding::Value record = newest_case(office);
    const std::string id = text_at(record, "id");
    CHECK(text_at(record, "state") == "issued");
    CHECK(text_at(*record.find("company"), "legal_name") == "Bäckerei Größler GmbH");
    CHECK(text_at(*record.find("permit"), "plate") == "GE-FK 100");
    const Answer started =
        office.api("/api/verifications",
                   "{\"type\":\"parking\",\"claims\":[\"holder_name\",\"licence_plates\"]}");
    REQUIRE(wallet.present(text_at(started.json(), "link")) == "sent");
    const encoding::Value checked =
        office.api("/api/verifications/" + text_at(started.json(), "id")).json();
    CHECK(checked.find("valid")->boolean() == true);
    const encoding::Value claims = *checked.find("credentials")->array()->front().find("claims");
    CHECK(text_at(claims, "holder_name") == "Bäckerei Größler GmbH");
    CHECK(checked.find("credentials")->array()->size() == 1);
    CHECK(office.api("/api/inspections", "{\"plate\":\"GE-FK 100\"}")
              .json()
              .find("valid")
              ->boolean() == true);

    // One permit for each company: the next one waits for a clerk, with what is in the way.
    Browser again(town);
    REQUIRE(sit(again, wallet, "GE-FK 101").status == 303);
    record = newest_case(office);
    CHECK(text_at(record, "state") == "conflict");
    CHECK(text_at(record.find("obstacles")->array()->front(), "rule") == "rule.company_permits");
    town.restart();
    CHECK(text_at(*office.api("/api/cases/" + id).json().find("company"), "identifier") ==
          "DE-R2307-HRB10001");
    CHECK(town.agent->follow_registers() == 0);
}

TEST_CASE("what a mandate or the register does not say is no permit", "[agent][company]") {
    Town town;
    Browser office(town);

    const struct {
        const char *name, *identifier, *scope, *plate, *rule;
    } table[] = {
        {"Bäckerei Größler GmbH", "DE-R2307-HRB10001", "post", "GE-FK 100", "rule.scope_missing"},
        {"Bäckerei Größler GmbH", "DE-R2307-HRB99999", "vehicles", "GE-FK 100",
         "rule.company_unknown"},
        {"Kanalwerft Nachfolger GmbH & Co. KG", "DE-R2307-HRA10006", "full", "GE-FK 150",
         "rule.company_ended"},
        {"Bäckerei Groß GmbH", "DE-R2307-HRB10001", "vehicles", "GE-FK 100", ""},  // another name
        {"Bäckerei Größler GmbH", "DE-R2307-HRB10001", "vehicles", "GE-FK 110",
         ""},  // another company's
        {"Müßig & Söhne OHG", "DE-R2307-HRA10005", "full", "GE-FK 141",
         ""},  // no longer registered
        {"Müßig & Söhne OHG", "DE-R2307-HRA10005", "full", "LÜN-YR 272", ""},  // a resident's
    };

    for (const auto& row : table) {
        INFO(row.name << " " << row.scope << " " << row.plate);
        Browser citizen(town);
        Wallet wallet(town);
        give_mandate(town, wallet, row.name, row.identifier, row.scope);
        const Answer sent = sit(citizen, wallet, row.plate);
        REQUIRE(sent.status == 303);
        CHECK(citizen.get(sent.location()).body.find("openid-credential-offer://") ==
              std::string::npos);
        const encoding::Value record = newest_case(office);
        CHECK(text_at(record, "state") == "conflict");
        const auto& obstacles = *record.find("obstacles")->array();
        if (*row.rule != '\0') {
            REQUIRE_FALSE(obstacles.empty());
            CHECK(text_at(obstacles.front(), "rule") == row.rule);
        } else {
            CHECK(record.find("differences")->boolean() == true);
        }
        CHECK(office
                  .api("/api/cases/" + text_at(record, "id") + "/decide",
                       "{\"decision\":\"approve\"}")
                  .status == 422);
    }
}

TEST_CASE("the company register is followed", "[agent][company]") {
    const Folder folder;
    std::filesystem::copy(registers_folder, folder.path() + "/town");
    agent::RepresentationSettings settings;
    settings.types = {"urn:stadtbuch:representation:1"};
    settings.companies_file = folder.path() + "/town/companies.csv";
    settings.vehicles_file = folder.path() + "/town/company_vehicles.csv";
    const auto opened = agent::Companies::open(settings);
    REQUIRE(opened);
    agent::Companies& companies = **opened;
    const auto company = companies.by_identifier("DE-R2307-HRB10002");
    REQUIRE(company);
    CHECK(company->at("legal_name") == "Emscher Pflegedienst gGmbH");
    CHECK(companies.vehicle("ge-fk110")->at("company_id") == company->id);
    CHECK_FALSE(companies.by_identifier(""));
    CHECK_FALSE(companies.vehicle(""));
    CHECK_FALSE(companies.reload_if_changed());
    std::ofstream(settings.vehicles_file, std::ios::app) << "GE-FK 200;C9999;4000;2026-01-01;\n";
    const auto fault = companies.reload_if_changed();
    REQUIRE(fault);
    CHECK(fault->id == "SB-4103");
    CHECK_FALSE(companies.reload_if_changed());  // told once
    CHECK(companies.vehicle("GE-FK 110"));       // and the old content goes on
    settings.companies_file += ".none";
    CHECK(agent::Companies::open(settings).error().id == "SB-4101");
    REQUIRE(agent::Companies::open({}));
}
