// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/case.hpp"

#include <algorithm>
#include <array>

#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;

constexpr std::size_t kind_id_max = 32;
constexpr std::array<std::string_view, 9> state_names{
    "new", "waiting", "conflict", "offered", "issued", "rejected", "revoked", "closed", "payment"};
constexpr std::array<std::string_view, 3> basis_names{"year", "month", "permit"};
constexpr std::array<std::string_view, 5> agreement_names{
    "equal", "equal_folded", "different", "missing_in_register", "missing_in_application"};
constexpr std::array<std::string_view, 6> corrector_names{
    "none",           "registration_office", "identity_document_office",
    "vehicle_office", "applicant",           "record_keeper"};

template <class Enum, std::size_t N>
Enum enum_of(const std::array<std::string_view, N>& names, std::string_view text) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == text) return static_cast<Enum>(i);
    }
    return Enum{};
}

std::string text_at(const Value& value, std::string_view key) {
    return std::string(value.text_at(key));
}

std::int64_t number_at(const Value& value, std::string_view key) {
    const Value* found = value.find(key);
    return found == nullptr ? 0 : found->integer().value_or(0);
}

bool flag_at(const Value& value, std::string_view key) {
    const Value* found = value.find(key);
    return found != nullptr && found->boolean().value_or(false);
}

Object stated_to_value(const registers::StatedPerson& stated) {
    return Object{
        {"family_name", stated.family_name}, {"given_name", stated.given_name},
        {"birthdate", stated.birthdate},     {"birth_family_name", stated.birth_family_name},
        {"street", stated.street},           {"house_number", stated.house_number},
        {"postal_code", stated.postal_code}, {"locality", stated.locality}};
}

registers::StatedPerson stated_from_value(const Value& value) {
    return {text_at(value, "family_name"), text_at(value, "given_name"),
            text_at(value, "birthdate"),   text_at(value, "birth_family_name"),
            text_at(value, "street"),      text_at(value, "house_number"),
            text_at(value, "postal_code"), text_at(value, "locality")};
}

std::vector<registers::FieldComparison> comparisons_from_value(const Value& value) {
    std::vector<registers::FieldComparison> out;
    if (value.array() == nullptr) return out;
    for (const Value& line : *value.array()) {
        registers::FieldComparison c;
        c.field = text_at(line, "field");
        c.label_de = text_at(line, "label_de");
        c.label_en = text_at(line, "label_en");
        c.register_value = text_at(line, "register");
        c.applicant_value = text_at(line, "applicant");
        c.agreement = enum_of<registers::Agreement>(agreement_names, line.text_at("agreement"));
        c.corrector = enum_of<registers::Corrector>(corrector_names, line.text_at("corrector"));
        c.explanation_de = text_at(line, "explanation_de");
        c.explanation_en = text_at(line, "explanation_en");
        out.push_back(std::move(c));
    }
    return out;
}

Array texts_to_value(const std::vector<std::string>& texts) {
    return Array(texts.begin(), texts.end());
}

std::vector<std::string> texts_from_value(const Value* value) {
    std::vector<std::string> out;
    if (value == nullptr || value->array() == nullptr) return out;
    for (const Value& entry : *value->array()) {
        if (entry.text() != nullptr) out.push_back(*entry.text());
    }
    return out;
}

Object permit_to_value(const PermitTerms& permit) {
    return Object{{"zone_id", permit.zone_id},       {"zone_name", permit.zone_name},
                  {"plate", permit.plate},           {"relation", permit.relation},
                  {"valid_from", permit.valid_from}, {"valid_until", permit.valid_until},
                  {"fee_cents", permit.fee_cents},   {"fee_source", permit.fee_source}};
}

PermitTerms permit_from_value(const Value& value) {
    PermitTerms out;
    out.zone_id = text_at(value, "zone_id");
    out.zone_name = text_at(value, "zone_name");
    out.plate = text_at(value, "plate");
    out.relation = text_at(value, "relation");
    out.valid_from = text_at(value, "valid_from");
    out.valid_until = text_at(value, "valid_until");
    out.fee_cents = number_at(value, "fee_cents");
    out.fee_source = text_at(value, "fee_source");
    return out;
}

Object fields_to_value(const registers::StatedFields& fields) {
    Object out;
    for (const auto& [column, said] : fields) out.set(column, said);
    return out;
}

registers::StatedFields fields_from_value(const Value* value) {
    registers::StatedFields out;
    if (value == nullptr || value->object() == nullptr) return out;
    for (const auto& member : *value->object()) {
        if (member.value.text() != nullptr) out[std::string(member.key)] = *member.value.text();
    }
    return out;
}

