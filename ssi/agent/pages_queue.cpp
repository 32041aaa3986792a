// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The clerk's queue. A filter is a part of the address: a bookmark saves it, so does the clerk's
// own list of them, and no script is needed.
//
//   /amt?stand=conflict&art=parking&zone=A&wer=ich&faellig=ja&suche=P-2026&seite=2
//   /amt/naechster?nach={id}: the next one to work on
//   POST /amt/filter: tun=merken|vergessen, name, auswahl (a query as above)
#include <algorithm>
#include <set>

#include "ssi/agent/case_view.hpp"
#include "ssi/agent/texts_cash.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"
#include "ssi/credential/plate.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::size_t rows_of_page = 50;

constexpr CaseState filter_states[] = {CaseState::fresh,    CaseState::conflict, CaseState::waiting,
                                       CaseState::payment,  CaseState::offered,  CaseState::issued,
                                       CaseState::rejected, CaseState::revoked};
/// Of a filter: nothing is left to do for the office. "stand=erledigt"
constexpr std::string_view done_state = "erledigt";

bool is_done(CaseState state) {
    return state == CaseState::issued || state == CaseState::rejected ||
           state == CaseState::revoked || state == CaseState::closed;
}

/// By the `stand` of an address; one that nobody knows is all of them.
bool has_state(const CaseSummary& one, const std::string& wanted) {
    if (wanted == done_state) return is_done(one.state);
    const auto state = state_of(wanted);
    return !state || one.state == *state;
}

struct Filter {
    std::string state, kind, zone, who, due, search;
    std::size_t page = 0;  ///< counts from 0

    /// The query of this filter with another state or page.
    [[nodiscard]] std::string query(const std::string& with_state, std::size_t with_page) const {
        net::FormList out;
        const std::pair<const char*, const std::string&> fields[] = {
            {"stand", with_state}, {"art", kind},    {"zone", zone},
            {"wer", who},          {"faellig", due}, {"suche", search}};
        for (const auto& [name, value] : fields) {
            if (!value.empty()) out.emplace_back(name, value);
        }
        if (with_page > 0) out.emplace_back("seite", std::to_string(with_page + 1));
        return net::build_form(out);
    }
};

/// `value`: by name, what an address or a saved query says; empty: nothing.
template <class Value>
Filter filter_from(const Value& value) {
    const auto text = [&](std::string_view name) { return std::string(value(name)).substr(0, 60); };
    Filter out{
        text("stand"), text("art"), text("zone"), text("wer"), text("faellig"), text("suche"), 0};
    if (out.state == "meine") {  // the old name of this filter
        out.state.clear();
        out.who = "ich";
    }
    std::size_t page = 0;
    for (const char c : text("seite").substr(0, 6))
        page = c >= '0' && c <= '9' ? page * 10 + static_cast<std::size_t>(c - '0') : page;
    out.page = page > 0 ? page - 1 : 0;
    return out;
}

Filter filter_of(const net::HttpRequest& request) {
    return filter_from(
        [&](std::string_view name) { return request.query_value(name).value_or(""); });
}

bool matches_search(const CaseSummary& one, const std::string& search) {
    if (search.empty()) return true;
    const std::string plate = credential::plate_key(search);
    return one.number.find(search) != std::string::npos ||
           (!plate.empty() && !one.plate_key.empty() && one.plate_key == plate);
}

/// Deleted data are nobody's work, unless a revocation waits for the second clerk; who names the
/// number of what can still be revoked finds it.
bool is_put_away(const CaseSummary& one, const Filter& filter, const View& view) {
    return one.state == CaseState::closed && !one.proposed &&
           (one.credential_expires_at <= view.agent.now() || one.number != filter.search);
}

