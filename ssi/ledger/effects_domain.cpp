// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/effects.hpp"

#include <algorithm>

#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::ledger {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

Value text_or_null(const std::optional<std::string_view>& text) {
    return text ? Value(*text) : Value();
}

Value time_value(const TxnView& txn) {
    return txn.time ? Value(*txn.time) : Value();
}

std::optional<std::string> text_of_member(const Object& object, std::string_view member) {
    const Value* value = object.find(member);
    if (value == nullptr || value->text() == nullptr) return std::nullopt;
    return *value->text();
}

/// New: identifier = author, role and verkey null; then what the operation holds overwrites (§6.2).
bool apply_nym(WorkingState& state, const TxnView& txn) {
    const std::string did(txn.text("dest"));
    if (did.empty()) return false;
    Object value;
    std::optional<Bytes> stored;
    if (state.identity(did)) stored = state.get_nym(did);
    if (stored) {
        auto parsed = encoding::parse_json(text_of(*stored));
        if (!parsed || parsed->object() == nullptr) return false;
        value = std::move(*parsed->object());
    } else {
        value.set("identifier", text_or_null(txn.from));
        value.set("role", Value());
        value.set("verkey", Value());
    }
    for (const char* member : {"role", "verkey", "diddocContent", "version"}) {
        if (const Value* given = txn.find(member)) value.set(member, *given);
    }
    value.set("seqNo", txn.seq_no);
    value.set("txnTime", time_value(txn));
    Identity identity{text_of_member(value, "identifier"), text_of_member(value, "role"),
                      text_of_member(value, "verkey")};
    state.set_nym(did, encoding::canonical_json(std::move(value)), std::move(identity));
    return true;
}

bool apply_attrib(WorkingState& state, const TxnView& txn, const AttributeText* attribute) {
    const std::string* text = attribute != nullptr ? &attribute->text : nullptr;
    const auto key = attrib_key_of(txn, text);
    if (!key) return false;
    const bool is_hash = !txn.text("hash").empty();
    if (!is_hash && attribute == nullptr) return false;
    const std::string val = is_hash ? std::string() : encoding::hex_encode(attribute->hash);
    state.set(Ledger::domain, *key, wrapped(txn.seq_no, txn.time, val));
    if (attribute != nullptr) state.keep_attribute(*attribute);
    return true;
}

bool apply_schema(WorkingState& state, const TxnView& txn) {
    const Value* data = txn.find("data");
    if (data == nullptr || data->object() == nullptr || !txn.from) return false;
    const Value* names = data->find("attr_names");
    if (names == nullptr) return false;
    state.set(Ledger::domain, schema_key_of(txn),
              wrapped(txn.seq_no, txn.time, Object{{"attr_names", *names}}));
    return true;
}

bool apply_claim_def(WorkingState& state, const TxnView& txn) {
    const Value* data = txn.find("data");
    if (data == nullptr || !txn.from) return false;
    state.set(Ledger::domain, claim_def_key_of(txn), wrapped(txn.seq_no, txn.time, *data));
    return true;
}

bool apply_revoc_reg_def(WorkingState& state, const TxnView& txn) {
    if (!txn.from) return false;
    state.set(Ledger::domain, revoc_reg_def_key_of(txn), wrapped(txn.seq_no, txn.time, *txn.data));
    return true;
}

bool apply_revoc_reg_entry(WorkingState& state, const TxnView& txn) {
    const std::string_view id = txn.text("revocRegDefId");
    const Value* change = txn.find("value");
    if (id.empty() || change == nullptr || change->object() == nullptr) return false;
    const auto definition = state.get(Ledger::domain, id);
    if (!definition) return false;
    const auto parsed = unwrapped(*definition);
    if (!parsed) return false;
    const Value* parameters = parsed->value.find("value");
    const bool by_default =
        parameters == nullptr || parameters->text_at("issuanceType") != "ISSUANCE_ON_DEMAND";

    const std::string entry_key = revoc_entry_key(id);
    std::optional<Wrapped> current;
    if (const auto bytes = state.get(Ledger::domain, entry_key)) current = unwrapped(*bytes);
    Value merged =
        merged_revocation(current ? current->value.find("value") : nullptr, *change, by_default);

    Object value = *txn.data;  // whatever the transaction says is kept
    value.set("seqNo", txn.seq_no);
    value.set("txnTime", time_value(txn));
    const Value* accum = merged.find("accum");
    Object accumulator = value;
    accumulator.set("value", Object{{"accum", accum != nullptr ? *accum : Value()}});
    value.set("value", std::move(merged));
    state.set(Ledger::domain, entry_key, wrapped(txn.seq_no, txn.time, std::move(value)));
    state.set(Ledger::domain, revoc_accum_key(id),
              wrapped(txn.seq_no, txn.time, std::move(accumulator)));
    return true;
}

