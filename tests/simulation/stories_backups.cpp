// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Backup instances: plenum-lessons E, group 3. What becomes of one never touches the master.
#include <algorithm>
#include <map>
#include <set>

#include "tests/simulation/stories.hpp"
#include "tests/simulation/story.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

const Nodes all{0, 1, 2, 3};

template <class M>
bool is_of(messages::InstanceId inst, const messages::Message& message) {
    const auto* sent = sent_or_answered<M>(message);
    return sent != nullptr && sent->inst_id == inst;
}

/// Three-phase messages of that instance, sent or as answers.
bool is_ordering_of(messages::InstanceId inst, const messages::Message& message) {
    return is_of<messages::PrePrepare>(inst, message) || is_of<messages::Prepare>(inst, message) ||
           is_of<messages::Commit>(inst, message);
}

/// Who has sent a COMMIT for a backup, by view, and for which numbers.
struct Commits {
    messages::InstanceId inst = 1;
    std::map<ViewNo, std::map<std::size_t, std::set<PpSeqNo>>> seen;

    void note(std::size_t from, const messages::Message& message) {
        const auto* commit = as<messages::Commit>(message);
        if (commit != nullptr && commit->inst_id == inst)
            seen[commit->view_no][from].insert(commit->pp_seq_no);
    }

    [[nodiscard]] bool orders_in(ViewNo view, std::size_t quorum) const {
        const auto of_view = seen.find(view);
        return of_view != seen.end() && of_view->second.size() >= quorum;
    }
};

/// f+1 of the reference's members agree that a backup is faulty and drop it until the next view
/// (reasons 39 and 40). Ours need not follow: the instance gets no quorum, costs no more than it is
/// allowed, and is there again in the next view. A vote against instance 0 means nothing.
std::string others_drop_a_backup() {
    Story story;
    Commits commits;
    bool dropped = true;
    story.lose([&](std::size_t from, std::size_t, const messages::Message& message) {
        const bool lost = dropped && (from == 0 || from == 2) && is_ordering_of(1, message);
        if (!lost) commits.note(from, message);
        return lost;
    });
    for (int round = 0; round < 3; ++round) {
        for (const std::size_t from : {0U, 2U}) {
            story.inject(from, all, messages::BackupInstanceFaulty{0, {1}, 40});
            story.inject(from, all, messages::BackupInstanceFaulty{0, {0}, 40});
            story.inject(from, all, messages::BackupInstanceFaulty{0, {1, 7}, 39});
        }
        story.write(15, one_batch, {0});
    }
    story.answered_within(5 * second);
    story.level_within(5 * second);
    story.expect(story.view_changes() == 0, "the master stays");
    story.expect(!commits.orders_in(0, 3), "the backup orders nothing");
    for (const std::size_t i : all)
        story.expect(story.status(i).requests_held <= 20, "requests are freed at checkpoints");
    dropped = false;
    story.world().crash(0);
    story.write(3, 300, {1, 2, 3});
    story.answered_within(30 * second);
    story.expect_within(10 * second, "the backup orders in the next view",
                        [&] { return commits.orders_in(1, 3); });
    story.world().restart(0);
    story.all_is_well_within(30 * second);
    return story.failure();
}

/// After a catch-up a backup does not know its number: it takes the one that comes.
std::string backup_finds_its_position() {
    Story story;
    Commits commits;
    PpSeqNo newest = 0;
    story.lose([&](std::size_t from, std::size_t, const messages::Message& message) {
        if (from == 3) commits.note(from, message);
        if (is_of<messages::PrePrepare>(1, message) && as<messages::PrePrepare>(message) != nullptr)
            newest = std::max(newest, as<messages::PrePrepare>(message)->pp_seq_no);
        return false;
    });
    story.write(6, one_batch, {0});
    story.world().crash(3);
    story.write(3, one_batch, {0});
    const PpSeqNo before = newest;
    story.expect(before >= 5, "the backup has ordered");
    commits.seen.clear();
    story.world().restart(3);
    story.expect_within(10 * second, "it is back",
                        [&] { return story.world().replica(3).is_participating(); });
    story.expect(commits.seen.empty(), "and votes for no backup's batch yet");
    story.write(4, one_batch, {0});
    story.run_for(second);
    const auto& numbers = commits.seen[0][3];
    story.expect(!numbers.empty() && *numbers.begin() > before && *numbers.rbegin() == newest,
                 "it goes on where the others are");
    story.all_is_well_within(10 * second);
    story.expect(story.view_changes() == 0, "no view change");
    return story.failure();
}

/// The reference jumps to a checkpoint of the others; here the member's part in that backup waits
/// for the next view. Even when the backup needs it, the master does not.
std::string backup_far_behind() {
    Story story;
    Commits commits;
    bool deaf = true;
    story.lose([&](std::size_t from, std::size_t to, const messages::Message& message) {
        const bool lost = deaf && to == 3 && is_ordering_of(1, message);
        if (from == 3 && !lost) commits.note(from, message);
        return lost;
    });
    story.write(25, one_batch, {0});
    deaf = false;
    story.world().crash(2);
    story.write(15, one_batch, {0});
    story.answered_within(10 * second);
    story.expect(story.view(3) == 0, "the master goes on in its view");
    story.world().restart(2);
    story.all_is_well_within(10 * second);
    ask_for_view(story, 1, all);
    story.write(3, one_batch, {0});
    story.answered_within(10 * second);
    story.expect_within(10 * second, "it votes for the backup again",
                        [&] { return commits.orders_in(1, 1); });
    story.all_is_well_within(10 * second);
    return story.failure();
}

