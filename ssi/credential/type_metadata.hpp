// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Type metadata documents (draft-ietf-oauth-sd-jwt-vc-19 §6) and their integrity strings.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "ssi/credential/claim_path.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::credential {

/// One claim of a type: where it is and how it is called.
struct ClaimDescription {
    std::string path;  // dotted
    std::string label_de;
    std::string label_en;
    bool mandatory = false;
    bool disclosable = true;
};

/// A credential type of ours. `vct` is the URL of the document.
struct CredentialType {
    std::string id;  // configuration id and scope, "residence" or "parking"
    std::string vct;
    std::string name_de, name_en;
    std::string description_de, description_en;
    std::string background_color;  // "#1b4b8f"
    std::string text_color;
    std::vector<ClaimDescription> claims;
    std::string version = "1";  // last part of vct; another set of claims needs another one
    std::string extends = {};   // vct of the type that this one extends; empty: none
    std::string extends_integrity = {};  // SRI of its document; may be empty

    [[nodiscard]] std::vector<ClaimPath> disclosable() const;
};

/// The document as it is hosted: exactly these bytes carry the integrity and the ledger's hash.
[[nodiscard]] std::string type_document(const CredentialType& type);
/// W3C SRI: "sha256-" + base64 of the digest.
[[nodiscard]] std::string integrity_of(std::string_view document);
/// True if one of the (space-separated) sha256 hashes agrees.
[[nodiscard]] bool integrity_holds(std::string_view integrity, std::string_view document);
/// Display of a credential and its claims for OpenID4VCI `credential_metadata`.
[[nodiscard]] encoding::Object credential_metadata(const CredentialType& type);

/// Checks a fetched document: JSON object, `vct` equal, integrity if given.
[[nodiscard]] bool type_document_acceptable(std::string_view document, std::string_view vct,
                                            std::string_view integrity);

}  // namespace stadtbuch::credential
