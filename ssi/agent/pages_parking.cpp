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
#include "ssi/agent/pages_plate.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/texts_cash.hpp"

namespace stadtbuch::agent {

namespace {

Html steps(const View& view, std::size_t current) {
    return step_list(view, {texts::parking_step_1, texts::parking_step_2, texts::parking_step_3},
                     current);
}

net::HttpResponse intro_page(const View& view) {
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<p class=\"lead\">{}</p><p>{}</p>"
        "<form method=\"post\" action=\"/parken\"><button class=\"big\">{}</button></form>"
        "{}{}</div>",
        view(texts::parking_title), steps(view, 0), view(texts::parking_intro),
        view(texts::parking_asks), view(texts::parking_start), company_link(view),
        no_wallet_part(view));
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
Html zone_fee(const View& view, const Sitting& sitting) {
    Agent& agent = view.agent;
    const ProvenResidence& proven = *sitting.proven;
    const auto zone = agent.registers->zone_of(proven.street_key, proven.person.house_number);
    if (!zone) return {};
    const auto fee =
        agent.desk->fee_of({CaseKind::parking.id(), zone->id, agent.settings.permit_months, 0,
                            keys::utc_date(agent.now())});
    if (!fee) return {};
    return html("<h2>{}</h2>{}", view(texts::fee_zone), fee_list(view, fee));
}

bool proved(const Sitting& sitting) {
    return sitting.proven.has_value();
}

Html facts(const View& view, const Sitting& sitting) {
    const registers::StatedPerson& person = sitting.proven->person;
    return html(
        "<p>{}</p><dl><dt>{}</dt><dd>{} {}</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} {}, {} "
        "{}</dd></dl>",
        view(texts::plate_intro), view(texts::full_name), person.given_name, person.family_name,
        view(texts::birthdate), view.iso_date(person.birthdate), view(texts::address_legend),
        person.street, person.house_number, person.postal_code, person.locality);
}

Result<Case, DeskError> apply(Agent& agent, const Sitting& sitting, const std::string& plate,
                              const std::string& language) {
    return agent.desk->apply_parking(*sitting.proven, plate, language, agent.now());
}

const PlateStep plate_step{"/parken/kennzeichen", asking, proved, facts, zone_fee, apply};

}  // namespace

void mount_parking_pages(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/parken",
        [&agent](const net::HttpRequest& request) {
            return intro_page(view_of_request(agent, request));
        },
        on_workers());
    mount_asking(agent, server, asking);
    mount_plate_step(agent, server, plate_step);
}

}  // namespace stadtbuch::agent
