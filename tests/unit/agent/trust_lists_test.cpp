// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Issuers of identity cards who are trusted by a list alone: from the file to the citizen's case,
// over restarts, when the list is replaced, rolled back, or over.
#include <catch2/catch.hpp>
#include <fstream>

#include "ssi/agent/queries.hpp"
#include "ssi/keys/jose.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "tests/unit/agent/edits.hpp"
#include "tests/unit/agent/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::agent;
using encoding::Array;
using encoding::Object;
using stadtbuch::agent::test::Browser;
using stadtbuch::agent::test::Town;
using stadtbuch::agent::test::Wallet;

namespace {

constexpr std::int64_t day_s = 86400;

/// Who publishes the list, into the configuration's folder.
struct Operator {
    explicit Operator(const Town& in) : town(in), folder(in.folder.path()) {
        const keys::CertificateSubject subject{"Listenbetreiber", "Listenbetreiber", "DE"};
        const auto root_key = keys::P256PrivateKey::generate(keys::os_random());
        const auto root = keys::make_authority(
            root_key, {subject, town.time - day_s, town.time + 400 * day_s, 0}, keys::os_random());
        REQUIRE(root);
        keys::LeafProfile profile;
        profile.subject = {"Signatur der Liste", "Listenbetreiber", "DE"};
        profile.not_before = town.time - day_s;
        profile.not_after = town.time + 400 * day_s;
        auto leaf = keys::make_leaf(key.public_key(), profile, *root, root_key, keys::os_random());
        REQUIRE(leaf);
        chain.push_back(std::move(leaf).value());
        write("operator.pem", chain.front().to_pem());
    }

    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder + "/" + name, std::ios::binary) << text;
    }

    void publish(int sequence, const std::string& name, std::int64_t days = 30) const {
        const auto pem = read_text_file(folder + "/pid-ca.pem");
        REQUIRE(pem);
        const auto authority = keys::Certificate::from_pem(*pem);
        REQUIRE(authority);
        const Array listed{Object{{"val", encoding::base64_encode(authority->der())}}};
        const Object service{
            {"ServiceInformation",
             Object{{"ServiceTypeIdentifier", "http://uri.etsi.org/19602/SvcType/PID/Issuance"},
                    {"ServiceDigitalIdentity", Object{{"X509Certificates", listed}}}}}};
        const Object entity{{"TrustedEntityInformation",
                             Object{{"TEName", Array{Object{{"lang", "de"}, {"value", name}}}}}},
                            {"TrustedEntityServices", Array{service}}};
        const Object scheme{{"LoTESequenceNumber", sequence},
                            {"ListIssueDateTime", keys::utc_date_time(town.time)},
                            {"NextUpdate", keys::utc_date_time(town.time + days * day_s)}};
        const Object list{{"ListAndSchemeInformation", scheme},
                          {"TrustedEntitiesList", Array{entity}}};
        write("list.jwt", keys::sign_jws({{"x5c", keys::x5c_of(chain)}},
                                         encoding::compact_json(Object{{"LoTE", list}}), key) +
                              "\n");
    }

    const Town& town;
    std::string folder;
    keys::P256PrivateKey key = keys::P256PrivateKey::generate(keys::os_random());
    std::vector<keys::Certificate> chain;
};

/// Identity cards are believed by the list only.
void by_list_only(Town& town) {
    const std::string file = town.folder.path() + "/agent.toml";
    test::replace_in(file, "\"urn:eudi:pid:de:1\", \"urn:eudi:pid:1\", ", "");
    std::ofstream(file, std::ios::app)
        << "\n[[trust_list]]\nname = \"PID\"\nsource = \"list.jwt\"\nsigners = \"operator.pem\"\n"
           "types = [\"urn:eudi:pid:de:1\", \"urn:eudi:pid:1\"]\nrefresh_s = 60\n"
           "address = \"https://lists.example/pid.jwt\"\n";
}

/// A town that believes list number 5.
struct ListedTown : Town {
    ListedTown() {
        by_list_only(*this);
        lists.publish(5, "Bundesdruckerei");
        restart();
    }

    Operator lists{*this};
};

/// What the page answers after an identity card was shown; 303: the person is known.
int shown(const Town& town) {
    Wallet wallet(town);
    test::give_foreign(town, wallet, "urn:eudi:pid:de:1",
                       {{"family_name", "Hofmann"},
                        {"given_name", "Sören Jürgen"},
                        {"birthdate", "1950-06-12"},
                        {"address", Object{{"street_address", "An der Alten Ziegelei 94"},
                                           {"house_number", "94"},
                                           {"postal_code", "45903"},
                                           {"locality", "Emscherbrück"}}}},
                       {"family_name", "given_name", "birthdate", "address"});
    Browser browser(town);
    (void)browser.get("/wohnsitz");
    (void)browser.post("/wohnsitz/ausweis", {});
    const std::string link =
        test::link_on(browser.get("/wohnsitz/ausweis/zeigen").body, "openid4vp://");
    const std::string back = wallet.present(link);
    const std::size_t path = back.find("/wohnsitz/");
    REQUIRE(path != std::string::npos);
    return browser.get(back.substr(path)).status;
}

