// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What takes days, with a clock that the test moves: statistics, renewal, retention, changes of the
// register. The pages are tested in tests/e2e/agent/services.mjs.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "storage/encoding/value.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent;
using stadtbuch::agent::test::Folder;
using stadtbuch::agent::test::Town;

namespace {

constexpr std::int64_t day_s = 86400;

registers::StatedPerson stated_by(const registers::Resident& resident,
                                  const registers::Residence& home) {
    return {resident.family_name, resident.given_name, resident.birthdate, "",
            home.street,          home.house_number,   home.postal_code,   home.locality};
}

/// People who live here, with proof of it.
std::vector<ProvenResidence> people(const Agent& agent, std::size_t wanted) {
    std::vector<ProvenResidence> out;
    for (int number = 100000; number < 101000 && out.size() < wanted; ++number) {
        const auto resident = agent.registers->resident("R" + std::to_string(number));
        const auto* home =
            resident ? resident->current_residence(keys::utc_date(agent.now())) : nullptr;
        if (home == nullptr) continue;
        ProvenResidence proven{stated_by(*resident, *home), home->street_key, "sole"};
        if (agent.desk->known_as(proven) == resident->id) out.push_back(std::move(proven));
    }
    REQUIRE(out.size() == wanted);
    return out;
}

std::uint64_t told(const Agent& agent, const std::string& measure) {
    std::uint64_t sum = 0;
    for (const StatisticsCell& cell : agent.statistics->table())
        sum += cell.measure == measure ? cell.count : 0;
    return sum;
}

}  // namespace

TEST_CASE("statistics tell days that are over, and no cell below five", "[agent][statistics]") {
    const test::FreshStore store;
    const auto opened = store.open();
    Database& database = *opened;
    Statistics statistics(database, 0xFF00FF00FF00FF00);
    const auto add = [&](const StatisticsCell& cell, int times) {
        store::Batch batch;
        for (int i = 0; i < times; ++i) statistics.count(cell, batch);
        statistics.append(batch);
    };
    add({"2026-11-20", "parking", "office", "A|x", "granted", 0}, 5);
    add({"2026-11-20", "parking", "office", "B", "granted", 0}, 4);
    add({"2026-11-21", "parking", "office", "A|x", "granted", 0}, 9);
    CHECK(statistics.table().empty());
    CHECK(statistics.close_days("2026-11-21") == 1);
    CHECK(statistics.close_days("2026-11-21") == 0);
    const auto table = statistics.table();
    REQUIRE(table.size() == 2);
    CHECK(table[0].area == "A x");
    CHECK(table[0].count == 5);
    CHECK(table[1].area == "B");
    CHECK(table[1].count == 0);  // neither told nor kept
    CHECK(statistics.close_days("2026-11-22") == 1);
    CHECK(statistics.table().size() == 3);
    // Committed when their day was told already: no cell tells single events by growing, and what
    // was suppressed stays so.
    const auto late = [&](const std::string& area, int times) {
        add({"2026-11-20", "parking", "office", area, "granted", 0}, times);
        CHECK(statistics.close_days("2026-11-22") == 1);
        for (const StatisticsCell& cell : statistics.table()) {
            if (cell.day == "2026-11-20" && cell.area == area) return cell.count;
        }
        return std::uint64_t{999};
    };
    CHECK(late("A x", 2) == 5);
    CHECK(late("A x", 6) == 11);
    CHECK(late("B", 9) == 0);
}

TEST_CASE("open data say what they are to portals and to spreadsheets", "[agent][statistics]") {
    Town town;
    store::Batch batch;
    for (int i = 0; i < 6; ++i)
        town.agent->statistics->count({"2026-11-20", "parking", "pid", "=A", "granted", 0}, batch);
    for (int i = 0; i < 4; ++i)
        town.agent->statistics->count({"2026-11-20", "parking", "pid", "B", "granted", 0}, batch);
    town.agent->statistics->append(batch);
    town.agent->tidy();
    test::Browser browser(town);
    const std::string csv = browser.get("/daten/statistik.csv").body;
    CHECK(csv.find("\"2026-11-20\",\"parking\",\"pid\",\"'=A\",\"granted\",\"6\"\r\n") !=
          std::string::npos);
    CHECK(csv.find("\"B\",\"granted\",\"<5\"\r\n") != std::string::npos);
    const auto json = browser.get("/daten/statistik.json").json();
    const auto& cells = *json.find("cells")->array();
    REQUIRE(cells.size() == 2);
    CHECK(cells[0].find("count")->integer() == 6);
    CHECK(cells[1].find("suppressed")->boolean() == true);
    CHECK(cells[1].find("count") == nullptr);
    // What DCAT-AP.de 2.0 demands, and what German portals filter by.
    const auto catalogue = browser.get("/daten/katalog.jsonld").json();
    for (const char* name : {"dct:title", "dct:description", "dct:publisher", "dcat:dataset"})
        CHECK(catalogue.find(name) != nullptr);
    for (const encoding::Value& dataset : *catalogue.find("dcat:dataset")->array()) {
        for (const char* name :
             {"dct:title", "dct:description", "dct:publisher", "dcat:theme", "dcat:contactPoint",
              "dct:accrualPeriodicity", "dcatde:politicalGeocodingURI",
              "dcatde:politicalGeocodingLevelURI"})
            CHECK(dataset.find(name) != nullptr);
        for (const encoding::Value& one : *dataset.find("dcat:distribution")->array()) {
            for (const char* name : {"dcat:accessURL", "dcat:downloadURL", "dct:format",
                                     "dct:license", "dcatde:licenseAttributionByText"})
                CHECK(one.find(name) != nullptr);
        }
    }
    CHECK(browser.get("/daten/strassen.json?suche=haupts").body.find("Hauptstraße") !=
          std::string::npos);
}

