// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The OpenID Connect providers at which citizens may log in instead of presenting their identity
// card from a wallet: what they publish, fetched and kept for an hour, and the two calls behind a
// login. The rules are in ssi/openid/identity_client.
//
// Threads: any. Calls block for some seconds at most; of all of them only so many run at once that
// a provider which hangs leaves workers for everybody else.
#pragma once
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "node/net/http_client.hpp"
#include "ssi/agent/settings.hpp"
#include "ssi/openid/identity_client.hpp"

namespace stadtbuch::agent {

/// How a login at a provider ended: a person, or an error (SB-4302 to SB-4305) and what was
/// checked.
struct AccountLogin {
    std::optional<encoding::Object> person;  ///< as a PID says it
    std::optional<Error> error;
    credential::Trace trace;

    [[nodiscard]] bool unreachable() const { return error && error->id == "SB-4302"; }
};

class IdentityProvider {
  public:
    using Clock = std::function<keys::UnixSeconds()>;

    /// At most this many calls at once, over all providers.
    struct Gate {
        explicit Gate(int most) : free(most) {}

        std::atomic<int> free;
    };

    IdentityProvider(IdentityProviderSettings settings, openid::IdentityClientConfig client,
                     std::unique_ptr<keys::P256PrivateKey> key, Clock clock, Gate& gate);

    [[nodiscard]] const IdentityProviderSettings& settings() const { return settings_; }

    /// Errors: SB-4302 it cannot be reached, SB-4303 what it publishes cannot be used.
    [[nodiscard]] Result<openid::BegunLogin, Error> begin();
    /// The provider sent the browser back with `answer` (its query).
    [[nodiscard]] AccountLogin finish(const openid::Form& answer, const std::string& nonce,
                                      const std::string& verifier);

  private:
    struct Tokens {
        std::string id_token, access_token;
    };

    [[nodiscard]] Result<openid::IdentityProviderMetadata, Error> metadata();
    [[nodiscard]] Result<openid::ProviderKeys, Error> provider_keys(const std::string& jwks_uri,
                                                                    const std::string& id_token);
    [[nodiscard]] Result<openid::ProviderKeys, Error> fetch_keys(const std::string& jwks_uri);
    [[nodiscard]] Result<std::string, Error> document(const std::string& url,
                                                      const net::HeaderList& headers = {});
    [[nodiscard]] Result<Tokens, Error> exchange(const openid::IdentityProviderMetadata& metadata,
                                                 const std::string& code,
                                                 const std::string& verifier);
    [[nodiscard]] Result<net::HttpFetched, Error> call(const net::HttpFetch& request);
    [[nodiscard]] Error error(const char* id, const std::string& what) const;
    [[nodiscard]] std::optional<Error> judge(const openid::Form& answer, const std::string& nonce,
                                             const std::string& verifier, AccountLogin& out);

    const IdentityProviderSettings settings_;
    const std::unique_ptr<keys::P256PrivateKey> key_;
    const openid::IdentityClient client_;
    const Clock clock_;
    Gate& gate_;
    net::HttpClient http_;
    std::mutex guard_;  // of all below
    std::optional<openid::IdentityProviderMetadata> metadata_;
    std::optional<openid::ProviderKeys> keys_;
    keys::UnixSeconds metadata_until_ = 0, keys_until_ = 0, keys_again_at_ = 0, silent_until_ = 0;
};

class IdentityProviders {
  public:
    /// Reads secrets and keys. Errors: those of keys::read_private_file, SB-4301.
    [[nodiscard]] static Result<std::unique_ptr<IdentityProviders>, Error> open(
        const Settings& settings, const IdentityProvider::Clock& clock);

    [[nodiscard]] const std::vector<std::unique_ptr<IdentityProvider>>& all() const {
        return providers_;
    }

    /// Null: there is none of this id.
    [[nodiscard]] IdentityProvider* find(std::string_view id) const;

  private:
    explicit IdentityProviders(int calls_max) : gate_(calls_max) {}

    IdentityProvider::Gate gate_;
    std::vector<std::unique_ptr<IdentityProvider>> providers_;
};

/// Path below which the provider sends the browser back, without its id.
inline constexpr std::string_view account_path = "/konto/";

}  // namespace stadtbuch::agent
