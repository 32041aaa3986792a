// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/resolver.hpp"

#include "ssi/did/did.hpp"
#include "ssi/did/document.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Object;
using encoding::Value;
using net::HttpResponse;

constexpr const char* result_type = "application/ld+json;profile=\"https://w3id.org/did-resolution\"";

HttpResponse resolution(int status, Value document, Object resolution_metadata, Object document_metadata) {
    Object out;
    out.set("didDocument", std::move(document));
    out.set("didResolutionMetadata", std::move(resolution_metadata));
    out.set("didDocumentMetadata", std::move(document_metadata));
    return HttpResponse::of_type(status, result_type, encoding::compact_json(out));
}

HttpResponse failed(int status, const char* error, const std::string& message) {
    return resolution(status, nullptr, Object{{"error", error}, {"errorMessage", message}}, Object{});
}

/// The ATTRIB `endpoint` of a DID, as JSON; answered through the same read as clients use.
std::optional<Value> endpoint_of(const ledger::ReadView& view, const std::string& id) {
    Object operation;
    operation.set("type", std::string(ledger::txn_type::get_attr));
    operation.set("dest", id);
    operation.set("raw", "endpoint");
    Object request;
    request.set("identifier", "LibindyDid111111111111");
    request.set("operation", std::move(operation));
    request.set("protocolVersion", 2);
    request.set("reqId", 1);
    auto parsed = ledger::parse_request(Value(std::move(request)));
    if (!parsed) return std::nullopt;
    const auto answer = view.answer(*parsed);
    if (!answer || answer->text_at("data").empty()) return std::nullopt;
    const auto raw = encoding::parse_json(answer->text_at("data"));
    if (!raw) return std::nullopt;
    const Value* endpoint = raw->find("endpoint");
    if (endpoint == nullptr) return std::nullopt;
    return *endpoint;
}

}  // namespace

HttpResponse resolve_did(const PublicParts& parts, const net::HttpRequest& request) {
    const auto url = did::parse_did_url(request.parameter("did"));
    if (!url) return failed(400, "invalidDid", std::string(did::to_text(url.error())));
    if (!url->path.empty()) return failed(400, "invalidDidUrl", "only DIDs are resolved here, not resources");
    const bool ours = url->method == did::DidMethod::sov ||
                      (url->method == did::DidMethod::indy && url->name_space == parts.settings.name_space);
    if (!ours) {
        return failed(url->method == did::DidMethod::indy ? 404 : 501,
                      url->method == did::DidMethod::indy ? "notFound" : "methodNotSupported",
                      "this resolver answers for did:indy:" + parts.settings.name_space + " and did:sov");
    }
    const auto view = parts.reader.view();
    const Hash32 key = hash::sha256(url->id);
    const auto stored = view->state_value(ledger::Ledger::domain, key.view());
    if (!stored) return failed(404, "notFound", "there is no such DID on the ledger");
    const auto nym = encoding::parse_json(text_of(*stored));
    if (!nym) return failed(500, "internalError", "the stored value cannot be read");
    Object metadata;
    if (const Value* seq_no = nym->find("seqNo"); seq_no != nullptr && seq_no->is_integer()) {
        metadata.set("versionId", std::to_string(seq_no->integer().value_or(0)));
    }
    const auto verkey = did::expand_verkey(url->id, nym->text_at("verkey"));
    if (!verkey) {
        metadata.set("deactivated", true);
        return resolution(410, nullptr, Object{}, std::move(metadata));
    }
    did::NymFacts facts;
    facts.did = url->did;
    facts.verkey = *verkey;
    if (const std::string_view content = nym->text_at("diddocContent"); !content.empty()) {
        if (auto parsed = encoding::parse_json(content)) facts.diddoc_content = *std::move(parsed);
    }
    facts.endpoint = endpoint_of(*view, url->id);
    auto document = did::document_of(facts);
    if (!document) return failed(500, "invalidDidDocument", std::string(did::to_text(document.error())));
    const auto accept = request.header("Accept");
    const bool bare = accept && (accept->find("application/did+ld+json") != std::string_view::npos ||
                                 accept->find("application/did+json") != std::string_view::npos ||
                                 *accept == "application/did");
    if (bare) return HttpResponse::of_type(200, "application/did+ld+json", encoding::compact_json(*document));
    return resolution(200, *std::move(document), Object{{"contentType", "application/did+ld+json"}}, std::move(metadata));
}

}  // namespace stadtbuch::node