Object charge_to_value(const Charge& charge) {
    return Object{{"cents", charge.cents},
                  {"unit_cents", charge.unit_cents},
                  {"basis", basis_names[static_cast<std::size_t>(charge.basis)]},
                  {"months", charge.months},
                  {"length_mm", charge.length_mm},
                  {"source", charge.source},
                  {"in_force_since", charge.in_force_since},
                  {"invoice", charge.invoice},
                  {"issued_on", charge.issued_on},
                  {"due", charge.due},
                  {"paid_on", charge.paid_on},
                  {"cancelled_on", charge.cancelled_on}};
}

Charge charge_from_value(const Value& value) {
    Charge out;
    out.cents = number_at(value, "cents");
    out.unit_cents = number_at(value, "unit_cents");
    out.basis = enum_of<Charge::Basis>(basis_names, value.text_at("basis"));
    out.months = number_at(value, "months");
    out.length_mm = number_at(value, "length_mm");
    out.source = text_at(value, "source");
    out.in_force_since = text_at(value, "in_force_since");
    out.invoice = text_at(value, "invoice");
    out.issued_on = text_at(value, "issued_on");
    out.due = text_at(value, "due");
    out.paid_on = text_at(value, "paid_on");
    out.cancelled_on = text_at(value, "cancelled_on");
    return out;
}

Array history_to_value(const std::vector<HistoryLine>& history) {
    Array out;
    for (const HistoryLine& line : history) {
        out.emplace_back(Object{
            {"at", line.at}, {"who", line.who}, {"what", line.what}, {"detail", line.detail}});
    }
    return out;
}

std::vector<HistoryLine> history_from_value(const Value* value) {
    std::vector<HistoryLine> out;
    if (value == nullptr || value->array() == nullptr) return out;
    for (const Value& line : *value->array()) {
        out.push_back({number_at(line, "at"), text_at(line, "who"), text_at(line, "what"),
                       text_at(line, "detail")});
    }
    return out;
}

Object proposal_to_value(const Proposal& proposal) {
    return Object{{"act", proposal.act},
                  {"who", proposal.who},
                  {"at", proposal.at},
                  {"reason", proposal.reason},
                  {"resident_id", proposal.resident_id},
                  {"differences_seen", proposal.differences_seen}};
}

Proposal proposal_from_value(const Value& value) {
    return {text_at(value, "act"),         text_at(value, "who"),
            number_at(value, "at"),        text_at(value, "reason"),
            text_at(value, "resident_id"), flag_at(value, "differences_seen")};
}

void read_offer(const Value& value, Case& out) {
    out.offer_id = text_at(value, "offer_id");
    out.offer_link = text_at(value, "offer_link");
    out.offer_expires_at = number_at(value, "offer_expires_at");
    out.offer_has_code = flag_at(value, "offer_has_code");
    out.issued_at = number_at(value, "issued_at");
    out.credential_expires_at = number_at(value, "credential_expires_at");
    out.credentials = number_at(value, "credentials");
    out.wallet_event = text_at(value, "wallet_event");
    out.renews = text_at(value, "renews");
    out.facts = text_at(value, "facts");
    out.paper_list = text_at(value, "paper_list");
    if (const Value* index = value.find("paper_index"))
        out.paper_index = index->unsigned_integer().value_or(0);
}

}  // namespace

std::string_view to_text(const CaseKind& kind) {
    return kind.id();
}

