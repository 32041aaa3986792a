// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/unit/credential/scene.hpp"

using namespace stadtbuch;
using namespace stadtbuch::credential;

TEST_CASE("a credential is issued, presented and verified") {
    Scene scene;
    const auto verification = verify_presentation(scene.present(), scene.rules());
    REQUIRE(verification.trace.good());
    REQUIRE(verification.credential);
    const Value claims(verification.credential->claims);
    CHECK(claims.find("address")->text_at("municipality_key") == "05315000");
    CHECK(claims.find("family_name") == nullptr);
    CHECK(claims.find("address")->find("street_address") == nullptr);
    CHECK(claims.find("status") == nullptr);
    CHECK(verification.credential->issuer_name == "Stadt Musterstadt");
    CHECK(verification.credential->issuer == town_did);
    CHECK(scene.status.asked == 1);
    for (const TraceLine& line : verification.trace.lines) {
        CHECK_FALSE(line.de.empty());
        CHECK_FALSE(line.en.empty());
        CHECK(line.outcome != Outcome::failed);
    }
    CHECK(Trace::from_value(Value(verification.trace.to_value())).lines.size() ==
          verification.trace.lines.size());
}

TEST_CASE("names of the register come through unchanged") {
    Scene scene;
    const auto read = read_credential(scene.issue());
    REQUIRE(read);
    CHECK(Value(read->claims).text_at("family_name") == "Müller-Groß");
    CHECK(Value(read->claims).text_at("given_name") == "Jürgen Øivind");
    CHECK(Value(read->claims).find("address")->text_at("street_address") == "Große Straße 12a");
    CHECK(Value(read->claims).find("address")->text_at("postal_code") == "04109");
    CHECK(keys::thumbprint(*read->holder) ==
          keys::thumbprint(keys::PublicKey(scene.holder.public_key())));
}

TEST_CASE("time: not before, expired, with a minute of leeway") {
    Scene scene;
    const std::string compact = scene.present();
    VerifyRules rules = scene.rules();
    rules.holder_age_max_s = 30 * day_s;
    rules.now = test_now + 14 * day_s + 59;
    scene.status.tokens[list_uri] = make_status_token(
        scene.list, list_uri, {rules.now, rules.now + day_s, 900}, scene.town.identity());
    CHECK(scene.failure(compact, rules).empty());
    rules.now = test_now + 14 * day_s + 60;
    CHECK(scene.failure(compact, rules) == "VC-08");
    Object payload = scene.payload();
    payload.set("nbf", test_now + 1000);
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()) == "VC-07");
    payload.set("nbf", "soon");
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()) == "VC-07");
    payload = scene.payload();
    payload.set("exp", "never");
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()) == "VC-08");
    // With a fraction, as some libraries write dates (RFC 7519 §2).
    payload.set("exp", static_cast<double>(test_now - 61) + 0.5);
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()) == "VC-08");
    payload.set("exp", static_cast<double>(test_now + 3600) + 0.5);
    payload.set("nbf", static_cast<double>(test_now) - 0.5);
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()).empty());
}

