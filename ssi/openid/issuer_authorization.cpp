// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The authorization code grant (credentials §1.5): pushed requests, the authorization session, code
// and refresh tokens. Records:
//   par       request id -> {client,wallet,instance,redirect_uri,state,challenge,configuration,
//             issuer_state,jkt,details,exp}
//   auth      SHA-256 of the session id -> the same
//   authcode  SHA-256 of the code -> the same with case; then {used,token,refresh}
#include <algorithm>

#include "ssi/openid/issuer_grant.hpp"

namespace stadtbuch::openid {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::string_view request_uri_prefix = "urn:ietf:params:oauth:request_uri:";
constexpr std::size_t form_bytes_max = 64 * 1024;
constexpr std::size_t text_max = 2048;
// A code that comes back is a theft (RFC 9700 §4.5): remembered as long as its tokens may live.
constexpr std::int64_t used_code_s = 3600;

bool is_loopback(std::string_view rest) {
    for (const std::string_view host : {"127.0.0.1", "localhost", "[::1]"}) {
        if (!rest.starts_with(host)) continue;
        const std::string_view after = rest.substr(host.size());
        if (after.empty() || after.front() == ':' || after.front() == '/') return true;
    }
    return false;
}

/// https, http on loopback, or an app's own scheme; no fragment; nothing that a browser executes.
bool acceptable_redirect(std::string_view uri) {
    if (uri.size() > text_max || uri.find('#') != std::string_view::npos) return false;
    if (std::any_of(uri.begin(), uri.end(), [](char c) { return c <= ' ' || c > '~'; }))
        return false;
    const std::size_t colon = uri.find(':');
    if (colon == std::string_view::npos || colon == 0) return false;
    const std::string_view scheme = uri.substr(0, colon);
    const bool good = std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    });
    if (!good || !(scheme[0] >= 'a' && scheme[0] <= 'z')) return false;
    for (const std::string_view refused :
         {"javascript", "data", "vbscript", "file", "blob", "about", "filesystem", "view-source"}) {
        if (scheme == refused) return false;
    }
    if (scheme == "https") return uri.substr(colon).starts_with("://") && uri.size() > colon + 3;
    if (scheme == "http") {
        return uri.substr(colon).starts_with("://") && is_loopback(uri.substr(colon + 3));
    }
    return true;
}

bool may_return_unattested(const std::vector<std::string>& registered, std::string_view uri) {
    return std::any_of(registered.begin(), registered.end(),
                       [&](const std::string& one) { return one == "*" || one == uri; });
}

bool is_base64url(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

bool is_unreserved(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.' || c == '~';
    });
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) out.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

AuthorizationSession session_of(std::string id, const Value& record) {
    AuthorizationSession out;
    out.id = std::move(id);
    out.client_id = record.text_at("client");
    out.wallet_name = record.text_at("wallet");
    out.configuration_id = record.text_at("configuration");
    out.issuer_state = record.text_at("issuer_state");
    out.redirect_uri = record.text_at("redirect_uri");
    out.expires_at = integer_at(record, "exp");
    return out;
}

IssuerAnswer refuse(std::string_view error, IssuanceRule rule, std::string_view why) {
    return {refusal(400, error, {rule, why}), {}};
}

}  // namespace

