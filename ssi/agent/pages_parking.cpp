// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The parking permit in one sitting: present the proof of residence, name the plate, take the
// permit.
//
//   /parken -> POST -> (present.hpp) -> /parken/kennzeichen -> POST -> /antrag/{token} with the
//   offer, or back into the wallet that asked for authorization
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/charge_view.hpp"
#include "ssi/agent/company_view.hpp"
#include "ssi/agent/present.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/texts_cash.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule start_rule{20, 10};

Html steps(const View& view, std::size_t current) {
    return step_list(view, {texts::parking_step_1, texts::parking_step_2, texts::parking_step_3},
                     current);
}

net::HttpResponse intro_page(const View& view) {
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<p class=\"lead\">{}</p><p>{}</p>"
        "<form method=\"post\" action=\"/parken\"><button class=\"big\">{}</button></form>"
        "{}<h2>{}</h2><p>{}</p></div>",
        view(texts::parking_title), steps(view, 0), view(texts::parking_intro),
        view(texts::parking_asks), view(texts::parking_start), company_link(view),
        view(texts::no_wallet_title), view(texts::no_wallet));
    return page(view, view(texts::parking_title), body);
}

openid::DcqlQuery query(const Agent& agent, const Sitting&) {
    return residence_query(agent);
}

net::HttpResponse to_plate(const View&, Sitting, const encoding::Object*) {
    return net::HttpResponse::redirect("/parken/kennzeichen");
}

const Asking asking{"/parken", "parking", texts::parking_title, texts::parking_asks,
                    steps,     query,     proven_residence,     to_plate};

/// What the permit costs where this person lives, before they ask for it; empty if it goes by the
/// vehicle.
Html zone_fee(const View& view, const ProvenResidence& proven) {
    Agent& agent = view.agent;
    const auto zone = agent.registers->zone_of(proven.street_key, proven.person.house_number);
    if (!zone) return {};
    const auto fee =
        agent.desk->fee_of({CaseKind::parking.id(), zone->id, agent.settings.permit_months, 0,
                            keys::utc_date(agent.now())});
    if (!fee) return {};
    return html("<h2>{}</h2>{}", view(texts::fee_zone), fee_list(view, fee));
}

net::HttpResponse plate_page(const View& view, const Sitting& sitting, const std::string& plate,
                             std::optional<Text> fault) {
    const registers::StatedPerson& person = sitting.proven->person;
    std::vector<FormFault> faults;
    if (fault) faults.push_back({"plate", texts::plate_label, *fault});
    FieldSpec spec{"plate", texts::plate_label, plate, "", texts::plate_hint, fault, true};
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}{}{}<div class=\"box "
        "good\"><p>{}</p><dl><dt>{}</dt><dd>{} {}</dd><dt>{}</dt>"
        "<dd>{}</dd><dt>{}</dt><dd>{} {}, {} {}</dd></dl></div><form method=\"post\" "
        "action=\"/parken/kennzeichen\" "
        "novalidate>{}{}<button class=\"big\">{}</button></form></div>",
        view(texts::plate_title), steps(view, 1), fault_summary(view, faults),
        zone_fee(view, *sitting.proven), view(texts::plate_intro), view(texts::full_name),
        person.given_name, person.family_name, view(texts::birthdate),
        view.iso_date(person.birthdate), view(texts::address_legend), person.street,
        person.house_number, person.postal_code, person.locality,
        form_token(view.agent, sitting.secret), text_field(view, spec), view(texts::plate_send));
    return page(view, view(texts::plate_title), body, fault ? 422 : 200);
}

net::HttpResponse plate_form(const View& view, const net::HttpRequest&, const Sitting& sitting) {
    if (!sitting.proven) return net::HttpResponse::redirect("/parken/zeigen");
    return plate_page(view, sitting, "", {});
}

net::HttpResponse take_plate(const View& view, const net::HttpRequest& request,
                             const Sitting& held) {
    Agent& agent = view.agent;
    Sitting sitting = held;
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request) ||
        !form_token_good(agent, sitting.secret, *form)) {
        return error_page(view, view(texts::form_outdated), 403);
    }
    if (!sitting.proven) return net::HttpResponse::redirect("/parken/zeigen");
    if (too_often(agent, request, "apply", start_rule))
        return error_page(view, view(texts::too_often), 429);
    if (auto there = case_of(view, sitting)) return *std::move(there);
    const std::string plate = field_of(*form, "plate", 24);
    if (plate.empty()) return plate_page(view, sitting, plate, texts::field_missing);
    const auto record = agent.desk->apply_parking(*sitting.proven, plate,
                                                  std::string(view.language_tag()), agent.now());
    if (!record) {
        if (record.error() == DeskError::plate_unreadable)
            return plate_page(view, sitting, plate, texts::plate_bad);
        return error_page(view, view.word("error." + std::string(to_text(record.error()))), 409);
    }
    return end_with_case(view, std::move(sitting), *record);
}

}  // namespace

void mount_parking_pages(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/parken",
        [&agent](const net::HttpRequest& request) {
            return intro_page(view_of_request(agent, request));
        },
        on_workers());
    mount_asking(agent, server, asking);
    route(agent, server, "GET", "/parken/kennzeichen", with_sitting(agent, asking, plate_form),
          on_workers());
    route(agent, server, "POST", "/parken/kennzeichen", with_sitting(agent, asking, take_plate),
          on_workers());
}

}  // namespace stadtbuch::agent
