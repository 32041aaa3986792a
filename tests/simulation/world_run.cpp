// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Clients, the passing of time, and what a whole run consists of.
#include <algorithm>
#include <string>

#include "consensus/records.hpp"
#include "tests/simulation/world_node.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

namespace {
constexpr std::array<LedgerId, 4> ledgers{LedgerId::pool, LedgerId::domain, LedgerId::config,
                                          LedgerId::audit};
}

std::string World::submit(const ToyRequest& request, const std::vector<std::size_t>& to) {
    const std::string text = realm_->text_of(request);
    auto known = texts_.find(text);
    if (known == texts_.end()) {
        const auto parsed = realm_->parse(text);
        if (!parsed) {
            checkers_.fail("world: a request of its own does not parse: " + text);
            return {};
        }
        known = texts_.emplace(text, *parsed).first;
    }
    const Parsed parsed = known->second;
    checkers_.submitted(parsed.digest);
    submitted_.try_emplace(parsed.digest, Submitted{request, text, {}, {}, {}, 3000});
    for (const std::size_t index : to) {
        Node& node = *nodes_[index];
        if (!node.alive || node.is_observer) continue;
        node.body->learn(text, parsed);
        step(index, ClientRequest{parsed.digest, parsed.ledger, text, std::nullopt});
    }
    return parsed.digest;
}

bool World::is_answered(const std::string& digest) const {
    const auto it = submitted_.find(digest);
    if (it == submitted_.end()) return false;
    const Submitted& mine = it->second;
    return mine.is_closed = mine.is_closed || mine.answered_by.size() >= weak_quorum();
}

void World::retry(const std::string& digest) {
    Submitted& mine = submitted_.at(digest);
    if (is_answered(digest)) return;
    std::vector<std::size_t> all;
    for (const std::size_t i : voters_) {
        all.push_back(i);
        // A node that has executed it answers from its store (design §3), which counts as an
        // answer.
        if (nodes_[i]->alive && is_honest(i) && nodes_[i]->body->has_executed(mine.text, digest))
            mine.answered_by.insert(i);
    }
    const ToyRequest request = mine.request;
    const Tick after = mine.retry_after;
    mine.retry_after = std::min<Tick>(mine.retry_after * 2, 12000);
    submit(request, all);
    at(now_ + after, [this, digest] { retry(digest); });
}

void World::run_until(Tick tick) {
    while (!queue_.empty() && queue_.next_at() <= tick && checkers_.violation().empty())
        static_cast<void>(next_item());
    now_ = std::max(now_, tick);
}

bool World::run_until_true(const std::function<bool()>& condition, Tick limit) {
    while (checkers_.violation().empty()) {
        if (condition()) return true;
        if (queue_.empty() || queue_.next_at() > limit) return false;
        static_cast<void>(next_item());
    }
    return false;
}

bool World::level(const std::vector<std::size_t>& which) const {
    const Node* first = nullptr;
    for (const std::size_t index : which) {
        const Node& node = *nodes_[index];
        if (!node.alive) return false;
        if (first == nullptr) first = &node;
        const Executor& mine = node.body->port();
        const Executor& other = first->body->port();
        const bool comparable = mine.uncommitted_count() == 0 && other.uncommitted_count() == 0;
        for (const LedgerId ledger : ledgers) {
            if (mine.committed_txn_root(ledger) != other.committed_txn_root(ledger)) return false;
            if (comparable &&
                mine.uncommitted_state_root(ledger) != other.uncommitted_state_root(ledger))
                return false;
        }
        const auto registry = mine.committed_registry();
        if (std::find(registry.begin(), registry.end(), node.name) == registry.end()) continue;
        if (!node.replica->is_participating()) return false;
    }
    return true;
}

bool World::all_level() const {
    std::vector<std::size_t> honest;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (is_honest(i)) honest.push_back(i);
    }
    return level(honest);
}

ViewNo World::highest_view() const {
    ViewNo highest = 0;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i]->alive && is_honest(i) && !nodes_[i]->is_observer)
            highest = std::max(highest, nodes_[i]->replica->status().view_no);
    }
    return highest;
}

