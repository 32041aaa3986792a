// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Everything that one running agent consists of, wired once. Handlers take it by reference; all
// parts are safe from several threads. Order of members is order of construction.
#pragma once
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "node/net/http_client.hpp"
#include "node/net/http_server.hpp"
#include "ssi/agent/accounts.hpp"
#include "ssi/agent/audit.hpp"
#include "ssi/agent/case_book.hpp"
#include "ssi/agent/desk.hpp"
#include "ssi/agent/did_keys.hpp"
#include "ssi/agent/identity_providers.hpp"
#include "ssi/agent/keyring.hpp"
#include "ssi/agent/kinds.hpp"
#include "ssi/agent/live_register.hpp"
#include "ssi/agent/open_store.hpp"
#include "ssi/agent/saved_filters.hpp"
#include "ssi/agent/settings.hpp"
#include "ssi/agent/statistics.hpp"
#include "ssi/agent/status_lists.hpp"
#include "ssi/agent/status_tokens.hpp"
#include "ssi/agent/trust_lists.hpp"
#include "ssi/agent/type_documents.hpp"
#include "ssi/openid/issuer.hpp"
#include "ssi/openid/provider.hpp"
#include "ssi/openid/verifier.hpp"
#include "ssi/register/code_list.hpp"
#include "ssi/register/register.hpp"

namespace stadtbuch::agent {

/// Why the agent does not start, with the exit code that says so (OP-13).
struct StartFailure {
    int exit_code = 0;
    std::vector<Error> errors;
};

/// The exit code of an error at the start.
[[nodiscard]] int exit_code_of(const Error& error);

struct Metrics {
    std::atomic<std::uint64_t> requests{0}, server_errors{0}, client_errors{0}, refused_for_now{0};
    std::atomic<std::uint64_t> credentials_issued{0}, offers_redeemed{0}, offers_burnt{0},
        old_proof_shapes{0};
    std::atomic<std::uint64_t> presentations_good{0}, presentations_bad{0};
    std::atomic<std::uint64_t> register_events{0}, register_events_held{0};
    std::atomic<std::uint64_t> logins{0}, logins_refused{0}, rate_limited{0};
    std::atomic<std::uint64_t> account_logins{0}, account_logins_refused{0};
    std::atomic<std::uint64_t> ledger_writes{0}, ledger_failures{0};
    std::atomic<std::uint64_t> signing_failures{0};
    std::atomic<bool> ledger_published{false};
};

class OfflinePackage;

class Agent {
  public:
    using Clock = std::function<keys::UnixSeconds()>;
    /// Reads everything that the settings name. Nothing is written before all of it was found good.
    [[nodiscard]] static Result<std::unique_ptr<Agent>, StartFailure> open(const Settings& settings,
                                                                           Clock clock);

    /// Routes of the public server, and those of the loopback server (metrics, health).
    void mount(net::HttpServer& server);
    void mount_telemetry(net::HttpServer& server);
    /// What the clock brings: call once a minute. Of several instances one does it. All cases are
    /// looked at only when a register was replaced, and once an hour (retention, dates that come).
    void tidy();

    /// Reads changed register files and carries out what follows, unless it is too much at once
    /// (Settings::register_events_max). Returns how many cases changed.
    std::size_t follow_registers();

    [[nodiscard]] keys::UnixSeconds now() const { return clock(); }

    [[nodiscard]] openid::TrustPolicy trust();
    /// True if somebody is trusted to issue this type, by the settings or by a list.
    [[nodiscard]] bool trusts_type(std::string_view vct) const;

    /// What mounted routes refer to, as long as the agent lives.
    void keep(std::shared_ptr<const void> thing) { kept_.push_back(std::move(thing)); }

    [[nodiscard]] const credential::CredentialType& residence() const {
        return *desk->type_of(CaseKind::residence);
    }

    [[nodiscard]] const credential::CredentialType& parking() const {
        return *desk->type_of(CaseKind::parking);
    }

