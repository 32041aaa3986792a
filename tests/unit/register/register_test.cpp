// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>

#include "ssi/register/code_list.hpp"
#include "ssi/register/csv.hpp"
#include "ssi/register/latin.hpp"
#include "ssi/register/matching.hpp"
#include "ssi/register/records.hpp"
#include "ssi/register/register.hpp"

using namespace stadtbuch;
using namespace stadtbuch::registers;

namespace {

std::unique_ptr<Register> example_town() {
    auto opened = open_csv_register(STADTBUCH_TOWN);
    REQUIRE(opened.has_value());
    return *std::move(opened);
}

Resident a_resident() {
    Resident r;
    r.id = "R1";
    r.family_name = "Größler-Weiß";
    r.given_name = "Jürgen Paul";
    r.given_name_usual = "Jürgen";
    r.birthdate = "1948";
    Residence home;
    home.street = "Weißenburger Straße";
    home.house_number = "12 a";
    home.postal_code = "45901";
    home.locality = "Emscherbrück";
    home.moving_in_date = "1990-01-01";
    r.residences.push_back(home);
    return r;
}

}  // namespace

TEST_CASE("names compare without regard to case, normalisation and sharp s",
          "[register][credentials:7.1]") {
    CHECK(fold("HEIDESTRAẞE") == fold("Heidestraße"));
    CHECK(fold("Heidestrasse") == fold("Heidestraße"));
    CHECK(fold("KÖLN") == fold("Ko\u0308ln"));
    CHECK(fold("D’Angelo") == fold("d'angelo"));
    CHECK(fold("  Anna \t Marie ") == fold("anna marie"));
    CHECK(fold("Mueller") != fold("Müller"));
    CHECK(fold("\xFF\xFE") == "\xFF\xFE");
}

TEST_CASE("plates, house numbers and partly unknown dates compare by meaning", "[register]") {
    CHECK(fold_plate("ge-ab 123e") == fold_plate("GE AB123E"));
    CHECK(fold_plate("LÜN-A 1") == fold_plate("lün a1"));
    CHECK(fold_house_number("12 A") == fold_house_number("12a"));
    CHECK(dates_agree("1948", "1948-05-03"));
    CHECK_FALSE(dates_agree("1949", "1948-05-03"));
    CHECK_FALSE(dates_agree("", "1948"));
}

TEST_CASE("a difference names both values and who can correct it, in both languages",
          "[register]") {
    const Resident resident = a_resident();
    StatedPerson stated;
    stated.family_name = "GRÖSSLER-WEISS";
    stated.given_name = "Jürgen";
    stated.birthdate = "1948-02-03";
    stated.street = "Hauptstraße";
    stated.house_number = "12A";
    const auto fields = compare(resident, resident.current_residence("2026-11-21"), stated);
    REQUIRE(fields.size() == 5);
    CHECK(fields[0].agreement == Agreement::equal_folded);
    CHECK(fields[1].agreement == Agreement::equal_folded);
    CHECK(fields[2].agreement == Agreement::equal_folded);
    CHECK(fields[3].agreement == Agreement::different);
    CHECK(fields[3].corrector == Corrector::identity_document_office);
    CHECK(fields[3].explanation_de.find("Weißenburger Straße") != std::string::npos);
    CHECK(fields[3].explanation_de.find("Ausweisbehörde") != std::string::npos);
    CHECK(fields[3].explanation_en.find("identity document office") != std::string::npos);
    CHECK(fields[4].agreement == Agreement::equal_folded);
    CHECK(has_difference(fields));
}

TEST_CASE("the example town has the peculiarities that clerks meet", "[register]") {
    const auto town = example_town();
    CHECK(town->town().municipality_key.size() == 8);
    CHECK(town->town().regional_key.size() == 12);
    std::size_t two_residences = 0;
    std::size_t partly_unknown = 0;
    std::size_t moved_away = 0;
    std::size_t people = 0;
    for (int i = 0; i < 3000; ++i) {
        const auto person = town->resident("R" + std::to_string(100000 + i));
        if (!person) continue;
        ++people;
        two_residences += person->residences.size() == 2;
        partly_unknown += person->birthdate.size() < 10;
        moved_away += person->current_residence("2026-11-21") == nullptr;
        for (const Residence& home : person->residences)
            CHECK(home.moving_in_date > person->birthdate);
    }
    CHECK(people >= 2000);
    CHECK(two_residences > 50);
    CHECK(partly_unknown > 10);
    CHECK(moved_away > 10);
}

