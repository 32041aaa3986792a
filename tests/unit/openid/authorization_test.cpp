// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The authorization code flow with PAR, PKCE, DPoP and wallet attestation; deferred issuance;
// refresh. Negative cases: RFC 9700, RFC 9449, reliability F2.
#include <catch2/catch.hpp>

#include "tests/unit/openid/wallet_app.hpp"

using namespace stadtbuch;
using namespace stadtbuch::openid;

namespace {

struct Flow {
    explicit Flow(bool haip = true, bool dpop_nonce = false)
        : random(77), app(random), counter([this, haip, dpop_nonce](IssuerConfig& c) {
              c.wallets = app.trust();
              c.haip = haip;
              c.dpop_nonce = dpop_nonce;
          }) {
        counter.issuer.decide_with(decisions);
        grant();
    }

    void grant() {
        decisions.answer = {
            Decision::State::granted,
            credential::residence_content(counter.town.person(), counter.town.residence, test_now),
            14 * day_s};
    }

    [[nodiscard]] HttpResponse push(const Form& form) {
        return counter.issuer.pushed_authorization(app.form(issuer_paths::pushed, form), test_now);
    }

    [[nodiscard]] std::string request_uri() {
        return std::string(json(push(pushed_form()).body).text_at("request_uri"));
    }

    /// The way to a code; the citizen is known as `case_id`.
    [[nodiscard]] std::string code(const std::string& case_id = "case-7") {
        const auto session =
            counter.issuer.open_authorization(client_name, request_uri(), test_now);
        const auto url = counter.issuer.finish_authorization(session->id, case_id, test_now);
        return parse_form(url->substr(url->find('?') + 1))->at("code");
    }

    [[nodiscard]] HttpResponse token(const Form& form) {
        return counter.issuer.token(app.form(issuer_paths::token, form), test_now).response;
    }

    [[nodiscard]] std::string access_token() {
        return std::string(json(token(code_form(code())).body).text_at("access_token"));
    }

    [[nodiscard]] IssuerAnswer ask(const std::string& access,
                                   const std::vector<std::string>& proofs) {
        return counter.issuer.credential(app.with_token(issuer_paths::credential, access,
                                                        credential_request("residence", proofs)),
                                         test_now);
    }

    keys::SeededRandom random;
    WalletApp app;
    SetDecisions decisions;
    Counter counter;
};

}  // namespace

TEST_CASE("authorization code flow as HAIP wants it") {
    Flow flow;
    const HttpResponse pushed = flow.push(pushed_form());
    REQUIRE(pushed.status == 201);
    CHECK(json(pushed.body).find("expires_in")->integer().value() < 600);
    const std::string uri(json(pushed.body).text_at("request_uri"));
    CHECK_FALSE(flow.counter.issuer.open_authorization("https://other.example", uri, test_now));
    CHECK_FALSE(flow.counter.issuer.open_authorization(client_name, uri, test_now + 600));
    const auto session = flow.counter.issuer.open_authorization(client_name, uri, test_now);
    REQUIRE(session);
    CHECK(session->configuration_id == "residence");
    CHECK(session->wallet_name == "Testwallet");
    CHECK_FALSE(flow.counter.issuer.open_authorization(client_name, uri, test_now));
    CHECK(flow.counter.issuer.authorization(session->id, test_now)->client_id == client_name);

    const auto url = flow.counter.issuer.finish_authorization(session->id, "case-7", test_now);
    REQUIRE(url);
    CHECK(url->starts_with("https://wallet.example/back?x=1&"));
    const auto answer = parse_form(url->substr(url->find('?') + 1));
    CHECK(answer->at("state") == "s-1");
    CHECK(answer->at("iss") == issuer_url);
    CHECK_FALSE(flow.counter.issuer.finish_authorization(session->id, "case-8", test_now));

    const HttpResponse granted = flow.token(code_form(answer->at("code")));
    REQUIRE(granted.status == 200);
    CHECK(granted.header("Cache-Control") == "no-store");
    const Value body = json(granted.body);
    CHECK(body.text_at("token_type") == "DPoP");
    const std::string token(body.text_at("access_token"));
    const auto key = keys::P256PrivateKey::generate(flow.random);
    const auto issued = flow.ask(token, {flow.counter.proof(key, flow.counter.nonce())});
    REQUIRE(issued.response.status == 200);
    CHECK(std::get<CredentialsIssued>(issued.events.at(0)).case_id == "case-7");
    CHECK(flow.decisions.asked == "case-7");

    // Renewed with the same key; a repeat does not touch what was issued before.
    const std::string refresh(body.text_at("refresh_token"));
    const Form again{{"grant_type", "refresh_token"}, {"refresh_token", refresh}};
    const HttpResponse renewed = flow.token(again);
    REQUIRE(renewed.status == 200);
    CHECK(json(renewed.body).text_at("refresh_token") == refresh);
    const std::string second(json(renewed.body).text_at("access_token"));
    CHECK(flow.ask(second, {flow.counter.proof(key, flow.counter.nonce())}).response.status == 200);
    // Moved away: nothing more.
    flow.decisions.answer = {};
    CHECK(error_of(flow.token(again)) == "400 invalid_grant");
    flow.grant();
    CHECK(error_of(flow.token(again)) == "400 invalid_grant");
}

