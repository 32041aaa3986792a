// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Catch-up and restarts: plenum-lessons E, groups 6 and 7.
#include <utility>

#include "consensus/records.hpp"
#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

// ---- catch-up

std::string new_member_while(bool writes) {
    Story story(plan_for(4, 1, 1));
    World& world = story.world();
    world.crash(4);
    world.wipe(4);
    story.write(25, one_batch, {0});
    story.change_members("Node5", "");
    story.answered_within(10 * second);
    world.restart(4);
    if (writes) story.write(30, 100, {0, 1, 2, 3});
    story.expect_within(60 * second, "it counts",
                        [&] { return story.status(0).n == 5 && story.status(4).n == 5; });
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string checkpoints_reached_by_catch_up() {
    // Seeds 1000047855, 1500035735: node 0 leads, is hostile, hides its batches from node 4 and its
    // checkpoints from node 1, which has lost its disk and waits for those of all five others. The
    // answers that node 4 gets are late, so it comes to each checkpoint by catch-up.
    Story story(7);
    World& world = story.world();
    story.write(12, 100, {0});
    world.crash(1);
    world.wipe(1);
    world.plant_record(1, records::recover_key, "");
    world.restart(1);
    bool reached = false;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (from == 0 && to == 1 && as<messages::Checkpoint>(message) != nullptr) return true;
        const auto* response = as<messages::MessageResponse>(message);
        const bool is_told =
            response != nullptr && (response->type == messages::RequestedType::pre_prepare ||
                                    response->type == messages::RequestedType::commit);
        reached |= from == 4 && to == 1 && as<messages::Checkpoint>(message) != nullptr;
        return to == 4 && (is_batch(message) || is_commit(message) || is_told);
    });
    story.write(30, 300, {0});
    story.answered_within(60 * second);
    story.expect_within(120 * second, "node 1 votes again",
                        [&] { return world.replica(1).is_participating(); });
    story.expect(reached, "node 4 tells of a checkpoint");
    story.lose_nothing();
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string new_member_at_the_beginning() {
    Story story(plan_for(4, 1, 1));
    story.world().wipe(4);
    story.world().restart(4);
    story.run_for(3 * second);
    story.change_members("Node5", "");
    story.answered_within(10 * second);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string restarted_after(std::uint64_t missed) {
    Story story;
    story.write(3, 60, {0});
    story.world().crash(3);
    story.write(missed, one_batch, {0});
    story.world().restart(3);
    story.all_is_well_within(30 * second);
    return story.failure();
}

/// Node 3 catches up while its sources behave in some way.
std::string sources(const Story::Filter& lost, bool restored_later) {
    Plan plan = plan_for(4);
    plan.limits.catchup_chunk = 3;
    Story story(plan);
    story.write(3, 60, {0});
    story.world().crash(3);
    story.write(25, one_batch, {0});
    story.lose(lost);
    story.world().restart(3);
    if (restored_later) {
        story.run_for(5 * second);
        story.lose_nothing();
    }
    story.level_within(60 * second);
    story.all_is_well_within(10 * second);
    return story.failure();
}

bool is_catchup_answer(const messages::Message& message) {
    return as<messages::CatchupRep>(message) != nullptr;
}

std::string source_that_lies(const std::function<void(messages::CatchupRep&)>& lie) {
    Plan plan = plan_for(4);
    plan.limits.catchup_chunk = 3;
    Story story(plan);
    story.write(3, 60, {0});
    story.world().crash(3);
    story.write(25, one_batch, {0});
    std::size_t lies = 0;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (from != 1 || to != 3 || !is_catchup_answer(message) || lies > 3) return false;
        ++lies;
        messages::CatchupRep other = *as<messages::CatchupRep>(message);
        lie(other);
        story.world().at(story.world().now(),
                         [&story, other] { story.world().inject(1, 3, other); });
        return true;
    });
    story.world().restart(3);
    story.level_within(60 * second);
    story.expect(lies > 0, "it was asked");
    story.all_is_well_within(10 * second);
    return story.failure();
}

/// Seeds 1007160 and 1010034: an answer to a question of before a restart is no lie.
std::string late_answer_is_no_lie() {
    Story story;
    World& world = story.world();
    story.write(3, one_batch, {0});
    story.answered_within(5 * second);
    story.run_for(second);
    world.crash(3);
    story.write(8, one_batch, {0});
    story.keep_back([](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 3 && is_catchup_answer(message);
    });
    world.restart(3);
    story.run_for(500);  // asked for what was then the end
    world.crash(3);
    story.write(6, one_batch, {0});
    world.restart(3);
    story.run_for(500);  // asked for the end of now
    story.deliver_kept();
    story.level_within(30 * second);
    story.expect(!story.suspected(Reason::wrong_catchup_reply), "nobody is named");
    story.all_is_well_within(10 * second);
    return story.failure();
}

