// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/public_routes.hpp"

#include "node/http/explorer.hpp"
#include "node/http/ledger_routes.hpp"
#include "node/http/openapi.hpp"
#include "node/http/receipt_maker.hpp"
#include "node/http/resolver.hpp"
#include "node/net/event_loop.hpp"

namespace stadtbuch::node {

namespace {

using net::HttpRequest;
using net::HttpResponder;
using net::HttpResponse;

using Answer = HttpResponse (*)(PublicParts&, const HttpRequest&);
using LateAnswer = void (*)(PublicParts&, const HttpRequest&, const HttpResponder&);

// What a request costs of its network's budget: a page, a proof or a page of HTML is 1; what may
// walk through a ledger, ask all validators or write costs more.
constexpr double usual_cost = 1;
constexpr double receipt_cost = 5;
constexpr double search_cost = 20;

double cost_of(const HttpRequest& request) {
    const bool is_search = !request.query_value("query").value_or("").empty() ||
                           !request.query_value("type").value_or("").empty();
    if (is_search || request.method == "POST" ||
        !request.query_value("validators").value_or("").empty() || request.path == "/status/text") {
        return search_cost;
    }
    return wants_receipt(request) ? receipt_cost : usual_cost;
}

std::optional<HttpResponse> over_limit(PublicParts& parts, const HttpRequest& request) {
    const auto wait = parts.limit.take(request.peer_address, cost_of(request), net::monotonic_ms());
    if (!wait) return std::nullopt;
    HttpResponse response = net::error_response(429, "too many requests from one network");
    response.set("Retry-After", std::to_string(*wait));
    return response;
}

HttpResponse not_ready() {
    HttpResponse response = HttpResponse::json(503, R"({"detail":"Not ready"})");
    response.set("Retry-After", "2");
    return response;
}

/// Headers that scripts of other origins may read.
HttpResponse with_exposed(HttpResponse response) {
    response.set("Access-Control-Expose-Headers",
                 "ETag, Last-Modified, Retry-After, Content-Disposition");
    return response;
}

class Routes {
  public:
    Routes(net::HttpServer& server, PublicParts& parts) : server_(server), parts_(parts) {
        open_.cors_origin = "*";
        open_.cors_headers = "Content-Type, Accept, If-None-Match, If-Modified-Since";
        open_.place = net::HandlerPlace::on_workers;
        open_.body_bytes_max = std::size_t{64} << 10;
    }

    /// Answers only when the first catch-up is done.
    void data(const char* pattern, Answer answer) {
        server_.route(
            "GET", pattern,
            [&parts = parts_, answer](const HttpRequest& request) {
                if (auto refusal = over_limit(parts, request)) return *std::move(refusal);
                return with_exposed(parts.is_ready() ? answer(parts, request) : not_ready());
            },
            open_);
    }

    /// Knows by itself what to say before that; not for scripts of other origins.
    void page(const char* pattern, Answer answer) {
        net::RouteOptions options = open_;
        options.cors_origin.clear();
        server_.route(
            "GET", pattern,
            [&parts = parts_, answer](const HttpRequest& request) {
                if (auto refusal = over_limit(parts, request)) return *std::move(refusal);
                return answer(parts, request);
            },
            options);
    }

    void late(const char* method, const char* pattern, LateAnswer answer, bool when_ready) {
        server_.route_async(
            method, pattern,
            [&parts = parts_, answer, when_ready](const HttpRequest& request,
                                                  const HttpResponder& responder) {
                if (auto refusal = over_limit(parts, request))
                    return responder.send(*std::move(refusal));
                if (when_ready && !parts.is_ready()) return responder.send(not_ready());
                answer(parts, request, responder);
            },
            open_);
    }

    void asset(const char* pattern, HttpResponse (*answer)(const HttpRequest&)) {
        server_.route("GET", pattern, answer);
    }

  private:
    net::HttpServer& server_;
    PublicParts& parts_;
    net::RouteOptions open_;
};

void entry(PublicParts& parts, const HttpRequest& request, const HttpResponder& responder) {
    if (wants_receipt(request)) return send_entry_receipt(parts, request, responder);
    responder.send(with_exposed(entry_response(parts, request)));
}

void identifier(PublicParts& parts, const HttpRequest& request, const HttpResponder& responder) {
    if (wants_receipt(request)) return send_did_receipt(parts, request, responder);
    responder.send(with_exposed(resolve_did(parts, request)));
}

}  // namespace

net::HeaderList public_security_headers() {
    return {{"Content-Security-Policy",
             "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri "
             "'none'; frame-ancestors "
             "'none'"},
            {"Referrer-Policy", "same-origin"},
            {"X-Content-Type-Options", "nosniff"}};
}

void add_public_routes(net::HttpServer& server, PublicParts& parts) {
    Routes routes(server, parts);
    routes.page("/", front_page);
    routes.page("/browse/{name}", browse_page);
    routes.page("/browse/{name}/{ident}", browse_entry_page);
    routes.asset("/assets/explorer.css", style_response);
    routes.asset("/assets/icon.svg", icon_response);
    routes.asset("/favicon.ico", icon_response);
    routes.data("/genesis", genesis_response);
    routes.late("GET", "/status", status_response, false);
    routes.late("GET", "/status/text", status_text_response, true);
    routes.data("/ledger/{name}", ledger_response);
    routes.data("/ledger/{name}/text", ledger_text_response);
    routes.late("GET", "/ledger/{name}/{ident}", entry, true);
    routes.late("GET", "/1.0/identifiers/{did*}", identifier, true);
    server.route("GET", "/openapi.json",
                 [&parts](const HttpRequest& request) { return openapi_response(parts, request); },
                 {.cors_origin = "*"});
    if (parts.register_nym) routes.late("POST", "/register", register_response, true);
}

}  // namespace stadtbuch::node
