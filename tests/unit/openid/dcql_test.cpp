// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/openid/dcql.hpp"
#include "storage/encoding/json.hpp"

using namespace stadtbuch;
using namespace stadtbuch::openid;
using encoding::Value;

namespace {

Value json(std::string_view text) {
    return encoding::parse_json(text).value();
}

const char* const claims_text =
    R"({"vct":"v","name":"A","address":{"municipality_key":"05315000","town":"K"},"age":18})";

CredentialQuery query_of(const std::string& claims) {
    const auto read = read_dcql(
        json(R"({"credentials":[{"id":"q","format":"dc+sd-jwt","meta":{"vct_values":["v"]},)" +
             claims + "}]}"));
    REQUIRE(read);
    return read->credentials[0];
}

}  // namespace

TEST_CASE("queries come back as they were written") {
    const char* const text = R"({"credentials":[
        {"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v","w"]},"multiple":true,
         "trusted_authorities":[{"type":"aki","values":["AAAA"]},{"type":"etsi_tl","values":["https://l.example/"]}],
         "claims":[{"id":"c1","path":["x",null,0],"values":["1",2,true]},{"id":"c2","path":["y"]}],
         "claim_sets":[["c1","c2"],["c2"]]},
        {"id":"b","format":"dc+sd-jwt","meta":{"vct_values":["v"]},"require_cryptographic_holder_binding":false}],
        "credential_sets":[{"options":[["a"],["b"]]},{"options":[["b"]],"required":false}]})";
    const auto query = read_dcql(json(text));
    REQUIRE(query);
    CHECK(Value(to_value(*query)) == json(text));
    CHECK(read_dcql(Value(to_value(*query)))->credentials.size() == 2);
}

TEST_CASE("queries that must be refused") {
    const std::pair<const char*, DcqlError> cases[] = {
        {"{}", DcqlError::malformed},
        {R"({"credentials":[]})", DcqlError::malformed},
        {R"({"credentials":[{"format":"dc+sd-jwt","meta":{"vct_values":["v"]}}]})",
         DcqlError::bad_id},
        {R"({"credentials":[{"id":"a b","format":"dc+sd-jwt","meta":{"vct_values":["v"]}}]})",
         DcqlError::bad_id},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt"}]})", DcqlError::missing_meta},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{}}]})", DcqlError::missing_meta},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":[]}}]})",
         DcqlError::missing_meta},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v"]}},{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v"]}}]})",
         DcqlError::duplicate_id},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v"]},"claims":[{"path":[]}]}]})",
         DcqlError::bad_path},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v"]},"claims":[{"path":["x"]}],"claim_sets":[["c"]]}]})",
         DcqlError::bad_id},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v"]},"claims":[{"id":"c","path":["x"]}],"claim_sets":[["d"]]}]})",
         DcqlError::unknown_reference},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v"]},"claim_sets":[["d"]]}]})",
         DcqlError::malformed},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v"]},"multiple":"yes"}]})",
         DcqlError::malformed},
        {R"({"credentials":[{"id":"a","format":"dc+sd-jwt","meta":{"vct_values":["v"]}}],"credential_sets":[{"options":[["b"]]}]})",
         DcqlError::unknown_reference},
    };
    for (const auto& [text, error] : cases) {
        INFO(text);
        const auto query = read_dcql(json(text));
        REQUIRE_FALSE(query);
        CHECK(query.error() == error);
    }
}

TEST_CASE("what a holder has to disclose") {
    const Value claims = json(claims_text);
    CHECK(claims_to_disclose(query_of(R"("claims":[{"path":["name"]}])"), claims)->size() == 1);
    CHECK_FALSE(claims_to_disclose(query_of(R"("claims":[{"path":["name"]},{"path":["absent"]}])"),
                                   claims));
    CHECK_FALSE(
        claims_to_disclose(query_of(R"("claims":[{"path":["name"],"values":["B"]}])"), claims));
    CHECK(claims_to_disclose(query_of(R"("claims":[{"path":["age"],"values":[17,18]}])"), claims));
    CHECK(claims_to_disclose(query_of(R"("multiple":false)"), claims)->empty());
    const auto sets = query_of(
        R"("claims":[{"id":"a","path":["absent"]},{"id":"b","path":["name"]},{"id":"c","path":["address","town"]}],
           "claim_sets":[["a"],["b","c"],["c"]])");
    CHECK(claims_to_disclose(sets, claims)->size() == 2);

    credential::Trace trace;
    CHECK(claims_satisfied(sets, claims, trace));
    CHECK(trace.good());
    CHECK_FALSE(claims_satisfied(query_of(R"("claims":[{"path":["name"],"values":["B"]}])"), claims,
                                 trace));
    CHECK(trace.first_failure()->rule == "VC-14");
    CHECK(trace.first_failure()->field == "name");
    credential::Trace missing;
    CHECK_FALSE(
        claims_satisfied(query_of(R"("claims":[{"path":["absent","x"]}])"), claims, missing));
    CHECK(missing.first_failure()->rule == "VC-13");
}

TEST_CASE("set logic") {
    DcqlQuery query;
    for (const char* id : {"a", "b", "c"}) {
        query.credentials.emplace_back();
        query.credentials.back().id = id;
    }
    CHECK(query_satisfied(query, {"a", "b", "c"}));
    CHECK_FALSE(query_satisfied(query, {"a", "b"}));
    query.credential_sets = {{{{"a", "b"}, {"c"}}, true}, {{{"b"}}, false}};
    CHECK(query_satisfied(query, {"c"}));
    CHECK(query_satisfied(query, {"a", "b"}));
    CHECK_FALSE(query_satisfied(query, {"a"}));
    CHECK_FALSE(query_satisfied(query, {}));
}
