// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Wallet and key attestations, signed metadata.
#include <catch2/catch.hpp>
#include <set>

#include "tests/unit/openid/wallet_app.hpp"

using namespace stadtbuch;
using namespace stadtbuch::openid;

namespace {

struct Attested {
    explicit Attested(Counter::Change more = {})
        : random(78), app(random), counter([this, more](IssuerConfig& c) {
              c.wallets = app.trust();
              if (more) more(c);
          }) {
        for (int i = 0; i < 10; ++i) held.push_back(keys::P256PrivateKey::generate(random));
    }

    [[nodiscard]] std::vector<const keys::P256PrivateKey*> some(std::size_t count) const {
        std::vector<const keys::P256PrivateKey*> out;
        for (std::size_t i = 0; i < count; ++i) out.push_back(&held[i]);
        return out;
    }

    /// A proof by `key` that carries an attestation.
    [[nodiscard]] std::string proof(const keys::P256PrivateKey& key, const std::string& nonce,
                                    const std::string& attestation) const {
        return keys::sign_jws({{"typ", "openid4vci-proof+jwt"},
                               {"jwk", keys::jwk_of(key.public_key())},
                               {"key_attestation", attestation}},
                              encoding::compact_json(
                                  Object{{"aud", issuer_url}, {"iat", test_now}, {"nonce", nonce}}),
                              key);
    }

    /// A proof by `key` whose header names it by `kid`.
    [[nodiscard]] std::string proof_by_kid(const keys::P256PrivateKey& key, const std::string& kid,
                                           const std::string& attestation) {
        return keys::sign_jws(
            {{"typ", "openid4vci-proof+jwt"}, {"kid", kid}, {"key_attestation", attestation}},
            encoding::compact_json(
                Object{{"aud", issuer_url}, {"iat", test_now}, {"nonce", counter.nonce()}}),
            key);
    }

    [[nodiscard]] HttpResponse ask(const std::string& proofs) {
        return counter
            .ask(counter.access_token(counter.offer()),
                 R"({"credential_configuration_id":"residence","proofs":)" + proofs + "}")
            .response;
    }

    [[nodiscard]] HttpResponse ask_attestation(const std::string& attestation) {
        return ask(R"({"attestation":[")" + attestation + "\"]}");
    }

    keys::SeededRandom random;
    WalletApp app;
    Counter counter;
    std::vector<keys::P256PrivateKey> held;
};

std::vector<credential::VerifiedCredential> credentials_of(const HttpResponse& response) {
    std::vector<credential::VerifiedCredential> out;
    const auto received = read_credential_response(response.body);
    if (!received) return out;
    for (const std::string& text : received->credentials)
        out.push_back(credential::read_credential(text).value());
    return out;
}

}  // namespace

TEST_CASE("one proof attests a batch of ten, and nothing links the ten") {
    Attested test;
    const std::string nonce = test.counter.nonce();
    const auto as_proof = credentials_of(test.ask(
        R"({"jwt":[")" +
        test.proof(test.held[3], nonce, test.app.key_attestation(test.some(10), nonce)) + "\"]}"));
    const auto as_attestation = credentials_of(
        test.ask_attestation(test.app.key_attestation(test.some(10), test.counter.nonce())));
    for (const auto& batch : {as_proof, as_attestation}) {
        REQUIRE(batch.size() == 10);
        std::set<std::string> keys_seen, disclosures, signatures;
        std::set<std::uint64_t> indices;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            CHECK(keys::thumbprint(*batch[i].holder) ==
                  keys::thumbprint(keys::PublicKey(test.held[i].public_key())));
            keys_seen.insert(keys::thumbprint(*batch[i].holder));
            indices.insert(batch[i].status->index);
            const Value claims(batch[i].claims);
            CHECK(claims.find("iat")->integer().value() % 3600 == 0);
            CHECK(claims.find("exp")->integer().value() % 3600 == 0);
            CHECK(*claims.find("exp") == *Value(batch[0].claims).find("exp"));
            CHECK(claims.find("jti") == nullptr);
            for (const auto& one : batch[i].parts.disclosures) {
                CHECK(disclosures.insert(one).second);  // a salt of its own each time
            }
        }
        CHECK(keys_seen.size() == 10);
        CHECK(indices.size() == 10);
    }
}

