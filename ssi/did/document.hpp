// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// DID documents: assembled from ledger facts or from the DID itself, and looked into for keys.
#pragma once
#include <optional>
#include <string>

#include "ssi/did/did.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::did {

/// What the ledger says of a NYM.
struct NymFacts {
    std::string did;  // qualified: did:indy:<ns>:<id> or did:sov:<id>
    keys::Ed25519PublicKey verkey;
    std::optional<encoding::Value> diddoc_content;
    std::optional<encoding::Value>
        endpoint;  // value of ATTRIB `endpoint`, used without diddocContent only
};

enum class DocumentError { content_not_object, content_has_id, id_clash };
[[nodiscard]] std::string_view to_text(DocumentError error);

/// indy-client-protocol §13: base document, then `authentication` and `verificationMethod` of
/// diddocContent are appended and its other members set; without it endpoint members become
/// services.
[[nodiscard]] Result<encoding::Object, DocumentError> document_of(const NymFacts& facts);
/// Static rule of NYM for diddocContent (indy-ledger-formats §6.2): no truthy root `id`, no
/// top-level list with an object whose id fragment is `verkey`.
[[nodiscard]] std::optional<DocumentError> content_fault(const encoding::Value& diddoc_content);
/// did:key and did:jwk, offline.
[[nodiscard]] std::optional<encoding::Object> document_of_contained_key(const DidUrl& url);

/// The key of the verification method `did_url` if the document lists it under `purpose`
/// ("assertionMethod", "authentication"), by reference or embedded. Relative ids are completed with
/// the document's id.
[[nodiscard]] std::optional<keys::PublicKey> key_for(const encoding::Value& document,
                                                     std::string_view did_url,
                                                     std::string_view purpose);
/// publicKeyBase58, publicKeyMultibase or publicKeyJwk.
[[nodiscard]] std::optional<keys::PublicKey> key_of_method(const encoding::Value& method);

}  // namespace stadtbuch::did
