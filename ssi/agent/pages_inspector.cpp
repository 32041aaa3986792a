// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The inspector's page: one plate, or one presented permit: valid or not, and why. Shows no name,
// keeps nothing but a line in the audit log that somebody looked.
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/present.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule lookup_rule{60,
                                        30};  // of one account: a warden's pace, not a crawler's
constexpr std::string_view request_kind = "inspection", trace_kind = "trace";
constexpr std::int64_t trace_life_s = 600;

Html plate_form(const View& view) {
    const FieldSpec spec{"plate", texts::plate_label, "", "", texts::plate_hint, {}, false};
    return html(
        "<form class=\"card\" method=\"post\" action=\"/kontrolle\">{}{}<button "
        "class=\"big\">{}</button></form>",
        form_token(view.agent, view.session->token), text_field(view, spec),
        view(texts::inspect_plate));
}

Html present_form(const View& view) {
    return html(
        "<form class=\"card\" method=\"post\" action=\"/kontrolle/vorzeigen\">{}<button "
        "class=\"big second\">{}</button>"
        "</form>",
        form_token(view.agent, view.session->token), view(texts::inspect_present));
}

/// One button for each configured type that inspectors may ask for.
Html kind_forms(const View& view) {
    Html out;
    for (const KindDefinition& kind : view.agent.kinds->all()) {
        if (kind.inspector_claims.empty()) continue;
        out += html(
            "<p></p><form class=\"card\" method=\"post\" action=\"/kontrolle/vorzeigen\">{}<input "
            "type=\"hidden\" name=\"nachweis\" value=\"{}\"><button class=\"big second\">{}: "
            "{}</button></form>",
            form_token(view.agent, view.session->token), kind.kind.id(),
            view.word("kind." + kind.kind.id()), view(texts::inspect_kind));
    }
    return out;
}

/// For scanners that type; a phone's camera opens the address in the QR code by itself.
Html paper_form(const View& view) {
    const FieldSpec spec{
        "papier", texts::inspect_paper_label, "", "", texts::inspect_paper_hint, {}, false};
    return html(
        "<form class=\"card\" method=\"post\" action=\"/kontrolle/papier\">{}{}<button "
        "class=\"big second\">{}</button></form>",
        form_token(view.agent, view.session->token), text_field(view, spec),
        view(texts::inspect_paper));
}

net::HttpResponse inspect_page(const View& view, const Html& result) {
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<p>{}</p>{}<p></p>{}<p></p>{}{}<p><a "
        "href=\"/kontrolle/app\">{}</a></p></div>",
        view(texts::inspector_title), result, view(texts::inspect_lead), plate_form(view),
        present_form(view), paper_form(view), kind_forms(view), view(texts::offline_link));
    View shown = view;
    shown.path = "/kontrolle";
    shown.query.clear();
    return page(shown, view(texts::inspector_title), body);
}

Html verdict(const View& view, bool valid, const Html& details) {
    const std::string_view tone = valid ? "box good" : "box bad";
    return html(
        "<section class=\"{}\" role=\"status\" tabindex=\"-1\" data-focus aria-label=\"{}\"><p "
        "class=\"verdict\">{}</p>"
        "{}<p>{}: {}</p><p class=\"quiet\">{}</p></section>",
        tone, view(texts::inspect_result),
        view(valid ? texts::inspect_valid : texts::inspect_invalid), details,
        view(texts::inspect_time), view.date_time(view.agent.now()), view(texts::inspect_not_kept));
}

Html permit_facts(const View& view, std::string_view plate, std::string_view zone,
                  std::string_view until) {
    Html out = html("<dt>{}</dt><dd>{}</dd>", view(texts::plate_label), plate);
    if (!zone.empty()) out += html("<dt>{}</dt><dd>{}</dd>", view(texts::permit_zone), zone);
    if (!until.empty()) {
        out += html("<dt>{}</dt><dd>{} {}</dd>", view(texts::permit_valid),
                    view(texts::permit_until), view.iso_date(until));
    }
    return html("<dl>{}</dl>", out);
}

net::HttpResponse look_up(const View& view, const net::FormList& form) {
    Agent& agent = view.agent;
    if (!agent.guesses->take("lookup " + view.session->account, lookup_rule, agent.now())) {
        return error_page(view, view(texts::too_often), 429);
    }
    const PlateAnswer answer = agent.desk->look_up(field_of(form, "plate", 24), agent.now());
    agent.audit->note(agent.now(), view.session->account, "inspected_plate", "");
    const std::string zone =
        answer.zone_id.empty() ? "" : answer.zone_id + " – " + answer.zone_name;
    return inspect_page(
        view,
        verdict(view, answer.valid,
                html("<p>{}</p>{}<details><summary>{}</summary>{}</details>", view.word(answer.why),
                     permit_facts(view, answer.plate, zone, answer.valid_until),
                     view(texts::present_checked), trace_table(view, answer.trace()))));
}