TEST_CASE("issuers: chain, signature, identity, permitted types") {
    Scene scene;
    const std::string compact = scene.present();
    VerifyRules rules = scene.rules();
    rules.issuers = {};
    CHECK(scene.failure(compact, rules) == "VC-03");
    rules = scene.rules();
    rules.issuers = {Town(5).trusted()};
    CHECK(scene.failure(compact, rules) == "VC-03");
    rules = scene.rules();
    rules.issuers[0].vcts = {scene.town.parking.vct};
    CHECK(scene.failure(compact, rules) == "VC-12");
    rules = scene.rules();
    rules.vct_values = {scene.town.parking.vct};
    CHECK(scene.failure(compact, rules) == "VC-11");

    Object payload = scene.payload();
    payload.set("iss", "https://elsewhere.example");
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()) == "VC-06");
    payload.set("iss", 7);
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()) == "VC-06");
    payload.set("iss", base_url);
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()).empty());
    payload.erase("iss");
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()).empty());
    CHECK(scene.failure(scene.forge(payload, {}, "vc+sd-jwt"), scene.rules()) == "VC-02");
    CHECK(scene.failure(scene.forge(payload, {}, "jwt"), scene.rules()) == "VC-02");
    rules = scene.rules();
    rules.accept_old_media_type = true;
    CHECK(scene.failure(scene.forge(payload, {}, "vc+sd-jwt"), rules).empty());

    // The town's TLS certificate, though its authority is an anchor.
    auto tls = Town::profile();
    tls.extended_key_usages = {std::string(keys::server_auth_eku)};
    const auto tls_leaf = keys::make_leaf(scene.town.issuer_key.public_key(), tls, scene.town.root,
                                          scene.town.root_key, scene.town.random)
                              .value();
    const std::string by_tls = issue_credential(
        residence_content(scene.town.person(), scene.town.residence, test_now), scene.input(),
        {&scene.town.issuer_key, {tls_leaf}, ""}, scene.town.random);
    CHECK(scene.failure(scene.present(by_tls, {}, Scene::binding()), scene.rules()) == "VC-03");

    // Somebody else's key under our certificate.
    const auto thief = keys::P256PrivateKey::generate(scene.town.random);
    SdJwt parts;
    parts.issuer_jwt = keys::sign_jws(header_of(scene.town.identity(), "dc+sd-jwt"),
                                      encoding::compact_json(payload), thief);
    CHECK(scene.failure(bind_to_holder(parts, Scene::binding(), scene.holder), scene.rules()) ==
          "VC-05");
    CHECK(scene.failure("", scene.rules()) == "VC-01");
    CHECK(scene.failure("x~", scene.rules()) == "VC-02");
    payload.set("aka_vcts", Array{Value("https://other.example/type")});
    rules = scene.rules();
    rules.vct_values = {"https://other.example/type"};
    CHECK(scene.failure(scene.forge(payload, {}), rules) == "VC-12");
}

TEST_CASE("a header cannot bring its own key") {
    Scene scene;
    const auto thief = keys::P256PrivateKey::generate(scene.town.random);
    const std::string payload = encoding::compact_json(scene.payload());
    const auto judged = [&](Object header, const keys::Signer& signer) {
        header.set("typ", "dc+sd-jwt");
        SdJwt parts;
        parts.issuer_jwt = keys::sign_jws(header, payload, signer);
        return scene.failure(bind_to_holder(parts, Scene::binding(), scene.holder), scene.rules());
    };
    const Value own = keys::jwk_of(keys::PublicKey(thief.public_key()));
    CHECK(judged(Object{{"jwk", own}}, thief) == "VC-03");
    CHECK(judged(Object{{"jku", "https://thief.example/keys"}, {"kid", "1"}}, thief) == "VC-03");
    CHECK(judged(Object{{"x5u", "https://thief.example/chain"}}, thief) == "VC-03");
    CHECK(judged(Object{{"kid", "../../keys/issuer"}}, thief) == "VC-03");
    // Beside our chain they change nothing: our key verifies, theirs does not.
    const Object ours = header_of(scene.town.identity(), "dc+sd-jwt");
    Object both = ours;
    both.set("jwk", own);
    both.set("jku", "https://thief.example/keys");
    CHECK(judged(both, thief) == "VC-05");
    CHECK(judged(both, scene.town.issuer_key).empty());
}

