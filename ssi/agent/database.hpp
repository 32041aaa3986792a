// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The agent's part of the store: one column, keys with a leading letter, one batch per change,
// locks for read-modify-write.
//
// Keys: 'c' case id -> JSON; 'n' "case" -> next case number; 'r' kind 0 key -> expiry (8 BE) ||
// value; 'x' expiry (8 BE) kind 0 key -> empty; 'l' list id -> JSON of a status list; 'm' case id 0
// list 0 index (8 BE)
// -> expiry (8 BE); 's' list id 0 index (8 BE) -> status (1); 'a' time (8 BE) sequence (8 BE) ->
// JSON of an audit line; 't', 'T' statistics (statistics.hpp); 'i' list id 0 index (8 BE) -> case
// id; 'k' name -> secret of this store.
//
// Threads: any. Failures: a failed durable write ends the process (exit code 74), because nothing
// that the agent would say afterwards could be trusted (reliability B2).
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/keys/random.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::agent {

class Database {
  public:
    explicit Database(std::unique_ptr<store::Store> store);

    [[nodiscard]] std::optional<std::string> get(std::string_view key) const;
    /// Visits keys that begin with `prefix`, in order, until false.
    void scan(std::string_view prefix,
              const std::function<bool(std::string_view key, std::string_view value)>& visit) const;
    /// Keys in [from, to).
    void scan_range(
        std::string_view from, std::string_view to,
        const std::function<bool(std::string_view key, std::string_view value)>& visit) const;

    /// Makes the commits of one request share one sync: inside its life commit() of this thread
    /// only appends, at its end everything is made durable at once. Nothing may leave the process
    /// before that end. A crash in between keeps a prefix of the writes, about which nobody has
    /// heard.
    class Together {
      public:
        explicit Together(Database& database);
        ~Together();
        Together(const Together&) = delete;
        Together& operator=(const Together&) = delete;

      private:
        Database& database_;
    };

    /// Durable when it returns, together with every write before it (see Together).
    void commit(const store::Batch& batch);
    /// Not yet durable: a later commit() makes it so.
    void append(const store::Batch& batch);
    /// 32 random octets of this store, made when first asked for.
    [[nodiscard]] Bytes secret(std::string_view name, keys::RandomSource& random);
    /// Makes everything durable. False: the store has failed and must not be closed.
    [[nodiscard]] bool flush();
    /// Serialises read-modify-write of what `key` names.
    [[nodiscard]] std::unique_lock<std::mutex> lock(std::string_view key);

    [[nodiscard]] store::StoreCounters counters() const { return store_->counters(); }

    [[nodiscard]] bool sound() const { return !store_->failure().has_value(); }

  private:
    void write(const store::Batch& batch, store::Durability durability);
    std::unique_ptr<store::Store> store_;
    std::array<std::mutex, 64> locks_;
};

void put(store::Batch& batch, std::string_view key, std::string_view value);
void erase(store::Batch& batch, std::string_view key);
/// Eight octets, big endian: sorts as the number does.
[[nodiscard]] std::string big_endian(std::uint64_t number);
[[nodiscard]] std::uint64_t from_big_endian(std::string_view bytes);

}  // namespace stadtbuch::agent
