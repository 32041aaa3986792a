// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A case at the clerk's desk: comparison, history, decision, revocation. The way into the wallet is
// pages_handover.
#include "ssi/agent/case_view.hpp"
#include "ssi/agent/charge_view.hpp"
#include "ssi/agent/company_view.hpp"
#include "ssi/agent/pages_account.hpp"
#include "ssi/agent/pages_handover.hpp"
#include "ssi/agent/pages_kind.hpp"
#include "ssi/agent/texts_account.hpp"
#include "ssi/agent/texts_staff.hpp"
#include "ssi/agent/web.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view correction_reasons[] = {"reason.spelling", "reason.documents",
                                                   "reason.vehicle"};
constexpr std::string_view rejection_reasons[] = {"reason.not_resident", "reason.no_entitlement",
                                                  "reason.vehicle"};
constexpr std::string_view revocation_reasons[] = {"reason.moved", "reason.vehicle_sold",
                                                   "reason.lost", "reason.error"};

/// The sentences to choose from for one act: ours as far as they fit, and the type file's.
std::vector<std::string_view> modules_for(const View& view, const Case& record, KindReason::Act act,
                                          std::span<const std::string_view> ours) {
    const KindDefinition* kind = view.agent.kinds->find(record.kind);
    if (kind == nullptr) return {ours.begin(), ours.end()};
    std::vector<std::string_view> out;
    for (const KindReason& reason : kind->reasons) {
        if (reason.act == act) out.push_back(reason.word);
    }
    for (const std::string_view key : ours) {
        const bool fits = key == "reason.spelling" || key == "reason.documents" ||
                          key == "reason.no_entitlement" || key == "reason.lost" ||
                          key == "reason.error";
        if (fits) out.push_back(key);
    }
    return out;
}

/// A form of one act: hidden token, content, button.
Html act_form(const View& view, const Case& record, std::string_view act, const Html& content,
              const Html& button) {
    return html("<form class=\"card\" method=\"post\" action=\"/amt/fall/{}/{}\">{}{}{}</form>",
                record.id, act, form_token(view.agent, view.session->token), content, button);
}

Html reason_fields(const View& view, std::string_view act,
                   std::span<const std::string_view> modules, Language language) {
    const Text title = act == "nachfordern" ? texts::act_correction
                       : act == "ablehnen"  ? texts::act_reject
                                            : texts::revoke_title;
    Html options;
    for (const std::string_view key : modules) {
        const Text sentence = view.agent.kinds->word(key).value_or(words_of(key));
        options += html("<option value=\"{}\">{}</option>", key, sentence.in(language));
    }
    return html(
        "<h3>{}</h3><div class=\"field\"><label for=\"{}-modul\">{}</label><select id=\"{}-modul\" "
        "name=\"modul\">{}</select>"
        "</div><div class=\"field\"><label for=\"{}-frei\">{}</label><p class=\"hint\" "
        "id=\"{}-hinweis\">{}</p>"
        "<textarea id=\"{}-frei\" name=\"frei\" rows=\"2\" maxlength=\"500\" "
        "aria-describedby=\"{}-hinweis\">"
        "</textarea></div>",
        view(title), act, view(texts::reason_module), act, options, act, view(texts::reason_free),
        act, view(texts::reason_hint), act, act);
}

/// A record of a configured type's register: its id and what applicants state of it.
Html record_choice(const View& view, const Case& record, const KindDefinition& kind,
                   const std::string& id) {
    const auto held = view.agent.desk->record_of(kind, id);
    if (!held) return {};
    std::string facts = held->id;
    for (const KindField& field : kind.fields) {
        const std::string& value = held->at(field.column);
        const bool date = field.likeness == registers::Likeness::date;
        if (!value.empty()) facts += ", " + (date ? view.iso_date(value) : value);
    }
    const Html checked = id == record.resident_id ? html(" checked") : Html();
    return html(
        "<label class=\"choice\"><input type=\"radio\" name=\"resident\" "
        "value=\"{}\"{}>{}</label>",
        id, checked, facts);
}

Html candidate_choice(const View& view, const Case& record) {
    if (record.candidates.empty()) return {};
    Html items;
    const std::string today = keys::utc_date(view.agent.now());
    const KindDefinition* kind = view.agent.kinds->find(record.kind);
    for (const std::string& id : record.candidates) {
        if (kind != nullptr) {
            items += record_choice(view, record, *kind, id);
            continue;
        }
        const auto person = view.agent.registers->resident(id);
        if (!person) continue;
        const registers::Residence* home = person->current_residence(today);
        const std::string address = home == nullptr
                                        ? "–"
                                        : home->street + " " + home->house_number + ", " +
                                              home->postal_code + " " + home->locality;
        const Html checked = id == record.resident_id ? html(" checked") : Html();
        items += html(
            "<label class=\"choice\"><input type=\"radio\" name=\"resident\" value=\"{}\"{}>{} {}, "
            "{}, {}</label>",
            id, checked, person->given_name, person->family_name, view.iso_date(person->birthdate),
            address);
    }
    return html("<fieldset><legend>{}</legend>{}</fieldset>", view(texts::candidates_title), items);
}