/// What was asked for, shown again while it is good.
struct Asked {
    std::string link, kind;
    keys::UnixSeconds until = 0;
};

std::optional<Asked> asked_as(const Agent& agent, const std::string& id) {
    const auto held = agent.records->get(request_kind, id);
    const auto value = encoding::parse_json(held.value_or(""));
    if (!value) return std::nullopt;
    const encoding::Value* until = value->find("until");
    return Asked{std::string(value->text_at("link")), std::string(value->text_at("kind")),
                 until == nullptr ? 0 : until->integer().value_or(0)};
}

net::HttpResponse start(const View& view, const net::FormList& form) {
    openid::PresentationRequest request;
    request.query = warden_query(view.agent);
    const std::string kind_id = field_of(form, "nachweis", 40);
    if (const auto wanted = kind_of(kind_id)) {
        const KindDefinition* kind = view.agent.kinds->find(*wanted);
        if (kind == nullptr || kind->inspector_claims.empty())
            return error_page(view, view(texts::not_found), 404);
        request.query = query_for(kind->type.id, kind->type.vct, kind->inspector_claims);
    }
    request.context = "inspection";
    const openid::StartedPresentation started =
        view.agent.verifier->start(request, view.agent.now());
    view.agent.records->put(
        request_kind, started.transaction_id,
        encoding::compact_json(encoding::Object{
            {"link", started.link}, {"kind", kind_id}, {"until", started.expires_at}}),
        started.expires_at);
    return net::HttpResponse::redirect("/kontrolle/vorgang/" + started.transaction_id);
}

net::HttpResponse cancel(const View& view, const net::FormList& form) {
    const std::string id = field_of(form, "vorgang", 100);
    if (asked_as(view.agent, id)) {
        view.agent.verifier->cancel(id);
        view.agent.records->remove(request_kind, id);
    }
    return net::HttpResponse::redirect("/kontrolle");
}

std::string shown_claim(const View& view, const encoding::Value& value) {
    if (value.text() != nullptr) return view.iso_date(*value.text());
    if (const auto yes = value.boolean()) return std::string(view(*yes ? texts::yes : texts::no));
    return encoding::compact_json(value);
}

/// What a configured type's credential disclosed, under the names of its file.
Html kind_facts(const View& view, const KindDefinition& kind, const encoding::Value& claims) {
    Html out;
    for (const credential::ClaimDescription& claim : kind.type.claims) {
        const encoding::Value* held = &claims;
        std::string_view path = claim.path;
        while (held != nullptr && !path.empty()) {
            const std::size_t dot = std::min(path.find('.'), path.size());
            held = held->find(path.substr(0, dot));
            path.remove_prefix(std::min(path.size(), dot + 1));
        }
        if (held == nullptr) continue;
        const bool en = view.language == Language::en;
        out += html("<dt>{}</dt><dd>{}</dd>", en ? claim.label_en : claim.label_de,
                    shown_claim(view, *held));
    }
    return html("<dl>{}</dl>", out);
}

Html presented_facts(const View& view, const openid::PresentationResult& result) {
    if (result.credentials.empty()) return {};
    if (const KindDefinition* kind = view.agent.kinds->find_type(result.credentials.front().vct))
        return kind_facts(view, *kind, result.credentials.front().claims);
    const encoding::Value claims(result.credentials.front().claims);
    std::string plates;
    if (const encoding::Value* list = claims.find("licence_plates");
        list != nullptr && list->array() != nullptr) {
        for (const encoding::Value& one : *list->array()) {
            plates += (plates.empty() ? "" : ", ") + std::string(one.text_at("plate"));
        }
    }
    const std::string zone =
        std::string(claims.text_at("zone_id")) + " – " + std::string(claims.text_at("zone_name"));
    return permit_facts(view, plates, zone, claims.text_at("valid_until"));
}

