// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/paper.hpp"

#include "ssi/credential/parking.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view path = "/pruefen/";

std::string token_of(const Agent& agent, const Case& record) {
    return credential::make_paper_token({record.number,
                                         record.permit->zone_id,
                                         {record.permit->plate},
                                         record.permit->valid_from,
                                         record.permit->valid_until,
                                         record.paper_list,
                                         record.paper_index},
                                        *agent.keyring->issuer);
}

}  // namespace

PaperVerdict check_paper(Agent& agent, std::string_view text) {
    const std::string prefix = agent.settings.public_url + std::string(path);
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    PaperVerdict out{false, "paper.forged",
                     credential::read_paper_token(text, agent.keyring->issuer->public_key())};
    if (!out.permit) return out;
    const keys::UnixSeconds now = agent.now();
    const auto revoked = agent.status->revoked({out.permit->list, out.permit->index});
    if (!revoked) return out;  // signed by us, but of no list of ours: nothing to rely on
    if (*revoked) {
        out.why = "paper.revoked";
    } else if (credential::within_days(out.permit->valid_from, out.permit->valid_until, now)) {
        out.why = "paper.valid";
        out.valid = true;
    } else {
        out.why = out.permit->valid_until < keys::utc_date(now) ? "paper.expired" : "paper.not_yet";
    }
    return out;
}

std::optional<std::string> paper_address(Agent& agent, const std::string& case_id,
                                         const std::string& who) {
    const keys::UnixSeconds now = agent.now();
    const auto held = agent.cases->get(case_id);
    if (!held || !held->permit) return std::nullopt;
    std::optional<StatusEntry> entry;
    if (held->paper_list.empty()) {
        const auto given = agent.status->allocate(agent.parking().id, case_id);
        if (!given) return std::nullopt;
        entry = StatusEntry{agent.status->id_of(given->uri), given->index};
    }
    const auto changed = agent.cases->update(case_id, now, [&](Case& record, store::Batch&) {
        const bool granted =
            record.state == CaseState::offered || record.state == CaseState::issued;
        if (!granted || !record.permit) return false;
        if (record.paper_list.empty()) {
            if (!entry) return false;
            record.paper_list = entry->list;
            record.paper_index = entry->index;
        }
        record.history.push_back({now, who, "paper_printed", ""});
        return true;
    });
    if (!changed) return std::nullopt;
    const std::string token = token_of(agent, *changed);
    if (token.empty()) return std::nullopt;
    return agent.settings.public_url + std::string(path) + token;
}

}  // namespace stadtbuch::agent
