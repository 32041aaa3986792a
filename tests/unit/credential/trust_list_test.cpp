// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Trust lists: one made by an independent library, and each way in which one must not be believed.
#include "ssi/credential/trust_list.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>

#include "tests/unit/credential/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::credential;
using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

std::string file(const std::string& name) {
    std::ifstream in(STADTBUCH_TEST_DATA "/trust_list/" + name);
    std::ostringstream out;
    out << in.rdbuf();
    std::string text = out.str();
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

const std::string issuance = "http://uri.etsi.org/19602/SvcType/PID/Issuance";
const std::string pid_list = "http://uri.etsi.org/19602/LoTEType/EUPIDProvidersList";
constexpr std::string_view withdrawn =
    "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/withdrawn";

Object service(const keys::Certificate& certificate, std::string_view status = {},
               std::string_view since = {}) {
    Object information{
        {"ServiceTypeIdentifier", issuance},
        {"ServiceDigitalIdentity",
         Object{{"X509Certificates",
                 Array{Object{{"val", encoding::base64_encode(certificate.der())}}}}}}};
    if (!status.empty()) information.set("ServiceStatus", status);
    if (!since.empty()) information.set("StatusStartingTime", since);
    return Object{{"ServiceInformation", std::move(information)}};
}

Object entity(std::string_view name, Array services) {
    return Object{{"TrustedEntityInformation",
                   Object{{"TEName", Array{Object{{"lang", "en"}, {"value", name}}}}}},
                  {"TrustedEntityServices", std::move(services)}};
}

/// A list operator with a key of its own; the town's authority stands on the list.
struct Operator {
    Town town;
    keys::P256PrivateKey key = keys::P256PrivateKey::generate(town.random);
    keys::Certificate leaf =
        keys::make_leaf(key.public_key(), Town::profile(), town.root, town.root_key, town.random)
            .value();
    Object scheme{{"LoTEVersionIdentifier", 1},
                  {"LoTESequenceNumber", 3},
                  {"LoTEType", pid_list},
                  {"SchemeOperatorName", Array{Object{{"lang", "en"}, {"value", "Operator"}}}},
                  {"ListIssueDateTime", keys::utc_date_time(test_now - day_s)},
                  {"NextUpdate", keys::utc_date_time(test_now + day_s)}};
    Array entities{entity("Issuer", Array{service(town.root)})};
    TrustListRules rules{{leaf}, test_now, pid_list, {issuance}, {}};
    Trace trace;

    [[nodiscard]] std::string list(Object header = {}, bool wrapped = true) const {
        if (!header.contains("x5c")) header.set("x5c", keys::x5c_of({leaf}));
        header.set("typ", "trustlist+jwt");
        Object body{{"ListAndSchemeInformation", scheme}, {"TrustedEntitiesList", entities}};
        const std::string payload =
            encoding::compact_json(wrapped ? Object{{"LoTE", std::move(body)}} : std::move(body));
        return keys::sign_jws(header, payload, key);
    }

    std::optional<TrustList> read(const std::string& compact) {
        trace = {};
        return read_trust_list(compact, rules, trace);
    }

    /// The id of the rule by which it is refused; empty: it is not.
    std::string refusal(const std::string& compact) {
        const auto list = read(compact);
        const TraceLine* line = trace.first_failure();
        CHECK(list.has_value() == (line == nullptr));
        if (line == nullptr) return "";
        refusing().insert(line->rule);
        return line->rule;
    }

    /// The rules by which a list of these tests was refused.
    static std::set<std::string, std::less<>>& refusing() {
        static std::set<std::string, std::less<>> seen;
        return seen;
    }
};

}  // namespace

TEST_CASE("a list made by an independent library is read") {
    const auto signer = keys::Certificate::from_pem(file("operator.pem"));
    const auto issuer = keys::Certificate::from_pem(file("issuer.pem"));
    REQUIRE(signer);
    REQUIRE(issuer);
    // Its certificates begin later than the other tests' time.
    TrustListRules rules{{*signer}, keys::unix_of_date(2027, 1, 1), pid_list, {issuance}, {}};
    Trace trace;
    const auto list = read_trust_list(file("eudi-lote.jwt"), rules, trace);
    REQUIRE(list);
    CHECK(list->operator_name == "Listenbetreiber");
    CHECK(list->mark.sequence == 7);
    CHECK(list->next_update == keys::unix_of_date(2036, 5, 1));
    REQUIRE(list->entities.size() == 1);  // one is withdrawn, one makes wallets
    CHECK(list->entities[0].name == "Bundesdruckerei Test");
    CHECK(list->entities[0].anchors == std::vector{*issuer});
    CHECK(list->passed_over == 2);
    CHECK(trace.good());
    CHECK(trace.lines.size() == trust_list_rules().size());

    rules.signers = {*issuer};
    CHECK_FALSE(read_trust_list(file("eudi-lote.jwt"), rules, trace));
}

