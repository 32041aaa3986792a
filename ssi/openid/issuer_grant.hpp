// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Internal to the issuer: what an access token permits, and a credential request in parts.
#pragma once
#include "ssi/openid/issuer.hpp"

namespace stadtbuch::openid {

struct Issuer::Grant {
    std::string offer_id;
    std::string case_id;
    std::string configuration_id;
    bool by_identifier =
        false;  // authorization_details were used: the wallet must send credential_identifier
    UnixSeconds expires_at = 0;
};

struct Issuer::CredentialRequest {
    encoding::Value body;
    bool encrypted = false;
    bool old_proof_shape = false;
    std::optional<keys::JweRecipient> answer_to;  // credential_response_encryption
};

}  // namespace stadtbuch::openid
