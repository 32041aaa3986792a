// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/openid/verifier.hpp"
#include "tests/unit/openid/counter.hpp"

using namespace stadtbuch;
using namespace stadtbuch::openid;

namespace {

DcqlQuery residence_query(const credential::CredentialType& type) {
    DcqlQuery query;
    CredentialQuery credential;
    credential.id = "residence";
    credential.vct_values = {type.vct};
    ClaimQuery claim;
    claim.path = credential::path_of("address.municipality_key");
    claim.values = {Value("05315000")};
    credential.claims = {claim};
    query.credentials = {credential};
    return query;
}

/// A wallet with one residence credential, and a verifier that asks for its municipality.
struct Desk {
    std::function<void(VerifierConfig&)> change;
    Counter counter;
    MemoryRecords records;
    credential::FixedStatus status;
    credential::StatusList list{1, 4096};
    keys::P256PrivateKey wallet_key = keys::P256PrivateKey::generate(counter.town.random);
    std::string held = counter.issue(wallet_key);
    Verifier verifier;

    explicit Desk(std::function<void(VerifierConfig&)> given = {})
        : change(std::move(given)), verifier(config(), records, counter.town.random) {
        publish();
    }

    [[nodiscard]] VerifierConfig config() const {
        VerifierConfig c;
        c.base_url = base_url;
        c.signing = counter.town.identity();
        c.display_name = "Parkraumbewirtschaftung";
        if (change) change(c);
        return c;
    }

    void publish() {
        const std::string uri = base_url + "/status/1";
        status.tokens[uri] = credential::make_status_token(
            list, uri, {test_now, test_now + day_s, 900}, counter.town.identity());
    }

    std::string trust_list;  // on which the verifier found the town

    [[nodiscard]] TrustPolicy trust() {
        credential::TrustedIssuer town = counter.town.trusted();
        town.trust_list = trust_list;
        return {{town}, nullptr, &status};
    }

    [[nodiscard]] PresentationRequest request(ResponseMode mode) const {
        PresentationRequest r;
        r.query = residence_query(counter.town.residence);
        r.response_mode = mode;
        r.context = "parking:7";
        return r;
    }

    [[nodiscard]] AuthorizationRequest fetch(const StartedPresentation& started) {
        const auto link = read_presentation_link(started.link);
        REQUIRE(link);
        const auto object = verifier.request_object(started.request_id, test_now);
        REQUIRE(object.status == 200);
        RequestRules rules;
        rules.anchors = {counter.town.root};
        rules.now = test_now;
        auto read = read_request_object(object.body, *link, rules);
        REQUIRE(read);
        return *read;
    }

    [[nodiscard]] std::string body_for(const AuthorizationRequest& request,
                                       UnixSeconds now = test_now) {
        const auto presentations = present(request, {{held, &wallet_key}}, now);
        REQUIRE(presentations);
        return response_body(request, *presentations, counter.town.random).value();
    }

    [[nodiscard]] HttpResponse answer(const StartedPresentation& started, const std::string& body,
                                      UnixSeconds now = test_now) {
        return verifier.response(started.request_id,
                                 {"application/x-www-form-urlencoded", "", "", body}, trust(), now);
    }

    [[nodiscard]] PresentationResult result(const StartedPresentation& started) {
        return verifier.result(started.transaction_id, "", "", test_now);
    }
};

}  // namespace

TEST_CASE("of a cancelled presentation nothing is left, before and after the answer") {
    Desk desk;
    const auto waiting = desk.verifier.start(desk.request(ResponseMode::direct_post), test_now);
    const std::string late = desk.body_for(desk.fetch(waiting));
    desk.verifier.cancel(waiting.transaction_id);
    CHECK(desk.answer(waiting, late).status == 400);
    CHECK(desk.verifier.request_object(waiting.request_id, test_now).status != 200);

    const auto answered = desk.verifier.start(desk.request(ResponseMode::direct_post), test_now);
    CHECK(desk.answer(answered, desk.body_for(desk.fetch(answered))).status == 200);
    desk.verifier.cancel(answered.transaction_id);

    for (const auto& started : {waiting, answered}) {
        CHECK(desk.result(started).state == PresentationState::unknown);
        CHECK_FALSE(desk.records.get("vp", started.request_id));
        CHECK_FALSE(desk.records.get("vp_tx", started.transaction_id));
        CHECK_FALSE(desk.records.get("vp_result", started.transaction_id));
    }
    desk.verifier.cancel("unknown");
}