/// The highest view that somebody is in, or that is under way: f+1 have voted for it, whom the
/// others join as soon as they hear of it.
ViewNo World::highest_view_due() const {
    ViewNo highest = highest_view();
    std::map<ViewNo, std::set<NodeName>> voters;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (!nodes_[i]->alive || !is_honest(i) || nodes_[i]->is_observer) continue;
        // Who restarts knows its view, and counts the votes on its disk, when it has caught up.
        highest = std::max(highest, nodes_[i]->view_seen);
        std::vector<VoteRecord> noted;
        for (const auto& [key, value] : nodes_[i]->votes) noted.push_back({key, value});
        for (const Node::Write& write : nodes_[i]->pending) {
            for (const VoteRecord& record : write.records) {
                if (record.value) noted.push_back(record);
            }
        }
        const records::Memory memory = records::read(noted);
        if (memory.position) highest = std::max(highest, memory.position->view_no);
        for (const auto& [view, votes] : memory.instance_changes) {
            for (const auto& [name, vote] : votes) voters[view].insert(name);
        }
    }
    for (const auto& [view, names] : voters) {
        if (names.size() >= Quorums{plan_.nodes}.weak()) highest = std::max(highest, view);
    }
    return highest;
}

/// The faults stop, all links heal, everybody is there and has the right time.
void World::calm() {
    calm_ = true;
    calm_since_ = now_;
    network_.heal_all();
    for (auto& node : nodes_) {
        node->frozen_until = 0;
        node->fuse = 0;
        node->slow_disk = 0;
        node->fail_next_sync = node->fail_next_write = node->misdirect_next_write = false;
        node->clock_offset = 0;
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i]->twin_of) {
            crash(i);
        } else {
            if (nodes_[i]->damage && !plan_.believes_damage) {
                sometimes_.saw(*nodes_[i]->damage);
                replace_disk(i);
            }
            restart(i);
        }
    }
    for (std::size_t a = 0; a < nodes_.size(); ++a) {
        for (std::size_t b = a + 1; b < nodes_.size(); ++b) notice(a, b);
    }
    view_at_calm_ = highest_view_due();
    const std::set<ViewNo>& changed = checkers_.views_ended_by_members();
    if (!changed.empty()) view_at_calm_ = std::max(view_at_calm_, *changed.rbegin() + 1);
    for (std::uint64_t i = 0; i < 3; ++i) {
        const ToyRequest request{1'000'000 + i, LedgerId::domain, 1 + i, {}, {}};
        submit_and_retry(request, {static_cast<std::size_t>(i) % plan_.nodes});
    }
}

bool World::settled() const {
    return std::all_of(submitted_.begin(), submitted_.end(),
                       [&](const auto& entry) { return is_answered(entry.first); }) &&
           all_level();
}

std::string World::disorder() const {
    std::string state = " (" + std::to_string(plan_.nodes) + " nodes, " +
                        std::to_string(plan_.spares) + " spares, " +
                        std::to_string(plan_.registry_changes) + " registry changes";
    for (const auto& [index, character] : plan_.byzantine)
        state += ", " + nodes_[index]->name + " " + to_text(character);
    state += plan_.lies_for_ever ? " for ever)" : ")";
    for (const auto& node : nodes_) {
        if (!node->alive) continue;
        const Status s = node->replica->status();
        state += "\n  " + node->name + " " + std::string(consensus::to_text(s.phase)) + " view " +
                 std::to_string(s.view_no) + " n " + std::to_string(s.n) + " of " +
                 std::to_string(node->body->port().committed_registry().size()) + " ordered " +
                 std::to_string(s.last_ordered) + " stable " + std::to_string(s.stable_checkpoint) +
                 " waiting " + std::to_string(s.requests_waiting) + " in flight " +
                 std::to_string(s.batches_in_flight) + " stash " +
                 std::to_string(s.stashed_messages);
    }
    return state;
}