TEST_CASE("the ledger's key must be the certificate's") {
    struct Ledger final : DidKeySource {
        std::optional<keys::PublicKey> key;
        std::string asked;

        std::optional<keys::PublicKey> assertion_key(std::string_view url) override {
            asked = url;
            return key;
        }
    };

    Scene scene;
    Ledger ledger;
    VerifyRules rules = scene.rules();
    rules.did_keys = &ledger;
    CHECK(scene.failure(scene.present(), rules) == "VC-04");
    CHECK(ledger.asked == town_did + "#assertion-1");
    ledger.key = keys::PublicKey(scene.holder.public_key());
    CHECK(scene.failure(scene.present(), rules) == "VC-04");
    ledger.key = keys::PublicKey(scene.town.issuer_key.public_key());
    CHECK(scene.failure(scene.present(), rules).empty());
    // Without x5c the DID alone vouches, if it is trusted for that.
    SigningIdentity bare{&scene.town.issuer_key, {}, town_did + "#assertion-1"};
    const std::string credential =
        issue_credential(residence_content(scene.town.person(), scene.town.residence, test_now),
                         scene.input(), bare, scene.town.random);
    const std::string presentation = scene.present(credential, {}, Scene::binding());
    CHECK(scene.failure(presentation, rules) == "VC-03");
    rules.issuers[0].did = town_did;
    CHECK(scene.failure(presentation, rules).empty());
}

TEST_CASE("protected claims cannot come by disclosure") {
    Scene scene;
    for (const char* name :
         {"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"}) {
        Object payload = scene.payload();
        payload.erase(name);
        const std::string text = encoding::base64url_encode(
            view_of("[\"salt\",\"" + std::string(name) + "\"," +
                    (std::string(name) == "exp" ? "9999999999" : "{}") + "]"));
        payload.find("_sd")->array()->emplace_back(disclosure_digest(text));
        // `exp` and `nbf` are read from the signed payload only, so the disclosure cannot lengthen
        // a validity.
        CHECK(scene.failure(scene.forge(payload, {text}), scene.rules()) == "VC-10");
    }
    Object payload = scene.payload();
    CHECK(scene.failure(scene.forge(payload, {"WyJzIiwieCIsMV0"}), scene.rules()) == "VC-09");
}

TEST_CASE("key binding: every part of it counts") {
    Scene scene;
    const std::string credential = scene.issue();
    const std::vector<ClaimPath> wanted{path_of("family_name")};
    const auto with = [&](auto change) {
        KeyBinding binding = Scene::binding();
        change(binding);
        return scene.failure(scene.present(credential, wanted, binding), scene.rules());
    };
    CHECK(with([](KeyBinding&) {}).empty());
    CHECK(with([](KeyBinding& b) { b.audience = "x509_hash:other"; }) == "KB-03");
    CHECK(with([](KeyBinding& b) { b.nonce = "another-nonce-00"; }) == "KB-04");
    CHECK(with([](KeyBinding& b) { b.issued_at = test_now - 400; }) == "KB-05");
    CHECK(with([](KeyBinding& b) { b.issued_at = test_now + 100; }) == "KB-05");
    CHECK(scene.failure(credential, scene.rules()) == "KB-02");
    VerifyRules rules = scene.rules();
    rules.audience.clear();
    CHECK(
        scene.failure(scene.present(credential, wanted, {"", "nonce-0123456789", test_now, {}, {}}),
                      rules) == "KB-03");

    const std::string good = scene.present(credential, wanted, Scene::binding());
    auto parts = split_sd_jwt(good).value();
    SECTION("a disclosure added after signing") {
        const auto all = split_sd_jwt(credential).value();
        for (const std::string& extra : all.disclosures) {
            if (extra != parts.disclosures[0]) {
                parts.disclosures.push_back(extra);
                break;
            }
        }
        CHECK(scene.failure(parts.compact(), scene.rules()) == "KB-06");
    }
    SECTION("a disclosure removed after signing") {
        parts.disclosures.clear();
        CHECK(scene.failure(parts.compact(), scene.rules()) == "KB-06");
    }
    SECTION("another wallet's signature") {
        const auto other = keys::P256PrivateKey::generate(scene.town.random);
        CHECK(scene.failure(bind_to_holder(parts, Scene::binding(), other), scene.rules()) ==
              "KB-02");
    }
    SECTION("a JWT of another type") {
        parts.key_binding = keys::sign_jws(Object{{"typ", "jwt"}}, "{}", scene.holder);
        CHECK(scene.failure(parts.compact(), scene.rules()) == "KB-02");
    }
    SECTION("no holder key in the credential") {
        IssueInput input = scene.input();
        input.holder.reset();
        CHECK(scene.failure(scene.present(scene.issue(input), wanted, Scene::binding()),
                            scene.rules()) == "KB-01");
    }
    SECTION("not demanded") {
        VerifyRules lax = scene.rules();
        lax.require_holder = false;
        CHECK(scene.failure(credential, lax).empty());
    }
}