TEST_CASE("a presentation reaches the page that asked for it, in both modes") {
    for (const ResponseMode mode : {ResponseMode::direct_post, ResponseMode::direct_post_jwt}) {
        Desk desk;
        const auto started = desk.verifier.start(desk.request(mode), test_now);
        CHECK(desk.verifier.state(started.transaction_id, test_now) == PresentationState::waiting);
        const auto request = desk.fetch(started);
        CHECK(request.verifier_name == "Parkraumbewirtschaftung");
        CHECK(request.encrypted == (mode == ResponseMode::direct_post_jwt));
        const auto presentations = present(request, {{desk.held, &desk.wallet_key}}, test_now);
        REQUIRE(presentations);
        CHECK((*presentations)[0].disclosed ==
              std::vector<std::string>{"address.municipality_key"});
        const HttpResponse answer = desk.answer(started, desk.body_for(request));
        CHECK(answer.status == 200);
        CHECK(answer.body == "{}");
        CHECK(desk.verifier.state(started.transaction_id, test_now) == PresentationState::answered);
        const auto result = desk.result(started);
        REQUIRE(result.state == PresentationState::answered);
        CHECK(result.context == "parking:7");
        CHECK(result.trace.good());
        REQUIRE(result.credentials.size() == 1);
        const Value claims(result.credentials[0].claims);
        CHECK(claims.find("address")->text_at("municipality_key") == "05315000");
        for (const char* gone : {"cnf", "status", "iat", "family_name"})
            CHECK(claims.find(gone) == nullptr);
        // Released once; then nothing of it is left.
        CHECK(desk.result(started).state == PresentationState::unknown);
        CHECK(desk.records.get("vp", started.request_id) == R"({"state":"answered"})");
    }
}

TEST_CASE(
    "request objects: fetched by GET and POST, wallet_nonce echoed, both client id prefixes") {
    Desk desk;
    const auto started = desk.verifier.start(desk.request(ResponseMode::direct_post_jwt), test_now);
    const auto link = read_presentation_link(started.link).value();
    CHECK(link.post);
    CHECK(link.client_id == started.client_id);
    CHECK(started.client_id.starts_with("x509_hash:"));
    const auto post =
        desk.verifier.request_object_post(started.request_id,
                                          {"application/x-www-form-urlencoded", "", "",
                                           "wallet_nonce=abc-123&wallet_metadata=%7B%7D"},
                                          test_now);
    CHECK(post.content_type == "application/oauth-authz-req+jwt");
    RequestRules rules;
    rules.now = test_now;
    rules.wallet_nonce = "abc-123";
    CHECK(read_request_object(post.body, link, rules));
    rules.wallet_nonce = "other";
    CHECK(read_request_object(post.body, link, rules).error() == HolderError::bad_request_object);
    CHECK(desk.verifier
              .request_object_post(started.request_id, {"", "", "", "wallet_nonce=a%0Ab"}, test_now)
              .status == 400);
    CHECK(desk.verifier.request_object("nope", test_now).status == 404);
    CHECK(desk.verifier.request_object(started.request_id, started.expires_at).status == 404);

    VerifierConfig config = desk.config();
    config.client_id_prefix = ClientIdPrefix::x509_san_dns;
    Verifier by_name(config, desk.records, desk.counter.town.random);
    const auto other = by_name.start(desk.request(ResponseMode::direct_post), test_now);
    CHECK(other.client_id == "x509_san_dns:town.example");
    rules.wallet_nonce.clear();
    CHECK(read_request_object(by_name.request_object(other.request_id, test_now).body,
                              read_presentation_link(other.link).value(), rules));
    // The same object under another client id, or with a key that does not carry the name.
    auto wrong = read_presentation_link(other.link).value();
    wrong.client_id = "x509_san_dns:evil.example";
    CHECK_FALSE(
        read_request_object(by_name.request_object(other.request_id, test_now).body, wrong, rules));
    config.base_url = "https://evil.example";
    Verifier evil(config, desk.records, desk.counter.town.random);
    const auto lie = evil.start(desk.request(ResponseMode::direct_post), test_now);
    CHECK(read_request_object(evil.request_object(lie.request_id, test_now).body,
                              read_presentation_link(lie.link).value(), rules)
              .error() == HolderError::untrusted_verifier);
    rules.anchors = {credential::Town(77).root};
    CHECK(read_request_object(by_name.request_object(other.request_id, test_now).body,
                              read_presentation_link(other.link).value(), rules)
              .error() == HolderError::untrusted_verifier);
}

