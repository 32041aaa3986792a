// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/web.hpp"

#include <spdlog/spdlog.h>

#include "ssi/agent/texts_staff.hpp"
#include "ssi/keys/jose.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view session_cookie = "amt";

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

Language wished_language(const Agent& agent, const net::HttpRequest& request) {
    const auto& offered = agent.settings.languages;
    const auto has = [&](std::string_view tag) {
        return std::find(offered.begin(), offered.end(), tag) != offered.end();
    };
    std::string wish = std::string(request.query_value("lang").value_or(""));
    if (wish.empty()) wish = std::string(request.cookie("lang").value_or(""));
    if (wish.empty()) {
        // The first of our languages in the browser's list; weights follow the order in practice.
        const std::string accept(request.header("Accept-Language").value_or(""));
        const std::size_t de = accept.find("de");
        const std::size_t en = accept.find("en");
        wish = en != std::string::npos && (de == std::string::npos || en < de) ? "en" : "de";
    }
    const auto wished = language_tagged(wish);
    if (wished && has(wish)) return *wished;
    return has("de") ? Language::de : Language::en;
}

}  // namespace

Language language_of(const Case& record) {
    return language_tagged(record.language).value_or(Language::de);
}

View view_without_session(Agent& agent, const net::HttpRequest& request) {
    View view{agent,
              wished_language(agent, request),
              request.target.substr(0, request.target.find('?')),
              "",
              {}};
    net::FormList rest;
    for (const auto& field : request.query) {
        if (field.first != "lang") rest.push_back(field);
    }
    if (!rest.empty()) view.query = net::build_form(rest);
    return view;
}

View view_of_request(Agent& agent, const net::HttpRequest& request) {
    View view = view_without_session(agent, request);
    view.session = agent.sessions->find(cookie_of(agent, request, session_cookie), agent.accounts,
                                        agent.now());
    return view;
}

bool wants_json(const net::HttpRequest& request) {
    const std::string_view accept = request.header("Accept").value_or("");
    return accept.find("application/json") != std::string_view::npos &&
           accept.find("text/html") == std::string_view::npos;
}

bool from_our_pages(const Agent& agent, const net::HttpRequest& request) {
    if (const auto origin = request.header("Origin")) return *origin == agent.settings.origin();
    const auto site = request.header("Sec-Fetch-Site");
    return !site || *site == "same-origin" || *site == "none";
}

namespace {

std::string token_for(const Agent& agent, std::string_view secret) {
    const std::string message = "form:" + std::string(secret);
    return encoding::base64url_encode(
        keys::hmac_sha256(agent.keyring->forms_secret, view_of(message)).view());
}

}  // namespace

Html form_token(const Agent& agent, std::string_view secret) {
    return html("<input type=\"hidden\" name=\"form_token\" value=\"{}\">",
                token_for(agent, secret));
}

bool form_token_good(const Agent& agent, std::string_view secret, const net::FormList& form) {
    const std::string expected = token_for(agent, secret);
    const auto given = net::find_field(form, "form_token");
    return given && keys::constant_time_equal(view_of(*given), view_of(expected));
}

std::string field_of(const net::FormList& form, std::string_view name, std::size_t most) {
    std::string text = trimmed(net::find_field(form, name).value_or(""));
    if (!encoding::is_utf8(text)) return {};
    if (text.size() > most + 200) text.resize(most + 200);
    return encoding::is_utf8(text) ? text : std::string();
}

std::string cookie_name(const Agent& agent, std::string_view name) {
    // Agents below different paths of one host share its cookies, not their names.
    std::string below = agent.settings.path();
    std::replace(below.begin(), below.end(), '/', '!');
    return (agent.settings.secure() ? "__Host-" : "") + std::string(name) + below;
}

std::string cookie_of(const Agent& agent, const net::HttpRequest& request, std::string_view name) {
    return std::string(request.cookie(cookie_name(agent, name)).value_or(""));
}

