// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Why key material was refused.
#pragma once
#include <string_view>

namespace stadtbuch::keys {

enum class KeyError {
    wrong_length,      // seed, scalar, coordinate or signature of another size
    not_on_curve,      // point at infinity or not on P-256
    out_of_range,      // scalar 0 or >= group order
    unsupported_type,  // another key type or curve than expected
    malformed,         // PEM, DER, JWK or envelope that cannot be read
    private_material,  // a private member where a public key is expected
    wrong_passphrase,  // keystore authentication failed
    too_expensive,     // key derivation parameters outside the accepted bounds
    library_failure,   // the cryptographic library refused (out of memory)
};
[[nodiscard]] std::string_view to_text(KeyError error);

}  // namespace stadtbuch::keys
