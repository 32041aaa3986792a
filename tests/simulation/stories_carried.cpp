// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What a view change carries over, fetches and leaves out: plenum-lessons E, groups 1, 4 and 5.
#include <algorithm>
#include <optional>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

const Nodes all{0, 1, 2, 3};

bool is_answer(const messages::Message& message) {
    return as<messages::MessageResponse>(message) != nullptr;
}

bool is_catch_up(const messages::Message& message) {
    return as<messages::ConsistencyProof>(message) != nullptr ||
           as<messages::CatchupRep>(message) != nullptr;
}

/// A member learns nothing of what the others order.
bool keeps_behind(const messages::Message& message) {
    return is_commit(message) || is_answer(message) || is_catch_up(message);
}

/// Two batches in flight; the second is executed on the first, which decides whether its request is
/// refused. The second is reverted with its view, its request comes again.
std::string dependent_batch_reverted() {
    Plan plan = plan_for(4);
    plan.limits.batch_requests_pipelined = 1;
    Story story(plan);
    World& world = story.world();
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        const auto* pp = as<messages::PrePrepare>(message);
        const bool second_batch = is_batch(message) && pp->view_no == 0 && pp->pp_seq_no == 2;
        return is_vote_of<messages::Commit>(0, message) ||
               (to >= 2 && (second_batch || is_answer(message)));
    });
    world.submit_and_retry({500, LedgerId::domain, 3, {}, {}}, all);
    story.run_for(one_batch);
    // 3 + 4 is a multiple of seven.
    const std::string refused = world.submit_and_retry({501, LedgerId::domain, 4, {}, {}}, all);
    story.run_for(one_batch);
    const auto& seen = story.batches_seen();
    story.expect(seen.size() == 2 && seen.back().discarded == "[0]",
                 "refused because of the batch before");
    world.crash(0);
    story.expect_within(30 * second, "both are answered in the next view",
                        [&] { return world.is_answered(refused); });
    const std::string last = world.submit_and_retry({502, LedgerId::domain, 1, {}, {}}, {1, 2, 3});
    story.expect_within(10 * second, "a third one is", [&] { return world.is_answered(last); });
    story.lose_nothing();
    world.restart(0);
    story.level_within(30 * second);
    for (const std::size_t i : all)
        story.expect(world.executor(i).sum(LedgerId::domain) == 4, "executed: 3 and 1");
    story.all_is_well_within(30 * second);
    return story.failure();
}

/// A client signed it and gave it to nobody; a member brings it up. It counts when an honest member
/// has checked the signature and says so, and then as any other.
std::string valid_but_never_sent() {
    Story story;
    World& world = story.world();
    const ToyRequest request{500, LedgerId::domain, 3, {}, {}};
    const std::string digest = world.submit(request, {});
    messages::Propagate propagate;
    propagate.request = request.text();
    propagate.digest = digest;
    std::size_t vouchers = 0;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (as<messages::Propagate>(message) == nullptr) return false;
        vouchers += from != 3 && to == 1 ? 1U : 0U;
        return false;
    });
    story.inject(3, {0}, propagate);
    story.expect_within(10 * second, "answered", [&] { return world.is_answered(digest); });
    story.expect(vouchers >= 1, "others than the member that brought it vouch");
    story.level_within(5 * second);
    for (const std::size_t i : all)
        story.expect(story.size(i, LedgerId::domain) == 1, "executed once by everybody");
    return story.failure();
}

/// The checkpoint becomes stable while the stash is worked off, again and again.
std::string stable_while_the_stash_is_released() {
    Story story;
    World& world = story.world();
    std::vector<std::pair<std::size_t, messages::Message>> late;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (to != 3) return false;
        if (is_commit(message)) late.emplace_back(from, message);
        return keeps_behind(message) || as<messages::LedgerStatus>(message) != nullptr;
    });
    for (int i = 0; i < 34; ++i) {
        story.send({0});
        story.run_for(one_batch);
    }
    story.expect(story.ordered(0) == 34 && story.ordered(3) == 0, "Node4 hears no COMMIT");
    story.expect(story.status(3).stashed_messages > 0, "and keeps what lies beyond its log");
    const auto catchups = story.status(3).catchups;
    story.lose_nothing();
    for (const auto& [from, message] : late) world.inject(from, 3, message);
    story.expect_within(2 * second, "it orders all of it", [&] { return story.ordered(3) == 34; });
    story.expect(story.status(3).stable_checkpoint == 30, "checkpoint after checkpoint");
    story.expect(story.status(3).catchups == catchups, "without a catch-up");
    story.all_is_well_within(20 * second);
    return story.failure();
}

