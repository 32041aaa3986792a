// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <algorithm>
#include <catch2/catch.hpp>

#include "ssi/credential/sd_jwt.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::credential;
using encoding::Object;
using encoding::Value;

namespace {

Value json(std::string_view text) {
    return encoding::parse_json(text).value();
}

std::string disclosure(std::string_view text) {
    return encoding::base64url_encode(view_of(text));
}

SdJwtError refused(const Value& payload, const std::vector<std::string>& disclosures) {
    const auto result = process_disclosures(*payload.object(), disclosures);
    REQUIRE_FALSE(result);
    return result.error();
}

}  // namespace

TEST_CASE("disclosures and digests of RFC 9901 §4.2 and §5.1") {
    const std::pair<const char*, const char*> vectors[] = {
        {"WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
         "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"},
        {"WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0",
         "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"},
        {"WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd",
         "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4"},
        {"WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd",
         "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo"},
    };
    for (const auto& [text, digest] : vectors) CHECK(disclosure_digest(text) == digest);

    const Value payload = json(R"({"_sd":["X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"],
        "nationalities":[{"...":"w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"},"DE"],"_sd_alg":"sha-256"})");
    const std::vector<std::string> disclosures{vectors[0].first, vectors[1].first};
    const auto processed = process_disclosures(*payload.object(), disclosures);
    REQUIRE(processed);
    CHECK(Value(processed->claims) ==
          json(R"({"family_name":"Möbius","nationalities":["FR","DE"]})"));
    REQUIRE(processed->disclosed.size() == 2);
    // Withheld: the element vanishes, the array stays.
    const auto withheld = process_disclosures(*payload.object(), {});
    CHECK(Value(withheld->claims) == json(R"({"nationalities":["DE"]})"));
}

TEST_CASE("building and opening are inverse: flat, nested, recursive, arrays") {
    keys::SeededRandom random(1);
    const Value claims =
        json(R"({"name":"Ä","open":1,"address":{"street":"S","town":"T","geo":{"lat":1,"lon":2}},
        "plates":[{"plate":"K-AB 1"},{"plate":"K-AB 2"}],"tags":["a","b","c"]})");
    const std::vector<std::vector<ClaimPath>> choices{
        {},
        {path_of("name")},
        {path_of("address.street"), path_of("address.town")},
        {path_of("address"), path_of("address.street"), path_of("address.geo"),
         path_of("address.geo.lat")},
        {{std::string("tags"), AllElements{}}, path_of("tags")},
        {{std::string("plates"), AllElements{}, std::string("plate")},
         {std::string("plates"), std::size_t{1}}},
        {path_of("absent"), path_of("address.absent.more")},
    };
    for (const auto& paths : choices) {
        for (const std::size_t decoys : {0u, 3u}) {
            const auto made = make_sd_payload(*claims.object(), paths, decoys, random);
            const auto all = process_disclosures(made.payload, made.disclosures);
            REQUIRE(all);
            CHECK(Value(all->claims) == claims);
            CHECK(all->disclosed.size() == made.disclosures.size());
            CHECK(made.payload.contains("_sd_alg") == !made.disclosures.empty());
            const auto none = process_disclosures(made.payload, {});
            REQUIRE(none);
            for (const ClaimPath& path : paths) CHECK(select(Value(none->claims), path).empty());
        }
    }
    // Salts and decoys: nothing repeats between two runs.
    const std::vector<ClaimPath> name{path_of("name")};
    const auto one = make_sd_payload(*claims.object(), name, 2, random);
    const auto two = make_sd_payload(*claims.object(), name, 2, random);
    CHECK(one.disclosures != two.disclosures);
    REQUIRE(one.payload.find("_sd")->array()->size() == 3);
    CHECK(std::is_sorted(one.payload.find("_sd")->array()->begin(),
                         one.payload.find("_sd")->array()->end(),
                         [](const Value& a, const Value& b) { return *a.text() < *b.text(); }));
}

TEST_CASE("only what is asked for is disclosed, with its parents") {
    keys::SeededRandom random(2);
    const Value claims = json(R"({"a":{"b":{"c":1,"d":2},"e":3},"f":[1,2]})");
    const std::vector<ClaimPath> paths{path_of("a"),     path_of("a.b"),
                                       path_of("a.b.c"), path_of("a.b.d"),
                                       path_of("a.e"),   {std::string("f"), AllElements{}}};
    const auto made = make_sd_payload(*claims.object(), paths, 1, random);
    const auto all = process_disclosures(made.payload, made.disclosures).value();
    const auto open = [&](const std::vector<ClaimPath>& wanted) {
        return Value(
            process_disclosures(made.payload, disclosures_for(all, wanted)).value().claims);
    };
    CHECK(open({path_of("a.b.c")}) == json(R"({"a":{"b":{"c":1}},"f":[]})"));
    CHECK(open({path_of("a.b")}) == json(R"({"a":{"b":{"c":1,"d":2}},"f":[]})"));
    CHECK(open({{std::string("f"), std::size_t{1}}}) == json(R"({"f":[2]})"));
    CHECK(open({}) == json(R"({"f":[]})"));
}

