// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// W3C Data Integrity proofs with the cryptosuite eddsa-jcs-2022 (credentials §12), for what
// organisations publish: trust entries, type documents. Not for citizens' credentials.
#pragma once
#include <string>
#include <string_view>

#include "ssi/credential/sd_jwt_vc.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::credential {

enum class DataIntegrityError {
    malformed,      // no object, no single proof, members of other kinds
    not_canonical,  // a number that JCS would not carry exactly
    unknown_suite,  // another type or cryptosuite
    wrong_purpose,
    wrong_context,  // the document's @context does not begin with the proof's
    unknown_key,    // the verification method cannot be found, or is no Ed25519 key
    bad_signature,
    signer_failed,
};
[[nodiscard]] std::string_view to_text(DataIntegrityError error);

/// RFC 8785 for texts, booleans, null, arrays, objects and integers up to 2^53.
[[nodiscard]] Result<std::string, DataIntegrityError> canonical_form(const encoding::Value& value);

struct ProofOptions {
    std::string created;              // "2026-11-21T12:00:00Z"
    std::string verification_method;  // DID URL
    std::string purpose = "assertionMethod";
    std::string challenge = {};  // with purpose authentication
    std::string domain = {};
};

/// The document with `proof`. `key` must be Ed25519.
[[nodiscard]] Result<encoding::Object, DataIntegrityError> secure_document(
    const encoding::Object& document, const ProofOptions& options, const keys::Signer& key);

/// The proof of one document; `keys` finds the key of its verification method.
[[nodiscard]] Result<void, DataIntegrityError> verify_document(const encoding::Value& secured,
                                                               std::string_view purpose,
                                                               DidKeySource& keys);

}  // namespace stadtbuch::credential
