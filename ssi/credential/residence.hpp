// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The proof of residence (elektronische Meldebescheinigung, BMG §18; credentials §7.1) as claims.
#pragma once
#include <optional>
#include <string>

#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/credential/type_metadata.hpp"

namespace stadtbuch::credential {

/// Texts are UTF-8 NFC as the register keeps them. Empty optional parts are left out of the
/// credential.
struct Residence {
    std::string family_name;
    std::string given_name;
    std::string given_name_usual;  // one of several
    std::string academic_title;
    std::string religious_or_artist_name;
    std::string birthdate;  // YYYY, YYYY-MM or YYYY-MM-DD (partly unknown dates exist)
    std::string birth_place;
    std::string birth_country;   // ISO 3166-1 alpha-2
    std::string street_address;  // street and number
    std::string street_name;
    std::string house_number;
    std::string postal_code;
    std::string locality;
    std::string locality_part;
    std::string addition;
    std::string street_key;
    std::string municipality_key;   // AGS, 8 digits
    std::string regional_key;       // ARS, 12 digits
    std::string residence_kind;     // "sole", "main", "secondary"
    std::string date_of_moving_in;  // YYYY-MM-DD
    std::string issuing_authority;
};

/// `base_url` without final slash; vct = base_url + "/types/residence/1".
[[nodiscard]] CredentialType residence_type(const std::string& base_url);
/// Claims with the derived ones: resident_of_municipality, resident_since_year,
/// age_equal_or_over.{14,16,18,21,65} (only when the whole birth date is known; ages on the day of
/// `now`).
[[nodiscard]] CredentialContent residence_content(const Residence& residence,
                                                  const CredentialType& type,
                                                  keys::UnixSeconds now);

}  // namespace stadtbuch::credential
