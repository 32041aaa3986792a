// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Connections to the agent's tables, with all statements prepared; at most so many at a time.
// Threads: any. Failures: StoreUnavailable.
#pragma once
#include <condition_variable>
#include <mutex>
#include <vector>

#include "ssi/agent/postgres_engine.hpp"
#include "storage/postgres/connection.hpp"

namespace stadtbuch::agent {

class PostgresPool {
  public:
    /// Makes or checks the tables over the first connection.
    [[nodiscard]] static Result<std::unique_ptr<PostgresPool>, Error> open(
        const PostgresOptions& options);

    /// Waits for a free connection, a few seconds at most.
    [[nodiscard]] std::unique_ptr<postgres::Connection> take();
    void give_back(std::unique_ptr<postgres::Connection> connection);
    /// This connection has gone, so the idle ones are likely gone as well.
    void lost(std::unique_ptr<postgres::Connection> connection);
    /// One that does not count; nobody gives it back.
    [[nodiscard]] std::unique_ptr<postgres::Connection> open() const;

  private:
    PostgresPool(postgres::ConnectionOptions how, const PostgresOptions& options)
        : how_(std::move(how)), most_(options.connections), alone_(options.alone) {}

    /// Every connection shares a lock that one who wants to be alone has for himself.
    [[nodiscard]] static bool lock_presence(postgres::Connection& connection, bool alone);

    postgres::ConnectionOptions how_;
    std::size_t most_;
    bool alone_;
    std::unique_ptr<postgres::Connection> presence_;  // says that this process is here
    std::mutex guard_;
    std::condition_variable freed_;
    std::size_t out_ = 0;
    std::vector<std::unique_ptr<postgres::Connection>> idle_;
};

}  // namespace stadtbuch::agent