TEST_CASE("a wallet that nobody vouches for returns to registered addresses only") {
    Flow flow(false);
    const auto push = [&](const std::string& uri) {
        Form form = pushed_form();
        form["redirect_uri"] = uri;
        return flow.counter.issuer.pushed_authorization(
            flow.app.form(issuer_paths::pushed, form, false), test_now);
    };
    CHECK(push("https://wallet.example/back?x=1").status == 201);
    for (const char* uri : {"https://wallet.example/back", "https://wallet.example/back?x=1&y=2",
                            "https://thief.example/back?x=1", "eu.wallet.app:/cb"}) {
        CHECK(error_of(push(uri)) == "400 invalid_request");
    }
}

TEST_CASE("pushed requests that must be refused") {
    Flow flow;
    const auto refused = [&](const std::string& name, const std::string& value) {
        Form form = pushed_form();
        form[name] = value;
        if (value == "-") form.erase(name);
        return error_of(flow.push(form));
    };
    CHECK(refused("response_type", "token") == "400 unsupported_response_type");
    CHECK(refused("client_id", "https://other.example") == "401 invalid_client_attestation");
    CHECK(refused("code_challenge", "-") == "400 invalid_request");
    CHECK(refused("code_challenge_method", "plain") == "400 invalid_request");
    CHECK(refused("code_challenge", "short") == "400 invalid_request");
    CHECK(refused("scope", "openid") == "400 invalid_scope");
    CHECK(refused("scope", "residence parking") == "400 invalid_scope");
    CHECK(refused("request_uri", "urn:x") == "400 invalid_request");
    CHECK(refused("request", "e30.e30.") == "400 invalid_request");
    CHECK(refused("dpop_jkt", std::string(43, 'A')) == "400 invalid_dpop_proof");
    CHECK(refused("authorization_details", "[{}]") != "400 invalid_scope");
    for (const char* uri : {"-", "https://a.example/#x", "javascript:alert(1)", "data:text/html,x",
                            "http://a.example/", "//a.example", "HTTPS://a.example", "https://",
                            "http://localhost.evil.example/"}) {
        CHECK(refused("redirect_uri", uri) == "400 invalid_request");
    }
    for (const char* uri : {"eu.wallet.app:/cb", "http://127.0.0.1:4000/cb", "haip://back"}) {
        Form form = pushed_form();
        form["redirect_uri"] = uri;
        CHECK(flow.push(form).status == 201);
    }
    Form details = pushed_form();
    details.erase("scope");
    details["authorization_details"] =
        R"([{"type":"openid_credential","credential_configuration_id":"parking"}])";
    CHECK(flow.push(details).status == 201);
    CHECK(error_of(flow.counter.issuer.pushed_authorization(
              flow.app.form(issuer_paths::pushed, pushed_form(), false), test_now)) ==
          "401 invalid_client");
    HttpRequest twice = flow.app.form(issuer_paths::pushed, pushed_form());
    twice.dpop.push_back(flow.app.dpop(issuer_paths::pushed));
    CHECK(error_of(flow.counter.issuer.pushed_authorization(twice, test_now)) ==
          "400 invalid_dpop_proof");
}

