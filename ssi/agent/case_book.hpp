// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// All cases: durable in the store, with a summary of each in memory for the queue, for links and
// for plates. A change is a function over the newest version, run under the case's lock and
// committed before it returns, or when the work that it belongs to ends. Where several instances
// share the store, the summaries follow its changes. Threads: any.
#pragma once
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "ssi/agent/case.hpp"
#include "ssi/agent/database.hpp"
#include "ssi/keys/random.hpp"

namespace stadtbuch::agent {

/// What the queue shows of a case. No name: the list is built from this without touching the store.
struct CaseSummary {
    std::string id, number, public_token;
    CaseKind kind = CaseKind::residence;
    CaseState state = CaseState::fresh;
    keys::UnixSeconds created_at = 0, updated_at = 0, due_at = 0;
    std::string assignee;
    std::string resident_id;
    std::string plate_key;  ///< of a decided permit
    std::string zone_id;
    std::string valid_from, valid_until;
    std::string renews;
    keys::UnixSeconds credential_expires_at = 0;
    bool differences = false;
    bool proposed = false;    ///< waits for a second clerk
    std::string invoice;      ///< its number; empty: none
    std::string invoice_due;  ///< ISO day while it is neither paid nor cancelled

    [[nodiscard]] bool open() const {
        return state == CaseState::fresh || state == CaseState::waiting ||
               state == CaseState::conflict;
    }

    [[nodiscard]] bool granted() const {
        return state == CaseState::offered || state == CaseState::issued;
    }
};

class CaseBook {
  public:
    CaseBook(Database& database, keys::RandomSource& random);

    /// Gives id, number (behind the letters in draft.number, if there are some) and link, sets the
    /// times, commits. Returns the stored case.
    Case create(Case draft, keys::UnixSeconds now);
    [[nodiscard]] std::optional<Case> get(const std::string& id) const;
    [[nodiscard]] std::optional<Case> by_public_token(std::string_view token) const;
    /// `change` sees the newest version and may add writes to the batch; false: nothing is stored.
    /// nullopt: no such case, or the change declined.
    std::optional<Case> update(const std::string& id, keys::UnixSeconds now,
                               const std::function<bool(Case&, store::Batch&)>& change);

    /// Runs `work` while nobody else, in no instance, does what has this name.
    template <class Work>
    auto alone(std::string_view name, Work&& work) {
        return database_.locked(name, work);
    }

    /// The next of a series, "R-2026-000012"; used up even if nothing comes of it.
    [[nodiscard]] std::string draw_number(std::string_view series, const std::string& letters,
                                          keys::UnixSeconds now);
    /// Oldest first.
    [[nodiscard]] std::vector<CaseSummary> list(
        const std::function<bool(const CaseSummary&)>& wanted) const;
    [[nodiscard]] std::map<CaseState, std::size_t> counts() const;

  private:
    using Summaries = std::map<std::string, CaseSummary, std::less<>>;

    void remember(const Case& record);
    void remember_committed(CaseSummary summary) const;
    /// Takes in what other instances, and this one, have committed. Returns what this thread has
    /// written and not yet committed: only it may see that.
    [[nodiscard]] Summaries catch_up() const;
    [[nodiscard]] std::string next_number(const Case& draft, keys::UnixSeconds now);

    Database& database_;
    keys::RandomSource& random_;
    mutable std::mutex following_;
    mutable ChangeMark mark_ = 0;
    mutable std::shared_mutex guard_;
    mutable Summaries summaries_;
    mutable std::map<std::string, std::string, std::less<>> by_token_;
};

}  // namespace stadtbuch::agent