TEST_CASE("key attestations that must be refused") {
    Attested test([](IssuerConfig& c) {
        c.key_attestation_required = true;
        c.key_protection = {{"iso_18045_high"}, {"iso_18045_high", "iso_18045_moderate"}};
    });
    const auto refused = [&](const Edit& edit) {
        return error_of(test.ask_attestation(
            test.app.key_attestation(test.some(2), test.counter.nonce(), edit)));
    };
    CHECK(refused({}) == "200 ");
    CHECK(refused([](Object& h, Object&) { h.set("typ", "keyattestation+jwt"); }) == "200 ");
    CHECK(refused([](Object& h, Object&) { h.set("typ", "JWT"); }) == "400 invalid_proof");
    CHECK(refused([](Object& h, Object&) { h.set("crit", Array{"x"}); }) == "400 invalid_proof");
    CHECK(refused([](Object& h, Object&) { h.erase("x5c"); }) == "400 invalid_proof");
    CHECK(refused([&](Object& h, Object&) {
              h.erase("x5c");  // a key in the header is nobody's word
              h.set("jwk", keys::jwk_of(test.app.provider_key.public_key()));
          }) == "400 invalid_proof");
    CHECK(refused([&](Object& h, Object&) {
              h.set("x5c", keys::x5c_of({test.counter.town.leaf}));
          }) == "400 invalid_proof");
    CHECK(refused([](Object&, Object& p) { p.set("exp", test_now - 61); }) == "400 invalid_proof");
    CHECK(refused([](Object&, Object& p) { p.erase("iat"); }) == "400 invalid_proof");
    CHECK(refused([](Object&, Object& p) { p.erase("nonce"); }) == "400 invalid_nonce");
    CHECK(refused([](Object&, Object& p) { p.set("nonce", "x"); }) == "400 invalid_nonce");
    CHECK(refused([](Object&, Object& p) { p.set("attested_keys", Array{}); }) ==
          "400 invalid_proof");
    CHECK(refused([](Object&, Object& p) { p.set("attested_keys", Array{Object{}}); }) ==
          "400 invalid_proof");
    CHECK(refused([](Object&, Object& p) {
              Array twice = *p.find("attested_keys")->array();
              twice.push_back(twice.front());
              p.set("attested_keys", twice);
          }) == "400 invalid_proof");
    CHECK(refused([](Object&, Object& p) { p.erase("key_storage"); }) == "400 invalid_proof");
    CHECK(refused([](Object&, Object& p) {
              p.set("user_authentication", Array{"iso_18045_basic"});
          }) == "400 invalid_proof");
    CHECK(refused([](Object&, Object& p) {
              p.set("user_authentication", Array{"x", "iso_18045_moderate"});
          }) == "200 ");

    // The same attestation twice; a proof that is not among the keys; none at all.
    const std::string once = test.app.key_attestation(test.some(2), test.counter.nonce());
    CHECK(test.ask_attestation(once).status == 200);
    CHECK(error_of(test.ask_attestation(once)) == "400 invalid_nonce");
    const std::string nonce = test.counter.nonce();
    const std::string few = test.app.key_attestation(test.some(2), nonce);
    CHECK(error_of(test.ask(R"({"jwt":[")" + test.proof(test.held[5], nonce, few) + "\"]}")) ==
          "400 invalid_proof");
    CHECK(error_of(test.ask(R"({"jwt":[")" + test.counter.proof(test.held[0], nonce) + "\"]}")) ==
          "400 invalid_proof");
    CHECK(test.ask(R"({"jwt":[")" + test.proof(test.held[1], nonce, few) + "\"]}").status == 200);
    const Value metadata = json(test.counter.issuer.metadata().body);
    const Value* types = metadata.find("credential_configurations_supported")
                             ->find("residence")
                             ->find("proof_types_supported");
    for (const char* type : {"jwt", "attestation"}) {
        CHECK(types->find(type)
                  ->find("key_attestations_required")
                  ->find("key_storage")
                  ->array()
                  ->size() == 1);
    }
}

