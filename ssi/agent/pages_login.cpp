// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// "Login with proof of residence" for shops and insurers: our OpenID provider (ssi/openid/provider)
// on HTTP and its page.
//
//   GET or POST /oidc/authorize -> /oidc/anmeldung (who asks, for what) -> POST /oidc ->
//   (present.hpp) -> back to the shop with a code
#include "ssi/agent/present.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/keys/jwk.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule begin_rule{60, 60};

Html steps(const View& view, std::size_t current) {
    return step_list(view, {texts::shop_step_1, texts::shop_step_2}, current);
}

std::optional<openid::LoginRequest> login_of(const Agent& agent, const Sitting& sitting) {
    return agent.provider->login(sitting.login, agent.now());
}

openid::DcqlQuery login_query(const Agent& agent, const Sitting& sitting) {
    const auto login = login_of(agent, sitting);
    return query_for("residence", agent.residence().vct,
                     login ? login->client->claims : std::vector<std::string>{});
}

/// Nothing of the person is kept in the sitting.
ProvenResidence nobody(const encoding::Value&) {
    return {};
}

net::HttpResponse back_to(const View& view, const std::string& url) {
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p><a class=\"button big\" href=\"{}\">{}</a></p></div>",
        view(texts::shop_done), url, view(texts::shop_back));
    net::HttpResponse response = page(view, view(texts::shop_done), body);
    response.set("Refresh", "0; url=" + url);
    response.set("Referrer-Policy", "no-referrer");
    return response;
}

/// Whose credential this is, by the status entry that we gave it; empty: not ours to know. The
/// shop never sees it: its subject is an HMAC (openid::Provider).
std::string resident_of(const Agent& agent, const encoding::Object& claims) {
    const encoding::Value* status = claims.find("status");
    const auto reference =
        status != nullptr ? credential::status_from_claim(*status) : std::nullopt;
    if (!reference) return {};
    const std::string id =
        agent.status->case_of({agent.status->id_of(reference->uri), reference->index});
    const auto record = id.empty() ? std::nullopt : agent.cases->get(id);
    return record ? record->resident_id : std::string();
}

net::HttpResponse shown(const View& view, Sitting sitting, const encoding::Object* claims) {
    const auto url = claims != nullptr
                         ? view.agent.provider->finish(sitting.login, *claims, view.agent.now(),
                                                       resident_of(view.agent, *claims))
                         : std::nullopt;
    if (!url) return error_page(view, view(texts::sitting_over), 409);
    return back_to(view, *url);
}

net::HttpResponse given_up(const View& view, const Sitting& sitting) {
    const auto url = view.agent.provider->deny(sitting.login, "access_denied", view.agent.now());
    return url ? back_to(view, *url) : error_page(view, view(texts::sitting_over), 409);
}

const Asking asking{
    "/oidc", "login", texts::shop_title, texts::shop_asks, steps, login_query, nobody,
    shown,   true,    given_up,          texts::shop_kept};

/// The parameters, in the address or as a form (OpenID Connect Core §3.1.2.1 wants both); none if
/// one comes twice.
std::optional<openid::Form> login_request(const net::HttpRequest& request) {
    if (request.method == "POST") {
        const openid::HttpRequest posted = protocol_request(request);
        return openid::media_type(posted.content_type) == "application/x-www-form-urlencoded"
                   ? openid::parse_form(posted.body)
                   : std::nullopt;
    }
    openid::Form query;
    for (const auto& [name, value] : request.query) {
        if (!query.emplace(name, value).second) return std::nullopt;
    }
    return query;
}

net::HttpResponse begin(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (too_often(agent, request, "login", begin_rule))
        return error_page(view, view(texts::too_often), 429);
    const auto query = login_request(request);
    if (!query) return error_page(view, view(texts::not_understood), 400);
    const auto begun = agent.provider->begin(*query, agent.now());
    if (const auto* refusal = std::get_if<openid::LoginRefusal>(&begun)) {
        if (refusal->redirect.empty()) return error_page(view, view(texts::shop_unknown), 400);
        return net::HttpResponse::redirect(refusal->redirect);
    }
    Sitting sitting = start_sitting();
    sitting.purpose = asking.purpose;
    sitting.login = std::get<openid::LoginRequest>(begun).session_id;
    save_sitting(agent, sitting);
    net::HttpResponse response = net::HttpResponse::redirect("/oidc/anmeldung");
    hand_out(agent, response, sitting);
    return response;
}

net::HttpResponse ask_page(const View& view, const net::HttpRequest&, const Sitting& sitting) {
    const auto login = login_of(view.agent, sitting);
    if (!login) return error_page(view, view(texts::sitting_over), 409);
    Html claims;
    for (const std::string& path : login->client->claims) {
        const auto& all = view.agent.residence().claims;
        const auto named = std::find_if(all.begin(), all.end(),
                                        [&](const auto& claim) { return claim.path == path; });
        const std::string label = named == all.end()              ? path
                                  : view.language == Language::en ? named->label_en
                                                                  : named->label_de;
        claims += html("<li>{}</li>", label);
    }
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd></dl>"
        "<h2>{}</h2><ul><li>{}</li>{}</ul><p>{}</p><form method=\"post\" action=\"/oidc\"><button "
        "class=\"big\">{}</button></form><form method=\"post\" "
        "action=\"/oidc/abbrechen\">{}<button class=\"second\">{}</button></form></div>",
        view(texts::shop_title), steps(view, 0), view(texts::shop_who), login->client->name,
        view(texts::shop_purpose), login->client->purpose, view(texts::shop_gets),
        view(texts::shop_resident), claims,
        view(login->client->sector.empty() ? texts::shop_kept : texts::shop_known_again),
        view(texts::grant_present), form_token(view.agent, sitting.secret),
        view(texts::grant_cancel));
    return page(view, view(texts::shop_title), body);
}

std::string key_set(const Agent& agent) {
    encoding::Object jwk = keys::jwk_of(agent.keyring->requests->public_key());
    jwk.set("kid", agent.provider->config().key_id);
    jwk.set("use", "sig");
    jwk.set("alg", "ES256");
    return encoding::compact_json(encoding::Object{{"keys", encoding::Array{std::move(jwk)}}});
}

}  // namespace

void mount_login_pages(Agent& agent, net::HttpServer& server) {
    using net::HttpRequest;
    if (agent.provider->config().clients.empty()) return;
    const auto at = [](std::string_view below) { return "/oidc" + std::string(below); };
    route(agent, server, "GET", at(openid::provider_paths::discovery),
          [&agent](const HttpRequest&) { return http_response(agent.provider->discovery()); }, {});
    route(agent, server, "GET", at(openid::provider_paths::jwks),
          [&agent](const HttpRequest&) { return net::HttpResponse::json(200, key_set(agent)); },
          {});
    for (const char* method : {"GET", "POST"}) {
        route(
            agent, server, method, at(openid::provider_paths::authorize),
            [&agent](const HttpRequest& request) { return begin(agent, request); }, on_workers());
    }
    route(
        agent, server, "POST", at(openid::provider_paths::token),
        [&agent](const HttpRequest& request) {
            return http_response(agent.provider->token(protocol_request(request), agent.now()));
        },
        on_workers());
    route(agent, server, "GET", "/oidc/anmeldung", with_sitting(agent, asking, ask_page),
          on_workers());
    mount_asking(agent, server, asking);
}

}  // namespace stadtbuch::agent
