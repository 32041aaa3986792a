// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the stories of this folder begin with: a calm pool, and words for what happens in it.
#pragma once
#include <catch2/catch.hpp>
#include <string>

#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation::story {

inline Plan calm(std::size_t nodes = 4) {
    Plan plan;
    plan.nodes = nodes;
    plan.limits = quick_limits();
    plan.limits.freshness_interval = 3'600'000;
    plan.limits.freshness_vote_after = 7'200'000;
    return plan;
}

/// `count` batches of one request each.
inline void order(World& world, std::uint64_t first, std::uint64_t count, std::size_t at_node = 0) {
    for (std::uint64_t i = 0; i < count; ++i) {
        const consensus::PpSeqNo before = world.replica(at_node).status().last_ordered;
        world.submit({first + i, consensus::LedgerId::config, 7 * (first + i) + 1, {}, {}},
                     {at_node});
        REQUIRE(world.run_until_true(
            [&] { return world.replica(at_node).status().last_ordered > before; },
            world.now() + 60'000));
    }
}

inline bool suspected(const World& world, consensus::Reason reason) {
    for (const auto& [node, suspicion] : world.suspicions()) {
        if (suspicion.reason == reason) return true;
    }
    return false;
}

inline bool level_within(World& world, consensus::Tick ms) {
    return world.run_until_true([&] { return world.all_level(); }, world.now() + ms);
}

inline bool all_in_view(const World& world, const std::vector<std::size_t>& nodes,
                        consensus::ViewNo at_least) {
    for (const std::size_t node : nodes) {
        const auto status = world.replica(node).status();
        if (status.view_no < at_least || status.phase != consensus::Phase::participating)
            return false;
    }
    return true;
}

}  // namespace stadtbuch::simulation::story
