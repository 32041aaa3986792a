// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/viewchange/new_view.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace stadtbuch::consensus::viewchange {
namespace {

using messages::BatchId;

/// One VIEW_CHANGE with its lists by number.
struct Indexed {
    PpSeqNo stable = 0;
    std::map<PpSeqNo, std::vector<BatchId>> prepared;
    std::map<PpSeqNo, std::vector<BatchId>> preprepared;
};

std::vector<Indexed> indexed(const Messages& changes) {
    std::vector<Indexed> out;
    for (const messages::ViewChange* change : changes) {
        Indexed one;
        one.stable = change->stable_checkpoint;
        for (const BatchId& id : change->prepared) one.prepared[id.pp_seq_no].push_back(id);
        for (const BatchId& id : change->preprepared) one.preprepared[id.pp_seq_no].push_back(id);
        out.push_back(std::move(one));
    }
    return out;
}

bool same_batch(const BatchId& a, const BatchId& b) {
    return a.digest == b.digest && a.pp_view_no == b.pp_view_no;
}

/// Nothing prepared in `m` at this number contradicts `batch`.
bool agrees(const Indexed& m, const BatchId& batch) {
    if (m.stable >= batch.pp_seq_no) return false;
    const auto entries = m.prepared.find(batch.pp_seq_no);
    if (entries == m.prepared.end()) return true;
    return std::all_of(entries->second.begin(), entries->second.end(), [&](const BatchId& e) {
        if (e.view_no > batch.view_no) return false;
        return e.view_no < batch.view_no || same_batch(e, batch);
    });
}

bool witnessed(const Indexed& m, const BatchId& batch) {
    const auto entries = m.preprepared.find(batch.pp_seq_no);
    if (entries == m.preprepared.end()) return false;
    return std::any_of(entries->second.begin(), entries->second.end(), [&](const BatchId& e) {
        return same_batch(e, batch) && e.view_no >= batch.view_no;
    });
}

template <class Predicate>
std::size_t count(const std::vector<Indexed>& all, Predicate predicate) {
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), predicate));
}

/// `m` names nothing prepared at this number that could have been ordered on a batch created in
/// view `created`: a certificate of an earlier view stands on another one.
bool has_none(const Indexed& m, PpSeqNo seq, ViewNo created) {
    if (m.stable >= seq) return false;
    const auto entries = m.prepared.find(seq);
    return entries == m.prepared.end() ||
           std::all_of(entries->second.begin(), entries->second.end(),
                       [&](const BatchId& e) { return e.view_no < created; });
}

/// `created`: the newest view in which a batch was created that is chosen below.
std::optional<BatchId> choice_at(PpSeqNo seq, ViewNo created, const std::vector<Indexed>& all,
                                 const Quorums& quorums) {
    for (const Indexed& message : all) {
        const auto entries = message.prepared.find(seq);
        if (entries == message.prepared.end()) continue;
        for (const BatchId& batch : entries->second) {
            if (batch.view_no < created) continue;
            if (count(all, [&](const Indexed& m) { return agrees(m, batch); }) < quorums.strong())
                continue;
            if (count(all, [&](const Indexed& m) { return witnessed(m, batch); }) >= quorums.weak())
                return batch;
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<messages::Checkpoint> common_checkpoint(const Messages& changes,
                                                      const Quorums& quorums) {
    std::optional<messages::Checkpoint> best;
    for (const messages::ViewChange* change : changes) {
        for (const messages::Checkpoint& candidate : change->checkpoints) {
            if (best && candidate.seq_no_end <= best->seq_no_end) continue;
            std::size_t not_above = 0;
            std::size_t containing = 0;
            for (const messages::ViewChange* other : changes) {
                not_above += other->stable_checkpoint <= candidate.seq_no_end ? 1U : 0U;
                const auto& list = other->checkpoints;
                containing +=
                    std::find(list.begin(), list.end(), candidate) != list.end() ? 1U : 0U;
            }
            if (not_above >= quorums.strong() && containing >= quorums.strong()) best = candidate;
        }
    }
    return best;
}

std::optional<std::vector<BatchId>> batches_above(PpSeqNo checkpoint, const Messages& changes,
                                                  const Quorums& quorums, PpSeqNo log_size) {
    const std::vector<Indexed> all = indexed(changes);
    std::vector<BatchId> out;
    // Nobody ordered in view v what stands there on a batch that a later view replaced; its roots
    // could never fit again (seed 11000019415).
    ViewNo created = 0;
    for (PpSeqNo seq = checkpoint + 1; seq <= checkpoint + log_size; ++seq) {
        if (const auto batch = choice_at(seq, created, all, quorums)) {
            out.push_back(*batch);
            created = std::max(created, batch->pp_view_no);
            continue;
        }
        const std::size_t without =
            count(all, [&](const Indexed& m) { return has_none(m, seq, created); });
        if (without < quorums.strong()) return std::nullopt;
        break;
    }
    std::sort(out.begin(), out.end());
    return out;
}

bool same_batches(std::vector<BatchId> a, std::vector<BatchId> b) {
    const auto by_number = [](const BatchId& x, const BatchId& y) {
        return x.pp_seq_no < y.pp_seq_no;
    };
    std::sort(a.begin(), a.end(), by_number);
    std::sort(b.begin(), b.end(), by_number);
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.pp_seq_no == y.pp_seq_no && same_batch(x, y);
    });
}

bool names_enough(const messages::NewView& view, const std::vector<NodeName>& members) {
    std::set<NodeName> distinct;
    for (const auto& [name, digest] : view.view_changes) {
        if (std::find(members.begin(), members.end(), name) != members.end()) distinct.insert(name);
    }
    // Python counts entries; a name given twice must not stand for two members (plenum-lessons B2).
    return distinct.size() >= Quorums{members.size()}.view_change() &&
           distinct.size() == view.view_changes.size();
}

std::size_t ahead_of(const Messages& changes, PpSeqNo ordered, ViewNo view) {
    const auto is_ahead = [&](const messages::ViewChange* change) {
        return change->stable_checkpoint > ordered ||
               std::any_of(change->prepared.begin(), change->prepared.end(),
                           [&](const BatchId& batch) {
                               return batch.pp_seq_no > ordered && batch.pp_view_no > view;
                           });
    };
    return static_cast<std::size_t>(std::count_if(changes.begin(), changes.end(), is_ahead));
}

}  // namespace stadtbuch::consensus::viewchange
