// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// For developers of verifiers and wallets: a query builder with live DCQL, requests to try it, and
// "why did it fail" for a presentation.
//
//   GET /entwickler (fields of query_builder.hpp), /entwickler/dcql.json: the same as JSON
//   POST /entwickler/anfrage -> /entwickler/vorgang/{id} (/stand, /trace.json)
//   POST /entwickler/pruefen: what was pasted, judged at once and forgotten
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/query_builder.hpp"
#include "ssi/agent/texts_developer.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/credential/sd_jwt.hpp"
#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

namespace {

using encoding::Object;
using encoding::Value;

constexpr RateLimiter::Rule start_rule{20, 20}, check_rule{60, 60};
constexpr std::string_view link_kind = "developer", trace_kind = "developer_trace";
constexpr std::int64_t trace_life_s = 600;
constexpr std::size_t pasted_bytes_max = 256 * 1024, query_bytes_max = 32 * 1024;

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

QueryBuilder builder_of(Agent& agent, net::FormList form) {
    std::vector<BuilderType> types;
    for (const credential::CredentialType& type : agent.issuer->config().types)
        types.push_back({type.id, type.name_de, type.name_en, {type.vct}, type.claims});
    if (pid_accepted(agent)) types.push_back(pid_type());
    return {std::move(types), agent.trust().issuers, std::move(form)};
}

std::string dcql_text(const openid::DcqlQuery& query) {
    return query.credentials.empty()
               ? std::string()
               : encoding::pretty_json(Value(openid::to_value(query)), 2, false);
}

bool may_start(const View& view) {
    return view.session || view.agent.settings.development;
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
    agent.records->put(link_kind, started.transaction_id, started.link, started.expires_at);
    return net::HttpResponse::redirect("/entwickler/vorgang/" + started.transaction_id);
}

net::HttpResponse waiting_page(const View& view, const std::string& id, const std::string& link) {
    const std::string at = "/entwickler/vorgang/" + id;
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p>{}</p>{}<p role=\"status\" data-poll=\"{}/stand\" "
        "data-state=\"waiting\" data-next=\"{}\" data-done=\"…\"></p>"
        "<p><a class=\"button\" href=\"{}\">{}</a></p></div>",
        view(texts::dev_waiting), view(texts::present_waiting), link_to_scan(view, link), at, at,
        at, view(texts::next));
    return page(view, view(texts::dev_waiting), body);
}

Html verdict(const View& view, const credential::Trace& trace, bool good) {
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

Html links_on(const View& view) {
    return html(
        "<p><a href=\"/regeln\">{}</a></p><p><a class=\"button\" href=\"/entwickler\">{}</a></p>",
        view(texts::dev_rules), view(texts::dev_again));
}

/// Released once; afterwards the trace alone is there, for ten minutes.
net::HttpResponse kept_page(const View& view, const std::string& id) {
    const auto kept = view.agent.records->get(trace_kind, id);
    const auto parsed = encoding::parse_json(kept.value_or(""));
    if (!parsed) return error_page(view, view(texts::present_expired), 404);
    const auto trace = credential::Trace::from_value(*parsed);
    const Html body = html("<h1>{}</h1>{}{}", view(texts::dev_result),
                           verdict(view, trace, trace.good()), links_on(view));
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
        verdict(view, result.trace, result.state == openid::PresentationState::answered), id,
        view(texts::trace_json), view(texts::dev_claims_shown), shown, links_on(view));
    return page(view, view(texts::dev_result), body);
}

