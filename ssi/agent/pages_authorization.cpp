// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The authorization page (OpenID4VCI, credentials §1.5): a wallet has pushed its request, the
// citizen shows who they are, by code from the office or by presenting a credential.
//
//   GET /authorize -> /freigabe -> POST /freigabe/code, POST /parken, POST /wohnsitz/ausweis or
//   POST /freigabe/abbrechen -> back into the wallet
#include "ssi/agent/pages_account.hpp"
#include "ssi/agent/pages_kind.hpp"
#include "ssi/agent/present.hpp"
#include "ssi/agent/queries.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule open_rule{60, 60};
constexpr RateLimiter::Rule code_rule{20, 10};

net::HttpResponse over(const View& view) {
    return error_page(view, view(texts::grant_over), 400);
}

/// Where browser and wallet part: the host, or an app's own scheme.
std::string place_of(const std::string& redirect_uri) {
    const std::size_t scheme = redirect_uri.find("://");
    const bool web = redirect_uri.starts_with("http");
    if (!web || scheme == std::string::npos) return redirect_uri.substr(0, redirect_uri.find(':'));
    const std::string rest = redirect_uri.substr(scheme + 3);
    return rest.substr(0, rest.find_first_of("/?"));
}

net::HttpResponse open(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (too_often(agent, request, "authorize", open_rule))
        return error_page(view, view(texts::too_often), 429);
    const auto session = agent.issuer->open_authorization(
        request.query_value("client_id").value_or(""),
        request.query_value("request_uri").value_or(""), agent.now());
    if (!session) return over(view);
    Sitting sitting = start_sitting();
    sitting.authorization = session->id;
    save_sitting(agent, sitting);
    net::HttpResponse response = net::HttpResponse::redirect("/freigabe");
    hand_out(agent, response, sitting);
    return response;
}

struct Asked {
    Sitting sitting;
    openid::AuthorizationSession session;
};

std::optional<Asked> asked_by(Agent& agent, const net::HttpRequest& request) {
    auto sitting = sitting_of(agent, request);
    if (!sitting || sitting->authorization.empty()) return std::nullopt;
    auto session = agent.issuer->authorization(sitting->authorization, agent.now());
    if (!session) return std::nullopt;
    return Asked{*std::move(sitting), *std::move(session)};
}

Html code_form(const View& view, const Asked& asked, std::optional<Text> fault) {
    if (asked.session.issuer_state.empty()) return {};
    FieldSpec spec{"code", texts::grant_code, "", "one-time-code", texts::grant_code_hint, fault,
                   true};
    return html(
        "<section class=\"card\"><h2>{}</h2><form method=\"post\" action=\"/freigabe/code\" "
        "novalidate>{}{}<button class=\"big\">{}</button></form></section>",
        view(texts::grant_code_title), form_token(view.agent, asked.sitting.secret),
        text_field(view, spec), view(texts::next));
}

/// The way to show who one is by a credential, as far as there is one for this type.
Html present_form(const View& view, const Asked& asked) {
    const auto kind = kind_of(asked.session.configuration_id);
    const KindDefinition* own = kind ? view.agent.kinds->find(*kind) : nullptr;
    if (own != nullptr && kind_present_accepted(view.agent, *own))
        return kind_present_card(view, *own);
    const bool parking = asked.session.configuration_id == view.agent.parking().id;
    const bool residence = asked.session.configuration_id == view.agent.residence().id;
    const Html accounts = residence ? account_cards(view, account_for_residence) : Html();
    if (!parking && !(residence && pid_accepted(view.agent))) {
        if (!asked.session.issuer_state.empty() || !accounts.empty()) return accounts;
        return html("<div class=\"box warn\"><p>{}</p></div>", view(texts::grant_none));
    }
    return html(
        "<section class=\"card\"><h2>{}</h2><p>{}</p><form method=\"post\" action=\"{}\"><button "
        "class=\"big\">{}</button></form></section>{}",
        view(parking ? texts::parking_step_1 : texts::pid_card),
        view(parking ? texts::parking_asks : texts::pid_asks),
        parking ? "/parken" : "/wohnsitz/ausweis", view(texts::grant_present), accounts);
}

