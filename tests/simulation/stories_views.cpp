// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Checkpoints, and how a view change begins: plenum-lessons E, groups 4 and 5, and part A.
#include <algorithm>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

const Nodes all{0, 1, 2, 3};

// ---- checkpoints

std::string checkpoint_votes_early_and_late() {
    Story story;
    // At node 3 the votes come before its own checkpoint, at node 2 long after.
    story.keep_back([](std::size_t, std::size_t to, const messages::Message& message) {
        return (to == 3 && is_commit(message)) ||
               (to == 2 && as<messages::Checkpoint>(message) != nullptr);
    });
    for (int i = 0; i < 10; ++i) {
        story.send({0});
        story.run_for(one_batch);
    }
    story.deliver_kept();
    story.level_within(10 * second);
    for (const std::size_t i : all)
        story.expect(story.status(i).stable_checkpoint == 10, "stable at " + std::to_string(i));
    return story.failure();
}

std::string wrong_checkpoint_of_one() {
    Story story;
    bool spoil = true;
    story.lose([&](std::size_t from, std::size_t, const messages::Message& message) {
        return spoil && from == 3 && as<messages::Checkpoint>(message) != nullptr;
    });
    story.write(9, one_batch, {0});
    story.inject(3, {0, 1, 2}, messages::Checkpoint{0, 0, 0, 10, Hash32{}});
    story.inject(3, {0, 1, 2}, messages::Checkpoint{0, 0, 0, 10, Hash32{}});  // twice
    story.inject(3, {0, 1, 2}, messages::Checkpoint{0, 0, 0, 0, Hash32{}});   // of the past
    spoil = false;
    story.write(3, one_batch, {0});
    story.expect(story.status(0).stable_checkpoint == 10, "stable by the three others");
    story.all_is_well_within(10 * second);
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

std::string lag_of_one_and_of_two_checkpoints() {
    for (const std::size_t batches : {12U, 25U}) {
        Story story;
        bool away = true;
        story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
            return away && to == 3 && as<messages::Checkpoint>(message) == nullptr;
        });
        for (std::size_t i = 0; i < batches; ++i) {
            story.send({0});
            story.run_for(one_batch);
        }
        story.expect(story.ordered(3) == 0, "node 3 hears of checkpoints only");
        away = false;
        story.expect_within(10 * second, "it comes back",
                            [&] { return story.ordered(3) >= batches; });
        story.level_within(10 * second);
        if (!story.failure().empty()) return story.failure();
    }
    return {};
}

std::string checkpoint_beside_a_view_change() {
    for (const std::size_t batches : {8U, 9U, 10U, 11U}) {
        Story story;
        story.write(batches, one_batch, {0});
        story.level_within(5 * second);
        story.world().crash(0);
        story.write(4, 200, {1, 2, 3});
        story.answered_within(30 * second);
        story.world().restart(0);
        story.all_is_well_within(30 * second);
        story.write(12, one_batch, {1});
        story.all_is_well_within(10 * second);
        story.expect(story.status(1).stable_checkpoint >= 20, "checkpoints go on");
        if (!story.failure().empty())
            return "after " + std::to_string(batches) + " batches: " + story.failure();
    }
    return {};
}

/// Seed 6500000033 with real ledgers: of three members one had not reached the checkpoint when it
/// left the view. What they share lies below what its CHECKPOINT makes stable at the new primary.
std::string checkpoint_is_stable_before_new_view() {
    Story story(3);
    const Nodes three{0, 1, 2};
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 2 &&
               (is_commit(message) || as<messages::MessageResponse>(message) != nullptr ||
                as<messages::ConsistencyProof>(message) != nullptr ||
                as<messages::CatchupRep>(message) != nullptr);
    });
    for (int i = 0; i < 10; ++i) {
        story.send({0});
        story.run_for(one_batch);
    }
    story.expect_within(1 * second, "two reach the checkpoint",
                        [&] { return story.ordered(0) == 10 && story.ordered(1) == 10; });
    story.expect(story.ordered(2) == 0, "one does not");
    story.keep_back([](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 1 && as<messages::ViewChangeAck>(message) != nullptr;
    });
    for (const std::size_t from : three) story.inject(from, three, messages::InstanceChange{1, 25});
    story.expect_within(2 * second, "it is stable at the new primary",
                        [&] { return story.status(1).stable_checkpoint == 10; });
    story.expect(story.view(1) == 1 && !story.world().replica(1).is_participating(),
                 "which has not begun the view");
    story.deliver_kept();
    story.all_is_well_within(10 * second);
    for (const std::size_t node : three) story.expect(story.view(node) == 1, "view 1");
    return story.failure();
}

