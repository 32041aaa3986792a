// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Taking a credential: offer, metadata, token, nonce, proofs, credentials, checks (credentials §1).
#include <algorithm>

#include "cli/wallet_flows.hpp"
#include "ssi/credential/type_metadata.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

using encoding::Object;
using encoding::Value;

namespace {

constexpr std::size_t instances_max = 10;
constexpr std::string_view json_type = "application/json";

Stop refused(openid::HolderError error, const std::string& where) {
    return {{"SB-5063", std::string(to_text(error)), where, ""}, Exit::failed};
}

net::HttpFetch get_json(const std::string& url) {
    net::HttpFetch fetch;
    fetch.url = url;
    fetch.headers.emplace_back("Accept", json_type);
    return fetch;
}

net::HttpFetch post(const std::string& url, std::string_view media_type, std::string body) {
    net::HttpFetch fetch;
    fetch.method = "POST";
    fetch.url = url;
    fetch.headers.emplace_back("Content-Type", media_type);
    fetch.headers.emplace_back("Accept", json_type);
    fetch.body = std::move(body);
    return fetch;
}

Result<openid::Offer, Stop> read_link(const WalletTools& tools, const std::string& link) {
    std::string json = link;
    if (!link.starts_with('{')) {
        const auto parts = openid::read_offer_link(link);
        if (!parts) return Failure{refused(parts.error(), link)};
        json = parts->offer_json;
        if (!parts->offer_uri.empty()) {
            auto body = tools.web.body(get_json(parts->offer_uri));
            if (!body) return Failure{body.error()};
            json = *std::move(body);
        }
    }
    auto offer = openid::read_offer(json);
    if (!offer) return Failure{refused(offer.error(), link)};
    return *std::move(offer);
}

struct Issuer {
    openid::IssuerInfo info;
    std::size_t batch_size = 1;
};

Result<Issuer, Stop> find_issuer(const WalletTools& tools, const std::string& identifier) {
    const std::string url = openid::well_known_url(identifier, "openid-credential-issuer");
    const auto metadata = tools.web.body(get_json(url));
    if (!metadata) return Failure{metadata.error()};
    auto info = openid::read_issuer_metadata(*metadata, identifier);
    if (!info) return Failure{refused(info.error(), url)};
    Issuer issuer{*std::move(info), 1};
    const auto parsed = encoding::parse_json(*metadata);
    const Value* batch = parsed ? parsed->find("batch_credential_issuance") : nullptr;
    const Value* size = batch != nullptr ? batch->find("batch_size") : nullptr;
    if (size != nullptr)
        issuer.batch_size =
            static_cast<std::size_t>(std::max<std::int64_t>(1, size->integer().value_or(1)));
    const std::string server =
        openid::well_known_url(issuer.info.authorization_server, "oauth-authorization-server");
    const auto server_metadata = tools.web.body(get_json(server));
    if (!server_metadata) return Failure{server_metadata.error()};
    const auto read = openid::read_server_metadata(*server_metadata, issuer.info);
    if (!read) return Failure{refused(read.error(), server)};
    return issuer;
}

Result<std::string, Stop> fetch_token(const WalletTools& tools, const Issuer& issuer,
                                      const openid::Offer& offer, const AcceptWishes& wishes) {
    std::string code;
    if (offer.needs_tx_code) {
        auto given = wishes.tx_code(offer.tx_code_hint);
        if (!given) return Failure{Stop{given.error(), Exit::usage}};
        code = *std::move(given);
    }
    const auto body =
        tools.web.body(post(issuer.info.token_endpoint, "application/x-www-form-urlencoded",
                            openid::token_request(offer, code)));
    if (!body) return Failure{body.error()};
    auto token = openid::read_access_token(*body);
    if (!token) return Failure{refused(token.error(), issuer.info.token_endpoint)};
    return *std::move(token);
}

Result<std::string, Stop> fetch_nonce(const WalletTools& tools, const Issuer& issuer) {
    if (issuer.info.nonce_endpoint.empty()) return std::string();
    const auto body = tools.web.body(post(issuer.info.nonce_endpoint, json_type, ""));
    if (!body) return Failure{body.error()};
    const auto parsed = encoding::parse_json(*body);
    if (!parsed || parsed->text_at("c_nonce").empty()) {
        return Failure{refused(openid::HolderError::bad_answer, issuer.info.nonce_endpoint)};
    }
    return std::string(parsed->text_at("c_nonce"));
}

/// Name of a configuration for people: the first display entry.
std::string name_of(const Issuer& issuer, const std::string& configuration) {
    const Value* entry = issuer.info.configurations.find(configuration);
    const Value* metadata = entry != nullptr ? entry->find("credential_metadata") : nullptr;
    const Value* display = metadata != nullptr ? metadata->find("display") : nullptr;
    if (display == nullptr && entry != nullptr) display = entry->find("display");
    if (display == nullptr || !display->is_array() || display->array()->empty())
        return configuration;
    const std::string name(display->array()->front().text_at("name"));
    return name.empty() ? configuration : name;
}

struct Exchange {
    const Issuer& issuer;
    std::string token;
    std::size_t count = 1;
};

/// One configuration of the offer: fresh keys, proofs, the issuer's answer, all checks.
Result<WalletCredential, Stop> take_one(const WalletTools& tools, const Exchange& exchange,
                                        const std::string& configuration, Taken& taken) {
    const auto nonce = fetch_nonce(tools, exchange.issuer);
    if (!nonce) return Failure{nonce.error()};
    WalletCredential out;
    out.issuer = exchange.issuer.info.issuer;
    out.configuration = configuration;
    out.name = name_of(exchange.issuer, configuration);
    out.received_at = tools.now();
    std::vector<std::string> proofs;
    for (std::size_t i = 0; i < exchange.count; ++i) {
        auto key = keys::P256PrivateKey::generate(tools.random);
        proofs.push_back(
            openid::make_proof(key, key.public_key(), out.issuer, *nonce, out.received_at));
        out.instances.push_back({"", std::move(key), false});
    }
    auto request = post(exchange.issuer.info.credential_endpoint, json_type,
                        openid::credential_request(configuration, proofs));
    request.headers.emplace_back("Authorization", "Bearer " + exchange.token);
    const auto body = tools.web.body(request);
    if (!body) return Failure{body.error()};
    const auto received = openid::read_credential_response(*body);
    if (!received) return Failure{refused(received.error(), request.url)};
    taken.notification_id = received->notification_id;
    if (received->credentials.size() > out.instances.size()) {
        return Failure{refused(openid::HolderError::bad_answer, request.url)};
    }
    while (out.instances.size() > received->credentials.size()) out.instances.pop_back();
    for (std::size_t i = 0; i < out.instances.size(); ++i) {
        out.instances[i].compact = received->credentials[i];
        const auto checked =
            check_credential(tools, out.instances[i].compact, &out.instances[i].key.public_key());
        if (!checked) return Failure{checked.error()};
        out.vct = checked->vct;
    }
    return out;
}

/// Brings status lists over HTTPS.
class WebStatus final : public credential::StatusSource {
  public:
    explicit WebStatus(WebAccess& web) : web_(web) {}

