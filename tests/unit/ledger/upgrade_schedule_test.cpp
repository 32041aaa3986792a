// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "ssi/ledger/upgrade_schedule.hpp"
#include "storage/encoding/json.hpp"

namespace {

using namespace stadtbuch;
using ledger::PoolNode;

constexpr std::int64_t now = 1'800'000'000;  // 2027-01-15T08:00:00Z

std::vector<PoolNode> pool() {
    PoolNode first, second, demoted;
    first.dest = "Gw6pDLhcBcoQesN72qfotTgFa7cbuqZpkX3Xo6pLhPhv";
    second.dest = "8ECVSk179mjsjKRLWiQtssMLgp6EPhWXtaYyStWPSGAb";
    demoted.dest = "DKVxG2fXXTU8yT5N7hGEbXB3dfdAnYv1JczDUHpmDxya";
    first.services = second.services = {"VALIDATOR"};
    return {first, second, demoted};
}

std::string verdict(const std::string& first, const std::string& second,
                    const std::string& more = "") {
    const std::string text =
        R"({"identifier":"V4SGRU86Z58d6TV7PBUe6f","reqId":1,"protocolVersion":2,"signature":"1","operation":{)"
        R"("type":"109","name":"a","version":"2.0.0","action":"start","sha256":")" +
        std::string(64, 'f') + R"(","schedule":{"Gw6pDLhcBcoQesN72qfotTgFa7cbuqZpkX3Xo6pLhPhv":")" +
        first + R"(","8ECVSk179mjsjKRLWiQtssMLgp6EPhWXtaYyStWPSGAb":")" + second + "\"}" + more +
        "}}";
    auto object = encoding::parse_json(text);
    REQUIRE(object);
    const auto request = ledger::parse_request(std::move(*object));
    if (!request) FAIL(request.error().reason);
    const auto refusal = ledger::check_upgrade_schedule(*request, pool(), now);
    if (!refusal) return "";
    const auto at = refusal->text.find(" since ");
    return at == std::string::npos ? refusal->text : refusal->text.substr(at + 7);
}

}  // namespace

TEST_CASE("an upgrade's schedule names each validator, later and apart") {
    CHECK(verdict("2027-01-15T09:00:00+00:00", "2027-01-15T09:05:00Z").empty());
    CHECK(verdict("2027-01-15T09:00:00+00:00", "2027-01-15T10:05:00.250000+01:00").empty());
    CHECK(verdict("2027-01-15T08:00:00+00:00", "2027-01-15T09:05:00+00:00") ==
          "2027-01-15 08:00:00+00:00 is less than current time");
    CHECK(verdict("2027-01-15T09:00:00+00:00", "2027-01-15T09:04:59+00:00") ==
          "time span between upgrades is 299.0 seconds which is less than specified in the config");
    CHECK(verdict("2027-02-29T09:00:00+00:00", "2027-01-15T09:04:59+00:00") ==
          "2027-02-29T09:00:00+00:00 cannot be parsed to a time");
    CHECK(verdict("2027-01-15T09:00:00", "2027-01-15T09:05:00") ==
          "can't compare offset-naive and offset-aware datetimes");
}

TEST_CASE("a forced upgrade needs times only") {
    CHECK(verdict("2020-01-15T09:00:00+00:00", "2020-01-15T09:00:01+00:00", ",\"force\":true")
              .empty());
    CHECK(verdict("x", "2020-01-15T09:00:01+00:00", ",\"force\":true") ==
          "x cannot be parsed to a time");
}
