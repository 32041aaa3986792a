// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Backups, changes of members, freshness: plenum-lessons E, groups 3, 8 and 9.
#include <algorithm>
#include <map>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

// ---- backups

std::string backups_restart_their_numbers() {
    Story story;
    std::map<ViewNo, PpSeqNo> lowest;
    bool null_roots = true;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        const auto* pp = as<messages::PrePrepare>(message);
        if (pp == nullptr || pp->inst_id != 1) return false;
        const auto [it, fresh] = lowest.try_emplace(pp->view_no, pp->pp_seq_no);
        if (!fresh) it->second = std::min(it->second, pp->pp_seq_no);
        null_roots &= !pp->state_root && !pp->txn_root && !pp->audit_txn_root;
        return false;
    });
    story.write(5, 100, {0});
    story.world().crash(0);
    story.write(5, 100, {1, 2, 3});
    story.answered_within(30 * second);
    story.expect(lowest.count(0) != 0 && lowest.count(1) != 0, "the backup orders in both views");
    story.expect(lowest[0] == 1 && lowest[1] == 1, "from 1 on in each");
    story.expect(null_roots, "with null roots");
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

std::string backup_primary_silent() {
    Story story;
    story.lose([](std::size_t from, std::size_t, const messages::Message& message) {
        const auto* pp = as<messages::PrePrepare>(message);
        return from == 1 && pp != nullptr && pp->inst_id == 1;
    });
    for (int i = 0; i < 60; ++i) story.write(1, 2 * second, {0});
    story.answered_within(5 * second);
    story.expect(story.view_changes() == 0, "the master's work goes on in its view");
    story.lose_nothing();
    story.all_is_well_within(10 * second);
    return story.failure();
}

std::string backup_primary_equivocates() {
    Story story;
    messages::PrePrepare one = story.forged(0, 1);
    one.inst_id = 1;
    one.state_root = one.txn_root = one.audit_txn_root = std::nullopt;
    messages::PrePrepare other = one;
    other.pp_time += 1;
    other.digest = messages::pre_prepare_digest(0, other.pp_time, {});
    story.inject(1, {0, 2}, one);
    story.inject(1, {3}, other);
    story.inject(1, {0, 2}, other);
    for (int i = 0; i < 10; ++i) story.write(1, 2 * second, {0});
    story.all_is_well_within(10 * second);
    story.expect(story.view_changes() == 0, "warnings only");
    return story.failure();
}

std::string burst_after_long_idleness() {
    Plan plan = plan_for(4);
    plan.limits.freshness_vote_after = 30 * minute;
    Story story(plan);
    story.run_for(10 * minute);
    for (int i = 0; i < 200; ++i) story.send({0, 1});
    story.run_for(10 * second);
    story.all_is_well_within(10 * second);
    story.expect(story.view_changes() == 0, "no false alarm");
    return story.failure();
}

std::string one_member_complains() {
    Story story;
    for (int i = 0; i < 20; ++i) {
        story.inject(3, {0, 1, 2}, messages::InstanceChange{1, 25});
        story.write(1, second, {0});
    }
    story.expect(story.view_changes() == 0, "one complaint changes nothing");
    story.inject(2, {0, 1, 3}, messages::InstanceChange{1, 25});
    story.expect_within(20 * second, "two of them are joined",
                        [&] { return story.view(0) == 1 && story.view(1) == 1; });
    story.all_is_well_within(30 * second);
    return story.failure();
}

// ---- members

std::string grows(std::size_t spares, Tick pause) {
    Story story(plan_for(4, spares, spares));
    for (std::size_t i = 0; i < spares; ++i) {
        story.change_members("Node" + std::to_string(5 + i), "");
        story.run_for(pause);
    }
    story.answered_within(60 * second);
    story.expect_within(120 * second, "all count", [&] { return story.status(0).n == 4 + spares; });
    story.all_is_well_within(90 * second);
    story.expect(story.status(4).f == (4 + spares - 1) / 3, "f follows");
    return story.failure();
}

std::string late_news_of_a_member(std::size_t late, bool batch) {
    Story story(plan_for(4, 1, 1));
    bool hold = true;
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        return hold && to >= 4 - late && to < 4 && (batch ? is_batch(message) : is_commit(message));
    });
    story.change_members("Node5", "");
    story.run_for(4 * second);
    hold = false;
    story.answered_within(60 * second);
    story.all_is_well_within(120 * second);
    story.expect(story.status(3).n == 5, "five count");
    return story.failure();
}