std::string refusal(const Town& town) {
    return town.agent->trust_lists->states().front().fault.substr(0, 13);
}

}  // namespace

TEST_CASE("an issuer on a trust list is believed as long as the list holds", "[agent][trust]") {
    ListedTown town;
    const Operator& lists = town.lists;
    REQUIRE(town.agent->trust_lists->listed()->issuers.size() == 1);
    CHECK(town.agent->trusts_type("urn:eudi:pid:de:1"));
    CHECK(shown(town) == 303);

    // A later list is taken by the clock; an older one is refused, also after a restart.
    lists.publish(6, "Bundesdruckerei GmbH");
    town.time += 61;
    town.agent->tidy();
    CHECK(town.agent->trust_lists->listed()->issuers.front().name == "Bundesdruckerei GmbH");
    lists.publish(5, "Jemand anders");
    town.restart();
    CHECK(town.agent->trust_lists->listed()->issuers.front().name == "Bundesdruckerei GmbH");
    town.time += 61;
    town.agent->tidy();
    CHECK(refusal(town) == "SB-4231 TL-06");
    CHECK(town.agent->trust_lists->listed()->issuers.front().name == "Bundesdruckerei GmbH");
    CHECK(shown(town) == 303);

    // Its address answers no longer: the last good one goes on, and ends at its time.
    REQUIRE(std::remove((town.folder.path() + "/list.jwt").c_str()) == 0);
    town.time += 61;
    town.agent->tidy();
    CHECK_FALSE(refusal(town).empty());
    CHECK(town.agent->trust_lists->listed()->issuers.size() == 1);
    town.time += 31 * day_s;
    town.agent->tidy();
    CHECK(town.agent->trust_lists->listed()->issuers.empty());
    CHECK(shown(town) == 422);
}

TEST_CASE("requests name the trust list and the authorities on it", "[agent][trust]") {
    ListedTown town;
    const auto asked = [&] { return agent::pid_query(*town.agent).credentials.front(); };
    CHECK(asked().trust_lists == std::vector<std::string>{"https://lists.example/pid.jwt"});
    const auto pem = read_text_file(town.folder.path() + "/pid-ca.pem");
    const auto authority = keys::Certificate::from_pem(pem.value());
    REQUIRE(authority);
    CHECK(asked().authority_key_ids ==
          std::vector<std::string>{encoding::base64url_encode(authority->subject_key_id())});
    CHECK(shown(town) == 303);

    // Who is believed without a certificate cannot be named so: nothing is said.
    town.agent->trusted.push_back({"By its DID", {}, {"urn:eudi:pid:1"}, "did:indy:x:y"});
    CHECK(asked().trust_lists.empty());
    CHECK(asked().authority_key_ids.empty());
    town.agent->trusted.pop_back();

    // The list is over: nobody is believed by it.
    town.time += 31 * day_s;
    town.agent->tidy();
    CHECK(asked().trust_lists.empty());

    test::replace_in(town.folder.path() + "/agent.toml", "address = ", "in_requests = false\n#");
    town.time -= 31 * day_s;
    town.restart();
    CHECK(town.agent->trust_lists->listed()->issuers.size() == 1);
    CHECK(asked().trust_lists.empty());
}

TEST_CASE("wallets are told the legal category of the settings", "[agent][trust]") {
    Town town;
    std::ofstream(town.folder.path() + "/agent.toml", std::ios::app)
        << "\n[credentials]\nlegal_category = \"PuB-EAA\"\n";
    town.restart();
    Browser wallet(town);
    const auto metadata = wallet.get("/.well-known/openid-credential-issuer").json();
    for (const auto& one : *metadata.find("credential_configurations_supported")->object()) {
        const auto told = encoding::compact_json(*one.value.find("credential_metadata"));
        CHECK(told.find("attestation_legal_category") != std::string::npos);
    }
    CHECK(town.agent->issuer->config().legal_category == "PuB-EAA");
}

TEST_CASE("programs are told how the trust lists stand", "[agent][trust]") {
    ListedTown town;
    Browser program(town);
    const auto told = program.api("/api/trust-lists").json();
    REQUIRE(told.find("trust_lists") != nullptr);
    REQUIRE(told.find("trust_lists")->array()->size() == 1);
    const encoding::Value& one = told.find("trust_lists")->array()->front();
    CHECK(test::text_at(one, "name") == "PID");
    CHECK(one.find("in_force")->boolean() == true);
    CHECK(one.find("sequence")->integer() == 5);
    const Array* entities = one.find("entities")->array();
    REQUIRE(entities->size() == 1);
    CHECK(*entities->front().text() == "Bundesdruckerei");
    CHECK(one.find("trace")->array()->size() == credential::trust_list_rules().size());
}