TEST_CASE("disclosures that must be refused, RFC 9901 §7.1") {
    const std::string good = disclosure(R"(["salt","name","x"])");
    const std::string digest = disclosure_digest(good);
    const auto payload = [](const std::string& body) { return json(body); };
    const auto sd = [&](const std::string& d) {
        return payload(R"({"_sd":[")" + disclosure_digest(d) + "\"]}");
    };
    const auto element = [&](const std::string& d) {
        return payload(R"({"l":[{"...":")" + disclosure_digest(d) + "\"}]}");
    };
    REQUIRE(process_disclosures(*sd(good).object(), std::vector<std::string>{good}));

    CHECK(refused(payload("{}"), {good}) == SdJwtError::unreferenced_disclosure);
    CHECK(refused(sd(good), {good, good}) == SdJwtError::duplicate_digest);
    CHECK(refused(payload(R"({"_sd":[")" + digest + R"(",")" + digest + "\"]}"), {}) ==
          SdJwtError::duplicate_digest);
    CHECK(refused(payload(R"({"_sd":[")" + digest + R"("],"o":{"_sd":[")" + digest + "\"]}}"),
                  {good}) == SdJwtError::duplicate_digest);
    CHECK(refused(payload(R"({"name":1,"_sd":[")" + digest + "\"]}"), {good}) ==
          SdJwtError::name_exists);
    CHECK(refused(element(good), {good}) == SdJwtError::bad_disclosure);
    const std::string for_array = disclosure(R"(["salt","x"])");
    CHECK(refused(sd(for_array), {for_array}) == SdJwtError::bad_disclosure);
    for (const char* text :
         {R"(["salt","_sd","x"])", R"(["salt","...","x"])", R"(["salt"])", R"([])", R"({})",
          R"(["salt","a","b","c"])", R"([1,"a","b"])", R"(["salt",1,"b"])"}) {
        INFO(text);
        CHECK(refused(sd(disclosure(text)), {disclosure(text)}) == SdJwtError::bad_disclosure);
    }
    for (const std::string& text : {disclosure("[\"salt\",\"a\",1"), good + "=", std::string("!!"),
                                    disclosure(R"(["salt","a",{"x":1,"x":2}])")}) {
        INFO(text);
        CHECK(refused(sd(text), {text}) == SdJwtError::malformed);
    }
    CHECK(refused(payload(R"({"_sd":"x"})"), {}) == SdJwtError::malformed);
    CHECK(refused(payload(R"({"_sd":[7]})"), {}) == SdJwtError::malformed);
    CHECK(refused(payload(R"({"l":[{"...":"x","y":1}]})"), {}) == SdJwtError::malformed);
    CHECK(refused(payload(R"({"l":[{"...":1}]})"), {}) == SdJwtError::malformed);
    CHECK(refused(payload(R"({"o":{"...":"x"}})"), {}) == SdJwtError::malformed);
    CHECK(refused(payload(R"({"_sd_alg":"md5"})"), {}) == SdJwtError::unsupported_hash);
    // Two disclosures for one name at one level.
    const std::string again = disclosure(R"(["other","name","y"])");
    CHECK(refused(payload(R"({"_sd":[")" + digest + R"(",")" + disclosure_digest(again) + "\"]}"),
                  {good, again}) == SdJwtError::name_exists);
    // A disclosure that contains its own kind of trap: a digest already used above it.
    const std::string trap = disclosure(R"(["s","o",{"_sd":[")" + digest + "\"]}]");
    CHECK(refused(payload(R"({"_sd":[")" + digest + R"(",")" + disclosure_digest(trap) + "\"]}"),
                  {good, trap}) == SdJwtError::duplicate_digest);
}

TEST_CASE("chains of disclosures have an end") {
    std::vector<std::string> chain{disclosure(R"(["s","n",1])")};
    for (int i = 0; i < 40; ++i) {
        chain.push_back(
            disclosure(R"(["s","n",{"_sd":[")" + disclosure_digest(chain.back()) + "\"]}]"));
    }
    CHECK(refused(json(R"({"_sd":[")" + disclosure_digest(chain.back()) + "\"]}"), chain) ==
          SdJwtError::too_deep);
    CHECK(refused(json("{}"), std::vector<std::string>(600, "x")) == SdJwtError::too_large);
}

TEST_CASE("compact form") {
    const auto parts = split_sd_jwt("a.b.c~d1~d2~k.b.j");
    REQUIRE(parts);
    CHECK(parts->disclosures == std::vector<std::string>{"d1", "d2"});
    CHECK(parts->key_binding == "k.b.j");
    CHECK(parts->compact() == "a.b.c~d1~d2~k.b.j");
    CHECK(parts->without_key_binding() == "a.b.c~d1~d2~");
    CHECK(split_sd_jwt("a.b.c~")->compact() == "a.b.c~");
    CHECK_FALSE(split_sd_jwt("a.b.c"));
    CHECK_FALSE(split_sd_jwt("~"));
    CHECK_FALSE(split_sd_jwt("a~~b~"));
    CHECK_FALSE(split_sd_jwt(std::string(200000, 'a')));
}

TEST_CASE("claims paths") {
    const Value claims = json(R"({"a":{"b":[{"c":1},{"c":2},{}]}})");
    const auto count = [&](const char* path) {
        return select(claims, *path_from_value(json(path))).size();
    };
    CHECK(count(R"(["a","b"])") == 1);
    CHECK(count(R"(["a","b",null,"c"])") == 2);
    CHECK(count(R"(["a","b",1,"c"])") == 1);
    CHECK(count(R"(["a","b",9])") == 0);
    CHECK(count(R"(["a",0])") == 0);
    CHECK(to_text(*path_from_value(json(R"(["a","b",null,"c"])"))) == "a.b[*].c");
    for (const char* bad : {"[]", "{}", "[-1]", "[1.5]", "[true]", "[[]]"})
        CHECK_FALSE(path_from_value(json(bad)));
    CHECK(Value(path_to_value(path_of("x.y"))) == json(R"(["x","y"])"));
}
