// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Applying for a configured type by presenting a credential ([present] of its file): what it proves
// is compared with the register, what it does not say is typed, and where the type wants it so the
// credential is granted at once.
#include "ssi/agent/pages_kind.hpp"
#include "ssi/agent/present.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/credential/claim_path.hpp"

namespace stadtbuch::agent {

namespace {

const KindDefinition* kind_of_sitting(const Agent& agent, const Sitting& sitting) {
    const auto kind = kind_of(sitting.purpose);
    return kind ? agent.kinds->find(*kind) : nullptr;
}

std::string base_of(const KindDefinition& kind) {
    return kind.path() + "/vorlegen";
}

openid::DcqlQuery query(const Agent& agent, const Sitting& sitting) {
    openid::DcqlQuery out;
    const KindDefinition* kind = kind_of_sitting(agent, sitting);
    if (kind == nullptr) return out;
    openid::CredentialQuery wanted;
    wanted.id = "evidence";
    wanted.vct_values = kind->present.types;
    for (const KindPresent::Claim& claim : kind->present.claims)
        wanted.claims.push_back({"", credential::path_of(claim.path), {}});
    name_authorities(agent, wanted);
    out.credentials.push_back(std::move(wanted));
    return out;
}

/// Only that something was proved; what, the type's file says.
ProvenResidence nobody(const encoding::Value&) {
    return {};
}

std::string text_at(const encoding::Value& claims, std::string_view path) {
    const encoding::Value* at = &claims;
    while (at != nullptr) {
        const std::size_t dot = path.find('.');
        at = at->find(path.substr(0, dot));
        if (dot == std::string_view::npos) break;
        path.remove_prefix(dot + 1);
    }
    if (at == nullptr) return {};
    if (at->text() != nullptr) return *at->text();
    const auto number = at->integer();
    return number ? std::to_string(*number) : std::string();
}

/// The type with the fields that nothing was proved for.
KindDefinition still_open(const KindDefinition& kind, const Sitting& sitting) {
    KindDefinition out = kind;
    std::erase_if(out.fields,
                  [&](const KindField& field) { return sitting.fields.contains(field.column); });
    return out;
}

net::HttpResponse finish(const View& view, Sitting sitting, const KindDefinition& kind,
                         registers::StatedFields fields) {
    Agent& agent = view.agent;
    const auto record = agent.desk->apply_proven(kind, std::move(fields),
                                                 std::string(view.language_tag()), agent.now());
    if (!record)
        return error_page(view, view.word("error." + std::string(to_text(record.error()))), 409);
    return end_with_case(view, std::move(sitting), *record);
}

net::HttpResponse to_case(const View& view, Sitting sitting, const encoding::Object* claims) {
    Agent& agent = view.agent;
    const KindDefinition* kind = kind_of_sitting(agent, sitting);
    if (kind == nullptr) return error_page(view, view(texts::not_found), 404);
    if (auto there = case_of(view, sitting)) return *std::move(there);
    if (claims != nullptr) {
        sitting.fields.clear();
        const encoding::Value held(*claims);
        for (const KindPresent::Claim& claim : kind->present.claims)
            sitting.fields[claim.column] = text_at(held, claim.path);
        save_sitting(agent, sitting);
    }
    const KindDefinition open = still_open(*kind, sitting);
    if (!open.fields.empty()) return net::HttpResponse::redirect(base_of(*kind) + "/angaben");
    registers::StatedFields fields = sitting.fields;
    return finish(view, std::move(sitting), *kind, std::move(fields));
}

net::HttpResponse rest_page(const View& view, const Sitting& sitting, const KindDefinition& kind,
                            const registers::StatedFields& said,
                            const std::vector<FormFault>& faults) {
    Html proven;
    for (const KindField& field : kind.fields) {
        const auto held = sitting.fields.find(field.column);
        if (held == sitting.fields.end()) continue;
        proven += html("<dt>{}</dt><dd>{}</dd>", view(field.label.text()), held->second);
    }
    const KindDefinition open = still_open(kind, sitting);
    const std::string_view name = view.word("kind." + kind.kind.id());
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}{}<section class=\"card\"><h2>{}</h2><dl>{}</dl>"
        "</section><p class=\"quiet\">{}</p><form method=\"post\" action=\"{}/angaben\" "
        "novalidate>{}{}<button class=\"big\">{}</button></form>{}</div>",
        name, kind_steps(view, 0), fault_summary(view, faults), view(texts::kind_present_proved),
        proven, view(texts::required_note), base_of(kind), form_token(view.agent, sitting.secret),
        kind_inputs(view, open, said, faults), view(texts::send), sitting_clock(view, sitting));
    return page(view, name, body, faults.empty() ? 200 : 422);
}

