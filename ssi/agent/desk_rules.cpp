// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the registers say about an application, and what a credential will say (credentials §7).
#include <algorithm>

#include "ssi/agent/desk.hpp"
#include "ssi/agent/permit.hpp"
#include "ssi/credential/parking.hpp"
#include "ssi/credential/residence.hpp"
#include "ssi/keys/digest_text.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

using registers::Residence;
using registers::Resident;

credential::Districts districts_of(const registers::Register& registers) {
    const auto& codes = registers.plate_districts();
    return {codes.begin(), codes.end()};
}

std::string day_after(const std::string& day) {
    return keys::utc_date(keys::unix_of_date(std::stoi(day.substr(0, 4)),
                                             std::stoi(day.substr(5, 2)),
                                             std::stoi(day.substr(8, 2))) +
                          86400);
}

bool fits(const Resident& resident, const registers::StatedPerson& stated,
          const std::string& today) {
    return !registers::has_difference(
        registers::compare(resident, resident.current_residence(today), stated));
}

credential::Residence claims_of(const Resident& resident, const Residence& home,
                                const registers::Town& town) {
    credential::Residence out;
    out.family_name = resident.family_name;
    out.given_name = resident.given_name;
    // Which of several given names is the usual one (BMG §18(1)); of one name there is nothing to
    // say.
    if (resident.given_name_usual != resident.given_name)
        out.given_name_usual = resident.given_name_usual;
    out.academic_title = resident.academic_title;
    out.religious_or_artist_name = resident.religious_or_artist_name;
    out.birthdate = resident.birthdate;
    out.birth_place = resident.birth_place;
    out.birth_country = resident.birth_country;
    out.street_address = home.street + " " + home.house_number;
    out.street_name = home.street;
    out.house_number = home.house_number;
    out.postal_code = home.postal_code;
    out.locality = home.locality;
    out.locality_part = home.locality_part;
    out.addition = home.addition;
    out.street_key = home.street_key;
    out.municipality_key = town.municipality_key;
    out.regional_key = town.regional_key;
    out.residence_kind = std::string(registers::to_text(home.kind));
    out.date_of_moving_in = home.moving_in_date;
    out.issuing_authority = town.authority;
    return out;
}

bool says_municipality_key(const KindDefinition& kind) {
    return std::any_of(kind.claims.begin(), kind.claims.end(), [](const KindClaim& claim) {
        return claim.source == KindClaim::Source::town && claim.from.ends_with("_key");
    });
}

bool counts_as_permit(const CaseSummary& other, const Case& record, const std::string& today) {
    return other.kind == CaseKind::parking && other.id != record.id && other.id != record.renews &&
           other.resident_id == record.resident_id &&
           (other.granted() || other.state == CaseState::payment) && other.valid_until >= today;
}

}  // namespace

std::string last_day(const std::string& first, std::int64_t months) {
    const int year = std::stoi(first.substr(0, 4));
    const int month = std::stoi(first.substr(5, 2));
    const int day = std::stoi(first.substr(8, 2));
    const int count = year * 12 + (month - 1) + static_cast<int>(months);
    // The 31st has no twin in shorter months: the first day of the next month then ends the period.
    const keys::UnixSeconds begin = keys::unix_of_date(count / 12, count % 12 + 1, 1);
    const int next = count + 1;
    const keys::UnixSeconds end_of_month = keys::unix_of_date(next / 12, next % 12 + 1, 1);
    const keys::UnixSeconds twin = begin + static_cast<std::int64_t>(day - 1) * 86400;
    return keys::utc_date(std::min(twin, end_of_month) - 86400);
}

