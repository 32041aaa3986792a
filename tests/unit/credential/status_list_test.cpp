// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <catch2/catch.hpp>
#include <set>

#include "tests/unit/credential/town.hpp"

using namespace stadtbuch;
using namespace stadtbuch::credential;

namespace {

const std::string list_uri = "https://town.example/status/1";

StatusTokenTimes times() {
    return {test_now, test_now + day_s, 900};
}

}  // namespace

TEST_CASE("vectors of draft-ietf-oauth-status-list") {
    const int one_bit[] = {1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1};
    StatusList first(1, 16);
    for (std::size_t i = 0; i < 16; ++i)
        REQUIRE(first.set(i, static_cast<std::uint8_t>(one_bit[i])));
    CHECK(encoding::hex_encode(first.bytes()) == "b9a3");
    CHECK(StatusList::decode(1, "eNrbuRgAAhcBXQ")->bytes() == first.bytes());

    const int two_bits[] = {1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3};
    StatusList second(2, 12);
    for (std::size_t i = 0; i < 12; ++i)
        REQUIRE(second.set(i, static_cast<std::uint8_t>(two_bits[i])));
    CHECK(encoding::hex_encode(second.bytes()) == "c944f9");
    const auto decoded = StatusList::decode(2, "eNo76fITAAPfAgc");
    REQUIRE(decoded);
    for (std::size_t i = 0; i < 12; ++i) CHECK(decoded->get(i) == two_bits[i]);
}

TEST_CASE("all widths keep their neighbours") {
    for (const unsigned bits : {1u, 2u, 4u, 8u}) {
        StatusList list(bits, 1u << 12);
        const auto top = static_cast<std::uint8_t>((1u << bits) - 1);
        for (std::uint64_t i = 0; i < list.size(); i += 3) REQUIRE(list.set(i, top));
        REQUIRE(list.set(0, 0));
        const auto back = StatusList::decode(bits, list.encode());
        REQUIRE(back);
        for (std::uint64_t i = 0; i < list.size(); ++i)
            CHECK(back->get(i) == (i % 3 == 0 && i != 0 ? top : 0));
        CHECK_FALSE(list.get(list.size()));
        CHECK_FALSE(list.set(list.size(), 0));
        if (bits < 8) CHECK_FALSE(list.set(0, static_cast<std::uint8_t>(1u << bits)));
    }
}

TEST_CASE("status lists that must be refused") {
    CHECK(StatusList::decode(3, "eNrbuRgAAhcBXQ").error() == StatusError::bad_bits);
    CHECK(StatusList::decode(1, "eNrbuRgAAhcBXQ==").error() == StatusError::bad_encoding);
    CHECK(StatusList::decode(1, "eNrbuRgAAhcBX").error() == StatusError::bad_encoding);
    CHECK(StatusList::decode(1, "").error() == StatusError::bad_encoding);
    CHECK(StatusList::decode(1, "AAAA").error() == StatusError::bad_encoding);
    const StatusList bomb(8, 15u * 1024 * 1024);
    std::string lst = bomb.encode();
    CHECK(lst.size() < 64 * 1024);
    CHECK(StatusList::decode(8, lst));
    CHECK(StatusList::from_bytes(8, Bytes(17 * 1024 * 1024)).error() == StatusError::too_large);
    StatusList huge(8, 17u * 1024 * 1024);
    CHECK(StatusList::decode(8, huge.encode()).error() == StatusError::too_large);
}

