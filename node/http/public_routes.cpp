// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/public_routes.hpp"

#include <charconv>

#include "node/http/resolver.hpp"
#include "ssi/did/did.hpp"
#include "ssi/keys/ed25519.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

using encoding::Array;
using encoding::Object;
using encoding::Value;
using net::HttpRequest;
using net::HttpResponse;

constexpr std::uint64_t page_size_max = 500;

HttpResponse json(int status, const Value& value) {
    return HttpResponse::json(status, encoding::pretty_json(value, 2, true));
}

HttpResponse not_ready() {
    return HttpResponse::json(503, R"({"detail":"Not ready"})");
}

HttpResponse detail(int status, const std::string& text) {
    return json(status, Object{{"detail", text}});
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<ledger::Ledger> ledger_named(std::string_view text) {
    std::string name(text);
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (name == "pool" || name == "0") return ledger::Ledger::pool;
    if (name == "domain" || name == "1") return ledger::Ledger::domain;
    if (name == "config" || name == "2") return ledger::Ledger::config;
    return std::nullopt;
}

/// GET_TXN's `data`: the transaction with rootHash, auditPath and ledgerSize.
std::optional<Value> transaction(const ledger::ReadView& view, ledger::Ledger ledger, std::uint64_t seq_no) {
    auto txn = view.txn(ledger, seq_no);
    const std::uint64_t size = view.size(ledger);
    const auto path = view.audit_path(ledger, seq_no, size);
    if (!txn || !path || !txn->is_object()) return std::nullopt;
    Array hashes;
    for (const Hash32& hash : *path) hashes.emplace_back(encoding::base58_encode(hash));
    txn->object()->set("auditPath", std::move(hashes));
    txn->object()->set("ledgerSize", size);
    txn->object()->set("rootHash", encoding::base58_encode(view.txn_root(ledger)));
    return txn;
}

HttpResponse genesis(const PublicParts& parts) {
    const auto view = parts.reader.view();
    std::string out;
    for (std::uint64_t i = 1; i <= view->size(ledger::Ledger::pool); ++i) {
        const auto txn = view->txn(ledger::Ledger::pool, i);
        if (!txn) break;
        if (i > 1) out += "\n";
        out += encoding::canonical_json(*txn);
    }
    return HttpResponse::text(200, std::move(out));
}

HttpResponse status(const PublicParts& parts) {
    Object out;
    out.set("anonymous", !parts.register_nym);
    out.set("display_ledger_state", true);
    out.set("init_error", nullptr);
    out.set("ready", parts.is_ready());
    out.set("register_new_dids", static_cast<bool>(parts.register_nym));
    out.set("syncing", !parts.is_ready());
    return json(200, std::move(out));
}

bool matches(const Value& txn, const std::string& query, const std::string& type) {
    if (!type.empty() && (txn.find("txn") == nullptr || txn.find("txn")->text_at("type") != type)) return false;
    return query.empty() || encoding::compact_json(txn).find(query) != std::string::npos;
}

HttpResponse ledger_page(const PublicParts& parts, const HttpRequest& request) {
    const auto ledger = ledger_named(request.parameter("name"));
    if (!ledger) return HttpResponse::empty(404);
    const std::uint64_t page = std::max<std::uint64_t>(1, number_of(request.query_value("page").value_or("1")).value_or(1));
    const std::uint64_t page_size = std::clamp<std::uint64_t>(
        number_of(request.query_value("page_size").value_or("100")).value_or(100), 1, page_size_max);
    const std::string query(request.query_value("query").value_or(""));
    const std::string type(request.query_value("type").value_or(""));
    const auto view = parts.reader.view();
    const std::uint64_t size = view->size(*ledger);
    const std::uint64_t first = (page - 1) * page_size + 1;
    Array results;
    std::uint64_t total = size;
    if (query.empty() && type.empty()) {
        for (std::uint64_t i = first; i < first + page_size && i <= size; ++i) {
            if (auto txn = transaction(*view, *ledger, i)) results.push_back(*std::move(txn));
        }
    } else {
        total = 0;
        for (std::uint64_t i = 1; i <= size; ++i) {
            const auto txn = view->txn(*ledger, i);
            if (!txn || !matches(*txn, query, type)) continue;
            ++total;
            if (total < first || total >= first + page_size) continue;
            if (auto full = transaction(*view, *ledger, i)) results.push_back(*std::move(full));
        }
    }
    if (results.empty() && page > 1) return detail(404, "Invalid page.");
    Object out;
    out.set("first_index", first);
    out.set("last_index", first + results.size() - 1);
    out.set("page", page);
    out.set("page_size", page_size);
    out.set("results", std::move(results));
    out.set("total", total);
    return json(200, std::move(out));
}

HttpResponse ledger_entry(const PublicParts& parts, const HttpRequest& request) {
    const auto ledger = ledger_named(request.parameter("name"));
    const auto seq_no = number_of(request.parameter("ident"));
    if (!ledger || !seq_no) return HttpResponse::empty(404);
    const auto view = parts.reader.view();
    const auto txn = transaction(*view, *ledger, *seq_no);
    return txn ? json(200, *txn) : HttpResponse::empty(404);
}

std::string role_code(const std::string& role) {
    if (role == "TRUSTEE") return "0";
    if (role == "STEWARD") return "2";
    if (role == "NETWORK_MONITOR") return "201";
    if (role == "ENDORSER" || role == "TRUST_ANCHOR") return "101";
    return role;
}

/// von-network's rules for the seed (§12): 32 octets in base64, or up to 32 characters padded on the right.
Result<Bytes, std::string> seed_bytes(std::string& seed) {
    if (seed.ends_with("=")) {
        auto decoded = encoding::base64_decode(seed);
        if (!decoded || decoded->size() != 32) return Failure{std::string("Seed must be 32 characters long.")};
        return *std::move(decoded);
    }
    if (seed.size() > 32) return Failure{std::string("Seed must be between 0 and 32 characters long.")};
    seed.resize(32, '0');
    return bytes_of(std::string_view(seed));
}

void register_route(const PublicParts& parts, const HttpRequest& request, const net::HttpResponder& responder) {
    const auto body = encoding::parse_json(request.body);
    if (!body || !body->is_object() || body->object()->empty()) {
        return responder.send(HttpResponse::text(400, "Expected json request body"));
    }
    std::string seed(body->text_at("seed"));
    RegisterRequest out;
    out.did = body->text_at("did");
    out.verkey = body->text_at("verkey");
    out.alias = body->text_at("alias");
    const Value* role = body->find("role");
    out.role = role == nullptr ? "101" : role->is_text() ? role_code(*role->text()) : "";
    const bool has_seed = !seed.empty();
    if (has_seed) {
        const auto bytes = seed_bytes(seed);
        if (!bytes) return responder.send(HttpResponse::text(400, bytes.error()));
        const auto pair = keys::Ed25519KeyPair::from_seed(*bytes);
        if (!pair) return responder.send(HttpResponse::text(400, "Seed must be 32 characters long."));
        if (out.verkey.empty()) out.verkey = encoding::base58_encode(pair->public_key().view());
        if (out.did.empty()) out.did = did::short_did(pair->public_key());
    }
    if (out.did.empty() || out.verkey.empty()) {
        return responder.send(HttpResponse::text(
            400, "Either seed the seed parameter or the did and verkey parameters must be provided."));
    }
    Object answer;
    answer.set("did", out.did);
    answer.set("seed", has_seed ? Value(seed) : Value());
    answer.set("verkey", out.verkey);
    if (parts.reader.view()->verkey(out.did)) return responder.send(json(200, std::move(answer)));
    parts.register_nym(std::move(out), [responder, answer = std::move(answer)](const RegisterOutcome& outcome) {
        responder.send(outcome.good ? json(200, answer) : HttpResponse::text(500, outcome.reason));
    });
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            default: out.push_back(c);
        }
    }
    return out;
}

