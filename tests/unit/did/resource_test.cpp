// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>

#include "ssi/did/resource.hpp"

using namespace stadtbuch::did;

namespace {

const std::string base = "did:indy:stadtbuch:local:V4SGRU86Z58d6TV7PBUe6f";

DidUrl url_of(const std::string& rest) {
    const auto url = parse_did_url(base + rest);
    REQUIRE(url);
    return *url;
}

}  // namespace

TEST_CASE("objects of AnonCreds are read from the path") {
    const auto schema = resource_of(url_of("/anoncreds/v0/SCHEMA/proof%20of%20residence/1.0"));
    REQUIRE(schema);
    CHECK(schema->kind == Resource::Kind::schema);
    CHECK(schema->name == "proof of residence");
    CHECK(schema->version == "1.0");
    const auto definition = resource_of(url_of("/anoncreds/v0/CLAIM_DEF/15/tag%2Fone"));
    REQUIRE(definition);
    CHECK(definition->kind == Resource::Kind::claim_def);
    CHECK(definition->schema_seq_no == 15);
    CHECK(definition->tag == "tag/one");
    for (const auto& [name, kind] : {std::pair{"REV_REG_DEF", Resource::Kind::rev_reg_def},
                                     std::pair{"REV_REG_ENTRY", Resource::Kind::rev_reg_entry},
                                     std::pair{"REV_REG_DELTA", Resource::Kind::rev_reg_delta}}) {
        const auto registry = resource_of(url_of("/anoncreds/v0/" + std::string(name) + "/15/a/b"));
        REQUIRE(registry);
        CHECK(registry->kind == kind);
        CHECK(registry->tag == "a");
        CHECK(registry->registry_tag == "b");
    }
    CHECK(resource_of(url_of(""))->kind == Resource::Kind::document);
    CHECK(resource_of(url_of("?versionId=1"))->kind == Resource::Kind::document);
}

TEST_CASE("other paths are no objects") {
    for (const char* path :
         {"/anoncreds/v0/SCHEMA/a", "/anoncreds/v0/SCHEMA/a/1/2", "/anoncreds/v0/SCHEMA//1",
          "/anoncreds/v1/SCHEMA/a/1", "/x", "/anoncreds/v0/CLAIM_DEF/x/tag",
          "/anoncreds/v0/CLAIM_DEF/-1/tag", "/anoncreds/v0/SCHEMA/%zz/1",
          "/anoncreds/v0/SCHEMA/%ff/1", "/anoncreds/v0/", "/anoncreds/v0/REV_REG_DEF/1/a",
          "/anoncreds/v0/SCHEMA/a/1/"}) {
        CAPTURE(path);
        CHECK_FALSE(resource_of(url_of(path)));
    }
}

TEST_CASE("versions and spans are read from the query") {
    CHECK(version_of(url_of("?versionId=12"))->seq_no == 12u);
    CHECK(version_of(url_of("?versionTime=2026-11-21T13:17:26Z"))->time == 1795267046);
    CHECK(version_of(url_of("?versionTime=2026-11-21T14%3A17%3A26%2B01%3A00"))->time == 1795267046);
    const auto span = version_of(url_of("?from=1795267046&to=2026-11-21T13:17:27.999Z"));
    REQUIRE(span);
    CHECK(span->from == 1795267046);
    CHECK(span->to == 1795267047);
    for (const char* query : {"?versionId=x", "?versionId=", "?versionTime=yesterday", "?from=-1",
                              "?versionId=1&versionTime=1", "?from=2&to=1", "?to=%zz"}) {
        CAPTURE(query);
        CHECK_FALSE(version_of(url_of(query)));
    }
}

TEST_CASE("times are RFC 3339 or seconds, and nothing else") {
    CHECK(read_time("1970-01-01T00:00:00Z") == 0);
    CHECK(read_time("2024-02-29t12:00:00z") == 1709208000);
    CHECK(read_time("2024-02-29T12:00:00.5-02:30") == 1709217000);
    CHECK(read_time("0") == 0);
    for (const char* text :
         {"", "2023-02-29T12:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01 00:00:00Z",
          "2024-01-01T24:00:00Z", "2024-01-01T00:00:00", "2024-01-01T00:00:00.Z",
          "2024-01-01T00:00:00+0100", "2024-01-01", "1969-12-31T23:59:59Z",
          "1970-01-01T00:00:00+01:00", "99999999999999999999", "253402300800", "12x",
          "2024-01-01T00:00:00Zx"}) {
        CAPTURE(text);
        CHECK_FALSE(read_time(text));
    }
}