TEST_CASE("transaction data") {
    Scene scene;
    VerifyRules rules = scene.rules();
    rules.transaction_data = {"eyJ0eXBlIjoicGVybWl0In0"};
    KeyBinding binding = Scene::binding();
    CHECK(scene.failure(scene.present(scene.issue(), {}, binding), rules) == "KB-07");
    binding.transaction_data = {"eyJ0eXBlIjoib3RoZXIifQ"};
    CHECK(scene.failure(scene.present(scene.issue(), {}, binding), rules) == "KB-07");
    binding.transaction_data = rules.transaction_data;
    CHECK(scene.failure(scene.present(scene.issue(), {}, binding), rules).empty());
    binding.transaction_data_hashes_alg = "sha-256";
    CHECK(scene.failure(scene.present(scene.issue(), {}, binding), rules).empty());
}

TEST_CASE("status: asked last, revoked means refused, unreachable too") {
    Scene scene;
    const std::string good = scene.present();
    VerifyRules rules = scene.rules();
    rules.nonce = "another-nonce-00";
    CHECK(scene.failure(good, rules) == "KB-04");
    CHECK(scene.status.asked == 0);

    REQUIRE(scene.list.set(77, status_value::invalid));
    scene.publish();
    auto verification = verify_presentation(good, scene.rules());
    CHECK(verification.revoked);
    CHECK_FALSE(verification.credential);
    CHECK(verification.trace.first_failure()->rule == "ST-03");
    REQUIRE(scene.list.set(77, status_value::valid));
    scene.publish();
    CHECK(scene.failure(good, scene.rules()).empty());

    rules = scene.rules();
    rules.status = nullptr;
    CHECK(scene.failure(good, rules) == "ST-01");
    scene.status.newest = test_now + 1;
    CHECK(scene.failure(good, scene.rules()) == "ST-02");
    scene.status.newest = 0;
    IssueInput outside = scene.input();
    outside.status = StatusReference{list_uri, 4096};
    CHECK(scene.failure(scene.present(scene.issue(outside), {}, Scene::binding()), scene.rules()) ==
          "ST-03");
    outside.status = StatusReference{"https://town.example/status/2", 1};
    CHECK(scene.failure(scene.present(scene.issue(outside), {}, Scene::binding()), scene.rules()) ==
          "ST-01");
    Object payload = scene.payload();
    payload.set("status", Object{{"other", 1}});
    CHECK(scene.failure(scene.forge(payload, {}), scene.rules()) == "ST-01");
    outside.status.reset();
    CHECK(scene.failure(scene.present(scene.issue(outside), {}, Scene::binding()), scene.rules())
              .empty());
}

TEST_CASE("a flipped character anywhere is noticed") {
    Scene scene;
    const std::string good = scene.present();
    const VerifyRules rules = scene.rules();
    for (std::size_t i = 0; i < good.size(); i += 5) {
        std::string bad = good;
        bad[i] = bad[i] == 'x' ? 'y' : 'x';
        INFO(i);
        CHECK_FALSE(verify_presentation(bad, rules).credential);
    }
}
