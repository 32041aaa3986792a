// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Long and large runs: plenum-lessons E 130, and pools of a size that no seed draws.
#include <algorithm>

#include "tests/simulation/random.hpp"
#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

constexpr Tick hour = 60 * minute;
constexpr std::size_t hours = 50;

/// Up to f members at once are down, stopped, or cut off in one or both directions, for seconds or
/// minutes.
class Troubles {
  public:
    Troubles(Story& story, Random& chance) : story_(story), chance_(chance) {}

    /// The members that are left alone.
    Nodes begin() {
        const std::size_t nodes = story_.world().plan().nodes;
        const std::size_t f = story_.world().plan().faulty_max();
        Nodes whole = first(nodes);
        for (std::uint64_t i = chance_.between(1, f); i > 0; --i) {
            const auto at = static_cast<std::ptrdiff_t>(chance_.below(whole.size()));
            victims_.emplace_back(whole[static_cast<std::size_t>(at)], chance_.below(4));
            whole.erase(whole.begin() + at);
        }
        for (const auto& [victim, kind] : victims_) begin(victim, kind);
        return whole;
    }

    void end() {
        for (const auto& [victim, kind] : victims_) {
            cut(victim, true, false);
            cut(victim, false, false);
            story_.world().restart(victim);
        }
        victims_.clear();
    }

  private:
    void begin(std::size_t victim, std::uint64_t kind) {
        World& world = story_.world();
        if (kind == 0) return world.crash(victim);
        if (kind == 1) return world.freeze(victim, world.now() + chance_.between(second, minute));
        if (kind == 2) cut(victim, true, true);
        cut(victim, false, true);
    }

    void cut(std::size_t victim, bool outwards, bool down) {
        World& world = story_.world();
        for (std::size_t other = 0; other < world.plan().nodes; ++other) {
            if (other == victim) continue;
            world.cut_one_way(outwards ? victim : other, outwards ? other : victim, down);
        }
    }

    Story& story_;
    Random& chance_;
    std::vector<std::pair<std::size_t, std::uint64_t>> victims_;
};

std::string an_hour(std::uint64_t seed) {
    Random chance(seed, "hour");
    static constexpr std::size_t sizes[] = {4, 4, 4, 5, 6, 7, 7, 9};
    Plan plan = plan_for(sizes[chance.below(std::size(sizes))]);
    plan.seed = seed;
    plan.limits.freshness_interval = 5 * minute;
    plan.limits.freshness_vote_after = 10 * minute;
    plan.limits.housekeeping_interval = 250;
    Story story(plan);
    const Nodes everybody = first(plan.nodes);
    const Tick end = story.world().now() + hour;
    while (story.world().now() < end && story.failure().empty()) {
        Troubles troubles(story, chance);
        const Nodes whole = troubles.begin();
        for (std::uint64_t i = chance.between(1, 5); i > 0; --i)
            story.write(1, chance.between(10, 20 * second), everybody);
        // A hostile network and a lost primary: still the others go on.
        story.write(1, 0, whole);
        story.answered_within(minute);
        troubles.end();
        story.level_within(minute);
        story.run_for(chance.between(second, 2 * minute));
    }
    story.all_is_well_within(minute);
    return story.failure();
}

std::string fifty_hours() {
    for (std::uint64_t seed = 1; seed <= hours; ++seed) {
        const std::string failure = an_hour(seed);
        if (!failure.empty()) return "hour " + std::to_string(seed) + ": " + failure;
    }
    return {};
}

/// The swarm draws pools of 4 to 8 and 10; nine members tolerate two hostile ones as seven do, with
/// larger quorums than 2f+1.
std::string nine_members() {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Plan plan = swarm(seed, Pools::hostile);
        plan.nodes = 9;
        if (plan.byzantine.size() + plan.bad_disks.size() < 2) plan.byzantine[8] = Character::liar;
        const std::string violation = World(plan).run().violation;
        if (!violation.empty()) return "seed " + std::to_string(seed) + ": " + violation;
    }
    return {};
}

}  // namespace

std::vector<Scenario> stories_of_hours() {
    return {
        {"e130-fifty-hours", "plenum-lessons E 130", fifty_hours},
        {"nine-members-two-hostile", "reliability B5", nine_members},
    };
}

}  // namespace stadtbuch::simulation