/// Seeds 1000663, 1000996, 1004832: a pool that has just begun. Node 3 hears that the audit ledgers
/// are empty; when it asks for the domain ledgers the first batch is ordered.
std::string first_batch_between_two_questions() {
    Story story;
    World& world = story.world();
    world.crash(3);
    bool sent = false;
    bool alone = false;
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        if (to != 3) return false;
        alone |= world.is_alive(3) && story.size(3, LedgerId::domain) > 0 &&
                 story.size(3, LedgerId::audit) == 0;
        const auto* response = as<messages::MessageResponse>(message);
        if (response == nullptr) return is_batch(message) || is_commit(message);
        const auto* status = std::get_if<messages::LedgerStatus>(&response->content);
        if (status == nullptr || status->ledger != LedgerId::domain) return false;
        if (!std::exchange(sent, true))
            world.at(world.now(), [&story] { static_cast<void>(story.send({0, 1})); });
        return story.ordered(0) == 0 || story.ordered(1) == 0;
    });
    world.restart(3);
    story.expect_within(20 * second, "node 3 has the batch",
                        [&] { return story.size(3, LedgerId::domain) == 1; });
    story.run_for(second);
    story.expect(sent && !alone, "never without its audit transaction");
    story.lose_nothing();
    story.all_is_well_within(20 * second);
    return story.failure();
}

std::string catch_up_across_members() {
    Story story(plan_for(4, 1, 2));
    World& world = story.world();
    world.crash(3);
    story.write(5, 60, {0});
    story.change_members("Node5", "");
    story.answered_within(20 * second);
    story.write(15, 200, {0, 1, 2, 4});
    world.restart(3);
    story.all_is_well_within(90 * second);
    story.expect(story.status(3).n == 5, "it counts five");
    return story.failure();
}

std::string crash_at_every_write_of_a_catch_up() {
    for (std::uint64_t effects = 1; effects <= 40; effects += 3) {
        Plan plan = plan_for(4);
        plan.limits.catchup_chunk = 2;
        plan.seed = effects;
        Story story(plan);
        story.write(2, 60, {0});
        story.world().crash(3);
        story.write(12, one_batch, {0});
        story.world().restart(3);
        story.world().light_fuse(3, effects);
        story.run_for(2 * second);
        story.world().restart(3);
        story.all_is_well_within(30 * second);
        if (!story.failure().empty())
            return "after " + std::to_string(effects) + " effects: " + story.failure();
    }
    return {};
}

std::string uncommitted_before_catch_up() {
    Story story;
    bool hold = true;
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        return hold && to == 3 &&
               (is_commit(message) || as<messages::MessageResponse>(message) != nullptr);
    });
    for (int i = 0; i < 4; ++i) {
        story.send({0});
        story.run_for(one_batch);
    }
    story.expect(story.status(3).batches_in_flight > 0, "applied and not ordered");
    const auto catchups = story.status(3).catchups;
    hold = false;
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 3 && is_commit(message);
    });
    story.run_for(10 * second);
    story.lose_nothing();
    story.all_is_well_within(20 * second);
    static_cast<void>(catchups);
    return story.failure();
}

// ---- restarts

