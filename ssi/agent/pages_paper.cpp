// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Credentials on paper: who may print them, and what everybody who reads its QR code learns.
//
//   /nachweise/vorgang/{id}/ausweis.pdf   its holder, who has shown who they are
//   /amt/fall/{id}/ausweis.pdf            a clerk
//   /pruefen/{token}                      the address in the QR code; POST /kontrolle/papier for
//                                         inspectors who have the text
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/paper.hpp"
#include "ssi/agent/sitting.hpp"
#include "ssi/agent/texts_holdings.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule check_rule{120, 60};

net::HttpResponse pdf(const View& view, const Case& record, const std::string& who) {
    const auto address = paper_address(view.agent, record.id, who);
    std::string bytes = address ? paper_pdf(view.agent, record, *address) : std::string();
    if (bytes.empty()) return error_page(view, view.word("error.wrong_state"), 409);
    net::HttpResponse response =
        net::HttpResponse::of_type(200, "application/pdf", std::move(bytes));
    response.set("Content-Disposition",
                 "attachment; filename=\"" +
                     (record.permit ? std::string("parkausweis") : record.kind.id()) + "-" +
                     record.number + ".pdf\"");
    return response;
}

net::HttpResponse for_clerk(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (auto refused = refuse_without(view, Role::clerk)) return std::move(*refused);
    const auto record = agent.cases->get(std::string(request.parameter("id")));
    if (!record) return error_page(view, view(texts::not_found), 404);
    agent.audit->note(agent.now(), view.session->account, "paper_printed", record->number);
    return pdf(view, *record, view.session->account);
}

net::HttpResponse for_holder(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const auto sitting = sitting_of(agent, request);
    const bool known = sitting && sitting->purpose == "mine" && sitting->proven;
    const std::string resident = known ? agent.desk->known_as(*sitting->proven) : std::string();
    const auto record = agent.cases->get(std::string(request.parameter("id")));
    if (resident.empty() || !record || record->resident_id != resident)
        return error_page(view, view(texts::not_found), 404);
    return pdf(view, *record, "applicant");
}

Html claim_facts(const View& view, const credential::PaperToken& token) {
    Html rows;
    for (const auto& [label, text] : printed_claims(view.agent, token))
        rows += html("<dt>{}</dt><dd><strong>{}</strong></dd>", view(label), view.iso_date(text));
    return html(
        "<h2>{}</h2><dl>{}<dt>{}</dt><dd>{} {} "
        "{}</dd><dt>{}</dt><dd>{}</dd></dl><p><strong>{}</strong></p>",
        view.word("kind." + token.type), rows, view(texts::permit_valid),
        view.iso_date(token.valid_from), view(texts::permit_until),
        view.iso_date(token.valid_until), view(texts::case_number), token.number,
        view(texts::paper_compare_kind));
}

Html verdict_part(const View& view, const PaperVerdict& verdict) {
    Html facts;
    if (verdict.permit && !verdict.permit->type.empty()) {
        facts = claim_facts(view, *verdict.permit);
    } else if (verdict.permit) {
        const credential::PaperToken& permit = *verdict.permit;
        std::string plates;
        for (const std::string& plate : permit.plates)
            plates += (plates.empty() ? "" : ", ") + plate;
        facts = html(
            "<dl><dt>{}</dt><dd><strong>{}</strong></dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} {} "
            "{}</dd><dt>{}</dt><dd>{}</dd></dl><p><strong>{}</strong></p>",
            view(texts::plate_label), plates, view(texts::permit_zone), permit.zone_id,
            view(texts::permit_valid), view.iso_date(permit.valid_from), view(texts::permit_until),
            view.iso_date(permit.valid_until), view(texts::case_number), permit.number,
            view(texts::paper_compare));
    }
    return html(
        "<section class=\"{}\" role=\"status\" tabindex=\"-1\" data-focus aria-label=\"{}\"><p "
        "class=\"verdict\">{}</p><p>{}</p>{}<p>{}: {}</p></section>"
        "<details><summary>{}</summary>{}</details>",
        verdict.valid ? std::string_view("box good") : std::string_view("box bad"),
        view(texts::inspect_result),
        view(verdict.valid ? texts::inspect_valid : texts::inspect_invalid), view.word(verdict.why),
        facts, view(texts::inspect_time), view.date_time(view.agent.now()),
        view(texts::present_checked), trace_table(view, verdict.trace));
}

net::HttpResponse verdict_page(const View& view, const PaperVerdict& verdict) {
    Html again;
    if (view.session) {
        again = html("<p><a class=\"button\" href=\"/kontrolle\">{}</a></p>",
                     view(texts::inspect_again));
    }
    const Html body = html("<div class=\"narrow\"><h1>{}</h1>{}{}</div>", view(texts::paper_title),
                           verdict_part(view, verdict), again);
    return page(view, view(texts::paper_title), body);
}

/// Anybody may ask: the answer repeats what is printed and says whether it still holds.
net::HttpResponse check(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (too_often(agent, request, "paper", check_rule))
        return error_page(view, view(texts::too_often), 429);
    const PaperVerdict verdict = check_paper(agent, request.parameter("token"));
    if (!wants_json(request)) return verdict_page(view, verdict);
    return net::HttpResponse::json(
        200, encoding::compact_json(
                 encoding::Object{{"valid", verdict.valid}, {"trace", verdict.trace.to_value()}}));
}

net::HttpResponse check_typed(Agent& agent, const net::HttpRequest& request) {
    View view = view_of_request(agent, request);
    view.path = "/kontrolle";
    const auto form = request.form().value_or(net::FormList{});
    if (auto refused = refuse_form(view, request, form, Role::inspector))
        return std::move(*refused);
    agent.audit->note(agent.now(), view.session->account, "inspected_permit", "");
    return verdict_page(view, check_paper(agent, field_of(form, "papier", 2048)));
}

}  // namespace

void mount_paper_pages(Agent& agent, net::HttpServer& server) {
    using Handler = net::HttpResponse (*)(Agent&, const net::HttpRequest&);
    const auto add = [&](const char* method, const char* path, Handler handler) {
        route(
            agent, server, method, path,
            [&agent, handler](const net::HttpRequest& request) { return handler(agent, request); },
            on_workers());
    };
    add("GET", "/amt/fall/{id}/ausweis.pdf", for_clerk);
    add("GET", "/nachweise/vorgang/{id}/ausweis.pdf", for_holder);
    add("GET", "/pruefen/{token}", check);
    add("POST", "/kontrolle/papier", check_typed);
}

}  // namespace stadtbuch::agent
