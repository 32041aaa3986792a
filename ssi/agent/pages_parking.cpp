// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The parking permit in one sitting: present the proof of residence, name the plate, take the
// permit.
//
//   /parken -> POST start -> /parken/zeigen (link and QR) -> wallet -> /parken/rueckkehr (same
//   device) or /parken/weiter (other device) -> /parken/kennzeichen -> POST -> /antrag/{token} with
//   the offer
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/sitting.hpp"
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule start_rule{20, 10};

Html steps(const View& view, std::size_t current) {
    return step_list(view, {texts::parking_step_1, texts::parking_step_2, texts::parking_step_3},
                     current);
}

net::HttpResponse intro_page(const View& view) {
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<p class=\"lead\">{}</p><p>{}</p>"
        "<form method=\"post\" action=\"/parken\"><button class=\"big\">{}</button></form>"
        "<h2>{}</h2><p>{}</p></div>",
        view(texts::parking_title), steps(view, 0), view(texts::parking_intro),
        view(texts::parking_asks), view(texts::parking_start), view(texts::no_wallet_title),
        view(texts::no_wallet));
    return page(view, view(texts::parking_title), body);
}

openid::PresentationRequest ask_residence(const Agent& agent) {
    openid::PresentationRequest request;
    request.query = residence_query(agent);
    request.context = "parking";
    return request;
}

net::HttpResponse start(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (!from_our_pages(agent, request)) return error_page(view, view(texts::form_outdated), 403);
    if (too_often(agent, request, "present", start_rule))
        return error_page(view, view(texts::too_often), 429);
    Sitting sitting = start_sitting();
    // Two transactions, because only the one on this device can be bound to this browser
    // (credentials §4.3).
    openid::PresentationRequest same = ask_residence(agent);
    same.same_device = true;
    same.browser_session = sitting.secret;
    same.return_url = agent.settings.public_url + "/parken/rueckkehr";
    const openid::StartedPresentation here = agent.verifier->start(same, agent.now());
    const openid::StartedPresentation elsewhere =
        agent.verifier->start(ask_residence(agent), agent.now());
    sitting.same_device = here.transaction_id;
    sitting.same_link = here.link;
    sitting.other_device = elsewhere.transaction_id;
    sitting.other_link = elsewhere.link;
    sitting.request_expires_at = elsewhere.expires_at;
    save_sitting(agent, sitting);
    net::HttpResponse response = net::HttpResponse::redirect("/parken/zeigen");
    hand_out(agent, response, sitting);
    return response;
}

net::HttpResponse show_page(const View& view, const Sitting& sitting, bool asked_too_early) {
    Html early;
    if (asked_too_early)
        early = html("<div class=\"box warn\" role=\"alert\"><p>{}</p></div>",
                     view(texts::present_waiting));
    const Html body = html(
        "<h1>{}</h1>{}{}<p>{}</p><div class=\"two\"><section class=\"card\"><h2>{}</h2>"
        "<p><a class=\"button big\" href=\"{}\">{}</a></p></section><section "
        "class=\"card\"><h2>{}</h2><p>{}</p>{}"
        "</section></div><p>{}: {}</p>"
        "<p role=\"status\" data-poll=\"/parken/stand\" data-state=\"waiting\" "
        "data-next=\"/parken/weiter\" data-done=\"…\">"
        "</p><div class=\"row\"><a class=\"button\" href=\"/parken/weiter\">{}</a>"
        "<form method=\"post\" action=\"/parken\"><button "
        "class=\"second\">{}</button></form></div>",
        view(texts::parking_title), steps(view, 0), early, view(texts::parking_asks),
        view(texts::present_same_title), sitting.same_link, view(texts::present_same),
        view(texts::present_other_title), view(texts::present_other),
        link_to_scan(view, sitting.other_link), view(texts::present_valid_until),
        view.date_time(sitting.request_expires_at), view(texts::present_continue),
        view(texts::present_restart));
    return page(view, view(texts::parking_title), body);
}

net::HttpResponse failed_page(const View& view, const openid::PresentationResult& result) {
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
        "<form method=\"post\" action=\"/parken\"><button>{}</button></form></div>",
        view(texts::present_failed_title), why, trace, view(texts::present_restart));
    View shown = view;
    shown.path = "/parken";
    shown.query.clear();
    return page(shown, view(texts::present_failed_title), body, 422);
}

/// Takes a released result: the person is known from here on, or the page says why not.
net::HttpResponse take_result(const View& view, Sitting sitting,
                              const openid::PresentationResult& result) {
    if (result.state != openid::PresentationState::answered || result.credentials.empty()) {
        ++view.agent.metrics.presentations_bad;
        return failed_page(view, result);
    }
    ++view.agent.metrics.presentations_good;
    sitting.proven = proven_residence(result.credentials.front().claims);
    save_sitting(view.agent, sitting);
    return net::HttpResponse::redirect("/parken/kennzeichen");
}

net::HttpResponse returned(const View& view, const net::HttpRequest& request,
                           const Sitting& sitting) {
    const std::string code(request.query_value("response_code").value_or(""));
    return take_result(
        view, sitting,
        view.agent.verifier->result(sitting.same_device, sitting.secret, code, view.agent.now()));
}

