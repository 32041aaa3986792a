// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/openapi.hpp"

#include "node/http/conditional.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Object;
using encoding::Value;

constexpr std::string_view components = R"json({
  "parameters": {
    "ledger": {"name": "ledger", "in": "path", "required": true, "description": "pool, domain or config in any case, or 0, 1, 2", "schema": {"type": "string"}, "example": "domain"},
    "ident": {"name": "ident", "in": "path", "required": true, "description": "sequence number, or txnId", "schema": {"type": "string"}, "example": "1"},
    "page": {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
    "pageSize": {"name": "page_size", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 100}},
    "query": {"name": "query", "in": "query", "description": "words that all must be found: DID, txnId, name, alias, key, role", "schema": {"type": "string", "maxLength": 256}},
    "type": {"name": "type", "in": "query", "description": "code of a transaction type, such as 1 for NYM", "schema": {"type": "string"}},
    "receipt": {"name": "receipt", "in": "query", "description": "1: as with Accept: application/vnd.stadtbuch.receipt+json", "schema": {"type": "string", "enum": ["1"]}},
    "lang": {"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["de", "en"]}}
  },
  "responses": {
    "NotModified": {"description": "what the client has is still right (If-None-Match, If-Modified-Since)"},
    "NotFound": {"description": "there is no such ledger, entry or page"},
    "TooMany": {"description": "too many requests from one network; see Retry-After", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
    "NotReady": {"description": "the ledgers are still being fetched, or a signature is not here yet; see Retry-After", "content": {"application/json": {"schema": {"type": "object"}}}},
    "Html": {"description": "page in German or English", "content": {"text/html": {}}}
  },
  "schemas": {
    "Error": {"type": "object", "required": ["status", "error", "detail"], "properties": {"status": {"type": "integer"}, "error": {"type": "string"}, "detail": {"type": "string"}}},
    "Status": {"type": "object", "required": ["anonymous", "display_ledger_state", "init_error", "ready", "register_new_dids", "syncing"], "properties": {"anonymous": {"type": "boolean"}, "display_ledger_state": {"type": "boolean"}, "init_error": {"type": ["string", "null"]}, "ready": {"type": "boolean"}, "register_new_dids": {"type": "boolean"}, "syncing": {"type": "boolean"}, "validators": {"type": ["array", "null"], "items": {"type": "object", "required": ["Node_info"]}}}},
    "Entry": {"type": "object", "required": ["txn", "txnMetadata", "reqSignature", "ver", "auditPath", "ledgerSize", "rootHash"], "properties": {"txn": {"type": "object", "required": ["type", "data", "metadata"]}, "txnMetadata": {"type": "object", "required": ["seqNo"]}, "reqSignature": {"type": "object"}, "ver": {"type": "string"}, "auditPath": {"type": "array", "items": {"type": "string"}}, "ledgerSize": {"type": "integer"}, "rootHash": {"type": "string"}}},
    "Page": {"type": "object", "required": ["first_index", "last_index", "page", "page_size", "results", "total"], "properties": {"first_index": {"type": "integer"}, "last_index": {"type": "integer"}, "page": {"type": "integer"}, "page_size": {"type": "integer"}, "results": {"type": "array", "items": {"$ref": "#/components/schemas/Entry"}}, "total": {"type": ["integer", "null"], "description": "null while a search is not finished; ask again"}}},
    "Registration": {"type": "object", "properties": {"seed": {"type": "string"}, "did": {"type": "string"}, "verkey": {"type": "string"}, "alias": {"type": "string"}, "role": {"type": ["string", "null"], "default": "ENDORSER"}}},
    "Registered": {"type": "object", "required": ["did", "seed", "verkey"], "properties": {"did": {"type": "string"}, "seed": {"type": ["string", "null"]}, "verkey": {"type": "string"}}},
    "Resolution": {"type": "object", "required": ["didDocument", "didResolutionMetadata", "didDocumentMetadata"], "properties": {"didDocument": {"type": ["object", "null"]}, "didResolutionMetadata": {"type": "object"}, "didDocumentMetadata": {"type": "object"}}},
    "Dereferencing": {"type": "object", "required": ["dereferencingMetadata", "contentStream", "contentMetadata"], "properties": {"dereferencingMetadata": {"type": "object"}, "contentStream": {}, "contentMetadata": {"type": "object"}}},
    "ResolutionOrDereferencing": {"anyOf": [{"$ref": "#/components/schemas/Resolution"}, {"$ref": "#/components/schemas/Dereferencing"}]},
    "DidDocument": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
    "Receipt": {"type": "object", "required": ["type", "version", "question", "answer", "facts", "transactions", "texts", "roots", "pool"], "properties": {"type": {"type": "string", "enum": ["stadtbuch-receipt"]}, "version": {"type": "integer", "enum": [1]}, "question": {"type": "string"}, "answer": {"type": "object", "required": ["outcome", "content", "metadata"]}, "facts": {"type": "array"}, "transactions": {"type": "array"}, "texts": {"type": "array"}, "roots": {"type": "array"}, "pool": {"type": "array"}}}
  }
})json";

