// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The resident parking permit (Bewohnerparkausweis, StVO §45(1b); credentials §7.2) as claims.
#pragma once
#include <string>
#include <vector>

#include "ssi/credential/plate.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/credential/type_metadata.hpp"

namespace stadtbuch::credential {

struct ParkingPermit {
    std::string permit_number;
    std::string zone_id;
    std::string zone_name;
    std::vector<Plate> plates;
    std::string vehicle_relation = "keeper";  // "keeper", "permanent_user", "carsharing"
    std::string valid_from;                   // YYYY-MM-DD, first day
    std::string valid_until;                  // YYYY-MM-DD, last day
    std::string municipality_key;
    std::string issuing_authority;
    std::string fee_paid_until;  // may be empty
    std::string holder_name;     // selectively disclosable; the address is never in here
};

/// vct = base_url + "/types/parking/1".
[[nodiscard]] CredentialType parking_type(const std::string& base_url);
[[nodiscard]] CredentialContent parking_content(const ParkingPermit& permit,
                                                const CredentialType& type);

/// Both days inclusive. German days begin up to two hours before UTC days: a permit counts from the
/// German midnight and ends with the UTC one, so that the holder never loses an hour.
[[nodiscard]] bool within_days(std::string_view first_day, std::string_view last_day,
                               keys::UnixSeconds now);

}  // namespace stadtbuch::credential
