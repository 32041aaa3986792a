// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The disk below the records and the ledgers: a log of checksummed writes in sectors. A sync makes
// all of it last; without one any subset of the sectors does, whole or torn, and the reader of the
// log cuts at the first write that is not whole (reliability B2).
#include <algorithm>
#include <utility>

#include "consensus/records.hpp"
#include "tests/simulation/world_node.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

namespace {

constexpr std::size_t sector = 512;
constexpr std::size_t frame_of_a_write = 32;
constexpr std::uint64_t sync_delay_max = 200;  ///< ms; node/writer.cpp waits 50

std::size_t octets_of(const std::vector<VoteRecord>& records) {
    std::size_t octets = 0;
    for (const VoteRecord& record : records)
        octets += record.key.size() + 8 + (record.value ? record.value->size() : 0);
    return octets;
}

}  // namespace

void World::write(std::size_t index, Actions& actions) {
    Node& node = *nodes_[index];
    Node::Write write;
    write.id = actions.persist_id;
    write.records = std::move(actions.persist);
    write.octets = frame_of_a_write + octets_of(write.records) + node.body->open_write();
    write.ordered = std::move(actions.ordered);
    if (node.fail_next_write) {
        // No room: nothing of this write begins to exist, and the process ends (exit code 74).
        sometimes_.saw(State::stopped_by_full_disk);
        return crash(index);
    }
    for (const OrderedBatch& batch : write.ordered) answered(index, batch, false);
    const PersistId id = write.id;
    node.pending.push_back(std::move(write));
    if (actions.sync_now) return;
    // Nobody waits for it: it goes with the next sync, or after a while.
    at(now_ + disk_.below(sync_delay_max), [this, index, id, incarnation = node.incarnation] {
        Node& later = *nodes_[index];
        if (!later.alive || later.incarnation != incarnation || later.durable >= id) return;
        sync_soon(index);
    });
}

void World::sync_soon(std::size_t index) {
    Node& node = *nodes_[index];
    if (node.pending.empty()) return;
    node.sync_wanted = node.pending.back().id;
    start_disk(index);
}

void World::start_disk(std::size_t index) {
    Node& node = *nodes_[index];
    if (!node.alive || node.disk_busy || node.pending.empty() || node.sync_wanted <= node.durable)
        return;
    const PersistId upto = node.pending.back().id;
    const Tick longest = std::max(plan_.disk_max, node.slow_disk);
    if (longest == 0) return disk_done(index, node.incarnation, upto);
    node.disk_busy = true;
    at(now_ + disk_.between(plan_.disk_min, longest),
       [this, index, incarnation = node.incarnation, upto] {
           disk_done(index, incarnation, upto);
       });
}

/// The oldest write is on the medium.
void World::land(Node& node) {
    const Node::Write write = std::move(node.pending.front());
    node.pending.pop_front();
    node.body->land_oldest();
    if (std::exchange(node.misdirect_next_write, false)) {
        // Its place keeps what was there, and another record is no more what its checksum says.
        node.damage = State::misdirected_write_met;
        return;
    }
    for (const VoteRecord& record : write.records) {
        if (record.value) {
            node.votes[record.key] = *record.value;
        } else {
            node.votes.erase(record.key);
        }
    }
}

void World::disk_done(std::size_t index, unsigned incarnation, PersistId upto) {
    Node& node = *nodes_[index];
    if (!node.alive || node.incarnation != incarnation) return;
    node.disk_busy = false;
    if (node.fail_next_sync) {
        // What an error of fsync left on the medium nobody knows; the process ends and reads again.
        sometimes_.saw(State::stopped_by_fsync_error);
        return crash(index);
    }
    ++node.syncs;
    std::vector<OrderedBatch> durable_now;
    for (Node::Write& write : node.pending) {
        if (write.id > upto) break;
        for (OrderedBatch& batch : write.ordered) durable_now.push_back(std::move(batch));
        write.ordered.clear();
    }
    // A disk that lies keeps the newest writes in its cache and says that they are safe.
    const std::size_t kept_back = plan_.forgets_syncs ? 40 : 0;
    while (node.pending.size() > kept_back && node.pending.front().id <= upto) land(node);
    for (const OrderedBatch& batch : durable_now) {
        answered(index, batch, true);
        if (burnt(index)) return;
    }
    node.durable = upto;
    auto held = std::move(node.held);
    node.held.clear();
    for (std::size_t i = 0; i < held.size(); ++i) {
        if (held[i].after > upto) {
            node.held.push_back(std::move(held[i]));
            continue;
        }
        send_now(index, held[i].to, held[i].message);
        if (!node.alive) return;
    }
    at(now_, [this, index, incarnation, upto] {
        if (nodes_[index]->incarnation == incarnation) step(index, MadeDurable{upto});
    });
    start_disk(index);
}

/// How many of the unsynced writes the reader of the log will find whole.
std::size_t World::writes_that_survive(const Node& node) {
    static constexpr std::uint64_t whole_per_mille[] = {0, 500, 900, 990, 1000};
    const std::uint64_t whole = whole_per_mille[disk_.below(5)];
    std::size_t survived = 0;
    std::size_t end = 0;
    std::size_t next_sector = 0;
    bool intact = true;
    bool traces = false;
    for (const Node::Write& write : node.pending) {
        end += write.octets;
        while (next_sector * sector < end) {
            const bool arrived = disk_.chance(whole);
            traces |= arrived;
            intact &= arrived;
            ++next_sector;
        }
        if (!intact) break;
        ++survived;
    }
    if (survived < node.pending.size() && traces) sometimes_.saw(State::unsynced_write_torn);
    if (survived > 0) sometimes_.saw(State::unsynced_write_kept);
    return survived;
}

/// A node answers what is written; `kept` says that it is durable there, too.
void World::answered(std::size_t index, const OrderedBatch& batch, bool kept) {
    if (!is_honest(index)) return;
    for (std::size_t i = 0; i < batch.digests.size(); ++i) {
        const auto it = submitted_.find(batch.digests[i]);
        if (it == submitted_.end()) continue;
        it->second.answered_by.insert(index);
        auto& holders = kept ? it->second.kept_by : it->second.executed_by;
        const bool refused = std::find(batch.discarded.begin(), batch.discarded.end(),
                                       static_cast<std::uint32_t>(i)) != batch.discarded.end();
        if (!refused) holders.insert(index);
    }
}

/// A checksum says that a record is not the one that was written at its place. The process ends
/// (exit code 65) before it says anything that follows from it; its operator brings another disk
/// and says so (`node recover`). Nobody can say which votes the old one held.
void World::damage_met(std::size_t index) {
    sometimes_.saw(*nodes_[index]->damage);
    replace_disk(index);
    at(now_ + 200 + disk_.below(2000), [this, index] { restart(index); });
}

void World::replace_disk(std::size_t index) {
    wipe(index);
    nodes_[index]->has_new_disk = true;
    plant_record(index, records::recover_key, "");
}

void World::fail_disk(std::size_t node, bool at_sync) {
    (at_sync ? nodes_[node]->fail_next_sync : nodes_[node]->fail_next_write) = true;
}

}  // namespace stadtbuch::simulation
