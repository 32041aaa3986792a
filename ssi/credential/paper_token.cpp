// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/credential/paper_token.hpp"

#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::credential {

namespace {

constexpr std::string_view token_type = "permit+jwt";
constexpr std::size_t token_bytes_max = 2048;

}  // namespace

std::string make_paper_token(const PaperToken& content, const keys::Signer& issuer) {
    encoding::Array plates;
    for (const std::string& plate : content.plates) plates.emplace_back(plate);
    const encoding::Object payload{
        {"n", content.number},      {"z", content.zone_id},
        {"p", std::move(plates)},   {"f", content.valid_from},
        {"u", content.valid_until}, {"s", encoding::Array{content.list, content.index}}};
    return keys::sign_jws({{"typ", token_type}}, encoding::compact_json(payload), issuer);
}

std::optional<PaperToken> read_paper_token(std::string_view token, const keys::PublicKey& issuer) {
    keys::JwsRules rules;
    rules.typ = token_type;
    rules.bytes_max = token_bytes_max;
    const auto jws = keys::parse_jws(token, rules);
    if (!jws || !keys::verify_jws(*jws, issuer)) return std::nullopt;
    const auto members = keys::payload_object(*jws);
    if (!members) return std::nullopt;
    const encoding::Value value(*members);
    PaperToken out;
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
    out.list = *(*status->array())[0].text();
    out.index = (*status->array())[1].unsigned_integer().value_or(~std::uint64_t{0});
    return out;
}

}  // namespace stadtbuch::credential
