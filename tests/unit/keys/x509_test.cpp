// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <catch2/catch.hpp>
#include <memory>

#include "ssi/keys/x509.hpp"
#include "storage/encoding/text.hpp"

using namespace stadtbuch;
using namespace stadtbuch::keys;

namespace {

constexpr UnixSeconds now = 1795200000;  // November 2026
constexpr UnixSeconds day = 86400;

struct Town {
    SeededRandom random{11};
    P256PrivateKey root_key = P256PrivateKey::generate(random);
    P256PrivateKey between_key = P256PrivateKey::generate(random);
    P256PrivateKey leaf_key = P256PrivateKey::generate(random);
    Certificate root =
        make_authority(
            root_key,
            {{"Musterstadt Root", "Stadt Musterstadt", "DE"}, now - day, now + 3650 * day, 1},
            random)
            .value();

    LeafProfile profile() const {
        LeafProfile leaf;
        leaf.subject = {"Bürgeramt Köln", "Stadt Köln", "DE"};
        leaf.not_before = now - day;
        leaf.not_after = now + 365 * day;
        leaf.dns_names = {"issuer.example"};
        leaf.uris = {"https://issuer.example/koeln", "did:indy:stadtbuch:V4SGRU86Z58d6TV7PBUe6f"};
        leaf.crl_url = "https://issuer.example/crl";
        return leaf;
    }

    Certificate leaf(const LeafProfile& p) {
        return make_leaf(leaf_key.public_key(), p, root, root_key, random).value();
    }
};

}  // namespace

TEST_CASE("a leaf has the profile of credentials §11") {
    Town town;
    auto profile = town.profile();
    profile.extended_key_usages = {std::string(status_signing_eku)};
    const Certificate leaf = town.leaf(profile);
    CHECK(leaf.common_name() == "Bürgeramt Köln");
    CHECK(leaf.organisation() == "Stadt Köln");
    CHECK(leaf.dns_names() == profile.dns_names);
    CHECK(leaf.uris() == profile.uris);
    CHECK_FALSE(leaf.is_authority());
    CHECK_FALSE(leaf.is_self_signed());
    CHECK(leaf.allows_digital_signature());
    CHECK(leaf.not_before() == profile.not_before);
    CHECK(leaf.not_after() == profile.not_after);
    CHECK(leaf.authority_key_id() == town.root.subject_key_id());
    CHECK_FALSE(leaf.subject_key_id().empty());
    CHECK(leaf.has_extended_key_usage(status_signing_eku));
    CHECK(leaf.public_key().value() == town.leaf_key.public_key());
    CHECK(Certificate::from_pem(leaf.to_pem()).value() == leaf);
    CHECK(town.root.is_authority());
    CHECK(town.root.is_self_signed());
    profile.not_after = profile.not_before + 800 * day;
    CHECK_FALSE(
        make_leaf(town.leaf_key.public_key(), profile, town.root, town.root_key, town.random));
    CHECK(verify_chain({leaf}, {town.root}, {now, std::string(status_signing_eku), 5, false}));
}

TEST_CASE("chains end at a configured anchor and nowhere else") {
    Town town;
    const Certificate leaf = town.leaf(town.profile());
    const std::vector<Certificate> anchors{town.root};
    CHECK(verify_chain({leaf}, anchors, {now, {}, 5, false}));

    const auto refused = [&](const std::vector<Certificate>& chain,
                             const std::vector<Certificate>& trusted, const ChainRules& rules) {
        return verify_chain(chain, trusted, rules).error();
    };
    CHECK(refused({}, anchors, {now, {}, 5, false}) == ChainError::empty);
    CHECK(refused({leaf, leaf}, anchors, {now, {}, 1, false}) == ChainError::too_long);
    CHECK(refused({leaf}, {}, {now, {}, 5, false}) == ChainError::not_trusted);
    CHECK(refused({leaf, town.root}, anchors, {now, {}, 5, false}) == ChainError::anchor_in_chain);
    CHECK(refused({leaf}, anchors, {now + 366 * day, {}, 5, false}) == ChainError::expired);
    CHECK(refused({leaf}, anchors, {now - 2 * day, {}, 5, false}) == ChainError::not_yet_valid);
    CHECK(refused({leaf}, anchors, {now, std::string(server_auth_eku), 5, false}) ==
          ChainError::wrong_purpose);
    CHECK(refused({town.root}, anchors, {now, {}, 5, false}) == ChainError::self_signed_leaf);

    Town stranger;
    stranger.random = SeededRandom(12);
    stranger.root_key = P256PrivateKey::generate(stranger.random);
    const Certificate same_name =
        make_authority(stranger.root_key,
                       {{"Musterstadt Root", "Stadt Musterstadt", "DE"}, now - day, now + day, 1},
                       stranger.random)
            .value();
    CHECK(refused({leaf}, {same_name}, {now, {}, 5, false}) == ChainError::not_trusted);
    // A self-made root on the wire does not become an anchor.
    const Certificate forged = make_leaf(town.leaf_key.public_key(), town.profile(), same_name,
                                         stranger.root_key, town.random)
                                   .value();
    CHECK(refused({forged, same_name}, anchors, {now, {}, 5, false}) == ChainError::not_trusted);
}

