// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Start page, application for a proof of residence, and the page of one application.
#include <set>

#include "ssi/agent/case_view.hpp"
#include "ssi/agent/charge_view.hpp"
#include "ssi/agent/company_view.hpp"
#include "ssi/agent/drafts.hpp"
#include "ssi/agent/pages_account.hpp"
#include "ssi/agent/pages_kind.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/sitting.hpp"
#include "ssi/agent/texts_account.hpp"
#include "ssi/agent/texts_holdings.hpp"
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule application_rule{20, 10};
constexpr std::size_t field_max = 200;

struct StatedField {
    std::string_view name;
    Text label;
    std::string registers::StatedPerson::*place;
    std::string_view autocomplete;
    bool narrow;
};

constexpr StatedField stated_fields[] = {
    {"family_name", texts::family_name, &registers::StatedPerson::family_name, "family-name",
     false},
    {"given_name", texts::given_name, &registers::StatedPerson::given_name, "given-name", false},
    {"birthdate", texts::birthdate, &registers::StatedPerson::birthdate, "bday", true},
    {"street", texts::street, &registers::StatedPerson::street, "", false},
    {"house_number", texts::house_number, &registers::StatedPerson::house_number, "", true},
    {"postal_code", texts::postal_code, &registers::StatedPerson::postal_code, "postal-code", true},
    {"locality", texts::locality, &registers::StatedPerson::locality, "address-level2", false},
};

registers::StatedPerson read_person(const net::FormList& form, std::vector<FormFault>& faults) {
    registers::StatedPerson out;
    for (const StatedField& field : stated_fields) {
        std::string value = field_of(form, field.name, field_max);
        const std::string name(field.name);
        if (value.empty())
            faults.push_back({name, field.label, texts::field_missing});
        else if (value.size() > field_max)
            faults.push_back({name, field.label, texts::field_too_long});
        else if (field.name == "birthdate" && typed_date(value).empty()) {
            faults.push_back({name, field.label, texts::field_bad_date});
        } else if (field.name == "birthdate") {
            value = typed_date(value);
        } else if (std::string foreign = foreign_in(value, field.name.ends_with("_name"));
                   !foreign.empty()) {
            faults.push_back({name, field.label, texts::field_foreign, std::move(foreign)});
        }
        out.*field.place = std::move(value);
    }
    return out;
}

