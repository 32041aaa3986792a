// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/case_book.hpp"

#include <algorithm>
#include <cstdio>

#include "ssi/credential/plate.hpp"

namespace stadtbuch::agent {

namespace {

CaseSummary summary_of(const Case& record) {
    CaseSummary out;
    out.id = record.id;
    out.number = record.number;
    out.public_token = record.public_token;
    out.kind = record.kind;
    out.state = record.state;
    out.created_at = record.created_at;
    out.updated_at = record.updated_at;
    out.due_at = record.due_at;
    out.assignee = record.assignee;
    out.resident_id = record.resident_id;
    out.differences = registers::has_difference(record.comparisons) || !record.obstacles.empty();
    out.renews = record.renews;
    out.credential_expires_at = record.credential_expires_at;
    out.proposed = record.proposal.has_value();
    if (record.charge) {
        out.invoice = record.charge->invoice;
        if (record.charge->is_due()) out.invoice_due = record.charge->due;
    }
    if (record.permit) {
        out.plate_key = credential::plate_key(record.permit->plate);
        out.zone_id = record.permit->zone_id;
        out.valid_from = record.permit->valid_from;
        out.valid_until = record.permit->valid_until;
    } else {
        out.valid_from = record.valid_from;
        out.valid_until = record.valid_until;
    }
    return out;
}

}  // namespace

CaseBook::CaseBook(Database& database, keys::RandomSource& random)
    : database_(database), random_(random) {
    if (database_.shared()) {
        static_cast<void>(catch_up());
        return;
    }
    database_.scan("c", [&](std::string_view, std::string_view value) {
        if (const auto record = case_from_json(value)) remember(*record);
        return true;
    });
}

std::string CaseBook::next_number(const Case& draft, keys::UnixSeconds now) {
    const std::string letter = !draft.number.empty()               ? draft.number
                               : draft.kind == CaseKind::residence ? "W"
                                                                   : "P";
    return draw_number("case", letter, now);
}

std::string CaseBook::draw_number(std::string_view series, const std::string& letters,
                                  keys::UnixSeconds now) {
    // Kept even if the case is not: a gap, never a pair.
    const std::string year = keys::utc_date(now).substr(0, 4);
    const std::string key = "n" + std::string(series) + year;
    const std::uint64_t number = database_.draw(key, [&] {
        const auto held = database_.get(key);
        const std::uint64_t next = held ? from_big_endian(*held) + 1 : 1;
        store::Batch batch;
        put(batch, key, big_endian(next));
        database_.append(batch);
        return next;
    });
    char digits[24];
    std::snprintf(digits, sizeof digits, "%06llu", static_cast<unsigned long long>(number));
    return letters + "-" + year + "-" + digits;
}

Case CaseBook::create(Case draft, keys::UnixSeconds now) {
    draft.id = keys::random_token(random_);
    draft.public_token = keys::random_token(random_);
    draft.number = next_number(draft, now);
    draft.created_at = draft.updated_at = now;
    store::Batch batch;
    put(batch, "c" + draft.id, to_json(draft));
    database_.commit(batch);
    remember(draft);
    return draft;
}

std::optional<Case> CaseBook::get(const std::string& id) const {
    const auto held = database_.get("c" + id);
    if (!held) return std::nullopt;
    return case_from_json(*held);
}

std::optional<Case> CaseBook::by_public_token(std::string_view token) const {
    const Summaries ours = catch_up();
    for (const auto& [id, summary] : ours) {
        if (summary.public_token == token) return get(id);
    }
    std::string id;
    {
        const std::shared_lock guard(guard_);
        const auto found = by_token_.find(token);
        if (found == by_token_.end()) return std::nullopt;
        id = found->second;
    }
    return get(id);
}

std::optional<Case> CaseBook::update(const std::string& id, keys::UnixSeconds now,
                                     const std::function<bool(Case&, store::Batch&)>& change) {
    return database_.locked("c" + id, [&]() -> std::optional<Case> {
        std::optional<Case> record = get(id);
        if (!record) return std::nullopt;
        store::Batch batch;
        if (!change(*record, batch)) return std::nullopt;
        record->updated_at = now;
        put(batch, "c" + id, to_json(*record));
        database_.commit(batch);
        remember(*record);
        return record;
    });
}

void CaseBook::remember(const Case& record) {
    if (!database_.shared()) remember_committed(summary_of(record));
}

void CaseBook::remember_committed(CaseSummary summary) const {
    const std::unique_lock guard(guard_);
    by_token_[summary.public_token] = summary.id;
    summaries_[summary.id] = std::move(summary);
}

CaseBook::Summaries CaseBook::catch_up() const {
    Summaries ours;
    if (!database_.shared()) return ours;
    // One at a time: what is taken in later must not be older.
    const std::lock_guard following(following_);
    database_.follow("c", mark_, [&](std::string_view, std::string_view value, bool own) {
        const auto record = case_from_json(value);
        if (!record) return;
        if (own)
            ours[record->id] = summary_of(*record);
        else
            remember_committed(summary_of(*record));
    });
    return ours;
}

std::vector<CaseSummary> CaseBook::list(
    const std::function<bool(const CaseSummary&)>& wanted) const {
    const Summaries ours = catch_up();
    std::vector<CaseSummary> out;
    for (const auto& [id, summary] : ours) {
        if (wanted(summary)) out.push_back(summary);
    }
    {
        const std::shared_lock guard(guard_);
        for (const auto& [id, summary] : summaries_) {
            if (!ours.contains(id) && wanted(summary)) out.push_back(summary);
        }
    }
    std::sort(out.begin(), out.end(), [](const CaseSummary& a, const CaseSummary& b) {
        return a.created_at != b.created_at ? a.created_at < b.created_at : a.number < b.number;
    });
    return out;
}

std::map<CaseState, std::size_t> CaseBook::counts() const {
    static_cast<void>(catch_up());
    const std::shared_lock guard(guard_);
    std::map<CaseState, std::size_t> out;
    for (const auto& [id, summary] : summaries_) ++out[summary.state];
    return out;
}

}  // namespace stadtbuch::agent
