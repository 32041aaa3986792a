// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Documents that the whole world may read: credential types, status lists, keys, assets; health and
// metrics.
#include <algorithm>

#include "ssi/agent/assets.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/credential/data_integrity.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "ssi/keys/jwk.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view icon =
    R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#2a42a8"/>)"
    R"(<path d="M7 25V11l9-5 9 5v14M12 25v-7h8v7" fill="none" stroke="#fff" stroke-width="2.5"/></svg>)";

net::RouteOptions open_to_browsers() {
    net::RouteOptions options = on_workers(1024);
    options.cors_origin = "*";
    return options;
}

net::HttpResponse cached(std::string type, std::string body, std::int64_t seconds) {
    net::HttpResponse response = net::HttpResponse::of_type(200, std::move(type), std::move(body));
    response.set("Cache-Control", "public, max-age=" + std::to_string(seconds));
    return response;
}

encoding::Object key_set(const Agent& agent) {
    const keys::PublicKey key = agent.keyring->issuer->public_key();
    encoding::Object jwk = keys::jwk_of(key);
    jwk.set("kid", keys::thumbprint(key));
    jwk.set("use", "sig");
    jwk.set("alg", "ES256");
    jwk.set("x5c", keys::x5c_of(agent.keyring->issuer_chain));
    return {{"keys", encoding::Array{std::move(jwk)}}};
}

