// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/explorer.hpp"

#include <algorithm>

#include "node/http/conditional.hpp"
#include "node/http/explorer_entry.hpp"
#include "node/http/ledger_routes.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

using net::HttpResponse;

constexpr ledger::Ledger shown_ledgers[] = {ledger::Ledger::domain, ledger::Ledger::pool,
                                            ledger::Ledger::config};

constexpr Text lead{
    "Das Register der öffentlichen IT-Dienstleister. Es enthält keine Daten über Personen. Diese "
    "Seiten "
    "zeigen, was die Mitglieder gemeinsam beglaubigt haben.",
    "The register of public IT providers. It holds no data about persons. These pages show what "
    "the "
    "members have attested together."};
constexpr Text ledgers{"Bücher", "Ledgers"};
constexpr Text ledger_word{"Buch", "Ledger"};
constexpr Text entries{"Einträge", "Entries"};
constexpr Text root{"Wurzel", "Root"};
constexpr Text members{"Mitglieder", "Members"};
constexpr Text resting{"ruht", "not validating"};
constexpr Text not_ready{
    "Dieser Beobachter holt die Bücher noch ab. Bitte laden Sie die Seite gleich noch einmal.",
    "This observer is still fetching the ledgers. Please load the page again in a moment."};
constexpr Text title_domain{"Einträge: DIDs, Schemata, Definitionen",
                            "Domain ledger: DIDs, schemas, definitions"};
constexpr Text title_pool{"Mitglieder: Knoten des Netzes", "Pool ledger: nodes of the network"};
constexpr Text title_config{"Regeln: Vereinbarungen und Rechte",
                            "Config ledger: agreements and permissions"};
constexpr Text search_words{"Suche nach DID, Name, Alias, Schlüssel",
                            "Search for DID, name, alias, key"};
constexpr Text entry_type{"Art", "Type"};
constexpr Text all_types{"alle", "all"};
constexpr Text per_page{"je Seite", "per page"};
constexpr Text do_search{"Suchen", "Search"};
constexpr Text nothing{"Nichts gefunden.", "Nothing found."};
constexpr Text empty_ledger{"Dieses Buch hat noch keinen Eintrag.",
                            "This ledger has no entry yet."};
constexpr Text of_word{"von", "of"};
constexpr Text pages_navigation{"Seiten", "Pages"};
constexpr Text first_page{"Anfang", "First"};
constexpr Text previous_page{"Zurück", "Previous"};
constexpr Text next_page{"Weiter", "Next"};
constexpr Text last_page{"Ende", "Last"};
constexpr Text unfinished{"Die Suche ist noch nicht fertig. Bisher durchsucht:",
                          "The search is not finished. Looked at so far:"};
constexpr Text go_on{"Weitersuchen", "Go on searching"};
constexpr Text not_found{"Nicht gefunden", "Not found"};
constexpr Text not_found_sentence{"Diese Seite oder diesen Eintrag gibt es nicht.",
                                  "There is no such page or entry."};
constexpr Text failed{"Das hat nicht geklappt", "That did not work"};
constexpr Text failed_sentence{"Die Anfrage konnte nicht beantwortet werden.",
                               "The request could not be answered."};
constexpr Text register_title{"Neue DID eintragen", "Register a new DID"};
constexpr Text register_hint{
    "Nur in diesem Entwicklungsnetz: aus dem Seed (bis 32 Zeichen) entstehen Schlüssel und DID.",
    "On this development network only: key and DID are made from the seed (up to 32 characters)."};
constexpr Text alias_word{"Alias (freiwillig)", "Alias (optional)"};
constexpr Text role_word{"Rolle", "Role"};
constexpr Text no_role{"keine", "none"};
constexpr Text register_word{"Eintragen", "Register"};
constexpr Text registered_title{"Die DID ist eingetragen", "The DID is registered"};
constexpr Text refused_title{"Die DID wurde nicht eingetragen", "The DID was not registered"};
constexpr Text entry_word{"Eintrag", "Entry"};

