// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Token Status List (draft-ietf-oauth-status-list-20): the list, its signed token, and secret index
// allocation.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/credential/signing.hpp"
#include "ssi/keys/jose.hpp"
#include "ssi/keys/x509.hpp"
#include "storage/base/bytes.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::credential {

enum class StatusError {
    bad_bits,       // not 1, 2, 4, 8
    bad_encoding,   // base64url or zlib damaged
    too_large,      // inflates beyond the limit
    out_of_range,   // index outside the list
    bad_token,      // JWS or claims malformed, wrong typ
    bad_signature,  // signature or chain
    wrong_subject,  // `sub` is not the referenced URI
    expired,        // `exp` passed
    rolled_back,    // issued before a list already seen
};
[[nodiscard]] std::string_view to_text(StatusError error);

namespace status_value {
inline constexpr std::uint8_t valid = 0;
inline constexpr std::uint8_t invalid = 1;  // final
inline constexpr std::uint8_t suspended = 2;
}  // namespace status_value

/// Where a credential finds its status.
struct StatusReference {
    std::string uri;
    std::uint64_t index = 0;
    friend bool operator==(const StatusReference&, const StatusReference&) = default;
};

/// {"status_list":{"idx","uri"}}, the value of claim `status`.
[[nodiscard]] encoding::Object status_claim(const StatusReference& reference);
[[nodiscard]] std::optional<StatusReference> status_from_claim(const encoding::Value& status);

/// `size` entries of `bits` bits; entry i at bit (i*bits) mod 8 from the least significant bit of
/// byte i*bits/8.
class StatusList {
  public:
    /// REQUIRES: bits in {1,2,4,8}; all entries VALID.
    StatusList(unsigned bits, std::uint64_t size);
    [[nodiscard]] static Result<StatusList, StatusError> from_bytes(unsigned bits, Bytes bytes);
    /// Inflates `lst`, at most 16 MiB.
    [[nodiscard]] static Result<StatusList, StatusError> decode(unsigned bits,
                                                                std::string_view lst);

    [[nodiscard]] std::optional<std::uint8_t> get(std::uint64_t index) const;
    /// False if the index or value does not fit.
    bool set(std::uint64_t index, std::uint8_t value);
    [[nodiscard]] std::string encode() const;  ///< zlib (level 9), base64url

    [[nodiscard]] unsigned bits() const { return bits_; }

    [[nodiscard]] std::uint64_t size() const { return bytes_.size() * 8 / bits_; }

    [[nodiscard]] const Bytes& bytes() const { return bytes_; }

  private:
    StatusList(unsigned bits, Bytes bytes) : bits_(bits), bytes_(std::move(bytes)) {}

    unsigned bits_;
    Bytes bytes_;
};

struct StatusTokenTimes {
    keys::UnixSeconds issued_at = 0;
    keys::UnixSeconds expires_at = 0;  // we do: +24 h
    std::int64_t ttl_s = 900;
};

/// typ statuslist+jwt, x5c; `sub` = `uri`.
[[nodiscard]] std::string make_status_token(const StatusList& list, const std::string& uri,
                                            const StatusTokenTimes& times,
                                            const SigningIdentity& identity);

class DidKeySource;

struct StatusTokenRules {
    std::string uri;
    keys::UnixSeconds now = 0;
    keys::UnixSeconds not_issued_before = 0;  // `iat` of the newest list seen for this URI
    bool require_status_eku = false;
    std::string did = {};  // of an issuer that is known by it alone: a key of it vouches, by `kid`
    DidKeySource* did_keys = nullptr;
};

struct VerifiedStatusList {
    StatusList list;
    keys::UnixSeconds issued_at = 0;
    keys::UnixSeconds expires_at = 0;  // 0: none given
    std::int64_t ttl_s = 0;            // 0: none given
};

[[nodiscard]] Result<VerifiedStatusList, StatusError> verify_status_token(
    std::string_view token, const std::vector<keys::Certificate>& anchors,
    const StatusTokenRules& rules);

/// A keyed permutation of 0..size-1 (balanced Feistel with cycle walking): counter n of a list
/// gives its n-th index without a table of free entries and without telling the order of issue.
class IndexPermutation {
  public:
    /// REQUIRES: 2 <= size <= 2^32.
    IndexPermutation(BytesView secret, std::uint64_t size);
    /// REQUIRES: counter < size.
    [[nodiscard]] std::uint64_t index_at(std::uint64_t counter) const;

  private:
    [[nodiscard]] std::uint64_t once(std::uint64_t value) const;
    Bytes secret_;
    std::uint64_t size_;
    unsigned half_bits_;
};

}  // namespace stadtbuch::credential
