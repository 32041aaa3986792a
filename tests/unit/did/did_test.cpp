// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/did/document.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::did;

namespace {

keys::Ed25519PublicKey verkey(std::string_view name) {
    return keys::Ed25519KeyPair::from_seed(*keys::padded_seed(name))->public_key();
}

encoding::Value json(std::string_view text) {
    return encoding::parse_json(text).value();
}

}  // namespace

TEST_CASE("DIDs from verkeys, indy-ledger-formats §11") {
    const auto trustee = verkey("Trustee1");
    CHECK(short_did(trustee) == "V4SGRU86Z58d6TV7PBUe6f");
    CHECK(short_did(verkey("Steward1")) == "Th7MpTaRZVRYnPiabds81Y");
    CHECK(self_certifying_did(trustee) == "GAAguaTbEHjvxL6i64YmAo");
    CHECK(certifies(1, "V4SGRU86Z58d6TV7PBUe6f", trustee));
    CHECK_FALSE(certifies(2, "V4SGRU86Z58d6TV7PBUe6f", trustee));
    CHECK(certifies(2, "GAAguaTbEHjvxL6i64YmAo", trustee));
    CHECK(certifies(0, "anything", trustee));
}

TEST_CASE("verkeys, whole and abbreviated") {
    const auto trustee = verkey("Trustee1");
    CHECK(abbreviate_verkey("V4SGRU86Z58d6TV7PBUe6f", trustee) == "~CoRER63DVYnWZtK8uAzNbx");
    CHECK(abbreviate_verkey("Th7MpTaRZVRYnPiabds81Y", trustee) ==
          "GJ1SzoWzavQYfNL9XkaJdrQejfztN4XqdsiV4ct3LXKL");
    CHECK(expand_verkey("V4SGRU86Z58d6TV7PBUe6f", "~CoRER63DVYnWZtK8uAzNbx") == trustee);
    CHECK(expand_verkey("x", "GJ1SzoWzavQYfNL9XkaJdrQejfztN4XqdsiV4ct3LXKL") == trustee);
    CHECK_FALSE(expand_verkey("V4SGRU86Z58d6TV7PBUe6f", "~CoRER63DVYnWZtK8uA"));
    CHECK_FALSE(expand_verkey("V4SGRU86Z58d6TV7PBUe6f", "~"));
    CHECK_FALSE(expand_verkey("V4SGRU86Z58d6TV7PBUe6f", ""));
    CHECK_FALSE(expand_verkey("V4SGRU86Z58d6TV7PBUe6f", "0OIl"));
}

TEST_CASE("DID URLs in parts") {
    const auto url = parse_did_url(
        "did:indy:stadtbuch:test:V4SGRU86Z58d6TV7PBUe6f/anoncreds/v0/SCHEMA/a/"
        "1.0?versionId=7&x#verkey");
    REQUIRE(url);
    CHECK(url->name_space == "stadtbuch:test");
    CHECK(url->id == "V4SGRU86Z58d6TV7PBUe6f");
    CHECK(url->did == "did:indy:stadtbuch:test:V4SGRU86Z58d6TV7PBUe6f");
    CHECK(url->path == "/anoncreds/v0/SCHEMA/a/1.0");
    CHECK(url->parameter("versionId") == "7");
    CHECK(url->parameter("x") == "");
    CHECK_FALSE(url->parameter("version"));
    CHECK(url->fragment == "verkey");
    CHECK(unqualified("did:sov:V4SGRU86Z58d6TV7PBUe6f") == "V4SGRU86Z58d6TV7PBUe6f");
    CHECK(unqualified("did:indy:a:b:V4SGRU86Z58d6TV7PBUe6f") == "V4SGRU86Z58d6TV7PBUe6f");
    CHECK(parse_did_url("did:web:example.org%3A8080:koeln")->method == DidMethod::web);
}

TEST_CASE("DIDs that must be refused") {
    const std::pair<std::string, DidError> cases[] = {
        {"", DidError::malformed},
        {"did:", DidError::malformed},
        {"did:indy", DidError::malformed},
        {"DID:sov:V4SGRU86Z58d6TV7PBUe6f", DidError::malformed},
        {"did:ethr:0x1", DidError::unsupported_method},
        {"did:indy:V4SGRU86Z58d6TV7PBUe6f", DidError::bad_identifier},
        {"did:indy:Big:V4SGRU86Z58d6TV7PBUe6f", DidError::bad_identifier},
        {"did:sov:V4SGRU86Z58d6TV7", DidError::bad_identifier},
        {"did:sov:0OIl", DidError::bad_identifier},
        {"did:web:", DidError::bad_identifier},
        {"did:web:a@b", DidError::bad_identifier},
        {"did:key:z", DidError::bad_identifier},
        {"did:key:z6MkwrongwrongWrong", DidError::bad_identifier},
        {"did:jwk:e30", DidError::bad_identifier},
        {"did:sov:" + std::string(3000, '1'), DidError::too_long},
    };
    for (const auto& [text, error] : cases) {
        INFO(text);
        const auto url = parse_did_url(text);
        REQUIRE_FALSE(url);
        CHECK(url.error() == error);
    }
}