TEST_CASE("codes that must be refused") {
    Flow flow;
    const auto refused = [&](const std::string& name, const std::string& value) {
        Form form = code_form(flow.code());
        form[name] = value;
        return error_of(flow.token(form));
    };
    CHECK(refused("code", "wrong") == "400 invalid_grant");
    CHECK(refused("redirect_uri", "https://wallet.example/back") == "400 invalid_grant");
    CHECK(refused("code_verifier", std::string(43, 'x')) == "400 invalid_grant");
    CHECK(refused("code_verifier", "") == "400 invalid_grant");
    CHECK(refused("client_id", "https://other.example") == "401 invalid_client_attestation");

    const std::string late = flow.code();
    CHECK(error_of(
              flow.counter.issuer
                  .token(flow.app.form(issuer_paths::token, code_form(late), true, false), test_now)
                  .response) == "400 invalid_dpop_proof");
    WalletApp thief(flow.random);
    HttpRequest other = flow.app.form(issuer_paths::token, code_form(flow.code()));
    other.dpop = {thief.dpop(issuer_paths::token)};
    CHECK(error_of(flow.counter.issuer.token(other, test_now).response) ==
          "400 invalid_dpop_proof");
    CHECK(error_of(flow.counter.issuer
                       .token(flow.app.form(issuer_paths::token, code_form(flow.code()), false),
                              test_now)
                       .response) == "401 invalid_client");

    // A code goes to the wallet that asked for it: the same product, but another instance.
    const Form asked_before = code_form(flow.code());
    std::swap(flow.app.instance, thief.instance);
    const HttpResponse twin = flow.token(asked_before);
    std::swap(flow.app.instance, thief.instance);
    CHECK(error_of(twin) == "400 invalid_grant");
    CHECK(twin.rule == "IS-08");

    // A second use is a theft: what the first one brought is void.
    const std::string code = flow.code();
    const Value first = json(flow.token(code_form(code)).body);
    CHECK(error_of(flow.token(code_form(code))) == "400 invalid_grant");
    const auto key = keys::P256PrivateKey::generate(flow.random);
    CHECK(flow.ask(std::string(first.text_at("access_token")),
                   {flow.counter.proof(key, flow.counter.nonce())})
              .response.status == 401);
    CHECK(error_of(flow.token({{"grant_type", "refresh_token"},
                               {"refresh_token", std::string(first.text_at("refresh_token"))}})) ==
          "400 invalid_grant");
}

