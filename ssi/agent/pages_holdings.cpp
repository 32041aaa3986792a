// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// "Meine Nachweise": after showing who they are, citizens see what was issued to them, renew it,
// report a loss, give it back, and see and take along what the office keeps.
//
//   /nachweise -> POST /nachweise/wohnsitz or /nachweise/ausweis -> (present.hpp) ->
//   /nachweise/liste -> /nachweise/vorgang/{id}/... ; /nachweise/verlust ; /nachweise/auskunft.json
//   /antrag/{token}/verlust: a loss without any wallet, for who keeps the application's link
#include <algorithm>

#include "ssi/agent/case_view.hpp"
#include "ssi/agent/pages_account.hpp"
#include "ssi/agent/paper.hpp"
#include "ssi/agent/present.hpp"
#include "ssi/agent/queries.hpp"
#include "ssi/agent/texts_holdings.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr RateLimiter::Rule act_rule{20, 10};

Html steps(const View& view, std::size_t current) {
    return step_list(view, {texts::mine_step_1, texts::mine_step_2}, current);
}

openid::DcqlQuery ask_proof(const Agent& agent, const Sitting&) {
    return residence_query(agent);
}

openid::DcqlQuery ask_identity(const Agent& agent, const Sitting&) {
    return pid_query(agent);
}

net::HttpResponse to_list(const View&, Sitting, const encoding::Object*) {
    return net::HttpResponse::redirect("/nachweise/liste");
}

const Asking by_proof{"/nachweise/wohnsitz", "mine", texts::mine_title,
                      texts::mine_asks,      steps,  ask_proof,
                      proven_residence,      to_list};
const Asking by_identity{"/nachweise/ausweis", "mine", texts::mine_title,
                         texts::mine_asks,     steps,  ask_identity,
                         proven_by_pid,        to_list};

Html way_in(const View& view, Text title, Text button, std::string_view target) {
    return html(
        "<section class=\"card\"><h2>{}</h2><form method=\"post\" action=\"{}\">"
        "<button class=\"big\">{}</button></form></section>",
        view(title), target, view(button));
}

net::HttpResponse intro_page(const View& view) {
    Html ways = way_in(view, texts::mine_by_proof, texts::grant_present, by_proof.base);
    if (pid_accepted(view.agent))
        ways += way_in(view, texts::pid_card, texts::pid_start, by_identity.base);
    ways += account_cards(view, account_for_holdings);
    const Html body = html(
        "<h1>{}</h1>{}<p class=\"lead\">{}</p><p>{}</p><div class=\"two\">{}</div>"
        "<h2>{}</h2><p>{}</p>",
        view(texts::mine_title), steps(view, 0), view(texts::mine_intro), view(texts::mine_asks),
        ways, view(texts::mine_lost_title), view(texts::mine_lost));
    return page(view, view(texts::mine_title), body);
}

bool in_force(const Case& record) {
    return record.state == CaseState::offered || record.state == CaseState::issued;
}

Html act_button(const View& view, const Sitting& sitting, const Case& record, std::string_view act,
                Text label, std::string_view tone) {
    return html(
        "<form method=\"post\" action=\"/nachweise/vorgang/{}/{}\">{}<button "
        "class=\"{}\">{}</button></form>",
        record.id, act, form_token(view.agent, sitting.secret), tone, view(label));
}

Html holding_facts(const View& view, const Case& record) {
    Html out = html("<dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd>", view(texts::case_number),
                    record.number, view(texts::case_state), state_tag(view, record.state));
    if (record.issued_at > 0)
        out +=
            html("<dt>{}</dt><dd>{}</dd>", view(texts::mine_issued), view.date(record.issued_at));
    if (record.state == CaseState::issued && record.credential_expires_at > 0) {
        out += html("<dt>{}</dt><dd>{}. {}</dd>", view(texts::mine_wallet_until),
                    view.date(record.credential_expires_at), view(texts::mine_wallet_hint));
    }
    if (record.permit) {
        out += html("<dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} {} {}</dd>", view(texts::plate_label),
                    record.permit->plate, view(texts::permit_valid),
                    view.iso_date(record.permit->valid_from), view(texts::permit_until),
                    view.iso_date(record.permit->valid_until));
    }
    if (const auto before =
            record.renews.empty() ? std::nullopt : view.agent.cases->get(record.renews)) {
        out += html("<dt>{}</dt><dd>{}</dd>", view(texts::mine_renews), before->number);
    }
    if (!record.reason.empty())
        out += html("<dt>{}</dt><dd>{}</dd>", view(texts::case_reason), record.reason);
    out += html("<dt>{}</dt><dd>{}</dd>", view(texts::mine_kept_until),
                view.date(view.agent.desk->kept_until(record)));
    return html("<dl>{}</dl>", out);
}