net::HttpResponse ask_page(const View& view, const Asked& asked, std::optional<Text> fault) {
    const auto* known = view.agent.desk->type_of(CaseKind(asked.session.configuration_id));
    const auto& type = known == nullptr ? view.agent.residence() : *known;
    std::vector<FormFault> faults;
    if (fault) faults.push_back({"code", texts::grant_code, *fault});
    const std::string& wallet =
        asked.session.wallet_name.empty() ? asked.session.client_id : asked.session.wallet_name;
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd>"
        "<dt>{}</dt><dd>{}</dd></dl>{}{}<form method=\"post\" action=\"/freigabe/abbrechen\">{}"
        "<button class=\"second\">{}</button></form></div>",
        view(texts::grant_title), fault_summary(view, faults), view(texts::grant_asks),
        view.language == Language::en ? type.name_en : type.name_de, view(texts::grant_wallet),
        wallet, view(texts::grant_back_to), place_of(asked.session.redirect_uri),
        code_form(view, asked, fault), present_form(view, asked),
        form_token(view.agent, asked.sitting.secret), view(texts::grant_cancel));
    return page(view, view(texts::grant_title), body, fault ? 422 : 200);
}

/// The form of this browser's own authorization page; nullopt: not from there.
std::optional<net::FormList> own_form(Agent& agent, const net::HttpRequest& request,
                                      const Asked& asked) {
    auto form = request.form();
    if (!form || !from_our_pages(agent, request) ||
        !form_token_good(agent, asked.sitting.secret, *form)) {
        return std::nullopt;
    }
    return form;
}

net::HttpResponse take_code(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const auto asked = asked_by(agent, request);
    if (!asked) return over(view);
    const auto form = own_form(agent, request, *asked);
    if (!form) return error_page(view, view(texts::form_outdated), 403);
    if (too_often(agent, request, "code", code_rule))
        return error_page(view, view(texts::too_often), 429);
    const auto typed = agent.issuer->take_typed_code(asked->session.issuer_state,
                                                     field_of(*form, "code", 12), agent.now());
    agent.desk->take_events(typed.events, agent.now());
    const auto record = typed.case_id ? agent.cases->get(*typed.case_id) : std::nullopt;
    const bool fits = record && record->kind.id() == asked->session.configuration_id;
    if (!fits) return ask_page(view, *asked, texts::grant_code_wrong);
    auto back = finish_for_wallet(view, asked->sitting, record->id);
    return back ? *std::move(back) : over(view);
}

net::HttpResponse cancel(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const auto asked = asked_by(agent, request);
    if (!asked) return over(view);
    if (!own_form(agent, request, *asked)) return error_page(view, view(texts::form_outdated), 403);
    const auto url =
        agent.issuer->deny_authorization(asked->session.id, "access_denied", agent.now());
    return url ? wallet_return(view, *url) : over(view);
}

}  // namespace

void mount_authorization_pages(Agent& agent, net::HttpServer& server) {
    using net::HttpRequest;
    route(
        agent, server, "GET", std::string(openid::issuer_paths::authorize),
        [&agent](const HttpRequest& request) { return open(agent, request); }, on_workers());
    route(
        agent, server, "GET", "/freigabe",
        [&agent](const HttpRequest& request) {
            const View view = view_of_request(agent, request);
            const auto asked = asked_by(agent, request);
            return asked ? ask_page(view, *asked, {}) : over(view);
        },
        on_workers());
    route(
        agent, server, "POST", "/freigabe/code",
        [&agent](const HttpRequest& request) { return take_code(agent, request); }, on_workers());
    route(
        agent, server, "POST", "/freigabe/abbrechen",
        [&agent](const HttpRequest& request) { return cancel(agent, request); }, on_workers());
}

}  // namespace stadtbuch::agent
