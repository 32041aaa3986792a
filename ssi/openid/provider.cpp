// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Records:
//   oidc_login  SHA-256 of the session id -> {client,redirect_uri,state,nonce,challenge,exp}
//   oidc_code   SHA-256 of the code -> the same with claims, sub, auth_time
#include "ssi/openid/provider.hpp"

#include <algorithm>

#include "ssi/credential/claim_path.hpp"
#include "ssi/keys/digest_text.hpp"
#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::openid {

using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t form_bytes_max = 16 * 1024;
constexpr std::size_t text_max = 1024;

std::string text_of_field(const Form& form, std::string_view name) {
    const auto found = form.find(name);
    return found == form.end() ? std::string() : found->second;
}

Value record_of(const std::optional<std::string>& record) {
    if (!record) return Object{};
    auto parsed = encoding::parse_json(*record);
    return parsed ? std::move(parsed).value() : Value(Object{});
}

std::int64_t number_of(const Value& record, std::string_view name) {
    const Value* member = record.find(name);
    return member != nullptr ? member->integer().value_or(0) : 0;
}

bool has_word(std::string_view text, std::string_view word) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (text.substr(0, end) == word) return true;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return false;
}

/// The members of `claims` at these paths, and nothing else. Paths are names only.
Object only(const Object& claims, const std::vector<std::string>& paths) {
    Object out;
    for (const std::string& dotted : paths) {
        const Value* from = nullptr;
        const Object* level = &claims;
        std::vector<std::string> names;
        std::string_view rest = dotted;
        while (!rest.empty()) {
            const std::size_t dot = std::min(rest.find('.'), rest.size());
            names.emplace_back(rest.substr(0, dot));
            rest.remove_prefix(std::min(dot + 1, rest.size()));
        }
        for (const std::string& name : names) {
            from = level != nullptr ? level->find(name) : nullptr;
            level = from != nullptr ? from->object() : nullptr;
        }
        if (from == nullptr) continue;
        Object* to = &out;
        for (std::size_t i = 0; i + 1 < names.size(); ++i) {
            Value* next = to->find(names[i]);
            if (next == nullptr || next->object() == nullptr) next = &to->set(names[i], Object{});
            to = next->object();
        }
        to->set(names.back(), *from);
    }
    return out;
}

}  // namespace

Provider::Provider(ProviderConfig config, Records& records, keys::RandomSource& random)
    : config_(std::move(config)), records_(records), random_(random) {}

const RelyingParty* Provider::client_of(std::string_view id) const {
    const auto found = std::find_if(config_.clients.begin(), config_.clients.end(),
                                    [&](const RelyingParty& one) { return one.id == id; });
    return found == config_.clients.end() ? nullptr : &*found;
}

HttpResponse Provider::discovery() const {
    const std::string& base = config_.issuer;
    const auto at = [&](std::string_view path) { return base + std::string(path); };
    return json_response(200,
                         Object{{"issuer", base},
                                {"authorization_endpoint", at(provider_paths::authorize)},
                                {"token_endpoint", at(provider_paths::token)},
                                {"jwks_uri", at(provider_paths::jwks)},
                                {"response_types_supported", Array{"code"}},
                                {"response_modes_supported", Array{"query"}},
                                {"grant_types_supported", Array{"authorization_code"}},
                                {"subject_types_supported", Array{"pairwise"}},
                                {"id_token_signing_alg_values_supported", Array{"ES256"}},
                                {"scopes_supported", Array{"openid"}},
                                {"token_endpoint_auth_methods_supported",
                                 Array{"client_secret_basic", "client_secret_post", "none"}},
                                {"code_challenge_methods_supported", Array{"S256"}},
                                {"acr_values_supported", Array{presentation_acr}},
                                {"claims_supported", Array{"sub", "resident", "acr", "auth_time"}},
                                {"claims_parameter_supported", false},
                                {"request_parameter_supported", false},
                                {"request_uri_parameter_supported", false},
                                {"authorization_response_iss_parameter_supported", true}},
                         true);
}

std::string Provider::address(std::string_view redirect_uri, std::string_view state,
                              std::string_view name, std::string_view value) const {
    Form answer{{"iss", config_.issuer}, {std::string(name), std::string(value)}};
    if (!state.empty()) answer.emplace("state", state);
    std::string url(redirect_uri);
    url += url.find('?') == std::string::npos ? '?' : '&';
    return url + form_encode(answer);
}

