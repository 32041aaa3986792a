// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/register/matching.hpp"

#include <utf8proc.h>

#include <cstdlib>

namespace stadtbuch::registers {

namespace {

std::string map_utf8(std::string_view text, int options) {
    utf8proc_uint8_t* mapped = nullptr;
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    const utf8proc_ssize_t size = utf8proc_map(bytes, static_cast<utf8proc_ssize_t>(text.size()),
                                               &mapped, static_cast<utf8proc_option_t>(options));
    if (size < 0) return std::string(text);
    std::string result(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size));
    std::free(mapped);
    return result;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

std::string single_spaced(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
        if (!space) {
            out.push_back(c);
        } else if (!out.empty() && out.back() != ' ') {
            out.push_back(' ');
        }
    }
    if (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

std::string without(std::string_view text, std::string_view characters) {
    std::string out;
    for (const char c : text) {
        if (characters.find(c) == std::string_view::npos) out.push_back(c);
    }
    return out;
}

std::string corrector_de(const FieldWords& words) {
    switch (words.corrector) {
        case Corrector::registration_office:
            return "die Meldebehörde (Bürgeramt)";
        case Corrector::identity_document_office:
            return "die Ausweisbehörde (Bürgeramt, Pass- und Ausweisstelle)";
        case Corrector::vehicle_office:
            return "die Zulassungsstelle";
        case Corrector::applicant:
            return "die antragstellende Person selbst";
        case Corrector::record_keeper:
            return words.office_de;
        case Corrector::none:
            break;
    }
    return "niemand";
}

std::string corrector_en(const FieldWords& words) {
    switch (words.corrector) {
        case Corrector::registration_office:
            return "the residents' registration office (Bürgeramt)";
        case Corrector::identity_document_office:
            return "the identity document office (Bürgeramt)";
        case Corrector::vehicle_office:
            return "the vehicle registration office";
        case Corrector::applicant:
            return "the applicant";
        case Corrector::record_keeper:
            return words.office_en;
        case Corrector::none:
            break;
    }
    return "nobody";
}

void explain(const FieldWords& words, FieldComparison& c) {
    switch (c.agreement) {
        case Agreement::equal:
        case Agreement::equal_folded:
            return;
        case Agreement::different:
            c.explanation_de = c.label_de + ": Im Register steht „" + c.register_value +
                               "“, angegeben wurde „" + c.applicant_value +
                               "“. Berichtigen kann das " + corrector_de(words) + ".";
            c.explanation_en = c.label_en + ": the register holds “" + c.register_value +
                               "”, the application says “" + c.applicant_value +
                               "”. This can be corrected by " + corrector_en(words) + ".";
            return;
        case Agreement::missing_in_register:
            c.explanation_de = c.label_de + ": Im Register steht nichts, angegeben wurde „" +
                               c.applicant_value + "“. Eintragen kann das " + corrector_de(words) +
                               ".";
            c.explanation_en = c.label_en + ": the register holds nothing, the application says “" +
                               c.applicant_value + "”. This can be entered by " +
                               corrector_en(words) + ".";
            return;
        case Agreement::missing_in_application:
            c.explanation_de = c.label_de + ": Im Register steht „" + c.register_value +
                               "“, angegeben wurde nichts.";
            c.explanation_en = c.label_en + ": the register holds “" + c.register_value +
                               "”, the application nothing.";
            return;
    }
}

bool resident_given_names_agree(const Resident& resident, std::string_view stated) {
    return fold(stated) == fold(resident.given_name_usual) ||
           given_names_agree(resident.given_name, stated);
}

}  // namespace

std::string fold(std::string_view text) {
    // Case folding maps both ß and ẞ to ss (Unicode CaseFolding, status F).
    std::string folded = map_utf8(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    replace_all(folded, "\u2019", "'");
    replace_all(folded, "\u02BC", "'");
    replace_all(folded, "\u2010", "-");
    replace_all(folded, "\u2011", "-");
    replace_all(folded, "\u00A0", " ");
    return single_spaced(folded);
}

std::string fold_plate(std::string_view plate) {
    return without(fold(plate), " -");
}

std::string fold_house_number(std::string_view text) {
    return without(fold(text), " ");
}

bool dates_agree(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) return false;
    return a.starts_with(b) || b.starts_with(a);
}

FieldComparison compare_field(const FieldWords& words, std::string_view register_value,
                              std::string_view stated, bool folded_equal) {
    FieldComparison c;
    c.field = words.field;
    c.label_de = words.label_de;
    c.label_en = words.label_en;
    c.register_value = std::string(register_value);
    c.applicant_value = std::string(stated);
    if (register_value == stated) {
        c.agreement = Agreement::equal;
    } else if (folded_equal) {
        c.agreement = Agreement::equal_folded;
    } else {
        c.agreement =
            register_value.empty() ? Agreement::missing_in_register : Agreement::different;
        c.corrector = words.corrector;
    }
    explain(words, c);
    return c;
}

bool given_names_agree(std::string_view held, std::string_view stated) {
    const std::string folded = fold(stated);
    const std::string all = fold(held);
    return folded == all || (!folded.empty() && all.starts_with(folded + " "));
}

std::vector<FieldComparison> compare(const Resident& resident, const Residence* residence,
                                     const StatedPerson& stated) {
    std::vector<FieldComparison> out;
    const auto add = [&out](const FieldWords& words, std::string_view held, std::string_view said,
                            bool folded) {
        if (!said.empty()) out.push_back(compare_field(words, held, said, folded));
    };
    add({"family_name", "Familienname", "Family name", Corrector::registration_office},
        resident.family_name, stated.family_name,
        fold(resident.family_name) == fold(stated.family_name));
    add({"given_name", "Vornamen", "Given names", Corrector::registration_office},
        resident.given_name, stated.given_name,
        resident_given_names_agree(resident, stated.given_name));
    add({"birth_family_name", "Geburtsname", "Name at birth", Corrector::registration_office},
        resident.birth_family_name, stated.birth_family_name,
        fold(resident.birth_family_name) == fold(stated.birth_family_name));
    add({"birthdate", "Geburtsdatum", "Date of birth", Corrector::registration_office},
        resident.birthdate, stated.birthdate, dates_agree(resident.birthdate, stated.birthdate));
    const Residence none;
    const Residence& home = residence == nullptr ? none : *residence;
    // An address on an identity card lags behind the register: the card's office mends it, not the
    // register.
    add({"address.street_address", "Straße", "Street", Corrector::identity_document_office},
        home.street, stated.street, fold(home.street) == fold(stated.street));
    add({"address.house_number", "Hausnummer", "House number", Corrector::identity_document_office},
        home.house_number, stated.house_number,
        fold_house_number(home.house_number) == fold_house_number(stated.house_number));
    add({"address.postal_code", "Postleitzahl", "Postal code", Corrector::identity_document_office},
        home.postal_code, stated.postal_code, false);
    add({"address.locality", "Ort", "Town", Corrector::identity_document_office}, home.locality,
        stated.locality, fold(home.locality) == fold(stated.locality));
    return out;
}

std::vector<FieldComparison> compare_vehicle(const Register& registers, const StatedVehicle& stated,
                                             std::string_view today) {
    std::vector<FieldComparison> out;
    const std::string folded = fold_plate(stated.plate);
    const std::optional<Vehicle> vehicle = registers.vehicle(stated.plate);
    const FieldWords plate{"licence_plate", "Kennzeichen", "Number plate",
                           Corrector::vehicle_office};
    if (!vehicle) {
        const auto& districts = registers.plate_districts();
        const std::string district = fold(stated.plate.substr(0, stated.plate.find_first_of("- ")));
        const bool known =
            std::any_of(districts.begin(), districts.end(),
                        [&](const std::string& code) { return fold(code) == district; });
        FieldWords words = plate;
        if (!known) words.corrector = Corrector::applicant;
        out.push_back(compare_field(words, "", stated.plate, false));
        return out;
    }
    out.push_back(
        compare_field(plate, vehicle->plate, stated.plate, fold_plate(vehicle->plate) == folded));
    const bool own = vehicle->resident_id == stated.resident_id;
    const FieldWords keeper{"vehicle_keeper", "Halterin oder Halter", "Registered keeper",
                            Corrector::vehicle_office};
    out.push_back(own ? compare_field(keeper, "ja / yes", "ja / yes", true)
                      : compare_field(keeper, "eine andere Person / another person",
                                      "antragstellende Person / applicant", false));
    const bool active =
        vehicle->registered_until.empty() || std::string_view(vehicle->registered_until) >= today;
    const FieldWords registered{"vehicle_registration", "Zulassung", "Registration",
                                Corrector::vehicle_office};
    out.push_back(
        active
            ? compare_field(registered, "zugelassen / registered", "zugelassen / registered", true)
            : compare_field(registered, "abgemeldet seit / ended on " + vehicle->registered_until,
                            "zugelassen / registered", false));
    return out;
}

bool has_difference(const std::vector<FieldComparison>& comparisons) {
    return std::any_of(comparisons.begin(), comparisons.end(), [](const FieldComparison& c) {
        return c.agreement != Agreement::equal && c.agreement != Agreement::equal_folded;
    });
}

}  // namespace stadtbuch::registers
