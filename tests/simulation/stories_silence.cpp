// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Primaries that are lost without a word: their connections stand, nothing comes. With the waiting
// times that a node has by default. What counts is how long clients wait.
#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

constexpr Tick writes_resume_within = 5 * second;
constexpr Tick healed_within = 10 * second;

enum class Loss { stopped, says_nothing, hears_nothing, both };

void lose(World& world, std::size_t member, Loss loss, bool lost) {
    if (loss == Loss::stopped) {
        if (lost) world.freeze(member, world.now() + 30 * second);
        return;
    }
    for (std::size_t other = 0; other < world.plan().nodes; ++other) {
        if (other == member) continue;
        if (loss != Loss::hears_nothing) world.cut_one_way(member, other, lost);
        if (loss != Loss::says_nothing) world.cut_one_way(other, member, lost);
    }
}

std::vector<std::size_t> all_of(const World& world) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < world.plan().nodes; ++i) out.push_back(i);
    return out;
}

std::string silent_primary(Loss loss, std::size_t nodes, std::size_t in_a_row) {
    Story story(default_profile(nodes));
    World& world = story.world();
    story.write(5, 200, all_of(world));
    for (std::size_t i = 0; i < in_a_row; ++i) lose(world, i, loss, true);
    const std::string request = story.send(all_of(world));
    story.expect_within(writes_resume_within, "the write is answered by the others",
                        [&] { return world.is_answered(request); });
    story.expect(story.view(nodes - 1) == in_a_row, "by the first primary that is there");
    story.run_for(30 * second);
    for (std::size_t i = 0; i < in_a_row; ++i) lose(world, i, loss, false);
    story.level_within(healed_within);
    story.run_for(minute);
    story.expect(story.view(nodes - 1) == in_a_row, "who comes back accuses nobody");
    story.all_is_well_within(healed_within);
    return story.failure();
}

/// The same while clients write all the time, so that some of it is under way when the primary is
/// lost.
std::string silent_primary_under_load(Loss loss) {
    Story story(default_profile(4));
    World& world = story.world();
    story.write(50, 40, all_of(world));
    lose(world, 0, loss, true);
    story.write(250, 40, all_of(world));
    Tick last = 0;
    Tick longest = 0;
    for (const auto& [seq, tick] : world.first_ordered_at()) {
        longest = std::max(longest, last == 0 ? 0 : tick - last);
        last = tick;
    }
    story.expect(longest <= writes_resume_within,
                 "no stop is longer than it may be: " + std::to_string(longest));
    story.expect(story.view(3) == 1, "one view change was enough");
    story.answered_within(healed_within);
    lose(world, 0, loss, false);
    story.level_within(30 * second);
    story.all_is_well_within(healed_within);
    return story.failure();
}

/// Two and two for longer than anybody waits for a primary: nobody has an opinion, and as soon as
/// they are whole again the old primary goes on.
std::string split_in_halves(Tick length) {
    Story story(default_profile(4));
    World& world = story.world();
    story.write(5, 200, all_of(world));
    const auto cut = [&](bool down) {
        for (const std::size_t a : {0U, 1U}) {
            for (const std::size_t b : {2U, 3U}) {
                world.cut_one_way(a, b, down);
                world.cut_one_way(b, a, down);
            }
        }
    };
    cut(true);
    const std::string request = story.send(all_of(world));
    story.run_for(length);
    cut(false);
    story.expect_within(healed_within, "the write is answered",
                        [&] { return world.is_answered(request); });
    story.all_is_well_within(healed_within);
    // Before anybody is missed, a vote may be cast; n-f there are not.
    story.expect(story.view(0) <= 1, "at most one view is left");
    return story.failure();
}

/// All processes of a host are stopped and go on: their clocks have jumped, everybody is late.
std::string all_sleep() {
    Story story(default_profile(4));
    World& world = story.world();
    story.write(5, 200, all_of(world));
    const std::string request = story.send(all_of(world));
    for (const std::size_t i : all_of(world)) world.freeze(i, world.now() + 20 * second);
    story.run_for(20 * second);
    story.expect_within(5 * second, "the write is answered",
                        [&] { return world.is_answered(request); });
    story.run_for(minute);
    story.expect(story.view(0) == 0, "nobody was accused");
    story.all_is_well_within(healed_within);
    return story.failure();
}

