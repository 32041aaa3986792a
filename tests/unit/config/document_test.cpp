// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "config/document.hpp"

using namespace stadtbuch;
using config::Document;

TEST_CASE("a configuration is read with types, limits and fallbacks", "[config]") {
    auto document = Document::parse(
        "[node]\nalias = \"Node1\"\nport = 9701\n[[peer]]\nname = \"a\"\n[[peer]]\nname = \"b\"\n",
        "n.toml");
    REQUIRE(document.has_value());
    CHECK(document->required_text("node.alias") == "Node1");
    CHECK(document->port("node.port", 1) == 9701);
    CHECK(document->integer("node.limit", 7, 0, 10) == 7);
    CHECK(document->count("peer") == 2);
    CHECK(document->text("peer.1.name", "") == "b");
    CHECK(document->text("peer.0.name", "") == "a");
    CHECK(document->finish().empty());
}

TEST_CASE("every fault is reported with line and remedy, also a misspelt key", "[config]") {
    auto document = Document::parse(
        "alias = 3\nport = 70000\nlogformat = \"json\"\nmode = \"king\"\n", "n.toml");
    REQUIRE(document.has_value());
    (void)document->text("alias", "");
    (void)document->port("port", 1);
    (void)document->one_of("mode", "validator", {"validator", "observer"});
    (void)document->required_text("genesis");
    const auto faults = document->finish();
    REQUIRE(faults.size() == 5);
    CHECK(faults[0].where.find("line 1") != std::string::npos);
    CHECK(faults[1].what.find("65535") != std::string::npos);
    CHECK(faults[2].next.find("validator, observer") != std::string::npos);
    CHECK(faults[3].where.find("genesis") != std::string::npos);
    CHECK(faults[4].id == "SB-1004");
    CHECK(config::to_text(faults[4]).find("logformat") != std::string::npos);
}

TEST_CASE("what is no TOML or no file is refused", "[config]") {
    CHECK(Document::parse("a = = 1", "x").error().id == "SB-1002");
    CHECK(Document::parse("a = [1,", "x").error().id == "SB-1002");
    CHECK(Document::read("/nonexistent/x.toml").error().id == "SB-1001");
}
