// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Every rule of a verification fails here once: the line names rule, field and who can mend it, in
// German and English, as the catalogue says.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "ssi/agent/paper.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/rule_catalogue.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/openid/verifier.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"
#include "tests/unit/credential/scene.hpp"

using namespace stadtbuch;
using credential::Scene;
using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

const agent::CatalogueRule& entry_of(const std::string& id) {
    static const auto catalogue = agent::rule_catalogue();
    const auto found = std::find_if(catalogue.begin(), catalogue.end(),
                                    [&](const auto& rule) { return rule.id == id; });
    REQUIRE(found != catalogue.end());
    return *found;
}

/// The rules that were seen to fail.
struct Failed {
    std::set<std::string, std::less<>> ids;

    void in(const credential::Trace& trace, const std::string& id, const std::string& field) {
        CAPTURE(id, field);
        const auto line =
            std::find_if(trace.lines.begin(), trace.lines.end(), [&](const auto& one) {
                return one.rule == id && one.outcome == credential::Outcome::failed;
            });
        REQUIRE(line != trace.lines.end());
        const agent::CatalogueRule& rule = entry_of(id);
        CHECK(line->field == field);
        CHECK(line->de.starts_with(rule.bad_de));
        CHECK(line->en.starts_with(rule.bad_en));
        CHECK(line->mend == rule.mender);
        for (const auto& text : {rule.bad_de, rule.bad_en}) CHECK(text.ends_with('.'));
        ids.insert(id);
    }

    void in(Scene& scene, const std::string& compact, const std::string& id,
            const std::string& field) {
        in(verify_presentation(compact, scene.rules()).trace, id, field);
    }
};

/// The credential's payload with one claim changed, presented well.
std::string with_claim(Scene& scene, const std::string& name, Value value) {
    Object payload = scene.payload();
    payload.set(name, std::move(value));
    return scene.forge(payload, {});
}

struct NoKeys final : credential::DidKeySource {
    std::optional<keys::PublicKey> assertion_key(std::string_view) override { return {}; }
};

struct OneType final : credential::TypeSource {
    std::string text;

    std::optional<std::string> type_document(const std::string&) override { return text; }
};

void issuers_fail(Failed& failed) {
    Scene scene;
    failed.in(scene, "", "VC-01", "");
    failed.in(scene, scene.forge(scene.payload(), {}, "jwt"), "VC-02", "typ");
    const std::string good = scene.present();
    credential::VerifyRules rules = scene.rules();
    rules.issuers.clear();
    failed.in(verify_presentation(good, rules).trace, "VC-03", "x5c");
    NoKeys ledger;
    rules = scene.rules();
    rules.did_keys = &ledger;
    failed.in(verify_presentation(good, rules).trace, "VC-04", "kid");
    std::string altered = good;
    char& letter = altered[altered.find('~') - 10];
    letter = letter == 'A' ? 'B' : 'A';
    failed.in(scene, altered, "VC-05", "");
    failed.in(scene, with_claim(scene, "iss", "https://elsewhere.example"), "VC-06", "iss");
    failed.in(scene, with_claim(scene, "nbf", credential::test_now + 1000), "VC-07", "nbf");
    failed.in(scene, with_claim(scene, "exp", credential::test_now - 1000), "VC-08", "exp");
    failed.in(scene, scene.forge(scene.payload(), {"WyJzIiwieCIsMV0"}), "VC-09", "");
    Object payload = scene.payload();
    payload.erase("exp");
    const std::string late =
        encoding::base64url_encode(view_of(std::string_view(R"(["salt","exp",9999999999])")));
    payload.find("_sd")->array()->emplace_back(credential::disclosure_digest(late));
    failed.in(scene, scene.forge(payload, {late}), "VC-10", "exp");
}

void types_fail(Failed& failed) {
    Scene scene;
    const std::string good = scene.present();
    credential::VerifyRules rules = scene.rules();
    rules.vct_values = {scene.town.parking.vct};
    failed.in(verify_presentation(good, rules).trace, "VC-11", "vct");
    rules = scene.rules();
    rules.issuers.front().vcts = {scene.town.parking.vct};
    failed.in(verify_presentation(good, rules).trace, "VC-12", "vct");
    OneType types;
    types.text = credential::type_document(scene.town.residence) + " ";
    rules = scene.rules();
    rules.types = &types;
    const std::string pinned =
        with_claim(scene, "vct#integrity",
                   credential::integrity_of(credential::type_document(scene.town.residence)));
    failed.in(verify_presentation(pinned, rules).trace, "VC-15", "vct#integrity");
}

void holders_fail(Failed& failed) {
    Scene scene;
    credential::IssueInput unbound = scene.input();
    unbound.holder.reset();
    failed.in(scene, scene.present(scene.issue(unbound), {}, Scene::binding()), "KB-01", "cnf");
    const std::string credential = scene.issue();
    failed.in(scene, credential, "KB-02", "");
    const auto with = [&](auto change) {
        credential::KeyBinding binding = Scene::binding();
        change(binding);
        return scene.present(credential, {}, binding);
    };
    failed.in(scene, with([](auto& one) { one.audience = "x509_hash:other"; }), "KB-03", "aud");
    failed.in(scene, with([](auto& one) { one.nonce = "another-nonce-00"; }), "KB-04", "nonce");
    failed.in(scene, with([](auto& one) { one.issued_at -= 400; }), "KB-05", "iat");
    auto parts = credential::split_sd_jwt(scene.present()).value();
    parts.disclosures.clear();
    failed.in(scene, parts.compact(), "KB-06", "sd_hash");
    credential::VerifyRules rules = scene.rules();
    rules.transaction_data = {"eyJ0eXBlIjoicGVybWl0In0"};
    failed.in(verify_presentation(scene.present(), rules).trace, "KB-07",
              "transaction_data_hashes");
}

