// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The resolver's answers over a ledger that holds one of everything: statuses and contents.
#include "node/http/resolver.hpp"
#include "tests/unit/node/signing_pool.hpp"

using namespace node_test;

namespace {

struct Town {
    SigningPool pool;
    std::string did = did_of("town"), schema_seq_no, registry;
    std::int64_t first_entry = 0;
    node::Settings settings;

    Town() {
        write(trustee,
              nym(did, ",\"role\":\"101\",\"verkey\":\"" + ledger_test::key_of("one") + "\""));
        write(
            did,
            R"({"type":"101","data":{"name":"resident","version":"1.0","attr_names":["plate"]}})");
        schema_seq_no = std::to_string(pool.view().size(Ledger::domain));
        write(did, R"({"type":"102","ref":)" + schema_seq_no +
                       R"(,"signature_type":"CL","tag":"t","data":{"primary":{"n":"7"}}})");
        const std::string definition = did + ":3:CL:" + schema_seq_no + ":t";
        registry = did + ":4:" + definition + ":CL_ACCUM:r";
        write(
            did,
            R"({"type":"113","id":")" + registry +
                R"(","revocDefType":"CL_ACCUM","tag":"r","credDefId":")" + definition +
                R"(","value":{"issuanceType":"ISSUANCE_BY_DEFAULT","maxCredNum":9,"publicKeys":{"accumKey":{"z":"1"}},)"
                R"("tailsHash":"h","tailsLocation":"https://tails.example"}})");
        write(did, entry(R"({"accum":"21 A"})"));
        first_entry = pool.time();
        write(did, entry(R"({"accum":"21 B","prevAccum":"21 A","revoked":[2,3]})"));
    }

    std::string entry(const std::string& value) const {
        return R"({"type":"114","revocRegDefId":")" + registry +
               R"(","revocDefType":"CL_ACCUM","value":)" + value + "}";
    }

    void write(const std::string& author, const std::string& operation) {
        pool.set_time(pool.time() + 100);
        pool.write(request(author, operation));
    }

    net::HttpResponse ask(const std::string& url, const std::string& accept,
                          const net::FormList& query = {}) {
        ledger::Reader reader(pool.store());
        node::PublicParts parts(settings, reader);
        net::HttpRequest request;
        request.method = "GET";
        request.target = request.path = "/1.0/identifiers/" + url;
        request.query = query;
        if (!accept.empty()) request.headers.emplace_back("Accept", accept);
        return node::resolve_did(parts, request);
    }

    /// The content of a resource that is there.
    Value resource(const std::string& path, const net::FormList& query = {}) {
        const auto response = ask("did:sov:" + did + path, "", query);
        INFO(path << " " << response.body);
        CHECK(response.status == 200);
        return *encoding::parse_json(response.body)->find("contentStream");
    }
};

}  // namespace

TEST_CASE("a DID without a key is gone, in every representation") {
    Town town;
    const std::string gone = did_of("gone");
    town.write(trustee, nym(gone));
    for (const char* accept :
         {"", "application/did-resolution", "application/ld+json", "application/json"}) {
        const auto response = town.ask("did:sov:" + gone, accept);
        INFO(accept << " " << response.body);
        CHECK(response.status == 410);
        const auto body = encoding::parse_json(response.body);
        REQUIRE(body);
        CHECK(*body->find("didDocumentMetadata")->find("deactivated") == Value(true));
        CHECK(body->find("didDocument")->text_at("id") == "did:sov:" + gone);
        CHECK(body->find("didDocument")->object()->size() == 1);
    }
    const auto bare = town.ask("did:sov:" + gone, "application/did+json");
    CHECK(bare.status == 410);
    CHECK(*encoding::parse_json(bare.body) == Value(Object{{"id", "did:sov:" + gone}}));
    CHECK(town.ask("did:sov:" + town.did, "").status == 200);
    CHECK(town.ask("did:sov:" + did_of("never"), "").status == 404);
}

TEST_CASE("definitions and registries are resources of the DID that wrote them") {
    Town town;
    const std::string root = "/anoncreds/v0/", at = town.schema_seq_no + "/t";
    CHECK(town.resource(root + "SCHEMA/resident/1.0").text_at("name") == "resident");
    const Value definition = town.resource(root + "CLAIM_DEF/" + at);
    CHECK(definition.find("primary")->text_at("n") == "7");
    const Value registry = town.resource(root + "REV_REG_DEF/" + at + "/r");
    CHECK(registry.text_at("id") == town.registry);
    CHECK(registry.find("value")->text_at("tailsLocation") == "https://tails.example");
    const Value entry = town.resource(root + "REV_REG_ENTRY/" + at + "/r");
    CHECK(entry.find("value")->text_at("accum") == "21 B");
    const net::FormList then{{"versionTime", std::to_string(town.first_entry)}};
    CHECK(
        town.resource(root + "REV_REG_ENTRY/" + at + "/r", then).find("value")->text_at("accum") ==
        "21 A");
    const Value whole = town.resource(root + "REV_REG_DELTA/" + at + "/r");
    CHECK(*whole.find("value")->find("revoked") == Value(encoding::Array{Value(2), Value(3)}));
    const net::FormList span{{"from", std::to_string(town.first_entry)},
                             {"to", std::to_string(town.pool.time())}};
    const Value delta = town.resource(root + "REV_REG_DELTA/" + at + "/r", span);
    CHECK(*delta.find("value")->find("revoked") == Value(encoding::Array{Value(2), Value(3)}));
    CHECK(delta.find("value")->find("accum_from")->find("value")->text_at("accum") == "21 A");
    for (const std::string& path :
         {root + "CLAIM_DEF/" + town.schema_seq_no + "/other",
          root + "REV_REG_DEF/" + at + "/other", root + "REV_REG_ENTRY/999/t/r",
          root + "REV_REG_DELTA/" + at + "/other"}) {
        const auto response = town.ask("did:sov:" + town.did + path, "");
        INFO(path << " " << response.body);
        CHECK(response.status == 404);
        CHECK(
            encoding::parse_json(response.body)->find("dereferencingMetadata")->text_at("error") ==
            "notFound");
    }
}
