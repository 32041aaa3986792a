// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One proof of residence of the test town, a wallet that presents it and a verifier that judges it.
#pragma once
#include <catch2/catch.hpp>

#include "tests/unit/credential/town.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;
using encoding::Value;

inline const std::string list_uri = "https://town.example/status/1";
inline const std::string audience = "x509_hash:verifier";

struct Scene {
    Town town;
    keys::P256PrivateKey holder = keys::P256PrivateKey::generate(town.random);
    FixedStatus status;
    StatusList list{1, 4096};

    Scene() { publish(); }

    void publish() {
        status.tokens[list_uri] =
            make_status_token(list, list_uri, {test_now, test_now + day_s, 900}, town.identity());
    }

    [[nodiscard]] IssueInput input() const {
        IssueInput in;
        in.issuer = town_did;
        in.issued_at = test_now;
        in.expires_at = test_now + 14 * day_s;
        in.holder = keys::PublicKey(holder.public_key());
        in.status = StatusReference{list_uri, 77};
        return in;
    }

    [[nodiscard]] std::string issue(const IssueInput& in) {
        return issue_credential(residence_content(town.person(), town.residence, test_now), in,
                                town.identity(), town.random);
    }

    [[nodiscard]] std::string issue() { return issue(input()); }

    [[nodiscard]] std::string present(const std::string& credential,
                                      const std::vector<ClaimPath>& wanted,
                                      const KeyBinding& binding) {
        const auto read = read_credential(credential);
        SdJwt parts = read->parts;
        parts.disclosures = disclosures_for(read->processed, wanted);
        return bind_to_holder(parts, binding, holder);
    }

    [[nodiscard]] std::string present() {
        return present(issue(), {path_of("address.municipality_key")}, binding());
    }

    [[nodiscard]] static KeyBinding binding() {
        return {audience, "nonce-0123456789", test_now + 5, {}, {}};
    }

    [[nodiscard]] VerifyRules rules() {
        VerifyRules r;
        r.now = test_now + 10;
        r.issuers = {town.trusted()};
        r.status = &status;
        r.vct_values = {town.residence.vct};
        r.audience = audience;
        r.nonce = "nonce-0123456789";
        return r;
    }

    /// Id of the first rule that failed; empty if all held.
    [[nodiscard]] std::string failure(const std::string& compact, const VerifyRules& r) {
        const auto verification = verify_presentation(compact, r);
        CHECK(verification.credential.has_value() == verification.trace.good());
        const TraceLine* line = verification.trace.first_failure();
        return line == nullptr ? "" : line->rule;
    }

    /// A credential signed by us over a payload of the test's choice.
    [[nodiscard]] std::string forge(const Value& payload,
                                    const std::vector<std::string>& disclosures,
                                    std::string_view typ = "dc+sd-jwt") {
        SdJwt parts;
        parts.issuer_jwt = keys::sign_jws(header_of(town.identity(), typ),
                                          encoding::compact_json(payload), town.issuer_key);
        parts.disclosures = disclosures;
        return bind_to_holder(parts, binding(), holder);
    }

    [[nodiscard]] Object payload() {
        const auto read = read_credential(issue());
        return keys::payload_object(*keys::parse_jws(read->parts.issuer_jwt, {})).value();
    }
};

}  // namespace stadtbuch::credential