std::optional<Array> granted_details(const Form& form, const std::string& configuration) {
    const std::string sent = field_of(form, "authorization_details");
    if (sent.empty()) return std::nullopt;
    const auto parsed = encoding::parse_json(sent, issuer_body_limits);
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

Issuer::OrRefusal<Object> Issuer::read_authorization(const Form& form, const Client& client) const {
    const auto bad = [](IssuanceRule rule, std::string_view error, std::string_view why) {
        return refusal(400, error, {rule, why});
    };
    for (const char* name : {"request_uri", "request"}) {
        if (form.contains(name))
            return bad(IssuanceRule::authorization_request, "invalid_request",
                       "request objects are not pushed here");
    }
    if (field_of(form, "response_type") != "code")
        return bad(IssuanceRule::authorization_request, "unsupported_response_type",
                   "response_type must be code");
    if (client.id.empty() || client.id.size() > text_max)
        return bad(IssuanceRule::authorization_request, "invalid_request", "client_id missing");
    const std::string redirect = field_of(form, "redirect_uri");
    if (!acceptable_redirect(redirect))
        return bad(IssuanceRule::redirect_address, "invalid_request",
                   "redirect_uri missing or not acceptable");
    if (client.instance.empty() && !may_return_unattested(config_.unattested_redirects, redirect))
        return bad(IssuanceRule::redirect_address, "invalid_request",
                   "redirect_uri is not registered, and no wallet attestation");
    const std::string challenge = field_of(form, "code_challenge");
    if (field_of(form, "code_challenge_method") != "S256" || challenge.size() != 43 ||
        !is_base64url(challenge)) {
        return bad(IssuanceRule::pkce_challenge, "invalid_request", "PKCE with S256 is needed");
    }
    const std::string state = field_of(form, "state");
    const std::string issuer_state = field_of(form, "issuer_state");
    if (state.size() > text_max || issuer_state.size() > text_max)
        return bad(IssuanceRule::authorization_request, "invalid_request",
                   "state or issuer_state too long");
    const std::string jkt = field_of(form, "dpop_jkt");
    if (!jkt.empty() && !client.dpop.empty() && jkt != client.dpop)
        return bad(IssuanceRule::dpop_key, "invalid_dpop_proof",
                   "dpop_jkt is not the key of the DPoP proof");

    std::string configuration;
    bool details = false;
    for (const auto& type : config_.types) {
        const auto scopes = words(field_of(form, "scope"));
        const bool by_scope = std::find(scopes.begin(), scopes.end(), type.id) != scopes.end();
        const bool by_details = granted_details(form, type.id).has_value();
        if (!by_scope && !by_details) continue;
        if (!configuration.empty())
            return bad(IssuanceRule::credential_offered, "invalid_scope",
                       "one credential at a time can be asked for");
        configuration = type.id;
        details = by_details;
    }
    if (configuration.empty()) {
        return form.contains("authorization_details")
                   ? bad(IssuanceRule::credential_offered, "invalid_authorization_details",
                         "no such credential here")
                   : bad(IssuanceRule::credential_offered, "invalid_scope",
                         "no such credential here");
    }
    return Object{{"client", client.id},
                  {"wallet", client.wallet_name},
                  {"instance", client.instance},
                  {"redirect_uri", redirect},
                  {"state", state},
                  {"challenge", challenge},
                  {"configuration", configuration},
                  {"issuer_state", issuer_state},
                  {"jkt", client.dpop.empty() ? jkt : client.dpop},
                  {"details", details}};
}

HttpResponse Issuer::pushed_authorization(const HttpRequest& request, UnixSeconds now) {
    const auto form = media_type(request.content_type) == "application/x-www-form-urlencoded" &&
                              request.body.size() <= form_bytes_max
                          ? parse_form(request.body)
                          : std::nullopt;
    if (!form)
        return refusal(400, "invalid_request", {IssuanceRule::request_form, "form body expected"});
    const auto identified = identify(request, *form, issuer_paths::pushed, now);
    if (const auto* refusal = std::get_if<HttpResponse>(&identified)) return *refusal;
    const Client& client = std::get<Client>(identified);
    if (config_.haip && client.instance.empty())
        return refusal(401, "invalid_client",
                       {IssuanceRule::wallet_needed, "wallet attestation needed"});
    auto read = read_authorization(*form, client);
    if (const auto* refusal = std::get_if<HttpResponse>(&read)) return *refusal;
    Object& record = std::get<Object>(read);
    const UnixSeconds expires_at = now + config_.request_uri_lifetime_s;
    record.set("exp", expires_at);
    const std::string id = keys::random_token(random_, 32);
    records_.put("par", id, encoding::compact_json(record), expires_at);
    return json_response(201, Object{{"request_uri", std::string(request_uri_prefix) + id},
                                     {"expires_in", config_.request_uri_lifetime_s}});
}

std::optional<AuthorizationSession> Issuer::open_authorization(std::string_view client_id,
                                                               std::string_view request_uri,
                                                               UnixSeconds now) {
    if (!request_uri.starts_with(request_uri_prefix)) return std::nullopt;
    const std::string_view id = request_uri.substr(request_uri_prefix.size());
    const auto record = records_.get("par", id);
    Value held = parsed_record(record);
    if (!record || integer_at(held, "exp") <= now || held.text_at("client") != client_id)
        return std::nullopt;
    if (!records_.compare_and_delete("par", id, *record)) return std::nullopt;
    const std::string session = keys::random_token(random_, 32);
    const UnixSeconds expires_at = now + config_.session_lifetime_s;
    held.object()->set("exp", expires_at);
    records_.put("auth", keys::digest_text(session), encoding::compact_json(held), expires_at);
    return session_of(session, held);
}

std::optional<AuthorizationSession> Issuer::authorization(std::string_view session_id,
                                                          UnixSeconds now) {
    const auto record = records_.get("auth", keys::digest_text(session_id));
    const Value held = parsed_record(record);
    if (!record || integer_at(held, "exp") <= now) return std::nullopt;
    return session_of(std::string(session_id), held);
}

std::optional<std::string> Issuer::end_session(std::string_view session_id,
                                               const std::string& case_id, std::string_view error,
                                               UnixSeconds now) {
    const std::string key = keys::digest_text(session_id);
    const auto record = records_.get("auth", key);
    Value held = parsed_record(record);
    if (!record || integer_at(held, "exp") <= now ||
        !records_.compare_and_delete("auth", key, *record)) {
        return std::nullopt;
    }
    Form answer{{"iss", config_.identifier}};
    if (!held.text_at("state").empty()) answer.emplace("state", held.text_at("state"));
    if (error.empty()) {
        const std::string code = keys::random_token(random_, 32);
        const UnixSeconds expires_at = now + config_.code_lifetime_s;
        held.object()->set("case", case_id);
        held.object()->set("exp", expires_at);
        records_.put("authcode", keys::digest_text(code), encoding::compact_json(held), expires_at);
        answer.emplace("code", code);
    } else {
        answer.emplace("error", error);
    }
    std::string url(held.text_at("redirect_uri"));
    url += url.find('?') == std::string::npos ? '?' : '&';
    return url + form_encode(answer);
}

std::optional<std::string> Issuer::finish_authorization(std::string_view session_id,
                                                        const std::string& case_id,
                                                        UnixSeconds now) {
    return end_session(session_id, case_id, "", now);
}

std::optional<std::string> Issuer::deny_authorization(std::string_view session_id,
                                                      std::string_view error, UnixSeconds now) {
    return end_session(session_id, "", error, now);
}

void Issuer::revoke_tokens(const Value& used_code) {
    for (const char* kind : {"token", "refresh"}) {
        const std::string key(used_code.text_at(kind));
        if (const auto record = key.empty() ? std::nullopt : records_.get(kind, key))
            static_cast<void>(records_.compare_and_delete(kind, key, *record));
    }
}

IssuerAnswer Issuer::redeem_authorization(const Form& form, const Client& client, UnixSeconds now) {
    const std::string key = keys::digest_text(field_of(form, "code"));
    const auto record = records_.get("authcode", key);
    const Value held = parsed_record(record);
    if (flag_at(held, "used")) {
        revoke_tokens(held);
        return refuse("invalid_grant", IssuanceRule::code_good,
                      "code already used; its tokens are void");
    }
    if (!record || integer_at(held, "exp") <= now)
        return refuse("invalid_grant", IssuanceRule::code_good, "wrong, used or expired code");
    // Whoever comes first has used the code, right or wrong: there is no second guess.
    if (!records_.compare_and_swap("authcode", key, *record,
                                   encoding::compact_json(Object{{"used", true}}),
                                   now + used_code_s)) {
        return refuse("invalid_grant", IssuanceRule::code_good, "code already used");
    }
    if (field_of(form, "redirect_uri") != held.text_at("redirect_uri"))
        return refuse("invalid_grant", IssuanceRule::redirect_address,
                      "redirect_uri is not that of the request");
    if (client.id != held.text_at("client") || client.instance != held.text_at("instance"))
        return refuse("invalid_grant", IssuanceRule::same_client,
                      "the code belongs to another client");
    const std::string verifier = field_of(form, "code_verifier");
    if (verifier.size() < 43 || verifier.size() > 128 || !is_unreserved(verifier) ||
        !keys::constant_time_equal(view_of(keys::digest_text(verifier)),
                                   view_of(held.text_at("challenge")))) {
        return refuse("invalid_grant", IssuanceRule::pkce_verifier,
                      "code_verifier does not fit the challenge");
    }
    const std::string_view jkt = held.text_at("jkt");
    if (!jkt.empty() && client.dpop != jkt)
        return refuse("invalid_dpop_proof", IssuanceRule::dpop_key,
                      "the code is bound to another key");
    if (config_.haip && client.dpop.empty())
        return refuse("invalid_dpop_proof", IssuanceRule::dpop_key, "DPoP needed");
    TokenFacts facts;
    facts.case_id = held.text_at("case");
    facts.configuration_id = held.text_at("configuration");
    facts.code_key = key;
    if (flag_at(held, "details") || form.contains("authorization_details")) {
        facts.details =
            Array{Object{{"type", "openid_credential"},
                         {"credential_configuration_id", facts.configuration_id},
                         {"credential_identifiers", Array{Value(facts.configuration_id)}}}};
    }
    return {give_token(std::move(facts), client, now), {}};
}

IssuerAnswer Issuer::refresh(const Form& form, const Client& client, UnixSeconds now) {
    const std::string token = field_of(form, "refresh_token");
    const auto record = records_.get("refresh", keys::digest_text(token));
    const Value held = parsed_record(record);
    if (!record || integer_at(held, "exp") <= now)
        return refuse("invalid_grant", IssuanceRule::code_good, "unknown or expired refresh token");
    if (client.dpop != held.text_at("jkt"))
        return refuse("invalid_grant", IssuanceRule::dpop_key,
                      "the refresh token is bound to another key");
    if (client.instance != held.text_at("instance") ||
        (!client.id.empty() && client.id != held.text_at("client"))) {
        return refuse("invalid_grant", IssuanceRule::same_client,
                      "the refresh token belongs to another client");
    }
    TokenFacts facts;
    facts.case_id = held.text_at("case");
    facts.configuration_id = held.text_at("configuration");
    facts.refresh = token;
    if (flag_at(held, "identifiers")) {
        facts.details =
            Array{Object{{"type", "openid_credential"},
                         {"credential_configuration_id", facts.configuration_id},
                         {"credential_identifiers", Array{Value(facts.configuration_id)}}}};
    }
    // Moved away, revoked, deleted: nothing more comes of this token.
    if (decisions_ == nullptr ||
        decisions_->decision(facts.case_id, now).state == Decision::State::refused) {
        static_cast<void>(
            records_.compare_and_delete("refresh", keys::digest_text(token), *record));
        return refuse("invalid_grant", IssuanceRule::case_goes_on, "the case has ended");
    }
    return {give_token(std::move(facts), client, now), {}};
}

HttpResponse Issuer::give_token(TokenFacts facts, const Client& client, UnixSeconds now) {
    // Bound to a key, the wallet renews; a bearer token has to outlive the office's decision.
    const bool waits = client.dpop.empty() && facts.offer_id.empty() && decisions_ != nullptr &&
                       decisions_->decision(facts.case_id, now).state == Decision::State::pending;
    const std::int64_t lifetime = waits ? config_.deferred_lifetime_s : config_.token_lifetime_s;
    const std::string token = keys::random_token(random_, 32);
    const bool details = facts.details.has_value();
    Object record{{"offer", facts.offer_id},
                  {"case", facts.case_id},
                  {"configuration", facts.configuration_id},
                  {"identifiers", details},
                  {"jkt", client.dpop},
                  {"exp", now + lifetime}};
    records_.put("token", keys::digest_text(token), encoding::compact_json(record), now + lifetime);
    Object body{{"access_token", token},
                {"token_type", client.dpop.empty() ? "Bearer" : "DPoP"},
                {"expires_in", lifetime}};
    // FAPI 2: bound to the key, not rotated.
    if (facts.refresh.empty() && !client.dpop.empty() && decisions_ != nullptr) {
        facts.refresh = keys::random_token(random_, 32);
        const UnixSeconds until = now + config_.refresh_lifetime_s;
        records_.put("refresh", keys::digest_text(facts.refresh),
                     encoding::compact_json(Object{{"case", facts.case_id},
                                                   {"configuration", facts.configuration_id},
                                                   {"identifiers", details},
                                                   {"jkt", client.dpop},
                                                   {"client", client.id},
                                                   {"instance", client.instance},
                                                   {"exp", until}}),
                     until);
    }
    if (!facts.refresh.empty()) body.set("refresh_token", facts.refresh);
    if (!facts.code_key.empty()) {
        records_.put("authcode", facts.code_key,
                     encoding::compact_json(Object{
                         {"used", true},
                         {"token", keys::digest_text(token)},
                         {"refresh", facts.refresh.empty() ? std::string()
                                                           : keys::digest_text(facts.refresh)}}),
                     now + used_code_s);
    }
    if (facts.details) body.set("authorization_details", *std::move(facts.details));
    return json_response(200, body);
}

}  // namespace stadtbuch::openid
