// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Acts on many permits, shown before they are done, and what follows from changes of the registers.
//
//   /amt/sammel -> ?akt=...&zone=... (dry run) -> POST /amt/sammel with the digest of what was
//   shown /amt/register -> POST /amt/register: read the files again and apply what is listed
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view bulk_reasons[] = {"reason.zone_changed", "reason.no_entitlement",
                                             "reason.error"};

Html done_box(const View& view, const net::HttpRequest& request) {
    const auto count = request.query_value("erledigt");
    if (!count) return {};
    return html("<div class=\"box good\" role=\"status\"><p>{}: {}</p></div>",
                view(texts::bulk_done), count->substr(0, 8));
}

Html zone_options(const View& view, const std::string& chosen) {
    Html items = html("<option value=\"\">{}</option>", view(texts::queue_all));
    for (const registers::Zone& zone : view.agent.registers->zones()) {
        const Html selected = zone.id == chosen ? html(" selected") : Html();
        items +=
            html("<option value=\"{}\"{}>{} – {}</option>", zone.id, selected, zone.id, zone.name);
    }
    return items;
}

std::optional<BulkWish> wish_of(const View& view, std::string_view act, std::string zone,
                                std::string_view module) {
    if (act != "verlaengern" && act != "widerrufen") return std::nullopt;
    BulkWish out;
    out.act = act == "widerrufen" ? BulkWish::Act::revoke : BulkWish::Act::renew;
    if (!zone.empty() && !view.agent.registers->zone(zone)) return std::nullopt;
    out.zone = std::move(zone);
    const auto known = std::find(std::begin(bulk_reasons), std::end(bulk_reasons), module);
    if (out.act == BulkWish::Act::revoke && known != std::end(bulk_reasons)) out.reason = *known;
    return out;
}

Html wish_form(const View& view, std::string_view act, const std::string& zone,
               std::string_view module) {
    const auto radio = [&](std::string_view value, Text label) {
        const Html checked = act == value ? html(" checked") : Html();
        return html(
            "<label class=\"choice\"><input type=\"radio\" name=\"akt\" value=\"{}\"{}>{}</label>",
            value, checked, view(label));
    };
    Html reasons;
    for (const std::string_view key : bulk_reasons) {
        const Html selected = key == module ? html(" selected") : Html();
        reasons += html("<option value=\"{}\"{}>{}</option>", key, selected, view.word(key));
    }
    return html(
        "<form class=\"card\" method=\"get\" action=\"/amt/sammel\"><fieldset><legend>{}</legend>"
        "{}{}</fieldset><div class=\"field\"><label for=\"zone\">{}</label><select id=\"zone\" "
        "name=\"zone\">{}</select></div><div class=\"field\"><label for=\"modul\">{}</label>"
        "<select id=\"modul\" name=\"modul\">{}</select></div><button>{}</button></form>",
        view(texts::bulk_act), radio("verlaengern", texts::bulk_renew),
        radio("widerrufen", texts::bulk_revoke), view(texts::permit_zone), zone_options(view, zone),
        view(texts::bulk_reason), reasons, view(texts::bulk_dry_run));
}

Html line_rows(const View& view, const BulkPlan& plan) {
    Html rows;
    for (const BulkLine& line : plan.lines) {
        rows += html(
            "<tr><th scope=\"row\"><a href=\"/amt/fall/{}\">{}</a></th><td>{}</td><td>{}</td>"
            "<td><span class=\"{}\">{}</span> {}</td></tr>",
            line.case_id, line.number, line.zone, line.credentials,
            line.acts ? std::string_view("tag good") : std::string_view("tag"),
            view(line.acts ? texts::bulk_acts : texts::bulk_left), view.word(line.why));
    }
    return rows;
}

Html plan_part(const View& view, const BulkPlan& plan, std::string_view act,
               std::string_view module) {
    if (plan.lines.empty()) return html("<p>{}</p>", view(texts::bulk_nothing));
    const std::string first = view.agent.desk->proposer_of(plan.digest);
    Html proposed;
    if (!first.empty()) {
        proposed = html("<div class=\"box warn\"><p>{} {}</p></div>", first,
                        view(texts::second_proposed_bulk));
    }
    Html confirm;
    if (plan.acting > 0 && first != view.session->account) {
        confirm = html(
            "<form method=\"post\" action=\"/amt/sammel\">{}<input type=\"hidden\" name=\"akt\" "
            "value=\"{}\"><input type=\"hidden\" name=\"zone\" value=\"{}\"><input "
            "type=\"hidden\" name=\"modul\" value=\"{}\"><input type=\"hidden\" name=\"plan\" "
            "value=\"{}\"><button class=\"{}\">{} ({})</button></form>",
            form_token(view.agent, view.session->token), act, plan.wish.zone, module, plan.digest,
            plan.wish.act == BulkWish::Act::revoke ? std::string_view("danger")
                                                   : std::string_view(""),
            view(plan.wish.act == BulkWish::Act::revoke ? texts::revoke_confirm
                                                        : texts::bulk_renew_now),
            plan.acting);
    }
    Html head;
    for (const Text& title :
         {texts::queue_number, texts::permit_zone, texts::bulk_credentials, texts::bulk_what}) {
        head += html("<th scope=\"col\">{}</th>", view(title));
    }
    return html(
        "<h2>{}</h2><p>{}: {}. {}: {}.</p>{}<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"{}\"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>{}",
        view(texts::bulk_dry_run), view(texts::bulk_acts), plan.acting, view(texts::bulk_left),
        plan.lines.size() - plan.acting, proposed, view(texts::bulk_dry_run), head,
        line_rows(view, plan), confirm);
}

