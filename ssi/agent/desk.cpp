// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Acts of applicants, clerks and wallets on a case. The rules themselves are in desk_rules.cpp.
#include "ssi/agent/desk.hpp"

#include "ssi/credential/plate.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view code_kind = "txcode";

bool decided(CaseState state) {
    return state == CaseState::offered || state == CaseState::issued;
}

}  // namespace

std::string_view to_text(DeskError error) {
    switch (error) {
        case DeskError::unknown_case:
            return "unknown_case";
        case DeskError::wrong_state:
            return "wrong_state";
        case DeskError::nobody_found:
            return "nobody_found";
        case DeskError::differences_remain:
            return "differences_remain";
        case DeskError::obstacles_remain:
            return "obstacles_remain";
        case DeskError::reason_missing:
            return "reason_missing";
        case DeskError::plate_unreadable:
            return "plate_unreadable";
        case DeskError::offer_failed:
            return "offer_failed";
        case DeskError::second_needed:
            return "second_needed";
        case DeskError::plan_outdated:
            return "plan_outdated";
    }
    return "unknown";
}

Desk::Desk(Parts parts) : parts_(parts) {}

std::string_view Desk::way_of(const Case& record, const KindDefinition* kind) {
    if (!record.identified_by.empty()) return "account";
    if (record.company) return "company";
    if (!record.renews.empty()) return "renewal";
    if (!record.proven) return "office";
    // A configured type's application may rest on any credential that its file names.
    if (kind != nullptr) return "presented";
    return record.kind == CaseKind::residence ? "pid" : "residence";
}

void Desk::count(const Case& record, const char* measure, store::Batch& batch,
                 keys::UnixSeconds now) const {
    const std::string day = keys::utc_date(now);
    const std::string way(way_of(record, parts_.kinds.find(record.kind)));
    std::string area = record.permit ? record.permit->zone_id : std::string();
    if (const KindDefinition* kind = parts_.kinds.find(record.kind)) {
        const auto held = record_of(*kind, record.resident_id);
        if (held) area = held->at(kind->area_column);
    } else if (!record.permit) {
        const auto resident = parts_.registers.resident(record.resident_id);
        const auto* home = resident ? resident->current_residence(day) : nullptr;
        if (home != nullptr) area = home->locality_part;
    }
    parts_.statistics.count({day, std::string(to_text(record.kind)), way, area, measure, 0}, batch);
}

Case Desk::create(Case draft, keys::UnixSeconds now) {
    if (const KindDefinition* kind = parts_.kinds.find(draft.kind)) draft.number = kind->prefix;
    Case out = parts_.cases.create(std::move(draft), now);
    store::Batch batch;
    count(out, "applied", batch, now);
    parts_.statistics.append(batch);
    return out;
}

const credential::CredentialType* Desk::type_of(const CaseKind& kind) const {
    for (const credential::CredentialType& type : parts_.issuer.config().types) {
        if (type.id == kind.id()) return &type;
    }
    return nullptr;
}

std::int64_t Desk::credential_lifetime_s(const CaseKind& kind) const {
    const KindDefinition* own = parts_.kinds.find(kind);
    const bool differs = own != nullptr && own->credential_days > 0;
    return (differs ? own->credential_days : parts_.settings.credential_days) * 86400;
}

Case Desk::draft_of(const CaseKind& kind, const std::string& language, keys::UnixSeconds now) {
    Case draft;
    draft.kind = kind;
    draft.language = language;
    draft.due_at = answer_due(now);
    draft.history.push_back({now, "applicant", "created", ""});
    return draft;
}

Case Desk::apply(const CaseKind& kind, const registers::StatedPerson& stated,
                 const std::string& plate, const std::string& language, keys::UnixSeconds now) {
    Case draft = draft_of(kind, language, now);
    draft.stated = stated;
    draft.plate = plate;
    judge(draft, now);
    return create(std::move(draft), now);
}

Result<Case, DeskError> Desk::apply_permit(Case draft, const std::string& plate,
                                           keys::UnixSeconds now) {
    const auto& codes = parts_.registers.plate_districts();
    if (!credential::read_plate(plate, {codes.begin(), codes.end()}))
        return Failure{DeskError::plate_unreadable};
    draft.proven = true;
    draft.plate = plate;
    judge(draft, now);
    return grant_or_wait(create(std::move(draft), now), now);
}

