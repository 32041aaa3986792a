// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/openid/identity_client.hpp"

#include <algorithm>

#include "ssi/credential/claim_path.hpp"
#include "ssi/keys/jose.hpp"
#include "storage/encoding/json.hpp"
#include "storage/encoding/text.hpp"
#include "storage/hash/hash.hpp"

namespace stadtbuch::openid {

using credential::Trace;
using encoding::Array;
using encoding::Object;
using encoding::Value;

namespace {

constexpr encoding::JsonLimits document_limits{256 * 1024, 16, true};
constexpr std::size_t keys_max = 32;
constexpr std::size_t id_token_bytes_max = 64 * 1024;
constexpr std::size_t code_bytes_max = 4096;
constexpr std::size_t text_bytes_max = 200;
constexpr UnixSeconds clock_skew_s = 60;
/// A token of the code flow was made a moment ago.
constexpr UnixSeconds token_age_max_s = 600;
constexpr UnixSeconds assertion_lifetime_s = 60;

const keys::JwsRules token_rules{
    "", {"RS256", "PS256", "ES256", "EdDSA", "Ed25519"}, id_token_bytes_max};

bool on_this_machine(std::string_view url) {
    for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"}) {
        if (!url.starts_with(host)) continue;
        const std::string_view rest = url.substr(host.size());
        return rest.empty() || rest[0] == ':' || rest[0] == '/';
    }
    return false;
}

bool lists(const Value& document, std::string_view name, std::string_view word) {
    const Value* list = document.find(name);
    const Array* entries = list != nullptr ? list->array() : nullptr;
    return entries != nullptr && std::any_of(entries->begin(), entries->end(), [&](const Value& v) {
               return v.text() != nullptr && *v.text() == word;
           });
}

/// Absent lists mean what the specification says that they default to.
bool lists_or(const Value& document, std::string_view name, std::string_view word, bool fallback) {
    return document.find(name) == nullptr ? fallback : lists(document, name, word);
}

std::string with_query(std::string_view endpoint, const Form& form) {
    std::string url(endpoint);
    url += url.find('?') == std::string::npos ? '?' : '&';
    return url + form_encode(form);
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

std::optional<ProviderKeys::Key> read_key(const Value& jwk) {
    if (!jwk.text_at("use").empty() && jwk.text_at("use") != "sig") return std::nullopt;
    const auto made = [&](auto key) {
        return ProviderKeys::Key{std::string(jwk.text_at("kid")), std::string(jwk.text_at("alg")),
                                 std::move(key)};
    };
    if (jwk.text_at("kty") == "RSA") {
        auto key = keys::RsaPublicKey::from_jwk(jwk);
        return key ? std::optional(made(std::move(key).value())) : std::nullopt;
    }
    auto key = keys::public_key_from_jwk(jwk);
    return key ? std::optional(made(std::move(key).value())) : std::nullopt;
}

/// Any key when the token names none; else the one that it names.
bool may_have_signed(const ProviderKeys::Key& key, const keys::Jws& token) {
    const Value* kid = token.header.find("kid");
    const std::string* name = kid != nullptr ? kid->text() : nullptr;
    if (kid != nullptr && (name == nullptr || *name != key.id)) return false;
    if (!key.algorithm.empty() && key.algorithm != token.algorithm) return false;
    if (const auto* plain = std::get_if<keys::PublicKey>(&key.key))
        return keys::algorithm_fits(token.algorithm, *plain);
    return token.algorithm == "RS256" || token.algorithm == "PS256";
}

bool has_signed(const ProviderKeys::Key& key, const keys::Jws& token) {
    if (!may_have_signed(key, token)) return false;
    if (const auto* rsa = std::get_if<keys::RsaPublicKey>(&key.key))
        return rsa->verify(token.algorithm, view_of(token.signing_input), token.signature);
    return keys::verify_jws(token, std::get<keys::PublicKey>(key.key)).has_value();
}

std::optional<UnixSeconds> time_at(const Object& claims, std::string_view name) {
    const Value* member = claims.find(name);
    if (member == nullptr) return std::nullopt;
    if (const auto real = member->real(); member->is_real() && real && *real > 0 && *real < 1e12)
        return static_cast<UnixSeconds>(*real);
    return member->integer();
}

std::string text_in(const Object& claims, std::string_view name) {
    const Value* member = claims.find(name);
    const std::string* text = member != nullptr ? member->text() : nullptr;
    return text != nullptr ? *text : std::string();
}

}  // namespace

bool is_provider_url(std::string_view url) {
    const bool plain =
        std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 127; });
    return plain && url.size() <= 2048 && url.find('#') == std::string_view::npos &&
           url.find('@') == std::string_view::npos &&
           ((url.starts_with("https://") && url.size() > 8) || on_this_machine(url));
}