/// What was proved in this sitting for this type; else over.
struct Proved {
    const KindDefinition* kind = nullptr;
    std::optional<Sitting> sitting;
};

Proved proved_by(Agent& agent, const net::HttpRequest& request) {
    const auto wanted = kind_of(request.parameter("kind"));
    Proved out{wanted ? agent.kinds->find(*wanted) : nullptr, sitting_of(agent, request)};
    const bool good = out.kind != nullptr && out.sitting && out.sitting->proven &&
                      out.sitting->purpose == out.kind->kind.id();
    if (!good) out.sitting.reset();
    return out;
}

net::HttpResponse show_rest(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const Proved proved = proved_by(agent, request);
    if (!proved.sitting) return error_page(view, view(texts::sitting_over), 409);
    return rest_page(view, *proved.sitting, *proved.kind, {}, {});
}

net::HttpResponse take_rest(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    Proved proved = proved_by(agent, request);
    if (!proved.sitting) return error_page(view, view(texts::sitting_over), 409);
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request) ||
        !form_token_good(agent, proved.sitting->secret, *form))
        return error_page(view, view(texts::form_outdated), 403);
    if (!proved.sitting->case_id.empty()) return to_case(view, *proved.sitting, nullptr);
    std::vector<FormFault> faults;
    const KindDefinition open = still_open(*proved.kind, *proved.sitting);
    registers::StatedFields fields = read_kind_form(open, *form, faults);
    if (!faults.empty()) return rest_page(view, *proved.sitting, *proved.kind, fields, faults);
    fields.insert(proved.sitting->fields.begin(), proved.sitting->fields.end());
    return finish(view, *std::move(proved.sitting), *proved.kind, std::move(fields));
}

/// Routes refer to it as long as the server lives.
struct KindAsking {
    std::string base, purpose;
    Asking asking;

    explicit KindAsking(const KindDefinition& kind)
        : base(base_of(kind)),
          purpose(kind.kind.id()),
          asking{base,
                 purpose,
                 {kind.type.name_de, kind.type.name_en, {}},
                 texts::kind_present_asks,
                 kind_steps,
                 query,
                 nobody,
                 to_case} {}
};

}  // namespace

bool kind_present_accepted(const Agent& agent, const KindDefinition& kind) {
    return std::any_of(kind.present.types.begin(), kind.present.types.end(),
                       [&](const std::string& vct) { return agent.trusts_type(vct); });
}

Html kind_present_card(const View& view, const KindDefinition& kind) {
    if (!kind_present_accepted(view.agent, kind)) return {};
    return html(
        "<section class=\"card\"><h2>{}</h2><p>{}</p><form method=\"post\" action=\"{}\"><button "
        "class=\"big\">{}</button></form></section>",
        view(texts::kind_present_title), view(texts::kind_present_asks), base_of(kind),
        view(texts::kind_present_start));
}

void mount_kind_present_pages(Agent& agent, net::HttpServer& server) {
    bool any = false;
    for (const KindDefinition& kind : agent.kinds->all()) {
        if (!kind_present_accepted(agent, kind)) continue;
        any = true;
        auto own = std::make_shared<const KindAsking>(kind);
        agent.keep(own);
        mount_asking(agent, server, own->asking);
    }
    if (!any) return;
    route(
        agent, server, "GET", "/nachweis/{kind}/vorlegen/angaben",
        [&agent](const net::HttpRequest& request) { return show_rest(agent, request); },
        on_workers());
    route(
        agent, server, "POST", "/nachweis/{kind}/vorlegen/angaben",
        [&agent](const net::HttpRequest& request) { return take_rest(agent, request); },
        on_workers());
}

}  // namespace stadtbuch::agent
