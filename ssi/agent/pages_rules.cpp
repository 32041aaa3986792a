// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The catalogue of rules for wallets' developers and everybody who reads a trace.
//
//   /regeln            the page; JSON by Accept        /regeln#DP-04   one rule
#include "ssi/agent/rule_catalogue.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/credential/trust_list.hpp"
#include "ssi/openid/identity_rules.hpp"
#include "ssi/openid/issuance_rules.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

template <class Rule>
CatalogueRule entry(const Rule& rule, std::string_view field, std::string_view mender) {
    return {rule.id, field, mender, rule.good_de, rule.good_en, rule.bad_de, rule.bad_en};
}

std::string catalogue_json() {
    encoding::Array out;
    for (const CatalogueRule& rule : rule_catalogue()) {
        out.emplace_back(encoding::Object{
            {"rule", rule.id},
            {"field", rule.field},
            {"mend", rule.mender},
            {"passed", encoding::Object{{"de", rule.good_de}, {"en", rule.good_en}}},
            {"failed", encoding::Object{{"de", rule.bad_de}, {"en", rule.bad_en}}}});
    }
    return encoding::compact_json(encoding::Object{{"rules", std::move(out)}});
}

net::HttpResponse catalogue_page(const View& view) {
    const bool english = view.language == Language::en;
    Html rows;
    for (const CatalogueRule& rule : rule_catalogue()) {
        rows += html(
            "<tr id=\"{}\"><th "
            "scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            rule.id, rule.id, english ? rule.good_en : rule.good_de,
            english ? rule.bad_en : rule.bad_de, rule.field,
            view.word("mend." + std::string(rule.mender)));
    }
    const Html body = html(
        "<h1>{}</h1><p>{}</p><div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"{}\"><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
        "scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
        "scope=\"col\">{}</th></tr></thead><tbody>"
        "{}</tbody></table></div><p><a href=\"/regeln.json\">{}</a></p>",
        view(texts::rules_title), view(texts::rules_lead), view(texts::rules_title),
        view(texts::trace_rule), view(texts::rules_good), view(texts::rules_bad),
        view(texts::trace_field), view(texts::trace_mend), rows, view(texts::rules_json));
    return page(view, view(texts::rules_title), body);
}

}  // namespace

std::vector<CatalogueRule> rule_catalogue() {
    std::vector<CatalogueRule> out;
    for (const auto& rule : credential::all_rules())
        out.push_back(entry(rule, "", credential::to_text(credential::mender_of(rule.rule))));
    for (const auto& rule : openid::issuance_rules())
        out.push_back(entry(rule, rule.field, rule.mender));
    for (const auto& rule : openid::login_rules()) out.push_back(entry(rule, "", rule.mender));
    // Whoever publishes the list has to mend it; for us that is an issuer.
    for (const auto& rule : credential::trust_list_rules())
        out.push_back(entry(rule, "", credential::to_text(credential::Mender::issuer)));
    return out;
}

void mount_rule_pages(Agent& agent, net::HttpServer& server) {
    net::RouteOptions open = on_workers(1024);
    open.cors_origin = "*";
    route(
        agent, server, "GET", "/regeln",
        [&agent](const net::HttpRequest& request) {
            if (wants_json(request)) return net::HttpResponse::json(200, catalogue_json());
            return catalogue_page(view_of_request(agent, request));
        },
        open);
    route(
        agent, server, "GET", "/regeln.json",
        [](const net::HttpRequest&) { return net::HttpResponse::json(200, catalogue_json()); },
        open);
}

}  // namespace stadtbuch::agent
