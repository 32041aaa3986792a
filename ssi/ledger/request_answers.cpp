// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// {"op":"REQACK","identifier":id,"reqId":n}                                   indy-client-protocol
// §5.1
// {"op":"REQNACK","identifier":id,"reqId":n,"reason":text}
// {"op":"REJECT","identifier":id,"reqId":n,"reason":text[,"code":null|n]}
// {"op":"REPLY","result":{...}}
#include "ssi/ledger/request.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

std::string opened(std::string_view op, const Value& identifier, const Value& req_id) {
    std::string text = "{\"op\":\"";
    text.append(op).append("\",\"identifier\":").append(encoding::wire_json(identifier));
    text.append(",\"reqId\":").append(encoding::wire_json(req_id));
    return text;
}

}  // namespace

std::string reqack_text(const std::optional<std::string>& identifier, std::uint64_t req_id) {
    return opened("REQACK", identifier ? Value(*identifier) : Value(), Value(req_id)) + "}";
}

std::string reqack_text(const Request& request) {
    return opened("REQACK", Value(request.identifier_or_joined), request.req_id_given()) + "}";
}

std::string reqnack_text(const RequestRefusal& refusal) {
    std::string text = opened("REQNACK", refusal.identifier, refusal.req_id);
    return text.append(",\"reason\":")
        .append(encoding::wire_json(Value(refusal.reason)))
        .append("}");
}

std::string reject_text(const Request& request, const Refusal& refusal) {
    const bool is_action = request.kind == RequestKind::action;
    const Value identifier(request.identifier_or_joined);
    const Value req_id = request.req_id_given();
    const std::string reason = is_action ? unprefixed_reason_text(refusal, identifier, req_id)
                                         : reason_text(refusal, identifier, req_id);
    std::string text = opened("REJECT", identifier, req_id);
    text.append(",\"reason\":").append(encoding::wire_json(Value(reason)));
    if (!is_action) {
        text.append(",\"code\":").append(refusal.code ? std::to_string(*refusal.code) : "null");
    }
    return text + "}";
}

std::string reply_text(const Value& result) {
    constexpr std::string_view head = "{\"op\":\"REPLY\",\"result\":";
    const std::string body = encoding::wire_json(result);
    std::string text;
    text.reserve(head.size() + body.size() + 1);
    return text.append(head).append(body).append("}");
}

}  // namespace stadtbuch::ledger