Html holding_card(const View& view, const Sitting& sitting, const Case& record) {
    Html acts;
    if (in_force(record)) {
        const bool extend = Desk::ends_soon(record, view.agent.now());
        acts += act_button(view, sitting, record, "erneuern",
                           extend ? texts::mine_extend : texts::mine_renew, "");
        acts +=
            html("<a class=\"button second\" href=\"/nachweise/vorgang/{}/zurueckgeben\">{}</a>",
                 record.id, view(texts::mine_give_back));
    }
    if (in_force(record) && is_printable(view.agent, record)) {
        acts += html("<a class=\"button second\" href=\"/nachweise/vorgang/{}/ausweis.pdf\">{}</a>",
                     record.id, view(record.permit ? texts::paper_get : texts::paper_get_kind));
    }
    if (record.open() || record.state == CaseState::offered) {
        acts += html("<a class=\"button second\" href=\"/antrag/{}\">{}</a>", record.public_token,
                     view(texts::mine_see_case));
    }
    if (Desk::may_forget_now(record))
        acts += act_button(view, sitting, record, "loeschen", texts::mine_delete, "second");
    Html effect;
    if (in_force(record) && Desk::may_forget_now(record)) {
        effect = html("<p class=\"quiet\">{} {}: <strong>{}</strong></p>",
                      view(texts::mine_delete_effect), view(texts::case_number), record.number);
    }
    return html("<section class=\"card\"><h2>{}</h2>{}<div class=\"row\">{}</div>{}</section>",
                view.word("kind." + std::string(to_text(record.kind))), holding_facts(view, record),
                acts, effect);
}

/// Purpose and time of each look, not the clerk's name: that is the clerk's own.
Html who_looked(const View& view, const std::vector<Case>& held) {
    Html rows;
    for (const Case& record : held) {
        for (const AuditLine& line : view.agent.audit->about(record.number)) {
            if (line.what != "viewed") continue;
            rows += html("<li>{}: {}, {}</li>", view.date_time(line.at), record.number,
                         view(texts::mine_seen_clerk));
        }
    }
    if (rows.empty()) return html("<p>{}</p>", view(texts::mine_seen_none));
    return html("<ul>{}</ul>", rows);
}

/// The resident behind a sitting and their cases.
struct Mine {
    std::string resident_id;
    std::vector<Case> held;
};

std::optional<Mine> mine_of(const View& view, const Sitting& sitting) {
    if (!sitting.proven) return std::nullopt;
    Mine out{view.agent.desk->known_as(*sitting.proven), {}};
    if (out.resident_id.empty()) return std::nullopt;
    out.held = view.agent.desk->cases_of(out.resident_id);
    return out;
}

net::HttpResponse nobody_page(const View& view) {
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><div class=\"box warn\"><p>{}</p></div>"
        "<p><a href=\"/kontakt\">{}</a></p></div>",
        view(texts::mine_title), view(texts::mine_nobody), view(texts::contact));
    return page(view, view(texts::mine_title), body, 404);
}

