// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/pages_handover.hpp"

#include "ssi/agent/pages_account.hpp"
#include "ssi/agent/paper.hpp"
#include "ssi/agent/texts_cash.hpp"
#include "ssi/agent/texts_holdings.hpp"
#include "ssi/agent/texts_staff.hpp"

namespace stadtbuch::agent {

namespace {

/// The wallet may still change it.
bool under_way(openid::OfferState state) {
    return state == openid::OfferState::offered || state == openid::OfferState::redeemed ||
           state == openid::OfferState::issued;
}

bool granted(const Case& record) {
    return record.state == CaseState::offered || record.state == CaseState::issued;
}

/// While the wallet may still ask for it; else empty.
std::string live_code(const View& view, const Case& record) {
    const auto state = view.agent.issuer->offer_state(record.offer_id, view.agent.now());
    return state == openid::OfferState::offered ? view.agent.desk->code_of(record) : std::string();
}

Html link_to(const std::string& address, std::string_view text) {
    return html("<li><a href=\"{}\">{}</a></li>", address, text);
}

/// What the applicant's details rest on.
Html shown_evidence(const View& view, const Case& record) {
    const std::string_view way = Desk::way_of(record, view.agent.kinds->find(record.kind));
    if (way == "office") return html("<p>{}</p>", view(texts::evidence_typed));
    Html account;
    if (!record.identified_by.empty())
        account = html(" ({})", account_name(view, record.identified_by));
    return html("<p>{}: {}{}, {}</p>",
                view(record.proven ? texts::evidence_shown : texts::evidence_claimed),
                view.word("way." + std::string(way)), account, view.date_time(record.created_at));
}

Html office_papers(const View& view, const Case& record) {
    const std::string base = "/amt/fall/" + record.id;
    Html items;
    if (granted(record)) {
        items += link_to(base + "/blatt", view(texts::offer_sheet));
        if (!live_code(view, record).empty())
            items += link_to(base + "/codebrief", view(texts::code_letter));
        if (is_printable(view.agent, record)) {
            items += link_to(base + "/ausweis.pdf",
                             view(record.permit ? texts::paper_get : texts::paper_get_kind));
        }
    }
    if (record.charge && !record.charge->invoice.empty()) {
        items += link_to("#rechnung",
                         std::string(view(texts::invoice_title)) + " " + record.charge->invoice);
    }
    if (items.empty()) return html("<p>{}</p>", view(texts::evidence_none));
    return html("<ul>{}</ul>", items);
}

net::HttpResponse sheet(const View& view, const Case& record) {
    View say = view;  // the applicant reads it
    say.language = language_of(record);
    const Html body = html(
        "<section lang=\"{}\"><h1>{}: {}</h1><p>{}: {}</p>{}<p>{}: {}</p><p><strong>{}</strong></p>"
        "</section>",
        html_language(say.language), say(texts::offer_title), say.word("kind." + record.kind.id()),
        say(texts::case_number), record.number, link_to_scan(say, record.offer_link),
        say(texts::offer_until), say.date_time(record.offer_expires_at), say(texts::sheet_note));
    return page(view, record.number, body);
}

/// Where the register says that the person lives: whoever opens a letter there has shown something
/// that a stranger cannot.
Html addressee(const View& view, const Case& record) {
    const auto resident = view.agent.registers->resident(record.resident_id);
    const std::string today = keys::utc_date(view.agent.now());
    const registers::Residence* home = resident ? resident->current_residence(today) : nullptr;
    if (home == nullptr) return {};
    Html addition;
    if (!home->addition.empty()) addition = html("{}<br>", home->addition);
    return html("<address><p>{} {}<br>{}{} {}<br>{} {}</p></address>", resident->given_name,
                resident->family_name, addition, home->street, home->house_number,
                home->postal_code, home->locality);
}

net::HttpResponse code_letter(const View& view, const Case& record) {
    const std::string code = live_code(view, record);
    if (code.empty()) return error_page(view, view(texts::offer_over), 409);
    view.agent.audit->note(view.agent.now(), view.session->account, "code_printed", record.number);
    View say = view;  // the applicant reads it
    say.language = language_of(record);
    const Html body = html(
        "<section lang=\"{}\">{}<h1>{}</h1><p>{}: {}, {}</p><p>{}</p><p class=\"code\">{}</p>"
        "<p>{}: {}</p><p><strong>{}</strong></p></section>",
        html_language(say.language), addressee(view, record), say(texts::letter_title),
        say(texts::case_number), record.number, say.word("kind." + record.kind.id()),
        say(texts::letter_text), code, say(texts::offer_until),
        say.date_time(record.offer_expires_at), say(texts::letter_warning));
    return page(view, record.number, body);
}

/// How far the wallet is: asked every two seconds for a quarter of an hour by the open page, so
/// that it is no look at the case, and a forgotten page does not keep a clerk logged in.
net::HttpResponse offer_poll(const View& view, const net::HttpRequest& request) {
    const auto record = view.agent.cases->get(std::string(request.parameter("id")));
    if (!record) return net::error_response(404, "no such case");
    const auto state = view.agent.issuer->offer_state(record->offer_id, view.agent.now());
    return net::HttpResponse::json(200,
                                   "{\"state\":" + net::json_quote(openid::to_text(state)) + "}");
}

}  // namespace

Html offer_section(const View& view, const Case& record) {
    const openid::OfferState state =
        view.agent.issuer->offer_state(record.offer_id, view.agent.now());
    Html code_part;
    if (const std::string code = live_code(view, record); !code.empty()) {
        code_part = html("<div class=\"box\"><p>{}</p><p class=\"code\">{}</p></div>",
                         view(texts::offer_code_label), code);
    }
    const Html live = html(
        "<p role=\"status\" data-times=\"450\" data-poll=\"/amt/fall/{}/stand\" data-state=\"{}\" "
        "data-next=\"/amt/fall/{}\" data-done=\"{}\"></p>",
        record.id, openid::to_text(state), record.id, view(texts::offer_changed));
    return html(
        "<h2>{}</h2><dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd></dl>{}{}<div class=\"row\">"
        "<a class=\"button second\" href=\"/antrag/{}\">{}</a><form method=\"post\" "
        "action=\"/amt/fall/{}/angebot\">{}<button class=\"second\">{}</button></form>"
        "<a class=\"button second\" href=\"/amt/fall/{}/widerrufen\">{}</a></div>",
        view(texts::offer_section), view(texts::offer_state),
        view.word("offer." + std::string(openid::to_text(state))), view(texts::offer_until),
        view.date_time(record.offer_expires_at), under_way(state) ? live : Html(), code_part,
        record.public_token, view(texts::offer_public), record.id,
        form_token(view.agent, view.session->token), view(texts::offer_again), record.id,
        view(texts::act_revoke));
}

Html evidence_part(const View& view, const Case& record) {
    if (record.state == CaseState::closed) return {};
    return html("<h2 id=\"unterlagen\">{}</h2>{}<h3>{}</h3>{}", view(texts::evidence_title),
                shown_evidence(view, record), view(texts::evidence_office),
                office_papers(view, record));
}

net::HttpServer::Handler case_page_for(Agent& agent, CasePage shown) {
    return [&agent, shown](const net::HttpRequest& request) -> net::HttpResponse {
        const View view = view_of_request(agent, request);
        if (auto refused = refuse_without(view, Role::clerk)) return std::move(*refused);
        const auto record = agent.cases->get(std::string(request.parameter("id")));
        if (!record) return error_page(view, view(texts::not_found), 404);
        agent.audit->note(agent.now(), view.session->account, "viewed", record->number);
        return shown(view, *record);
    };
}

void mount_handover_pages(Agent& agent, net::HttpServer& server) {
    route(agent, server, "GET", "/amt/fall/{id}/stand", page_for(agent, Role::clerk, offer_poll),
          on_workers());
    route(agent, server, "GET", "/amt/fall/{id}/blatt", case_page_for(agent, sheet), on_workers());
    route(agent, server, "GET", "/amt/fall/{id}/codebrief", case_page_for(agent, code_letter),
          on_workers());
}

}  // namespace stadtbuch::agent
