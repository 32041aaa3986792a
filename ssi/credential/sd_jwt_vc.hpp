// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// SD-JWT VC (draft-ietf-oauth-sd-jwt-vc-19): issue one credential, verify one presentation.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ssi/credential/sd_jwt.hpp"
#include "ssi/credential/signing.hpp"
#include "ssi/credential/status_list.hpp"
#include "ssi/credential/trace.hpp"
#include "ssi/credential/type_chain.hpp"

namespace stadtbuch::credential {

inline constexpr std::string_view credential_format = "dc+sd-jwt";

/// What a credential says, before it is bound to a holder and signed.
struct CredentialContent {
    std::string vct;
    std::string vct_integrity;  // SRI of the type document, may be empty
    encoding::Object claims;    // without iss, iat, nbf, exp, cnf, vct, status
    std::vector<ClaimPath> disclosable;
};

struct IssueInput {
    std::string issuer;  // `iss`: DID or https URL that stands in the leaf's SAN URIs; may be empty
    keys::UnixSeconds issued_at = 0;   // callers round to the hour (unlinkability, credentials §9)
    keys::UnixSeconds expires_at = 0;  // technical validity
    std::optional<keys::PublicKey> holder;  // `cnf.jwk`
    std::optional<StatusReference> status;
    std::size_t decoys = 2;
    /// `attestation_legal_category` in the open, unless the content has its own; empty: not said.
    std::string legal_category = {};
};

inline constexpr std::string_view legal_category_claim = "attestation_legal_category";

/// Compact form with all disclosures, ends with `~`. Empty if the signer refused.
[[nodiscard]] std::string issue_credential(const CredentialContent& content,
                                           const IssueInput& input, const SigningIdentity& identity,
                                           keys::RandomSource& random);

/// An authority that may vouch for some credential types.
struct TrustedIssuer {
    std::string name;
    std::vector<keys::Certificate> anchors;
    std::vector<std::string> vcts;  // types it may issue
    /// If set, its DID key alone may vouch: for credentials without x5c, and without anchors for
    /// all, and for status lists by their `kid`.
    std::string did;
    /// Address of the trust list that vouches for it; empty: none, or one that has no address.
    std::string trust_list = {};
};

/// Resolves the assertion key of a DID URL, from the ledger or offline.
class DidKeySource {
  public:
    virtual ~DidKeySource() = default;
    [[nodiscard]] virtual std::optional<keys::PublicKey> assertion_key(
        std::string_view did_url) = 0;

    /// False: such DIDs are not looked up here, and a credential with a certificate chain is judged
    /// by that alone.
    [[nodiscard]] virtual bool knows(std::string_view) { return true; }
};

/// Brings the text of a status list token (cache or network). Called only after everything else
/// held.
class StatusSource {
  public:
    virtual ~StatusSource() = default;
    [[nodiscard]] virtual std::optional<std::string> status_token(const std::string& uri) = 0;

    /// `iat` of the newest list seen for this URI, so that an older one is refused; 0: none.
    [[nodiscard]] virtual keys::UnixSeconds newest_seen(const std::string&) { return 0; }

    /// The list of this very token, if it was verified before for this issuer: inflating a million
    /// entries for each presentation is waste. Null: none.
    [[nodiscard]] virtual std::shared_ptr<const VerifiedStatusList> remembered(
        const std::string& /*issuer*/, const std::string& /*uri*/, const std::string& /*token*/) {
        return nullptr;
    }

    /// A token of `issuer` held.
    virtual void remember(const std::string& /*issuer*/, const std::string& /*uri*/,
                          const std::string& /*token*/,
                          std::shared_ptr<const VerifiedStatusList> /*list*/) {}
};

struct VerifyRules {
    keys::UnixSeconds now = 0;
    std::int64_t leeway_s = 60;
    std::vector<TrustedIssuer> issuers;
    DidKeySource* did_keys =
        nullptr;  // with a DID in `iss`/`kid`: the key must agree when this is set
    StatusSource* status = nullptr;  // none: a status reference fails the check
    std::vector<std::string>
        vct_values;  // accepted types; empty: any that an issuer above may issue
    bool require_holder = true;
    std::string audience;  // of the KB-JWT, full client id with prefix
    std::string nonce;
    std::int64_t holder_age_max_s = 300;
    std::vector<std::string> transaction_data;  // as sent; hashes must agree
    bool accept_old_media_type = false;         // `vc+sd-jwt`
    /// Type metadata: a type that extends an accepted one is accepted, and what it demands is
    /// checked. None: types are compared as they are.
    TypeSource* types = nullptr;
};

struct VerifiedCredential {
    encoding::Object claims;  // all disclosed, registered claims included
    std::string vct;
    std::string issuer_name;                    // of the trusted issuer
    std::string issuer;                         // `iss` or the certificate's URI
    std::vector<std::string> trust_lists = {};  // addresses of those that vouch for the issuer
    std::optional<keys::PublicKey> holder;
    std::optional<StatusReference> status;
    keys::UnixSeconds expires_at = 0;
    SdJwt parts;
    ProcessedClaims processed;
};

struct Verification {
    Trace trace;
    std::optional<VerifiedCredential> credential;  // set only if every rule held
    bool revoked = false;
    bool suspended = false;
};

/// credentials §4.4 in its order; stops at the first failure. The status comes last and may be left
/// to verify_status() (`check_status` false), because a query may need several presentations first.
[[nodiscard]] Verification verify_presentation(std::string_view compact, const VerifyRules& rules,
                                               bool check_status = true);
/// Adds ST-01 to ST-03 to the trace and clears `credential` on failure.
void verify_status(Verification& verification, const VerifyRules& rules);

/// The list of `token`: verified now, or before and still good. The failure is what is wrong with
/// it. REQUIRES: rules.status.
[[nodiscard]] Result<std::shared_ptr<const VerifiedStatusList>, std::string_view> status_list_of(
    const std::string& token, const std::string& uri, const TrustedIssuer& issuer,
    const VerifyRules& rules);

/// What a wallet may conclude from a credential it received: parts, claims and holder key,
/// unverified trust.
[[nodiscard]] Result<VerifiedCredential, SdJwtError> read_credential(std::string_view compact);

}  // namespace stadtbuch::credential
