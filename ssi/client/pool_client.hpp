// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A client of one pool on an event loop: connections to its nodes, refresh of the pool ledger,
// requests.
//
// All nodes see one identity, because a node answers the identity that a request first came from
// (indy-client-protocol §3). Threads: everything on the loop's thread. Ownership: destroy it before
// the loop; callbacks of unfinished requests are then dropped.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/net/curve.hpp"
#include "node/net/event_loop.hpp"
#include "ssi/client/pool.hpp"
#include "ssi/client/pool_error.hpp"
#include "ssi/client/reply_quorum.hpp"
#include "ssi/keys/random.hpp"

namespace stadtbuch::client {

struct PoolClientOptions {
    /// A node that does not react at all is given up after this time.
    std::int64_t ack_timeout_ms = 5000;
    /// A node that acknowledged gets this long for its answer.
    std::int64_t reply_timeout_ms = 30000;
    /// Reads ask one node more each time this passes without an outcome.
    std::int64_t impatience_ms = 700;
    std::int64_t freshness_s = default_freshness_s;
    /// A write that is done waits at most this long for the other connected nodes, so that whoever
    /// asks any of them afterwards sees it.
    std::int64_t settle_ms = 0;
    /// What an earlier client of the same user wrote: ledger id to batch time, and who answered.
    std::map<std::int64_t, std::int64_t> own_writes = {};
    std::vector<std::string> last_writers = {};
};

class PoolClient {
  public:
    using OnAnswer = std::function<void(Result<PoolAnswer, PoolError>)>;
    using OnRefreshed = std::function<void(Result<void, PoolError>)>;

    PoolClient(net::EventLoop& loop, std::shared_ptr<net::CurveContext> context, PoolLedger ledger,
               keys::RandomSource& random, PoolClientOptions options = {});
    ~PoolClient();
    PoolClient(const PoolClient&) = delete;
    PoolClient& operator=(const PoolClient&) = delete;

    /// Catches up with the pool ledger; nodes that joined are known afterwards. A refresh in
    /// progress is joined.
    void refresh(OnRefreshed done);
    /// Sends a complete request (signed, if it is a write or an action). Two requests under way
    /// must not have the same reqId.
    void submit(encoding::Value request, OnAnswer done);
    /// A reqId that this client did not use before: nanoseconds since the epoch, increasing.
    [[nodiscard]] std::uint64_t next_req_id();

    [[nodiscard]] const PoolLedger& ledger() const;
    /// Nodes with a standing connection.
    [[nodiscard]] std::vector<std::string> connected_nodes() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stadtbuch::client
