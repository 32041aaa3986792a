// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Presenting: the signed request, the choice, the answer (credentials §2).
#include "cli/wallet_flows.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::cli {

namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";

Stop refused(openid::HolderError error, const std::string& where) {
    using openid::HolderError;
    const Exit code = error == HolderError::query_not_met ? Exit::not_found
                      : error == HolderError::bad_link    ? Exit::usage
                                                          : Exit::not_verified;
    return {{"SB-5066", std::string(to_text(error)), where, ""}, code};
}

net::HttpFetch request_fetch(const openid::PresentationLink& link,
                             const std::string& wallet_nonce) {
    net::HttpFetch fetch;
    fetch.url = link.request_uri;
    fetch.headers.emplace_back("Accept", "application/oauth-authz-req+jwt");
    if (link.post) {
        fetch.method = "POST";
        fetch.headers.emplace_back("Content-Type", form_type);
        fetch.body = "wallet_nonce=" + openid::url_encode(wallet_nonce);
    }
    return fetch;
}

Result<std::string, Stop> answer(const WalletTools& tools, const Asked& asked, std::string form) {
    net::HttpFetch fetch;
    fetch.method = "POST";
    fetch.url = asked.request.response_uri;
    fetch.headers.emplace_back("Content-Type", form_type);
    fetch.headers.emplace_back("Accept", "application/json");
    fetch.body = std::move(form);
    const auto body = tools.web.body(fetch);
    if (!body) return Failure{body.error()};
    const auto parsed = encoding::parse_json(*body, {64 * 1024, 8, false});
    return parsed ? std::string(parsed->text_at("redirect_uri")) : std::string();
}

}  // namespace

Result<Asked, Stop> fetch_request(const WalletTools& tools, const std::string& link) {
    const auto parts = openid::read_presentation_link(link);
    if (!parts) return Failure{refused(parts.error(), link)};
    const std::string nonce = parts->post ? keys::random_token(tools.random) : std::string();
    const auto jws = tools.web.body(request_fetch(*parts, nonce));
    if (!jws) return Failure{jws.error()};
    auto request = openid::read_request_object(*jws, *parts, {tools.anchors, nonce, tools.now()});
    if (!request) return Failure{refused(request.error(), parts->request_uri)};
    return Asked{*std::move(request), !tools.anchors.empty()};
}

Result<Chosen, Stop> choose(const WalletTools& tools, const Asked& asked, const Wallet& wallet) {
    Chosen chosen;
    std::vector<openid::HeldCredential> held;
    for (const WalletCredential& credential : wallet.credentials()) {
        const std::size_t index = credential.next_instance();
        chosen.instances.push_back(index);
        held.push_back({credential.instances[index].compact, &credential.instances[index].key});
    }
    auto presentations = openid::present(asked.request, held, tools.now());
    if (!presentations) return Failure{refused(presentations.error(), asked.request.verifier_name)};
    chosen.presentations = *std::move(presentations);
    return chosen;
}

Result<std::string, Stop> send_presentation(const WalletTools& tools, const Asked& asked,
                                            const Chosen& chosen) {
    auto form = openid::response_body(asked.request, chosen.presentations, tools.random);
    if (!form) return Failure{refused(form.error(), asked.request.response_uri)};
    return answer(tools, asked, *std::move(form));
}

Result<std::string, Stop> send_refusal(const WalletTools& tools, const Asked& asked) {
    return answer(tools, asked, openid::refusal_body(asked.request, "access_denied"));
}

}  // namespace stadtbuch::cli
