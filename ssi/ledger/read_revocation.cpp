// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// GET_REVOC_REG_DEF, GET_REVOC_REG, GET_REVOC_REG_DELTA (indy-client-protocol §7, §7.2).
#include "ssi/ledger/effects.hpp"
#include "ssi/ledger/python_set.hpp"
#include "ssi/ledger/read_impl.hpp"

namespace stadtbuch::ledger {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

/// One of the two entries of a registry at a time.
struct EntryAt {
    ProvedEntry proved;
    std::optional<Wrapped> entry;
};

EntryAt entry_at(const ReadView::Impl& view, const std::optional<Hash32>& root,
                 const std::string& key) {
    EntryAt out;
    if (!root) return out;
    out.proved = view.proved(*root, key);
    if (out.proved.value) out.entry = unwrapped(*out.proved.value);
    return out;
}

Value or_null(const std::optional<Wrapped>& entry) {
    return entry ? entry->value : Value();
}

std::optional<std::int64_t> time_member(const Request& request, const char* member) {
    const Value* value = request.operation().find(member);
    return value == nullptr ? std::nullopt : value->integer();
}

Value array_of(const std::vector<PythonInt>& list) {
    Array out;
    out.reserve(list.size());
    for (const PythonInt& number : list) out.push_back(number.as_value());
    return out;
}

}  // namespace

/// In the reference's order: clients compare the lists of several nodes.
RevocationDelta revocation_delta(const Value& to, const Value* from, bool by_default) {
    const Value* to_lists = to.find("value");
    const auto list = [](const Value* lists, const char* name) {
        return indices_as_given(lists == nullptr ? nullptr : lists->find(name));
    };
    RevocationDelta delta;
    if (from == nullptr) {
        delta.issued = array_of(list(to_lists, "issued"));
        delta.revoked = array_of(list(to_lists, "revoked"));
        return delta;
    }
    const char* kept = by_default ? "revoked" : "issued";
    const PythonIntSet now(list(to_lists, kept));
    const PythonIntSet before(list(from->find("value"), kept));
    (by_default ? delta.revoked : delta.issued) = array_of(now.difference(before));
    (by_default ? delta.issued : delta.revoked) = array_of(before.difference(now));
    return delta;
}

bool issues_by_default(const Value* definition) {
    const Value* parameters = definition == nullptr ? nullptr : definition->find("value");
    return parameters == nullptr || parameters->text_at("issuanceType") != "ISSUANCE_ON_DEMAND";
}

namespace {

/// The definition of a registry at a time; null when it is not there.
Value definition_at(const ReadView::Impl& view, const Hash32& root, std::string_view id) {
    const auto bytes = view.value(root, id);
    auto definition = bytes ? unwrapped(*bytes) : std::nullopt;
    return definition ? std::move(definition->value) : Value();
}

}  // namespace

ReadResult read_revoc_reg_def(const ReadView::Impl& view, const Request& request) {
    ReadReply reply(request);
    EntryAt found =
        entry_at(view, view.state_root(Ledger::domain), std::string(operation_text(request, "id")));
    reply.set_proof(std::move(found.proved.proof));
    if (found.entry) {
        reply.set_origin(found.entry->seq_no, found.entry->time);
        reply.set_data(std::move(found.entry->value));
    }
    return std::move(reply).result();
}

ReadResult read_revoc_reg(const ReadView::Impl& view, const Request& request) {
    ReadReply reply(request);
    const auto time = time_member(request, "timestamp");
    const auto root = time ? view.root_at(Ledger::domain, *time) : std::nullopt;
    EntryAt found = entry_at(view, root, revoc_accum_key(operation_text(request, "revocRegDefId")));
    reply.set_proof(std::move(found.proved.proof));
    if (found.entry) {
        reply.set_origin(found.entry->seq_no, found.entry->time);
        reply.set_data(std::move(found.entry->value));
    }
    return std::move(reply).result();
}

ReadResult read_revoc_reg_delta(const ReadView::Impl& view, const Request& request) {
    const std::string_view id = operation_text(request, "revocRegDefId");
    const auto from = time_member(request, "from");
    const auto to = time_member(request, "to");
    if (!to) return Failure{read_refusal("Timestamp TO must be given")};
    if (from && *from != 0 && *from > *to) {
        return Failure{read_refusal("Timestamp FROM more then TO: " + std::to_string(*from) +
                                    " > " + std::to_string(*to))};
    }
    const auto root_to = view.root_at(Ledger::domain, *to);
    const auto root_from = from ? view.root_at(Ledger::domain, *from) : std::nullopt;
    EntryAt entry_to = entry_at(view, root_to, revoc_entry_key(id));
    EntryAt accum_to = entry_at(view, root_to, revoc_accum_key(id));
    const EntryAt entry_from = entry_at(view, root_from, revoc_entry_key(id));
    EntryAt accum_from = entry_at(view, root_from, revoc_accum_key(id));

    ReadReply reply(request);
    const bool uses_accum = entry_from.entry.has_value();
    EntryAt& shown = uses_accum ? accum_to : entry_to;
    if (shown.entry) reply.set_origin(shown.entry->seq_no, shown.entry->time);
    reply.set_proof(std::move(shown.proved.proof));
    Object data;
    Object value;
    if (entry_to.entry && accum_to.entry) {
        const Value definition = definition_at(view, *root_to, id);
        RevocationDelta delta =
            revocation_delta(entry_to.entry->value, uses_accum ? &entry_from.entry->value : nullptr,
                             issues_by_default(&definition));
        data.set("revocRegDefId", id);
        data.set("revocDefType", std::string(definition.text_at("revocDefType")));
        data.set("value", Value());  // filled below; the reference puts it before stateProofFrom
        value.set("accum_to", shown.entry->value);
        value.set("issued", std::move(delta.issued));
        value.set("revoked", std::move(delta.revoked));
    } else {
        if (!from) return std::move(reply).result();
        value.set("accum_to", Value());
    }
    // Zero counts as not given, but for the answer about nothing.
    const bool has_entries = entry_to.entry && accum_to.entry;
    if (from && (*from != 0 || !has_entries)) {
        data.set("stateProofFrom",
                 accum_from.proved.proof ? std::move(*accum_from.proved.proof) : Value());
        value.set("accum_from", or_null(accum_from.entry));
    }
    data.set("value", std::move(value));
    reply.set_data(std::move(data));
    return std::move(reply).result();
}

}  // namespace stadtbuch::ledger