TEST_CASE("kid names an attested key by its place, as EU wallets do, or by a kid of its own") {
    Attested test;
    const std::string attestation =
        test.app.key_attestation(test.some(3), "", [](Object&, Object& p) {
            p.erase("nonce");
            p.find("attested_keys")->array()->at(2).object()->set("kid", "key-c");
        });
    const auto ask = [&](std::size_t key, const std::string& kid) {
        return test.ask(R"({"jwt":[")" + test.proof_by_kid(test.held[key], kid, attestation) +
                        "\"]}");
    };
    for (const auto& [key, kid] : {std::pair(0, "0"), std::pair(1, "1"), std::pair(2, "key-c")}) {
        const auto batch = credentials_of(ask(static_cast<std::size_t>(key), kid));
        REQUIRE(batch.size() == 3);
        CHECK(keys::thumbprint(*batch[1].holder) ==
              keys::thumbprint(keys::PublicKey(test.held[1].public_key())));
    }
    for (const char* kid : {"3", "", "00", "-1", "key-d"}) CHECK(ask(0, kid).rule == "KP-01");
    CHECK(ask(1, "0").rule == "KP-03");  // named, but another key has signed

    // A key that is proved twice is no second key.
    const std::string nonce = test.counter.nonce();
    const std::string once = test.proof(test.held[0], nonce, attestation);
    const HttpResponse twice = test.ask(R"({"jwt":[")" + once + R"(",")" +
                                        test.proof_by_kid(test.held[0], "0", attestation) + "\"]}");
    CHECK(error_of(twice) == "400 invalid_proof");
    CHECK(twice.rule == "KP-02");

    // Without anchors nobody vouches for the keys that it names.
    Attested alone([](IssuerConfig& c) { c.wallets = {}; });
    CHECK(alone.ask(R"({"jwt":[")" + alone.proof_by_kid(alone.held[0], "0", attestation) + "\"]}")
              .rule == "KP-01");
}

TEST_CASE("without wallet providers an attestation says nothing") {
    Attested test([](IssuerConfig& c) { c.wallets = {}; });
    const std::string nonce = test.counter.nonce();
    const std::string attestation = test.app.key_attestation(test.some(3), nonce);
    const auto batch = credentials_of(
        test.ask(R"({"jwt":[")" + test.proof(test.held[0], nonce, attestation) + "\"]}"));
    CHECK(batch.size() == 1);  // for the key that was proved, not for those it only names
    CHECK(error_of(test.ask_attestation(attestation)) == "400 invalid_proof");
    CHECK(json(test.counter.issuer.metadata().body)
              .find("credential_configurations_supported")
              ->find("residence")
              ->find("proof_types_supported")
              ->find("attestation") == nullptr);
}

TEST_CASE("development: unknown providers are believed when the switch is on") {
    keys::SeededRandom random(5);
    WalletApp app(random);
    const WalletTrust open{{}, true};
    const auto by_jwk = app.attestation([&](Object& h, Object&) {
        h.erase("x5c");
        h.set("jwk", keys::jwk_of(app.provider_key.public_key()));
    });
    CHECK(check_client_attestation(app.attestation(), open, test_now));
    CHECK(check_client_attestation(by_jwk, open, test_now));
    CHECK_FALSE(check_client_attestation(by_jwk, app.trust(), test_now));
}