Result<Case, DeskError> Desk::apply_parking(const ProvenResidence& proven, const std::string& plate,
                                            const std::string& language, keys::UnixSeconds now) {
    Case draft = draft_of(CaseKind::parking, language, now);
    draft.stated = proven.person;
    return apply_permit(std::move(draft), plate, now);
}

Result<Case, DeskError> Desk::apply_residence(const ProvenResidence& proven,
                                              const std::string& language, keys::UnixSeconds now) {
    Case draft = draft_of(CaseKind::residence, language, now);
    draft.proven = proven.assured;
    draft.identified_by = proven.account;
    draft.stated = proven.person;
    judge(draft, now);
    const Case record = create(std::move(draft), now);
    return proven.assured ? grant_or_wait(record, now) : record;
}

Result<Case, DeskError> Desk::grant_or_wait(const Case& record, keys::UnixSeconds now) {
    if (record.state == CaseState::conflict) return record;
    ApproveOptions options;
    options.with_code =
        false;  // the screen that shows the offer is the one that presented the proof
    options.offer_lifetime_s = parts_.settings.retention.counter_offer_s;
    auto approval = approve(record.id, "system", options, now);
    if (!approval) return Failure{approval.error()};
    return std::move(approval).value().record;
}

bool Desk::correctable(const Case& record) {
    return record.state == CaseState::waiting ||
           (record.proven && record.state == CaseState::conflict);
}

Result<Case, DeskError> Desk::correct_with(const std::string& id, keys::UnixSeconds now,
                                           const std::function<bool(Case&)>& take) {
    auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch&) {
        if (!correctable(record) || !take(record)) return false;
        record.resident_id.clear();
        record.due_at = answer_due(now);
        record.proposal.reset();  // it was about other data
        record.history.push_back({now, "applicant", "corrected", ""});
        judge(record, now);
        return true;
    });
    if (!changed) return Failure{DeskError::wrong_state};
    return std::move(*changed);
}

Result<Case, DeskError> Desk::correct(const std::string& id, const registers::StatedPerson& stated,
                                      const std::string& plate, keys::UnixSeconds now) {
    return correct_with(id, now, [&](Case& record) {
        if (!record.proven) record.stated = stated;  // what a wallet proved is not typed over
        if (!plate.empty()) record.plate = plate;
        return true;
    });
}

Result<Case, DeskError> Desk::refresh(const std::string& id, const std::string& who,
                                      keys::UnixSeconds now) {
    auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch&) {
        if (!record.open()) return false;
        record.history.push_back({now, who, "compared", ""});
        const CaseState before = record.state;
        judge(record, now);
        if (before == CaseState::waiting) record.state = before;
        return true;
    });
    if (!changed) return Failure{DeskError::wrong_state};
    return std::move(*changed);
}

Result<Case, DeskError> Desk::assign(const std::string& id, const std::string& who,
                                     keys::UnixSeconds now) {
    auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch&) {
        if (!record.open()) return false;
        record.assignee = who;
        record.history.push_back({now, who, "assigned", ""});
        return true;
    });
    if (!changed) return Failure{DeskError::wrong_state};
    return std::move(*changed);
}

Result<Approval, DeskError> Desk::approve(const std::string& id, const std::string& who,
                                          const ApproveOptions& options, keys::UnixSeconds now) {
    if (needs_second("approve", who)) {
        return Failure{
            propose(id, {"approve", who, now, "", options.resident_id, options.differences_seen})};
    }
    return grant(id, who, options, now);
}

Result<Approval, DeskError> Desk::grant(const std::string& id, const std::string& who,
                                        const ApproveOptions& options, keys::UnixSeconds now) {
    return parts_.cases.alone("grants", [&] { return grant_alone(id, who, options, now); });
}

Result<Approval, DeskError> Desk::grant_alone(const std::string& id, const std::string& who,
                                              const ApproveOptions& options,
                                              keys::UnixSeconds now) {
    auto held = parts_.cases.get(id);
    if (!held) return Failure{DeskError::unknown_case};
    if (!held->open()) return Failure{DeskError::wrong_state};
    if (!options.resident_id.empty()) held->resident_id = options.resident_id;
    judge(*held, now);
    if (held->resident_id.empty()) return Failure{DeskError::nobody_found};
    if (registers::has_difference(held->comparisons) && !options.differences_seen) {
        return Failure{DeskError::differences_remain};
    }
    if (!held->obstacles.empty()) return Failure{DeskError::obstacles_remain};
    if (waits_for_payment(*held)) return hold_for_payment(*std::move(held), who, now);
    return make_offer(std::move(*held), who, "approved", options, now);
}

