// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>
#include <set>

#include "ssi/did/did.hpp"
#include "tests/unit/openid/counter.hpp"

using namespace stadtbuch;
using namespace stadtbuch::openid;

TEST_CASE("metadata say what credentials §1.2 asks for") {
    Counter counter;
    const auto info = read_issuer_metadata(counter.issuer.metadata().body, base_url + "/koeln");
    REQUIRE(info);
    auto whole = *info;
    REQUIRE(read_server_metadata(counter.issuer.authorization_server_metadata().body, whole));
    CHECK(whole.token_endpoint == base_url + "/koeln/token");
    const Value* residence = info->configurations.find("residence");
    REQUIRE(residence != nullptr);
    CHECK(residence->text_at("format") == "dc+sd-jwt");
    CHECK(residence->text_at("vct") == counter.town.residence.vct);
    CHECK(residence->find("proof_types_supported")->find("jwt") != nullptr);
    CHECK(
        residence->find("proof_types_supported")->find("jwt")->find("key_attestations_required") ==
        nullptr);
    CHECK(residence->find("display") == nullptr);
    CHECK(residence->find("credential_metadata")->find("display")->array()->size() == 2);
    CHECK(json(counter.issuer.metadata().body)
              .find("batch_credential_issuance")
              ->find("batch_size")
              ->integer() == 10);
    CHECK_FALSE(read_issuer_metadata(counter.issuer.metadata().body, base_url + "/koeln/"));
    CHECK(well_known_url(base_url + "/koeln", "openid-credential-issuer") ==
          base_url + "/.well-known/openid-credential-issuer/koeln");
    CHECK(well_known_url(base_url + "/", "x") == base_url + "/.well-known/x");
    CHECK(well_known_url("ftp://a", "x").empty());
}

TEST_CASE("by a switch the texts stand where drafts up to 15 had them, too") {
    Counter counter([](IssuerConfig& config) { config.display_on_configuration = true; });
    const Value body = json(counter.issuer.metadata().body);
    const Value* residence = body.find("credential_configurations_supported")->find("residence");
    REQUIRE(residence != nullptr);
    const Value* metadata = residence->find("credential_metadata");
    REQUIRE(metadata != nullptr);
    for (const char* member : {"display", "claims"}) {
        REQUIRE(residence->find(member) != nullptr);
        CHECK(encoding::compact_json(*residence->find(member)) ==
              encoding::compact_json(*metadata->find(member)));
    }
}

TEST_CASE("the legal category stands in every credential, in the open, if it is configured") {
    const auto claims_of_one = [](Counter& counter) {
        const auto key = keys::P256PrivateKey::generate(counter.town.random);
        return credential::read_credential(counter.issue(key))->parts;
    };
    const std::string name(credential::legal_category_claim);
    const auto says = [&](const credential::SdJwt& parts) {
        const auto jws = keys::parse_jws(parts.issuer_jwt, {});
        return std::string(Value(*keys::payload_object(*jws)).text_at(name));
    };
    const auto described = [&](Counter& counter) {
        const Value body = json(counter.issuer.metadata().body);
        const Value* type = body.find("credential_configurations_supported")->find("residence");
        return encoding::compact_json(*type->find("credential_metadata")).find(name) !=
               std::string::npos;
    };
    Counter silent;
    CHECK(says(claims_of_one(silent)).empty());
    CHECK_FALSE(described(silent));
    Counter counter([](IssuerConfig& config) { config.legal_category = "PuB-EAA"; });
    const credential::SdJwt parts = claims_of_one(counter);
    CHECK(says(parts) == "PuB-EAA");
    CHECK(described(counter));
    // A type that has the claim itself says it once.
    Counter own([&](IssuerConfig& config) {
        config.legal_category = "PuB-EAA";
        config.types.front().claims.push_back({name, "Art", "Category", true, false});
    });
    const Value body = json(own.issuer.metadata().body);
    const std::string told =
        encoding::compact_json(*body.find("credential_configurations_supported")
                                    ->find("residence")
                                    ->find("credential_metadata"));
    CHECK(told.find(name) == told.rfind(name));
    // The type's document, whose hash the credential names, is the same with and without.
    const auto jws = keys::parse_jws(parts.issuer_jwt, {});
    CHECK(Value(*keys::payload_object(*jws)).text_at("vct#integrity") ==
          credential::integrity_of(credential::type_document(counter.town.residence)));
}