std::optional<IdentityProviderMetadata> read_provider_metadata(std::string_view json,
                                                               std::string_view issuer) {
    const auto document = encoding::parse_json(json, document_limits);
    if (!document || document->text_at("issuer") != issuer) return std::nullopt;
    IdentityProviderMetadata out;
    out.authorization_endpoint = document->text_at("authorization_endpoint");
    out.token_endpoint = document->text_at("token_endpoint");
    out.jwks_uri = document->text_at("jwks_uri");
    out.userinfo_endpoint = document->text_at("userinfo_endpoint");
    const bool local = on_this_machine(issuer);
    for (const std::string* url : {&out.authorization_endpoint, &out.token_endpoint, &out.jwks_uri,
                                   &out.userinfo_endpoint}) {
        if (url->empty() && url == &out.userinfo_endpoint) continue;
        if (!is_provider_url(*url) || (on_this_machine(*url) && !local)) return std::nullopt;
    }
    // A provider that says which methods it has must have S256; many leave the list out.
    if (!lists(*document, "response_types_supported", "code") ||
        !lists_or(*document, "code_challenge_methods_supported", "S256", true)) {
        return std::nullopt;
    }
    const Value* named = document->find("authorization_response_iss_parameter_supported");
    out.names_itself = named != nullptr && named->boolean().value_or(false);
    constexpr std::string_view methods = "token_endpoint_auth_methods_supported";
    out.takes_client_secret = lists_or(*document, methods, "client_secret_basic", true);
    out.takes_client_jwt = lists(*document, methods, "private_key_jwt");
    return out;
}

std::optional<ProviderKeys> read_provider_keys(std::string_view json) {
    const auto document = encoding::parse_json(json, document_limits);
    const Value* list = document ? document->find("keys") : nullptr;
    const Array* entries = list != nullptr ? list->array() : nullptr;
    if (entries == nullptr) return std::nullopt;
    ProviderKeys out;
    for (const Value& jwk : *entries) {
        if (out.keys.size() == keys_max) break;
        if (auto key = read_key(jwk)) out.keys.push_back(*std::move(key));
    }
    return out;
}

BegunLogin IdentityClient::begin(const IdentityProviderMetadata& metadata,
                                 keys::RandomSource& random) const {
    BegunLogin out;
    out.state = keys::random_token(random, 32);
    out.nonce = keys::random_token(random, 32);
    out.verifier = keys::random_token(random, 32);
    std::vector<std::string> scopes{"openid"};
    for (const std::string& scope : config_.scopes) {
        if (scope != "openid") scopes.push_back(scope);
    }
    Form query{{"response_type", "code"},
               {"client_id", config_.client_id},
               {"redirect_uri", config_.redirect_uri},
               {"scope", joined(scopes)},
               {"state", out.state},
               {"nonce", out.nonce},
               {"code_challenge",
                encoding::base64url_encode(hash::sha256(std::string_view(out.verifier)).view())},
               {"code_challenge_method", "S256"}};
    if (!config_.acr.empty()) query.emplace("acr_values", joined(config_.acr));
    if (config_.max_age_s > 0) query.emplace("max_age", std::to_string(config_.max_age_s));
    out.url = with_query(metadata.authorization_endpoint, query);
    return out;
}

