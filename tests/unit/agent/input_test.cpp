// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What strangers send: each gets a clear refusal, nothing is written, nothing ends the process.
#include <catch2/catch.hpp>

#include "ssi/agent/ledger_publisher.hpp"
#include "ssi/did/document.hpp"
#include "storage/encoding/json.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent::test;

namespace {

struct Bad {
    const char* path;
    const char* type;
    std::string body;
    int status;
};

}  // namespace

TEST_CASE("malformed, oversized and nested bodies are refused", "[agent][input]") {
    Town town;
    net::HttpClientOptions options;
    options.ca_file = town.configuration.ca_file;
    net::HttpClient client(options);
    const std::string form = "application/x-www-form-urlencoded";
    const std::string deep = std::string(5000, '[') + std::string(5000, ']');
    const Bad table[] = {
        {"/token", "application/json", "{}", 400},
        {"/token", form.c_str(), "grant_type=nonsense", 400},
        {"/token", form.c_str(), "%zz=1&a=%", 400},
        {"/token", form.c_str(), std::string(20 * 1024, 'a'), 413},
        {"/credential", "application/json", "[]", 401},
        {"/credential", "application/json", deep, 401},
        {"/credential", "application/json", std::string(300 * 1024, ' '), 413},
        {"/notification", "application/json", "{\"notification_id\":1}", 401},
        {"/vp/response/unknown", form.c_str(), "vp_token=x", 400},
        {"/vp/request/..%2f..%2fetc", form.c_str(), "", 404},
        {"/wohnsitz", "application/json", "{}", 403},
        {"/wohnsitz", form.c_str(), "family_name=%00", 403},
        {"/parken/kennzeichen", form.c_str(), "plate=x", 409},
        {"/amt/fall/x/ausstellen", form.c_str(), "", 303},
        {"/kontrolle", form.c_str(), "plate=GE-A 1", 303},
        {"/api/cases", "application/json", "{}", 401},
    };
    for (const Bad& bad : table) {
        INFO(bad.path << " " << bad.body.substr(0, 60));
        const auto answer =
            client.fetch({"POST", town.url(bad.path), {{"Content-Type", bad.type}}, bad.body});
        REQUIRE(answer);
        CHECK(answer->status == bad.status);
    }
    CHECK(town.agent->cases->counts().empty());
}

TEST_CASE("the API names what is wrong", "[agent][input]") {
    Town town;
    Browser office(town);
    const std::pair<const char*, int> table[] = {
        {"[]", 400},
        {"{\"kind\":\"residence\",\"kind\":\"parking\"}", 400},
        {"{\"kind\":\"passport\"}", 422},
        {"{\"kind\":\"residence\"}", 422},
        {"{\"kind\":\"residence\",\"person\":{\"family_name\":7}}", 422},
        {"{\"kind\":\"residence\",\"resident\":\"R999999\"}", 422},
        {"{\"kind\":\"parking\",\"resident\":\"R100000\"}", 422},
    };
    for (const auto& [body, status] : table) {
        INFO(body);
        const Answer answer = office.api("/api/cases", body);
        CHECK(answer.status == status);
        CHECK_FALSE(std::string(answer.json().text_at("error")).empty());
    }
    CHECK(office.api("/api/cases/none").status == 404);
    CHECK(office.api("/api/cases/none/decide", "{\"decision\":\"approve\"}").status == 404);
    CHECK(office.api("/api/credentials/none/revoke", "{\"reason\":\"x\"}").status == 404);
    CHECK(office.api("/api/verifications", "{\"dcql_query\":{}}").status == 422);
    CHECK(office.api("/api/verifications/none").status == 404);
    CHECK(office.api("/api/inspections", "{\"plate\":\"???\"}").json().text_at("reason") ==
          "plate.unreadable");
}

TEST_CASE("five wrong codes burn an offer", "[agent][input]") {
    Town town;
    Browser office(town);
    Wallet wallet(town);
    const Answer made =
        office.api("/api/cases", "{\"kind\":\"residence\",\"resident\":\"R100000\"}");
    const std::string id(made.json().text_at("id"));
    const Answer decided = office.api("/api/cases/" + id + "/decide", "{\"decision\":\"approve\"}");
    const encoding::Value offer = *decided.json().find("offer");
    const std::string link(offer.text_at("link"));
    const std::string code(offer.text_at("tx_code"));
    const std::string wrong = code == "000000" ? "000001" : "000000";
    for (int i = 0; i < 5; ++i) CHECK(wallet.take_offer(link, wrong) == "invalid_grant");
    CHECK(wallet.take_offer(link, code) != "issued");
    const encoding::Value after = office.api("/api/cases/" + id).json();
    CHECK(after.find("offer")->text_at("state") == "burnt");
    const Answer again = office.api("/api/cases/" + id + "/offer", "{}");
    const encoding::Value fresh = *again.json().find("offer");
    CHECK(wallet.take_offer(std::string(fresh.text_at("link")),
                            std::string(fresh.text_at("tx_code"))) == "issued");
}

TEST_CASE("the published document leads back to the issuer's key", "[agent][ledger]") {
    Town town;
    const keys::PublicKey key = town.agent->keyring->issuer->public_key();
    const std::string name = "did:indy:test:" + town.configuration.did;
    const auto content = encoding::parse_json(agent::LedgerPublisher::document_content(
        name, key, town.agent->keyring->status->public_key()));
    REQUIRE(content);
    CHECK_FALSE(did::content_fault(*content));
    const auto document = did::document_of(
        {name, town.agent->keyring->endorser->public_key(), *content, std::nullopt});
    REQUIRE(document);
    const auto found =
        did::key_for(encoding::Value(*document), name + "#assertion-1", "assertionMethod");
    REQUIRE(found);
    CHECK(keys::thumbprint(*found) == keys::thumbprint(key));
    CHECK_FALSE(did::key_for(encoding::Value(*document), name + "#verkey", "assertionMethod"));
}