TEST_CASE("DPoP proofs at the token and the resource") {
    Flow flow;
    const std::string token = flow.access_token();
    const auto key = keys::P256PrivateKey::generate(flow.random);
    const auto send = [&](const std::string& authorization, std::vector<std::string> proofs) {
        HttpRequest request{
            "application/json", authorization, "",
            credential_request("residence", {flow.counter.proof(key, flow.counter.nonce())})};
        request.dpop = std::move(proofs);
        return flow.counter.issuer.credential(request, test_now).response;
    };
    const std::string_view path = issuer_paths::credential;
    CHECK(error_of(send("Bearer " + token, {})) == "401 invalid_token");
    CHECK(error_of(send("Bearer " + token, {flow.app.dpop(path, token)})) == "401 invalid_token");
    CHECK(error_of(send("DPoP " + token, {})) == "401 invalid_token");
    CHECK(error_of(send("DPoP " + token, {flow.app.dpop(path)})) == "401 invalid_dpop_proof");
    CHECK(error_of(send("DPoP " + token, {flow.app.dpop(path, "other")})) ==
          "401 invalid_dpop_proof");
    CHECK(error_of(send("DPoP " + token, {flow.app.dpop("/token", token)})) ==
          "401 invalid_dpop_proof");
    CHECK(error_of(send("DPoP " + token, {"x"})) == "401 invalid_dpop_proof");
    WalletApp thief(flow.random);
    CHECK(error_of(send("DPoP " + token, {thief.dpop(path, token)})) == "401 invalid_token");
    const std::string good = flow.app.dpop(path, token);
    CHECK(send("DPoP " + token, {good}).status == 200);
    const HttpResponse replayed = send("DPoP " + token, {good});
    CHECK(error_of(replayed) == "401 invalid_dpop_proof");
    CHECK(replayed.header("WWW-Authenticate").starts_with("DPoP error=\"invalid_dpop_proof\""));

    const HttpResponse forged = send(
        "DPoP " + token,
        {good.substr(0, good.rfind('.')) + flow.app.dpop(path, token).substr(good.rfind('.'))});
    CHECK(error_of(forged) == "401 invalid_dpop_proof");
    CHECK(forged.rule == "DP-03");
    HttpRequest late = flow.app.form(issuer_paths::token, code_form(flow.code()));
    late.client_attestation_pop = {
        flow.app.pop([](Object&, Object& p) { p.set("iat", test_now + 100); })};
    const HttpResponse old = flow.counter.issuer.token(late, test_now + 100).response;
    CHECK(error_of(old) == "400 invalid_dpop_proof");
    CHECK(old.rule == "DP-05");

    const keys::PublicKey public_key(flow.app.dpop_key.public_key());
    const DpopRules rules{"POST", issuer_url + "/token", "", test_now};
    const auto fails = [&](const Edit& edit) {
        Object header{{"typ", "dpop+jwt"}, {"jwk", keys::jwk_of(public_key)}};
        Object payload{
            {"jti", "j"}, {"htm", "POST"}, {"htu", issuer_url + "/token"}, {"iat", test_now}};
        edit(header, payload);
        return !check_dpop(
            keys::sign_jws(header, encoding::compact_json(payload), flow.app.dpop_key), rules);
    };
    CHECK_FALSE(fails([](Object&, Object&) {}));
    CHECK_FALSE(
        fails([](Object&, Object& p) { p.set("htu", "HTTPS://Town.Example/koeln/token?x=1#y"); }));
    CHECK(fails([](Object& h, Object&) { h.set("typ", "JWT"); }));
    CHECK(fails([](Object& h, Object&) { h.erase("jwk"); }));
    CHECK(
        fails([&](Object& h, Object&) { h.set("jwk", keys::private_jwk_of(flow.app.dpop_key)); }));
    CHECK(fails([](Object& h, Object&) { h.set("crit", Array{"x"}); }));
    CHECK(fails([](Object&, Object& p) { p.set("htm", "GET"); }));
    CHECK(fails([](Object&, Object& p) { p.set("htu", issuer_url + "/tokens"); }));
    CHECK(fails([](Object&, Object& p) { p.set("iat", test_now - 61); }));
    CHECK(fails([](Object&, Object& p) { p.set("iat", test_now + 11); }));
    CHECK(fails([](Object&, Object& p) { p.erase("jti"); }));
    CHECK(fails([](Object&, Object& p) { p.set("jti", std::string(300, 'j')); }));
}

TEST_CASE("a server that wants its own nonce in DPoP proofs") {
    Flow flow(true, true);
    const HttpResponse refused = flow.push(pushed_form());
    CHECK(error_of(refused) == "400 use_dpop_nonce");
    const std::string nonce(refused.header("DPoP-Nonce"));
    REQUIRE_FALSE(nonce.empty());
    HttpRequest request = flow.app.form(issuer_paths::pushed, pushed_form());
    request.dpop = {flow.app.dpop(issuer_paths::pushed, "", nonce)};
    CHECK(flow.counter.issuer.pushed_authorization(request, test_now).status == 201);
    request = flow.app.form(issuer_paths::pushed, pushed_form());
    request.dpop = {flow.app.dpop(issuer_paths::pushed, "", nonce)};
    CHECK(error_of(flow.counter.issuer.pushed_authorization(request, test_now + 59)) ==
          "201 ");  // still good, and the proof too
    CHECK(flow.counter.issuer.nonce(test_now).header("DPoP-Nonce").size() > 20);
    // A c_nonce is no DPoP nonce.
    request.dpop = {flow.app.dpop(issuer_paths::pushed, "", flow.counter.nonce())};
    CHECK(error_of(flow.counter.issuer.pushed_authorization(request, test_now)) != "201 ");
}

