// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Ordering, normal and delayed: plenum-lessons E, group 1.
#include <algorithm>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

const Nodes all{0, 1, 2, 3};
const Nodes replicas{1, 2, 3};

bool is_vote(const messages::Message& message) {
    return is_prepare(message) || is_commit(message);
}

/// `lost` for some receivers while one write is ordered; all get it, nobody changes the view.
std::string one_write_without(const Nodes& receivers,
                              const std::function<bool(const messages::Message&)>& lost) {
    Story story;
    std::size_t count = 0;
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        const bool hit =
            std::find(receivers.begin(), receivers.end(), to) != receivers.end() && lost(message);
        count += hit ? 1U : 0U;
        return hit;
    });
    story.write(1, 0, {0});
    story.answered_within(10 * second);
    story.level_within(10 * second);
    story.expect(receivers.empty() || count > 0, "something was lost");
    story.expect(story.size(3, LedgerId::domain) == 1, "executed once");
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

/// What is kept back from node 3 comes later, in order or the other way round.
std::string late_at_one(const std::function<bool(const messages::Message&)>& late, bool backwards,
                        std::size_t batches) {
    Story story;
    story.keep_back([&](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 3 && (late(message) || as<messages::MessageResponse>(message) != nullptr);
    });
    for (std::size_t i = 0; i < batches; ++i) {
        story.send({0});
        story.run_for(one_batch);
    }
    story.expect(story.ordered(0) >= batches && story.ordered(3) == 0, "node 3 is behind");
    story.deliver_kept(backwards);
    story.expect_within(10 * second, "node 3 orders them",
                        [&] { return story.ordered(3) >= batches; });
    story.level_within(10 * second);
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

std::string gap_of_a_whole_log() {
    Story story;
    const auto catchups = story.status(3).catchups;
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 3 && (is_batch(message) || is_vote(message) ||
                           as<messages::MessageResponse>(message) != nullptr);
    });
    story.write(35, one_batch, {0});
    story.lose_nothing();
    story.level_within(10 * second);
    story.expect(story.status(3).catchups > catchups, "by catch-up");
    return story.failure();
}

std::string answers_nobody_asked_for() {
    Story story;
    messages::MessageResponse response;
    response.type = messages::RequestedType::pre_prepare;
    response.params.pp_seq_no = 1;
    response.content = story.forged(0, 1);
    story.inject(2, {1, 3}, response);
    story.run_for(second);
    story.expect(story.status(3).batches_in_flight == 0, "the forged batch is not taken");
    story.all_is_well_within(10 * second);
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

std::string answer_against_the_votes() {
    Story story;
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 3 && is_batch(message);
    });
    story.send({0});
    story.run_for(200);
    story.lose_nothing();
    messages::MessageResponse response;
    response.type = messages::RequestedType::pre_prepare;
    response.params.pp_seq_no = 1;
    response.content = story.forged(0, 1);
    story.inject(2, {3}, response);
    story.expect_within(5 * second, "the true batch is ordered",
                        [&] { return story.size(3, LedgerId::domain) == 1; });
    return story.failure();
}

