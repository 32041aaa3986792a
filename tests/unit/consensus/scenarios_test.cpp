// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Stories from the scenario catalogue (plenum-lessons E) in the simulated world; node 0 leads view
// 0.
#include <catch2/catch.hpp>

#include "tests/simulation/world.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;
using namespace stadtbuch::simulation;

namespace {

Plan calm_plan(std::size_t nodes = 4) {
    Plan plan;
    plan.nodes = nodes;
    plan.limits = quick_limits();
    plan.limits.freshness_interval = 3'600'000;
    plan.limits.freshness_vote_after = 7'200'000;
    return plan;
}

ToyRequest domain_request(std::uint64_t id, std::uint64_t amount = 1) {
    return {id, LedgerId::domain, amount, {}, {}};
}

/// `count` requests, one batch each.
void order_batches(World& world, std::uint64_t first, std::uint64_t count,
                   std::size_t at_node = 0) {
    for (std::uint64_t i = 0; i < count; ++i) {
        const PpSeqNo before = world.replica(at_node).status().last_ordered;
        world.submit({first + i, LedgerId::config, 7 * (first + i) + 1, {}, {}}, {at_node});
        REQUIRE(world.run_until_true(
            [&] { return world.replica(at_node).status().last_ordered > before; },
            world.now() + 60'000));
    }
}

bool suspected(const World& world, Reason reason) {
    for (const auto& [node, suspicion] : world.suspicions()) {
        if (suspicion.reason == reason) return true;
    }
    return false;
}

std::uint64_t view_changes(const World& world, std::size_t nodes = 4) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < nodes; ++i)
        sum += world.is_alive(i) ? world.replica(i).status().view_changes : 0;
    return sum;
}

messages::PrePrepare foreign_batch(const World& world, ViewNo view, PpSeqNo seq) {
    messages::PrePrepare pp;
    pp.view_no = view;
    pp.pp_seq_no = seq;
    pp.pp_time = 1'600'000'000 + static_cast<UnixSeconds>(world.now() / 1000) + 1;
    pp.digest = messages::pre_prepare_digest(view, pp.pp_time, {});
    pp.state_root = pp.txn_root = pp.audit_txn_root = Hash32{};
    return pp;
}

}  // namespace

