// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A company's permit in one sitting: present the representation credential, name the plate, take
// the permit.
//
//   /parken/firma -> POST -> (present.hpp) -> /parken/firma/kennzeichen -> POST -> /antrag/{token}
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/company_view.hpp"
#include "ssi/agent/present.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/texts_company.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule start_rule{20, 10};
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
        "class=\"big\">{}</button></form><h2>{}</h2><p>{}</p></div>",
        view(texts::company_title), steps(view, 0), view(texts::company_intro),
        view(texts::company_asks), view(texts::company_start), view(texts::no_wallet_title),
        view(texts::no_wallet));
    return page(view, view(texts::company_title), body);
}

net::HttpResponse plate_page(const View& view, const Sitting& sitting, const std::string& plate,
                             std::optional<Text> fault) {
    const ProvenCompany& company = *sitting.proven->company;
    std::vector<FormFault> faults;
    if (fault) faults.push_back({"plate", texts::plate_label, *fault});
    FieldSpec spec{"plate", texts::plate_label, plate, "", texts::plate_hint, fault, true};
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}{}<div class=\"box "
        "good\"><p>{}</p><dl><dt>{}</dt><dd>{}</dd><dt>{}</dt>"
        "<dd>{}</dd><dt>{}</dt><dd>{} {}</dd></dl></div><form method=\"post\" "
        "action=\"/parken/firma/kennzeichen\" "
        "novalidate>{}{}<button class=\"big\">{}</button></form></div>",
        view(texts::plate_title), steps(view, 1), fault_summary(view, faults),
        view(texts::company_plate_intro), view(texts::company_legal), company.legal_name,
        view(texts::company_number), company.identifier, view(texts::company_person),
        company.given_name, company.family_name, form_token(view.agent, sitting.secret),
        text_field(view, spec), view(texts::plate_send));
    return page(view, view(texts::plate_title), body, fault ? 422 : 200);
}

net::HttpResponse plate_form(const View& view, const net::HttpRequest&, const Sitting& sitting) {
    if (!sitting.proven || !sitting.proven->company)
        return net::HttpResponse::redirect("/parken/firma/zeigen");
    return plate_page(view, sitting, "", {});
}

net::HttpResponse take_plate(const View& view, const net::HttpRequest& request,
                             const Sitting& held) {
    Agent& agent = view.agent;
    Sitting sitting = held;
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request) || !form_token_good(agent, sitting.secret, *form))
        return error_page(view, view(texts::form_outdated), 403);
    if (!sitting.proven || !sitting.proven->company)
        return net::HttpResponse::redirect("/parken/firma/zeigen");
    if (too_often(agent, request, "apply", start_rule))
        return error_page(view, view(texts::too_often), 429);
    if (auto there = case_of(view, sitting)) return *std::move(there);
    const std::string plate = field_of(*form, "plate", 24);
    if (plate.empty()) return plate_page(view, sitting, plate, texts::field_missing);
    const auto record = agent.desk->apply_company(*sitting.proven->company, plate,
                                                  std::string(view.language_tag()), agent.now());
    if (!record) {
        if (record.error() == DeskError::plate_unreadable)
            return plate_page(view, sitting, plate, texts::plate_bad);
        return error_page(view, view.word("error." + std::string(to_text(record.error()))), 409);
    }
    return end_with_case(view, std::move(sitting), *record);
}

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
    route(agent, server, "GET", "/parken/firma/kennzeichen",
          with_sitting(agent, asking, plate_form), on_workers());
    route(agent, server, "POST", "/parken/firma/kennzeichen",
          with_sitting(agent, asking, take_plate), on_workers());
}

}  // namespace stadtbuch::agent
