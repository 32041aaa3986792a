// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/pages_plate.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule apply_rule{20, 10};

net::HttpResponse plate_page(const View& view, const PlateStep& step, const Sitting& sitting,
                             const std::string& plate, std::optional<Text> fault) {
    std::vector<FormFault> faults;
    if (fault) faults.push_back({"plate", texts::plate_label, *fault});
    const FieldSpec spec{"plate", texts::plate_label, plate, "", texts::plate_hint, fault, true};
    const Html before = step.before == nullptr ? Html() : step.before(view, sitting);
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}{}{}<div class=\"box good\">{}</div>"
        "<form method=\"post\" action=\"{}\" novalidate>{}{}<button class=\"big\">{}</button>"
        "</form>{}</div>",
        view(texts::plate_title), step.asking.steps(view, 1), fault_summary(view, faults), before,
        step.facts(view, sitting), step.path, form_token(view.agent, sitting.secret),
        text_field(view, spec), view(texts::plate_send), sitting_clock(view, sitting));
    return page(view, view(texts::plate_title), body, fault ? 422 : 200);
}

net::HttpResponse show_first(const PlateStep& step) {
    return net::HttpResponse::redirect(std::string(step.asking.base) + "/zeigen");
}

net::HttpResponse take_plate(const View& view, const PlateStep& step,
                             const net::HttpRequest& request, const Sitting& sitting) {
    Agent& agent = view.agent;
    const auto form = request.form();
    if (!form || !from_our_pages(agent, request) ||
        !form_token_good(agent, sitting.secret, *form)) {
        return error_page(view, view(texts::form_outdated), 403);
    }
    if (!step.proved(sitting)) return show_first(step);
    if (too_often(agent, request, "apply", apply_rule))
        return error_page(view, view(texts::too_often), 429);
    if (auto there = case_of(view, sitting)) return *std::move(there);
    const std::string plate = field_of(*form, "plate", 24);
    if (plate.empty()) return plate_page(view, step, sitting, plate, texts::field_missing);
    const auto record = step.apply(agent, sitting, plate, std::string(view.language_tag()));
    if (record) return end_with_case(view, sitting, *record);
    if (record.error() == DeskError::plate_unreadable)
        return plate_page(view, step, sitting, plate, texts::plate_bad);
    return error_page(view, view.word("error." + std::string(to_text(record.error()))), 409);
}

}  // namespace

void mount_plate_step(Agent& agent, net::HttpServer& server, const PlateStep& step) {
    const auto add = [&](const char* method, SittingHandler handler) {
        route(agent, server, method, std::string(step.path),
              with_sitting(agent, step.asking, std::move(handler)), on_workers());
    };
    add("GET", [&step](const View& view, const net::HttpRequest&, const Sitting& sitting) {
        return step.proved(sitting) ? plate_page(view, step, sitting, "", {}) : show_first(step);
    });
    add("POST", [&step](const View& view, const net::HttpRequest& request, const Sitting& sitting) {
        return take_plate(view, step, request, sitting);
    });
}

}  // namespace stadtbuch::agent
