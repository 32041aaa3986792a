// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The trie against recordings of the reference (tests/data/indy).
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "storage/encoding/text.hpp"
#include "tests/unit/trie/support.hpp"

using namespace stadtbuch;
using trie::Trie;
using trie_support::Content;
using trie_support::MemoryNodes;

namespace {

nlohmann::json recorded(const std::string& name) {
    std::ifstream file(STADTBUCH_TEST_DATA "/indy/" + name);
    return nlohmann::json::parse(file);
}

Bytes from_hex(const nlohmann::json& text) {
    return *encoding::hex_decode(text.get<std::string>());
}

Hash32 hash_from_hex(const nlohmann::json& text) {
    return hash32_of(from_hex(text));
}

/// The octets inside rlp([value]).
Bytes unwrapped(const Bytes& stored) {
    return encoding::rlp_decode(stored).value().list.at(0).string;
}

Content content_of(const Trie& version) {
    Content content;
    version.for_each(
        [&](BytesView key, BytesView value) { content.emplace(bytes_of(key), bytes_of(value)); });
    return content;
}

std::multiset<Bytes> nodes_of(const Bytes& proof) {
    std::multiset<Bytes> nodes;
    const encoding::RlpItem decoded =
        encoding::rlp_decode(proof).value();  // the result must outlive the loop
    for (const encoding::RlpItem& node : decoded.list) nodes.insert(encoding::rlp_encode(node));
    return nodes;
}

Trie replayed(const nlohmann::json& data, MemoryNodes& nodes) {
    Trie version(nodes, trie::blank_root());
    for (const auto& step : data["steps"]) {
        if (step["op"] == "set")
            version.set(from_hex(step["key_hex"]), from_hex(step["value_hex"]));
        if (step["op"] == "remove") version.remove(from_hex(step["key_hex"]));
        if (step["op"] == "commit") nodes.store(version);
        REQUIRE(encoding::hex_encode(version.root()) == step["head_hex"].get<std::string>());
    }
    return version;
}

}  // namespace

TEST_CASE("the check values of the format description hold", "[trie][indy-ledger-formats:4]") {
    MemoryNodes nodes;
    Trie one(nodes, trie::blank_root());
    one.set(view_of("a"), view_of("1"));
    CHECK(encoding::hex_encode(one.root()) ==
          "94aab1b377a9eaa1eff50d1f1c2653088a7d52415ecf359a53324496ffbf842d");
    CHECK(encoding::hex_encode(one.prove(view_of("a")).at(0)) == "c682206182c131");

    Trie four(nodes, trie::blank_root());
    four.set(view_of("2:latest"), view_of("abc"));
    four.set(view_of("2:v:1"), view_of("abc"));
    four.set(view_of("2:d:abc"), view_of(R"({"lsn":1,"lut":2,"val":{}})"));
    four.set(view_of("k"), view_of("v"));
    CHECK(encoding::base58_encode(four.root()) == "GwodwA7fvB34Znk9r7GRhHScexpnHhg7c1BU3GGjVyft");
    CHECK(encoding::hex_encode(four.prove(view_of("k")).at(0)) ==
          "f5808080a01b3a05b2bf24fe713252b598f58fb7d0a2d788a29c7f861cb95fd4a913ff64e78080c43b82c176"
          "80808080808080808080");
    CHECK(encoding::base58_encode(trie::blank_root()) ==
          "DfNLmH4DAHTKv63YPFJzuRdeEtVwF5RtVnvKYHd8iLEA");
    CHECK(encoding::base64_encode(Trie(nodes, trie::blank_root()).proof_nodes(view_of("x"))) ==
          "wYA=");
}

TEST_CASE("each recorded step leads to the recorded head", "[trie][indy-ledger-formats:4]") {
    const nlohmann::json data = recorded("trie.json");
    MemoryNodes nodes;
    const Trie version = replayed(data, nodes);
    Content expected;
    for (const auto& [key, value] : data["final"].items())
        expected.emplace(from_hex(key), from_hex(value));
    CHECK(expected.size() == 50);
    CHECK(content_of(version) == expected);
    for (const auto& [key, value] : expected) CHECK(version.get(key) == value);
}

TEST_CASE("recorded proofs verify, and ours hold the same nodes",
          "[trie][indy-ledger-formats:4.1]") {
    const nlohmann::json data = recorded("trie.json");
    const Hash32 root = hash_from_hex(data["root_hex"]);
    MemoryNodes nodes;
    Trie version = replayed(data, nodes);
    nodes.store(version);
    REQUIRE(version.root() == root);
    std::size_t present = 0;
    for (const auto& entry : data["proofs"]) {
        const Bytes key = from_hex(entry["key_hex"]);
        const Bytes proof = from_hex(entry["proof_nodes_hex"]);
        const auto verified = trie::verify_proof(root, key, proof);
        REQUIRE(verified);
        std::optional<Bytes> expected;
        if (entry["present"].get<bool>()) {
            expected = unwrapped(from_hex(entry["value_hex"]));
            ++present;
        }
        CHECK(*verified == expected);
        CHECK(nodes_of(version.proof_nodes(key)) == nodes_of(proof));
        CHECK(nodes_of(trie::prove_at(nodes, root, key)) == nodes_of(proof));
    }
    CHECK(present == 12);
    CHECK(data["proofs"].size() == 15);
}

TEST_CASE("recorded prefix proofs prove each key below the prefix",
          "[trie][indy-ledger-formats:4.1]") {
    const nlohmann::json data = recorded("trie.json");
    const Hash32 root = hash_from_hex(data["root_hex"]);
    std::size_t keys = 0;
    for (const auto& entry : data["prefix_proofs"]) {
        const Bytes proof = from_hex(entry["proof_nodes_hex"]);
        for (const auto& [key, value] : entry["values"].items()) {
            const auto verified = trie::verify_proof(root, from_hex(key), proof);
            REQUIRE(verified);
            CHECK(*verified == unwrapped(from_hex(value)));
            ++keys;
        }
    }
    CHECK(keys == 9);
}

TEST_CASE("recorded states have the recorded roots and nodes", "[trie][indy-ledger-formats:4]") {
    const std::string name = GENERATE("state_pool.json", "state_domain.json", "state_config.json");
    const nlohmann::json data = recorded(name);
    MemoryNodes nodes;
    Trie version(nodes, trie::blank_root());
    for (const auto& leaf : data["leaves"])
        version.set(from_hex(leaf["key_hex"]), from_hex(leaf["value_hex"]));
    CHECK(encoding::hex_encode(version.root()) == data["committed_root_hex"].get<std::string>());
    nodes.store(version);

    std::map<std::string, std::string> expected, ours, walked;
    for (const auto& node : data["trie_nodes"]) expected.emplace(node["hash_hex"], node["rlp_hex"]);
    for (const auto& [hash, rlp] : nodes.by_hash)
        ours.emplace(encoding::hex_encode(hash), encoding::hex_encode(rlp));
    Trie reopened(nodes, version.root());
    reopened.for_each_node([&](const Hash32& hash, BytesView rlp) {
        walked.emplace(encoding::hex_encode(hash), encoding::hex_encode(rlp));
    });
    CHECK(expected.size() > 2);
    CHECK(ours == expected);
    CHECK(walked == expected);
    CHECK(content_of(reopened).size() == data["leaves"].size());
}