/// did:web of this agent: the issuer's key vouches, the key of requests identifies the verifier.
encoding::Object did_document(const Agent& agent) {
    const std::string did = web_did_of(agent.settings.public_url);
    const auto method = [&](const char* name, const keys::P256Signer& key) {
        return encoding::Object{{"id", did + "#" + name},
                                {"type", "JsonWebKey"},
                                {"controller", did},
                                {"publicKeyJwk", keys::jwk_of(key.public_key())}};
    };
    return {{"@context",
             encoding::Array{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"}},
            {"id", did},
            {"verificationMethod", encoding::Array{method("issuer", *agent.keyring->issuer),
                                                   method("requests", *agent.keyring->requests)}},
            {"assertionMethod", encoding::Array{encoding::Value(did + "#issuer")}},
            {"authentication", encoding::Array{encoding::Value(did + "#requests")}}};
}

/// What the municipality says of itself, as a W3C credential (VCDM 2.0, eddsa-jcs-2022): its
/// address, its DIDs, and the hash of each type that it issues. Anybody may host it.
std::optional<encoding::Object> organisation_statement(const Agent& agent) {
    const std::string did = did::did_key_of(agent.keyring->endorser->public_key());
    encoding::Array types;
    for (const credential::CredentialType& type : agent.issuer->config().types) {
        const std::string document = credential::type_document(type);
        types.emplace_back(encoding::Object{{"vct", type.vct},
                                            {"vct#integrity", credential::integrity_of(document)}});
    }
    encoding::Object subject{{"id", agent.settings.public_url},
                             {"name", agent.settings.name_de},
                             {"issues", std::move(types)}};
    encoding::Array known_as{encoding::Value(web_did_of(agent.settings.public_url))};
    if (!agent.issuer->config().issuer_did.empty())
        known_as.emplace_back(agent.issuer->config().issuer_did);
    subject.set("alsoKnownAs", std::move(known_as));
    const std::string day = keys::utc_date(agent.now()) + "T00:00:00Z";
    const encoding::Object statement{
        {"@context", encoding::Array{"https://www.w3.org/ns/credentials/v2"}},
        {"type", encoding::Array{"VerifiableCredential"}},
        {"issuer", did},
        {"validFrom", day},
        {"credentialSubject", std::move(subject)}};
    auto secured = credential::secure_document(statement, {day, did + "#" + did.substr(8)},
                                               *agent.keyring->endorser);
    if (!secured) return std::nullopt;
    return std::move(secured).value();
}

net::HttpResponse status_list(Agent& agent, const net::HttpRequest& request) {
    // A list of the past would show when somebody's status changed (credentials §3).
    if (request.query_value("time"))
        return net::error_response(501, "historical lists are not given out");
    const auto token = agent.status->token(std::string(request.parameter("list")), agent.now());
    if (token == nullptr) return net::error_response(404, "no such status list");
    const std::int64_t age =
        std::max<std::int64_t>(1, agent.settings.status.ttl_s - (agent.now() - token->signed_at));
    net::HttpResponse response;
    const bool same = request.header("If-None-Match").value_or("") == token->etag;
    const bool packed =
        request.header("Accept-Encoding").value_or("").find("gzip") != std::string_view::npos &&
        !token->gzip.empty();
    response.status = same ? 304 : 200;
    if (!same) {
        response.body = packed ? token->gzip : token->text;
        response.set("Content-Type", "application/statuslist+jwt");
        if (packed) response.set("Content-Encoding", "gzip");
    }
    response.set("ETag", token->etag);
    response.set("Vary", "Accept-Encoding");
    response.set("Cache-Control",
                 "public, max-age=" + std::to_string(std::min(age, agent.settings.status.ttl_s)));
    return response;
}

void mount_lists(Agent& agent, net::HttpServer& server) {
    net::RouteOptions options = open_to_browsers();
    // A question to a database server or a token may take long.
    if (agent.database->shared() || !agent.settings.token.status.empty())
        options.place = net::HandlerPlace::on_workers;
    route(
        agent, server, "GET", "/status/{list}",
        [&agent](const net::HttpRequest& request) { return status_list(agent, request); }, options);
    route(
        agent, server, "GET", "/status-lists",
        [&agent](const net::HttpRequest&) {
            encoding::Array lists;
            for (const std::string& uri : agent.status->uris()) lists.emplace_back(uri);
            return cached("application/json",
                          encoding::compact_json(encoding::Object{{"status_lists", lists}}), 300);
        },
        options);
}

void mount_keys_and_types(Agent& agent, net::HttpServer& server) {
    for (const credential::CredentialType& type : agent.issuer->config().types) {
        const std::string path = type.vct.substr(agent.settings.public_url.size());
        const std::string document = credential::type_document(type);
        server.route(
            "GET", path,
            [document](const net::HttpRequest&) {
                return cached("application/json", document, 3600);
            },
            open_to_browsers());
    }
    server.route(
        "GET", "/jwks",
        [&agent](const net::HttpRequest&) {
            return cached("application/json", encoding::compact_json(key_set(agent)), 300);
        },
        open_to_browsers());
    server.route(
        "GET", "/.well-known/did.json",
        [&agent](const net::HttpRequest&) {
            return cached("application/json", encoding::compact_json(did_document(agent)), 300);
        },
        open_to_browsers());
    if (agent.keyring->endorser != nullptr) {
        server.route(
            "GET", "/organisation.vc",
            [&agent](const net::HttpRequest&) {
                const auto statement = organisation_statement(agent);
                if (!statement) return net::error_response(503, "the statement cannot be signed");
                return cached("application/vc", encoding::compact_json(*statement), 300);
            },
            open_to_browsers());
    }
    server.route(
        "GET", "/.well-known/jwt-vc-issuer",
        [&agent](const net::HttpRequest&) {
            const encoding::Object body{{"issuer", agent.settings.public_url},
                                        {"jwks", key_set(agent)}};
            return cached("application/json", encoding::compact_json(body), 300);
        },
        open_to_browsers());
}

/// Read for each request: whoever runs the authority replaces the file.
void mount_revocation_list(Agent& agent, net::HttpServer& server) {
    if (agent.settings.crl.empty()) return;
    server.route(
        "GET", "/ca.crl",
        [&agent](const net::HttpRequest&) {
            auto list = read_text_file(agent.settings.crl);
            if (!list) return net::error_response(503, "the revocation list cannot be read");
            return cached("application/pkix-crl", std::move(list).value(), 3600);
        },
        on_workers(1024));
}

void mount_assets(net::HttpServer& server) {
    const std::string folder = "/assets/" + std::string(assets::version());
    server.route("GET", folder + "/stadtbuch.css", [](const net::HttpRequest&) {
        return cached("text/css; charset=utf-8", std::string(assets::style()), 31536000);
    });
    server.route("GET", folder + "/stadtbuch.js", [](const net::HttpRequest&) {
        return cached("text/javascript; charset=utf-8", std::string(assets::script()), 31536000);
    });
    server.route("GET", "/assets/icon.svg", [](const net::HttpRequest&) {
        return cached("image/svg+xml", std::string(icon), 86400);
    });
    server.route("GET", "/robots.txt", [](const net::HttpRequest&) {
        return net::HttpResponse::text(
            200, "User-agent: *\nDisallow: /antrag/\nDisallow: /amt\nDisallow: /parken/\n");
    });
}

net::HttpResponse ready(Agent& agent) {
    if (!agent.database->sound())
        return net::HttpResponse::json(503, "{\"ready\":false,\"store\":\"failed\"}");
    const bool published = agent.metrics.ledger_published;
    const std::string ledger = agent.settings.ledger.genesis.empty() ? "none"
                               : published                           ? "published"
                                                                     : "pending";
    return net::HttpResponse::json(
        200, "{\"ready\":true,\"store\":\"ok\",\"ledger\":\"" + ledger + "\"}");
}

void line(std::string& out, std::string_view name, std::string_view help, std::string_view type,
          std::uint64_t value) {
    out += "# HELP stadtbuch_agent_" + std::string(name) + " " + std::string(help) +
           "\n# TYPE stadtbuch_agent_" + std::string(name) + " " + std::string(type) +
           "\nstadtbuch_agent_" + std::string(name) + " " + std::to_string(value) + "\n";
}

net::HttpResponse metrics_text(Agent& agent) {
    const Metrics& m = agent.metrics;
    std::string out;
    line(out, "http_requests_total", "Requests answered.", "counter", m.requests);
    line(out, "http_client_errors_total", "Answers 4xx.", "counter", m.client_errors);
    line(out, "http_server_errors_total", "Answers 5xx.", "counter", m.server_errors);
    line(out, "http_refused_for_now_total", "Answers 503.", "counter", m.refused_for_now);
    line(out, "credentials_issued_total", "Credentials given to wallets.", "counter",
         m.credentials_issued);
    line(out, "offers_redeemed_total", "Offers opened by wallets.", "counter", m.offers_redeemed);
    line(out, "offers_burnt_total", "Offers blocked after wrong codes.", "counter", m.offers_burnt);
    line(out, "old_proof_shapes_total", "Requests with the singular proof of old drafts.",
         "counter", m.old_proof_shapes);
    line(out, "presentations_good_total", "Presentations accepted.", "counter",
         m.presentations_good);
    line(out, "presentations_bad_total", "Presentations refused.", "counter", m.presentations_bad);
    line(out, "register_events_total", "Cases that followed changes of the register.", "counter",
         m.register_events);
    line(out, "register_events_held", "Changes of the register that wait for a clerk.", "gauge",
         m.register_events_held);
    line(out, "logins_total", "Logins.", "counter", m.logins);
    line(out, "logins_refused_total", "Logins refused.", "counter", m.logins_refused);
    line(out, "account_logins_total", "Citizens who logged in at an identity provider.", "counter",
         m.account_logins);
    line(out, "account_logins_refused_total", "Such logins that failed.", "counter",
         m.account_logins_refused);
    line(out, "rate_limited_total", "Requests refused by a rate limit.", "counter", m.rate_limited);
    line(out, "ledger_writes_total", "Transactions written to the ledger.", "counter",
         m.ledger_writes);
    line(out, "ledger_failures_total", "Transactions that the ledger did not take.", "counter",
         m.ledger_failures);
    line(out, "signing_failures_total", "Requests that a token with signing keys did not serve.",
         "counter", m.signing_failures);
    line(out, "credentials_revoked", "Status entries set to invalid.", "gauge",
         agent.status->revoked_count());
    line(out, "ledger_published", "1 when schemas and type hashes stand on the ledger.", "gauge",
         m.ledger_published ? 1 : 0);
    const store::StoreCounters counters = agent.database->counters();
    line(out, "store_writes_total", "Atomic batches written.", "counter", counters.writes);
    line(out, "store_syncs_total", "Syncs of the store's log.", "counter", counters.syncs);
    out += "# HELP stadtbuch_agent_cases Cases by state.\n# TYPE stadtbuch_agent_cases gauge\n";
    for (const auto& [state, count] : agent.cases->counts()) {
        out += "stadtbuch_agent_cases{state=\"" + std::string(to_text(state)) + "\"} " +
               std::to_string(count) + "\n";
    }
    const auto lists = agent.trust_lists->states();
    const auto bad = std::count_if(lists.begin(), lists.end(),
                                   [](const auto& one) { return !one.fault.empty(); });
    line(out, "trust_lists", "Trust lists in the settings.", "gauge", lists.size());
    line(out, "trust_lists_in_force", "Of these, lists by whose entries somebody is trusted now.",
         "gauge",
         static_cast<std::uint64_t>(std::count_if(
             lists.begin(), lists.end(), [](const auto& one) { return one.list.has_value(); })));
    line(out, "trust_lists_faulty",
         "Lists whose last fetch failed or whose last version was refused.", "gauge",
         static_cast<std::uint64_t>(bad));
    return net::HttpResponse::of_type(200, "text/plain; version=0.0.4; charset=utf-8", out);
}

void mount_health(Agent& agent, net::HttpServer& server) {
    server.route("GET", "/healthz", [](const net::HttpRequest&) {
        return net::HttpResponse::json(200, "{\"alive\":true}");
    });
    net::RouteOptions options;
    if (agent.database->shared()) options.place = net::HandlerPlace::on_workers;
    server.route(
        "GET", "/readyz", [&agent](const net::HttpRequest&) { return ready(agent); }, options);
}

}  // namespace

void mount_documents(Agent& agent, net::HttpServer& server) {
    mount_lists(agent, server);
    mount_keys_and_types(agent, server);
    mount_assets(server);
    mount_revocation_list(agent, server);
    mount_health(agent, server);
    server.fallback([&agent](const net::HttpRequest& request) {
        const View view = view_without_session(agent, request);
        return error_page(view, view(texts::not_found), 404);
    });
}

void Agent::mount_telemetry(net::HttpServer& server) {
    mount_health(*this, server);
    route(*this, server, "GET", "/metrics",
          [this](const net::HttpRequest&) { return metrics_text(*this); }, {});
}

}  // namespace stadtbuch::agent