void Desk::choose_resident(Case& record, keys::UnixSeconds now) const {
    const registers::StatedPerson& said = record.stated;
    const std::string today = keys::utc_date(now);
    auto found = parts_.registers.find_residents(said.family_name, said.given_name, said.birthdate);
    // Nobody with all three: the nearest people are candidates for the clerk, never a choice of
    // ours.
    const bool exact = !found.empty();
    if (!exact) found = parts_.registers.find_residents(said.family_name, said.given_name, "");
    if (found.empty())
        found = parts_.registers.find_residents(said.family_name, "", said.birthdate);
    if (exact && found.size() > 1) {
        std::vector<Resident> same_home;
        std::copy_if(found.begin(), found.end(), std::back_inserter(same_home),
                     [&](const Resident& one) { return fits(one, said, today); });
        if (same_home.size() == 1) found = std::move(same_home);
    }
    record.candidates.clear();
    if (exact && found.size() == 1) {
        record.resident_id = found.front().id;
        return;
    }
    for (const Resident& one : found) {
        if (record.candidates.size() < 8) record.candidates.push_back(one.id);
    }
    if (!exact && record.candidates.size() == 1) record.resident_id = record.candidates.front();
}

void Desk::judge(Case& record, keys::UnixSeconds now) const {
    record.comparisons.clear();
    record.obstacles.clear();
    record.permit.reset();
    if (record.charge && record.charge->invoice.empty()) record.charge.reset();
    if (record.company) return judge_company(record, now);
    if (const KindDefinition* kind = parts_.kinds.find(record.kind))
        return judge_kind(record, *kind, now);
    if (record.kind != CaseKind::residence && record.kind != CaseKind::parking) {
        record.state = CaseState::conflict;
        record.obstacles.emplace_back("rule.kind_gone");
        return;
    }
    if (record.resident_id.empty()) choose_resident(record, now);
    const auto resident = parts_.registers.resident(record.resident_id);
    record.state = CaseState::conflict;
    if (!resident) {
        record.obstacles.push_back(record.candidates.empty() ? "rule.resident_unknown"
                                                             : "rule.resident_ambiguous");
        return;
    }
    const std::string today = keys::utc_date(now);
    const Residence* home = resident->current_residence(today);
    record.comparisons = registers::compare(*resident, home, record.stated);
    if (home == nullptr) record.obstacles.emplace_back("rule.moved_away");
    if (record.kind == CaseKind::parking) judge_parking(record, *resident, now);
    if (!registers::has_difference(record.comparisons) && record.obstacles.empty())
        record.state = CaseState::fresh;
}

void Desk::judge_parking(Case& record, const Resident& resident, keys::UnixSeconds now) const {
    const std::string today = keys::utc_date(now);
    const auto read = credential::read_plate(record.plate, districts_of(parts_.registers));
    const std::string plate = read ? read->plate.canonical() : record.plate;
    if (!read) record.obstacles.emplace_back("rule.plate_unreadable");
    auto vehicle = registers::compare_vehicle(parts_.registers, {plate, resident.id}, today);
    record.comparisons.insert(record.comparisons.end(), vehicle.begin(), vehicle.end());
    const Residence* home = resident.current_residence(today);
    if (home == nullptr) return;
    const auto zone = parts_.registers.zone_of(home->street_key, home->house_number);
    if (!zone) {
        record.obstacles.emplace_back("rule.no_zone");
        return;
    }
    if (home->kind == registers::ResidenceKind::secondary && !zone->secondary_residence_eligible) {
        record.obstacles.emplace_back("rule.secondary_residence");
    }
    const auto permits = parts_.cases.list(
        [&](const CaseSummary& other) { return counts_as_permit(other, record, today); });
    if (permits.size() >= zone->permits_per_resident)
        record.obstacles.emplace_back("rule.permit_exists");
    const auto held = parts_.registers.vehicle(plate);
    set_terms(record, *zone, plate, held ? held->relation : "keeper",
              held ? static_cast<std::int64_t>(held->length_mm) : 0, now);
}

