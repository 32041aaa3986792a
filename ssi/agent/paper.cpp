// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/paper.hpp"

#include "ssi/credential/parking.hpp"
#include "ssi/keys/jose.hpp"
#include "ssi/keys/jwk.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::string_view token_type = "permit+jwt";
constexpr std::string_view path = "/pruefen/";
constexpr std::size_t token_bytes_max = 2048;

std::string token_of(const Agent& agent, const Case& record) {
    const encoding::Object payload{{"n", record.number},
                                   {"z", record.permit->zone_id},
                                   {"p", encoding::Array{record.permit->plate}},
                                   {"f", record.permit->valid_from},
                                   {"u", record.permit->valid_until},
                                   {"s", encoding::Array{record.paper_list, record.paper_index}}};
    return keys::sign_jws({{"typ", token_type}}, encoding::compact_json(payload),
                          *agent.keyring->issuer);
}

std::optional<PaperPermit> read_token(const Agent& agent, std::string_view token) {
    keys::JwsRules rules;
    rules.typ = token_type;
    rules.bytes_max = token_bytes_max;
    const auto jws = keys::parse_jws(token, rules);
    if (!jws || !keys::verify_jws(*jws, keys::PublicKey(agent.keyring->issuer->public_key())))
        return std::nullopt;
    const auto members = keys::payload_object(*jws);
    if (!members) return std::nullopt;
    const encoding::Value value(*members);
    PaperPermit out;
    out.number = value.text_at("n");
    out.zone_id = value.text_at("z");
    out.valid_from = value.text_at("f");
    out.valid_until = value.text_at("u");
    const encoding::Value* plates = value.find("p");
    const encoding::Value* status = value.find("s");
    const bool shaped = plates != nullptr && plates->array() != nullptr && status != nullptr &&
                        status->array() != nullptr && status->array()->size() == 2 &&
                        (*status->array())[0].text() != nullptr;
    if (!shaped) return std::nullopt;
    for (const encoding::Value& plate : *plates->array()) {
        if (plate.text() != nullptr) out.plates.push_back(*plate.text());
    }
    out.status.list = *(*status->array())[0].text();
    out.status.index = (*status->array())[1].unsigned_integer().value_or(~std::uint64_t{0});
    return out;
}

}  // namespace

PaperVerdict check_paper(Agent& agent, std::string_view text) {
    const std::string prefix = agent.settings.public_url + std::string(path);
    if (text.starts_with(prefix)) text.remove_prefix(prefix.size());
    PaperVerdict out{false, "paper.forged", read_token(agent, text)};
    if (!out.permit) return out;
    const keys::UnixSeconds now = agent.now();
    const auto revoked = agent.status->revoked(out.permit->status);
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