TEST_CASE("from the offer to the accepted credential") {
    Counter counter;
    const auto key = keys::P256PrivateKey::generate(counter.town.random);
    const CreatedOffer created = counter.offer();
    CHECK(counter.issuer.offer_state(created.id, test_now) == OfferState::offered);
    const auto link = read_offer_link(created.link);
    REQUIRE(link);
    CHECK(link->offer_uri == created.uri);
    const HttpResponse offered = counter.issuer.credential_offer(created.id, test_now);
    CHECK(offered.header("Cache-Control") == "no-store");
    const auto offer = read_offer(offered.body);
    REQUIRE(offer);
    CHECK(offer->needs_tx_code);

    const auto answer = counter.token(token_request(*offer, created.tx_code) +
                                      "&user_pin=1&client_id=x&resource=y");
    REQUIRE(answer.response.status == 200);
    CHECK(answer.response.header("Cache-Control") == "no-store");
    REQUIRE(answer.events.size() == 1);
    CHECK(std::get<OfferRedeemed>(answer.events[0]).case_id == "case-1");
    const std::string token = read_access_token(answer.response.body).value();
    CHECK(counter.issuer.offer_state(created.id, test_now) == OfferState::redeemed);
    CHECK(counter.issuer.credential_offer(created.id, test_now).status == 404);

    const auto issued =
        counter.ask(token, credential_request("residence", {counter.proof(key, counter.nonce())}),
                    test_now + 4000 % 60);
    REQUIRE(issued.response.status == 200);
    const auto received = read_credential_response(issued.response.body);
    REQUIRE(received);
    REQUIRE(received->credentials.size() == 1);
    const auto& event = std::get<CredentialsIssued>(issued.events.at(0));
    CHECK(event.status.size() == 1);
    CHECK(event.notification_id == received->notification_id);
    const auto credential = credential::read_credential(received->credentials[0]);
    REQUIRE(credential);
    const Value claims(credential->claims);
    CHECK(claims.text_at("family_name") == "Müller-Groß");
    CHECK(claims.find("iat")->integer().value() % 3600 == 0);
    CHECK(claims.find("exp")->integer().value() % 3600 == 0);
    CHECK(claims.text_at("iss") == credential::town_did);
    CHECK(keys::thumbprint(*credential->holder) ==
          keys::thumbprint(keys::PublicKey(key.public_key())));

    const auto notify = [&](const std::string& id, const char* what) {
        return counter.issuer.notification(
            {"application/json", "Bearer " + token, "",
             R"({"notification_id":")" + id + R"(","event":")" + what + "\"}"},
            test_now);
    };
    CHECK(error_of(notify("nope", "credential_accepted").response) ==
          "400 invalid_notification_id");
    CHECK(error_of(notify(received->notification_id, "eaten").response) ==
          "400 invalid_notification_request");
    CHECK(notify(received->notification_id, "credential_accepted").response.status == 204);
    CHECK(notify(received->notification_id, "credential_accepted").response.status == 204);
    CHECK(counter.issuer.offer_state(created.id, test_now) == OfferState::accepted);
    // Accepted: the content is gone, and nothing more is issued from this offer.
    const auto late =
        counter.ask(token, credential_request("residence", {counter.proof(key, counter.nonce())}));
    CHECK(error_of(late.response) == "400 credential_request_denied");
}

