// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What fees look like to citizens and clerks, and the list for the cash office.
//
//   /amt/kasse?stand=offen|ueberfaellig|bezahlt|storniert  /amt/kasse.csv  with the same filter
#include <algorithm>

#include "ssi/agent/case_view.hpp"
#include "ssi/agent/charge_view.hpp"
#include "ssi/agent/qr.hpp"
#include "ssi/agent/texts_cash.hpp"
#include "ssi/agent/texts_staff.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::size_t rows_max = 500;

struct State {
    std::string_view word;  ///< in the address
    std::string_view key;
};

constexpr State states[] = {{"offen", "invoice.due"},
                            {"ueberfaellig", "invoice.overdue"},
                            {"bezahlt", "invoice.paid"},
                            {"storniert", "invoice.cancelled"}};

Html row(Text label, const View& view, const Html& value) {
    return html("<dt>{}</dt><dd>{}</dd>", view(label), value);
}

std::string_view basis_key(Charge::Basis basis) {
    switch (basis) {
        case Charge::Basis::year:
            return "fee.year";
        case Charge::Basis::month:
            return "fee.month";
        case Charge::Basis::once:
            break;
    }
    return "fee.permit";
}

/// Cases with an invoice, newest first.
std::vector<Case> invoiced(Agent& agent, std::string_view wanted, std::size_t most) {
    const std::string today = keys::utc_date(agent.now());
    const auto known = std::find_if(std::begin(states), std::end(states),
                                    [&](const State& state) { return state.word == wanted; });
    const std::string_view key = known == std::end(states) ? std::string_view() : known->key;
    auto list = agent.cases->list([](const CaseSummary& one) { return !one.invoice.empty(); });
    std::reverse(list.begin(), list.end());
    std::vector<Case> out;
    for (const CaseSummary& one : list) {
        if (out.size() == most) break;
        auto record = agent.cases->get(one.id);
        if (!record || !record->charge) continue;
        if (key.empty() || invoice_state(*record->charge, today) == key)
            out.push_back(*std::move(record));
    }
    return out;
}

/// Who owes: a person, or what a configured type's form calls one; empty once the data were
/// deleted.
std::pair<std::string, std::string> debtor(const Case& record) {
    const auto field = [&](const char* name) {
        const auto found = record.fields.find(name);
        return found == record.fields.end() ? std::string() : found->second;
    };
    if (record.company) return {record.company->legal_name, record.company->identifier};
    if (!record.fields.empty()) return {field("given_name") + " " + field("family_name"), ""};
    const registers::StatedPerson& person = record.stated;
    if (person.family_name.empty()) return {};
    return {person.given_name + " " + person.family_name,
            person.street + " " + person.house_number + ", " + person.postal_code + " " +
                person.locality};
}

/// RFC 4180 with semicolons; a cell that a spreadsheet would take for a formula begins with an
/// apostrophe.
std::string cell(std::string text) {
    if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos)
        text.insert(0, "'");
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

std::string csv_of(const View& view, const std::vector<Case>& list) {
    const std::string today = keys::utc_date(view.agent.now());
    std::string out =
        "\"invoice\";\"case\";\"credential\";\"amount\";\"currency\";\"issued_on\";\"due\";"
        "\"state\";\"paid_on\";"
        "\"cancelled_on\";\"legal_source\";\"debtor\";\"address\"\r\n";
    for (const Case& record : list) {
        const Charge& charge = *record.charge;
        const auto [name, address] = debtor(record);
        const std::string fraction = std::to_string(100 + charge.cents % 100).substr(1);
        const std::string cells[] = {charge.invoice,
                                     record.number,
                                     record.kind.id(),
                                     std::to_string(charge.cents / 100) + "," + fraction,
                                     "EUR",
                                     charge.issued_on,
                                     charge.due,
                                     std::string(invoice_state(charge, today).substr(8)),
                                     charge.paid_on,
                                     charge.cancelled_on,
                                     charge.source,
                                     name,
                                     address};
        for (const std::string& one : cells)
            out += cell(one) + (&one == std::end(cells) - 1 ? "\r\n" : ";");
    }
    return out;
}