std::string restarts(const Nodes& which, Tick phase) {
    Story story;
    story.write(3, 60, {0});
    story.send({0, 1});
    story.run_for(phase);
    for (const std::size_t i : which) story.world().crash(i);
    for (const std::size_t i : which) story.world().restart(i);
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string restarts_in_every_phase() {
    for (const Nodes& which : {Nodes{3}, Nodes{0}, Nodes{2, 3}, Nodes{0, 1}, first(4)}) {
        for (Tick phase = 0; phase <= 160; phase += 10) {
            const std::string failure = restarts(which, phase);
            if (!failure.empty())
                return std::to_string(which.size()) + " nodes at " + std::to_string(phase) +
                       " ms: " + failure;
        }
    }
    return {};
}

std::string one_by_one() {
    Story story;
    for (const std::size_t i : first(4)) {
        story.world().crash(i);
        story.write(3, 300, {0, 1, 2, 3});
        story.world().restart(i);
        story.all_is_well_within(60 * second);
    }
    return story.failure();
}

std::string all_during_a_view_change() {
    for (Tick moment = 0; moment <= 300; moment += 20) {
        Story story;
        story.write(3, 60, {0});
        story.world().crash(0);
        story.expect_within(20 * second, "a view change", [&] {
            return story.status(1).phase == Phase::changing_view || story.view(1) > 0;
        });
        story.run_for(moment);
        for (const std::size_t i : {1U, 2U, 3U}) story.world().crash(i);
        for (const std::size_t i : first(4)) story.world().restart(i);
        story.all_is_well_within(90 * second);
        if (!story.failure().empty()) return std::to_string(moment) + " ms: " + story.failure();
    }
    return {};
}

std::string primary_restarts(Tick away) {
    Story story;
    story.write(3, 60, {0});
    story.world().crash(0);
    story.run_for(away);
    story.world().restart(0);
    story.all_is_well_within(60 * second);
    story.expect((story.view(1) == 0) == (away < 4 * second),
                 "a view change only when it stays away");
    return story.failure();
}

std::string garbage_in_the_vote_records() {
    Story story;
    story.write(3, 60, {0});
    story.world().crash(2);
    const std::vector<std::pair<std::string, std::string>> garbage{
        {"pp/zz", "nonsense"}, {"cert/0000000000000009", "x y z"},
        {"view", "minus one"}, {"vc", "{}"},
        {"nv", "[["},          {"ic/0000000000000001/Node9", "9 9"},
        {"ic/", ""},           {"backup/x", "1 1"},
        {"unknown", "1"}};
    for (const auto& [key, value] : garbage) story.world().plant_record(2, key, value);
    story.world().restart(2);
    story.all_is_well_within(20 * second);
    return story.failure();
}

std::string clock_stepped_back_at_start() {
    Story story;
    story.inject(3, {1}, messages::InstanceChange{1, 25});
    story.run_for(300);
    story.world().crash(1);
    story.world().set_clock(1, -86'400);
    story.world().restart(1);
    story.run_for(2 * second);
    story.world().set_clock(1, 0);
    story.all_is_well_within(60 * second);
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_catchup() {
    const auto entry = [](int number) { return "plenum-lessons E " + std::to_string(number); };
    const auto empty_proof = [](messages::CatchupRep& reply) { reply.cons_proof.clear(); };
    const auto other_text = [](messages::CatchupRep& reply) { reply.txns.front().second += " "; };
    const auto gap = [](messages::CatchupRep& reply) {
        if (reply.txns.size() > 1)
            reply.txns.erase(std::next(reply.txns.begin()));
        else
            reply.txns.front().second += " ";
    };
    const auto twice = [](messages::CatchupRep& reply) {
        reply.txns.push_back(reply.txns.front());
    };
    std::vector<Scenario> out{
        {"e131-new-member-idle-pool", entry(131), [] { return new_member_while(false); }},
        {"e131-new-member-under-writes", entry(131), [] { return new_member_while(true); }},
        {"e132-new-member-at-the-beginning", entry(132), new_member_at_the_beginning},
        {"e132-first-batch-between-two-questions", "plenum-lessons E 132, 148, seed 1000663",
         first_batch_between_two_questions},
        {"e134-late-answer-is-no-lie", "plenum-lessons E 134, seed 1007160", late_answer_is_no_lie},
        {"e135-sources-silent", entry(135),
         [] {
             return sources(
                 [](std::size_t from, std::size_t to, const messages::Message& message) {
                     return from != 2 && to == 3 && is_catchup_answer(message);
                 },
                 false);
         }},
        {"e135-source-without-proof", entry(135), [=] { return source_that_lies(empty_proof); }},
        {"e135-source-with-other-texts", entry(135), [=] { return source_that_lies(other_text); }},
        {"e135-source-with-gaps", entry(135), [=] { return source_that_lies(gap); }},
        {"e135-source-that-repeats", entry(135), [=] { return source_that_lies(twice); }},
        {"e136-all-sources-but-one-away", entry(136),
         [] {
             return sources(
                 [](std::size_t from, std::size_t to, const messages::Message& message) {
                     return from != 1 && to == 3 &&
                            (is_catchup_answer(message) || is_batch(message) || is_commit(message));
                 },
                 true);
         }},
        {"e140-uncommitted-before-catch-up", entry(140), uncommitted_before_catch_up},
        {"e142-catch-up-across-members", entry(142), catch_up_across_members},
        {"checkpoints-reached-by-catch-up", "seeds 1000047855, 1500035735",
         checkpoints_reached_by_catch_up},
        {"e146-crash-at-every-write-of-a-catch-up", entry(146), crash_at_every_write_of_a_catch_up},
        {"e153-restarts-in-every-phase", entry(153), restarts_in_every_phase},
        {"e153-one-by-one", entry(153), one_by_one},
        {"e154-all-during-a-view-change", entry(154), all_during_a_view_change},
        {"e155-primary-restarts-soon", entry(155), [] { return primary_restarts(2 * second); }},
        {"e155-primary-restarts-late", "plenum-lessons E 155, 160",
         [] { return primary_restarts(12 * second); }},
        {"e157-garbage-in-the-vote-records", entry(157), garbage_in_the_vote_records},
        {"e157-clock-stepped-back", entry(157), clock_stepped_back_at_start},
    };
    for (const std::uint64_t missed : {1U, 9U, 10U, 11U, 19U, 20U, 21U})
        out.push_back({"e133-restarted-after-" + std::to_string(missed), entry(133),
                       [=] { return restarted_after(missed); }});
    return out;
}

}  // namespace stadtbuch::simulation
