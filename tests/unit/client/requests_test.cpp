// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/client/requests.hpp"
#include "ssi/ledger/request.hpp"
#include "tests/unit/ledger/recordings.hpp"

using namespace stadtbuch;
using encoding::Value;

namespace {

/// Key pairs of the recording's identities by DID.
std::map<std::string, keys::Ed25519KeyPair> recorded_keys() {
    std::map<std::string, keys::Ed25519KeyPair> pairs;
    const Value identities = *encoding::parse_json(recordings::read_file("identities.json"));
    for (const encoding::Member& member : *identities.object()) {
        const auto seed = encoding::hex_decode(member.value.text_at("seed_hex"));
        REQUIRE(seed);
        auto pair = keys::Ed25519KeyPair::from_seed(*seed);
        if (pair) pairs.emplace(std::string(member.value.text_at("did")), *std::move(pair));
    }
    return pairs;
}

}  // namespace

TEST_CASE("recorded signatures are reproduced") {
    const auto pairs = recorded_keys();
    REQUIRE(!pairs.empty());
    int single = 0;
    int several = 0;
    int other_key = 0;
    for (const auto& one : recordings::read_cases("client_cases.jsonl")) {
        const auto sent =
            one.frame ? encoding::parse_json(*one.frame)
                      : Result<Value, encoding::JsonError>(Failure{encoding::JsonError::syntax});
        if (!sent || !one.signing_input) continue;  // only what the client library signed
        INFO("case " << one.id << " " << one.name);
        Value bare = *sent;
        bare.object()->erase("signature");
        bare.object()->erase("signatures");
        if (const Value* signature = sent->find("signature"); signature && signature->is_text()) {
            const auto pair = pairs.find(std::string(sent->text_at("identifier")));
            if (pair == pairs.end()) continue;
            REQUIRE(client::sign(bare, pair->second));
            // The other ones were signed with keys that the recording does not give away (rotated
            // ones).
            *bare.find("signature") == *signature ? ++single : ++other_key;
        } else if (const Value* signatures = sent->find("signatures");
                   signatures && signatures->is_object()) {
            bool knows_all = true;
            for (const encoding::Member& member : *signatures->object()) {
                const auto pair = pairs.find(member.key);
                knows_all &=
                    pair != pairs.end() && client::add_signature(bare, member.key, pair->second);
            }
            if (!knows_all) continue;
            CHECK(*bare.find("signatures") == *signatures);
            ++several;
        }
    }
    CHECK(single > 10 * other_key);
    CHECK(several > 0);
    WARN(single << " single and " << several << " multiple signatures reproduced");
}

TEST_CASE("requests that are built pass the ledger's own checks") {
    const auto key = *keys::Ed25519KeyPair::from_seed(view_of("000000000000000000000000Trustee1"));
    const std::string did = "V4SGRU86Z58d6TV7PBUe6f";
    const std::string verkey = encoding::base58_encode(key.public_key().view());
    const std::vector<encoding::Object> operations = {
        client::nym_operation({.dest = did, .verkey = verkey, .role = "101"}),
        client::nym_operation(
            {.dest = did, .role = "", .alias = "a", .diddoc_content = "{}", .version = 1}),
        client::attrib_operation(did, client::AttribForm::raw, R"({"endpoint":{"a":"b"}})"),
        client::attrib_operation(did, client::AttribForm::enc, "secret"),
        client::attrib_operation(did, client::AttribForm::hash, std::string(64, 'a')),
        client::schema_operation("name", "1.0", {"a", "b"}),
        client::cred_def_operation(7, "TAG",
                                   encoding::Object{{"primary", Value(encoding::Object{})}}),
        client::node_operation(verkey, encoding::Object{{"alias", Value("Node9")}}),
        client::taa_operation(
            {.version = "1", .text = "t", .ratification_ts = 5, .retirement_ts = {}}),
        client::taa_aml_operation("1", encoding::Object{{"m", Value("text")}}, "context"),
        client::taa_disable_operation(),
        client::get_nym_operation(did, {.seq_no = 3, .timestamp = {}}),
        client::get_attr_operation(did, client::AttribForm::raw, "endpoint"),
        client::get_schema_operation(did, "name", "1.0"),
        client::get_cred_def_operation(did, 7, "TAG"),
        client::get_txn_operation(ledger::Ledger::pool, 1),
        client::get_taa_operation(),
        client::get_taa_operation("1"),
        client::get_taa_aml_operation({}, 5),
        client::get_auth_rules_operation(),
        client::get_auth_rule_operation("1", true, "role", "", "101"),
        client::get_auth_rule_operation("101", false, "*", {}, "*"),
        client::get_revoc_reg_def_operation("x"),
        client::get_revoc_reg_operation("x", 1),
        client::get_revoc_reg_delta_operation("x", 1, 2),
        client::validator_info_operation(),
    };
    std::uint64_t req_id = 1700000000000000000;
    for (const encoding::Object& operation : operations) {
        INFO(encoding::compact_json(Value(operation)));
        Value request = client::make_request(operation, did, ++req_id);
        REQUIRE(client::sign(request, key));
        const auto parsed = ledger::parse_request(request);
        if (!parsed) {
            // Of a rule that the table does not know, and nothing else.
            CHECK(parsed.error().reason.find("Unknown authorization rule") != std::string::npos);
            continue;
        }
        CHECK(ledger::verify_signatures(*parsed,
                                        [&](std::string_view) { return std::optional(verkey); }));
        CHECK(ledger::parse_request(client::make_read(operation, req_id)).has_value());
    }
}

TEST_CASE("endorser, agreement and several signatures") {
    const auto author =
        *keys::Ed25519KeyPair::from_seed(view_of("000000000000000000000000Trustee1"));
    const auto endorser =
        *keys::Ed25519KeyPair::from_seed(view_of("000000000000000000000000Steward1"));
    const std::string author_did = "V4SGRU86Z58d6TV7PBUe6f";
    const std::string endorser_did = "Th7MpTaRZVRYnPiabds81Y";
    Value request =
        client::make_request(client::schema_operation("n", "1.0", {"a"}), author_did, 5);
    client::set_endorser(request, endorser_did);
    client::accept_agreement(request, std::string(64, 'b'), "click", 1700000123);
    REQUIRE(client::sign(request, author));
    REQUIRE(client::add_signature(request, endorser_did, endorser));
    CHECK(request.find("signature") == nullptr);

    const auto parsed = ledger::parse_request(request);
    REQUIRE(parsed);
    CHECK(parsed->multi_signed);
    CHECK(parsed->endorser == endorser_did);
    CHECK(parsed->taa_acceptance->time % 86400 == 0);
    const auto lookup = [&](std::string_view did) {
        const auto& pair = did == author_did ? author : endorser;
        return std::optional(encoding::base58_encode(pair.public_key().view()));
    };
    CHECK(ledger::verify_signatures(*parsed, lookup));

    Value incomplete{encoding::Object{}};
    CHECK_FALSE(client::sign(incomplete, author));
    CHECK_FALSE(client::add_signature(incomplete, author_did, author));
}