namespace {

/// A provider's list of revoked wallets and keys; entry 7 is revoked, entry 8 suspended.
struct ProviderStatus final : credential::StatusSource {
    static constexpr const char* uri = "https://wallet.example/status/1";

    explicit ProviderStatus(const WalletApp& app) { publish({&app.provider_key, {app.leaf}, ""}); }

    void publish(const credential::SigningIdentity& identity) {
        credential::StatusList list(2, 1024);
        REQUIRE(list.set(7, credential::status_value::invalid));
        REQUIRE(list.set(8, credential::status_value::suspended));
        token =
            credential::make_status_token(list, uri, {test_now, test_now + day_s, 900}, identity);
    }

    std::optional<std::string> status_token(const std::string& asked) override {
        if (asked != uri || away) return std::nullopt;
        ++times;
        return token;
    }

    /// The attestation names this entry.
    [[nodiscard]] static Edit names(std::uint64_t index, const std::string& list = uri) {
        return [=](Object&, Object& p) {
            p.set("status", credential::status_claim({list, index}));
        };
    }

    std::string token;
    bool away = false;
    int times = 0;
};

}  // namespace

TEST_CASE("a wallet that its provider has revoked is served no more") {
    keys::SeededRandom random(5);
    WalletApp app(random);
    ProviderStatus status(app);
    WalletTrust trust = app.trust();
    const auto rule = [&](const Edit& edit) -> std::string {
        const auto checked = check_client_attestation(app.attestation(edit), trust, test_now);
        return checked ? "" : std::string(id_of(checked.error().rule));
    };
    CHECK(rule({}).empty());                           // not every provider keeps a list
    CHECK(rule(ProviderStatus::names(6)) == "WA-07");  // nobody who brings it
    trust.status = &status;
    CHECK(rule(ProviderStatus::names(6)).empty());
    CHECK(rule(ProviderStatus::names(7)) == "WA-07");
    CHECK(rule(ProviderStatus::names(8)) == "WA-07");
    CHECK(rule(ProviderStatus::names(1024)) == "WA-07");
    CHECK(rule(ProviderStatus::names(6, "https://wallet.example/status/2")) == "WA-07");
    CHECK(rule([](Object&, Object& p) { p.set("status", "good"); }) == "WA-07");
    status.away = true;
    CHECK(rule(ProviderStatus::names(6)) == "WA-07");
    status.away = false;

    // Nobody is asked about an attestation that does not hold anyway.
    const int before = status.times;
    CHECK(rule([](Object&, Object& p) {
              p.set("status", credential::status_claim({ProviderStatus::uri, 6}));
              p.set("exp", test_now - 61);
          }) == "WA-04");
    CHECK(status.times == before);

    // The list of somebody else says nothing; that of a listed provider does.
    trust.anchors.clear();
    trust.listed = [&] { return app.trust().anchors; };
    CHECK(rule(ProviderStatus::names(6)).empty());
    keys::SeededRandom other_random(6);
    const WalletApp other(other_random);
    status.publish({&other.provider_key, {other.leaf}, ""});
    CHECK(rule(ProviderStatus::names(6)) == "WA-07");

    // Development: whoever is believed without an authority has none for lists either.
    trust.accept_unknown = true;
    CHECK(rule(ProviderStatus::names(7)).empty());
}