TEST_CASE("the desk counts, and tells after midnight", "[agent][statistics]") {
    Town town;
    Agent& agent = *town.agent;
    for (const ProvenResidence& one : people(agent, 6))
        REQUIRE(agent.desk->apply_residence(one, "de", agent.now()));
    agent.tidy();
    CHECK(agent.statistics->table().empty());
    town.time += day_s;
    agent.tidy();
    CHECK_FALSE(agent.statistics->table().empty());
    CHECK(told(agent, "granted") <= 6);
}

TEST_CASE("holders find their own cases, renew once, and are forgotten in time",
          "[agent][retention]") {
    Town town;
    Agent& agent = *town.agent;
    const ProvenResidence me = people(agent, 1).front();
    const std::string id = agent.desk->known_as(me);
    ProvenResidence other = me;
    other.person.street = "Anderswo";
    CHECK(agent.desk->known_as(other).empty());  // the same name and birth date elsewhere
    other = me;
    other.person.birthdate.clear();
    CHECK(agent.desk->known_as(other).empty());

    const auto granted = agent.desk->apply_residence(me, "de", agent.now());
    REQUIRE(granted);
    REQUIRE(agent.desk->cases_of(id).size() == 1);
    const auto again = agent.desk->renew(granted->id, "applicant", agent.now());
    REQUIRE(again);
    CHECK(again->id == granted->id);
    CHECK(again->offer_id != granted->offer_id);

    town.time = agent.desk->kept_until(*agent.cases->get(granted->id)) + 1;
    agent.tidy();
    CHECK(agent.cases->get(granted->id)->state == CaseState::closed);
    CHECK(agent.desk->cases_of(id).empty());
    const auto log = agent.audit->newest(10);  // visible to the office
    CHECK(std::count_if(log.begin(), log.end(), [](const AuditLine& line) {
              return line.what == "retention" && line.who == "system" && line.object == "1";
          }) == 1);

    const Case waiting = agent.desk->apply(CaseKind::residence, me.person, "", "de", agent.now());
    town.time += 181 * day_s;
    agent.tidy();
    CHECK(agent.cases->get(waiting.id)->stated.family_name.empty());
}

TEST_CASE("a register that was replaced is read again; a broken one is not", "[agent][register]") {
    Folder folder;
    const std::string copy = folder.path() + "/town";
    std::filesystem::copy(STADTBUCH_TEST_DATA "/../../config/town", copy);
    auto opened = LiveRegister::open(registers::make_csv_source(copy));
    REQUIRE(opened);
    LiveRegister& live = **opened;
    CHECK(live.reload_if_changed().value() == false);
    const std::string file = copy + "/zones.csv";
    auto text = read_text_file(file);
    REQUIRE(text);
    std::ofstream(file, std::ios::trunc) << "nonsense\n";
    CHECK_FALSE(live.reload_if_changed());
    CHECK(live.zone("A")->name == "Altstadt");
    text->replace(text->find("A;Altstadt"), 10, "A;Altmarkt");
    std::ofstream(file, std::ios::trunc) << *text;
    CHECK(live.reload_if_changed().value() == true);
    CHECK(live.zone("A")->name == "Altmarkt");
}

TEST_CASE("what a wallet proved once is void when the register says otherwise",
          "[agent][register]") {
    Town town;
    Agent& agent = *town.agent;
    CHECK(agent.desk->register_events(agent.now()).empty());
    const auto granted = agent.desk->apply_residence(people(agent, 1).front(), "de", agent.now());
    REQUIRE(granted);
    CHECK(agent.desk->register_events(agent.now()).empty());
    // What the credentials say is not what the register says any more.
    REQUIRE(agent.cases->update(granted->id, agent.now(), [](Case& record, store::Batch&) {
        record.facts = "as it was before the move";
        return true;
    }));
    const auto events = agent.desk->register_events(agent.now());
    REQUIRE(events.size() == 1);
    CHECK(events.front().what == "event.data_changed");
    CHECK(agent.follow_registers() == 1);
    CHECK(agent.desk->register_events(agent.now()).empty());
    CHECK(agent.cases->get(granted->id)->history.back().what == "event.data_changed");
}