/// Nothing but the disk of the primary hangs: its links answer, its batches never leave.
std::string disk_of_the_primary_hangs() {
    Story story(default_profile(4));
    World& world = story.world();
    story.write(5, 200, all_of(world));
    story.lose([](std::size_t from, std::size_t, const messages::Message& message) {
        return from == 0 && (is_batch(message) || as<messages::InstanceChange>(message) != nullptr);
    });
    const std::string request = story.send(all_of(world));
    story.expect_within(writes_resume_within, "the write is answered",
                        [&] { return world.is_answered(request); });
    story.expect(story.view(1) == 1, "by the next primary");
    story.lose_nothing();
    story.all_is_well_within(healed_within);
    return story.failure();
}

/// Links so slow that no primary can order anything within the first patience: patience grows until
/// views hold, and does not return while batches take that long.
std::string slow_for_everybody() {
    Plan plan = default_profile(4);
    plan.delay_min = plan.delay_max = 1200;
    Story story(plan);
    World& world = story.world();
    story.run_for(10 * second);
    story.write(20, 20 * second, all_of(world));
    story.answered_within(5 * minute);
    const std::uint64_t before = story.view_changes();
    story.write(20, 20 * second, all_of(world));
    story.answered_within(minute);
    story.expect(story.view_changes() == before, "views have come to rest");
    return story.failure();
}

/// A member that votes for a batch that nobody made: it is asked about, and costs nobody his view.
std::string votes_for_no_batch() {
    Story story(default_profile(4));
    World& world = story.world();
    story.write(5, 200, all_of(world));
    messages::Prepare prepare;
    prepare.view_no = 0;
    prepare.pp_seq_no = story.ordered(0) + 1;
    prepare.pp_time = story.forged(0, prepare.pp_seq_no).pp_time;
    prepare.digest = std::string(64, 'a');
    prepare.state_root = Hash32{};
    prepare.txn_root = Hash32{};
    for (int i = 0; i < 30; ++i) {
        story.inject(3, {0, 1, 2}, prepare);
        story.run_for(second);
    }
    story.expect(story.view(0) == 0, "the view stays");
    story.all_is_well_within(healed_within);
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_silence() {
    const std::string goal = "issue 4, goals of part 3";
    return {
        {"primary-stopped", goal, [] { return silent_primary(Loss::stopped, 4, 1); }},
        {"primary-silent-one-way", goal, [] { return silent_primary(Loss::says_nothing, 4, 1); }},
        {"primary-deaf-one-way", goal, [] { return silent_primary(Loss::hears_nothing, 4, 1); }},
        {"primary-cut-off-silently", goal, [] { return silent_primary(Loss::both, 4, 1); }},
        {"primary-stopped-under-load", goal,
         [] { return silent_primary_under_load(Loss::stopped); }},
        {"primary-silent-under-load", goal,
         [] { return silent_primary_under_load(Loss::says_nothing); }},
        {"primary-deaf-under-load", goal,
         [] { return silent_primary_under_load(Loss::hears_nothing); }},
        {"two-primaries-stopped-of-7", goal, [] { return silent_primary(Loss::stopped, 7, 2); }},
        {"three-primaries-silent-of-10", goal,
         [] { return silent_primary(Loss::says_nothing, 10, 3); }},
        {"split-in-halves-5-seconds", goal, [] { return split_in_halves(5 * second); }},
        {"split-in-halves-2-minutes", goal, [] { return split_in_halves(2 * minute); }},
        {"all-sleep-20-seconds", "plenum-lessons E 38", all_sleep},
        {"disk-of-the-primary-hangs", goal, disk_of_the_primary_hangs},
        {"slow-for-everybody", "plenum-lessons E 107", slow_for_everybody},
        {"votes-for-no-batch", "plenum-lessons B", votes_for_no_batch},
    };
}

}  // namespace stadtbuch::simulation