TEST_CASE("a code is used once, in time, with the right transaction code") {
    Counter counter;
    const std::string grant =
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Apre-authorized_code";
    const auto token_error = [&](const std::string& body, UnixSeconds now = test_now) {
        return error_of(counter.token(body, now).response);
    };
    CHECK(token_error("") == "400 invalid_request");
    CHECK(token_error("grant_type=password&username=x") == "400 unsupported_grant_type");
    CHECK(token_error("grant_type=authorization_code&code=x") == "400 invalid_grant");
    CHECK(token_error("grant_type=refresh_token&refresh_token=x") == "400 invalid_grant");
    CHECK(token_error(grant) == "400 invalid_request");
    CHECK(token_error(grant + "&pre-authorized_code=nope") == "400 invalid_grant");
    CHECK(token_error(grant + "&pre-authorized_code=%zz") == "400 invalid_request");
    CHECK(token_error(grant + "&" + grant + "&pre-authorized_code=x") == "400 invalid_request");
    CHECK(error_of(counter.issuer.token({"application/json", "", "", "{}"}, test_now).response) ==
          "400 invalid_request");

    const CreatedOffer created = counter.offer();
    const std::string body = grant + "&pre-authorized_code=" + counter.code_of(created);
    CHECK(token_error(body) == "400 invalid_request");
    CHECK(token_error(body + "&tx_code=493536", created.expires_at) == "400 invalid_grant");
    for (int i = 0; i < 3; ++i) CHECK(token_error(body + "&tx_code=000000") == "400 invalid_grant");
    CHECK(token_error(body + "&tx_code=") == "400 invalid_grant");
    CHECK(counter.token(body + "&tx_code=493536").response.status == 200);
    CHECK(token_error(body + "&tx_code=493536") == "400 invalid_grant");

    const CreatedOffer without = counter.offer(false);
    const std::string plain = grant + "&pre-authorized_code=" + counter.code_of(without);
    CHECK(json(counter.issuer.credential_offer(without.id, test_now).body).find("grants") !=
          nullptr);
    CHECK(token_error(plain + "&tx_code=493536") == "400 invalid_request");
    CHECK(counter.token(plain).response.status == 200);
}

TEST_CASE("five wrong transaction codes burn the offer and tell the clerk") {
    Counter counter;
    const CreatedOffer created = counter.offer();
    const auto offer = read_offer(counter.issuer.credential_offer(created.id, test_now).body);
    for (int i = 0; i < 4; ++i)
        CHECK(counter.token(token_request(*offer, "000000")).events.empty());
    const auto last = counter.token(token_request(*offer, "000000"));
    REQUIRE(last.events.size() == 1);
    CHECK(std::get<OfferBurnt>(last.events[0]).case_id == "case-1");
    CHECK(counter.issuer.offer_state(created.id, test_now) == OfferState::burnt);
    CHECK(error_of(counter.token(token_request(*offer, created.tx_code)).response) ==
          "400 invalid_grant");
    CHECK(counter.issuer.credential_offer(created.id, test_now).status == 404);
}

TEST_CASE("offers end by time and by withdrawal") {
    Counter counter;
    const CreatedOffer created = counter.offer();
    CHECK(counter.issuer.credential_offer(created.id, created.expires_at).status == 404);
    CHECK(counter.issuer.offer_state(created.id, created.expires_at) == OfferState::expired);
    CHECK(counter.issuer.offer_state("nope", test_now) == OfferState::unknown);
    CHECK(counter.issuer.credential_offer("nope", test_now).status == 404);
    const CreatedOffer withdrawn = counter.offer();
    const std::string token = counter.access_token(counter.offer());
    const auto offer = read_offer(counter.issuer.credential_offer(withdrawn.id, test_now).body);
    counter.issuer.cancel_offer(withdrawn.id);
    CHECK(error_of(counter.token(token_request(*offer, withdrawn.tx_code)).response) ==
          "400 invalid_grant");
    CHECK(counter.issuer.offer_state(withdrawn.id, test_now) == OfferState::expired);
    OfferRequest unknown;
    unknown.configuration_id = "passport";
    CHECK_FALSE(counter.issuer.create_offer(unknown, test_now));
    unknown.configuration_id = "residence";
    unknown.tx_code = "12ab";
    CHECK_FALSE(counter.issuer.create_offer(unknown, test_now));
}

