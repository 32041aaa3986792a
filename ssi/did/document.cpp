// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/did/document.hpp"

#include <cmath>

#include "storage/encoding/text.hpp"

namespace stadtbuch::did {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

bool truthy(const Value& value) {
    // Python's truth, which the reference's rule uses.
    switch (value.kind()) {
        case Value::Kind::null:
            return false;
        case Value::Kind::boolean:
            return *value.boolean();
        case Value::Kind::integer:
            return *value.integer() != 0;
        case Value::Kind::unsigned_integer:
        case Value::Kind::big_integer:
            return true;
        case Value::Kind::real:
            return std::fpclassify(*value.real()) != FP_ZERO;
        case Value::Kind::text:
            return !value.text()->empty();
        case Value::Kind::array:
            return !value.array()->empty();
        case Value::Kind::object:
            return !value.object()->empty();
    }
    return false;
}

std::string_view fragment_of(std::string_view id) {
    const std::size_t hash = id.find('#');
    return hash == std::string_view::npos ? std::string_view() : id.substr(hash + 1);
}

Array services_of(const std::string& did, const Value& endpoint) {
    Array services;
    const Object* members = endpoint.object();
    if (members == nullptr) return services;
    for (const auto& [name, address] : *members) {
        if (!address.is_text()) continue;
        Object service;
        if (name == "endpoint") {
            service.set("id", did + "#did-communication");
            service.set("type", "did-communication");
            service.set("priority", 0);
            service.set("recipientKeys", Array{Value(did + "#verkey")});
            service.set("routingKeys", Array{});
        } else {
            service.set("id", did + '#' + name);
            service.set("type", name);
        }
        service.set("serviceEndpoint", address);
        services.emplace_back(std::move(service));
    }
    return services;
}

void append_all(Object& document, const std::string& name, const Array& more) {
    Value* existing = document.find(name);
    if (existing == nullptr || !existing->is_array()) {
        document.set(name, more);
        return;
    }
    existing->array()->insert(existing->array()->end(), more.begin(), more.end());
}

std::string absolute(std::string_view id, std::string_view did) {
    return id.starts_with('#') ? std::string(did) + std::string(id) : std::string(id);
}

}  // namespace

std::string_view to_text(DocumentError error) {
    switch (error) {
        case DocumentError::content_not_object:
            return "diddocContent is not an object";
        case DocumentError::content_has_id:
            return "diddocContent has an id at its root";
        case DocumentError::id_clash:
            return "diddocContent uses the id fragment verkey";
    }
    return "unknown";
}

std::optional<DocumentError> content_fault(const Value& content) {
    const Object* members = content.object();
    if (members == nullptr) return DocumentError::content_not_object;
    if (const Value* id = members->find("id"); id != nullptr && truthy(*id))
        return DocumentError::content_has_id;
    for (const auto& member : *members) {
        if (!member.value.is_array()) continue;
        for (const Value& item : *member.value.array()) {
            if (item.is_object() && fragment_of(item.text_at("id")) == "verkey")
                return DocumentError::id_clash;
        }
    }
    return std::nullopt;
}

Result<Object, DocumentError> document_of(const NymFacts& facts) {
    const std::string method_id = facts.did + "#verkey";
    Object document{
        {"id", facts.did},
        {"verificationMethod",
         Array{Object{{"id", method_id},
                      {"type", "Ed25519VerificationKey2018"},
                      {"controller", facts.did},
                      {"publicKeyBase58", encoding::base58_encode(facts.verkey.view())}}}},
        {"authentication", Array{Value(method_id)}}};
    if (!facts.diddoc_content) {
        if (facts.endpoint) {
            Array services = services_of(facts.did, *facts.endpoint);
            if (!services.empty()) document.set("service", std::move(services));
        }
        return document;
    }
    if (const auto fault = content_fault(*facts.diddoc_content)) return Failure{*fault};
    for (const auto& member : *facts.diddoc_content->object()) {
        if (member.key == "id") continue;
        const bool appended = member.key == "authentication" || member.key == "verificationMethod";
        if (appended && member.value.is_array()) {
            append_all(document, member.key, *member.value.array());
        } else if (!appended) {
            document.set(member.key, member.value);
        }
    }
    return document;
}

std::optional<Object> document_of_contained_key(const DidUrl& url) {
    const auto key = contained_key(url);
    if (!key) return std::nullopt;
    const std::string method_id = url.did + '#' + (url.method == DidMethod::key ? url.id : "0");
    Object method{{"id", method_id},
                  {"type", "JsonWebKey"},
                  {"controller", url.did},
                  {"publicKeyJwk", keys::jwk_of(*key)}};
    return Object{
        {"@context", Array{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"}},
        {"id", url.did},
        {"verificationMethod", Array{std::move(method)}},
        {"authentication", Array{Value(method_id)}},
        {"assertionMethod", Array{Value(method_id)}}};
}

std::optional<keys::PublicKey> key_of_method(const Value& method) {
    if (const Value* jwk = method.find("publicKeyJwk")) {
        auto key = keys::public_key_from_jwk(*jwk);
        if (!key) return std::nullopt;
        return std::move(key).value();
    }
    if (const std::string_view base58 = method.text_at("publicKeyBase58"); !base58.empty()) {
        const auto bytes = encoding::base58_decode(base58, 64);
        const auto key = bytes ? keys::Ed25519PublicKey::of(*bytes) : std::nullopt;
        if (!key) return std::nullopt;
        return keys::PublicKey(*key);
    }
    const std::string_view multibase = method.text_at("publicKeyMultibase");
    if (multibase.empty()) return std::nullopt;
    const auto url = parse_did_url("did:key:" + std::string(multibase));
    if (!url) return std::nullopt;
    return contained_key(*url);
}

std::optional<keys::PublicKey> key_for(const Value& document, std::string_view did_url,
                                       std::string_view purpose) {
    const std::string_view did = document.text_at("id");
    const std::string wanted = absolute(did_url, did);
    const Value* listed = document.find(purpose);
    if (listed == nullptr || !listed->is_array()) return std::nullopt;
    bool referenced = false;
    for (const Value& entry : *listed->array()) {
        if (entry.is_object() && absolute(entry.text_at("id"), did) == wanted)
            return key_of_method(entry);
        if (entry.is_text() && absolute(*entry.text(), did) == wanted) referenced = true;
    }
    const Value* methods = document.find("verificationMethod");
    if (!referenced || methods == nullptr || !methods->is_array()) return std::nullopt;
    for (const Value& method : *methods->array()) {
        if (method.is_object() && absolute(method.text_at("id"), did) == wanted)
            return key_of_method(method);
    }
    return std::nullopt;
}

}  // namespace stadtbuch::did
