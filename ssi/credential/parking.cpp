// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/parking.hpp"

namespace stadtbuch::credential {

using encoding::Array;
using encoding::Object;

CredentialType parking_type(const std::string& base_url) {
    CredentialType type;
    type.id = "parking";
    type.vct = base_url + "/types/parking/1";
    type.name_de = "Bewohnerparkausweis";
    type.name_en = "Resident parking permit";
    type.description_de =
        "Parkausweis für Bewohnerinnen und Bewohner einer Parkzone (§ 45 Abs. 1b StVO)";
    type.description_en = "Parking permit for residents of a parking zone";
    type.background_color = "#0a6640";
    type.text_color = "#ffffff";
    // What a warden needs stands open; what identifies person or vehicle is released one by one.
    type.claims = {
        {"permit_number", "Ausweisnummer", "Permit number", true, true},
        {"zone_id", "Parkzone", "Parking zone", true, false},
        {"zone_name", "Name der Parkzone", "Name of the parking zone", false, false},
        {"licence_plates", "Kennzeichen", "Number plates", true, true},
        {"vehicle_relation", "Verhältnis zum Fahrzeug", "Relation to the vehicle", false, true},
        {"valid_from", "Gültig ab", "Valid from", true, false},
        {"valid_until", "Gültig bis", "Valid until", true, false},
        {"municipality_key", "Gemeindeschlüssel (AGS)", "Municipality key (AGS)", true, false},
        {"issuing_authority", "Ausstellende Behörde", "Issuing authority", true, false},
        {"fee_paid_until", "Gebühr bezahlt bis", "Fee paid until", false, true},
        {"holder_name", "Name", "Name", false, true},
    };
    return type;
}

CredentialContent parking_content(const ParkingPermit& permit, const CredentialType& type) {
    Array plates;
    for (const Plate& plate : permit.plates) plates.emplace_back(plate_to_value(plate));
    Object claims{{"permit_number", permit.permit_number},
                  {"zone_id", permit.zone_id},
                  {"zone_name", permit.zone_name},
                  {"licence_plates", std::move(plates)},
                  {"vehicle_relation", permit.vehicle_relation},
                  {"valid_from", permit.valid_from},
                  {"valid_until", permit.valid_until},
                  {"municipality_key", permit.municipality_key},
                  {"issuing_authority", permit.issuing_authority}};
    if (!permit.fee_paid_until.empty()) claims.set("fee_paid_until", permit.fee_paid_until);
    if (!permit.holder_name.empty()) claims.set("holder_name", permit.holder_name);
    return {type.vct, integrity_of(type_document(type)), std::move(claims), type.disclosable()};
}

bool within_days(std::string_view first_day, std::string_view last_day, keys::UnixSeconds now) {
    // ISO dates sort as text. German time is up to two hours ahead of UTC: a permit must not begin
    // late.
    const std::string today = keys::utc_date(now);
    return first_day.size() == 10 && last_day.size() == 10 &&
           first_day <= keys::utc_date(now + 2 * 3600) && today <= last_day;
}

}  // namespace stadtbuch::credential