Result<Approval, DeskError> Desk::offer_again(const std::string& id, const std::string& who,
                                              ApproveOptions options, keys::UnixSeconds now) {
    auto held = parts_.cases.get(id);
    if (!held) return Failure{DeskError::unknown_case};
    if (!decided(held->state)) return Failure{DeskError::wrong_state};
    // What is out there says what is no longer so.
    if (follow_facts(*held, now)) held = parts_.cases.get(id);
    parts_.issuer.cancel_offer(held->offer_id);
    if (!options.with_code) options.offer_lifetime_s = parts_.settings.retention.counter_offer_s;
    return make_offer(std::move(*held), who, "offered_again", options, now);
}

Result<Approval, DeskError> Desk::make_offer(Case record, const std::string& who,
                                             const std::string& what, const ApproveOptions& options,
                                             keys::UnixSeconds now) {
    const auto content = content_of(record, now);
    const credential::CredentialType* type = type_of(record.kind);
    if (!content || type == nullptr) return Failure{DeskError::nobody_found};
    openid::OfferRequest request;
    request.configuration_id = type->id;
    request.case_id = record.id;
    request.content = *content;
    request.with_tx_code = options.with_code;
    request.authorization_code = options.authorization_code && options.with_code;
    request.lifetime_s = options.offer_lifetime_s > 0 ? options.offer_lifetime_s
                                                      : parts_.settings.retention.letter_offer_s;
    request.credential_lifetime_s = credential_lifetime_s(record.kind);
    request.tx_code_hint = record.language == "en" ? "The office gives you this code separately."
                                                   : "Diesen Code erhalten Sie getrennt vom Amt.";
    auto offer = parts_.issuer.create_offer(request, now);
    if (!offer) return Failure{DeskError::offer_failed};
    const CaseState before = record.state;
    const std::string facts = facts_of(record, now);
    if (record.open()) demand_payment(record, now);
    auto changed = parts_.cases.update(record.id, now, [&](Case& stored, store::Batch& batch) {
        if (stored.state != before && !(stored.open() && record.open())) return false;
        if (stored.offer_id != record.offer_id) return false;
        stored.resident_id = record.resident_id;
        stored.comparisons = record.comparisons;
        stored.permit = record.permit;
        stored.valid_from = record.valid_from;
        stored.valid_until = record.valid_until;
        stored.facts = facts;
        stored.proposal.reset();
        stored.offer_id = offer->id;
        stored.offer_link = offer->link;
        stored.offer_expires_at = offer->expires_at;
        stored.offer_has_code = !offer->tx_code.empty();
        if (stored.open()) {
            stored.charge = record.charge;
            stored.state = CaseState::offered;
            count(stored, "granted", batch, now);
        }
        stored.history.push_back({now, who, what, ""});
        return true;
    });
    if (!changed) {  // somebody else decided in between: this offer must not be good
        parts_.issuer.cancel_offer(offer->id);
        return Failure{DeskError::wrong_state};
    }
    if (!offer->tx_code.empty())
        parts_.records.put(code_kind, offer->id, offer->tx_code, offer->expires_at);
    parts_.audit.note(now, who, what, record.number);
    return Approval{std::move(*changed), offer->tx_code};
}

std::string Desk::code_of(const Case& record) {
    return parts_.records.get(code_kind, record.offer_id).value_or("");
}

Result<Case, DeskError> Desk::ask_correction(const std::string& id, const std::string& who,
                                             const std::string& reason, keys::UnixSeconds now) {
    if (reason.empty()) return Failure{DeskError::reason_missing};
    auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch&) {
        if (!record.open()) return false;
        record.state = CaseState::waiting;
        record.reason = reason;
        record.history.push_back({now, who, "correction_asked", reason});
        return true;
    });
    if (!changed) return Failure{DeskError::wrong_state};
    parts_.audit.note(now, who, "correction_asked", changed->number);
    return std::move(*changed);
}

