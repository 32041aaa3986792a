// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Who signs: a key, its certificate chain, and the DID URL under which the ledger knows the key.
#pragma once
#include <string>
#include <vector>

#include "ssi/keys/signer.hpp"
#include "ssi/keys/x509.hpp"

namespace stadtbuch::credential {

/// Does not own the signer; the owner keeps it alive and unchanged.
struct SigningIdentity {
    const keys::Signer* signer = nullptr;
    std::vector<keys::Certificate> chain;  // leaf first, without the anchor
    std::string key_id;  // DID URL ("did:indy:town:...#assertion-1"), may be empty
};

/// {"typ": typ, "x5c": [...], "kid": ...}: header members of a token signed by `identity`.
[[nodiscard]] encoding::Object header_of(const SigningIdentity& identity, std::string_view typ);

}  // namespace stadtbuch::credential