TEST_CASE("same device: only the browser that started it, only with the response code") {
    Desk desk;
    PresentationRequest request = desk.request(ResponseMode::direct_post_jwt);
    request.same_device = true;
    request.browser_session = "cookie-1";
    request.return_url = base_url + "/done?tx=1";
    const auto run = [&] {
        const auto started = desk.verifier.start(request, test_now);
        const auto answer = desk.answer(started, desk.body_for(desk.fetch(started)));
        const std::string url(json(answer.body).text_at("redirect_uri"));
        REQUIRE(url.starts_with(base_url + "/done?tx=1&response_code="));
        return std::pair(started.transaction_id, url.substr(url.rfind('=') + 1));
    };
    const auto [good, code] = run();
    CHECK(desk.verifier.result(good, "cookie-1", code, test_now).state ==
          PresentationState::answered);
    const auto [stolen, other_code] = run();
    CHECK(desk.verifier.result(stolen, "cookie-2", other_code, test_now).state ==
          PresentationState::wrong_session);
    CHECK(desk.verifier.result(stolen, "cookie-1", other_code, test_now).state ==
          PresentationState::unknown);
    const auto [guessed, unknown_code] = run();
    CHECK(desk.verifier.result(guessed, "cookie-1", "guess", test_now).state ==
          PresentationState::wrong_session);
    CHECK(desk.verifier.result(guessed, "cookie-1", unknown_code, test_now).state ==
          PresentationState::unknown);
    const auto [silent, silent_code] = run();
    CHECK(desk.verifier.result(silent, "cookie-1", "", test_now).state ==
          PresentationState::wrong_session);
}

TEST_CASE("answers are taken once, in time, and for their own request") {
    Desk desk;
    const auto started = desk.verifier.start(desk.request(ResponseMode::direct_post), test_now);
    const std::string body = desk.body_for(desk.fetch(started));
    CHECK(error_of(desk.answer(started, body, started.expires_at)) == "400 invalid_request");
    CHECK(error_of(desk.verifier.response(started.request_id, {"application/json", "", "", body},
                                          desk.trust(), test_now)) == "400 invalid_request");
    CHECK(desk.answer(started, body).status == 200);
    CHECK(error_of(desk.answer(started, body)) == "400 invalid_request");
    CHECK(desk.result(started).state == PresentationState::answered);

    // The same presentation for another request of ours: the state, then the nonce give it away.
    const auto second = desk.verifier.start(desk.request(ResponseMode::direct_post), test_now);
    CHECK(desk.answer(second, body).status == 200);
    auto failed = desk.result(second);
    CHECK(failed.state == PresentationState::failed);
    CHECK(failed.trace.first_failure()->rule == "VP-02");
    const auto third = desk.verifier.start(desk.request(ResponseMode::direct_post), test_now);
    auto form = parse_form(body).value();
    form["state"] = third.request_id;
    CHECK(desk.answer(third, form_encode(form)).status == 200);
    failed = desk.result(third);
    CHECK(failed.state == PresentationState::failed);
    CHECK(failed.trace.first_failure()->rule == "KB-04");
    CHECK(failed.credentials.empty());

    const auto fourth = desk.verifier.start(desk.request(ResponseMode::direct_post), test_now);
    CHECK(desk.verifier.state(fourth.transaction_id, fourth.expires_at) ==
          PresentationState::expired);
    CHECK(desk.verifier.result(fourth.transaction_id, "", "", test_now).state ==
          PresentationState::waiting);
    CHECK(desk.verifier.state("nope", test_now) == PresentationState::unknown);
}

