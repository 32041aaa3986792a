// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The complete signed examples of RFC 9901 (tests/data/sd_jwt/rfc9901.json): signatures, processed
// payloads, key binding; and mutants of each, none of which may be accepted.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "ssi/credential/sd_jwt.hpp"
#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

using namespace stadtbuch;
using namespace stadtbuch::credential;
using encoding::Object;
using encoding::Value;

namespace {

const Value& examples() {
    static const Value parsed = [] {
        std::ifstream file(STADTBUCH_TEST_DATA "/sd_jwt/rfc9901.json");
        std::stringstream text;
        text << file.rdbuf();
        return encoding::parse_json(text.str()).value();
    }();
    return parsed;
}

/// Signature of the issuer, all rules of RFC 9901 §7.1, and key binding if there is any.
std::optional<ProcessedClaims> accept(const std::string& compact) {
    const auto parts = split_sd_jwt(compact);
    if (!parts) return std::nullopt;
    const auto jws = keys::parse_jws(parts->issuer_jwt, {"", {"ES256"}});
    const auto key = keys::public_key_from_jwk(*examples().find("issuer_key"));
    if (!jws || !key || !keys::verify_jws(*jws, *key)) return std::nullopt;
    const auto payload = keys::payload_object(*jws);
    if (!payload) return std::nullopt;
    auto processed = process_disclosures(*payload, parts->disclosures);
    if (!processed) return std::nullopt;
    if (!parts->key_binding.empty()) {
        const Value claims(processed->claims);
        const Value* cnf = claims.find("cnf");
        const Value* jwk = cnf != nullptr ? cnf->find("jwk") : nullptr;
        if (jwk == nullptr) return std::nullopt;  // nobody's key to be bound to
        const auto holder = keys::public_key_from_jwk(*jwk);
        const auto binding = keys::parse_jws(parts->key_binding, {"kb+jwt", {"ES256"}});
        if (!holder || !binding || !keys::verify_jws(*binding, *holder)) return std::nullopt;
        const Value said(keys::payload_object(*binding).value());
        const std::string expected =
            encoding::base64url_encode(hash::sha256(parts->without_key_binding()).view());
        if (said.text_at("sd_hash") != expected || said.text_at("nonce") != "1234567890" ||
            said.text_at("aud") != "https://verifier.example.org") {
            return std::nullopt;
        }
    }
    return std::move(processed).value();
}

/// The same text with another character at `at`; never one that decodes to the same octets.
std::string changed(std::string text, std::size_t at) {
    text[at] = text[at] == 'A' ? 'Q' : 'A';
    return text;
}

}  // namespace

TEST_CASE("RFC 9901: every signed example is accepted and gives the processed payload") {
    std::size_t with_payload = 0;
    std::size_t bound = 0;
    for (const Value& example : *examples().find("tokens")->array()) {
        INFO(example.text_at("section"));
        const std::string compact(example.text_at("compact"));
        const auto processed = accept(compact);
        REQUIRE(processed);
        CHECK(processed->disclosed.size() == split_sd_jwt(compact)->disclosures.size());
        CHECK(split_sd_jwt(compact)->compact() == compact);
        bound += split_sd_jwt(compact)->key_binding.empty() ? std::size_t{0} : std::size_t{1};
        if (const Value* expected = example.find("processed")) {
            CHECK(Value(processed->claims) == *expected);
            ++with_payload;
        }
    }
    CHECK(with_payload == 5);
    CHECK(bound == 3);
}

TEST_CASE("RFC 9901: altered examples are refused") {
    for (const Value& example : *examples().find("tokens")->array()) {
        INFO(example.text_at("section"));
        const std::string compact(example.text_at("compact"));
        const SdJwt parts = split_sd_jwt(compact).value();
        // Any octet of header, payload, signature, disclosures and key binding.
        for (std::size_t at = 7; at + 3 < compact.size(); at += 41) {
            if (compact[at] == '.' || compact[at] == '~') continue;
            CHECK_FALSE(accept(changed(compact, at)));
        }
        SdJwt twice = parts;
        twice.disclosures.push_back(twice.disclosures.front());
        CHECK_FALSE(accept(twice.compact()));
        SdJwt foreign = parts;
        foreign.disclosures.push_back(
            encoding::base64url_encode(view_of(R"(["salt","admin",true])")));
        CHECK_FALSE(accept(foreign.compact()));
        if (!parts.key_binding.empty()) {
            SdJwt fewer = parts;  // sd_hash covers what is left out, too
            fewer.disclosures.pop_back();
            CHECK_FALSE(accept(fewer.compact()));
        }
        CHECK_FALSE(accept(compact + "~"));
        CHECK_FALSE(accept(compact + " "));
        CHECK_FALSE(accept(compact + "="));
    }
}
