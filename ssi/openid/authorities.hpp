// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// DCQL trusted_authorities (OpenID4VP 1.0 §6.1.1): whether a credential is of one of those that
// were asked for. It narrows a request; whom a verifier believes is decided elsewhere.
#pragma once
#include <string>
#include <vector>

#include "ssi/openid/dcql.hpp"

namespace stadtbuch::openid {

/// `lists`: addresses of trust lists that are known to vouch for the credential's issuer. True as
/// well if the query names nobody.
[[nodiscard]] bool is_of_authorities(const CredentialQuery& query, const credential::SdJwt& parts,
                                     const std::vector<std::string>& lists);

}  // namespace stadtbuch::openid