    std::optional<std::string> status_token(const std::string& uri) override {
        net::HttpFetch fetch;
        fetch.url = uri;
        fetch.headers.emplace_back("Accept", "application/statuslist+jwt");
        auto body = web_.body(fetch);
        if (!body) return std::nullopt;
        return *std::move(body);
    }

  private:
    WebAccess& web_;
};

Result<void, Stop> check_type(const WalletTools& tools,
                              const credential::VerifiedCredential& found) {
    const Value claims(found.claims);
    const std::string integrity(claims.text_at("vct#integrity"));
    if (!found.vct.starts_with("https://") && !found.vct.starts_with("http://")) return {};
    const auto document = tools.web.body(get_json(found.vct));
    if (!document) return Failure{document.error()};
    if (credential::type_document_acceptable(*document, found.vct, integrity)) return {};
    return Failure{
        Stop{{"SB-5064", "the type's description does not fit the hash in the credential",
              found.vct, "Do not use this credential; tell the issuer."},
             Exit::not_verified}};
}

}  // namespace

Result<credential::VerifiedCredential, Stop> check_credential(const WalletTools& tools,
                                                              const std::string& compact,
                                                              const keys::P256PublicKey* holder) {
    const auto read = credential::read_credential(compact);
    if (!read) {
        return Failure{
            Stop{{"SB-5065", "the credential cannot be read: " + std::string(to_text(read.error())),
                  "", ""},
                 Exit::not_verified}};
    }
    WebStatus status(tools.web);
    credential::VerifyRules rules;
    rules.now = tools.now();
    rules.issuers.push_back({"trusted authority", tools.anchors, {read->vct}, ""});
    rules.status = &status;
    rules.require_holder = false;
    auto verification = credential::verify_presentation(compact, rules);
    if (const credential::TraceLine* bad = verification.trace.first_failure()) {
        const char* next =
            tools.anchors.empty() ? "Give the issuer's authority with --ca or --trust." : "";
        return Failure{
            Stop{{"SB-5065", bad->rule + " " + bad->en, bad->field, next}, Exit::not_verified}};
    }
    if (!verification.credential) {
        return Failure{
            Stop{{"SB-5065", "the credential does not hold", "", ""}, Exit::not_verified}};
    }
    const auto& cnf = verification.credential->holder;
    if (holder != nullptr &&
        (!cnf || keys::thumbprint(*cnf) != keys::thumbprint(keys::PublicKey(*holder)))) {
        return Failure{Stop{{"SB-5065", "the credential is bound to another key", "cnf", ""},
                            Exit::not_verified}};
    }
    if (auto type = check_type(tools, *verification.credential); !type)
        return Failure{type.error()};
    return *std::move(verification.credential);
}

