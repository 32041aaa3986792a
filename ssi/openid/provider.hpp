// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// OpenID Connect provider for shops and insurers (credentials §8, §10), without HTTP: "login with
// proof of residence". Authorization code flow with PKCE only. The wallet's presentation is the
// login; nothing of it is kept but what the code carries for a minute.
//
// Subjects are pairwise: fresh chance for each login, so that two shops, and two visits, cannot be
// joined; for a client with a sector the same for each visit of a person, from an HMAC over the
// sector and the office's pseudonym of that person.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ssi/keys/random.hpp"
#include "ssi/keys/signer.hpp"
#include "ssi/openid/http.hpp"
#include "ssi/openid/records.hpp"

namespace stadtbuch::openid {

/// Relative to ProviderConfig::issuer.
namespace provider_paths {
inline constexpr std::string_view discovery = "/.well-known/openid-configuration";
inline constexpr std::string_view authorize = "/authorize";
inline constexpr std::string_view token = "/token";
inline constexpr std::string_view jwks = "/jwks";
}  // namespace provider_paths

/// How somebody has logged in: with a proof of residence that a wallet holds and has shown. The
/// only way here, so it is in each ID token (`acr`), whatever a client asks for.
inline constexpr std::string_view presentation_acr = "urn:stadtbuch:acr:proof-of-residence";

/// A registered client.
struct RelyingParty {
    std::string id;
    std::string name;
    std::string purpose;                     // shown to the citizen
    std::string secret_sha256;               // base64url; empty: a public client, by PKCE alone
    std::vector<std::string> redirect_uris;  // compared as plain text
    std::vector<std::string> claims;  // dotted paths of the proof of residence that it may get
    std::string sector = {};          // empty: a fresh subject for each login
};

struct ProviderConfig {
    std::string issuer;                    // https URL, without final slash
    const keys::Signer* signer = nullptr;  // ES256
    std::string key_id;
    std::vector<RelyingParty> clients;
    Bytes subject_secret = {};  // 32 octets; changing it makes strangers of everybody
    std::int64_t session_lifetime_s = 900;
    std::int64_t code_lifetime_s = 60;
    std::int64_t id_token_lifetime_s = 300;
};

/// A shop's request at the login page.
struct LoginRequest {
    std::string session_id;
    const RelyingParty* client = nullptr;
};

/// How an authorization request ended before anybody logged in.
struct LoginRefusal {
    std::string redirect;  // back to the client with an error; empty: client or address unknown,
                           // tell the person, send them nowhere
};

class Provider {
  public:
    Provider(ProviderConfig config, Records& records, keys::RandomSource& random);

    [[nodiscard]] HttpResponse discovery() const;
    [[nodiscard]] std::variant<LoginRequest, LoginRefusal> begin(const Form& query,
                                                                 UnixSeconds now);
    [[nodiscard]] std::optional<LoginRequest> login(std::string_view session_id, UnixSeconds now);
    /// The wallet has shown `claims`; only those that the client is registered for are passed on.
    /// Where to send the browser. Ends the session. `pseudonym` names the person for the office;
    /// without one a client with a sector is refused (access_denied).
    [[nodiscard]] std::optional<std::string> finish(std::string_view session_id,
                                                    const encoding::Object& claims, UnixSeconds now,
                                                    std::string_view pseudonym = {});
    [[nodiscard]] std::optional<std::string> deny(std::string_view session_id,
                                                  std::string_view error, UnixSeconds now);
    /// Needs content_type, authorization, body.
    [[nodiscard]] HttpResponse token(const HttpRequest& request, UnixSeconds now);

    [[nodiscard]] const ProviderConfig& config() const { return config_; }

  private:
    [[nodiscard]] const RelyingParty* client_of(std::string_view id) const;
    [[nodiscard]] const RelyingParty* authenticate(const HttpRequest& request,
                                                   const Form& form) const;
    [[nodiscard]] std::string address(std::string_view redirect_uri, std::string_view state,
                                      std::string_view name, std::string_view value) const;
    [[nodiscard]] std::optional<std::string> end(std::string_view session_id,
                                                 const encoding::Object* claims,
                                                 std::string_view error, UnixSeconds now,
                                                 std::string_view pseudonym = {});
    [[nodiscard]] std::string subject_of(const RelyingParty& client, std::string_view pseudonym);
    [[nodiscard]] std::string id_token(const encoding::Value& login, const RelyingParty& client,
                                       UnixSeconds now) const;

    ProviderConfig config_;
    Records& records_;
    keys::RandomSource& random_;
};

}  // namespace stadtbuch::openid
