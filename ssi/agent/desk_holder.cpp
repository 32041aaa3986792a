// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What people may do with their own credentials, and how long the office keeps what it knows
// (credentials §9).
#include <algorithm>

#include "ssi/agent/desk.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::int64_t day_s = 86400;

keys::UnixSeconds end_of_day(const std::string& day) {
    return keys::unix_of_date(std::stoi(day.substr(0, 4)), std::stoi(day.substr(5, 2)),
                              std::stoi(day.substr(8, 2))) +
           day_s;
}

bool granted(const Case& record) {
    return record.state == CaseState::offered || record.state == CaseState::issued;
}

/// What the register says, as if the person had typed it.
registers::StatedPerson stated_by_register(const registers::Resident& resident,
                                           const registers::Residence& home) {
    return {resident.family_name, resident.given_name, resident.birthdate, "",
            home.street,          home.house_number,   home.postal_code,   home.locality};
}

}  // namespace

std::string Desk::known_as(const ProvenResidence& proven) const {
    const registers::StatedPerson& person = proven.person;
    const std::string* needed[] = {&person.family_name, &person.given_name, &person.birthdate,
                                   &person.street, &person.house_number};
    if (std::any_of(std::begin(needed), std::end(needed),
                    [](const std::string* text) { return text->empty(); })) {
        return {};
    }
    std::string found;
    for (const registers::Resident& one :
         parts_.registers.find_residents(person.family_name, person.given_name, person.birthdate)) {
        const bool lived_there = std::any_of(
            one.residences.begin(), one.residences.end(), [&](const registers::Residence& home) {
                return !registers::has_difference(registers::compare(one, &home, person));
            });
        if (!lived_there) continue;
        if (!found.empty()) return {};
        found = one.id;
    }
    return found;
}

std::vector<Case> Desk::cases_of(const std::string& resident_id) const {
    std::vector<Case> out;
    if (resident_id.empty()) return out;
    const auto summaries = parts_.cases.list([&](const CaseSummary& one) {
        return (one.resident_id == resident_id || is_about(one, resident_id)) &&
               one.state != CaseState::closed;
    });
    for (const CaseSummary& one : summaries) {
        auto record = parts_.cases.get(one.id);
        if (!record) continue;
        // A typed application may be a stranger's who has nearly the same name.
        const bool decided = granted(*record) || record->state == CaseState::revoked;
        if (decided || record->proven) out.push_back(*std::move(record));
    }
    std::reverse(out.begin(), out.end());
    return out;
}

bool Desk::ends_soon(const Case& record, keys::UnixSeconds now) {
    return record.permit && record.permit->valid_from <= keys::utc_date(now) &&
           record.permit->valid_until <= keys::utc_date(now + renewal_days * day_s);
}

Result<Case, DeskError> Desk::renew(const std::string& id, const std::string& who,
                                    keys::UnixSeconds now) {
    const auto held = parts_.cases.get(id);
    if (!held) return Failure{DeskError::unknown_case};
    if (!granted(*held)) return Failure{DeskError::wrong_state};
    if (ends_soon(*held, now)) return next_permit(*held, who, now);
    ApproveOptions options;
    options.with_code = false;
    auto again = offer_again(id, who, options, now);
    if (!again) return Failure{again.error()};
    return std::move(again).value().record;
}

Case Desk::renewal_draft(const Case& held, const registers::Resident& resident,
                         const registers::Residence& home, keys::UnixSeconds now) const {
    Case draft;
    draft.kind = held.kind;
    draft.language = held.language;
    draft.proven = true;
    draft.stated = stated_by_register(resident, home);
    draft.plate = held.permit ? held.permit->plate : held.plate;
    draft.resident_id = held.resident_id;
    draft.renews = held.id;
    draft.due_at = answer_due(now);
    judge(draft, now);
    return draft;
}

Result<Case, DeskError> Desk::next_permit(const Case& held, const std::string& who,
                                          keys::UnixSeconds now) {
    const auto resident = parts_.registers.resident(held.resident_id);
    const auto* home = resident ? resident->current_residence(keys::utc_date(now)) : nullptr;
    if (home == nullptr) return Failure{DeskError::nobody_found};
    // Two renewals at once must not make two cases.
    const auto next = parts_.cases.alone("grants", [&]() -> std::optional<Case> {
        const auto there = parts_.cases.list([&](const CaseSummary& one) {
            return one.renews == held.id &&
                   (one.open() || one.granted() || one.state == CaseState::payment);
        });
        if (!there.empty()) return parts_.cases.get(there.front().id);
        Case draft = renewal_draft(held, *resident, *home, now);
        draft.history.push_back({now, who, "renewal_asked", held.number});
        return create(std::move(draft), now);
    });
    if (!next) return Failure{DeskError::unknown_case};
    const Case& created = *next;
    if (created.open()) return grant_or_wait(created, now);
    if (created.state == CaseState::payment) return created;
    ApproveOptions options;
    options.with_code = false;
    auto again = offer_again(created.id, who, options, now);
    if (!again) return Failure{again.error()};
    return std::move(again).value().record;
}