std::string everything_twice() {
    Plan plan = plan_for(4);
    plan.doubled_per_mille = 1000;
    Story story(plan);
    story.write(15, 50, {0, 1});
    story.all_is_well_within(10 * second);
    story.expect(story.size(2, LedgerId::domain) == 16, "each request once");
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

std::string prepare_of_the_primary() {
    Story story;
    story.inject(0, replicas, messages::Prepare{0, 0, 1, 1'600'000'100, "aa", {}, {}, {}});
    story.all_is_well_within(10 * second);
    story.expect(story.suspected(Reason::prepare_from_primary), "it is named");
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

std::string beyond_the_watermark() {
    Story story;
    bool lost = true;
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        return lost && to == 3 && as<messages::Checkpoint>(message) != nullptr;
    });
    story.write(34, one_batch, {0});
    story.expect(story.status(3).stable_checkpoint == 0 && story.ordered(3) <= 30,
                 "node 3 stops at its watermark");
    lost = false;
    story.write(12, one_batch, {0});
    story.all_is_well_within(10 * second);
    story.expect(story.status(3).stable_checkpoint >= 40, "then it goes on");
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

std::string high_watermark_is_a_limit() {
    Story story;
    bool lost = true;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        return lost && as<messages::Checkpoint>(message) != nullptr;
    });
    story.write(34, one_batch, {0});
    story.expect(story.ordered(0) == 30, "nothing is ordered beyond the log");
    lost = false;
    // The next view sends the checkpoints again.
    story.all_is_well_within(60 * second);
    story.expect(story.ordered(0) > 30, "afterwards it goes on");
    return story.failure();
}

std::string old_batch_again() {
    Story story;
    story.write(3, one_batch, {0});
    story.answered_within(5 * second);
    story.level_within(5 * second);
    const auto before = story.size(3, LedgerId::audit);
    const auto batches = story.batches_seen();
    for (const auto& pp : batches) story.inject(0, replicas, pp);
    story.run_for(2 * second);
    story.expect(story.size(3, LedgerId::audit) == before, "nothing happens");
    story.all_is_well_within(5 * second);
    return story.failure();
}

std::string known_but_not_finalised() {
    Story story;
    story.lose([](std::size_t from, std::size_t to, const messages::Message& message) {
        return to == 3 && from != 0 && as<messages::Propagate>(message) != nullptr;
    });
    story.send({0});
    story.expect_within(5 * second, "ordered at node 3, too",
                        [&] { return story.ordered(3) == 1; });
    return story.failure();
}

std::string by_propagate_alone() {
    Story story;
    const std::string digest = story.send({2});
    story.expect_within(5 * second, "answered", [&] { return story.world().is_answered(digest); });
    story.level_within(5 * second);
    for (const std::size_t i : all)
        story.expect(story.size(i, LedgerId::domain) == 1, "executed by all");
    return story.failure();
}

std::string propagate_before_and_after() {
    Story story;
    World& world = story.world();
    const ToyRequest request{500, LedgerId::domain, 3, {}, {}};
    const std::string digest = world.submit(request, {0});
    story.run_for(15);
    world.submit(request, {1});
    story.run_for(300);
    world.submit(request, {2, 3});
    story.expect_within(5 * second, "answered", [&] { return world.is_answered(digest); });
    story.level_within(5 * second);
    story.expect(story.size(1, LedgerId::domain) == 1, "executed once");
    return story.failure();
}

std::string ordered_request_comes_again() {
    Story story;
    std::vector<messages::Propagate> seen;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        if (const auto* propagate = as<messages::Propagate>(message)) seen.push_back(*propagate);
        return false;
    });
    story.write(2, one_batch, {0});
    story.answered_within(5 * second);
    story.level_within(5 * second);
    const auto before = story.ordered(1);
    const auto again = seen;
    story.expect(!again.empty(), "requests were passed on");
    for (const auto& propagate : again) story.inject(3, {0, 1, 2}, propagate);
    story.run_for(3 * second);
    story.expect(story.ordered(1) == before && story.size(1, LedgerId::domain) == 2,
                 "nothing is ordered for it");
    return story.failure();
}

std::string ledgers_interleaved() {
    Story story;
    for (int round = 0; round < 6; ++round) {
        for (const LedgerId ledger : {LedgerId::domain, LedgerId::pool, LedgerId::config})
            story.send({0, 1}, ledger);
    }
    story.run_for(3 * second);
    story.level_within(5 * second);
    story.expect(story.size(0, LedgerId::config) == 6 && story.size(0, LedgerId::domain) == 6,
                 "all are executed");
    story.expect(story.size(0, LedgerId::audit) == story.ordered(0), "one audit txn a batch");
    return story.failure();
}

std::string batch_limit() {
    Plan plan = plan_for(4);
    plan.limits.batch_requests_max = 10;
    plan.limits.batch_requests_pipelined = 100;
    Story story(plan);
    bool hold = true;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        return hold && is_vote(message);
    });
    for (int i = 0; i < 22; ++i) story.send({0, 1});
    story.run_for(200);
    hold = false;
    story.all_is_well_within(10 * second);
    std::size_t most = 0;
    for (const auto& pp : story.batches_seen()) most = std::max(most, pp.digests.size());
    story.expect(most == 10, "full batches of ten, none above");
    story.expect(story.size(3, LedgerId::domain) == 23, "all are executed");
    return story.failure();
}