TEST_CASE("a trust list is believed by each of its rules or not at all") {
    Operator lists;
    REQUIRE(lists.refusal(lists.list()).empty());
    REQUIRE(lists.refusal(lists.list({}, false)).empty());  // the pilots' form

    CHECK(lists.refusal("no list") == "TL-01");
    CHECK(lists.refusal(lists.list({{"crit", Array{"sigD"}}})) == "TL-01");
    Object scheme = lists.scheme;
    const auto with = [&](const char* member, Value value) {
        lists.scheme = scheme;
        lists.scheme.set(member, std::move(value));
        const std::string out = lists.refusal(lists.list());
        lists.scheme = scheme;
        return out;
    };
    CHECK(with("LoTEVersionIdentifier", 2) == "TL-01");
    CHECK(with("LoTEType", "http://uri.etsi.org/19602/LoTEType/EUWalletProvidersList") == "TL-04");
    CHECK(with("ListIssueDateTime", keys::utc_date_time(test_now + 3600)) == "TL-05");
    CHECK(with("ListIssueDateTime", "yesterday") == "TL-05");
    CHECK(with("NextUpdate", keys::utc_date_time(test_now)) == "TL-05");
    CHECK(with("NextUpdate", nullptr) == "TL-05");
    CHECK(with("LoTESequenceNumber", "3") == "TL-06");
    CHECK(with("LoTESequenceNumber", -1) == "TL-06");

    std::string altered = lists.list();
    altered[altered.rfind('.') + 5] = altered[altered.rfind('.') + 5] == 'A' ? 'B' : 'A';
    CHECK(lists.refusal(altered) == "TL-03");
    const std::string foreign = lists.list({{"x5c", keys::x5c_of({lists.town.leaf})}});
    CHECK(lists.refusal(foreign) == "TL-02");
    lists.rules.signers = {lists.town.root};  // an authority above the signer
    CHECK(lists.refusal(lists.list()).empty());
    CHECK(lists.refusal(foreign) == "TL-03");  // of this authority, but it did not sign
    lists.rules.signers = {lists.leaf};
    lists.rules.now = test_now + 800 * day_s;  // the signer's certificate is over
    CHECK(lists.refusal(lists.list()) == "TL-02");
}

TEST_CASE("without x5c a trust list is the one configured leaf's") {
    Operator lists;
    const std::string bare = keys::sign_jws(
        {{"kid", "operator"}},
        encoding::compact_json(Object{{"LoTE", Object{{"ListAndSchemeInformation", lists.scheme},
                                                      {"TrustedEntitiesList", lists.entities}}}}),
        lists.key);
    CHECK(lists.refusal(bare).empty());
    lists.rules.signers = {lists.leaf, lists.town.leaf};
    CHECK(lists.refusal(bare) == "TL-02");
    lists.rules.signers = {lists.town.root};
    CHECK(lists.refusal(bare) == "TL-02");
}

TEST_CASE("an older trust list, or another one of the same number, is refused") {
    Operator lists;
    const std::string third = lists.list();
    lists.rules.seen = lists.read(third)->mark;
    CHECK(lists.refusal(third).empty());
    CHECK(lists.refusal(lists.list()) == "TL-06");  // signed anew
    lists.scheme.set("LoTESequenceNumber", 2);
    CHECK(lists.refusal(lists.list()) == "TL-06");
    lists.scheme.set("LoTESequenceNumber", 4);
    CHECK(lists.refusal(lists.list()).empty());
}

TEST_CASE("only services in force with an authority make an anchor") {
    Operator lists;
    const keys::Certificate& root = lists.town.root;
    const auto refused = [&](Array services) {
        lists.entities = {entity("Issuer", std::move(services))};
        return lists.refusal(lists.list());
    };
    const std::string yesterday = keys::utc_date_time(test_now - day_s);
    const std::string tomorrow = keys::utc_date_time(test_now + day_s);
    for (const std::string_view status : good_statuses)
        CHECK(refused({service(root, status, yesterday)}).empty());
    CHECK(refused({service(root, good_statuses[0], tomorrow)}) == "TL-07");
    CHECK(refused({service(root, withdrawn, yesterday)}) == "TL-07");
    CHECK(refused({service(root, "http://elsewhere.example/granted")}) == "TL-07");
    CHECK(refused({service(lists.town.leaf)}) == "TL-07");  // a leaf is no anchor
    CHECK(refused({}) == "TL-07");
    CHECK(refused({Value("text"), Object{{"ServiceInformation", 3}}}) == "TL-07");
    lists.rules.service_types = {"http://uri.etsi.org/19602/SvcType/PubEAA/Issuance"};
    CHECK(refused({service(root)}) == "TL-07");
    lists.rules.service_types.clear();
    CHECK(refused({service(root, withdrawn), service(root)}).empty());
    CHECK(lists.read(lists.list())->passed_over == 1);
}

TEST_CASE("each rule of trust lists has an id and its sentences") {
    std::set<std::string_view> ids;
    for (const TrustListRuleText& rule : trust_list_rules()) {
        CHECK(ids.insert(rule.id).second);
        for (const std::string_view text : {rule.good_de, rule.good_en, rule.bad_de, rule.bad_en})
            CHECK(text.ends_with('.'));
    }
}

TEST_CASE("each rule of trust lists has refused something in these tests") {
    // Run alone, this case has nothing to look at.
    if (Operator::refusing().size() < 3) return;
    for (const TrustListRuleText& rule : trust_list_rules()) {
        CAPTURE(rule.id);
        CHECK(Operator::refusing().contains(rule.id));
    }
}