TEST_CASE("answers that do not hold") {
    Desk desk;
    const auto outcome = [&](ResponseMode mode, auto make_body) {
        const auto started = desk.verifier.start(desk.request(mode), test_now);
        const auto request = desk.fetch(started);
        const HttpResponse answer = desk.answer(started, make_body(request));
        CHECK(answer.status == 200);
        const auto result = desk.result(started);
        CHECK(result.state == PresentationState::failed);
        CHECK(result.credentials.empty());
        const auto* line = result.trace.first_failure();
        return line == nullptr ? std::string() : line->rule;
    };
    const auto with_token = [](const AuthorizationRequest& request, const std::string& token) {
        return form_encode({{"vp_token", token}, {"state", request.state}});
    };
    const auto plain = ResponseMode::direct_post;
    CHECK(outcome(plain, [&](const auto& r) { return with_token(r, "x"); }) == "VP-02");
    CHECK(outcome(plain, [&](const auto& r) { return with_token(r, "{}"); }) == "VP-02");
    CHECK(outcome(plain, [&](const auto& r) { return with_token(r, R"({"other":["x"]})"); }) ==
          "VP-02");
    CHECK(outcome(plain, [&](const auto& r) { return with_token(r, R"({"residence":"x"})"); }) ==
          "VP-02");
    CHECK(outcome(plain, [&](const auto& r) {
              return with_token(r, R"({"residence":["x","y"]})");
          }) == "VP-02");
    CHECK(outcome(plain, [&](const auto& r) { return with_token(r, R"({"residence":[{}]})"); }) ==
          "VP-02");
    CHECK(outcome(plain, [&](const auto& r) { return with_token(r, R"({"residence":["x"]})"); }) ==
          "VC-01");
    CHECK(outcome(plain, [&](const auto& r) {
              return with_token(r, "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]");
          }) == "VP-02");
    CHECK(outcome(plain, [&](const auto& r) {
              return with_token(
                  r, encoding::compact_json(Object{{"residence", Array{Value(desk.held)}}}));
          }) == "KB-02");
    // Not encrypted although that was asked for; encrypted for somebody else.
    CHECK(outcome(ResponseMode::direct_post_jwt,
                  [&](const auto& r) { return with_token(r, "{}"); }) == "VP-01");
    CHECK(outcome(ResponseMode::direct_post_jwt, [&](AuthorizationRequest r) {
              r.encryption_key = desk.counter.town.root_key.public_key();
              return desk.body_for(r);
          }) == "VP-01");
    // Made for another verifier, too old, with a claim missing.
    CHECK(outcome(plain, [&](AuthorizationRequest r) {
              r.client_id = "x509_hash:other";
              return desk.body_for(r);
          }) == "KB-03");
    CHECK(outcome(plain, [&](const auto& r) { return desk.body_for(r, test_now - 400); }) ==
          "KB-05");
    CHECK(outcome(plain, [&](AuthorizationRequest r) {
              r.query.credentials[0].claims.clear();
              return desk.body_for(r);
          }) == "VC-13");
}

TEST_CASE(
    "values are checked here, not left to the wallet; revocation is seen; refusals are passed on") {
    Desk desk;
    PresentationRequest request = desk.request(ResponseMode::direct_post);
    request.query.credentials[0].claims[0].values = {Value("05911000")};
    auto started = desk.verifier.start(request, test_now);
    AuthorizationRequest lax = desk.fetch(started);
    CHECK(present(lax, {{desk.held, &desk.wallet_key}}, test_now).error() ==
          HolderError::query_not_met);
    lax.query.credentials[0].claims[0].values.clear();
    CHECK(desk.answer(started, desk.body_for(lax)).status == 200);
    CHECK(desk.result(started).trace.first_failure()->rule == "VC-14");
    CHECK(desk.status.asked == 0);

    REQUIRE(desk.list.set(0, credential::status_value::invalid));
    desk.publish();
    started = desk.verifier.start(desk.request(ResponseMode::direct_post), test_now);
    CHECK(desk.answer(started, desk.body_for(desk.fetch(started))).status == 200);
    auto result = desk.result(started);
    CHECK(result.state == PresentationState::failed);
    CHECK(result.revoked);
    CHECK(result.trace.first_failure()->rule == "ST-03");

    started = desk.verifier.start(desk.request(ResponseMode::direct_post_jwt), test_now);
    CHECK(desk.answer(started, refusal_body(desk.fetch(started), "access_denied")).status == 200);
    result = desk.result(started);
    CHECK(result.state == PresentationState::refused);
    CHECK(result.wallet_error == "access_denied");
}

