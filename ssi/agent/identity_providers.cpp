// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/identity_providers.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "ssi/keys/keystore_file.hpp"
#include "ssi/keys/os_random.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

using openid::LoginRule;

constexpr int connect_ms = 3000, call_ms = 6000;
constexpr std::size_t document_bytes_max = 256 * 1024;
constexpr keys::UnixSeconds documents_kept_s = 3600;
/// Unknown keys are asked for once in this time, whatever tokens name.
constexpr keys::UnixSeconds keys_again_s = 60;
/// A provider that did not answer is not asked again for so long: its people are told at once.
constexpr keys::UnixSeconds silence_s = 10;

net::HttpClientOptions options_of(const IdentityProviderSettings& settings) {
    net::HttpClientOptions out;
    out.connect_ms = connect_ms;
    out.total_ms = call_ms;
    out.body_bytes_max = document_bytes_max;
    out.redirects_max = 0;
    out.ca_file = settings.authority;
    // read_provider_metadata() takes http addresses from a provider on this machine only.
    out.https_only = settings.issuer.starts_with("https://");
    return out;
}

std::string trimmed(std::string text) {
    while (!text.empty() && text.back() <= ' ') text.pop_back();
    return text;
}

openid::IdentityClientConfig client_config(const Settings& settings,
                                           const IdentityProviderSettings& one) {
    openid::IdentityClientConfig out;
    out.issuer = one.issuer;
    out.client_id = one.client_id;
    out.key_id = one.key_id;
    out.redirect_uri = settings.public_url + std::string(account_path) + one.id + "/rueckkehr";
    out.scopes = one.scopes;
    out.acr = one.acr;
    out.max_age_s = one.max_age_s;
    out.claims = one.claims;
    return out;
}

/// One of the calls that may run at once; false if there is none left.
class Turn {
  public:
    explicit Turn(IdentityProvider::Gate& gate) : gate_(gate), has_(--gate.free >= 0) {}

    ~Turn() { ++gate_.free; }

    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

    explicit operator bool() const { return has_; }

  private:
    IdentityProvider::Gate& gate_;
    bool has_;
};

}  // namespace

IdentityProvider::IdentityProvider(IdentityProviderSettings settings,
                                   openid::IdentityClientConfig client,
                                   std::unique_ptr<keys::P256PrivateKey> key, Clock clock,
                                   Gate& gate)
    : settings_(std::move(settings)),
      key_(std::move(key)),
      client_([&] {
          client.signer = key_.get();
          return std::move(client);
      }()),
      clock_(std::move(clock)),
      gate_(gate),
      http_(options_of(settings_)) {}

Error IdentityProvider::error(const char* id, const std::string& what) const {
    return {id, what, settings_.id, ""};
}

Result<net::HttpFetched, Error> IdentityProvider::call(const net::HttpFetch& request) {
    const keys::UnixSeconds now = clock_();
    {
        const std::lock_guard guard(guard_);
        if (now < silent_until_)
            return Failure{error("SB-4302", "the provider did not answer a moment ago")};
    }
    const Turn turn(gate_);
    if (!turn) return Failure{error("SB-4302", "too many logins wait for providers")};
    auto fetched = http_.fetch(request);
    const bool silent = !fetched || fetched->status >= 500;
    if (silent) {
        const std::lock_guard guard(guard_);
        silent_until_ = now + silence_s;
        return Failure{error(
            "SB-4302", fetched ? "status " + std::to_string(fetched->status) : fetched.error().id)};
    }
    return fetched;
}

Result<std::string, Error> IdentityProvider::document(const std::string& url,
                                                      const net::HeaderList& headers) {
    net::HttpFetch request{"GET", url, {{"Accept", "application/json"}}, ""};
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    auto fetched = call(request);
    if (!fetched) return Failure{fetched.error()};
    if (fetched->status != 200)
        return Failure{error("SB-4303", "status " + std::to_string(fetched->status))};
    return std::move(fetched->body);
}

Result<openid::IdentityProviderMetadata, Error> IdentityProvider::metadata() {
    const keys::UnixSeconds now = clock_();
    {
        const std::lock_guard guard(guard_);
        if (metadata_ && now < metadata_until_) return *metadata_;
    }
    std::string url = settings_.issuer;
    if (url.ends_with('/')) url.pop_back();
    const auto text = document(url + "/.well-known/openid-configuration");
    if (!text) return Failure{text.error()};
    auto read = openid::read_provider_metadata(*text, settings_.issuer);
    if (!read || !(key_ ? read->takes_client_jwt : read->takes_client_secret))
        return Failure{error("SB-4303", "the discovery document")};
    const std::lock_guard guard(guard_);
    metadata_ = read;
    metadata_until_ = now + documents_kept_s;
    return *std::move(read);
}

Result<openid::ProviderKeys, Error> IdentityProvider::fetch_keys(const std::string& jwks_uri) {
    const auto text = document(jwks_uri);
    if (!text) return Failure{text.error()};
    auto read = openid::read_provider_keys(*text);
    if (!read) return Failure{error("SB-4303", "the keys")};
    const std::lock_guard guard(guard_);
    keys_ = read;
    keys_until_ = clock_() + documents_kept_s;
    return *std::move(read);
}

Result<openid::ProviderKeys, Error> IdentityProvider::provider_keys(const std::string& jwks_uri,
                                                                    const std::string& id_token) {
    const keys::UnixSeconds now = clock_();
    {
        const std::lock_guard guard(guard_);
        if (keys_ && now < keys_until_) {
            const bool again =
                openid::IdentityClient::wants_other_keys(id_token, *keys_) && now >= keys_again_at_;
            if (!again) return *keys_;
            keys_again_at_ = now + keys_again_s;
        }
    }
    return fetch_keys(jwks_uri);
}