/// f+1, as each of f members may be in the way when it leads, and what the protocol itself asks
/// for: a view for each one that a change of members ended since. While a hostile member goes on,
/// also one for each turn that it is given beyond that, and once one more, as it can leave an
/// honest primary without a common checkpoint (README.md).
ViewNo World::further_views_allowed() const {
    const std::set<ViewNo>& ended = checkers_.views_ended_by_members();
    const auto since = std::distance(ended.lower_bound(view_at_calm_), ended.end());
    const std::set<ViewNo>& turns = checkers_.hostile_turns();
    const auto spoilt =
        static_cast<ViewNo>(std::distance(turns.lower_bound(view_at_calm_), turns.end()));
    // What remains of twins, or was put back, is behind what the same member has said.
    const bool contradicts =
        std::any_of(plan_.byzantine.begin(), plan_.byzantine.end(), [](const auto& member) {
            return member.second == Character::twins || member.second == Character::rolled_back;
        });
    const bool hostile = contradicts || (plan_.lies_for_ever && !plan_.byzantine.empty());
    return std::max<ViewNo>(plan_.faulty_max(), spoilt) + 1 + static_cast<ViewNo>(since) +
           (hostile ? 1 : 0);
}

void World::final_checks() {
    std::set<std::string> executed;
    for (const auto& [digest, mine] : submitted_) {
        if (mine.executed_by.size() >= weak_quorum()) executed.insert(digest);
    }
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        Node& node = *nodes_[i];
        if (!node.alive || !is_honest(i) || !checkers_.violation().empty()) continue;
        checkers_.acknowledged(node.name, executed, has_executed(node));
        if (node.is_observer) sometimes_.saw(State::observer_level);
        // Level means that it votes again.
        if (node.has_new_disk) sometimes_.saw(State::damaged_disk_replaced);
        // All are level here, so one replay speaks for all of them; who was restarted has replayed.
        if (i > 0 && plan_.seed % 8 != 0) continue;
        const std::string difference = node.body->replay_difference();
        if (!difference.empty()) checkers_.fail("replay: " + node.name + ": " + difference);
    }
    const ViewNo allowed = further_views_allowed();
    const ViewNo now = highest_view();
    if (checkers_.violation().empty() && now > view_at_calm_ + allowed) {
        checkers_.fail("liveness: " + std::to_string(now - view_at_calm_) +
                       " view changes after the faults stopped, " + std::to_string(allowed) +
                       " allowed" + disorder());
    }
}

Outcome World::run() {
    start_all();
    start_chaos();
    run_until(plan_.chaos_until);
    if (checkers_.violation().empty()) calm();
    const Tick limit = now_ + plan_.calm_limit;
    bool in_order = false;
    while (!in_order && now_ < limit && checkers_.violation().empty()) {
        run_until(now_ + 250);
        in_order = settled();
    }
    if (!in_order && checkers_.violation().empty()) {
        std::size_t open = 0;
        for (const auto& [digest, mine] : submitted_) open += is_answered(digest) ? 0U : 1U;
        checkers_.fail("liveness: not in order " + std::to_string(plan_.calm_limit / 1000) +
                       " s after the calm, " + std::to_string(open) + " requests open" +
                       disorder());
    }
    Outcome outcome;
    outcome.settled_after = now_ - calm_since_;
    if (checkers_.violation().empty()) final_checks();
    for (const auto& [digest, mine] : submitted_)
        outcome.requests_answered += is_answered(digest) ? 1U : 0U;
    outcome.view_changes = view_changes_;
    outcome.catchups = catchups_;
    outcome.share_checks = share_checks_;
    for (const auto& node : nodes_) {
        if (!node->alive) continue;
        const Status status = node->replica->status();
        outcome.view_changes += status.view_changes;
        outcome.catchups += status.catchups;
        outcome.share_checks += status.share_checks;
    }
    outcome.views_after_calm = highest_view() - std::min(view_at_calm_, highest_view());
    outcome.violation = checkers_.violation();
    outcome.batches = checkers_.batches();
    outcome.steps = steps_;
    outcome.virtual_ms = now_;
    outcome.sometimes = sometimes_;
    return outcome;
}

}  // namespace stadtbuch::simulation