TEST_CASE("alternatives: one of two kinds of proof is enough, and only that one is sent") {
    Desk desk;
    PresentationRequest request = desk.request(ResponseMode::direct_post_jwt);
    CredentialQuery pid;
    pid.id = "pid";
    pid.vct_values = {"urn:eudi:pid:de:1"};
    request.query.credentials.push_back(pid);
    request.query.credential_sets = {{{{"pid"}, {"residence"}}, true}};
    const auto started = desk.verifier.start(request, test_now);
    const auto fetched = desk.fetch(started);
    const auto presentations = present(fetched, {{desk.held, &desk.wallet_key}}, test_now);
    REQUIRE(presentations);
    REQUIRE(presentations->size() == 1);
    CHECK(desk.answer(started,
                      response_body(fetched, *presentations, desk.counter.town.random).value())
              .status == 200);
    CHECK(desk.result(started).state == PresentationState::answered);
}

TEST_CASE("trusted_authorities of type aki") {
    Desk desk;
    PresentationRequest request = desk.request(ResponseMode::direct_post);
    request.query.credentials[0].authority_key_ids = {
        encoding::base64url_encode(desk.counter.town.root.subject_key_id())};
    auto started = desk.verifier.start(request, test_now);
    CHECK(desk.answer(started, desk.body_for(desk.fetch(started))).status == 200);
    CHECK(desk.result(started).state == PresentationState::answered);
    request.query.credentials[0].authority_key_ids = {"AAAA"};
    started = desk.verifier.start(request, test_now);
    AuthorizationRequest read = desk.fetch(started);
    CHECK(present(read, {{desk.held, &desk.wallet_key}}, test_now).error() ==
          HolderError::query_not_met);
    read.query.credentials[0].authority_key_ids.clear();  // a wallet that does not look
    CHECK(desk.answer(started, desk.body_for(read)).status == 200);
    CHECK(desk.result(started).trace.first_failure()->rule == "VC-03");
}

TEST_CASE("trusted_authorities of type etsi_tl") {
    const std::string list = "https://lists.example/residence.jwt";
    Desk desk;
    PresentationRequest request = desk.request(ResponseMode::direct_post);
    CredentialQuery& wanted = request.query.credentials[0];
    wanted.trust_lists = {list};
    const auto refused = [&] {
        const auto started = desk.verifier.start(request, test_now);
        CHECK(desk.answer(started, desk.body_for(desk.fetch(started))).status == 200);
        const auto result = desk.result(started);
        return result.trace.good() ? std::string() : result.trace.first_failure()->rule;
    };
    CHECK(refused() == "VC-03");  // believed, but not by that list
    desk.trust_list = list;
    CHECK(refused().empty());
    wanted.authority_key_ids = {"AAAA"};  // one of the two is enough
    CHECK(refused().empty());
    desk.trust_list = "https://lists.example/other.jwt";
    CHECK(refused() == "VC-03");
    wanted.authority_key_ids = {
        encoding::base64url_encode(desk.counter.town.root.subject_key_id())};
    CHECK(refused().empty());

    // A wallet that reads lists shows nothing of an issuer that is on none of those.
    wanted.authority_key_ids.clear();
    const auto asked = desk.fetch(desk.verifier.start(request, test_now));
    const auto shows = [&](std::vector<std::string> known) {
        return present(asked, {{desk.held, &desk.wallet_key, std::move(known)}}, test_now)
            .has_value();
    };
    CHECK(shows({"https://lists.example/other.jwt", list}));
    CHECK_FALSE(shows({"https://lists.example/other.jwt"}));
    CHECK_FALSE(shows({}));
}

