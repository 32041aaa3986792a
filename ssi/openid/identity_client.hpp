// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The office as a client of an OpenID Connect provider (OpenID Connect Core 1.0, Discovery 1.0, RFC
// 9207, RFC 9700), without HTTP: what is sent and how each answer is judged. Authorization code
// flow with PKCE (S256), state and nonce. What the provider says becomes claims only when every
// rule of identity_rules.hpp holds.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ssi/keys/jwk.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/keys/rsa.hpp"
#include "ssi/openid/http.hpp"
#include "ssi/openid/identity_rules.hpp"
#include "ssi/openid/records.hpp"

namespace stadtbuch::openid {

struct IdentityClientConfig {
    std::string issuer;         ///< compared as plain text with discovery, `iss` and the ID token
    std::string client_id;      ///< as registered there
    std::string client_secret;  ///< client_secret_basic; empty: `signer`
    const keys::P256Signer* signer = nullptr;  ///< private_key_jwt (ES256)
    std::string key_id;  ///< `kid` by which the provider knows the signer's key; empty: none
    std::string redirect_uri;
    std::vector<std::string> scopes;  ///< `openid` comes first by itself
    std::vector<std::string> acr;     ///< one of these must have been reached; empty: any
    std::int64_t max_age_s = 900;     ///< since the person proved who they are; 0: any time
    /// Where the provider has what we need (dotted paths), by our name: the claims of a PID.
    std::map<std::string, std::string> claims;
};

/// What discovery said, as far as we use it.
struct IdentityProviderMetadata {
    std::string authorization_endpoint, token_endpoint, jwks_uri;
    std::string userinfo_endpoint;    ///< empty: none
    bool names_itself = false;        ///< answers carry `iss` (RFC 9207)
    bool takes_client_secret = true;  ///< client_secret_basic
    bool takes_client_jwt = false;    ///< private_key_jwt
};

/// https, or http on this machine.
[[nodiscard]] bool is_provider_url(std::string_view url);
/// nullopt: not of this issuer, without PKCE by S256, without the code flow or an endpoint, or with
/// one that is no https address (http on this machine only where the issuer is).
[[nodiscard]] std::optional<IdentityProviderMetadata> read_provider_metadata(
    std::string_view json, std::string_view issuer);

/// A provider's signing keys. Those of other kinds or for other uses are left out.
struct ProviderKeys {
    struct Key {
        std::string id;         ///< `kid`; may be empty
        std::string algorithm;  ///< `alg`; empty: any that fits
        std::variant<keys::PublicKey, keys::RsaPublicKey> key;
    };

    std::vector<Key> keys;
};

[[nodiscard]] std::optional<ProviderKeys> read_provider_keys(std::string_view json);

/// What must be remembered between the redirect and the return, by `state`.
struct BegunLogin {
    std::string url;  ///< where the browser goes
    std::string state, nonce, verifier;
};

/// A request to the token endpoint, as form.
struct TokenCall {
    std::string authorization;  ///< header; empty: none
    std::string body;
};

/// An ID token that holds.
struct IdentityToken {
    std::string subject;
    encoding::Object claims;
};

class IdentityClient {
  public:
    explicit IdentityClient(IdentityClientConfig config) : config_(std::move(config)) {}

    [[nodiscard]] const IdentityClientConfig& config() const { return config_; }

    [[nodiscard]] BegunLogin begin(const IdentityProviderMetadata& metadata,
                                   keys::RandomSource& random) const;
    /// The code in the provider's answer to the browser; LG-03.
    [[nodiscard]] std::optional<std::string> code_of(const Form& answer,
                                                     const IdentityProviderMetadata& metadata,
                                                     credential::Trace& trace) const;
    [[nodiscard]] TokenCall token_call(std::string_view code, std::string_view verifier,
                                       keys::RandomSource& random, UnixSeconds now) const;
    /// True if the ID token's signature may be by a key that is not in `keys`: they may have been
    /// replaced, so that they are to be fetched again, once.
    [[nodiscard]] static bool wants_other_keys(std::string_view id_token, const ProviderKeys& keys);
    /// LG-05 to LG-11, each a line.
    [[nodiscard]] std::optional<IdentityToken> id_token(std::string_view compact,
                                                        const ProviderKeys& keys,
                                                        std::string_view nonce, UnixSeconds now,
                                                        credential::Trace& trace) const;
    /// Adds the claims of the userinfo's JSON to those of the token, which win; LG-12.
    [[nodiscard]] static bool add_userinfo(IdentityToken& token, std::string_view json,
                                           credential::Trace& trace);
    /// The person, as a PID says it (family_name, given_name, birthdate, address.street_address,
    /// address.house_number, address.postal_code, address.locality); LG-13.
    [[nodiscard]] std::optional<encoding::Object> person_of(const IdentityToken& token,
                                                            credential::Trace& trace) const;

  private:
    [[nodiscard]] bool times_hold(const encoding::Object& claims, UnixSeconds now,
                                  credential::Trace& trace) const;
    [[nodiscard]] bool meant_for_us(const encoding::Object& claims, credential::Trace& trace) const;

    IdentityClientConfig config_;
};

}  // namespace stadtbuch::openid
