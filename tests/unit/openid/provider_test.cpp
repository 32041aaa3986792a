// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The OpenID provider: what a shop gets, and what RFC 9700 wants refused.
#include <catch2/catch.hpp>

#include "ssi/openid/provider.hpp"
#include "storage/hash/hash.hpp"
#include "tests/unit/openid/counter.hpp"

using namespace stadtbuch;
using namespace stadtbuch::openid;

namespace {

const std::string back = "https://shop.example/back";
const std::string verifier_text = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";  // RFC 7636 B
const std::string challenge_text = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

struct Shop {
    keys::SeededRandom random{31};
    MemoryRecords records;
    keys::P256PrivateKey key = keys::P256PrivateKey::generate(random);
    Provider provider{config(), records, random};

    [[nodiscard]] ProviderConfig config() const {
        ProviderConfig c;
        c.issuer = base_url + "/oidc";
        c.signer = &key;
        c.key_id = "k1";
        c.clients = {{"shop",
                      "Buchladen",
                      "Ortstarif",
                      encoding::base64url_encode(hash::sha256(std::string_view("s3cret")).view()),
                      {back},
                      {"address.municipality_key"}},
                     {"app", "App", "Ortstarif", "", {"http://127.0.0.1:4000/cb"}, {}},
                     {"library", "Bücherei", "Ausweis", "", {back}, {}, "books"},
                     {"theatre", "Theater", "Ausweis", "", {back}, {}, "stage"}};
        c.subject_secret = Bytes(32, 7);
        return c;
    }

    [[nodiscard]] static Form query() {
        return {{"client_id", "shop"},
                {"redirect_uri", back},
                {"response_type", "code"},
                {"scope", "openid"},
                {"state", "s-1"},
                {"nonce", "n-1"},
                {"code_challenge", challenge_text},
                {"code_challenge_method", "S256"}};
    }

    [[nodiscard]] static Object shown() {
        return {{"family_name", "Müller"},
                {"address", Object{{"municipality_key", "05999004"}, {"street", "Hauptstraße"}}}};
    }

    [[nodiscard]] std::string code() {
        const auto begun = provider.begin(query(), test_now);
        const auto url =
            provider.finish(std::get<LoginRequest>(begun).session_id, shown(), test_now);
        return parse_form(url->substr(url->find('?') + 1))->at("code");
    }

    [[nodiscard]] HttpResponse token(const Form& form, UnixSeconds now = test_now,
                                     const std::string& authorization = "") {
        return provider.token(
            {"application/x-www-form-urlencoded", authorization, "", form_encode(form)}, now);
    }

    [[nodiscard]] static Form token_form(const std::string& code) {
        return {{"grant_type", "authorization_code"},
                {"code", code},
                {"redirect_uri", back},
                {"code_verifier", verifier_text},
                {"client_id", "shop"},
                {"client_secret", "s3cret"}};
    }
};

}  // namespace

TEST_CASE("login with proof of residence: the shop learns what it is registered for") {
    Shop shop;
    const auto begun = shop.provider.begin(Shop::query(), test_now);
    const LoginRequest& login = std::get<LoginRequest>(begun);
    CHECK(login.client->name == "Buchladen");
    CHECK(shop.provider.login(login.session_id, test_now));
    const auto url = shop.provider.finish(login.session_id, Shop::shown(), test_now);
    REQUIRE(url);
    CHECK_FALSE(shop.provider.login(login.session_id, test_now));
    CHECK_FALSE(shop.provider.finish(login.session_id, Shop::shown(), test_now));
    const auto answer = parse_form(url->substr(url->find('?') + 1));
    CHECK(answer->at("state") == "s-1");
    CHECK(answer->at("iss") == base_url + "/oidc");

    const HttpResponse granted = shop.token(Shop::token_form(answer->at("code")));
    REQUIRE(granted.status == 200);
    CHECK(granted.header("Cache-Control") == "no-store");
    const auto jws = keys::parse_jws(json(granted.body).text_at("id_token"), {"JWT", {"ES256"}});
    REQUIRE(jws);
    CHECK(keys::verify_jws(*jws, keys::PublicKey(shop.key.public_key())));
    const Value claims(keys::payload_object(*jws).value());
    CHECK(claims.text_at("aud") == "shop");
    CHECK(claims.text_at("nonce") == "n-1");
    CHECK(claims.find("exp")->integer().value() - claims.find("iat")->integer().value() <= 300);
    CHECK(claims.find("resident")->boolean() == true);
    // How: what the discovery document announces, though nobody asked.
    CHECK(claims.text_at("acr") == presentation_acr);
    CHECK(*json(shop.provider.discovery().body).find("acr_values_supported") ==
          Value(Array{presentation_acr}));
    CHECK(*claims.find("address") == Value(Object{{"municipality_key", "05999004"}}));
    CHECK(claims.find("family_name") == nullptr);
    // Another visit, another subject.
    const auto again =
        keys::parse_jws(json(shop.token(Shop::token_form(shop.code())).body).text_at("id_token"),
                        {"JWT", {"ES256"}});
    CHECK(Value(keys::payload_object(*again).value()).text_at("sub") != claims.text_at("sub"));
}

