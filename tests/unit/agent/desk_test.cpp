// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The clerk's day: what to take on next, letters, bulk acts in everybody's language, registers that
// change under decided cases. The pages are looked at in tests/e2e/agent.
#include <catch2/catch.hpp>
#include <fstream>

#include "storage/encoding/json.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;
using agent::Case;
using agent::CaseKind;
using agent::CaseState;
using agent::Desk;

namespace {

/// What the register says, as a wallet would prove it.
agent::ProvenResidence proven(const agent::Agent& town, const std::string& id) {
    const auto resident = town.registers->resident(id);
    REQUIRE(resident);
    const auto* home = resident->current_residence(keys::utc_date(town.now()));
    REQUIRE(home != nullptr);
    return {{resident->family_name, resident->given_name, resident->birthdate, "", home->street,
             home->house_number, home->postal_code, home->locality},
            home->street_key,
            "sole"};
}

Case permit_of(Town& town, const Driver& driver, const std::string& language) {
    const auto granted = town.agent->desk->apply_parking(proven(*town.agent, driver.id),
                                                         driver.plate, language, town.time);
    REQUIRE(granted);
    REQUIRE(granted->state == CaseState::offered);
    return *granted;
}

Case newest(const Town& town, const std::string& id) {
    const auto record = town.agent->cases->get(id);
    REQUIRE(record);
    return *record;
}

/// All sections of the driver's street belong to `zone` from now on.
void draw_zone_anew(const std::string& folder, const agent::Agent& town, const Driver& driver,
                    const std::string& zone) {
    const auto resident = town.registers->resident(driver.id);
    const std::string key = resident->current_residence(keys::utc_date(town.now()))->street_key;
    const auto text = agent::read_text_file(folder + "/streets.csv");
    REQUIRE(text);
    std::string changed;
    for (std::size_t at = 0; at < text->size();) {
        const std::size_t end = std::min(text->find('\n', at), text->size());
        std::string line = text->substr(at, end - at);
        if (line.starts_with(key + ";")) line = line.substr(0, line.rfind(';') + 1) + zone;
        changed += line + "\n";
        at = end + 1;
    }
    std::ofstream(folder + "/streets.csv", std::ios::binary) << changed;
}

std::string other_zone(const agent::Agent& town, const std::string& zone) {
    for (const registers::Zone& one : town.registers->zones()) {
        if (one.id != zone) return one.id;
    }
    FAIL("the example town has one zone only");
    return {};
}

}  // namespace

TEST_CASE("a zone drawn anew ends the permit and grants another, visibly", "[agent][register]") {
    Town town;
    const std::string folder = town.own_register();
    const Driver driver = find_driver(*town.agent);
    const Case before = permit_of(town, driver, "de");
    const std::string zone = other_zone(*town.agent, driver.zone);
    draw_zone_anew(folder, *town.agent, driver, zone);
    CHECK(town.agent->follow_registers() == 1);
    const Case ended = newest(town, before.id);
    CHECK(ended.state == CaseState::revoked);
    CHECK(ended.reason == "Die Bewohnerparkzone wurde geändert.");
    const auto next = town.agent->cases->list(
        [&](const agent::CaseSummary& one) { return one.renews == before.id; });
    REQUIRE(next.size() == 1);
    const Case fresh = newest(town, next.front().id);
    CHECK(fresh.state == CaseState::offered);
    CHECK(fresh.permit->zone_id == zone);
    CHECK(fresh.permit->valid_until == before.permit->valid_until);  // it was paid for until then
    const auto said = std::find_if(
        fresh.history.begin(), fresh.history.end(),
        [](const agent::HistoryLine& line) { return line.what == "event.zone_changed"; });
    REQUIRE(said != fresh.history.end());
    CHECK(said->detail == before.number);
    CHECK(town.agent->follow_registers() == 0);
}