TEST_CASE("a batch: one credential a key, each with its own status, salts and digests") {
    Counter counter;
    const std::string token = counter.access_token(counter.offer());
    const std::string nonce = counter.nonce();
    std::vector<std::string> proofs;
    for (int i = 0; i < 10; ++i) {
        proofs.push_back(counter.proof(keys::P256PrivateKey::generate(counter.town.random), nonce));
    }
    const auto answer = counter.ask(token, credential_request("residence", proofs));
    const auto received = read_credential_response(answer.response.body);
    REQUIRE(received);
    REQUIRE(received->credentials.size() == 10);
    std::set<std::string> disclosures;
    std::set<std::uint64_t> indexes;
    std::size_t count = 0;
    for (const std::string& compact : received->credentials) {
        const auto read = credential::read_credential(compact).value();
        disclosures.insert(read.parts.disclosures.begin(), read.parts.disclosures.end());
        count += read.parts.disclosures.size();
        indexes.insert(read.status->index);
    }
    CHECK(disclosures.size() == count);
    CHECK(indexes.size() == 10);
    proofs.push_back(
        counter.proof(keys::P256PrivateKey::generate(counter.town.random), counter.nonce()));
    CHECK(error_of(counter.ask(token, credential_request("residence", proofs)).response) ==
          "400 invalid_proof");
    // A repeat with fresh proofs is legal.
    const auto key = keys::P256PrivateKey::generate(counter.town.random);
    CHECK(counter.ask(token, credential_request("residence", {counter.proof(key, counter.nonce())}))
              .response.status == 200);
}

