// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// OpenID4VCI 1.0 issuer with its own authorization server for the pre-authorized code grant
// (credentials §1), without HTTP: request values and the time in, response values and events out.
//
// An offer walks: offered -> (token) redeemed -> (credential) issued -> (notification) accepted |
// failed | deleted. A code is redeemed once; five wrong transaction codes burn it. Access tokens
// are opaque, stored as hashes.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/openid/http.hpp"
#include "ssi/openid/records.hpp"

namespace stadtbuch::openid {

/// Where the shell mounts the endpoints, relative to the issuer identifier. The well-known
/// documents are
/// /.well-known/openid-credential-issuer<path>, /.well-known/oauth-authorization-server<path>,
/// /.well-known/openid-configuration<path> and, for older clients, the same appended after <path>.
namespace issuer_paths {
inline constexpr std::string_view offer = "/offer/";  // + offer id
inline constexpr std::string_view token = "/token";
inline constexpr std::string_view nonce = "/nonce";
inline constexpr std::string_view credential = "/credential";
inline constexpr std::string_view notification = "/notification";
}  // namespace issuer_paths

/// Gives each credential its own status entry; atomic and durable before it returns.
class StatusAllocator {
  public:
    virtual ~StatusAllocator() = default;
    /// `case_id` lets the shell keep (case -> entries) for revocation.
    [[nodiscard]] virtual std::optional<credential::StatusReference> allocate(
        const std::string& configuration_id, const std::string& case_id) = 0;
};

struct IssuerConfig {
    std::string identifier;  // https URL (http only on loopback), no query, compared as plain text
    std::string name_de, name_en;  // display of the issuer
    std::string issuer_did;        // `iss` of credentials; may be empty
    std::vector<credential::CredentialType> types;
    credential::SigningIdentity signing;  // credentials
    Bytes nonce_secret;                   // 32 random bytes, same on all instances
    const keys::P256PrivateKey* encryption_key =
        nullptr;  // request and response encryption offered if set
    std::int64_t nonce_lifetime_s = 300;
    std::int64_t token_lifetime_s = 600;
    std::int64_t credential_lifetime_s = 14 * 86400;
    std::int64_t offer_lifetime_s = 600;
    std::int64_t proof_age_max_s = 300;
    int tx_code_tries = 5;
    int tx_code_digits = 6;
    std::size_t batch_size = 10;
    bool display_on_configuration = false;  // compatibility with drafts <= 15
};

struct OfferRequest {
    std::string configuration_id;  // id of a type
    std::string case_id;           // the shell's own handle; comes back in events
    credential::CredentialContent content;
    bool with_tx_code = true;
    std::string tx_code;       // given (ASCII digits); empty: drawn here
    std::string tx_code_hint;  // description for the wallet, at most 300 characters
    std::optional<std::int64_t> lifetime_s;
    std::optional<std::int64_t> credential_lifetime_s;
};

struct CreatedOffer {
    std::string id;       // 128-bit token; also in the URLs
    std::string uri;      // https URL of the offer object
    std::string link;     // openid-credential-offer://?credential_offer_uri=...
    std::string tx_code;  // empty: none; goes another way than the link
    UnixSeconds expires_at = 0;
};

struct OfferRedeemed {
    std::string offer_id, case_id;
};

struct OfferBurnt {
    std::string offer_id, case_id;
};  // too many wrong transaction codes

struct CredentialsIssued {
    std::string offer_id, case_id, notification_id;
    std::vector<credential::StatusReference> status;
    UnixSeconds expires_at = 0;
    bool old_proof_shape = false;  // singular `proof`: counted in metrics
};

struct WalletNotified {
    std::string case_id, event;
};  // credential_accepted | _failure | _deleted

using IssuerEvent = std::variant<OfferRedeemed, OfferBurnt, CredentialsIssued, WalletNotified>;

struct IssuerAnswer {
    HttpResponse response;
    std::vector<IssuerEvent> events;  // facts for the shell, already recorded here
};

enum class OfferState { unknown, offered, redeemed, issued, accepted, failed, burnt, expired };
[[nodiscard]] std::string_view to_text(OfferState state);

/// Holds no state but its configuration; safe from several threads if the ports are.
class Issuer {
  public:
    Issuer(IssuerConfig config, Records& records, StatusAllocator& status,
           keys::RandomSource& random);

    [[nodiscard]] HttpResponse metadata() const;
    [[nodiscard]] HttpResponse authorization_server_metadata() const;
    /// nullopt: unknown configuration, or a transaction code that is not 4 to 12 digits.
    [[nodiscard]] std::optional<CreatedOffer> create_offer(const OfferRequest& request,
                                                           UnixSeconds now);
    [[nodiscard]] OfferState offer_state(std::string_view offer_id, UnixSeconds now);
    /// Withdraws an offer; its codes and tokens are void from then on.
    void cancel_offer(std::string_view offer_id);

    [[nodiscard]] HttpResponse credential_offer(std::string_view offer_id, UnixSeconds now);
    /// Needs content_type, body.
    [[nodiscard]] IssuerAnswer token(const HttpRequest& request, UnixSeconds now);
    [[nodiscard]] HttpResponse nonce(UnixSeconds now);
    /// Needs content_type, authorization, body.
    [[nodiscard]] IssuerAnswer credential(const HttpRequest& request, UnixSeconds now);
    [[nodiscard]] IssuerAnswer notification(const HttpRequest& request, UnixSeconds now);

    [[nodiscard]] const IssuerConfig& config() const { return config_; }

  private:
    struct Grant;
    struct CredentialRequest;
    [[nodiscard]] IssuerAnswer redeem(const Form& form, std::string_view code, UnixSeconds now);
    [[nodiscard]] IssuerAnswer grant_token(const std::string& offer_id,
                                           const encoding::Value& offer, const Form& form,
                                           UnixSeconds now);
    [[nodiscard]] std::variant<Grant, HttpResponse> authorize(const HttpRequest& request,
                                                              UnixSeconds now);
    [[nodiscard]] std::variant<CredentialRequest, HttpResponse> read_request(
        const HttpRequest& request) const;
    [[nodiscard]] std::optional<HttpResponse> refuse_request(const CredentialRequest& request,
                                                             const Grant& grant) const;
    [[nodiscard]] std::variant<std::vector<keys::PublicKey>, HttpResponse> check_proofs(
        const CredentialRequest& request, UnixSeconds now);
    [[nodiscard]] bool nonce_is_ours(std::string_view nonce, UnixSeconds now) const;
    [[nodiscard]] std::string tx_code_mac(std::string_view offer_id,
                                          std::string_view tx_code) const;
    [[nodiscard]] IssuerAnswer issue(const Grant& grant, const CredentialRequest& request,
                                     const std::vector<keys::PublicKey>& holders, UnixSeconds now);
    void note_offer(std::string_view offer_id, OfferState state, UnixSeconds expires_at);
    [[nodiscard]] const credential::CredentialType* type_of(
        std::string_view configuration_id) const;

    IssuerConfig config_;
    Records& records_;
    StatusAllocator& status_;
    keys::RandomSource& random_;
};

}  // namespace stadtbuch::openid
