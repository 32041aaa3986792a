// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::keys;
using encoding::Object;
using encoding::Value;

namespace {

Value json(std::string_view text) {
    return encoding::parse_json(text).value();
}

std::string b64(std::string_view text) {
    return encoding::base64url_encode(view_of(text));
}

std::string with_header(const std::string& token, std::string_view header) {
    return b64(header) + token.substr(token.find('.'));
}

}  // namespace

TEST_CASE("RFC 7515 appendix A.3: ES256") {
    const std::string token =
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
        "cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-"
        "Kg6NU1Q";
    const Value private_jwk = json(
        R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})");
    const auto key = p256_private_from_jwk(private_jwk);
    REQUIRE(key);
    const auto jws = parse_jws(token, {});
    REQUIRE(jws);
    CHECK(verify_jws(*jws, key->public_key()));
    CHECK(payload_object(*jws)->find("iss")->text_at("") == "");
    CHECK(*payload_object(*jws)->find("iss")->text() == "joe");
    CHECK(private_jwk_of(*key).find("d")->text_at("") == "");
    CHECK(Value(private_jwk_of(*key)) == private_jwk);
}

TEST_CASE("RFC 8037 appendix A.4: EdDSA") {
    const std::string token =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-"
        "09PGcvMg3AIbQR6dWbhijcNR"
        "4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    const auto key = public_key_from_jwk(
        json(R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})"));
    CHECK(parse_jws(token, {}).error() == JoseError::algorithm_refused);
    const auto jws = parse_jws(token, {"", {"EdDSA"}, 4096});
    REQUIRE(jws);
    CHECK(jws->payload == "Example of Ed25519 signing");
    CHECK(verify_jws(*jws, *key));
    CHECK(payload_object(*jws).error() == JoseError::bad_payload);
}

TEST_CASE("JWS that must be refused") {
    SeededRandom random(3);
    const auto key = P256PrivateKey::generate(random);
    const auto other = P256PrivateKey::generate(random);
    const auto edwards = Ed25519KeyPair::generate(random);
    const std::string token = sign_jws(Object{{"typ", "kb+jwt"}}, R"({"a":1})", key);
    const JwsRules rules{"kb+jwt", {"ES256", "EdDSA"}, 4096};
    REQUIRE(parse_jws(token, rules));
    CHECK(verify_jws(*parse_jws(token, rules), key.public_key()));
    CHECK(verify_jws(*parse_jws(token, rules), other.public_key()).error() ==
          JoseError::bad_signature);
    // Every algorithm with every key: the token's word is not enough.
    CHECK(verify_jws(*parse_jws(token, rules), edwards.public_key()).error() ==
          JoseError::algorithm_refused);
    const std::string by_edwards = sign_jws(Object{{"typ", "kb+jwt"}}, "{}", edwards);
    CHECK(verify_jws(*parse_jws(by_edwards, rules), key.public_key()).error() ==
          JoseError::algorithm_refused);

    struct Case {
        std::string token;
        JoseError error;
    };

    const std::vector<Case> cases{
        {with_header(token, R"({"alg":"none","typ":"kb+jwt"})"), JoseError::algorithm_refused},
        {with_header(token, R"({"alg":"HS256","typ":"kb+jwt"})"), JoseError::algorithm_refused},
        {with_header(token, R"({"alg":"es256","typ":"kb+jwt"})"), JoseError::algorithm_refused},
        {with_header(token, R"({"alg":["ES256"],"typ":"kb+jwt"})"), JoseError::algorithm_refused},
        {with_header(token, R"({"typ":"kb+jwt"})"), JoseError::algorithm_refused},
        {with_header(token, R"({"alg":"ES256"})"), JoseError::unexpected_type},
        {with_header(token, R"({"alg":"ES256","typ":"jwt"})"), JoseError::unexpected_type},
        {with_header(token, R"({"alg":"ES256","typ":"kb+jwt","crit":["exp"]})"),
         JoseError::critical_header},
        {with_header(token, R"({"alg":"ES256","typ":"kb+jwt","crit":[]})"),
         JoseError::critical_header},
        {with_header(token, R"({"alg":"ES256","typ":"kb+jwt","b64":false})"),
         JoseError::critical_header},
        {with_header(token, R"({"alg":"none","alg":"ES256","typ":"kb+jwt"})"),
         JoseError::bad_header},
        {with_header(token, R"(["ES256"])"), JoseError::bad_header},
        {with_header(token, R"({"alg":"ES256","typ":"kb+jwt"}x)"), JoseError::bad_header},
        {token + "=", JoseError::not_compact},
        {token + ".", JoseError::not_compact},
        {" " + token, JoseError::not_compact},
        {token.substr(0, token.rfind('.')), JoseError::not_compact},
        {"", JoseError::not_compact},
        {"..", JoseError::not_compact},
        {std::string(5000, 'A'), JoseError::too_large},
    };
    for (const Case& c : cases) {
        INFO(c.token);
        const auto parsed = parse_jws(c.token, rules);
        REQUIRE_FALSE(parsed);
        CHECK(parsed.error() == c.error);
    }
    const auto stripped = parse_jws(token.substr(0, token.rfind('.') + 1), rules);
    REQUIRE(stripped);
    CHECK_FALSE(verify_jws(*stripped, key.public_key()));
    CHECK(parse_jws(sign_jws(Object{{"typ", "application/kb+jwt"}}, "{}", key), rules));
}

