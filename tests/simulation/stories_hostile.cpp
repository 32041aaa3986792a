// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Hostile senders in ordering: plenum-lessons E, group 2.
#include <optional>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

const Nodes replicas{1, 2, 3};

std::string roots_for_two_halves() {
    Story story;
    bool done = false;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        if (done || from != 0 || to < 2 || !is_batch(message)) return false;
        auto other = *as<messages::PrePrepare>(message);
        if (other.view_no > 0 || other.state_root == Hash32{}) return false;
        other.state_root = Hash32{};
        story.world().at(story.world().now(),
                         [&story, to, other] { story.world().inject(0, to, other); });
        return true;
    });
    story.write(1, 0, {0});
    story.answered_within(60 * second);
    done = true;
    story.level_within(30 * second);
    story.expect(story.suspected(Reason::state_root_wrong), "the wrong half notices");
    story.expect(story.view(1) >= 1, "the primary is replaced");
    return story.failure();
}

/// The primary of view 0 proposes something; `named` is what the others see in it (nothing: no
/// reason that may be voted with). Whatever it was, the pool goes on.
std::string wrong_batch(const std::function<void(Story&, messages::PrePrepare&)>& spoil,
                        std::optional<Reason> named) {
    Story story;
    story.write(1, one_batch, {0});
    story.answered_within(5 * second);
    story.level_within(5 * second);
    messages::PrePrepare pp = story.forged(0, 2);
    spoil(story, pp);
    // Its own batches of that view do not exist: it is the liar.
    story.lose(
        [digest = pp.digest](std::size_t from, std::size_t, const messages::Message& message) {
            const auto* batch = as<messages::PrePrepare>(message);
            return from == 0 && is_batch(message) && batch->view_no == 0 && batch->digest != digest;
        });
    story.inject(0, replicas, pp);
    story.run_for(second);
    if (named) story.expect(story.suspected(*named), "named: " + std::string(to_text(*named)));
    story.all_is_well_within(90 * second);
    return story.failure();
}

std::string redigested(messages::PrePrepare& pp, const std::vector<std::string>& digests) {
    pp.digests = digests;
    pp.digest = messages::pre_prepare_digest(pp.view_no, pp.pp_time, digests);
    return pp.digest;
}

std::string wrong_discarded() {
    for (const std::string text : {"[0]", "[", "null", "[5]", "[0,0]", ""}) {
        const std::string failure =
            wrong_batch([&](Story&, messages::PrePrepare& pp) { pp.discarded = text; },
                        Reason::discarded_wrong);
        if (!failure.empty()) return "discarded " + text + ": " + failure;
    }
    return {};
}

std::string wrong_roots() {
    const std::string pool =
        wrong_batch([](Story&, messages::PrePrepare& pp) { pp.pool_state_root = Hash32{}; },
                    Reason::pool_state_root_wrong);
    if (!pool.empty()) return "pool root: " + pool;
    const auto right_but_audit = [](Story& story, messages::PrePrepare& pp) {
        pp.discarded = "[]";
        pp.ledger = LedgerId::config;
        pp.state_root = story.world().port(0).uncommitted_state_root(LedgerId::config);
        pp.txn_root = story.world().port(0).committed_txn_root(LedgerId::config);
        pp.audit_txn_root = Hash32{};
    };
    const std::string audit = wrong_batch(right_but_audit, Reason::audit_root_wrong);
    if (!audit.empty()) return "audit root: " + audit;
    const auto without = [&](Story& story, messages::PrePrepare& pp) {
        right_but_audit(story, pp);
        pp.audit_txn_root.reset();
    };
    return wrong_batch(without, Reason::audit_root_wrong);
}

std::string commits_for_all_numbers() {
    Story story;
    for (PpSeqNo seq = 1; seq <= 30; ++seq)
        story.inject(3, {0, 1, 2}, messages::Commit{0, 0, seq, std::nullopt});
    story.world().crash(2);
    story.write(5, 100, {0});
    story.answered_within(10 * second);
    story.world().restart(2);
    story.all_is_well_within(30 * second);
    return story.failure();
}

std::string votes_for_both_halves() {
    Story story;
    messages::PrePrepare other = story.forged(0, 1);
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        return from == 0 && to == 2 && is_batch(message) &&
               as<messages::PrePrepare>(message)->view_no == 0;
    });
    story.inject(0, {2}, other);
    const std::string digest = story.send({0});
    story.run_for(100);
    for (const std::string& mine : {other.digest, story.batches_seen().front().digest}) {
        story.inject(3, {1, 2}, messages::Prepare{0, 0, 1, other.pp_time, mine, {}, {}, {}});
        story.inject(3, {0, 1, 2}, messages::Commit{0, 0, 1, std::nullopt});
    }
    story.expect_within(60 * second, "the write is answered",
                        [&] { return story.world().is_answered(digest); });
    story.lose_nothing();
    story.all_is_well_within(60 * second);
    return story.failure();
}

