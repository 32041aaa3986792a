// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// plenum-lessons part B: what one member can do to the reference, and cannot do to us. Not here: B1
// (tests/unit/net: a claimed routing id), B10 ([scenario-153]), B11 (`e122-views-mixed-in-one-list`
// of the simulation), B12 ([scenario-54]), B17 (bls_test), B18 (asked_test).
#include "consensus/catchup/seeder.hpp"
#include "consensus/records.hpp"
#include "tests/unit/consensus/story.hpp"

using namespace stadtbuch;
using namespace stadtbuch::consensus;
using namespace stadtbuch::simulation;

namespace {

messages::PrePrepare invented(const World& world, ViewNo view, PpSeqNo seq) {
    messages::PrePrepare pp;
    pp.view_no = view;
    pp.pp_seq_no = seq;
    pp.pp_time = 1'600'000'000 + static_cast<UnixSeconds>(world.now() / 1000) + 1;
    pp.digest = messages::pre_prepare_digest(view, pp.pp_time, {});
    pp.state_root = pp.txn_root = pp.audit_txn_root = Hash32{};
    return pp;
}

std::size_t votes_seen(const World& world) {
    std::size_t sum = 0;
    for (const std::size_t node : {0U, 1U, 2U, 3U}) {
        for (const auto& [view, count] : world.replica(node).status().view_votes) sum += count;
    }
    return sum;
}

}  // namespace

