// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A credential type that is configuration: the example of the school certificate walks the whole
// way, and wrong files are refused with a message that says what to do.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "ssi/agent/kinds.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;

namespace {

const std::string example = STADTBUCH_TEST_DATA "/../../config/types";

/// The example's files in a folder of their own.
struct Types {
    Types() { std::filesystem::copy(example, folder.path() + "/types"); }

    [[nodiscard]] std::string path() const { return folder.path() + "/types"; }

    [[nodiscard]] std::string file(const char* name) const { return path() + "/" + name; }

    Folder folder;
};

const net::FormList hildegard{{"family_name", "Schmid"},
                              {"given_name", "Hildegard"},
                              {"birthdate", "10.07.2015"},
                              {"school", "Gesamtschule Emscherbrück"}};

encoding::Value verify(Browser& office, Wallet& wallet, const std::string& body) {
    const Answer started = office.api("/api/verifications", body);
    INFO(started.body);
    REQUIRE(started.status == 201);
    REQUIRE(wallet.present(text_at(started.json(), "link")) == "sent");
    return office.api("/api/verifications/" + text_at(started.json(), "id")).json();
}

encoding::Value only_case(Browser& office) {
    const auto cases = office.api("/api/cases").json();
    REQUIRE(cases.find("cases")->array()->size() == 1);
    return office.api("/api/cases/" + text_at(cases.find("cases")->array()->front(), "id")).json();
}

}  // namespace

TEST_CASE("the example of a type is read as it is written", "[agent][kinds]") {
    const auto kinds = agent::Kinds::load(example, "https://town.example");
    REQUIRE(kinds);
    REQUIRE((*kinds)->all().size() == 1);
    const agent::KindDefinition& school = (*kinds)->all().front();
    CHECK(school.kind.id() == "school");
    CHECK(school.type.vct == "https://town.example/types/school/1");
    CHECK(school.prefix == "S");
    CHECK(school.fields.size() == 4);
    CHECK(school.claims.size() == school.type.claims.size());
    CHECK(school.own_days);
    CHECK(school.verifier_claims == std::vector<std::string>{"is_pupil", "school.name"});
    CHECK((*kinds)->word("kind.school")->de == "Schulbescheinigung");
    CHECK((*kinds)->word("rule.school.enrolled")->easy.empty() == false);
    CHECK_FALSE((*kinds)->word("rule.school.nothing"));
    CHECK((*kinds)->records(school)->size() == 317);
    CHECK((*kinds)->find(agent::CaseKind::residence) == nullptr);
    CHECK(agent::record_id_of(school.kind, agent::qualified_record_id(school.kind, "S1")) == "S1");
    CHECK(agent::record_id_of(school.kind, "R1").empty());
    REQUIRE(agent::Kinds::load("", "https://town.example"));
}

TEST_CASE("a wrong type file is refused with file, key and remedy", "[agent][kinds]") {
    const struct {
        const char *old, *fresh, *id, *where, *what;
    } table[] = {
        {"id = \"school\"", "id = \"parking\"", "SB-1003", "key id", "'parking'"},
        {"id = \"school\"", "id = \"Big\"", "SB-1003", "key id", "'Big'"},
        {"case_prefix = \"S\"", "case_prefix = \"W\"", "SB-1003", "key case_prefix", "'W'"},
        {"version = 1 ", "version = 0 ", "SB-1003", "key version", "integer"},
        {"version = 1 ", "versoin = 1 ", "SB-1004", "versoin", ""},
        {"name = {de = \"Schulbescheinigung\", en = \"School certificate\"}",
         "name = {de = \"Schulbescheinigung\"}", "SB-1003", "key name.en", "missing"},
        {"\"#6a1b4d\"", "\"purple\"", "SB-1003", "key background_color", "colour"},
        {"compare = \"date\"", "compare = \"moon\"", "SB-1003", "key field.2.compare", "moon"},
        {"column = \"grade\"\nformat", "column = \"grade\"\nvalue = \"6\"\nformat", "SB-1003",
         "key claim.5", "one source"},
        {"town = \"authority\"", "town = \"mayor\"", "SB-1003", "key claim.9.town", "column"},
        {"path = \"grade\"", "path = \"exp\"", "SB-1003", "key claim.5.path", "format"},
        {"path = \"grade\"", "path = \"school\"", "SB-1003", "key claim.5.path", "path"},
        {"claims = [\"is_pupil\", \"school.name\"]", "claims = [\"mood\"]", "SB-1003",
         "key verifier.claims", "'mood'"},
        {"name = \"left\"", "name = \"elsewhere\"", "SB-1003", "key reason.1.name", "twice"},
        {"file = \"pupils.csv\"", "file = \"none.csv\"", "SB-4101", "none.csv", ""},
        {"column = \"school_number\"", "column = \"shoe_size\"", "SB-4102", "pupils.csv",
         "shoe_size"},
        {"[register]", "[register", "SB-1002", "school.toml", ""},
    };

    for (const auto& row : table) {
        const Types types;
        replace_in(types.file("school.toml"), row.old, row.fresh);
        const auto kinds = agent::Kinds::load(types.path(), "https://town.example");
        INFO(row.fresh);
        REQUIRE_FALSE(kinds);
        const bool told =
            std::any_of(kinds.error().begin(), kinds.error().end(), [&](const Error& error) {
                UNSCOPED_INFO(error.id << " " << error.where << ": " << error.what);
                return error.id == row.id && error.where.find(row.where) != std::string::npos &&
                       error.what.find(row.what) != std::string::npos && !error.next.empty();
            });
        CHECK(told);
    }
    const Types twice;
    std::filesystem::copy_file(twice.file("school.toml"), twice.file("zchool.toml"));
    const auto kinds = agent::Kinds::load(twice.path(), "https://town.example");
    REQUIRE_FALSE(kinds);
    CHECK(kinds.error().front().where.find("zchool.toml") != std::string::npos);
    CHECK(
        agent::Kinds::load(twice.path() + "/nowhere", "https://town.example").error().front().id ==
        "SB-1001");
}