/// Node4 lost the batch, and f+1 PREPAREs vouch for its digest. A hostile member answers its
/// question with another copy under that digest: the primary is not blamed for it.
std::string altered_copy(const std::function<void(messages::PrePrepare&)>& alter) {
    Story story;
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        const auto* response = as<messages::MessageResponse>(message);
        const bool is_copy =
            response != nullptr && std::get_if<messages::PrePrepare>(&response->content) != nullptr;
        return to == 3 && (is_batch(message) || is_copy);
    });
    story.send({0});
    story.run_for(2 * second);
    story.expect(story.ordered(3) == 0 && story.ordered(0) == 1, "Node4 lacks the batch");
    messages::PrePrepare copy = story.batches_seen().front();
    alter(copy);
    messages::MessageResponse answer;
    answer.type = messages::RequestedType::pre_prepare;
    answer.params.inst_id = 0;
    answer.params.view_no = 0;
    answer.params.pp_seq_no = 1;
    answer.content = copy;
    story.inject(2, {3}, answer);
    story.run_for(200);
    story.expect(story.ordered(3) == 0, "the copy is refused");
    story.expect(story.world().suspicions().empty(), "the primary is innocent");
    story.lose_nothing();
    story.all_is_well_within(20 * second);
    story.expect(story.view(0) == 0, "and stays");
    return story.failure();
}

std::string what_no_client_signed() {
    Story story;
    messages::Propagate propagate;
    propagate.request = R"({"id":77,"ledger":1,"amount":5,"forged":true})";
    propagate.digest = std::string(64, 'a');
    story.inject(3, {0, 1, 2}, propagate);
    story.run_for(2 * second);
    story.expect(story.ordered(0) == 0, "nothing is ordered");
    story.expect(story.status(0).requests_held == 0, "nothing is kept");
    story.all_is_well_within(5 * second);
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_hostile_senders() {
    const auto from = [](int number) { return "plenum-lessons E " + std::to_string(number); };
    std::vector<Scenario> out{
        {"e041-roots-for-two-halves", from(41), roots_for_two_halves},
        {"e046-wrong-discarded", from(46), wrong_discarded},
        {"e048-wrong-roots", from(48), wrong_roots},
        {"e052-commits-for-all-numbers", from(52), commits_for_all_numbers},
        {"e053-votes-for-both-halves", from(53), votes_for_both_halves},
        {"e055-what-no-client-signed", from(55), what_no_client_signed},
        {"altered-copy-sub-sequence-number", "REPORT.md",
         [] { return altered_copy([](messages::PrePrepare& pp) { pp.sub_seq_no = 1; }); }},
        {"altered-copy-state-root", "REPORT.md",
         [] { return altered_copy([](messages::PrePrepare& pp) { pp.state_root = Hash32{}; }); }},
    };
    const auto spoilt = [&](const std::string& name, int number, auto spoil,
                            std::optional<Reason> named) {
        out.push_back({name, from(number), [=] { return wrong_batch(spoil, named); }});
    };
    spoilt(
        "e043-never-seen-request", 43,
        [](Story&, messages::PrePrepare& pp) { redigested(pp, {std::string(64, 'b')}); },
        std::nullopt);
    spoilt(
        "e044-ordered-request", 44,
        [](Story& story, messages::PrePrepare& pp) {
            redigested(pp, story.batches_seen().front().digests);
        },
        Reason::request_already_ordered);
    spoilt(
        "e045-one-request-twice", 45,
        [](Story& story, messages::PrePrepare& pp) {
            const std::string digest = story.send({3});
            story.run_for(5);
            redigested(pp, {digest, digest});
        },
        std::nullopt);
    spoilt(
        "e047-sub-sequence-number", 47, [](Story&, messages::PrePrepare& pp) { pp.sub_seq_no = 1; },
        Reason::sub_seq_no_wrong);
    spoilt(
        "e049-wrong-digest", 49,
        [](Story&, messages::PrePrepare& pp) { pp.digest = std::string(64, 'c'); },
        Reason::pre_prepare_digest_wrong);
    spoilt(
        "e049-digest-of-another-view", 49,
        [](Story&, messages::PrePrepare& pp) {
            pp.digest = messages::pre_prepare_digest(7, pp.pp_time, pp.digests);
        },
        Reason::pre_prepare_digest_wrong);
    return out;
}

}  // namespace stadtbuch::simulation