TEST_CASE("nothing but the protected header of a compact JWS counts") {
    SeededRandom random(6);
    const auto key = P256PrivateKey::generate(random);
    const std::string token = sign_jws(Object{{"typ", "kb+jwt"}}, R"({"a":1})", key);
    const JwsRules rules{"kb+jwt", {"ES256"}, 4096};
    const std::size_t first = token.find('.');
    const std::size_t second = token.rfind('.');
    const std::string json = R"({"protected":")" + token.substr(0, first) + R"(","payload":")" +
                             token.substr(first + 1, second - first - 1) + R"(","signature":")" +
                             token.substr(second + 1) + R"(","header":{"alg":"ES256"}})";
    CHECK(parse_jws(json, rules).error() == JoseError::not_compact);
    // The type is decided before anything is parsed: a JWE is no JWS, and the other way round.
    const auto sealed =
        encrypt_jwe(token, {key.public_key(), "", "A128GCM", {}, {}, false}, random).value();
    CHECK(parse_jws(sealed, rules).error() == JoseError::not_compact);
    CHECK(decrypt_jwe(token, key).error() == JoseError::not_compact);
    // A header names no key: whose signature it is the caller knows, whatever the header says.
    const auto thief = P256PrivateKey::generate(random);
    Object header{{"typ", "kb+jwt"},
                  {"jwk", jwk_of(PublicKey(thief.public_key()))},
                  {"jku", "https://thief.example/keys"},
                  {"x5u", "https://thief.example/chain"},
                  {"kid", "../../etc/passwd"}};
    const auto theirs = parse_jws(sign_jws(header, R"({"a":1})", thief), rules);
    REQUIRE(theirs);
    CHECK(verify_jws(*theirs, key.public_key()).error() == JoseError::bad_signature);
    for (const char* payload : {R"({"exp":1,"exp":2})", R"({"a":1}x)", "[1]", "1", ""}) {
        INFO(payload);
        const auto parsed = parse_jws(sign_jws(Object{{"typ", "kb+jwt"}}, payload, key), rules);
        CHECK((!parsed || payload_object(*parsed).error() == JoseError::bad_payload));
    }
}

TEST_CASE("RFC 7518 appendix C: ECDH-ES key derivation") {
    const auto alice = p256_private_from_jwk(json(
        R"({"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps","d":"0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo"})"));
    const auto bob = p256_private_from_jwk(json(
        R"({"kty":"EC","crv":"P-256","x":"weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck","d":"VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"})"));
    REQUIRE(alice);
    REQUIRE(bob);
    const auto shared = alice->agree(bob->public_key());
    REQUIRE(shared);
    CHECK(encoding::base64url_encode(concat_kdf(shared->view(), "A128GCM", bytes_of("Alice"),
                                                bytes_of("Bob"), 16)) == "VqqN6vgjbSBcIijNcacQGg");
}

TEST_CASE("JWE comes back") {
    SeededRandom random(4);
    const auto key = P256PrivateKey::generate(random);
    for (const char* enc : {"A128GCM", "A256GCM"}) {
        for (const bool deflate : {false, true}) {
            JweRecipient recipient{key.public_key(), "k1",   enc, bytes_of("apu"),
                                   bytes_of("apv"),  deflate};
            const std::string text = R"({"vp_token":{"q":["Straße"]}})";
            const auto token = encrypt_jwe(text, recipient, random);
            REQUIRE(token);
            CHECK(jwe_header(*token, 4096)->find("kid")->text()->compare("k1") == 0);
            const auto plain = decrypt_jwe(*token, key, {true, 4096, 4096});
            REQUIRE(plain);
            CHECK(plain->plaintext == text);
            if (deflate) CHECK(decrypt_jwe(*token, key, {}).error() == JoseError::bad_compression);
        }
    }
    CHECK(encrypt_jwe("", {key.public_key(), "", "A128CBC-HS256", {}, {}, false}, random).error() ==
          JoseError::algorithm_refused);
}

TEST_CASE("JWE that must be refused") {
    SeededRandom random(5);
    const auto key = P256PrivateKey::generate(random);
    const auto other = P256PrivateKey::generate(random);
    const auto token =
        encrypt_jwe("secret", {key.public_key(), "", "A128GCM", {}, {}, false}, random).value();
    CHECK(decrypt_jwe(token, other).error() == JoseError::bad_encryption);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string bad = token;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        if (bad == token) continue;
        INFO(i);
        CHECK_FALSE(decrypt_jwe(bad, key));
    }
    CHECK(decrypt_jwe("a.b.c", key).error() == JoseError::not_compact);
    CHECK(decrypt_jwe(token + ".x", key).error() == JoseError::not_compact);
    const std::string rest = token.substr(token.find('.'));
    const auto head = [&](const char* text) { return b64(text) + rest; };
    CHECK(decrypt_jwe(head(R"({"alg":"dir","enc":"A128GCM"})"), key).error() ==
          JoseError::algorithm_refused);
    CHECK(decrypt_jwe(head(R"({"alg":"ECDH-ES","enc":"A128GCM","crit":["x"]})"), key).error() ==
          JoseError::critical_header);
    CHECK(decrypt_jwe(head(R"({"alg":"ECDH-ES","enc":"A128GCM"})"), key).error() ==
          JoseError::bad_header);
    // Invalid curve attack: the ephemeral key is no point of P-256.
    CHECK(
        decrypt_jwe(
            head(
                R"({"alg":"ECDH-ES","enc":"A128GCM","epk":{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}})"),
            key)
            .error() == JoseError::bad_header);
    const auto bomb = encrypt_jwe(std::string(1024 * 1024, 'a'),
                                  {key.public_key(), "", "A256GCM", {}, {}, true}, random)
                          .value();
    CHECK(bomb.size() < 8192);
    CHECK(decrypt_jwe(bomb, key, {true, 1 << 20, 256 * 1024}).error() ==
          JoseError::bad_compression);
}
