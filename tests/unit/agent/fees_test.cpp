// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Fees are data; invoices are numbered once, shown to citizens and clerks, and a permit may wait
// for the money.
#include <catch2/catch.hpp>
#include <fstream>

#include "ssi/agent/fees.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;
using agent::Charge;
using agent::FeeSchedule;

namespace {

const std::string example = STADTBUCH_TEST_DATA "/../../config/fees.toml";

/// A town that sends invoices by the example's schedule.
void send_invoices(Town& town, bool before_issuing) {
    const std::string& settings = town.configuration.settings_file;
    replace_in(settings, "clerks = \"clerks.toml\"\n",
               "clerks = \"clerks.toml\"\nfees = \"" + example + "\"\n");
    std::ofstream(settings, std::ios::app)
        << "\n[payment]\nmethod = \"invoice\"\npayee = \"Stadtkasse Emscherbrück\"\n"
        << "iban = \"DE02 1203 0000 0000 2020 51\"\nbefore_issuing = "
        << (before_issuing ? "true" : "false") << "\n";
    town.restart();
}

/// A case for a permit in a zone of 30.70 a year.
encoding::Value apply(Browser& office) {
    for (const char* car : {"R100001;LÜN-YR 272", "R100006;E-TH 804"}) {
        const std::string both = car;
        const std::size_t at = both.find(';');
        const Answer made =
            office.api("/api/cases", "{\"kind\":\"parking\",\"resident\":\"" + both.substr(0, at) +
                                         "\",\"plate\":\"" + both.substr(at + 1) + "\"}");
        REQUIRE(made.status == 201);
        if (text_at(made.json(), "state") == "new") return made.json();
    }
    FAIL("nobody of the sample may park");
    return {};
}

}  // namespace

TEST_CASE("the closest row that holds on the day is the fee", "[agent][fees]") {
    const auto read = FeeSchedule::read(example);
    REQUIRE(read);
    const FeeSchedule& schedule = *read;
    CHECK(schedule.knows("parking"));
    CHECK_FALSE(schedule.knows("residence"));
    const auto fee = [&](const char* zone, std::int64_t months, std::int64_t length,
                         const char* day) {
        return schedule.charge({"parking", zone, months, length, day}).value().cents;
    };
    CHECK(fee("A", 12, 4000, "2026-12-31") == 3070);
    CHECK(fee("A", 12, 4000, "2027-01-01") == 3600);
    CHECK(fee("A", 6, 4000, "2026-06-01") == 1535);
    CHECK(fee("A", 1, 4000, "2026-06-01") == 255);  // 255.8: the half is the citizen's
    CHECK(fee("D", 12, 4999, "2026-06-01") == 6000);
    CHECK(fee("D", 12, 5000, "2026-06-01") == 9000);
    CHECK_FALSE(schedule.charge({"parking", "A", 12, 4000, "2025-12-31"}));
    const Charge charge = *schedule.charge({"parking", "D", 12, 5000, "2026-06-01"});
    CHECK(charge.unit_cents == 750);
    CHECK(charge.basis == Charge::Basis::month);
    CHECK(charge.length_mm == 5000);
    CHECK(charge.source.find("§ 2 Abs. 3") != std::string::npos);
    REQUIRE(FeeSchedule::read(""));
    CHECK(FeeSchedule::read(example + ".none").error().front().id == "SB-1001");
}

TEST_CASE("a wrong schedule is refused with file, key and remedy", "[agent][fees]") {
    const struct {
        const char *old, *fresh, *where;
    } table[] = {
        {"valid_until = \"2026-12-31\" ", "valid_until = \"2027-12-31\" ", "key fee.1.valid_from"},
        {"valid_until = \"2026-12-31\" ", "valid_until = \"31.12.2026\" ", "key fee.0.valid_until"},
        {"cents = 3600\n", "", "key fee.1.cents"},
        {"cents = 3600", "cents = -1", "key fee.1.cents"},
        {"per = \"year\" ", "per = \"day\" ", "key fee.0.per"},
        {"length_mm_to = 12000", "length_mm_to = 100", "key fee.3.length_mm_to"},
        {"type = \"school\"", "type = \"School\"", "key fee.4.type"},
        {"zone = \"D\" ", "zoen = \"D\" ", "zoen"},
    };

    const Folder folder;
    for (const auto& row : table) {
        const std::string file = folder.path() + "/fees.toml";
        std::ofstream(file, std::ios::binary) << *agent::read_text_file(example);
        replace_in(file, row.old, row.fresh);
        const auto read = FeeSchedule::read(file);
        INFO(row.fresh);
        REQUIRE_FALSE(read);
        CHECK(std::any_of(read.error().begin(), read.error().end(), [&](const Error& error) {
            UNSCOPED_INFO(error.where << ": " << error.what);
            return error.where.find(row.where) != std::string::npos && !error.next.empty();
        }));
    }
}

TEST_CASE("an IBAN is checked, and a transfer's code says what banks read", "[agent][fees]") {
    CHECK(agent::iban_good("DE02 1203 0000 0000 2020 51"));
    CHECK_FALSE(agent::iban_good("DE03120300000000202051"));
    CHECK_FALSE(agent::iban_good("DE0212030000000020205"));
    CHECK_FALSE(agent::iban_good(""));
    CHECK_FALSE(agent::iban_good("DE02 1203 0000 0000 2020 5é"));
    agent::PaymentSettings settings;
    Charge charge;
    charge.cents = 3005;
    charge.invoice = "R-2026-000001";
    CHECK(agent::transfer_code(settings, charge).empty());
    settings.payee = "Stadtkasse";
    settings.iban = "DE02 1203 0000 0000 2020 51";
    CHECK(agent::transfer_code(settings, charge) ==
          "BCD\n002\n1\nSCT\n\nStadtkasse\nDE02120300000000202051\nEUR30.05\n\n\nR-2026-000001");
}