std::string value_in(const registers::StatedFields& fields, std::string_view name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

/// Names of the town's streets for the browser's own suggestions; none for very large towns.
Html street_names(const View& view) {
    constexpr std::size_t most = 1500;
    std::set<std::string> names;
    for (const registers::StreetSection& one : view.agent.registers->streets())
        names.insert(one.street);
    if (names.size() > most) return {};
    Html options;
    for (const std::string& name : names) options += html("<option value=\"{}\"></option>", name);
    return html("<datalist id=\"strassen\">{}</datalist>", options);
}

Html person_fields(const View& view, const registers::StatedPerson& said,
                   const std::vector<FormFault>& faults) {
    Html person;
    Html address;
    for (const StatedField& field : stated_fields) {
        FieldSpec spec{field.name, field.label, said.*field.place, field.autocomplete,
                       {},         {},          field.narrow};
        if (field.name == "birthdate") {
            spec.hint = texts::birthdate_hint;
            spec.value = view.iso_date(spec.value);
        }
        if (field.name == "street") spec.suggestions = "strassen";
        for (const FormFault& fault : faults) {
            if (fault.field != field.name) continue;
            spec.fault = fault.what;
            spec.fault_detail = fault.detail;
        }
        Html& group = &field < &stated_fields[3] ? person : address;
        group += text_field(view, spec);
    }
    return html(
        "<fieldset><legend>{}</legend>{}</fieldset><fieldset><legend>{}</legend>{}{}</fieldset>",
        view(texts::person_legend), person, view(texts::address_legend), address,
        street_names(view));
}

net::HttpResponse home_page(const View& view) {
    const Html body = html(
        "<h1>{}</h1><p class=\"lead\">{}</p><ul class=\"cards\">"
        "<li class=\"card\"><h2>{}</h2><p>{}</p><a class=\"button\" href=\"/wohnsitz\">{}</a></li>"
        "<li class=\"card\"><h2>{}</h2><p>{}</p><a class=\"button\" "
        "href=\"/parken\">{}</a></li>{}"
        "<li class=\"card\"><h2>{}</h2><p>{}</p><a class=\"button second\" "
        "href=\"/nachweise\">{}</a></li></ul>"
        "{}",
        view(texts::home_title), view(texts::home_lead), view(texts::residence_card),
        view(texts::residence_card_text), view(texts::residence_apply), view(texts::parking_card),
        view(texts::parking_card_text), view(texts::parking_apply), kind_cards(view),
        view(texts::mine_title), view(texts::mine_card_text), view(texts::mine_open),
        no_wallet_part(view));
    return page(view, view(texts::home_title), body);
}

constexpr std::string_view residence_path = "/wohnsitz";

net::HttpResponse residence_form(const View& view, const registers::StatedPerson& said,
                                 const std::vector<FormFault>& faults, std::string_view draft) {
    Html by_wallet;
    if (pid_accepted(view.agent)) {
        by_wallet = html(
            "<section class=\"card\"><h2>{}</h2><p>{}</p><form method=\"post\" "
            "action=\"/wohnsitz/ausweis\"><button class=\"big\">{}</button></form></section>",
            view(texts::pid_card), view(texts::pid_asks), view(texts::pid_start));
    }
    const bool accounts = !view.agent.identity_providers->all().empty();
    by_wallet += account_cards(view, account_for_residence);
    if (accounts || pid_accepted(view.agent)) {
        by_wallet = html("<div class=\"two\">{}</div><h2>{}</h2>", by_wallet,
                         view(accounts ? texts::account_or_form : texts::pid_or_form));
    }
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}{}{}<p>{}</p><p class=\"quiet\">{}</p>"
        "<form method=\"post\" action=\"/wohnsitz\" novalidate>{}<p class=\"quiet\">{}</p>"
        "<p><button class=\"big\">{}</button></p>{}</form>{}</div>",
        view(texts::residence_title),
        step_list(view, {texts::residence_step_1, texts::residence_step_2, texts::residence_step_3},
                  0),
        fault_summary(view, faults), by_wallet, view(texts::residence_intro),
        view(texts::required_note), person_fields(view, said, faults), view(texts::privacy_note),
        view(texts::send), draft_button(view, draft), no_wallet_part(view));
    return page(view, view(texts::residence_title), body, faults.empty() ? 200 : 422);
}

net::HttpResponse apply_residence(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request))
        return error_page(view, view(texts::form_outdated), 403);
    if (too_often(agent, request, "apply", application_rule))
        return error_page(view, view(texts::too_often), 429);
    std::vector<std::string> names;
    for (const StatedField& field : stated_fields) names.emplace_back(field.name);
    if (auto kept = keep_draft(agent, *form, residence_path, names)) return *std::move(kept);
    std::vector<FormFault> faults;
    const registers::StatedPerson said = read_person(*form, faults);
    if (!faults.empty()) return residence_form(view, said, faults, draft_token(*form));
    drop_draft(agent, *form);
    const Case record = agent.desk->apply(CaseKind::residence, said, "",
                                          std::string(view.language_tag()), agent.now());
    return net::HttpResponse::redirect("/antrag/" + record.public_token);
}

/// Empty, or as far as a draft goes.
net::HttpResponse blank_form(Agent& agent, const net::HttpRequest& request) {
    registers::StatedPerson said;
    said.locality = agent.registers->town().name;
    const auto draft = draft_on(agent, request, residence_path);
    for (const StatedField& field : stated_fields) {
        if (draft) said.*field.place = value_in(draft->fields, field.name);
    }
    return residence_form(view_of_request(agent, request), said, {}, draft_token(request));
}