/// All but the state: the counts beside the states tell what each would show.
bool matches(const CaseSummary& one, const Filter& filter, const View& view) {
    if (is_put_away(one, filter, view)) return false;
    if (!filter.kind.empty() && to_text(one.kind) != filter.kind) return false;
    if (!filter.zone.empty() && one.zone_id != filter.zone) return false;
    if (filter.who == "ich" && one.assignee != view.session->account) return false;
    if (filter.who == "niemand" && !one.assignee.empty()) return false;
    if (filter.who == "zweite" && !one.proposed) return false;
    if (filter.due == "ja" && !(one.open() && view.agent.now() > one.due_at)) return false;
    return matches_search(one, filter.search);
}

Html state_links(const View& view, const Filter& filter, const std::vector<CaseSummary>& list) {
    const auto link = [&](const std::string& value, std::string_view label, std::size_t count) {
        const Html current = filter.state == value ? html(" aria-current=\"page\"") : Html();
        return html("<li><a href=\"/amt?{}\"{}>{} ({})</a></li>", filter.query(value, 0), current,
                    label, count);
    };
    const auto counted = [&](const std::string& name, std::string_view label) {
        const auto count = std::count_if(
            list.begin(), list.end(), [&](const CaseSummary& one) { return has_state(one, name); });
        return link(name, label, static_cast<std::size_t>(count));
    };
    Html items = link("", view(texts::queue_all), list.size());
    for (const CaseState state : filter_states) {
        const std::string name(to_text(state));
        items += counted(name, view.word("state." + name));
    }
    items += counted(std::string(done_state), view(texts::queue_done));
    return html("<nav aria-label=\"{}\"><ul class=\"filters\">{}</ul></nav>",
                view(texts::queue_filter), items);
}

struct Option {
    std::string value;
    std::string_view label;
};

Html choice(const View& view, std::string_view name, Text label, const std::string& chosen,
            const std::vector<Option>& options) {
    Html items = html("<option value=\"\">{}</option>", view(texts::queue_all));
    for (const Option& option : options) {
        const Html selected = option.value == chosen ? html(" selected") : Html();
        items += html("<option value=\"{}\"{}>{}</option>", option.value, selected, option.label);
    }
    return html(
        "<div class=\"field\"><label for=\"f-{}\">{}</label><select id=\"f-{}\" "
        "name=\"{}\">{}</select></div>",
        name, view(label), name, name, items);
}

Html filter_form(const View& view, const Filter& filter) {
    std::vector<Option> kinds;
    std::vector<std::string> names{CaseKind::residence.id(), CaseKind::parking.id()};
    for (const KindDefinition& kind : view.agent.kinds->all()) names.push_back(kind.kind.id());
    for (const std::string& name : names) kinds.push_back({name, view.word("kind." + name)});
    std::vector<registers::Zone> held = view.agent.registers->zones();
    std::vector<Option> zones;
    for (const registers::Zone& zone : held) zones.push_back({zone.id, zone.id});
    const Html state =
        filter.state.empty()
            ? Html()
            : html("<input type=\"hidden\" name=\"stand\" value=\"{}\">", filter.state);
    return html(
        "<form method=\"get\" action=\"/amt\" class=\"card filter\">{}{}{}{}{}"
        "<div class=\"field\"><label for=\"f-suche\">{}</label><input type=\"text\" "
        "id=\"f-suche\" name=\"suche\" value=\"{}\" accesskey=\"s\"></div>"
        "<div class=\"row\"><button>{}</button><a class=\"button second\" "
        "href=\"/amt\">{}</a></div></form>",
        state, choice(view, "art", texts::queue_kind, filter.kind, kinds),
        choice(view, "zone", texts::permit_zone, filter.zone, zones),
        choice(view, "wer", texts::queue_assignee, filter.who,
               {{"ich", view(texts::queue_mine)},
                {"niemand", view(texts::queue_nobody)},
                {"zweite", view(texts::queue_second)}}),
        choice(view, "faellig", texts::queue_due, filter.due, {{"ja", view(texts::queue_overdue)}}),
        view(texts::queue_search), filter.search, view(texts::queue_apply),
        view(texts::queue_reset));
}

