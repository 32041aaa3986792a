// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// OpenID4VCI 1.0 issuer with its own authorization server (credentials §1), without HTTP: request
// values and the time in, response values and events out.
//
// An offer walks: offered -> (token) redeemed -> (credential) issued -> (notification) accepted |
// failed | deleted. A code is redeemed once; five wrong transaction codes burn it.
//
// An authorization walks: pushed -> (authorize) opened -> the shell finds out who sits there and
// names a case -> code -> token. What such a token brings is the office's decision on that case
// (Decisions), asked at the credential and deferred endpoints. Tokens are opaque, stored as hashes.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/openid/attestation.hpp"
#include "ssi/openid/http.hpp"
#include "ssi/openid/records.hpp"
#include "ssi/openid/registration.hpp"

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
inline constexpr std::string_view deferred = "/deferred_credential";
inline constexpr std::string_view pushed = "/par";
inline constexpr std::string_view authorize = "/authorize";  // the shell's page
inline constexpr std::string_view challenge = "/challenge";
inline constexpr std::string_view jwks = "/jwks";
inline constexpr std::string_view status_lists = "/status-lists";
}  // namespace issuer_paths

/// Gives each credential its own status entry; atomic and durable before it returns.
class StatusAllocator {
  public:
    virtual ~StatusAllocator() = default;
    /// `case_id` lets the shell keep (case -> entries) for revocation.
    [[nodiscard]] virtual std::optional<credential::StatusReference> allocate(
        const std::string& configuration_id, const std::string& case_id) = 0;

    /// Entries for a whole batch; fewer than `count`: that was all.
    [[nodiscard]] virtual std::vector<credential::StatusReference> allocate_batch(
        const std::string& configuration_id, const std::string& case_id, std::size_t count) {
        std::vector<credential::StatusReference> out;
        while (out.size() < count) {
            auto one = allocate(configuration_id, case_id);
            if (!one) break;
            out.push_back(*std::move(one));
        }
        return out;
    }
};

/// What the office says about a case today. Asked for grants that carry no content of their own.
struct Decision {
    enum class State { pending, granted, refused };
    State state = State::refused;
    credential::CredentialContent content = {};
    std::int64_t credential_lifetime_s = 0;
};

class Decisions {
  public:
    virtual ~Decisions() = default;
    [[nodiscard]] virtual Decision decision(const std::string& case_id, UnixSeconds now) = 0;
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
    bool display_on_configuration = false;              // compatibility with drafts <= 15
    credential::SigningIdentity metadata_signing = {};  // signed metadata offered if set
    Registration registration = {};
    /// attestation_legal_category of all credentials ("PuB-EAA"; credentials §7.3); empty: unsaid.
    std::string legal_category = {};
    WalletTrust wallets = {};
    /// Where a wallet that no provider vouches for may be sent back to, compared as plain text; a
    /// code that goes anywhere else could go to anybody. "*": anywhere (development only).
    std::vector<std::string> unattested_redirects = {};
    bool key_attestation_required = false;
    KeyProtection key_protection = {};
    /// HAIP 1.0: the authorization code grant needs wallet attestation and DPoP, proofs are ES256.
    /// The pre-authorized grant stays, outside the profile (credentials §5).
    bool haip = false;
    bool dpop_nonce = false;  // demand a nonce of ours in DPoP proofs
    std::int64_t request_uri_lifetime_s = 300;
    std::int64_t session_lifetime_s = 1800;  // the citizen's time at the authorization page
    std::int64_t code_lifetime_s = 60;
    std::int64_t refresh_lifetime_s = 365 * 86400;
    std::int64_t deferred_lifetime_s = 30 * 86400;
    std::int64_t deferred_interval_s = 30;
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
    bool pre_authorized = true;
    /// The offer names the authorization code grant too; its issuer_state is the offer's id, and
    /// the transaction code is asked for on the authorization page.
    bool authorization_code = false;
};

/// A wallet's request at the authorization page.
struct AuthorizationSession {
    std::string id;  // 128-bit token; the shell binds it to the browser
    std::string client_id;
    std::string wallet_name;  // as its provider calls it; may be empty
    std::string configuration_id;
    std::string issuer_state;  // anybody may have put it there: proof of nothing
    std::string redirect_uri;
    UnixSeconds expires_at = 0;
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

