// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The registers change under decided cases: people move, cars are sold, zones are drawn anew. What
// follows from it needs no clerk, and stands in the case's history.
#include <algorithm>

#include "ssi/agent/desk.hpp"
#include "ssi/agent/texts.hpp"
#include "ssi/keys/digest_text.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

bool is_vehicle_field(const std::string& field) {
    return field == "licence_plate" || field.starts_with("vehicle_");
}

bool vehicle_differs(const std::vector<registers::FieldComparison>& lines) {
    std::vector<registers::FieldComparison> about_it;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(about_it),
                 [](const auto& line) { return is_vehicle_field(line.field); });
    return registers::has_difference(about_it);
}

/// Of Case::facts.
struct FactParts {
    std::string_view digest, keys;
};

FactParts parts_of(std::string_view facts) {
    const std::size_t end = std::min(facts.find(' '), facts.size());
    return {facts.substr(0, end), facts.substr(end)};
}

std::string_view reason_for(const RegisterEvent& event) {
    return event.what == "event.company_ended"  ? "reason.company_ended"
           : event.what == "event.record_ended" ? "reason.record_ended"
           : event.what == "event.moved_away"   ? "reason.moved"
           : event.what == "event.vehicle_gone" ? "reason.vehicle_sold"
                                                : "reason.zone_changed";
}

}  // namespace

std::string digest_of(const std::vector<RegisterEvent>& events) {
    encoding::Array lines;
    for (const RegisterEvent& event : events)
        lines.emplace_back(encoding::Array{event.case_id, event.what});
    return keys::digest_text(encoding::compact_json(lines));
}

std::optional<RegisterEvent> Desk::vehicle_event(const Case& record, keys::UnixSeconds now) const {
    // Somebody looked at a vehicle that the register knows differently, and granted the permit all
    // the same: that is not undone here.
    if (vehicle_differs(record.comparisons)) return std::nullopt;
    const auto today = registers::compare_vehicle(
        parts_.registers, {record.permit->plate, record.resident_id}, keys::utc_date(now));
    if (!registers::has_difference(today)) return std::nullopt;
    return RegisterEvent{record.id, record.number, RegisterEvent::Act::revoke,
                         "event.vehicle_gone"};
}

std::optional<RegisterEvent> Desk::event_of(const Case& record, keys::UnixSeconds now) const {
    using Act = RegisterEvent::Act;
    const std::string today = keys::utc_date(now);
    if (const KindDefinition* kind = parts_.kinds.find(record.kind))
        return kind_event(record, *kind, now);
    if (record.company) return company_event(record, now);
    if (type_of(record.kind) == nullptr) return std::nullopt;  // its register is not read any more
    const auto resident = parts_.registers.resident(record.resident_id);
    const registers::Residence* home = resident ? resident->current_residence(today) : nullptr;
    const auto event = [&](Act act, const char* what) {
        return RegisterEvent{record.id, record.number, act, what};
    };
    if (home == nullptr) return event(Act::revoke, "event.moved_away");
    if (!record.permit) return changed_facts(record, now);
    if (record.permit->valid_until < today) return std::nullopt;
    if (auto gone = vehicle_event(record, now)) return gone;
    const auto zone = parts_.registers.zone_of(home->street_key, home->house_number);
    if (!zone) return event(Act::revoke, "event.zone_gone");
    if (zone->id != record.permit->zone_id) return event(Act::replace, "event.zone_changed");
    return changed_facts(record, now);
}

std::string_view Desk::facts_event(const Case& record, keys::UnixSeconds now) const {
    const std::string today = facts_of(record, now);
    if (record.facts.empty() || today.empty()) return {};
    const FactParts held = parts_of(record.facts);
    const FactParts said = parts_of(today);
    if (held.digest != said.digest) return "event.data_changed";
    // Cases of before the keys were noted have none.
    const bool other_keys = !held.keys.empty() && held.keys != said.keys;
    return other_keys ? "event.municipality_changed" : "";
}

std::optional<RegisterEvent> Desk::changed_facts(const Case& record, keys::UnixSeconds now) const {
    const std::string_view what = facts_event(record, now);
    if (what.empty()) return std::nullopt;
    return RegisterEvent{record.id, record.number, RegisterEvent::Act::refresh, std::string(what)};
}

bool Desk::follow_facts(const Case& record, keys::UnixSeconds now) {
    const std::string_view what = facts_event(record, now);
    return !what.empty() && refresh_credentials(record.id, std::string(what), "system", now);
}

std::vector<RegisterEvent> Desk::register_events(keys::UnixSeconds now) const {
    std::vector<RegisterEvent> out;
    for (const CaseSummary& one :
         parts_.cases.list([](const CaseSummary& summary) { return summary.granted(); })) {
        const auto record = parts_.cases.get(one.id);
        auto event = record ? event_of(*record, now) : std::nullopt;
        if (event) out.push_back(*std::move(event));
    }
    return out;
}

bool Desk::refresh_credentials(const std::string& id, const std::string& what,
                               const std::string& who, keys::UnixSeconds now) {
    std::vector<StatusEntry> entries;
    std::string offer;
    const auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch& batch) {
        const bool granted =
            record.state == CaseState::offered || record.state == CaseState::issued;
        if (!granted) return false;
        entries = parts_.status.entries_of(id);
        parts_.status.revoke(entries, batch);
        parts_.status.forget_case(id, batch);  // void for good; the next credentials have others
        record.paper_list.clear();             // what was printed is void, too
        record.paper_index = 0;
        offer = record.offer_id;
        record.state = CaseState::offered;
        record.offer_expires_at = now;
        record.facts = facts_of(record, now);
        follow_days(record);
        record.credential_expires_at = 0;
        record.credentials = 0;
        record.history.push_back({now, who, what, ""});
        return true;
    });
    if (!changed) return false;
    parts_.status.applied(entries);
    parts_.issuer.cancel_offer(offer);  // it would give what was true yesterday
    parts_.audit.note(now, who, what, changed->number);
    return true;
}

bool Desk::apply_event(const RegisterEvent& event, const std::string& who, keys::UnixSeconds now) {
    if (event.act == RegisterEvent::Act::refresh)
        return refresh_credentials(event.case_id, event.what, who, now);
    const auto before = parts_.cases.get(event.case_id);
    if (!before) return false;
    parts_.audit.note(now, who, event.what, event.number);
    const auto ended = end(event.case_id, who, CaseState::revoked,
                           reason_in_their_language(reason_for(event), event.case_id), now);
    if (!ended) return false;
    if (event.act == RegisterEvent::Act::revoke) return true;
    const auto resident = parts_.registers.resident(before->resident_id);
    const auto* home = resident ? resident->current_residence(keys::utc_date(now)) : nullptr;
    if (home == nullptr) return true;
    Case draft = renewal_draft(*ended, *resident, *home, now);
    draft.history.push_back({now, who, event.what, event.number});
    const Case created = create(std::move(draft), now);
    // Granted at once when the rules hold; the citizen fetches it from "Meine Nachweise".
    (void)grant_or_wait(created, now);
    return true;
}

std::size_t Desk::apply_events(const std::vector<RegisterEvent>& events, const std::string& who,
                               keys::UnixSeconds now) {
    std::size_t done = 0;
    for (const RegisterEvent& event : events) done += apply_event(event, who, now) ? 1U : 0U;
    return done;
}

}  // namespace stadtbuch::agent
