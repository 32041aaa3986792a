// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/scenarios.hpp"

#include <cstdio>

#include "consensus/records.hpp"
#include "tests/simulation/stories.hpp"
#include "tests/simulation/stories_sizes.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using consensus::LedgerId;
using consensus::PpSeqNo;

std::string frozen_for_half_an_hour() {
    Plan plan = plan_for(4);
    plan.limits.freshness_interval = 5 * minute;
    plan.limits.freshness_vote_after = 10 * minute;
    Story story(plan);
    story.write(5, 200, {0, 1, 2, 3});
    World& world = story.world();
    const Tick thaw = world.now() + 30 * minute;
    world.freeze(2, thaw);
    world.freeze(3, thaw);
    world.run_until(thaw + 30 * second);
    const auto before = story.view(0);
    story.write(5, 500, {0, 1, 2, 3});
    story.answered_within(20 * second);
    story.level_within(20 * second);
    world.run_until(world.now() + 5 * minute);
    story.expect(story.view(0) <= before + 2, "views come to rest");
    return story.failure();
}

std::string views_run_apart() {
    Story story(plan_for(4));
    World& world = story.world();
    story.write(3, 200, {0, 1, 2, 3});
    for (const std::size_t pair : {0U, 1U, 2U, 0U}) {
        for (std::size_t b = 0; b < 4; ++b) {
            if (b != pair && b != (pair + 1) % 4) {
                world.cut(pair, b, true);
                world.cut((pair + 1) % 4, b, true);
            }
        }
        story.write(1, 20 * second, {0, 1, 2, 3});
        for (std::size_t a = 0; a < 4; ++a) {
            for (std::size_t b = a + 1; b < 4; ++b) world.cut(a, b, false);
        }
        world.run_until(world.now() + 700);
    }
    story.write(1, 0, {0, 1, 2, 3});
    story.answered_within(60 * second);
    story.level_within(60 * second);
    return story.failure();
}

std::string links_lost_for_half_a_minute() {
    Story story(plan_for(4));
    World& world = story.world();
    for (std::size_t b = 0; b < 3; ++b) world.cut(3, b, true);
    story.write(25, 1200, {0, 1, 2});
    for (std::size_t b = 0; b < 3; ++b) world.cut(3, b, false);
    story.level_within(10 * second);
    story.write(1, 0, {3});
    story.answered_within(10 * second);
    return story.failure();
}

std::string killed_at_every_effect() {
    for (std::uint64_t effects = 1; effects <= 60; ++effects) {
        Plan plan = plan_for(4);
        plan.seed = effects;
        Story story(plan);
        World& world = story.world();
        world.light_fuse(effects % 4, effects);
        story.write(6, 150, {0, 1, 2, 3});
        world.run_until(world.now() + second);
        for (std::size_t i = 0; i < 4; ++i) world.restart(i);
        story.write(1, 0, {0, 1, 2, 3});
        story.answered_within(30 * second);
        story.level_within(30 * second);
        if (!story.failure().empty())
            return "after " + std::to_string(effects) + " effects: " + story.failure();
    }
    return {};
}