TEST_CASE("links that a wallet must refuse") {
    CHECK_FALSE(read_presentation_link("openid4vp://"));
    CHECK_FALSE(read_presentation_link("openid4vp://?client_id=x"));
    CHECK_FALSE(read_presentation_link("openid4vp://?client_id=x&request_uri=file%3A%2F%2Fa"));
    CHECK_FALSE(
        read_presentation_link("openid4vp://?client_id=x&request_uri=https%3A%2F%2Fa&request=eyJ"));
    CHECK_FALSE(read_presentation_link(
        "openid4vp://?client_id=x&request_uri=https%3A%2F%2Fa&request_uri_method=POST"));
    CHECK(read_presentation_link("haip-vp://?client_id=x&request_uri=https%3A%2F%2Fa"));
}

namespace {

Value claims_of(const std::string& request_object) {
    const auto jws = keys::parse_jws(request_object, {"oauth-authz-req+jwt", {"ES256"}});
    REQUIRE(jws);
    return Value(keys::payload_object(*jws).value());
}

/// A presentation of everything that the desk's wallet holds, with these transaction data agreed
/// to.
std::string agreed(Desk& desk, const StartedPresentation& started, const std::string& nonce,
                   const std::vector<std::string>& data, const std::string& algorithm) {
    credential::SdJwt parts = credential::read_credential(desk.held)->parts;
    parts.key_binding.clear();
    return credential::bind_to_holder(parts, {started.client_id, nonce, test_now, data, algorithm},
                                      desk.wallet_key);
}

}  // namespace

TEST_CASE("the signed request in the link itself") {
    Desk desk;
    PresentationRequest wanted = desk.request(ResponseMode::direct_post_jwt);
    wanted.by_value = true;
    const auto started = desk.verifier.start(wanted, test_now);
    CHECK(started.link.find("request_uri") == std::string::npos);
    const auto form = parse_form(started.link.substr(started.link.find('?') + 1));
    REQUIRE(form);
    const Value claims = claims_of(form->at("request"));
    CHECK(claims.text_at("client_id") == form->at("client_id"));
    RequestRules rules;
    rules.anchors = {desk.counter.town.root};
    rules.now = test_now;
    PresentationLink link;
    link.client_id = started.client_id;
    const auto request = read_request_object(form->at("request"), link, rules);
    REQUIRE(request);
    CHECK(desk.answer(started, desk.body_for(*request)).status == 200);
    CHECK(desk.result(started).state == PresentationState::answered);
}

TEST_CASE("a verifier known by its DID") {
    Desk desk([](VerifierConfig& c) {
        c.did = "did:web:town.example";
        c.did_key_id = "did:web:town.example#requests";
        c.registration = {"e30.e30.x", {{"intendedUseIdentifier", "use-1"}}};
    });
    PresentationRequest wanted = desk.request(ResponseMode::direct_post);
    wanted.client_id_prefix = ClientIdPrefix::decentralized_identifier;
    const auto started = desk.verifier.start(wanted, test_now);
    CHECK(started.client_id == "decentralized_identifier:did:web:town.example");
    const std::string object = desk.verifier.request_object(started.request_id, test_now).body;
    const auto jws = keys::parse_jws(object, {"oauth-authz-req+jwt", {"ES256"}});
    REQUIRE(jws);
    CHECK(Value(jws->header).text_at("kid") == "did:web:town.example#requests");
    CHECK_FALSE(jws->header.contains("x5c"));
    CHECK(keys::verify_jws(*jws, keys::PublicKey(desk.counter.town.issuer_key.public_key())));
    const Value claims = claims_of(object);
    CHECK(*claims.find("verifier_info") ==
          Value(Array{Object{{"format", "registrar_dataset"},
                             {"data", Object{{"intendedUseIdentifier", "use-1"}}}},
                      Object{{"format", "registration_cert"}, {"data", "e30.e30.x"}}}));
    // The audience of key binding is the full client id of this very request.
    const std::string nonce(claims.text_at("nonce"));
    const auto body = [&](const std::string& audience) {
        StartedPresentation as = started;
        as.client_id = audience;
        const Object token{{"residence", Array{Value(agreed(desk, as, nonce, {}, ""))}}};
        return form_encode({{"vp_token", encoding::compact_json(token)},
                            {"state", std::string(claims.text_at("state"))}});
    };
    CHECK(desk.answer(started, body(started.client_id)).status == 200);
    CHECK(desk.result(started).state == PresentationState::answered);
    const auto second = desk.verifier.start(wanted, test_now);
    const Value other = claims_of(desk.verifier.request_object(second.request_id, test_now).body);
    StartedPresentation wrong = second;
    wrong.client_id = desk.verifier.client_id();
    const Object token{
        {"residence",
         Array{Value(agreed(desk, wrong, std::string(other.text_at("nonce")), {}, ""))}}};
    CHECK(desk.answer(second, form_encode({{"vp_token", encoding::compact_json(token)},
                                           {"state", std::string(other.text_at("state"))}}))
              .status == 200);
    const auto refused = desk.result(second);
    CHECK(refused.trace.first_failure()->rule == "KB-03");
    CHECK(refused.trace.first_failure()->mend == "wallet");
}