/// Nothing has been ordered: VIEW_CHANGE and NEW_VIEW name the checkpoint that everybody begins
/// with, as the reference does.
std::string view_change_of_an_empty_ledger() {
    Story story;
    const messages::Checkpoint beginning{0, 0, 0, 0, std::nullopt};
    std::size_t changes = 0;
    std::size_t views = 0;
    bool as_agreed = true;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        if (const auto* change = as<messages::ViewChange>(message)) {
            ++changes;
            as_agreed &= change->stable_checkpoint == 0 && change->prepared.empty() &&
                         change->preprepared.empty() &&
                         change->checkpoints == std::vector<messages::Checkpoint>{beginning};
        }
        if (const auto* view = as<messages::NewView>(message)) {
            ++views;
            as_agreed &= view->checkpoint == beginning && view->batches.empty();
        }
        return false;
    });
    story.world().crash(0);
    story.expect_within(30 * second, "view 1", [&] {
        return story.view(2) == 1 && story.world().replica(2).is_participating();
    });
    story.expect(changes > 0 && views > 0 && as_agreed, "with the checkpoint of the beginning");
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

/// One member has not reached the checkpoint that the others share when the primary is lost: it
/// leads the next view (113) or only takes part in it (119). Nothing is lost, and it costs one view
/// at most.
std::string one_lags_a_checkpoint(std::size_t lagging) {
    Story story;
    World& world = story.world();
    story.lose([=](std::size_t, std::size_t to, const messages::Message& message) {
        return to == lagging && keeps_behind(message);
    });
    story.write(12, one_batch, {0});
    story.answered_within(5 * second);
    const std::size_t other = lagging == 1 ? 3 : 1;
    story.expect(story.status(other).stable_checkpoint == 10 && story.ordered(lagging) == 0,
                 "it is below the others' checkpoint");
    world.crash(0);
    story.expect_within(30 * second, "it leaves the view as it is",
                        [&] { return story.view(lagging) >= 1 && story.ordered(lagging) == 0; });
    story.lose_nothing();
    story.write(1, 0, {1, 2, 3});
    story.answered_within(60 * second);
    story.expect(story.view(other) <= 2, "one view more at most");
    story.expect(story.ordered(lagging) >= 12, "and the one behind has all");
    world.restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

/// The next primary never got a batch that the others have prepared: it asks them for it.
std::string new_primary_lacks_a_batch() {
    Story story;
    World& world = story.world();
    bool hold = true;
    std::size_t asked = 0;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        asked += from == 1 && as<messages::OldViewPrePrepareReq>(message) != nullptr ? 1U : 0U;
        return hold &&
               (is_commit(message) || (to == 1 && (is_batch(message) || is_answer(message))));
    });
    const std::string digest = story.send({0});
    story.run_for(250);
    const std::string ordered =
        story.batches_seen().empty() ? std::string{} : story.batches_seen().front().digest;
    world.crash(0);
    story.expect_within(30 * second, "view 1", [&] { return story.view(1) == 1; });
    hold = false;
    story.expect_within(30 * second, "the batch survives",
                        [&] { return world.is_answered(digest); });
    story.expect(asked > 0, "its text was asked for");
    const auto record = world.port(1).audit_record(1);
    story.expect(record && record->batch_digest == ordered && record->view_no == 0,
                 "the same batch");
    story.lose_nothing();
    world.restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

/// Batches 1 and 2 are prepared in view 1 again, 3 in view 0 only, so NEW_VIEW 2 lists 3 first. The
/// reference takes the last element for the end of the old range and proposes another batch 3
/// (plenum-lessons B11). `ordered_at_one`: Node4 has ordered all three in view 0 already.
std::string views_mixed_in_one_list(bool ordered_at_one) {
    Plan plan = plan_for(4);
    plan.limits.batch_requests_pipelined = 1;
    Story story(plan);
    bool hold = true;
    PpSeqNo first_own = 0;
    std::vector<messages::BatchId> listed;
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        if (const auto* view = as<messages::NewView>(message))
            if (view->view_no == 2) listed = view->batches;
        const auto* pp = is_batch(message) ? as<messages::PrePrepare>(message) : nullptr;
        if (pp != nullptr && pp->view_no == 2)
            first_own = first_own == 0 ? pp->pp_seq_no : std::min(first_own, pp->pp_seq_no);
        if (!hold) return false;
        const auto* prepare = as<messages::Prepare>(message);
        if (const auto* response = as<messages::MessageResponse>(message))
            prepare = std::get_if<messages::Prepare>(&response->content);
        const bool third_again = prepare != nullptr && prepare->inst_id == 0 &&
                                 prepare->view_no == 1 && prepare->pp_seq_no >= 3;
        const bool ordering =
            is_vote_of<messages::Commit>(0, message) && !(ordered_at_one && to == 3);
        return ordering || is_vote_of<messages::Commit>(1, message) || third_again;
    });
    for (int i = 0; i < 3; ++i) {
        story.send({0});
        story.run_for(80);
    }
    story.run_for(300);
    story.expect(story.ordered(3) == (ordered_at_one ? 3 : 0) && story.ordered(1) == 0,
                 "ordered where it should be");
    ask_for_view(story, 1, all);
    story.run_for(500);
    ask_for_view(story, 2, all);
    hold = false;
    const auto is_third = [](const messages::BatchId& id) { return id.pp_seq_no == 3; };
    story.expect(listed.size() == 3 && is_third(listed.front()) && listed.front().view_no == 0 &&
                     listed.back().view_no == 1,
                 "a list of two views, sorted as tuples");
    story.expect_within(30 * second, "all order all three", [&] {
        return std::all_of(all.begin(), all.end(),
                           [&](std::size_t i) { return story.ordered(i) >= 3; });
    });
    story.all_is_well_within(30 * second);
    story.expect(first_own == 4, "the primary goes on behind the highest number");
    for (const PpSeqNo seq : {1U, 2U, 3U}) {
        const auto record = story.world().port(2).audit_record(seq);
        story.expect(record && record->view_no == 0, "with its original view");
    }
    story.expect(story.view(2) == 2, "no further view");
    return story.failure();
}