TEST_CASE("proofs that must be refused") {
    Counter counter;
    const std::string token = counter.access_token(counter.offer());
    const auto key = keys::P256PrivateKey::generate(counter.town.random);
    const keys::PublicKey public_key(key.public_key());
    const std::string issuer = base_url + "/koeln";
    const auto refused = [&](const std::string& proof) {
        return error_of(counter.ask(token, credential_request("residence", {proof})).response);
    };
    const auto with = [&](const Object& header, const Object& payload) {
        return keys::sign_jws(header, encoding::compact_json(payload), key);
    };
    const Object header{{"typ", "openid4vci-proof+jwt"}, {"jwk", keys::jwk_of(public_key)}};
    const auto payload = [&] {
        return Object{{"aud", issuer}, {"iat", test_now}, {"nonce", counter.nonce()}};
    };

    CHECK(refused("") == "400 invalid_proof");
    CHECK(refused("a.b.c") == "400 invalid_proof");
    CHECK(refused(with({{"typ", "jwt"}, {"jwk", keys::jwk_of(public_key)}}, payload())) ==
          "400 invalid_proof");
    CHECK(refused(with({{"typ", "openid4vci-proof+jwt"}}, payload())) == "400 invalid_proof");
    Object both = header;
    both.set("kid", did::did_jwk_of(public_key));
    CHECK(refused(with(both, payload())) == "400 invalid_proof");
    Object private_key = header;
    private_key.set("jwk", keys::private_jwk_of(key));
    CHECK(refused(with(private_key, payload())) == "400 invalid_proof");
    Object other_key = header;
    other_key.set("jwk", keys::jwk_of(keys::PublicKey(counter.town.issuer_key.public_key())));
    CHECK(refused(with(other_key, payload())) == "400 invalid_proof");
    Object unresolvable{{"typ", "openid4vci-proof+jwt"}, {"kid", "did:web:evil.example#1"}};
    CHECK(refused(with(unresolvable, payload())) == "400 invalid_proof");
    Object claims = payload();
    claims.set("aud", issuer + "/");
    CHECK(refused(with(header, claims)) == "400 invalid_proof");
    claims = payload();
    claims.erase("aud");
    CHECK(refused(with(header, claims)) == "400 invalid_proof");
    for (const UnixSeconds iat : {test_now - 301, test_now + 61}) {
        claims = payload();
        claims.set("iat", iat);
        CHECK(refused(with(header, claims)) == "400 invalid_proof");
    }
    // Dates may carry a fraction (RFC 7519 §2), and nothing else.
    claims = payload();
    claims.set("iat", static_cast<double>(test_now) + 0.25);
    CHECK(refused(with(header, claims)) == "200 ");
    claims = payload();
    claims.set("iat", static_cast<double>(test_now - 301) + 0.25);
    CHECK(refused(with(header, claims)) == "400 invalid_proof");
    claims = payload();
    claims.set("iat", std::to_string(test_now));
    CHECK(refused(with(header, claims)) == "400 invalid_proof");
    claims = payload();
    claims.erase("iat");
    CHECK(refused(with(header, claims)) == "400 invalid_proof");
    claims = payload();
    claims.erase("nonce");
    CHECK(refused(with(header, claims)) == "400 invalid_proof");
    claims.set("nonce", "AAAA");
    CHECK(refused(with(header, claims)) == "400 invalid_nonce");
    claims.set("nonce", counter.nonce(test_now - 300));
    CHECK(refused(with(header, claims)) == "400 invalid_nonce");
    std::string forged = counter.nonce();
    forged[3] = forged[3] == 'A' ? 'B' : 'A';
    claims.set("nonce", forged);
    CHECK(refused(with(header, claims)) == "400 invalid_nonce");

    // Twice the same key, and a replay of a whole proof.
    const std::string nonce = counter.nonce();
    const std::string good = counter.proof(key, nonce);
    CHECK(error_of(
              counter.ask(token, credential_request("residence", {good, counter.proof(key, nonce)}))
                  .response) == "400 invalid_proof");
    CHECK(counter.ask(token, credential_request("residence", {good})).response.status == 200);
    CHECK(refused(good) == "400 invalid_nonce");
    CHECK(refused(counter.proof(key, nonce)) == "400 invalid_nonce");
    // A DID that contains its key is as good as the key.
    Object by_did{{"typ", "openid4vci-proof+jwt"}, {"kid", did::did_jwk_of(public_key) + "#0"}};
    CHECK(counter.ask(token, credential_request("residence", {with(by_did, payload())}))
              .response.status == 200);
}

TEST_CASE("credential requests that must be refused") {
    Counter counter;
    const std::string token = counter.access_token(counter.offer());
    const auto key = keys::P256PrivateKey::generate(counter.town.random);
    const auto refused = [&](const std::string& body) {
        return error_of(counter.ask(token, body).response);
    };
    CHECK(refused("") == "400 invalid_credential_request");
    CHECK(refused("[]") == "400 invalid_credential_request");
    CHECK(refused("{}") == "400 invalid_credential_request");
    CHECK(
        refused(
            R"({"credential_configuration_id":"residence","credential_configuration_id":"parking"})") ==
        "400 invalid_credential_request");
    CHECK(
        refused(
            R"({"credential_configuration_id":"residence","credential_identifier":"residence"})") ==
        "400 invalid_credential_request");
    CHECK(refused(R"({"credential_identifier":"residence"})") == "400 invalid_credential_request");
    CHECK(refused(R"({"credential_configuration_id":"passport"})") ==
          "400 unknown_credential_configuration");
    CHECK(refused(R"({"credential_configuration_id":"parking"})") == "403 insufficient_scope");
    CHECK(refused(R"({"credential_configuration_id":"residence"})") == "400 invalid_proof");
    CHECK(refused(R"({"credential_configuration_id":"residence","proofs":{}})") ==
          "400 invalid_proof");
    CHECK(refused(R"({"credential_configuration_id":"residence","proofs":{"jwt":[]}})") ==
          "400 invalid_proof");
    CHECK(
        refused(
            R"({"credential_configuration_id":"residence","proofs":{"jwt":["x"],"attestation":["y"]}})") ==
        "400 invalid_proof");
    CHECK(refused(std::string(300000, ' ')) == "413 invalid_credential_request");
    CHECK(refused(std::string(1000, '[')) == "400 invalid_credential_request");
    CHECK(error_of(counter.issuer.credential({"text/plain", "Bearer " + token, "", "{}"}, test_now)
                       .response) == "400 invalid_credential_request");

    const std::string good = credential_request("residence", {counter.proof(key, counter.nonce())});
    for (const std::string& authorization :
         {std::string(), std::string("Bearer"), std::string("Bearer x"), "DPoP " + token}) {
        const auto answer =
            counter.issuer.credential({"application/json", authorization, "", good}, test_now);
        CHECK(answer.response.status == 401);
        CHECK_FALSE(answer.response.header("WWW-Authenticate").empty());
    }
    CHECK(counter.ask(token, good, test_now + 600).response.status == 401);
    counter.status.empty = true;
    CHECK(refused(good) == "500 server_error");
    counter.status.empty = false;
    CHECK(counter.issuer
              .credential({"application/json", "bearer " + token, "",
                           credential_request("residence", {counter.proof(key, counter.nonce())})},
                          test_now)
              .response.status == 200);
}