std::string leaves(const std::string& name, bool down) {
    Story story(plan_for(5, 0, 1));
    story.write(3, 60, {0});
    const auto index = static_cast<std::size_t>(name.back() - '1');
    if (down) story.world().crash(index);
    story.change_members("", name);
    story.answered_within(60 * second);
    story.expect_within(120 * second, "four count",
                        [&] { return story.status(index == 3 ? 2 : 3).n == 4; });
    if (down) story.world().restart(index);
    story.all_is_well_within(120 * second);
    return story.failure();
}

std::string leaves_and_comes_back(Tick pause) {
    Story story(plan_for(5, 0, 2));
    story.write(3, 60, {0});
    story.change_members("", "Node3");
    story.run_for(pause);
    story.change_members("Node3", "");
    story.answered_within(120 * second);
    story.all_is_well_within(120 * second);
    const auto registry = story.world().port(0).committed_registry();
    story.expect(registry.size() == 5 && registry.back() == "Node3", "at the end of the registry");
    return story.failure();
}

std::string shrinks_from_ten() {
    Story story(plan_for(10, 0, 6));
    for (std::size_t i = 10; i > 4; --i) {
        story.change_members("", "Node" + std::to_string(i));
        story.answered_within(60 * second);
        story.expect_within(120 * second, "one less counts",
                            [&] { return story.status(0).n == i - 1; });
    }
    story.write(3, 100, {0});
    story.answered_within(60 * second);
    story.level_within(60 * second);
    return story.failure();
}

std::string admitted_during_a_view_change() {
    Story story(plan_for(4, 1, 1));
    bool hold = true;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        return hold && is_commit(message);
    });
    story.change_members("Node5", "");
    story.run_for(300);
    story.world().crash(0);
    hold = false;
    story.answered_within(60 * second);
    story.world().restart(0);
    story.all_is_well_within(120 * second);
    story.expect(story.status(1).n == 5, "five count");
    return story.failure();
}

std::string admitted_and_never_started() {
    Story story(plan_for(4, 1, 1));
    story.world().crash(4);
    story.change_members("Node5", "");
    story.answered_within(20 * second);
    story.expect_within(60 * second, "five count, four live",
                        [&] { return story.status(0).n == 5; });
    story.write(5, 300, {0, 1, 2, 3});
    story.answered_within(60 * second);
    story.world().restart(4);
    story.all_is_well_within(60 * second);
    return story.failure();
}

/// Seed 1014620: the ledger begins in view 1, and a member that restarts there computes the same
/// primaries as those who saw the beginning.
std::string restart_in_the_ledgers_first_view() {
    Story story(plan_for(6, 1, 1));
    World& world = story.world();
    world.crash(0);
    story.expect_within(30 * second, "view 1 begins",
                        [&] { return story.view(1) == 1 && world.replica(1).is_participating(); });
    // The seventh member makes f two, and so another list of primaries from its view on.
    bool hold = false;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        return hold && as<messages::InstanceChange>(message) != nullptr;
    });
    hold = true;
    story.change_members("Node7", "");
    story.answered_within(20 * second);
    world.crash(2);
    world.restart(2);
    story.write(3, 300, {1, 2, 3, 4, 5});
    story.answered_within(10 * second);
    story.expect(!story.suspected(Reason::audit_root_wrong), "the same audit transactions");
    hold = false;
    world.restart(0);
    story.all_is_well_within(120 * second);
    return story.failure();
}

void ask_for_view(Story& story, ViewNo view) {
    for (const std::size_t from : {1U, 2U})
        story.inject(from, first(4), messages::InstanceChange{view, 25});
    story.expect_within(20 * second, "view " + std::to_string(view), [&] {
        return story.view(0) == view && story.world().replica(0).is_participating();
    });
}

/// The primary of view 4 of four and of view 5 of five is Node1. Nobody blamed it.
std::string other_members_same_primary() {
    Story story(plan_for(4, 2, 2));
    for (const ViewNo view : {1U, 2U, 3U}) ask_for_view(story, view);
    for (const std::size_t members : {5U, 6U}) {
        story.change_members("Node" + std::to_string(members), "");
        story.expect_within(60 * second, std::to_string(members) + " count",
                            [&] { return story.status(0).n == members; });
        story.all_is_well_within(60 * second);
    }
    story.run_for(30 * second);
    story.expect(story.status(0).primary == "Node1", "the primary stays");
    story.expect(story.view(0) == 5, "one view for each change of members");
    return story.failure();
}

