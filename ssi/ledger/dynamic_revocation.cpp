// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// REVOC_REG_DEF and REVOC_REG_ENTRY (indy-ledger-formats §6.6-6.7).
#include "ssi/ledger/dynamic.hpp"
#include "ssi/ledger/effects.hpp"
#include "ssi/ledger/python_set.hpp"
#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

using Indices = std::vector<PythonInt>;

std::string numbers(const Indices& list, char open, char close) {
    std::string out(1, open);
    for (const PythonInt& index : list) {
        if (out.size() > 1) out += ", ";
        out += encoding::python_repr(index.as_value());
    }
    out += close;
    return out;
}

/// The reference prints a set of the transaction's indices, in its order of iteration, and the list
/// in state.
std::string as_set(const Indices& list) {
    return list.empty() ? "set()" : numbers(list, '{', '}');
}

/// `state` is the list as it stands there: a first entry is not sorted.
Verdict refuse_indices(const char* what, const Indices& wrong, const char* how,
                       const Value* state) {
    if (wrong.empty()) return std::nullopt;
    return invalid_request(std::string(what) + " indices from txn: " + as_set(wrong) + how +
                           (state != nullptr ? encoding::python_repr(*state) : "[]"));
}

Verdict check_change(const Value& change, const Value& current, bool by_default) {
    const std::string_view accum = change.text_at("accum");
    const std::string_view previous = change.text_at("prevAccum");
    const std::string_view in_state = current.text_at("accum");
    if (previous != in_state) {
        // The reference means the transaction's prevAccum and prints the one in state (recorded).
        const Value* shown = current.find("prevAccum");
        return invalid_request(
            "The current accumulator value: " + std::string(in_state) +
            " must be equal to the last accumulator value: " +
            (shown == nullptr ? "None" : std::string(current.text_at("prevAccum"))) +
            " in transaction");
    }
    const Indices issued = indices_as_given(change.find("issued"));
    const Indices revoked = indices_as_given(change.find("revoked"));
    if (issued.empty() && revoked.empty()) {
        return invalid_request(
            "Got 'prevAccum' and 'accum' but 'issued' and 'revoked' lists are empty");
    }
    if (accum == previous) {
        return invalid_request(
            "Got equal accum and prev_accum but issued and revoked indices are not empty");
    }
    const Value* list = current.find(by_default ? "revoked" : "issued");
    const Indices now = indices_as_given(list);
    const PythonIntSet present(now);
    if (by_default) {
        if (auto refusal =
                refuse_indices("Issued", PythonIntSet(issued).difference(now),
                               " are not present in the current revoked list from state: ", list)) {
            return refusal;
        }
        return refuse_indices("Revoked", present.intersection(revoked),
                              " are already revoked in current state: ", list);
    }
    if (auto refusal =
            refuse_indices("Revoked", PythonIntSet(revoked).difference(now),
                           " are not present in the current issued list from state: ", list)) {
        return refusal;
    }
    return refuse_indices("Issued", present.intersection(issued),
                          " are already issued in current state: ", list);
}

}  // namespace

Verdict validate_revoc_reg_def(const DynamicContext& context) {
    const bool exists = context.state.has(Ledger::domain, revoc_reg_def_key_of(context.as_txn()));
    if (auto refusal = authorize(context, whole_object(txn_type::revoc_reg_def, exists), true))
        return refusal;
    const std::string_view cred_def = context.text("credDefId");
    if (context.state.has(Ledger::domain, cred_def)) return std::nullopt;
    return invalid_request("There is no any CRED_DEF by path: " + std::string(cred_def));
}

Verdict validate_revoc_reg_entry(const DynamicContext& context) {
    const std::string_view id = context.text("revocRegDefId");
    const auto definition = context.state.get(Ledger::domain, id);
    const auto parsed = definition ? unwrapped(*definition) : std::nullopt;
    if (!parsed)
        return invalid_request("There is no any REVOC_REG_DEF by path: " + std::string(id));

    std::optional<Wrapped> entry;
    if (const auto bytes = context.state.get(Ledger::domain, revoc_entry_key(id)))
        entry = unwrapped(*bytes);
    const bool is_owner = context.author() == id.substr(0, id.find(':'));
    const RuleKey action = whole_object(txn_type::revoc_reg_entry, entry.has_value());
    if (auto refusal = authorize(context, action, is_owner)) return refusal;

    const Value* change = context.member("value");
    if (change == nullptr) return invalid_request("");
    const PythonIntSet issued(indices_as_given(change->find("issued")));
    if (!issued.intersection(indices_as_given(change->find("revoked"))).empty()) {
        return invalid_request("Can not have an index in both 'issued' and 'revoked' lists");
    }
    const Value* current = entry ? entry->value.find("value") : nullptr;
    if (current == nullptr) {
        if (change->find("prevAccum") == nullptr) return std::nullopt;
        return invalid_request("Got 'prevAccum': " + std::string(change->text_at("prevAccum")) +
                               " but there is no previous REVOC_REG_ENTRY");
    }
    const Value* parameters = parsed->value.find("value");
    const bool by_default =
        parameters == nullptr || parameters->text_at("issuanceType") != "ISSUANCE_ON_DEMAND";
    return check_change(*change, *current, by_default);
}

}  // namespace stadtbuch::ledger