TEST_CASE("a configured type from application to revocation", "[agent][kinds][chain]") {
    Town town(example);
    Browser office(town);
    Browser citizen(town);
    Wallet wallet(town);
    CHECK(citizen.get("/").body.find("/nachweis/school") != std::string::npos);
    CHECK(citizen.get("/nachweis/nothing").status == 404);
    const Answer form = citizen.get("/nachweis/school?lang=leicht");
    CHECK(form.body.find("Wer geht zur Schule?") != std::string::npos);
    const Answer faulty =
        citizen.post("/nachweis/school", {{"family_name", "Schmid"}, {"birthdate", "32.1.2015"}});
    CHECK(faulty.status == 422);
    const Answer sent = citizen.post("/nachweis/school", hildegard);
    REQUIRE(sent.status == 303);
    REQUIRE(citizen.get(sent.location()).status == 200);

    encoding::Value record = only_case(office);
    CHECK(text_at(record, "state") == "new");
    CHECK(text_at(record, "number") == "S-2026-000001");
    CHECK(record.find("comparisons")->array()->size() == 4);
    CHECK(text_at(record, "valid_until") ==
          "2027-07-31");  // the entry's end, sooner than twelve months
    const std::string id = text_at(record, "id");
    const Answer decided = office.api("/api/cases/" + id + "/decide", "{\"decision\":\"approve\"}");
    REQUIRE(decided.status == 200);
    const encoding::Value offer = *decided.json().find("offer");
    REQUIRE(wallet.take_offer(text_at(offer, "link"), text_at(offer, "tx_code")) == "issued");
    CHECK(citizen.get(sent.location()).body.find("31.07.2027") != std::string::npos);

    const encoding::Value metadata = office.get("/.well-known/openid-credential-issuer").json();
    const auto* configuration =
        metadata.find("credential_configurations_supported")->find("school");
    REQUIRE(configuration != nullptr);
    CHECK(text_at(*configuration, "vct") == town.url("/types/school/1"));
    const encoding::Value type = office.get("/types/school/1").json();
    CHECK(text_at(type, "name") == "School certificate");
    CHECK(type.find("claims")->array()->size() == 10);

    encoding::Value checked = verify(office, wallet, "{\"type\":\"school\"}");
    CHECK(checked.find("valid")->boolean() == true);
    encoding::Value claims = *checked.find("credentials")->array()->front().find("claims");
    CHECK(claims.find("is_pupil")->boolean() == true);
    CHECK(text_at(*claims.find("school"), "name") == "Gesamtschule Emscherbrück");
    CHECK(claims.find("family_name") == nullptr);
    CHECK(text_at(claims, "valid_until") == "2027-07-31");
    checked = verify(office, wallet, "{\"type\":\"school\",\"claims\":[\"grade\"]}");
    claims = *checked.find("credentials")->array()->front().find("claims");
    CHECK(claims.find("grade")->integer() == 6);

    REQUIRE(office.api("/api/credentials/" + id + "/revoke", "{\"reason\":\"left\"}").status ==
            200);
    town.time += 120;
    checked = verify(office, wallet, "{\"type\":\"school\"}");
    CHECK(checked.find("valid")->boolean() == false);
    CHECK(checked.find("revoked")->boolean() == true);
    // A day after its own last day it would not be good either, and is not given again.
    CHECK(office.api("/api/cases/" + id + "/offer", "{}").status == 409);
}

