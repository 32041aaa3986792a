// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Signatures of others by the key of a certificate, in the algorithms in which the member states
// sign their trusted lists: RSA, and ECDSA on any curve of 256 bits or more. Checked only, never
// made; what we issue and accept as credentials stays with P-256 and Ed25519 (jwk.hpp).
#pragma once
#include "ssi/keys/x509.hpp"

namespace stadtbuch::keys {

enum class Digest { sha256, sha384, sha512 };

[[nodiscard]] Bytes digest_of(Digest digest, BytesView bytes);

enum class ForeignScheme {
    rsa_pkcs1,  // RFC 8017 §8.2, 2048 to 16384 bits
    rsa_pss,    // RFC 8017 §8.1, salt as long as the digest
    ecdsa,      // r and s of equal length, one behind the other (RFC 4050 §3.3)
};

/// False also if the certificate's key is of another kind, or too short.
[[nodiscard]] bool verify_foreign(const Certificate& signer, ForeignScheme scheme, Digest digest,
                                  BytesView message, BytesView signature);

}  // namespace stadtbuch::keys