Html filter_links(const View& view, std::string_view wanted) {
    const auto link = [&](std::string_view word, std::string_view label) {
        const Html current = wanted == word ? html(" aria-current=\"page\"") : Html();
        return html("<li><a href=\"/amt/kasse?stand={}\"{}>{}</a></li>", word, current, label);
    };
    Html items = link("", view(texts::cash_all));
    for (const State& state : states) items += link(state.word, view.word(state.key));
    return html("<nav aria-label=\"{}\"><ul class=\"filters\">{}</ul></nav>",
                view(texts::queue_filter), items);
}

Html table_of(const View& view, const std::vector<Case>& list) {
    if (list.empty()) return html("<p>{}</p>", view(texts::cash_none));
    const std::string today = keys::utc_date(view.agent.now());
    Html rows;
    for (const Case& record : list) {
        const Charge& charge = *record.charge;
        const std::string_view state = invoice_state(charge, today);
        const std::string_view tone = state == "invoice.overdue" ? "tag bad"
                                      : state == "invoice.paid"  ? "tag good"
                                                                 : "tag";
        rows += html(
            "<tr><th scope=\"row\">{}</th><td><a "
            "href=\"/amt/fall/{}\">{}</a></td><td>{}</td><td>{}</td>"
            "<td>{}</td><td><span class=\"{}\">{}</span></td></tr>",
            charge.invoice, record.id, record.number, euros(charge.cents, view.language),
            view.iso_date(charge.issued_on), view.iso_date(charge.due), tone, view.word(state));
    }
    Html head;
    for (const Text& title : {texts::invoice_number, texts::cash_case, texts::invoice_amount,
                              texts::cash_issued, texts::invoice_due, texts::invoice_state}) {
        head += html("<th scope=\"col\">{}</th>", view(title));
    }
    return html(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"{}\"><table><thead><tr>{}</tr></thead>"
        "<tbody>{}</tbody></table></div>",
        view(texts::cash_title), head, rows);
}

std::string filter_of(const net::HttpRequest& request) {
    const auto wanted = request.query_value("stand").value_or("");
    const bool known = std::any_of(std::begin(states), std::end(states),
                                   [&](const State& state) { return state.word == wanted; });
    return known ? std::string(wanted) : std::string();
}

net::HttpResponse cash_page(const View& view, const net::HttpRequest& request) {
    const std::string wanted = filter_of(request);
    const auto list = invoiced(view.agent, wanted, rows_max);
    const Html more = list.size() == rows_max ? html("<p>{}</p>", view(texts::cash_more)) : Html();
    const Html body = html(
        "<h1>{}</h1><p>{}</p>{}{}{}<p><a class=\"button second\" "
        "href=\"/amt/kasse.csv?stand={}\">{}</a></p>",
        view(texts::cash_title), view(texts::cash_lead), filter_links(view, wanted),
        table_of(view, list), more, wanted, view(texts::cash_export));
    return page(view, view(texts::cash_title), body);
}

net::HttpResponse cash_csv(const View& view, const net::HttpRequest& request) {
    const auto list = invoiced(view.agent, filter_of(request), SIZE_MAX);
    view.agent.audit->note(view.agent.now(), view.session->account, "cash_exported",
                           std::to_string(list.size()));
    net::HttpResponse response;
    response.status = 200;
    response.set("Content-Type", "text/csv; charset=utf-8; header=present");
    response.set("Content-Disposition", "attachment; filename=\"invoices.csv\"");
    response.set("Cache-Control", "no-store");
    response.body = csv_of(view, list);
    return response;
}

}  // namespace

std::string_view invoice_state(const Charge& charge, const std::string& today) {
    if (!charge.cancelled_on.empty()) return "invoice.cancelled";
    if (!charge.paid_on.empty()) return "invoice.paid";
    return charge.due < today ? "invoice.overdue" : "invoice.due";
}

