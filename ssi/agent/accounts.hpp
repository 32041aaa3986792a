// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Who may work here: clerks and inspectors with passwords (argon2id), programs with tokens (SHA-256
// of 256-bit random tokens); sessions; the limits of guessing.
//
// The file is TOML: [[account]] id, name, password ("$argon2id$..."), roles; [[token]] name, sha256
// (base64url).
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "ssi/agent/records.hpp"
#include "ssi/keys/random.hpp"

namespace stadtbuch::agent {

struct Account {
    std::string id;
    std::string name;
    std::string password_hash;
    bool clerk = false;
    bool inspector = false;
};

struct ApiToken {
    std::string name;
    std::string sha256;
};

struct Accounts {
    std::vector<Account> people;
    std::vector<ApiToken> tokens;

    [[nodiscard]] const Account* find(std::string_view id) const;
    /// Name of the token that `authorization` ("Bearer ...") carries; null: none.
    [[nodiscard]] const ApiToken* token_of(std::string_view authorization) const;
};

/// Errors as read_settings(); also for passwords that are no argon2id hashes.
[[nodiscard]] Result<Accounts, std::vector<Error>> read_accounts(const std::string& file);

struct Session {
    std::string token;  ///< cookie value
    std::string account;
    std::string name;
    bool clerk = false;
    bool inspector = false;
    keys::UnixSeconds until = 0;  ///< it ends then, if nothing else is asked for
};

/// Sessions of people who logged in: 256-bit tokens, stored as hashes, 30 minutes without use, 10
/// hours at most.
class Sessions {
  public:
    static constexpr std::int64_t idle_s = 30 * 60;
    static constexpr std::int64_t life_s = 10 * 3600;

    Sessions(StoreRecords& records, keys::RandomSource& random)
        : records_(records), random_(random) {}

    [[nodiscard]] Session start(const Account& account, keys::UnixSeconds now);
    [[nodiscard]] std::optional<Session> find(std::string_view token, const Accounts& accounts,
                                              keys::UnixSeconds now);
    void end(std::string_view token);

  private:
    StoreRecords& records_;
    keys::RandomSource& random_;
};

/// Token buckets by name, in memory and bounded: when full the oldest half is forgotten. Threads:
/// any.
class RateLimiter {
  public:
    struct Rule {
        double burst = 5;
        double per_minute = 1;
    };

    /// False: the bucket is empty; nothing is taken then.
    [[nodiscard]] bool take(const std::string& name, const Rule& rule, std::int64_t now_ms);

  private:
    struct Bucket {
        double left = 0;
        std::int64_t at_ms = 0;
    };

    std::mutex guard_;
    std::map<std::string, Bucket> buckets_;
};

/// The same for what every instance must count together: guesses for one account. In the store
/// where it is shared, in memory otherwise.
class SharedLimiter {
  public:
    SharedLimiter(Database& database, StoreRecords& records)
        : database_(database), records_(records) {}

    [[nodiscard]] bool take(const std::string& name, const RateLimiter::Rule& rule,
                            keys::UnixSeconds now);

  private:
    Database& database_;
    StoreRecords& records_;
    RateLimiter here_;
};

/// The /24 or /48 that an address belongs to, for limits; never logged.
[[nodiscard]] std::string address_prefix(std::string_view address);

}  // namespace stadtbuch::agent
