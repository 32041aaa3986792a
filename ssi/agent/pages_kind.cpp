// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Applying for a credential whose type is configuration: GET and POST /nachweis/{id}, then
// /antrag/{token} as for the others.
#include "ssi/agent/pages_kind.hpp"

#include "ssi/agent/charge_view.hpp"
#include "ssi/agent/drafts.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule application_rule{20, 10};
constexpr std::size_t field_max = 200;

const KindDefinition* kind_at(const Agent& agent, const net::HttpRequest& request) {
    const auto kind = kind_of(request.parameter("kind"));
    return kind ? agent.kinds->find(*kind) : nullptr;
}

net::HttpResponse form_page(const View& view, const KindDefinition& kind,
                            const registers::StatedFields& said,
                            const std::vector<FormFault>& faults, std::string_view draft) {
    const std::string_view name = view.word("kind." + kind.kind.id());
    const Text privacy = kind.privacy.de.empty() ? texts::privacy_note : kind.privacy.text();
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}{}<p>{}</p>{}{}<p class=\"quiet\">{}</p>"
        "<form method=\"post\" action=\"{}\" novalidate>{}<p class=\"quiet\">{}</p>"
        "<p><button class=\"big\">{}</button></p>{}</form>{}</div>",
        name, kind_steps(view, 0), fault_summary(view, faults), view(kind.intro.text()),
        fee_list(view, view.agent.desk->fee_of(
                           {kind.kind.id(), "", kind.months, 0, keys::utc_date(view.agent.now())})),
        kind_present_card(view, kind), view(texts::required_note), kind.path(),
        kind_inputs(view, kind, said, faults), view(privacy), view(texts::send),
        draft_button(view, draft), no_wallet_part(view));
    View shown = view;
    shown.path = kind.path();
    return page(shown, name, body, faults.empty() ? 200 : 422);
}

net::HttpResponse show_form(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const KindDefinition* kind = kind_at(agent, request);
    if (kind == nullptr) return error_page(view, view(texts::not_found), 404);
    const auto draft = draft_on(agent, request, kind->path());
    return form_page(view, *kind, draft ? draft->fields : registers::StatedFields{}, {},
                     draft_token(request));
}

net::HttpResponse take_form(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const KindDefinition* kind = kind_at(agent, request);
    if (kind == nullptr) return error_page(view, view(texts::not_found), 404);
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request))
        return error_page(view, view(texts::form_outdated), 403);
    if (too_often(agent, request, "apply", application_rule))
        return error_page(view, view(texts::too_often), 429);
    std::vector<std::string> names;
    for (const KindField& field : kind->fields) names.push_back(field.column);
    if (auto kept = keep_draft(agent, *form, kind->path(), names)) return *std::move(kept);
    std::vector<FormFault> faults;
    registers::StatedFields said = read_kind_form(*kind, *form, faults);
    if (!faults.empty()) return form_page(view, *kind, said, faults, draft_token(*form));
    drop_draft(agent, *form);
    const Case record =
        agent.desk->apply(*kind, std::move(said), std::string(view.language_tag()), agent.now());
    return net::HttpResponse::redirect("/antrag/" + record.public_token);
}

}  // namespace

Html kind_cards(const View& view) {
    Html out;
    for (const KindDefinition& kind : view.agent.kinds->all()) {
        const std::string_view name = view.word("kind." + kind.kind.id());
        out += html(
            "<li class=\"card\"><h2>{}</h2><p>{}</p><a class=\"button\" href=\"{}\">{}: "
            "{}</a></li>",
            name, view(kind.card.text()), kind.path(), view(texts::kind_apply), name);
    }
    return out;
}

Html kind_steps(const View& view, std::size_t current) {
    return step_list(
        view, {texts::residence_step_1, texts::residence_step_2, texts::residence_step_3}, current);
}

Html kind_inputs(const View& view, const KindDefinition& kind, const registers::StatedFields& said,
                 const std::vector<FormFault>& faults) {
    Html out;
    for (const KindField& field : kind.fields) {
        const auto held = said.find(field.column);
        FieldSpec spec{field.column,
                       field.label.text(),
                       held == said.end() ? "" : held->second,
                       field.autocomplete,
                       {},
                       {},
                       field.narrow};
        if (!field.hint.de.empty()) spec.hint = field.hint.text();
        if (field.likeness == registers::Likeness::date) {
            if (!spec.hint) spec.hint = texts::birthdate_hint;
            spec.value = view.iso_date(spec.value);
        }
        spec.optional = !field.required;
        for (const FormFault& fault : faults) {
            if (fault.field != field.column) continue;
            spec.fault = fault.what;
            spec.fault_detail = fault.detail;
        }
        out += text_field(view, spec);
    }
    return out;
}

registers::StatedFields read_kind_form(const KindDefinition& kind, const net::FormList& form,
                                       std::vector<FormFault>& faults) {
    registers::StatedFields out;
    for (const KindField& field : kind.fields) {
        std::string value = field_of(form, field.column, field_max);
        const Text label = field.label.text();
        const bool date = field.likeness == registers::Likeness::date;
        if (value.empty()) {
            if (field.required) faults.push_back({field.column, label, texts::field_missing});
            continue;
        }
        if (value.size() > field_max) {
            faults.push_back({field.column, label, texts::field_too_long});
        } else if (date && typed_date(value).empty()) {
            faults.push_back({field.column, label, texts::field_bad_date});
        } else if (date) {
            value = typed_date(value);
        } else if (std::string foreign = foreign_in(value, field.is_name()); !foreign.empty()) {
            faults.push_back({field.column, label, texts::field_foreign, std::move(foreign)});
        }
        out[field.column] = std::move(value);
    }
    return out;
}

Html kind_days(const View& view, const Case& record) {
    const bool own = view.agent.kinds->find(record.kind) != nullptr;
    const Html fee = own ? fee_list(view, record.charge) : Html();
    if (record.valid_until.empty()) return fee;
    return html("<dl><dt>{}</dt><dd>{} {} {}</dd></dl>{}", view(texts::permit_valid),
                view.iso_date(record.valid_from), view(texts::permit_until),
                view.iso_date(record.valid_until), fee);
}

void mount_kind_pages(Agent& agent, net::HttpServer& server) {
    if (agent.kinds->all().empty()) return;
    route(
        agent, server, "GET", "/nachweis/{kind}",
        [&agent](const net::HttpRequest& request) { return show_form(agent, request); },
        on_workers());
    route(
        agent, server, "POST", "/nachweis/{kind}",
        [&agent](const net::HttpRequest& request) { return take_form(agent, request); },
        on_workers());
    mount_kind_present_pages(agent, server);
}

}  // namespace stadtbuch::agent