bool is_kind_id(std::string_view text) {
    if (text.empty() || text.size() > kind_id_max || text[0] < 'a' || text[0] > 'z') return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

std::string_view to_text(CaseState state) {
    return state_names[static_cast<std::size_t>(state)];
}

std::optional<CaseKind> kind_of(std::string_view text) {
    if (!is_kind_id(text)) return std::nullopt;
    return CaseKind(std::string(text));
}

std::optional<CaseState> state_of(std::string_view text) {
    for (std::size_t i = 0; i < state_names.size(); ++i) {
        if (state_names[i] == text) return static_cast<CaseState>(i);
    }
    return std::nullopt;
}

Array comparisons_to_value(const std::vector<registers::FieldComparison>& list) {
    Array out;
    for (const registers::FieldComparison& c : list) {
        out.emplace_back(
            Object{{"field", c.field},
                   {"label_de", c.label_de},
                   {"label_en", c.label_en},
                   {"register", c.register_value},
                   {"applicant", c.applicant_value},
                   {"agreement", agreement_names[static_cast<std::size_t>(c.agreement)]},
                   {"corrector", corrector_names[static_cast<std::size_t>(c.corrector)]},
                   {"explanation_de", c.explanation_de},
                   {"explanation_en", c.explanation_en}});
    }
    return out;
}

std::string to_json(const Case& record) {
    Object out{{"id", record.id},
               {"number", record.number},
               {"public_token", record.public_token},
               {"kind", to_text(record.kind)},
               {"state", to_text(record.state)},
               {"created_at", record.created_at},
               {"updated_at", record.updated_at},
               {"due_at", record.due_at},
               {"assignee", record.assignee},
               {"language", record.language},
               {"proven", record.proven},
               {"stated", stated_to_value(record.stated)},
               {"plate", record.plate},
               {"resident_id", record.resident_id},
               {"candidates", texts_to_value(record.candidates)},
               {"comparisons", comparisons_to_value(record.comparisons)},
               {"obstacles", texts_to_value(record.obstacles)},
               {"reason", record.reason},
               {"offer_id", record.offer_id},
               {"offer_link", record.offer_link},
               {"offer_expires_at", record.offer_expires_at},
               {"offer_has_code", record.offer_has_code},
               {"issued_at", record.issued_at},
               {"credential_expires_at", record.credential_expires_at},
               {"credentials", record.credentials},
               {"wallet_event", record.wallet_event},
               {"renews", record.renews},
               {"facts", record.facts},
               {"paper_list", record.paper_list},
               {"paper_index", record.paper_index},
               {"history", history_to_value(record.history)}};
    if (record.proposal) out.set("proposal", proposal_to_value(*record.proposal));
    if (!record.fields.empty()) out.set("fields", fields_to_value(record.fields));
    if (!record.identified_by.empty()) out.set("identified_by", record.identified_by);
    if (!record.valid_from.empty()) out.set("valid_from", record.valid_from);
    if (!record.valid_until.empty()) out.set("valid_until", record.valid_until);
    if (record.company) {
        out.set("company", Object{{"legal_name", record.company->legal_name},
                                  {"identifier", record.company->identifier},
                                  {"scope", record.company->scope}});
    }
    if (record.charge) out.set("charge", charge_to_value(*record.charge));
    if (record.permit) out.set("permit", permit_to_value(*record.permit));
    return encoding::compact_json(out);
}

std::optional<Case> case_from_json(std::string_view json) {
    const auto parsed = encoding::parse_json(json);
    if (!parsed || parsed->object() == nullptr) return std::nullopt;
    const Value& value = *parsed;
    const auto kind = kind_of(value.text_at("kind"));
    const auto state = state_of(value.text_at("state"));
    if (!kind || !state) return std::nullopt;
    Case out;
    out.id = text_at(value, "id");
    out.number = text_at(value, "number");
    out.public_token = text_at(value, "public_token");
    out.kind = *kind;
    out.state = *state;
    out.created_at = number_at(value, "created_at");
    out.updated_at = number_at(value, "updated_at");
    out.due_at = number_at(value, "due_at");
    out.assignee = text_at(value, "assignee");
    out.language = text_at(value, "language");
    out.proven = flag_at(value, "proven");
    out.identified_by = text_at(value, "identified_by");
    if (const Value* stated = value.find("stated")) out.stated = stated_from_value(*stated);
    out.plate = text_at(value, "plate");
    out.resident_id = text_at(value, "resident_id");
    out.candidates = texts_from_value(value.find("candidates"));
    if (const Value* list = value.find("comparisons"))
        out.comparisons = comparisons_from_value(*list);
    out.obstacles = texts_from_value(value.find("obstacles"));
    out.fields = fields_from_value(value.find("fields"));
    out.valid_from = text_at(value, "valid_from");
    out.valid_until = text_at(value, "valid_until");
    if (const Value* company = value.find("company")) {
        out.company = Representation{text_at(*company, "legal_name"),
                                     text_at(*company, "identifier"), text_at(*company, "scope")};
    }
    if (const Value* charge = value.find("charge")) out.charge = charge_from_value(*charge);
    if (const Value* permit = value.find("permit")) out.permit = permit_from_value(*permit);
    if (const Value* proposal = value.find("proposal"))
        out.proposal = proposal_from_value(*proposal);
    out.reason = text_at(value, "reason");
    read_offer(value, out);
    out.history = history_from_value(value.find("history"));
    return out;
}

}  // namespace stadtbuch::agent