    /// Decisions for grants without content; without it such grants are refused. Before use.
    void decide_with(Decisions& decisions) { decisions_ = &decisions; }

    /// Signed if `accept` asks for application/jwt and a key for it is configured.
    [[nodiscard]] HttpResponse metadata(std::string_view accept = {}, UnixSeconds now = 0) const;
    [[nodiscard]] HttpResponse authorization_server_metadata() const;
    /// nullopt: unknown configuration, or a transaction code that is not 4 to 12 digits.
    [[nodiscard]] std::optional<CreatedOffer> create_offer(const OfferRequest& request,
                                                           UnixSeconds now);
    [[nodiscard]] OfferState offer_state(std::string_view offer_id, UnixSeconds now);
    /// Withdraws an offer; its codes and tokens are void from then on.
    void cancel_offer(std::string_view offer_id);

    [[nodiscard]] HttpResponse credential_offer(std::string_view offer_id, UnixSeconds now);
    // Endpoints take all members of HttpRequest but `accept`.
    [[nodiscard]] HttpResponse pushed_authorization(const HttpRequest& request, UnixSeconds now);
    /// Uses the request_uri up. nullopt: unknown, used, expired, or of another client.
    [[nodiscard]] std::optional<AuthorizationSession> open_authorization(
        std::string_view client_id, std::string_view request_uri, UnixSeconds now);
    [[nodiscard]] std::optional<AuthorizationSession> authorization(std::string_view session_id,
                                                                    UnixSeconds now);
    /// The citizen is known and `case_id` is theirs: where to send the browser, with code, state
    /// and iss. Ends the session.
    [[nodiscard]] std::optional<std::string> finish_authorization(std::string_view session_id,
                                                                  const std::string& case_id,
                                                                  UnixSeconds now);
    /// The same with an OAuth error.
    [[nodiscard]] std::optional<std::string> deny_authorization(std::string_view session_id,
                                                                std::string_view error,
                                                                UnixSeconds now);

    /// A transaction code typed at the authorization page, for the offer named by issuer_state:
    /// counts as a try like one at the token endpoint. On success the offer's code is used up.
    struct TypedCode {
        std::optional<std::string> case_id;
        std::vector<IssuerEvent> events;
    };

    [[nodiscard]] TypedCode take_typed_code(std::string_view offer_id, std::string_view tx_code,
                                            UnixSeconds now);
    [[nodiscard]] IssuerAnswer token(const HttpRequest& request, UnixSeconds now);
    [[nodiscard]] HttpResponse nonce(UnixSeconds now);
    [[nodiscard]] HttpResponse challenge(UnixSeconds now);
    [[nodiscard]] IssuerAnswer credential(const HttpRequest& request, UnixSeconds now);
    [[nodiscard]] IssuerAnswer deferred(const HttpRequest& request, UnixSeconds now);
    [[nodiscard]] IssuerAnswer notification(const HttpRequest& request, UnixSeconds now);

    [[nodiscard]] const IssuerConfig& config() const { return config_; }

  private:
    struct Client;
    struct Grant;
    struct CredentialRequest;
    struct Holders;
    template <class T>
    using OrRefusal = std::variant<T, HttpResponse>;

    // issuer_client.cpp: who calls
    [[nodiscard]] OrRefusal<Client> identify(const HttpRequest& request, const Form& form,
                                             std::string_view path, UnixSeconds now);
    [[nodiscard]] std::optional<HttpResponse> attest(const HttpRequest& request, Client& client,
                                                     std::string_view path, UnixSeconds now);
    [[nodiscard]] std::optional<HttpResponse> prove(const HttpRequest& request,
                                                    std::string_view path,
                                                    std::string_view access_token,
                                                    std::string& thumbprint, UnixSeconds now);
    [[nodiscard]] OrRefusal<Grant> authorize(const HttpRequest& request, std::string_view path,
                                             UnixSeconds now);
    [[nodiscard]] std::string fresh_nonce(std::string_view use, UnixSeconds now);
    [[nodiscard]] bool nonce_is_ours(std::string_view use, std::string_view nonce,
                                     UnixSeconds now) const;