std::variant<LoginRequest, LoginRefusal> Provider::begin(const Form& query, UnixSeconds now) {
    const RelyingParty* client = client_of(text_of_field(query, "client_id"));
    const std::string redirect = text_of_field(query, "redirect_uri");
    // Exact match, and no redirect before it (RFC 9700 §4.1).
    if (client == nullptr || std::find(client->redirect_uris.begin(), client->redirect_uris.end(),
                                       redirect) == client->redirect_uris.end()) {
        return LoginRefusal{};
    }
    const std::string state = text_of_field(query, "state");
    const auto refuse = [&](std::string_view error) {
        return LoginRefusal{
            address(redirect, state.size() <= text_max ? state : "", "error", error)};
    };
    const std::string nonce = text_of_field(query, "nonce");
    const std::string challenge = text_of_field(query, "code_challenge");
    if (text_of_field(query, "response_type") != "code") return refuse("unsupported_response_type");
    if (query.contains("request")) return refuse("request_not_supported");
    if (query.contains("request_uri")) return refuse("request_uri_not_supported");
    if (!has_word(text_of_field(query, "scope"), "openid")) return refuse("invalid_scope");
    // Nobody waits for the answer where we would send it.
    const std::string mode = text_of_field(query, "response_mode");
    if (!mode.empty() && mode != "query") return refuse("invalid_request");
    if (text_of_field(query, "code_challenge_method") != "S256" || challenge.size() != 43 ||
        state.size() > text_max || nonce.size() > text_max) {
        return refuse("invalid_request");
    }
    // There is no session to fall back on: each login is a presentation.
    if (has_word(text_of_field(query, "prompt"), "none")) return refuse("login_required");
    const std::string session = keys::random_token(random_, 32);
    const UnixSeconds expires_at = now + config_.session_lifetime_s;
    records_.put("oidc_login", keys::digest_text(session),
                 encoding::compact_json(Object{{"client", client->id},
                                               {"redirect_uri", redirect},
                                               {"state", state},
                                               {"nonce", nonce},
                                               {"challenge", challenge},
                                               {"exp", expires_at}}),
                 expires_at);
    return LoginRequest{session, client};
}

std::optional<LoginRequest> Provider::login(std::string_view session_id, UnixSeconds now) {
    const Value held = record_of(records_.get("oidc_login", keys::digest_text(session_id)));
    const RelyingParty* client = client_of(held.text_at("client"));
    if (client == nullptr || number_of(held, "exp") <= now) return std::nullopt;
    return LoginRequest{std::string(session_id), client};
}

std::string Provider::subject_of(const RelyingParty& client, std::string_view pseudonym) {
    if (client.sector.empty()) return keys::random_token(random_);
    const std::string whole = client.sector + '\0' + std::string(pseudonym);
    return encoding::base64url_encode(
        keys::hmac_sha256(config_.subject_secret, view_of(whole)).view());
}

std::optional<std::string> Provider::end(std::string_view session_id, const Object* claims,
                                         std::string_view error, UnixSeconds now,
                                         std::string_view pseudonym) {
    const std::string key = keys::digest_text(session_id);
    const auto record = records_.get("oidc_login", key);
    Value held = record_of(record);
    const RelyingParty* client = client_of(held.text_at("client"));
    if (client == nullptr || number_of(held, "exp") <= now ||
        !records_.compare_and_delete("oidc_login", key, *record)) {
        return std::nullopt;
    }
    const std::string redirect(held.text_at("redirect_uri"));
    const std::string state(held.text_at("state"));
    if (claims == nullptr) return address(redirect, state, "error", error);
    if (!client->sector.empty() && pseudonym.empty())
        return address(redirect, state, "error", "access_denied");
    const std::string code = keys::random_token(random_, 32);
    const UnixSeconds expires_at = now + config_.code_lifetime_s;
    held.object()->set("claims", only(*claims, client->claims));
    held.object()->set("sub", subject_of(*client, pseudonym));
    held.object()->set("auth_time", now);
    held.object()->set("exp", expires_at);
    records_.put("oidc_code", keys::digest_text(code), encoding::compact_json(held), expires_at);
    return address(redirect, state, "code", code);
}

std::optional<std::string> Provider::finish(std::string_view session_id, const Object& claims,
                                            UnixSeconds now, std::string_view pseudonym) {
    return end(session_id, &claims, "", now, pseudonym);
}