const Text& title_of(ledger::Ledger ledger) {
    return ledger == ledger::Ledger::pool     ? title_pool
           : ledger == ledger::Ledger::config ? title_config
                                              : title_domain;
}

std::string option(std::string_view value, std::string_view text, bool selected) {
    return "<option value=\"" + escaped(value) + "\"" + (selected ? " selected" : "") + ">" +
           escaped(text) + "</option>";
}

std::string field(std::string_view id, std::string_view label, const std::string& control) {
    return "<div><label for=\"" + std::string(id) + "\">" + escaped(label) + "</label>" + control +
           "</div>";
}

std::string search_form(const Shown& shown, ledger::Ledger ledger, const PageQuery& query) {
    std::string types = option("", shown(all_types), query.type.empty());
    for (const EntryType& type : entry_types(ledger))
        types += option(type.code, shown(type.name), query.type == type.code);
    std::string sizes;
    for (const std::uint64_t size : {10u, 25u, 50u, 100u}) {
        sizes += option(std::to_string(size), std::to_string(size), size == query.page_size);
    }
    return "<form method=\"get\" role=\"search\" action=\"/browse/" + std::string(name_of(ledger)) +
           "\"><input type=\"hidden\" name=\"lang\" value=\"" + std::string(shown.tag()) + "\">" +
           field("query", shown(search_words),
                 "<input id=\"query\" name=\"query\" type=\"search\" maxlength=\"256\" value=\"" +
                     escaped(query.words) + "\">") +
           field("type", shown(entry_type),
                 "<select id=\"type\" name=\"type\">" + types + "</select>") +
           field("page_size", shown(per_page),
                 "<select id=\"page_size\" name=\"page_size\">" + sizes + "</select>") +
           "<button>" + std::string(shown(do_search)) + "</button></form>";
}

net::FormList query_of(const PageQuery& query, std::uint64_t page) {
    net::FormList out;
    if (!query.words.empty()) out.emplace_back("query", query.words);
    if (!query.type.empty()) out.emplace_back("type", query.type);
    out.emplace_back("page", std::to_string(page));
    out.emplace_back("page_size", std::to_string(query.page_size));
    return out;
}

std::string page_links(const Shown& shown, ledger::Ledger ledger, const PageQuery& query,
                       std::uint64_t total) {
    const std::uint64_t last =
        std::max<std::uint64_t>(1, (total + query.page_size - 1) / query.page_size);
    if (last == 1) return "";
    std::string out;
    const auto add = [&](const Text& text, std::uint64_t page, bool wanted) {
        if (!wanted) return;
        const std::string path = "/browse/" + std::string(name_of(ledger));
        out += "<li><a href=\"" + escaped(shown.link(path, query_of(query, page))) + "\">" +
               std::string(shown(text)) + "</a></li>";
    };
    add(first_page, 1, query.page > 1);
    add(previous_page, std::min(query.page - 1, last), query.page > 1);
    add(next_page, query.page + 1, query.page < last);
    add(last_page, last, query.page < last);
    return "<nav aria-label=\"" + std::string(shown(pages_navigation)) + "\"><ul class=\"pages\">" +
           out + "</ul></nav>";
}

std::string summary_line(const Shown& shown, const PageQuery& query, const LedgerPage& page) {
    if (page.seq_nos.empty()) {
        if (!page.complete) return "";
        return "<p>" + std::string(shown(query.is_search() ? nothing : empty_ledger)) + "</p>";
    }
    return "<p class=\"quiet\">" + shown_number(shown, query.offset() + 1) + "–" +
           shown_number(shown, query.offset() + page.seq_nos.size()) + " " +
           std::string(shown(of_word)) + " " + shown_number(shown, page.total) + "</p>";
}

std::string unfinished_box(const Shown& shown, ledger::Ledger ledger, const PageQuery& query,
                           const LedgerPage& page, std::uint64_t size) {
    if (page.complete) return "";
    const std::string path = "/browse/" + std::string(name_of(ledger));
    return "<div class=\"box\" role=\"status\"><p>" + std::string(shown(unfinished)) + " " +
           shown_number(shown, page.examined) + " " + std::string(shown(of_word)) + " " +
           shown_number(shown, size) + ".</p><p><a href=\"" +
           escaped(shown.link(path, query_of(query, query.page))) + "\">" +
           std::string(shown(go_on)) + "</a></p></div>";
}