// -- the page of one application
// ---------------------------------------------------------------------------------

Html correction_form(const View& view, const Case& record, const std::vector<FormFault>& faults) {
    if (!Desk::correctable(record)) return {};
    Html fields;
    const KindDefinition* kind = view.agent.kinds->find(record.kind);
    if (kind != nullptr) {
        fields = kind_inputs(view, *kind, record.fields, faults);
    } else if (record.kind == CaseKind::parking) {
        FieldSpec spec{"plate", texts::plate_label, record.plate, "", texts::plate_hint, {}, true};
        fields = text_field(view, spec);
    } else {
        fields = person_fields(view, record.stated, faults);
    }
    return html(
        "<h2>{}</h2>{}<form method=\"post\" action=\"/antrag/{}/berichtigen\" "
        "novalidate>{}<button>{}</button></form>",
        view(texts::case_correct_title), fault_summary(view, faults), record.public_token, fields,
        view(texts::send));
}

/// An offer without code is shown only to the browser that presented the proof of residence.
bool may_see_offer(Agent& agent, const net::HttpRequest& request, const Case& record) {
    if (record.offer_has_code) return true;
    const auto sitting = sitting_of(agent, request);
    return sitting && sitting->case_id == record.id;
}

Html offer_part(const View& view, const net::HttpRequest& request, const Case& record) {
    const keys::UnixSeconds now = view.agent.now();
    const openid::OfferState state = view.agent.issuer->offer_state(record.offer_id, now);
    const bool shown = may_see_offer(view.agent, request, record);
    if (!shown || state != openid::OfferState::offered) {
        Html renew = html("<p>{}</p>", view(texts::offer_renew_office));
        if (shown && !record.offer_has_code) {
            renew = html(
                "<form method=\"post\" action=\"/antrag/{}/angebot\"><button>{}</button></form>",
                record.public_token, view(texts::offer_renew));
        }
        if (state == openid::OfferState::redeemed)
            return html("<p>{}</p>{}", view.word("offer.redeemed"), renew);
        return html("<div class=\"box warn\"><p>{}</p></div>{}", view(texts::offer_over), renew);
    }
    Html code;
    if (record.offer_has_code)
        code = html("<div class=\"box\"><p>{}</p></div>", view(texts::offer_code));
    return html(
        "<h2>{}</h2>{}<p><a class=\"button big\" href=\"{}\">{}</a></p><p>{}</p>{}<p>{}: {}</p>",
        view(texts::offer_title), code, record.offer_link, view(texts::offer_open),
        view(texts::offer_other), link_to_scan(view, record.offer_link), view(texts::offer_until),
        view.date_time(record.offer_expires_at));
}

/// The state that the page shows and asks about: a decided case with another offer waits for a
/// wallet again.
std::string shown_state(Agent& agent, const net::HttpRequest& request, const Case& record) {
    const bool waits =
        record.state == CaseState::issued && may_see_offer(agent, request, record) &&
        agent.issuer->offer_state(record.offer_id, agent.now()) == openid::OfferState::offered;
    return std::string(to_text(waits ? CaseState::offered : record.state));
}

Html outcome_part(const View& view, const net::HttpRequest& request, const Case& record) {
    switch (record.state) {
        case CaseState::offered:
            return offer_part(view, request, record);
        case CaseState::issued:
            if (shown_state(view.agent, request, record) != to_text(record.state))
                return offer_part(view, request, record);
            return html("<div class=\"box good\"><h2>{}</h2><p>{}</p></div>",
                        view(texts::issued_title), view(texts::issued_text));
        case CaseState::revoked:
            return html("<div class=\"box bad\"><h2>{}</h2></div>", view(texts::revoked_title));
        default:
            return {};
    }
}