/// The last batch of a view has its multi-signature, and the next batch, which would publish it, is
/// the first of another view.
std::string multi_signature_waits_for_a_batch() {
    Story story;
    story.write(1, one_batch, {0});
    story.answered_within(5 * second);
    story.level_within(5 * second);
    story.run_for(500);
    std::optional<Hash32> published;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        const auto* pp = is_batch(message) ? as<messages::PrePrepare>(message) : nullptr;
        if (pp != nullptr && pp->view_no == 1 && pp->multi_sigs && !pp->multi_sigs->empty() &&
            !published)
            published = pp->multi_sigs->front().value.state_root;
        return false;
    });
    story.world().crash(0);
    story.write(1, 0, {1, 2, 3});
    story.answered_within(30 * second);
    const auto first_batch = story.batches_seen().front();
    story.expect(published && published == first_batch.state_root, "the new primary publishes it");
    story.expect(!story.suspected(Reason::multi_signature_wrong), "and nobody doubts it");
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

/// Of four members two have no BLS key: no multi-signature comes about, and the pool orders.
std::string too_few_have_bls_keys() {
    Story story;
    World& world = story.world();
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const auto* commit = as<messages::Commit>(message);
        if (from < 2 || commit == nullptr || !commit->bls_sigs) return false;
        messages::Commit bare = *commit;
        bare.bls_sigs.reset();
        world.at(world.now(), [&world, from, to, bare] { world.inject(from, to, bare); });
        return true;
    });
    story.write(5, one_batch, {0});
    story.answered_within(5 * second);
    story.level_within(5 * second);
    story.expect(world.proofs(0).empty() && world.proofs(1).empty(), "no proofs");
    story.expect(world.suspicions().empty() && story.view_changes() == 0, "nobody is blamed");
    story.lose_nothing();
    story.all_is_well_within(10 * second);
    story.run_for(second);
    story.expect(!world.proofs(0).empty(), "with their keys there are");
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_what_is_carried() {
    const auto from = [](int number) { return "plenum-lessons E " + std::to_string(number); };
    return {
        {"e033-dependent-batch-reverted", "plenum-lessons E 32, 33", dependent_batch_reverted},
        {"e056-valid-but-never-sent", from(56), valid_but_never_sent},
        {"e083-stable-while-stash-is-released", from(83), stable_while_the_stash_is_released},
        {"e086-view-change-of-an-empty-ledger", from(86), view_change_of_an_empty_ledger},
        {"e113-new-primary-lacks-the-checkpoint", from(113),
         [] { return one_lags_a_checkpoint(1); }},
        {"e113-new-primary-lacks-a-batch", from(113), new_primary_lacks_a_batch},
        {"e119-one-lags-a-checkpoint", from(119), [] { return one_lags_a_checkpoint(3); }},
        {"e122-views-mixed-in-one-list", "plenum-lessons E 122, B11",
         [] { return views_mixed_in_one_list(false); }},
        {"e122-views-mixed-ordered-at-one", "plenum-lessons E 122, B11",
         [] { return views_mixed_in_one_list(true); }},
        {"e127-multi-signature-waits", from(127), multi_signature_waits_for_a_batch},
        {"e172-too-few-have-bls-keys", from(172), too_few_have_bls_keys},
    };
}

}  // namespace stadtbuch::simulation
