// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the protocol machines remember between two requests, as a port. Values are opaque texts.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ssi/keys/time.hpp"

namespace stadtbuch::openid {

using keys::UnixSeconds;

/// Single-use codes depend on compare_and_swap being atomic and durable before it returns.
/// `expires_at` lets the store forget; machines check times themselves.
class Records {
  public:
    virtual ~Records() = default;
    [[nodiscard]] virtual std::optional<std::string> get(std::string_view kind,
                                                         std::string_view key) = 0;
    virtual void put(std::string_view kind, std::string_view key, std::string value,
                     UnixSeconds expires_at) = 0;
    /// False and no change if the key exists.
    [[nodiscard]] virtual bool put_if_absent(std::string_view kind, std::string_view key,
                                             std::string value, UnixSeconds expires_at) = 0;
    /// All keys with an empty value, or false and no change if one of them exists. A key of this
    /// kind must always come with the same `group`, and in no other way: that is what two calls
    /// with a common key wait for each other by.
    [[nodiscard]] virtual bool put_all_if_absent(std::string_view kind, std::string_view group,
                                                 const std::vector<std::string>& keys,
                                                 UnixSeconds expires_at) = 0;
    /// Replaces (or with nullopt deletes) the value only if it still equals `expected`.
    [[nodiscard]] virtual bool compare_and_swap(std::string_view kind, std::string_view key,
                                                const std::string& expected,
                                                std::optional<std::string> replacement,
                                                UnixSeconds expires_at) = 0;

    /// compare_and_swap to nothing.
    [[nodiscard]] bool compare_and_delete(std::string_view kind, std::string_view key,
                                          const std::string& expected) {
        return compare_and_swap(kind, key, expected, std::nullopt, 0);
    }
};

/// In memory, one thread: the headless wallet's tests and single runs.
class MemoryRecords final : public Records {
  public:
    std::optional<std::string> get(std::string_view kind, std::string_view key) override;
    void put(std::string_view kind, std::string_view key, std::string value,
             UnixSeconds expires_at) override;
    bool put_if_absent(std::string_view kind, std::string_view key, std::string value,
                       UnixSeconds expires_at) override;
    bool put_all_if_absent(std::string_view kind, std::string_view group,
                           const std::vector<std::string>& keys, UnixSeconds expires_at) override;
    bool compare_and_swap(std::string_view kind, std::string_view key, const std::string& expected,
                          std::optional<std::string> replacement, UnixSeconds expires_at) override;
    /// Forgets what has expired; returns how many.
    std::size_t expire(UnixSeconds now);

    [[nodiscard]] std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        std::string value;
        UnixSeconds expires_at = 0;
    };

    std::map<std::pair<std::string, std::string>, Entry> entries_;
};

}  // namespace stadtbuch::openid
