// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/ledger/refusal.hpp"

#include "storage/encoding/python_repr.hpp"

namespace stadtbuch::ledger {

using encoding::python_repr;
using encoding::Value;

namespace {

constexpr std::string_view prefix = "client request invalid: ";

std::string_view class_name(RefusalClass cls) {
    switch (cls) {
        case RefusalClass::invalid_client_request:
            return "InvalidClientRequest";
        case RefusalClass::unauthorized_client_request:
            return "UnauthorizedClientRequest";
        case RefusalClass::invalid_taa_acceptance:
            return "InvalidClientTaaAcceptanceError";
        case RefusalClass::missing_signature:
            return "MissingSignature";
        case RefusalClass::invalid_signature_format:
            return "InvalidSignatureFormat";
        case RefusalClass::plain:
        case RefusalClass::bare:
            break;
    }
    return "";
}

bool names_the_request(RefusalClass cls) {
    return cls == RefusalClass::invalid_client_request ||
           cls == RefusalClass::unauthorized_client_request ||
           cls == RefusalClass::invalid_taa_acceptance;
}

std::string call_text(const Refusal& refusal, const Value& identifier, const Value& req_id) {
    if (refusal.cls == RefusalClass::plain || refusal.cls == RefusalClass::bare)
        return refusal.text;

    std::string text(class_name(refusal.cls));
    text += '(';
    if (names_the_request(refusal.cls)) {
        text.append(python_repr(identifier)).append(", ").append(python_repr(req_id));
        if (!refusal.text.empty()) text.append(", ").append(python_repr(refusal.text));
        if (refusal.cls == RefusalClass::invalid_taa_acceptance && refusal.code) {
            text.append(", ").append(std::to_string(*refusal.code));
        }
    }
    text += ')';
    return text;
}

}  // namespace

std::string unprefixed_reason_text(const Refusal& refusal, const Value& identifier,
                                   const Value& req_id) {
    std::string text = call_text(refusal, identifier, req_id);
    if (!refusal.cause.empty()) text.append(" [caused by ").append(refusal.cause).append("]");
    return text;
}

std::string reason_text(const Refusal& refusal, const Value& identifier, const Value& req_id) {
    std::string text = unprefixed_reason_text(refusal, identifier, req_id);
    if (refusal.cls == RefusalClass::bare) return text;
    return std::string(prefix) + text;
}

std::string reason_text(const Refusal& refusal, const std::optional<std::string>& identifier,
                        std::optional<std::uint64_t> req_id) {
    return reason_text(refusal, identifier ? Value(*identifier) : Value(),
                       req_id ? Value(*req_id) : Value());
}

}  // namespace stadtbuch::ledger
