// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/queries.hpp"

#include <algorithm>
#include <iterator>

#include "ssi/credential/parking.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::agent {

openid::DcqlQuery query_for(const std::string& id, const std::string& vct,
                            const std::vector<std::string>& claims) {
    openid::CredentialQuery wanted;
    wanted.id = id;
    wanted.vct_values = {vct};
    for (const std::string& claim : claims)
        wanted.claims.push_back({"", credential::path_of(claim), {}});
    openid::DcqlQuery query;
    query.credentials.push_back(std::move(wanted));
    return query;
}

namespace {

/// A bound for requests, not for trust: an authority that is left out stands on its list.
constexpr std::size_t named_keys_max = 60;

bool may_issue(const credential::TrustedIssuer& issuer, const openid::CredentialQuery& wanted) {
    return std::any_of(issuer.vcts.begin(), issuer.vcts.end(), [&](const std::string& vct) {
        return std::find(wanted.vct_values.begin(), wanted.vct_values.end(), vct) !=
               wanted.vct_values.end();
    });
}

void add_once(std::vector<std::string>& list, std::string text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(std::move(text));
}

}  // namespace

void name_authorities(const Agent& agent, openid::CredentialQuery& wanted) {
    std::vector<std::string> lists, key_ids;
    const auto listed = agent.trust_lists->listed();
    for (const auto* issuers : {&agent.trusted, &listed->issuers}) {
        for (const credential::TrustedIssuer& issuer : *issuers) {
            if (!may_issue(issuer, wanted)) continue;
            const bool named = !issuer.trust_list.empty();
            if (issuer.anchors.empty()) return;
            if (named) add_once(lists, issuer.trust_list);
            for (const keys::Certificate& anchor : issuer.anchors) {
                const Bytes id = anchor.subject_key_id();
                if (id.empty() && !named) return;
                if (id.empty() || (named && key_ids.size() >= named_keys_max)) continue;
                add_once(key_ids, encoding::base64url_encode(id));
            }
        }
    }
    if (lists.empty() || key_ids.size() > named_keys_max) return;
    wanted.trust_lists = std::move(lists);
    wanted.authority_key_ids = std::move(key_ids);
}

openid::DcqlQuery residence_query(const Agent& agent) {
    return query_for(
        "residence", agent.residence().vct,
        {"family_name", "given_name", "birthdate", "address.street_name", "address.house_number",
         "address.postal_code", "address.locality", "address.street_key"});
}

openid::DcqlQuery warden_query(const Agent& agent) {
    return query_for(
        "parking", agent.parking().vct,
        {"permit_number", "zone_id", "zone_name", "licence_plates", "valid_from", "valid_until"});
}

ProvenResidence proven_residence(const encoding::Value& claims) {
    const auto text = [](const encoding::Value* value, std::string_view key) {
        return value == nullptr ? std::string() : std::string(value->text_at(key));
    };
    const encoding::Value* address = claims.find("address");
    ProvenResidence out;
    out.person.family_name = text(&claims, "family_name");
    out.person.given_name = text(&claims, "given_name");
    out.person.birthdate = text(&claims, "birthdate");
    out.person.street = text(address, "street_name");
    out.person.house_number = text(address, "house_number");
    out.person.postal_code = text(address, "postal_code");
    out.person.locality = text(address, "locality");
    out.street_key = text(address, "street_key");
    out.residence_kind = text(&claims, "residence_kind");
    return out;
}

bool pid_accepted(const Agent& agent) {
    return std::any_of(std::begin(pid_types), std::end(pid_types),
                       [&](const auto& vct) { return agent.trusts_type(vct); });
}

openid::DcqlQuery pid_query(const Agent& agent) {
    openid::CredentialQuery wanted;
    wanted.id = "pid";
    wanted.vct_values.assign(std::begin(pid_types), std::end(pid_types));
    const char* paths[] = {
        "family_name",         "given_name",       "birthdate",           "address.street_address",
        "address.postal_code", "address.locality", "address.house_number"};
    std::vector<std::string> ids;
    for (const char* path : paths) {
        ids.push_back("c" + std::to_string(ids.size()));
        wanted.claims.push_back({ids.back(), credential::path_of(path), {}});
    }
    // Some issuers have the house number in street_address only.
    wanted.claim_sets = {ids, {ids.begin(), ids.end() - 1}};
    name_authorities(agent, wanted);
    openid::DcqlQuery query;
    query.credentials.push_back(std::move(wanted));
    return query;
}

ProvenResidence proven_by_pid(const encoding::Value& claims) {
    const encoding::Value* address = claims.find("address");
    const auto of_address = [&](std::string_view key) {
        return address == nullptr ? std::string() : std::string(address->text_at(key));
    };
    ProvenResidence out;
    out.person.family_name = claims.text_at("family_name");
    out.person.given_name = claims.text_at("given_name");
    out.person.birthdate = claims.text_at("birthdate");
    out.person.street = of_address("street_address");
    out.person.house_number = of_address("house_number");
    out.person.postal_code = of_address("postal_code");
    out.person.locality = of_address("locality");
    std::string& street = out.person.street;
    std::string& number = out.person.house_number;
    if (number.empty()) {
        const std::size_t digit = street.find_first_of("0123456789");
        const std::size_t blank =
            digit == std::string::npos ? digit : street.find_last_of(' ', digit);
        if (blank != std::string::npos && blank > 0) {
            number = street.substr(blank + 1);
            street.erase(blank);
        }
    } else if (street.ends_with(" " + number)) {
        street.erase(street.size() - number.size() - 1);
    }
    return out;
}

bool check_days(const encoding::Value& claims, keys::UnixSeconds now, credential::Trace& trace) {
    const bool good =
        credential::within_days(claims.text_at("valid_from"), claims.text_at("valid_until"), now);
    return trace.check(good, credential::Rule::administrative_validity, "valid_until");
}

}  // namespace stadtbuch::agent