net::HttpResponse list_page(const View& view, const net::HttpRequest& request,
                            const Sitting& sitting) {
    if (!sitting.proven) return net::HttpResponse::redirect("/nachweise");
    const auto mine = mine_of(view, sitting);
    if (!mine) return nobody_page(view);
    Html cards;
    for (const Case& record : mine->held) cards += holding_card(view, sitting, record);
    if (mine->held.empty()) cards = html("<p>{}</p>", view(texts::mine_none));
    Html loss;
    if (std::any_of(mine->held.begin(), mine->held.end(), in_force)) {
        loss = html("<a class=\"button second\" href=\"/nachweise/verlust\">{}</a>",
                    view(texts::mine_report));
    }
    Html deleted;
    if (request.query_value("geloescht"))
        deleted = html("<div class=\"box good\" role=\"status\"><p>{}</p></div>",
                       view(texts::mine_deleted));
    const registers::StatedPerson& person = sitting.proven->person;
    const Html body = html(
        "<h1>{}</h1>{}{}<p>{} {}</p><div class=\"two\">{}</div><div class=\"row\">{}"
        "<form method=\"post\" action=\"/nachweise/beenden\">{}<button "
        "class=\"second\">{}</button></form></div>"
        "<h2>{}</h2><p>{}</p><p><a href=\"/nachweise/auskunft.json\" download>{}</a></p>"
        "<h2>{}</h2>{}{}",
        view(texts::mine_title), steps(view, 1), deleted, person.given_name, person.family_name,
        cards, loss, form_token(view.agent, sitting.secret), view(texts::mine_leave),
        view(texts::mine_kept_title), view(texts::mine_kept_what), view(texts::mine_export),
        view(texts::mine_seen_title), who_looked(view, mine->held), sitting_clock(view, sitting));
    return page(view, view(texts::mine_title), body);
}

const Case* own(const Mine& mine, std::string_view id) {
    const auto found = std::find_if(mine.held.begin(), mine.held.end(),
                                    [&](const Case& record) { return record.id == id; });
    return found == mine.held.end() ? nullptr : &*found;
}

net::HttpResponse give_back_page(const View& view, const net::HttpRequest& request,
                                 const Sitting& sitting) {
    const auto mine = mine_of(view, sitting);
    const Case* record = mine ? own(*mine, request.parameter("id")) : nullptr;
    if (record == nullptr || !in_force(*record))
        return error_page(view, view(texts::not_found), 404);
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p>{}, {}</p><div class=\"box warn\"><p>{}</p></div>"
        "<div class=\"row\">{}<a class=\"button second\" href=\"/nachweise/liste\">{}</a></div>"
        "{}</div>",
        view(texts::back_title), view.word("kind." + std::string(to_text(record->kind))),
        record->number, view(texts::back_effect),
        act_button(view, sitting, *record, "zurueckgeben", texts::back_confirm, "danger"),
        view(texts::mine_back_to_list), sitting_clock(view, sitting));
    return page(view, view(texts::back_title), body);
}

net::HttpResponse loss_page(const View& view, const Sitting& sitting, bool none_chosen) {
    const auto mine = mine_of(view, sitting);
    if (!mine) return nobody_page(view);
    Html choices;
    for (const Case& record : mine->held) {
        if (!in_force(record)) continue;
        choices += html(
            "<label class=\"choice\"><input type=\"checkbox\" name=\"vorgang\" value=\"{}\" "
            "checked>{}, {}</label>",
            record.id, view.word("kind." + std::string(to_text(record.kind))), record.number);
    }
    if (choices.empty()) return net::HttpResponse::redirect("/nachweise/liste");
    Html fault;
    if (none_chosen) {
        fault =
            html("<div class=\"box bad\" role=\"alert\" tabindex=\"-1\" data-focus><p>{}</p></div>",
                 view(texts::loss_none_chosen));
    }
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1>{}<form method=\"post\" action=\"/nachweise/verlust\">"
        "{}<fieldset><legend>{}</legend>{}</fieldset><div class=\"box warn\"><p>{}</p></div>"
        "<div class=\"row\"><button class=\"danger\">{}</button>"
        "<a class=\"button second\" href=\"/nachweise/liste\">{}</a></div></form>{}</div>",
        view(texts::loss_title), fault, form_token(view.agent, sitting.secret),
        view(texts::loss_which), choices, view(texts::loss_effect), view(texts::loss_confirm),
        view(texts::mine_back_to_list), sitting_clock(view, sitting));
    return page(view, view(texts::loss_title), body, none_chosen ? 422 : 200);
}

std::string lost(const View& view) {
    return std::string(words_of("reason.lost").in(view.language));
}

/// The form of this browser's own page; nullopt: not from there, or too often.
std::optional<net::FormList> own_form(const View& view, const net::HttpRequest& request,
                                      const Sitting& sitting) {
    auto form = request.form();
    const bool good = form && from_our_pages(view.agent, request) &&
                      form_token_good(view.agent, sitting.secret, *form);
    if (!good) return std::nullopt;
    return form;
}

