// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the protocol machines, sessions and sittings remember, in the store. Every change is durable
// before it returns; changes of one key are serialised, so that a code is redeemed once however
// many ask at the same time.
#pragma once
#include "ssi/agent/database.hpp"
#include "ssi/openid/records.hpp"

namespace stadtbuch::agent {

class StoreRecords final : public openid::Records {
  public:
    explicit StoreRecords(Database& database) : database_(database) {}

    std::optional<std::string> get(std::string_view kind, std::string_view key) override;
    void put(std::string_view kind, std::string_view key, std::string value,
             keys::UnixSeconds expires_at) override;
    bool put_if_absent(std::string_view kind, std::string_view key, std::string value,
                       keys::UnixSeconds expires_at) override;
    bool put_all_if_absent(std::string_view kind, std::string_view group,
                           const std::vector<std::string>& keys,
                           keys::UnixSeconds expires_at) override;
    bool compare_and_swap(std::string_view kind, std::string_view key, const std::string& expected,
                          std::optional<std::string> replacement,
                          keys::UnixSeconds expires_at) override;
    void remove(std::string_view kind, std::string_view key);
    /// Forgets what has expired, at most `most` records; returns how many went.
    std::size_t expire(keys::UnixSeconds now, std::size_t most = 10000);

  private:
    void replace(const std::string& name, const std::optional<std::string>& before,
                 const std::optional<std::string>& after, keys::UnixSeconds expires_at);
    Database& database_;
};

}  // namespace stadtbuch::agent
