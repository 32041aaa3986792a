// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/present.hpp"

#include "ssi/agent/case_view.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule start_rule{20, 10};

Html way_on(const View& view, const Asking& asking, const Sitting& sitting) {
    return html(
        "<div class=\"row\"><a class=\"button\" href=\"{}/weiter\">{}</a>"
        "<form method=\"post\" action=\"{}\"><button class=\"second\">{}</button></form>"
        "<form method=\"post\" action=\"{}/abbrechen\">{}<button class=\"second\">{}</button>"
        "</form></div>",
        asking.base, view(texts::present_continue), asking.base, view(texts::present_more_time),
        asking.base, form_token(view.agent, sitting.secret), view(texts::grant_cancel));
}

openid::PresentationRequest request_for(const Agent& agent, const Asking& asking,
                                        const Sitting& sitting) {
    openid::PresentationRequest request;
    request.query = asking.query(agent, sitting);
    request.context = asking.purpose;
    request.keep_status = asking.keep_status;
    return request;
}

net::HttpResponse start(Agent& agent, const Asking& asking, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (!from_our_pages(agent, request)) return error_page(view, view(texts::form_outdated), 403);
    if (too_often(agent, request, "present", start_rule))
        return error_page(view, view(texts::too_often), 429);
    Sitting sitting = next_sitting(agent, request, asking.purpose);
    // Two transactions, because only the one on this device can be bound to this browser
    // (credentials §4.3).
    openid::PresentationRequest same = request_for(agent, asking, sitting);
    same.same_device = true;
    same.browser_session = sitting.secret;
    same.return_url = agent.settings.public_url + std::string(asking.base) + "/rueckkehr";
    const openid::StartedPresentation here = agent.verifier->start(same, agent.now());
    const openid::StartedPresentation elsewhere =
        agent.verifier->start(request_for(agent, asking, sitting), agent.now());
    sitting.same_device = here.transaction_id;
    sitting.same_link = here.link;
    sitting.other_device = elsewhere.transaction_id;
    sitting.other_link = elsewhere.link;
    sitting.request_expires_at = elsewhere.expires_at;
    save_sitting(agent, sitting);
    net::HttpResponse response = net::HttpResponse::redirect(std::string(asking.base) + "/zeigen");
    hand_out(agent, response, sitting);
    return response;
}

net::HttpResponse show_page(const View& view, const Asking& asking, const Sitting& sitting,
                            bool asked_too_early) {
    Html early;
    if (asked_too_early)
        early = html("<div class=\"box warn\" role=\"alert\"><p>{}</p></div>",
                     view(texts::present_waiting));
    const Html body = html(
        "<h1>{}</h1>{}{}<p>{} {}</p><div class=\"two\"><section class=\"card\"><h2>{}</h2>"
        "<p><a class=\"button big\" href=\"{}\">{}</a></p></section><section "
        "class=\"card\"><h2>{}</h2><p>{}</p>{}"
        "</section></div>{}"
        "<p role=\"status\" data-poll=\"{}/stand\" data-state=\"waiting\" "
        "data-next=\"{}/weiter\" data-done=\"…\"></p>{}",
        view(asking.title), asking.steps(view, 0), early, view(asking.asks), view(asking.kept),
        view(texts::present_same_title), sitting.same_link, view(texts::present_same),
        view(texts::present_other_title), view(texts::present_other),
        link_to_scan(view, sitting.other_link), request_clock(view, sitting.request_expires_at),
        asking.base, asking.base, way_on(view, asking, sitting));
    return page(view, view(asking.title), body);
}

