// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/ledger_store.hpp"

#include <tuple>

#include "node/log.hpp"
#include "node/net/event_loop.hpp"
#include "node/repair.hpp"
#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::size_t store_cache_bytes = 16u << 20;
constexpr std::size_t store_memtable_bytes = 8u << 20;
constexpr std::size_t reader_nodes_max = 20'000;
constexpr std::size_t identities_max = 15'000;

Result<LedgerStore, StartFailure> open_as_it_is(const Settings& settings,
                                                const Identity& identity) {
    store::RocksOptions options;
    options.path = settings.data;
    options.cache_bytes = store_cache_bytes;
    options.memtable_bytes = store_memtable_bytes;
    options.identity =
        "node " + encoding::base58_encode(ledger::genesis_root(identity.genesis.pool));
    const auto end = [settings](const Error& error) {
        log_error(error);
        std::ignore = leave(static_cast<int>(exit_code_after(error, settings)));
    };
    options.on_read_failure = end;
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
    // Without "repair" the node goes on: what it needs of the file it will find damaged when it
    // reads it, and its operator can choose the hour of `node recover`.
    const auto found = [settings, end](const Error& error) {
        settings.repairs_damage&& is_damage(error) ? end(error) : log_error(error);
    };
    out.scrub = std::make_unique<Scrub>(*out.store, scrub, found);
    return out;
}

/// The damaged store is kept under another name; the members have everything that was in it.
Result<LedgerStore, StartFailure> begin_anew(const Settings& settings, const Identity& identity) {
    const auto aside = put_aside(settings, net::unix_seconds());
    if (!aside) return Failure{StartFailure{ExitCode::bad_data, aside.error()}};
    log(LogLevel::warn,
        "the store was damaged; it is put aside, and everything comes from the others",
        {{"aside", *aside}});
    auto opened = open_as_it_is(settings, identity);
    if (opened) opened->begun_anew = true;
    return opened;
}

}  // namespace

Result<LedgerStore, StartFailure> open_ledger_store(const Settings& settings,
                                                    const Identity& identity) {
    if (repair_requested(settings)) return begin_anew(settings, identity);
    auto opened = open_as_it_is(settings, identity);
    if (opened || !settings.repairs_damage || !is_damage(opened.error().error)) return opened;
    log_error(opened.error().error);
    return begin_anew(settings, identity);
}

}  // namespace stadtbuch::node
