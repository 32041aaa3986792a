// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Lists of trusted entities (LoTE, ETSI TS 119 602, JSON in a compact JWS) and trusted lists (ETSI
// TS 119 612, XML with an enveloped signature): who vouches for issuers or wallets beyond the
// authorities that an operator names one by one. A list holds by every rule below, or it says
// nothing.
//
// Not read: pointers to other lists (each list is configured by itself), services known by a key or
// a name only, certificates of leaves (an anchor is an authority).
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ssi/credential/trace.hpp"
#include "ssi/keys/time.hpp"
#include "ssi/keys/x509.hpp"

namespace stadtbuch::credential {

enum class TrustListRule {
    form,    // TL-01  a signed list, LoTE of version 1 or XML of version 5 or 6, that can be read
    signer,  // TL-02  x5c (or the one configured certificate) is the scheme operator's
    signature,  // TL-03
    list_type,  // TL-04  LoTEType, TSLType
    time,       // TL-05  ListIssueDateTime, NextUpdate
    sequence,   // TL-06  not older than one seen, nor another one of the same number
    services,   // TL-07  at least one service that we can use
};

struct TrustListRuleText {
    TrustListRule rule;
    std::string_view id;
    std::string_view good_de, good_en, bad_de, bad_en;
};

[[nodiscard]] std::span<const TrustListRuleText> trust_list_rules();

/// What was accepted before of the same list, so that an older one is refused.
struct SeenList {
    std::uint64_t sequence = 0;
    std::string digest;  ///< base64url of SHA-256 of the list as it came

    friend bool operator==(const SeenList&, const SeenList&) = default;
};

struct TrustListRules {
    /// The scheme operator's: leaves that sign, compared octet by octet, or authorities above them.
    /// XML lists are signed with keys of many kinds; above theirs an authority counts if the leaf's
    /// is P-256.
    std::vector<keys::Certificate> signers;
    keys::UnixSeconds now = 0;
    std::string list_type;                   ///< LoTEType; empty: any
    std::vector<std::string> service_types;  ///< ServiceTypeIdentifier; empty: any
    std::optional<SeenList> seen;
};

/// An entity that a list vouches for.
struct ListedEntity {
    std::string name;  ///< German, else English, else the first
    std::vector<keys::Certificate> anchors;
};

struct TrustList {
    SeenList mark;
    std::string operator_name;
    std::string list_type;
    keys::UnixSeconds issued_at = 0;
    keys::UnixSeconds next_update = 0;
    std::vector<ListedEntity> entities;
    std::size_t passed_over = 0;  ///< services withdrawn, of other types or without an authority
};

/// Each rule leaves a line; nullopt as soon as one fails. A service counts if it has no status or
/// one of `good_statuses` (TS 119 602 annexes, Table H.3), since a time that is not to come.
/// ServiceHistory is not read.
[[nodiscard]] std::optional<TrustList> read_trust_list(std::string_view text,
                                                       const TrustListRules& rules, Trace& trace);

inline constexpr std::array<std::string_view, 3> good_statuses = {
    "http://uri.etsi.org/19602/PubEAAProvidersList/SvcStatus/notified",
    "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted",
    "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel"};

}  // namespace stadtbuch::credential