constexpr std::string_view paths = R"json({
  "/": {"get": {"summary": "front page", "parameters": [{"$ref": "#/components/parameters/lang"}], "responses": {"200": {"$ref": "#/components/responses/Html"}, "429": {"$ref": "#/components/responses/TooMany"}}}},
  "/browse/{ledger}": {"get": {"summary": "a ledger, page by page, with search", "parameters": [{"$ref": "#/components/parameters/ledger"}, {"$ref": "#/components/parameters/page"}, {"$ref": "#/components/parameters/pageSize"}, {"$ref": "#/components/parameters/query"}, {"$ref": "#/components/parameters/type"}, {"$ref": "#/components/parameters/lang"}], "responses": {"200": {"$ref": "#/components/responses/Html"}, "304": {"$ref": "#/components/responses/NotModified"}, "404": {"$ref": "#/components/responses/Html"}, "429": {"$ref": "#/components/responses/TooMany"}}}},
  "/browse/{ledger}/{ident}": {"get": {"summary": "one entry", "parameters": [{"$ref": "#/components/parameters/ledger"}, {"$ref": "#/components/parameters/ident"}, {"$ref": "#/components/parameters/lang"}], "responses": {"200": {"$ref": "#/components/responses/Html"}, "304": {"$ref": "#/components/responses/NotModified"}, "404": {"$ref": "#/components/responses/Html"}, "429": {"$ref": "#/components/responses/TooMany"}}}},
  "/genesis": {"get": {"summary": "the pool ledger, one transaction a line", "responses": {"200": {"description": "transactions", "content": {"text/plain": {"schema": {"type": "string"}}}}, "304": {"$ref": "#/components/responses/NotModified"}, "429": {"$ref": "#/components/responses/TooMany"}, "503": {"$ref": "#/components/responses/NotReady"}}}},
  "/status": {"get": {"summary": "is it ready; with validators=1 also VALIDATOR_INFO of each node, where a key for that is configured", "parameters": [{"name": "validators", "in": "query", "schema": {"type": "string"}}], "responses": {"200": {"description": "status", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Status"}}}}, "429": {"$ref": "#/components/responses/TooMany"}}}},
  "/status/text": {"get": {"summary": "the same for reading, as YAML", "responses": {"200": {"description": "text", "content": {"text/plain": {"schema": {"type": "string"}}}}, "429": {"$ref": "#/components/responses/TooMany"}, "503": {"$ref": "#/components/responses/NotReady"}}}},
  "/ledger/{ledger}": {"get": {"summary": "transactions of a ledger", "parameters": [{"$ref": "#/components/parameters/ledger"}, {"$ref": "#/components/parameters/page"}, {"$ref": "#/components/parameters/pageSize"}, {"$ref": "#/components/parameters/query"}, {"$ref": "#/components/parameters/type"}], "responses": {"200": {"description": "a page", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Page"}}}}, "304": {"$ref": "#/components/responses/NotModified"}, "404": {"$ref": "#/components/responses/NotFound"}, "429": {"$ref": "#/components/responses/TooMany"}, "503": {"$ref": "#/components/responses/NotReady"}}}},
  "/ledger/{ledger}/text": {"get": {"summary": "the same as text", "parameters": [{"$ref": "#/components/parameters/ledger"}, {"$ref": "#/components/parameters/page"}, {"$ref": "#/components/parameters/pageSize"}, {"$ref": "#/components/parameters/query"}, {"$ref": "#/components/parameters/type"}], "responses": {"200": {"description": "text", "content": {"text/plain": {"schema": {"type": "string"}}}}, "304": {"$ref": "#/components/responses/NotModified"}, "404": {"$ref": "#/components/responses/NotFound"}, "429": {"$ref": "#/components/responses/TooMany"}, "503": {"$ref": "#/components/responses/NotReady"}}}},
  "/ledger/{ledger}/{ident}": {"get": {"summary": "one transaction with its audit path; or its receipt", "parameters": [{"$ref": "#/components/parameters/ledger"}, {"$ref": "#/components/parameters/ident"}, {"$ref": "#/components/parameters/receipt"}], "responses": {"200": {"description": "the transaction", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Entry"}}, "application/vnd.stadtbuch.receipt+json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}}, "304": {"$ref": "#/components/responses/NotModified"}, "404": {"$ref": "#/components/responses/NotFound"}, "429": {"$ref": "#/components/responses/TooMany"}, "503": {"$ref": "#/components/responses/NotReady"}}}},
  "/1.0/identifiers/{did}": {"get": {"summary": "DID Resolution and DID URL dereferencing for did:indy and did:sov, with /anoncreds/v0/SCHEMA/{name}/{version}, /CLAIM_DEF/{seqNo}/{tag}, /REV_REG_DEF/{seqNo}/{tag}/{tag}, /REV_REG_ENTRY/{seqNo}/{tag}/{tag}; or the receipt", "parameters": [{"name": "did", "in": "path", "required": true, "description": "DID or DID URL, as it is or percent-encoded", "schema": {"type": "string"}, "example": "did:sov:V4SGRU86Z58d6TV7PBUe6f"}, {"name": "versionId", "in": "query", "schema": {"type": "string"}}, {"name": "versionTime", "in": "query", "schema": {"type": "string"}}, {"name": "from", "in": "query", "schema": {"type": "string"}}, {"name": "to", "in": "query", "schema": {"type": "string"}}, {"$ref": "#/components/parameters/receipt"}], "responses": {
    "200": {"description": "result", "content": {"application/ld+json": {"schema": {"$ref": "#/components/schemas/ResolutionOrDereferencing"}}, "application/json": {"schema": {"$ref": "#/components/schemas/ResolutionOrDereferencing"}}, "application/did-resolution": {"schema": {"$ref": "#/components/schemas/Resolution"}}, "application/did-url-dereferencing": {"schema": {"$ref": "#/components/schemas/Dereferencing"}}, "application/did+ld+json": {"schema": {"$ref": "#/components/schemas/DidDocument"}}, "application/did+json": {"schema": {"$ref": "#/components/schemas/DidDocument"}}, "application/did": {"schema": {"$ref": "#/components/schemas/DidDocument"}}, "application/vnd.stadtbuch.receipt+json": {"schema": {"$ref": "#/components/schemas/Receipt"}}}},
    "304": {"$ref": "#/components/responses/NotModified"}, "400": {"description": "invalidDid, invalidDidUrl"}, "404": {"description": "notFound"}, "406": {"description": "representationNotSupported"}, "410": {"description": "deactivated"}, "429": {"$ref": "#/components/responses/TooMany"}, "500": {"description": "internalError"}, "501": {"description": "methodNotSupported"}, "503": {"$ref": "#/components/responses/NotReady"}}}},
  "/assets/explorer.css": {"get": {"summary": "style of the pages", "responses": {"200": {"description": "style", "content": {"text/css": {}}}}}},
  "/assets/icon.svg": {"get": {"summary": "icon", "responses": {"200": {"description": "icon", "content": {"image/svg+xml": {}}}}}},
  "/favicon.ico": {"get": {"summary": "icon", "responses": {"200": {"description": "icon", "content": {"image/svg+xml": {}}}}}},
  "/openapi.json": {"get": {"summary": "this document", "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}, "304": {"$ref": "#/components/responses/NotModified"}}}},
  "/register": {"post": {"summary": "writes a NYM; on development networks only", "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Registration"}}, "application/x-www-form-urlencoded": {"schema": {"$ref": "#/components/schemas/Registration"}}}}, "responses": {"200": {"description": "registered, or registered before", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Registered"}}, "text/html": {}}}, "400": {"description": "why not, as text"}, "429": {"$ref": "#/components/responses/TooMany"}, "500": {"description": "the ledger's refusal, as text"}, "503": {"$ref": "#/components/responses/NotReady"}}}}
})json";

Value document_of(bool has_register) {
    auto routes = encoding::parse_json(paths);
    auto parts = encoding::parse_json(components);
    if (!routes || !parts) return Value();
    if (!has_register) routes->object()->erase("/register");
    return Object{
        {"openapi", "3.1.0"},
        {"info", Object{{"title", "Stadtbuch observer"},
                        {"version", STADTBUCH_VERSION},
                        {"license", Object{{"name", "EUPL-1.2"}, {"identifier", "EUPL-1.2"}}}}},
        {"paths", *std::move(routes)},
        {"components", *std::move(parts)}};
}

}  // namespace

net::HttpResponse openapi_response(PublicParts& parts, const net::HttpRequest& request) {
    static const std::string texts[] = {encoding::pretty_json(document_of(false), 2, false),
                                        encoding::pretty_json(document_of(true), 2, false)};
    const std::string& text = texts[parts.register_nym ? 1 : 0];
    const Validators validators{encoding::hex_encode(hash::sha256(text)).substr(0, 32),
                                std::nullopt};
    if (auto same = not_modified(request, validators)) return *std::move(same);
    net::HttpResponse response = net::HttpResponse::json(200, text);
    add_validators(response, validators);
    return response;
}

}  // namespace stadtbuch::node
