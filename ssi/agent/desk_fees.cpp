// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a decision costs, who has paid, and what waits for it.
#include "ssi/agent/desk.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view invoice_counter = "invoice";

}  // namespace

bool Desk::set_charge(Case& record, const FeeQuestion& question) const {
    if (record.charge) return true;  // there is an invoice: what it says stays
    if (!parts_.fees.knows(question.type)) return true;
    record.charge = parts_.fees.charge(question);
    return record.charge.has_value();
}

std::optional<Charge> Desk::fee_of(const FeeQuestion& question) const {
    if (parts_.fees.knows(question.type)) return parts_.fees.charge(question);
    const auto zone = question.type == CaseKind::parking.id() ? parts_.registers.zone(question.zone)
                                                              : std::nullopt;
    if (!zone) return std::nullopt;
    Charge out;
    out.unit_cents = static_cast<std::int64_t>(zone->fee_cents_per_year);
    out.basis = Charge::Basis::year;
    out.months = question.months;
    out.cents = amount_of(out.unit_cents, out.basis, question.months);
    out.source = zone->legal_source;
    out.in_force_since = zone->valid_from;
    return out;
}

bool Desk::waits_for_payment(const Case& record) const {
    return parts_.settings.payment.before_issuing && record.charge && record.charge->cents > 0 &&
           record.charge->paid_on.empty();
}

/// Draws the number outside of any case's lock: a gap in the numbers is better than a wait for each
/// other.
void Desk::demand_payment(Case& record, keys::UnixSeconds now) {
    if (!record.charge || !record.charge->invoice.empty()) return;
    const auto demand = parts_.payment.demand(
        *record.charge,
        [&] {
            return parts_.cases.draw_number(invoice_counter, parts_.settings.payment.prefix, now);
        },
        now);
    if (!demand) return;
    record.charge->invoice = demand->number;
    record.charge->issued_on = keys::utc_date(now);
    record.charge->due = demand->due;
}

Result<Approval, DeskError> Desk::hold_for_payment(Case record, const std::string& who,
                                                   keys::UnixSeconds now) {
    demand_payment(record, now);
    auto changed = parts_.cases.update(record.id, now, [&](Case& stored, store::Batch&) {
        if (!stored.open()) return false;
        stored.resident_id = record.resident_id;
        stored.comparisons = record.comparisons;
        stored.permit = record.permit;
        stored.valid_from = record.valid_from;
        stored.valid_until = record.valid_until;
        stored.charge = record.charge;
        stored.proposal.reset();
        stored.state = CaseState::payment;
        stored.history.push_back({now, who, "approved_unpaid", record.charge->invoice});
        return true;
    });
    if (!changed) return Failure{DeskError::wrong_state};
    parts_.audit.note(now, who, "approved_unpaid", changed->number);
    return Approval{std::move(*changed), ""};
}

Result<Case, DeskError> Desk::mark_paid(const std::string& id, const std::string& who,
                                        const std::string& paid_on, keys::UnixSeconds now) {
    bool waited = false;
    auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch&) {
        if (!record.charge || !record.charge->is_due()) return false;
        record.charge->paid_on = paid_on;
        waited = record.state == CaseState::payment;
        if (waited) record.state = CaseState::fresh;
        record.history.push_back({now, who, "paid", record.charge->invoice});
        return true;
    });
    if (!changed)
        return Failure{parts_.cases.get(id) ? DeskError::wrong_state : DeskError::unknown_case};
    parts_.audit.note(now, who, "paid", changed->number);
    if (!waited) return std::move(*changed);
    ApproveOptions options;
    options.differences_seen = true;  // whoever approved it has seen them
    auto granted = grant(id, who, options, now);
    if (granted) return std::move(granted).value().record;
    // The register has changed while the money was on its way: a clerk looks again.
    return refresh(id, who, now);
}

Result<Case, DeskError> Desk::cancel_invoice(const std::string& id, const std::string& who,
                                             const std::string& reason, keys::UnixSeconds now) {
    if (reason.empty()) return Failure{DeskError::reason_missing};
    auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch&) {
        // A case that waits for the money is rejected instead: nothing else could become of it.
        if (!record.charge || !record.charge->is_due() || record.state == CaseState::payment)
            return false;
        record.charge->cancelled_on = keys::utc_date(now);
        record.history.push_back({now, who, "invoice_cancelled", reason});
        return true;
    });
    if (!changed)
        return Failure{parts_.cases.get(id) ? DeskError::wrong_state : DeskError::unknown_case};
    parts_.audit.note(now, who, "invoice_cancelled", changed->number);
    return std::move(*changed);
}

}  // namespace stadtbuch::agent