TEST_CASE("a configured type's rules and differences stop an approval", "[agent][kinds]") {
    Town town(example);
    Browser office(town);
    const auto apply = [&](const std::string& body) {
        const Answer made = office.api("/api/cases", "{\"kind\":\"school\"," + body + "}");
        INFO(made.body);
        REQUIRE(made.status == 201);
        return made.json();
    };
    const auto decide = [&](const encoding::Value& record, const std::string& more = "") {
        return office.api("/api/cases/" + text_at(record, "id") + "/decide",
                          "{\"decision\":\"approve\"" + more + "}");
    };
    const encoding::Value left = apply("\"resident\":\"S200011\"");
    CHECK(text_at(left, "state") == "conflict");
    CHECK(text_at(left.find("obstacles")->array()->back(), "en") ==
          "The pupil no longer attends the school.");
    CHECK(text_at(decide(left, ",\"differences_seen\":true").json(), "error") ==
          "obstacles_remain");

    const std::string said = "\"fields\":{\"family_name\":\"Schmid\",\"given_name\":\"Hildegard\",";
    const encoding::Value other_school =
        apply(said + "\"birthdate\":\"2015-07-10\",\"school\":\"Realschule am Schloß\"}");
    CHECK(text_at(decide(other_school).json(), "error") == "differences_remain");
    CHECK(decide(other_school, ",\"differences_seen\":true").status == 200);

    const encoding::Value near = apply(said + "\"birthdate\":\"2015-07-11\",\"school\":\"-\"}");
    CHECK(text_at(near, "state") == "conflict");
    const encoding::Value nobody = apply(
        "\"fields\":{\"family_name\":\"N\",\"given_name\":\"N\",\"birthdate\":\"2015-07-10\","
        "\"school\":\"-\"}");
    CHECK(text_at(decide(nobody, ",\"differences_seen\":true").json(), "error") == "nobody_found");
    CHECK(office.api("/api/cases", "{\"kind\":\"school\",\"fields\":{\"family_name\":\"N\"}}")
              .status == 422);
    CHECK(office.api("/api/cases", "{\"kind\":\"kindergarten\",\"resident\":\"S200000\"}").status ==
          422);
}

TEST_CASE("a configured type's register is followed, and its cases outlive the file",
          "[agent][kinds]") {
    const Types types;
    Town town(types.path());
    Browser office(town);
    const auto issue = [&](const std::string& pupil) {
        const Answer made =
            office.api("/api/cases", "{\"kind\":\"school\",\"resident\":\"" + pupil + "\"}");
        REQUIRE(made.status == 201);
        const std::string id = text_at(made.json(), "id");
        REQUIRE(office.api("/api/cases/" + id + "/decide", "{\"decision\":\"approve\"}").status ==
                200);
        return id;
    };
    const auto state = [&](const std::string& id) {
        return text_at(office.api("/api/cases/" + id).json(), "state");
    };
    const std::string leaves = issue("S200000");
    const std::string moves_up = issue("S200002");
    const std::string stays = issue("S200003");
    replace_in(types.file("pupils.csv"), "6;6a;enrolled", "6;6a;left");
    replace_in(types.file("pupils.csv"), "5;5c;enrolled;2023-08-01;2027-07-31",
               "6;6c;enrolled;2023-08-01;2027-08-31");
    CHECK(town.agent->follow_registers() == 2);
    CHECK(state(leaves) == "revoked");
    CHECK(state(moves_up) == "offered");
    CHECK(text_at(office.api("/api/cases/" + moves_up).json(), "valid_until") == "2027-08-31");
    CHECK(state(stays) == "offered");
    CHECK(town.agent->follow_registers() == 0);
    replace_in(types.file("pupils.csv"), "pupil_id", "broken");
    CHECK(town.agent->follow_registers() == 0);  // told, and the old content goes on
    CHECK(state(stays) == "offered");

    std::filesystem::remove(types.file("school.toml"));
    town.restart();
    CHECK(state(stays) == "offered");
    CHECK(town.agent->follow_registers() == 0);
    CHECK(office.get("/nachweis/school").status == 404);
    CHECK(office.api("/api/cases/" + stays + "/offer", "{}").status == 422);
    CHECK(
        office.api("/api/credentials/" + stays + "/revoke", "{\"reason\":\"no longer\"}").status ==
        200);
}

