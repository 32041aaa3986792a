// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/query_builder.hpp"

#include <catch2/catch.hpp>

#include "storage/encoding/json.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent;

namespace {

std::vector<BuilderType> two_types() {
    return {{"home",
             "Wohnsitz",
             "Residence",
             {"urn:home"},
             {{"name", "", ""}, {"address.city", "", ""}}},
            {"pid", "PID", "PID", {"urn:a", "urn:b"}, {{"name", "", ""}}}};
}

std::string dcql(const net::FormList& form) {
    const QueryBuilder builder(two_types(), {}, form);
    const auto query = builder.query();
    // What is built is what is read.
    if (!query.credentials.empty()) CHECK(openid::read_dcql(openid::to_value(query)));
    return encoding::compact_json(openid::to_value(query));
}

}  // namespace

TEST_CASE("query builder: values are JSON where they look like it") {
    CHECK(encoding::compact_json(typed_values(R"( a b, true,7 ,"7",, 1.5, [1], null)")) ==
          R"(["a b",true,7,"7","1.5","[1]","null"])");
    std::string many;
    for (int i = 0; i < 50; ++i) many += "x,";
    CHECK(typed_values(many).size() == 16);
}

TEST_CASE("query builder: from the form to DCQL") {
    CHECK(QueryBuilder(two_types(), {}, {}).query().credentials.empty());
    CHECK(QueryBuilder(two_types(), {}, {{"t", "unknown"}, {"c", "home/name"}})
              .query()
              .credentials.empty());
    const std::string one = dcql({{"t", "home"},
                                  {"c", "home/address.city"},
                                  {"c", "home/other"},
                                  {"a.home", "7"},
                                  {"w.home/address.city", "Gelsenkirchen"}});
    CHECK(one.find(R"("path":["address","city"],"values":["Gelsenkirchen"])") != std::string::npos);
    CHECK(one.find("other") == std::string::npos);
    CHECK(one.find("claim_sets") == std::string::npos);
    CHECK(one.find("trusted_authorities") == std::string::npos);
    const std::string less = dcql({{"t", "home"},
                                   {"c", "home/name"},
                                   {"c", "home/address.city"},
                                   {"o", "home/address.city"}});
    CHECK(less.find(R"("claim_sets":[["c1","c2"],["c1"]])") != std::string::npos);
    const std::string any = dcql({{"t", "home"}, {"t", "pid"}, {"m", "any"}});
    CHECK(any.find(R"("options":[["home"],["pid"]])") != std::string::npos);
    const std::string maybe = dcql({{"t", "home"}, {"t", "pid"}, {"z", "pid"}});
    CHECK(maybe.find(R"("options":[["home"]])") != std::string::npos);
    CHECK(maybe.find(R"({"options":[["pid"]],"required":false})") != std::string::npos);
}