void set_cookie(const Agent& agent, net::HttpResponse& response, std::string_view name,
                std::string_view value, std::int64_t max_age_s) {
    std::string text = cookie_name(agent, name) + "=" + std::string(value) +
                       "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(max_age_s);
    if (agent.settings.secure()) text += "; Secure";
    response.set("Set-Cookie", std::move(text));
}

std::optional<net::HttpResponse> refuse_without(const View& view, Role role) {
    if (!view.session) {
        const std::string target = view.path + (view.query.empty() ? "" : "?" + view.query);
        return net::HttpResponse::redirect("/anmelden?weiter=" + net::percent_encode(target));
    }
    const bool allowed =
        role == Role::clerk ? view.session->clerk : view.session->inspector || view.session->clerk;
    if (allowed) return std::nullopt;
    return error_page(view, view(texts::no_right), 403);
}

std::optional<net::HttpResponse> refuse_form(const View& view, const net::HttpRequest& request,
                                             const net::FormList& form, Role role) {
    if (auto refused = refuse_without(view, role)) return refused;
    if (from_our_pages(view.agent, request) &&
        form_token_good(view.agent, view.session->token, form)) {
        return std::nullopt;
    }
    return error_page(view, view(texts::form_outdated), 403);
}

net::HttpServer::Handler page_for(Agent& agent, Role role, RolePage shown) {
    return [&agent, role, shown](const net::HttpRequest& request) -> net::HttpResponse {
        const View view = view_of_request(agent, request);
        if (auto refused = refuse_without(view, role)) return std::move(*refused);
        return shown(view, request);
    };
}

net::HttpServer::Handler form_for(Agent& agent, Role role, RoleForm done, std::string_view path) {
    return [&agent, role, done, path](const net::HttpRequest& request) -> net::HttpResponse {
        View view = view_of_request(agent, request);
        if (!path.empty()) view.path = path;
        const auto form = request.form().value_or(net::FormList{});
        if (auto refused = refuse_form(view, request, form, role)) return std::move(*refused);
        return done(view, form);
    };
}

bool too_often(Agent& agent, const net::HttpRequest& request, std::string_view what,
               const RateLimiter::Rule& rule) {
    const std::string bucket = std::string(what) + " " + address_prefix(request.peer_address);
    if (agent.limiter.take(bucket, rule, net::monotonic_ms())) return false;
    ++agent.metrics.rate_limited;
    return true;
}

namespace {

bool same_header(std::string_view name, std::string_view lower) {
    return std::equal(name.begin(), name.end(), lower.begin(), lower.end(), [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b;
    });
}

}  // namespace

openid::HttpRequest protocol_request(const net::HttpRequest& request) {
    openid::HttpRequest out{std::string(request.header("Content-Type").value_or("")),
                            std::string(request.header("Authorization").value_or("")),
                            std::string(request.header("Accept").value_or("")), request.body};
    const std::pair<std::string_view, std::vector<std::string>&> counted[] = {
        {"dpop", out.dpop},
        {"oauth-client-attestation", out.client_attestation},
        {"oauth-client-attestation-pop", out.client_attestation_pop}};
    for (const auto& [name, value] : request.headers) {
        for (const auto& [wanted, place] : counted) {
            if (same_header(name, wanted)) place.push_back(value);
        }
    }
    return out;
}

net::HttpResponse http_response(const openid::HttpResponse& response) {
    net::HttpResponse out;
    out.status = response.status;
    out.body = response.body;
    out.headers.assign(response.headers.begin(), response.headers.end());
    if (!response.content_type.empty()) out.set("Content-Type", response.content_type);
    if (!response.rule.empty()) {
        out.set("Link", "</regeln#" + response.rule + ">; rel=\"help\"");
        spdlog::info("refused by rule {}", response.rule);
    }
    return out;
}

