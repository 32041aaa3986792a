// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/client/blocking_pool.hpp"

#include "ssi/keys/os_random.hpp"

namespace stadtbuch::client {

BlockingPool::BlockingPool(PoolLedger ledger, PoolClientOptions options)
    : client_(loop_, net::CurveContext::create(), std::move(ledger), keys::os_random(), options) {}

BlockingPool::~BlockingPool() = default;

Result<std::unique_ptr<BlockingPool>, Error> BlockingPool::open(std::string_view genesis_text,
                                                                PoolClientOptions options) {
    auto ledger = PoolLedger::from_genesis(genesis_text);
    if (!ledger) return Failure{ledger.error()};
    return std::unique_ptr<BlockingPool>(new BlockingPool(*std::move(ledger), options));
}

Result<void, PoolError> BlockingPool::refresh() {
    std::optional<Result<void, PoolError>> outcome;
    client_.refresh([&](Result<void, PoolError> result) {
        outcome = std::move(result);
        loop_.stop();
    });
    while (!outcome) loop_.run();
    return *std::move(outcome);
}

Result<PoolAnswer, PoolError> BlockingPool::submit(encoding::Value request) {
    std::optional<Result<PoolAnswer, PoolError>> outcome;
    client_.submit(std::move(request), [&](Result<PoolAnswer, PoolError> result) {
        outcome = std::move(result);
        loop_.stop();
    });
    while (!outcome) loop_.run();
    return *std::move(outcome);
}

std::uint64_t BlockingPool::next_req_id() {
    return client_.next_req_id();
}

const PoolLedger& BlockingPool::ledger() const {
    return client_.ledger();
}

}  // namespace stadtbuch::client
