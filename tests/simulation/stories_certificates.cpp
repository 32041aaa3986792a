// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What VIEW_CHANGE says of batches when some have missed a view or counted others: found by seeds
// and by reading, not in plenum-lessons E.
#include <algorithm>
#include <set>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

const std::vector<std::size_t> all{0, 1, 2, 3};

/// A batch of view 0 is ordered in view 1. Its audit transaction says view 0 for ever; named so in
/// a VIEW_CHANGE, a certificate for another batch from a view between could win against what is
/// ordered.
std::string certificate_survives_a_restart() {
    Story story;
    World& world = story.world();
    story.lose([](std::size_t, std::size_t, const messages::Message& message) {
        return is_vote_of<messages::Commit>(0, message);
    });
    story.write(2, one_batch, {0});
    story.run_for(1 * second);
    story.expect(world.replica(3).status().last_ordered == 0, "nothing is ordered in view 0");
    ask_for_view(story, 1, all);
    story.answered_within(10 * second);
    story.level_within(10 * second);
    world.crash(3);
    world.restart(3);
    story.level_within(10 * second);
    std::set<ViewNo> named;
    story.lose([&](std::size_t from, std::size_t, const messages::Message& message) {
        const auto* change = as<messages::ViewChange>(message);
        if (from == 3 && change != nullptr && change->view_no == 2 && !change->prepared.empty())
            named.insert(change->prepared.front().view_no);
        return false;
    });
    ask_for_view(story, 2, all);
    story.expect(named == std::set<ViewNo>{1}, "the certificate is that of view 1");
    story.lose_nothing();
    story.all_is_well_within(60 * second);
    return story.failure();
}

/// Seed 400033854: Node2 was restarted and knows by its ledger what it ordered, so it cannot vote
/// for it again in the view it leads. It says in VIEW_CHANGE that the others did.
std::string witness_without_the_text() {
    Story story;
    World& world = story.world();
    story.write(2, one_batch, {0});
    story.answered_within(10 * second);
    story.level_within(10 * second);
    world.crash(2);
    world.crash(1);
    world.restart(1);
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to == 1 && as<messages::OldViewPrePrepareRep>(message) != nullptr;
    });
    ask_for_view(story, 1, {0, 1, 3});
    story.run_for(3 * second);
    world.crash(0);
    world.restart(2);
    ask_for_view(story, 2, {1, 2, 3});
    story.lose_nothing();
    world.restart(0);
    story.all_is_well_within(60 * second);
    return story.failure();
}

/// Seed 11000019415: Node3 alone has certificates of view 0, for two batches, and misses view 1,
/// which re-creates neither. Then one of those who were in view 1 falls silent, so that Node3 is
/// needed. `certified_again`: another batch was prepared in view 1, in the first one's place.
std::string certificates_of_one_who_missed_a_view(bool certified_again) {
    Plan plan = plan_for(4);
    plan.limits.batch_requests_pipelined = 1;
    Story story(plan);
    World& world = story.world();
    story.lose([=](std::size_t, std::size_t to, const messages::Message& message) {
        const bool prepared_there = to == 2 ? is_vote_of<messages::Prepare>(1, message)
                                            : is_vote_of<messages::Prepare>(0, message);
        const bool at_one = certified_again && to == 3;
        return prepared_there || (!at_one && is_vote_of<messages::Prepare>(1, message)) ||
               is_vote_of<messages::Commit>(0, message) || is_vote_of<messages::Commit>(1, message);
    });
    story.write(2, one_batch, {0});
    story.run_for(500);
    for (const std::size_t other : {0U, 1U, 3U}) world.cut(2, other, true);
    ask_for_view(story, 1, {0, 1, 3});
    story.write(1, one_batch, {0, 1, 3});
    story.run_for(500);
    story.expect(story.ordered(3) == 0, "nothing is ordered");
    std::size_t named = 0;
    story.lose([&](std::size_t from, std::size_t, const messages::Message& message) {
        const auto* change = as<messages::ViewChange>(message);
        if (from == 2 && change != nullptr) named = change->prepared.size();
        return false;
    });
    world.crash(0);
    for (const std::size_t other : {1U, 3U}) world.cut(2, other, false);
    ask_for_view(story, 2, {1, 2, 3});
    story.expect(named == 2, "Node3 has two certificates");
    story.answered_within(30 * second);
    story.lose_nothing();
    for (const std::size_t other : all) world.cut(2, other, false);
    world.restart(0);
    story.all_is_well_within(60 * second);
    const auto first = world.port(1).audit_record(1);
    story.expect(first && first->view_no == (certified_again ? 1 : 0),
                 "the newest certificate is the one that counts");
    return story.failure();
}

/// Seed 10000006155: Node5, removed, alone has ordered the batch from which on four count, and the
/// primary dies. The other three count five and need its votes.
std::string removed_alone_has_ordered_it() {
    Story story(plan_for(5, 0, 1));
    World& world = story.world();
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to != 4 && is_vote_of<messages::Commit>(1, message);
    });
    story.change_members("", "Node5");
    story.expect_within(20 * second, "view 1", [&] {
        return story.view(4) == 1 && story.world().replica(4).is_participating();
    });
    story.write(1, 0, {0, 1, 2, 3});
    story.expect_within(20 * second, "Node5 has ordered it",
                        [&] { return story.ordered(4) > story.ordered(0); });
    world.crash(1);
    story.lose_nothing();
    story.answered_within(60 * second);
    for (const std::size_t node : {0U, 2U, 3U})
        story.expect(story.status(node).n == 4, "four count");
    story.expect_within(60 * second, "Node5 has left", [&] { return story.status(4).n == 4; });
    world.restart(1);
    story.all_is_well_within(60 * second);
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_certificates() {
    return {
        {"witness-without-the-text", "seed 400033854", witness_without_the_text},
        {"certificate-survives-a-restart", "REPORT.md, by reading", certificate_survives_a_restart},
        {"certificates-of-one-who-missed-a-view", "seed 11000019415",
         [] { return certificates_of_one_who_missed_a_view(false); }},
        {"certificates-void-by-a-later-batch", "seed 11000019415",
         [] { return certificates_of_one_who_missed_a_view(true); }},
        {"removed-alone-has-ordered-it", "seed 10000006155", removed_alone_has_ordered_it},
    };
}

}  // namespace stadtbuch::simulation