net::HttpResponse report_loss(const View& view, const net::HttpRequest& request,
                              const Sitting& sitting) {
    const auto form = own_form(view, request, sitting);
    if (!form) return error_page(view, view(texts::form_outdated), 403);
    const auto mine = mine_of(view, sitting);
    if (!mine) return nobody_page(view);
    bool any = false;
    for (const auto& [name, value] : *form) {
        const Case* record = name == "vorgang" ? own(*mine, value) : nullptr;
        if (record == nullptr) continue;
        any = true;
        // Refused only when somebody else revoked it meanwhile, which is as good.
        (void)view.agent.desk->revoke(record->id, "applicant", lost(view), view.agent.now());
    }
    return any ? net::HttpResponse::redirect("/nachweise/liste") : loss_page(view, sitting, true);
}

net::HttpResponse act(const View& view, const net::HttpRequest& request, const Sitting& held) {
    Agent& agent = view.agent;
    Sitting sitting = held;
    if (!own_form(view, request, sitting)) return error_page(view, view(texts::form_outdated), 403);
    if (too_often(agent, request, "mine", act_rule))
        return error_page(view, view(texts::too_often), 429);
    const auto mine = mine_of(view, sitting);
    const Case* record = mine ? own(*mine, request.parameter("id")) : nullptr;
    if (record == nullptr) return error_page(view, view(texts::not_found), 404);
    const std::string_view what = request.parameter("act");
    Result<Case, DeskError> done = Failure{DeskError::unknown_case};
    std::string next = "/nachweise/liste";
    if (what == "erneuern") {
        done = agent.desk->renew(record->id, "applicant", agent.now());
        if (done) {
            sitting.case_id = done->id;  // the offer is for this browser
            save_sitting(agent, sitting);
            next = "/antrag/" + done->public_token;
        }
    } else if (what == "zurueckgeben") {
        const std::string why(words_of("reason.given_back").in(view.language));
        done = agent.desk->revoke(record->id, "applicant", why, agent.now());
    } else if (what == "loeschen") {
        done = agent.desk->forget_now(record->id, "applicant", agent.now());
        next += "?geloescht=1";
    }
    if (!done)
        return error_page(view, view.word("error." + std::string(to_text(done.error()))), 409);
    return net::HttpResponse::redirect(next);
}

net::HttpResponse leave(const View& view, const net::HttpRequest& request, const Sitting& sitting) {
    if (!own_form(view, request, sitting)) return error_page(view, view(texts::form_outdated), 403);
    end_sitting(view.agent, sitting);
    return net::HttpResponse::redirect("/");
}

// -- what the office keeps, as JSON (Articles 15 and 20 GDPR)

encoding::Array history_of(const Agent& agent, const Case& record) {
    encoding::Array out;
    const auto add = [&](keys::UnixSeconds at, const std::string& who, const std::string& what) {
        const bool named = who == "applicant" || who == "wallet" || who == "system";
        out.emplace_back(encoding::Object{
            {"at", keys::utc_date_time(at)}, {"who", named ? who : "office"}, {"what", what}});
    };
    for (const HistoryLine& line : record.history) add(line.at, line.who, line.what);
    for (const AuditLine& line : agent.audit->about(record.number)) {
        if (line.what == "viewed") add(line.at, line.who, line.what);
    }
    return out;
}

encoding::Object export_of(const Agent& agent, const Case& record) {
    encoding::Object stored;
    if (auto whole = encoding::parse_json(to_json(record)); whole && whole->object() != nullptr)
        stored = std::move(*whole->object());
    encoding::Object out;
    // Keys of our own (ids, links, codes) are no data about the person.
    for (const char* name :
         {"number", "kind", "state", "language", "proven", "identified_by", "stated", "plate",
          "comparisons", "obstacles", "permit", "fields", "company", "valid_from", "valid_until",
          "reason", "credentials", "wallet_event", "charge"}) {
        if (const encoding::Value* value = stored.find(name)) out.set(name, *value);
    }
    const std::pair<const char*, keys::UnixSeconds> times[] = {
        {"created_at", record.created_at},
        {"issued_at", record.issued_at},
        {"credential_expires_at", record.credential_expires_at},
        {"deleted_after", agent.desk->kept_until(record)}};
    for (const auto& [name, at] : times) {
        if (at > 0) out.set(name, keys::utc_date_time(at));
    }
    if (const auto before = agent.cases->get(record.renews)) out.set("renews", before->number);
    out.set("history", history_of(agent, record));
    encoding::Array entries;
    for (const StatusEntry& entry : agent.status->entries_of(record.id)) {
        entries.emplace_back(encoding::Object{{"list", entry.list}, {"index", entry.index}});
    }
    out.set("status_entries", std::move(entries));
    return out;
}