net::HttpResponse show(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const std::string id(request.parameter("id"));
    const auto link = agent.records->get(link_kind, id);
    if (!link) return error_page(view, view(texts::present_expired), 404);
    if (agent.verifier->state(id, agent.now()) == openid::PresentationState::waiting)
        return waiting_page(view, id, *link);
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

// -- what was pasted
// ---------------------------------------------------------------------------------------------

Object payload_of(std::string_view jwt) {
    const std::size_t dot = std::min(jwt.find('.'), jwt.size());
    const std::string_view rest = jwt.substr(std::min(dot + 1, jwt.size()));
    const auto bytes = encoding::base64url_decode(rest.substr(0, rest.find('.')));
    auto parsed = bytes ? encoding::parse_json(text_of(*bytes), {pasted_bytes_max, 32, true})
                        : Result<Value, encoding::JsonError>(Value());
    return parsed && parsed->object() ? std::move(*parsed->object()) : Object{};
}

Object header_of(std::string_view jwt) {
    return payload_of("." + std::string(jwt.substr(0, jwt.find('.'))));
}

/// Header, payload, disclosures and key binding, as they stand there.
Html parts_of(const credential::SdJwt& parts) {
    encoding::Array disclosures;
    for (const std::string& one : parts.disclosures) {
        const auto bytes = encoding::base64url_decode(one);
        auto parsed = bytes ? encoding::parse_json(text_of(*bytes), {pasted_bytes_max, 32, true})
                            : Result<Value, encoding::JsonError>(Value(one));
        disclosures.push_back(parsed ? std::move(parsed).value() : Value(one));
    }
    Object all{{"header", header_of(parts.issuer_jwt)},
               {"payload", payload_of(parts.issuer_jwt)},
               {"disclosures", std::move(disclosures)}};
    if (!parts.key_binding.empty()) {
        all.set("key_binding", Object{{"header", header_of(parts.key_binding)},
                                      {"payload", payload_of(parts.key_binding)}});
    }
    return json_block("SD-JWT", Value(std::move(all)));
}

struct Pasted {
    std::vector<credential::SdJwt> parts;
    Value vp_token;  ///< null for a single SD-JWT
};

std::optional<Pasted> read_pasted(const std::string& text) {
    Pasted out;
    const auto add = [&](std::string_view compact) {
        auto parts = credential::split_sd_jwt(compact);
        if (parts) out.parts.push_back(std::move(parts).value());
        return parts.has_value();
    };
    if (!text.starts_with("{")) return add(text) ? std::optional(std::move(out)) : std::nullopt;
    auto parsed = encoding::parse_json(text, {pasted_bytes_max, 8, true});
    if (!parsed || parsed->object() == nullptr) return std::nullopt;
    out.vp_token = std::move(parsed).value();
    for (const auto& member : *out.vp_token.object()) {
        const encoding::Array* list = member.value.array();
        if (list == nullptr) continue;
        for (const Value& one : *list) {
            if (one.text() != nullptr) (void)add(*one.text());
        }
    }
    return out;
}

/// What was not given was taken from the presentation itself, which proves nothing.
void mark_unchecked(credential::Trace& trace, std::string_view rule) {
    for (credential::TraceLine& line : trace.lines) {
        if (line.rule != rule || line.outcome != credential::Outcome::passed) continue;
        line.outcome = credential::Outcome::skipped;
        line.de = "Nicht geprüft: " + line.de;
        line.en = "Not checked: " + line.en;
    }
}

credential::Trace judge_pasted(Agent& agent, const Pasted& pasted, const net::FormList& form,
                               const openid::DcqlQuery& query) {
    const std::string nonce = field_of(form, "nonce", 512);
    const std::string audience = field_of(form, "audience", 512);
    Object said;
    if (!pasted.parts.empty()) said = payload_of(pasted.parts.front().key_binding);
    openid::PresentationCheck check;
    check.query = &query;
    check.nonce = nonce.empty() ? std::string(Value(said).text_at("nonce")) : nonce;
    check.audience = audience.empty() ? std::string(Value(said).text_at("aud")) : audience;
    check.now = agent.now();
    Value token = pasted.vp_token;
    if (token.is_null()) {
        const std::string& id = query.credentials.front().id;
        token = Object{{id, encoding::Array{pasted.parts.front().compact()}}};
    }
    auto result = openid::check_vp_token(token, check, agent.trust());
    if (nonce.empty()) mark_unchecked(result.trace, id_of(credential::Rule::holder_nonce));
    if (audience.empty()) mark_unchecked(result.trace, id_of(credential::Rule::holder_audience));
    return result.trace;
}

/// For a credential without a query: any type that somebody trusted may issue, and a holder's key
/// only if it was shown.
openid::DcqlQuery any_query(Agent& agent, const Pasted& pasted) {
    openid::CredentialQuery one;
    one.id = "pasted";
    const auto trusted = agent.trust().issuers;
    for (const credential::TrustedIssuer& issuer : trusted)
        one.vct_values.insert(one.vct_values.end(), issuer.vcts.begin(), issuer.vcts.end());
    one.require_holder = !pasted.parts.empty() && !pasted.parts.front().key_binding.empty();
    openid::DcqlQuery out;
    out.credentials.push_back(std::move(one));
    return out;
}

net::HttpResponse check_pasted(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request))
        return error_page(view, view(texts::form_outdated), 403);
    if (too_often(agent, request, "developer_check", check_rule))
        return error_page(view, view(texts::too_often), 429);
    const auto pasted = read_pasted(field_of(*form, "presentation", pasted_bytes_max));
    if (!pasted) {
        const Html fault =
            html("<div class=\"box bad\" role=\"alert\" tabindex=\"-1\" data-focus><p>{}</p></div>",
                 view(texts::dev_unreadable));
        return builder_page(view, builder_of(agent, {}), field_of(*form, "dcql", query_bytes_max),
                            fault);
    }
    openid::DcqlQuery query;
    if (!field_of(*form, "dcql", query_bytes_max).empty()) {
        auto given = query_in(*form);
        if (!given) return refuse_query(view, *form, given.error());
        query = std::move(given).value();
    } else if (pasted->vp_token.is_null()) {
        query = any_query(agent, *pasted);
    } else {
        return refuse_query(view, *form, "vp_token");
    }
    const credential::Trace trace = judge_pasted(agent, *pasted, *form, query);
    Html parts;
    for (const credential::SdJwt& one : pasted->parts) parts += parts_of(one);
    const Html body =
        html("<h1>{}</h1>{}<h2>{}</h2>{}{}", view(texts::dev_result),
             verdict(view, trace, trace.good()), view(texts::dev_parts), parts, links_on(view));
    View shown = view;
    shown.path = "/entwickler";
    return page(shown, view(texts::dev_result), body);
}

}  // namespace

void mount_developer_pages(Agent& agent, net::HttpServer& server) {
    using Handler = net::HttpResponse (*)(Agent&, const net::HttpRequest&);
    const auto add = [&](const char* method, const char* path, Handler handler) {
        route(
            agent, server, method, path,
            [&agent, handler](const net::HttpRequest& request) { return handler(agent, request); },
            on_workers(3 * pasted_bytes_max));
    };
    add("GET", "/entwickler", show_builder);
    add("GET", "/entwickler/dcql.json", live_query);
    add("POST", "/entwickler/anfrage", start);
    add("GET", "/entwickler/vorgang/{id}", show);
    add("GET", "/entwickler/vorgang/{id}/stand", poll);
    add("GET", "/entwickler/vorgang/{id}/trace.json", trace_json);
    add("POST", "/entwickler/pruefen", check_pasted);
}

}  // namespace stadtbuch::agent
