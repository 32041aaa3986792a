// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Members whose disk is empty or old (reliability R-011, OP-61), and CHECKPOINTs across views.
#include <algorithm>

#include "consensus/records.hpp"
#include "tests/unit/consensus/story.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;
using namespace stadtbuch::simulation;

namespace {

bool is_vote(const messages::Message& message) {
    return std::holds_alternative<messages::PrePrepare>(message) ||
           std::holds_alternative<messages::Prepare>(message) ||
           std::holds_alternative<messages::Commit>(message) ||
           std::holds_alternative<messages::Checkpoint>(message) ||
           std::holds_alternative<messages::InstanceChange>(message) ||
           std::holds_alternative<messages::ViewChange>(message) ||
           std::holds_alternative<messages::ViewChangeAck>(message) ||
           std::holds_alternative<messages::NewView>(message) ||
           std::holds_alternative<messages::Propagate>(message);
}

}  // namespace

TEST_CASE("a wiped or rolled-back member does not vote until it is safe",
          "[consensus][reliability:R-011][operations:OP-61]") {
    const bool rolled_back = GENERATE(false, true);
    Plan plan = story::calm();
    plan.limits.checkpoint_every = 10;
    plan.limits.log_size = 30;
    plan.limits.unordered_max = 4;
    World world(plan);
    std::size_t votes_of_it = 0;
    world.set_filter([&](std::size_t from, std::size_t, const messages::Message& message) {
        votes_of_it += from == 3 && is_vote(message) ? 1U : 0U;
        return true;
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 3);
    REQUIRE(story::level_within(world, 20'000));
    world.save_disk(3);
    story::order(world, 10, 4);
    world.crash(3);
    if (rolled_back) {
        world.put_back_disk(3);
    } else {
        world.wipe(3);
    }
    world.plant_record(3, records::recover_key, "");
    votes_of_it = 0;
    world.restart(3);
    REQUIRE(world.run_until_true([&] { return world.replica(3).status().recovers_at != 0; },
                                 world.now() + 20'000));
    CHECK(world.replica(3).status().recovering);
    // It survives a restart, and a view change goes by without its vote.
    world.crash(3);
    world.restart(3);
    story::order(world, 20, 6);
    CHECK(world.replica(3).status().recovering);
    CHECK(votes_of_it == 0);
    // The first checkpoint of the three others shows how far its votes can reach, and one beyond
    // that sets it free.
    const PpSeqNo mark = 10 + 2 * plan.limits.unordered_max;
    REQUIRE(world.run_until_true([&] { return world.replica(3).status().recovers_at == mark; },
                                 world.now() + 20'000));
    CHECK(world.replica(3).status().recovering);
    story::order(world, 40, 8);
    REQUIRE(world.replica(0).status().stable_checkpoint >= mark);
    REQUIRE(world.run_until_true([&] { return !world.replica(3).status().recovering; },
                                 world.now() + 20'000));
    REQUIRE(story::level_within(world, 20'000));
    // Its votes count again: another member is down.
    world.crash(1);
    const std::string digest = world.submit({90, LedgerId::domain, 1, {}, {}}, {0, 3});
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, world.now() + 60'000));
    CHECK(votes_of_it > 0);
    world.crash(3);
    world.restart(3);
    REQUIRE(world.run_until_true([&] { return world.replica(3).is_participating(); },
                                 world.now() + 20'000));
    CHECK(world.violation().empty());
}

TEST_CASE("an idle pool carries a member that only follows to the checkpoint that frees it",
          "[consensus][reliability:R-011][operations:OP-61]") {
    Plan plan = story::calm();
    plan.limits.checkpoint_every = 10;
    plan.limits.log_size = 30;
    plan.limits.unordered_max = 4;
    World world(plan);
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 3);
    world.wipe(3);
    world.plant_record(3, records::recover_key, "");
    world.restart(3);
    REQUIRE(world.run_until_true([&] { return world.replica(3).status().recovers_at != 0; },
                                 world.now() + 20'000));
    const PpSeqNo mark = world.replica(3).status().recovers_at;
    CHECK(mark == 13);
    // Three batches without its vote show that it only follows; nobody writes after them.
    story::order(world, 10, 3);
    CHECK(world.replica(3).status().recovering);
    REQUIRE(world.run_until_true([&] { return world.replica(3).is_participating(); },
                                 world.now() + 60'000));
    REQUIRE(story::level_within(world, 20'000));
    // One more batch shows that it votes, and the pool is quiet again.
    world.run_until(world.now() + 10'000);
    const PpSeqNo last = world.replica(0).status().last_ordered;
    CHECK(last >= 20);
    CHECK(last <= 24);
    world.run_until(world.now() + 600'000);
    CHECK(world.replica(0).status().last_ordered == last);
    CHECK(world.violation().empty());
}

TEST_CASE(
    "who pretends to follow gets batches for one log and a checkpoint, then none until it rested",
    "[consensus][reliability:R-070]") {
    Plan plan = story::calm();
    plan.limits.checkpoint_every = 10;
    plan.limits.log_size = 30;
    plan.limits.follower_rest = 1'200'000;
    World world(plan);
    bool hides_votes = false;
    world.set_filter([&](std::size_t from, std::size_t, const messages::Message& message) {
        const auto* response = std::get_if<messages::MessageResponse>(&message);
        const bool is_commit =
            std::holds_alternative<messages::Commit>(message) ||
            (response != nullptr && std::holds_alternative<messages::Commit>(response->content));
        return !(hides_votes && from == 3 && is_commit);
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 2);
    const auto ordered = [&] { return world.replica(0).status().last_ordered; };
    // Whoever votes causes none.
    world.run_until(world.now() + 300'000);
    CHECK(ordered() == 2);
    hides_votes = true;
    story::order(world, 10, 2);
    world.run_until(world.now() + 300'000);
    CHECK(ordered() == 4);
    story::order(world, 20, 1);
    world.run_until(world.now() + 600'000);
    CHECK(ordered() == 45);
    // A vote now and then wins nothing, nor does a lost connection.
    hides_votes = false;
    story::order(world, 30, 1);
    world.run_until(world.now() + 2'000);
    hides_votes = true;
    world.crash(3);
    world.run_until(world.now() + 5'000);
    world.restart(3);
    world.run_until(world.now() + 5'000);
    story::order(world, 40, 3);
    world.run_until(world.now() + 300'000);
    CHECK(ordered() == 49);
    // Half a day later (here 20 minutes) it is believed once more.
    world.run_until(world.now() + 1'200'000);
    CHECK(ordered() == 89);
    CHECK(world.violation().empty());
}

TEST_CASE("a re-ordered batch gives a CHECKPOINT for the view in which it was ordered",
          "[consensus][plenum-consensus:8.1][indy-plenum:1506]") {
    Plan plan = story::calm();
    plan.limits.checkpoint_every = 10;
    plan.limits.log_size = 30;
    World world(plan);
    bool hold_commits = false;
    std::set<ViewNo> views;
    std::size_t most_in_one = 0;
    const auto kinds_of_ten = [](const messages::ViewChange& change) {
        return static_cast<std::size_t>(
            std::count_if(change.checkpoints.begin(), change.checkpoints.end(),
                          [](const auto& checkpoint) { return checkpoint.seq_no_end == 10; }));
    };
    world.set_filter([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (const auto* checkpoint = std::get_if<messages::Checkpoint>(&message)) {
            if (checkpoint->inst_id == 0 && checkpoint->seq_no_end == 10)
                views.insert(checkpoint->view_no);
        }
        if (const auto* change = std::get_if<messages::ViewChange>(&message))
            most_in_one = std::max(most_in_one, kinds_of_ten(*change));
        const auto* commit = std::get_if<messages::Commit>(&message);
        if (const auto* response = std::get_if<messages::MessageResponse>(&message))
            commit = std::get_if<messages::Commit>(&response->content);
        // Batch 10 is ordered by Node4 alone before the view change.
        return !(hold_commits && commit != nullptr && commit->view_no == 0 &&
                 commit->pp_seq_no == 10 && commit->inst_id == 0 && to != 3 && from != to);
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 9);
    REQUIRE(story::level_within(world, 20'000));
    hold_commits = true;
    world.submit({50, LedgerId::config, 8, {}, {}}, {0});
    REQUIRE(world.run_until_true([&] { return world.replica(3).status().last_ordered == 10; },
                                 world.now() + 900));
    world.crash(0);
    REQUIRE(world.run_until_true(
        [&] {
            return story::all_in_view(world, {1, 2, 3}, 1);
        },
        world.now() + 300'000));
    hold_commits = false;
    REQUIRE(world.run_until_true(
        [&] {
            return world.replica(1).status().stable_checkpoint == 10 &&
                   world.replica(3).status().stable_checkpoint == 10;
        },
        world.now() + 60'000));
    CHECK(views == std::set<ViewNo>{0, 1});
    // Both kinds of members share one in the next view change.
    world.restart(0);
    REQUIRE(story::level_within(world, 60'000));
    world.crash(1);
    REQUIRE(world.run_until_true(
        [&] {
            return story::all_in_view(world, {0, 2, 3}, 2);
        },
        world.now() + 300'000));
    CHECK(most_in_one == 2);
    CHECK(world.violation().empty());
}