keys::UnixSeconds Desk::kept_until(const Case& record) const {
    const RetentionSettings& retention = parts_.settings.retention;
    if (record.state == CaseState::closed) return record.updated_at;
    if (record.open()) return record.updated_at + retention.open_days * day_s;
    keys::UnixSeconds until = record.updated_at + retention.case_days * day_s;
    if (record.state == CaseState::payment) until = record.updated_at + retention.open_days * day_s;
    // An invoice that is not paid needs its debtor.
    if (record.charge && record.charge->is_due())
        until = std::max(until, end_of_day(record.charge->due) + retention.case_days * day_s);
    if (!granted(record)) return until;
    // A permit in force is still needed for plates; a credential that lives must stay revocable.
    until = std::max(until, record.credential_expires_at);
    if (record.permit) until = std::max(until, end_of_day(record.permit->valid_until));
    if (!record.valid_until.empty()) until = std::max(until, end_of_day(record.valid_until));
    return std::max(until, record.offer_expires_at);
}

bool Desk::may_forget_now(const Case& record) {
    const bool over = record.state == CaseState::rejected || record.state == CaseState::revoked;
    // A clerk's proposal waits for the second one: nobody's wish takes it away.
    return (over || (granted(record) && !record.permit)) && !record.proposal &&
           !(record.charge && record.charge->is_due());
}

bool Desk::revocable(const Case& record, keys::UnixSeconds now) {
    return granted(record) ||
           (record.state == CaseState::closed && record.credential_expires_at > now);
}

void Desk::erase_person(Case& record, const std::string& who, store::Batch& batch,
                        keys::UnixSeconds now) const {
    const bool alive = granted(record) && record.credential_expires_at > now;
    record.state = CaseState::closed;
    record.stated = {};
    record.fields.clear();
    record.company.reset();
    record.valid_from.clear();
    record.valid_until.clear();
    record.plate.clear();
    record.resident_id.clear();
    record.candidates.clear();
    record.comparisons.clear();
    record.permit.reset();
    record.reason.clear();
    record.facts.clear();
    record.paper_list.clear();
    record.paper_index = 0;
    record.renews.clear();
    record.proposal.reset();
    for (HistoryLine& line : record.history) line.detail.clear();
    record.history.push_back({now, who, "data_deleted", ""});
    // Revocation after deletion: the entries stay as long as a wallet may hold something.
    if (!alive) forget_entries(record, batch);
}

void Desk::forget_entries(Case& record, store::Batch& batch) const {
    parts_.status.forget_case(record.id, batch);
    record.credential_expires_at = 0;
}

Result<Case, DeskError> Desk::forget_now(const std::string& id, const std::string& who,
                                         keys::UnixSeconds now) {
    auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch& batch) {
        if (!may_forget_now(record)) return false;
        erase_person(record, who, batch, now);
        return true;
    });
    if (!changed) return Failure{DeskError::wrong_state};
    parts_.issuer.cancel_offer(changed->offer_id);  // it holds what has just been deleted
    parts_.audit.note(now, who, "data_deleted", changed->number);
    return std::move(*changed);
}

std::size_t Desk::forget_old(keys::UnixSeconds now) {
    const RetentionSettings& retention = parts_.settings.retention;
    const keys::UnixSeconds shortest = std::min(retention.case_days, retention.open_days) * day_s;
    const auto old = parts_.cases.list([&](const CaseSummary& one) {
        return one.state == CaseState::closed
                   ? one.credential_expires_at != 0 && one.credential_expires_at + day_s < now
                   : one.updated_at + shortest < now;
    });
    std::size_t gone = 0;
    for (const CaseSummary& summary : old) {
        bool person = false;
        const auto changed =
            parts_.cases.update(summary.id, now, [&](Case& record, store::Batch& batch) {
                person = record.state != CaseState::closed;
                if (person && kept_until(record) >= now) return false;
                if (person)
                    erase_person(record, "system", batch, now);
                else
                    forget_entries(record, batch);
                return true;
            });
        if (changed && person) ++gone;
    }
    return gone;
}

}  // namespace stadtbuch::agent