Result<openid::BegunLogin, Error> IdentityProvider::begin() {
    const auto known = metadata();
    if (!known) {
        spdlog::warn("{}: identity provider {}: {}", known.error().id, settings_.id,
                     known.error().what);
        return Failure{known.error()};
    }
    return client_.begin(*known, keys::os_random());
}

Result<IdentityProvider::Tokens, Error> IdentityProvider::exchange(
    const openid::IdentityProviderMetadata& metadata, const std::string& code,
    const std::string& verifier) {
    const openid::TokenCall wanted =
        client_.token_call(code, verifier, keys::os_random(), clock_());
    net::HttpFetch request{
        "POST",
        metadata.token_endpoint,
        {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}},
        wanted.body};
    if (!wanted.authorization.empty())
        request.headers.emplace_back("Authorization", wanted.authorization);
    const auto answered = call(request);
    if (!answered) return Failure{answered.error()};
    const auto parsed = encoding::parse_json(answered->body, {document_bytes_max, 16, true});
    if (answered->status == 200 && parsed && !parsed->text_at("id_token").empty())
        return Tokens{std::string(parsed->text_at("id_token")),
                      std::string(parsed->text_at("access_token"))};
    // The words of RFC 6749 §5.2 only: a description is the provider's free text.
    const std::string_view word = parsed ? parsed->text_at("error") : std::string_view();
    for (const char* known : {"invalid_client", "invalid_grant", "unauthorized_client",
                              "invalid_request", "unsupported_grant_type"}) {
        if (word == known) return Failure{error("SB-4304", known)};
    }
    return Failure{error("SB-4304", "status " + std::to_string(answered->status))};
}

std::optional<Error> IdentityProvider::judge(const openid::Form& answer, const std::string& nonce,
                                             const std::string& verifier, AccountLogin& out) {
    const auto refused = [&] { return error("SB-4305", out.trace.lines.back().rule); };
    const auto away = [&](const Error& why) {
        const bool silent = why.id == "SB-4302" || why.id == "SB-4303";
        openid::check(out.trace, false, silent ? LoginRule::provider : LoginRule::token_endpoint,
                      "", why.what);
        return why;
    };
    const auto known = metadata();
    if (!known) return away(known.error());
    openid::check(out.trace, true, LoginRule::provider);
    const auto code = client_.code_of(answer, *known, out.trace);
    if (!code) return refused();
    const auto tokens = exchange(*known, *code, verifier);
    if (!tokens) return away(tokens.error());
    openid::check(out.trace, true, LoginRule::token_endpoint);
    const auto provider = provider_keys(known->jwks_uri, tokens->id_token);
    if (!provider) return away(provider.error());
    auto token = client_.id_token(tokens->id_token, *provider, nonce, clock_(), out.trace);
    if (!token) return refused();
    if (settings_.userinfo && !known->userinfo_endpoint.empty()) {
        const auto more = document(known->userinfo_endpoint,
                                   {{"Authorization", "Bearer " + tokens->access_token}});
        if (!more && more.error().id == "SB-4302") return away(more.error());
        if (!openid::IdentityClient::add_userinfo(*token, more ? *more : std::string(), out.trace))
            return refused();
    }
    out.person = client_.person_of(*token, out.trace);
    return out.person ? std::nullopt : std::optional(refused());
}

AccountLogin IdentityProvider::finish(const openid::Form& answer, const std::string& nonce,
                                      const std::string& verifier) {
    AccountLogin out;
    openid::check(out.trace, true, LoginRule::own_request);
    out.error = judge(answer, nonce, verifier, out);
    if (out.error) {
        spdlog::warn("{}: login at identity provider {}: {}", out.error->id, settings_.id,
                     out.error->what);
    }
    return out;
}

Result<std::unique_ptr<IdentityProviders>, Error> IdentityProviders::open(
    const Settings& settings, const IdentityProvider::Clock& clock) {
    const int calls_max = std::max(1, static_cast<int>(settings.workers) - 1);
    std::unique_ptr<IdentityProviders> out(new IdentityProviders(calls_max));
    for (const IdentityProviderSettings& one : settings.identity_providers) {
        openid::IdentityClientConfig config = client_config(settings, one);
        std::unique_ptr<keys::P256PrivateKey> key;
        const bool by_secret = !one.secret_file.empty();
        auto text = keys::read_private_file(by_secret ? one.secret_file : one.key_file);
        if (!text) return Failure{text.error()};
        if (by_secret) {
            config.client_secret = trimmed(std::move(text).value());
        } else {
            auto read = keys::P256PrivateKey::from_pem(*text);
            if (!read) {
                return Failure{Error{"SB-4301", "the file holds no P-256 key", one.key_file,
                                     "Give PKCS #8 PEM, unencrypted."}};
            }
            key = std::make_unique<keys::P256PrivateKey>(std::move(read).value());
        }
        out->providers_.push_back(std::make_unique<IdentityProvider>(
            one, std::move(config), std::move(key), clock, out->gate_));
    }
    return out;
}

IdentityProvider* IdentityProviders::find(std::string_view id) const {
    const auto found = std::find_if(providers_.begin(), providers_.end(),
                                    [&](const auto& one) { return one->settings().id == id; });
    return found == providers_.end() ? nullptr : found->get();
}

}  // namespace stadtbuch::agent
