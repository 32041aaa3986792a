// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A company's permit in one sitting: present the representation credential, name the plate, take
// the permit.
//
//   /parken/firma -> POST -> (present.hpp) -> /parken/firma/kennzeichen -> POST -> /antrag/{token}
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/company_view.hpp"
#include "ssi/agent/pages_plate.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/texts_company.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::size_t shown_max = 200;

Html steps(const View& view, std::size_t current) {
    return step_list(view, {texts::company_step_1, texts::parking_step_2, texts::parking_step_3},
                     current);
}

openid::DcqlQuery query(const Agent& agent, const Sitting&) {
    const RepresentationSettings& wanted = agent.settings.representation;
    openid::DcqlQuery out =
        query_for("representation", wanted.types.front(),
                  {wanted.name_claim, wanted.identifier_claim, wanted.scope_claim,
                   wanted.family_name_claim, wanted.given_name_claim});
    out.credentials.front().vct_values = wanted.types;
    name_authorities(agent, out.credentials.front());
    return out;
}

/// The person for the time being; the company is read where the settings are at hand.
ProvenResidence nobody(const encoding::Value&) {
    return {};
}

std::string claim_at(const encoding::Object& claims, std::string_view path) {
    const encoding::Value whole(claims);
    const encoding::Value* held = &whole;
    while (held != nullptr && !path.empty()) {
        const std::size_t dot = std::min(path.find('.'), path.size());
        held = held->find(path.substr(0, dot));
        path.remove_prefix(std::min(path.size(), dot + 1));
    }
    if (held == nullptr || held->text() == nullptr) return {};
    return held->text()->substr(0, shown_max);
}

net::HttpResponse to_plate(const View& view, Sitting sitting, const encoding::Object* claims) {
    if (claims != nullptr) {
        const RepresentationSettings& wanted = view.agent.settings.representation;
        ProvenCompany company{
            claim_at(*claims, wanted.name_claim), claim_at(*claims, wanted.identifier_claim),
            claim_at(*claims, wanted.scope_claim), claim_at(*claims, wanted.family_name_claim),
            claim_at(*claims, wanted.given_name_claim)};
        sitting.proven->person.family_name = company.family_name;
        sitting.proven->person.given_name = company.given_name;
        sitting.proven->company = std::move(company);
        save_sitting(view.agent, sitting);
    }
    return net::HttpResponse::redirect("/parken/firma/kennzeichen");
}

const Asking asking{
    "/parken/firma", "company", texts::company_title, texts::company_asks, steps, query,
    nobody,          to_plate};

net::HttpResponse intro_page(const View& view) {
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<p class=\"lead\">{}</p><p>{}</p><form method=\"post\" "
        "action=\"/parken/firma\"><button "
        "class=\"big\">{}</button></form>{}</div>",
        view(texts::company_title), steps(view, 0), view(texts::company_intro),
        view(texts::company_asks), view(texts::company_start), no_wallet_part(view));
    return page(view, view(texts::company_title), body);
}

bool proved(const Sitting& sitting) {
    return sitting.proven && sitting.proven->company;
}

Html facts(const View& view, const Sitting& sitting) {
    const ProvenCompany& company = *sitting.proven->company;
    return html(
        "<p>{}</p><dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} {}</dd></dl>",
        view(texts::company_plate_intro), view(texts::company_legal), company.legal_name,
        view(texts::company_number), company.identifier, view(texts::company_person),
        company.given_name, company.family_name);
}

Result<Case, DeskError> apply(Agent& agent, const Sitting& sitting, const std::string& plate,
                              const std::string& language) {
    return agent.desk->apply_company(*sitting.proven->company, plate, language, agent.now());
}

const PlateStep plate_step{"/parken/firma/kennzeichen", asking, proved, facts, nullptr, apply};

}  // namespace

Html company_link(const View& view) {
    if (view.agent.settings.representation.types.empty()) return {};
    return html(
        "<h2>{}</h2><p>{}</p><p><a class=\"button second\" href=\"/parken/firma\">{}</a></p>",
        view(texts::company_card), view(texts::company_card_text), view(texts::company_open));
}

Html company_box(const View& view, const Case& record) {
    if (!record.company) return {};
    return html(
        "<dl><dt>{}</dt><dd><strong>{}</strong></dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} "
        "{}</dd><dt>{}</dt>"
        "<dd>{}</dd></dl>",
        view(texts::company_legal), record.company->legal_name, view(texts::company_number),
        record.company->identifier, view(texts::company_person), record.stated.given_name,
        record.stated.family_name, view(texts::company_scope), record.company->scope);
}

void mount_company_pages(Agent& agent, net::HttpServer& server) {
    if (agent.settings.representation.types.empty()) return;
    route(
        agent, server, "GET", "/parken/firma",
        [&agent](const net::HttpRequest& request) {
            return intro_page(view_of_request(agent, request));
        },
        on_workers());
    mount_asking(agent, server, asking);
    mount_plate_step(agent, server, plate_step);
}

}  // namespace stadtbuch::agent
