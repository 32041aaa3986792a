// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The frame of a page and the parts that pages are made of.
#include <cstdio>
#include <ctime>

#include "ssi/agent/assets.hpp"
#include "ssi/agent/qr.hpp"
#include "ssi/agent/texts_data.hpp"
#include "ssi/agent/texts_developer.hpp"
#include "ssi/agent/texts_holdings.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/register/latin.hpp"
#include "storage/encoding/utf8.hpp"

namespace stadtbuch::agent {

namespace {

/// Germany's clock: UTC+1, in summer (last Sunday of March to last Sunday of October, 01:00 UTC)
/// UTC+2. Written out because the process' time zone is the operator's business.
keys::UnixSeconds german_time(keys::UnixSeconds at) {
    const int year = std::stoi(keys::utc_date(at).substr(0, 4));
    const auto last_sunday = [&](int month) {
        const keys::UnixSeconds last = keys::unix_of_date(year, month, 31);
        const std::int64_t weekday = (last / 86400 + 4) % 7;  // 1970-01-01 was a Thursday
        return last - weekday * 86400 + 3600;
    };
    const bool summer = at >= last_sunday(3) && at < last_sunday(10);
    return at + (summer ? 7200 : 3600);
}

/// `key`: of the keyboard, for staff (pages_queue.cpp tells all of them).
Html link(std::string_view target, std::string_view text, std::string_view key = {}) {
    const Html access = key.empty() ? Html() : html(" accesskey=\"{}\"", key);
    return html("<li><a href=\"{}\"{}>{}</a></li>", target, access, text);
}

Html navigation(const View& view) {
    Html items;
    if (view.session) {
        if (view.session->clerk) items += link("/amt", view(texts::queue_title), "v");
        items += link("/kontrolle", view(texts::inspector_title), "k");
        if (view.session->clerk) items += link("/amt/protokoll", view(texts::audit_title), "p");
    } else {
        items += link("/wohnsitz", view(texts::residence_card));
        items += link("/parken", view(texts::parking_card));
        items += link("/nachweise", view(texts::mine_title));
    }
    return html("<nav aria-label=\"{}\"><ul>{}</ul></nav>", view(texts::main_navigation), items);
}

/// Links to the other languages. Leichte Sprache is the citizen's: staff have no such texts.
Html languages(const View& view) {
    const std::string target = view.path + "?" + (view.query.empty() ? "" : view.query + "&");
    Html items;
    for (const std::string& tag : view.agent.settings.languages) {
        const auto offered = language_tagged(tag);
        if (!offered || *offered == view.language) continue;
        if (*offered == Language::easy && view.session) continue;
        const std::string_view html_tag = html_language(*offered);
        items += html("<li><a href=\"{}lang={}\" lang=\"{}\" hreflang=\"{}\">{}</a></li>", target,
                      tag, html_tag, html_tag, language_name(*offered));
    }
    if (items.empty()) return {};
    return html("<nav aria-label=\"{}\"><ul>{}</ul></nav>", view(texts::language_navigation),
                items);
}

Html header(const View& view) {
    const bool english = view.language == Language::en;
    const std::string_view name =
        english ? view.agent.settings.name_en : view.agent.settings.name_de;
    Html out;
    if (view.agent.settings.development)
        out += html("<div class=\"notice\">{}</div>", view(texts::development));
    out += html("<div class=\"wide\"><a class=\"brand\" href=\"/\">{}</a>{}{}</div>", name,
                navigation(view), languages(view));
    return html("<header class=\"bar\">{}</header>", out);
}

Html session_line(const View& view) {
    if (!view.session) return {};
    return html(
        "<div class=\"row noprint\"><form class=\"row\" method=\"post\" action=\"/abmelden\">{}"
        "<span>{} {}</span><button class=\"second\">{}</button></form>{}</div>",
        form_token(view.agent, view.session->token), view(texts::logged_in_as), view.session->name,
        view(texts::logout),
        session_clock(view, view.session->until, "/anmelden/verlaengern", view.session->token));
}

Html footer(const View& view) {
    Html items = link("/barrierefreiheit", view(texts::accessibility));
    items += link("/barrierefreiheit#melden", view(texts::report_barrier));
    items += link("/gebaerdensprache", view(texts::sign_language));
    items += link("/impressum", view(texts::imprint));
    items += link("/datenschutz", view(texts::privacy));
    items += link("/daten", view(texts::data_title));
    items += link("/entwickler", view(texts::dev_title));
    items += link("/kontakt", view(texts::contact));
    if (!view.session) items += link("/anmelden", view(texts::login_title));
    return html(
        "<footer><div class=\"wide\"><nav aria-label=\"{}\"><ul>{}</ul></nav></div></footer>",
        view(texts::footer_navigation), items);
}

}  // namespace

std::string View::date(keys::UnixSeconds at) const {
    return iso_date(keys::utc_date(german_time(at)));
}

std::string View::date_time(keys::UnixSeconds at) const {
    const std::string local = keys::utc_date_time(german_time(at));
    return iso_date(local.substr(0, 10)) + ", " + local.substr(11, 5) +
           (language == Language::en ? "" : " Uhr");
}

std::string View::iso_date(std::string_view iso) const {
    const bool whole = iso.size() == 10 && iso[4] == '-' && iso[7] == '-';
    if (language == Language::en || !whole) return std::string(iso);
    return std::string(iso.substr(8, 2)) + "." + std::string(iso.substr(5, 2)) + "." +
           std::string(iso.substr(0, 4));
}

net::HttpResponse page(const View& view, std::string_view title, const Html& body, int status) {
    const bool english = view.language == Language::en;
    const Html whole = html(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{} – {}</title>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<meta name=\"color-scheme\" content=\"light dark\">"
        "<link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">"
        "<link rel=\"stylesheet\" href=\"/assets/{}/stadtbuch.css\">"
        "<script src=\"/assets/{}/stadtbuch.js\" defer></script></head><body>"
        "<a class=\"skip\" href=\"#inhalt\">{}</a>{}"
        "<main id=\"inhalt\" class=\"wide\" tabindex=\"-1\">{}{}</main>{}</body></html>\n",
        html_language(view.language), title,
        english ? view.agent.settings.name_en : view.agent.settings.name_de, assets::version(),
        assets::version(), view(texts::skip), header(view), session_line(view), body, footer(view));
    net::HttpResponse response = net::HttpResponse::html(status, whole.markup());
    response.set("Content-Language", std::string(html_language(view.language)));
    response.set("Set-Cookie", "lang=" + std::string(cookie_tag(view.language)) +
                                   "; Path=/; SameSite=Lax; Max-Age=31536000");
    return response;
}

net::HttpResponse error_page(const View& view, std::string_view sentence, int status) {
    const Text title = status == 404   ? texts::not_found_title
                       : status == 403 ? texts::no_right_title
                                       : texts::error_title;
    View shown = view;
    if (status == 404) shown.path = "/";
    return page(shown, view(title),
                html("<div class=\"narrow\"><h1>{}</h1><div class=\"box bad\"><p>{}</p></div>"
                     "<p><a href=\"/\">{}</a></p></div>",
                     view(title), sentence, view(texts::home)),
                status);
}

Html session_clock(const View& view, keys::UnixSeconds until, std::string_view action,
                   std::string_view secret) {
    const std::int64_t left = std::max<std::int64_t>(0, until - view.agent.now());
    const std::string here = view.path + (view.query.empty() ? "" : "?" + view.query);
    return html(
        "<form class=\"row quiet noprint\" method=\"post\" action=\"{}\" data-extend>{}"
        "<input type=\"hidden\" name=\"weiter\" value=\"{}\"><span>{}: <span data-until>{}</span>. "
        "<span "
        "data-left=\"{}\" data-words=\"{}\"></span></span><button class=\"second\">{}</button>"
        "</form><p role=\"status\" data-ends-soon=\"{}\"></p>",
        action, form_token(view.agent, secret), here, view(texts::session_until),
        view.date_time(until), left, view(texts::present_left), view(texts::session_more),
        view(texts::session_ends_soon));
}

net::HttpResponse more_time(const View& view, const net::HttpRequest& request,
                            const net::FormList& form, keys::UnixSeconds until,
                            std::string_view otherwise) {
    if (wants_json(request)) {
        return net::HttpResponse::json(
            200, "{\"left\":" + std::to_string(until - view.agent.now()) +
                     ",\"until\":" + net::json_quote(view.date_time(until)) + "}");
    }
    return net::HttpResponse::redirect(safe_target(field_of(form, "weiter", 400), otherwise));
}

Html text_field(const View& view, const FieldSpec& spec) {
    Html described;
    Html notes;
    if (spec.hint) {
        notes += html("<p class=\"hint\" id=\"{}-hinweis\">{}</p>", spec.name, view(*spec.hint));
        described += html("{}-hinweis ", spec.name);
    }
    if (spec.fault) {
        notes +=
            html("<p class=\"fault\" id=\"{}-fehler\">{}{}{}</p>", spec.name, view(*spec.fault),
                 std::string_view(spec.fault_detail.empty() ? "" : " "), spec.fault_detail);
        described += html("{}-fehler", spec.name);
    }
    Html attributes;
    if (!described.empty()) attributes += html(" aria-describedby=\"{}\"", described);
    if (spec.fault) attributes += html(" aria-invalid=\"true\"");
    if (!spec.autocomplete.empty()) attributes += html(" autocomplete=\"{}\"", spec.autocomplete);
    if (!spec.suggestions.empty()) attributes += html(" list=\"{}\"", spec.suggestions);
    const Html label = spec.optional
                           ? html("{} ({})", view(spec.label), view(texts::field_optional))
                           : html("{}", view(spec.label));
    const std::string style = std::string("field") + (spec.fault ? " wrong" : "") +
                              (spec.narrow ? " short" : "") +
                              (spec.name == "plate" ? " plate" : "");
    return html(
        "<div class=\"{}\"><label for=\"{}\">{}</label>{}<input type=\"text\" id=\"{}\" "
        "name=\"{}\" value=\"{}\"{}{}></div>",
        style, spec.name, label, notes, spec.name, spec.name, spec.value,
        spec.optional ? Html() : html(" required"), attributes);
}

Html step_list(const View& view, std::initializer_list<Text> steps, std::size_t current) {
    Html items;
    std::size_t index = 0;
    for (const Text& step : steps) {
        if (index < current)
            items += html("<li class=\"past\">{} {}</li>", view(step), view(texts::step_done));
        else if (index == current)
            items += html("<li class=\"now\" aria-current=\"step\">{}</li>", view(step));
        else
            items += html("<li>{}</li>", view(step));
        ++index;
    }
    return html("<ol class=\"steps\" aria-label=\"{}\">{}</ol>", view(texts::steps_label), items);
}

std::string foreign_in(std::string_view value, bool is_name) {
    const auto type = is_name ? registers::LatinType::a : registers::LatinType::b;
    std::string out;
    for (const std::string& character : registers::foreign_characters(value, type)) {
        if (!out.empty()) out += ", ";
        char code[16];
        std::size_t at = 0;
        const std::uint32_t point = encoding::next_code_point(character, at);
        std::snprintf(code, sizeof code, "U+%04X", point);
        // What has no shape of its own is named by its number alone.
        out += point < 0x20 || (point >= 0x7F && point < 0xA0) ? std::string(code)
                                                               : character + " (" + code + ")";
    }
    return out;
}

Html fault_summary(const View& view, const std::vector<FormFault>& faults) {
    if (faults.empty()) return {};
    Html items;
    for (const FormFault& fault : faults) {
        items +=
            html("<li><a href=\"#{}\">{}</a>: {}{}{}</li>", fault.field, view(fault.label),
                 view(fault.what), std::string_view(fault.detail.empty() ? "" : " "), fault.detail);
    }
    return html(
        "<div class=\"box bad\" role=\"alert\" tabindex=\"-1\" "
        "data-focus><h2>{}</h2><ul>{}</ul></div>",
        view(texts::check_fields), items);
}

Html no_wallet_part(const View& view) {
    const std::string& appointments = view.agent.settings.contact.appointments;
    const Html appointment =
        appointments.empty()
            ? Html()
            : html("<li><a href=\"{}\">{}</a></li>", appointments, view(texts::make_appointment));
    return html("<h2>{}</h2><p>{}</p><ul><li><a href=\"/kontakt#wallet\">{}</a></li>{}</ul>",
                view(texts::no_wallet_title), view(texts::no_wallet), view(texts::get_wallet),
                appointment);
}

Html link_to_scan(const View& view, const std::string& link_text) {
    return html(
        "{}<p class=\"hint\">{}</p><code class=\"link\">{}</code>"
        "<p class=\"row\"><button type=\"button\" class=\"second\" hidden data-copy=\"{}\" "
        "data-done=\"✓\">{}"
        "</button></p>",
        qr_image(link_text, view(texts::qr_alternative)), view(texts::link_as_text), link_text,
        link_text, view(texts::copy_link));
}

}  // namespace stadtbuch::agent
