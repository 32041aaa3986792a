// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/case_book.hpp"

#include <algorithm>
#include <cstdio>
#include <mutex>

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
    if (record.permit) {
        out.plate_key = credential::plate_key(record.permit->plate);
        out.zone_id = record.permit->zone_id;
        out.valid_from = record.permit->valid_from;
        out.valid_until = record.permit->valid_until;
    }
    return out;
}

}  // namespace

CaseBook::CaseBook(Database& database, keys::RandomSource& random)
    : database_(database), random_(random) {
    database_.scan("c", [&](std::string_view, std::string_view value) {
        if (const auto record = case_from_json(value)) remember(*record);
        return true;
    });
}

std::string CaseBook::next_number(CaseKind kind, keys::UnixSeconds now) {
    // Under the lock of "number"; the number is committed before the case, so a crash leaves a gap,
    // never a pair.
    const std::string year = keys::utc_date(now).substr(0, 4);
    const std::string key = "ncase" + year;
    const auto guard = database_.lock(key);
    const auto held = database_.get(key);
    const std::uint64_t number = held ? from_big_endian(*held) + 1 : 1;
    store::Batch batch;
    put(batch, key, big_endian(number));
    database_.append(batch);
    char digits[24];
    std::snprintf(digits, sizeof digits, "%06llu", static_cast<unsigned long long>(number));
    return std::string(kind == CaseKind::residence ? "W-" : "P-") + year + "-" + digits;
}

Case CaseBook::create(Case draft, keys::UnixSeconds now) {
    draft.id = keys::random_token(random_);
    draft.public_token = keys::random_token(random_);
    draft.number = next_number(draft.kind, now);
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
    const auto guard = database_.lock("c" + id);
    std::optional<Case> record = get(id);
    if (!record) return std::nullopt;
    store::Batch batch;
    if (!change(*record, batch)) return std::nullopt;
    record->updated_at = now;
    put(batch, "c" + id, to_json(*record));
    database_.commit(batch);
    remember(*record);
    return record;
}

void CaseBook::remember(const Case& record) {
    const std::unique_lock guard(guard_);
    summaries_[record.id] = summary_of(record);
    by_token_[record.public_token] = record.id;
}

std::vector<CaseSummary> CaseBook::list(
    const std::function<bool(const CaseSummary&)>& wanted) const {
    std::vector<CaseSummary> out;
    {
        const std::shared_lock guard(guard_);
        for (const auto& [id, summary] : summaries_) {
            if (wanted(summary)) out.push_back(summary);
        }
    }
    std::sort(out.begin(), out.end(), [](const CaseSummary& a, const CaseSummary& b) {
        return a.created_at != b.created_at ? a.created_at < b.created_at : a.number < b.number;
    });
    return out;
}

std::map<CaseState, std::size_t> CaseBook::counts() const {
    const std::shared_lock guard(guard_);
    std::map<CaseState, std::size_t> out;
    for (const auto& [id, summary] : summaries_) ++out[summary.state];
    return out;
}

}  // namespace stadtbuch::agent
