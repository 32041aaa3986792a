// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/keys/error.hpp"

#include "ssi/keys/jose.hpp"
#include "ssi/keys/x509.hpp"

namespace stadtbuch::keys {

std::string_view to_text(KeyError error) {
    switch (error) {
        case KeyError::wrong_length:
            return "wrong length";
        case KeyError::not_on_curve:
            return "point not on the curve";
        case KeyError::out_of_range:
            return "scalar out of range";
        case KeyError::unsupported_type:
            return "unsupported key type";
        case KeyError::malformed:
            return "malformed";
        case KeyError::private_material:
            return "private key where a public key is expected";
        case KeyError::wrong_passphrase:
            return "wrong passphrase or tampered file";
        case KeyError::too_expensive:
            return "key derivation parameters outside the accepted bounds";
        case KeyError::library_failure:
            return "cryptographic library failed";
    }
    return "unknown";
}

std::string_view to_text(JoseError error) {
    switch (error) {
        case JoseError::too_large:
            return "token too large";
        case JoseError::not_compact:
            return "not a compact token";
        case JoseError::bad_header:
            return "bad header";
        case JoseError::unexpected_type:
            return "unexpected typ";
        case JoseError::algorithm_refused:
            return "algorithm refused";
        case JoseError::critical_header:
            return "crit refused";
        case JoseError::bad_signature:
            return "bad signature";
        case JoseError::bad_payload:
            return "bad payload";
        case JoseError::bad_encryption:
            return "decryption failed";
        case JoseError::bad_compression:
            return "bad compression";
    }
    return "unknown";
}

std::string_view to_text(ChainError error) {
    switch (error) {
        case ChainError::empty:
            return "no certificate";
        case ChainError::too_long:
            return "chain too long";
        case ChainError::malformed:
            return "certificate malformed";
        case ChainError::self_signed_leaf:
            return "leaf is self-signed";
        case ChainError::anchor_in_chain:
            return "chain contains its anchor";
        case ChainError::not_trusted:
            return "no path to a configured anchor";
        case ChainError::not_yet_valid:
            return "certificate not yet valid";
        case ChainError::expired:
            return "certificate expired";
        case ChainError::no_digital_signature:
            return "key usage digitalSignature missing";
        case ChainError::authority_as_leaf:
            return "leaf is an authority";
        case ChainError::wrong_purpose:
            return "extended key usage missing";
        case ChainError::wrong_key_type:
            return "key is not P-256";
    }
    return "unknown";
}

}  // namespace stadtbuch::keys