Html approve_form(const View& view, const Case& record) {
    Html content = html("<h3>{}</h3>", view(texts::act_approve));
    content += candidate_choice(view, record);
    if (registers::has_difference(record.comparisons) || !record.candidates.empty()) {
        content += html(
            "<label class=\"choice\"><input type=\"checkbox\" name=\"gesehen\" "
            "value=\"ja\">{}</label>",
            view(texts::act_seen));
    }
    content += html("<p>{}</p>", view(texts::act_approve_note));
    return act_form(view, record, "ausstellen", content,
                    html("<button>{}</button>", view(texts::act_approve)));
}

Html reject_form(const View& view, const Case& record) {
    const Language theirs = language_of(record);
    return act_form(
        view, record, "ablehnen",
        reason_fields(view, "ablehnen",
                      modules_for(view, record, KindReason::Act::reject, rejection_reasons),
                      theirs),
        html("<button class=\"danger\">{}</button>", view(texts::act_reject)));
}

Html open_actions(const View& view, const Case& record) {
    const Language theirs = language_of(record);
    const Html correction = act_form(
        view, record, "nachfordern",
        reason_fields(view, "nachfordern",
                      modules_for(view, record, KindReason::Act::correct, correction_reasons),
                      theirs),
        html("<button class=\"second\">{}</button>", view(texts::act_correction)));
    const Html rejection = reject_form(view, record);
    const Html small = html(
        "<div class=\"row\"><form method=\"post\" action=\"/amt/fall/{}/zuweisen\">{}<button "
        "class=\"second\" accesskey=\"m\">{}</button></form>"
        "<form method=\"post\" action=\"/amt/fall/{}/vergleichen\">{}<button "
        "class=\"second\">{}</button></form></div>",
        record.id, form_token(view.agent, view.session->token), view(texts::act_assign), record.id,
        form_token(view.agent, view.session->token), view(texts::act_compare));
    return html("<h2 id=\"entscheidung\">{}</h2>{}<div class=\"two\">{}{}{}</div>",
                view(texts::actions_title), small, approve_form(view, record), correction,
                rejection);
}

/// Where the applicant's details come from.
Html origin_part(const View& view, const Case& record) {
    if (record.identified_by.empty()) {
        return html("<p class=\"quiet\">{}</p>",
                    view(record.proven ? texts::compare_proven : texts::compare_typed));
    }
    return html("<p class=\"{}\">{}: {}.</p>",
                std::string_view(record.proven ? "quiet" : "box warn"),
                view(record.proven ? texts::account_proved : texts::account_stated),
                account_name(view, record.identified_by));
}

Html register_warning(const View& view, const Case& record) {
    const auto person = view.agent.registers->resident(record.resident_id);
    if (!person || !person->information_block) return {};
    return html("<div class=\"box bad\"><p>{}</p></div>", view(texts::block_warning));
}

/// What the first clerk wants; only another one may confirm it.
Html proposal_part(const View& view, const Case& record) {
    const Proposal& proposal = *record.proposal;
    const auto button = [&](std::string_view act, std::string_view tone, Text label) {
        return html(
            "<form method=\"post\" action=\"/amt/fall/{}/{}\">{}<button "
            "class=\"{}\">{}</button></form>",
            record.id, act, form_token(view.agent, view.session->token), tone, view(label));
    };
    const Html confirm = proposal.who == view.session->account
                             ? Html()
                             : button("bestaetigen", "", texts::second_confirm);
    return html(
        "<div class=\"box warn\"><h2>{}: {}</h2><p>{} {}, {}</p><p>{}</p><p>{}</p></div>"
        "<div class=\"row\">{}{}</div>",
        view(texts::second_title), view.word("act.proposed_" + proposal.act),
        view(texts::second_by), proposal.who, view.date_time(proposal.at), proposal.reason,
        view(texts::second_needed), confirm, button("verwerfen", "second", texts::second_withdraw));
}

Html seen_part(const View& view, const Case& record) {
    Html items;
    for (const AuditLine& line : view.agent.audit->about(record.number)) {
        if (line.what == "viewed")
            items += html("<li>{}: {}</li>", view.date_time(line.at), line.who);
    }
    return html("<details><summary>{}</summary><ul>{}</ul></details>", view(texts::seen_title),
                items);
}