std::string lagging_member_hears_a_later_view() {
    Story story;
    World& world = story.world();
    for (std::size_t i = 0; i < 3; ++i) world.cut(3, i, true);
    story.write(8, 60, {0});
    world.crash(0);
    world.cut(3, 1, false);
    world.cut(3, 2, false);
    story.write(8, 100, {1, 2, 3});
    story.answered_within(60 * second);
    world.restart(0);
    world.cut(3, 0, false);
    story.all_is_well_within(30 * second);
    story.expect(story.view(3) >= 1, "node 3 is in the new view");
    return story.failure();
}

// ---- view change

/// Primaries go one after another; each time the writes go on and the member comes back.
std::string primary_stops(std::size_t nodes, std::size_t rounds) {
    Story story(nodes);
    World& world = story.world();
    for (std::size_t round = 0; round < rounds; ++round) {
        story.write(2, 100, {0, 1, 2, 3});
        const std::size_t primary = static_cast<std::size_t>(story.view(1) % nodes);
        story.expect(
            world.replica(primary).status().primary == "Node" + std::to_string(primary + 1),
            "the one that leads");
        world.crash(primary);
        story.write(2, 100, {0, 1, 2, 3});
        story.answered_within(60 * second);
        world.restart(primary);
        story.all_is_well_within(30 * second);
    }
    story.expect(story.view(0) >= rounds, "a view for each");
    return story.failure();
}

std::string primary_cut_from_one() {
    Story story;
    story.world().cut(0, 3, true);
    for (int i = 0; i < 10; ++i) story.write(1, 2 * second, {1});
    story.answered_within(5 * second);
    story.expect(story.view(1) == 0, "one member's link is no reason");
    story.world().cut(0, 3, false);
    story.all_is_well_within(20 * second);
    return story.failure();
}

std::string short_disconnection() {
    Story story;
    for (const std::size_t i : {1U, 2U, 3U}) story.world().cut(0, i, true);
    story.run_for(2 * second);
    for (const std::size_t i : {1U, 2U, 3U}) story.world().cut(0, i, false);
    story.all_is_well_within(10 * second);
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

std::string back_around_the_vote() {
    // 4 s of disconnection are tolerated; the primary is back shortly before and shortly after.
    for (Tick away = 3700; away <= 4900; away += 100) {
        Story story;
        for (const std::size_t i : {1U, 2U, 3U}) story.world().cut(0, i, true);
        story.run_for(away);
        for (const std::size_t i : {1U, 2U, 3U}) story.world().cut(0, i, false);
        story.all_is_well_within(60 * second);
        story.expect(story.view(1) <= 2, "at most one view and one more");
        if (!story.failure().empty())
            return "away " + std::to_string(away) + " ms: " + story.failure();
    }
    return {};
}

std::string votes_survive_restarts() {
    Story story;
    story.inject(3, {1}, messages::InstanceChange{1, 25});
    story.run_for(500);
    story.expect(story.status(1).view_votes.count(1) != 0, "the vote is counted");
    story.world().crash(1);
    story.world().restart(1);
    story.run_for(second);
    story.expect(story.status(1).view_votes.count(1) != 0, "and known after the restart");
    // Together with another one it is joined.
    for (const std::size_t to : {0U, 1U, 3U})
        story.world().inject(2, to, messages::InstanceChange{1, 25});
    story.inject(3, {0, 2}, messages::InstanceChange{1, 25});
    story.expect_within(20 * second, "a view change", [&] { return story.view(1) == 1; });
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string some_have_the_votes() {
    Story story;
    World& world = story.world();
    // Three vote against a primary that is away; only node 1 hears them and leaves.
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to != 1 && as<messages::InstanceChange>(message) != nullptr;
    });
    for (const std::size_t i : {1U, 2U, 3U}) world.cut(0, i, true);
    story.expect_within(20 * second, "node 1 leaves",
                        [&] { return story.status(1).phase == Phase::changing_view; });
    for (const std::size_t i : {1U, 2U, 3U}) world.cut(0, i, false);
    story.run_for(200);
    story.expect(story.view(2) == 0 && story.view(3) == 0, "alone");
    story.lose_nothing();
    story.all_is_well_within(90 * second);
    story.expect(story.view(1) == story.view(2), "one view");
    return story.failure();
}

