// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The protocol endpoints on HTTP: OpenID4VCI issuer, its authorization server, OpenID4VP verifier.
// They hold no logic: ssi/openid answers, the desk hears what happened, and only then the answer
// leaves.
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::size_t small_body = 16 * 1024;
constexpr std::size_t proof_body = 256 * 1024;

/// What a wallet in a browser has to read of an answer to go on (RFC 9449 §8.3 and others).
constexpr std::string_view exposed_headers =
    "DPoP-Nonce, WWW-Authenticate, OAuth-Client-Attestation-Challenge, Retry-After, Link";

/// route() for those whom a script of any origin may ask.
void route_for_wallets(Agent& agent, net::HttpServer& server, const std::string& method,
                       const std::string& pattern, net::HttpServer::Handler handler,
                       const net::RouteOptions& options) {
    route(
        agent, server, method, pattern,
        [handler = std::move(handler)](const net::HttpRequest& request) {
            net::HttpResponse response = handler(request);
            response.set("Access-Control-Expose-Headers", std::string(exposed_headers));
            return response;
        },
        options);
}

net::RouteOptions open_to_browsers(net::RouteOptions options) {
    options.cors_origin = "*";
    options.cors_headers =
        "Content-Type, Authorization, DPoP, OAuth-Client-Attestation, "
        "OAuth-Client-Attestation-PoP";
    return options;
}

void count(Agent& agent, const std::vector<openid::IssuerEvent>& events) {
    for (const openid::IssuerEvent& event : events) {
        if (std::holds_alternative<openid::OfferRedeemed>(event)) ++agent.metrics.offers_redeemed;
        if (std::holds_alternative<openid::OfferBurnt>(event)) ++agent.metrics.offers_burnt;
        if (const auto* issued = std::get_if<openid::CredentialsIssued>(&event)) {
            agent.metrics.credentials_issued += issued->status.size();
            agent.metrics.old_proof_shapes += issued->old_proof_shape ? 1 : 0;
        }
    }
}

/// The events are durable (with the status entries written before them) when the wallet gets its
/// answer.
net::HttpResponse after_events(Agent& agent, const openid::IssuerAnswer& answer) {
    agent.desk->take_events(answer.events, agent.now());
    count(agent, answer.events);
    return http_response(answer.response);
}

/// Guessing is stopped per code by the issuer; this only keeps one network from taking all workers.
bool flooded(Agent& agent, const net::HttpRequest& request) {
    const double rate = static_cast<double>(agent.settings.protocol_per_minute);
    return too_often(agent, request, "protocol", {rate / 2, rate});
}

net::HttpResponse slow_down() {
    net::HttpResponse response =
        net::HttpResponse::json(429, "{\"error\":\"temporarily_unavailable\"}");
    response.set("Retry-After", "30");
    return response;
}

void mount_metadata(Agent& agent, net::HttpServer& server) {
    const auto options = open_to_browsers(on_workers(small_body));
    route_for_wallets(
        agent, server, "GET", "/.well-known/openid-credential-issuer",
        [&agent](const net::HttpRequest& request) {
            net::HttpResponse response = http_response(
                agent.issuer->metadata(request.header("Accept").value_or(""), agent.now()));
            response.set("Content-Language", "de, en");
            return response;
        },
        options);
    for (const char* path :
         {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"}) {
        route_for_wallets(
            agent, server, "GET", path,
            [&agent](const net::HttpRequest&) {
                return http_response(agent.issuer->authorization_server_metadata());
            },
            options);
    }
}

void mount_issuer(Agent& agent, net::HttpServer& server) {
    using net::HttpRequest;
    const auto options = open_to_browsers(on_workers(small_body));
    // An HMAC is less work than handing the request to another thread and back.
    auto quick = options;
    quick.place = net::HandlerPlace::on_io;
    route_for_wallets(
        agent, server, "GET", "/offer/{id}",
        [&agent](const HttpRequest& request) {
            return http_response(
                agent.issuer->credential_offer(request.parameter("id"), agent.now()));
        },
        options);
    route_for_wallets(
        agent, server, "POST", "/token",
        [&agent](const HttpRequest& request) {
            if (flooded(agent, request)) return slow_down();
            return after_events(agent, agent.issuer->token(protocol_request(request), agent.now()));
        },
        options);
    route_for_wallets(
        agent, server, "POST", "/par",
        [&agent](const HttpRequest& request) {
            if (flooded(agent, request)) return slow_down();
            return http_response(
                agent.issuer->pushed_authorization(protocol_request(request), agent.now()));
        },
        options);
    route_for_wallets(
        agent, server, "POST", "/challenge",
        [&agent](const HttpRequest& request) {
            if (flooded(agent, request)) return slow_down();
            return http_response(agent.issuer->challenge(agent.now()));
        },
        quick);
    route_for_wallets(
        agent, server, "POST", "/deferred_credential",
        [&agent](const HttpRequest& request) {
            return after_events(agent,
                                agent.issuer->deferred(protocol_request(request), agent.now()));
        },
        options);
    route_for_wallets(
        agent, server, "POST", "/nonce",
        [&agent](const HttpRequest& request) {
            if (flooded(agent, request)) return slow_down();
            return http_response(agent.issuer->nonce(agent.now()));
        },
        quick);
    route_for_wallets(
        agent, server, "POST", "/credential",
        [&agent](const HttpRequest& request) {
            return after_events(agent,
                                agent.issuer->credential(protocol_request(request), agent.now()));
        },
        open_to_browsers(on_workers(proof_body)));
    route_for_wallets(
        agent, server, "POST", "/notification",
        [&agent](const HttpRequest& request) {
            return after_events(agent,
                                agent.issuer->notification(protocol_request(request), agent.now()));
        },
        options);
}

void mount_verifier(Agent& agent, net::HttpServer& server) {
    using net::HttpRequest;
    std::string request_path(openid::verifier_paths::request);
    request_path += "{id}";
    std::string response_path(openid::verifier_paths::response);
    response_path += "{id}";
    const auto options = open_to_browsers(on_workers(small_body));
    route_for_wallets(
        agent, server, "GET", request_path,
        [&agent](const HttpRequest& request) {
            return http_response(
                agent.verifier->request_object(request.parameter("id"), agent.now()));
        },
        options);
    route_for_wallets(
        agent, server, "POST", request_path,
        [&agent](const HttpRequest& request) {
            return http_response(agent.verifier->request_object_post(
                request.parameter("id"), protocol_request(request), agent.now()));
        },
        options);
    route_for_wallets(
        agent, server, "POST", response_path,
        [&agent](const HttpRequest& request) {
            return http_response(agent.verifier->response(
                request.parameter("id"), protocol_request(request), agent.trust(), agent.now()));
        },
        open_to_browsers(on_workers(1 << 20)));
}

}  // namespace

void mount_openid(Agent& agent, net::HttpServer& server) {
    mount_metadata(agent, server);
    mount_issuer(agent, server);
    mount_verifier(agent, server);
}

}  // namespace stadtbuch::agent