/// What is left when the person's data are deleted.
Html closed_part(const View& view, const Case& record) {
    if (!Desk::revocable(record, view.agent.now())) return {};
    return html(
        "<p>{}</p><div class=\"row\"><a class=\"button second\" "
        "href=\"/amt/fall/{}/widerrufen\">{}</a></div>",
        view(texts::closed_alive), record.id, view(texts::act_revoke));
}

/// To the parts of the page, by keyboard as well, and on to the next case.
Html part_links(const View& view, const Case& record) {
    const struct {
        std::string_view key, place;
        Text label;
    } parts[] = {{"1", "vergleich", texts::compare_title},
                 {"2", "unterlagen", texts::evidence_title},
                 {"3", "verlauf", texts::history_title},
                 {"4", "entscheidung", texts::actions_title}};

    Html items;
    for (const auto& part : parts) {
        const bool there = part.key < "3"    ? record.state != CaseState::closed
                           : part.key == "4" ? record.open() && !record.proposal
                                             : true;
        if (there) {
            items += html("<li><a href=\"#{}\" accesskey=\"{}\">{}</a></li>", part.place, part.key,
                          view(part.label));
        }
    }
    items += html("<li><a href=\"/amt/naechster?nach={}\" accesskey=\"n\">{}</a></li>", record.id,
                  view(texts::queue_next));
    return html("<nav class=\"noprint\" aria-label=\"{}\"><ul class=\"filters\">{}</ul></nav>",
                view(texts::case_parts), items);
}

net::HttpResponse case_page(const View& view, const Case& record, std::string_view fault,
                            int status) {
    Html alert;
    if (!fault.empty()) {
        alert =
            html("<div class=\"box bad\" role=\"alert\" tabindex=\"-1\" data-focus><p>{}</p></div>",
                 fault);
    }
    const bool decided = record.state == CaseState::offered || record.state == CaseState::issued;
    const Html acts = record.proposal                      ? proposal_part(view, record)
                      : record.open()                      ? open_actions(view, record)
                      : record.state == CaseState::payment ? reject_form(view, record)
                      : decided                            ? offer_section(view, record)
                                                           : closed_part(view, record);
    const Html money = html("{}{}", invoice_box(view, record), cash_forms(view, record));
    const Html compared = record.state == CaseState::closed  // nothing is left to compare
                              ? Html()
                              : html("<h2 id=\"vergleich\">{}</h2>{}{}{}",
                                     view(texts::compare_title), origin_part(view, record),
                                     comparison_table(view, record), obstacle_list(view, record));
    const Html body = html(
        "<h1>{} "
        "{}</h1>{}{}<dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{}</dd>"
        "<dt>{}</dt><dd>{}</dd></dl>{}{}{}{}<h2 id=\"verlauf\">{}</h2>{}{}{}",
        view.word("kind." + std::string(to_text(record.kind))), record.number, alert,
        part_links(view, record), view(texts::queue_state), state_tag(view, record.state),
        view(texts::case_created), view.date_time(record.created_at), view(texts::queue_assignee),
        record.assignee.empty() ? view(texts::queue_nobody) : std::string_view(record.assignee),
        view(texts::kept_until), view.date(view.agent.desk->kept_until(record)),
        register_warning(view, record),
        html("{}{}{}{}", company_box(view, record), permit_list(view, record),
             kind_days(view, record), money),
        compared, evidence_part(view, record), view(texts::history_title),
        history_table(view, record), seen_part(view, record), acts);
    return page(view, record.number, body, status);
}

net::HttpResponse revoke_page(const View& view, const Case& record) {
    const std::size_t affected = view.agent.status->entries_of(record.id).size();
    const StatusSettings& status = view.agent.settings.status;
    const Language theirs = language_of(record);
    const Html body = html(
        "<div class=\"narrow\"><h1>{}: {}</h1><div class=\"box warn\"><h2>{}</h2><ul><li>{} "
        "{}</li><li>{} {}</li><li>{}</li>"
        "</ul></div>{}</div>",
        view(texts::revoke_title), record.number, view(texts::revoke_effect),
        view(texts::revoke_count), affected, view(texts::revoke_when),
        (status.ttl_s + status.resign_s + 59) / 60, view(texts::revoke_final),
        act_form(
            view, record, "widerrufen",
            reason_fields(view, "widerrufen",
                          modules_for(view, record, KindReason::Act::revoke, revocation_reasons),
                          theirs),
            html("<button class=\"danger\">{}</button>", view(texts::revoke_confirm))));
    return page(view, view(texts::revoke_title), body);
}

