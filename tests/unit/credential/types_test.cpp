// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>
#include <set>

#include "tests/unit/credential/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::credential;
using encoding::Value;

namespace {

const Districts districts{"K", "KA", "B", "BM", "GÜ", "GE", "M", "MÜ", "HH", "WÜ", "A", "AB"};

std::string canonical(std::string_view text) {
    const auto read = read_plate(text, districts);
    return read ? read->plate.canonical() : "! " + std::string(to_text(read.error()));
}

}  // namespace

TEST_CASE("plates as people write them") {
    const std::pair<const char*, const char*> cases[] = {
        {"K-AB 1234", "K-AB 1234"},
        {"k ab 1234", "K-AB 1234"},
        {"K - AB - 1234", "K-AB 1234"},
        {"gü-a 1", "GÜ-A 1"},
        {"GU\xCC\x88-A 1", "GÜ-A 1"},
        {"GE XY 99 E", "GE-XY 99E"},
        {"GEXY99E", "GE-XY 99E"},
        {"B-C 12H", "B-C 12H"},
        {"M-AB 123 04-10", "M-AB 123 04-10"},
        {"M-AB 123 04/10", "M-AB 123 04-10"},
        {"M-AB 12H 10–04", "M-AB 12H 10-04"},
        {"HH\xC2\xA0X\xC2\xA0"
         "7",
         "HH-X 7"},
    };
    for (const auto& [text, expected] : cases) CHECK(canonical(text) == expected);
    CHECK(read_plate("M-AB 123 04-10", districts)->plate.compact() == "MAB123");
    CHECK(plate_key("k-ab 1234 e") == "KAB1234E");
    CHECK(plate_key("gü a 1") == plate_key("GÜ-A1"));
}

TEST_CASE("plates without separators are split by the list of districts") {
    CHECK(canonical("KAB1") == "KA-B 1");
    CHECK(read_plate("KAB1", districts)->ambiguous);
    CHECK_FALSE(read_plate("KXB1", districts)->ambiguous);
    CHECK(canonical("KXB1") == "K-XB 1");
    CHECK_FALSE(read_plate("K-AB1", districts)->ambiguous);
}

TEST_CASE("plates that must be refused") {
    const std::pair<const char*, PlateError> cases[] = {
        {"", PlateError::empty},
        {"  - ", PlateError::empty},
        {"K-AB 1234;", PlateError::bad_characters},
        {"K-AB 12\xFF", PlateError::bad_characters},
        {"ZZ-AB 12", PlateError::unknown_district},
        {"QXY12", PlateError::unknown_district},
        {"K-ABC 12", PlateError::bad_shape},
        {"K-AB 01", PlateError::bad_shape},
        {"K-AB 12345", PlateError::bad_shape},
        {"K-AB", PlateError::bad_shape},
        {"12", PlateError::bad_shape},
        {"K-AB 12 X", PlateError::bad_shape},
        {"K-AÖ 12", PlateError::bad_shape},
        {"K-AB 12 EH", PlateError::bad_shape},
        {"MÜ-AB 1234E", PlateError::too_long},
        {"MÜ-AB 1234 04-10", PlateError::too_long},
        {"K-AB 12 00-10", PlateError::bad_season},
        {"K-AB 12 04-13", PlateError::bad_season},
        {"K-AB 12 04-04", PlateError::bad_season},
        {"K-AB 12 4-10", PlateError::bad_season},
    };
    for (const auto& [text, error] : cases) {
        INFO(text);
        const auto read = read_plate(text, districts);
        REQUIRE_FALSE(read);
        CHECK(read.error() == error);
    }
    CHECK(read_plate(std::string(100, 'A'), districts).error() == PlateError::too_long);
}

TEST_CASE("plates go through claims") {
    for (const char* text : {"K-AB 1234", "GE-XY 99E", "B-C 12H", "M-AB 123 04-10"}) {
        const Plate plate = read_plate(text, districts)->plate;
        CHECK(plate_from_value(Value(plate_to_value(plate)), districts) == plate);
    }
    CHECK_FALSE(plate_from_value(Value("x"), districts));
}

