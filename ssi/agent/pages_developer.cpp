// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// For developers of verifiers and wallets: a query builder with live DCQL.
//
//   GET /entwickler (fields of query_builder.hpp), /entwickler/dcql.json: the same as JSON
//   what follows from its forms: pages_developer_try.cpp, pages_developer_check.cpp
#include "ssi/agent/pages_developer.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/texts_developer.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

using encoding::Value;

/// What pid_query() asks for, and what else a German PID has (credentials §7.3).
BuilderType pid_type() {
    BuilderType out{
        "pid", "Personenidentifizierungsdaten (PID)", "Person identification data", {}, {}};
    out.vcts.assign(std::begin(pid_types), std::end(pid_types));
    for (const char* path :
         {"family_name", "given_name", "birthdate", "birth_family_name", "place_of_birth.locality",
          "nationalities", "age_equal_or_over.18", "address.street_address", "address.house_number",
          "address.postal_code", "address.locality", "address.country", "issuing_authority",
          "issuing_country"}) {
        out.claims.push_back({path, path, path});
    }
    return out;
}

std::string dcql_text(const openid::DcqlQuery& query) {
    return query.credentials.empty()
               ? std::string()
               : encoding::pretty_json(Value(openid::to_value(query)), 2, false);
}

Html choice(std::string_view kind, std::string_view field, std::string_view value, bool chosen,
            std::string_view label) {
    const Html mark = chosen ? html(" checked") : Html();
    return html("<label class=\"choice\"><input type=\"{}\" name=\"{}\" value=\"{}\"{}>{}</label>",
                kind, field, value, mark, label);
}

Html claim_row(const View& view, const QueryBuilder& builder, const BuilderType& type,
               const credential::ClaimDescription& claim) {
    const std::string name = type.id + "/" + claim.path;
    const std::string& label = view.language == Language::en ? claim.label_en : claim.label_de;
    const auto box = [&](std::string_view field, const Text& what) {
        const Html mark = builder.has(field, name) ? html(" checked") : Html();
        return html("<input type=\"checkbox\" name=\"{}\" value=\"{}\" aria-label=\"{}: {}\"{}>",
                    field, name, label, view(what), mark);
    };
    return html(
        "<tr><th scope=\"row\">{}<br><span class=\"quiet\">{}</span></th><td>{}</td><td>{}</td>"
        "<td><input type=\"text\" name=\"w.{}\" value=\"{}\" aria-label=\"{}: {}\"></td></tr>",
        label, claim.path, box("c", texts::dev_ask), box("o", texts::dev_optional), name,
        builder.text("w." + name), label, view(texts::dev_values));
}

Html authority_choice(const View& view, const QueryBuilder& builder, const BuilderType& type) {
    Html options = html("<option value=\"\">{}</option>", view(texts::dev_trust_any));
    for (std::size_t i = 0; i < builder.trusted().size(); ++i) {
        if (!builder.vouches(builder.trusted()[i], type)) continue;
        const std::string number = std::to_string(i + 1);
        const Html mark = builder.text("a." + type.id) == number ? html(" selected") : Html();
        options +=
            html("<option value=\"{}\"{}>{}</option>", number, mark, builder.trusted()[i].name);
    }
    return html(
        "<div class=\"field\"><label for=\"a.{}\">{}</label><select id=\"a.{}\" name=\"a.{}\">{}"
        "</select></div>",
        type.id, view(texts::dev_trust), type.id, type.id, options);
}

Html type_part(const View& view, const QueryBuilder& builder, const BuilderType& type) {
    Html rows;
    for (const credential::ClaimDescription& claim : type.claims)
        rows += claim_row(view, builder, type, claim);
    const std::string& name = view.language == Language::en ? type.name_en : type.name_de;
    return html(
        "<fieldset><legend>{}</legend>{}{}<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"{}\"><table><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th>"
        "<th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>{}</tbody></table>"
        "</div></fieldset>",
        name,
        choice("checkbox", "z", type.id, builder.has("z", type.id), view(texts::dev_optional)),
        authority_choice(view, builder, type), name, view(texts::dev_claim), view(texts::dev_ask),
        view(texts::dev_optional), view(texts::dev_values), rows);
}

Html builder_form(const View& view, const QueryBuilder& builder) {
    Html types, claims;
    for (const BuilderType& type : builder.types()) {
        const bool chosen = builder.has("t", type.id);
        types += choice("checkbox", "t", type.id, chosen,
                        view.language == Language::en ? type.name_en : type.name_de);
        if (chosen) claims += type_part(view, builder, type);
    }
    const bool any = builder.text("m") == "any";
    if (claims.empty()) {
        claims = html("<p>{}</p>", view(texts::dev_none));
    } else {
        claims += html("<p class=\"quiet\">{}</p>", view(texts::dev_values_hint));
    }
    return html(
        "<form method=\"get\" action=\"/entwickler\" "
        "data-live=\"/entwickler/dcql.json\"><h2>{}</h2>"
        "<fieldset><legend>{}</legend>{}</fieldset><fieldset><legend>{}</legend>{}{}</fieldset>"
        "<h2>{}</h2>{}<p><button class=\"second\">{}</button></p></form>",
        view(texts::dev_step_types), view(texts::dev_step_types), types, view(texts::dev_sets),
        choice("radio", "m", "all", !any, view(texts::dev_all)),
        choice("radio", "m", "any", any, view(texts::dev_any)), view(texts::dev_step_claims),
        claims, view(texts::dev_show));
}

Html area(const View& view, std::string_view name, std::string_view id, const Text& label,
          std::string_view value, std::string_view marks, std::size_t rows) {
    return html(
        "<div class=\"field\"><label for=\"{}\">{}</label><textarea id=\"{}\" name=\"{}\" "
        "rows=\"{}\" spellcheck=\"false\" autocomplete=\"off\" class=\"{}\">{}</textarea></div>",
        id, view(label), id, name, rows, marks, value);
}

