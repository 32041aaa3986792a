// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/agent/did_keys.hpp"
#include "ssi/agent/type_documents.hpp"
#include "ssi/credential/data_integrity.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent;

namespace {

std::string web_url(std::string_view did) {
    const auto url = did::parse_did_url(did);
    return url ? web_document_url(*url) : "";
}

}  // namespace

TEST_CASE("did:web leads to one address") {
    CHECK(web_url("did:web:town.example") == "https://town.example/.well-known/did.json");
    CHECK(web_url("did:web:town.example%3A8443") ==
          "https://town.example:8443/.well-known/did.json");
    CHECK(web_url("did:web:town.example:amt:nachweise#key-1") ==
          "https://town.example/amt/nachweise/did.json");
    for (const char* bad :
         {"did:web:", "did:web:town.example:", "did:web:town.example:..:x", "did:web:a%2Fb",
          "did:web:a%40b", "did:web:a%3Fb", "did:web:town.example:a%2F..%2Fb", "did:web:a%zz"}) {
        CHECK(web_url(bad).empty());
    }
    CHECK(web_did_of("https://town.example") == "did:web:town.example");
    CHECK(web_did_of("https://localhost:8443") == "did:web:localhost%3A8443");
}

TEST_CASE("keys that DIDs contain need no network") {
    DidKeys source([] { return keys::UnixSeconds{0}; });
    const auto key = keys::P256PrivateKey::generate(keys::os_random());
    const keys::PublicKey public_key(key.public_key());
    const std::string jwk = did::did_jwk_of(public_key);
    const std::string multi = did::did_key_of(public_key);
    for (const std::string& url : {jwk + "#0", multi + "#" + multi.substr(8)}) {
        const auto found = source.assertion_key(url);
        REQUIRE(found);
        CHECK(keys::thumbprint(*found) == keys::thumbprint(public_key));
        CHECK(source.knows(url));
    }
    CHECK_FALSE(source.assertion_key(jwk + "#1"));
    CHECK_FALSE(source.assertion_key("did:sov:WgWxqztrNooG92RXvxSTWv#key"));
    // Without a ledger did:indy is not looked up, and says so.
    CHECK_FALSE(source.knows("did:indy:stadtbuch:WgWxqztrNooG92RXvxSTWv#assertion-1"));
}

TEST_CASE("did:web: our own document, and no way to inner addresses") {
    test::Town town;
    const std::string did = web_did_of(town.configuration.url);
    // As shipped: loopback is refused before anything is sent.
    DidKeys strict([] { return keys::UnixSeconds{0}; });
    CHECK_FALSE(strict.assertion_key(did + "#issuer"));
    for (const char* inner : {"did:web:127.0.0.1#k", "did:web:169.254.169.254#k",
                              "did:web:10.0.0.1#k", "did:web:localhost#k", "did:web:0.0.0.0#k"}) {
        CHECK_FALSE(strict.assertion_key(inner));
    }
    net::HttpClientOptions options;
    options.ca_file = town.configuration.ca_file;
    keys::UnixSeconds now = 0;
    DidKeys open([&] { return now; }, options);
    const auto key = open.assertion_key(did + "#issuer");
    REQUIRE(key);
    CHECK(keys::thumbprint(*key) ==
          keys::thumbprint(keys::PublicKey(town.agent->keyring->issuer->public_key())));
    // The key of requests identifies, it does not vouch; a document of somebody else is not taken.
    CHECK_FALSE(open.assertion_key(did + "#requests"));
    CHECK_FALSE(open.assertion_key(did + ":elsewhere#issuer"));
}

TEST_CASE("type metadata: ours without a network, others by their address, no way to inner ones") {
    test::Town town;
    keys::UnixSeconds now = 0;
    const std::string vct = town.agent->residence().vct;
    TypeDocuments strict([&] { return now; });
    for (const char* inner : {"https://127.0.0.1/types/x", "https://169.254.169.254/latest",
                              "https://10.0.0.1/t", "https://localhost/t", "https://[::1]/t",
                              "http://town.example/t", "urn:eudi:pid:1", "file:///etc/passwd"}) {
        CHECK_FALSE(strict.type_document(inner));
    }
    CHECK_FALSE(strict.type_document(vct));
    strict.add_own(town.agent->residence());
    CHECK(strict.type_document(vct) == credential::type_document(town.agent->residence()));

    net::HttpClientOptions options;
    options.ca_file = town.configuration.ca_file;
    TypeDocuments open([&] { return now; }, options);
    CHECK(open.type_document(vct) == credential::type_document(town.agent->residence()));
    CHECK(credential::resolve_type(open, vct, ""));
    // Kept, and a failure for a minute only.
    const std::string later = town.url("/types/none");
    CHECK_FALSE(open.type_document(later));
    town.server->stop();
    CHECK(open.type_document(vct));
    now = 3601;
    CHECK_FALSE(open.type_document(vct));
}