TEST_CASE("the proof of residence says what credentials §7.1 lists") {
    Town town;
    const auto content = residence_content(town.person(), town.residence, test_now);
    const Value claims(content.claims);
    CHECK(claims.text_at("resident_of_municipality") == "05315000");
    CHECK(claims.find("resident_since_year")->integer() == 2019);
    CHECK(claims.find("address")->text_at("formatted") == "Große Straße 12a\n04109 Musterstadt");
    const auto over = [](const Residence& person, keys::UnixSeconds now, const char* age) {
        const auto made = residence_content(person, residence_type(base_url), now);
        return Value(made.claims).find("age_equal_or_over")->find(age)->boolean();
    };
    // Born on 29 February 2008: eighteen from 1 March 2026 on.
    CHECK(over(town.person(), keys::unix_of_date(2026, 2, 28), "18") == false);
    CHECK(over(town.person(), keys::unix_of_date(2026, 3, 1), "18") == true);
    CHECK(over(town.person(), keys::unix_of_date(2026, 3, 1), "21") == false);
    Residence sister = town.person();
    sister.given_name_usual = "Benedikta";
    sister.religious_or_artist_name = "Schwester Benedikta";
    const Value named(residence_content(sister, town.residence, test_now).claims);
    CHECK(named.text_at("given_name_usual") == "Benedikta");
    CHECK(named.text_at("religious_or_artist_name") == "Schwester Benedikta");
    CHECK(claims.find("religious_or_artist_name") == nullptr);
    Residence unknown_day = town.person();
    unknown_day.birthdate = "1950-00";
    CHECK(Value(residence_content(unknown_day, town.residence, test_now).claims)
              .find("age_equal_or_over") == nullptr);
    CHECK(content.vct == "https://town.example/types/residence/1");
    for (const char* forbidden : {"religion", "tax_id", "sex"})
        CHECK(claims.find(forbidden) == nullptr);
}

TEST_CASE(
    "every claim of a credential is described by its type, and the other way round nothing is "
    "missing") {
    Town town;
    ParkingPermit permit{
        "BP-1",   "A3",         "Altstadt",   {read_plate("K-AB 1", districts)->plate},
        "keeper", "2026-12-01", "2027-11-30", "05315000",
        "Stadt",  "2027-11-30", "Müller"};
    const auto contents = {
        std::pair(residence_content(town.person(), town.residence, test_now), town.residence),
        std::pair(parking_content(permit, town.parking), town.parking)};
    for (const auto& [content, type] : contents) {
        std::set<std::string> described;
        for (const auto& claim : type.claims) {
            described.insert(claim.path);
            if (claim.mandatory)
                CHECK_FALSE(select(Value(content.claims), path_of(claim.path)).empty());
        }
        for (const auto& member : content.claims) {
            const bool known = described.contains(member.key) || member.value.is_object();
            INFO(member.key);
            CHECK(known);
            for (std::size_t i = 0;
                 member.value.is_object() && i < member.value.object()->members().size(); ++i) {
                CHECK(
                    described.contains(member.key + "." + member.value.object()->members()[i].key));
            }
        }
    }
    const Value claims(parking_content(permit, town.parking).claims);
    CHECK(claims.find("address") == nullptr);
    CHECK(claims.find("licence_plates")->array()->front().text_at("plate") == "K-AB 1");
}

TEST_CASE("type documents are pinned by their bytes") {
    Town town;
    const std::string document = type_document(town.residence);
    const std::string integrity = integrity_of(document);
    CHECK(integrity.starts_with("sha256-"));
    CHECK(integrity_holds(integrity, document));
    CHECK(integrity_holds("sha384-xyz " + integrity, document));
    CHECK_FALSE(integrity_holds(integrity, document + " "));
    CHECK_FALSE(integrity_holds("", document));
    CHECK(type_document_acceptable(document, town.residence.vct, integrity));
    CHECK_FALSE(type_document_acceptable(document, town.parking.vct, integrity));
    CHECK_FALSE(type_document_acceptable("[]", town.residence.vct, ""));
    CHECK(residence_content(town.person(), town.residence, test_now).vct_integrity == integrity);
    const auto parsed = encoding::parse_json(document);
    REQUIRE(parsed);
    CHECK(parsed->find("display")->array()->size() == 2);
    CHECK(parsed->find("claims")->array()->size() == town.residence.claims.size());
}

TEST_CASE("permits are valid on their first and last day") {
    const auto noon = keys::unix_of_date(2026, 11, 21) + 43200;
    CHECK(within_days("2026-11-21", "2026-11-21", noon));
    CHECK_FALSE(within_days("2026-11-22", "2026-11-30", noon));
    CHECK_FALSE(within_days("2026-11-01", "2026-11-20", noon));
    CHECK_FALSE(within_days("", "", noon));
    CHECK(within_days("2026-11-22", "2026-11-30", keys::unix_of_date(2026, 11, 21) + 23 * 3600));
}

TEST_CASE("rule ids are unique and both languages are there") {
    std::set<std::string_view> ids;
    for (const RuleText& rule : all_rules()) {
        CHECK(ids.insert(rule.id).second);
        CHECK(id_of(rule.rule) == rule.id);
        CHECK(rule.bad_de != rule.good_de);
        CHECK(rule.bad_en != rule.good_en);
    }
    CHECK(ids.size() == 33);
}
