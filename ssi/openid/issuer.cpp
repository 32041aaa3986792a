// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Offers, the pre-authorized grant, tokens and notifications. Records, by kind:
//   offer        offer id -> {code,case,configuration,vct,integrity,claims,disclosable,lifetime,
//                tx,grants,exp}
//   offer_state  offer id -> state text
//   code         SHA-256 of the code -> {offer,tries}
//   token        SHA-256 of the access token -> {offer,case,configuration,identifiers,jkt,exp}
//   refresh      SHA-256 of the refresh token -> {case,configuration,identifiers,jkt,client,exp}
//   proof        SHA-256 of nonce and key -> "" (replay of key proofs)
//   notice       notification id -> {case,offer}
#include "ssi/openid/issuer.hpp"

#include <algorithm>

#include "ssi/openid/issuer_grant.hpp"

namespace stadtbuch::openid {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::string_view pre_authorized_grant =
    "urn:ietf:params:oauth:grant-type:pre-authorized_code";
constexpr std::size_t form_bytes_max = 64 * 1024;

IssuerAnswer refuse(std::string_view error, IssuanceRule rule, std::string_view why) {
    return {refusal(400, error, {rule, why}), {}};
}

bool good_tx_code(std::string_view code) {
    return code.size() >= 4 && code.size() <= 12 &&
           std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
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
        {"pre_authorized", request.pre_authorized},
        {"authorization", request.authorization_code},
        {"exp", offer.expires_at}};
    if (request.with_tx_code) {
        record.set("tx", tx_code_mac(offer.id, offer.tx_code));
        record.set("tx_length", static_cast<std::uint64_t>(offer.tx_code.size()));
        record.set("tx_hint", request.tx_code_hint.substr(0, 300));
    }
    records_.put("offer", offer.id, encoding::compact_json(record), offer.expires_at);
    records_.put(
        "code", keys::digest_text(code),
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
    const Value offer = parsed_record(records_.get("offer", offer_id));
    return integer_at(offer, "exp") > now ? OfferState::offered : OfferState::expired;
}

void Issuer::cancel_offer(std::string_view offer_id) {
    const auto record = records_.get("offer", offer_id);
    if (!record) return;
    const auto offer = encoding::parse_json(*record);
    if (offer) {
        const std::string key = keys::digest_text(offer->text_at("code"));
        if (const auto code = records_.get("code", key))
            static_cast<void>(records_.compare_and_delete("code", key, *code));
        note_offer(offer_id, OfferState::expired, integer_at(*offer, "exp") + 86400);
    }
    // Tokens look for the offer: without it they are void.
    static_cast<void>(records_.compare_and_delete("offer", offer_id, *record));
}

HttpResponse Issuer::credential_offer(std::string_view offer_id, UnixSeconds now) {
    const Value offer = parsed_record(records_.get("offer", offer_id));
    if (integer_at(offer, "exp") <= now ||
        !records_.get("code", keys::digest_text(offer.text_at("code")))) {
        return refusal(404, "invalid_request",
                       {IssuanceRule::code_good, "unknown, used or expired offer"});
    }
    Object grants;
    if (flag_at(offer, "authorization"))
        grants.set("authorization_code", Object{{"issuer_state", offer_id}});
    if (flag_at(offer, "pre_authorized")) {
        Object grant{{"pre-authorized_code", offer.text_at("code")}};
        if (offer.find("tx") != nullptr) {
            Object tx_code{{"input_mode", "numeric"}, {"length", integer_at(offer, "tx_length")}};
            if (!offer.text_at("tx_hint").empty())
                tx_code.set("description", offer.text_at("tx_hint"));
            grant.set("tx_code", std::move(tx_code));
        }
        grants.set(std::string(pre_authorized_grant), std::move(grant));
    }
    return json_response(
        200, Object{{"credential_issuer", config_.identifier},
                    {"credential_configuration_ids", Array{Value(offer.text_at("configuration"))}},
                    {"grants", std::move(grants)}});
}

IssuerAnswer Issuer::token(const HttpRequest& request, UnixSeconds now) {
    if (media_type(request.content_type) != "application/x-www-form-urlencoded" ||
        request.body.size() > form_bytes_max) {
        return refuse("invalid_request", IssuanceRule::request_form, "form body expected");
    }
    const auto form = parse_form(request.body);
    if (!form) return refuse("invalid_request", IssuanceRule::request_form, "malformed form body");
    const std::string type = field_of(*form, "grant_type");
    if (type.empty())
        return refuse("invalid_request", IssuanceRule::grant_type, "grant_type missing");
    const bool pre_authorized = type == pre_authorized_grant;
    const bool code = type == "authorization_code";
    if (!pre_authorized && !code && type != "refresh_token")
        return refuse("unsupported_grant_type", IssuanceRule::grant_type,
                      "this grant is not offered here");
    if (field_of(*form, pre_authorized ? "pre-authorized_code"
                        : code         ? "code"
                                       : "refresh_token")
            .empty()) {
        return refuse("invalid_request", IssuanceRule::code_good, "the code is missing");
    }
    const auto identified = identify(request, *form, issuer_paths::token, now);
    if (const auto* refusal = std::get_if<HttpResponse>(&identified)) return {*refusal, {}};
    const Client& client = std::get<Client>(identified);
    if (pre_authorized) return redeem(*form, client, now);
    if (config_.haip && client.instance.empty()) {
        return {refusal(401, "invalid_client",
                        {IssuanceRule::wallet_needed, "wallet attestation needed"}),
                {}};
    }
    return code ? redeem_authorization(*form, client, now) : refresh(*form, client, now);
}

/// What a code is worth after all checks.
struct Issuer::Try {
    std::string offer_id;
    Value offer;
    std::string offer_record;
};

Issuer::OrRefusal<Issuer::Try> Issuer::try_code(std::string_view code, const std::string* tx_code,
                                                UnixSeconds now, std::vector<IssuerEvent>& events) {
    const auto wrong = [](IssuanceRule rule, std::string_view why) {
        return refusal(400, "invalid_grant", {rule, why});
    };
    const std::string key = keys::digest_text(code);
    auto record = records_.get("code", key);
    const Value held = parsed_record(record);
    Try out;
    out.offer_id = held.text_at("offer");
    const auto offer_record =
        out.offer_id.empty() ? std::nullopt : records_.get("offer", out.offer_id);
    out.offer = parsed_record(offer_record);
    if (!offer_record || integer_at(out.offer, "exp") <= now)
        return wrong(IssuanceRule::code_good, "wrong, used or expired code");
    out.offer_record = *offer_record;
    const bool wanted = out.offer.find("tx") != nullptr;
    if (wanted != (tx_code != nullptr)) {
        return refusal(
            400, "invalid_request",
            {IssuanceRule::transaction_code, wanted ? "tx_code missing" : "tx_code not expected"});
    }
    if (wanted) {
        // The try is used up before the comparison, so that parallel guesses cannot share one.
        const std::int64_t left = integer_at(held, "tries") - 1;
        std::string lessened =
            encoding::compact_json(Object{{"offer", out.offer_id}, {"tries", left}});
        if (left < 0 || !records_.compare_and_swap("code", key, *record, lessened,
                                                   integer_at(out.offer, "exp"))) {
            return wrong(IssuanceRule::code_good, "wrong, used or expired code");
        }
        record = std::move(lessened);
        if (!keys::constant_time_equal(view_of(tx_code_mac(out.offer_id, *tx_code)),
                                       view_of(out.offer.text_at("tx")))) {
            if (left == 0 && records_.compare_and_delete("code", key, *record)) {
                static_cast<void>(
                    records_.compare_and_delete("offer", out.offer_id, out.offer_record));
                note_offer(out.offer_id, OfferState::burnt, now + 86400);
                events.emplace_back(
                    OfferBurnt{out.offer_id, std::string(out.offer.text_at("case"))});
            }
            return wrong(IssuanceRule::transaction_code, "wrong transaction code");
        }
    }
    if (!records_.compare_and_delete("code", key, *record))
        return wrong(IssuanceRule::code_good, "code already used");
    return out;
}

IssuerAnswer Issuer::redeem(const Form& form, const Client& client, UnixSeconds now) {
    IssuerAnswer answer;
    const auto tx_code = form.find("tx_code");
    auto tried = try_code(field_of(form, "pre-authorized_code"),
                          tx_code == form.end() ? nullptr : &tx_code->second, now, answer.events);
    if (auto* refusal = std::get_if<HttpResponse>(&tried)) {
        answer.response = std::move(*refusal);
        return answer;
    }
    const Try& good = std::get<Try>(tried);
    TokenFacts facts;
    facts.offer_id = good.offer_id;
    facts.case_id = good.offer.text_at("case");
    facts.configuration_id = good.offer.text_at("configuration");
    facts.details = granted_details(form, facts.configuration_id);
    // The content has to live as long as the token.
    const UnixSeconds expires_at = now + config_.token_lifetime_s;
    if (integer_at(good.offer, "exp") < expires_at)
        records_.put("offer", good.offer_id, good.offer_record, expires_at);
    note_offer(good.offer_id, OfferState::redeemed, expires_at + 86400);
    answer.events.emplace_back(OfferRedeemed{facts.offer_id, facts.case_id});
    answer.response = give_token(std::move(facts), client, now);
    return answer;
}

Issuer::TypedCode Issuer::take_typed_code(std::string_view offer_id, std::string_view tx_code,
                                          UnixSeconds now) {
    TypedCode out;
    const Value offer = parsed_record(records_.get("offer", offer_id));
    // Only an offer with a transaction code says who is there: its link may have been seen.
    if (!flag_at(offer, "authorization") || offer.find("tx") == nullptr) return out;
    const std::string typed(tx_code);
    const auto tried = try_code(offer.text_at("code"), &typed, now, out.events);
    const Try* good = std::get_if<Try>(&tried);
    if (good == nullptr) return out;
    note_offer(good->offer_id, OfferState::redeemed, now + 86400);
    out.case_id = good->offer.text_at("case");
    out.events.emplace_back(OfferRedeemed{good->offer_id, *out.case_id});
    return out;
}

IssuerAnswer Issuer::notification(const HttpRequest& request, UnixSeconds now) {
    const auto authorized = authorize(request, issuer_paths::notification, now);
    if (const auto* refusal = std::get_if<HttpResponse>(&authorized)) return {*refusal, {}};
    const Grant& grant = std::get<Grant>(authorized);
    const auto body = encoding::parse_json(request.body, issuer_body_limits);
    if (!body || !body->is_object())
        return refuse("invalid_notification_request", IssuanceRule::notification,
                      "JSON object expected");
    const std::string_view event = body->text_at("event");
    const OfferState state = event == "credential_accepted" ? OfferState::accepted
                             : event == "credential_failure" || event == "credential_deleted"
                                 ? OfferState::failed
                                 : OfferState::unknown;
    if (state == OfferState::unknown)
        return refuse("invalid_notification_request", IssuanceRule::notification, "unknown event");
    const auto record = records_.get("notice", body->text_at("notification_id"));
    const Value notice = parsed_record(record);
    if (!record || notice.text_at("case") != grant.case_id) {
        return refuse("invalid_notification_id", IssuanceRule::notification,
                      "unknown notification_id");
    }
    if (!grant.offer_id.empty()) note_offer(grant.offer_id, state, now + 86400);
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
