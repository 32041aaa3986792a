// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Digital Credentials Query Language (OpenID4VP 1.0 §6): build, read, evaluate.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ssi/credential/claim_path.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::openid {

struct ClaimQuery {
    std::string id;  // needed when claim_sets exist
    credential::ClaimPath path;
    encoding::Array values;  // empty: any value
};

struct CredentialQuery {
    std::string id;
    std::string format = "dc+sd-jwt";
    std::vector<std::string> vct_values;
    bool multiple = false;
    bool require_holder = true;
    // trusted_authorities; a credential has to fit one of them:
    std::vector<std::string> authority_key_ids;  // type aki, base64url
    std::vector<std::string> trust_lists;        // type etsi_tl, addresses
    std::vector<ClaimQuery> claims;
    std::vector<std::vector<std::string>> claim_sets;
};

struct CredentialSet {
    std::vector<std::vector<std::string>> options;
    bool required = true;
};

struct DcqlQuery {
    std::vector<CredentialQuery> credentials;
    std::vector<CredentialSet> credential_sets;
    [[nodiscard]] const CredentialQuery* find(std::string_view id) const;
};

enum class DcqlError {
    malformed,
    bad_id,
    duplicate_id,
    missing_meta,
    bad_path,
    unknown_reference,
    too_large
};
[[nodiscard]] std::string_view to_text(DcqlError error);

[[nodiscard]] encoding::Object to_value(const DcqlQuery& query);
[[nodiscard]] Result<DcqlQuery, DcqlError> read_dcql(const encoding::Value& value);

/// The claims that a holder of `claims` has to disclose: all of `claims`, or those of the first
/// claim set that can be met. nullopt: cannot be met. Empty: only what is always disclosed.
[[nodiscard]] std::optional<std::vector<credential::ClaimPath>> claims_to_disclose(
    const CredentialQuery& query, const encoding::Value& claims);
/// Verifier side of the same: presence and values, one trace line per claim.
[[nodiscard]] bool claims_satisfied(const CredentialQuery& query, const encoding::Value& claims,
                                    credential::Trace& trace);
/// Set logic over the ids for which a good presentation exists.
[[nodiscard]] bool query_satisfied(const DcqlQuery& query,
                                   const std::vector<std::string>& good_ids);

}  // namespace stadtbuch::openid