/// The link of the application is enough to report a loss: whoever lost the wallet has no other
/// proof at hand, and all that can be done with it is to end one's own credential.
Html loss_link(const View& view, const Case& record) {
    if (!Desk::revocable(record, view.agent.now())) return {};
    return html("<p><a href=\"/antrag/{}/verlust\">{}</a></p>", record.public_token,
                view(texts::mine_report));
}

std::size_t step_of(const Case& record) {
    if (record.open() || record.state == CaseState::payment) return 1;
    return record.state == CaseState::issued ? 3 : 2;
}

net::HttpResponse case_page(const View& view, const net::HttpRequest& request, const Case& record,
                            const std::vector<FormFault>& faults) {
    const bool parking = record.kind == CaseKind::parking;
    const Html steps =
        view.agent.kinds->find(record.kind) != nullptr ? kind_steps(view, step_of(record))
        : parking
            ? step_list(view, {texts::parking_step_1, texts::parking_step_2, texts::parking_step_3},
                        step_of(record))
            : step_list(view,
                        {texts::residence_step_1, texts::residence_step_2, texts::residence_step_3},
                        step_of(record));
    Html reason;
    if (!record.reason.empty()) {
        reason = html("<div class=\"box\"><h2>{}</h2><p>{}</p></div>", view(texts::case_reason),
                      record.reason);
    }
    const std::string state = shown_state(view.agent, request, record);
    const Html live = html(
        "<p role=\"status\" data-poll=\"/antrag/{}/stand\" data-state=\"{}\" data-every=\"{}\" "
        "data-next=\"/antrag/{}\" data-done=\"…\"></p>",
        record.public_token, state, state == to_text(CaseState::offered) ? 2000 : 60000,
        record.public_token);
    const Html body = html(
        "<div class=\"narrow\"><h1>{}: "
        "{}</h1>{}<dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt>"
        "<dd><strong>{}</strong></dd></dl>{}{}{}{}{}{}{}<p class=\"quiet\">{}</p></div>",
        view(texts::case_title), view.word("kind." + std::string(to_text(record.kind))), steps,
        view(texts::case_number), record.number, view(texts::case_created),
        view.date(record.created_at), view(texts::case_state), view.word("state." + state), reason,
        outcome_part(view, request, record),
        record.open() ? Html()
                      : html("{}{}{}{}", company_box(view, record), permit_list(view, record),
                             kind_days(view, record), invoice_box(view, record)),
        differences_for_applicant(view, record), correction_form(view, record, faults), live,
        loss_link(view, record), view(texts::case_keep_link));
    return page(view, view(texts::case_title), body, faults.empty() ? 200 : 422);
}

using CaseHandler = net::HttpResponse (*)(View&, const net::HttpRequest&, const Case&);

net::HttpServer::Handler with_case(Agent& agent, CaseHandler handler) {
    return [&agent, handler](const net::HttpRequest& request) {
        View view = view_of_request(agent, request);
        const auto record = agent.cases->by_public_token(request.parameter("token"));
        if (!record) return error_page(view, view(texts::not_found), 404);
        view.path = "/antrag/" + record->public_token;
        return handler(view, request, *record);
    };
}

net::HttpResponse show_case(View& view, const net::HttpRequest& request, const Case& record) {
    return case_page(view, request, record, {});
}

net::HttpResponse case_state(View& view, const net::HttpRequest& request, const Case& record) {
    const std::string state = shown_state(view.agent, request, record);
    return net::HttpResponse::json(200, "{\"state\":" + net::json_quote(state) + "}");
}

