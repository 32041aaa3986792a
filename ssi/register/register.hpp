// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The registers that a municipality answers from: residents, streets, zones, vehicles. A port with
// adapters; the first adapter reads CSV files. Values only; lookups never throw. A Register is safe
// for concurrent reads.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::registers {

enum class ResidenceKind { sole, main, secondary };
[[nodiscard]] std::string_view to_text(ResidenceKind kind);

struct Residence {
    std::string street_key;  ///< official key, 5 digits, leading zeros matter
    std::string street;
    std::string house_number;
    std::string addition;
    std::string postal_code;
    std::string locality;
    std::string locality_part;
    ResidenceKind kind = ResidenceKind::sole;
    std::string moving_in_date;   ///< ISO 8601
    std::string moving_out_date;  ///< empty while the person lives there
};

/// Basic data of § 18 BMG (credentials §7.1). `birthdate` may be YYYY, YYYY-MM or YYYY-MM-DD.
struct Resident {
    std::string id;  ///< key inside the register; never leaves the town hall
    std::string family_name;
    std::string birth_family_name;
    std::string given_name;
    std::string given_name_usual;
    std::string academic_title;
    std::string religious_or_artist_name;
    std::string birthdate;
    std::string birth_place;
    std::string birth_country;
    std::string nationality;
    std::vector<Residence> residences;  ///< main or sole first
    bool information_block = false;     ///< § 51 BMG: warn before issuing

    /// The residence that counts on `today` (ISO date): sole or main, not left before; null when
    /// moved away.
    [[nodiscard]] const Residence* current_residence(std::string_view today) const;
};

struct Zone {
    std::string id;
    std::string name;
    std::uint32_t fee_cents_per_year = 0;
    bool secondary_residence_eligible = false;
    std::uint32_t permits_per_resident = 1;
    std::string municipality_key;
    std::string legal_source;
    std::string valid_from;
};

struct StreetSection {
    std::string street_key;
    std::string street;
    std::string postal_code;
    std::string locality_part;
    std::uint32_t number_from = 0;
    std::uint32_t number_to = 0;
    enum class Side { all, odd, even } side = Side::all;
    std::string zone_id;  ///< empty: no resident parking there
};

struct Vehicle {
    std::string plate;        ///< as registered, "GE-AB 123E"
    std::string resident_id;  ///< keeper or permanent user
    std::string relation;     ///< keeper, permanent_user, carsharing
    std::string season_from;  ///< month 1-12 or empty
    std::string season_to;
    std::uint32_t length_mm = 0;
    std::string registered_from;
    std::string registered_until;  ///< empty while registered
};

struct Town {
    std::string municipality_key;  ///< AGS, 8 digits
    std::string regional_key;      ///< ARS, 12 digits
    std::string name;
    std::string authority;
    std::string district_name;
};

class Register {
  public:
    virtual ~Register() = default;
    [[nodiscard]] virtual const Town& town() const = 0;
    [[nodiscard]] virtual std::optional<Resident> resident(std::string_view id) const = 0;
    /// People whose folded family name and given name match and whose birthdate agrees as far as
    /// known; if there are none, those whose names match in the search form of DIN 91379 (given
    /// name and birthdate must be stated then).
    [[nodiscard]] virtual std::vector<Resident> find_residents(
        std::string_view family_name, std::string_view given_name,
        std::string_view birthdate) const = 0;
    /// Zone of an address; nullopt when there is none or the street is unknown.
    [[nodiscard]] virtual std::optional<Zone> zone_of(std::string_view street_key,
                                                      std::string_view house_number) const = 0;
    [[nodiscard]] virtual std::optional<Zone> zone(std::string_view zone_id) const = 0;
    [[nodiscard]] virtual std::vector<Zone> zones() const = 0;
    [[nodiscard]] virtual std::vector<StreetSection> streets() const = 0;
    /// Street section by (folded) name, for presentations that carry no street key.
    [[nodiscard]] virtual std::optional<StreetSection> street_by_name(
        std::string_view name, std::string_view house_number) const = 0;
    /// By plate in any spelling ("ge ab123e").
    [[nodiscard]] virtual std::optional<Vehicle> vehicle(std::string_view plate) const = 0;
    /// Distinguishing signs of districts that exist ("GE", "LÜN").
    [[nodiscard]] virtual const std::vector<std::string>& plate_districts() const = 0;
};

/// Reads town.csv, residents.csv, streets.csv, zones.csv, vehicles.csv, districts.csv of `folder`
/// (UTF-8, semicolon, RFC 4180 quoting, header line). Errors: SB-4101 file missing or unreadable,
/// SB-4102 malformed (file, line, column named), SB-4103 inconsistent (unknown key).
[[nodiscard]] Result<std::unique_ptr<Register>, Error> open_csv_register(const std::string& folder);

}  // namespace stadtbuch::registers