net::HttpResponse go_on(const View& view, const net::HttpRequest&, const Sitting& sitting) {
    if (sitting.proven) return net::HttpResponse::redirect("/parken/kennzeichen");
    const auto state = view.agent.verifier->state(sitting.other_device, view.agent.now());
    if (state == openid::PresentationState::waiting) return show_page(view, sitting, true);
    return take_result(view, sitting,
                       view.agent.verifier->result(sitting.other_device, "", "", view.agent.now()));
}

net::HttpResponse poll(const View& view, const net::HttpRequest&, const Sitting& sitting) {
    const auto state = view.agent.verifier->state(sitting.other_device, view.agent.now());
    return net::HttpResponse::json(200,
                                   "{\"state\":" + net::json_quote(openid::to_text(state)) + "}");
}

net::HttpResponse plate_page(const View& view, const Sitting& sitting, const std::string& plate,
                             std::optional<Text> fault) {
    const registers::StatedPerson& person = sitting.proven->person;
    std::vector<FormFault> faults;
    if (fault) faults.push_back({"plate", texts::plate_label, *fault});
    FieldSpec spec{"plate", texts::plate_label, plate, "", texts::plate_hint, fault, true};
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}{}<div class=\"box "
        "good\"><p>{}</p><dl><dt>{}</dt><dd>{} {}</dd><dt>{}</dt>"
        "<dd>{}</dd><dt>{}</dt><dd>{} {}, {} {}</dd></dl></div><form method=\"post\" "
        "action=\"/parken/kennzeichen\" "
        "novalidate>{}{}<button class=\"big\">{}</button></form></div>",
        view(texts::plate_title), steps(view, 1), fault_summary(view, faults),
        view(texts::plate_intro), view(texts::full_name), person.given_name, person.family_name,
        view(texts::birthdate), view.iso_date(person.birthdate), view(texts::address_legend),
        person.street, person.house_number, person.postal_code, person.locality,
        form_token(view.agent, sitting.secret), text_field(view, spec), view(texts::plate_send));
    return page(view, view(texts::plate_title), body, fault ? 422 : 200);
}

net::HttpResponse plate_form(const View& view, const net::HttpRequest&, const Sitting& sitting) {
    if (!sitting.proven) return net::HttpResponse::redirect("/parken/zeigen");
    return plate_page(view, sitting, "", {});
}

net::HttpResponse take_plate(const View& view, const net::HttpRequest& request,
                             const Sitting& held) {
    Agent& agent = view.agent;
    Sitting sitting = held;
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request) ||
        !form_token_good(agent, sitting.secret, *form)) {
        return error_page(view, view(texts::form_outdated), 403);
    }
    if (!sitting.proven) return net::HttpResponse::redirect("/parken/zeigen");
    if (too_often(agent, request, "apply", start_rule))
        return error_page(view, view(texts::too_often), 429);
    if (!sitting.case_id.empty()) {  // sent twice: the first one counts
        const auto record = agent.cases->get(sitting.case_id);
        if (record) return net::HttpResponse::redirect("/antrag/" + record->public_token);
    }
    const std::string plate = field_of(*form, "plate", 24);
    if (plate.empty()) return plate_page(view, sitting, plate, texts::field_missing);
    const auto record = agent.desk->apply_parking(*sitting.proven, plate,
                                                  std::string(view.language_tag()), agent.now());
    if (!record) {
        if (record.error() == DeskError::plate_unreadable)
            return plate_page(view, sitting, plate, texts::plate_bad);
        return error_page(view, view.word("error." + std::string(to_text(record.error()))), 409);
    }
    sitting.case_id = record->id;
    save_sitting(agent, sitting);
    return net::HttpResponse::redirect("/antrag/" + record->public_token);
}

using SittingHandler = net::HttpResponse (*)(const View&, const net::HttpRequest&, const Sitting&);

net::HttpServer::Handler with_sitting(Agent& agent, SittingHandler handler) {
    return [&agent, handler](const net::HttpRequest& request) {
        View view = view_of_request(agent, request);
        const auto sitting = sitting_of(agent, request);
        if (!sitting) {
            view.path = "/parken";
            view.query.clear();
            return error_page(view, view(texts::sitting_over), 409);
        }
        return handler(view, request, *sitting);
    };
}

}  // namespace

void mount_parking_pages(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/parken",
        [&agent](const net::HttpRequest& request) {
            return intro_page(view_of_request(agent, request));
        },
        on_workers());
    route(
        agent, server, "POST", "/parken",
        [&agent](const net::HttpRequest& request) { return start(agent, request); }, on_workers());
    route(
        agent, server, "GET", "/parken/zeigen",
        with_sitting(agent, [](const View& view, const net::HttpRequest&,
                               const Sitting& sitting) { return show_page(view, sitting, false); }),
        on_workers());
    route(agent, server, "GET", "/parken/rueckkehr", with_sitting(agent, returned), on_workers());
    route(agent, server, "GET", "/parken/weiter", with_sitting(agent, go_on), on_workers());
    route(agent, server, "GET", "/parken/stand", with_sitting(agent, poll), on_workers());
    route(agent, server, "GET", "/parken/kennzeichen", with_sitting(agent, plate_form),
          on_workers());
    route(agent, server, "POST", "/parken/kennzeichen", with_sitting(agent, take_plate),
          on_workers());
}

}  // namespace stadtbuch::agent
