// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Types that extend types: chains, pinned hashes, what may not be taken back; and what a verifier
// concludes.
#include <catch2/catch.hpp>
#include <map>

#include "ssi/credential/type_metadata.hpp"
#include "storage/encoding/json.hpp"
#include "tests/unit/credential/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::credential;
using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

struct Documents final : TypeSource {
    std::map<std::string, std::string> held;
    int asked = 0;

    std::optional<std::string> type_document(const std::string& vct) override {
        ++asked;
        const auto found = held.find(vct);
        return found == held.end() ? std::nullopt : std::optional(found->second);
    }

    /// A type with one claim, `more` of its members, that extends another.
    void add(const std::string& vct, const std::string& extends, const std::string& claim,
             const std::string& more, const std::string& integrity = "") {
        std::string text = R"({"vct":")" + vct + R"(","name":"Type )" + vct + "\"";
        if (!extends.empty()) text += R"(,"extends":")" + extends + "\"";
        if (!integrity.empty()) text += R"(,"extends#integrity":")" + integrity + "\"";
        held[vct] = text + R"(,"claims":[{"path":[")" + claim + "\"]" + more + "}]}";
    }

    [[nodiscard]] std::string failure(const std::string& vct, std::string_view integrity = "") {
        const auto resolved = resolve_type(*this, vct, integrity);
        return resolved ? "" : std::string(to_text(resolved.error()));
    }
};

}  // namespace

TEST_CASE("a type inherits what the types that it extends demand") {
    Documents types;
    types.add("c", "", "name",
              R"(,"mandatory":true,"sd":"always","display":[{"locale":"de","label":"Name"}])");
    types.add("b", "c", "number", R"(,"sd":"never")", integrity_of(types.held["c"]));
    types.add("a", "b", "name", R"(,"display":[{"locale":"de","label":"Voller Name"}])",
              "sha384-x " + integrity_of(types.held["b"]));
    const auto resolved = resolve_type(types, "a", integrity_of(types.held["a"]));
    REQUIRE(resolved);
    CHECK(resolved->chain == std::vector<std::string>{"a", "b", "c"});
    CHECK(resolved->name == "Type a");
    REQUIRE(resolved->demands.size() == 2);
    CHECK(to_text(resolved->demands[0].path) == "name");
    CHECK(resolved->demands[0].mandatory);
    CHECK(resolved->demands[0].disclosure == TypeDemand::Disclosure::always);
    CHECK(resolved->demands[0].display.front().text_at("label") == "Voller Name");
    CHECK(resolved->demands[1].disclosure == TypeDemand::Disclosure::never);
}

TEST_CASE("chains of types that must be refused") {
    Documents types;
    types.add("parent", "", "name", R"(,"mandatory":true,"sd":"always")");
    const std::string good = integrity_of(types.held["parent"]);

    types.add("self", "self", "x", "");
    CHECK(types.failure("self") == "extends itself");
    types.add("one", "two", "x", "");
    types.add("two", "one", "x", "");
    CHECK(types.failure("one") == "extends itself");
    for (std::size_t i = 0; i <= ResolvedType::chain_max; ++i)
        types.add("long" + std::to_string(i), "long" + std::to_string(i + 1), "x", "");
    types.asked = 0;
    CHECK(types.failure("long0") == "too many types extend each other");
    CHECK(types.asked == static_cast<int>(ResolvedType::chain_max));

    types.add("pinned", "parent", "x", "", good);
    CHECK(types.failure("pinned").empty());
    types.held["parent"] += " ";
    CHECK(types.failure("pinned") == "another hash");
    types.held["parent"].pop_back();
    CHECK(types.failure("pinned", "sha256-AAAA") == "another hash");
    CHECK(types.failure("pinned", "sha999-AAAA") == "another hash");

    for (const char* looser : {R"(,"mandatory":false)", R"(,"sd":"allowed")", R"(,"sd":"never")"}) {
        types.add("loose", "parent", "name", looser);
        CHECK(types.failure("loose") == "takes back what it extends");
    }
    types.add("strict", "parent", "other", R"(,"mandatory":true,"sd":"never")");
    CHECK(types.failure("strict").empty());

    types.add("orphan", "nowhere", "x", "");
    CHECK(types.failure("orphan") == "not to be had");
    CHECK(types.failure("nowhere") == "not to be had");
    types.held["liar"] = types.held["parent"];
    CHECK(types.failure("liar") == "another type");
    for (const char* text :
         {"", "[]", "{", R"({"vct":"bad","claims":{}})", R"({"vct":"bad","extends":7})",
          R"({"vct":"bad","claims":[{}]})", R"({"vct":"bad","claims":[{"path":["a"],"sd":"x"}]})",
          R"({"vct":"bad","claims":[{"path":["a"],"mandatory":1}]})",
          R"({"vct":"bad","claims":[{"path":["a"]},{"path":["a"]}]})"}) {
        CAPTURE(text);
        types.held["bad"] = text;
        CHECK_FALSE(types.failure("bad").empty());
    }
}

TEST_CASE("a verifier that asks for a type accepts one that extends it") {
    Town town;
    Documents types;
    types.held[town.residence.vct] = type_document(town.residence);
    CredentialType child = town.residence;
    child.vct = base_url + "/types/residence-of-pupils/1";
    child.extends = town.residence.vct;
    child.extends_integrity = integrity_of(types.held[town.residence.vct]);
    types.held[child.vct] = type_document(child);
    const auto holder = keys::P256PrivateKey::generate(town.random);
    CredentialContent content = residence_content(town.person(), town.residence, test_now);
    content.vct = child.vct;
    content.vct_integrity = integrity_of(types.held[child.vct]);
    VerifyRules rules;
    rules.now = test_now;
    rules.issuers = {town.trusted()};
    rules.vct_values = {town.residence.vct};
    rules.require_holder = false;
    const auto verify = [&] {
        IssueInput input;
        input.issuer = town_did;
        input.issued_at = test_now;
        input.expires_at = test_now + day_s;
        input.holder = keys::PublicKey(holder.public_key());
        return verify_presentation(issue_credential(content, input, town.identity(), town.random),
                                   rules, false);
    };
    const auto failure = [&] {
        const Verification found = verify();
        const TraceLine* line = found.trace.first_failure();
        return line == nullptr ? std::string() : line->rule + " " + line->field;
    };
    // Without metadata types are compared as they are.
    CHECK(failure() == "VC-11 vct");
    rules.types = &types;
    CHECK(failure().empty());
    CHECK(verify().credential->vct == child.vct);

    // Altered since the issuer signed for it; or no longer what it extends.
    types.held[child.vct] += " ";
    CHECK(failure() == "VC-15 vct#integrity");
    types.held[child.vct].pop_back();
    types.held[town.residence.vct] += " ";
    CHECK(failure() == "VC-15 vct#integrity");
    types.held[town.residence.vct].pop_back();
    // A claim that the type wants to be disclosable stands in the open.
    const auto all = content.disclosable;
    content.disclosable.clear();
    CHECK(failure().starts_with("VC-15 "));
    content.disclosable = all;
    // Not to be had: said so, and types are compared as they are.
    types.held.erase(child.vct);
    CHECK(failure() == "VC-11 vct");
    // An issuer of something else does not become one of this by extending it.
    types.held[child.vct] = type_document(child);
    rules.issuers.front().vcts = {town.parking.vct, child.vct};
    CHECK(failure() == "VC-12 vct");
}