TEST_CASE("all cases are looked at when a register was replaced, and once an hour",
          "[agent][register]") {
    Folder folder;
    std::filesystem::copy(STADTBUCH_TEST_DATA "/../../config/types", folder.path() + "/types");
    Town town(folder.path() + "/types");
    town.time += 3600 - town.time % 3600;  // a full hour
    Agent& agent = *town.agent;
    const auto granted = agent.desk->apply_residence(people(agent, 1).front(), "de", agent.now());
    REQUIRE(granted);
    const auto followed = [&] {
        return agent.cases->get(granted->id)->history.back().what == "event.data_changed";
    };
    const auto differ = [&] {
        REQUIRE(agent.cases->update(granted->id, agent.now(), [](Case& record, store::Batch&) {
            record.facts = "as it was before the move";
            record.history.push_back({0, "test", "differs", ""});
            return true;
        }));
    };
    differ();
    agent.tidy();
    CHECK(followed());  // after a start
    differ();
    town.time += 3599;
    agent.tidy();
    CHECK_FALSE(followed());
    town.time += 1;
    agent.tidy();
    CHECK(followed());
    differ();
    agent.tidy();
    CHECK_FALSE(followed());
    std::ofstream(folder.path() + "/types/pupils.csv", std::ios::app) << '\n';
    agent.tidy();
    CHECK(followed());  // at once, whichever register it was
}

TEST_CASE("deleted data leave a credential that can still be revoked", "[agent][retention]") {
    Town town;
    const ProvenResidence me = people(*town.agent, 1).front();
    test::Wallet wallet(town);
    const auto issued = [&] {
        const auto granted = town.agent->desk->apply_residence(me, "de", town.agent->now());
        REQUIRE(granted);
        REQUIRE(wallet.take_offer(granted->offer_link, "") == "issued");
        return granted->id;
    };
    const std::string id = issued();
    const auto entries = town.agent->status->entries_of(id);
    REQUIRE(entries.size() == 2);
    REQUIRE(town.agent->desk->forget_now(id, "applicant", town.agent->now()));
    const Case gone = *town.agent->cases->get(id);
    CHECK(gone.state == CaseState::closed);
    for (const std::string& text : {me.person.family_name, me.person.birthdate, me.person.street})
        CHECK(to_json(gone).find(text) == std::string::npos);
    CHECK(gone.resident_id.empty());
    CHECK(town.agent->desk->decision(id, town.agent->now()).state ==
          openid::Decision::State::refused);  // nothing is renewed
    CHECK_FALSE(town.agent->desk->forget_now(id, "applicant", town.agent->now()));
    town.time += 3600;
    town.agent->tidy();
    town.restart();

    // By number, at the desk and over the interface of other programs; by the application's link.
    test::Browser office(town);
    const std::string link = "/antrag/" + gone.public_token;
    CHECK(office.get(link).body.find(link + "/verlust") != std::string::npos);
    CHECK(office.get(link + "/verlust").status == 200);
    for (const StatusEntry& entry : entries) CHECK(town.agent->status->revoked(entry) == false);
    CHECK(office.api("/api/credentials/" + id + "/revoke", R"({"reason":"lost"})").status == 200);
    for (const StatusEntry& entry : entries) CHECK(town.agent->status->revoked(entry) == true);
    CHECK(town.agent->cases->get(id)->state == CaseState::revoked);
    CHECK(office.get(link + "/verlust").status == 404);

    // What has ended needs no entries any more.
    const std::string other = issued();
    REQUIRE(town.agent->desk->forget_now(other, "applicant", town.agent->now()));
    CHECK(town.agent->status->entries_of(other).size() == 2);
    town.time = town.agent->cases->get(other)->credential_expires_at + day_s + 3600;
    town.agent->tidy();
    CHECK(town.agent->status->entries_of(other).empty());
    CHECK(office.api("/api/credentials/" + other + "/revoke", R"({"reason":"x"})").status == 409);

    // A permit in force is looked up by its plate: its data stay.
    Case permit;
    permit.state = CaseState::issued;
    CHECK(Desk::may_forget_now(permit));
    permit.permit.emplace();
    CHECK_FALSE(Desk::may_forget_now(permit));
    // A revocation that waits for the second clerk does not go with them.
    Case proposed;
    proposed.state = CaseState::issued;
    proposed.proposal.emplace();
    CHECK_FALSE(Desk::may_forget_now(proposed));
}