TEST_CASE("another municipality key voids what says the old one, after a clerk has looked",
          "[agent][register]") {
    Town town;
    std::ofstream(town.configuration.settings_file, std::ios::app)
        << "\n[desk]\nregister_events_max = 1\n";
    const std::string folder = town.own_register();
    const Driver driver = find_driver(*town.agent);
    Wallet wallet(town);
    const Case permit = permit_of(town, driver, "de");
    REQUIRE(wallet.take_offer(permit.offer_link, "") == "issued");
    const auto proof =
        town.agent->desk->apply_residence(proven(*town.agent, driver.id), "de", town.time);
    REQUIRE(proof);
    REQUIRE(wallet.take_offer(proof->offer_link, "") == "issued");
    const auto entries = town.agent->status->entries_of(permit.id);
    REQUIRE(entries.size() == 2);
    replace_in(folder + "/town.csv", "05999004;059990004004", "05999008;059990004008");
    town.restart();  // a running agent is of one town
    CHECK(town.agent->follow_registers() == 0);
    CHECK(town.agent->metrics.register_events_held == 2);
    CHECK(newest(town, permit.id).state == CaseState::issued);

    Browser clerk(town);
    clerk.log_in();
    const Answer shown = clerk.get("/amt/register");
    CHECK(shown.body.find("Gemeindeschlüssel geändert") != std::string::npos);
    CHECK(shown.body.find(permit.number) != std::string::npos);
    CHECK(clerk.get("/amt").body.find("/amt/register") != std::string::npos);
    const std::size_t at = shown.body.find("name=\"plan\" value=\"") + 19;
    const std::string plan = shown.body.substr(at, shown.body.find('"', at) - at);
    // Another list than the one that was shown is not carried out.
    CHECK(clerk.submit("/amt/register", {{"plan", "another"}}).status == 409);
    CHECK(newest(town, permit.id).state == CaseState::issued);
    (void)clerk.get("/amt/register");
    CHECK(clerk.submit("/amt/register", {{"plan", plan}}).location() == "/amt/register?erledigt=2");
    for (const std::string& id : {permit.id, proof->id}) {
        CHECK(newest(town, id).state == CaseState::offered);
        CHECK(newest(town, id).history.back().what == "event.municipality_changed");
        CHECK(newest(town, id).history.back().who == "amt");
    }
    for (const agent::StatusEntry& entry : entries)
        CHECK(town.agent->status->revoked(entry) == true);
    CHECK(town.agent->desk->register_events(town.time).empty());
    // Cases of before the keys were noted are left as they are.
    REQUIRE(town.agent->cases->update(proof->id, town.time, [](Case& record, store::Batch&) {
        record.state = CaseState::issued;
        record.facts = record.facts.substr(0, record.facts.find(' '));
        return true;
    }));
    replace_in(folder + "/town.csv", "05999008;059990004008", "05999009;059990004009");
    town.restart();
    (void)town.agent->follow_registers();
    CHECK(newest(town, proof->id).state == CaseState::issued);
}

TEST_CASE("a bulk revocation tells everybody in their own language", "[agent][bulk]") {
    Town town;
    const Driver one = find_driver(*town.agent);
    const Driver two = find_driver(*town.agent, 1);
    const Driver three = find_driver(*town.agent, 2);
    const Case german = permit_of(town, one, "de");
    const Case english = permit_of(town, two, "en");
    const Case easy = permit_of(town, three, "leicht");
    const agent::BulkWish wish{agent::BulkWish::Act::revoke, "", "reason.zone_changed"};
    const auto plan = town.agent->desk->plan(wish, town.time);
    CHECK(plan.acting == 3);
    CHECK(newest(town, german.id).state == CaseState::offered);  // shown only
    CHECK(town.agent->desk->carry_out(wish, "another", "amt", town.time).error() ==
          agent::DeskError::plan_outdated);
    CHECK(town.agent->desk->carry_out(wish, plan.digest, "amt", town.time).value() == 3);
    CHECK(newest(town, german.id).reason == "Die Bewohnerparkzone wurde geändert.");
    CHECK(newest(town, english.id).reason == "The resident parking zone was changed.");
    CHECK(newest(town, easy.id).reason == "Die Park-Zone ist jetzt anders.");
}

TEST_CASE("a clerk goes from case to case, and takes one over from the queue", "[agent][desk]") {
    Town town;
    Browser clerk(town);
    clerk.log_in();
    CHECK(clerk.get("/amt/naechster").location() == "/amt");
    const auto apply = [&](const std::string& id) {
        return town.agent->desk
            ->apply(CaseKind::residence, proven(*town.agent, id).person, "", "de", town.time)
            .id;
    };
    const std::string first = apply("R100000");
    town.time += 60;
    const std::string second = apply("R100001");
    town.time += 60;
    const std::string third = apply("R100002");
    const std::string other = apply("R100003");
    REQUIRE(town.agent->desk->assign(other, "somebody", town.time));
    CHECK(clerk.get("/amt/naechster").location() == "/amt/fall/" + first);
    CHECK(clerk.get("/amt/naechster?nach=" + first).location() == "/amt/fall/" + second);
    CHECK(clerk.get("/amt/naechster?nach=" + third).location() == "/amt/fall/" + first);
    const Answer queue = clerk.get("/amt?stand=new&art=residence");
    CHECK(queue.body.find("/amt/fall/" + third + "/zuweisen") != std::string::npos);
    CHECK(clerk.submit("/amt/fall/" + third + "/zuweisen", {{"weiter", "/amt?stand=new"}})
              .location() == "/amt?stand=new");
    CHECK(newest(town, third).assignee == "amt");
    CHECK(clerk.get("/amt/naechster").location() == "/amt/fall/" + third);  // one's own first
    CHECK(clerk.get("/amt").body.find("/amt/fall/" + third + "/zuweisen") == std::string::npos);
    // Only ways inside this site.
    (void)clerk.get("/amt");
    CHECK(clerk.submit("/amt/fall/" + first + "/zuweisen", {{"weiter", "//evil.example"}})
              .location() == "/amt/fall/" + first);
    REQUIRE(town.agent->desk->reject(first, "amt", "no", town.time));
    const Answer done = clerk.get("/amt?stand=erledigt");
    CHECK(done.body.find("/amt/fall/" + first + "\"") != std::string::npos);
    CHECK(done.body.find("/amt/fall/" + second + "\"") == std::string::npos);
    CHECK(done.body.find("Erledigt (1)") != std::string::npos);
}

