// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The inspector's page without a network: an installable web application that is prepared while
// there is one, with the issuer's key, the signed status lists and the plates in force as salted
// digests; then it checks paper permits and plates by itself and tells how old its knowledge is.
//
//   /kontrolle/app  the shell (no data, no session)     /kontrolle/app/stand.json  the data (staff)
//   /kontrolle/ledger.js, /kontrolle/app.js, /kontrolle/app.webmanifest, /sw.js
//   /offline.json   the part of it that is about nobody (offline_package.hpp), for any verifier
//
// A phone's camera opens /pruefen/{token}; without a network the service worker answers that
// address with the shell, which checks the token.
#include "ssi/agent/assets.hpp"
#include "ssi/agent/offline_package.hpp"
#include "ssi/agent/offline_script.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/credential/plate.hpp"
#include "ssi/keys/jwk.hpp"
#include "ssi/keys/os_random.hpp"
#include "ssi/ledger/txn.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::agent {

namespace {

Html form_of(const View& view, std::string_view name, Text label, Text button) {
    return html(
        "<form class=\"card\" id=\"f-{}\"><div class=\"{}\"><label for=\"{}\">{}</label><input "
        "type=\"text\" id=\"{}\" autocomplete=\"off\" required></div><button "
        "class=\"big\">{}</button></form>",
        name, name == "plate" ? std::string_view("field plate") : std::string_view("field"), name,
        view(label), name, view(button));
}

/// The rules that the script checks, with their sentences.
std::string app_rules(const View& view) {
    using credential::Rule;
    const bool english = view.language == Language::en;
    encoding::Object out;
    for (const credential::RuleText& text : credential::all_rules()) {
        constexpr Rule checked[] = {Rule::paper_token,     Rule::administrative_validity,
                                    Rule::status_token,    Rule::status_value,
                                    Rule::permit_of_plate, Rule::prepared_recently,
                                    Rule::prepared_proved};
        if (std::find(std::begin(checked), std::end(checked), text.rule) == std::end(checked))
            continue;
        const std::string mender(credential::to_text(credential::mender_of(text.rule)));
        out.set(std::string(text.id),
                encoding::Object{{"good", english ? text.good_en : text.good_de},
                                 {"bad", english ? text.bad_en : text.bad_de},
                                 {"mend", mender},
                                 {"who", view.word("mend." + mender)}});
    }
    return encoding::compact_json(out);
}

/// Words that the script shows.
Html app_words(const View& view) {
    const std::pair<std::string_view, std::string_view> words[] = {
        {"yes", view(texts::inspect_valid)},
        {"no", view(texts::inspect_invalid)},
        {"genuine", view.word("paper.valid")},
        {"forged", view.word("paper.forged")},
        {"revoked", view.word("paper.revoked")},
        {"expired", view.word("paper.expired")},
        {"early", view.word("paper.not_yet")},
        {"stale", view(texts::offline_stale)},
        {"plate", view.word("plate.valid")},
        {"noplate", view(texts::offline_no_plate)},
        {"zone", view(texts::permit_zone)},
        {"empty", view(texts::offline_empty)},
        {"age", view(texts::offline_age)},
        {"minutes", view(texts::offline_minutes)},
        {"hours", view(texts::offline_hours)},
        {"old", view(texts::offline_old)},
        {"failed", view(texts::offline_failed)},
        {"proved", view(texts::offline_proved)},
        {"unproved", view(texts::offline_unproved)},
        {"members", view(texts::offline_members)},
        {"listed", view(texts::offline_listed)},
        {"checked", view(texts::present_checked)},
        {"is_passed", view.word("outcome.passed")},
        {"is_failed", view.word("outcome.failed")},
        {"is_skipped", view.word("outcome.skipped")},
    };
    Html out;
    for (const auto& [name, word] : words) out += html(" data-{}=\"{}\"", name, word);
    out += html(" data-rules=\"{}\" data-trace=\"{}|{}|{}|{}|{}\"", app_rules(view),
                view(texts::trace_rule), view(texts::trace_outcome), view(texts::trace_sentence),
                view(texts::trace_field), view(texts::trace_mend));
    return out;
}

net::HttpResponse shell(Agent& agent, const net::HttpRequest& request) {
    View view = view_of_request(agent, request);
    view.session.reset();  // the page is kept on the device: nothing of who is logged in
    const Html whole = html(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title>"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<meta name=\"color-scheme\" content=\"light dark\">"
        "<link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">"
        "<link rel=\"manifest\" href=\"/kontrolle/app.webmanifest\">"
        "<link rel=\"stylesheet\" href=\"/assets/{}/stadtbuch.css\">"
        "<script src=\"/kontrolle/ledger.js\" defer></script>"
        "<script src=\"/kontrolle/app.js\" defer></script></head><body>"
        "<header class=\"bar\"><div class=\"wide\"><span class=\"brand\">{}</span></div></header>"
        "<main id=\"app\" class=\"wide\"{}><div class=\"narrow\"><h1>{}</h1>"
        "<noscript><div class=\"box bad\"><p>{}</p></div></noscript>"
        "<div id=\"stand\" class=\"box\" role=\"status\"></div>"
        "<p id=\"ledger\" class=\"quiet\" hidden></p>"
        "<div id=\"ergebnis\" role=\"status\" tabindex=\"-1\" aria-label=\"{}\"></div>"
        "{}<p></p>{}<div class=\"row\"><button type=\"button\" class=\"second\" "
        "id=\"vorbereiten\">{}"
        "</button><button type=\"button\" class=\"second\" id=\"loeschen\" hidden>{}</button></div>"
        "<p class=\"quiet\">{}</p><p><a "
        "href=\"/kontrolle\">{}</a></p></div></main></body></html>\n",
        html_language(view.language), view(texts::offline_title), assets::version(),
        view(texts::offline_title), app_words(view), view(texts::offline_title),
        view(texts::offline_needs_script), view(texts::inspect_result),
        form_of(view, "plate", texts::plate_label, texts::inspect_plate),
        form_of(view, "papier", texts::inspect_paper_label, texts::inspect_paper),
        view(texts::offline_prepare), view(texts::offline_wipe), view(texts::offline_note),
        view(texts::inspector_title));
    net::HttpResponse response = net::HttpResponse::html(200, whole.markup());
    response.set("Content-Language", std::string(html_language(view.language)));
    response.set("Content-Security-Policy",
                 "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
                 "img-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'none'; "
                 "base-uri 'none'; frame-ancestors 'none'");
    return response;
}

/// [digest of salt and plate, zone, first day, last day] of each permit in force.
encoding::Array plates(Agent& agent, const std::string& salt) {
    const std::string today = keys::utc_date(agent.now());
    encoding::Array out;
    for (const CaseSummary& one : agent.cases->list([&](const CaseSummary& summary) {
             return summary.kind == CaseKind::parking && summary.granted() &&
                    summary.valid_until >= today;
         })) {
        const Hash32 digest = hash::sha256(salt + "|" + one.plate_key);
        out.emplace_back(encoding::Array{encoding::base64url_encode(digest.view()), one.zone_id,
                                         one.valid_from, one.valid_until});
    }
    return out;
}

/// The transaction behind the receipt's first fact, in the form that the ledger hashes: numbers of
/// 64 bits do not survive a browser's JSON.
std::string leaf_of(const encoding::Value& receipt) {
    const encoding::Value* facts = receipt.find("facts");
    const encoding::Value* transactions = receipt.find("transactions");
    if (facts == nullptr || facts->array() == nullptr || facts->array()->empty() ||
        transactions == nullptr || transactions->array() == nullptr)
        return {};
    const auto entry = encoding::parse_json(facts->array()->front().text_at("value"));
    const encoding::Value* number = entry ? entry->find("seqNo") : nullptr;
    if (number == nullptr) return {};
    for (const encoding::Value& one : *transactions->array()) {
        const encoding::Value* txn = one.find("txn");
        const auto seen = txn != nullptr ? ledger::view_txn(*txn) : std::nullopt;
        if (seen && number->unsigned_integer() == seen->seq_no)
            return encoding::base64_encode(ledger::leaf_bytes(*txn));
    }
    return {};
}

net::HttpResponse prepared(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (!view.session) return net::error_response(401, "log in first");
    if (auto refused = refuse_without(view, Role::inspector)) return std::move(*refused);
    agent.audit->note(agent.now(), view.session->account, "offline_prepared", "");
    const std::string salt = keys::random_token(keys::os_random());
    encoding::Object out = agent.offline->make();
    out.set("issuer_key", keys::jwk_of(agent.keyring->issuer->public_key()));
    out.set("status_key", keys::jwk_of(agent.keyring->status->public_key()));
    if (const encoding::Value* receipt = out.find("receipt"); !receipt->is_null())
        out.set("leaf", leaf_of(*receipt));
    out.set("salt", salt);
    out.set("plates", plates(agent, salt));
    return net::HttpResponse::json(200, encoding::compact_json(out));
}

std::string manifest(const Agent& agent) {
    const std::string below = agent.settings.path();
    const encoding::Object icon{
        {"src", below + "/assets/icon.svg"}, {"type", "image/svg+xml"}, {"sizes", "any"}};
    return encoding::compact_json(
        encoding::Object{{"id", below + "/kontrolle/app"},
                         {"name", "Kontrolle – " + agent.settings.name_de},
                         {"short_name", "Kontrolle"},
                         {"lang", "de"},
                         {"start_url", below + "/kontrolle/app"},
                         {"scope", below + "/"},
                         {"display", "standalone"},
                         {"background_color", "#ffffff"},
                         {"theme_color", "#2a42a8"},
                         {"icons", encoding::Array{icon}}});
}

}  // namespace