Html saved_links(const View& view, const std::vector<SavedFilter>& saved) {
    if (saved.empty()) return {};
    Html items;
    for (const SavedFilter& one : saved)
        items += html("<li><a href=\"/amt?{}\">{}</a></li>", one.query, one.name);
    return html("<nav aria-label=\"{}\"><p>{}:</p><ul class=\"filters\">{}</ul></nav>",
                view(texts::saved_title), view(texts::saved_title), items);
}

/// Saving this selection, and forgetting others.
Html saved_form(const View& view, Filter filter, const std::vector<SavedFilter>& saved) {
    const Html token = form_token(view.agent, view.session->token);
    filter.search.clear();
    Html others;
    for (const SavedFilter& one : saved) {
        others += html(
            "<form method=\"post\" action=\"/amt/filter\" class=\"row\">{}<input type=\"hidden\" "
            "name=\"tun\" value=\"vergessen\"><input type=\"hidden\" name=\"name\" "
            "value=\"{}\"><button class=\"second\">{}: {}</button></form>",
            token, one.name, view(texts::saved_forget), one.name);
    }
    return html(
        "<details class=\"box\"><summary>{}</summary><form method=\"post\" "
        "action=\"/amt/filter\">{}<input "
        "type=\"hidden\" name=\"tun\" value=\"merken\"><input type=\"hidden\" name=\"auswahl\" "
        "value=\"{}\"><div class=\"field\"><label for=\"filter-name\">{}</label><p class=\"hint\" "
        "id=\"filter-hint\">{}</p><input type=\"text\" id=\"filter-name\" name=\"name\" "
        "maxlength=\"60\" required "
        "aria-describedby=\"filter-hint\"></div><button>{}</button></form>"
        "{}</details>",
        view(texts::saved_keep), token, filter.query(filter.state, 0), view(texts::saved_name),
        view(texts::saved_hint), view(texts::saved_save), others);
}

net::HttpResponse change_saved(const View& view, const net::FormList& form) {
    SavedFilters& filters = *view.agent.saved_filters;
    const std::string& account = view.session->account;
    const std::string name = field_of(form, "name");
    if (field_of(form, "tun") == "vergessen") {
        filters.forget(account, name);
        return net::HttpResponse::redirect("/amt");
    }
    // Only what a filter can say comes back into an address.
    const auto given = net::parse_form(field_of(form, "auswahl", 400));
    const Filter filter = filter_from([&](std::string_view key) -> std::string {
        return given ? field_of(*given, key) : std::string();
    });
    const std::string query = filter.query(filter.state, 0);
    switch (filters.save(account, {name, query})) {
        case SavedFilters::Outcome::no_name:
            return error_page(view, view(texts::saved_no_name), 422);
        case SavedFilters::Outcome::too_many:
            return error_page(view, view(texts::saved_too_many), 409);
        case SavedFilters::Outcome::saved:
            break;
    }
    return net::HttpResponse::redirect("/amt?" + query);
}

/// Who is on it, and for whom else is: the button to take it over, which leads back here.
Html assignee_part(const View& view, const CaseSummary& one, const std::string& here) {
    const Html name = html(
        "{}", one.assignee.empty() ? view(texts::queue_nobody) : std::string_view(one.assignee));
    if (!one.open() || one.assignee == view.session->account) return name;
    return html(
        "{}<form method=\"post\" action=\"/amt/fall/{}/zuweisen\">{}<input type=\"hidden\" "
        "name=\"weiter\" value=\"{}\"><button class=\"second\" aria-label=\"{}: {}\">{}</button>"
        "</form>",
        name, one.id, form_token(view.agent, view.session->token), here, view(texts::act_assign),
        one.number, view(texts::act_assign));
}