void states_fail(Failed& failed) {
    Scene scene;
    const std::string good = scene.present();
    scene.status.newest = credential::test_now + 1;
    failed.in(scene, good, "ST-02", "status");
    scene.status.newest = 0;
    REQUIRE(scene.list.set(77, credential::status_value::invalid));
    scene.publish();
    failed.in(scene, good, "ST-03", "status");
    scene.status.tokens.clear();
    failed.in(scene, good, "ST-01", "status");
    credential::Trace trace;
    const Value over(Object{{"valid_from", "2024-01-01"}, {"valid_until", "2024-12-31"}});
    CHECK_FALSE(agent::check_days(over, credential::test_now, trace));
    failed.in(trace, "AD-01", "valid_until");
}

/// A verifier asks for the municipality of a residence.
struct Asking {
    Scene scene;
    openid::DcqlQuery query;

    Asking() {
        openid::CredentialQuery wanted;
        wanted.id = "residence";
        wanted.vct_values = {scene.town.residence.vct};
        wanted.claims = {{"", credential::path_of("address.municipality_key"), {}}};
        query.credentials = {wanted};
    }

    openid::CredentialQuery& wanted() { return query.credentials.front(); }

    [[nodiscard]] openid::TrustPolicy trust() {
        return {{scene.town.trusted()}, nullptr, &scene.status};
    }

    [[nodiscard]] openid::PresentationResult answered(const Value& token) {
        const credential::VerifyRules rules = scene.rules();
        return check_vp_token(token, {&query, rules.audience, rules.nonce, rules.now}, trust());
    }

    [[nodiscard]] credential::Trace shown() {
        return answered(Object{{"residence", Array{Value(scene.present())}}}).trace;
    }
};

void answers_fail(Failed& failed) {
    Asking asking;
    REQUIRE(asking.shown().good());
    failed.in(asking.answered("x").trace, "VP-02", "vp_token");
    asking.wanted().claims.front().values = {Value("05315001")};
    failed.in(asking.shown(), "VC-14", "address.municipality_key");
    asking.wanted().claims = {{"", credential::path_of("family_name"), {}}};
    failed.in(asking.shown(), "VC-13", "family_name");
    asking.wanted().claims.clear();
    openid::CredentialQuery second = asking.wanted();
    second.id = "permit";
    second.vct_values = {asking.scene.town.parking.vct};
    asking.query.credentials.push_back(second);
    const auto half = asking.answered(Object{{"residence", Array{Value(asking.scene.present())}}});
    failed.in(half.trace, "VP-03", "");
    CHECK(half.credentials.empty());

    openid::MemoryRecords records;
    openid::VerifierConfig config;
    config.base_url = credential::base_url;
    config.signing = asking.scene.town.identity();
    openid::Verifier verifier(config, records, asking.scene.town.random);
    openid::PresentationRequest request;
    request.query = asking.query;
    request.response_mode = openid::ResponseMode::direct_post_jwt;
    const auto started = verifier.start(request, credential::test_now);
    const openid::HttpRequest sealed{"application/x-www-form-urlencoded", "", "", "response=a.b"};
    CHECK(verifier.response(started.request_id, sealed, asking.trust(), credential::test_now)
              .status == 200);
    failed.in(verifier.result(started.transaction_id, "", "", credential::test_now).trace, "VP-01",
              "");
}

void papers_fail(Failed& failed) {
    agent::test::Town town;
    const auto forged = agent::check_paper(*town.agent, "no paper");
    CHECK_FALSE(forged.valid);
    failed.in(forged.trace, "PP-01", "");
    failed.in(agent::PlateAnswer{}.trace(), "PL-01", "plate");
}

/// Rules that fail in a browser only: the script that makes them fail holds their lines to the
/// catalogue, too.
void browsers_fail(Failed& failed) {
    const auto script = agent::read_text_file(STADTBUCH_TEST_DATA "/../e2e/agent/offline.mjs");
    REQUIRE(script);
    for (const std::string id : {"OF-01", "OF-02"}) {
        CAPTURE(id);
        const std::string line = "'" + id + " failed " + std::string(entry_of(id).mender) + "'";
        CHECK(script->find(line) != std::string::npos);
        failed.ids.insert(id);
    }
}

}  // namespace

TEST_CASE("each rule of a verification fails somewhere, and says who can mend it",
          "[agent][rules]") {
    Failed failed;
    issuers_fail(failed);
    types_fail(failed);
    holders_fail(failed);
    states_fail(failed);
    answers_fail(failed);
    papers_fail(failed);
    browsers_fail(failed);
    for (const credential::RuleText& rule : credential::all_rules()) {
        CAPTURE(rule.id);
        CHECK(failed.ids.contains(rule.id));
    }
}