net::HttpResponse failed_page(const View& view, const Asking& asking,
                              const openid::PresentationResult& result) {
    Html why;
    switch (result.state) {
        case openid::PresentationState::refused:
            why = html("<p>{}</p>", view(texts::present_refused));
            break;
        case openid::PresentationState::wrong_session:
            why = html("<p>{}</p>", view(texts::present_wrong_session));
            break;
        case openid::PresentationState::failed:
            if (const credential::TraceLine* line = result.trace.first_failure()) {
                why = html("<p>{}</p>", view.language == Language::en ? line->en : line->de);
            }
            break;
        default:
            why = html("<p>{}</p>", view(texts::present_expired));
    }
    Html trace;
    if (!result.trace.lines.empty()) {
        trace = html("<details><summary>{}</summary>{}</details>", view(texts::present_checked),
                     trace_table(view, result.trace));
    }
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><div class=\"box bad\" role=\"alert\">{}</div>{}"
        "<form method=\"post\" action=\"{}\"><button>{}</button></form></div>",
        view(texts::present_failed_title), why, trace, asking.base, view(texts::present_restart));
    View shown = view;
    shown.path = asking.base;
    shown.query.clear();
    return page(shown, view(texts::present_failed_title), body, 422);
}

/// Takes a released result: the person is known from here on, or the page says why not.
net::HttpResponse take_result(const View& view, const Asking& asking, Sitting sitting,
                              const openid::PresentationResult& result) {
    if (result.state != openid::PresentationState::answered || result.credentials.empty()) {
        ++view.agent.metrics.presentations_bad;
        return failed_page(view, asking, result);
    }
    ++view.agent.metrics.presentations_good;
    sitting.proven = asking.read(result.credentials.front().claims);
    save_sitting(view.agent, sitting);
    return asking.go_on(view, std::move(sitting), &result.credentials.front().claims);
}

net::HttpResponse go_on(const View& view, const Asking& asking, const Sitting& sitting) {
    if (sitting.proven) return asking.go_on(view, sitting, nullptr);
    const auto state = view.agent.verifier->state(sitting.other_device, view.agent.now());
    if (state == openid::PresentationState::waiting) return show_page(view, asking, sitting, true);
    return take_result(view, asking, sitting,
                       view.agent.verifier->result(sitting.other_device, "", "", view.agent.now()));
}

net::HttpResponse cancel(const View& view, const Asking& asking, const net::HttpRequest& request,
                         const Sitting& sitting) {
    Agent& agent = view.agent;
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request) ||
        !form_token_good(agent, sitting.secret, *form)) {
        return error_page(view, view(texts::form_outdated), 403);
    }
    agent.verifier->cancel(sitting.same_device);
    agent.verifier->cancel(sitting.other_device);
    end_sitting(agent, sitting);
    if (asking.given_up != nullptr) return asking.given_up(view, sitting);
    if (!sitting.authorization.empty()) {
        const auto url =
            agent.issuer->deny_authorization(sitting.authorization, "access_denied", agent.now());
        if (url) return wallet_return(view, *url);
    }
    View shown = view;
    shown.path = asking.base;
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p role=\"status\">{}</p><p><a class=\"button\" "
        "href=\"/\">{}</a></p></div>",
        view(texts::present_cancelled_title), view(texts::present_cancelled),
        view(texts::back_home));
    return page(shown, view(texts::present_cancelled_title), body);
}

std::optional<Sitting> sitting_for(Agent& agent, const Asking& asking,
                                   const net::HttpRequest& request) {
    auto sitting = sitting_of(agent, request);
    if (sitting && sitting->purpose != asking.purpose) sitting.reset();
    return sitting;
}

net::HttpResponse over(const Asking& asking, View view) {
    view.path = asking.base;
    view.query.clear();
    return error_page(view, view(texts::sitting_over), 409);
}

}  // namespace

Html request_clock(const View& view, keys::UnixSeconds until) {
    const std::int64_t left = until - view.agent.now();
    return html(
        "<p>{}: {}. <span data-left=\"{}\" data-words=\"{}\"></span></p>"
        "<p role=\"status\" data-ends-soon=\"{}\"></p>",
        view(texts::present_valid_until), view.date_time(until), left > 0 ? left : 0,
        view(texts::present_left), view(texts::present_ends_soon));
}

Sitting next_sitting(Agent& agent, const net::HttpRequest& request, std::string_view purpose) {
    Sitting sitting = start_sitting();
    sitting.purpose = purpose;
    // A wallet's authorization request that brought the citizen here goes with them.
    if (const auto before = sitting_of(agent, request)) {
        const auto session = agent.issuer->authorization(before->authorization, agent.now());
        if (session && session->configuration_id == purpose)
            sitting.authorization = before->authorization;
        if (before->purpose == purpose) sitting.login = before->login;
    }
    return sitting;
}

