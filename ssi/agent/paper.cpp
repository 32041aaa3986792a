// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/paper.hpp"

#include "ssi/credential/parking.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view path = "/pruefen/";

const KindDefinition* kind_on_paper(const Agent& agent, const CaseKind& kind) {
    const KindDefinition* found = agent.kinds->find(kind);
    return found != nullptr && !found->paper_claims.empty() ? found : nullptr;
}

std::string text_of_claim(const encoding::Value& claims, std::string_view steps) {
    const encoding::Value* at = &claims;
    while (at != nullptr && !steps.empty()) {
        const std::size_t dot = std::min(steps.find('.'), steps.size());
        at = at->find(steps.substr(0, dot));
        steps.remove_prefix(std::min(dot + 1, steps.size()));
    }
    if (at == nullptr) return {};
    return at->text() != nullptr ? *at->text() : encoding::compact_json(*at);
}

/// Empty when the register no longer has what would be printed.
std::string token_of(const Agent& agent, const Case& record) {
    credential::PaperToken token;
    token.number = record.number;
    token.list = record.paper_list;
    token.index = record.paper_index;
    if (record.permit) {
        token.zone_id = record.permit->zone_id;
        token.plates = {record.permit->plate};
        token.valid_from = record.permit->valid_from;
        token.valid_until = record.permit->valid_until;
    } else {
        const KindDefinition* kind = kind_on_paper(agent, record.kind);
        const auto content = agent.desk->content_of(record, agent.now());
        if (kind == nullptr || !content) return {};
        token.type = kind->kind.id();
        token.valid_from = record.valid_from;
        token.valid_until = record.valid_until;
        const encoding::Value claims(content->claims);
        for (const std::string& claim : kind->paper_claims)
            token.claims.emplace_back(claim, text_of_claim(claims, claim));
    }
    return credential::make_paper_token(token, *agent.keyring->issuer);
}

}  // namespace

bool is_printable(const Agent& agent, const Case& record) {
    return record.permit.has_value() || kind_on_paper(agent, record.kind) != nullptr;
}

std::vector<std::pair<Text, std::string>> printed_claims(const Agent& agent,
                                                         const credential::PaperToken& token) {
    std::vector<std::pair<Text, std::string>> out;
    const auto kind = kind_of(token.type);
    const KindDefinition* found = kind ? agent.kinds->find(*kind) : nullptr;
    for (const auto& [path, text] : token.claims) {
        Text label{path, path};
        for (std::size_t i = 0; found != nullptr && i < found->type.claims.size(); ++i) {
            const credential::ClaimDescription& claim = found->type.claims[i];
            if (claim.path == path) label = {claim.label_de, claim.label_en};
        }
        out.emplace_back(label, text);
    }
    return out;
}

PaperVerdict check_paper(Agent& agent, std::string_view text) {
    const std::string prefix = agent.settings.public_url + std::string(path);
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    PaperVerdict out{false,
                     "paper.forged",
                     {},
                     credential::read_paper_token(text, agent.keyring->issuer->public_key())};
    using credential::Rule;
    if (!out.trace.check(out.permit.has_value(), Rule::paper_token)) return out;
    const keys::UnixSeconds now = agent.now();
    const auto revoked = agent.status->revoked({out.permit->list, out.permit->index});
    // Signed by us, but of no list of ours: nothing to rely on.
    if (!out.trace.check(revoked.has_value(), Rule::status_reference, "s")) return out;
    const bool stands = out.trace.check(!*revoked, Rule::status_value, "s");
    const bool in_time = out.trace.check(
        credential::within_days(out.permit->valid_from, out.permit->valid_until, now),
        Rule::administrative_validity, "u");
    out.valid = stands && in_time;
    out.why = !stands                                         ? "paper.revoked"
              : in_time                                       ? "paper.valid"
              : out.permit->valid_until < keys::utc_date(now) ? "paper.expired"
                                                              : "paper.not_yet";
    return out;
}

std::optional<std::string> paper_address(Agent& agent, const std::string& case_id,
                                         const std::string& who) {
    const keys::UnixSeconds now = agent.now();
    const auto held = agent.cases->get(case_id);
    if (!held || !is_printable(agent, *held)) return std::nullopt;
    std::optional<StatusEntry> entry;
    if (held->paper_list.empty()) {
        const auto given = agent.status->allocate(std::string(to_text(held->kind)), case_id);
        if (!given) return std::nullopt;
        entry = StatusEntry{agent.status->id_of(given->uri), given->index};
    }
    const auto changed = agent.cases->update(case_id, now, [&](Case& record, store::Batch&) {
        const bool granted =
            record.state == CaseState::offered || record.state == CaseState::issued;
        if (!granted || !is_printable(agent, record)) return false;
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