net::HttpResponse bulk_page(const View& view, const net::HttpRequest& request) {
    const std::string act(request.query_value("akt").value_or(""));
    const std::string zone(request.query_value("zone").value_or("").substr(0, 40));
    const std::string module(request.query_value("modul").value_or(""));
    const auto wish = wish_of(view, act, zone, module);
    Html shown;
    if (wish) shown = plan_part(view, view.agent.desk->plan(*wish, view.agent.now()), act, module);
    const Html body =
        html("<h1>{}</h1>{}<p>{}</p>{}{}", view(texts::bulk_title), done_box(view, request),
             view(texts::bulk_lead),
             wish_form(view, wish ? act : std::string("verlaengern"), zone, module), shown);
    return page(view, view(texts::bulk_title), body);
}

net::HttpResponse carry_out(const View& view, const net::FormList& form) {
    const std::string act = field_of(form, "akt");
    const std::string module = field_of(form, "modul");
    const auto wish = wish_of(view, act, field_of(form, "zone", 40), module);
    if (!wish) return error_page(view, view(texts::not_understood), 400);
    const auto done = view.agent.desk->carry_out(*wish, field_of(form, "plan"),
                                                 view.session->account, view.agent.now());
    if (done) return net::HttpResponse::redirect("/amt/sammel?erledigt=" + std::to_string(*done));
    if (done.error() == DeskError::second_needed) {
        const net::FormList back{{"akt", act}, {"zone", wish->zone}, {"modul", module}};
        return net::HttpResponse::redirect("/amt/sammel?" + net::build_form(back));
    }
    return error_page(view, view.word("error." + std::string(to_text(done.error()))), 409);
}

net::HttpResponse events_page(const View& view, const net::HttpRequest& request) {
    Html rows;
    const auto events = view.agent.desk->register_events(view.agent.now());
    for (const RegisterEvent& event : events) {
        rows += html("<li><a href=\"/amt/fall/{}\">{}</a>: {}</li>", event.case_id, event.number,
                     view.word(event.what));
    }
    const Html list =
        rows.empty() ? html("<p>{}</p>", view(texts::events_none)) : html("<ul>{}</ul>", rows);
    const Html body = html(
        "<h1>{}</h1>{}<p>{} {}</p><h2>{}</h2>{}<form method=\"post\" action=\"/amt/register\">{}"
        "<input type=\"hidden\" name=\"plan\" value=\"{}\"><button>{}</button></form>",
        view(texts::events_title), done_box(view, request), view(texts::events_lead),
        view.agent.settings.register_events_max, view(texts::events_waiting), list,
        form_token(view.agent, view.session->token), digest_of(events), view(texts::events_apply));
    return page(view, view(texts::events_title), body);
}

/// Whoever presses the button has seen the list: what is held back is applied if it is that list.
net::HttpResponse apply_events(const View& view, const net::FormList& form) {
    Agent& agent = view.agent;
    std::size_t done = agent.follow_registers();
    if (agent.metrics.register_events_held > 0) {
        const auto events = agent.desk->register_events(agent.now());
        if (digest_of(events) != field_of(form, "plan"))
            return error_page(view, view(texts::events_changed), 409);
        done += agent.desk->apply_events(events, view.session->account, agent.now());
        agent.metrics.register_events_held = 0;
    }
    return net::HttpResponse::redirect("/amt/register?erledigt=" + std::to_string(done));
}

}  // namespace

void mount_bulk_pages(Agent& agent, net::HttpServer& server) {
    route(agent, server, "GET", "/amt/sammel", page_for(agent, Role::clerk, bulk_page),
          on_workers());
    route(agent, server, "POST", "/amt/sammel", form_for(agent, Role::clerk, carry_out),
          on_workers());
    route(agent, server, "GET", "/amt/register", page_for(agent, Role::clerk, events_page),
          on_workers());
    route(agent, server, "POST", "/amt/register", form_for(agent, Role::clerk, apply_events),
          on_workers());
}

}  // namespace stadtbuch::agent
