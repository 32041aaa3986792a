// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Cases of types that are configuration: the same way from application to credential, with the
// rules of the type's file (kinds.hpp) instead of ours.
#include <algorithm>
#include <charconv>

#include "ssi/agent/desk.hpp"
#include "ssi/keys/digest_text.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

using encoding::Object;
using encoding::Value;
using registers::Record;

bool is_yes(std::string_view text) {
    const std::string folded = registers::fold(text);
    return folded == "1" || folded == "ja" || folded == "yes" || folded == "true" ||
           folded == "wahr";
}

/// A column's text as the claim's value; nullopt: nothing to say, or no number where one is wanted.
std::optional<Value> value_of(const std::string& text, KindClaim::Format format) {
    if (text.empty()) return std::nullopt;
    if (format == KindClaim::Format::text) return Value(text);
    if (format == KindClaim::Format::boolean) return Value(is_yes(text));
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return Value(number);
}

/// Sets "a.b.c"; the file's reader has seen to it that no part is a value already.
void set_path(Object& object, std::string_view path, Value value) {
    const std::size_t dot = path.find('.');
    const std::string first(path.substr(0, dot));
    if (dot == std::string_view::npos) {
        object.set(first, std::move(value));
        return;
    }
    if (!object.contains(first)) object.set(first, Object{});
    set_path(*object.find(first)->object(), path.substr(dot + 1), std::move(value));
}

std::string town_fact(const registers::Town& town, std::string_view name) {
    if (name == "municipality_key") return town.municipality_key;
    if (name == "regional_key") return town.regional_key;
    if (name == "name") return town.name;
    if (name == "authority") return town.authority;
    return town.district_name;
}

bool rule_holds(const KindRule& rule, const Record& record) {
    const std::string& held = record.at(rule.column);
    if (rule.allowed.empty()) return !held.empty();
    return std::find(rule.allowed.begin(), rule.allowed.end(), held) != rule.allowed.end();
}

/// True if every claim that has to be there finds its value in the record.
bool complete(const KindDefinition& kind, const Record& record) {
    for (std::size_t i = 0; i < kind.claims.size(); ++i) {
        const KindClaim& claim = kind.claims[i];
        const bool needed =
            kind.type.claims[i].mandatory && claim.source == KindClaim::Source::column;
        if (needed && !value_of(record.at(claim.from), claim.format)) return false;
    }
    return true;
}

/// The credential's own last day: the record's, and `months` at most.
std::string last_day_of(const KindDefinition& kind, const Record& record,
                        const std::string& first) {
    std::string out = record.at(kind.layout.valid_until);
    if (kind.months == 0) return out;
    const std::string latest = last_day(first, kind.months);
    return out.empty() ? latest : std::min(out, latest);
}

}  // namespace

std::optional<Record> Desk::record_of(const KindDefinition& kind,
                                      std::string_view resident_id) const {
    const std::string id = record_id_of(kind.kind, resident_id);
    if (id.empty()) return std::nullopt;
    return parts_.kinds.records(kind)->record(id);
}

bool Desk::is_about(const CaseSummary& one, const std::string& resident_id) const {
    const KindDefinition* kind = parts_.kinds.find(one.kind);
    if (kind == nullptr || kind->resident_column.empty()) return false;
    const auto held = record_of(*kind, one.resident_id);
    return held && held->at(kind->resident_column) == resident_id;
}

Case Desk::apply(const KindDefinition& kind, registers::StatedFields stated,
                 const std::string& language, keys::UnixSeconds now) {
    Case draft = draft_of(kind.kind, language, now);
    draft.fields = std::move(stated);
    judge(draft, now);
    return create(std::move(draft), now);
}

Result<Case, DeskError> Desk::apply_proven(const KindDefinition& kind,
                                           registers::StatedFields stated,
                                           const std::string& language, keys::UnixSeconds now) {
    Case draft = draft_of(kind.kind, language, now);
    draft.fields = std::move(stated);
    draft.proven = true;
    judge(draft, now);
    const Case record = create(std::move(draft), now);
    if (!kind.present.instant) return record;
    return grant_or_wait(record, now);
}

Result<Case, DeskError> Desk::correct(const std::string& id, registers::StatedFields stated,
                                      keys::UnixSeconds now) {
    return correct_with(id, now, [&](Case& record) {
        const KindDefinition* kind = parts_.kinds.find(record.kind);
        if (kind == nullptr) return false;
        registers::StatedFields fields = stated;
        if (record.proven) {  // what a wallet proved is not typed over
            for (const auto& claim : kind->present.claims) {
                const auto proven = record.fields.find(claim.column);
                if (proven != record.fields.end()) fields[claim.column] = proven->second;
            }
        }
        record.fields = std::move(fields);
        return true;
    });
}

