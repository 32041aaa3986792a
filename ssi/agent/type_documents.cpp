// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/type_documents.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::int64_t document_s = 3600;
constexpr std::int64_t failure_s = 60;
constexpr std::size_t documents_max = 128;
constexpr std::size_t document_bytes_max = 256 * 1024;

net::HttpClientOptions bounded(net::HttpClientOptions options) {
    options.body_bytes_max = document_bytes_max;
    options.https_only = true;
    return options;
}

}  // namespace

TypeDocuments::TypeDocuments(Clock clock, net::HttpClientOptions options)
    : clock_(std::move(clock)), client_(bounded(std::move(options))) {}

void TypeDocuments::add_own(const credential::CredentialType& type) {
    own_[type.vct] = credential::type_document(type);
}

std::optional<std::string> TypeDocuments::type_document(const std::string& vct) {
    if (const auto own = own_.find(vct); own != own_.end()) return own->second;
    if (!vct.starts_with("https://")) return std::nullopt;  // of a registry that nobody configured
    const keys::UnixSeconds now = clock_();
    {
        const std::lock_guard guard(guard_);
        const auto found = kept_.find(vct);
        if (found != kept_.end() && now < found->second.until) return found->second.document;
    }
    Kept kept{std::nullopt, now + failure_s};
    auto fetched = client_.fetch({"GET", vct, {{"Accept", "application/json"}}, ""});
    if (fetched && fetched->status == 200) kept = {std::move(fetched->body), now + document_s};
    const std::lock_guard guard(guard_);
    if (kept_.size() >= documents_max) kept_.clear();
    return (kept_[vct] = std::move(kept)).document;
}

}  // namespace stadtbuch::agent