TEST_CASE("an address leads to its parking zone, by side of the street", "[register]") {
    const auto town = example_town();
    std::size_t split = 0;
    for (const StreetSection& section : town->streets()) {
        if (section.side != StreetSection::Side::even) continue;
        ++split;
        const auto even = town->zone_of(section.street_key, "10 b");
        const auto odd = town->zone_of(section.street_key, "11");
        REQUIRE(even);
        REQUIRE(odd);
        CHECK(even->id == section.zone_id);
    }
    CHECK(split > 3);
    CHECK_FALSE(town->zone_of("99999", "1"));
    const auto street = town->street_by_name("käthe-kollwitz-strasse", "7");
    REQUIRE(street);
    CHECK(street->street == "Käthe-Kollwitz-Straße");
}

TEST_CASE("a vehicle of somebody else, a deregistered one and an unknown district are told apart",
          "[register]") {
    const auto town = example_town();
    const auto person = town->resident("R100001");
    std::optional<Vehicle> owned;
    for (int i = 1; i < 1000 && !owned; ++i) {
        for (const char* letters : {"A", "B", "C", "D", "E"}) {
            const auto v = town->vehicle("GE-" + std::string(letters) + " " + std::to_string(i));
            if (v && v->registered_until.empty()) owned = v;
        }
    }
    REQUIRE(owned);
    CHECK_FALSE(
        has_difference(compare_vehicle(*town, {owned->plate, owned->resident_id}, "2026-11-21")));
    CHECK(has_difference(compare_vehicle(*town, {owned->plate, "R0"}, "2026-11-21")));
    const auto unknown = compare_vehicle(*town, {"QQQ-A 1", "R0"}, "2026-11-21");
    REQUIRE(unknown.size() == 1);
    CHECK(unknown[0].corrector == Corrector::applicant);
}

TEST_CASE("malformed register files are refused with file, line and reason", "[register]") {
    CHECK(parse_csv("a;b\n1;2\n", "t").has_value());
    CHECK(parse_csv("a;b\n\"x;\"\"y\"\"\nz\";2\n", "t")->rows[0][0] == "x;\"y\"\nz");
    const auto short_row = parse_csv("a;b\n1;2\n3\n", "t.csv");
    REQUIRE_FALSE(short_row.has_value());
    CHECK(short_row.error().id == "SB-4102");
    CHECK(short_row.error().where == "t.csv, line 3");
    CHECK(parse_csv("a;b\n\"open\n", "t").error().what.find("not closed") != std::string::npos);
    CHECK(parse_csv("\xFF", "t").error().what.find("UTF-8") != std::string::npos);
    CHECK(parse_csv("", "t").error().what.find("header") != std::string::npos);
    CHECK(open_csv_register("/nonexistent").error().id == "SB-4101");
}

namespace {

/// A register of anglers in a file of its own.
struct Anglers {
    explicit Anglers(const std::string& rows) {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "stadtbuch-records-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        folder = pattern;
        layout.file = folder + "/anglers.csv";
        std::ofstream(layout.file) << "number;name;first;born;waters;from;until\n" << rows;
        layout.key = "number";
        layout.fields = {{"name", "Name", "Name", Likeness::text, true},
                         {"first", "Vornamen", "Given names", Likeness::given_name, true},
                         {"born", "Geburtsdatum", "Date of birth", Likeness::date, true},
                         {"waters", "Gewässer", "Waters", Likeness::exact, false}};
        layout.columns = {"waters"};
        layout.valid_from = "from";
        layout.valid_until = "until";
        layout.office_de = "die Fischereibehörde";
        layout.office_en = "the fisheries authority";
    }

    ~Anglers() { std::filesystem::remove_all(folder); }

    Anglers(const Anglers&) = delete;
    Anglers& operator=(const Anglers&) = delete;

    std::string folder;
    RecordLayout layout;
};

}  // namespace