void Desk::set_terms(Case& record, const registers::Zone& zone, const std::string& plate,
                     const std::string& relation, std::int64_t length_mm,
                     keys::UnixSeconds now) const {
    PermitTerms terms;
    terms.zone_id = zone.id;
    terms.zone_name = zone.name;
    terms.plate = plate;
    terms.relation = relation;
    terms.valid_from = first_day(record, now);
    terms.valid_until = last_day(terms.valid_from, parts_.settings.permit_months);
    // The fee is the zone's yearly fee for the months granted; registers hold it with its legal
    // source.
    terms.fee_cents =
        static_cast<std::int64_t>(zone.fee_cents_per_year) * parts_.settings.permit_months / 12;
    terms.fee_source = zone.legal_source;
    if (!set_charge(record, {record.kind.id(), zone.id, parts_.settings.permit_months, length_mm,
                             terms.valid_from}))
        record.obstacles.emplace_back("rule.fee_missing");
    if (!record.charge && parts_.settings.payment.invoices)
        record.charge = fee_of({record.kind.id(), zone.id, parts_.settings.permit_months, length_mm,
                                terms.valid_from});
    const auto before = record.renews.empty() ? std::nullopt : parts_.cases.get(record.renews);
    if (before && before->permit && before->state == CaseState::revoked &&
        before->permit->valid_until >= keys::utc_date(now)) {
        // Another zone for a permit that is paid for: it runs as long as the old one would have.
        terms.valid_until = before->permit->valid_until;
        terms.fee_cents = 0;
        if (record.charge && record.charge->invoice.empty()) record.charge->cents = 0;
    } else if (record.charge) {
        terms.fee_cents = record.charge->cents;
        terms.fee_source = record.charge->source;
    }
    record.permit = std::move(terms);
}

std::optional<credential::ParkingPermit> permit_of(const Case& record,
                                                   const registers::Register& registers,
                                                   std::string holder_name) {
    if (!record.permit) return std::nullopt;
    const auto plate = credential::read_plate(record.permit->plate, districts_of(registers));
    if (!plate) return std::nullopt;
    const registers::Town& town = registers.town();
    credential::ParkingPermit permit;
    permit.permit_number = record.number;
    permit.zone_id = record.permit->zone_id;
    permit.zone_name = record.permit->zone_name;
    permit.plates = {plate->plate};
    permit.vehicle_relation = record.permit->relation;
    permit.valid_from = record.permit->valid_from;
    permit.valid_until = record.permit->valid_until;
    permit.municipality_key = town.municipality_key;
    permit.issuing_authority = town.authority;
    permit.holder_name = std::move(holder_name);
    return permit;
}

/// Today, or the day after the permit that this one continues.
std::string Desk::first_day(const Case& record, keys::UnixSeconds now) const {
    const std::string today = keys::utc_date(now);
    const auto before = record.renews.empty() ? std::nullopt : parts_.cases.get(record.renews);
    const bool runs = before && before->permit && before->permit->valid_until >= today &&
                      (before->state == CaseState::offered || before->state == CaseState::issued);
    if (!runs) return today;
    return day_after(before->permit->valid_until);
}

std::optional<credential::CredentialContent> Desk::content_of(const Case& record,
                                                              keys::UnixSeconds now) const {
    if (const KindDefinition* kind = parts_.kinds.find(record.kind))
        return kind_content(record, *kind, now);
    if (record.company) return company_content(record);
    const auto resident = parts_.registers.resident(record.resident_id);
    if (!resident) return std::nullopt;
    const registers::Town& town = parts_.registers.town();
    if (record.kind == CaseKind::residence) {
        const Residence* home = resident->current_residence(keys::utc_date(now));
        if (home == nullptr) return std::nullopt;
        return credential::residence_content(claims_of(*resident, *home, town),
                                             *type_of(CaseKind::residence), now);
    }
    const auto permit =
        permit_of(record, parts_.registers, resident->given_name + " " + resident->family_name);
    if (!permit) return std::nullopt;
    return credential::parking_content(*permit, *type_of(CaseKind::parking));
}