std::string register_form(const Shown& shown) {
    return "<h2 id=\"neu\">" + std::string(shown(register_title)) + "</h2><p>" +
           std::string(shown(register_hint)) + "</p><form method=\"post\" action=\"" +
           escaped(shown.link("/register")) + "\" aria-labelledby=\"neu\">" +
           field(
               "seed", "Seed",
               "<input id=\"seed\" name=\"seed\" maxlength=\"44\" required autocomplete=\"off\">") +
           field("alias", shown(alias_word),
                 "<input id=\"alias\" name=\"alias\" maxlength=\"256\" autocomplete=\"off\">") +
           field("role", shown(role_word),
                 "<select id=\"role\" name=\"role\">" + option("ENDORSER", "Endorser", true) +
                     option("", shown(no_role), false) + "</select>") +
           "<button>" + std::string(shown(register_word)) + "</button></form>";
}

HttpResponse missing_page(const Shown& shown) {
    return framed(shown, shown(not_found),
                  "<div class=\"box\"><p>" + std::string(shown(not_found_sentence)) + "</p></div>",
                  404);
}

HttpResponse waiting_page(const Shown& shown) {
    HttpResponse response =
        framed(shown, "Stadtbuch",
               "<div class=\"box\"><p>" + std::string(shown(not_ready)) + "</p></div>", 503);
    response.set("Retry-After", "2");
    return response;
}

Validators page_validators(const ledger::ReadView& view, ledger::Ledger ledger,
                           const Shown& shown) {
    return {encoding::base58_encode(view.txn_root(ledger)) + "-" + std::string(shown.tag()),
            std::nullopt};
}

}  // namespace

HttpResponse front_page(PublicParts& parts, const net::HttpRequest& request) {
    const Shown shown = shown_for(request);
    if (!parts.is_ready()) return waiting_page(shown);
    const auto view = parts.reader.view();
    std::string rows;
    for (const ledger::Ledger ledger : shown_ledgers) {
        rows += "<tr><th scope=\"row\"><a href=\"" +
                escaped(shown.link("/browse/" + std::string(name_of(ledger)))) + "\">" +
                escaped(shown(title_of(ledger))) + "</a></th><td>" +
                shown_number(shown, view->size(ledger)) + "</td><td><code>" +
                encoding::base58_encode(view->txn_root(ledger)) + "</code></td></tr>";
    }
    std::string nodes;
    for (const ledger::PoolNode& node : view->pool_nodes()) {
        nodes += "<li>" + foreign(node.alias) +
                 (node.is_validator() ? "" : " (" + std::string(shown(resting)) + ")") + "</li>";
    }
    const std::string head = "<tr><th scope=\"col\">" + std::string(shown(ledger_word)) +
                             "</th><th scope=\"col\">" + std::string(shown(entries)) +
                             "</th><th scope=\"col\">" + std::string(shown(root)) + "</th></tr>";
    HttpResponse response =
        framed(shown, "Stadtbuch",
               "<p>" + std::string(shown(lead)) + "</p><table class=\"roots\"><caption>" +
                   std::string(shown(ledgers)) + "</caption><thead>" + head + "</thead><tbody>" +
                   rows + "</tbody></table><h2>" + std::string(shown(members)) + "</h2><ul>" +
                   nodes + "</ul>" + (parts.register_nym ? register_form(shown) : ""));
    response.set("Cache-Control", "no-cache");
    return response;
}

