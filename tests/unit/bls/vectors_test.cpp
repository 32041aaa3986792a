// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The recordings of the reference (tests/data/indy/README.md): bls.json and bls_pool.jsonl.
#include <catch2/catch.hpp>

#include <fstream>
#include <nlohmann/json.hpp>

#include "consensus/bls/bls.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::bls;
using nlohmann::json;

namespace {

const json& vectors() {
    static const json all = json::parse(std::ifstream(STADTBUCH_TEST_DATA "/indy/bls.json"));
    return all;
}

Bytes unhex(const json& text) {
    const auto bytes = encoding::hex_decode(text.get<std::string>());
    REQUIRE(bytes.has_value());
    return *bytes;
}

std::string hex(BytesView bytes) {
    return encoding::hex_encode(bytes);
}

Signature signature_of(const json& text) {
    auto decoded = Signature::from_base58(text.get<std::string>());
    REQUIRE(decoded.has_value());
    return *decoded;
}

VerKey key_of(const json& text) {
    auto decoded = VerKey::from_base58(text.get<std::string>());
    REQUIRE(decoded.has_value());
    return *decoded;
}

std::vector<Signature> signatures_of(const json& texts) {
    std::vector<Signature> all;
    for (const json& text : texts) all.push_back(signature_of(text));
    return all;
}

SecretKey secret_of(std::string_view seed) {
    auto key = SecretKey::from_seed(view_of(seed));
    REQUIRE(key.has_value());
    return *key;
}

}  // namespace

TEST_CASE("seeds give the reference's keys and proofs", "[bls][indy-ledger-formats:10.3]") {
    REQUIRE(vectors()["keys"].size() >= 24);
    for (const json& row : vectors()["keys"]) {
        const SecretKey secret = secret_of(string_of(unhex(row["seed_hex"])));
        REQUIRE(hex(secret.to_bytes()) == row["sign_key_hex"]);
        REQUIRE(encoding::base58_encode(secret.to_bytes()) == row["sign_key"]);
        const VerKey key = secret.ver_key();
        REQUIRE(hex(key.to_bytes()) == row["ver_key_hex"]);
        REQUIRE(key.to_base58() == row["ver_key"]);
        REQUIRE(key_of(row["ver_key"]) == key);
        const Signature proof = secret.prove_possession();
        REQUIRE(hex(proof.to_bytes()) == row["pop_hex"]);
        REQUIRE(proof.to_base58() == row["pop"]);
        REQUIRE(verify_possession(signature_of(row["pop"]), key) == row["pop_verifies"]);
    }
}

TEST_CASE("a short seed is padded on the right with the digit zero",
          "[bls][indy-ledger-formats:10.3]") {
    REQUIRE_FALSE(vectors()["seed_padding"].empty());
    for (const json& row : vectors()["seed_padding"]) {
        const auto given = SecretKey::from_seed(unhex(row["given_hex"]));
        const auto used = SecretKey::from_seed(unhex(row["used_hex"]));
        REQUIRE(given->to_bytes() == used->to_bytes());
        REQUIRE(encoding::base58_encode(given->to_bytes()) == row["sign_key"]);
        REQUIRE(given->ver_key().to_base58() == row["ver_key"]);
    }
}

TEST_CASE("signatures are the reference's bytes and verify", "[bls][indy-ledger-formats:10.4]") {
    REQUIRE(vectors()["signatures"].size() >= 32);
    for (const json& row : vectors()["signatures"]) {
        const json& key_row = vectors()["keys"][row["key"].get<std::size_t>()];
        const SecretKey secret = secret_of(string_of(unhex(key_row["seed_hex"])));
        const Bytes message = unhex(row["message_hex"]);
        const auto signature = secret.sign(message);
        REQUIRE(hex(signature->to_bytes()) == row["signature_hex"]);
        REQUIRE(signature->to_base58() == row["signature"]);
        REQUIRE(verify(signature_of(row["signature"]), message, key_of(key_row["ver_key"])) ==
                row["verifies"]);
    }
}