TEST_CASE("a path that held is remembered for its certificates, its anchors and its time only") {
    Town town;
    auto profile = town.profile();
    const Certificate leaf = town.leaf(profile);
    const std::vector<Certificate> anchors{town.root};
    const auto verdict = [&](UnixSeconds at, const std::vector<Certificate>& trusted) {
        const auto result = verify_chain({leaf}, trusted, {at, {}, 5, false});
        return result ? std::string("holds") : std::string(to_text(result.error()));
    };
    for (int round = 0; round < 2; ++round) {
        CHECK(verdict(now, anchors) == "holds");
        CHECK(verdict(leaf.not_before(), anchors) == "holds");
        CHECK(verdict(leaf.not_before() - 1, anchors) == to_text(ChainError::not_yet_valid));
        CHECK(verdict(leaf.not_after() - 1, anchors) == "holds");
        CHECK(verdict(leaf.not_after(), anchors) == to_text(ChainError::expired));
        CHECK(verdict(now, {}) == to_text(ChainError::not_trusted));
    }
    // Another certificate of the same key and name is looked at by itself.
    profile.not_after = now + 10;
    const Certificate shorter = town.leaf(profile);
    CHECK(verify_chain({shorter}, anchors, {now, {}, 5, false}));
    CHECK(verify_chain({shorter}, anchors, {now + 10, {}, 5, false}).error() ==
          ChainError::expired);
    // The authority's time counts as well.
    const Certificate root =
        make_authority(
            town.root_key,
            {{"Musterstadt Root", "Stadt Musterstadt", "DE"}, now - 2 * day, now + 20, 1},
            town.random)
            .value();
    CHECK(verdict(now, {root}) == "holds");
    CHECK(verdict(now + 20, {root}) == to_text(ChainError::expired));
}

TEST_CASE("a TLS certificate signs no credentials") {
    Town town;
    auto profile = town.profile();
    profile.extended_key_usages = {std::string(server_auth_eku)};
    const Certificate leaf = town.leaf(profile);
    CHECK(verify_chain({leaf}, {town.root}, {now, std::string(server_auth_eku), 5, false}));
    CHECK(verify_chain({leaf}, {town.root}, {now, {}, 5, true}).error() ==
          ChainError::wrong_purpose);
    CHECK(verify_chain({town.leaf(town.profile())}, {town.root}, {now, {}, 5, true}));
}

TEST_CASE("a leaf cannot act as an authority") {
    Town town;
    const Certificate leaf = town.leaf(town.profile());
    auto profile = town.profile();
    profile.subject.common_name = "Grandchild";
    const Certificate grandchild =
        make_leaf(town.between_key.public_key(), profile, leaf, town.leaf_key, town.random).value();
    CHECK(verify_chain({grandchild, leaf}, {town.root}, {now, {}, 5, false}).error() ==
          ChainError::not_trusted);
}

TEST_CASE("x5c") {
    Town town;
    const Certificate leaf = town.leaf(town.profile());
    const auto back = chain_from_x5c(encoding::Value(x5c_of({leaf})));
    REQUIRE(back);
    CHECK(back->front() == leaf);
    using encoding::Array;
    using encoding::Value;
    CHECK(chain_from_x5c(Value(Array{})).error() == ChainError::empty);
    CHECK(chain_from_x5c(Value("text")).error() == ChainError::malformed);
    CHECK(chain_from_x5c(Value(Array{Value(7)})).error() == ChainError::malformed);
    CHECK(chain_from_x5c(Value(Array{Value("AAAA")})).error() == ChainError::malformed);
    CHECK(chain_from_x5c(Value(Array(6, Value("AAAA")))).error() == ChainError::too_long);
    Bytes trailing = leaf.der();
    trailing.push_back(0);
    CHECK(chain_from_x5c(Value(Array{Value(encoding::base64_encode(trailing))})).error() ==
          ChainError::malformed);
}

TEST_CASE("an empty revocation list, signed by the authority") {
    Town town;
    const auto der = make_empty_crl(town.root, town.root_key, now - 60, now + 86400);
    REQUIRE(der);
    const unsigned char* at = der->data();
    const std::unique_ptr<X509_CRL, void (*)(X509_CRL*)> crl(
        d2i_X509_CRL(nullptr, &at, static_cast<long>(der->size())), X509_CRL_free);
    REQUIRE(crl);
    CHECK(at == der->data() + der->size());
    CHECK(X509_CRL_get_version(crl.get()) == 1);
    const unsigned char* root_at = town.root.der().data();
    const std::unique_ptr<X509, void (*)(X509*)> root(
        d2i_X509(nullptr, &root_at, static_cast<long>(town.root.der().size())), X509_free);
    CHECK(X509_CRL_verify(crl.get(), X509_get0_pubkey(root.get())) == 1);
    CHECK(X509_CRL_get_ext_by_NID(crl.get(), NID_authority_key_identifier, -1) >= 0);
    CHECK(X509_CRL_get_REVOKED(crl.get()) == nullptr);
}