HttpResponse browse_page(PublicParts& parts, const net::HttpRequest& request) {
    const Shown shown = shown_for(request);
    const auto ledger = ledger_named(request.parameter("name"));
    if (!ledger) return missing_page(shown);
    if (!parts.is_ready()) return waiting_page(shown);
    const auto view = parts.reader.view();
    const Validators validators = page_validators(*view, *ledger, shown);
    if (auto same = not_modified(request, validators)) return *std::move(same);
    const PageQuery query = page_query(request, 25);
    const LedgerPage page = ledger_page(parts, *view, *ledger, query);
    if (page.seq_nos.empty() && query.page > 1 && page.complete) return missing_page(shown);
    std::string list;
    for (const std::uint64_t seq_no : page.seq_nos) {
        const auto txn = view->txn(*ledger, seq_no);
        if (txn) list += "<li>" + entry_markup(shown, *ledger, seq_no, *txn) + "</li>";
    }
    HttpResponse response =
        framed(shown, shown(title_of(*ledger)),
               search_form(shown, *ledger, query) +
                   unfinished_box(shown, *ledger, query, page, view->size(*ledger)) +
                   summary_line(shown, query, page) +
                   (list.empty() ? "" : "<ol class=\"entries\">" + list + "</ol>") +
                   page_links(shown, *ledger, query, page.total));
    if (page.complete) add_validators(response, validators);
    return response;
}

HttpResponse browse_entry_page(PublicParts& parts, const net::HttpRequest& request) {
    const Shown shown = shown_for(request);
    const auto ledger = ledger_named(request.parameter("name"));
    if (!ledger) return missing_page(shown);
    if (!parts.is_ready()) return waiting_page(shown);
    const auto view = parts.reader.view();
    const auto seq_no = seq_no_of(parts, *view, *ledger, request.parameter("ident"));
    const auto txn = seq_no ? transaction_value(*view, *ledger, *seq_no) : std::nullopt;
    if (!txn) return missing_page(shown);
    const Validators validators = page_validators(*view, *ledger, shown);
    if (auto same = not_modified(request, validators)) return *std::move(same);
    std::string steps;
    const auto add = [&](const Text& text, std::uint64_t number) {
        const std::string path =
            "/browse/" + std::string(name_of(*ledger)) + "/" + std::to_string(number);
        steps += "<li><a href=\"" + escaped(shown.link(path)) + "\">" + std::string(shown(text)) +
                 "</a></li>";
    };
    if (*seq_no > 1) add(previous_page, *seq_no - 1);
    if (*seq_no < view->size(*ledger)) add(next_page, *seq_no + 1);
    HttpResponse response =
        framed(shown,
               std::string(shown(entry_word)) + " " + shown_number(shown, *seq_no) + " – " +
                   std::string(shown(title_of(*ledger))),
               whole_entry_markup(shown, parts.settings.name_space, *ledger, *seq_no, *txn) +
                   "<nav aria-label=\"" + std::string(shown(pages_navigation)) +
                   "\"><ul class=\"pages\">" + steps + "</ul></nav>");
    add_validators(response, validators);
    return response;
}

HttpResponse registered_page(PublicParts&, const net::HttpRequest& request,
                             const encoding::Object& answer, const std::string& fault) {
    const Shown shown = shown_for(request);
    HttpResponse response;
    if (!fault.empty()) {
        response = framed(shown, shown(refused_title),
                          "<div class=\"box\"><p>" + foreign(fault) + "</p></div>", 400);
    } else {
        std::string rows;
        for (const encoding::Member& member : answer) {
            const std::string* text = member.value.text();
            if (text != nullptr)
                rows += "<dt>" + escaped(member.key) + "</dt><dd><code>" + foreign(*text) +
                        "</code></dd>";
        }
        response = framed(shown, shown(registered_title), "<dl>" + rows + "</dl>");
    }
    response.set("Cache-Control", "no-store");
    return response;
}

HttpResponse explorer_error_page(const net::HttpRequest& request, int status) {
    const Shown shown = shown_for(request);
    if (status == 404) return missing_page(shown);
    return framed(shown, shown(failed),
                  "<div class=\"box\"><p>" + std::string(shown(failed_sentence)) + " (" +
                      std::to_string(status) + ")</p></div>",
                  status);
}

}  // namespace stadtbuch::node
