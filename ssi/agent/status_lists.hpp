// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The municipality's status lists: allocation of entries, revocation, signed tokens.
//
// Invariants. 1. An index is given out at most once: counters are reserved in blocks that are
// durable before the credential leaves, a crash skips the rest of a block; each instance has blocks
// of its own. 2. A credential's entries are known to its case before the credential leaves: the
// mapping is written before the endpoint's own durable commit. 3. A revocation is durable together
// with the case that caused it. 4. Instances that share a store serve one signed list, so that its
// time never goes back: who signs puts it there. Threads: any.
#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ssi/agent/database.hpp"
#include "ssi/agent/settings.hpp"
#include "ssi/credential/status_list.hpp"
#include "ssi/keys/random.hpp"
#include "ssi/openid/issuer.hpp"

namespace stadtbuch::agent {

struct StatusEntry {
    std::string list;
    std::uint64_t index = 0;
};

/// A signed list as it is served.
struct StatusToken {
    std::string text;
    std::string gzip;  ///< the same, compressed once
    std::string etag;
    keys::UnixSeconds signed_at = 0;
    keys::UnixSeconds expires_at = 0;
};

class StatusLists final : public openid::StatusAllocator {
  public:
    /// `clock` gives the time of signatures. Opens the lists of the store and makes those that are
    /// missing.
    StatusLists(Database& database, const StatusSettings& settings, std::string base_url,
                credential::SigningIdentity signing, keys::RandomSource& random);

    std::optional<credential::StatusReference> allocate(const std::string& configuration_id,
                                                        const std::string& case_id) override;
    std::vector<credential::StatusReference> allocate_batch(const std::string& configuration_id,
                                                            const std::string& case_id,
                                                            std::size_t count) override;
    [[nodiscard]] std::vector<StatusEntry> entries_of(const std::string& case_id) const;
    /// The case that an entry was given out for; empty: none, or forgotten.
    [[nodiscard]] std::string case_of(const StatusEntry& entry) const;
    /// nullopt: no such list or index.
    [[nodiscard]] std::optional<bool> revoked(const StatusEntry& entry);
    /// Adds to `batch` what makes the entries INVALID; call applied() after the commit.
    void revoke(const std::vector<StatusEntry>& entries, store::Batch& batch) const;
    void applied(const std::vector<StatusEntry>& entries);
    /// Forgets which entries belonged to the case.
    void forget_case(const std::string& case_id, store::Batch& batch) const;

    /// The token of list `id`; signed again when the list changed (not more often than `resign_s`)
    /// or when half of its life is over. Null for unknown lists.
    [[nodiscard]] std::shared_ptr<const StatusToken> token(const std::string& id,
                                                           keys::UnixSeconds now);
    /// As token(), but with every change: for our own verifier.
    [[nodiscard]] std::shared_ptr<const StatusToken> fresh_token(const std::string& id,
                                                                 keys::UnixSeconds now);
    /// Id of the list behind one of our own URIs; empty for others.
    [[nodiscard]] std::string id_of(const std::string& uri) const;
    [[nodiscard]] std::vector<std::string> uris();
    [[nodiscard]] std::uint64_t revoked_count();

  private:
    struct List {
        std::string id;
        std::uint64_t size = 0;
        std::uint64_t next = 0;      // next counter
        std::uint64_t reserved = 0;  // counters from next to here are ours
        bool full = false;           // all counters are somebody's
        std::unique_ptr<credential::IndexPermutation> order;
        std::unique_ptr<credential::StatusList> list;
        std::uint64_t revoked = 0;
        bool changed = true;
        keys::UnixSeconds sign_after = 0;  // the key did not sign: not asked again before
        std::string secret;
        std::shared_ptr<const StatusToken> token;
        std::unique_ptr<std::mutex> guard = std::make_unique<std::mutex>();
    };

    void load();
    /// Takes in what was written since (Database::follow). REQUIRES: lists_guard_ is held.
    void catch_up();
    void take_list(std::string_view key, std::string_view value);
    void take_revocation(std::string_view key, std::string_view value);
    void take_token(std::string_view key, std::string_view value);
    List& make_list();
    /// The next entry of a list drawn by lot; what remembers it goes into `batch`. REQUIRES:
    /// lists_guard_ is held.
    [[nodiscard]] credential::StatusReference take_entry(const std::string& case_id,
                                                         store::Batch& batch);
    [[nodiscard]] List list_of(std::string id, std::uint64_t size, std::string secret) const;
    void write(const List& list, std::uint64_t reserved);
    /// Another block of the list for this process; false: it is full.
    [[nodiscard]] bool reserve(List& list);
    [[nodiscard]] std::vector<List*> open_lists();
    [[nodiscard]] bool usable(const List& list, keys::UnixSeconds now) const;
    /// Signs, unless another instance has just done it.
    [[nodiscard]] std::shared_ptr<const StatusToken> sign_shared(List& list, keys::UnixSeconds now);

    [[nodiscard]] std::string uri_of(const std::string& id) const {
        return base_url_ + "/status/" + id;
    }

    [[nodiscard]] List* find(const std::string& id);
    [[nodiscard]] std::shared_ptr<StatusToken> token_of(std::string text,
                                                        keys::UnixSeconds signed_at) const;
    std::shared_ptr<const StatusToken> sign(List& list, keys::UnixSeconds now);

    Database& database_;
    StatusSettings settings_;
    std::string base_url_;
    credential::SigningIdentity signing_;
    keys::RandomSource& random_;
    mutable std::mutex lists_guard_;
    std::map<std::string, List, std::less<>> lists_;
    ChangeMark mark_ = 0;
    keys::UnixSeconds followed_at_ = 0;
};

}  // namespace stadtbuch::agent
