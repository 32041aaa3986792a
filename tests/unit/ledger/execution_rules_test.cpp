// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Dynamic validation and state effects beyond what the recordings hold.
#include "ssi/ledger/auth_rules.hpp"
#include "storage/trie/trie.hpp"
#include "tests/unit/ledger/execution_fixture.hpp"

using namespace ledger_test;

namespace {

std::string quoted(const std::string& text) {
    return "\"" + text + "\"";
}

std::string auth_rule(const std::string& type, const std::string& action, const std::string& field,
                      const std::string& old_value, const std::string& new_value,
                      const std::string& constraint) {
    std::string text = "{\"type\":\"120\",\"auth_type\":" + quoted(type) +
                       ",\"auth_action\":" + quoted(action) + ",\"field\":" + quoted(field) +
                       ",\"new_value\":" + quoted(new_value);
    if (action == "EDIT") text += ",\"old_value\":" + quoted(old_value);
    return text + ",\"constraint\":" + constraint + "}";
}

/// An endorser `e`, a user `u` with a key, a second and a third trustee.
void people(Pool& pool) {
    REQUIRE(pool.order(request(trustee, nym(did_of("e"), ",\"role\":\"101\",\"verkey\":\"" +
                                                             key_of("e") + "\"")))
                .empty());
    REQUIRE(pool.order(request(trustee, nym(did_of("u"), ",\"verkey\":\"" + key_of("u") + "\"")))
                .empty());
    for (const char* name : {"t2", "t3"}) {
        REQUIRE(pool.order(request(trustee, nym(did_of(name), ",\"role\":\"0\",\"verkey\":\"" +
                                                                  key_of(name) + "\"")))
                    .empty());
    }
}

}  // namespace

TEST_CASE("the table of default rules has 75 rows, each its own first match") {
    REQUIRE(ledger::default_rules().size() == 75);
    std::size_t shadowed = 0;
    for (const auto& rule : ledger::default_rules()) {
        CHECK(ledger::find_rule(rule.key) == &rule);
        const auto* match = ledger::match_rule(rule.key);
        REQUIRE(match != nullptr);
        if (match != &rule) ++shadowed;
    }
    CHECK(shadowed == 0);
    CHECK(ledger::match_rule({"130", true, "", "", ""}) != nullptr);
    CHECK(ledger::match_rule({"0", true, "unknown", "*", "*"}) == nullptr);
}

TEST_CASE("constraints survive their canonical form and print as the reference does") {
    struct Row {
        const char* json;
        const char* canonical;
        const char* text;
    };

    const Row rows[] = {
        {R"({"constraint_id":"ROLE","role":"0","sig_count":2})",
         R"({"constraint_id":"ROLE","metadata":{},"need_to_be_owner":false,"role":"0","sig_count":2})",
         "2 TRUSTEE signatures are required"},
        {R"({"constraint_id":"ROLE","role":"*","sig_count":1,"off_ledger_signature":true})",
         R"({"constraint_id":"ROLE","metadata":{},"need_to_be_owner":false,"off_ledger_signature":true,"role":"*","sig_count":1})",
         "1 signature of any role (off-ledger included) is required"},
        {R"({"constraint_id":"ROLE","role":"*","sig_count":1,"need_to_be_owner":true,"off_ledger_signature":false})",
         R"({"constraint_id":"ROLE","metadata":{},"need_to_be_owner":true,"off_ledger_signature":false,"role":"*","sig_count":1})",
         "1 signature of any role is required and needs to be owner"},
        {R"({"constraint_id":"AND","auth_constraints":[{"constraint_id":"FORBIDDEN"},{"constraint_id":"ROLE","role":null,"sig_count":1}]})",
         R"({"auth_constraints":[{"constraint_id":"FORBIDDEN"},{"constraint_id":"ROLE","metadata":{},"need_to_be_owner":false,"role":null,"sig_count":1}],"constraint_id":"AND"})",
         "The action is forbidden AND 1 None role signature is required"},
    };
    for (const Row& row : rows) {
        const auto parsed = ledger::parse_constraint(*encoding::parse_json(row.json));
        REQUIRE(parsed);
        CHECK(encoding::canonical_json(ledger::constraint_value(*parsed)) == row.canonical);
        CHECK(ledger::constraint_text(*parsed) == row.text);
    }
    for (const char* bad :
         {"{}", "[]", R"({"constraint_id":"X"})", R"({"constraint_id":"OR","auth_constraints":[]})",
          R"({"constraint_id":"ROLE","sig_count":1})",
          R"({"constraint_id":"ROLE","role":"77","sig_count":1})",
          R"({"constraint_id":"ROLE","role":"0","sig_count":-1})",
          R"({"constraint_id":"ROLE","role":"0","sig_count":1,"off_ledger_signature":true})"}) {
        INFO(bad);
        CHECK_FALSE(ledger::parse_constraint(*encoding::parse_json(bad)));
    }
}