Html start_form(const View& view, const std::string& dcql) {
    const Html act = may_start(view)
                         ? html("<button class=\"big\">{}</button>", view(texts::dev_start))
                         : html("<p>{}</p>", view(texts::dev_start_staff));
    return html(
        "<form method=\"post\" action=\"/entwickler/anfrage\">{}<h2>{}</h2>{}<p "
        "class=\"quiet\">{}</p></form>",
        area(view, "dcql", "dcql", texts::dev_query_label, dcql, "live", 16),
        view(texts::dev_start_title), act, view(texts::dev_sandbox));
}

Html check_form(const View& view, const std::string& dcql) {
    FieldSpec nonce{"nonce", texts::dev_nonce, "", "off", texts::dev_binding_hint, {}, false};
    FieldSpec audience{"audience", texts::dev_audience, "", "off", {}, {}, false};
    nonce.optional = audience.optional = true;
    return html(
        "<form method=\"post\" action=\"/entwickler/pruefen\"><h2>{}</h2><p>{}</p>{}{}{}"
        "<details><summary>{}</summary>{}</details><p><button>{}</button></p></form>",
        view(texts::dev_check_title), view(texts::dev_check_lead),
        area(view, "presentation", "presentation", texts::dev_presentation, "", "", 8),
        text_field(view, nonce), text_field(view, audience), view(texts::dev_step_query),
        area(view, "dcql", "dcql-check", texts::dev_query_label, dcql, "live", 12),
        view(texts::dev_check));
}

Html trust_part(const View& view) {
    Html rows;
    const auto trusted = view.agent.trust().issuers;
    for (const credential::TrustedIssuer& one : trusted) {
        Html types;
        for (const std::string& vct : one.vcts) types += html("<li>{}</li>", vct);
        std::string anchors = one.did;
        for (const keys::Certificate& anchor : one.anchors)
            anchors += (anchors.empty() ? "" : ", ") + anchor.common_name();
        rows += html("<tr><th scope=\"row\">{}</th><td><ul>{}</ul></td><td>{}</td></tr>", one.name,
                     types, anchors);
    }
    return html(
        "<h2>{}</h2><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table>"
        "<thead><tr><td></td><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>"
        "{}</tbody></table></div>",
        view(texts::dev_trust), view(texts::dev_trust), view(texts::dev_trust_types),
        view(texts::dev_trust_by), rows);
}

net::HttpResponse show_builder(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const QueryBuilder builder = builder_of(agent, request.query);
    return builder_page(view, builder, dcql_text(builder.query()), {});
}

net::HttpResponse live_query(Agent& agent, const net::HttpRequest& request) {
    const QueryBuilder builder = builder_of(agent, request.query);
    const std::string text = dcql_text(builder.query());
    return net::HttpResponse::json(200, text.empty() ? std::string("{}") : text);
}

}  // namespace

void add_developer_route(Agent& agent, net::HttpServer& server, const char* method,
                         const char* path, DeveloperHandler handler) {
    route(
        agent, server, method, path,
        [&agent, handler](const net::HttpRequest& request) { return handler(agent, request); },
        on_workers(3 * pasted_bytes_max));
}

bool may_start(const View& view) {
    return view.session || view.agent.settings.development;
}

QueryBuilder builder_of(Agent& agent, net::FormList form) {
    std::vector<BuilderType> types;
    for (const credential::CredentialType& type : agent.issuer->config().types)
        types.push_back({type.id, type.name_de, type.name_en, {type.vct}, type.claims});
    if (pid_accepted(agent)) types.push_back(pid_type());
    return {std::move(types), agent.trust().issuers, std::move(form)};
}

net::HttpResponse builder_page(const View& view, const QueryBuilder& builder,
                               const std::string& dcql, const Html& fault) {
    const Html body = html(
        "<h1>{}</h1>{}<p class=\"lead\">{}</p>{}<h2>{}</h2>{}{}{}<p><a href=\"/regeln\">{}</a></p>",
        view(texts::dev_title), fault, view(texts::dev_lead), builder_form(view, builder),
        view(texts::dev_step_query), start_form(view, dcql), check_form(view, dcql),
        trust_part(view), view(texts::dev_rules));
    View shown = view;
    shown.path = "/entwickler";
    return page(shown, view(texts::dev_title), body, fault.empty() ? 200 : 422);
}

/// The query that came with a form, or why it is none.
Result<openid::DcqlQuery, std::string> query_in(const net::FormList& form) {
    const std::string text = field_of(form, "dcql", query_bytes_max);
    const auto parsed = encoding::parse_json(text, {query_bytes_max, 16, true});
    if (!parsed) return Failure{std::string("JSON")};
    auto query = openid::read_dcql(*parsed);
    if (!query) return Failure{std::string(openid::to_text(query.error()))};
    return std::move(query).value();
}

net::HttpResponse refuse_query(const View& view, const net::FormList& form,
                               const std::string& why) {
    const Html fault =
        html("<div class=\"box bad\" role=\"alert\" tabindex=\"-1\" data-focus><p>{}: {}</p></div>",
             view(texts::dev_bad_query), why);
    return builder_page(view, builder_of(view.agent, {}), field_of(form, "dcql", query_bytes_max),
                        fault);
}

void mount_developer_pages(Agent& agent, net::HttpServer& server) {
    add_developer_route(agent, server, "GET", "/entwickler", show_builder);
    add_developer_route(agent, server, "GET", "/entwickler/dcql.json", live_query);
    mount_developer_trials(agent, server);
    mount_developer_checks(agent, server);
}

}  // namespace stadtbuch::agent
