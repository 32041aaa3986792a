// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Login and the audit log.
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/keys/password.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view cookie = "amt";
constexpr RateLimiter::Rule login_rule{10, 5};   // of one network
constexpr RateLimiter::Rule account_rule{8, 4};  // attempts for one account
constexpr std::size_t rows_max = 200;
/// A hash that no password has: an unknown account costs as much time as a known one.
constexpr std::string_view no_password =
    "$argon2id$v=19$m=65536,t=2,p=1$c3RhZHRidWNoLW5vYm9keQ$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

net::HttpResponse login_page(const View& view, const std::string& target,
                             std::optional<Text> fault) {
    Html wrong;
    if (fault) {
        wrong =
            html("<div class=\"box bad\" role=\"alert\" tabindex=\"-1\" data-focus><p>{}</p></div>",
                 view(*fault));
    }
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<form method=\"post\" action=\"/anmelden\">"
        "<input type=\"hidden\" name=\"weiter\" value=\"{}\"><div class=\"field\"><label "
        "for=\"account\">{}</label>"
        "<input type=\"text\" id=\"account\" name=\"account\" autocomplete=\"username\" "
        "required></div>"
        "<div class=\"field\"><label for=\"password\">{}</label><input type=\"password\" "
        "id=\"password\" name=\"password\" "
        "autocomplete=\"current-password\" required></div><button>{}</button></form></div>",
        view(texts::login_title), wrong, target, view(texts::login_account),
        view(texts::login_password), view(texts::login_send));
    View shown = view;
    shown.path = "/anmelden";
    return page(shown, view(texts::login_title), body, fault ? 403 : 200);
}

net::HttpResponse login(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request))
        return error_page(view, view(texts::form_outdated), 403);
    const std::string target = safe_target(field_of(*form, "weiter"), "/amt");
    const std::string id = field_of(*form, "account", 100);
    const std::string password(net::find_field(*form, "password").value_or("").substr(0, 1000));
    const std::string bucket = "login " + id;
    if (too_often(agent, request, "login", login_rule) ||
        !agent.guesses->take(bucket, account_rule, agent.now())) {
        return login_page(view, target, texts::too_often);
    }
    const Account* account = agent.accounts.find(id);
    const bool good =
        keys::verify_password(
            account != nullptr ? account->password_hash : std::string(no_password), password) &&
        account != nullptr;
    if (!good) {
        ++agent.metrics.logins_refused;
        agent.audit->note(agent.now(), account != nullptr ? id : std::string("?"), "login_refused",
                          "");
        return login_page(view, target, texts::login_wrong);
    }
    ++agent.metrics.logins;
    agent.audit->note(agent.now(), id, "login", "");
    const Session session = agent.sessions->start(*account, agent.now());
    net::HttpResponse response = net::HttpResponse::redirect(
        account->clerk || target != "/amt" ? target : std::string("/kontrolle"));
    set_cookie(agent, response, cookie, session.token, Sessions::life_s);
    return response;
}

net::HttpResponse logout(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const auto form = request.form();
    if (!view.session || !form || !from_our_pages(agent, request) ||
        !form_token_good(agent, view.session->token, *form)) {
        return error_page(view, view(texts::form_outdated), 403);
    }
    agent.sessions->end(view.session->token);
    net::HttpResponse response = net::HttpResponse::redirect("/");
    set_cookie(agent, response, cookie, "", 0);
    return response;
}

/// Looking at the session was enough to give it more time.
net::HttpResponse stay(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const auto form = request.form().value_or(net::FormList{});
    if (auto refused = refuse_form(view, request, form, Role::inspector))
        return std::move(*refused);
    return more_time(view, request, form, view.session->until, "/amt");
}

net::HttpResponse audit_page(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (auto refused = refuse_without(view, Role::clerk)) return std::move(*refused);
    Html rows;
    for (const AuditLine& line : agent.audit->newest(rows_max)) {
        rows += html("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                     view.date_time(line.at), line.who, view.word("act." + line.what), line.object);
    }
    const Html body = html(
        "<h1>{}</h1><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"{}\"><table><thead>"
        "<tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th>"
        "<th scope=\"col\">{}</th></tr></thead><tbody>{}</tbody></table></div>",
        view(texts::audit_title), view(texts::audit_title), view(texts::history_when),
        view(texts::history_who), view(texts::history_what), view(texts::audit_object), rows);
    return page(view, view(texts::audit_title), body);
}

}  // namespace

void mount_staff_pages(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/anmelden",
        [&agent](const net::HttpRequest& request) {
            const View view = view_of_request(agent, request);
            return login_page(view, safe_target(request.query_value("weiter").value_or(""), "/amt"),
                              {});
        },
        on_workers());
    route(
        agent, server, "POST", "/anmelden",
        [&agent](const net::HttpRequest& request) { return login(agent, request); },
        on_workers(8 * 1024));
    route(
        agent, server, "POST", "/abmelden",
        [&agent](const net::HttpRequest& request) { return logout(agent, request); }, on_workers());
    route(
        agent, server, "POST", "/anmelden/verlaengern",
        [&agent](const net::HttpRequest& request) { return stay(agent, request); }, on_workers());
    route(
        agent, server, "GET", "/amt/protokoll",
        [&agent](const net::HttpRequest& request) { return audit_page(agent, request); },
        on_workers());
}

}  // namespace stadtbuch::agent