TEST_CASE("a record is found by all its identifying fields and compared field by field",
          "[register][records]") {
    Anglers anglers(
        "F1;Groß;Jürgen "
        "Paul;1948-05-03;Kanal;2020-01-01;\nF2;Groß;Jürgen;1950-01-01;Kanal;;2025-12-31\n");
    const auto opened = Records::open(anglers.layout);
    REQUIRE(opened);
    const Records& records = **opened;
    CHECK(records.size() == 2);
    const StatedFields said{
        {"name", "GROSS"}, {"first", "jürgen"}, {"born", "1948"}, {"waters", "kanal"}};
    const auto found = records.find(said);
    REQUIRE(found.size() == 1);
    CHECK(found.front().id == "F1");
    CHECK(found.front().at("waters") == "Kanal");
    CHECK(found.front().at("nothing").empty());
    const auto lines = records.compare(found.front(), said);
    REQUIRE(lines.size() == 4);
    CHECK(lines[0].agreement == Agreement::equal_folded);
    CHECK(lines[3].agreement == Agreement::different);  // exact
    CHECK(lines[3].corrector == Corrector::record_keeper);
    CHECK(lines[3].explanation_de.find("die Fischereibehörde") != std::string::npos);
    CHECK(lines[3].explanation_en.find("the fisheries authority") != std::string::npos);
    CHECK(records.holds(found.front(), "2026-11-21"));
    CHECK_FALSE(records.holds(found.front(), "2019-12-31"));
    CHECK_FALSE(records.holds(*records.record("F2"), "2026-01-01"));
    CHECK_FALSE(records.record("F3"));
}

TEST_CASE("a record is never guessed from less than all identifying fields",
          "[register][records]") {
    Anglers anglers("F1;Groß;Jürgen;1948-05-03;Kanal;;\n");
    const auto opened = Records::open(anglers.layout);
    REQUIRE(opened);
    const Records& records = **opened;
    CHECK(records.find({{"name", "Groß"}, {"first", "Jürgen"}}).empty());
    CHECK(records.find({{"name", "Groß"}, {"first", "Jürgen"}, {"born", "1949"}}).empty());
    CHECK(records.near({{"name", "Groß"}, {"first", "Jürgen"}, {"born", "1949"}}).size() == 1);
    CHECK(records.near({{"name", "Groß"}}).empty());
    CHECK(records.find({}).empty());
    // "Jür" is no first name of "Jürgen", nor is an empty one.
    CHECK(records.find({{"name", "Groß"}, {"first", "Jür"}, {"born", "1948-05-03"}}).empty());
    CHECK(records.find({{"name", "Groß"}, {"first", ""}, {"born", "1948-05-03"}}).empty());
}

TEST_CASE("a register of records with doubtful keys or missing columns is refused",
          "[register][records]") {
    Anglers twice("F1;A;B;1948;K;;\nF1;C;D;1949;K;;\n");
    const auto first = Records::open(twice.layout);
    REQUIRE_FALSE(first);
    CHECK(first.error().id == "SB-4103");
    CHECK(first.error().where.find("line 3") != std::string::npos);
    Anglers nameless(";A;B;1948;K;;\n");
    CHECK(Records::open(nameless.layout).error().id == "SB-4103");
    Anglers other("F1;A;B;1948;K;;\n");
    other.layout.columns.push_back("boat");
    CHECK(Records::open(other.layout).error().id == "SB-4102");
    other.layout.file += ".missing";
    CHECK(Records::open(other.layout).error().id == "SB-4101");
}

TEST_CASE("names hold the characters of DIN 91379 and nothing else",
          "[register][credentials:7.1]") {
    for (const char* name : {"", "Sören Jürgen", "Ayşe", "O’Neill-Ģēņu", "Nguyễn", "D'Ångström",
                             "K͟Hān", "Ç̆", "C̨̆", "Ẹ̀", "\x4D\xCC\x90" /* M with candrabindu */}) {
        INFO(name);
        CHECK(is_latin(name, LatinType::a) ==
              (std::string_view(name) != "Ẹ̀"));  // no sequence of the standard
    }
    CHECK(is_latin("A\xCC\x88hre", LatinType::a));  // A and diaeresis are Ä
    for (const char* name : {"Иванов", "Παππάς", "李", "Max 2", "a\xCC\x88\xCC\x88", "\xCC\x88"}) {
        INFO(name);
        CHECK_FALSE(is_latin(name, LatinType::a));
    }
    CHECK(is_latin("Straße des 17. Juni (Süd) & Co", LatinType::b));
    CHECK_FALSE(is_latin("zwei\nZeilen", LatinType::b));
    CHECK(is_latin("zwei\nZeilen", LatinType::c));
    CHECK_FALSE(is_latin("\xFF", LatinType::c));
    CHECK_FALSE(is_latin("\xF0\x9F\x98\x80", LatinType::c));
}