HttpResponse front_page(const PublicParts& parts) {
    const auto view = parts.reader.view();
    std::string rows;
    for (const auto& [name, ledger] : {std::pair{"pool", ledger::Ledger::pool}, std::pair{"domain", ledger::Ledger::domain},
                                       std::pair{"config", ledger::Ledger::config}}) {
        rows += "<tr><th scope=\"row\"><a href=\"/ledger/" + std::string(name) + "\">" + name + "</a></th><td>" +
                std::to_string(view->size(ledger)) + "</td><td><code>" +
                encoding::base58_encode(view->txn_root(ledger)) + "</code></td></tr>";
    }
    std::string members;
    for (const ledger::PoolNode& node : view->pool_nodes()) {
        members += "<li>" + escaped(node.alias) + (node.is_validator() ? "" : " (ruht)") + "</li>";
    }
    return HttpResponse::html(
        200, "<!doctype html><html lang=\"de\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
             "content=\"width=device-width,initial-scale=1\"><title>Stadtbuch</title></head><body><main><h1>Stadtbuch</h1>"
             "<p>Das Register der öffentlichen IT-Dienstleister. Es enthält keine Daten über Personen.</p>"
             "<table><caption>Bücher</caption><thead><tr><th scope=\"col\">Buch</th><th scope=\"col\">Einträge</th>"
             "<th scope=\"col\">Wurzel</th></tr></thead><tbody>" + rows + "</tbody></table><h2>Mitglieder</h2><ul>" +
             members + "</ul><p><a href=\"/genesis\">Genesis</a> · <a href=\"/status\">Status</a></p></main></body></html>");
}

}  // namespace

void add_public_routes(net::HttpServer& server, const PublicParts& parts) {
    net::RouteOptions cors;
    cors.cors_origin = "*";
    const auto ready = [&parts](HttpResponse (*answer)(const PublicParts&, const HttpRequest&)) {
        return [&parts, answer](const HttpRequest& request) {
            return parts.is_ready() ? answer(parts, request) : not_ready();
        };
    };
    server.route("GET", "/", [&parts](const HttpRequest&) { return front_page(parts); }, cors);
    server.route("GET", "/genesis", [&parts](const HttpRequest&) { return parts.is_ready() ? genesis(parts) : not_ready(); }, cors);
    server.route("GET", "/status", [&parts](const HttpRequest&) { return status(parts); }, cors);
    server.route("GET", "/ledger/{name}", ready(ledger_page), cors);
    server.route("GET", "/ledger/{name}/{ident}", ready(ledger_entry), cors);
    server.route("GET", "/1.0/identifiers/{did*}", ready(resolve_did), cors);
    if (!parts.register_nym) return;
    server.route_async("POST", "/register", [&parts](const HttpRequest& request, const net::HttpResponder& responder) {
        if (!parts.is_ready()) return responder.send(not_ready());
        register_route(parts, request, responder);
    }, cors);
}

}  // namespace stadtbuch::node
