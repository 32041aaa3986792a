// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One simulated node: its replica, its body, its disk, its clocks.
#pragma once
#include <deque>

#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation {

inline constexpr consensus::UnixSeconds epoch = 1'600'000'000;

struct World::Node {
    struct Write {
        consensus::PersistId id = 0;
        std::vector<consensus::VoteRecord> records;
        std::size_t octets = 0;
        std::vector<consensus::OrderedBatch> ordered;
    };

    struct Held {
        std::vector<std::size_t> to;
        std::shared_ptr<const consensus::messages::Message> message;
        consensus::PersistId after = 0;
    };

    std::string name;
    bool is_observer = false;
    std::optional<std::size_t> twin_of;
    Character character = Character::honest;
    bool alive = false;
    unsigned incarnation = 0;
    std::unique_ptr<Body> body;
    std::unique_ptr<consensus::Replica> replica;

    // Clocks: the wall is off by seconds, both run fast by millionths.
    std::int64_t clock_offset = 0;
    std::int64_t drift = 0;
    Tick frozen_until = 0;
    std::size_t deferred = 0;

    // Disk: what survives, and what was written but not synced.
    std::map<std::string, std::string> votes;
    std::map<std::string, std::string> saved_votes;
    std::deque<Write> pending;
    bool disk_busy = false;
    bool fail_next_write = false;
    bool fail_next_sync = false;
    bool misdirect_next_write = false;
    std::optional<State> damage;  ///< on the medium, and what it will be when a read meets it
    bool has_new_disk = false;    ///< votes again once the others' checkpoint frees it
    Tick slow_disk = 0;
    consensus::PersistId durable = 0;
    consensus::PersistId sync_wanted = 0;
    std::size_t syncs = 0;

    std::vector<Held> held;
    std::optional<Tick> wake_at;
    std::uint64_t fuse = 0;  ///< effects until it crashes; 0: none
    unsigned look_in = 0;
    consensus::ViewNo view_seen = 0;
    consensus::ViewNo view_stepped = 0;  ///< after its last event
    std::uint64_t catchups_seen = 0;
    std::vector<consensus::NodeName> members;  ///< who may speak on its node port
    std::uint64_t muted = 0;                   ///< choosy: mask of members it is silent to
    std::uint64_t muted_kinds = 0;
    std::vector<consensus::messages::MultiSig> proofs;

    [[nodiscard]] Tick ticks(Tick now) const {
        return drift == 0 ? now
                          : static_cast<Tick>(static_cast<std::int64_t>(now) +
                                              static_cast<std::int64_t>(now) * drift / 1'000'000);
    }

    /// World time at which the node's clock shows `tick`, rounded up.
    [[nodiscard]] Tick world_time(Tick tick) const {
        if (drift == 0) return tick;
        Tick guess =
            static_cast<Tick>(static_cast<std::int64_t>(tick) * 1'000'000 / (1'000'000 + drift));
        while (ticks(guess) < tick) ++guess;
        return guess;
    }

    [[nodiscard]] consensus::Instant instant(Tick now) const {
        const Tick tick = ticks(now);
        return {tick, epoch + static_cast<consensus::UnixSeconds>(tick / 1000) + clock_offset};
    }
};

}  // namespace stadtbuch::simulation