std::optional<std::string> Provider::deny(std::string_view session_id, std::string_view error,
                                          UnixSeconds now) {
    return end(session_id, nullptr, error, now);
}

const RelyingParty* Provider::authenticate(const HttpRequest& request, const Form& form) const {
    std::string id = text_of_field(form, "client_id");
    std::string secret = text_of_field(form, "client_secret");
    constexpr std::string_view basic = "Basic ";
    if (request.authorization.starts_with(basic)) {
        const auto pair = encoding::base64_decode(request.authorization.substr(basic.size()));
        const std::string text = pair ? string_of(*pair) : std::string();
        const std::size_t colon = text.find(':');
        if (colon == std::string::npos || !secret.empty()) return nullptr;
        const auto name = url_decode(text.substr(0, colon));
        const auto word = url_decode(text.substr(colon + 1));
        if (!name || !word || (!id.empty() && id != *name)) return nullptr;
        id = *name;
        secret = *word;
    }
    const RelyingParty* client = client_of(id);
    if (client == nullptr) return nullptr;
    if (client->secret_sha256.empty()) return secret.empty() ? client : nullptr;
    return keys::constant_time_equal(view_of(keys::digest_text(secret)),
                                     view_of(client->secret_sha256))
               ? client
               : nullptr;
}

std::string Provider::id_token(const Value& login, const RelyingParty& client,
                               UnixSeconds now) const {
    Object payload{{"iss", config_.issuer},
                   {"sub", login.text_at("sub")},
                   {"aud", client.id},
                   {"iat", now},
                   {"exp", now + config_.id_token_lifetime_s},
                   {"auth_time", number_of(login, "auth_time")},
                   {"acr", presentation_acr},
                   {"resident", true}};
    if (!login.text_at("nonce").empty()) payload.set("nonce", login.text_at("nonce"));
    if (const Value* claims = login.find("claims"); claims != nullptr && claims->object()) {
        for (const auto& member : *claims->object()) {
            if (!payload.contains(member.key)) payload.set(member.key, member.value);
        }
    }
    return keys::sign_jws({{"typ", "JWT"}, {"kid", config_.key_id}},
                          encoding::compact_json(payload), *config_.signer);
}

HttpResponse Provider::token(const HttpRequest& request, UnixSeconds now) {
    const auto form = media_type(request.content_type) == "application/x-www-form-urlencoded" &&
                              request.body.size() <= form_bytes_max
                          ? parse_form(request.body)
                          : std::nullopt;
    if (!form) return error_response(400, "invalid_request", "form body expected");
    if (text_of_field(*form, "grant_type") != "authorization_code")
        return error_response(400, "unsupported_grant_type", "only authorization_code");
    const RelyingParty* client = authenticate(request, *form);
    if (client == nullptr) {
        HttpResponse response = error_response(401, "invalid_client", "unknown client or secret");
        response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"token\"");
        return response;
    }
    const std::string key = keys::digest_text(text_of_field(*form, "code"));
    const auto record = records_.get("oidc_code", key);
    const Value held = record_of(record);
    const auto wrong = [](std::string_view why) {
        return error_response(400, "invalid_grant", why);
    };
    // Whoever comes first has used the code, right or wrong.
    if (!record || !records_.compare_and_delete("oidc_code", key, *record) ||
        number_of(held, "exp") <= now) {
        return wrong("wrong, used or expired code");
    }
    if (held.text_at("client") != client->id) return wrong("the code is another client's");
    if (held.text_at("redirect_uri") != text_of_field(*form, "redirect_uri"))
        return wrong("redirect_uri is not that of the request");
    const std::string verifier = text_of_field(*form, "code_verifier");
    if (verifier.size() < 43 || verifier.size() > 128 ||
        !keys::constant_time_equal(view_of(keys::digest_text(verifier)),
                                   view_of(held.text_at("challenge")))) {
        return wrong("code_verifier does not fit the challenge");
    }
    const std::string token = id_token(held, *client, now);
    if (token.empty()) return error_response(500, "server_error", "the key is not available");
    // There is no resource behind the access token: everything is in the ID token, once.
    return json_response(200, Object{{"access_token", keys::random_token(random_, 32)},
                                     {"token_type", "Bearer"},
                                     {"expires_in", config_.id_token_lifetime_s},
                                     {"id_token", token}});
}

}  // namespace stadtbuch::openid