/// The chosen module in the applicant's language, and the clerk's own words.
std::string reason_of(const View& view, const net::FormList& form, const Case& record) {
    const std::string key = field_of(form, "modul");
    std::string out;
    if (key.starts_with("reason.")) {
        out = view.agent.kinds->word(key).value_or(words_of(key)).in(language_of(record));
    }
    const std::string free = field_of(form, "frei", 500);
    if (!free.empty()) out += (out.empty() ? "" : " ") + free;
    return out;
}

struct Act {
    const View& view;
    const net::FormList& form;
    const Case& record;
};

template <class T>
std::string_view error_of(const Result<T, DeskError>& result) {
    return result ? std::string_view() : to_text(result.error());
}

std::string_view mark_paid(const Act& on) {
    Agent& agent = on.view.agent;
    const std::string day = typed_date(field_of(on.form, "am", 20));
    if (day.size() != 10 || day > keys::utc_date(agent.now() + 2 * 3600)) return "bad_day";
    return error_of(
        agent.desk->mark_paid(on.record.id, on.view.session->account, day, agent.now()));
}

/// Runs one act; the error's key, or empty.
std::string_view run(std::string_view act, const Act& on) {
    Agent& agent = on.view.agent;
    const std::string& who = on.view.session->account;
    const keys::UnixSeconds now = agent.now();
    if (act == "zuweisen") return error_of(agent.desk->assign(on.record.id, who, now));
    if (act == "vergleichen") return error_of(agent.desk->refresh(on.record.id, who, now));
    if (act == "nachfordern") {
        return error_of(agent.desk->ask_correction(on.record.id, who,
                                                   reason_of(on.view, on.form, on.record), now));
    }
    if (act == "ablehnen")
        return error_of(
            agent.desk->reject(on.record.id, who, reason_of(on.view, on.form, on.record), now));
    if (act == "widerrufen")
        return error_of(
            agent.desk->revoke(on.record.id, who, reason_of(on.view, on.form, on.record), now));
    if (act == "bezahlt") return mark_paid(on);
    if (act == "stornieren") {
        return error_of(
            agent.desk->cancel_invoice(on.record.id, who, field_of(on.form, "storno", 300), now));
    }
    if (act == "angebot") return error_of(agent.desk->offer_again(on.record.id, who, {}, now));
    if (act == "bestaetigen") return error_of(agent.desk->confirm(on.record.id, who, now));
    if (act == "verwerfen") return error_of(agent.desk->withdraw(on.record.id, who, now));
    if (act == "ausstellen") {
        ApproveOptions options;
        options.differences_seen = field_of(on.form, "gesehen") == "ja";
        const std::string chosen = field_of(on.form, "resident");
        const auto& candidates = on.record.candidates;
        if (std::find(candidates.begin(), candidates.end(), chosen) != candidates.end())
            options.resident_id = chosen;
        return error_of(agent.desk->approve(on.record.id, who, options, now));
    }
    return "unknown_case";
}

net::HttpResponse do_act(Agent& agent, const net::HttpRequest& request) {
    View view = view_of_request(agent, request);
    view.path = "/amt";
    const auto form = request.form();
    if (auto refused = refuse_form(view, request, form.value_or(net::FormList{}), Role::clerk))
        return std::move(*refused);
    const auto record = agent.cases->get(std::string(request.parameter("id")));
    if (!record) return error_page(view, view(texts::not_found), 404);
    view.path = "/amt/fall/" + record->id;
    const std::string_view fault = run(request.parameter("act"), {view, *form, *record});
    // A proposal was noted: the page tells who has to confirm it.
    const bool proposed =
        fault == to_text(DeskError::second_needed) && request.parameter("act") != "bestaetigen";
    const bool from_queue = request.parameter("act") == "zuweisen";
    if (fault.empty() && from_queue)
        return net::HttpResponse::redirect(safe_target(field_of(*form, "weiter", 400), view.path));
    if (fault.empty() || proposed) return net::HttpResponse::redirect(view.path);
    const auto newest = agent.cases->get(record->id);
    return case_page(view, newest.value_or(*record), view.word("error." + std::string(fault)), 409);
}

}  // namespace

void mount_case_pages(Agent& agent, net::HttpServer& server) {
    route(agent, server, "GET", "/amt/fall/{id}",
          case_page_for(agent, [](const View& view,
                                  const Case& record) { return case_page(view, record, "", 200); }),
          on_workers());
    route(agent, server, "GET", "/amt/fall/{id}/widerrufen", case_page_for(agent, revoke_page),
          on_workers());
    route(
        agent, server, "POST", "/amt/fall/{id}/{act}",
        [&agent](const net::HttpRequest& request) { return do_act(agent, request); }, on_workers());
}

}  // namespace stadtbuch::agent
