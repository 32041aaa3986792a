// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// decode(): wire text to message. Grammar: one JSON object with a text member `op`; further members
// as in plenum-consensus §3, unknown ones are tolerated. PROPAGATE and CATCHUP_REP keep texts
// inside them untouched.
#include <algorithm>

#include "consensus/messages/fields.hpp"
#include "consensus/messages/messages.hpp"
#include "consensus/messages/reader.hpp"
#include "consensus/messages/scan.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::consensus::messages {
namespace {

using encoding::Value;

constexpr std::size_t name_max = 256;
constexpr std::size_t digest_max = 512;
constexpr std::size_t json_depth_max = 12;
constexpr std::size_t request_depth_max = encoding::nesting_max;

std::optional<std::uint64_t> parse_number(std::string_view text) {
    if (text.empty() || text.size() > 15 || (text.size() > 1 && text[0] == '0'))
        return std::nullopt;
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

Result<Message, WireError> read_catchup_rep(const std::vector<RawMember>& members,
                                            const DecodeLimits& limits) {
    CatchupRep m;
    const auto ledger = parse_number(raw_value(members, "ledgerId"));
    if (!ledger || *ledger > 3) return Failure{WireError::bad_field};
    m.ledger = static_cast<LedgerId>(*ledger);
    const auto txns = scan_object(raw_value(members, "txns"), limits.bytes_max);
    if (!txns) return Failure{WireError::bad_field};
    for (const RawMember& txn : *txns) {
        const auto seq_no = parse_number(txn.key);
        if (!seq_no || txn.value.empty() || txn.value[0] != '{')
            return Failure{WireError::bad_field};
        m.txns.emplace_back(*seq_no, std::string(txn.value));
    }
    std::sort(m.txns.begin(), m.txns.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto proof = encoding::parse_json(raw_value(members, "consProof"),
                                            {limits.bytes_max, json_depth_max, false});
    if (!proof) return Failure{WireError::bad_field};
    const Value wrapped{encoding::Object{{"consProof", *proof}}};
    Reader r(wrapped);
    m.cons_proof = r.hashes("consProof", 256);
    if (!r.good()) return Failure{r.error()};
    return Message{std::move(m)};
}

Result<Propagate, WireError> read_propagate(const std::vector<RawMember>& members,
                                            const DecodeLimits& limits) {
    Propagate m;
    const std::string_view request = raw_value(members, "request");
    if (request.empty()) return Failure{WireError::missing_field};
    if (request[0] != '{') return Failure{WireError::bad_field};
    m.request = std::string(request);
    const std::string_view client = raw_value(members, "senderClient");
    if (client.empty() || client == "null") return m;
    const auto text = encoding::parse_json(client, {limits.bytes_max, 1, false});
    if (!text || text->text() == nullptr || text->text()->size() > name_max)
        return Failure{WireError::bad_field};
    m.sender_client = *text->text();
    return m;
}

std::optional<RequestedType> requested_type(std::string_view text) {
    if (text == "LEDGER_STATUS") return RequestedType::ledger_status;
    if (text == "CONSISTENCY_PROOF") return RequestedType::consistency_proof;
    if (text == "PREPREPARE") return RequestedType::pre_prepare;
    if (text == "PREPARE") return RequestedType::prepare;
    if (text == "COMMIT") return RequestedType::commit;
    if (text == "PROPAGATE") return RequestedType::propagate;
    if (text == "VIEW_CHANGE") return RequestedType::view_change;
    if (text == "NEW_VIEW") return RequestedType::new_view;
    return std::nullopt;
}

RequestedParams read_params(Reader& outer, RequestedType type) {
    RequestedParams p;
    const Value* value = outer.required("params");
    if (value == nullptr) return p;
    Reader r(*value);
    switch (type) {
        case RequestedType::ledger_status:
            p.ledger = r.ledger("ledgerId");
            break;
        case RequestedType::consistency_proof:
            p.ledger = r.ledger("ledgerId");
            p.seq_no_start = r.number("seqNoStart");
            p.seq_no_end = r.number("seqNoEnd");
            break;
        case RequestedType::pre_prepare:
        case RequestedType::prepare:
        case RequestedType::commit:
            p.inst_id = r.number("instId");
            p.view_no = r.number("viewNo");
            p.pp_seq_no = r.number("ppSeqNo");
            break;
        case RequestedType::propagate:
            p.digest = r.text("digest", digest_max);
            break;
        case RequestedType::view_change:
            p.inst_id = r.number("instId");
            p.name = r.text("name", name_max);
            p.digest = r.text("digest", digest_max);
            break;
        case RequestedType::new_view:
            p.inst_id = r.number("instId");
            p.view_no = r.number("viewNo");
            break;
    }
    if (!r.good()) outer.fail(r.error());
    return p;
}

struct TypedParams {
    RequestedType type = RequestedType::ledger_status;
    RequestedParams params;
};

TypedParams read_typed_params(Reader& r) {
    TypedParams out;
    const auto type = requested_type(r.text("msg_type", name_max));
    if (!type) {
        r.fail(WireError::bad_field);
        return out;
    }
    out.type = *type;
    out.params = read_params(r, *type);
    return out;
}

MessageResponse::Content read_content(Reader& inner, RequestedType type,
                                      const DecodeLimits& limits) {
    switch (type) {
        case RequestedType::ledger_status:
            return read_ledger_status(inner);
        case RequestedType::consistency_proof:
            return read_consistency_proof(inner);
        case RequestedType::pre_prepare:
            return read_pre_prepare(inner, limits);
        case RequestedType::prepare:
            return read_prepare(inner);
        case RequestedType::commit:
            return read_commit(inner);
        case RequestedType::view_change:
            return read_view_change(inner, limits);
        case RequestedType::new_view:
            return read_new_view(inner, limits);
        case RequestedType::propagate:
            break;
    }
    return std::monostate{};
}

Result<Message, WireError> read_response(const Value& object, const std::vector<RawMember>& members,
                                         const DecodeLimits& limits) {
    MessageResponse m;
    Reader r(object);
    TypedParams head = read_typed_params(r);
    if (!r.good()) return Failure{r.error()};
    m.type = head.type;
    m.params = std::move(head.params);
    const Value* content = r.optional("msg");
    if (content == nullptr) return Message{std::move(m)};
    if (m.type == RequestedType::propagate) {
        const auto inner = scan_object(raw_value(members, "msg"), limits.members_max);
        if (!inner) return Failure{WireError::bad_field};
        auto propagate = read_propagate(*inner, limits);
        if (!propagate) return Failure{propagate.error()};
        m.content = std::move(propagate).value();
        return Message{std::move(m)};
    }
    Reader inner(*content);
    m.content = read_content(inner, m.type, limits);
    if (!inner.good()) return Failure{inner.error()};
    return Message{std::move(m)};
}

bool is_ignored(std::string_view op) {
    static constexpr std::string_view ops[] = {"OBSERVED_DATA",
                                               "ORDERED",
                                               "BATCH_COMMITTED",
                                               "CURRENT_STATE",
                                               "VIEW_CHANGE_DONE",
                                               "ViewChangeStart",
                                               "ViewChangeContinue",
                                               "POOL_LEDGER_TXNS",
                                               "BLACKLIST",
                                               "REPLY",
                                               "REQACK",
                                               "REQNACK",
                                               "REJECT",
                                               "BATCH"};
    return std::find(std::begin(ops), std::end(ops), op) != std::end(ops);
}

/// The types whose whole content is read from the parsed form; nullopt for an unknown `op`.
std::optional<Message> read_plain(Reader& r, std::string_view op, const DecodeLimits& limits) {
    if (op == "PREPREPARE") return read_pre_prepare(r, limits);
    if (op == "PREPARE") return read_prepare(r);
    if (op == "COMMIT") return read_commit(r);
    if (op == "CHECKPOINT") return read_checkpoint(r);
    if (op == "INSTANCE_CHANGE") return read_instance_change(r);
    if (op == "BACKUP_INSTANCE_FAULTY") return read_backup_faulty(r, limits);
    if (op == "VIEW_CHANGE") return read_view_change(r, limits);
    if (op == "VIEW_CHANGE_ACK") return read_view_change_ack(r);
    if (op == "NEW_VIEW") return read_new_view(r, limits);
    if (op == "OLD_VIEW_PREPREPARE_REQ") return read_old_view_req(r, limits);
    if (op == "OLD_VIEW_PREPREPARE_REP") return read_old_view_rep(r, limits);
    if (op == "LEDGER_STATUS") return read_ledger_status(r);
    if (op == "CONSISTENCY_PROOF") return read_consistency_proof(r);
    if (op == "CATCHUP_REQ") return read_catchup_req(r);
    if (op == "MESSAGE_REQUEST") {
        TypedParams head = read_typed_params(r);
        return MessageRequest{head.type, std::move(head.params)};
    }
    return std::nullopt;
}

std::string_view op_text(const std::vector<RawMember>& members) {
    const std::string_view raw = raw_value(members, "op");
    if (raw.size() < 3 || raw.front() != '"' || raw.back() != '"') return {};
    return raw.substr(1, raw.size() - 2);
}

WireError shape_error(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\n\r");
    if (first == std::string_view::npos) return WireError::not_json;
    if (text[first] == '{') return WireError::not_json;
    return encoding::parse_json(text) ? WireError::not_an_object : WireError::not_json;
}

}  // namespace

std::string_view to_text(WireError error) {
    switch (error) {
        case WireError::too_large:
            return "too large";
        case WireError::not_json:
            return "not JSON";
        case WireError::not_an_object:
            return "not an object";
        case WireError::no_op:
            return "no op";
        case WireError::ignored_op:
            return "op without meaning here";
        case WireError::unknown_op:
            return "unknown op";
        case WireError::missing_field:
            return "missing field";
        case WireError::bad_field:
            return "bad field";
        case WireError::too_many:
            return "too many elements";
    }
    return "";
}

Result<Message, WireError> decode(std::string_view text, const DecodeLimits& limits) {
    if (text.size() > limits.bytes_max) return Failure{WireError::too_large};
    const auto members = scan_object(text, limits.members_max);
    if (!members) return Failure{shape_error(text)};
    const std::string_view op = op_text(*members);
    if (op.empty()) return Failure{WireError::no_op};
    if (is_ignored(op)) return Failure{WireError::ignored_op};

    if (op == "PROPAGATE") {
        auto propagate = read_propagate(*members, limits);
        if (!propagate) return Failure{propagate.error()};
        return Message{std::move(propagate).value()};
    }
    if (op == "CATCHUP_REP") return read_catchup_rep(*members, limits);
    const std::size_t depth = op == "MESSAGE_RESPONSE" ? request_depth_max : json_depth_max;
    const auto object = encoding::parse_ujson(text, {limits.bytes_max, depth, false});
    if (!object) return Failure{WireError::not_json};
    if (op == "MESSAGE_RESPONSE") return read_response(*object, *members, limits);

    Reader reader(*object);
    auto message = read_plain(reader, op, limits);
    if (!message) return Failure{WireError::unknown_op};
    if (!reader.good()) return Failure{reader.error()};
    return std::move(*message);
}

Propagate* carried_propagate(Message& message) {
    if (auto* propagate = std::get_if<Propagate>(&message)) return propagate;
    if (auto* response = std::get_if<MessageResponse>(&message))
        return std::get_if<Propagate>(&response->content);
    return nullptr;
}

bool looks_like_batch(std::string_view text) {
    return text.substr(0, 13) == "{\"op\":\"BATCH\"";
}

Result<std::vector<std::string>, WireError> decode_batch(std::string_view text,
                                                         const DecodeLimits& limits) {
    if (text.size() > limits.bytes_max) return Failure{WireError::too_large};
    const auto object = encoding::parse_json(text, {limits.bytes_max, json_depth_max, false});
    if (!object) return Failure{WireError::not_json};
    if (object->text_at("op") != "BATCH") return Failure{WireError::unknown_op};
    Reader reader(*object);
    auto messages = reader.texts("messages", limits.batch_messages_max, limits.bytes_max);
    if (!reader.good()) return Failure{reader.error()};
    return messages;
}

}  // namespace stadtbuch::consensus::messages
