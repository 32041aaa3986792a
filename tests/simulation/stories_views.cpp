// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Checkpoints and view changes: plenum-lessons E, groups 4 and 5, and part A.
#include <algorithm>
#include <optional>
#include <set>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;
using Nodes = std::vector<std::size_t>;

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

/// The primary dies, and messages of this kind are lost `share` of four times.
template <class M>
std::string lossy_view_change(std::size_t share) {
    Story story;
    story.write(12, one_batch, {0});
    std::size_t count = 0;
    std::size_t lost = 0;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        if (as<M>(message) == nullptr || lost > 40) return false;
        const bool hit = count++ % 4 < share;
        lost += hit ? 1U : 0U;
        return hit;
    });
    story.world().crash(0);
    story.write(1, 0, {1, 2, 3});
    story.answered_within(120 * second);
    story.expect(lost > 0, "something was lost");
    story.lose_nothing();
    story.world().restart(0);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string new_view_lost_at_one() {
    Story story;
    story.write(3, 100, {0});
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 3 && as<messages::NewView>(message) != nullptr;
    });
    story.world().crash(0);
    story.write(1, 0, {1, 2, 3});
    story.answered_within(60 * second);
    story.expect_within(30 * second, "node 3 gets it from the others", [&] {
        return story.view(3) >= 1 && story.world().replica(3).is_participating();
    });
    story.expect(story.view(3) == 1, "in the same view");
    story.lose_nothing();
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

std::string two_view_changes_of_one_author() {
    Story story(7);  // one is down and one lies
    story.write(3, 100, {0});
    story.level_within(5 * second);
    // Node 3 tells node 2 another story than all others.
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const auto* change = as<messages::ViewChange>(message);
        if (from != 3 || to != 2 || change == nullptr || change->prepared.empty()) return false;
        messages::ViewChange other = *change;
        other.prepared.clear();
        story.world().at(story.world().now(),
                         [&story, other] { story.world().inject(3, 2, other); });
        return true;
    });
    story.world().crash(0);
    story.write(1, 0, {1, 2, 3});
    story.answered_within(90 * second);
    story.lose_nothing();
    story.world().restart(0);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string wrong_acks() {
    Story story;
    story.write(3, 100, {0});
    story.world().crash(0);
    for (int i = 0; i < 40; ++i) {
        for (const std::string name : {"Node1", "Node2", "Node3"})
            story.inject(3, {1}, messages::ViewChangeAck{1, name, std::string(64, 'd')});
        story.run_for(200);
    }
    story.write(1, 0, {1, 2, 3});
    story.answered_within(30 * second);
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

/// The new primary's NEW_VIEW is replaced by another one; it is refused and the next view comes.
std::string wrong_new_view(const std::function<void(messages::NewView&)>& spoil,
                           std::optional<Reason> named) {
    Story story;
    story.write(12, one_batch, {0});
    story.level_within(5 * second);
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const auto* view = as<messages::NewView>(message);
        if (from != 1 || view == nullptr || view->view_no != 1) return false;
        messages::NewView other = *view;
        spoil(other);
        if (messages::new_view_digest(other) == messages::new_view_digest(*view)) return false;
        story.world().at(story.world().now(), [&story, to, other] {
            story.lose_nothing();
            story.world().inject(1, to, other);
        });
        return true;
    });
    story.world().crash(0);
    story.write(1, 0, {1, 2, 3});
    story.answered_within(90 * second);
    if (named) story.expect(story.suspected(*named), "named: " + std::string(to_text(*named)));
    story.lose_nothing();
    story.world().restart(0);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string new_view_of_another_node() {
    Story story;
    story.write(2, 100, {0});
    messages::NewView view;
    view.view_no = 1;
    view.checkpoint = messages::Checkpoint{0, 0, 0, 0, std::nullopt};
    story.inject(3, {0, 1, 2}, view);
    story.world().crash(0);
    story.run_for(300);
    story.inject(3, {1, 2}, view);
    story.write(1, 0, {1, 2, 3});
    story.answered_within(60 * second);
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

std::string new_view_before_the_changes() {
    Story story(7);
    story.write(4, 100, {0});
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 3 && as<messages::ViewChange>(message) != nullptr;
    });
    story.world().crash(0);
    story.write(1, 0, {1, 2, 3});
    story.answered_within(60 * second);
    story.expect_within(30 * second, "node 3 asks for the VIEW_CHANGEs it lacks", [&] {
        return story.view(3) >= 1 && story.world().replica(3).is_participating();
    });
    story.lose_nothing();
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