TEST_CASE("the singular proof of older drafts is accepted and counted") {
    Counter counter;
    const std::string token = counter.access_token(counter.offer());
    const auto key = keys::P256PrivateKey::generate(counter.town.random);
    const auto answer = counter.ask(
        token,
        R"({"credential_configuration_id":"residence","format":"vc+sd-jwt","proof":{"proof_type":"jwt","jwt":")" +
            counter.proof(key, counter.nonce()) + "\"}}");
    REQUIRE(answer.response.status == 200);
    CHECK(std::get<CredentialsIssued>(answer.events.at(0)).old_proof_shape);
}

TEST_CASE("authorization_details lead to credential_identifier") {
    Counter counter;
    const auto offer =
        read_offer(counter.issuer.credential_offer(counter.offer(false).id, test_now).body);
    const auto answer = counter.token(
        token_request(*offer, "") + "&authorization_details=" +
        url_encode(R"([{"type":"openid_credential","credential_configuration_id":"residence"}])"));
    const Value body = json(answer.response.body);
    REQUIRE(body.find("authorization_details") != nullptr);
    const std::string token(body.text_at("access_token"));
    const auto key = keys::P256PrivateKey::generate(counter.town.random);
    CHECK(error_of(counter
                       .ask(token,
                            credential_request("residence", {counter.proof(key, counter.nonce())}))
                       .response) == "400 invalid_credential_request");
    const auto ask = [&](const std::string& id) {
        return counter.ask(token, R"({"credential_identifier":")" + id + R"(","proofs":{"jwt":[")" +
                                      counter.proof(key, counter.nonce()) + "\"]}}");
    };
    CHECK(error_of(ask("other").response) == "400 unknown_credential_identifier");
    CHECK(ask("residence").response.status == 200);
}

TEST_CASE("encrypted requests and answers") {
    Counter counter;
    const std::string token = counter.access_token(counter.offer());
    const auto key = keys::P256PrivateKey::generate(counter.town.random);
    const auto answer_key = keys::P256PrivateKey::generate(counter.town.random);
    Object jwk = keys::jwk_of(keys::PublicKey(answer_key.public_key()));
    jwk.set("alg", "ECDH-ES");
    jwk.set("kid", "w1");
    Value body = json(credential_request("residence", {counter.proof(key, counter.nonce())}));
    body.object()->set("credential_response_encryption", Object{{"jwk", jwk}, {"enc", "A256GCM"}});
    const std::string plain = encoding::compact_json(body);
    CHECK(error_of(counter.ask(token, plain).response) == "400 invalid_encryption_parameters");

    const auto sealed =
        keys::encrypt_jwe(plain, {counter.encryption.public_key(), "", "A128GCM", {}, {}, false},
                          counter.town.random);
    const auto answer =
        counter.issuer.credential({"application/jwt", "Bearer " + token, "", *sealed}, test_now);
    REQUIRE(answer.response.status == 200);
    CHECK(answer.response.content_type == "application/jwt");
    const auto opened = keys::decrypt_jwe(answer.response.body, answer_key);
    REQUIRE(opened);
    CHECK(Value(opened->header).text_at("kid") == "w1");
    CHECK(read_credential_response(opened->plaintext)->credentials.size() == 1);
    CHECK(error_of(
              counter.issuer
                  .credential({"application/jwt", "Bearer " + token, "", "x" + *sealed}, test_now)
                  .response) == "400 invalid_encryption_parameters");
    body.object()->set("credential_response_encryption",
                       Object{{"jwk", jwk}, {"enc", "A128CBC-HS256"}});
    CHECK(error_of(counter.ask(token, encoding::compact_json(body)).response) ==
          "400 invalid_encryption_parameters");
}