TEST_CASE("revoked wallets and keys get no credentials") {
    std::optional<ProviderStatus> status;
    Attested test([&](IssuerConfig& c) { c.wallets.status = &status.emplace(test.app); });
    HttpRequest request = test.app.form(issuer_paths::pushed, pushed_form());
    request.client_attestation = {test.app.attestation(ProviderStatus::names(7))};
    const HttpResponse refused = test.counter.issuer.pushed_authorization(request, test_now);
    CHECK(error_of(refused) == "401 invalid_client_attestation");
    CHECK(refused.rule == "WA-07");
    request = test.app.form(issuer_paths::pushed, pushed_form());
    request.client_attestation = {test.app.attestation(ProviderStatus::names(6))};
    CHECK(test.counter.issuer.pushed_authorization(request, test_now).status == 201);

    const auto keys_of = [&](std::uint64_t index) {
        return test.app.key_attestation(test.some(2), test.counter.nonce(),
                                        ProviderStatus::names(index));
    };
    CHECK(test.ask_attestation(keys_of(6)).status == 200);
    const HttpResponse none = test.ask_attestation(keys_of(7));
    CHECK(error_of(none) == "400 invalid_proof");
    CHECK(none.rule == "KA-07");
}

TEST_CASE("providers of wallets may come from a list that changes while we run") {
    keys::SeededRandom random(5);
    WalletApp app(random);
    std::vector<keys::Certificate> listed;
    const WalletTrust trust{{}, false, [&] { return listed; }};
    CHECK(trust.any());
    CHECK_FALSE(check_client_attestation(app.attestation(), trust, test_now));
    listed = app.trust().anchors;
    CHECK(check_client_attestation(app.attestation(), trust, test_now));
    listed.clear();
    CHECK_FALSE(check_client_attestation(app.attestation(), trust, test_now));
}

TEST_CASE("wallet attestations and their proofs of possession") {
    keys::SeededRandom random(6);
    WalletApp app(random);
    const auto check = [&](const Edit& edit) {
        return check_client_attestation(app.attestation(edit), app.trust(), test_now).has_value();
    };
    CHECK(check({}));
    CHECK_FALSE(check([](Object&, Object& p) { p.set("exp", test_now - 61); }));
    CHECK_FALSE(check([](Object&, Object& p) { p.erase("exp"); }));
    CHECK_FALSE(check([](Object&, Object& p) { p.set("nbf", test_now + 61); }));
    CHECK_FALSE(check([](Object&, Object& p) { p.erase("sub"); }));
    CHECK_FALSE(check([](Object&, Object& p) { p.erase("cnf"); }));
    CHECK_FALSE(check([](Object& h, Object&) { h.set("typ", "jwt"); }));
    const auto attestation = check_client_attestation(app.attestation(), app.trust(), test_now);
    REQUIRE(attestation);
    const auto pop = [&](const Edit& edit) {
        return check_client_attestation_pop(app.pop(edit), *attestation, issuer_url, test_now)
            .has_value();
    };
    CHECK(pop({}));
    CHECK(pop([](Object&, Object& p) { p.set("iss", client_name); }));
    CHECK(pop([](Object&, Object& p) { p.set("aud", Array{"https://x.example", issuer_url}); }));
    CHECK_FALSE(pop([](Object&, Object& p) { p.set("iss", "someone"); }));
    CHECK_FALSE(pop([](Object&, Object& p) { p.set("aud", "https://other.example"); }));
    CHECK_FALSE(pop([](Object&, Object& p) { p.set("iat", test_now - 301); }));
    CHECK_FALSE(pop([](Object&, Object& p) { p.erase("jti"); }));
    CHECK_FALSE(pop([](Object& h, Object&) { h.set("typ", "oauth-client-attestation+jwt"); }));
    WalletApp thief(random);
    CHECK_FALSE(
        check_client_attestation_pop(thief.pop(), *attestation, issuer_url, test_now).has_value());

    Counter counter([&](IssuerConfig& c) { c.wallets = app.trust(); });
    HttpRequest request = app.form(issuer_paths::pushed, pushed_form());
    CHECK(counter.issuer.pushed_authorization(request, test_now).status == 201);
    request.dpop = {app.dpop(issuer_paths::pushed)};
    CHECK(error_of(counter.issuer.pushed_authorization(request, test_now)) ==
          "401 invalid_client_attestation");  // the same proof of possession again
    request = app.form(issuer_paths::pushed, pushed_form());
    request.client_attestation_pop = {
        app.pop([](Object&, Object& p) { p.set("challenge", "stale"); })};
    const HttpResponse challenged = counter.issuer.pushed_authorization(request, test_now);
    CHECK(error_of(challenged) == "400 use_attestation_challenge");
    const std::string challenge(challenged.header("OAuth-Client-Attestation-Challenge"));
    request.dpop = {app.dpop(issuer_paths::pushed)};
    request.client_attestation_pop = {
        app.pop([&](Object&, Object& p) { p.set("challenge", challenge); })};
    CHECK(counter.issuer.pushed_authorization(request, test_now).status == 201);
    CHECK_FALSE(
        json(counter.issuer.challenge(test_now).body).text_at("attestation_challenge").empty());

    const auto refusal_of = [&](const Edit& edit) {
        HttpRequest altered = app.form(issuer_paths::pushed, pushed_form());
        altered.client_attestation = {app.attestation(edit)};
        const HttpResponse refused = counter.issuer.pushed_authorization(altered, test_now);
        return error_of(refused) + " " + std::string(refused.rule);
    };
    // An old one is to be replaced; the others are of no use.
    CHECK(refusal_of([](Object&, Object& p) { p.set("exp", test_now - 61); }) ==
          "400 use_fresh_attestation WA-04");
    CHECK(refusal_of([](Object& h, Object&) { h.erase("x5c"); }) ==
          "401 invalid_client_attestation WA-03");
    CHECK(refusal_of([](Object&, Object& p) { p.erase("sub"); }) ==
          "401 invalid_client_attestation WA-02");
    CHECK(refusal_of([](Object&, Object& p) { p.erase("exp"); }) ==
          "401 invalid_client_attestation WA-02");

    // The DPoP proof stands for the proof of possession only with the attested key.
    request = app.form(issuer_paths::pushed, pushed_form());
    request.client_attestation_pop.clear();
    CHECK(error_of(counter.issuer.pushed_authorization(request, test_now)) ==
          "401 invalid_client_attestation");
    request.dpop = {make_dpop(app.instance, keys::PublicKey(app.instance.public_key()),
                              {"POST", issuer_url + "/par", "", test_now}, "jti-1")};
    CHECK(counter.issuer.pushed_authorization(request, test_now).status == 201);
}

