// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// X.509 certificates for signing leaves and the authorities above them, with the profile of
// credentials §11, and path validation of `x5c` chains against configured anchors. Nothing on the
// wire becomes an anchor.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ssi/keys/error.hpp"
#include "ssi/keys/p256.hpp"
#include "ssi/keys/time.hpp"
#include "storage/encoding/value.hpp"

namespace stadtbuch::keys {

struct X509Handle;

/// id-kp-oauthStatusSigning; the last arc is still to be assigned in draft -20 (credentials §3).
inline constexpr std::string_view status_signing_eku = "1.3.6.1.5.5.7.3.30";
inline constexpr std::string_view server_auth_eku = "1.3.6.1.5.5.7.3.1";

/// Immutable, shared handle, thread-safe.
class Certificate {
  public:
    [[nodiscard]] static Result<Certificate, KeyError> from_der(BytesView der);
    /// The first certificate of a PEM text.
    [[nodiscard]] static Result<Certificate, KeyError> from_pem(std::string_view pem);

    [[nodiscard]] const Bytes& der() const { return der_; }

    [[nodiscard]] std::string to_pem() const;
    /// SHA-256 of the DER; base64url of it is the value of client id prefix `x509_hash:`.
    [[nodiscard]] Hash32 fingerprint() const;
    /// P-256 only; unsupported_type otherwise.
    [[nodiscard]] Result<P256PublicKey, KeyError> public_key() const;
    [[nodiscard]] std::string common_name() const;
    [[nodiscard]] std::string organisation() const;
    [[nodiscard]] std::vector<std::string> dns_names() const;
    [[nodiscard]] std::vector<std::string> uris() const;
    [[nodiscard]] bool is_authority() const;
    [[nodiscard]] bool is_self_signed() const;
    [[nodiscard]] bool allows_digital_signature() const;  ///< keyUsage present with that bit
    [[nodiscard]] bool has_extended_key_usage(std::string_view oid) const;
    [[nodiscard]] UnixSeconds not_before() const;
    [[nodiscard]] UnixSeconds not_after() const;
    [[nodiscard]] Bytes subject_key_id() const;
    [[nodiscard]] Bytes authority_key_id() const;

    [[nodiscard]] const X509Handle& handle() const { return *handle_; }

    friend bool operator==(const Certificate& a, const Certificate& b) { return a.der_ == b.der_; }

  private:
    Certificate() = default;
    Bytes der_;
    std::shared_ptr<const X509Handle> handle_;
};

struct CertificateSubject {
    std::string common_name;
    std::string organisation;
    std::string country = "DE";
};

struct AuthorityProfile {
    CertificateSubject subject;
    UnixSeconds not_before = 0;
    UnixSeconds not_after = 0;
    int path_length = 0;
};

struct LeafProfile {
    CertificateSubject subject;
    UnixSeconds not_before = 0;
    UnixSeconds not_after = 0;  // at most two years later (credentials §11)
    std::vector<std::string> dns_names;
    std::vector<std::string> uris;                 // issuer identifier, did:indy
    std::vector<std::string> ip_addresses;         // TLS on loopback
    std::string crl_url;                           // CRL distribution point, left out if empty
    std::vector<std::string> extended_key_usages;  // dotted OIDs
};

/// Self-signed authority: keyCertSign + cRLSign, path length, SKI.
[[nodiscard]] Result<Certificate, KeyError> make_authority(const P256PrivateKey& key,
                                                           const AuthorityProfile& profile,
                                                           RandomSource& random);
/// CA=false, critical keyUsage digitalSignature, SAN, SKI, AKI, CRL DP, EKU.
[[nodiscard]] Result<Certificate, KeyError> make_leaf(const P256PublicKey& subject_key,
                                                      const LeafProfile& profile,
                                                      const Certificate& authority,
                                                      const P256PrivateKey& authority_key,
                                                      RandomSource& random);

enum class ChainError {
    empty,
    too_long,
    malformed,
    self_signed_leaf,
    anchor_in_chain,
    not_trusted,  // no path to an anchor, bad signature, name constraint, not a CA
    not_yet_valid,
    expired,
    no_digital_signature,
    authority_as_leaf,
    wrong_purpose,  // required EKU missing
    wrong_key_type,
};
[[nodiscard]] std::string_view to_text(ChainError error);

struct ChainRules {
    UnixSeconds now = 0;
    std::string required_eku;  // dotted OID; empty: none needed
    std::size_t length_max = 5;
    /// A TLS certificate of the same authority must not be able to sign credentials: leaves with
    /// the extended key usage serverAuth are refused (wrong_purpose).
    bool refuse_tls_leaf = false;
};

/// `chain`: leaf first, without the anchor. Times of all certificates are checked.
[[nodiscard]] Result<void, ChainError> verify_chain(const std::vector<Certificate>& chain,
                                                    const std::vector<Certificate>& anchors,
                                                    const ChainRules& rules);

/// JOSE `x5c`: array of base64 DER. At most `length_max` entries of at most 16 KiB.
[[nodiscard]] Result<std::vector<Certificate>, ChainError> chain_from_x5c(
    const encoding::Value& x5c, std::size_t length_max = 5);
[[nodiscard]] encoding::Array x5c_of(const std::vector<Certificate>& chain);

/// PKCS#10 request (PEM) with which an authority is asked for a leaf: the names as in LeafProfile,
/// digitalSignature, signed by the key itself, wherever it is. library_failure if it refuses.
[[nodiscard]] Result<std::string, KeyError> make_certificate_request(const P256Signer& key,
                                                                     const LeafProfile& profile);

/// An empty, signed revocation list (DER, version 2) of the authority, good until `next_update`.
[[nodiscard]] Result<Bytes, KeyError> make_empty_crl(const Certificate& authority,
                                                     const P256PrivateKey& authority_key,
                                                     UnixSeconds this_update,
                                                     UnixSeconds next_update);

}  // namespace stadtbuch::keys
