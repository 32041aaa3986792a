// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A query tried with a wallet.
//
//   POST /entwickler/anfrage -> /entwickler/vorgang/{id} (/stand, /trace.json)
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/pages_developer.hpp"
#include "ssi/agent/present.hpp"
#include "ssi/agent/texts_developer.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

using encoding::Object;
using encoding::Value;

constexpr RateLimiter::Rule start_rule{20, 20};
constexpr std::string_view link_kind = "developer", trace_kind = "developer_trace";
constexpr std::int64_t trace_life_s = 600;

net::HttpResponse start(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request))
        return error_page(view, view(texts::form_outdated), 403);
    if (!may_start(view)) return error_page(view, view(texts::dev_start_staff), 403);
    if (too_often(agent, request, "developer", start_rule))
        return error_page(view, view(texts::too_often), 429);
    const auto query = query_in(*form);
    if (!query) return refuse_query(view, *form, query.error());
    openid::PresentationRequest wanted;
    wanted.query = *query;
    wanted.context = link_kind;
    const auto started = agent.verifier->start(wanted, agent.now());
    agent.records->put(
        link_kind, started.transaction_id,
        encoding::compact_json(Object{{"link", started.link}, {"until", started.expires_at}}),
        started.expires_at);
    return net::HttpResponse::redirect("/entwickler/vorgang/" + started.transaction_id);
}

net::HttpResponse waiting_page(const View& view, const std::string& id, const Value& asked) {
    const encoding::Value* until = asked.find("until");
    const std::string at = "/entwickler/vorgang/" + id;
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p>{}</p>{}{}<p role=\"status\" data-poll=\"{}/stand\" "
        "data-state=\"waiting\" data-next=\"{}\" data-done=\"…\"></p>"
        "<p><a class=\"button\" href=\"{}\">{}</a></p></div>",
        view(texts::dev_waiting), view(texts::present_waiting),
        link_to_scan(view, std::string(asked.text_at("link"))),
        request_clock(view, until == nullptr ? 0 : until->integer().value_or(0)), at, at, at,
        view(texts::next));
    return page(view, view(texts::dev_waiting), body);
}

/// Released once; afterwards the trace alone is there, for ten minutes.
net::HttpResponse kept_page(const View& view, const std::string& id) {
    const auto kept = view.agent.records->get(trace_kind, id);
    const auto parsed = encoding::parse_json(kept.value_or(""));
    if (!parsed) return error_page(view, view(texts::present_expired), 404);
    const auto trace = credential::Trace::from_value(*parsed);
    const Html body = html("<h1>{}</h1>{}{}", view(texts::dev_result),
                           trace_verdict(view, trace, trace.good()), developer_links(view));
    return page(view, view(texts::dev_result), body);
}

net::HttpResponse result_page(const View& view, const std::string& id,
                              const openid::PresentationResult& result) {
    view.agent.records->put(trace_kind, id, encoding::compact_json(result.trace.to_value()),
                            view.agent.now() + trace_life_s);
    Html shown;
    for (const openid::PresentedCredential& one : result.credentials)
        shown += json_block(one.query_id + ": " + one.vct, Value(one.claims));
    Html refused;
    if (result.state == openid::PresentationState::refused)
        refused = html("<p>{} ({})</p>", view(texts::present_refused), result.wallet_error);
    const Html body = html(
        "<h1>{}</h1>{}{}<p><a href=\"/entwickler/vorgang/{}/trace.json\">{}</a></p><h2>{}</h2>{}{}",
        view(texts::dev_result), refused,
        trace_verdict(view, result.trace, result.state == openid::PresentationState::answered), id,
        view(texts::trace_json), view(texts::dev_claims_shown), shown, developer_links(view));
    return page(view, view(texts::dev_result), body);
}

net::HttpResponse show(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const std::string id(request.parameter("id"));
    const auto asked = encoding::parse_json(agent.records->get(link_kind, id).value_or(""));
    if (!asked) return error_page(view, view(texts::present_expired), 404);
    if (agent.verifier->state(id, agent.now()) == openid::PresentationState::waiting)
        return waiting_page(view, id, *asked);
    const auto result = agent.verifier->result(id, "", "", agent.now());
    if (result.state == openid::PresentationState::unknown) return kept_page(view, id);
    return result_page(view, id, result);
}

net::HttpResponse poll(Agent& agent, const net::HttpRequest& request) {
    const std::string id(request.parameter("id"));
    if (!agent.records->get(link_kind, id)) return net::error_response(404, "no such request");
    const auto state = agent.verifier->state(id, agent.now());
    return net::HttpResponse::json(200,
                                   "{\"state\":" + net::json_quote(openid::to_text(state)) + "}");
}

net::HttpResponse trace_json(Agent& agent, const net::HttpRequest& request) {
    const auto trace = agent.records->get(trace_kind, request.parameter("id"));
    if (!trace)
        return net::error_response(404, "no such trace, or it was deleted after ten minutes");
    return net::HttpResponse::json(200, *trace);
}

}  // namespace

Html trace_verdict(const View& view, const credential::Trace& trace, bool good) {
    Html why;
    if (const credential::TraceLine* line = trace.first_failure()) {
        why = html("<p>{}: {}</p><p>{}: {}</p>", line->rule,
                   view.language == Language::en ? line->en : line->de, view(texts::trace_mend),
                   view.word("mend." + line->mend));
    }
    return html(
        "<section class=\"{}\" role=\"status\" tabindex=\"-1\" data-focus aria-label=\"{}\">"
        "<p class=\"verdict\">{}</p>{}</section><h2>{}</h2>{}",
        std::string_view(good ? "box good" : "box bad"), view(texts::dev_result),
        view(good ? texts::dev_holds : texts::dev_fails), why, view(texts::present_checked),
        trace_table(view, trace));
}

Html json_block(std::string_view title, const Value& value) {
    return html("<details><summary>{}</summary><pre class=\"link\">{}</pre></details>", title,
                encoding::pretty_json(value, 2, false));
}

Html developer_links(const View& view) {
    return html(
        "<p><a href=\"/regeln\">{}</a></p><p><a class=\"button\" href=\"/entwickler\">{}</a></p>",
        view(texts::dev_rules), view(texts::dev_again));
}

void mount_developer_trials(Agent& agent, net::HttpServer& server) {
    add_developer_route(agent, server, "POST", "/entwickler/anfrage", start);
    add_developer_route(agent, server, "GET", "/entwickler/vorgang/{id}", show);
    add_developer_route(agent, server, "GET", "/entwickler/vorgang/{id}/stand", poll);
    add_developer_route(agent, server, "GET", "/entwickler/vorgang/{id}/trace.json", trace_json);
}

}  // namespace stadtbuch::agent
