// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A municipality with keys and certificates for tests; everything follows from one seed.
#pragma once
#include <map>

#include "ssi/credential/parking.hpp"
#include "ssi/credential/residence.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::credential {

inline constexpr keys::UnixSeconds test_now = 1795200000;  // November 2026
inline constexpr keys::UnixSeconds day_s = 86400;
inline const std::string base_url = "https://town.example";
inline const std::string town_did = "did:indy:stadtbuch:V4SGRU86Z58d6TV7PBUe6f";

struct Town {
    explicit Town(std::uint64_t seed = 21) : random(seed) {}

    keys::SeededRandom random;
    keys::P256PrivateKey root_key = keys::P256PrivateKey::generate(random);
    keys::P256PrivateKey issuer_key = keys::P256PrivateKey::generate(random);
    keys::Certificate root = keys::make_authority(root_key,
                                                  {{"Test Root", "Stadt Musterstadt", "DE"},
                                                   test_now - day_s,
                                                   test_now + 3650 * day_s,
                                                   0},
                                                  random)
                                 .value();
    keys::Certificate leaf =
        keys::make_leaf(issuer_key.public_key(), profile(), root, root_key, random).value();
    CredentialType residence = residence_type(base_url);
    CredentialType parking = parking_type(base_url);

    [[nodiscard]] static keys::LeafProfile profile() {
        keys::LeafProfile leaf;
        leaf.subject = {"Stadt Musterstadt", "Stadt Musterstadt", "DE"};
        leaf.not_before = test_now - day_s;
        leaf.not_after = test_now + 365 * day_s;
        leaf.dns_names = {"town.example"};
        leaf.uris = {town_did, base_url};
        return leaf;
    }

    [[nodiscard]] SigningIdentity identity() const {
        return {&issuer_key, {leaf}, town_did + "#assertion-1"};
    }

    [[nodiscard]] TrustedIssuer trusted() const {
        return {"Stadt Musterstadt", {root}, {residence.vct, parking.vct}, ""};
    }

    [[nodiscard]] Residence person() const {
        Residence r;
        r.family_name = "Müller-Groß";
        r.given_name = "Jürgen Øivind";
        r.birthdate = "2008-02-29";
        r.birth_place = "Köln";
        r.birth_country = "DE";
        r.street_address = "Große Straße 12a";
        r.street_name = "Große Straße";
        r.house_number = "12a";
        r.postal_code = "04109";
        r.locality = "Musterstadt";
        r.municipality_key = "05315000";
        r.residence_kind = "sole";
        r.date_of_moving_in = "2019-05-01";
        r.issuing_authority = "Stadt Musterstadt, Bürgeramt";
        return r;
    }
};

/// Serves one token per URI and counts the questions.
struct FixedStatus final : StatusSource {
    std::map<std::string, std::string> tokens;
    keys::UnixSeconds newest = 0;
    int asked = 0;

    std::optional<std::string> status_token(const std::string& uri) override {
        ++asked;
        const auto found = tokens.find(uri);
        return found == tokens.end() ? std::nullopt : std::optional(found->second);
    }

    keys::UnixSeconds newest_seen(const std::string&) override { return newest; }
};

}  // namespace stadtbuch::credential