std::string Desk::facts_of(const Case& record, keys::UnixSeconds now) const {
    const registers::Town& town = parts_.registers.town();
    const std::string keys = " " + town.municipality_key + " " + town.regional_key;
    if (const KindDefinition* kind = parts_.kinds.find(record.kind)) {
        const std::string digest = kind_facts(record, *kind);
        return digest.empty() || !says_municipality_key(*kind) ? digest : digest + keys;
    }
    if (record.permit) return "permit" + keys;
    if (record.kind != CaseKind::residence) return {};
    const auto person = parts_.registers.resident(record.resident_id);
    const Residence* home = person ? person->current_residence(keys::utc_date(now)) : nullptr;
    if (home == nullptr) return {};
    const encoding::Array said{person->family_name,
                               person->given_name,
                               person->given_name_usual,
                               person->academic_title,
                               person->religious_or_artist_name,
                               person->birthdate,
                               home->street_key,
                               home->street,
                               home->house_number,
                               home->addition,
                               home->postal_code,
                               home->locality,
                               registers::to_text(home->kind)};
    return keys::digest_text(encoding::compact_json(said)) + keys;
}

openid::Decision Desk::decision(const std::string& case_id, keys::UnixSeconds now) {
    openid::Decision out;
    auto record = parts_.cases.get(case_id);
    // A wallet that asks before the nightly comparison: what it holds is void, what it gets is new.
    if (record && !record->open() && follow_facts(*record, now)) record = parts_.cases.get(case_id);
    if (!record) return out;
    if (record->open() || record->state == CaseState::payment) {
        out.state = openid::Decision::State::pending;
        return out;
    }
    if (record->state != CaseState::offered && record->state != CaseState::issued) return out;
    const auto resident = parts_.registers.resident(record->resident_id);
    const std::string today = keys::utc_date(now);
    const KindDefinition* kind = parts_.kinds.find(record->kind);
    const bool entitled = record->company ? !company_event(*record, now)
                          : kind != nullptr
                              ? !kind_event(*record, *kind, now)
                              : resident && resident->current_residence(today) != nullptr;
    const std::string& last = record->permit ? record->permit->valid_until : record->valid_until;
    const bool runs = last.empty() || today <= last;
    auto content = entitled && runs ? content_of(*record, now) : std::nullopt;
    if (!content) return out;
    out.state = openid::Decision::State::granted;
    out.content = *std::move(content);
    out.credential_lifetime_s = credential_lifetime_s(record->kind);
    return out;
}

PlateAnswer Desk::look_up(std::string_view plate, keys::UnixSeconds now) const {
    PlateAnswer out;
    out.plate = std::string(plate);
    const auto read = credential::read_plate(plate, districts_of(parts_.registers));
    out.why = "plate.unreadable";
    if (!read) return out;
    out.plate = read->plate.canonical();
    const std::string key = credential::plate_key(out.plate);
    const std::string today = keys::utc_date(now);
    const auto permits = parts_.cases.list([&](const CaseSummary& one) {
        return one.kind == CaseKind::parking && one.plate_key == key;
    });
    out.why = "plate.unknown";
    for (const CaseSummary& one : permits) {
        const bool granted = one.state == CaseState::offered || one.state == CaseState::issued;
        if (granted && one.valid_from <= today && today <= one.valid_until) {
            out.valid = true;
            out.why = "plate.valid";
            out.zone_id = one.zone_id;
            out.valid_until = one.valid_until;
            break;
        }
        if (one.state == CaseState::revoked)
            out.why = "plate.revoked";
        else if (granted && one.valid_until < today)
            out.why = "plate.expired";
        else if (granted)
            out.why = "plate.not_yet";
    }
    if (const auto zone = parts_.registers.zone(out.zone_id)) out.zone_name = zone->name;
    return out;
}

}  // namespace stadtbuch::agent
