// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Status list tokens for our verifier: our own lists from memory, others fetched and kept as long
// as their `ttl` says (five minutes until it is known). Lists in use are fetched again by a timer
// before that, so that whoever hosts one does not see when somebody presents (ARF VCR_15;
// credentials §3). The newest list of each URI is remembered, also over a restart: an older one is
// refused. Threads: any.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "node/net/http_client.hpp"
#include "ssi/agent/records.hpp"
#include "ssi/agent/status_lists.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"

namespace stadtbuch::agent {

class StatusTokens final : public credential::StatusSource {
  public:
    /// The token at a URI; nullopt: it could not be had.
    using Fetch = std::function<std::optional<std::string>(const std::string& uri)>;
    using Clock = std::function<keys::UnixSeconds()>;

    /// `shared`: other instances remember in the same store.
    StatusTokens(StatusLists& own, StoreRecords& records, bool shared, Clock clock, Fetch fetch);
    std::optional<std::string> status_token(const std::string& uri) override;
    keys::UnixSeconds newest_seen(const std::string& uri) override;
    std::shared_ptr<const credential::VerifiedStatusList> remembered(
        const std::string& issuer, const std::string& uri, const std::string& token) override;
    void remember(const std::string& issuer, const std::string& uri, const std::string& token,
                  std::shared_ptr<const credential::VerifiedStatusList> list) override;

    /// Fetches the lists again that end within two minutes and were asked for within a day, at most
    /// eight; one that cannot be had stays as it is. Call once a minute. Returns how many came.
    std::size_t fetch_ahead();

  private:
    struct Kept {
        std::string token;
        keys::UnixSeconds fetched_at = 0;
        std::int64_t life_s = 0;  ///< of the last one whose `ttl` was read
        keys::UnixSeconds asked_at = 0;

        [[nodiscard]] keys::UnixSeconds until() const { return fetched_at + life_s; }
    };

    struct Verified {
        std::string token;
        std::shared_ptr<const credential::VerifiedStatusList> list;
    };

    /// Keeps `token` for its list's `ttl`. REQUIRES: guard_ is held.
    void keep_as_told(const std::string& uri, const std::string& token,
                      const credential::VerifiedStatusList& list);

    StatusLists& own_;
    StoreRecords& records_;
    bool shared_;
    Clock clock_;
    Fetch fetch_;
    std::mutex guard_;
    std::map<std::string, Kept> kept_;
    std::map<std::string, Verified> verified_;         // by issuer and URI
    std::map<std::string, keys::UnixSeconds> newest_;  // by URI; the store has them too
};

/// As `options` say, whose default is from public addresses over HTTPS, a MiB at most (credentials
/// §2.2, fetch rules).
[[nodiscard]] StatusTokens::Fetch fetch_foreign_lists(net::HttpClientOptions options);

}  // namespace stadtbuch::agent