TEST_CASE("did:key and did:jwk hold their key") {
    // did:key specification, test vector of Ed25519
    const auto url = parse_did_url("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp");
    REQUIRE(url);
    const auto key = contained_key(*url);
    REQUIRE(key);
    CHECK(encoding::hex_encode(std::get<keys::Ed25519PublicKey>(*key).view()) ==
          "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29");
    CHECK(did_key_of(*key) == url->did);

    keys::SeededRandom random(1);
    const keys::PublicKey p256(keys::P256PrivateKey::generate(random).public_key());
    CHECK(did_key_of(p256).starts_with("did:key:zDn"));
    CHECK(contained_key(*parse_did_url(did_key_of(p256))) == p256);
    CHECK(contained_key(*parse_did_url(did_jwk_of(p256))) == p256);
    CHECK(contained_key(*parse_did_url(did_jwk_of(*key))) == *key);
    const auto document = document_of_contained_key(*parse_did_url(did_jwk_of(p256)));
    REQUIRE(document);
    CHECK(key_for(encoding::Value(*document), did_jwk_of(p256) + "#0", "assertionMethod") == p256);
    CHECK_FALSE(key_for(encoding::Value(*document), did_jwk_of(p256) + "#1", "assertionMethod"));
}

TEST_CASE("documents from NYMs") {
    NymFacts facts{"did:indy:town:V4SGRU86Z58d6TV7PBUe6f", verkey("Trustee1"), {}, {}};
    const auto plain = document_of(facts);
    REQUIRE(plain);
    CHECK(encoding::Value(*plain) == json(R"({"id":"did:indy:town:V4SGRU86Z58d6TV7PBUe6f",
        "verificationMethod":[{"id":"did:indy:town:V4SGRU86Z58d6TV7PBUe6f#verkey",
          "type":"Ed25519VerificationKey2018","controller":"did:indy:town:V4SGRU86Z58d6TV7PBUe6f",
          "publicKeyBase58":"GJ1SzoWzavQYfNL9XkaJdrQejfztN4XqdsiV4ct3LXKL"}],
        "authentication":["did:indy:town:V4SGRU86Z58d6TV7PBUe6f#verkey"]})"));

    facts.endpoint =
        json(R"({"endpoint":"https://a.example","profile":"https://b.example","n":7})");
    const auto with_services = document_of(facts);
    REQUIRE(with_services->find("service")->array()->size() == 2);
    CHECK(with_services->find("service")->array()->front().text_at("type") == "did-communication");

    keys::SeededRandom random(2);
    const keys::PublicKey issuer(keys::P256PrivateKey::generate(random).public_key());
    encoding::Object method{{"id", "#assertion-1"},
                            {"type", "JsonWebKey"},
                            {"controller", facts.did},
                            {"publicKeyJwk", keys::jwk_of(issuer)}};
    facts.diddoc_content = encoding::Value(
        encoding::Object{{"@context", "https://www.w3.org/ns/did/v1"},
                         {"verificationMethod", encoding::Array{encoding::Value(method)}},
                         {"assertionMethod", encoding::Array{encoding::Value("#assertion-1")}}});
    const auto merged = document_of(facts);
    REQUIRE(merged);
    CHECK(merged->find("verificationMethod")->array()->size() == 2);
    CHECK(merged->find("service") == nullptr);
    const encoding::Value document(*merged);
    CHECK(key_for(document, facts.did + "#assertion-1", "assertionMethod") == issuer);
    CHECK_FALSE(key_for(document, facts.did + "#assertion-1", "authentication"));
    CHECK(key_for(document, facts.did + "#verkey", "authentication") ==
          keys::PublicKey(facts.verkey));
    CHECK_FALSE(key_for(document, facts.did + "#verkey", "assertionMethod"));
}

TEST_CASE("diddocContent that must be refused, indy-ledger-formats §6.2") {
    CHECK(content_fault(json("[]")) == DocumentError::content_not_object);
    CHECK(content_fault(json(R"({"id":"did:x"})")) == DocumentError::content_has_id);
    CHECK_FALSE(content_fault(json(R"({"id":""})")));
    CHECK(content_fault(json(R"({"service":[{"id":"did:x#verkey"}]})")) == DocumentError::id_clash);
    CHECK(content_fault(json(R"({"service":["x",{"id":"#verkey"}]})")) == DocumentError::id_clash);
    CHECK_FALSE(content_fault(json(R"({"service":[{"id":"#verkey2"}],"x":{"id":"#verkey"}})")));
}