TEST_CASE("the letter with the code goes where the register says, without the link",
          "[agent][desk]") {
    Town town;
    Browser clerk(town);
    clerk.log_in();
    const auto me = proven(*town.agent, "R100000").person;
    const Case made = town.agent->desk->apply(CaseKind::residence, me, "", "en", town.time);
    const std::string path = "/amt/fall/" + made.id;
    CHECK(clerk.get(path + "/codebrief").status == 409);
    CHECK(clerk.get(path).body.find("/codebrief") == std::string::npos);
    const auto approved = town.agent->desk->approve(made.id, "amt", {}, town.time);
    REQUIRE(approved);
    CHECK(clerk.get(path).body.find(path + "/codebrief") != std::string::npos);
    const Answer letter = clerk.get(path + "/codebrief");
    CHECK(letter.status == 200);
    for (const std::string& wanted :
         {approved->tx_code, me.family_name, me.street + " " + me.house_number,
          std::string("<section lang=\"en\">"), std::string("Your code for the wallet")}) {
        INFO(wanted);
        CHECK(letter.body.find(wanted) != std::string::npos);
    }
    CHECK(letter.body.find("openid-credential-offer") == std::string::npos);
    const Answer sheet = clerk.get(path + "/blatt");
    CHECK(sheet.body.find("openid-credential-offer") != std::string::npos);
    CHECK(sheet.body.find(approved->tx_code) == std::string::npos);
    const auto log = town.agent->audit->about(made.number);
    CHECK(std::count_if(log.begin(), log.end(), [](const agent::AuditLine& line) {
              return line.what == "code_printed" && line.who == "amt";
          }) == 1);
    town.time += 73 * 3600;
    Browser later(town);
    later.log_in();
    CHECK(later.get(path + "/codebrief").status == 409);
}

TEST_CASE("who only typed cannot try what the register holds", "[agent][desk]") {
    Town town;
    auto said = proven(*town.agent, "R100000").person;
    said.street = "Falsche Straße";
    const Case made = town.agent->desk->apply(CaseKind::residence, said, "", "de", town.time);
    REQUIRE(made.state == CaseState::conflict);
    Browser citizen(town);
    const std::string link = "/antrag/" + made.public_token;
    const auto right = proven(*town.agent, "R100000").person;
    const net::FormList form{
        {"family_name", right.family_name},   {"given_name", right.given_name},
        {"birthdate", right.birthdate},       {"street", right.street},
        {"house_number", right.house_number}, {"postal_code", right.postal_code},
        {"locality", right.locality}};
    CHECK(citizen.get(link).body.find("/berichtigen") == std::string::npos);
    CHECK(citizen.post(link + "/berichtigen", form).status == 409);
    CHECK(newest(town, made.id).state == CaseState::conflict);
    REQUIRE(
        town.agent->desk->ask_correction(made.id, "amt", "Bitte die Straße prüfen.", town.time));
    CHECK(citizen.get(link).body.find("/berichtigen") != std::string::npos);
    CHECK(citizen.post(link + "/berichtigen", form).status == 303);
    CHECK(newest(town, made.id).state == CaseState::fresh);
}

TEST_CASE("after a permit's last day nothing is renewed", "[agent][renewal]") {
    Town town;
    const Case permit = permit_of(town, find_driver(*town.agent), "de");
    const auto state = [&] { return town.agent->desk->decision(permit.id, town.time).state; };
    while (keys::utc_date(town.time) < permit.permit->valid_until) town.time += 86'400;
    CHECK(keys::utc_date(town.time) == permit.permit->valid_until);
    CHECK(state() == openid::Decision::State::granted);
    town.time += 86'400;
    CHECK(state() == openid::Decision::State::refused);
}
