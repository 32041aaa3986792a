// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The registry changes while the pool works (plenum-consensus §7.2, §11; plenum-lessons E group 8).
#include <catch2/catch.hpp>

#include "tests/simulation/world.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;
using namespace stadtbuch::simulation;

namespace {

Plan plan_with(std::size_t nodes, std::size_t spares) {
    Plan plan;
    plan.nodes = nodes;
    plan.spares = spares;
    plan.limits = quick_limits();
    return plan;
}

std::string change(World& world, std::uint64_t id, const std::string& admit,
                   const std::string& remove) {
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < world.plan().nodes; ++i) all.push_back(i);
    return world.submit({id, LedgerId::pool, 7 * id + 1, admit, remove}, all);
}

}  // namespace

TEST_CASE("a fifth node is admitted, catches up and counts from the next view on",
          "[consensus][scenario-161]") {
    World world(plan_with(4, 1));
    world.start_all();
    world.run_until(1000);
    CHECK(world.replica(0).status().n == 4);
    const std::string digest = change(world, 1, "Node5", "");
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, 10'000));
    REQUIRE(world.run_until_true(
        [&] {
            return world.all_level() && world.replica(0).status().n == 5 &&
                   world.replica(4).status().n == 5;
        },
        60'000));
    CHECK(world.replica(0).status().view_no >= 1);
    // n - f = 4 of 5: without one of the old nodes the new one's votes are needed.
    world.crash(3);
    const std::string next = world.submit({50, LedgerId::domain, 1, {}, {}}, {0, 1});
    REQUIRE(world.run_until_true([&] { return world.is_answered(next); }, world.now() + 60'000));
    CHECK(world.violation().empty());
}

TEST_CASE("a removed node follows without voting and comes back", "[consensus][scenario-165]") {
    World world(plan_with(5, 0));
    world.start_all();
    world.run_until(1000);
    const std::string removed = change(world, 1, "", "Node5");
    REQUIRE(world.run_until_true([&] { return world.is_answered(removed); }, 10'000));
    REQUIRE(world.run_until_true(
        [&] { return world.replica(0).status().n == 4 && world.all_level(); }, 60'000));
    const std::string back = change(world, 2, "Node5", "");
    REQUIRE(world.run_until_true([&] { return world.is_answered(back); }, world.now() + 60'000));
    REQUIRE(
        world.run_until_true([&] { return world.replica(0).status().n == 5 && world.all_level(); },
                             world.now() + 60'000));
    CHECK(world.replica(0).status().registry.back() == "Node5");
    CHECK(world.violation().empty());
}

TEST_CASE("the primary itself can be removed", "[consensus][reliability:R-028]") {
    World world(plan_with(5, 0));
    world.start_all();
    world.run_until(1000);
    const std::string removed = change(world, 1, "", "Node1");
    REQUIRE(world.run_until_true([&] { return world.is_answered(removed); }, 10'000));
    const std::string next = world.submit({50, LedgerId::domain, 1, {}, {}}, {1, 2, 3});
    REQUIRE(world.run_until_true([&] { return world.is_answered(next) && world.all_level(); },
                                 world.now() + 60'000));
    CHECK(world.replica(1).status().primary != "Node1");
    CHECK(world.violation().empty());
}

TEST_CASE("a pool grows from four to ten and shrinks back", "[consensus][scenario-166]") {
    Plan plan = plan_with(4, 6);
    plan.limits.freshness_interval = 3'600'000;
    plan.limits.freshness_vote_after = 7'200'000;
    World world(plan);
    world.start_all();
    world.run_until(1000);
    std::uint64_t id = 1;
    const auto settle = [&](const std::string& admit, const std::string& remove, std::size_t n) {
        // The sum stays off the multiples of seven, which the toy ledger refuses.
        const std::uint64_t amount = id == 1 ? 1 : 7 * id;
        const std::string digest =
            world.submit({id++, LedgerId::pool, amount, admit, remove}, {0, 1, 2, 3});
        REQUIRE(
            world.run_until_true([&] { return world.is_answered(digest); }, world.now() + 60'000));
        INFO("members: " << n);
        // A member that was removed is cut off and may stay behind.
        std::vector<std::size_t> members;
        for (std::size_t i = 0; i < n; ++i) members.push_back(i);
        REQUIRE(world.run_until_true(
            [&] { return world.replica(0).status().n == n && world.level(members); },
            world.now() + 300'000));
    };
    for (std::size_t n = 5; n <= 10; ++n) settle("Node" + std::to_string(n), "", n);
    CHECK(world.replica(0).status().f == 3);
    CHECK(world.replica(0).status().primaries.size() == 4);
    for (std::size_t n = 9; n >= 4; --n) settle("", "Node" + std::to_string(n + 1), n);
    CHECK(world.replica(0).status().f == 1);
    CHECK(world.violation().empty());
}