/// A backup's primary is restarted in its view: it goes on with the next number, and none of its
/// numbers has two batches. In the next view that backup begins with 1.
std::string backup_primary_restarts() {
    Story story;
    std::map<ViewNo, std::map<PpSeqNo, std::set<std::string>>> proposed;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        const auto* pp = as<messages::PrePrepare>(message);
        if (pp != nullptr && pp->inst_id == 1)
            proposed[pp->view_no][pp->pp_seq_no].insert(pp->digest);
        return false;
    });
    story.write(5, one_batch, {0});
    story.answered_within(5 * second);
    story.run_for(second);
    story.expect(!proposed[0].empty(), "the backup orders");
    const PpSeqNo before = proposed[0].empty() ? 0 : proposed[0].rbegin()->first;
    story.world().crash(1);
    story.world().restart(1);
    story.expect_within(10 * second, "it is back",
                        [&] { return story.world().replica(1).is_participating(); });
    story.write(3, one_batch, {0});
    story.answered_within(10 * second);
    story.run_for(second);
    story.expect(proposed[0].count(before + 1) != 0, "it goes on with the next number");
    for (const auto& [seq, digests] : proposed[0])
        story.expect(digests.size() == 1, "one batch at number " + std::to_string(seq));
    story.expect(story.view_changes() == 0, "no view change");
    ask_for_view(story, 1, all);
    story.write(2, one_batch, {0});
    story.answered_within(10 * second);
    story.run_for(second);
    story.expect(!proposed[1].empty() && proposed[1].begin()->first == 1, "from 1 on in a view");
    story.all_is_well_within(10 * second);
    return story.failure();
}

/// Seven become six: f is one, and the second backup ends with what waits in it.
std::string instance_ends_with_its_queue() {
    Story story(plan_for(7, 0, 1));
    bool silent = true;
    story.lose([&](std::size_t, std::size_t, const messages::Message& message) {
        return silent && is_ordering_of(2, message);
    });
    story.write(25, 60, first(7));
    story.answered_within(10 * second);
    story.expect(story.status(0).primaries.size() == 3, "two backups");
    story.change_members("", "Node7");
    story.answered_within(60 * second);
    story.expect_within(60 * second, "one backup", [&] {
        return story.status(0).n == 6 && story.status(0).primaries.size() == 2;
    });
    silent = false;
    story.write(25, one_batch, first(6));
    story.answered_within(10 * second);
    story.expect(story.status(0).requests_held <= 20, "their requests are freed");
    story.all_is_well_within(60 * second);
    return story.failure();
}

/// The seventh member makes f two. What is sent for the new instance before it exists is not kept.
std::string instance_begins_with_a_view() {
    Story story(plan_for(6, 1, 1));
    Commits commits;
    commits.inst = 2;
    story.lose([&](std::size_t from, std::size_t, const messages::Message& message) {
        commits.note(from, message);
        return false;
    });
    for (PpSeqNo seq = 1; seq <= 3000; ++seq) {
        story.inject(5, {0}, messages::Prepare{2, 0, seq, 1'600'000'100, "aa", {}, {}, {}});
        story.inject(5, {0}, messages::Commit{2, 0, seq, std::nullopt});
    }
    story.run_for(second);
    story.expect(story.status(0).stashed_messages == 0, "nothing is kept for it");
    commits.seen.clear();
    story.change_members("Node7", "");
    story.answered_within(20 * second);
    story.expect_within(60 * second, "three instances", [&] {
        return std::all_of(all.begin(), all.end(), [&](std::size_t node) {
            return story.status(node).n == 7 && story.status(node).primaries.size() == 3;
        });
    });
    story.write(5, one_batch, first(7));
    story.answered_within(10 * second);
    story.expect_within(10 * second, "the new one orders", [&] {
        return std::any_of(commits.seen.begin(), commits.seen.end(),
                           [](const auto& view) { return view.second.size() >= 5; });
    });
    story.all_is_well_within(60 * second);
    return story.failure();
}

}  // namespace

std::vector<Scenario> stories_of_backups() {
    const auto from = [](int number) { return "plenum-lessons E " + std::to_string(number); };
    return {
        {"e069-others-drop-a-backup", "plenum-lessons E 69, B15", others_drop_a_backup},
        {"e070-backup-finds-its-position", "plenum-lessons E 70, 149", backup_finds_its_position},
        {"e071-backup-far-behind", from(71), backup_far_behind},
        {"e072-backup-primary-restarts", from(72), backup_primary_restarts},
        {"e073-instance-ends-with-its-queue", from(73), instance_ends_with_its_queue},
        {"e074-instance-begins-with-a-view", from(74), instance_begins_with_a_view},
    };
}

}  // namespace stadtbuch::simulation