net::HttpResponse export_json(const View& view, const net::HttpRequest&, const Sitting& sitting) {
    const auto mine = mine_of(view, sitting);
    if (!mine) return nobody_page(view);
    const Agent& agent = view.agent;
    encoding::Array cases;
    for (const Case& record : mine->held) cases.emplace_back(export_of(agent, record));
    const encoding::Object out{{"controller", agent.settings.contact.operator_name},
                               {"as_of", keys::utc_date_time(agent.now())},
                               {"cases", std::move(cases)}};
    net::HttpResponse response = net::HttpResponse::json(200, encoding::compact_json(out));
    response.set("Content-Disposition", "attachment; filename=\"meine-nachweise.json\"");
    return response;
}

// -- a loss without any wallet

net::HttpResponse lost_link_page(Agent& agent, const net::HttpRequest& request, bool report) {
    View view = view_of_request(agent, request);
    const auto record = agent.cases->by_public_token(request.parameter("token"));
    if (!record || !Desk::revocable(*record, agent.now()))
        return error_page(view, view(texts::not_found), 404);
    if (report) {
        if (!from_our_pages(agent, request))
            return error_page(view, view(texts::form_outdated), 403);
        const auto done = agent.desk->revoke(record->id, "applicant", lost(view), agent.now());
        if (!done)
            return error_page(view, view.word("error." + std::string(to_text(done.error()))), 409);
        return net::HttpResponse::redirect("/antrag/" + record->public_token);
    }
    const Html body = html(
        "<div class=\"narrow\"><h1>{}</h1><p>{}, {}</p><div class=\"box warn\"><p>{}</p></div>"
        "<div class=\"row\"><form method=\"post\" action=\"/antrag/{}/verlust\"><button "
        "class=\"danger\">{}</button></form><a class=\"button second\" "
        "href=\"/antrag/{}\">{}</a></div></div>",
        view(texts::loss_title), view.word("kind." + std::string(to_text(record->kind))),
        record->number, view(texts::loss_effect), record->public_token, view(texts::loss_confirm),
        record->public_token, view(texts::back));
    return page(view, view(texts::loss_title), body);
}

}  // namespace

void mount_holdings_pages(Agent& agent, net::HttpServer& server) {
    const auto add = [&](const char* method, const char* path, SittingHandler handler) {
        route(agent, server, method, path, with_sitting(agent, by_proof, handler), on_workers());
    };
    route(
        agent, server, "GET", "/nachweise",
        [&agent](const net::HttpRequest& request) {
            return intro_page(view_of_request(agent, request));
        },
        on_workers());
    mount_asking(agent, server, by_proof);
    if (pid_accepted(agent)) mount_asking(agent, server, by_identity);
    add("GET", "/nachweise/liste", list_page);
    add("GET", "/nachweise/verlust",
        [](const View& view, const net::HttpRequest&, const Sitting& sitting) {
            return loss_page(view, sitting, false);
        });
    add("POST", "/nachweise/verlust", report_loss);
    add("GET", "/nachweise/vorgang/{id}/zurueckgeben", give_back_page);
    add("POST", "/nachweise/vorgang/{id}/{act}", act);
    add("POST", "/nachweise/beenden", leave);
    add("GET", "/nachweise/auskunft.json", export_json);
    for (const bool report : {false, true}) {
        route(
            agent, server, report ? "POST" : "GET", "/antrag/{token}/verlust",
            [&agent, report](const net::HttpRequest& request) {
                return lost_link_page(agent, request, report);
            },
            on_workers());
    }
}

}  // namespace stadtbuch::agent
