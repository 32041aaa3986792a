// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Primaries that order all the time and let some wait: plenum-lessons E 65, reliability R-029,
// R-030. And a member whose own ledger is wrong: E 79.
#include <algorithm>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

const Nodes all{0, 1, 2, 3};

/// One client's request never comes to the primary's ears, as if it did not want to hear it; the
/// others' are ordered every second.
std::string one_request_is_left_lying() {
    Story story(default_profile(4));
    World& world = story.world();
    story.write(5, second, all);
    const ToyRequest request{500, LedgerId::domain, 7, {}, {}};
    const std::string left = request.text();
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        const auto* propagate = as<messages::Propagate>(message);
        return to == 0 && propagate != nullptr && propagate->request == left;
    });
    const std::string digest = world.submit(request, {1, 2, 3});
    for (int i = 0; i < 120 && !world.is_answered(digest); ++i) story.write(1, second, all);
    story.expect(world.is_answered(digest), "ordered all the same");
    story.expect(story.view(1) == 1, "by the next primary");
    story.lose_nothing();
    story.all_is_well_within(20 * second);
    return story.failure();
}

/// Every batch of the primary comes later than the one before, by less than anybody waits without
/// progress, until each request waits for 25 s.
std::string every_batch_is_late() {
    Plan plan = default_profile(4);
    plan.limits.batches_in_flight_max = 100;
    plan.limits.batch_requests_pipelined = 1;
    Story story(plan);
    World& world = story.world();
    bool late = true;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (!late || from != 0) return false;
        const bool answer = as<messages::MessageResponse>(message) != nullptr;
        if (!is_batch(message) || as<messages::PrePrepare>(message)->view_no != 0) return answer;
        const messages::PrePrepare pp = *as<messages::PrePrepare>(message);
        const Tick delay = std::min<Tick>(25 * second, pp.pp_seq_no * 700);
        world.at(world.now() + delay, [&world, &late, to, pp] {
            late = false;
            world.inject(0, to, pp);
            late = true;
        });
        return true;
    });
    for (int i = 0; i < 180 && story.view(1) == 0; ++i) story.write(1, second, all);
    story.expect(story.view(1) == 1, "it is replaced");
    story.lose_nothing();
    story.all_is_well_within(60 * second);
    return story.failure();
}

/// A fault of its memory or program put a transaction into its domain ledger that nobody ordered.
/// It must notice, take no part, and leave the others alone.
std::string own_state_differs() {
    Story story;
    World& world = story.world();
    story.write(5, one_batch, {0});
    story.answered_within(5 * second);
    story.level_within(5 * second);
    const bool added =
        world.port(3).append_caught_up(LedgerId::domain, {R"({"id":777,"ledger":1,"amount":2})"});
    story.expect(added, "the fault is done");
    std::size_t asked = 0;
    story.lose([&](std::size_t from, std::size_t, const messages::Message& message) {
        asked += from == 3 && as<messages::CatchupReq>(message) != nullptr ? 1U : 0U;
        return false;
    });
    story.write(10, 300, {0, 1, 2});
    story.answered_within(20 * second);
    story.run_for(20 * second);
    story.expect(story.view(0) == 0, "the others go on in their view");
    story.expect(story.suspected(Reason::own_history_differs), "it notices");
    story.expect(!world.replica(3).is_participating(), "it takes no part");
    story.expect(asked < 50, "it does not ask for ever: " + std::to_string(asked));
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_fairness() {
    return {
        {"e065-every-batch-is-late", "plenum-lessons E 65, reliability R-029", every_batch_is_late},
        {"r030-one-request-is-left-lying", "reliability R-030", one_request_is_left_lying},
        {"e079-own-state-differs", "plenum-lessons E 79", own_state_differs},
    };
}

}  // namespace stadtbuch::simulation
