// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/queries.hpp"

#include "ssi/credential/parking.hpp"

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

bool check_days(const encoding::Value& claims, keys::UnixSeconds now, credential::Trace& trace) {
    const bool good =
        credential::within_days(claims.text_at("valid_from"), claims.text_at("valid_until"), now);
    return trace.check(good, credential::Rule::administrative_validity, "valid_until");
}

}  // namespace stadtbuch::agent