Html queue_row(const View& view, const CaseSummary& one, const std::string& here) {
    const keys::UnixSeconds now = view.agent.now();
    const Html late = one.open() && now > one.due_at
                          ? html(" <span class=\"tag bad\">{}</span>", view(texts::queue_overdue))
                          : Html();
    const Html second = one.proposed
                            ? html(" <span class=\"tag warn\">{}</span>", view(texts::queue_second))
                            : Html();
    return html(
        "<tr><th scope=\"row\"><a href=\"/amt/fall/{}\">{}</a></th><td>{}</td><td>{}{}</td>"
        "<td>{}</td><td>{} {}</td><td>{}{}</td><td>{}</td></tr>",
        one.id, one.number, view.word("kind." + std::string(to_text(one.kind))),
        state_tag(view, one.state), second, one.zone_id, (now - one.created_at) / 86400,
        view(texts::days), one.open() ? view.date(one.due_at) : std::string("–"), late,
        assignee_part(view, one, here));
}

Html table_of(const View& view, const std::vector<CaseSummary>& list, const std::string& here) {
    if (list.empty()) return html("<p>{}</p>", view(texts::queue_empty));
    Html rows;
    for (const CaseSummary& one : list) rows += queue_row(view, one, here);
    Html head;
    for (const Text& title :
         {texts::queue_number, texts::queue_kind, texts::queue_state, texts::permit_zone,
          texts::queue_age, texts::queue_due, texts::queue_assignee}) {
        head += html("<th scope=\"col\">{}</th>", view(title));
    }
    return html(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table data-rows>"
        "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
        view(texts::queue_title), head, rows);
}

Html page_links(const View& view, const Filter& filter, std::size_t count) {
    const std::size_t pages = (count + rows_of_page - 1) / rows_of_page;
    if (pages < 2) return {};
    Html links;
    if (filter.page > 0) {
        links += html("<a class=\"button second\" href=\"/amt?{}\">{}</a>",
                      filter.query(filter.state, filter.page - 1), view(texts::queue_before));
    }
    if (filter.page + 1 < pages) {
        links += html("<a class=\"button second\" href=\"/amt?{}\">{}</a>",
                      filter.query(filter.state, filter.page + 1), view(texts::queue_after));
    }
    return html("<div class=\"row\">{}<span>{} {}/{}</span></div>", links, view(texts::queue_page),
                filter.page + 1, pages);
}

Html held_events(const View& view) {
    const std::uint64_t held = view.agent.metrics.register_events_held;
    if (held == 0) return {};
    return html("<div class=\"box warn\"><p>{}: {}. <a href=\"/amt/register\">{}</a></p></div>",
                view(texts::events_held), held, view(texts::events_title));
}

net::HttpResponse queue(Agent& agent, const net::HttpRequest& request) {
    const View view = view_of_request(agent, request);
    if (auto refused = refuse_without(view, Role::clerk)) return std::move(*refused);
    Filter filter = filter_of(request);
    const auto all =
        agent.cases->list([&](const CaseSummary& one) { return matches(one, filter, view); });
    std::vector<CaseSummary> wanted;
    std::copy_if(all.begin(), all.end(), std::back_inserter(wanted),
                 [&](const CaseSummary& one) { return has_state(one, filter.state); });
    const std::size_t count = wanted.size();
    if (filter.page * rows_of_page >= count) filter.page = 0;
    const auto first = wanted.begin() + static_cast<std::ptrdiff_t>(filter.page * rows_of_page);
    const std::vector<CaseSummary> shown(
        first, first + std::min<std::ptrdiff_t>(rows_of_page, wanted.end() - first));
    const Html cash = view.agent.settings.payment.invoices
                          ? html(" · <a href=\"/amt/kasse\">{}</a>", view(texts::cash_title))
                          : Html();
    const std::vector<SavedFilter> saved = agent.saved_filters->of(view.session->account);
    const Html body = html(
        "<h1>{}</h1>{}{}{}<p><a class=\"button second\" accesskey=\"n\" "
        "href=\"/amt/naechster\">{}</a></p>{}{}{}{}<p><a href=\"/amt/sammel\">{}</a> · <a "
        "href=\"/amt/register\">{}</a>{} · <a href=\"/amt/tastatur\">{}</a></p>",
        view(texts::queue_title), held_events(view), state_links(view, filter, all),
        saved_links(view, saved), view(texts::queue_next),
        table_of(view, shown, "/amt?" + filter.query(filter.state, filter.page)),
        page_links(view, filter, count), filter_form(view, filter), saved_form(view, filter, saved),
        view(texts::bulk_title), view(texts::events_title), cash, view(texts::keys_title));
    return page(view, view(texts::queue_title), body);
}

