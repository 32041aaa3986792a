// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The trust lists of the settings ([[trust_list]]; ssi/credential/trust_list.hpp): fetched by the
// clock, kept in the store over restarts, in force until their NextUpdate. A list that cannot be
// had, or does not hold, changes nothing: the last good one goes on until its end.
//
// Records: trust_list, by name: the last good list as it came; trust_list_seen, by name: its number
// and digest, so that an older one is refused for good.
//
// Threads: any; refresh() by one at a time.
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ssi/agent/records.hpp"
#include "ssi/agent/settings.hpp"
#include "ssi/credential/sd_jwt_vc.hpp"
#include "ssi/credential/trust_list.hpp"

namespace stadtbuch::agent {

class TrustLists {
  public:
    using Clock = std::function<keys::UnixSeconds()>;

    /// How one list stands.
    struct State {
        std::string name;
        std::string source;
        std::optional<credential::TrustList> list;  ///< the one in force
        keys::UnixSeconds tried_at = 0;
        std::string fault;        ///< of the last try: "SB-4230" and why; empty: none
        credential::Trace trace;  ///< of the last list that was looked at
    };

    /// Whom all lists vouch for.
    struct Listed {
        std::vector<credential::TrustedIssuer> issuers;
        std::vector<keys::Certificate> wallet_providers;
    };

    /// Reads the signers' certificates and what was kept, then tries the lists that were not.
    /// Errors: SB-4204, and those of read_text_file, for the signers; none for a list.
    [[nodiscard]] static Result<std::unique_ptr<TrustLists>, Error> open(const Settings& settings,
                                                                         StoreRecords& records,
                                                                         Clock clock);

    /// Tries the lists that are due (`refresh_s` after a good one, a minute after a bad try) and
    /// lets go of those whose time is over. Call once a minute.
    void refresh();

    [[nodiscard]] std::shared_ptr<const Listed> listed() const;
    [[nodiscard]] std::vector<State> states() const;
    /// True if some list is there for issuers of this type, whether or not it can be had now.
    [[nodiscard]] bool are_for(std::string_view vct) const;
    [[nodiscard]] bool are_for_wallets() const;

  private:
    struct One {
        TrustListSettings settings;
        std::vector<keys::Certificate> signers;
        State state;
        keys::UnixSeconds next_try_at = 0;
    };

    TrustLists(StoreRecords& records, Clock clock) : records_(records), clock_(std::move(clock)) {}

    void load(One& one);
    void try_source(One& one);
    bool take(One& one, const std::string& compact);
    void publish();

    StoreRecords& records_;
    const Clock clock_;
    mutable std::mutex guard_;  // of lists_' states and listed_
    std::vector<One> lists_;
    std::shared_ptr<const Listed> listed_ = std::make_shared<Listed>();
};

}  // namespace stadtbuch::agent