std::optional<std::string> IdentityClient::code_of(const Form& answer,
                                                   const IdentityProviderMetadata& metadata,
                                                   Trace& trace) const {
    const auto iss = answer.find("iss");
    const bool named = iss != answer.end();
    // Checked before anything else: an error, too, may be another provider's (RFC 9207 §2.4).
    if ((named && iss->second != config_.issuer) || (!named && metadata.names_itself)) {
        check(trace, false, LoginRule::response, "iss", named ? "another issuer" : "missing");
        return std::nullopt;
    }
    const auto code = answer.find("code");
    if (answer.contains("error")) {
        const bool denied = answer.find("error")->second == "access_denied";
        check(trace, false, LoginRule::response, "error", denied ? "access_denied" : "");
        return std::nullopt;
    }
    const bool good =
        code != answer.end() && !code->second.empty() && code->second.size() <= code_bytes_max;
    if (!check(trace, good, LoginRule::response, "code")) return std::nullopt;
    return code->second;
}

TokenCall IdentityClient::token_call(std::string_view code, std::string_view verifier,
                                     keys::RandomSource& random, UnixSeconds now) const {
    Form form{{"grant_type", "authorization_code"},
              {"code", std::string(code)},
              {"redirect_uri", config_.redirect_uri},
              {"code_verifier", std::string(verifier)}};
    TokenCall out;
    if (config_.signer != nullptr) {
        const Object assertion{{"iss", config_.client_id},
                               {"sub", config_.client_id},
                               {"aud", config_.issuer},
                               {"jti", keys::random_token(random)},
                               {"iat", now},
                               {"exp", now + assertion_lifetime_s}};
        Object header{{"typ", "JWT"}};
        if (!config_.key_id.empty()) header.set("kid", config_.key_id);
        form.emplace("client_id", config_.client_id);
        form.emplace("client_assertion_type",
                     "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        form.emplace("client_assertion",
                     keys::sign_jws(header, encoding::compact_json(assertion), *config_.signer));
    } else {
        // RFC 6749 §2.3.1: both are form-encoded before they are put together.
        const std::string pair =
            url_encode(config_.client_id) + ":" + url_encode(config_.client_secret);
        out.authorization = "Basic " + encoding::base64_encode(view_of(pair));
    }
    out.body = form_encode(form);
    return out;
}

bool IdentityClient::wants_other_keys(std::string_view id_token, const ProviderKeys& keys) {
    const auto token = keys::parse_jws(id_token, token_rules);
    return token && std::none_of(keys.keys.begin(), keys.keys.end(),
                                 [&](const auto& key) { return has_signed(key, *token); });
}

bool IdentityClient::meant_for_us(const Object& claims, Trace& trace) const {
    const Value* audience = claims.find("aud");
    const Array* several = audience != nullptr ? audience->array() : nullptr;
    // Others in the list would be others whom we trust, and there are none (Core §3.1.3.7).
    const Value* only = several == nullptr     ? audience
                        : several->size() == 1 ? &several->front()
                                               : nullptr;
    const bool ours =
        only != nullptr && only->text() != nullptr && *only->text() == config_.client_id;
    if (!ours) return check(trace, false, LoginRule::audience, "aud");
    const bool party = !claims.contains("azp") || text_in(claims, "azp") == config_.client_id;
    return check(trace, party, LoginRule::audience, party ? "aud" : "azp");
}