Html fee_list(const View& view, const std::optional<Charge>& charge) {
    if (!charge) return {};
    Html out =
        row(texts::fee_title, view,
            charge->cents == 0 ? html("{}", view(texts::fee_free))
                               : html("<strong>{}</strong>", euros(charge->cents, view.language)));
    if (charge->cents > 0 && charge->basis != Charge::Basis::once) {
        out +=
            row(texts::fee_how, view,
                html("{} {} · {} {}", euros(charge->unit_cents, view.language),
                     view.word(basis_key(charge->basis)), charge->months, view(texts::fee_months)));
    }
    if (charge->length_mm > 0)
        out += row(texts::fee_length, view, html("{} mm", charge->length_mm));
    out += row(texts::fee_source, view,
               html("{} ({} {})", charge->source, view(texts::fee_since),
                    view.iso_date(charge->in_force_since)));
    return html("<dl>{}</dl>", out);
}

Html invoice_box(const View& view, const Case& record) {
    if (!record.charge || record.charge->invoice.empty()) return {};
    const Charge& charge = *record.charge;
    const PaymentSettings& payment = view.agent.settings.payment;
    Html facts = row(texts::invoice_number, view, html("{}", charge.invoice));
    facts += row(texts::invoice_amount, view,
                 html("<strong>{}</strong>", euros(charge.cents, view.language)));
    facts += row(texts::invoice_due, view, html("{}", view.iso_date(charge.due)));
    facts += row(texts::invoice_state, view,
                 html("{}", view.word(invoice_state(charge, keys::utc_date(view.agent.now())))));
    if (!charge.is_due())
        return html("<h2 id=\"rechnung\">{}</h2><dl>{}</dl>", view(texts::invoice_title), facts);
    facts += row(texts::invoice_payee, view, html("{}", payment.payee));
    facts += row(texts::invoice_iban, view, html("{}", payment.iban));
    if (!payment.bic.empty()) facts += row(texts::invoice_bic, view, html("{}", payment.bic));
    facts += row(texts::invoice_purpose, view, html("{}", charge.invoice));
    const bool first = record.state == CaseState::payment;
    return html(
        "<h2 id=\"rechnung\">{}</h2><div class=\"box\"><p>{}</p><p>{}</p><dl>{}</dl>{}</div>",
        view(texts::invoice_title), view(first ? texts::invoice_first : texts::invoice_later),
        view(texts::invoice_how), facts,
        qr_image(transfer_code(payment, charge), view(texts::invoice_qr)));
}

Html cash_forms(const View& view, const Case& record) {
    if (!record.charge || !record.charge->is_due()) return {};
    FieldSpec day{"am", texts::paid_on, view.date(view.agent.now()), "", texts::paid_on_hint, {},
                  true};
    const Html token = form_token(view.agent, view.session->token);
    Html out = html(
        "<form class=\"card\" method=\"post\" "
        "action=\"/amt/fall/{}/bezahlt\">{}<h3>{}</h3>{}<button>{}</button></form>",
        record.id, token, view(texts::paid_form), text_field(view, day), view(texts::paid_send));
    if (record.state != CaseState::payment) {
        FieldSpec why{"storno", texts::cancel_reason, "", "", {}, {}, false};
        out += html(
            "<form class=\"card\" method=\"post\" "
            "action=\"/amt/fall/{}/stornieren\">{}<h3>{}</h3>{}<button "
            "class=\"danger\">{}</button></form>",
            record.id, token, view(texts::cancel_form), text_field(view, why),
            view(texts::cancel_form));
    }
    return html("<div class=\"two\">{}</div>", out);
}

void mount_cash_pages(Agent& agent, net::HttpServer& server) {
    route(agent, server, "GET", "/amt/kasse", page_for(agent, Role::clerk, cash_page),
          on_workers());
    route(agent, server, "GET", "/amt/kasse.csv", page_for(agent, Role::clerk, cash_csv),
          on_workers());
}

}  // namespace stadtbuch::agent
