// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/status_tokens.hpp"

#include <algorithm>
#include <vector>

#include "node/net/http_client.hpp"

namespace stadtbuch::agent {

namespace {

constexpr std::int64_t foreign_token_s = 300;
constexpr std::size_t foreign_tokens_max = 64;
constexpr std::int64_t ttl_max_s = 12 * 3600;
constexpr std::int64_t newest_kept_s = 90 * 86400;
constexpr std::string_view newest_kind = "status_seen";
constexpr std::int64_t ahead_s = 120;
constexpr std::int64_t in_use_s = 86400;
constexpr std::size_t ahead_at_once = 8;

}  // namespace

StatusTokens::Fetch fetch_foreign_lists(net::HttpClientOptions options) {
    auto client = std::make_shared<net::HttpClient>(std::move(options));
    return [client](const std::string& uri) -> std::optional<std::string> {
        auto fetched = client->fetch({"GET", uri, {{"Accept", "application/statuslist+jwt"}}, ""});
        if (!fetched || fetched->status != 200) return std::nullopt;
        return std::move(fetched->body);
    };
}

StatusTokens::StatusTokens(StatusLists& own, StoreRecords& records, bool shared, Clock clock,
                           Fetch fetch)
    : own_(own),
      records_(records),
      shared_(shared),
      clock_(std::move(clock)),
      fetch_(std::move(fetch)) {}

std::optional<std::string> StatusTokens::status_token(const std::string& uri) {
    const keys::UnixSeconds now = clock_();
    if (const std::string id = own_.id_of(uri); !id.empty()) {
        const auto token = own_.fresh_token(id, now);
        if (token == nullptr) return std::nullopt;
        return token->text;
    }
    {
        const std::lock_guard guard(guard_);
        const auto found = kept_.find(uri);
        if (found != kept_.end()) found->second.asked_at = now;
        if (found != kept_.end() && now < found->second.until()) return found->second.token;
    }
    auto fetched = fetch_(uri);
    if (!fetched) return std::nullopt;
    const std::lock_guard guard(guard_);
    if (kept_.size() >= foreign_tokens_max) kept_.clear();
    kept_[uri] = {*fetched, now, foreign_token_s, now};
    return fetched;
}

std::size_t StatusTokens::fetch_ahead() {
    const keys::UnixSeconds now = clock_();
    std::vector<std::string> due;
    {
        const std::lock_guard guard(guard_);
        for (const auto& [uri, kept] : kept_) {
            const bool in_use = now - kept.asked_at < in_use_s;
            if (in_use && kept.until() - now < ahead_s && due.size() < ahead_at_once)
                due.push_back(uri);
        }
    }
    std::size_t came = 0;
    for (const std::string& uri : due) {
        auto fetched = fetch_(uri);
        if (!fetched) continue;
        const std::lock_guard guard(guard_);
        const auto kept = kept_.find(uri);
        if (kept == kept_.end()) continue;
        kept->second.token = *std::move(fetched);
        kept->second.fetched_at = now;
        ++came;
    }
    return came;
}

keys::UnixSeconds StatusTokens::newest_seen(const std::string& uri) {
    if (!shared_) {
        const std::lock_guard guard(guard_);
        const auto found = newest_.find(uri);
        if (found != newest_.end()) return found->second;
    }
    const auto stored = records_.get(newest_kind, uri);
    const keys::UnixSeconds at = stored && stored->size() == 8
                                     ? static_cast<keys::UnixSeconds>(from_big_endian(*stored))
                                     : 0;
    if (shared_) return at;  // another instance may see a newer one at any time
    const std::lock_guard guard(guard_);
    if (newest_.size() >= foreign_tokens_max) newest_.clear();
    return newest_.emplace(uri, at).first->second;
}

std::shared_ptr<const credential::VerifiedStatusList> StatusTokens::remembered(
    const std::string& issuer, const std::string& uri, const std::string& token) {
    const std::lock_guard guard(guard_);
    const auto found = verified_.find(issuer + '\n' + uri);
    if (found == verified_.end() || found->second.token != token) return nullptr;
    keep_as_told(uri, token, *found->second.list);  // it may have been fetched again, unchanged
    return found->second.list;
}

void StatusTokens::keep_as_told(const std::string& uri, const std::string& token,
                                const credential::VerifiedStatusList& list) {
    const auto kept = kept_.find(uri);
    if (kept == kept_.end() || kept->second.token != token || list.ttl_s <= 0) return;
    kept->second.life_s = std::min(list.ttl_s, ttl_max_s);
}

void StatusTokens::remember(const std::string& issuer, const std::string& uri,
                            const std::string& token,
                            std::shared_ptr<const credential::VerifiedStatusList> list) {
    const bool newer = list->issued_at > newest_seen(uri);
    const keys::UnixSeconds now = clock_();
    if (newer) {
        records_.put(newest_kind, uri, big_endian(static_cast<std::uint64_t>(list->issued_at)),
                     now + newest_kept_s);
    }
    const std::lock_guard guard(guard_);
    if (newer) newest_[uri] = list->issued_at;
    keep_as_told(uri, token, *list);
    if (verified_.size() >= foreign_tokens_max) verified_.clear();
    verified_[issuer + '\n' + uri] = {token, std::move(list)};
}

}  // namespace stadtbuch::agent