bool IdentityClient::times_hold(const Object& claims, UnixSeconds now, Trace& trace) const {
    const auto expires = time_at(claims, "exp");
    const auto issued = time_at(claims, "iat");
    const auto proved = time_at(claims, "auth_time");
    if (!expires || *expires + clock_skew_s <= now)
        return check(trace, false, LoginRule::time, "exp");
    if (!issued || *issued > now + clock_skew_s || *issued + token_age_max_s < now)
        return check(trace, false, LoginRule::time, "iat");
    const bool fresh = proved && *proved <= now + clock_skew_s &&
                       *proved + config_.max_age_s + clock_skew_s >= now;
    const bool good = config_.max_age_s == 0 || fresh;
    return check(trace, good, LoginRule::time, good ? "exp" : "auth_time");
}

std::optional<IdentityToken> IdentityClient::id_token(std::string_view compact,
                                                      const ProviderKeys& keys,
                                                      std::string_view nonce, UnixSeconds now,
                                                      Trace& trace) const {
    const auto token = keys::parse_jws(compact, token_rules);
    if (!check(trace, token.has_value(), LoginRule::token_form, "id_token",
               token ? std::string_view() : keys::to_text(token.error()))) {
        return std::nullopt;
    }
    const bool genuine = std::any_of(keys.keys.begin(), keys.keys.end(),
                                     [&](const auto& key) { return has_signed(key, *token); });
    auto claims = keys::payload_object(*token);
    if (!check(trace, genuine && claims, LoginRule::signature, "id_token")) return std::nullopt;
    const std::string subject = text_in(*claims, "sub");
    const std::string reached = text_in(*claims, "acr");
    const bool assured = config_.acr.empty() || std::find(config_.acr.begin(), config_.acr.end(),
                                                          reached) != config_.acr.end();
    const bool good =
        check(trace, text_in(*claims, "iss") == config_.issuer, LoginRule::issuer, "iss") &&
        meant_for_us(*claims, trace) && times_hold(*claims, now, trace) &&
        check(trace, !nonce.empty() && text_in(*claims, "nonce") == nonce, LoginRule::nonce,
              "nonce") &&
        check(trace, assured, LoginRule::assurance, "acr");
    if (!good) return std::nullopt;
    // A token without subject names nobody (Core §2).
    if (subject.empty() || subject.size() > 255) {
        check(trace, false, LoginRule::same_person, "sub");
        return std::nullopt;
    }
    return IdentityToken{subject, std::move(claims).value()};
}

bool IdentityClient::add_userinfo(IdentityToken& token, std::string_view json, Trace& trace) {
    auto parsed = encoding::parse_json(json, document_limits);
    const bool good = parsed && parsed->object() && parsed->text_at("sub") == token.subject;
    if (!check(trace, good, LoginRule::same_person, "sub")) return false;
    for (const auto& member : *parsed->object()) {
        if (!token.claims.contains(member.key)) token.claims.set(member.key, member.value);
    }
    return true;
}

std::optional<Object> IdentityClient::person_of(const IdentityToken& token, Trace& trace) const {
    const Value root(token.claims);
    const auto said = [&](const std::string& name) {
        const auto path = config_.claims.find(name);
        if (path == config_.claims.end() || path->second.empty()) return std::string();
        const auto found = credential::select(root, credential::path_of(path->second));
        if (found.size() != 1 || found.front()->text() == nullptr) return std::string();
        const std::string& text = *found.front()->text();
        return text.size() <= text_bytes_max ? text : std::string();
    };
    Object person, address;
    for (const std::string name : {"family_name", "given_name", "birthdate"}) {
        std::string text = said(name);
        if (text.empty()) {
            check(trace, false, LoginRule::claims_present, name);
            return std::nullopt;
        }
        person.set(name, std::move(text));
    }
    for (const std::string name : {"street_address", "house_number", "postal_code", "locality"}) {
        if (std::string text = said(name); !text.empty()) address.set(name, std::move(text));
    }
    if (!address.empty()) person.set("address", std::move(address));
    check(trace, true, LoginRule::claims_present);
    return person;
}

}  // namespace stadtbuch::openid
