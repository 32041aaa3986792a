// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/txn.hpp"

#include <atomic>

#include "ssi/ledger/state_keys.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/msgpack.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

namespace {
std::atomic<std::uint64_t> serialised_count{0};
}  // namespace

using encoding::Array;
using encoding::Object;
using encoding::Value;

std::optional<Ledger> ledger_of_type(std::string_view type) {
    struct Row {
        std::string_view type;
        Ledger ledger;
    };

    static constexpr Row rows[] = {
        {txn_type::nym, Ledger::domain},
        {txn_type::attrib, Ledger::domain},
        {txn_type::schema, Ledger::domain},
        {txn_type::claim_def, Ledger::domain},
        {txn_type::revoc_reg_entry, Ledger::domain},
        {txn_type::revoc_reg_def, Ledger::domain},
        {"200", Ledger::domain},
        {"201", Ledger::domain},
        {"202", Ledger::domain},
        {"203", Ledger::domain},
        {"204", Ledger::domain},
        {"205", Ledger::domain},
        {txn_type::node, Ledger::pool},
        {txn_type::taa, Ledger::config},
        {txn_type::taa_aml, Ledger::config},
        {txn_type::taa_disable, Ledger::config},
        {txn_type::pool_upgrade, Ledger::config},
        {txn_type::node_upgrade, Ledger::config},
        {txn_type::pool_config, Ledger::config},
        {txn_type::auth_rule, Ledger::config},
        {txn_type::auth_rules, Ledger::config},
        {txn_type::ledgers_freeze, Ledger::config},
        {txn_type::flag, Ledger::config},
        {txn_type::audit, Ledger::audit},
    };
    for (const Row& row : rows) {
        if (row.type == type) return row.ledger;
    }
    return std::nullopt;
}

std::string_view TxnView::text(std::string_view member) const {
    const Value* value = data->find(member);
    return value != nullptr && value->text() != nullptr ? std::string_view(*value->text())
                                                        : std::string_view();
}

std::optional<TxnView> view_txn(const Value& txn) {
    const Value* payload = txn.find("txn");
    const Value* place = txn.find("txnMetadata");
    if (payload == nullptr || place == nullptr || !place->is_object()) return std::nullopt;
    const Value* type = payload->find("type");
    const Value* data = payload->find("data");
    const Value* metadata = payload->find("metadata");
    if (type == nullptr || type->text() == nullptr || data == nullptr || !data->is_object())
        return std::nullopt;
    if (metadata == nullptr || !metadata->is_object()) return std::nullopt;
    TxnView view;
    view.type = *type->text();
    view.data = data->object();
    view.metadata = metadata->object();
    if (const Value* from = metadata->find("from"); from != nullptr && from->text() != nullptr)
        view.from = *from->text();
    view.payload_version = payload->text_at("ver");
    view.has_version = payload->find("ver") != nullptr;
    if (const Value* seq_no = place->find("seqNo"); seq_no != nullptr) {
        view.seq_no = seq_no->unsigned_integer().value_or(0);
    }
    if (const Value* time = place->find("txnTime"); time != nullptr) view.time = time->integer();
    return view;
}

namespace {

Object request_metadata(const Request& request) {
    Object metadata;
    if (request.identifier) metadata.set("from", *request.identifier);
    metadata.set("reqId", request.req_id_given());
    const auto copy = [&](const char* member) {
        const Value* value = request.value.find(member);
        if (value != nullptr && !value->is_null()) metadata.set(member, *value);
    };
    copy("taaAcceptance");
    metadata.set("digest", request.digest);
    metadata.set("payloadDigest", request.payload_digest);
    copy("endorser");
    return metadata;
}

Object signature_object(const Request& request) {
    Object out;
    if (request.signatures.empty()) return out;
    Array values;
    values.reserve(request.signatures.size());
    for (const auto& [did, signature] : request.signatures) {
        values.push_back(Object{{"from", did}, {"value", signature}});
    }
    out.set("type", "ED25519");
    out.set("values", std::move(values));
    return out;
}

bool is_truthy(const Value* value) {
    return value != nullptr && !value->is_null() && value->integer() != std::int64_t{0};
}

}  // namespace

std::optional<std::string> normalized_raw(std::string_view raw) {
    const auto parsed = encoding::parse_python_json(raw);
    if (!parsed) return std::nullopt;
    return encoding::canonical_json(*parsed);
}

Value make_txn(const Request& request, std::int64_t time, std::uint64_t seq_no) {
    Object data;
    const Value* version = nullptr;
    for (const encoding::Member& member : request.operation()) {
        if (member.key == "type") continue;
        if (member.key == "ver") {
            version = &member.value;
            continue;
        }
        data.members().push_back(member);
    }
    if (request.type == txn_type::attrib) {
        if (Value* raw = data.find("raw"); raw != nullptr && raw->text() != nullptr) {
            if (auto text = normalized_raw(*raw->text())) *raw = Value(std::move(*text));
        }
    }
    Object payload;
    payload.set("type", request.type);
    payload.set("data", std::move(data));
    if (const Value* protocol = request.value.find("protocolVersion"); is_truthy(protocol)) {
        payload.set("protocolVersion", *protocol);
    }
    payload.set("metadata", request_metadata(request));
    if (version != nullptr && !version->is_null()) {
        payload.set("ver", *version);
    } else if (request.type == txn_type::taa) {
        payload.set("ver", "2");
    }
    Value txn = Object{{"txn", std::move(payload)}};
    Object place;
    const auto view_place = Value(Object{{"seqNo", seq_no}});
    txn.object()->set("txnMetadata", view_place);
    const auto view = view_txn(txn);
    if (view) {
        std::string text;
        const bool is_raw = request.type == txn_type::attrib && !view->text("raw").empty();
        if (is_raw) text = std::string(view->text("raw"));
        if (auto id = txn_id(*view, is_raw ? &text : nullptr)) place.set("txnId", std::move(*id));
    }
    place.set("txnTime", time);
    place.set("seqNo", seq_no);
    txn.object()->set("txnMetadata", std::move(place));
    txn.object()->set("reqSignature", signature_object(request));
    txn.object()->set("ver", "1");
    return txn;
}

