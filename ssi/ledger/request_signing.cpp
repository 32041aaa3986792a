// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
//
// full digest     SHA-256( head [ '|signature:' s ] [ '|signatures:' S(map) ] tail )
// payload digest  SHA-256( head tail )
// signed text     head tail, without `identifier` if the client sent none
//   head = [ 'endorser:' d '|' ] 'identifier:' id '|operation:' S(op) '|protocolVersion:' n
//   '|reqId:' n tail = [ '|taaAcceptance:' S(acceptance) ]
// which is the order of the members' names.
#include "ssi/ledger/request_signing.hpp"

#include <array>

#include "storage/encoding/signing.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::ledger {

using encoding::Value;

namespace {

constexpr std::array<std::string_view, 3> attrib_members = {"raw", "enc", "hash"};

/// S(operation); an ATTRIB shows the hash of its content as sent.
std::string operation_text(const Request& request) {
    const Value& operation = *request.value.find("operation");
    if (request.type != "100") return encoding::signing_text(operation);

    Value hashed = operation;
    for (const std::string_view name : attrib_members) {
        Value* content = hashed.find(name);
        if (content) *content = Value(encoding::hex_encode(hash::sha256(*content->text())));
    }
    return encoding::signing_text(hashed);
}

void append(std::string& text, std::string_view key, std::string_view value) {
    if (!text.empty()) text += '|';
    text.append(key).append(":").append(value);
}

const Value* find_given(const Request& request, std::string_view key) {
    const Value* value = request.value.find(key);
    return value && !value->is_null() ? value : nullptr;
}

/// Everything before the signatures. An empty identifier is left out.
std::string head_text(const Request& request, std::string_view identifier,
                      std::string_view operation) {
    std::string head;
    head.reserve(operation.size() + 192);
    if (request.endorser) append(head, "endorser", *request.endorser);
    if (!identifier.empty()) append(head, "identifier", identifier);
    append(head, "operation", operation);
    append(head, "protocolVersion", encoding::signing_text(*request.value.find("protocolVersion")));
    append(head, "reqId", encoding::signing_text(*request.value.find("reqId")));
    return head;
}

std::string signatures_text(const Request& request) {
    std::string text;
    if (const Value* signature = find_given(request, "signature");
        signature && signature->is_text()) {
        text.append("|signature:").append(*signature->text());
    }
    if (const Value* signatures = find_given(request, "signatures")) {
        text.append("|signatures:").append(encoding::signing_text(*signatures));
    }
    return text;
}

std::string hex_digest(std::initializer_list<BytesView> parts) {
    return encoding::hex_encode(hash::sha256(parts));
}

}  // namespace

std::string signed_text_of(const Value& request) {
    const Value* operation = request.find("operation");
    if (!operation || !operation->is_object() || !request.find("reqId") ||
        !request.find("protocolVersion")) {
        return {};
    }
    Request shell;
    shell.value = request;
    shell.type = operation->text_at("type");
    for (const std::string_view name : attrib_members) {
        const Value* content = operation->find(name);
        if (shell.type == "100" && content && !content->is_text()) return {};
    }
    if (const Value* identifier = find_given(shell, "identifier");
        identifier && identifier->is_text()) {
        shell.identifier = *identifier->text();
        shell.identifier_or_joined = *identifier->text();
    }
    if (const Value* endorser = find_given(shell, "endorser"); endorser && endorser->is_text()) {
        shell.endorser = *endorser->text();
    }
    fill_signing_forms(shell);
    return shell.signed_text;
}

void fill_signing_forms(Request& request) {
    const std::string operation = operation_text(request);
    const std::string head = head_text(request, request.identifier_or_joined, operation);
    const std::string middle = signatures_text(request);
    std::string tail;
    if (const Value* acceptance = find_given(request, "taaAcceptance")) {
        tail = "|taaAcceptance:" + encoding::signing_text(*acceptance);
    }

    request.payload_digest = hex_digest({view_of(head), view_of(tail)});
    request.digest = hex_digest({view_of(head), view_of(middle), view_of(tail)});
    request.signed_text =
        request.identifier ? head + tail : head_text(request, {}, operation) + tail;
}

}  // namespace stadtbuch::ledger
