// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// eddsa-jcs-2022: the example of vc-di-eddsa §B.3, RFC 8785's order of keys, mutants.
#include <catch2/catch.hpp>
#include <functional>

#include "ssi/credential/data_integrity.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/ed25519.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::credential;
using encoding::Object;
using encoding::Value;

namespace {

struct Contained final : DidKeySource {
    std::optional<keys::PublicKey> assertion_key(std::string_view url) override {
        const auto parsed = did::parse_did_url(url);
        return parsed ? did::contained_key(*parsed) : std::nullopt;
    }
};

Object document() {
    return *encoding::parse_json(R"({
        "@context": ["https://www.w3.org/ns/credentials/v2",
                     "https://www.w3.org/ns/credentials/examples/v2"],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": "Alumni Credential",
        "description": "A minimum viable example of an Alumni Credential.",
        "issuer": "https://vc.example/issuers/5678",
        "validFrom": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh",
                              "alumniOf": "The School of Examples"}})")
                .value()
                .object();
}

keys::Ed25519KeyPair example_key() {
    const auto seed =
        encoding::hex_decode("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6");
    return keys::Ed25519KeyPair::from_seed(*seed).value();
}

ProofOptions options() {
    const std::string name = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2";
    return {"2023-02-24T23:36:38Z", "did:key:" + name + "#" + name};
}

}  // namespace

TEST_CASE("the example of vc-di-eddsa") {
    const auto secured = secure_document(document(), options(), example_key());
    REQUIRE(secured);
    CHECK(secured->find("proof")->text_at("proofValue") ==
          "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51a"
          "X");
    Contained keys;
    CHECK(verify_document(Value(*secured), "assertionMethod", keys));
    // More contexts after the proof's own are allowed; the proof covers its own.
    Object more = *secured;
    more.find("@context")->array()->emplace_back("https://more.example");
    CHECK(verify_document(Value(more), "assertionMethod", keys));
}

TEST_CASE("secured documents that must be refused") {
    Contained keys;
    const Object good = secure_document(document(), options(), example_key()).value();
    const auto fault = [&](const std::function<void(Object&, Object&)>& change) {
        Object secured = good;
        Object proof = *secured.find("proof")->object();
        change(secured, proof);
        if (secured.contains("proof")) secured.set("proof", proof);
        const auto verdict = verify_document(Value(secured), "assertionMethod", keys);
        return verdict ? std::string() : std::string(to_text(verdict.error()));
    };
    CHECK(fault([](Object&, Object&) {}).empty());
    const std::string broken(to_text(DataIntegrityError::bad_signature));
    CHECK(fault([](Object& d, Object&) { d.set("name", "Other"); }) == broken);
    CHECK(fault([](Object& d, Object&) { d.set("extra", true); }) == broken);
    CHECK(fault([](Object&, Object& p) { p.set("created", "2024-02-24T23:36:38Z"); }) == broken);
    CHECK(fault([](Object&, Object& p) { p.set("domain", "x"); }) == broken);
    CHECK(fault([](Object& d, Object&) { d.erase("proof"); }) ==
          to_text(DataIntegrityError::malformed));
    CHECK(fault([](Object&, Object& p) { p.set("proofValue", "z1"); }) ==
          to_text(DataIntegrityError::malformed));
    CHECK(fault([](Object&, Object& p) { p.set("cryptosuite", "ecdsa-jcs-2019"); }) ==
          to_text(DataIntegrityError::unknown_suite));
    CHECK(fault([](Object&, Object& p) { p.set("proofPurpose", "authentication"); }) ==
          to_text(DataIntegrityError::wrong_purpose));
    CHECK(fault([](Object& d, Object&) { d.set("@context", "https://other.example"); }) ==
          to_text(DataIntegrityError::wrong_context));
    CHECK(fault([](Object&, Object& p) { p.set("verificationMethod", "did:key:z6Mk#x"); }) ==
          to_text(DataIntegrityError::unknown_key));
    CHECK(fault([](Object& d, Object&) { d.set("score", 1.5); }) ==
          to_text(DataIntegrityError::not_canonical));
}

TEST_CASE("RFC 8785: keys in the order of UTF-16 code units") {
    // The example of RFC 8785 §3.2.3.
    const Value value(Object{{"\xe2\x82\xac", "Euro Sign"},
                             {"\r", "Carriage Return"},
                             {"\xef\xac\xb3", "Hebrew Letter Dalet With Dagesh"},
                             {"1", "One"},
                             {"\xf0\x9f\x98\x80", "Emoji: Grinning Face"},
                             {"\xc2\x80", "Control"},
                             {"\xc3\xb6", "Latin Small Letter O With Diaeresis"}});
    CHECK(
        canonical_form(value).value() ==
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\xc2\x80\":\"Control\",\"\xc3\xb6\":\"Latin "
        "Small Letter O With Diaeresis\",\"\xe2\x82\xac\":\"Euro Sign\",\"\xf0\x9f\x98\x80\":"
        "\"Emoji: Grinning Face\",\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}");
    CHECK(canonical_form(Value(std::int64_t{1} << 53)));
    CHECK_FALSE(canonical_form(Value((std::int64_t{1} << 53) + 1)));
}