std::string old_batches_forged_by_one() {
    Story story;
    bool hold = true;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (hold && (is_commit(message) || (to == 3 && is_batch(message)) ||
                     as<messages::MessageResponse>(message) != nullptr))
            return true;
        const auto* reply = as<messages::OldViewPrePrepareRep>(message);
        if (reply == nullptr || from != 2 || reply->pre_prepares.empty() ||
            reply->pre_prepares.front().state_root == Hash32{})
            return false;
        messages::OldViewPrePrepareRep other = *reply;
        for (auto& pp : other.pre_prepares) pp.state_root = Hash32{};
        story.world().at(story.world().now(),
                         [&story, to, other] { story.world().inject(2, to, other); });
        return true;
    });
    const std::string digest = story.send({0, 1});
    story.run_for(250);
    story.world().crash(0);
    hold = false;
    story.expect_within(60 * second, "the batch is re-created with the true copy",
                        [&] { return story.world().is_answered(digest); });
    story.lose_nothing();
    story.world().restart(0);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string early_and_late_by_a_view() {
    Story story;
    story.write(2, 100, {0});
    // Node 3 enters the view two seconds after the others; then messages of the old view come.
    std::vector<messages::Message> old;
    story.keep_back([&](std::size_t, std::size_t to, const messages::Message& message) {
        if (to == 3 && is_commit(message)) old.push_back(message);
        return to == 3 && (as<messages::NewView>(message) != nullptr ||
                           as<messages::ViewChange>(message) != nullptr);
    });
    story.world().crash(0);
    story.write(3, 500, {1, 2, 3});
    story.deliver_kept();
    for (const auto& message : old) story.inject(1, {3}, message);
    story.answered_within(60 * second);
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

std::string first_batch_gates_the_next() {
    Story story;
    story.write(2, 100, {0});
    bool hold = true;
    std::set<PpSeqNo> proposed;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        const bool of_view = is_batch(message) && as<messages::PrePrepare>(message)->view_no == 1;
        if (of_view) proposed.insert(as<messages::PrePrepare>(message)->pp_seq_no);
        return hold && (as<messages::MessageResponse>(message) != nullptr ||
                        (is_commit(message) && as<messages::Commit>(message)->view_no == 1));
    });
    story.world().crash(0);
    story.write(4, 1500, {1, 2, 3});
    story.expect(proposed.size() == 1,
                 "nothing follows the first batch of a view before it is ordered");
    hold = false;
    story.answered_within(60 * second);
    story.world().restart(0);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string catch_up_ends_in_a_later_view() {
    Story story;
    World& world = story.world();
    world.crash(3);
    story.write(15, one_batch, {0});
    world.restart(3);
    world.crash(0);
    story.write(2, 300, {1, 2, 3});
    story.answered_within(60 * second);
    world.restart(0);
    story.all_is_well_within(30 * second);
    story.expect(story.view(3) >= 1, "node 3 is in the later view");
    return story.failure();
}

std::string no_common_checkpoint_at_first() {
    // 10/0/0 stable, ends {10,20},{0,10},{0}: node 1 stands two checkpoints above node 3.
    Story story;
    World& world = story.world();
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return (to != 1 && as<messages::Checkpoint>(message) != nullptr) ||
               (to == 3 &&
                (is_commit(message) || as<messages::ConsistencyProof>(message) != nullptr ||
                 as<messages::MessageResponse>(message) != nullptr));
    });
    story.write(21, one_batch, {0});
    world.crash(0);
    story.run_for(6 * second);
    story.lose_nothing();
    world.restart(0);
    story.all_is_well_within(90 * second);
    return story.failure();
}

