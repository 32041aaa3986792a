// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The OpenAPI document and the routes that are there: neither has one more than the other.
#include "ssi/agent/openapi.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>

#include "storage/encoding/json.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent;
using namespace stadtbuch::agent::test;

namespace {

/// Routes with everything that settings can add.
Routes all_routes(Town& town) {
    const std::string secret = town.folder.path() + "/account-secret";
    std::ofstream(secret) << "secret\n";
    std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
    std::ofstream(town.configuration.settings_file, std::ios::app)
        << "\n[[identity_provider]]\nid = \"konto\"\nname_de = \"Konto\"\nissuer = "
           "\"https://konto.example\"\nclient_id = \"stadt\"\nclient_secret_file = "
           "\"account-secret\"\n";
    town.restart();
    return town.server->routes();
}

}  // namespace

TEST_CASE("OpenAPI: each route is described, and nothing else") {
    Town town(std::filesystem::absolute(STADTBUCH_TEST_DATA "/../../config/types").string());
    const Routes routes = all_routes(town);
    std::set<const DescribedRoute*> used;
    std::string undescribed;
    for (const auto& [method, path] : routes) {
        const DescribedRoute* described = description_of(method, path);
        if (described == nullptr) undescribed += method + " " + path + "\n";
        used.insert(described);
    }
    CHECK(undescribed == "");
    std::string without_route;
    for (const auto list : {described_calls(), described_pages()}) {
        for (const DescribedRoute& one : list) {
            CHECK_FALSE(one.summary.empty());
            if (!used.contains(&one))
                without_route += std::string(one.method) + " " + std::string(one.path) + "\n";
        }
    }
    CHECK(without_route == "");
    CHECK(routes.size() > 120);
}

TEST_CASE("OpenAPI: every schema that is named is there, and each one is used") {
    Routes routes;
    for (const auto list : {described_calls(), described_pages()}) {
        for (const DescribedRoute& one : list) routes.emplace_back(one.method, one.path);
    }
    const std::string text = encoding::compact_json(encoding::Value(openapi_document(routes)));
    const auto schemas = encoding::parse_json(openapi_schemas(), {1 << 20, 32, true});
    REQUIRE(schemas);
    std::set<std::string> named;
    const std::string mark = "#/components/schemas/";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        named.insert(text.substr(begin, text.find('"', begin) - begin));
    }
    std::set<std::string> there;
    for (const auto& member : *schemas->object()) there.insert(member.key);
    CHECK(named == there);
}
