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

namespace {

PoolError interrupted_error() {
    PoolError out;
    out.kind = PoolErrorKind::timeout;
    out.error = {"SB-3011", "the question was given up", "", ""};
    return out;
}

}  // namespace

// Outcomes are shared with the callbacks, which may outlive an interrupted call.

Result<void, PoolError> BlockingPool::refresh() {
    const auto outcome = std::make_shared<std::optional<Result<void, PoolError>>>();
    client_.refresh([this, outcome](Result<void, PoolError> result) {
        *outcome = std::move(result);
        loop_.stop();
    });
    while (!*outcome && !interrupted_) loop_.run();
    if (!*outcome) return Failure{interrupted_error()};
    return std::move(**outcome);
}

Result<PoolAnswer, PoolError> BlockingPool::submit(encoding::Value request) {
    const auto outcome = std::make_shared<std::optional<Result<PoolAnswer, PoolError>>>();
    client_.submit(std::move(request), [this, outcome](Result<PoolAnswer, PoolError> result) {
        *outcome = std::move(result);
        loop_.stop();
    });
    while (!*outcome && !interrupted_) loop_.run();
    if (!*outcome) return Failure{interrupted_error()};
    return std::move(**outcome);
}

void BlockingPool::interrupt() {
    interrupted_ = true;
    loop_.stop();
}

std::uint64_t BlockingPool::next_req_id() {
    return client_.next_req_id();
}

const PoolLedger& BlockingPool::ledger() const {
    return client_.ledger();
}

}  // namespace stadtbuch::client