std::string joins_under_load_and_restarts() {
    Plan plan = plan_for(4, 1, 1);
    plan.limits.catchup_chunk = 2;
    Story story(plan);
    World& world = story.world();
    world.crash(4);
    story.write(40, 50, {0, 1, 2, 3});
    world.submit_and_retry({900'001, LedgerId::pool, 1, "Node5", {}}, {0, 1, 2, 3});
    story.write(10, 50, {0, 1, 2, 3});
    world.restart(4);
    story.write(3, 50, {0, 1, 2, 3});
    world.crash(4);
    story.write(5, 50, {0, 1, 2, 3});
    world.restart(4);
    story.write(10, 50, {0, 1, 2, 3});
    story.answered_within(60 * second);
    story.level_within(60 * second);
    return story.failure();
}

std::string empty_disk_returns() {
    for (std::size_t victim = 0; victim < 4; ++victim) {
        Story story(plan_for(4));
        World& world = story.world();
        story.write(12, 100, {0, 1, 2, 3});
        world.wipe(victim);
        story.write(4, 100, {0, 1, 2, 3});
        world.restart(victim);
        story.write(4, 100, {0, 1, 2, 3});
        story.answered_within(30 * second);
        story.level_within(30 * second);
        if (!story.failure().empty()) return story.failure();
    }
    return {};
}

/// Nobody writes, with the waiting times that a node has by default: the batches for freshness
/// alone would take four hours to the checkpoint that lets the member vote.
std::string empty_disk_in_an_idle_pool() {
    for (std::size_t victim = 0; victim < 4; victim += 3) {
        Plan plan;
        plan.nodes = 4;
        plan.delay_max = 40;
        plan.disk_max = 10;
        Story story(plan);
        World& world = story.world();
        story.write(5, 200, {0, 1, 2, 3});
        world.wipe(victim);
        world.plant_record(victim, consensus::records::recover_key, "");
        story.run_for(20 * second);
        world.restart(victim);
        story.run_for(30 * second);
        story.expect(story.status(victim).recovering, "it only follows");
        story.expect_within(10 * minute, "it votes",
                            [&] { return world.replica(victim).is_participating(); });
        const PpSeqNo last = story.ordered(1);
        story.run_for(10 * minute);
        story.expect(story.ordered(1) <= last + 20, "only freshness makes batches again");
        // The pool stands a fault again.
        world.crash(2);
        story.write(2, 2 * second, {0, 1, 3});
        story.answered_within(30 * second);
        world.restart(2);
        story.all_is_well_within(30 * second);
        if (!story.failure().empty()) return story.failure();
    }
    return {};
}

std::string long_outage_heals() {
    Story story(plan_for(4));
    World& world = story.world();
    story.write(3, 200, {0, 1, 2, 3});
    world.crash(2);
    world.crash(3);
    story.write(2, 10 * minute, {0, 1, 2, 3});
    world.restart(2);
    world.restart(3);
    story.answered_within(2 * world.plan().limits.new_view_timeout_max);
    story.level_within(30 * second);
    return story.failure();
}

std::string old_snapshot_returns() {
    Story story(plan_for(4));
    World& world = story.world();
    story.write(3, 200, {0, 1, 2, 3});
    world.save_disk(3);
    for (int change = 0; change < 3; ++change) {
        const std::size_t primary = static_cast<std::size_t>(story.view(3) % 4);
        const std::size_t victim = primary == 3 ? 0 : primary;
        world.crash(victim);
        story.write(2, 8 * second, {0, 1, 2, 3});
        world.restart(victim);
        story.level_within(30 * second);
    }
    world.crash(3);
    world.put_back_disk(3);
    world.restart(3);
    story.write(2, 200, {0, 1, 2, 3});
    story.answered_within(30 * second);
    story.level_within(30 * second);
    return story.failure();
}

std::string power_cut_at_first_start() {
    for (Tick when = 0; when < 200; when += 20) {
        Plan plan = plan_for(4);
        plan.seed = when + 1;
        World world(plan);
        world.start_all();
        world.run_until(when);
        for (std::size_t i = 0; i < 4; ++i) world.crash(i);
        for (std::size_t i = 0; i < 4; ++i) world.restart(i);
        const std::string digest = world.submit_and_retry({1, LedgerId::domain, 1, {}, {}}, {0});
        const bool good =
            world.run_until_true([&] { return world.is_answered(digest) && world.all_level(); },
                                 world.now() + 30 * second);
        if (!good) return "power cut at " + std::to_string(when) + " ms: " + world.violation();
    }
    return {};
}

std::string wrong_clock_of_the_primary() {
    for (const std::int64_t off : {700, 86'400, -86'400}) {
        Story story(plan_for(4));
        World& world = story.world();
        world.set_clock(0, off);
        story.write(5, 300, {0, 1, 2, 3});
        story.answered_within(60 * second);
        world.set_clock(0, 0);
        const auto before = story.view(1);
        story.write(5, 300, {0, 1, 2, 3});
        story.answered_within(60 * second);
        story.level_within(60 * second);
        story.expect(story.view(1) <= before + 2, "views come to rest");
        if (!story.failure().empty()) return std::to_string(off) + " s: " + story.failure();
    }
    return {};
}

/// A primary sends empty batches for two ledgers in one second. Their digests are equal, so
/// NEW_VIEW cannot tell them apart. What is left of seed 1500002804 without the simulator's fault.
std::string one_digest_two_batches() {
    Plan plan = swarm(1500002804);
    for (const char* feature :
         {"clocks", "codec", "doubling", "drift", "observers", "reordering", "workers"})
        leave_out(plan, feature);
    plan.keep = std::set<std::size_t>{5, 16};
    return World(plan).run().violation;
}

/// Seeds that once broke a rule (REPORT.md says by what), run again with the integers.
std::string seeds_that_failed() {
    constexpr std::uint64_t seeds[] = {2,
                                       11,
                                       24,
                                       49,
                                       163,
                                       200,
                                       251,
                                       391,
                                       945,
                                       1020,
                                       1254,
                                       2094,
                                       3228,
                                       4845,
                                       1000663,
                                       1000996,
                                       1004832,
                                       1006066,
                                       1006461,
                                       1007160,
                                       1009604,
                                       1009747,
                                       1010034,
                                       1010083,
                                       1012994,
                                       1013850,
                                       1013981,
                                       1014620,
                                       1014985,
                                       1016764,
                                       1017508,
                                       1018156,
                                       3000947,
                                       3002376,
                                       4000052,
                                       5001217,
                                       5016201,
                                       5019966,
                                       5022775,
                                       10005012,
                                       10012879,
                                       10013791,
                                       20023655,
                                       20029655,
                                       20045334,
                                       100000629,
                                       100000865,
                                       100018243,
                                       100019352,
                                       200011456,
                                       400011602,
                                       400033854,
                                       200014162,
                                       1000016792,
                                       1000081220,
                                       1500010519,
                                       1500011224,
                                       1500025317,
                                       1500028898,
                                       1500044791,
                                       1500054102,
                                       1500072764,
                                       3100008772,
                                       1000047855,
                                       1500035735,
                                       1500002804,
                                       1000067923,
                                       1500043460,
                                       1000050429,
                                       3400022057,
                                       4200002882,
                                       4700001944,
                                       10000006155,
                                       11000019415,
                                       11000024372,
                                       11000052234,
                                       14100000361,
                                       17000160541,
                                       20000012256,
                                       25000032771,
                                       24000043607,
                                       32000234097,
                                       33000208596,
                                       100000006207,
                                       122000044412,
                                       132000091879,
                                       122000105232,
                                       122000117153,
                                       132000047837};
    constexpr std::uint64_t changing[] = {293,   1142,  1240,   3803,   43069, 44718,
                                          61188, 69824, 103517, 112794, 113076};
    const auto fails = [](const Plan& plan) {
        World world(plan);
        const std::string violation = world.run().violation;
        return violation.empty() ? violation
                                 : "seed " + std::to_string(plan.seed) + ": " + violation;
    };
    for (const std::uint64_t seed : seeds) {
        if (std::string violation = fails(swarm(seed)); !violation.empty()) return violation;
    }
    for (const std::uint64_t seed : changing) {
        std::string violation = fails(swarm(seed, Pools::changing));
        if (!violation.empty()) return violation + " (pools that change)";
    }
    return {};
}

/// What happened to others, by their names for it (reliability C3, plenum-lessons A).
std::vector<Scenario> incidents() {
    return {
        {"freeze-two-for-30-minutes", "indy-plenum#1488", frozen_for_half_an_hour},
        {"views-run-apart", "indy-node#1720", views_run_apart},
        {"links-lost-for-30-seconds", "indy-node#1700", links_lost_for_half_a_minute},
        {"kill-at-every-effect", "indy-node#1618", killed_at_every_effect},
        {"join-under-load-and-restart", "indy-node guide", joins_under_load_and_restarts},
        {"empty-disk-returns", "besu#8307, one of four", empty_disk_returns},
        {"empty-disk-in-an-idle-pool", "reliability R-011, OP-61", empty_disk_in_an_idle_pool},
        {"long-outage-heals", "besu#7642", long_outage_heals},
        {"old-snapshot-returns", "CCF#4528", old_snapshot_returns},
        {"power-cut-at-first-start", "etcd-io/etcd#16596", power_cut_at_first_start},
        {"one-digest-two-batches", "seed 1500002804", one_digest_two_batches},
        {"seeds-that-failed", "REPORT.md", seeds_that_failed},
        {"wrong-clock-of-the-primary", "plenum-lessons B21, seed 1018156",
         wrong_clock_of_the_primary},
    };
}

}  // namespace

const std::vector<Scenario>& scenarios() {
    static const std::vector<Scenario> all = [] {
        std::vector<Scenario> out = incidents();
        for (auto& group :
             {stories_of_ordering(), stories_of_hostile_senders(), stories_of_views(),
              stories_of_new_views(), stories_of_certificates(), stories_of_what_is_carried(),
              stories_of_catchup(), stories_of_leechers(), stories_of_backups(),
              stories_of_members(), stories_of_silence(), stories_of_sizes(), stories_of_hours(),
              stories_of_fairness()})
            out.insert(out.end(), group.begin(), group.end());
        return out;
    }();
    return all;
}

int list_scenarios() {
    for (const Scenario& scenario : scenarios())
        std::printf("%-30s %s\n", scenario.name.c_str(), scenario.origin.c_str());
    return 0;
}

int run_scenario(const std::string& name) {
    for (const Scenario& scenario : scenarios()) {
        if (scenario.name != name) continue;
        const std::string failure = scenario.run();
        std::printf("%-30s %s\n", name.c_str(), failure.empty() ? "good" : failure.c_str());
        return failure.empty() ? 0 : 1;
    }
    std::fprintf(stderr, "no scenario is called %s; --list names them\n", name.c_str());
    return 2;
}

int run_all_scenarios() {
    int worst = 0;
    for (const Scenario& scenario : scenarios()) worst |= run_scenario(scenario.name);
    return worst;
}

}  // namespace stadtbuch::simulation