TEST_CASE("the search form spells with capital letters", "[register][credentials:7.1]") {
    CHECK(search_form("Müller") == "MUELLER");
    CHECK(search_form("Mu\xCC\x88ller") == "MUELLER");
    CHECK(search_form("Weiß") == "WEISS");
    CHECK(search_form("HEIDESTRAẞE") == "HEIDESTRASSE");
    CHECK(search_form("Şahin-Ångström  Œuvre") == "SAHIN AANGSTROEM OEUVRE");
    CHECK(search_form("Łukasz Þór Đorđe") == "LUKASZ THOR DORDE");
    CHECK(search_form("O’Neill") == "ONEILL");
    CHECK(search_form("Nǖ") == "NUE");
    CHECK(search_form("") == "");
}

TEST_CASE("people are found by another spelling, which is a difference", "[register]") {
    const auto opened = open_csv_register(STADTBUCH_TOWN);
    REQUIRE(opened);
    const Register& town = **opened;
    const auto person = town.resident("R100000");  // Sören Jürgen Hofmann
    REQUIRE(person);
    const auto found = town.find_residents("Hofmann", "Soeren", person->birthdate);
    REQUIRE(found.size() == 1);
    CHECK(found.front().id == "R100000");
    CHECK(town.find_residents("Hofmann", "Soeren", "").empty());
    CHECK(town.find_residents("Hofmann", "Sven", person->birthdate).empty());
    StatedPerson stated;
    stated.given_name = "Soeren";
    CHECK(has_difference(compare(*person, nullptr, stated)));
}

TEST_CASE("keys of municipalities hold on days, and lead on after a merger",
          "[register][credentials:7.1]") {
    CHECK(municipality_of("059990004004") == "05999004");
    CHECK(municipality_of("05999004") == "");
    CHECK_FALSE(is_municipality_key("5999004"));
    const std::string file = (std::filesystem::temp_directory_path() /
                              ("stadtbuch-codes-" + std::to_string(getpid()) + ".csv"))
                                 .string();
    const auto read = [&](const std::string& lines) {
        std::ofstream(file) << "list;code;name;valid_from;valid_until;successor\n" << lines;
        return CodeList::read(file);
    };
    const auto list = read(
        "ags;05999001;Altdorf;;2024-12-31;05999004\n"
        "ags;05999004;Emscherbrück;2025-01-01;;\n"
        "ags;05999009;Neudorf;2019-01-01;2020-12-31;05999001\n"
        "ars;059990004004;Emscherbrück;2025-01-01;;\n");
    REQUIRE(list);
    CHECK(list->size() == 4);
    CHECK(list->find("05999001", "2024-12-31")->name == "Altdorf");
    CHECK(list->find("05999001", "2025-01-01") == nullptr);
    CHECK(list->find("05999004", "2024-12-31") == nullptr);
    CHECK(list->current("05999001", "2024-06-01") == "05999001");
    CHECK(list->current("05999001", "2026-11-21") == "05999004");
    CHECK(list->current("05999009", "2026-11-21") == "05999004");  // two mergers
    CHECK(list->current("05111000", "2026-11-21") == "");
    CHECK(read("ags;5999001;x;;;\n").error().id == "SB-4102");
    CHECK(read("ars;05999001;x;;;\n").error().id == "SB-4102");
    CHECK(read("ags;05999001;x;2024;;\n").error().id == "SB-4102");
    CHECK(read("ags;05999001;x;;2024-12-31;\nags;05999001;y;2024-12-31;;\n").error().id ==
          "SB-4103");
    CHECK(read("ags;05999001;x;;;\nags;05999001;y;2025-01-01;;\n").error().id == "SB-4103");
    std::filesystem::remove(file);
    CHECK(CodeList::read(file).error().id == "SB-4101");
}