/// Seeds 100000629 and 100018243: two have ordered a view's first batch and count six, the next
/// primary has not and counts five. It looks whether it is behind before it says NEW_VIEW.
std::string next_primary_counts_the_old_members() {
    Story story(plan_for(5, 1, 1));
    story.lose([&](std::size_t, std::size_t to, const messages::Message& message) {
        return to >= 1 && to <= 3 && is_vote_of<messages::Commit>(1, message);
    });
    story.change_members("Node6", "");
    story.expect_within(20 * second, "view 1", [&] {
        return story.view(2) == 1 && story.world().replica(2).is_participating();
    });
    story.write(1, 0, first(5));
    story.expect_within(20 * second, "two order the first batch",
                        [&] { return story.status(0).n == 6 && story.status(4).n == 6; });
    story.expect(story.status(2).n == 5, "the next primary does not");
    ask_for_view(story, 2);
    story.lose_nothing();
    story.all_is_well_within(60 * second);
    story.expect(!story.suspected(Reason::new_view_batches_wrong), "its NEW_VIEW is taken");
    story.expect(story.view(0) == 2, "no further view");
    return story.failure();
}

/// Node3 alone has ordered what view 1 began with after a removal. Seed 4700001944: it expects
/// Node2 for primary of view 3. The others' is Node4, and when they count three as well, they need
/// Node3's vote for its batch. Seed 11000024372: the others wait for Node3 in view 2, and Node3 for
/// Node4.
std::string one_expects_another_primary(ViewNo next) {
    Story story(plan_for(4, 0, 1));
    const Nodes stay{1, 2, 3};
    story.lose([](std::size_t, std::size_t to, const messages::Message& message) {
        return to != 2 && is_vote_of<messages::Commit>(1, message);
    });
    story.change_members("", "Node1");
    story.expect_within(20 * second, "view 1", [&] {
        return story.view(2) == 1 && story.world().replica(2).is_participating();
    });
    story.write(1, 0, stay);
    story.expect_within(20 * second, "one counts three", [&] { return story.status(2).n == 3; });
    story.expect(story.status(1).n == 4 && story.status(3).n == 4, "the others do not");
    for (const std::size_t from : first(4))
        story.inject(from, first(4), messages::InstanceChange{next, 25});
    story.expect_within(20 * second, "all count three", [&] {
        return std::all_of(stay.begin(), stay.end(), [&](std::size_t node) {
            return story.status(node).n == 3 && story.world().replica(node).is_participating();
        });
    });
    story.lose_nothing();
    story.all_is_well_within(30 * second);
    for (const std::size_t node : stay) story.expect(story.view(node) == next, "no further view");
    return story.failure();
}

std::string many_with_long_links(std::size_t nodes) {
    Plan plan = plan_for(nodes);
    plan.delay_min = 20;
    plan.delay_max = 900;
    plan.limits.progress_timeout = 30 * second;
    plan.limits.new_view_timeout = 15 * second;
    plan.limits.new_view_timeout_max = 60 * second;
    Story story(plan);
    story.run_for(5 * second);
    story.write(3, 500, first(nodes));
    story.answered_within(90 * second);
    story.world().crash(0);
    story.write(1, 0, {1, 2, 3});
    story.answered_within(180 * second);
    story.world().restart(0);
    story.all_is_well_within(120 * second);
    return story.failure();
}

// ---- freshness

std::string fresh_for_hours() {
    Story story;
    Tick oldest = 0;
    for (int i = 0; i < 12 * 15; ++i) {
        story.run_for(20 * second);
        const auto times = story.status(2).last_batch_time;
        for (const auto& [ledger, at] : times) {
            const auto age =
                1'600'000'000 + static_cast<UnixSeconds>(story.world().now() / 1000) - at;
            oldest = std::max(oldest, static_cast<Tick>(std::max<UnixSeconds>(age, 0)));
        }
    }
    story.expect(story.status(2).last_batch_time.size() == 3, "three ledgers");
    story.expect(oldest <= 15 + 20 + 10,
                 "none older than the interval: " + std::to_string(oldest) + " s");
    story.expect(story.view_changes() == 0, "no view change in an hour");
    return story.failure();
}

std::string fresh_under_load_of_one_ledger(LedgerId ledger) {
    Story story;
    for (int i = 0; i < 400; ++i) {
        story.send({0}, ledger);
        story.run_for(200);
    }
    const auto times = story.status(1).last_batch_time;
    for (const auto& [id, at] : times) {
        const auto age = 1'600'000'000 + static_cast<UnixSeconds>(story.world().now() / 1000) - at;
        story.expect(age <= 40, "ledger " + std::to_string(static_cast<int>(id)) + " is " +
                                    std::to_string(age) + " s old");
    }
    story.expect(times.size() == 3, "three ledgers");
    return story.failure();
}