/// The next case that waits for an office's word: one's own first, then nobody's, by due date, from
/// the one that was just looked at on. To the queue when no other one waits.
net::HttpResponse next_case(const View& view, const net::HttpRequest& request) {
    const std::string& me = view.session->account;
    auto list = view.agent.cases->list([&](const CaseSummary& one) {
        const bool waits = one.state == CaseState::fresh || one.state == CaseState::conflict;
        return waits && !one.proposed && (one.assignee == me || one.assignee.empty());
    });
    std::stable_sort(list.begin(), list.end(), [&](const CaseSummary& a, const CaseSummary& b) {
        const bool mine = a.assignee == me;
        return mine != (b.assignee == me) ? mine : a.due_at < b.due_at;
    });
    if (list.empty()) return net::HttpResponse::redirect("/amt");
    const std::string after(request.query_value("nach").value_or(""));
    auto found = std::find_if(list.begin(), list.end(),
                              [&](const CaseSummary& one) { return one.id == after; });
    if (found != list.end()) ++found;
    if (found == list.end()) found = list.begin();
    if (found->id == after) return net::HttpResponse::redirect("/amt");
    return net::HttpResponse::redirect("/amt/fall/" + found->id);
}

/// What the keyboard does beside Tab and Enter. No letter alone does anything (WCAG 2.1.4): these
/// go with the browser's own key for them.
net::HttpResponse keyboard_page(const View& view, const net::HttpRequest&) {
    const std::pair<std::string_view, Text> keys[] = {
        {"V", texts::queue_title},   {"N", texts::queue_next},    {"S", texts::queue_search},
        {"M", texts::act_assign},    {"1", texts::compare_title}, {"2", texts::evidence_title},
        {"3", texts::history_title}, {"4", texts::actions_title}, {"K", texts::inspector_title},
        {"P", texts::audit_title}};
    Html rows;
    for (const auto& [key, what] : keys) {
        rows += html("<tr><th scope=\"row\"><kbd>{}</kbd></th><td>{}</td></tr>", key, view(what));
    }
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p>{}</p><table><thead><tr><th scope=\"col\">{}</th><th "
        "scope=\"col\">{}</th></tr></thead><tbody>{}</tbody></table><p>{}</p></div>",
        view(texts::keys_title), view(texts::keys_how), view(texts::keys_key),
        view(texts::keys_what), rows, view(texts::keys_rows));
    return page(view, view(texts::keys_title), body);
}

}  // namespace

void mount_queue_page(Agent& agent, net::HttpServer& server) {
    route(
        agent, server, "GET", "/amt",
        [&agent](const net::HttpRequest& request) { return queue(agent, request); }, on_workers());
    route(agent, server, "GET", "/amt/naechster", page_for(agent, Role::clerk, next_case),
          on_workers());
    route(agent, server, "GET", "/amt/tastatur", page_for(agent, Role::clerk, keyboard_page),
          on_workers());
    route(agent, server, "POST", "/amt/filter", form_for(agent, Role::clerk, change_saved, "/amt"),
          on_workers());
}

}  // namespace stadtbuch::agent
