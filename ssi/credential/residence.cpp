// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/residence.hpp"

#include <array>
#include <charconv>

namespace stadtbuch::credential {

using encoding::Object;

namespace {

constexpr std::array<int, 5> ages{14, 16, 18, 21, 65};

struct Day {
    int year = 0;
    int month = 0;
    int day = 0;
    friend auto operator<=>(const Day&, const Day&) = default;
};

bool take(std::string_view text, std::size_t at, std::size_t count, int& number) {
    const char* begin = text.data() + at;
    const auto [end, error] = std::from_chars(begin, begin + count, number);
    return error == std::errc{} && end == begin + count;
}

/// Only complete dates: ages of partly unknown birth dates are nobody's to guess.
std::optional<Day> read_day(std::string_view text) {
    Day day;
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !take(text, 0, 4, day.year) ||
        !take(text, 5, 2, day.month) || !take(text, 8, 2, day.day)) {
        return std::nullopt;
    }
    return day;
}

bool is_at_least(const Day& birth, const Day& today, int age) {
    // Somebody born on 29 February completes a year of life with the end of 28 February (BGB
    // §188(2), (3)), so the comparison of month and day holds for 1 March in common years and for
    // the 29th in leap years.
    const Day birthday{birth.year + age, birth.month, birth.day};
    return birthday <= today;
}

void set_if(Object& object, const char* name, const std::string& text) {
    if (!text.empty()) object.set(name, text);
}

Object address_of(const Residence& r) {
    Object address;
    std::string formatted = r.street_address;
    if (!r.addition.empty()) formatted += "\n" + r.addition;
    formatted += "\n" + r.postal_code + " " + r.locality;
    address.set("formatted", formatted);
    set_if(address, "street_address", r.street_address);
    set_if(address, "street_name", r.street_name);
    set_if(address, "house_number", r.house_number);
    set_if(address, "postal_code", r.postal_code);
    set_if(address, "locality", r.locality);
    set_if(address, "locality_part", r.locality_part);
    set_if(address, "addition", r.addition);
    address.set("country", "DE");
    set_if(address, "street_key", r.street_key);
    set_if(address, "municipality_key", r.municipality_key);
    set_if(address, "regional_key", r.regional_key);
    return address;
}

}  // namespace

CredentialType residence_type(const std::string& base_url) {
    CredentialType type;
    type.id = "residence";
    type.vct = base_url + "/types/residence/1";
    type.name_de = "Wohnsitzbescheinigung";
    type.name_en = "Proof of residence";
    type.description_de = "Bescheinigung der Meldebehörde über die Wohnung (§ 18 BMG)";
    type.description_en = "Confirmation of the registered address by the municipality";
    type.background_color = "#1b4b8f";
    type.text_color = "#ffffff";
    type.claims = {
        {"family_name", "Familienname", "Family name", true, true},
        {"given_name", "Vornamen", "Given names", true, true},
        {"given_name_usual", "Rufname", "Usual given name", false, true},
        {"academic_title", "Doktorgrad", "Academic title", false, true},
        {"religious_or_artist_name", "Ordens- oder Künstlername", "Religious or artist name", false,
         true},
        {"birthdate", "Geburtsdatum", "Date of birth", true, true},
        {"place_of_birth.locality", "Geburtsort", "Place of birth", false, true},
        {"place_of_birth.country", "Geburtsstaat", "Country of birth", false, true},
        {"address.formatted", "Anschrift", "Address", true, true},
        {"address.street_address", "Straße und Hausnummer", "Street and house number", true, true},
        {"address.street_name", "Straße", "Street", false, true},
        {"address.house_number", "Hausnummer", "House number", false, true},
        {"address.postal_code", "Postleitzahl", "Postal code", true, true},
        {"address.locality", "Ort", "Town", true, true},
        {"address.locality_part", "Ortsteil", "District", false, true},
        {"address.addition", "Adresszusatz", "Address addition", false, true},
        {"address.country", "Staat", "Country", true, true},
        {"address.street_key", "Straßenschlüssel", "Street key", false, true},
        {"address.municipality_key", "Gemeindeschlüssel (AGS)", "Municipality key (AGS)", true,
         true},
        {"address.regional_key", "Regionalschlüssel (ARS)", "Regional key (ARS)", false, true},
        {"residence_kind", "Art der Wohnung", "Kind of residence", true, true},
        {"date_of_moving_in", "Einzugsdatum", "Date of moving in", false, true},
        {"resident_of_municipality", "Wohnt in der Gemeinde (AGS)",
         "Resident of the municipality (AGS)", true, true},
        {"resident_since_year", "Wohnt hier seit (Jahr)", "Resident since (year)", false, true},
        {"age_equal_or_over.14", "Mindestens 14 Jahre alt", "At least 14 years old", false, true},
        {"age_equal_or_over.16", "Mindestens 16 Jahre alt", "At least 16 years old", false, true},
        {"age_equal_or_over.18", "Mindestens 18 Jahre alt", "At least 18 years old", false, true},
        {"age_equal_or_over.21", "Mindestens 21 Jahre alt", "At least 21 years old", false, true},
        {"age_equal_or_over.65", "Mindestens 65 Jahre alt", "At least 65 years old", false, true},
        {"issuing_authority", "Ausstellende Behörde", "Issuing authority", true, false},
        {"issuing_country", "Ausstellender Staat", "Issuing country", true, false},
    };
    return type;
}

CredentialContent residence_content(const Residence& r, const CredentialType& type,
                                    keys::UnixSeconds now) {
    Object claims;
    set_if(claims, "family_name", r.family_name);
    set_if(claims, "given_name", r.given_name);
    set_if(claims, "given_name_usual", r.given_name_usual);
    set_if(claims, "academic_title", r.academic_title);
    set_if(claims, "religious_or_artist_name", r.religious_or_artist_name);
    set_if(claims, "birthdate", r.birthdate);
    Object birth_place;
    set_if(birth_place, "locality", r.birth_place);
    set_if(birth_place, "country", r.birth_country);
    if (!birth_place.empty()) claims.set("place_of_birth", std::move(birth_place));
    claims.set("address", address_of(r));
    set_if(claims, "residence_kind", r.residence_kind);
    set_if(claims, "date_of_moving_in", r.date_of_moving_in);
    set_if(claims, "resident_of_municipality", r.municipality_key);
    int year = 0;
    if (r.date_of_moving_in.size() >= 4 && take(r.date_of_moving_in, 0, 4, year))
        claims.set("resident_since_year", year);
    const auto birth = read_day(r.birthdate);
    const auto today = read_day(keys::utc_date(now));
    if (birth && today) {
        Object over;
        for (const int age : ages) over.set(std::to_string(age), is_at_least(*birth, *today, age));
        claims.set("age_equal_or_over", std::move(over));
    }
    set_if(claims, "issuing_authority", r.issuing_authority);
    claims.set("issuing_country", "DE");
    return {type.vct, integrity_of(type_document(type)), std::move(claims), type.disclosable()};
}

}  // namespace stadtbuch::credential