void mount_offline_pages(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/kontrolle/app",
        [&agent](const net::HttpRequest& request) { return shell(agent, request); }, on_workers());
    route(
        agent, server, "GET", "/kontrolle/app/stand.json",
        [&agent](const net::HttpRequest& request) { return prepared(agent, request); },
        on_workers());
    net::RouteOptions open = on_workers(1024);
    open.cors_origin = "*";
    route(
        agent, server, "GET", "/offline.json",
        [&agent](const net::HttpRequest&) {
            return net::HttpResponse::json(200, encoding::compact_json(agent.offline->make()));
        },
        open);
    const std::tuple<const char*, const char*, std::string> files[] = {
        {"/kontrolle/ledger.js", "text/javascript; charset=utf-8",
         std::string(offline_script::ledger())},
        {"/kontrolle/app.js", "text/javascript; charset=utf-8", std::string(offline_script::app())},
        {"/sw.js", "text/javascript; charset=utf-8", offline_script::worker()},
        {"/kontrolle/app.webmanifest", "application/manifest+json", manifest(agent)}};
    for (const auto& [path, type, body] : files) {
        server.route("GET", path, [type, body](const net::HttpRequest&) {
            net::HttpResponse response = net::HttpResponse::of_type(200, type, body);
            response.set("Cache-Control", "no-cache");  // asked for again, so that fixes arrive
            return response;
        });
    }
}

}  // namespace stadtbuch::agent
