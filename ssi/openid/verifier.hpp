// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// OpenID4VP 1.0 verifier (credentials §4), without HTTP. A transaction walks:
// started -> (request object fetched) -> (response) answered | refused | failed -> released once to
// the page.
//
// Secrets: the transaction id stays between backend and browser, the request id between us and the
// wallet, the response code comes back through the wallet's redirect. Same device: the result is
// released only to the browser session that started it and with the right response code.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/openid/dcql.hpp"
#include "ssi/openid/http.hpp"
#include "ssi/openid/records.hpp"
#include "ssi/openid/registration.hpp"

namespace stadtbuch::openid {

/// Relative to VerifierConfig::base_url.
namespace verifier_paths {
inline constexpr std::string_view request = "/vp/request/";    // + request id; GET and POST
inline constexpr std::string_view response = "/vp/response/";  // + request id; POST
}  // namespace verifier_paths

enum class ClientIdPrefix { x509_hash, x509_san_dns, decentralized_identifier };
enum class ResponseMode { direct_post, direct_post_jwt };

struct VerifierConfig {
    std::string base_url;                 // https, without final slash
    credential::SigningIdentity signing;  // leaf's SAN dNSName = host of base_url
    ClientIdPrefix client_id_prefix = ClientIdPrefix::x509_hash;
    std::string display_name;  // client_metadata.client_name
    /// DID whose document names the signing key as `did_key_id` (a DID URL); empty: no requests
    /// with the prefix decentralized_identifier.
    std::string did = {};
    std::string did_key_id = {};
    Registration registration = {};
    /// HAIP 1.0: x509_hash, signed requests by reference, encrypted answers, nothing else.
    bool haip = false;
    std::int64_t lifetime_s = 300;
    std::int64_t result_lifetime_s = 600;  // after release nothing is kept (credentials §9)
};

struct PresentationRequest {
    DcqlQuery query;
    ResponseMode response_mode = ResponseMode::direct_post_jwt;
    bool same_device = false;
    std::string browser_session;  // cookie value of the page that starts; may be empty cross-device
    std::string
        return_url;  // same device: where the wallet sends the browser; gets ?response_code=
    bool request_uri_post = true;  // announce request_uri_method=post
    /// Instead of the configured one; ignored under HAIP and where there is no DID.
    std::optional<ClientIdPrefix> client_id_prefix = {};
    /// The link carries the signed request itself; ignored under HAIP.
    bool by_value = false;
    /// Objects with at least `type` and `credential_ids`; the wallet's agreement is checked.
    std::vector<encoding::Object> transaction_data = {};
    std::string context;  // the shell's own words (purpose, case id); comes back with the result
    /// Leaves `status` among the claims, by which an issuer knows its own credential again.
    bool keep_status = false;
};

struct StartedPresentation {
    std::string transaction_id;  // backend and browser only
    std::string request_id;
    std::string client_id;  // full, with prefix: the audience of key binding
    std::string request_uri;
    std::string link;  // openid4vp://?client_id=...&request_uri=...
    UnixSeconds expires_at = 0;
};

enum class PresentationState {
    unknown,
    waiting,
    answered,
    refused,
    failed,
    expired,
    wrong_session
};
[[nodiscard]] std::string_view to_text(PresentationState state);

struct PresentedCredential {
    std::string query_id;
    std::string vct;
    std::string issuer_name;
    encoding::Object claims;
};

struct PresentationResult {
    PresentationState state = PresentationState::unknown;
    std::string context;
    std::string wallet_error;                      // state refused: the wallet's error code
    std::vector<PresentedCredential> credentials;  // state answered
    credential::Trace trace;                       // answered and failed
    bool revoked = false;                          // failed, because a status list says so
    bool suspended = false;
};

/// Trust and status for one validation; built by the shell for each response.
struct TrustPolicy {
    std::vector<credential::TrustedIssuer> issuers;
    credential::DidKeySource* did_keys = nullptr;
    credential::StatusSource* status = nullptr;
    bool accept_old_media_type = false;  ///< `vc+sd-jwt` (credentials, table of versions)
    credential::TypeSource* types = nullptr;
};

/// Holds no state but its configuration; safe from several threads if the ports are.
class Verifier {
  public:
    Verifier(VerifierConfig config, Records& records, keys::RandomSource& random);

    [[nodiscard]] std::string client_id() const;
    [[nodiscard]] std::string client_id(ClientIdPrefix prefix) const;
    [[nodiscard]] StartedPresentation start(const PresentationRequest& request, UnixSeconds now);

    /// GET of the request object.
    [[nodiscard]] HttpResponse request_object(std::string_view request_id, UnixSeconds now);
    /// POST of the request object: form with wallet_nonce and wallet_metadata.
    [[nodiscard]] HttpResponse request_object_post(std::string_view request_id,
                                                   const HttpRequest& request, UnixSeconds now);
    /// The wallet's answer. Always 200 with a JSON object once the request id is known and
    /// unanswered; what was wrong stands in the result's trace, not in the answer to the wallet.
    [[nodiscard]] HttpResponse response(std::string_view request_id, const HttpRequest& request,
                                        const TrustPolicy& trust, UnixSeconds now);
    /// Releases the result once (answered, refused, failed) and forgets it. Same device:
    /// `browser_session` and `response_code` must agree, else wrong_session and the result is
    /// discarded.
    [[nodiscard]] PresentationResult result(std::string_view transaction_id,
                                            std::string_view browser_session,
                                            std::string_view response_code, UnixSeconds now);
    /// Forgets the transaction, its keys and an answer that came: a wallet that answers later is
    /// refused.
    void cancel(std::string_view transaction_id);
    /// Looks without releasing: for the page's polling.
    [[nodiscard]] PresentationState state(std::string_view transaction_id, UnixSeconds now);

    [[nodiscard]] const VerifierConfig& config() const { return config_; }

  private:
    struct Transaction;
    [[nodiscard]] std::optional<Transaction> load(std::string_view request_id, UnixSeconds now);
    [[nodiscard]] HttpResponse signed_request(const Transaction& transaction,
                                              std::string_view wallet_nonce) const;
    [[nodiscard]] PresentationResult judge(const Transaction& transaction, const Form& form,
                                           const TrustPolicy& trust, UnixSeconds now) const;

    VerifierConfig config_;
    Records& records_;
    keys::RandomSource& random_;
};

/// Checks a vp_token against a query: shape, each presentation (credentials §4.4), set logic, then
/// status.
struct SentTransactionData {
    std::string encoded;  // as sent
    std::vector<std::string> credential_ids;
};

struct PresentationCheck {
    const DcqlQuery* query = nullptr;
    std::string audience;
    std::string nonce;
    UnixSeconds now = 0;
    std::vector<SentTransactionData> transaction_data = {};
    bool keep_status = false;
};

[[nodiscard]] PresentationResult check_vp_token(const encoding::Value& vp_token,
                                                const PresentationCheck& check,
                                                const TrustPolicy& trust);

}  // namespace stadtbuch::openid