TEST_CASE("transaction data have to be agreed to") {
    Desk desk;
    PresentationRequest wanted = desk.request(ResponseMode::direct_post);
    wanted.transaction_data = {Object{{"type", "urn:example:contract"},
                                      {"credential_ids", Array{"residence"}},
                                      {"contract", "4711"}}};
    const auto attempt = [&](const std::function<void(std::vector<std::string>&)>& change,
                             const std::string& algorithm = "") {
        const auto started = desk.verifier.start(wanted, test_now);
        const Value claims =
            claims_of(desk.verifier.request_object(started.request_id, test_now).body);
        std::vector<std::string> data{*claims.find("transaction_data")->array()->front().text()};
        CHECK(text_of(*encoding::base64url_decode(data[0])).find("4711") != std::string::npos);
        change(data);
        const Object token{
            {"residence", Array{Value(agreed(desk, started, std::string(claims.text_at("nonce")),
                                             data, algorithm))}}};
        CHECK(desk.answer(started, form_encode({{"vp_token", encoding::compact_json(token)},
                                                {"state", std::string(claims.text_at("state"))}}))
                  .status == 200);
        const auto result = desk.result(started);
        return result.state == PresentationState::answered ? std::string()
                                                           : result.trace.first_failure()->rule;
    };
    CHECK(attempt([](auto&) {}).empty());
    CHECK(attempt([](auto&) {}, "sha-256").empty());
    CHECK(attempt([](auto&) {}, "sha-512") == "KB-07");
    CHECK(attempt([](auto& data) { data.clear(); }) == "KB-07");
    CHECK(attempt([](auto& data) { data[0] += "x"; }) == "KB-07");
    CHECK(attempt([](auto& data) { data.push_back(data[0]); }) == "KB-07");
    // Our own wallet does not know the type and refuses, as it has to (credentials §4.5).
    const auto started = desk.verifier.start(wanted, test_now);
    RequestRules rules;
    rules.now = test_now;
    CHECK(read_request_object(desk.verifier.request_object(started.request_id, test_now).body,
                              read_presentation_link(started.link).value(), rules)
              .error() == HolderError::unknown_transaction_data);
}

TEST_CASE("under HAIP a verifier asks one way only") {
    Desk desk([](VerifierConfig& c) {
        c.haip = true;
        c.did = "did:web:town.example";
        c.client_id_prefix = ClientIdPrefix::x509_san_dns;
    });
    PresentationRequest wanted = desk.request(ResponseMode::direct_post);
    wanted.by_value = true;
    wanted.client_id_prefix = ClientIdPrefix::decentralized_identifier;
    const auto started = desk.verifier.start(wanted, test_now);
    CHECK(started.client_id.starts_with("x509_hash:"));
    CHECK(started.link.find("request_uri=") != std::string::npos);
    const Value claims = claims_of(desk.verifier.request_object(started.request_id, test_now).body);
    CHECK(claims.text_at("response_mode") == "direct_post.jwt");
    const Value* metadata = claims.find("client_metadata");
    CHECK(*metadata->find("encrypted_response_enc_values_supported") ==
          Value(Array{"A128GCM", "A256GCM"}));
    const auto first = *metadata->find("jwks");
    const auto second = desk.verifier.start(wanted, test_now);
    CHECK(*claims_of(desk.verifier.request_object(second.request_id, test_now).body)
               .find("client_metadata")
               ->find("jwks") != first);
}