std::string votes_for_different_views() {
    Story story;
    for (int round = 0; round < 5; ++round) {
        for (const std::size_t from : all) {
            for (const std::size_t to : all) {
                if (from == to) continue;
                story.world().inject(from, to, messages::InstanceChange{2 + from, 28});
            }
        }
        story.run_for(3 * second);
    }
    story.all_is_well_within(120 * second);
    story.expect(story.view(0) <= 8, "numbers do not run away: " + std::to_string(story.view(0)));
    return story.failure();
}

/// Node5 missed the view change, Node3 left after it and only repeats the vote that led to it. The
/// three in view 1 need Node5 for the next one.
std::string old_vote_holds_nobody_back() {
    Story story(5);
    World& world = story.world();
    story.write(2, 200, {0, 1, 2, 3, 4});
    bool apart = true;
    bool gone = false;
    const auto is_old_vote = [](const messages::Message& message) {
        const auto* vote = as<messages::InstanceChange>(message);
        return vote != nullptr && vote->view_no == 1;
    };
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (apart) return from == 4 || to == 4 || is_commit(message);
        return gone && from == 2 && !is_old_vote(message);
    });
    const messages::InstanceChange vote{1, 25};
    story.inject(0, {1, 2, 3}, vote);
    story.inject(1, {0, 2, 3}, vote);
    story.expect_within(20 * second, "four of five are in view 1, and order nothing there", [&] {
        return std::all_of(all.begin(), all.end(), [&](std::size_t node) {
            const Status status = story.status(node);
            return status.view_no == 1 && status.phase == Phase::participating;
        });
    });
    story.expect(story.view(4) == 0, "the fifth is not");
    gone = true;
    apart = false;
    const std::string request = story.send({0, 1, 3, 4});
    for (int i = 0; i < 60 && !world.is_answered(request); ++i) {
        story.inject(2, {4}, vote);
        story.run_for(second);
    }
    story.expect(world.is_answered(request), "the others get on without the third");
    story.lose_nothing();
    story.all_is_well_within(minute);
    return story.failure();
}

std::string view_without_traffic() {
    Story story;
    story.world().crash(0);
    story.expect_within(30 * second, "a view without any batch before", [&] {
        return story.view(1) >= 1 && story.world().replica(1).is_participating();
    });
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

std::string batch_lost_with_its_primary() {
    Story story;
    story.lose([](std::size_t from, std::size_t, const messages::Message& message) {
        return from == 0 && is_batch(message);
    });
    story.write(2, 50, {0, 1, 2, 3});
    story.world().crash(0);
    story.answered_within(30 * second);
    story.lose_nothing();
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    story.expect(story.size(1, LedgerId::domain) == 3, "its requests were batched again, once");
    return story.failure();
}

/// COMMITs reach `few` only; then the primary dies. What one of them ordered survives.
std::string ordered_at(const Nodes& few, std::size_t repeats) {
    Story story;
    World& world = story.world();
    for (std::size_t round = 0; round < repeats; ++round) {
        bool hold = true;
        story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
            return hold && std::find(few.begin(), few.end(), to) == few.end() &&
                   (is_commit(message) || as<messages::MessageResponse>(message) != nullptr);
        });
        const std::size_t primary = static_cast<std::size_t>(story.view(1) % 4);
        const std::string digest = story.send({primary});
        story.run_for(250);
        world.crash(primary);
        hold = false;
        story.expect_within(60 * second, "the batch survives",
                            [&] { return world.is_answered(digest); });
        story.lose_nothing();
        world.restart(primary);
        story.all_is_well_within(60 * second);
    }
    return story.failure();
}