TEST_CASE("a permit with an invoice: shown, listed, booked once", "[agent][fees]") {
    Town town;
    send_invoices(town, false);
    Browser office(town);
    const encoding::Value made = apply(office);
    const std::string id = text_at(made, "id");
    CHECK(text_at(*made.find("charge"), "invoice").empty());
    REQUIRE(office.api("/api/cases/" + id + "/paid", "{\"paid_on\":\"2026-11-21\"}").status == 409);
    const Answer decided = office.api("/api/cases/" + id + "/decide", "{\"decision\":\"approve\"}");
    REQUIRE(decided.status == 200);
    const encoding::Value charge = *decided.json().find("charge");
    CHECK(text_at(charge, "invoice") == "R-2026-000001");
    CHECK(text_at(charge, "due") == "2026-12-05");
    CHECK(text_at(decided.json(), "state") == "offered");

    const std::string page = text_at(decided.json(), "page");
    const Answer shown = Browser(town).get(page.substr(page.find("/antrag/")));
    for (const char* word : {"R-2026-000001", "30,70 €", "05.12.2026", "DE02 1203",
                             "Stadtkasse Emscherbrück", "§ 2 Abs. 1"})
        CHECK(shown.body.find(word) != std::string::npos);

    Browser clerk(town);
    clerk.log_in();
    CHECK(clerk.get("/amt/kasse?stand=offen").body.find("R-2026-000001") != std::string::npos);
    CHECK(clerk.get("/amt/kasse?stand=bezahlt").body.find("R-2026-000001") == std::string::npos);
    const Answer csv = clerk.get("/amt/kasse.csv");
    CHECK(csv.body.find("\"R-2026-000001\";\"P-2026-000001\";\"parking\";\"30,70\";\"EUR\";\"2026-"
                        "11-21\";\"2026-12-05\";\"due\"") != std::string::npos);
    CHECK(Browser(town).get("/amt/kasse.csv").status != 200);
    town.time += 20 * 86400;
    Browser later(town);
    later.log_in();
    CHECK(later.get("/amt/kasse?stand=ueberfaellig").body.find("R-2026-000001") !=
          std::string::npos);
    REQUIRE(later.get("/amt/fall/" + id).status == 200);
    CHECK(later.submit("/amt/fall/" + id + "/bezahlt", {{"am", "01.01.2030"}}).status == 409);
    REQUIRE(later.get("/amt/fall/" + id).status == 200);
    REQUIRE(later.submit("/amt/fall/" + id + "/bezahlt", {{"am", "10.12.2026"}}).status == 303);
    CHECK(text_at(*office.api("/api/cases/" + id).json().find("charge"), "paid_on") ==
          "2026-12-10");
    CHECK(office.api("/api/cases/" + id + "/paid", "{\"paid_on\":\"2026-12-10\"}").status == 409);
    CHECK(later.get("/amt/kasse.csv?stand=bezahlt").body.find("\"2026-12-10\"") !=
          std::string::npos);
}

TEST_CASE("a permit that waits for the money", "[agent][fees]") {
    Town town;
    send_invoices(town, true);
    Browser office(town);
    const std::string id = text_at(apply(office), "id");
    const Answer decided = office.api("/api/cases/" + id + "/decide", "{\"decision\":\"approve\"}");
    REQUIRE(decided.status == 200);
    CHECK(text_at(decided.json(), "state") == "payment");
    CHECK(decided.json().find("offer") == nullptr);
    CHECK(office.api("/api/cases/" + id + "/offer", "{}").status == 409);
    town.restart();  // it waits in the store
    const Answer booked = office.api("/api/cases/" + id + "/paid", "{\"paid_on\":\"2026-11-21\"}");
    REQUIRE(booked.status == 200);
    CHECK(text_at(booked.json(), "state") == "offered");
    const encoding::Value record = office.api("/api/cases/" + id).json();
    CHECK(text_at(*record.find("charge"), "invoice") == "R-2026-000001");
    // Another permit for the same person is still one too many, and a rejected one owes nothing.
    Browser clerk(town);
    clerk.log_in();
    CHECK(clerk.get("/amt/fall/" + id).body.find("P-2026-000001") != std::string::npos);
}

TEST_CASE("a case that waits for the money is rejected without a debt", "[agent][fees]") {
    Town town;
    send_invoices(town, true);
    Browser office(town);
    const std::string id = text_at(apply(office), "id");
    REQUIRE(office.api("/api/cases/" + id + "/decide", "{\"decision\":\"approve\"}").status == 200);
    // Meanwhile nobody else may have the one permit that this person has asked for.
    const encoding::Value second = office.api("/api/cases/" + id).json();
    CHECK(text_at(second, "state") == "payment");
    REQUIRE(office
                .api("/api/cases/" + id + "/decide",
                     "{\"decision\":\"reject\",\"reason\":\"withdrawn\"}")
                .status == 200);
    const encoding::Value record = office.api("/api/cases/" + id).json();
    CHECK(text_at(record, "state") == "rejected");
    CHECK(text_at(*record.find("charge"), "cancelled_on") == "2026-11-21");
    CHECK(office.api("/api/cases/" + id + "/paid", "{\"paid_on\":\"2026-11-21\"}").status == 409);
}
