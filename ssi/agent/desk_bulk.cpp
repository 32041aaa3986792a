// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Two clerks for one act where configured, and acts on many permits with a dry run.
//
// Records: bulk  digest of a plan -> account of the clerk who proposed it
#include <algorithm>

#include "ssi/agent/desk.hpp"
#include "ssi/agent/texts.hpp"
#include "ssi/keys/digest_text.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view plan_kind = "bulk";
constexpr std::int64_t plan_life_s = 86400;

bool is_person(const std::string& who) {
    return who != "system" && who != "applicant" && who != "wallet";
}

std::string digest_of(const BulkPlan& plan) {
    encoding::Array lines;
    for (const BulkLine& line : plan.lines) {
        lines.emplace_back(encoding::Array{line.case_id, line.acts, line.why,
                                           static_cast<std::int64_t>(line.credentials)});
    }
    const encoding::Object whole{{"act", to_text(plan.wish.act)},
                                 {"zone", plan.wish.zone},
                                 {"reason", plan.wish.reason},
                                 {"lines", std::move(lines)}};
    return keys::digest_text(encoding::compact_json(whole));
}

}  // namespace

std::string_view to_text(BulkWish::Act act) {
    return act == BulkWish::Act::renew ? "renew" : "revoke";
}

bool Desk::needs_second(std::string_view act, const std::string& who) const {
    const auto& acts = parts_.settings.four_eyes;
    return is_person(who) && std::find(acts.begin(), acts.end(), act) != acts.end();
}

DeskError Desk::propose(const std::string& id, Proposal proposal) {
    const bool revoking = proposal.act == "revoke";
    const auto changed = parts_.cases.update(id, proposal.at, [&](Case& record, store::Batch&) {
        const bool undecided =
            record.open() || (proposal.act == "reject" && record.state == CaseState::payment);
        if (record.proposal || (revoking ? !revocable(record, proposal.at) : !undecided))
            return false;
        record.history.push_back(
            {proposal.at, proposal.who, "proposed_" + proposal.act, proposal.reason});
        record.proposal = proposal;
        return true;
    });
    if (!changed) return parts_.cases.get(id) ? DeskError::wrong_state : DeskError::unknown_case;
    parts_.audit.note(proposal.at, proposal.who, "proposed_" + proposal.act, changed->number);
    return DeskError::second_needed;
}

Result<Case, DeskError> Desk::confirm(const std::string& id, const std::string& who,
                                      keys::UnixSeconds now) {
    const auto held = parts_.cases.get(id);
    if (!held) return Failure{DeskError::unknown_case};
    if (!held->proposal) return Failure{DeskError::wrong_state};
    const Proposal& proposal = *held->proposal;
    if (proposal.who == who) return Failure{DeskError::second_needed};
    if (proposal.act == "reject") return end(id, who, CaseState::rejected, proposal.reason, now);
    if (proposal.act == "revoke") return end(id, who, CaseState::revoked, proposal.reason, now);
    ApproveOptions options;
    options.resident_id = proposal.resident_id;
    options.differences_seen = proposal.differences_seen;
    auto granted = grant(id, who, options, now);
    if (!granted) return Failure{granted.error()};
    return std::move(granted).value().record;
}

Result<Case, DeskError> Desk::withdraw(const std::string& id, const std::string& who,
                                       keys::UnixSeconds now) {
    auto changed = parts_.cases.update(id, now, [&](Case& record, store::Batch&) {
        if (!record.proposal) return false;
        record.proposal.reset();
        record.history.push_back({now, who, "proposal_withdrawn", ""});
        return true;
    });
    if (!changed) return Failure{DeskError::wrong_state};
    parts_.audit.note(now, who, "proposal_withdrawn", changed->number);
    return std::move(*changed);
}

BulkLine Desk::plan_line(const BulkWish& wish, const Case& record, keys::UnixSeconds now) const {
    BulkLine line{record.id,
                  record.number,
                  record.permit ? record.permit->zone_id : "",
                  parts_.status.entries_of(record.id).size(),
                  true,
                  "bulk.will_revoke"};
    if (wish.act == BulkWish::Act::revoke) return line;
    line.why = "bulk.will_renew";
    const auto leave = [&](std::string why) {
        line.acts = false;
        line.why = std::move(why);
        return line;
    };
    if (!ends_soon(record, now)) return leave("bulk.runs_longer");
    if (record.company) return leave("bulk.company");
    const auto next = parts_.cases.list([&](const CaseSummary& one) {
        return one.renews == record.id &&
               (one.open() || one.granted() || one.state == CaseState::payment);
    });
    if (!next.empty()) return leave("bulk.renewed_already");
    const auto resident = parts_.registers.resident(record.resident_id);
    const auto* home = resident ? resident->current_residence(keys::utc_date(now)) : nullptr;
    if (home == nullptr) return leave("rule.moved_away");
    const Case draft = renewal_draft(record, *resident, *home, now);
    if (!draft.obstacles.empty()) return leave(draft.obstacles.front());
    if (draft.state == CaseState::conflict) return leave("bulk.differs");
    return line;
}

BulkPlan Desk::plan(const BulkWish& wish, keys::UnixSeconds now) const {
    BulkPlan out{wish, {}, 0, {}};
    const std::string today = keys::utc_date(now);
    const auto permits = parts_.cases.list([&](const CaseSummary& one) {
        return one.kind == CaseKind::parking && one.granted() && one.valid_until >= today &&
               (wish.zone.empty() || one.zone_id == wish.zone);
    });
    for (const CaseSummary& one : permits) {
        const auto record = parts_.cases.get(one.id);
        if (!record) continue;
        out.lines.push_back(plan_line(wish, *record, now));
        out.acting += out.lines.back().acts ? 1U : 0U;
    }
    out.digest = digest_of(out);
    return out;
}

std::string Desk::reason_in_their_language(std::string_view word,
                                           const std::string& case_id) const {
    const auto record = parts_.cases.get(case_id);
    const auto language = language_tagged(record ? record->language : std::string());
    return std::string(words_of(word).in(language.value_or(Language::de)));
}

std::string Desk::proposer_of(const std::string& digest) const {
    return parts_.records.get(plan_kind, digest).value_or("");
}

Result<std::size_t, DeskError> Desk::carry_out(const BulkWish& wish, const std::string& digest,
                                               const std::string& who, keys::UnixSeconds now) {
    if (wish.act == BulkWish::Act::revoke && wish.reason.empty())
        return Failure{DeskError::reason_missing};
    const BulkPlan today = plan(wish, now);
    if (today.digest != digest) return Failure{DeskError::plan_outdated};
    const std::string act = "bulk_" + std::string(to_text(wish.act));
    if (needs_second("bulk", who)) {
        const std::string first = proposer_of(digest);
        if (first.empty() || first == who) {
            parts_.records.put(plan_kind, digest, who, now + plan_life_s);
            parts_.audit.note(now, who, "proposed_" + act, wish.zone);
            return Failure{DeskError::second_needed};
        }
    }
    std::size_t done = 0;
    for (const BulkLine& line : today.lines) {
        if (!line.acts) continue;
        const auto changed = wish.act == BulkWish::Act::renew
                                 ? renew(line.case_id, who, now)
                                 : end(line.case_id, who, CaseState::revoked,
                                       reason_in_their_language(wish.reason, line.case_id), now);
        done += changed ? 1U : 0U;
    }
    parts_.audit.note(now, who, act,
                      (wish.zone.empty() ? "" : wish.zone + ": ") + std::to_string(done));
    return done;
}

}  // namespace stadtbuch::agent
