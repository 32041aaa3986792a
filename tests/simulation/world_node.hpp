// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One simulated node: its replica, its executor, its disk.
#pragma once
#include <deque>

#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation {

struct World::Node {
    struct Write {
        consensus::PersistId id = 0;
        std::vector<consensus::VoteRecord> records;
        ToyExecutor::Sizes sizes{};
        std::vector<consensus::OrderedBatch> ordered;
    };

    struct Held {
        std::vector<std::size_t> to;
        consensus::messages::Message message;
        consensus::PersistId after = 0;
    };

    std::string name;
    bool is_observer = false;
    bool alive = false;
    unsigned incarnation = 0;
    std::unique_ptr<ToyExecutor> executor;
    std::unique_ptr<consensus::Replica> replica;
    std::int64_t clock_offset = 0;

    // Disk: what survives, and what was written but not synced.
    std::map<std::string, std::string> votes;
    ToyExecutor::Sizes durable_sizes{};
    std::deque<Write> pending;
    bool disk_busy = false;
    consensus::PersistId durable = 0;
    std::size_t syncs = 0;

    std::vector<Held> held;
    std::optional<Tick> wake_at;
    std::vector<consensus::messages::MultiSig> proofs;
};

}  // namespace stadtbuch::simulation