    // issuer.cpp: offers and the pre-authorized grant
    struct Try;
    [[nodiscard]] OrRefusal<Try> try_code(std::string_view code, const std::string* tx_code,
                                          UnixSeconds now, std::vector<IssuerEvent>& events);
    [[nodiscard]] IssuerAnswer redeem(const Form& form, const Client& client, UnixSeconds now);
    [[nodiscard]] std::string tx_code_mac(std::string_view offer_id,
                                          std::string_view tx_code) const;
    void note_offer(std::string_view offer_id, OfferState state, UnixSeconds expires_at);

    // issuer_authorization.cpp: the authorization code and refresh grants
    [[nodiscard]] OrRefusal<encoding::Object> read_authorization(const Form& form,
                                                                 const Client& client) const;
    [[nodiscard]] std::optional<std::string> end_session(std::string_view session_id,
                                                         const std::string& case_id,
                                                         std::string_view error, UnixSeconds now);
    [[nodiscard]] IssuerAnswer redeem_authorization(const Form& form, const Client& client,
                                                    UnixSeconds now);
    [[nodiscard]] IssuerAnswer refresh(const Form& form, const Client& client, UnixSeconds now);
    void revoke_tokens(const encoding::Value& used_code);
    struct TokenFacts;
    [[nodiscard]] HttpResponse give_token(TokenFacts facts, const Client& client, UnixSeconds now);

    // issuer_credential.cpp, issuer_proofs.cpp, issuer_deferred.cpp
    [[nodiscard]] OrRefusal<CredentialRequest> read_request(const HttpRequest& request) const;
    [[nodiscard]] std::optional<HttpResponse> refuse_request(const CredentialRequest& request,
                                                             const Grant& grant) const;
    [[nodiscard]] OrRefusal<Holders> check_proofs(const CredentialRequest& request,
                                                  UnixSeconds now);
    [[nodiscard]] std::optional<HttpResponse> add_proof(std::string_view text, Holders& holders,
                                                        UnixSeconds now) const;
    [[nodiscard]] std::optional<HttpResponse> refuse_proof_claims(const encoding::Value& claims,
                                                                  UnixSeconds now) const;
    /// The key attestation in a proof's header: into `holders`, unless it is there already.
    [[nodiscard]] std::optional<HttpResponse> read_attested(const encoding::Value& attestation,
                                                            Holders& holders,
                                                            UnixSeconds now) const;
    [[nodiscard]] std::optional<HttpResponse> add_attestation(std::string_view text,
                                                              Holders& holders,
                                                              UnixSeconds now) const;
    [[nodiscard]] Decision decide(const Grant& grant, UnixSeconds now);
    [[nodiscard]] IssuerAnswer issue(const Grant& grant, const CredentialRequest& request,
                                     const Decision& decision,
                                     const std::vector<keys::PublicKey>& holders, UnixSeconds now);
    /// Remembers the keys until the office has decided; the transaction's id.
    [[nodiscard]] std::string defer(const Grant& grant, const std::vector<keys::PublicKey>& holders,
                                    UnixSeconds now);
    [[nodiscard]] HttpResponse still_pending(std::string_view transaction_id) const;
    /// The answer as the request wants it. Everything but an error is encrypted, also what tells no
    /// more than that it takes longer (OpenID4VCI 1.0 §8.3: "regardless of the content").
    [[nodiscard]] HttpResponse sealed(HttpResponse response, const CredentialRequest& request);

    [[nodiscard]] encoding::Object metadata_members() const;
    [[nodiscard]] encoding::Object configuration_of(const credential::CredentialType& type) const;
    [[nodiscard]] const credential::CredentialType* type_of(
        std::string_view configuration_id) const;

    IssuerConfig config_;
    Records& records_;
    StatusAllocator& status_;
    keys::RandomSource& random_;
    Decisions* decisions_ = nullptr;
};

}  // namespace stadtbuch::openid
