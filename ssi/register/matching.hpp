// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Comparing what an applicant says with what the register holds (credentials §7.1: show both
// values, name the field in plain words, say who can fix it). Pure.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "ssi/register/register.hpp"

namespace stadtbuch::registers {

/// NFC, case folded (ß, ẞ and ss are one), inner white space and apostrophes unified, outer
/// trimmed. Umlauts are never transliterated. Invalid UTF-8 is returned unchanged.
[[nodiscard]] std::string fold(std::string_view text);
/// fold() without spaces and hyphens, letters upper case: for plates ("GEAB123E").
[[nodiscard]] std::string fold_plate(std::string_view plate);
/// "12 A" and "12a" are one house number.
[[nodiscard]] std::string fold_house_number(std::string_view text);
/// True when one date is a prefix of the other: "1948" and "1948-05-03" agree (partly unknown
/// dates).
[[nodiscard]] bool dates_agree(std::string_view a, std::string_view b);

enum class Agreement {
    equal,
    equal_folded,
    different,
    missing_in_register,
    missing_in_application
};
/// `record_keeper`: the office that keeps a register of its own (records.hpp).
enum class Corrector {
    none,
    registration_office,
    identity_document_office,
    vehicle_office,
    applicant,
    record_keeper
};

struct FieldComparison {
    std::string field;  ///< claim name, e.g. "family_name", "address.house_number"
    std::string label_de;
    std::string label_en;
    std::string register_value;
    std::string applicant_value;
    Agreement agreement = Agreement::equal;
    Corrector corrector = Corrector::none;
    std::string
        explanation_de;  ///< empty when equal; else what differs, who can correct it and how
    std::string explanation_en;
};

/// How a field is called and who can correct it, in both languages.
struct FieldWords {
    std::string field;
    std::string label_de;
    std::string label_en;
    Corrector corrector = Corrector::none;
    std::string office_de = {};  ///< of Corrector::record_keeper, "das Sekretariat der Schule"
    std::string office_en = {};
};

/// One field with its explanation; `folded_equal`: another spelling of the same.
[[nodiscard]] FieldComparison compare_field(const FieldWords& words,
                                            std::string_view register_value,
                                            std::string_view stated, bool folded_equal);
/// An applicant may state one of several given names, as identity documents and forms do.
[[nodiscard]] bool given_names_agree(std::string_view held, std::string_view stated);

/// What an applicant states or presents; empty members were not stated and are not compared.
struct StatedPerson {
    std::string family_name;
    std::string given_name;
    std::string birthdate;
    std::string birth_family_name;
    std::string street;
    std::string house_number;
    std::string postal_code;
    std::string locality;
};

[[nodiscard]] std::vector<FieldComparison> compare(const Resident& resident,
                                                   const Residence* residence,
                                                   const StatedPerson& stated);

struct StatedVehicle {
    std::string plate;
    std::string resident_id;
};

/// Checks keeper, registration period (today: ISO date) and existence of the plate's district.
[[nodiscard]] std::vector<FieldComparison> compare_vehicle(const Register& registers,
                                                           const StatedVehicle& stated,
                                                           std::string_view today);
[[nodiscard]] bool has_difference(const std::vector<FieldComparison>& comparisons);

}  // namespace stadtbuch::registers
