// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Internal to the issuer: who calls, what an access token permits, a credential request in parts.
#pragma once
#include <map>
#include <set>

#include "ssi/keys/digest_text.hpp"
#include "ssi/openid/issuance_rules.hpp"
#include "ssi/openid/issuer.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::openid {

inline constexpr encoding::JsonLimits issuer_body_limits{64 * 1024, 16, true};

[[nodiscard]] inline std::int64_t integer_at(const encoding::Value& value, std::string_view name) {
    const encoding::Value* member = value.find(name);
    return member != nullptr ? member->integer().value_or(0) : 0;
}

[[nodiscard]] inline bool flag_at(const encoding::Value& value, std::string_view name) {
    const encoding::Value* member = value.find(name);
    return member != nullptr && member->boolean().value_or(false);
}

[[nodiscard]] inline encoding::Value parsed_record(const std::optional<std::string>& record) {
    if (!record) return encoding::Object{};
    auto parsed = encoding::parse_json(*record);
    return parsed ? std::move(parsed).value() : encoding::Value(encoding::Object{});
}

[[nodiscard]] inline std::string field_of(const Form& form, std::string_view name) {
    const auto found = form.find(name);
    return found == form.end() ? std::string() : found->second;
}

/// authorization_details of a request that name our configuration (credentials §1.5), answered with
/// credential_identifiers.
[[nodiscard]] std::optional<encoding::Array> granted_details(const Form& form,
                                                             const std::string& configuration);

/// The caller of an endpoint of the authorization server.
struct Issuer::Client {
    std::string id;           // client_id; empty: anonymous
    std::string wallet_name;  // by its provider
    std::string instance;     // thumbprint of the attested key; empty: not attested
    std::string dpop;         // thumbprint of the DPoP key; empty: none
};

struct Issuer::Grant {
    std::string offer_id;  // of the pre-authorized grant; empty: the office's decision counts
    std::string case_id;
    std::string configuration_id;
    bool by_identifier =
        false;  // authorization_details were used: the wallet must send credential_identifier
    bool renewable = false;  // bound to a key: may ask again while the decision stands
    UnixSeconds expires_at = 0;
};

struct Issuer::CredentialRequest {
    encoding::Value body;
    bool encrypted = false;
    bool old_proof_shape = false;
    std::optional<keys::JweRecipient> answer_to;  // credential_response_encryption
};

/// The keys that credentials will be bound to, and what makes their proofs single use.
struct Issuer::Holders {
    std::vector<keys::PublicKey> keys;
    std::set<std::string> seen;                            // their thumbprints
    std::set<std::string> proved;                          // of the keys that signed a proof
    std::map<std::string, std::vector<std::string>> used;  // by c_nonce
    std::string attestation;  // the last one that was checked, and its keys: proofs repeat it
    KeyAttestation attested;
};

struct Issuer::TokenFacts {
    std::string offer_id;
    std::string case_id;
    std::string configuration_id;
    std::optional<encoding::Array> details;  // authorization_details of the answer
    std::string refresh;                     // a refresh token that stays; empty: a new one
    std::string code_key;  // record of the authorization code: learns what it brought
};

}  // namespace stadtbuch::openid
