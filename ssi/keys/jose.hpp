// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// JWS and JWE in compact form, with the strictness of RFC 8725: type and algorithm are fixed by the
// caller, never by the token; `none`, HMAC, `crit`, duplicate members, padding and trailing data
// are refused; `jku`, `x5u` and `kid` are never followed.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/keys/jwk.hpp"
#include "ssi/keys/random.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::keys {

enum class JoseError {
    too_large,
    not_compact,        // not three (JWS) or five (JWE) base64url parts
    bad_header,         // no JSON object, duplicate names, wrong member kinds
    unexpected_type,    // `typ` differs from what the use demands
    algorithm_refused,  // not on the caller's list, or does not fit the key
    critical_header,    // `crit` present
    bad_signature,
    bad_payload,      // not a JSON object where one is needed
    bad_encryption,   // key agreement, tag or content encryption failed
    bad_compression,  // zip not allowed, damaged, or inflated beyond the limit
};
[[nodiscard]] std::string_view to_text(JoseError error);

struct JwsRules {
    /// Required value of `typ`, compared case-insensitively; empty: `typ` is not looked at.
    std::string typ;
    std::vector<std::string> algorithms = {"ES256"};
    std::size_t bytes_max = 256 * 1024;
};

/// A parsed, not yet verified JWS.
struct Jws {
    encoding::Object header;
    std::string algorithm;
    std::string payload;        // decoded octets
    std::string signing_input;  // as received: what the signature covers
    Bytes signature;
};

/// `header` gets "alg" from the signer as its first member.
[[nodiscard]] std::string sign_jws(const encoding::Object& header, std::string_view payload,
                                   const Signer& signer);
[[nodiscard]] Result<Jws, JoseError> parse_jws(std::string_view compact, const JwsRules& rules);
/// Algorithm must fit the key, and the signature hold.
[[nodiscard]] Result<void, JoseError> verify_jws(const Jws& jws, const PublicKey& key);
/// The payload as a JSON object (duplicate names refused).
[[nodiscard]] Result<encoding::Object, JoseError> payload_object(const Jws& jws);
/// NumericDate (RFC 7519 §2) in whole seconds: it may carry a fraction, and libraries write some.
/// nullopt: no number, or null.
[[nodiscard]] std::optional<std::int64_t> numeric_date(const encoding::Value* date);

struct JweRecipient {
    P256PublicKey key;
    std::string kid;              // copied into the header if not empty
    std::string enc = "A128GCM";  // or "A256GCM"
    Bytes apu;
    Bytes apv;
    bool deflate = false;  // `zip`: `DEF`
};

/// ECDH-ES direct key agreement on P-256 (RFC 7518 §4.6). Errors: algorithm_refused for another
/// `enc`.
[[nodiscard]] Result<std::string, JoseError> encrypt_jwe(std::string_view plaintext,
                                                         const JweRecipient& recipient,
                                                         RandomSource& random);

struct JweRules {
    bool allow_deflate = false;
    std::size_t bytes_max = 1024 * 1024;
    std::size_t inflated_max = 256 * 1024;
};

struct DecryptedJwe {
    encoding::Object header;
    std::string plaintext;
};

/// The protected header only, to find the key by `kid` in a map of our own.
[[nodiscard]] Result<encoding::Object, JoseError> jwe_header(std::string_view compact,
                                                             std::size_t bytes_max);
[[nodiscard]] Result<DecryptedJwe, JoseError> decrypt_jwe(std::string_view compact,
                                                          const P256PrivateKey& key,
                                                          const JweRules& rules = {});

/// Concat KDF with SHA-256 (NIST SP 800-56A §5.8.1 as RFC 7518 §4.6.2 profiles it).
[[nodiscard]] Bytes concat_kdf(BytesView shared_secret, std::string_view algorithm_id,
                               BytesView apu, BytesView apv, std::size_t key_bytes);

/// HMAC-SHA-256.
[[nodiscard]] Hash32 hmac_sha256(BytesView key, BytesView message);

}  // namespace stadtbuch::keys