std::optional<std::string> txn_id(const TxnView& txn, const std::string* attribute_text) {
    if (txn.type == txn_type::nym) return encoding::hex_encode(hash::sha256(txn.text("dest")));
    if (txn.type == txn_type::attrib) return attrib_key_of(txn, attribute_text);
    if (txn.type == txn_type::schema) return schema_key_of(txn);
    if (txn.type == txn_type::claim_def) return claim_def_key_of(txn);
    if (txn.type == txn_type::revoc_reg_def) return revoc_reg_def_key_of(txn);
    if (txn.type == txn_type::revoc_reg_entry) return revoc_entry_key(txn.text("revocRegDefId"));
    if (is_rich_schema(txn.type)) return std::string(txn.text("id"));
    return std::nullopt;
}

bool to_stored(Value& txn, std::optional<AttributeText>& attribute) {
    attribute.reset();
    Value* payload = txn.find("txn");
    if (payload == nullptr || payload->text_at("type") != txn_type::attrib) return true;
    Value* data = payload->find("data");
    if (data == nullptr) return true;
    for (const char* member : {"raw", "enc"}) {
        Value* value = data->find(member);
        if (value == nullptr || value->text() == nullptr || value->text()->empty()) continue;
        std::string text = *value->text();
        if (member == std::string_view("raw")) {
            auto normalized = normalized_raw(text);
            if (!normalized) return false;
            text = std::move(*normalized);
        }
        const Hash32 hash = hash::sha256(text);
        *value = Value(encoding::hex_encode(hash));
        attribute = AttributeText{hash, std::move(text)};
        return true;
    }
    return true;
}

void to_expanded(Value& txn, const AttributeLookup& lookup) {
    Value* payload = txn.find("txn");
    if (payload == nullptr || payload->text_at("type") != txn_type::attrib) return;
    Value* data = payload->find("data");
    if (data == nullptr) return;
    for (const char* member : {"raw", "enc"}) {
        Value* value = data->find(member);
        if (value == nullptr || value->text() == nullptr || value->text()->size() != 64) continue;
        const auto bytes = encoding::hex_decode(*value->text());
        if (!bytes) continue;
        if (auto text = lookup(hash32_of(*bytes))) *value = Value(std::move(*text));
    }
}

std::uint64_t transactions_serialised() {
    return serialised_count.load(std::memory_order_relaxed);
}

Bytes leaf_bytes(const Value& stored_txn) {
    serialised_count.fetch_add(1, std::memory_order_relaxed);
    return encoding::msgpack_encode(stored_txn);
}

void make_audit_keys_integer(Value& txn) {
    Value* payload = txn.find("txn");
    Value* data = payload == nullptr ? nullptr : payload->find("data");
    if (data == nullptr) return;
    for (const char* member : {"ledgerSize", "ledgerRoot", "stateRoot"}) {
        Value* map = data->find(member);
        if (map != nullptr && map->is_object()) map->object()->integer_keys = true;
    }
}

namespace {

/// The leaf is exactly these four members (§3.1).
bool has_envelope(const Value& txn) {
    const Object* object = txn.object();
    if (object == nullptr || object->size() != 4) return false;
    return object->contains("txn") && object->contains("txnMetadata") &&
           object->contains("reqSignature") && object->contains("ver");
}

bool is_decimal(std::string_view text) {
    if (text.empty() || text.size() > 18) return false;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
    }
    return text.size() == 1 || text[0] != '0';
}

bool audit_keys_are_numbers(const Value& txn) {
    const Value* data = txn.find("txn")->find("data");
    for (const char* member : {"ledgerSize", "ledgerRoot", "stateRoot"}) {
        const Value* map = data->find(member);
        if (map == nullptr || !map->is_object()) return false;
        for (const encoding::Member& entry : *map->object()) {
            if (!is_decimal(entry.key)) return false;
        }
    }
    return true;
}

}  // namespace

std::optional<Value> txn_from_json(Ledger ledger, std::string_view json) {
    auto parsed = encoding::parse_ujson(json);
    if (!parsed || !has_envelope(*parsed)) return std::nullopt;
    const auto view = view_txn(*parsed);
    if (!view || ledger_of_type(view->type) != ledger) return std::nullopt;
    if (ledger == Ledger::audit) {
        if (!audit_keys_are_numbers(*parsed)) return std::nullopt;
        make_audit_keys_integer(*parsed);
    }
    return std::move(*parsed);
}

}  // namespace stadtbuch::ledger