TEST_CASE("a wallet of older drafts asks in plain for an encrypted answer") {
    Counter counter;
    const std::string token = counter.access_token(counter.offer());
    const auto key = keys::P256PrivateKey::generate(counter.town.random);
    const auto answer_key = keys::P256PrivateKey::generate(counter.town.random);
    Object jwk = keys::jwk_of(keys::PublicKey(answer_key.public_key()));
    jwk.set("kid", "w1");
    const auto ask = [&](const char* alg) {
        Value body = json(credential_request("residence", {counter.proof(key, counter.nonce())}));
        body.object()->set("credential_response_encryption",
                           Object{{"jwk", jwk}, {"alg", alg}, {"enc", "A128GCM"}});
        return counter.ask(token, encoding::compact_json(body)).response;
    };
    const auto answer = ask("ECDH-ES");
    REQUIRE(answer.status == 200);
    CHECK(answer.content_type == "application/jwt");
    const auto opened = keys::decrypt_jwe(answer.body, answer_key);
    REQUIRE(opened);
    CHECK(read_credential_response(opened->plaintext)->credentials.size() == 1);
    CHECK(error_of(ask("RSA-OAEP-256")) == "400 invalid_encryption_parameters");
}

TEST_CASE("links and offers that a wallet must refuse") {
    CHECK_FALSE(read_offer_link("openid-credential-offer://"));
    CHECK_FALSE(read_offer_link(
        "openid-credential-offer://?credential_offer=%7B%7D&credential_offer_uri=https%3A%2F%2Fa"));
    CHECK_FALSE(
        read_offer_link("openid-credential-offer://?credential_offer_uri=file%3A%2F%2F%2Fetc"));
    CHECK(read_offer_link("haip-vci://?credential_offer=%7B%7D")->offer_json == "{}");
    CHECK_FALSE(read_offer("{}"));
    CHECK(read_offer(R"({"credential_issuer":"https://a","credential_configuration_ids":["x"]})")
              .error() == HolderError::unsupported_grant);
    CHECK_FALSE(
        read_offer(R"({"credential_issuer":"https://a","credential_configuration_ids":[]})"));
    CHECK_FALSE(read_access_token(R"({"access_token":"x","token_type":"mac"})"));
    CHECK_FALSE(read_credential_response("{}"));
}

TEST_CASE("error descriptions stay within OAuth's characters") {
    const HttpResponse response = error_response(400, "x", "Umläut \"quoted\" \\ \n");
    for (const char c : std::string(json(response.body).text_at("error_description"))) {
        CHECK(c >= 0x20);
        CHECK(c <= 0x7e);
        CHECK(c != '"');
        CHECK(c != '\\');
    }
    CHECK(url_encode("a b&ä") == "a%20b%26%C3%A4");
    CHECK(url_decode("a%20b+c") == "a b+c");
    CHECK(parse_form("a=1&b=x+y")->at("b") == "x y");
    CHECK_FALSE(parse_form("a=1&a=2"));
    CHECK(media_type("Application/JSON; charset=utf-8") == "application/json");
}