TEST_CASE("AND, several signatures and owners") {
    Pool pool;
    people(pool);
    CHECK(
        pool
            .order(request(
                trustee,
                auth_rule(
                    "101", "ADD", "*", "", "*",
                    R"({"constraint_id":"AND","auth_constraints":[{"constraint_id":"ROLE","role":"0","sig_count":2},{"constraint_id":"ROLE","role":"101","sig_count":1}]})")))
            .empty());
    const std::string schema =
        R"({"type":"101","data":{"name":"n","version":"1.0","attr_names":["a"]}})";
    CHECK(pool.order(request(trustee, schema)) == "Not enough TRUSTEE signatures");
    CHECK(pool.order(request(trustee, schema, {trustee, did_of("t2")})) ==
          "Not enough ENDORSER signatures");
    CHECK(pool.order(request(trustee, schema, {trustee, did_of("t2"), did_of("e")})).empty());
    CHECK(pool.order(request(trustee, schema, {trustee, did_of("t2"), did_of("e")})) ==
          "The action is forbidden");
    // The endorser must be named when the author may not write alone.
    const std::string other =
        R"({"type":"101","data":{"name":"o","version":"1.0","attr_names":["a"]}})";
    CHECK(pool.order(
              request(did_of("u"), other, {trustee, did_of("t2"), did_of("e"), did_of("u")})) ==
          "'Endorser' field must be explicitly set for the endorsed transaction");
}

