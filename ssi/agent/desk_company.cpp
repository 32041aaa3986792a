// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A company's authorised representative applies for its vehicle: the representation credential is
// the evidence, the permit names the company (i-Kfz, stage 4).
#include <algorithm>
#include <charconv>

#include "ssi/agent/desk.hpp"
#include "ssi/agent/permit.hpp"
#include "ssi/credential/parking.hpp"
#include "ssi/credential/plate.hpp"

namespace stadtbuch::agent {

namespace {

using registers::Corrector;
using registers::Record;

constexpr std::string_view company_mark = "company/";  // of resident_id: no resident's id

std::string id_of_company(const Case& record) {
    const std::string& id = record.resident_id;
    return id.starts_with(company_mark) ? id.substr(company_mark.size()) : std::string();
}

/// Keeper and registration of the vehicle, as compare_vehicle() tells them for residents.
std::vector<registers::FieldComparison> compare_fleet(const std::optional<Record>& vehicle,
                                                      const std::string& plate,
                                                      const std::string& company_id,
                                                      const std::string& today) {
    const auto words = [](const char* field, const char* de, const char* en) {
        return registers::FieldWords{field, de, en, Corrector::vehicle_office, {}, {}};
    };
    std::vector<registers::FieldComparison> out;
    const std::string held = vehicle ? vehicle->id : std::string();
    out.push_back(
        registers::compare_field(words("licence_plate", "Kennzeichen", "Number plate"), held, plate,
                                 registers::fold_plate(held) == registers::fold_plate(plate)));
    if (!vehicle) return out;
    const bool own = vehicle->at("company_id") == company_id;
    out.push_back(registers::compare_field(
        words("vehicle_keeper", "Halterin oder Halter", "Registered keeper"),
        own ? "ja / yes" : "jemand anderes / somebody else",
        own ? "ja / yes" : "dieses Unternehmen / this company", own));
    const bool active = Companies::vehicle_registered(*vehicle, today);
    const std::string registered = "zugelassen / registered";
    out.push_back(registers::compare_field(
        words("vehicle_registration", "Zulassung", "Registration"),
        active ? registered
               : "nicht zugelassen / not registered: " + vehicle->at("registered_until"),
        registered, active));
    return out;
}

std::int64_t length_of(const std::optional<Record>& vehicle) {
    const std::string text = vehicle ? vehicle->at("length_mm") : std::string();
    std::int64_t out = 0;
    std::from_chars(text.data(), text.data() + text.size(), out);
    return out;
}

}  // namespace

Result<Case, DeskError> Desk::apply_company(const ProvenCompany& proven, const std::string& plate,
                                            const std::string& language, keys::UnixSeconds now) {
    Case draft = draft_of(CaseKind::parking, language, now);
    draft.company = Representation{proven.legal_name, proven.identifier, proven.scope};
    draft.stated.family_name = proven.family_name;
    draft.stated.given_name = proven.given_name;
    draft.history.back() = {now, "applicant", "created_for_company", proven.legal_name};
    return apply_permit(std::move(draft), plate, now);
}

void Desk::judge_company(Case& record, keys::UnixSeconds now) const {
    record.state = CaseState::conflict;
    const std::string today = keys::utc_date(now);
    const auto& scopes = parts_.settings.representation.scopes;
    if (std::find(scopes.begin(), scopes.end(), record.company->scope) == scopes.end())
        record.obstacles.emplace_back("rule.scope_missing");
    const auto company = parts_.companies.by_identifier(record.company->identifier);
    if (!company) {
        record.obstacles.emplace_back("rule.company_unknown");
        return;
    }
    record.resident_id = std::string(company_mark) + company->id;
    const registers::FieldWords name{
        "legal_name",          "Firma",
        "Company name",        Corrector::record_keeper,
        "das Registergericht", "the court that keeps the company register"};
    record.comparisons.push_back(registers::compare_field(
        name, company->at("legal_name"), record.company->legal_name,
        registers::fold(company->at("legal_name")) == registers::fold(record.company->legal_name)));
    if (!Companies::company_exists(*company, today))
        record.obstacles.emplace_back("rule.company_ended");
    const auto& codes = parts_.registers.plate_districts();
    const auto read = credential::read_plate(record.plate, {codes.begin(), codes.end()});
    const std::string plate = read ? read->plate.canonical() : record.plate;
    if (!read) record.obstacles.emplace_back("rule.plate_unreadable");
    const auto vehicle = parts_.companies.vehicle(plate);
    auto fleet = compare_fleet(vehicle, plate, company->id, today);
    record.comparisons.insert(record.comparisons.end(), fleet.begin(), fleet.end());
    const auto zone =
        parts_.registers.zone_of(company->at("street_key"), company->at("house_number"));
    if (!zone) {
        record.obstacles.emplace_back("rule.no_zone");
        return;
    }
    const auto held = parts_.cases.list([&](const CaseSummary& other) {
        return other.kind == CaseKind::parking && other.id != record.id &&
               other.resident_id == record.resident_id &&
               (other.granted() || other.state == CaseState::payment) && other.valid_until >= today;
    });
    if (static_cast<std::int64_t>(held.size()) >=
        parts_.settings.representation.permits_per_company)
        record.obstacles.emplace_back("rule.company_permits");
    set_terms(record, *zone, plate, "keeper", length_of(vehicle), now);
    if (!registers::has_difference(record.comparisons) && record.obstacles.empty())
        record.state = CaseState::fresh;
}

std::optional<credential::CredentialContent> Desk::company_content(const Case& record) const {
    const auto company = parts_.companies.company(id_of_company(record));
    if (!company) return std::nullopt;
    // The company, not the person who stood for it.
    const auto permit = permit_of(record, parts_.registers, company->at("legal_name"));
    if (!permit) return std::nullopt;
    return credential::parking_content(*permit, *type_of(CaseKind::parking));
}

std::optional<RegisterEvent> Desk::company_event(const Case& record, keys::UnixSeconds now) const {
    const std::string today = keys::utc_date(now);
    const auto event = [&](const char* what) {
        return RegisterEvent{record.id, record.number, RegisterEvent::Act::revoke, what};
    };
    if (record.permit && record.permit->valid_until < today) return std::nullopt;
    const auto company = parts_.companies.company(id_of_company(record));
    if (!company || !Companies::company_exists(*company, today))
        return event("event.company_ended");
    const auto vehicle =
        record.permit ? parts_.companies.vehicle(record.permit->plate) : std::nullopt;
    const bool its_own = vehicle && vehicle->at("company_id") == company->id &&
                         Companies::vehicle_registered(*vehicle, today);
    if (!its_own) return event("event.vehicle_gone");
    const auto zone =
        parts_.registers.zone_of(company->at("street_key"), company->at("house_number"));
    if (!zone || zone->id != record.permit->zone_id) return event("event.zone_gone");
    return changed_facts(record, now);
}

}  // namespace stadtbuch::agent
