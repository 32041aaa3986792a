// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/ledger_store.hpp"

#include <tuple>

#include "node/log.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::size_t store_cache_bytes = 16u << 20;
constexpr std::size_t store_memtable_bytes = 8u << 20;
constexpr std::size_t reader_nodes_max = 20'000;
constexpr std::size_t identities_max = 15'000;

}  // namespace

Result<LedgerStore, StartFailure> open_ledger_store(const Settings& settings,
                                                    const Identity& identity) {
    store::RocksOptions options;
    options.path = settings.data;
    options.cache_bytes = store_cache_bytes;
    options.memtable_bytes = store_memtable_bytes;
    options.identity =
        "node " + encoding::base58_encode(ledger::genesis_root(identity.genesis.pool));
    options.on_read_failure = [](const Error& error) {
        log_error(error);
        std::ignore = leave(static_cast<int>(exit_code_of_store(error)));
    };
    auto opened = store::open_rocks(options);
    if (!opened) return Failure{StartFailure{exit_code_of(opened.error()), opened.error()}};
    LedgerStore out;
    out.store = *std::move(opened);
    auto execution =
        ledger::Execution::open(*out.store, identity.genesis, {.identities_max = identities_max});
    if (!execution)
        return Failure{StartFailure{exit_code_of(execution.error()), execution.error()}};
    out.execution = *std::move(execution);
    out.reader = std::make_unique<ledger::Reader>(*out.store, reader_nodes_max);
    if (settings.scrub_mib_per_second == 0) return out;
    Scrub::Options scrub;
    scrub.octets_per_second = static_cast<std::uint64_t>(settings.scrub_mib_per_second) << 20;
    scrub.every = std::chrono::hours(settings.scrub_hours);
    // The node goes on: what it needs of the file it will find damaged when it reads it, and its
    // operator can choose the hour of `node recover`.
    out.scrub = std::make_unique<Scrub>(*out.store, scrub, log_error);
    return out;
}

}  // namespace stadtbuch::node
