// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/request.hpp"

#include <algorithm>
#include <atomic>

#include "ssi/ledger/request_counting.hpp"
#include "ssi/ledger/request_signing.hpp"
#include "ssi/ledger/static_checks.hpp"
#include "ssi/ledger/static_python.hpp"
#include "ssi/ledger/static_schemas.hpp"
#include "ssi/ledger/types.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

std::atomic<std::uint64_t> parsed_count{0};
std::atomic<std::uint64_t> signature_check_count{0};

/// The member, or null if it is absent.
Value member_or_null(const Value& object, std::string_view key) {
    const Value* value = object.find(key);
    return value ? *value : Value();
}

std::string joined_signers(const Value& object) {
    const Value* signatures = object.find("signatures");
    if (!signatures || !signatures->is_object()) return {};
    std::vector<std::string_view> names;
    for (const encoding::Member& member : *signatures->object()) names.push_back(member.key);
    std::sort(names.begin(), names.end());
    std::string joined;
    for (const std::string_view name : names) {
        if (!joined.empty()) joined += ',';
        joined += name;
    }
    return joined;
}

/// A request that is not yet built: the call names what was sent, the answer the joined signers.
RequestRefusal refuse_message(const Value& object, Refusal refusal) {
    RequestRefusal result;
    result.req_id = member_or_null(object, "reqId");
    result.identifier = member_or_null(object, "identifier");
    result.reason = reason_text(refusal, result.identifier, result.req_id);
    if (!python_truth(result.req_id)) result.req_id = Value(1);
    if (!python_truth(result.identifier)) {
        std::string joined = joined_signers(object);
        result.identifier = joined.empty() ? Value() : Value(std::move(joined));
    }
    result.refusal = std::move(refusal);
    return result;
}

Refusal refusal_of_fault(SchemaFault fault) {
    Refusal refusal;
    (fault.is_cause ? refusal.cause : refusal.text) = std::move(fault.text);
    return refusal;
}

void fill_signatures(Request& request) {
    const Value* signature = request.value.find("signature");
    if (signature && signature->is_text() && request.identifier) {
        request.signatures.emplace_back(*request.identifier, *signature->text());
        return;
    }
    const Value* signatures = request.value.find("signatures");
    if (!signatures || !signatures->is_object()) return;
    request.multi_signed = true;
    for (const encoding::Member& member : *signatures->object()) {
        request.signatures.emplace_back(member.key,
                                        member.value.is_text() ? *member.value.text() : "");
    }
    std::sort(request.signatures.begin(), request.signatures.end());
}

/// REQUIRES: the object fits the schema of requests.
Request build_request(Value object) {
    Request request;
    request.value = std::move(object);
    const Value& value = request.value;
    if (const Value* identifier = value.find("identifier"); identifier && identifier->is_text()) {
        request.identifier = *identifier->text();
    }
    request.identifier_or_joined = request.identifier ? *request.identifier : joined_signers(value);
    const Value& req_id = *value.find("reqId");
    request.req_id =
        req_id.unsigned_integer().value_or(static_cast<std::uint64_t>(python_int(req_id)));
    if (const Value* endorser = value.find("endorser")) request.endorser = *endorser->text();
    if (const Value* acceptance = value.find("taaAcceptance")) {
        request.taa_acceptance = TaaAcceptance{std::string(acceptance->text_at("mechanism")),
                                               std::string(acceptance->text_at("taaDigest")),
                                               python_int(*acceptance->find("time"))};
    }
    fill_signatures(request);
    return request;
}

}  // namespace

void count_signature_check() {
    signature_check_count.fetch_add(1, std::memory_order_relaxed);
}

RequestCounters request_counters() {
    return {parsed_count.load(std::memory_order_relaxed),
            signature_check_count.load(std::memory_order_relaxed)};
}

RequestRefusal refusal_of(const Request& request, Refusal refusal) {
    RequestRefusal result;
    result.identifier = Value(request.identifier_or_joined);
    result.req_id = request.req_id_given();
    result.reason = reason_text(refusal, result.identifier, result.req_id);
    result.refusal = std::move(refusal);
    return result;
}

RequestRefusal refusal_of_message(const Value& object, Refusal refusal) {
    return refuse_message(object, std::move(refusal));
}

bool is_request(const Value& object) {
    const auto is_given = [&](std::string_view key) {
        const Value* value = object.find(key);
        return value && python_truth(*value);
    };
    if (!is_given("operation") || !is_given("reqId")) return false;
    return is_given("identifier") || !joined_signers(object).empty();
}

Result<Request, RequestRefusal> parse_request(Value object, Origin origin) {
    parsed_count.fetch_add(1, std::memory_order_relaxed);
    if (!is_request(object)) return Failure{refuse_message(object, {})};
    if (SchemaVerdict fault = check_schema(request_schema(), object)) {
        return Failure{refuse_message(object, refusal_of_fault(std::move(*fault)))};
    }

    Request request = build_request(std::move(object));
    const Value& type = *request.value.find("operation")->find("type");
    const std::optional<RequestKind> kind =
        type.is_text() ? kind_of_type(*type.text()) : std::nullopt;
    if (!kind) {
        Refusal refusal;
        refusal.text = "invalid type: " + python_str(type);
        return Failure{refusal_of(request, std::move(refusal))};
    }
    request.type = *type.text();
    request.kind = *kind;
    const bool is_of_member = origin == Origin::member && request.type == txn_type::node_upgrade;
    std::optional<Refusal> refusal =
        is_of_member ? std::nullopt : check_static(request.type, request.operation());
    if (refusal) {
        return Failure{refusal_of(request, std::move(*refusal))};
    }

    if (request.kind != RequestKind::read) fill_signing_forms(request);
    return request;
}

}  // namespace stadtbuch::ledger
