// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// SD-JWT (RFC 9901): selective disclosure of JSON claims. Digests are computed over the text as
// received, never over JSON written again.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/credential/claim_path.hpp"
#include "ssi/keys/jose.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/keys/time.hpp"
#include "storage/base/result.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::credential {

enum class SdJwtError {
    too_large,
    malformed,         // parts, base64url, JSON
    unsupported_hash,  // `_sd_alg` other than sha-256
    bad_disclosure,    // wrong array length, kinds, or a name that is `_sd` or `...`
    duplicate_digest,
    unreferenced_disclosure,
    name_exists,  // a disclosed name is already present at its level
    too_deep,
};
[[nodiscard]] std::string_view to_text(SdJwtError error);

struct SdJwtLimits {
    std::size_t bytes_max = 128 * 1024;
    std::size_t disclosures_max = 512;
    std::size_t depth_max = 16;
};

/// The parts of `<issuer JWT>~<disclosure>~...~[<KB-JWT>]` as text.
struct SdJwt {
    std::string issuer_jwt;
    std::vector<std::string> disclosures;
    std::string key_binding;  // empty: none

    [[nodiscard]] std::string without_key_binding() const;  ///< ends with `~`; what sd_hash covers
    [[nodiscard]] std::string compact() const;
};

[[nodiscard]] Result<SdJwt, SdJwtError> split_sd_jwt(std::string_view compact,
                                                     const SdJwtLimits& limits = {});

/// base64url(SHA-256(ASCII of the disclosure)).
[[nodiscard]] std::string disclosure_digest(std::string_view disclosure);

struct SdPayload {
    encoding::Object payload;  // with `_sd`, `...` and, if anything is disclosable, `_sd_alg`
    std::vector<std::string> disclosures;  // parents before children
};

/// Makes the claims at `disclosable` selectively disclosable. Paths inside other paths give
/// recursive disclosures. Paths that select nothing are skipped. `_sd` arrays are sorted; `decoys`
/// extra digests go into each object that has an `_sd` array.
[[nodiscard]] SdPayload make_sd_payload(const encoding::Object& claims,
                                        std::span<const ClaimPath> disclosable, std::size_t decoys,
                                        keys::RandomSource& random);

struct DisclosedClaim {
    ClaimPath path;          // concrete: array indexes of the processed claims
    std::string disclosure;  // text
};

struct ProcessedClaims {
    encoding::Object claims;                // without `_sd`, `_sd_alg`, `...`
    std::vector<DisclosedClaim> disclosed;  // parents before children
};

/// RFC 9901 §7.1 steps 3 to 6: replaces digests by the disclosed claims and refuses everything that
/// MUST be refused.
[[nodiscard]] Result<ProcessedClaims, SdJwtError> process_disclosures(
    const encoding::Object& payload, std::span<const std::string> disclosures,
    const SdJwtLimits& limits = {});

/// Keeps the disclosures of claims that lie on the way to, at or (for whole objects and arrays)
/// below a wanted path.
[[nodiscard]] std::vector<std::string> disclosures_for(const ProcessedClaims& all,
                                                       std::span<const ClaimPath> wanted);

struct KeyBinding {
    std::string audience;
    std::string nonce;
    keys::UnixSeconds issued_at = 0;
    std::vector<std::string> transaction_data;  // base64url texts as received
    std::string transaction_data_hashes_alg;    // empty: not sent
};

/// Appends a KB-JWT (typ kb+jwt) signed by the holder and returns the complete presentation.
[[nodiscard]] std::string bind_to_holder(const SdJwt& presented, const KeyBinding& binding,
                                         const keys::Signer& holder);

}  // namespace stadtbuch::credential
