// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Records: draft  SHA-256 of the link's token -> {form, fields, until}
#include "ssi/agent/drafts.hpp"

#include "ssi/keys/digest_text.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view record_kind = "draft";
constexpr std::string_view field = "entwurf";
constexpr std::size_t token_bytes_max = 64;

std::optional<Draft> draft_of(Agent& agent, std::string_view token) {
    if (token.empty() || token.size() > token_bytes_max) return std::nullopt;
    const auto held = agent.records->get(record_kind, keys::digest_text(token));
    const auto value = encoding::parse_json(held.value_or(""));
    if (!value || value->find("fields") == nullptr || value->find("until") == nullptr)
        return std::nullopt;
    Draft out{std::string(value->text_at("form")), {}, value->find("until")->integer().value_or(0)};
    if (out.until < agent.now()) return std::nullopt;
    if (const encoding::Object* fields = value->find("fields")->object()) {
        for (const auto& member : *fields) {
            if (member.value.text() != nullptr) out.fields[member.key] = *member.value.text();
        }
    }
    return out;
}

void save(Agent& agent, std::string_view token, const Draft& draft) {
    encoding::Object fields;
    for (const auto& [name, value] : draft.fields) fields.set(name, value);
    const encoding::Object record{
        {"form", draft.form}, {"until", draft.until}, {"fields", std::move(fields)}};
    agent.records->put(record_kind, keys::digest_text(token), encoding::compact_json(record),
                       draft.until);
}

net::HttpResponse show(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const std::string token(request.parameter("token"));
    const auto draft = draft_of(agent, token);
    if (!draft) return error_page(view, view(texts::draft_gone), 404);
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><div class=\"box good\"><p>{}</p><p>{}: "
        "<strong>{}</strong></p></div>{}<div class=\"row\"><a class=\"button\" "
        "href=\"{}?{}={}\">{}</a><form method=\"post\" action=\"/entwurf/{}/loeschen\"><button "
        "class=\"second\">{}</button></form></div></div>",
        view(texts::draft_title), view(texts::draft_kept), view(texts::draft_until),
        view.date(draft->until),
        link_to_scan(view, agent.settings.public_url + "/entwurf/" + token), draft->form, field,
        token, view(texts::draft_go_on), token, view(texts::draft_delete));
    return page(view, view(texts::draft_title), body);
}

net::HttpResponse remove(Agent& agent, const net::HttpRequest& request) {
    View view = view_of_request(agent, request);
    view.path = "/";
    if (!from_our_pages(agent, request)) return error_page(view, view(texts::form_outdated), 403);
    agent.records->remove(record_kind, keys::digest_text(request.parameter("token")));
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p role=\"status\">{}</p><p><a class=\"button\" "
        "href=\"/\">{}</a></p></div>",
        view(texts::draft_deleted_title), view(texts::draft_deleted), view(texts::back_home));
    return page(view, view(texts::draft_deleted_title), body);
}

}  // namespace

std::string draft_token(const net::HttpRequest& request) {
    return std::string(request.query_value(field).value_or("").substr(0, token_bytes_max));
}

std::string draft_token(const net::FormList& form) {
    return field_of(form, field, token_bytes_max);
}

std::optional<Draft> draft_on(Agent& agent, const net::HttpRequest& request,
                              std::string_view form) {
    auto out = draft_of(agent, draft_token(request));
    if (out && out->form != form) out.reset();
    return out;
}

std::optional<net::HttpResponse> keep_draft(Agent& agent, const net::FormList& form,
                                            std::string_view path,
                                            const std::vector<std::string>& names) {
    if (field_of(form, "merken").empty()) return std::nullopt;
    Draft draft{std::string(path), {}, agent.now() + Draft::life_s};
    for (const std::string& name : names) {
        std::string value = field_of(form, name, Draft::field_bytes);
        if (!value.empty()) draft.fields[name] = std::move(value);
    }
    // Always another link: who sends somebody the link of their own draft must not read what that
    // person adds.
    drop_draft(agent, form);
    const std::string token = keys::random_token(keys::os_random(), 24);
    save(agent, token, draft);
    return net::HttpResponse::redirect("/entwurf/" + token);
}

void drop_draft(Agent& agent, const net::FormList& form) {
    const std::string token = draft_token(form);
    if (!token.empty()) agent.records->remove(record_kind, keys::digest_text(token));
}

Html draft_button(const View& view, std::string_view token) {
    return html(
        "<input type=\"hidden\" name=\"{}\" value=\"{}\"><button class=\"second\" name=\"merken\" "
        "value=\"ja\" formnovalidate>{}</button><p class=\"hint\">{}</p>",
        field, token, view(texts::draft_keep), view(texts::draft_hint));
}

void mount_draft_pages(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/entwurf/{token}",
        [&agent](const net::HttpRequest& request) { return show(agent, request); }, on_workers());
    route(
        agent, server, "POST", "/entwurf/{token}/loeschen",
        [&agent](const net::HttpRequest& request) { return remove(agent, request); }, on_workers());
}

}  // namespace stadtbuch::agent