TEST_CASE("an issuer known by its DID alone vouches for lists by the key in its document") {
    struct Ledger final : DidKeySource {
        std::optional<keys::PublicKey> key;

        std::optional<keys::PublicKey> assertion_key(std::string_view url) override {
            return url == town_did + "#status-1" ? key : std::nullopt;
        }
    };

    Town town;
    Ledger ledger;
    ledger.key = keys::PublicKey(town.issuer_key.public_key());
    const StatusList list(1, 1024);
    const SigningIdentity identity{&town.issuer_key, {town.leaf}, town_did + "#status-1"};
    const std::string token = make_status_token(list, list_uri, times(), identity);
    StatusTokenRules rules{list_uri, test_now + 60, 0, false, town_did, &ledger};
    CHECK(verify_status_token(token, {}, rules));
    // With anchors the chain decides, as ever.
    CHECK_FALSE(verify_status_token(token, {Town(99).root}, rules));
    rules.did = "did:indy:stadtbuch:another";
    CHECK_FALSE(verify_status_token(token, {}, rules));
    rules.did = town_did;
    ledger.key = keys::PublicKey(town.root_key.public_key());
    CHECK_FALSE(verify_status_token(token, {}, rules));
    rules.did_keys = nullptr;
    CHECK_FALSE(verify_status_token(token, {}, rules));
}

TEST_CASE("status tokens: signed, for one URI, current, never older than seen") {
    Town town;
    StatusList list(1, 1 << 20);
    REQUIRE(list.set(4711, status_value::invalid));
    const std::string token = make_status_token(list, list_uri, times(), town.identity());
    StatusTokenRules rules{list_uri, test_now + 60, 0, false};
    const auto verified = verify_status_token(token, {town.root}, rules);
    REQUIRE(verified);
    CHECK(verified->list.get(4711) == status_value::invalid);
    CHECK(verified->list.get(4712) == status_value::valid);
    CHECK(verified->ttl_s == 900);
    CHECK(verified->expires_at == test_now + day_s);

    const auto refused = [&](const std::string& text, const StatusTokenRules& r) {
        const auto result = verify_status_token(text, {town.root}, r);
        REQUIRE_FALSE(result);
        return result.error();
    };
    StatusTokenRules other = rules;
    other.uri = list_uri + "/";
    CHECK(refused(token, other) == StatusError::wrong_subject);
    other = rules;
    other.now = test_now + day_s;
    CHECK(refused(token, other) == StatusError::expired);
    other = rules;
    other.not_issued_before = test_now + 1;
    CHECK(refused(token, other) == StatusError::rolled_back);
    other = rules;
    other.require_status_eku = true;
    CHECK(refused(token, other) == StatusError::bad_signature);
    CHECK(verify_status_token(token, {Town(99).root}, rules).error() == StatusError::bad_signature);
    std::string tampered = token;
    const std::size_t payload = token.find('.') + 20;
    tampered[payload] = tampered[payload] == 'A' ? 'B' : 'A';
    CHECK_FALSE(verify_status_token(tampered, {town.root}, rules));
    // A credential is no status token.
    const std::string wrong_type =
        keys::sign_jws(header_of(town.identity(), "dc+sd-jwt"), "{}", town.issuer_key);
    CHECK(refused(wrong_type, rules) == StatusError::bad_token);
    const std::string empty =
        keys::sign_jws(header_of(town.identity(), "statuslist+jwt"),
                       R"({"sub":"https://town.example/status/1","iat":1})", town.issuer_key);
    CHECK(refused(empty, rules) == StatusError::bad_token);
}

TEST_CASE("index allocation is a permutation and does not tell the order") {
    for (const std::uint64_t size : {2u, 3u, 5u, 1000u, 4096u}) {
        const IndexPermutation permutation(Bytes(32, 3), size);
        std::set<std::uint64_t> seen;
        for (std::uint64_t i = 0; i < size; ++i) {
            const std::uint64_t index = permutation.index_at(i);
            CHECK(index < size);
            seen.insert(index);
        }
        CHECK(seen.size() == size);
    }
    const IndexPermutation one(Bytes(32, 1), 1 << 20);
    const IndexPermutation two(Bytes(32, 2), 1 << 20);
    int same = 0;
    int ascending = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        same += one.index_at(i) == two.index_at(i);
        ascending += one.index_at(i) < one.index_at(i + 1);
    }
    CHECK(same < 5);
    CHECK(ascending > 400);
    CHECK(ascending < 600);
}
