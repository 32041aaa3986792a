// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// From a form to a DCQL query (OpenID4VP 1.0 §6), for developers of verifiers: which credentials,
// which claims with which values, what may be missing, whose. Pure.
//
// Fields (TYPE: BuilderType::id, PATH: dotted):
//   t=TYPE            asked for                    z=TYPE       but may be missing
//   c=TYPE/PATH       a claim of it                o=TYPE/PATH  but may be missing (claim_sets)
//   w.TYPE/PATH=a,b   it must be one of these: JSON booleans, numbers and "texts", else plain text
//   m=all | any       all credentials, or one of them (credential_sets)
//   a.TYPE=NUMBER     trusted_authorities: the NUMBERth trusted issuer, from 1
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "node/net/http.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/openid/dcql.hpp"

namespace stadtbuch::agent {

struct BuilderType {
    std::string id;
    std::string name_de, name_en;
    std::vector<std::string> vcts;
    std::vector<credential::ClaimDescription> claims;
};

class QueryBuilder {
  public:
    QueryBuilder(std::vector<BuilderType> types, std::vector<credential::TrustedIssuer> trusted,
                 net::FormList form);

    [[nodiscard]] const std::vector<BuilderType>& types() const { return types_; }

    [[nodiscard]] const std::vector<credential::TrustedIssuer>& trusted() const { return trusted_; }

    /// What the form says, for showing it again.
    [[nodiscard]] bool has(std::string_view field, std::string_view value) const;
    [[nodiscard]] std::string text(std::string_view field) const;
    [[nodiscard]] bool vouches(const credential::TrustedIssuer& issuer,
                               const BuilderType& type) const;

    /// Has no credentials if the form names none.
    [[nodiscard]] openid::DcqlQuery query() const;

  private:
    [[nodiscard]] openid::CredentialQuery credential_query(const BuilderType& type) const;
    void add_claims(const BuilderType& type, openid::CredentialQuery& out) const;

    std::vector<BuilderType> types_;
    std::vector<credential::TrustedIssuer> trusted_;
    net::FormList form_;
};

/// "a, true, 7, \"7\"" as JSON values; at most 16.
[[nodiscard]] encoding::Array typed_values(std::string_view text);

}  // namespace stadtbuch::agent
