// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The holder's half of OpenID4VCI.
#include "ssi/openid/holder.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::openid {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::string_view pre_authorized = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
constexpr encoding::JsonLimits limits{1024 * 1024, 32, true};

bool is_http_url(std::string_view url) {
    return url.starts_with("https://") || url.starts_with("http://");
}

}  // namespace

std::string_view to_text(HolderError error) {
    switch (error) {
        case HolderError::bad_link:
            return "the link is neither an offer nor a request";
        case HolderError::bad_offer:
            return "the offer cannot be read";
        case HolderError::unsupported_grant:
            return "the offer needs a way of authorization that this wallet does not know";
        case HolderError::bad_metadata:
            return "the issuer's metadata cannot be read or belong to another issuer";
        case HolderError::bad_request_object:
            return "the request cannot be read or is not signed correctly";
        case HolderError::untrusted_verifier:
            return "the verifier's certificate does not carry its name";
        case HolderError::unknown_transaction_data:
            return "the request contains transaction data that this wallet does not know";
        case HolderError::query_not_met:
            return "no held credential meets the query";
        case HolderError::bad_answer:
            return "the issuer's answer cannot be read";
        case HolderError::encryption_failed:
            return "the answer could not be encrypted";
    }
    return "unknown";
}

Result<OfferLink, HolderError> read_offer_link(std::string_view link) {
    const std::size_t mark = link.find('?');
    if (mark == std::string_view::npos) return Failure{HolderError::bad_link};
    const auto parameters = parse_form(link.substr(mark + 1));
    if (!parameters) return Failure{HolderError::bad_link};
    const auto by_value = parameters->find("credential_offer");
    const auto by_reference = parameters->find("credential_offer_uri");
    // Never both (credentials §1.3).
    if ((by_value != parameters->end()) == (by_reference != parameters->end()))
        return Failure{HolderError::bad_link};
    if (by_value != parameters->end()) return OfferLink{"", by_value->second};
    if (!is_http_url(by_reference->second)) return Failure{HolderError::bad_link};
    return OfferLink{by_reference->second, ""};
}

Result<Offer, HolderError> read_offer(std::string_view json) {
    const auto body = encoding::parse_json(json, limits);
    if (!body || !body->is_object()) return Failure{HolderError::bad_offer};
    Offer offer;
    offer.issuer = body->text_at("credential_issuer");
    const Value* ids = body->find("credential_configuration_ids");
    if (!is_http_url(offer.issuer) || ids == nullptr || !ids->is_array() || ids->array()->empty()) {
        return Failure{HolderError::bad_offer};
    }
    for (const Value& id : *ids->array()) {
        if (!id.is_text()) return Failure{HolderError::bad_offer};
        offer.configuration_ids.push_back(*id.text());
    }
    const Value* grants = body->find("grants");
    const Value* grant = grants != nullptr ? grants->find(pre_authorized) : nullptr;
    if (grant == nullptr) return Failure{HolderError::unsupported_grant};
    offer.pre_authorized_code = grant->text_at("pre-authorized_code");
    if (offer.pre_authorized_code.empty()) return Failure{HolderError::bad_offer};
    // A present but empty object still means that a code is required.
    if (const Value* tx_code = grant->find("tx_code")) {
        offer.needs_tx_code = true;
        offer.tx_code_hint = tx_code->text_at("description");
    }
    return offer;
}

std::string well_known_url(std::string_view identifier, std::string_view suffix) {
    if (!is_http_url(identifier)) return {};
    const std::size_t host = identifier.find("://") + 3;
    const std::size_t slash = identifier.find('/', host);
    std::string_view path =
        slash == std::string_view::npos ? std::string_view() : identifier.substr(slash);
    if (path.ends_with('/')) path.remove_suffix(1);
    return std::string(identifier.substr(0, slash)) + "/.well-known/" + std::string(suffix) +
           std::string(path);
}

Result<IssuerInfo, HolderError> read_issuer_metadata(std::string_view json,
                                                     std::string_view issuer) {
    const auto body = encoding::parse_json(json, limits);
    if (!body || !body->is_object() || body->text_at("credential_issuer") != issuer) {
        return Failure{HolderError::bad_metadata};
    }
    IssuerInfo info;
    info.issuer = issuer;
    info.credential_endpoint = body->text_at("credential_endpoint");
    info.nonce_endpoint = body->text_at("nonce_endpoint");
    info.notification_endpoint = body->text_at("notification_endpoint");
    info.authorization_server = issuer;
    if (const Value* servers = body->find("authorization_servers")) {
        if (!servers->is_array() || servers->array()->empty() ||
            !servers->array()->front().is_text()) {
            return Failure{HolderError::bad_metadata};
        }
        info.authorization_server = *servers->array()->front().text();
    }
    const Value* configurations = body->find("credential_configurations_supported");
    if (!is_http_url(info.credential_endpoint) || configurations == nullptr ||
        !configurations->is_object()) {
        return Failure{HolderError::bad_metadata};
    }
    info.configurations = *configurations->object();
    return info;
}

Result<void, HolderError> read_server_metadata(std::string_view json, IssuerInfo& info) {
    const auto body = encoding::parse_json(json, limits);
    if (!body || body->text_at("issuer") != info.authorization_server ||
        !is_http_url(body->text_at("token_endpoint"))) {
        return Failure{HolderError::bad_metadata};
    }
    info.token_endpoint = body->text_at("token_endpoint");
    return {};
}

std::string token_request(const Offer& offer, std::string_view tx_code) {
    Form form{{"grant_type", std::string(pre_authorized)},
              {"pre-authorized_code", offer.pre_authorized_code}};
    if (offer.needs_tx_code) form.emplace("tx_code", tx_code);
    return form_encode(form);
}

Result<std::string, HolderError> read_access_token(std::string_view json) {
    const auto body = encoding::parse_json(json, limits);
    if (!body || body->text_at("access_token").empty()) return Failure{HolderError::bad_answer};
    const std::string_view type = body->text_at("token_type");
    if (type != "Bearer" && type != "bearer") return Failure{HolderError::bad_answer};
    return std::string(body->text_at("access_token"));
}

std::string make_proof(const keys::Signer& key, const keys::PublicKey& public_key,
                       std::string_view issuer, std::string_view nonce, UnixSeconds now) {
    const Object header{{"typ", "openid4vci-proof+jwt"}, {"jwk", keys::jwk_of(public_key)}};
    const Object payload{{"aud", issuer}, {"iat", now}, {"nonce", nonce}};
    return keys::sign_jws(header, encoding::compact_json(payload), key);
}

std::string credential_request(std::string_view configuration_id,
                               const std::vector<std::string>& proofs) {
    Array list;
    for (const std::string& proof : proofs) list.emplace_back(proof);
    return encoding::compact_json(Object{{"credential_configuration_id", configuration_id},
                                         {"proofs", Object{{"jwt", std::move(list)}}}});
}

Result<ReceivedCredentials, HolderError> read_credential_response(std::string_view json) {
    const auto body = encoding::parse_json(json, limits);
    const Value* list = body ? body->find("credentials") : nullptr;
    if (list == nullptr || !list->is_array() || list->array()->empty())
        return Failure{HolderError::bad_answer};
    ReceivedCredentials received;
    for (const Value& item : *list->array()) {
        const std::string_view compact = item.text_at("credential");
        if (compact.empty()) return Failure{HolderError::bad_answer};
        received.credentials.emplace_back(compact);
    }
    received.notification_id = body->text_at("notification_id");
    return received;
}

}  // namespace stadtbuch::openid
