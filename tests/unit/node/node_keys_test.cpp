// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Which key a node is known by, after transactions that may say anything.
#include <catch2/catch.hpp>

#include "node/identity.hpp"
#include "ssi/ledger/pool_nodes.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;

namespace {

std::vector<ledger::PoolNode> two_nodes() {
    ledger::PoolNode a, b;
    a.alias = "A";
    a.dest = "dest-a";
    a.steward = "steward-a";
    b.alias = "B";
    b.dest = "dest-b";
    b.steward = "steward-b";
    return {a, b};
}

void say(std::vector<ledger::PoolNode>& nodes, const std::string& from, const std::string& dest,
         const std::string& verkey) {
    const std::string text = R"({"txn":{"type":"0","data":{"dest":")" + dest + R"(","verkey":")" +
                             verkey + R"(","data":{"alias":"A"}},"metadata":{"from":")" + from +
                             R"("}}})";
    const auto txn = encoding::parse_json(text);
    REQUIRE(txn);
    ledger::note_verkey(nodes, *txn);
}

}  // namespace

TEST_CASE("a node's key is changed by its own steward only") {
    auto nodes = two_nodes();
    say(nodes, "somebody", "dest-a", "new");
    say(nodes, "steward-b", "dest-a", "new");
    say(nodes, "", "dest-a", "new");
    CHECK(nodes[0].key() == "dest-a");
    say(nodes, "steward-a", "dest-a", "new");
    CHECK(nodes[0].key() == "new");
    CHECK(nodes[1].key() == "dest-b");
    say(nodes, "steward-a", "dest-a", "newer");
    CHECK(nodes[0].key() == "newer");
    say(nodes, "steward-a", "dest-a", "dest-a");
    CHECK(nodes[0].key() == "dest-a");
}

TEST_CASE("nobody takes another node's key") {
    auto nodes = two_nodes();
    say(nodes, "steward-a", "dest-a", "dest-b");
    CHECK(nodes[0].key() == "dest-a");
    say(nodes, "steward-b", "dest-b", "b2");
    say(nodes, "steward-a", "dest-a", "b2");
    say(nodes, "steward-a", "dest-a", "dest-b");
    CHECK(nodes[0].key() == "dest-a");
    CHECK(nodes[1].key() == "b2");
}

TEST_CASE(
    "a keystore that belongs to the ledger's node, before, during and after a change of its key") {
    auto nodes = two_nodes();
    node::Settings settings;
    settings.alias = "A";
    node::Identity identity;
    identity.verkey = identity.dest = "dest-a";
    CHECK_FALSE(node::mismatch_with_ledger(identity, settings, nodes));
    identity.verkey = "new";  // rekey was run, the own ledger does not know it yet
    CHECK_FALSE(node::mismatch_with_ledger(identity, settings, nodes));
    say(nodes, "steward-a", "dest-a", "new");
    CHECK_FALSE(node::mismatch_with_ledger(identity, settings, nodes));
    identity.verkey = "dest-a";  // the keystore of before was put back
    REQUIRE(node::mismatch_with_ledger(identity, settings, nodes));
    CHECK(node::mismatch_with_ledger(identity, settings, nodes)->id == "SB-1210");
    identity.verkey = identity.dest = "another";
    REQUIRE(node::mismatch_with_ledger(identity, settings, nodes));
}