TEST_CASE("multi-signatures agree with the reference for right, missing, replaced and doubled keys",
          "[bls][indy-ledger-formats:10.4]") {
    REQUIRE(vectors()["multi_signatures"].size() >= 24);
    for (const json& row : vectors()["multi_signatures"]) {
        const Bytes message = unhex(row["message_hex"]);
        const Signature multi = aggregate(signatures_of(row["signatures"]));
        REQUIRE(hex(multi.to_bytes()) == row["multi_signature_hex"]);
        REQUIRE(multi.to_base58() == row["multi_signature"]);
        const auto key_at = [](std::size_t i) { return key_of(vectors()["keys"][i]["ver_key"]); };
        std::vector<VerKey> keys;
        for (const json& index : row["keys"]) keys.push_back(key_at(index.get<std::size_t>()));
        const auto holds = [&](const std::vector<VerKey>& with) {
            return verify_multi(multi, message, with);
        };
        REQUIRE(holds(keys) == row["verifies"]);
        REQUIRE(holds({keys.rbegin(), keys.rend()}) == row["verifies_reversed_key_order"]);
        Bytes other_message = message;
        other_message.push_back('!');
        REQUIRE(verify_multi(multi, other_message, keys) == row["verifies_other_message"]);
        const std::vector<VerKey> one_less(keys.begin(), keys.end() - 1);
        if (row["verifies_one_key_less"].is_boolean())
            REQUIRE(holds(one_less) == row["verifies_one_key_less"]);
        std::vector<VerKey> replaced = keys;
        replaced[0] = key_at(row["other_key"].get<std::size_t>());
        REQUIRE(holds(replaced) == row["verifies_one_key_replaced"]);
        std::vector<VerKey> doubled = keys;
        doubled.push_back(keys[0]);
        REQUIRE(holds(doubled) == row["verifies_same_key_twice"]);
    }
}

TEST_CASE("wrong key, wrong message and wrong proof are refused like the reference does", "[bls]") {
    REQUIRE(vectors()["negative"].size() >= 24);
    std::size_t undecodable = 0;
    for (const json& row : vectors()["negative"]) {
        const VerKey key = key_of(row["ver_key"]);
        const bool is_proof = row.contains("pop");
        const auto point =
            Signature::from_base58((is_proof ? row["pop"] : row["signature"]).get<std::string>());
        // The reference decodes damaged bytes to some point that then fails; here the decoder
        // refuses already.
        if (!point) ++undecodable;
        const bool holds = point && (is_proof ? verify_possession(*point, key)
                                              : verify(*point, unhex(row["message_hex"]), key));
        REQUIRE(holds == row["verifies"]);
    }
    REQUIRE(undecodable == 6);
}

TEST_CASE("the recorded pool's signatures and multi-signatures come out byte for byte",
          "[bls][recording]") {
    std::map<std::string, SecretKey> secrets;
    std::map<std::string, VerKey> keys;
    for (int i = 1; i <= 4; ++i) {
        const std::string node = "Node" + std::to_string(i);
        const SecretKey secret = secret_of(std::string(32 - node.size(), '0') + node);
        secrets.emplace(node, secret);
        keys.emplace(node, secret.ver_key());
    }
    std::ifstream rows(STADTBUCH_TEST_DATA "/indy/bls_pool.jsonl");
    std::size_t signed_count = 0, multi_count = 0;
    for (std::string line; std::getline(rows, line);) {
        const json row = json::parse(line);
        const Bytes message = unhex(row["message_hex"]);
        if (row["kind"] == "sign") {
            const std::string node = row["node"];
            REQUIRE(secrets.at(node).sign(message)->to_base58() == row["signature"]);
            REQUIRE(verify(signature_of(row["signature"]), message, keys.at(node)));
            ++signed_count;
            continue;
        }
        REQUIRE(row["kind"] == "multi");
        const auto shares = signatures_of(row["signatures"]);
        std::vector<VerKey> signers;
        for (const json& node : row["signers"]) signers.push_back(keys.at(node.get<std::string>()));
        const Signature multi = aggregate(shares);
        REQUIRE(multi.to_base58() == row["multi_signature"]);
        REQUIRE(verify_multi(signature_of(row["multi_signature"]), message, signers));
        REQUIRE(find_bad_shares(shares, message, signers).empty());
        ++multi_count;
    }
    REQUIRE(signed_count + multi_count >= 800);
    REQUIRE(multi_count > 0);
}