std::string time_of_a_batch() {
    Story story;
    story.write(4, one_batch, {0});  // several within one second
    story.answered_within(5 * second);
    story.level_within(5 * second);
    const auto& seen = story.batches_seen();
    bool equal = false;
    for (std::size_t i = 1; i < seen.size(); ++i) equal |= seen[i].pp_time == seen[i - 1].pp_time;
    story.expect(equal, "two batches of one second were accepted");
    messages::PrePrepare back = story.forged(0, story.ordered(1) + 1);
    back.pp_time = seen.back().pp_time - 1;
    back.digest = messages::pre_prepare_digest(0, back.pp_time, {});
    story.inject(0, replicas, back);
    story.run_for(second);
    story.expect(story.suspected(Reason::pre_prepare_time_wrong), "time does not go back");
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string exactly_n_minus_f() {
    Story story;
    World& world = story.world();
    world.crash(3);
    story.write(2, 100, {0});
    story.answered_within(5 * second);
    story.run_for(second);
    world.crash(2);
    const auto before = story.ordered(0);
    story.write(1, 8 * second, {0, 1});
    story.expect(story.ordered(0) == before, "two of four order nothing");
    world.restart(2);
    story.answered_within(60 * second);
    world.restart(3);
    story.level_within(30 * second);
    return story.failure();
}

/// Seed 4200002882: node 1 alone has not ordered what the others have, node 2 is away, and node 3
/// knows by its ledger only what it ordered. Node 1 needs its vote in the view that it leads, also
/// when these messages came to node 3 too late or not at all.
std::string votes_again_for_one_behind(const std::function<bool(const messages::Message&)>& lost) {
    Story story;
    World& world = story.world();
    const auto no_catch_up = [](std::size_t to, const messages::Message& message) {
        return to == 1 && (as<messages::ConsistencyProof>(message) != nullptr ||
                           as<messages::CatchupRep>(message) != nullptr);
    };
    story.lose([=](std::size_t, std::size_t to, const messages::Message& message) {
        const bool vote = is_commit(message) || as<messages::MessageResponse>(message) != nullptr;
        return no_catch_up(to, message) || (to == 1 && vote);
    });
    story.write(2, one_batch, {0});
    story.expect_within(2 * second, "the others order", [&] { return story.ordered(3) == 2; });
    story.expect(story.ordered(1) == 0, "node 1 does not");
    world.crash(2);
    world.crash(3);
    world.restart(3);
    std::size_t count = 0;
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        const bool hit = to == 3 && count < 2 && lost(message);
        count += hit ? 1U : 0U;
        return hit || no_catch_up(to, message);
    });
    ask_for_view(story, 1, {0, 1, 3});
    story.expect_within(10 * second, "node 1 orders", [&] { return story.ordered(1) >= 2; });
    story.expect(count == 2, "something was lost");
    story.expect(story.view(1) == 1, "in the view that it leads");
    story.lose_nothing();
    world.restart(2);
    story.all_is_well_within(30 * second);
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_ordering() {
    const auto from = [](int number) { return "plenum-lessons E " + std::to_string(number); };
    const auto votes = [](const messages::Message& m) { return is_vote(m); };
    const auto batches = [](const messages::Message& m) { return is_batch(m); };
    return {
        {"e001-one-request", from(1), [] { return one_write_without({}, {}); }},
        {"e002-only-the-batch-at-one", from(2), [=] { return one_write_without({3}, votes); }},
        {"e003-only-the-batch-at-two", from(3),
         [=] {
             return one_write_without({2, 3}, votes);
         }},
        {"e004-votes-before-the-batch", from(4), [=] { return late_at_one(batches, false, 1); }},
        {"e005-commits-before-all-else", from(5),
         [] {
             return late_at_one(
                 [](const messages::Message& m) { return is_batch(m) || is_prepare(m); }, false, 1);
         }},
        {"e006-commits-without-prepares", from(6),
         [] { return one_write_without({3}, is_prepare); }},
        {"e007-commits-backwards", from(7), [] { return late_at_one(is_commit, true, 3); }},
        {"e009-several-batches-lost", from(9), [=] { return late_at_one(batches, true, 4); }},
        {"e010-gap-of-a-whole-log", from(10), gap_of_a_whole_log},
        {"e012-answers-nobody-asked-for", from(12), answers_nobody_asked_for},
        {"e013-answer-against-the-votes", from(13), answer_against_the_votes},
        {"e014-everything-twice", from(14), everything_twice},
        {"e015-prepare-of-the-primary", from(15), prepare_of_the_primary},
        {"e017-beyond-the-watermark", from(17), beyond_the_watermark},
        {"e018-old-batch-again", from(18), old_batch_again},
        {"e020-known-but-not-finalised", from(20), known_but_not_finalised},
        {"e021-by-propagate-alone", from(21), by_propagate_alone},
        {"e022-propagate-before-and-after", from(22), propagate_before_and_after},
        {"e025-ordered-request-again", from(25), ordered_request_comes_again},
        {"e026-ledgers-interleaved", from(26), ledgers_interleaved},
        {"e030-batch-limit", from(30), batch_limit},
        {"e037-time-of-a-batch", from(37), time_of_a_batch},
        {"e039-exactly-n-minus-f", from(39), exactly_n_minus_f},
        {"e042-one-member-left-out", from(42), [=] { return one_write_without({3}, batches); }},
        {"e084-high-watermark", from(84), high_watermark_is_a_limit},
        {"votes-again-without-prepares", "seed 4200002882",
         [] { return votes_again_for_one_behind(is_prepare); }},
        {"votes-again-before-the-text", "seed 4200002882",
         [] {
             return votes_again_for_one_behind([](const messages::Message& m) {
                 return as<messages::OldViewPrePrepareRep>(m) != nullptr;
             });
         }},
    };
}

}  // namespace stadtbuch::simulation