    const Settings settings;
    const Clock clock;
    std::unique_ptr<Keyring> keyring;
    Accounts accounts;
    std::unique_ptr<LiveRegister> registers;
    std::optional<registers::CodeList> codes;
    std::unique_ptr<Kinds> kinds;
    std::unique_ptr<Companies> companies;
    FeeSchedule fees;
    std::unique_ptr<Payment> payment;
    std::unique_ptr<Database> database;
    std::unique_ptr<StoreRecords> records;
    std::unique_ptr<AuditLog> audit;
    std::unique_ptr<StatusLists> status;
    std::unique_ptr<StatusTokens> status_tokens;
    std::unique_ptr<CaseBook> cases;
    std::unique_ptr<Statistics> statistics;
    std::unique_ptr<openid::Issuer> issuer;
    std::unique_ptr<openid::Verifier> verifier;
    std::unique_ptr<openid::Provider> provider;
    std::unique_ptr<IdentityProviders> identity_providers;
    std::unique_ptr<Desk> desk;
    std::unique_ptr<Sessions> sessions;
    std::unique_ptr<SavedFilters> saved_filters;
    RateLimiter limiter;
    std::unique_ptr<SharedLimiter> guesses;
    Metrics metrics;
    /// Asks the ledger once it has what this agent writes there.
    std::unique_ptr<DidKeys> did_keys;
    std::unique_ptr<TypeDocuments> type_documents;
    std::shared_ptr<OfflinePackage> offline;
    std::vector<credential::TrustedIssuer> trusted;  ///< of the settings, and ourselves
    std::unique_ptr<TrustLists> trust_lists;
    std::vector<keys::Certificate> wallet_providers;
    openid::Registration issuer_registration, verifier_registration;

  private:
    Agent(const Settings& given, Clock the_clock) : settings(given), clock(std::move(the_clock)) {}

    [[nodiscard]] Result<void, StartFailure> load();
    [[nodiscard]] Result<void, StartFailure> load_wallet_trust();
    [[nodiscard]] Result<void, StartFailure> load_registration();
    [[nodiscard]] Result<void, StartFailure> open_store();
    [[nodiscard]] Result<void, StartFailure> wire_or_tell();
    bool codes_told_ = false;
    std::vector<std::shared_ptr<const void>> kept_;
    [[nodiscard]] Result<void, StartFailure> wire();
    void read_registers();
    std::size_t follow_events();
    std::atomic<std::uint64_t> registers_replaced_{1};  // how many times
    std::atomic<std::uint64_t> followed_{0};            // until which of them cases have followed
    std::int64_t swept_hour_ = -1;                      // when all cases were looked at
    /// Tells the operator once when the municipality's key no longer holds.
    void watch_codes();
    /// Tells the operator once when a type of ours does not fit what it extends.
    void watch_types();
    bool types_told_ = false;
    void tidy_alone();
};

// Route groups, each in its own file.
void mount_citizen_pages(Agent& agent, net::HttpServer& server);
void mount_kind_pages(Agent& agent, net::HttpServer& server);
void mount_parking_pages(Agent& agent, net::HttpServer& server);
void mount_holdings_pages(Agent& agent, net::HttpServer& server);
void mount_identity_pages(Agent& agent, net::HttpServer& server);
void mount_login_pages(Agent& agent, net::HttpServer& server);
void mount_account_pages(Agent& agent, net::HttpServer& server);
void mount_authorization_pages(Agent& agent, net::HttpServer& server);
void mount_staff_pages(Agent& agent, net::HttpServer& server);
void mount_bulk_pages(Agent& agent, net::HttpServer& server);
void mount_developer_pages(Agent& agent, net::HttpServer& server);
void mount_data_pages(Agent& agent, net::HttpServer& server);
void mount_offline_pages(Agent& agent, net::HttpServer& server);
void mount_paper_pages(Agent& agent, net::HttpServer& server);
void mount_rule_pages(Agent& agent, net::HttpServer& server);
void mount_queue_page(Agent& agent, net::HttpServer& server);
void mount_company_pages(Agent& agent, net::HttpServer& server);
void mount_cash_pages(Agent& agent, net::HttpServer& server);
void mount_case_pages(Agent& agent, net::HttpServer& server);
void mount_inspector_pages(Agent& agent, net::HttpServer& server);
void mount_legal_pages(Agent& agent, net::HttpServer& server);
void mount_openid(Agent& agent, net::HttpServer& server);
void mount_documents(Agent& agent, net::HttpServer& server);
void mount_api(Agent& agent, net::HttpServer& server);

}  // namespace stadtbuch::agent
