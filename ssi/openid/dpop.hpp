// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Proof of possession at the HTTP level (RFC 9449): whoever uses a token shows that the key is
// theirs to which the token was bound.
#pragma once
#include <string>
#include <string_view>

#include "ssi/keys/jose.hpp"
#include "ssi/keys/time.hpp"
#include "ssi/openid/issuance_rules.hpp"

namespace stadtbuch::openid {

using keys::UnixSeconds;

struct DpopRules {
    std::string_view method;        // of the request: "POST"
    std::string url;                // of the endpoint, as clients know it, without query
    std::string_view access_token;  // at resources: `ath` must be its hash; empty: no token yet
    UnixSeconds now = 0;
};

inline constexpr std::int64_t dpop_past_s = 60;  // credentials §1.6
inline constexpr std::int64_t dpop_future_s = 10;

struct DpopProof {
    std::string thumbprint;  // of the key, RFC 7638: what `cnf.jkt` holds
    std::string jti;
    std::string nonce;  // empty: none
};

/// Checks everything but the nonce and the replay of `jti`, which need memory. The failure is a
/// sentence for error_description.
[[nodiscard]] Result<DpopProof, Reason> check_dpop(std::string_view jwt, const DpopRules& rules);
/// The header's value, for wallets.
[[nodiscard]] std::string make_dpop(const keys::Signer& key, const keys::PublicKey& public_key,
                                    const DpopRules& rules, std::string_view jti,
                                    std::string_view nonce = {});

}  // namespace stadtbuch::openid