TEST_CASE("a write on an idle pool commits after exactly five one-way delays",
          "[consensus][performance-budget:4]") {
    World world(calm_plan());
    world.start_all();
    world.run_until(1000);
    REQUIRE(world.all_level());
    // The client's own hop is the first delay: the frame arrives at a node that does not lead.
    const Tick sent = world.now();
    world.run_until(sent + 10);
    world.submit(domain_request(1), {2});
    REQUIRE(world.run_until_true(
        [&] { return world.all_level() && world.replica(0).status().last_ordered == 1; }, 10'000));
    CHECK(world.first_ordered_at().at(1) == sent + 50);
    CHECK(world.now() == sent + 50);
    CHECK(world.violation().empty());
}

TEST_CASE("refused requests stay in the batch and change no ledger", "[consensus][scenario-27]") {
    World world(calm_plan());
    world.start_all();
    world.run_until(1000);
    const std::string refused = world.submit(domain_request(1, 7), {0, 1, 2, 3});
    REQUIRE(world.run_until_true([&] { return world.is_answered(refused); }, 10'000));
    CHECK(world.executor(0).committed_size(LedgerId::domain) == 0);
    CHECK(world.executor(0).committed_size(LedgerId::audit) == 1);
    const std::string good = world.submit(domain_request(2, 3), {0});
    REQUIRE(
        world.run_until_true([&] { return world.is_answered(good) && world.all_level(); }, 20'000));
    CHECK(world.executor(3).sum(LedgerId::domain) == 3);
}

TEST_CASE("a request sent twice and to all is executed once", "[consensus][scenario-23]") {
    World world(calm_plan());
    world.start_all();
    world.run_until(1000);
    world.submit(domain_request(1), {0, 1, 2, 3});
    const std::string digest = world.submit(domain_request(1), {3, 2, 1, 0});
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest) && world.all_level(); },
                                 10'000));
    world.submit(domain_request(1), {0, 1, 2, 3});
    world.run_until(world.now() + 5000);
    CHECK(world.executor(0).committed_size(LedgerId::domain) == 1);
    CHECK(world.replica(0).status().last_ordered == 1);
}

TEST_CASE("checkpoints become stable and the log is collected", "[consensus][scenario-76]") {
    Plan plan = calm_plan();
    plan.limits.checkpoint_every = 10;
    plan.limits.log_size = 30;
    World world(plan);
    world.start_all();
    world.run_until(1000);
    order_batches(world, 1, 45);
    REQUIRE(world.run_until_true([&] { return world.all_level(); }, world.now() + 5000));
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(world.replica(i).status().stable_checkpoint == 40);
        CHECK(world.replica(i).status().requests_waiting == 0);
    }
    CHECK(world.violation().empty());
}

TEST_CASE("a node that lost the PRE-PREPARE asks for it and orders", "[consensus][scenario-8]") {
    World world(calm_plan());
    bool dropped = false;
    world.set_filter([&](std::size_t, std::size_t to, const messages::Message& message) {
        const auto* pp = std::get_if<messages::PrePrepare>(&message);
        const bool drop = !dropped && to == 3 && pp != nullptr && pp->inst_id == 0;
        dropped = dropped || drop;
        return !drop;
    });
    world.start_all();
    world.run_until(1000);
    const std::uint64_t catchups = world.replica(3).status().catchups;
    world.submit(domain_request(1), {0});
    REQUIRE(world.run_until_true(
        [&] { return world.all_level() && world.replica(3).status().last_ordered == 1; }, 10'000));
    CHECK(dropped);
    CHECK(world.replica(3).status().catchups == catchups);
}

TEST_CASE("lost PREPAREs and COMMITs are recovered by requests", "[consensus][scenario-11]") {
    World world(calm_plan());
    int dropped = 0;
    world.set_filter([&](std::size_t, std::size_t to, const messages::Message& message) {
        const bool vote = std::holds_alternative<messages::Prepare>(message) ||
                          std::holds_alternative<messages::Commit>(message);
        if (!vote || to != 2 || dropped >= 10) return true;
        ++dropped;
        return false;
    });
    world.start_all();
    world.run_until(1000);
    world.submit(domain_request(1), {1});
    REQUIRE(world.run_until_true(
        [&] { return world.all_level() && world.replica(2).status().last_ordered == 1; }, 10'000));
    CHECK(dropped == 10);
}

TEST_CASE("an unknown request in a batch is fetched", "[consensus][scenario-19]") {
    World world(calm_plan());
    world.set_filter([&](std::size_t, std::size_t to, const messages::Message& message) {
        return to != 3 || !std::holds_alternative<messages::Propagate>(message);
    });
    world.start_all();
    world.run_until(1000);
    world.submit(domain_request(1), {0});
    REQUIRE(
        world.run_until_true([&] { return world.replica(3).status().last_ordered == 1; }, 20'000));
    CHECK(world.violation().empty());
}

TEST_CASE("a restarted node catches up, whatever the number of missed batches",
          "[consensus][scenario-133]") {
    const std::uint64_t missed = GENERATE(1U, 9U, 10U, 11U, 29U, 35U);
    Plan plan = calm_plan();
    plan.limits.checkpoint_every = 10;
    plan.limits.log_size = 30;
    World world(plan);
    world.start_all();
    world.run_until(1000);
    order_batches(world, 1, 5);
    world.crash(3);
    order_batches(world, 100, missed);
    world.restart(3);
    REQUIRE(world.run_until_true([&] { return world.all_level(); }, world.now() + 10'000));
    CHECK(world.replica(3).status().last_ordered == 5 + missed);
    order_batches(world, 1000, 3);
    REQUIRE(world.run_until_true([&] { return world.all_level(); }, world.now() + 5'000));
    CHECK(world.violation().empty());
}

TEST_CASE("a cut-off node notices by itself after the link is back",
          "[consensus][indy-node:1700]") {
    World world(calm_plan());
    world.start_all();
    world.run_until(1000);
    for (std::size_t i = 0; i < 3; ++i) world.cut(3, i, true);
    order_batches(world, 1, 4);
    for (std::size_t i = 0; i < 3; ++i) world.cut(3, i, false);
    REQUIRE(world.run_until_true([&] { return world.all_level(); }, world.now() + 5'000));
    CHECK(view_changes(world) == 0);
}

TEST_CASE("all nodes lose power with a batch in flight and go on", "[consensus][scenario-153]") {
    World world(calm_plan());
    world.set_filter([](std::size_t, std::size_t, const messages::Message& message) {
        return !std::holds_alternative<messages::Commit>(message);
    });
    world.start_all();
    world.run_until(1000);
    const std::string digest = world.submit(domain_request(1), {0});
    world.run_until(1200);
    for (std::size_t i = 0; i < 4; ++i) world.crash(i);
    world.set_filter({});
    for (std::size_t i = 0; i < 4; ++i) world.restart(i);
    // Nobody sends the request again: it comes out of the vote records.
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest) && world.all_level(); },
                                 30'000));
    CHECK(world.executor(2).committed_size(LedgerId::domain) == 1);
    CHECK(world.violation().empty());
}

TEST_CASE("a PRE-PREPARE from a member that does not lead is ignored", "[consensus][scenario-16]") {
    World world(calm_plan());
    world.start_all();
    world.run_until(1000);
    messages::PrePrepare pp = foreign_batch(world, 0, 1);
    pp.digest = "00";  // a wrong digest must not make anybody vote when the sender may not speak
                       // (plenum-lessons B4)
    for (const std::size_t to : {0U, 1U, 3U}) world.inject(2, to, pp);
    world.run_until(2000);
    CHECK(suspected(world, Reason::pre_prepare_not_from_primary));
    CHECK_FALSE(suspected(world, Reason::pre_prepare_digest_wrong));
    CHECK(world.replica(0).status().view_votes.empty());
    order_batches(world, 1, 2);
    CHECK(view_changes(world) == 0);
}

TEST_CASE("a primary that proposes wrong roots is replaced", "[consensus][reliability:R-005]") {
    World world(calm_plan());
    world.start_all();
    world.run_until(1000);
    const messages::PrePrepare pp = foreign_batch(world, 0, 1);
    for (const std::size_t to : {1U, 2U, 3U}) world.inject(0, to, pp);
    REQUIRE(world.run_until_true(
        [&] {
            return world.replica(1).status().view_no == 1 && world.replica(1).is_participating();
        },
        20'000));
    const std::string digest = world.submit(domain_request(1), {1, 2});
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest) && world.all_level(); },
                                 40'000));
    CHECK(world.replica(3).status().primary == "Node2");
    CHECK(world.violation().empty());
}

TEST_CASE("an equivocating primary cannot split the pool", "[consensus][reliability:R-004]") {
    Plan plan = calm_plan();
    World world(plan);
    world.set_filter([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const auto* pp = std::get_if<messages::PrePrepare>(&message);
        return !(from == 0 && to >= 2 && pp != nullptr && pp->inst_id == 0 && pp->view_no == 0 &&
                 !pp->digests.empty());
    });
    world.start_all();
    world.run_until(1000);
    const std::string digest = world.submit(domain_request(1), {0});
    messages::PrePrepare other = foreign_batch(world, 0, 1);
    for (const std::size_t to : {2U, 3U}) world.inject(0, to, other);
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest) && world.all_level(); },
                                 60'000));
    CHECK(world.replica(2).status().view_no >= 1);
    CHECK(world.violation().empty());
}

TEST_CASE("the pool replaces a stopped primary and takes it back", "[consensus][scenario-88]") {
    const std::size_t nodes = GENERATE(4U, 7U);
    World world(calm_plan(nodes));
    world.start_all();
    world.run_until(1000);
    order_batches(world, 1, 7);
    world.crash(0);
    const std::string digest = world.submit(domain_request(500), {1, 2});
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, world.now() + 20'000));
    CHECK(world.replica(1).status().view_no == 1);
    CHECK(world.replica(1).status().primaries.size() == Quorums{nodes}.instances());
    order_batches(world, 600, 5, 1);
    world.restart(0);
    REQUIRE(world.run_until_true([&] { return world.all_level(); }, world.now() + 20'000));
    CHECK(world.replica(0).status().view_no == 1);
    CHECK(world.violation().empty());
}

TEST_CASE("two primaries in a row may be down", "[consensus][scenario-106]") {
    World world(calm_plan(7));
    world.start_all();
    world.run_until(1000);
    order_batches(world, 1, 3);
    world.crash(0);
    world.crash(1);
    const std::string digest = world.submit(domain_request(500), {2, 3, 4, 5, 6});
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, world.now() + 60'000));
    CHECK(world.replica(3).status().view_no == 2);
    CHECK(world.violation().empty());
}

TEST_CASE(
    "a batch prepared everywhere and ordered nowhere survives the view change with its digest",
    "[consensus][scenario-99]") {
    World world(calm_plan());
    bool hold_commits = true;
    std::string digest_before;
    world.set_filter([&](std::size_t, std::size_t, const messages::Message& message) {
        if (const auto* pp = std::get_if<messages::PrePrepare>(&message);
            pp != nullptr && pp->inst_id == 0 && digest_before.empty()) {
            digest_before = pp->digest;
        }
        return !hold_commits || !std::holds_alternative<messages::Commit>(message);
    });
    world.start_all();
    world.run_until(1000);
    world.submit(domain_request(1), {0});
    world.run_until(1100);
    world.crash(0);
    hold_commits = false;
    REQUIRE(
        world.run_until_true([&] { return world.replica(1).status().last_ordered >= 2; }, 40'000));
    const auto record = world.executor(1).audit_record(1);
    REQUIRE(record);
    CHECK(record->batch_digest == digest_before);
    CHECK(record->view_no == 0);
    CHECK(world.replica(1).status().view_no >= 1);
    CHECK(world.violation().empty());
}

TEST_CASE("a batch that grew old during an outage is still re-created",
          "[consensus][indy-plenum:1488]") {
    World world(calm_plan());
    bool hold_commits = true;
    world.set_filter([&](std::size_t, std::size_t, const messages::Message& message) {
        return !hold_commits || !std::holds_alternative<messages::Commit>(message);
    });
    world.start_all();
    world.run_until(1000);
    const std::string digest = world.submit(domain_request(1), {0});
    world.run_until(1100);
    for (std::size_t i = 0; i < 4; ++i) world.crash(i, true);
    world.run_until(1'500'000);  // 25 minutes
    hold_commits = false;
    for (std::size_t i = 1; i < 4; ++i) world.restart(i);
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, world.now() + 60'000));
    CHECK_FALSE(suspected(world, Reason::pre_prepare_time_wrong));
    CHECK(world.violation().empty());
}

TEST_CASE("empty batches keep every ledger's multi-signature fresh", "[consensus][scenario-29]") {
    Plan plan = calm_plan();
    plan.limits.freshness_interval = 20'000;
    World world(plan);
    world.start_all();
    world.run_until(70'000);
    // Three ledgers in each full interval.
    CHECK(world.replica(0).status().last_ordered == 9);
    CHECK(view_changes(world) == 0);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(world.proofs(i).size() >= 9);
        CHECK(world.replica(i).status().last_batch_time.size() == 3);
    }
    CHECK(world.replica(0).status().share_checks == 9);
}

TEST_CASE("a primary without freshness batches is voted out", "[consensus][scenario-176]") {
    Plan plan = calm_plan();
    plan.limits.freshness_interval = 20'000;
    plan.limits.freshness_vote_after = 50'000;
    plan.limits.progress_timeout = 10'000'000;
    plan.limits.primary_disconnect_tolerated = 10'000'000;
    World world(plan);
    world.set_filter([&](std::size_t from, std::size_t, const messages::Message& message) {
        return from != 0 || !std::holds_alternative<messages::PrePrepare>(message);
    });
    world.start_all();
    REQUIRE(world.run_until_true([&] { return world.replica(1).status().view_no == 1; }, 90'000));
    CHECK(world.now() >= 50'000);
}

TEST_CASE("one slow node costs no view change", "[consensus][scenario-34]") {
    World world(calm_plan());
    world.set_filter([](std::size_t from, std::size_t to, const messages::Message&) {
        return from != 3 && to != 3;
    });
    world.start_all();
    world.run_until(2000);
    order_batches(world, 1, 20);
    world.run_until(world.now() + 30'000);
    CHECK(view_changes(world, 3) == 0);
    world.set_filter({});
    REQUIRE(world.run_until_true([&] { return world.all_level(); }, world.now() + 20'000));
}

TEST_CASE("a flood from one member does not grow memory", "[consensus][scenario-54]") {
    Plan plan = calm_plan();
    plan.limits.requests_max = 200;
    plan.limits.stash_messages_max = 50;
    World world(plan);
    world.start_all();
    world.run_until(1000);
    for (std::uint64_t i = 0; i < 2000; ++i) {
        world.inject(3, 0, messages::Prepare{0, 50 + i, i + 1, 1'600'000'000, "aa", {}, {}, {}});
        world.inject(3, 0, messages::Commit{1000 + i, 0, i + 1, std::nullopt});
        world.inject(3, 0, messages::Commit{0, 0, 100'000 + i, std::nullopt});
        world.inject(3, 0, messages::InstanceChange{2 + i * 3, 25});
        world.inject(3, 0, messages::Checkpoint{0, 0, 0, 100 * (i + 1), Hash32{}});
        world.inject(3, 0,
                     messages::Propagate{
                         domain_request(5'000 + i).text(), std::nullopt, {}, LedgerId::domain});
    }
    world.run_until(1500);
    const Status status = world.replica(0).status();
    CHECK(status.stashed_messages <= 50 * 4);
    CHECK(status.requests_held <= 200);
    CHECK(status.view_votes.size() <= plan.limits.votes_ahead_max + 1);
    CHECK(status.view_no == 0);
    CHECK(world.violation().empty());
}

TEST_CASE("batches grow under load and stop at four in flight", "[consensus][scenario-31]") {
    World world(calm_plan());
    world.start_all();
    world.run_until(1000);
    std::string last;
    for (std::uint64_t i = 1; i <= 2500; ++i) last = world.submit(domain_request(i), {0, 1, 2, 3});
    std::size_t most = 0;
    REQUIRE(world.run_until_true(
        [&] {
            most = std::max(most, world.replica(0).status().batches_in_flight);
            return world.replica(0).status().requests_ordered >= 2500 && world.all_level();
        },
        30'000));
    CHECK(most <= 4);
    CHECK(world.replica(0).status().last_ordered <= 8);
    CHECK(world.is_answered(last));
}

TEST_CASE("syncs are shared under load", "[consensus][performance-budget:4]") {
    Plan plan = calm_plan();
    plan.disk_min = plan.disk_max = 5;
    plan.limits.batch_requests_max = 10;
    plan.limits.batch_requests_pipelined = 1;
    World world(plan);
    world.start_all();
    world.run_until(1000);
    for (std::uint64_t i = 1; i <= 600; ++i) world.submit(domain_request(i), {0, 1, 2, 3});
    REQUIRE(world.run_until_true([&] { return world.replica(1).status().requests_ordered >= 600; },
                                 60'000));
    const Status status = world.replica(1).status();
    CHECK(status.last_ordered >= 60);
    CHECK(world.syncs(1) <= 2 * status.last_ordered);
    CHECK(status.share_checks <= status.last_ordered);
}

TEST_CASE("an observer follows without voting", "[consensus][observer]") {
    Plan plan = calm_plan();
    plan.observers = 1;
    World world(plan);
    world.start_all();
    world.run_until(1000);
    order_batches(world, 1, 12);
    REQUIRE(world.run_until_true([&] { return world.all_level(); }, world.now() + 5'000));
    CHECK(world.executor(4).committed_size(LedgerId::audit) == 12);
}

TEST_CASE("a single node is a pool of its own", "[consensus]") {
    World world(calm_plan(1));
    world.start_all();
    world.run_until(100);
    const std::string digest = world.submit(domain_request(1), {0});
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, 1000));
    world.crash(0);
    world.restart(0);
    CHECK(world.executor(0).committed_size(LedgerId::domain) == 1);
}

TEST_CASE("the same seed gives the same run", "[consensus][simulation]") {
    for (const std::uint64_t seed : {3U, 17U, 99U}) {
        World first(swarm(seed));
        World second(swarm(seed));
        const Outcome a = first.run();
        const Outcome b = second.run();
        CHECK(a.violation.empty());
        CHECK(a.steps == b.steps);
        CHECK(a.batches == b.batches);
        CHECK(a.virtual_ms == b.virtual_ms);
    }
}
