// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The office as a client of an identity provider: what it sends, and what it refuses. Against a
// real provider: tests/e2e/agent/account_login.mjs.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "ssi/keys/jose.hpp"
#include "ssi/openid/identity_client.hpp"
#include "storage/hash/hash.hpp"
#include "tests/unit/openid/counter.hpp"

using namespace stadtbuch;
using namespace stadtbuch::openid;

namespace {

const std::string issuer_url = "https://idp.example/realms/town";

Object discovery() {
    return {{"issuer", issuer_url},
            {"authorization_endpoint", issuer_url + "/auth?tenant=7"},
            {"token_endpoint", issuer_url + "/token"},
            {"jwks_uri", issuer_url + "/keys"},
            {"userinfo_endpoint", issuer_url + "/me"},
            {"response_types_supported", Array{"code", "id_token"}},
            {"code_challenge_methods_supported", Array{"plain", "S256"}},
            {"token_endpoint_auth_methods_supported", Array{"private_key_jwt"}}};
}

std::optional<IdentityProviderMetadata> read(const Object& document,
                                             const std::string& issuer = issuer_url) {
    return read_provider_metadata(encoding::compact_json(document), issuer);
}

struct Login {
    keys::SeededRandom random{77};
    keys::P256PrivateKey provider_key = keys::P256PrivateKey::generate(random);
    keys::P256PrivateKey client_key = keys::P256PrivateKey::generate(random);
    IdentityClient client{config()};
    credential::Trace trace;

    [[nodiscard]] IdentityClientConfig config() const {
        IdentityClientConfig out;
        out.issuer = issuer_url;
        out.client_id = "town hall";
        out.client_secret = "s:e+c r\u00e4t";
        out.redirect_uri = "https://town.example/konto/a/rueckkehr";
        out.scopes = {"openid", "profile"};
        out.acr = {"high", "substantial"};
        out.claims = {{"family_name", "family_name"},
                      {"given_name", "given_name"},
                      {"birthdate", "birth.date"},
                      {"street_address", "address.street_address"}};
        return out;
    }

    [[nodiscard]] static Object claims() {
        return {{"iss", issuer_url},
                {"sub", "person-1"},
                {"aud", "town hall"},
                {"iat", test_now},
                {"exp", test_now + 300},
                {"auth_time", test_now - 5},
                {"nonce", "n-1"},
                {"acr", "high"},
                {"family_name", "M\u00fcller"},
                {"given_name", "Ay\u015fe"},
                {"birth", Object{{"date", "1990-01-02"}}}};
    }

    [[nodiscard]] ProviderKeys provider_keys(const std::string& kid = "k1") const {
        Object jwk = keys::jwk_of(provider_key.public_key());
        jwk.set("kid", kid);
        return *read_provider_keys(encoding::compact_json(Object{
            {"keys", Array{Object{{"kty", "oct"}, {"k", "AAAA"}}, Object{{"kty", "RSA"}}, jwk}}}));
    }

    [[nodiscard]] std::string token(const Object& payload, const std::string& kid = "k1") const {
        return keys::sign_jws({{"kid", kid}}, encoding::compact_json(payload), provider_key);
    }

    /// The rule that refuses; empty: none.
    [[nodiscard]] std::string refused(const std::string& compact, const std::string& nonce = "n-1",
                                      UnixSeconds now = test_now) {
        trace = {};
        const auto good = client.id_token(compact, provider_keys(), nonce, now, trace);
        const auto* line = trace.first_failure();
        CHECK(good.has_value() == (line == nullptr));
        return line == nullptr ? std::string() : noted(trace);
    }

    /// The rule that failed, kept for the walk at the end.
    static std::string noted(const credential::Trace& trace) {
        const std::string rule = trace.first_failure()->rule;
        refusing().insert(rule);
        return rule;
    }

    static std::set<std::string, std::less<>>& refusing() {
        static std::set<std::string, std::less<>> seen;
        return seen;
    }

    [[nodiscard]] std::string refused_with(const std::string& name, Value value) {
        Object changed = claims();
        changed.set(name, std::move(value));
        return refused(token(changed));
    }
};

}  // namespace