TEST_CASE("a NEW_VIEW that names one member several times is refused",
          "[consensus][plenum-lessons:B2]") {
    World world(story::calm());
    std::string digest;
    bool forging = false;
    world.set_filter([&](std::size_t from, std::size_t, const messages::Message& message) {
        if (const auto* change = std::get_if<messages::ViewChange>(&message)) {
            if (from == 3 && change->view_no == 1) digest = messages::view_change_digest(*change);
        }
        const auto* view = std::get_if<messages::NewView>(&message);
        return !(forging && from == 1 && view != nullptr &&
                 view->view_changes.front().first != "Node4");
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 3);
    REQUIRE(story::level_within(world, 20'000));
    forging = true;
    world.crash(0);
    REQUIRE(world.run_until_true(
        [&] {
            return !digest.empty() && world.replica(2).status().phase == Phase::changing_view &&
                   world.replica(3).status().phase == Phase::changing_view;
        },
        world.now() + 200'000));
    world.run_until(world.now() + 100);
    messages::NewView forged;
    forged.view_no = 1;
    forged.view_changes = {{"Node4", digest}, {"Node4", digest}, {"Node4", digest}};
    for (const std::size_t to : {2U, 3U}) world.inject(1, to, forged);
    world.run_until(world.now() + 500);
    // View 1 never begins; the next one may have by now.
    for (const std::size_t node : {2U, 3U}) {
        const auto status = world.replica(node).status();
        CHECK((status.view_no > 1 || status.phase == Phase::changing_view));
    }
    CHECK(story::suspected(world, Reason::new_view_batches_wrong));
    forging = false;
    REQUIRE(world.run_until_true(
        [&] {
            return story::all_in_view(world, {1, 2, 3}, 1);
        },
        world.now() + 300'000));
    CHECK(world.replica(2).status().last_ordered >= 3);
    CHECK(world.violation().empty());
}

TEST_CASE("VIEW_CHANGEs are counted by sender", "[consensus][plenum-lessons:B3]") {
    World world(story::calm());
    world.start_all();
    world.run_until(1000);
    for (const ViewNo view : {1U, 1U, 2U, 3U, 4U}) {
        for (const std::size_t to : {0U, 1U, 2U}) {
            messages::ViewChange change;
            change.view_no = view;
            change.checkpoints = {{0, 0, 0, 0, std::nullopt}};
            world.inject(3, to, change);
        }
        world.run_until(world.now() + 200);
    }
    world.run_until(world.now() + 3000);
    for (const std::size_t node : {0U, 1U, 2U}) {
        CHECK(world.replica(node).status().view_no == 0);
        CHECK(world.replica(node).status().phase == Phase::participating);
    }
    story::order(world, 1, 1);
}

TEST_CASE("a wrong digest from somebody who does not lead causes no vote",
          "[consensus][plenum-lessons:B4]") {
    World world(story::calm());
    world.start_all();
    world.run_until(1000);
    messages::PrePrepare pp = invented(world, 0, 1);
    pp.digest = std::string(64, 'a');
    for (const std::size_t to : {0U, 1U, 3U}) world.inject(2, to, pp);
    world.run_until(world.now() + 3000);
    CHECK(votes_seen(world) == 0);
    CHECK(story::suspected(world, Reason::pre_prepare_not_from_primary));
    story::order(world, 1, 1);
}

TEST_CASE("nobody can replace what a NEW_VIEW has re-created", "[consensus][plenum-lessons:B5]") {
    World world(story::calm());
    std::map<ViewNo, messages::ViewChange> of_node3;
    world.set_filter([&](std::size_t from, std::size_t, const messages::Message& message) {
        const auto* change = std::get_if<messages::ViewChange>(&message);
        if (from == 2 && change != nullptr) of_node3.emplace(change->view_no, *change);
        return true;
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 2);
    REQUIRE(story::level_within(world, 20'000));
    world.crash(0);
    REQUIRE(world.run_until_true(
        [&] {
            return story::all_in_view(world, {1, 2, 3}, 1);
        },
        world.now() + 200'000));
    world.restart(0);
    REQUIRE(story::level_within(world, 60'000));
    messages::PrePrepare pp = invented(world, 1, 1);
    pp.original_view_no = 1;
    for (const std::size_t from : {1U, 3U}) world.inject(from, 2, pp);
    world.run_until(world.now() + 1000);
    world.crash(1);
    REQUIRE(world.run_until_true([&] { return of_node3.count(2) != 0; }, world.now() + 200'000));
    std::size_t entries = 0;
    for (const auto& id : of_node3.at(2).preprepared) entries += id.pp_seq_no == 1 ? 1U : 0U;
    CHECK(entries == 1);
    REQUIRE(world.run_until_true(
        [&] {
            return story::all_in_view(world, {0, 2, 3}, 2);
        },
        world.now() + 200'000));
    CHECK(world.violation().empty());
}

TEST_CASE("a published multi-signature with too few signers is not stored",
          "[consensus][plenum-lessons:B6]") {
    World world(story::calm());
    std::optional<messages::PrePrepare> held;
    world.set_filter([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const auto* pp = std::get_if<messages::PrePrepare>(&message);
        const bool take = from == 0 && to == 3 && pp != nullptr && pp->inst_id == 0 &&
                          pp->pp_seq_no == 2 && !held && pp->multi_sigs;
        if (take) held = *pp;
        return !take;
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 1);
    world.run_until(world.now() + 500);
    world.submit({2, LedgerId::config, 15, {}, {}}, {0});
    REQUIRE(world.run_until_true([&] { return held.has_value(); }, world.now() + 20'000));
    for (messages::MultiSig& sig : *held->multi_sigs) {
        sig.participants = {"Node1"};
        sig.value.state_root.bytes[0] ^= 1U;
    }
    const auto altered = held->multi_sigs->front().value.state_root;
    world.inject(0, 3, *held);
    REQUIRE(story::level_within(world, 20'000));
    for (const messages::MultiSig& proof : world.proofs(3)) {
        CHECK(proof.participants.size() >= 3);
        CHECK(proof.value.state_root != altered);
    }
    CHECK_FALSE(world.proofs(3).empty());
}

TEST_CASE("a COMMIT without a share is a vote, and the others' shares make the proof",
          "[consensus][plenum-lessons:B7]") {
    World world(story::calm());
    world.set_filter([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const auto* commit = std::get_if<messages::Commit>(&message);
        if (from != 3 || commit == nullptr || !commit->bls_sigs) return true;
        world.inject(3, to,
                     messages::Commit{commit->inst_id, commit->view_no, commit->pp_seq_no, {}});
        return false;
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 2);
    REQUIRE(story::level_within(world, 20'000));
    REQUIRE_FALSE(world.proofs(0).empty());
    for (const messages::MultiSig& proof : world.proofs(0)) {
        CHECK(std::set<NodeName>(proof.participants.begin(), proof.participants.end()) ==
              std::set<NodeName>{"Node1", "Node2", "Node3"});
    }
}

TEST_CASE("other positions of refused requests are noticed, not only another number",
          "[consensus][plenum-lessons:B8]") {
    World world(story::calm());
    bool altered = false;
    world.set_filter([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const auto* pp = std::get_if<messages::PrePrepare>(&message);
        if (from != 0 || pp == nullptr || pp->discarded != "[0]") return true;
        messages::PrePrepare other = *pp;
        other.discarded = "[1]";
        world.inject(0, to, other);
        altered = true;
        return false;
    });
    world.start_all();
    world.run_until(1000);
    const std::string digest =
        world.submit_and_retry({1, LedgerId::domain, 7, {}, {}}, {0, 1, 2, 3});
    REQUIRE(world.run_until_true([&] { return altered; }, world.now() + 10'000));
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, world.now() + 300'000));
    CHECK(story::suspected(world, Reason::discarded_wrong));
    CHECK(world.replica(1).status().view_no >= 1);
    CHECK(world.violation().empty());
}

TEST_CASE("a consistency proof that does not hold leads nowhere",
          "[consensus][plenum-lessons:B9]") {
    World world(story::calm());
    world.set_filter([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const auto* proof = std::get_if<messages::ConsistencyProof>(&message);
        if (from != 0 || to != 3 || proof == nullptr || proof->seq_no_end > 1000) return true;
        messages::ConsistencyProof other = *proof;
        other.seq_no_end += 5000;
        other.new_merkle_root.bytes[3] ^= 8U;
        world.inject(0, 3, other);
        return false;
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 2);
    REQUIRE(story::level_within(world, 20'000));
    world.crash(3);
    story::order(world, 10, 4);
    world.restart(3);
    REQUIRE(story::level_within(world, 60'000));
    CHECK(story::suspected(world, Reason::own_history_differs));
    CHECK(world.violation().empty());
}

TEST_CASE("votes for a view expire by the wall clock, also over a restart",
          "[consensus][plenum-lessons:B13]") {
    World world(story::calm());
    world.start_all();
    world.run_until(1000);
    world.crash(3);
    const UnixSeconds now = 1'600'000'000 + static_cast<UnixSeconds>(world.now() / 1000);
    world.plant_record(3, records::instance_change_key(1, "Node2"),
                       records::instance_change_value(now - 8000, 26));
    world.plant_record(3, records::instance_change_key(2, "Node2"),
                       records::instance_change_value(now - 10, 26));
    world.restart(3);
    REQUIRE(world.run_until_true([&] { return world.replica(3).is_participating(); },
                                 world.now() + 20'000));
    const auto votes = world.replica(3).status().view_votes;
    CHECK(votes.count(1) == 0);
    CHECK(votes.count(2) == 1);
}

TEST_CASE("who lies in a catch-up is passed over as a source and heard in everything else",
          "[consensus][plenum-lessons:B14]") {
    World world(story::calm());
    world.set_filter([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const auto* reply = std::get_if<messages::CatchupRep>(&message);
        if (from != 0 || to != 3 || reply == nullptr || reply->txns.front().second == "{}")
            return true;
        messages::CatchupRep other = *reply;
        for (auto& [seq_no, text] : other.txns) text = "{}";
        world.inject(0, 3, other);
        return false;
    });
    world.start_all();
    world.run_until(1000);
    world.crash(3);
    story::order(world, 10, 20);
    world.restart(3);
    REQUIRE(story::level_within(world, 60'000));
    CHECK(story::suspected(world, Reason::wrong_catchup_reply));
    world.crash(2);
    const std::string digest = world.submit({90, LedgerId::domain, 1, {}, {}}, {0, 1, 3});
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, world.now() + 20'000));
    CHECK(world.replica(3).status().view_no == 0);
}

TEST_CASE("votes against a backup do not remove it", "[consensus][plenum-lessons:B15]") {
    World world(story::calm());
    std::size_t prepares = 0;
    world.set_filter([&](std::size_t from, std::size_t, const messages::Message& message) {
        const auto* prepare = std::get_if<messages::Prepare>(&message);
        prepares += from == 3 && prepare != nullptr && prepare->inst_id == 1 ? 1U : 0U;
        return true;
    });
    world.start_all();
    world.run_until(1000);
    messages::BackupInstanceFaulty vote;
    vote.instances = {1};
    vote.reason = 40;
    for (const std::size_t from : {0U, 1U, 2U}) world.inject(from, 3, vote);
    world.run_until(world.now() + 500);
    story::order(world, 1, 2);
    world.run_until(world.now() + 1000);
    CHECK(prepares > 0);
}

TEST_CASE("a primary that leaves a single request lying is replaced",
          "[consensus][plenum-lessons:B16]") {
    World world(story::calm());
    world.set_filter([&](std::size_t from, std::size_t, const messages::Message& message) {
        const auto* pp = std::get_if<messages::PrePrepare>(&message);
        return !(from == 0 && pp != nullptr && pp->inst_id == 0);
    });
    world.start_all();
    world.run_until(1000);
    const Tick sent = world.now();
    const std::string digest =
        world.submit_and_retry({1, LedgerId::domain, 1, {}, {}}, {0, 1, 2, 3});
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, sent + 200'000));
    CHECK(world.replica(1).status().view_no == 1);
    CHECK(world.now() < sent + 3 * world.plan().limits.progress_timeout);
}

TEST_CASE("a primary that orders one request now and then while many wait is replaced",
          "[consensus][plenum-lessons:B16][scenario-64]") {
    Plan plan = story::calm();
    plan.limits.batch_requests_max = 1;
    plan.limits.batches_in_flight_max = 1;
    World world(plan);
    Tick last = 0;
    world.set_filter([&](std::size_t from, std::size_t, const messages::Message& message) {
        // One batch in each half of the time that would count as no progress.
        const auto* pp = std::get_if<messages::PrePrepare>(&message);
        const auto* response = std::get_if<messages::MessageResponse>(&message);
        const bool answer =
            response != nullptr && std::holds_alternative<messages::PrePrepare>(response->content);
        if (from != 0 || (pp == nullptr && !answer) || (pp != nullptr && pp->inst_id != 0))
            return true;
        if (answer) return false;
        if (world.now() != last && world.now() < last + plan.limits.progress_timeout / 2)
            return false;
        last = world.now();
        return true;
    });
    world.start_all();
    world.run_until(1000);
    std::string digest;
    for (std::uint64_t i = 1; i <= 60; ++i)
        digest = world.submit({i, LedgerId::config, 7 * i + 1, {}, {}}, {0, 1, 2, 3});
    REQUIRE(world.run_until_true([&] { return world.replica(1).status().view_no >= 1; },
                                 world.now() + 300'000));
    CHECK(world.replica(1).status().last_ordered > 0);
    REQUIRE(world.run_until_true([&] { return world.is_answered(digest); }, world.now() + 300'000));
    CHECK(world.violation().empty());
}

TEST_CASE("a primary that lags catches up", "[consensus][plenum-lessons:B19]") {
    World world(story::calm());
    bool deaf = false;
    world.set_filter([&](std::size_t, std::size_t to, const messages::Message& message) {
        if (!deaf || to != 0) return true;
        const auto* response = std::get_if<messages::MessageResponse>(&message);
        const bool vote =
            response != nullptr && (std::holds_alternative<messages::Prepare>(response->content) ||
                                    std::holds_alternative<messages::Commit>(response->content));
        return !vote && !std::holds_alternative<messages::Prepare>(message) &&
               !std::holds_alternative<messages::Commit>(message);
    });
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 2);
    REQUIRE(story::level_within(world, 20'000));
    const std::uint64_t before = world.replica(0).status().catchups;
    deaf = true;
    const std::string digest = world.submit({50, LedgerId::domain, 1, {}, {}}, {0, 1, 2, 3});
    REQUIRE(world.run_until_true([&] { return world.replica(1).status().last_ordered == 3; },
                                 world.now() + 10'000));
    REQUIRE(world.run_until_true(
        [&] {
            return world.replica(0).status().last_ordered >= 3 &&
                   world.replica(0).status().catchups > before;
        },
        world.now() + 60'000));
    CHECK(world.is_answered(digest));
    CHECK(world.violation().empty());
}

TEST_CASE("a consistency proof from the empty ledger is served",
          "[consensus][plenum-lessons:B20]") {
    World world(story::calm());
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 3);
    messages::MessageRequest question;
    question.type = messages::RequestedType::consistency_proof;
    question.params.ledger = LedgerId::audit;
    question.params.seq_no_start = 0;
    question.params.seq_no_end = 2;
    const auto answers = catchup::answer(world.port(0), question);
    REQUIRE(answers.size() == 1);
    const auto& response = std::get<messages::MessageResponse>(answers.front());
    const auto& proof = std::get<messages::ConsistencyProof>(response.content);
    CHECK(proof.seq_no_end == 2);
    CHECK(proof.hashes.size() == 1);
}

TEST_CASE("a wrong clock at one member costs no view change", "[consensus][plenum-lessons:B21]") {
    const std::int64_t off = GENERATE(700, -700);
    Plan plan = story::calm();
    plan.clock_offsets = {0, 0, 0, off};
    World world(plan);
    world.start_all();
    world.run_until(1000);
    story::order(world, 1, 5);
    REQUIRE(story::level_within(world, 20'000));
    for (const std::size_t node : {0U, 1U, 2U, 3U})
        CHECK(world.replica(node).status().view_no == 0);
    CHECK(world.violation().empty());
}

TEST_CASE("a primary cannot fill the VIEW_CHANGE of others", "[consensus][view-change]") {
    Plan plan = story::calm();
    plan.limits.batches_in_flight_max = 1000;  // the primary keeps to no bound of its own
    plan.limits.batch_requests_max = 1;
    plan.limits.batch_requests_pipelined = 1;
    World world(plan);
    bool voting = true;
    std::size_t named_most = 0;
    world.set_filter([&](std::size_t, std::size_t, const messages::Message& message) {
        if (const auto* change = std::get_if<messages::ViewChange>(&message))
            named_most = std::max(named_most, change->preprepared.size());
        return voting || (!std::holds_alternative<messages::Commit>(message) &&
                          !std::holds_alternative<messages::MessageResponse>(message));
    });
    world.start_all();
    world.run_until(1000);
    voting = false;
    const std::uint64_t requests = 3 * plan.limits.unordered_max;
    for (std::uint64_t i = 1; i <= requests; ++i)
        world.submit({i, LedgerId::config, 7 * i + 1, {}, {}}, {0});
    REQUIRE(world.run_until_true([&] { return named_most > 0; }, world.now() + 60'000));
    CHECK(named_most == plan.limits.unordered_max);
    voting = true;
    REQUIRE(
        world.run_until_true([&] { return world.replica(1).status().requests_ordered >= requests; },
                             world.now() + 120'000));
    REQUIRE(story::level_within(world, 60'000));
    CHECK(world.violation().empty());
}

TEST_CASE("the longest VIEW_CHANGE of the largest pool fits a frame", "[consensus][view-change]") {
    // A whole log ordered above the stable checkpoint, and eight colluding primaries in a row that
    // each leave as much unordered as a follower takes up.
    const Limits limits;
    const std::size_t primaries = Quorums{25}.f();
    messages::ViewChange change;
    change.view_no = 99'999;
    const auto entry = [&](PpSeqNo above) {
        return messages::BatchId{99'999, 99'999, 999'999'000 + above, std::string(64, 'a')};
    };
    for (PpSeqNo i = 1; i <= limits.log_size; ++i) {
        change.prepared.push_back(entry(i));
        change.preprepared.push_back(entry(i));
    }
    for (PpSeqNo i = 0; i < primaries * limits.unordered_max; ++i)
        change.preprepared.push_back(entry(limits.log_size + 1 + i % limits.unordered_max));
    CHECK(messages::encode(change).size() < limits.frame_bytes_max * 9 / 10);
}