/// What agrees now is granted at once, where the type is, to the browser that proved who asks.
net::HttpResponse corrected(const View& view, const net::HttpRequest& request, const Case& before,
                            const Result<Case, DeskError>& changed, bool instant) {
    Agent& agent = view.agent;
    if (!changed)
        return error_page(view, view.word("error." + std::string(to_text(changed.error()))), 409);
    if (instant && changed->state == CaseState::fresh && may_see_offer(agent, request, before)) {
        ApproveOptions options;
        options.with_code = false;
        options.offer_lifetime_s = agent.settings.retention.counter_offer_s;
        // Refused: the clerk decides.
        (void)agent.desk->approve(before.id, "system", options, agent.now());
    }
    return net::HttpResponse::redirect("/antrag/" + before.public_token);
}

net::HttpResponse correct_kind(const View& view, const net::HttpRequest& request,
                               const Case& record, const KindDefinition& kind,
                               const net::FormList& form) {
    std::vector<FormFault> faults;
    registers::StatedFields said = read_kind_form(kind, form, faults);
    if (!faults.empty()) {
        Case shown = record;
        shown.fields = std::move(said);
        return case_page(view, request, shown, faults);
    }
    return corrected(view, request, record,
                     view.agent.desk->correct(record.id, std::move(said), view.agent.now()),
                     kind.present.instant);
}

net::HttpResponse correct_case(View& view, const net::HttpRequest& request, const Case& record) {
    Agent& agent = view.agent;
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request))
        return error_page(view, view(texts::form_outdated), 403);
    if (too_often(agent, request, "apply", application_rule))
        return error_page(view, view(texts::too_often), 429);
    std::vector<FormFault> faults;
    if (const KindDefinition* kind = agent.kinds->find(record.kind))
        return correct_kind(view, request, record, *kind, *form);
    registers::StatedPerson said = record.stated;
    std::string plate;
    if (record.kind == CaseKind::parking) {
        plate = field_of(*form, "plate", 20);
        if (plate.empty()) faults.push_back({"plate", texts::plate_label, texts::field_missing});
    } else {
        said = read_person(*form, faults);
    }
    if (!faults.empty()) {
        Case shown = record;
        shown.stated = said;
        return case_page(view, request, shown, faults);
    }
    return corrected(view, request, record,
                     agent.desk->correct(record.id, said, plate, agent.now()),
                     record.kind == CaseKind::parking);
}

net::HttpResponse renew_offer(View& view, const net::HttpRequest& request, const Case& record) {
    Agent& agent = view.agent;
    const bool allowed = from_our_pages(agent, request) && !record.offer_has_code &&
                         may_see_offer(agent, request, record);
    if (!allowed) return error_page(view, view(texts::offer_renew_office), 403);
    if (too_often(agent, request, "offer", application_rule))
        return error_page(view, view(texts::too_often), 429);
    ApproveOptions options;
    options.with_code = false;
    const auto renewed = agent.desk->offer_again(record.id, "applicant", options, agent.now());
    if (!renewed)
        return error_page(view, view.word("error." + std::string(to_text(renewed.error()))), 409);
    return net::HttpResponse::redirect("/antrag/" + record.public_token);
}

}  // namespace

void mount_citizen_pages(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/",
        [&agent](const net::HttpRequest& request) {
            return home_page(view_of_request(agent, request));
        },
        on_workers());
    route(
        agent, server, "GET", "/wohnsitz",
        [&agent](const net::HttpRequest& request) { return blank_form(agent, request); },
        on_workers());
    route(
        agent, server, "POST", "/wohnsitz",
        [&agent](const net::HttpRequest& request) { return apply_residence(agent, request); },
        on_workers());
    route(agent, server, "GET", "/antrag/{token}", with_case(agent, show_case), on_workers());
    route(agent, server, "GET", "/antrag/{token}/stand", with_case(agent, case_state),
          on_workers());
    route(agent, server, "POST", "/antrag/{token}/berichtigen", with_case(agent, correct_case),
          on_workers());
    route(agent, server, "POST", "/antrag/{token}/angebot", with_case(agent, renew_offer),
          on_workers());
}

}  // namespace stadtbuch::agent
