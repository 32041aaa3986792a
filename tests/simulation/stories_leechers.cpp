// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Catch-up while the pool works, in frames, and of who is no member: plenum-lessons E, group 6.
#include <algorithm>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

/// Answers are cut so that each fits a frame. An audit transaction alone is more than what a reply
/// is filled up to, and goes by itself.
std::string replies_larger_than_a_frame() {
    Plan plan = plan_for(4);
    plan.through_codec = true;  // what does not fit a frame is no message
    plan.limits.frame_bytes_max = 4400;
    Story story(plan);
    story.world().crash(3);
    story.write(60, one_batch, {0});
    story.answered_within(10 * second);
    std::size_t questions = 0;
    std::size_t replies = 0;
    std::size_t largest = 0;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        questions += from == 3 && as<messages::CatchupReq>(message) != nullptr ? 1U : 0U;
        if (to == 3 && as<messages::CatchupRep>(message) != nullptr) {
            ++replies;
            largest = std::max(largest, messages::encode(message).size());
        }
        return false;
    });
    story.world().restart(3);
    story.level_within(30 * second);
    story.expect(questions > 0 && replies > 2 * questions, "answers come in pieces");
    story.expect(largest <= plan.limits.frame_bytes_max, "none is larger than a frame");
    story.all_is_well_within(10 * second);
    return story.failure();
}

Plan small_chunks() {
    Plan plan = plan_for(4);
    plan.limits.catchup_chunk = 2;
    return plan;
}

/// What is ordered meanwhile waits, and is applied on top; some of it was fetched already.
std::string ordering_goes_on() {
    Story story(small_chunks());
    story.write(3, one_batch, {0});
    story.world().crash(3);
    story.write(40, one_batch, {0});
    story.world().restart(3);
    bool waited = false;
    for (int i = 0; i < 60; ++i) {
        story.write(1, 25, {0, 1, 2});
        const Status status = story.status(3);
        waited |= status.phase == Phase::catching_up && status.stashed_messages > 0;
    }
    story.answered_within(5 * second);
    story.all_is_well_within(10 * second);
    story.expect(waited, "batches came while it caught up");
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

/// The audit ledger is there, the domain ledger is late, and the pool orders on.
std::string commits_between_two_ledgers() {
    Story story(small_chunks());
    story.write(3, one_batch, {0});
    story.world().crash(3);
    story.write(20, one_batch, {0});
    story.keep_back([](std::size_t, std::size_t to, const messages::Message& message) {
        const auto* reply = as<messages::CatchupRep>(message);
        return to == 3 && reply != nullptr && reply->ledger == LedgerId::domain;
    });
    story.world().restart(3);
    story.write(8, one_batch, {0, 1, 2});
    story.expect(story.size(3, LedgerId::audit) >= 23 && story.size(3, LedgerId::domain) == 3,
                 "it stands between two ledgers");
    story.expect(!story.world().replica(3).is_participating(), "and takes no part");
    story.deliver_kept();
    story.all_is_well_within(20 * second);
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

/// Lost links, and a CHECKPOINT from far ahead, while a catch-up runs: no second one begins.
std::string second_catch_up_while_one_runs() {
    Story story(small_chunks());
    World& world = story.world();
    story.write(3, one_batch, {0});
    world.crash(3);
    story.write(60, 60, {0});
    world.restart(3);
    std::size_t looks = 0;
    for (PpSeqNo far = 100; story.status(3).phase == Phase::catching_up && far < 400; far += 10) {
        story.expect(story.status(3).catchups == 1, "one at a time");
        story.inject(2, {3}, messages::Checkpoint{0, 0, 0, far, Hash32{}});
        world.cut(3, 1, true);
        story.run_for(10);
        world.cut(3, 1, false);
        story.run_for(10);
        ++looks;
    }
    story.expect(looks > 3, "it took a while");
    story.all_is_well_within(20 * second);
    return story.failure();
}

/// A client gave its request to one member, which was cut off when the others ordered it. It finds
/// the transaction in what it fetches, and nothing waits there for ever.
std::string own_request_is_in_what_was_fetched() {
    Story story;
    World& world = story.world();
    const std::string digest = story.send({3});
    story.run_for(40);
    for (const std::size_t other : {0U, 1U, 2U}) world.cut(3, other, true);
    story.expect_within(10 * second, "the others order it",
                        [&] { return story.size(0, LedgerId::domain) == 1; });
    story.write(12, one_batch, {0});
    story.expect(story.ordered(3) == 0 && story.status(3).requests_held > 0, "here it waits");
    for (const std::size_t other : {0U, 1U, 2U}) world.cut(3, other, false);
    story.level_within(20 * second);
    story.expect(story.status(3).requests_waiting == 0, "then no more");
    story.expect(world.is_answered(digest), "and it is answered");
    story.all_is_well_within(10 * second);
    story.expect(story.size(3, LedgerId::domain) == 14, "executed once");
    return story.failure();
}

/// Who was removed follows as anybody may, also after a restart, and counts when it is let in
/// again.
std::string removed_member_catches_up() {
    Story story(plan_for(5, 0, 2));
    World& world = story.world();
    story.write(3, one_batch, {0});
    story.change_members("", "Node5");
    story.answered_within(60 * second);
    story.expect_within(60 * second, "four count", [&] { return story.status(0).n == 4; });
    world.crash(4);
    story.write(15, one_batch, {0});
    world.restart(4);
    story.level_within(30 * second);
    story.change_members("Node5", "");
    story.answered_within(60 * second);
    story.expect_within(60 * second, "five count", [&] {
        return story.status(0).n == 5 && story.status(4).n == 5 &&
               world.replica(4).is_participating();
    });
    story.all_is_well_within(60 * second);
    return story.failure();
}

/// Ten thousand transactions behind, with room for little of them at a time.
std::string ten_thousand_behind() {
    Plan plan = plan_for(4);
    plan.limits.catchup_buffer_bytes_max = 64u << 10;
    Story story(plan);
    World& world = story.world();
    world.crash(3);
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i < 1000; ++i) story.send({0});
        story.run_for(2 * second);
    }
    story.expect(story.size(0, LedgerId::domain) == 10'000, "ten thousand are ordered");
    world.restart(3);
    story.level_within(30 * second);
    story.all_is_well_within(10 * second);
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_leechers() {
    const auto entry = [](int number) { return "plenum-lessons E " + std::to_string(number); };
    return {
        {"e137-replies-larger-than-a-frame", entry(137), replies_larger_than_a_frame},
        {"e138-ordering-goes-on", entry(138), ordering_goes_on},
        {"e139-commits-between-two-ledgers", entry(139), commits_between_two_ledgers},
        {"e141-second-while-one-runs", entry(141), second_catch_up_while_one_runs},
        {"e145-own-request-was-fetched", entry(145), own_request_is_in_what_was_fetched},
        {"e150-removed-member-catches-up", entry(150), removed_member_catches_up},
        {"e151-ten-thousand-behind", entry(151), ten_thousand_behind},
    };
}

}  // namespace stadtbuch::simulation