Result<Case, DeskError> Desk::reject(const std::string& id, const std::string& who,
                                     const std::string& reason, keys::UnixSeconds now) {
    if (!reason.empty() && needs_second("reject", who))
        return Failure{propose(id, {"reject", who, now, reason, "", false})};
    return end(id, who, CaseState::rejected, reason, now);
}

Result<Case, DeskError> Desk::revoke(const std::string& id, const std::string& who,
                                     const std::string& reason, keys::UnixSeconds now) {
    if (!reason.empty() && needs_second("revoke", who))
        return Failure{propose(id, {"revoke", who, now, reason, "", false})};
    return end(id, who, CaseState::revoked, reason, now);
}

Result<Case, DeskError> Desk::end(const std::string& id, const std::string& who, CaseState state,
                                  const std::string& reason, keys::UnixSeconds now) {
    if (reason.empty()) return Failure{DeskError::reason_missing};
    std::vector<StatusEntry> entries;
    const std::string what = state == CaseState::revoked ? "revoked" : "rejected";
    auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch& batch) {
        const bool undecided = record.open() || record.state == CaseState::payment;
        const bool allowed = state == CaseState::revoked ? revocable(record, now) : undecided;
        if (!allowed) return false;
        // Nothing was given for it: nothing is owed.
        if (record.state == CaseState::payment && record.charge && record.charge->is_due())
            record.charge->cancelled_on = keys::utc_date(now);
        if (state == CaseState::revoked) {
            entries = parts_.status.entries_of(id);
            parts_.status.revoke(entries, batch);
        }
        record.state = state;
        record.reason = reason;
        count(record, what == "revoked" ? "revoked" : "rejected", batch, now);
        record.proposal.reset();
        record.history.push_back({now, who, what, reason});
        return true;
    });
    if (!changed)
        return Failure{parts_.cases.get(id) ? DeskError::wrong_state : DeskError::unknown_case};
    parts_.status.applied(entries);
    if (state == CaseState::revoked) parts_.issuer.cancel_offer(changed->offer_id);
    parts_.audit.note(now, who, what, changed->number);
    return std::move(*changed);
}

void Desk::take_events(const std::vector<openid::IssuerEvent>& events, keys::UnixSeconds now) {
    for (const openid::IssuerEvent& event : events) {
        std::visit([&](const auto& one) { take(one, now); }, event);
    }
}

void Desk::take(const openid::OfferRedeemed& event, keys::UnixSeconds now) {
    (void)parts_.cases.update(event.case_id, now, [&](Case& record, store::Batch&) {
        record.history.push_back({now, "wallet", "offer_opened", ""});
        return true;
    });
}

void Desk::take(const openid::OfferBurnt& event, keys::UnixSeconds now) {
    (void)parts_.cases.update(event.case_id, now, [&](Case& record, store::Batch&) {
        record.history.push_back({now, "wallet", "offer_burnt", ""});
        record.offer_expires_at = now;
        return true;
    });
}

void Desk::take(const openid::CredentialsIssued& event, keys::UnixSeconds now) {
    std::vector<StatusEntry> late;
    (void)parts_.cases.update(event.case_id, now, [&](Case& record, store::Batch& batch) {
        if (record.state == CaseState::offered) {
            record.state = CaseState::issued;
            record.issued_at = now;
        } else if (record.state != CaseState::issued) {
            // Revoked while the wallet was being served: what left just now is void as well.
            for (const auto& reference : event.status) {
                late.push_back({parts_.status.id_of(reference.uri), reference.index});
            }
            parts_.status.revoke(late, batch);
        }
        record.credentials += static_cast<std::int64_t>(event.status.size());
        record.credential_expires_at = std::max(record.credential_expires_at, event.expires_at);
        record.history.push_back(
            {now, "wallet", "credentials_issued", std::to_string(event.status.size())});
        return true;
    });
    parts_.status.applied(late);
}

void Desk::take(const openid::WalletNotified& event, keys::UnixSeconds now) {
    (void)parts_.cases.update(event.case_id, now, [&](Case& record, store::Batch&) {
        if (record.wallet_event == event.event) return false;
        record.wallet_event = event.event;
        record.history.push_back({now, "wallet", event.event, ""});
        return true;
    });
}

}  // namespace stadtbuch::agent