void Desk::choose_record(Case& record, const KindDefinition& kind) const {
    const auto records = parts_.kinds.records(kind);
    auto found = records->find(record.fields);
    const bool exact = !found.empty();
    if (!exact) found = records->near(record.fields);
    record.candidates.clear();
    if (exact && found.size() == 1) {
        record.resident_id = qualified_record_id(kind.kind, found.front().id);
        return;
    }
    for (const Record& one : found)
        record.candidates.push_back(qualified_record_id(kind.kind, one.id));
    if (!exact && found.size() == 1) record.resident_id = record.candidates.front();
}

void Desk::judge_kind(Case& record, const KindDefinition& kind, keys::UnixSeconds now) const {
    record.valid_from.clear();
    record.valid_until.clear();
    record.state = CaseState::conflict;
    if (record.resident_id.empty()) choose_record(record, kind);
    const auto held = record_of(kind, record.resident_id);
    if (!held) {
        record.obstacles.emplace_back(record.candidates.empty() ? "rule.record_unknown"
                                                                : "rule.record_ambiguous");
        return;
    }
    const auto records = parts_.kinds.records(kind);
    const std::string today = keys::utc_date(now);
    record.comparisons = records->compare(*held, record.fields);
    if (!records->holds(*held, today)) record.obstacles.emplace_back("rule.record_ended");
    for (const KindRule& rule : kind.rules) {
        if (!rule_holds(rule, *held)) record.obstacles.push_back(rule.word);
    }
    if (!complete(kind, *held)) record.obstacles.emplace_back("rule.record_incomplete");
    if (kind.own_days) {
        record.valid_from = today;
        record.valid_until = last_day_of(kind, *held, today);
    }
    if (!set_charge(record, {kind.kind.id(), held->at(kind.area_column), kind.months, 0, today}))
        record.obstacles.emplace_back("rule.fee_missing");
    if (!registers::has_difference(record.comparisons) && record.obstacles.empty())
        record.state = CaseState::fresh;
}

std::optional<credential::CredentialContent> Desk::kind_content(const Case& record,
                                                                const KindDefinition& kind,
                                                                keys::UnixSeconds now) const {
    const auto held = record_of(kind, record.resident_id);
    const bool over = !record.valid_until.empty() && record.valid_until < keys::utc_date(now);
    if (!held || over) return std::nullopt;
    const auto fact = [&](std::string_view name) {
        if (name == "number") return record.number;
        if (name == "valid_from") return record.valid_from;
        if (name == "valid_until") return record.valid_until;
        return keys::utc_date(now);
    };
    Object claims;
    for (const KindClaim& claim : kind.claims) {
        const std::string text = claim.source == KindClaim::Source::column ? held->at(claim.from)
                                 : claim.source == KindClaim::Source::constant ? claim.from
                                 : claim.source == KindClaim::Source::town
                                     ? town_fact(parts_.registers.town(), claim.from)
                                     : fact(claim.from);
        if (auto value = value_of(text, claim.format))
            set_path(claims, claim.path, *std::move(value));
    }
    return credential::CredentialContent{
        kind.type.vct, credential::integrity_of(credential::type_document(kind.type)),
        std::move(claims), kind.type.disclosable()};
}

void Desk::follow_days(Case& record) const {
    const KindDefinition* kind = parts_.kinds.find(record.kind);
    const auto held = kind == nullptr ? std::nullopt : record_of(*kind, record.resident_id);
    if (held && kind->own_days) record.valid_until = last_day_of(*kind, *held, record.valid_from);
}

std::string Desk::kind_facts(const Case& record, const KindDefinition& kind) const {
    const auto held = record_of(kind, record.resident_id);
    if (!held) return {};
    encoding::Array said;
    for (const KindClaim& claim : kind.claims) {
        if (claim.source == KindClaim::Source::column) said.emplace_back(held->at(claim.from));
    }
    if (kind.own_days) said.emplace_back(held->at(kind.layout.valid_until));
    return keys::digest_text(encoding::compact_json(said));
}

std::optional<RegisterEvent> Desk::kind_event(const Case& record, const KindDefinition& kind,
                                              keys::UnixSeconds now) const {
    const auto held = record_of(kind, record.resident_id);
    const bool entitled =
        held && parts_.kinds.records(kind)->holds(*held, keys::utc_date(now)) &&
        std::all_of(kind.rules.begin(), kind.rules.end(),
                    [&](const KindRule& rule) { return rule_holds(rule, *held); });
    if (!entitled)
        return RegisterEvent{record.id, record.number, RegisterEvent::Act::revoke,
                             "event.record_ended"};
    return changed_facts(record, now);
}

}  // namespace stadtbuch::agent