net::HttpServer::Handler with_sitting(Agent& agent, const Asking& asking, SittingHandler handler) {
    return [&agent, &asking, handler = std::move(handler)](const net::HttpRequest& request) {
        const View view = view_of_request(agent, request);
        const auto sitting = sitting_for(agent, asking, request);
        return sitting ? handler(view, request, *sitting) : over(asking, view);
    };
}

net::HttpResponse wallet_return(const View& view, const std::string& url) {
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p>{}</p><p><a class=\"button big\" "
        "href=\"{}\">{}</a></p></div>",
        view(texts::wallet_back_title), view(texts::wallet_back_text), url,
        view(texts::wallet_back));
    net::HttpResponse response = page(view, view(texts::wallet_back_title), body);
    // Not a redirect: form-action 'self' would stop it at the border to the wallet.
    response.set("Refresh", "1; url=" + url);
    response.set("Referrer-Policy", "no-referrer");
    return response;
}

std::optional<net::HttpResponse> finish_for_wallet(const View& view, const Sitting& sitting,
                                                   const std::string& case_id) {
    if (sitting.authorization.empty()) return std::nullopt;
    const auto url =
        view.agent.issuer->finish_authorization(sitting.authorization, case_id, view.agent.now());
    if (!url) return std::nullopt;
    return wallet_return(view, *url);
}

std::optional<net::HttpResponse> case_of(const View& view, const Sitting& sitting) {
    if (sitting.case_id.empty()) return std::nullopt;
    const auto record = view.agent.cases->get(sitting.case_id);
    if (!record) return std::nullopt;
    return net::HttpResponse::redirect("/antrag/" + record->public_token);
}

net::HttpResponse end_with_case(const View& view, Sitting sitting, const Case& record) {
    sitting.case_id = record.id;
    save_sitting(view.agent, sitting);
    if (auto back = finish_for_wallet(view, sitting, record.id)) return *std::move(back);
    return net::HttpResponse::redirect("/antrag/" + record.public_token);
}

void mount_asking(Agent& agent, net::HttpServer& server, const Asking& asking) {
    const auto at = [&](const char* below) { return std::string(asking.base) + below; };
    const auto sitting_route = [&](const char* below, SittingHandler handler,
                                   const char* method = "GET") {
        route(agent, server, method, at(below), with_sitting(agent, asking, std::move(handler)),
              on_workers());
    };
    route(
        agent, server, "POST", at(""),
        [&agent, &asking](const net::HttpRequest& request) {
            return start(agent, asking, request);
        },
        on_workers());
    sitting_route("/zeigen",
                  [&asking](const View& view, const net::HttpRequest&, const Sitting& sitting) {
                      return show_page(view, asking, sitting, false);
                  });
    sitting_route("/rueckkehr", [&asking](const View& view, const net::HttpRequest& request,
                                          const Sitting& sitting) {
        const std::string code(request.query_value("response_code").value_or(""));
        return take_result(view, asking, sitting,
                           view.agent.verifier->result(sitting.same_device, sitting.secret, code,
                                                       view.agent.now()));
    });
    sitting_route(
        "/abbrechen",
        [&asking](const View& view, const net::HttpRequest& request, const Sitting& sitting) {
            return cancel(view, asking, request, sitting);
        },
        "POST");
    sitting_route("/weiter",
                  [&asking](const View& view, const net::HttpRequest&, const Sitting& sitting) {
                      return go_on(view, asking, sitting);
                  });
    sitting_route("/stand", [](const View& view, const net::HttpRequest&, const Sitting& sitting) {
        const auto state = view.agent.verifier->state(sitting.other_device, view.agent.now());
        return net::HttpResponse::json(
            200, "{\"state\":" + net::json_quote(openid::to_text(state)) + "}");
    });
}

}  // namespace stadtbuch::agent