TEST_CASE("deferred until the office decides") {
    Flow flow;
    flow.decisions.answer.state = Decision::State::pending;
    const HttpResponse granted = flow.token(code_form(flow.code()));
    const std::string token(json(granted.body).text_at("access_token"));
    const auto key = keys::P256PrivateKey::generate(flow.random);
    const auto waiting = flow.ask(token, {flow.counter.proof(key, flow.counter.nonce())});
    REQUIRE(waiting.response.status == 202);
    CHECK(waiting.events.empty());
    const std::string id(json(waiting.response.body).text_at("transaction_id"));
    CHECK(json(waiting.response.body).find("interval")->integer().value() > 0);
    const auto poll = [&](const std::string& which, const std::string& with) {
        return flow.counter.issuer.deferred(
            flow.app.with_token(issuer_paths::deferred, with,
                                encoding::compact_json(Object{{"transaction_id", which}})),
            test_now);
    };
    const auto still = poll(id, token);
    CHECK(still.response.status == 202);
    CHECK(json(still.response.body).text_at("transaction_id") == id);
    CHECK(error_of(poll("other", token).response) == "400 invalid_transaction_id");
    const std::string other_case(
        json(flow.token(code_form(flow.code("case-8"))).body).text_at("access_token"));
    CHECK(error_of(poll(id, other_case).response) == "400 invalid_transaction_id");

    flow.grant();
    // The first token has expired; the refresh token brings another one for the same case.
    const HttpResponse renewed =
        flow.token({{"grant_type", "refresh_token"},
                    {"refresh_token", std::string(json(granted.body).text_at("refresh_token"))}});
    const std::string later(json(renewed.body).text_at("access_token"));
    const auto issued = poll(id, later);
    REQUIRE(issued.response.status == 200);
    const auto received = read_credential_response(issued.response.body);
    CHECK(keys::thumbprint(*credential::read_credential(received->credentials[0])->holder) ==
          keys::thumbprint(keys::PublicKey(key.public_key())));
    CHECK(std::get<CredentialsIssued>(issued.events.at(0)).case_id == "case-7");
    CHECK(error_of(poll(id, later).response) == "400 invalid_transaction_id");

    flow.decisions.answer.state = Decision::State::pending;
    const auto second = flow.ask(later, {flow.counter.proof(key, flow.counter.nonce())});
    const std::string denied(json(second.response.body).text_at("transaction_id"));
    flow.decisions.answer.state = Decision::State::refused;
    CHECK(error_of(poll(denied, later).response) == "400 credential_request_denied");
}

TEST_CASE("who asked for encrypted answers gets them also while the office decides") {
    Flow flow;
    flow.decisions.answer.state = Decision::State::pending;
    const std::string token = flow.access_token();
    const auto key = keys::P256PrivateKey::generate(flow.random);
    const auto reader = keys::P256PrivateKey::generate(flow.random);
    const auto sealed = [&](std::string_view path, Value body, const char* kid) {
        Object jwk = keys::jwk_of(keys::PublicKey(reader.public_key()));
        jwk.set("alg", "ECDH-ES");
        jwk.set("kid", kid);
        body.object()->set("credential_response_encryption",
                           Object{{"jwk", jwk}, {"enc", "A128GCM"}});
        HttpRequest request = flow.app.with_token(
            path, token,
            keys::encrypt_jwe(encoding::compact_json(body),
                              {flow.counter.encryption.public_key(), "", "A128GCM", {}, {}, false},
                              flow.random)
                .value());
        request.content_type = "application/jwt";
        return request;
    };
    const auto opened = [&](const HttpResponse& response, const char* kid) {
        CHECK(response.content_type == "application/jwt");
        CHECK(response.header("Cache-Control") == "no-store");
        const auto plain = keys::decrypt_jwe(response.body, reader);
        REQUIRE(plain);
        CHECK(Value(plain->header).text_at("kid") == kid);
        return json(plain->plaintext);
    };
    const Value wanted =
        json(credential_request("residence", {flow.counter.proof(key, flow.counter.nonce())}));
    const auto first =
        flow.counter.issuer.credential(sealed(issuer_paths::credential, wanted, "first"), test_now);
    REQUIRE(first.response.status == 202);
    const std::string id(opened(first.response, "first").text_at("transaction_id"));
    REQUIRE_FALSE(id.empty());

    const Value named = Object{{"transaction_id", id}};
    const auto still =
        flow.counter.issuer.deferred(sealed(issuer_paths::deferred, named, "second"), test_now);
    REQUIRE(still.response.status == 202);
    CHECK(opened(still.response, "second").text_at("transaction_id") == id);
    // "If it is not included encryption will not be performed" (OpenID4VCI 1.0 §9.1).
    const auto plain = flow.counter.issuer.deferred(
        flow.app.with_token(issuer_paths::deferred, token, encoding::compact_json(named)),
        test_now);
    CHECK(json(plain.response.body).text_at("transaction_id") == id);

    flow.grant();
    const auto done =
        flow.counter.issuer.deferred(sealed(issuer_paths::deferred, named, "third"), test_now);
    REQUIRE(done.response.status == 200);
    CHECK(opened(done.response, "third").find("credentials")->array()->size() == 1);
    CHECK(error_of(flow.counter.issuer
                       .deferred(sealed(issuer_paths::deferred, named, "fourth"), test_now)
                       .response) == "400 invalid_transaction_id");  // errors are never encrypted
}