TEST_CASE("identity provider: its discovery document is believed as far as it must be") {
    const auto good = read(discovery());
    REQUIRE(good);
    CHECK(good->takes_client_jwt);
    CHECK_FALSE(good->takes_client_secret);
    CHECK_FALSE(good->names_itself);
    CHECK_FALSE(read(discovery(), issuer_url + "/"));
    for (const char* name :
         {"authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported"}) {
        Object without = discovery();
        without.erase(name);
        CHECK_FALSE(read(without));
    }
    for (const char* url :
         {"http://idp.example/t", "http://127.0.0.1:8/t", "https://a@b.example/",
          "ftp://idp.example", "https://idp.example/#f", "https://idp.example/ x"}) {
        Object other = discovery();
        other.set("token_endpoint", url);
        CHECK_FALSE(read(other));
    }
    Object plain = discovery();
    plain.set("code_challenge_methods_supported", Array{"plain"});
    CHECK_FALSE(read(plain));
    CHECK_FALSE(read_provider_metadata("[]", issuer_url));
    CHECK_FALSE(is_provider_url("http://localhost.evil.example/"));
    CHECK(is_provider_url("http://localhost:8080/realms"));
}

TEST_CASE("identity provider: the request and the answer to it") {
    Login login;
    const auto metadata = *read(discovery());
    const BegunLogin begun = login.client.begin(metadata, login.random);
    CHECK(begun.url.starts_with(issuer_url + "/auth?tenant=7&"));
    const auto query = *parse_form(begun.url.substr(begun.url.find('?') + 1));
    CHECK(query.at("response_type") == "code");
    CHECK(query.at("scope") == "openid profile");
    CHECK(query.at("state") == begun.state);
    CHECK(query.at("nonce") == begun.nonce);
    CHECK(query.at("code_challenge_method") == "S256");
    CHECK(query.at("code_challenge") ==
          encoding::base64url_encode(hash::sha256(std::string_view(begun.verifier)).view()));
    CHECK(query.at("acr_values") == "high substantial");
    CHECK(query.at("max_age") == "900");
    const BegunLogin next = login.client.begin(metadata, login.random);
    CHECK((next.state != begun.state && next.nonce != begun.nonce));

    const auto code = [&](const Form& answer, bool names_itself) {
        credential::Trace trace;
        IdentityProviderMetadata said = metadata;
        said.names_itself = names_itself;
        const auto found = login.client.code_of(answer, said, trace);
        if (!found) CHECK(Login::noted(trace) == "LG-03");
        return found;
    };
    CHECK(code({{"code", "c"}}, false) == "c");
    CHECK(code({{"code", "c"}, {"iss", issuer_url}}, true) == "c");
    CHECK_FALSE(code({{"code", "c"}}, true));
    CHECK_FALSE(code({{"code", "c"}, {"iss", "https://evil.example"}}, false));
    CHECK_FALSE(code({{"code", "c"}, {"error", "access_denied"}}, false));
    CHECK_FALSE(code({{"code", ""}}, false));
    CHECK_FALSE(code({{"code", std::string(5000, 'c')}}, false));
}

TEST_CASE("identity provider: how the office shows who asks for the token") {
    Login login;
    const TokenCall by_secret = login.client.token_call("c", "v", login.random, test_now);
    // RFC 6749 §2.3.1: form-encoded, then base64.
    CHECK(by_secret.authorization ==
          "Basic " + encoding::base64_encode(view_of("town%20hall:s%3Ae%2Bc%20r%C3%A4t")));
    const auto form = *parse_form(by_secret.body);
    CHECK(form.at("code_verifier") == "v");
    CHECK_FALSE(form.contains("client_secret"));

    IdentityClientConfig config = login.config();
    config.signer = &login.client_key;
    config.key_id = "2026";
    const TokenCall by_key = IdentityClient(config).token_call("c", "v", login.random, test_now);
    CHECK(by_key.authorization.empty());
    const auto assertion = keys::parse_jws(parse_form(by_key.body)->at("client_assertion"), {});
    REQUIRE(assertion);
    CHECK(keys::verify_jws(*assertion, login.client_key.public_key()));
    CHECK(Value(assertion->header).text_at("kid") == "2026");
    const Value said = json(assertion->payload);
    CHECK(said.text_at("aud") == issuer_url);
    CHECK(said.text_at("sub") == "town hall");
    CHECK(said.find("exp")->integer() == test_now + 60);
}