TEST_CASE("a client with a sector knows a person again, and nobody else's name for them") {
    Shop shop;
    const auto subject = [&](const std::string& client, std::string_view pseudonym) {
        Form query = Shop::query();
        query["client_id"] = client;
        const auto begun = shop.provider.begin(query, test_now);
        const auto url = shop.provider.finish(std::get<LoginRequest>(begun).session_id,
                                              Shop::shown(), test_now, pseudonym);
        const auto answer = parse_form(url->substr(url->find('?') + 1));
        if (answer->contains("error")) return answer->at("error");
        Form form = Shop::token_form(answer->at("code"));
        form["client_id"] = client;
        form.erase("client_secret");  // both are public clients
        const auto jws =
            keys::parse_jws(json(shop.token(form).body).text_at("id_token"), {"JWT", {"ES256"}});
        REQUIRE(jws);
        return std::string(Value(keys::payload_object(*jws).value()).text_at("sub"));
    };
    const std::string known = subject("library", "R1");
    CHECK(known.size() == 43);
    CHECK(known.find("R1") == std::string::npos);
    CHECK(subject("library", "R1") == known);
    CHECK(subject("library", "R2") != known);
    CHECK(subject("theatre", "R1") != known);
    CHECK(subject("library", "") == "access_denied");
}

TEST_CASE("login requests that must be refused") {
    Shop shop;
    const auto begin = [&](const std::string& name, const std::string& value) {
        Form form = Shop::query();
        form[name] = value;
        const auto begun = shop.provider.begin(form, test_now);
        const auto* refusal = std::get_if<LoginRefusal>(&begun);
        REQUIRE(refusal != nullptr);
        if (refusal->redirect.empty()) return std::string();
        CHECK(refusal->redirect.starts_with(back + "?"));
        return parse_form(refusal->redirect.substr(refusal->redirect.find('?') + 1))->at("error");
    };
    // Nobody is sent to an address that is not registered, character by character.
    CHECK(begin("client_id", "other").empty());
    for (const char* uri : {"https://shop.example/back/", "https://shop.example/back?x",
                            "https://shop.example/Back", "https://evil.example/back", ""}) {
        CHECK(begin("redirect_uri", uri).empty());
    }
    CHECK(begin("response_type", "token") == "unsupported_response_type");
    CHECK(begin("response_type", "code id_token") == "unsupported_response_type");
    CHECK(begin("scope", "profile") == "invalid_scope");
    CHECK(begin("code_challenge", "") == "invalid_request");
    CHECK(begin("code_challenge_method", "plain") == "invalid_request");
    CHECK(begin("request", "e30.e30.") == "request_not_supported");
    CHECK(begin("request_uri", "https://x.example") == "request_uri_not_supported");
    CHECK(begin("prompt", "none") == "login_required");
    CHECK(begin("response_mode", "form_post") == "invalid_request");
    // What an ordinary library may add, and each login fulfils anyway.
    for (const char* more : {"response_mode=", "response_mode=query", "prompt=login", "max_age=0",
                             "acr_values=else", "ui_locales=de"}) {
        CAPTURE(more);
        Form form = Shop::query();
        form.merge(*parse_form(more));
        CHECK(std::holds_alternative<LoginRequest>(shop.provider.begin(form, test_now)));
    }
    const auto begun = shop.provider.begin(Shop::query(), test_now);
    const auto denied =
        shop.provider.deny(std::get<LoginRequest>(begun).session_id, "access_denied", test_now);
    CHECK(denied->find("error=access_denied") != std::string::npos);
}

TEST_CASE("token requests that must be refused") {
    Shop shop;
    const auto refused = [&](const std::string& name, const std::string& value,
                             UnixSeconds now = test_now) {
        Form form = Shop::token_form(shop.code());
        form[name] = value;
        return error_of(shop.token(form, now));
    };
    CHECK(refused("grant_type", "password") == "400 unsupported_grant_type");
    CHECK(refused("client_secret", "wrong") == "401 invalid_client");
    CHECK(refused("client_secret", "") == "401 invalid_client");
    CHECK(refused("client_id", "app") == "401 invalid_client");
    CHECK(refused("code", "wrong") == "400 invalid_grant");
    CHECK(refused("redirect_uri", "https://shop.example/") == "400 invalid_grant");
    CHECK(refused("code_verifier", std::string(43, 'x')) == "400 invalid_grant");
    CHECK(refused("code_verifier", "") == "400 invalid_grant");
    CHECK(refused("code", "x", test_now + 61) == "400 invalid_grant");
    const std::string code = shop.code();
    CHECK(error_of(shop.token(Shop::token_form(code), test_now + 60)) == "400 invalid_grant");
    const std::string once = shop.code();
    CHECK(shop.token(Shop::token_form(once)).status == 200);
    CHECK(error_of(shop.token(Shop::token_form(once))) == "400 invalid_grant");
    // The code of a shop is worth nothing to another client.
    Form other = Shop::token_form(shop.code());
    other["client_id"] = "app";
    other.erase("client_secret");
    CHECK(error_of(shop.token(other)) == "400 invalid_grant");
    // The secret in the header.
    Form bare = Shop::token_form(shop.code());
    bare.erase("client_secret");
    bare.erase("client_id");
    CHECK(shop.token(bare, test_now, "Basic " + encoding::base64_encode(view_of("shop:s3cret")))
              .status == 200);
    CHECK(error_of(
              shop.token(bare, test_now, "Basic " + encoding::base64_encode(view_of("shop:no")))) ==
          "401 invalid_client");
    const Value about = json(shop.provider.discovery().body);
    CHECK(about.text_at("issuer") == base_url + "/oidc");
    CHECK(*about.find("response_types_supported") == Value(Array{"code"}));
}