net::HttpResponse unavailable(Agent& agent, const net::HttpRequest& request,
                              const Unavailable& why) {
    spdlog::error("not answered: {} {}", why.error.id, why.error.what);
    const bool is_key = dynamic_cast<const KeyUnavailable*>(&why) != nullptr;
    if (is_key) ++agent.metrics.signing_failures;
    const bool person =
        request.header("Accept").value_or("").find("text/html") != std::string_view::npos;
    net::HttpResponse response;
    if (person) {
        const View view = view_without_session(agent, request);
        response = error_page(view, view(texts::not_now), 503);
    } else {
        response = net::error_response(
            503, is_key ? "the signing key is not available" : "the store is not available");
    }
    response.set("Retry-After", "5");
    return response;
}

void route(Agent& agent, net::HttpServer& server, const std::string& method,
           const std::string& pattern, net::HttpServer::Handler handler,
           net::RouteOptions options) {
    if (options.place == net::HandlerPlace::on_io) {
        server.route(
            method, pattern,
            [&agent, handler = std::move(handler)](const net::HttpRequest& request) {
                try {
                    return agent.database->together([&] { return handler(request); });
                } catch (const Unavailable& failed) {
                    return unavailable(agent, request, failed);
                }
            },
            std::move(options));
        return;
    }
    // No worker waits for the disk: the answer goes out when what it tells is durable.
    server.route_async(
        method, pattern,
        [&agent, handler = std::move(handler)](const net::HttpRequest& request,
                                               const net::HttpResponder& responder) {
            const auto answer = std::make_shared<net::HttpResponse>();
            try {
                agent.database->together_then(
                    [&] { *answer = handler(request); },
                    [answer, responder] { responder.send(std::move(*answer)); });
            } catch (const Unavailable& failed) {
                responder.send(unavailable(agent, request, failed));
            }
        },
        std::move(options));
}

net::RouteOptions on_workers(std::size_t body_bytes_max) {
    net::RouteOptions options;
    options.place = net::HandlerPlace::on_workers;
    options.body_bytes_max = body_bytes_max;
    return options;
}

net::HeaderList security_headers(const Settings& settings) {
    net::HeaderList out{
        {"Content-Security-Policy",
         "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src "
         "'self'; form-action "
         "'self'; base-uri 'none'; frame-ancestors 'none'"},
        // same-origin: links out carry nothing of our addresses, and our own forms keep their
        // Origin header.
        {"Referrer-Policy", "same-origin"},
        {"X-Content-Type-Options", "nosniff"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"},
        {"Cache-Control", "no-store"}};
    // A year of https only would be a nuisance on a developer's localhost.
    if (settings.secure() && !settings.development)
        out.emplace_back("Strict-Transport-Security", "max-age=31536000");
    return out;
}

std::string safe_target(std::string_view wish, std::string_view otherwise) {
    const bool inside = wish.size() > 1 && wish[0] == '/' && wish[1] != '/' && wish[1] != '\\' &&
                        wish.find_first_of("\r\n") == std::string_view::npos;
    return std::string(inside ? wish : otherwise);
}

std::string typed_date(std::string_view text) {
    std::vector<std::string> parts;
    std::string part;
    const char separator = text.find('-') != std::string_view::npos ? '-' : '.';
    for (const char c : std::string(text) + separator) {
        if (c == separator) {
            if (part.empty() || part.size() > 4) return {};
            parts.push_back(std::exchange(part, ""));
        } else if (c >= '0' && c <= '9') {
            part += c;
        } else if (c != ' ') {
            return {};
        }
    }
    if (separator == '.') std::reverse(parts.begin(), parts.end());
    if (parts.empty() || parts.size() > 3 || parts[0].size() != 4) return {};
    std::string out = parts[0];
    constexpr int most[] = {9999, 12, 31};
    for (std::size_t i = 1; i < parts.size(); ++i) {
        const int number = parts[i].size() > 2 ? 0 : std::stoi(parts[i]);
        if (number < 1 || number > most[i]) return {};
        out += (number < 10 ? "-0" : "-") + std::to_string(number);
    }
    return out;
}

}  // namespace stadtbuch::agent