net::HttpResponse result_page(const View& view, const std::string& id,
                              openid::PresentationResult result) {
    Agent& agent = view.agent;
    const bool answered =
        result.state == openid::PresentationState::answered && !result.credentials.empty();
    const KindDefinition* kind =
        answered ? agent.kinds->find_type(result.credentials.front().vct) : nullptr;
    const bool dated =
        kind == nullptr || (result.credentials.front().claims.contains("valid_from") &&
                            result.credentials.front().claims.contains("valid_until"));
    const bool good = answered && (!dated || check_days(result.credentials.front().claims,
                                                        agent.now(), result.trace));
    ++(good ? agent.metrics.presentations_good : agent.metrics.presentations_bad);
    agent.audit->note(agent.now(), view.session->account, "inspected_permit", "");
    Html why;
    if (const credential::TraceLine* line = result.trace.first_failure()) {
        why = html("<p>{}</p>", view.language == Language::en ? line->en : line->de);
    } else if (result.state == openid::PresentationState::refused) {
        why = html("<p>{}</p>", view(texts::present_refused));
    } else if (!answered) {
        why = html("<p>{}</p>", view(texts::present_expired));
    }
    agent.records->put(trace_kind, id, encoding::compact_json(result.trace.to_value()),
                       agent.now() + trace_life_s);
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<h2>{}</h2>{}<p><a "
        "href=\"/kontrolle/vorgang/{}/trace.json\">{}</a></p>"
        "<p><a class=\"button\" href=\"/kontrolle\">{}</a></p></div>",
        view(texts::inspector_title),
        verdict(view, good, html("{}{}", why, presented_facts(view, result))),
        view(texts::present_checked), trace_table(view, result.trace), id, view(texts::trace_json),
        view(texts::inspect_again));
    View shown = view;
    shown.path = "/kontrolle";
    return page(shown, view(texts::inspect_result), body);
}

Html way_on(const View& view, const std::string& id, const Asked& asked) {
    const Html token = form_token(view.agent, view.session->token);
    return html(
        "<div class=\"row\"><a class=\"button\" href=\"/kontrolle/vorgang/{}\">{}</a>"
        "<form method=\"post\" action=\"/kontrolle/vorzeigen\">{}<input type=\"hidden\" "
        "name=\"nachweis\" value=\"{}\"><button class=\"second\">{}</button></form>"
        "<form method=\"post\" action=\"/kontrolle/abbrechen\">{}<input type=\"hidden\" "
        "name=\"vorgang\" value=\"{}\"><button class=\"second\">{}</button></form></div>",
        id, view(texts::next), token, asked.kind, view(texts::present_more_time), token, id,
        view(texts::grant_cancel));
}

net::HttpResponse show(const View& view, const net::HttpRequest& request) {
    const std::string id(request.parameter("id"));
    const auto state = view.agent.verifier->state(id, view.agent.now());
    const auto asked = asked_as(view.agent, id);
    if (!asked) return error_page(view, view(texts::present_expired), 404);
    if (state != openid::PresentationState::waiting) {
        openid::PresentationResult result =
            view.agent.verifier->result(id, "", "", view.agent.now());
        if (result.state != openid::PresentationState::unknown)
            return result_page(view, id, std::move(result));
        return error_page(view, view(texts::present_expired), 404);
    }
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p>{}</p>{}{}"
        "<p role=\"status\" data-poll=\"/kontrolle/vorgang/{}/stand\" data-state=\"waiting\" "
        "data-next=\"/kontrolle/vorgang/{}\" data-done=\"…\"></p>{}</div>",
        view(texts::inspect_present), view(texts::inspect_waiting), link_to_scan(view, asked->link),
        request_clock(view, asked->until), id, id, way_on(view, id, *asked));
    return page(view, view(texts::inspect_present), body);
}

net::HttpResponse poll(const View& view, const net::HttpRequest& request) {
    const auto state = view.agent.verifier->state(request.parameter("id"), view.agent.now());
    return net::HttpResponse::json(200,
                                   "{\"state\":" + net::json_quote(openid::to_text(state)) + "}");
}

net::HttpResponse trace_json(const View& view, const net::HttpRequest& request) {
    const auto trace = view.agent.records->get(trace_kind, request.parameter("id"));
    if (!trace)
        return net::error_response(404, "no such trace, or it was deleted after ten minutes");
    return net::HttpResponse::json(200, *trace);
}

}  // namespace

void mount_inspector_pages(Agent& agent, net::HttpServer& server) {
    const auto page = [&agent](RolePage shown) { return page_for(agent, Role::inspector, shown); };
    const auto form = [&agent](RoleForm done) {
        return form_for(agent, Role::inspector, done, "/kontrolle");
    };
    route(agent, server, "GET", "/kontrolle",
          page([](const View& view, const net::HttpRequest&) { return inspect_page(view, {}); }),
          on_workers());
    route(agent, server, "POST", "/kontrolle", form(look_up), on_workers());
    route(agent, server, "POST", "/kontrolle/vorzeigen", form(start), on_workers());
    route(agent, server, "POST", "/kontrolle/abbrechen", form(cancel), on_workers());
    route(agent, server, "GET", "/kontrolle/vorgang/{id}", page(show), on_workers());
    route(agent, server, "GET", "/kontrolle/vorgang/{id}/stand", page(poll), on_workers());
    route(agent, server, "GET", "/kontrolle/vorgang/{id}/trace.json", page(trace_json),
          on_workers());
}

}  // namespace stadtbuch::agent