TEST_CASE("signed metadata") {
    Counter counter([](IssuerConfig& c) {
        c.registration = {"e30.e30.x", {{"registryURI", "https://registrar.example"}}};
    });
    const HttpResponse plain = counter.issuer.metadata("application/json, application/jwt;q=0.5");
    CHECK(plain.content_type == "application/json");
    CHECK(*json(plain.body).find("issuer_info") ==
          Value(Array{Object{{"format", "registrar_dataset"},
                             {"data", Object{{"registryURI", "https://registrar.example"}}}},
                      Object{{"format", "registration_cert"}, {"data", "e30.e30.x"}}}));
    CHECK(json(Counter().issuer.metadata().body).find("issuer_info") == nullptr);
    const HttpResponse response = counter.issuer.metadata("application/jwt", test_now);
    CHECK(response.content_type == "application/jwt");
    const auto jws = keys::parse_jws(response.body, {"openidvci-issuer-metadata+jwt", {"ES256"}});
    REQUIRE(jws);
    const auto chain = keys::chain_from_x5c(*jws->header.find("x5c"));
    CHECK(keys::verify_chain(*chain, {counter.town.root}, {test_now, "", 5, false}));
    CHECK(keys::verify_jws(*jws, keys::PublicKey(chain->front().public_key().value())));
    Value claims(keys::payload_object(*jws).value());
    CHECK(claims.text_at("sub") == issuer_url);
    CHECK(claims.find("iat")->integer() == test_now);
    for (const char* name : {"iss", "sub", "iat", "exp"}) claims.object()->erase(name);
    CHECK(claims == json(plain.body));
}
