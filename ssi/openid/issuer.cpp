// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Offers, the token endpoint and notifications. Records, by kind:
//   offer        offer id ->
//   {code,case,configuration,vct,integrity,claims,disclosable,lifetime,tx,exp} offer_state  offer
//   id -> state text code         SHA-256 of the code -> {offer,tries} token        SHA-256 of the
//   access token -> {offer,case,configuration,identifiers,exp} proof        SHA-256 of nonce and
//   key -> "" (replay of key proofs) notice       notification id -> {case,offer}
#include "ssi/openid/issuer.hpp"

#include <algorithm>

#include "ssi/openid/issuer_grant.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::openid {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::string_view grant_type = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
constexpr std::size_t form_bytes_max = 64 * 1024;
constexpr encoding::JsonLimits body_limits{64 * 1024, 16, true};

std::string digest_of(std::string_view text) {
    return encoding::base64url_encode(hash::sha256(text).view());
}

std::int64_t integer_at(const Value& value, std::string_view name) {
    const Value* member = value.find(name);
    return member != nullptr ? member->integer().value_or(0) : 0;
}

IssuerAnswer refuse(int status, std::string_view error, std::string_view description) {
    return {error_response(status, error, description), {}};
}

bool good_tx_code(std::string_view code) {
    return code.size() >= 4 && code.size() <= 12 &&
           std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// authorization_details of the token request that name our configuration (credentials §1.5);
/// answered with credential_identifiers.
std::optional<Array> granted_details(const Form& form, const std::string& configuration) {
    const auto sent = form.find("authorization_details");
    if (sent == form.end()) return std::nullopt;
    const auto parsed = encoding::parse_json(sent->second, body_limits);
    if (!parsed || !parsed->is_array()) return std::nullopt;
    for (const Value& detail : *parsed->array()) {
        if (detail.text_at("type") != "openid_credential" ||
            detail.text_at("credential_configuration_id") != configuration) {
            continue;
        }
        return Array{Object{{"type", "openid_credential"},
                            {"credential_configuration_id", configuration},
                            {"credential_identifiers", Array{Value(configuration)}}}};
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(OfferState state) {
    switch (state) {
        case OfferState::unknown:
            return "unknown";
        case OfferState::offered:
            return "offered";
        case OfferState::redeemed:
            return "redeemed";
        case OfferState::issued:
            return "issued";
        case OfferState::accepted:
            return "accepted";
        case OfferState::failed:
            return "failed";
        case OfferState::burnt:
            return "burnt";
        case OfferState::expired:
            return "expired";
    }
    return "unknown";
}

Issuer::Issuer(IssuerConfig config, Records& records, StatusAllocator& status,
               keys::RandomSource& random)
    : config_(std::move(config)), records_(records), status_(status), random_(random) {}

const credential::CredentialType* Issuer::type_of(std::string_view configuration_id) const {
    const auto found = std::find_if(config_.types.begin(), config_.types.end(),
                                    [&](const auto& type) { return type.id == configuration_id; });
    return found == config_.types.end() ? nullptr : &*found;
}

void Issuer::note_offer(std::string_view offer_id, OfferState state, UnixSeconds expires_at) {
    records_.put("offer_state", offer_id, std::string(to_text(state)), expires_at);
}

std::string Issuer::tx_code_mac(std::string_view offer_id, std::string_view tx_code) const {
    const std::string text = "tx:" + std::string(offer_id) + ':' + std::string(tx_code);
    return encoding::base64url_encode(
        keys::hmac_sha256(config_.nonce_secret, view_of(text)).view());
}

std::optional<CreatedOffer> Issuer::create_offer(const OfferRequest& request, UnixSeconds now) {
    if (type_of(request.configuration_id) == nullptr) return std::nullopt;
    CreatedOffer offer;
    offer.id = keys::random_token(random_);
    offer.expires_at = now + request.lifetime_s.value_or(config_.offer_lifetime_s);
    if (request.with_tx_code) {
        offer.tx_code =
            request.tx_code.empty()
                ? keys::random_digits(random_, static_cast<std::size_t>(config_.tx_code_digits))
                : request.tx_code;
        if (!good_tx_code(offer.tx_code)) return std::nullopt;
    }
    const std::string code = keys::random_token(random_);
    Array disclosable;
    for (const auto& path : request.content.disclosable)
        disclosable.emplace_back(credential::path_to_value(path));
    Object record{
        {"code", code},
        {"case", request.case_id},
        {"configuration", request.configuration_id},
        {"vct", request.content.vct},
        {"integrity", request.content.vct_integrity},
        {"claims", request.content.claims},
        {"disclosable", std::move(disclosable)},
        {"lifetime", request.credential_lifetime_s.value_or(config_.credential_lifetime_s)},
        {"exp", offer.expires_at}};
    if (request.with_tx_code) {
        record.set("tx", tx_code_mac(offer.id, offer.tx_code));
        record.set("tx_length", static_cast<std::uint64_t>(offer.tx_code.size()));
        record.set("tx_hint", request.tx_code_hint.substr(0, 300));
    }
    records_.put("offer", offer.id, encoding::compact_json(record), offer.expires_at);
    records_.put(
        "code", digest_of(code),
        encoding::compact_json(Object{{"offer", offer.id}, {"tries", config_.tx_code_tries}}),
        offer.expires_at);
    note_offer(offer.id, OfferState::offered, offer.expires_at + 86400);
    offer.uri = config_.identifier + std::string(issuer_paths::offer) + offer.id;
    offer.link = "openid-credential-offer://?credential_offer_uri=" + url_encode(offer.uri);
    return offer;
}

OfferState Issuer::offer_state(std::string_view offer_id, UnixSeconds now) {
    const auto text = records_.get("offer_state", offer_id);
    if (!text) return OfferState::unknown;
    for (const OfferState state : {OfferState::redeemed, OfferState::issued, OfferState::accepted,
                                   OfferState::failed, OfferState::burnt, OfferState::expired}) {
        if (*text == to_text(state)) return state;
    }
    const auto record = records_.get("offer", offer_id);
    const auto offer = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    return offer && integer_at(*offer, "exp") > now ? OfferState::offered : OfferState::expired;
}

void Issuer::cancel_offer(std::string_view offer_id) {
    const auto record = records_.get("offer", offer_id);
    if (!record) return;
    const auto offer = encoding::parse_json(*record);
    if (offer) {
        const std::string key = digest_of(offer->text_at("code"));
        if (const auto code = records_.get("code", key))
            static_cast<void>(records_.compare_and_delete("code", key, *code));
        note_offer(offer_id, OfferState::expired, integer_at(*offer, "exp") + 86400);
    }
    // Tokens look for the offer: without it they are void.
    static_cast<void>(records_.compare_and_delete("offer", offer_id, *record));
}

HttpResponse Issuer::credential_offer(std::string_view offer_id, UnixSeconds now) {
    const auto record = records_.get("offer", offer_id);
    const auto offer = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    if (!offer || integer_at(*offer, "exp") <= now ||
        !records_.get("code", digest_of(offer->text_at("code")))) {
        return error_response(404, "invalid_request", "unknown, used or expired offer");
    }
    Object grant{{"pre-authorized_code", offer->text_at("code")}};
    if (offer->find("tx") != nullptr) {
        Object tx_code{{"input_mode", "numeric"}, {"length", integer_at(*offer, "tx_length")}};
        if (!offer->text_at("tx_hint").empty())
            tx_code.set("description", offer->text_at("tx_hint"));
        grant.set("tx_code", std::move(tx_code));
    }
    return json_response(
        200, Object{{"credential_issuer", config_.identifier},
                    {"credential_configuration_ids", Array{Value(offer->text_at("configuration"))}},
                    {"grants", Object{{std::string(grant_type), std::move(grant)}}}});
}

IssuerAnswer Issuer::token(const HttpRequest& request, UnixSeconds now) {
    if (media_type(request.content_type) != "application/x-www-form-urlencoded" ||
        request.body.size() > form_bytes_max) {
        return refuse(400, "invalid_request", "form body expected");
    }
    const auto form = parse_form(request.body);
    if (!form) return refuse(400, "invalid_request", "malformed form body");
    const auto type = form->find("grant_type");
    if (type == form->end()) return refuse(400, "invalid_request", "grant_type missing");
    if (type->second != grant_type)
        return refuse(400, "unsupported_grant_type", "only the pre-authorized code grant");
    const auto code = form->find("pre-authorized_code");
    if (code == form->end() || code->second.empty())
        return refuse(400, "invalid_request", "pre-authorized_code missing");
    return redeem(*form, code->second, now);
}

IssuerAnswer Issuer::redeem(const Form& form, std::string_view code, UnixSeconds now) {
    const std::string key = digest_of(code);
    auto record = records_.get("code", key);
    const auto parsed = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    const std::string offer_id(parsed ? parsed->text_at("offer") : std::string_view());
    const auto offer_record = offer_id.empty() ? std::nullopt : records_.get("offer", offer_id);
    const auto offer =
        offer_record ? encoding::parse_json(*offer_record) : encoding::parse_json("{}");
    if (!offer_record || !offer || integer_at(*offer, "exp") <= now) {
        return refuse(400, "invalid_grant", "wrong, used or expired code");
    }
    const bool wanted = offer->find("tx") != nullptr;
    const auto tx_code = form.find("tx_code");
    if (wanted != (tx_code != form.end())) {
        return refuse(400, "invalid_request", wanted ? "tx_code missing" : "tx_code not expected");
    }
    if (wanted) {
        // The try is used up before the comparison, so that parallel guesses cannot share one.
        const std::int64_t left = integer_at(*parsed, "tries") - 1;
        std::string lessened = encoding::compact_json(Object{{"offer", offer_id}, {"tries", left}});
        if (left < 0 ||
            !records_.compare_and_swap("code", key, *record, lessened, integer_at(*offer, "exp"))) {
            return refuse(400, "invalid_grant", "wrong, used or expired code");
        }
        record = std::move(lessened);
        if (!keys::constant_time_equal(view_of(tx_code_mac(offer_id, tx_code->second)),
                                       view_of(offer->text_at("tx")))) {
            IssuerAnswer answer = refuse(400, "invalid_grant", "wrong transaction code");
            if (left == 0 && records_.compare_and_delete("code", key, *record)) {
                static_cast<void>(records_.compare_and_delete("offer", offer_id, *offer_record));
                note_offer(offer_id, OfferState::burnt, now + 86400);
                answer.events.emplace_back(
                    OfferBurnt{offer_id, std::string(offer->text_at("case"))});
            }
            return answer;
        }
    }
    if (!records_.compare_and_delete("code", key, *record))
        return refuse(400, "invalid_grant", "code already used");
    return grant_token(offer_id, *offer, form, now);
}

IssuerAnswer Issuer::grant_token(const std::string& offer_id, const Value& offer, const Form& form,
                                 UnixSeconds now) {
    const std::string token = keys::random_token(random_, 32);
    const std::string configuration(offer.text_at("configuration"));
    const auto details = granted_details(form, configuration);
    const UnixSeconds expires_at = now + config_.token_lifetime_s;
    records_.put("token", digest_of(token),
                 encoding::compact_json(Object{{"offer", offer_id},
                                               {"case", offer.text_at("case")},
                                               {"configuration", configuration},
                                               {"identifiers", details.has_value()},
                                               {"exp", expires_at}}),
                 expires_at);
    // The content has to live as long as the token.
    records_.put("offer", offer_id, encoding::compact_json(offer),
                 std::max(expires_at, integer_at(offer, "exp")));
    note_offer(offer_id, OfferState::redeemed, expires_at + 86400);
    Object body{{"access_token", token},
                {"token_type", "Bearer"},
                {"expires_in", config_.token_lifetime_s}};
    if (details) body.set("authorization_details", *details);
    return {json_response(200, body),
            {OfferRedeemed{offer_id, std::string(offer.text_at("case"))}}};
}

std::variant<Issuer::Grant, HttpResponse> Issuer::authorize(const HttpRequest& request,
                                                            UnixSeconds now) {
    constexpr std::string_view scheme = "bearer ";
    std::string_view header = request.authorization;
    const bool bearer =
        header.size() > scheme.size() &&
        std::equal(scheme.begin(), scheme.end(), header.begin(),
                   [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
    const auto unauthorized = [](const char* challenge) {
        HttpResponse response =
            error_response(401, "invalid_token", "missing, unknown or expired access token");
        response.headers.emplace_back("WWW-Authenticate", challenge);
        return response;
    };
    if (!bearer) return unauthorized("Bearer");
    header.remove_prefix(scheme.size());
    const auto record = records_.get("token", digest_of(header));
    const auto token = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    if (!token || integer_at(*token, "exp") <= now)
        return unauthorized("Bearer error=\"invalid_token\"");
    Grant grant;
    grant.offer_id = token->text_at("offer");
    grant.case_id = token->text_at("case");
    grant.configuration_id = token->text_at("configuration");
    const Value* identifiers = token->find("identifiers");
    grant.by_identifier = identifiers != nullptr && identifiers->boolean().value_or(false);
    grant.expires_at = integer_at(*token, "exp");
    return grant;
}

IssuerAnswer Issuer::notification(const HttpRequest& request, UnixSeconds now) {
    const auto authorized = authorize(request, now);
    if (const auto* refusal = std::get_if<HttpResponse>(&authorized)) return {*refusal, {}};
    const Grant& grant = std::get<Grant>(authorized);
    const auto body = encoding::parse_json(request.body, body_limits);
    if (!body || !body->is_object())
        return refuse(400, "invalid_notification_request", "JSON object expected");
    const std::string_view event = body->text_at("event");
    const OfferState state = event == "credential_accepted" ? OfferState::accepted
                             : event == "credential_failure" || event == "credential_deleted"
                                 ? OfferState::failed
                                 : OfferState::unknown;
    if (state == OfferState::unknown)
        return refuse(400, "invalid_notification_request", "unknown event");
    const auto record = records_.get("notice", body->text_at("notification_id"));
    const auto notice = record ? encoding::parse_json(*record) : encoding::parse_json("{}");
    if (!record || !notice || notice->text_at("offer") != grant.offer_id) {
        return refuse(400, "invalid_notification_id", "unknown notification_id");
    }
    note_offer(grant.offer_id, state, now + 86400);
    if (state == OfferState::accepted) {
        // credentials §9: case data are kept until the credential has been accepted, and no longer.
        if (const auto offer = records_.get("offer", grant.offer_id)) {
            static_cast<void>(records_.compare_and_delete("offer", grant.offer_id, *offer));
        }
    }
    HttpResponse response;
    response.status = 204;
    return {response, {WalletNotified{grant.case_id, std::string(event)}}};
}

}  // namespace stadtbuch::openid