TEST_CASE("a configured type by presenting the identity card, granted at once",
          "[agent][kinds][chain]") {
    Town town(example);
    Browser office(town);
    Browser citizen(town);
    Wallet wallet(town);
    const std::vector<std::string> paths{"family_name", "given_name", "birthdate"};
    give_foreign(
        town, wallet, "urn:eudi:pid:de:1",
        encoding::Object{
            {"family_name", "KOCH"}, {"given_name", "Mustafa"}, {"birthdate", "2008-09-06"}},
        paths);
    CHECK(citizen.get("/nachweis/school").body.find("/nachweis/school/vorlegen") !=
          std::string::npos);
    const std::string base = "/nachweis/school/vorlegen";
    CHECK(citizen.get(base + "/angaben").status == 409);  // nothing was shown yet

    const auto show = [&] {
        const Answer started = citizen.post(base, {});
        REQUIRE(started.status == 303);
        const std::string back =
            wallet.present(link_on(citizen.get(started.location()).body, "openid4vp://"));
        INFO(back);
        const Answer returned = citizen.get(back.substr(back.find("/nachweis/")));
        INFO(returned.body);
        REQUIRE(returned.location() == base + "/angaben");
        return citizen.get(returned.location());
    };
    const Answer rest = show();
    REQUIRE(rest.status == 200);
    CHECK(rest.body.find("KOCH") != std::string::npos);
    CHECK(rest.body.find("name=\"family_name\"") == std::string::npos);  // not typed again
    CHECK(citizen.submit(base + "/angaben", {}).status == 422);
    // What is typed all the same does not replace what was proved.
    const Answer sent = citizen.submit(
        base + "/angaben", {{"school", "Käthe-Kollwitz-Gymnasium"}, {"family_name", "Schmid"}});
    REQUIRE(sent.status == 303);
    const Answer page = citizen.get(sent.location());
    REQUIRE(wallet.take_offer(link_on(page.body, "openid-credential-offer://"), "") == "issued");
    const encoding::Value record = only_case(office);
    CHECK(text_at(record, "state") == "issued");
    const encoding::Value shown = verify(office, wallet, R"({"type":"school"})");
    CHECK(shown.find("valid")->boolean() == true);

    // Another school than the register's: a clerk looks, and the person stays who was proved.
    show();
    const Answer other = citizen.submit(base + "/angaben", {{"school", "Gesamtschule"}});
    REQUIRE(other.status == 303);
    CHECK(citizen.get(other.location()).body.find("openid-credential-offer://") ==
          std::string::npos);
    // The right one mends it at once, in the browser that proved who asks; the person stays.
    CHECK(citizen.get(other.location()).body.find("/berichtigen") != std::string::npos);
    REQUIRE(citizen
                .post(other.location() + "/berichtigen", {{"family_name", "Schmid"},
                                                          {"given_name", "Mustafa"},
                                                          {"birthdate", "06.09.2008"},
                                                          {"school", "Käthe-Kollwitz-Gymnasium"}})
                .status == 303);
    const std::string mended = citizen.get(other.location()).body;
    REQUIRE(wallet.take_offer(link_on(mended, "openid-credential-offer://"), "") == "issued");
    const auto held = town.agent->cases->by_public_token(
        other.location().substr(other.location().rfind('/') + 1));
    CHECK(held->fields.at("family_name") == "KOCH");
    CHECK(agent::Desk::way_of(*held, town.agent->kinds->find(held->kind)) == "presented");
}

TEST_CASE("characters that no register has are named in both languages", "[agent][kinds]") {
    Town town(example);
    Browser citizen(town);
    net::FormList said{{"family_name", "王 Schmid7"},
                       {"given_name", "Łucja Ñandú"},
                       {"birthdate", "10.07.2015"},
                       {"school", "Schule № 7"}};
    const Answer german = citizen.post("/nachweis/school?lang=de", said);
    CHECK(german.status == 422);
    CHECK(german.body.find("王 (U+738B), 7 (U+0037)") != std::string::npos);
    CHECK(german.body.find("№ (U+2116)") != std::string::npos);
    CHECK(german.body.find("Ł (") == std::string::npos);
    citizen.get("/nachweis/school?lang=en");
    const Answer english = citizen.post("/nachweis/school", said);
    CHECK(english.body.find("in no German register (DIN 91379)") != std::string::npos);
    Browser office(town);
    const Answer refused = office.api(
        "/api/cases",
        R"({"kind":"residence","person":{"family_name":"Ж","given_name":"A","birthdate":"2000-01-01"}})");
    CHECK(refused.status == 422);
    CHECK(text_at(refused.json(), "error") == "bad_characters");
    CHECK(text_at(refused.json(), "detail").find("Ж (U+0416)") != std::string::npos);
}