TEST_CASE("without HAIP a plain wallet comes by PKCE alone, and waits with a long token") {
    Flow flow(false);
    const HttpResponse pushed = flow.counter.issuer.pushed_authorization(
        flow.app.form(issuer_paths::pushed, pushed_form(), false, false), test_now);
    REQUIRE(pushed.status == 201);
    const auto session = flow.counter.issuer.open_authorization(
        client_name, json(pushed.body).text_at("request_uri"), test_now);
    const auto url = flow.counter.issuer.finish_authorization(session->id, "case-7", test_now);
    flow.decisions.answer.state = Decision::State::pending;
    const auto answer = flow.counter.issuer.token(
        flow.app.form(issuer_paths::token,
                      code_form(parse_form(url->substr(url->find('?') + 1))->at("code")), false,
                      false),
        test_now);
    const Value body = json(answer.response.body);
    CHECK(body.text_at("token_type") == "Bearer");
    CHECK(body.find("expires_in")->integer().value() > day_s);
    CHECK(body.find("refresh_token") == nullptr);
}

TEST_CASE("an offer for the authorization code grant") {
    Flow flow;
    OfferRequest request;
    request.configuration_id = "residence";
    request.case_id = "case-1";
    request.content = credential::residence_content(flow.counter.town.person(),
                                                    flow.counter.town.residence, test_now);
    request.tx_code = "493536";
    request.pre_authorized = false;
    request.authorization_code = true;
    const CreatedOffer offer = flow.counter.issuer.create_offer(request, test_now).value();
    const Value grants =
        *json(flow.counter.issuer.credential_offer(offer.id, test_now).body).find("grants");
    CHECK(grants.object()->size() == 1);
    CHECK(grants.find("authorization_code")->text_at("issuer_state") == offer.id);
    CHECK_FALSE(flow.counter.issuer.take_typed_code(offer.id, "000000", test_now).case_id);
    const auto typed = flow.counter.issuer.take_typed_code(offer.id, "493536", test_now);
    REQUIRE(typed.case_id);
    CHECK(*typed.case_id == "case-1");
    CHECK_FALSE(flow.counter.issuer.take_typed_code(offer.id, "493536", test_now).case_id);
    const CreatedOffer other = flow.counter.issuer.create_offer(request, test_now).value();
    for (int i = 0; i < 5; ++i)
        CHECK_FALSE(flow.counter.issuer.take_typed_code(other.id, "000000", test_now).case_id);
    CHECK_FALSE(flow.counter.issuer.take_typed_code(other.id, "493536", test_now).case_id);
    CHECK(flow.counter.issuer.offer_state(other.id, test_now) == OfferState::burnt);

    const auto session =
        flow.counter.issuer.open_authorization(client_name, flow.request_uri(), test_now);
    const auto denied =
        flow.counter.issuer.deny_authorization(session->id, "access_denied", test_now);
    CHECK(denied->find("error=access_denied") != std::string::npos);
    CHECK(denied->find("state=s-1") != std::string::npos);
}
