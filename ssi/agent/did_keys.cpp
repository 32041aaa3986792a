// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/did_keys.hpp"

#include "ssi/did/document.hpp"
#include "ssi/openid/http.hpp"
#include "storage/encoding/json.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::int64_t document_s = 300;
constexpr std::int64_t failure_s = 30;
constexpr std::size_t documents_max = 256;
constexpr std::size_t document_bytes_max = 128 * 1024;

net::HttpClientOptions bounded(net::HttpClientOptions options) {
    options.body_bytes_max = document_bytes_max;
    return options;
}

}  // namespace

std::string web_document_url(const did::DidUrl& url) {
    if (url.method != did::DidMethod::web || url.id.empty()) return {};
    std::string out = "https://";
    std::size_t parts = 0;
    std::string_view rest = url.id;
    while (true) {
        const std::size_t colon = rest.find(':');
        const auto part = openid::url_decode(rest.substr(0, colon));
        // A decoded slash, question mark or dot segment would lead to another document.
        if (!part || part->empty() || part->find_first_of("/?#@\\") != std::string::npos ||
            *part == "." || *part == "..") {
            return {};
        }
        if (parts > 0 && part->find(':') != std::string::npos) return {};
        out += (parts > 0 ? "/" : "") + (parts > 0 ? openid::url_encode(*part) : *part);
        ++parts;
        if (colon == std::string_view::npos) break;
        rest.remove_prefix(colon + 1);
    }
    return out + (parts == 1 ? "/.well-known/did.json" : "/did.json");
}

std::string web_did_of(std::string_view address) {
    std::string_view host = address.substr(std::min(address.find("://") + 3, address.size()));
    std::string out = "did:web:";
    for (const char c : host) {
        if (c == ':')
            out += "%3A";
        else if (c == '/')
            out += ':';
        else
            out += c;
    }
    return out;
}

DidKeys::DidKeys(Clock clock, net::HttpClientOptions options)
    : clock_(std::move(clock)), client_(bounded(std::move(options))) {}

bool DidKeys::knows(std::string_view did_url) {
    const auto url = did::parse_did_url(did_url);
    if (!url) return false;
    return url->method != did::DidMethod::indy || ledger_ != nullptr;
}

std::optional<keys::PublicKey> DidKeys::assertion_key(std::string_view did_url) {
    const auto url = did::parse_did_url(did_url);
    if (!url) return std::nullopt;
    switch (url->method) {
        case did::DidMethod::key:
        case did::DidMethod::jwk: {
            // The fragment has to name the one key that there is.
            const auto document = did::document_of_contained_key(*url);
            return document ? did::key_for(encoding::Value(*document), did_url, "assertionMethod")
                            : std::nullopt;
        }
        case did::DidMethod::web: {
            const auto document = web_document(*url);
            return document ? did::key_for(*document, did_url, "assertionMethod") : std::nullopt;
        }
        case did::DidMethod::indy: {
            credential::DidKeySource* ledger = ledger_;
            return ledger != nullptr ? ledger->assertion_key(did_url) : std::nullopt;
        }
        case did::DidMethod::sov:
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<encoding::Value> DidKeys::web_document(const did::DidUrl& url) {
    const std::string address = web_document_url(url);
    if (address.empty()) return std::nullopt;
    const keys::UnixSeconds now = clock_();
    {
        const std::lock_guard guard(guard_);
        const auto found = kept_.find(url.did);
        if (found != kept_.end() && now < found->second.until) return found->second.document;
    }
    Kept kept{std::nullopt, now + failure_s};
    const auto fetched =
        client_.fetch({"GET", address, {{"Accept", "application/did+json, application/json"}}, ""});
    if (fetched && fetched->status == 200) {
        auto parsed = encoding::parse_json(fetched->body, {document_bytes_max, 16, true});
        // The document says itself whose it is (did:web §3.2).
        if (parsed && parsed->text_at("id") == url.did)
            kept = {std::move(parsed).value(), now + document_s};
    }
    const std::lock_guard guard(guard_);
    if (kept_.size() >= documents_max) kept_.clear();
    return (kept_[url.did] = std::move(kept)).document;
}

}  // namespace stadtbuch::agent