TEST_CASE("NYM: owners, roles, versions") {
    Pool pool;
    people(pool);
    const std::string user = did_of("u");
    CHECK(pool.order(request(user, nym(user, ",\"verkey\":\"" + key_of("u2") + "\""))).empty());
    CHECK(pool.order(request(trustee, nym(user, ",\"verkey\":\"" + key_of("u3") + "\""))) ==
          "TRUSTEE can not touch verkey field since only the owner can modify it");
    CHECK(pool.order(request(trustee, nym(user, ",\"role\":\"101\""))).empty());
    CHECK(pool.order(request(trustee, nym(user, ",\"role\":null"))).empty());
    CHECK(pool.nym_text(user) ==
          "{\"identifier\":\"" + trustee + "\",\"role\":null,\"seqNo\":12,\"txnTime\":" +
              std::to_string(pool.time()) + ",\"verkey\":\"" + key_of("u2") + "\"}");
    CHECK(pool.order(request(trustee, nym(user, ",\"version\":1,\"role\":null"))) ==
          "Cannot set version on existing nym");
    CHECK(pool.order(request(did_of("e"), nym(user))) == "(refused without a text)");
    CHECK(pool.order(request(user, nym(user, ",\"diddocContent\":\"{\\\"a\\\":1}\""))).empty());
    CHECK(pool.nym_text(user).find(R"("diddocContent":"{\"a\":1}")") != std::string::npos);
    // A NYM without a key belongs to its creator.
    CHECK(pool.order(request(did_of("e"), nym(did_of("thing")))).empty());
    CHECK(pool.order(
                  request(did_of("e"), nym(did_of("thing"), ",\"verkey\":\"" + key_of("x") + "\"")))
              .empty());
    CHECK(pool.order(
              request(did_of("e"), nym(did_of("thing"), ",\"verkey\":\"" + key_of("y") + "\""))) ==
          "ENDORSER can not touch verkey field since only the owner can modify it");
    // Version 1: the DID is the beginning of the key; 2: of its hash.
    CHECK(pool.order(request(trustee, nym(did_of("v1"),
                                          ",\"version\":1,\"verkey\":\"" + key_of("v1") + "\"")))
              .empty());
    CHECK(pool.order(request(
              trustee, nym(did_of("v2"), ",\"version\":1,\"verkey\":\"" + key_of("v1") + "\""))) ==
          "Identifier with version 1 must be first 16 bytes of verkey");
    const auto hashed = hash::sha256(hash::sha256(std::string_view("v2")).view());
    CHECK(pool.order(request(trustee, nym(encoding::base58_encode(hashed.view().first(16)),
                                          ",\"version\":2,\"verkey\":\"" + key_of("v2") + "\"")))
              .empty());
}

TEST_CASE("transaction author agreement: acceptance in all its failures, retirement, disabling") {
    Pool pool;
    people(pool);
    CHECK(pool.order(request(trustee,
                             R"({"type":"5","version":"1","aml":{"wallet":"w","click":"c"}})"))
              .empty());
    const std::int64_t ratified = pool.time() - 86400;
    const auto taa = [&](const std::string& version, const std::string& more) {
        return request(trustee, "{\"type\":\"4\",\"version\":\"" + version + "\"" + more + "}");
    };
    CHECK(pool.order(taa("1", ",\"text\":\"tx\"")) ==
          "Cannot create transaction author agreement without a 'ratification_ts' field.");
    CHECK(pool.order(taa("1", ",\"text\":\"tx\",\"ratification_ts\":" + std::to_string(ratified)))
              .empty());
    const std::string digest = "773dbe4c33c24eafb3f9e7c32b1b15d44e166786ae5b0e668761c2aabb804605";
    REQUIRE(encoding::hex_encode(hash::sha256(std::string_view("1tx"))) == digest);
    CHECK(pool.state_text(Ledger::config, "2:latest") == digest);

    const auto write = [&](const std::string& name, const std::string& acceptance) {
        return pool.order(request(trustee, nym(did_of(name)), {},
                                  acceptance.empty() ? "" : ",\"taaAcceptance\":" + acceptance));
    };
    const auto acceptance = [&](const std::string& mechanism, const std::string& of,
                                std::int64_t time) {
        return "{\"mechanism\":\"" + mechanism + "\",\"taaDigest\":\"" + of +
               "\",\"time\":" + std::to_string(time) + "}";
    };
    const std::int64_t today = pool.time() / 86400 * 86400;
    CHECK(write("w", "") ==
          "Txn Author Agreement acceptance is required for ledger with id 1 #201");
    CHECK(write("w", acceptance("click", std::string(64, 'a'), today)) ==
          "Incorrect Txn Author Agreement(digest=" + std::string(64, 'a') +
              ") in the request #202");
    CHECK(write("w", acceptance("click", digest, today + 5))
              .find("is too precise and is a privacy risk #203") != std::string::npos);
    CHECK(write("w", acceptance("click", digest, today + 2 * 86400))
              .find("acceptance time is inappropriate: provided 1") != std::string::npos);
    CHECK(write("w", acceptance("click", digest, today - 3 * 86400)).find("#205") !=
          std::string::npos);
    CHECK(write("w", acceptance("nope", digest, today))
              .find("expected one of ['click', 'wallet'] #206") != std::string::npos);
    CHECK(write("w", acceptance("click", digest, today)).empty());
    CHECK(pool.order(request(trustee, R"({"type":"111","writes":true})", {},
                             ",\"taaAcceptance\":" + acceptance("click", digest, today)))
              .find("#200") != std::string::npos);

    CHECK(pool.order(taa("1", ",\"retirement_ts\":5")) ==
          "The latest transaction author agreement cannot be retired.");
    CHECK(pool.order(taa("2", ",\"text\":\"two\",\"ratification_ts\":" + std::to_string(ratified)))
              .empty());
    CHECK(pool.order(taa("1", ",\"retirement_ts\":99")).empty());
    const std::string retired = pool.state_text(Ledger::config, "2:d:" + digest);
    CHECK(retired.find("\"retirement_ts\":99") != std::string::npos);
    CHECK(write("x", acceptance("click", digest, today))
              .find("Txn Author Agreement is retired: version 1, seq_no") == 0);

    CHECK(pool.order(request(trustee, R"({"type":"8"})")).empty());
    CHECK(pool.state_text(Ledger::config, "2:latest") == "absent");
    // What was retired before keeps its entry; the active one is retired at the time of the
    // transaction.
    CHECK(pool.state_text(Ledger::config, "2:d:" + digest) == retired);
    const std::string second = encoding::hex_encode(hash::sha256(std::string_view("2two")));
    CHECK(pool.state_text(Ledger::config, "2:d:" + second)
              .find("\"retirement_ts\":" + std::to_string(pool.time())) != std::string::npos);
    CHECK(pool.order(request(trustee, R"({"type":"8"})")) ==
          "Transaction author agreement is already disabled.");
    CHECK(write("x", "").empty());
}

TEST_CASE("flags, frozen ledgers and read-only mode") {
    Pool pool;
    people(pool);
    CHECK(pool.order(request(trustee, R"({"type":"130","name":"fl","value":null})")).empty());
    CHECK(pool.state_text(Ledger::config, "2:fl") ==
          "{\"lsn\":1,\"lut\":" + std::to_string(pool.time()) + ",\"value\":null}");
    CHECK(pool.order(request(did_of("e"), R"({"type":"130","name":"fl","value":"x"})")) ==
          "Not enough TRUSTEE signatures");
    const std::vector<std::string> trustees = {trustee, did_of("t2"), did_of("t3")};
    CHECK(pool.order(request(trustee, R"({"type":"9","ledgers_ids":[]})", trustees)).empty());
    CHECK(pool.state_text(Ledger::config, "4:FROZEN_LEDGERS").find("\"val\":{}") !=
          std::string::npos);
    CHECK(pool.order(request(trustee, R"({"type":"9","ledgers_ids":[1001]})", trustees)) ==
          "One or more ledgers from [1001] have never existed");

    CHECK(pool.order(request(trustee, R"({"type":"111","writes":false})")).empty());
    CHECK_FALSE(pool.execution().writes_enabled());
    CHECK(pool.execution().read_only_refusal(*request(trustee, nym(did_of("x")))).has_value());
    CHECK_FALSE(pool.execution()
                    .read_only_refusal(*request(trustee, R"({"type":"111","writes":true})"))
                    .has_value());
    pool.open();
    CHECK_FALSE(pool.execution().writes_enabled());
    CHECK(pool.order(request(trustee, R"({"type":"111","writes":true})")).empty());
    CHECK(pool.execution().writes_enabled());

    // A forced one that is not ordered is revoked by the next, though the ledger's word stays.
    const auto forced = request(trustee, R"({"type":"111","writes":false,"force":true})");
    REQUIRE_FALSE(pool.execution().apply_forced(*forced, 1).has_value());
    CHECK_FALSE(pool.execution().writes_enabled());
    CHECK(pool.order(request(trustee, R"({"type":"111","writes":true,"force":false})")).empty());
    CHECK(pool.execution().writes_enabled());
}

TEST_CASE("NODE: uniqueness, demotion, promotion and the registry") {
    Pool pool;
    REQUIRE(pool.order(request(trustee, nym(did_of("s5"),
                                            ",\"role\":\"2\",\"verkey\":\"" + key_of("s5") + "\"")))
                .empty());
    const auto node = [](const std::string& dest, const std::string& data) {
        return "{\"type\":\"0\",\"dest\":\"" + dest + "\",\"data\":{" + data + "}}";
    };
    const std::string dest = "GJ1SzoWzavQYfNL9XkaJdrQejfztN4XqdsiV4ct3LXKL";  // a valid Ed25519 key
    const std::string addresses =
        ",\"node_ip\":\"127.0.0.1\",\"node_port\":9711,\"client_ip\":\"127.0.0.1\",\"client_port\":"
        "9712";
    CHECK(pool.order(request(did_of("s5"), node(dest, "\"alias\":\"Node1\"" + addresses)))
              .find("Node's alias must be unique") != std::string::npos);
    CHECK(pool.order(request(steward, node(dest, "\"alias\":\"Node5\"" + addresses))) ==
          steward + " already has a node");
    CHECK(pool.order(request(did_of("s5"),
                             node(dest,
                                  "\"alias\":\"Node5\",\"services\":[\"VALIDATOR\"]" + addresses)))
              .empty());
    CHECK(pool.execution().committed_registry() ==
          std::vector<std::string>{"Node1", "Node2", "Node3", "Node4", "Node5"});
    const std::string node1 = "Gw6pDLhcBcoQesN72qfotTgFa7cbuqZpkX3Xo6pLhPhv";
    CHECK(pool.order(request(trustee, node(node1, "\"alias\":\"Node1\",\"services\":[]"))).empty());
    CHECK(pool.execution().committed_registry() ==
          std::vector<std::string>{"Node2", "Node3", "Node4", "Node5"});
    CHECK(pool.order(request(did_of("s5"),
                             node(node1, "\"alias\":\"Node1\",\"services\":[\"VALIDATOR\"]")))
              .find("Rule for this action") == 0);
    CHECK(pool.order(
                  request(steward, node(node1, "\"alias\":\"Node1\",\"services\":[\"VALIDATOR\"]")))
              .empty());
    CHECK(pool.execution().committed_registry() ==
          std::vector<std::string>{"Node2", "Node3", "Node4", "Node5", "Node1"});
    const auto nodes = pool.execution().pool_nodes();
    REQUIRE(nodes.size() == 5);
    CHECK(nodes[4].alias == "Node1");
    CHECK(nodes[4].steward == steward);
    CHECK(nodes[4].client_port == 9702);
    const auto keys =
        pool.execution().bls_keys(pool.execution().committed_roots(Ledger::pool).state_root);
    REQUIRE(keys);
    CHECK(keys->size() == 4);
    CHECK(pool.execution().bls_keys(Hash32{}) == nullptr);
}

TEST_CASE("revocation: the faults that the recordings lack") {
    Pool pool;
    people(pool);
    const std::string e = did_of("e");
    REQUIRE(pool
                .order(request(
                    e, R"({"type":"101","data":{"name":"n","version":"1.0","attr_names":["a"]}})"))
                .empty());
    REQUIRE(
        pool
            .order(request(
                e,
                R"({"type":"102","ref":10,"signature_type":"CL","tag":"t","data":{"primary":{"n":"1"}}})"))
            .empty());
    const std::string cred_def = e + ":3:CL:10:t";
    const std::string id = e + ":4:" + cred_def + ":CL_ACCUM:r";
    REQUIRE(pool
                .order(request(
                    e, "{\"type\":\"113\",\"id\":\"" + id +
                           "\",\"revocDefType\":\"CL_ACCUM\",\"tag\":\"r\",\"credDefId\":\"" +
                           cred_def +
                           "\",\"value\":{\"issuanceType\":\"ISSUANCE_BY_DEFAULT\",\"maxCredNum\":"
                           "9,\"publicKeys\":{},\"tailsHash\":\"h\",\"tailsLocation\":\"l\"}}"))
                .empty());
    const auto entry = [&](const std::string& value) {
        return pool.order(request(e, "{\"type\":\"114\",\"revocRegDefId\":\"" + id +
                                         "\",\"revocDefType\":\"CL_ACCUM\",\"value\":{" + value +
                                         "}}"));
    };
    CHECK_FALSE(entry(R"("accum":"A1","prevAccum":"A0")").empty());
    CHECK(entry(R"("accum":"A0")").empty());
    CHECK(entry(R"("accum":"A1","prevAccum":"A0","issued":[1],"revoked":[1])") ==
          "Can not have an index in both 'issued' and 'revoked' lists");
    CHECK_FALSE(entry(R"("accum":"A1","prevAccum":"A0")").empty());
    CHECK_FALSE(entry(R"("accum":"A0","prevAccum":"A0","revoked":[1])").empty());
    CHECK(
        entry(R"("accum":"A1","prevAccum":"A0","issued":[2])") ==
        "Issued indices from txn: {2} are not present in the current revoked list from state: []");
    CHECK(entry(R"("accum":"A1","prevAccum":"A0","revoked":[5,2])").empty());
    const std::string t = std::to_string(pool.time());
    CHECK(
        pool.state_text(Ledger::domain, "5:" + id) ==
        "{\"lsn\":14,\"lut\":" + t +
            ",\"val\":{\"revocDefType\":\"CL_ACCUM\",\"revocRegDefId\":\"" + id +
            "\",\"seqNo\":14,\"txnTime\":" + t +
            ",\"value\":{\"accum\":\"A1\",\"issued\":[],\"prevAccum\":\"A0\",\"revoked\":[2,5]}}}");
    CHECK(pool.state_text(Ledger::domain, "6:" + id).find("\"value\":{\"accum\":\"A1\"}") !=
          std::string::npos);
}

TEST_CASE("POOL_UPGRADE: scheduled once, cancelled once, scheduled again") {
    Pool pool;
    const auto upgrade = [](const std::string& version, const std::string& action) {
        return "{\"type\":\"109\",\"name\":\"up\",\"version\":\"" + version + "\",\"action\":\"" +
               action + "\",\"sha256\":\"" + std::string(64, 'a') +
               "\",\"force\":true,\"schedule\":{}}";
    };
    CHECK(pool.order(request(trustee, upgrade("2.0.0", "cancel"))).find("action is not allowed") !=
          std::string::npos);
    CHECK(pool.order(request(trustee, upgrade("2.0.0", "start"))).empty());
    CHECK(pool.order(request(trustee, upgrade("2.0.0", "start"))) ==
          "Upgrade 'up' is already scheduled");
    CHECK(pool.order(request(trustee, upgrade("2.0.1", "start"))).empty());
    CHECK(pool.order(request(trustee, upgrade("2.0.0", "cancel"))).empty());
    CHECK(pool.view().size(Ledger::config) == 3);
    CHECK(pool.execution().committed_roots(Ledger::config).state_root == trie::blank_root());
}