/// Batches are prepared at some only, then the primary dies.
std::string prepared_at(const Nodes& some) {
    Story story;
    bool hold = true;
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        if (!hold) return false;
        const bool chosen = std::find(some.begin(), some.end(), to) != some.end();
        return is_commit(message) || as<messages::MessageResponse>(message) != nullptr ||
               (!chosen && is_prepare(message));
    });
    story.send({0});
    story.run_for(250);
    story.world().crash(0);
    hold = false;
    story.run_for(30 * second);
    story.world().restart(0);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string restarts_of_both_halves() {
    Story story;
    World& world = story.world();
    bool hold = true;
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        return hold && to != 1 && is_commit(message);
    });
    story.send({0});
    story.run_for(200);
    for (const std::size_t i : {2U, 3U}) world.crash(i);
    for (const std::size_t i : {2U, 3U}) world.restart(i);
    story.run_for(300);
    for (const std::size_t i : {0U, 1U}) world.crash(i);
    for (const std::size_t i : {0U, 1U}) world.restart(i);
    hold = false;
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string next_primaries_down(std::size_t nodes, std::size_t down) {
    Story story(nodes);
    story.write(2, 100, {0, 1});
    for (std::size_t i = 0; i < down; ++i) story.world().crash(i);
    Nodes rest;
    for (std::size_t i = down; i < nodes; ++i) rest.push_back(i);
    story.write(1, 0, rest);
    story.answered_within(90 * second);
    story.expect(story.view(down) >= down, "the first living one leads");
    for (std::size_t i = 0; i < down; ++i) story.world().restart(i);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string slow_primaries() {
    Story story;
    World& world = story.world();
    story.write(2, 100, {0});
    for (const std::size_t i : {0U, 1U}) world.freeze(i, world.now() + 20 * second);
    story.write(1, 25 * second, {2, 3});
    story.answered_within(60 * second);
    story.all_is_well_within(60 * second);
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_views() {
    const auto from = [](int number) { return "plenum-lessons E " + std::to_string(number); };
    return {
        {"e077-checkpoint-votes-early-and-late", from(77), checkpoint_votes_early_and_late},
        {"e078-wrong-checkpoint-of-one", from(78), wrong_checkpoint_of_one},
        {"e081-lag-of-one-and-two-checkpoints", from(81), lag_of_one_and_of_two_checkpoints},
        {"e082-lagging-member-hears-a-later-view", from(82), lagging_member_hears_a_later_view},
        {"e085-checkpoint-beside-a-view-change", from(85), checkpoint_beside_a_view_change},
        {"checkpoint-stable-before-new-view", "ledger seed 6500000033",
         checkpoint_is_stable_before_new_view},
        {"e088-primary-stops-of-4", from(88), [] { return primary_stops(4, 5); }},
        {"e088-primary-stops-of-7", from(88), [] { return primary_stops(7, 3); }},
        {"e089-primary-cut-from-one", from(89), primary_cut_from_one},
        {"e090-short-disconnection", from(90), short_disconnection},
        {"e091-back-around-the-vote", from(91), back_around_the_vote},
        {"e093-votes-survive-restarts", "plenum-lessons E 93, Sovrin December 2018",
         votes_survive_restarts},
        {"e094-some-have-the-votes", from(94), some_have_the_votes},
        {"e095-votes-for-different-views", "plenum-lessons E 95, indy-node#1720",
         votes_for_different_views},
        {"e095-old-vote-holds-nobody-back", "plenum-lessons E 95, seed 5019966",
         old_vote_holds_nobody_back},
        {"e097-view-without-traffic", from(97), view_without_traffic},
        {"e098-batch-lost-with-its-primary", from(98), batch_lost_with_its_primary},
        {"e100-ordered-at-one", from(100), [] { return ordered_at({2}, 1); }},
        {"e101-prepared-at-two", from(101),
         [] {
             return prepared_at({1, 2});
         }},
        {"e101-prepared-at-one", from(101), [] { return prepared_at({1}); }},
        {"e102-prepared-at-halves", from(102),
         [] {
             return prepared_at({0, 3});
         }},
        {"e103-restarts-of-both-halves", from(103), restarts_of_both_halves},
        {"e104-three-changes-with-late-commits", from(104),
         [] {
             return ordered_at({2, 3}, 3);
         }},
        {"e105-next-primary-down", from(105), [] { return next_primaries_down(7, 2); }},
        {"e106-next-two-primaries-down", from(106), [] { return next_primaries_down(10, 3); }},
        {"e107-slow-primaries", from(107), slow_primaries},
    };
}

}  // namespace stadtbuch::simulation