std::string freshness_of_one_ledger_stops() {
    Story story;
    bool stopped = true;
    story.lose([&](std::size_t from, std::size_t, const messages::Message& message) {
        return stopped && from == 0 && is_batch(message) &&
               as<messages::PrePrepare>(message)->ledger == LedgerId::config;
    });
    story.expect_within(3 * minute, "another primary", [&] { return story.view(1) >= 1; });
    stopped = false;
    story.all_is_well_within(60 * second);
    return story.failure();
}

std::string no_false_vote_while_catching_up() {
    Plan plan = plan_for(4);
    plan.limits.catchup_chunk = 2;
    Story story(plan);
    for (std::size_t i = 0; i < 3; ++i) story.world().cut(3, i, true);
    story.write(30, 3 * second, {0});
    for (std::size_t i = 0; i < 3; ++i) story.world().cut(3, i, false);
    story.all_is_well_within(20 * second);
    story.expect(story.view(0) == 0, "nobody votes the primary out");
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_members() {
    const auto entry = [](int number) { return "plenum-lessons E " + std::to_string(number); };
    return {
        {"e061-backups-restart-their-numbers", "plenum-lessons E 61, 72",
         backups_restart_their_numbers},
        {"e062-backup-primary-silent", entry(62), backup_primary_silent},
        {"e063-backup-primary-equivocates", entry(63), backup_primary_equivocates},
        {"e066-burst-after-long-idleness", "plenum-lessons E 66, 67", burst_after_long_idleness},
        {"e068-one-member-complains", entry(68), one_member_complains},
        {"e161-fifth-sixth-seventh", "plenum-lessons E 74, 161",
         [] { return grows(3, 20 * second); }},
        {"e163-two-in-consecutive-batches", entry(163), [] { return grows(2, 120); }},
        {"e162-one-learns-late-of-a-member", entry(162),
         [] { return late_news_of_a_member(1, false); }},
        {"e162-two-learn-late-of-a-member", entry(162),
         [] { return late_news_of_a_member(2, false); }},
        {"e162-batch-with-a-member-late", entry(162),
         [] { return late_news_of_a_member(1, true); }},
        {"e164-primary-leaves", "plenum-lessons E 129, 164", [] { return leaves("Node1", false); }},
        {"e164-backup-primary-leaves", "plenum-lessons E 75, 164",
         [] { return leaves("Node2", false); }},
        {"e164-next-primary-leaves", entry(164), [] { return leaves("Node3", false); }},
        {"e164-member-that-is-down-leaves", entry(164), [] { return leaves("Node5", true); }},
        {"e165-leaves-and-comes-back-at-once", entry(165),
         [] { return leaves_and_comes_back(150); }},
        {"e165-leaves-and-comes-back-later", entry(165),
         [] { return leaves_and_comes_back(40 * second); }},
        {"e166-from-ten-to-four", entry(166), shrinks_from_ten},
        {"e167-admitted-during-a-view-change", entry(167), admitted_during_a_view_change},
        {"e173-admitted-and-never-started", entry(173), admitted_and_never_started},
        {"e174-thirteen-with-long-links", entry(174), [] { return many_with_long_links(13); }},
        {"e174-twenty-five-with-long-links", entry(174), [] { return many_with_long_links(25); }},
        {"a1-restart-in-the-ledgers-first-view", "indy-plenum#1456, seed 1014620",
         restart_in_the_ledgers_first_view},
        {"other-members-same-primary", "seed 100019352", other_members_same_primary},
        {"next-primary-counts-old-members", "seeds 100000629, 100018243",
         next_primary_counts_the_old_members},
        {"one-expects-another-primary", "seed 4700001944",
         [] { return one_expects_another_primary(3); }},
        {"others-expect-the-one-ahead", "seed 11000024372",
         [] { return one_expects_another_primary(2); }},
        {"one-leads-by-its-own-count", "seed 24000043607",
         [] { return one_expects_another_primary(7); }},
        {"e175-fresh-for-hours", entry(175), fresh_for_hours},
        {"e177-freshness-of-one-ledger-stops", entry(177), freshness_of_one_ledger_stops},
        {"e178-domain-load-only", entry(178),
         [] { return fresh_under_load_of_one_ledger(LedgerId::domain); }},
        {"e178-pool-load-only", entry(178),
         [] { return fresh_under_load_of_one_ledger(LedgerId::pool); }},
        {"e179-no-false-vote-while-catching-up", entry(179), no_false_vote_while_catching_up},
    };
}

}  // namespace stadtbuch::simulation
