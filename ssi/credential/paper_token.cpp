// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/paper_token.hpp"

#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::credential {

namespace {

constexpr std::string_view permit_type = "permit+jwt";
constexpr std::string_view paper_type = "paper+jwt";
constexpr std::size_t token_bytes_max = 2048;

/// [[path, text], ...]; false for any other shape.
bool read_claims(const encoding::Value& value, PaperToken& out) {
    const encoding::Value* claims = value.find("c");
    if (claims == nullptr || claims->array() == nullptr) return false;
    for (const encoding::Value& claim : *claims->array()) {
        const encoding::Array* pair = claim.array();
        if (pair == nullptr || pair->size() != 2 || (*pair)[0].text() == nullptr ||
            (*pair)[1].text() == nullptr) {
            return false;
        }
        out.claims.emplace_back(*(*pair)[0].text(), *(*pair)[1].text());
    }
    return true;
}

bool read_plates(const encoding::Value& value, PaperToken& out) {
    const encoding::Value* plates = value.find("p");
    if (plates == nullptr || plates->array() == nullptr) return false;
    for (const encoding::Value& plate : *plates->array()) {
        if (plate.text() != nullptr) out.plates.push_back(*plate.text());
    }
    return true;
}

bool read_status(const encoding::Value& value, PaperToken& out) {
    const encoding::Value* status = value.find("s");
    if (status == nullptr || status->array() == nullptr || status->array()->size() != 2 ||
        (*status->array())[0].text() == nullptr) {
        return false;
    }
    out.list = *(*status->array())[0].text();
    out.index = (*status->array())[1].unsigned_integer().value_or(~std::uint64_t{0});
    return true;
}

}  // namespace

std::string make_paper_token(const PaperToken& content, const keys::Signer& issuer) {
    const bool permit = content.type.empty();
    encoding::Object payload{{"n", content.number}};
    if (permit) {
        encoding::Array plates;
        for (const std::string& plate : content.plates) plates.emplace_back(plate);
        payload.set("z", content.zone_id);
        payload.set("p", std::move(plates));
    } else {
        encoding::Array claims;
        for (const auto& [path, text] : content.claims)
            claims.emplace_back(encoding::Array{path, text});
        payload.set("t", content.type);
        payload.set("c", std::move(claims));
    }
    payload.set("f", content.valid_from);
    payload.set("u", content.valid_until);
    payload.set("s", encoding::Array{content.list, content.index});
    return keys::sign_jws({{"typ", permit ? permit_type : paper_type}},
                          encoding::compact_json(payload), issuer);
}

std::optional<PaperToken> read_paper_token(std::string_view token, const keys::PublicKey& issuer) {
    keys::JwsRules rules;
    rules.typ = permit_type;
    rules.bytes_max = token_bytes_max;
    auto jws = keys::parse_jws(token, rules);
    const bool permit = jws || jws.error() != keys::JoseError::unexpected_type;
    if (!permit) {
        rules.typ = paper_type;
        jws = keys::parse_jws(token, rules);
    }
    if (!jws || !keys::verify_jws(*jws, issuer)) return std::nullopt;
    const auto members = keys::payload_object(*jws);
    if (!members) return std::nullopt;
    const encoding::Value value(*members);
    PaperToken out;
    out.number = value.text_at("n");
    out.type = permit ? "" : value.text_at("t");
    out.zone_id = value.text_at("z");
    out.valid_from = value.text_at("f");
    out.valid_until = value.text_at("u");
    const bool said =
        permit ? read_plates(value, out) : !out.type.empty() && read_claims(value, out);
    if (!said || !read_status(value, out)) return std::nullopt;
    return out;
}

}  // namespace stadtbuch::credential
