// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// "Why did it fail": a presentation that was pasted, judged at once and forgotten.
//
//   POST /entwickler/pruefen
#include "ssi/agent/pages_developer.hpp"
#include "ssi/agent/texts_developer.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/credential/sd_jwt.hpp"
#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

namespace {

using encoding::Object;
using encoding::Value;

constexpr RateLimiter::Rule check_rule{60, 60};

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
    const Html body = html("<h1>{}</h1>{}<h2>{}</h2>{}{}", view(texts::dev_result),
                           trace_verdict(view, trace, trace.good()), view(texts::dev_parts), parts,
                           developer_links(view));
    View shown = view;
    shown.path = "/entwickler";
    return page(shown, view(texts::dev_result), body);
}

}  // namespace

void mount_developer_checks(Agent& agent, net::HttpServer& server) {
    add_developer_route(agent, server, "POST", "/entwickler/pruefen", check_pasted);
}

}  // namespace stadtbuch::agent
