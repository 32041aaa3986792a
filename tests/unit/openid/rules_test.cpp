// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The catalogue of what is checked at issuance. The last of this program's files, so that the other
// cases have run before.
#include <catch2/catch.hpp>

#include "ssi/openid/issuance_rules.hpp"
#include "tests/unit/openid/counter.hpp"

using namespace stadtbuch;
using namespace stadtbuch::openid;

TEST_CASE("each rule of issuance has an id, somebody who mends it and texts in both languages") {
    std::set<std::string_view> ids;
    for (const IssuanceRuleText& rule : issuance_rules()) {
        CAPTURE(rule.id);
        CHECK(ids.insert(rule.id).second);
        CHECK(id_of(rule.rule) == rule.id);
        CHECK((rule.mender == "holder" || rule.mender == "wallet" || rule.mender == "issuer"));
        for (const std::string_view text : {rule.good_de, rule.good_en, rule.bad_de, rule.bad_en})
            CHECK(text.ends_with('.'));
        CHECK(rule.good_de != rule.bad_de);
        CHECK(rule.good_en != rule.bad_en);
    }
    for (const credential::RuleText& rule : credential::all_rules())
        CHECK_FALSE(ids.contains(rule.id));
}

TEST_CASE("a refusal names its rule, and only where it is a rule that refuses") {
    Counter counter;
    const HttpResponse refused = counter.token("grant_type=password").response;
    CHECK(error_of(refused) == "400 unsupported_grant_type");
    CHECK(refused.rule == "IS-05");
    CHECK(json(refused.body).text_at("error_description").ends_with(" [IS-05]"));
    CHECK(counter.issuer.nonce(test_now).rule.empty());
}

TEST_CASE("each rule of issuance has refused something in these tests") {
    // Run alone, this case has nothing to look at.
    if (refusing_rules().size() < 10) return;
    for (const IssuanceRuleText& rule : issuance_rules()) {
        CAPTURE(rule.id);
        CHECK(refusing_rules().contains(rule.id));
    }
}