std::string assumed_checkpoint_is_taken_back() {
    // Seed 1014985: node 1 restarts above a checkpoint that nobody else reached, node 0 is hostile
    // and silent to nodes 2 and 3. Only when node 1 goes back do the three share a checkpoint.
    Story story;
    World& world = story.world();
    bool hold = true;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (from == 0 && to >= 2 && !is_batch(message) && !is_prepare(message)) return true;
        if (!hold || to < 2) return false;
        return as<messages::Checkpoint>(message) != nullptr || is_commit(message) ||
               as<messages::MessageResponse>(message) != nullptr;
    });
    story.write(13, one_batch, {0, 1});
    story.expect(story.ordered(1) >= 11 && story.ordered(2) == 0, "nodes 2 and 3 order nothing");
    world.crash(1);
    world.crash(0);
    world.restart(1);
    hold = false;
    story.write(1, 0, {1, 2, 3});
    story.answered_within(120 * second);
    story.expect(world.level({1, 2, 3}) || story.until(
                                               [&] {
                                                   return world.level({1, 2, 3});
                                               },
                                               30 * second),
                 "the three are level");
    story.lose_nothing();
    world.restart(0);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string writes_during_a_view_change() {
    Story story;
    story.write(2, 100, {0});
    story.world().crash(0);
    story.expect_within(20 * second, "the view change begins",
                        [&] { return story.status(1).phase == Phase::changing_view; });
    std::vector<std::string> digests;
    for (int i = 0; i < 5; ++i) digests.push_back(story.send({1, 2, 3}));
    story.expect_within(30 * second, "all are answered without being asked again", [&] {
        return std::all_of(digests.begin(), digests.end(),
                           [&](const auto& one) { return story.world().is_answered(one); });
    });
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

std::string quiet_after_the_change() {
    Story story;
    story.write(2, 100, {0});
    story.world().crash(0);
    story.write(1, 0, {1, 2, 3});
    story.answered_within(30 * second);
    const auto view = story.view(1);
    for (int i = 0; i < 30; ++i) story.write(1, 2 * second, {1});
    story.expect(story.view(1) == view, "no second change in the minute after it");
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

std::string audit_is_equal_after_re_ordering() {
    Story story;
    bool hold = true;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        return hold && is_commit(message);
    });
    for (int i = 0; i < 3; ++i) {
        story.send({0, 1});
        story.run_for(80);
    }
    story.world().crash(0);
    hold = false;
    story.run_for(20 * second);
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    const auto first = story.world().port(1).audit_record(1);
    const auto last = story.world().port(1).last_audit_records(1);
    story.expect(first && first->view_no == 0, "re-ordered with its original view");
    story.expect(!last.empty() && last.front().view_no >= 1, "later ones with theirs");
    story.expect(first && first->primaries.front() == "Node1" && !last.empty() &&
                     last.front().primaries.front() == "Node2",
                 "and their primaries");
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_views() {
    const auto from = [](int number) { return "plenum-lessons E " + std::to_string(number); };
    const auto repeated = [](messages::NewView& view) {
        while (view.view_changes.size() > 1) view.view_changes.pop_back();
        view.view_changes.resize(3, view.view_changes.front());
        view.batches.clear();
    };
    return {
        {"e077-checkpoint-votes-early-and-late", from(77), checkpoint_votes_early_and_late},
        {"e078-wrong-checkpoint-of-one", from(78), wrong_checkpoint_of_one},
        {"e081-lag-of-one-and-two-checkpoints", from(81), lag_of_one_and_of_two_checkpoints},
        {"e082-lagging-member-hears-a-later-view", from(82), lagging_member_hears_a_later_view},
        {"e085-checkpoint-beside-a-view-change", from(85), checkpoint_beside_a_view_change},
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
        {"e108-new-view-lost-at-one", from(108), new_view_lost_at_one},
        {"e109-view-changes-lost", from(109),
         [] { return lossy_view_change<messages::ViewChange>(2); }},
        {"e110-acks-lost", from(110), [] { return lossy_view_change<messages::ViewChangeAck>(3); }},
        {"e110-acks-of-another-digest", from(110), wrong_acks},
        {"e110-two-view-changes-of-one-author", from(110), two_view_changes_of_one_author},
        {"e111-new-view-with-another-checkpoint", from(111),
         [] {
             return wrong_new_view(
                 [](messages::NewView& view) { view.checkpoint.seq_no_end += 10; },
                 Reason::new_view_checkpoint_wrong);
         }},
        {"e111-new-view-without-its-batches", from(111),
         [] {
             return wrong_new_view([](messages::NewView& view) { view.batches.clear(); },
                                   Reason::new_view_batches_wrong);
         }},
        {"e111-new-view-names-one-member-thrice", from(111),
         [=] { return wrong_new_view(repeated, Reason::new_view_batches_wrong); }},
        {"e111-new-view-of-another-node", from(111), new_view_of_another_node},
        {"e112-new-view-before-the-changes", from(112), new_view_before_the_changes},
        {"e114-old-batches-forged-by-one", from(114), old_batches_forged_by_one},
        {"e115-early-and-late-by-a-view", "plenum-lessons E 115, 116", early_and_late_by_a_view},
        {"e117-first-batch-gates-the-next", from(117), first_batch_gates_the_next},
        {"e118-catch-up-ends-in-a-later-view", from(118), catch_up_ends_in_a_later_view},
        {"e121-no-common-checkpoint", "plenum-lessons E 121, indy-plenum#1506",
         no_common_checkpoint_at_first},
        {"e121-assumed-checkpoint", "plenum-lessons E 121, seed 1014985",
         assumed_checkpoint_is_taken_back},
        {"e124-writes-during-a-view-change", from(124), writes_during_a_view_change},
        {"e126-quiet-after-the-change", from(126), quiet_after_the_change},
        {"e128-audit-after-re-ordering", from(128), audit_is_equal_after_re_ordering},
    };
}

}  // namespace stadtbuch::simulation
