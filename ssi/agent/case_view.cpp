// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/case_view.hpp"

#include "ssi/agent/charge_view.hpp"
#include "ssi/agent/texts_staff.hpp"

namespace stadtbuch::agent {

namespace {

bool differs(const registers::FieldComparison& line) {
    return line.agreement != registers::Agreement::equal &&
           line.agreement != registers::Agreement::equal_folded;
}

std::string_view corrector_key(registers::Corrector corrector) {
    switch (corrector) {
        case registers::Corrector::registration_office:
            return "corrector.registration_office";
        case registers::Corrector::identity_document_office:
            return "corrector.identity_document_office";
        case registers::Corrector::vehicle_office:
            return "corrector.vehicle_office";
        case registers::Corrector::applicant:
            return "corrector.applicant";
        case registers::Corrector::record_keeper:
            return "corrector.record_keeper";
        case registers::Corrector::none:
            break;
    }
    return "corrector.registration_office";
}

/// Dates as people write them, everything else as it stands.
std::string shown_value(const View& view, const registers::FieldComparison& line,
                        const std::string& value) {
    return line.field == "birthdate" ? view.iso_date(value) : value;
}

/// Who did it: an account as it is, others in words.
std::string_view actor(const View& view, const std::string& who) {
    if (who == "applicant" || who == "wallet" || who == "system") return view.word("who." + who);
    return who;
}

}  // namespace

std::string euros(std::int64_t cents, Language language) {
    const std::string fraction = std::to_string(cents % 100);
    return std::to_string(cents / 100) + (language == Language::en ? "." : ",") +
           (fraction.size() < 2 ? "0" : "") + fraction + " €";
}

Html state_tag(const View& view, CaseState state) {
    const bool good = state == CaseState::issued || state == CaseState::offered;
    const bool bad = state == CaseState::rejected || state == CaseState::revoked;
    const bool warn =
        state == CaseState::conflict || state == CaseState::waiting || state == CaseState::payment;
    const std::string_view tone = good ? "tag good" : bad ? "tag bad" : warn ? "tag warn" : "tag";
    return html("<span class=\"{}\">{}</span>", tone,
                view.word("state." + std::string(to_text(state))));
}

Html permit_list(const View& view, const Case& record) {
    if (!record.permit) return {};
    const PermitTerms& permit = *record.permit;
    if (record.charge) {
        return html(
            "<dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} – {}</dd><dt>{}</dt><dd>{} {} "
            "{}</dd></dl>{}",
            view(texts::plate_label), permit.plate, view(texts::permit_zone), permit.zone_id,
            permit.zone_name, view(texts::permit_valid), view.iso_date(permit.valid_from),
            view(texts::permit_until), view.iso_date(permit.valid_until),
            fee_list(view, record.charge));
    }
    return html(
        "<dl><dt>{}</dt><dd>{}</dd><dt>{}</dt><dd>{} – {}</dd><dt>{}</dt><dd>{} {} "
        "{}</dd><dt>{}</dt><dd>{}. {}"
        "</dd><dt>{}</dt><dd>{}</dd></dl>",
        view(texts::plate_label), permit.plate, view(texts::permit_zone), permit.zone_id,
        permit.zone_name, view(texts::permit_valid), view.iso_date(permit.valid_from),
        view(texts::permit_until), view.iso_date(permit.valid_until), view(texts::permit_fee),
        euros(permit.fee_cents, view.language), view(texts::permit_fee_note),
        view(texts::permit_fee_source), permit.fee_source);
}

Html obstacle_list(const View& view, const Case& record) {
    if (record.obstacles.empty()) return {};
    Html items;
    for (const std::string& obstacle : record.obstacles)
        items += html("<li>{}</li>", view.word(obstacle));
    return html("<div class=\"box warn\"><h3>{}</h3><ul>{}</ul></div>",
                view(texts::obstacles_title), items);
}

Html differences_for_applicant(const View& view, const Case& record) {
    if (!Desk::correctable(record)) return {};
    Html items;
    for (const registers::FieldComparison& line : record.comparisons) {
        if (!differs(line)) continue;
        const std::string& label = view.language == Language::en ? line.label_en : line.label_de;
        if (view.language == Language::easy) {
            items += html("<li><strong>{}</strong><br>{}</li>", label,
                          view.word(corrector_key(line.corrector)));
        } else if (record.proven) {
            const std::string& why =
                view.language == Language::en ? line.explanation_en : line.explanation_de;
            items += html("<li><strong>{}</strong><br>{}</li>", label, why);
        } else {
            items +=
                html("<li><strong>{}</strong> – {}: „{}“<br>{} {}</li>", label,
                     view(texts::case_your_value), line.applicant_value,
                     view(texts::differs_from_register), view.word(corrector_key(line.corrector)));
        }
    }
    for (const std::string& obstacle : record.obstacles)
        items += html("<li>{}</li>", view.word(obstacle));
    if (items.empty()) return {};
    return html("<h2>{}</h2><p>{}</p><ul>{}</ul>", view(texts::case_differences),
                view(texts::case_differences_text), items);
}

Html comparison_table(const View& view, const Case& record) {
    Html rows;
    for (const registers::FieldComparison& line : record.comparisons) {
        const bool en = view.language == Language::en;
        const std::string_view tone = differs(line) ? "differs" : "";
        const Html result =
            differs(line)
                ? html("<span class=\"tag bad\">{}</span><br>{}", view(texts::compare_different),
                       en ? line.explanation_en : line.explanation_de)
                : html("<span class=\"tag good\">{}</span>", view(texts::compare_equal));
        rows += html(
            "<tr class=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
            tone, en ? line.label_en : line.label_de, shown_value(view, line, line.register_value),
            shown_value(view, line, line.applicant_value), result);
    }
    if (rows.empty()) return {};
    return html(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>"
        "<th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
        "scope=\"col\">{}</th>"
        "</tr></thead><tbody>{}</tbody></table></div>",
        view(texts::compare_title), view(texts::compare_field), view(texts::compare_register),
        view(texts::compare_applicant), view(texts::compare_result), rows);
}

Html history_table(const View& view, const Case& record) {
    Html rows;
    for (const HistoryLine& line : record.history) {
        rows += html("<tr><td>{}</td><td>{}</td><td>{} {}</td></tr>", view.date_time(line.at),
                     actor(view, line.who), view.word("act." + line.what), line.detail);
    }
    return html(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>"
        "<th scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
        "scope=\"col\">{}</th></tr></thead><tbody>{}</tbody>"
        "</table></div>",
        view(texts::history_title), view(texts::history_when), view(texts::history_who),
        view(texts::history_what), rows);
}

Html trace_table(const View& view, const credential::Trace& trace) {
    Html rows;
    for (const credential::TraceLine& line : trace.lines) {
        const std::string_view outcome = credential::to_text(line.outcome);
        const bool bad = line.outcome == credential::Outcome::failed;
        rows += html(
            "<tr class=\"{}\"><th scope=\"row\">{}</th><td><span "
            "class=\"{}\">{}</span></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            bad ? std::string_view("differs") : std::string_view(""), line.rule,
            bad                                           ? std::string_view("tag bad")
            : line.outcome == credential::Outcome::passed ? std::string_view("tag good")
                                                          : std::string_view("tag"),
            view.word("outcome." + std::string(outcome)),
            view.language == Language::en ? line.en : line.de, line.field,
            line.mend.empty() ? std::string_view("") : view.word("mend." + line.mend));
    }
    return html(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>"
        "<th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th "
        "scope=\"col\">{}</th><th scope=\"col\">{}</th></tr>"
        "</thead><tbody>{}</tbody></table></div>",
        view(texts::present_checked), view(texts::trace_rule), view(texts::trace_outcome),
        view(texts::trace_sentence), view(texts::trace_field), view(texts::trace_mend), rows);
}

}  // namespace stadtbuch::agent