TEST_CASE("identity provider: the ID token, rule by rule") {
    Login login;
    CHECK(login.refused(login.token(Login::claims())).empty());
    CHECK(login.trace.lines.size() == 7);
    CHECK(login.refused("no token") == "LG-05");
    CHECK(
        login.refused(encoding::base64url_encode(view_of(R"({"alg":"none"})")) + "." +
                      encoding::base64url_encode(view_of(encoding::compact_json(Login::claims()))) +
                      ".") == "LG-05");
    const keys::P256PrivateKey thief = keys::P256PrivateKey::generate(login.random);
    const std::string stolen =
        keys::sign_jws({{"kid", "k1"}}, encoding::compact_json(Login::claims()), thief);
    CHECK(login.refused(stolen) == "LG-06");
    CHECK(login.refused(login.token(Login::claims(), "k2")) == "LG-06");
    CHECK(IdentityClient::wants_other_keys(login.token(Login::claims(), "k2"),
                                           login.provider_keys()));
    CHECK_FALSE(
        IdentityClient::wants_other_keys(login.token(Login::claims()), login.provider_keys()));
    CHECK(login.refused_with("iss", issuer_url + "/") == "LG-07");
    CHECK(login.refused_with("aud", "another") == "LG-08");
    CHECK(login.refused_with("aud", Array{"town hall", "another"}) == "LG-08");
    CHECK(login.refused_with("aud", Array{}) == "LG-08");
    CHECK(login.refused_with("aud", Array{"town hall"}).empty());
    CHECK(login.refused_with("azp", "another") == "LG-08");
    CHECK(login.refused_with("azp", "town hall").empty());
    CHECK(login.refused_with("exp", test_now - 60) == "LG-09");
    CHECK(login.refused_with("exp", "tomorrow") == "LG-09");
    CHECK(login.refused_with("iat", test_now + 120) == "LG-09");
    CHECK(login.refused_with("iat", test_now - 700) == "LG-09");
    CHECK(login.refused_with("iat", static_cast<double>(test_now) - 0.5).empty());
    CHECK(login.refused_with("auth_time", test_now - 1000) == "LG-09");
    CHECK(login.refused_with("auth_time", nullptr) == "LG-09");
    CHECK(login.refused_with("nonce", "n-2") == "LG-10");
    CHECK(login.refused(login.token(Login::claims()), "") == "LG-10");
    CHECK(login.refused_with("acr", "low") == "LG-11");
    CHECK(login.refused_with("sub", "") == "LG-12");
    CHECK(login.refused_with("sub", 7) == "LG-12");
}

TEST_CASE("identity provider: whose the details are, and that they are there") {
    Login login;
    IdentityToken token{"person-1", Login::claims()};
    credential::Trace trace;
    CHECK_FALSE(IdentityClient::add_userinfo(token, R"({"sub":"person-2"})", trace));
    CHECK(Login::noted(trace) == "LG-12");
    trace = {};
    CHECK_FALSE(IdentityClient::add_userinfo(token, "eyJhbGciOiJub25lIn0.e30.", trace));
    trace = {};
    CHECK(IdentityClient::add_userinfo(
        token,
        R"({"sub":"person-1","acr":"low","family_name":"Other","address":{"street_address":"Weg 1"}})",
        trace));
    CHECK(Value(token.claims).text_at("acr") == "high");
    auto person = login.client.person_of(token, trace);
    REQUIRE(person);
    const Value said(*person);
    CHECK(said.text_at("family_name") == "M\u00fcller");
    CHECK(said.text_at("birthdate") == "1990-01-02");
    CHECK(said.find("address")->text_at("street_address") == "Weg 1");
    CHECK(said.find("address")->find("locality") == nullptr);
    for (const char* name : {"family_name", "given_name", "birth"}) {
        IdentityToken without = token;
        without.claims.set(name, Object{});
        CHECK_FALSE(login.client.person_of(without, trace));
        without.claims.set(name, std::string(300, 'x'));
        CHECK_FALSE(login.client.person_of(without, trace));
    }
    CHECK(Login::noted(trace) == "LG-13");
    CHECK(trace.lines.back().mend == "provider");
}

TEST_CASE("identity provider: each rule has an id and both languages") {
    std::set<std::string_view> ids;
    for (const LoginRuleText& rule : login_rules()) {
        CHECK(id_of(rule.rule) == rule.id);
        CHECK(ids.insert(rule.id).second);
        for (const auto text : {rule.good_de, rule.good_en, rule.bad_de, rule.bad_en, rule.mender})
            CHECK_FALSE(text.empty());
    }
}

TEST_CASE("identity provider: each rule has refused a login") {
    // Run alone, this case has nothing to look at.
    if (Login::refusing().size() < 5) return;
    std::ifstream script(STADTBUCH_TEST_DATA "/../e2e/agent/account_login.mjs");
    const std::string text{std::istreambuf_iterator<char>(script), {}};
    for (const LoginRuleText& rule : login_rules()) {
        CAPTURE(rule.id);
        // What needs a provider that is away, or a second browser, the script does.
        const bool by_script = rule.rule == LoginRule::provider ||
                               rule.rule == LoginRule::own_request ||
                               rule.rule == LoginRule::token_endpoint;
        CHECK(Login::refusing().contains(rule.id) != by_script);
        CHECK((!by_script || text.find(rule.id) != std::string::npos));
    }
}
