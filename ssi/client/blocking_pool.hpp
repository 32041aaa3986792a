// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The pool client for callers that wait (command line, tests): each call runs its own event loop
// until the outcome is there. One thread at a time.
#pragma once
#include <atomic>
#include <memory>
#include <string_view>

#include "ssi/client/pool_client.hpp"

namespace stadtbuch::client {

class BlockingPool {
  public:
    /// Errors: SB-3001, SB-3002 (genesis). Nothing is sent yet.
    [[nodiscard]] static Result<std::unique_ptr<BlockingPool>, Error> open(
        std::string_view genesis_text, PoolClientOptions options = {});
    ~BlockingPool();
    BlockingPool(const BlockingPool&) = delete;
    BlockingPool& operator=(const BlockingPool&) = delete;

    [[nodiscard]] Result<void, PoolError> refresh();
    [[nodiscard]] Result<PoolAnswer, PoolError> submit(encoding::Value request);
    /// From any thread: what waits, and every later call, fails at once with SB-3011.
    void interrupt();
    [[nodiscard]] std::uint64_t next_req_id();
    [[nodiscard]] const PoolLedger& ledger() const;

  private:
    explicit BlockingPool(PoolLedger ledger, PoolClientOptions options);

    std::atomic<bool> interrupted_{false};
    net::EventLoop loop_;
    PoolClient client_;
};

}  // namespace stadtbuch::client