bool apply_rich_schema(WorkingState& state, const TxnView& txn) {
    const std::string id(txn.text("id"));
    if (id.empty()) return false;
    const Value* endorser = txn.metadata->find("endorser");
    const auto member = [&](const char* name) {
        const Value* value = txn.find(name);
        return value != nullptr ? *value : Value();
    };
    Object value{{"content", member("content")},
                 {"endorser", endorser != nullptr ? *endorser : Value()},
                 {"from", text_or_null(txn.from)},
                 {"id", id},
                 {"rsName", member("rsName")},
                 {"rsType", member("rsType")},
                 {"rsVersion", member("rsVersion")},
                 {"ver", txn.payload_version.empty() ? Value() : Value(txn.payload_version)}};
    state.set(Ledger::domain, id, wrapped(txn.seq_no, txn.time, std::move(value)));
    std::string by_name(txn.text("rsType"));
    by_name.append(":").append(txn.text("rsName")).append(":").append(txn.text("rsVersion"));
    state.set(Ledger::domain, by_name, id);
    return true;
}

}  // namespace

std::vector<PythonInt> indices_as_given(const Value* list) {
    std::vector<PythonInt> out;
    if (list == nullptr || list->array() == nullptr) return out;
    out.reserve(list->array()->size());
    for (const Value& item : *list->array()) {
        if (const auto index = PythonInt::of(item)) out.push_back(*index);
    }
    return out;
}

namespace {

/// Sorted, each once: of equal ones the first.
std::vector<PythonInt> index_list(const Value* list) {
    std::vector<PythonInt> out = indices_as_given(list);
    std::stable_sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace

Value merged_revocation(const Value* current, const Value& change, bool by_default) {
    if (current == nullptr) return change;
    const char* kept = by_default ? "revoked" : "issued";
    const char* dropped = by_default ? "issued" : "revoked";
    const auto old = index_list(current->find(kept));
    const auto gone = index_list(change.find(dropped));
    const auto added = index_list(change.find(kept));
    std::vector<PythonInt> rest, all;
    std::set_difference(old.begin(), old.end(), gone.begin(), gone.end(), std::back_inserter(rest));
    std::set_union(rest.begin(), rest.end(), added.begin(), added.end(), std::back_inserter(all));

    // Whatever else the change says is kept.
    Object out = change.object() != nullptr ? *change.object() : Object();
    Array indices;
    indices.reserve(all.size());
    for (const PythonInt& index : all) indices.push_back(index.as_value());
    out.set(kept, std::move(indices));
    out.set(dropped, Array{});
    return out;
}

bool apply_domain_effects(WorkingState& state, const TxnView& txn, const AttributeText* attribute) {
    if (txn.type == txn_type::nym) return apply_nym(state, txn);
    if (txn.type == txn_type::attrib) return apply_attrib(state, txn, attribute);
    if (txn.type == txn_type::schema) return apply_schema(state, txn);
    if (txn.type == txn_type::claim_def) return apply_claim_def(state, txn);
    if (txn.type == txn_type::revoc_reg_def) return apply_revoc_reg_def(state, txn);
    if (txn.type == txn_type::revoc_reg_entry) return apply_revoc_reg_entry(state, txn);
    if (is_rich_schema(txn.type)) return apply_rich_schema(state, txn);
    return false;
}

}  // namespace stadtbuch::ledger