TEST_CASE("the organisation's own statement can be verified by anybody") {
    test::Town town;
    test::Browser browser(town);
    const test::Answer answer = browser.get("/organisation.vc");
    REQUIRE(answer.status == 200);
    DidKeys source([] { return keys::UnixSeconds{0}; });
    encoding::Value statement = answer.json();
    CHECK(credential::verify_document(statement, "assertionMethod", source));
    const encoding::Value* subject = statement.find("credentialSubject");
    CHECK(subject->text_at("id") == town.configuration.url);
    CHECK(subject->find("issues")->array()->size() == 2);
    statement.object()->set("issuer", "did:web:elsewhere.example");
    CHECK_FALSE(credential::verify_document(statement, "assertionMethod", source));
}

TEST_CASE("foreign status lists in use are fetched by the clock, not by presentations") {
    test::Town town;
    keys::UnixSeconds now = 1000;
    int fetches = 0;
    bool away = false;
    StatusTokens tokens(
        *town.agent->status, *town.agent->records, false, [&] { return now; },
        [&](const std::string&) -> std::optional<std::string> {
            if (away) return std::nullopt;
            return "token " + std::to_string(++fetches);
        });
    const std::string uri = "https://other.example/status/2";
    const auto told = std::make_shared<const credential::VerifiedStatusList>(
        credential::VerifiedStatusList{credential::StatusList(1, 8), 1000, 0, 900});
    CHECK(tokens.fetch_ahead() == 0);  // nobody asked
    CHECK(tokens.status_token(uri) == "token 1");
    tokens.remember("Other", uri, "token 1", told);
    now += 700;
    CHECK(tokens.fetch_ahead() == 0);
    now += 100;  // 100 s before its end
    CHECK(tokens.fetch_ahead() == 1);
    CHECK(tokens.status_token(uri) == "token 2");
    now += 890;
    away = true;
    CHECK(tokens.fetch_ahead() == 0);
    CHECK(tokens.status_token(uri) == "token 2");  // still good
    now += 10;
    CHECK_FALSE(tokens.status_token(uri));  // too old now, and not to be had
    away = false;
    now += 2 * 86400;
    CHECK(tokens.fetch_ahead() == 0);  // nobody asks for it any more
    CHECK(fetches == 2);
}

TEST_CASE("a status list that comes again unchanged is kept no longer than it says") {
    test::Town town;
    keys::UnixSeconds now = 1000;
    int fetches = 0;
    StatusTokens tokens(
        *town.agent->status, *town.agent->records, false, [&] { return now; },
        [&](const std::string&) -> std::optional<std::string> {
            ++fetches;
            return "token";
        });
    const std::string uri = "https://other.example/status/3";
    const auto told = std::make_shared<const credential::VerifiedStatusList>(
        credential::VerifiedStatusList{credential::StatusList(1, 8), 1000, 0, 60});
    CHECK(tokens.status_token(uri));
    tokens.remember("Other", uri, "token", told);
    for (int times = 1; times < 4; ++times) {
        CHECK(fetches == times);
        now += 59;
        CHECK(tokens.status_token(uri));
        CHECK(fetches == times);
        now += 1;
        CHECK(tokens.status_token(uri));
        CHECK(tokens.remembered("Other", uri, "token") == told);  // not verified again
    }
}

TEST_CASE("an older status list than one seen before is refused, also after a restart") {
    test::Town town;
    const std::string uri = "https://other.example/status/1";
    credential::VerifiedStatusList list{credential::StatusList(1, 8), 1000, 0, 0};
    const auto seen = std::make_shared<const credential::VerifiedStatusList>(list);
    StatusTokens& tokens = *town.agent->status_tokens;
    // Providers of wallets are asked the same way.
    CHECK(town.agent->issuer->config().wallets.status == &tokens);
    CHECK(tokens.newest_seen(uri) == 0);
    tokens.remember("Other", uri, "token", seen);
    CHECK(tokens.newest_seen(uri) == 1000);
    CHECK(tokens.remembered("Other", uri, "token") == seen);
    CHECK(tokens.remembered("Other", uri, "altered") == nullptr);
    CHECK(tokens.remembered("Somebody", uri, "token") == nullptr);
    town.restart();
    CHECK(town.agent->status_tokens->newest_seen(uri) == 1000);
    CHECK(town.agent->status_tokens->remembered("Other", uri, "token") == nullptr);
}
