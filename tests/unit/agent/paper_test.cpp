// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Credentials on paper, checks of papers and plates rule by rule, and the catalogue of rules.
#include <catch2/catch.hpp>
#include <filesystem>
#include <set>

#include "ssi/agent/paper.hpp"
#include "ssi/agent/rule_catalogue.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;

namespace {

const std::string types = STADTBUCH_TEST_DATA "/../../config/types";

std::string granted(Browser& office, const std::string& body) {
    const Answer made = office.api("/api/cases", body);
    INFO(made.body);
    REQUIRE(made.status == 201);
    const std::string id = text_at(made.json(), "id");
    REQUIRE(office.api("/api/cases/" + id + "/decide", R"({"decision":"approve"})").status == 200);
    return id;
}

/// "PP-01 passed, ST-01 passed, ..."
std::string outcomes(const credential::Trace& trace) {
    std::string out;
    for (const credential::TraceLine& line : trace.lines) {
        out += (out.empty() ? "" : ", ") + line.rule + " " +
               std::string(credential::to_text(line.outcome));
    }
    return out;
}

}  // namespace

TEST_CASE("a configured type comes on paper by its file alone", "[agent][paper]") {
    Town town(types);
    Browser office(town);
    const std::string id = granted(office, R"({"kind":"school","resident":"S200000"})");
    const auto address = agent::paper_address(*town.agent, id, "amt");
    REQUIRE(address);
    CHECK(agent::paper_address(*town.agent, id, "amt")->size() == address->size());
    const auto record = town.agent->cases->get(id);
    const std::string pdf = agent::paper_pdf(*town.agent, *record, *address);
    CHECK(pdf.starts_with("%PDF-"));
    REQUIRE(office.get("/anmelden").status == 200);
    REQUIRE(
        office.submit("/anmelden", {{"account", "amt"}, {"password", town.password()}}).status ==
        303);
    const Answer printed = office.get("/amt/fall/" + id + "/ausweis.pdf");
    CHECK(printed.status == 200);
    CHECK(net::find_header(printed.headers, "Content-Disposition")->find("school-S-2026") !=
          std::string_view::npos);

    const agent::PaperVerdict verdict = agent::check_paper(*town.agent, *address);
    CHECK(verdict.valid);
    CHECK(outcomes(verdict.trace) == "PP-01 passed, ST-01 passed, ST-03 passed, AD-01 passed");
    const auto said = agent::printed_claims(*town.agent, *verdict.permit);
    REQUIRE(said.size() == 5);
    CHECK(said[0].first.en == "Given names");
    CHECK(said[0].second == "Hildegard Aylin");
    CHECK(said[3].second == "Gesamtschule Emscherbrück");
    CHECK(said[4].second == "6");
    const std::string target = address->substr(town.url("").size());
    const std::string page = office.get(target).body;
    CHECK(page.find("Gesamtschule Emscherbrück") != std::string::npos);
    CHECK(page.find("PP-01") != std::string::npos);

    std::string altered = *address;
    altered[altered.size() - 20] = altered[altered.size() - 20] == 'A' ? 'B' : 'A';
    const agent::PaperVerdict forged = agent::check_paper(*town.agent, altered);
    CHECK_FALSE(forged.valid);
    CHECK(outcomes(forged.trace) == "PP-01 failed");
    CHECK(forged.trace.lines.front().mend == "holder");

    town.time += 400 * 86400;
    CHECK(outcomes(agent::check_paper(*town.agent, *address).trace).ends_with("AD-01 failed"));
    town.time -= 400 * 86400;
    REQUIRE(office.api("/api/credentials/" + id + "/revoke", R"({"reason":"left"})").status == 200);
    const agent::PaperVerdict revoked = agent::check_paper(*town.agent, *address);
    CHECK(revoked.why == "paper.revoked");
    CHECK(outcomes(revoked.trace).find("ST-03 failed") != std::string::npos);
    CHECK_FALSE(agent::paper_address(*town.agent, id, "amt"));
}

TEST_CASE("a paper tells what the register said when it was printed", "[agent][paper]") {
    Folder folder;
    std::filesystem::copy(types, folder.path() + "/types");
    Town town(folder.path() + "/types");
    Browser office(town);
    const std::string id = granted(office, R"({"kind":"school","resident":"S200000"})");
    const auto before = agent::paper_address(*town.agent, id, "amt");
    REQUIRE(before);
    replace_in(folder.path() + "/types/pupils.csv", "100101;6;6a;enrolled;2024-08-01",
               "100101;7;7a;enrolled;2024-08-01");
    CHECK(town.agent->follow_registers() > 0);
    // The old print no longer holds, a new one does.
    CHECK_FALSE(agent::check_paper(*town.agent, *before).valid);
    const auto after = agent::paper_address(*town.agent, id, "amt");
    REQUIRE(after);
    const agent::PaperVerdict verdict = agent::check_paper(*town.agent, *after);
    CHECK(verdict.valid);
    CHECK(agent::printed_claims(*town.agent, *verdict.permit).back().second == "7");
}

TEST_CASE("a plate leaves one rule in the trace", "[agent][paper]") {
    Town town;
    Browser office(town);
    const auto found = office.api("/api/inspections", R"({"plate":"GE-XX 1"})").json();
    CHECK(found.find("valid")->boolean() == false);
    const auto& line = found.find("trace")->array()->front();
    CHECK(text_at(line, "rule") == "PL-01");
    CHECK(text_at(line, "outcome") == "failed");
    CHECK(text_at(line, "mend") == "holder");
}

TEST_CASE("the catalogue of rules as page and JSON", "[agent][paper]") {
    std::set<std::string_view> ids;
    for (const agent::CatalogueRule& rule : agent::rule_catalogue()) {
        CAPTURE(rule.id);
        CHECK(ids.insert(rule.id).second);
        CHECK_FALSE(agent::words_of("mend." + std::string(rule.mender)).de.empty());
        for (const std::string_view text : {rule.good_de, rule.good_en, rule.bad_de, rule.bad_en})
            CHECK(text.size() > 10);
    }
    Town town;
    Browser anybody(town);
    const auto listed = anybody.get("/regeln.json").json();
    CHECK(listed.find("rules")->array()->size() == ids.size());
    for (const char* language : {"de", "en"}) {
        const std::string page = anybody.get(std::string("/regeln?lang=") + language).body;
        for (const std::string_view id : ids)
            CHECK(page.find("<tr id=\"" + std::string(id) + "\">") != std::string::npos);
    }
    // A wallet's refusal leads there.
    const Answer refused = anybody.post("/token", {{"grant_type", "password"}});
    CHECK(refused.status == 400);
    CHECK(*net::find_header(refused.headers, "Link") == "</regeln#IS-05>; rel=\"help\"");
}
