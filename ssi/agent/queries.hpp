// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the office asks a wallet for, and what it takes from the answer.
#pragma once
#include <string>
#include <vector>

#include "ssi/agent/agent.hpp"

namespace stadtbuch::agent {

/// One credential of `vct` with exactly these claims (dotted paths); empty: only what is always
/// disclosed.
[[nodiscard]] openid::DcqlQuery query_for(const std::string& id, const std::string& vct,
                                          const std::vector<std::string>& claims);
/// Says whom we would believe (DCQL trusted_authorities), if trust lists vouch for issuers of these
/// types: the lists (etsi_tl) and the keys of all authorities (aki), so that a wallet need not know
/// both. Nothing is said where somebody is trusted who has no certificate.
void name_authorities(const Agent& agent, openid::CredentialQuery& wanted);
/// Name, birth date and address: what the parking rules need, nothing else.
[[nodiscard]] openid::DcqlQuery residence_query(const Agent& agent);
/// Zone, plates and days, no name (profile of wardens, credentials §7.2).
[[nodiscard]] openid::DcqlQuery warden_query(const Agent& agent);

[[nodiscard]] ProvenResidence proven_residence(const encoding::Value& claims);

/// Types of personal identification data (credentials §7.3).
inline constexpr std::string_view pid_types[] = {"urn:eudi:pid:de:1", "urn:eudi:pid:1"};
/// True if some issuer of personal identification data is trusted here.
[[nodiscard]] bool pid_accepted(const Agent& agent);
/// Name, birth date and address of the PID.
[[nodiscard]] openid::DcqlQuery pid_query(const Agent& agent);
/// A house number at the end of street_address is taken off it, if house_number is missing.
[[nodiscard]] ProvenResidence proven_by_pid(const encoding::Value& claims);

/// Adds AD-01: today lies within the permit's own days.
[[nodiscard]] bool check_days(const encoding::Value& claims, keys::UnixSeconds now,
                              credential::Trace& trace);

}  // namespace stadtbuch::agent