Result<Taken, Stop> take_offer(const WalletTools& tools, const std::string& link,
                               const AcceptWishes& wishes) {
    const auto offer = read_link(tools, link);
    if (!offer) return Failure{offer.error()};
    const auto issuer = find_issuer(tools, offer->issuer);
    if (!issuer) return Failure{issuer.error()};
    auto token = fetch_token(tools, *issuer, *offer, wishes);
    if (!token) return Failure{token.error()};
    Taken taken;
    taken.notification_endpoint = issuer->info.notification_endpoint;
    taken.access_token = *token;
    const std::size_t wanted = wishes.instances == 0 ? instances_max : wishes.instances;
    const Exchange exchange{*issuer, *std::move(token),
                            std::min({wanted, issuer->batch_size, instances_max})};
    for (const std::string& configuration : offer->configuration_ids) {
        auto credential = take_one(tools, exchange, configuration, taken);
        if (!credential) {
            if (credential.error().code == Exit::not_verified) notify_issuer(tools, taken, false);
            return Failure{credential.error()};
        }
        taken.credentials.push_back(*std::move(credential));
    }
    return taken;
}

void notify_issuer(const WalletTools& tools, const Taken& taken, bool accepted) {
    if (taken.notification_endpoint.empty() || taken.notification_id.empty()) return;
    const Object body{{"notification_id", taken.notification_id},
                      {"event", accepted ? "credential_accepted" : "credential_failure"}};
    auto request = post(taken.notification_endpoint, json_type, encoding::compact_json(body));
    request.headers.emplace_back("Authorization", "Bearer " + taken.access_token);
    static_cast<void>(tools.web.fetch(request).has_value());
}

}  // namespace stadtbuch::cli
