// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Clients, the passing of time, and what a whole run consists of.
#include <algorithm>
#include <string>

#include "tests/simulation/world_node.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

std::string World::submit(const ToyRequest& request, const std::vector<std::size_t>& to) {
    const std::string text = request.text();
    const std::string digest = ToyRequest::digest_of(text);
    submitted_.try_emplace(digest, Submitted{request, text, {}, {}, 3000});
    for (const std::size_t index : to) {
        Node& node = *nodes_[index];
        if (!node.alive || node.is_observer) continue;
        node.executor->register_request(text);
        step(index, ClientRequest{digest, request.ledger, text, std::nullopt});
    }
    return digest;
}

bool World::is_answered(const std::string& digest) const {
    const auto it = submitted_.find(digest);
    return it != submitted_.end() && it->second.answered_by.size() >= weak_quorum();
}

void World::retry(const std::string& digest) {
    Submitted& mine = submitted_.at(digest);
    if (is_answered(digest)) return;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < validators(); ++i) all.push_back(i);
    // A node that has executed it answers from its store (design §3), which counts as an answer.
    for (const std::size_t i : all) {
        if (nodes_[i]->alive && nodes_[i]->executor->is_ordered(digest)) {
            mine.answered_by.insert(i);
        }
    }
    const ToyRequest request = mine.request;
    const Tick after = mine.retry_after;
    mine.retry_after = std::min<Tick>(mine.retry_after * 2, 12000);
    submit(request, all);
    at(now_ + after, [this, digest] { retry(digest); });
}

void World::run_until(Tick tick) {
    while (!queue_.empty() && queue_.top().at <= tick && checkers_.violation().empty()) {
        Item item = queue_.top();
        queue_.pop();
        now_ = item.at;
        item.what();
    }
    now_ = std::max(now_, tick);
}

bool World::run_until_true(const std::function<bool()>& condition, Tick limit) {
    while (checkers_.violation().empty()) {
        if (condition()) return true;
        if (queue_.empty() || queue_.top().at > limit) return false;
        Item item = queue_.top();
        queue_.pop();
        now_ = item.at;
        item.what();
    }
    return false;
}

bool World::all_level() const {
    const Node* first = nodes_[0].get();
    for (const auto& node : nodes_) {
        if (!node->alive || !first->alive) return false;
        for (const LedgerId ledger :
             {LedgerId::pool, LedgerId::domain, LedgerId::config, LedgerId::audit}) {
            if (node->executor->committed_txn_root(ledger) !=
                first->executor->committed_txn_root(ledger))
                return false;
        }
        const auto registry = node->executor->committed_registry();
        if (std::find(registry.begin(), registry.end(), node->name) == registry.end()) continue;
        if (!node->replica->is_participating()) return false;
    }
    return true;
}

void World::calm() {
    calm_ = true;
    for (const auto& [a, b] : std::set(cuts_)) cut(a, b, false);
    for (std::size_t i = 0; i < nodes_.size(); ++i) restart(i);
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < plan_.nodes; ++i) all.push_back(i);
    for (std::uint64_t i = 0; i < 3; ++i) {
        ToyRequest request{1'000'000 + i, LedgerId::domain, 1 + i, {}, {}};
        const std::string digest = submit(request, {all[static_cast<std::size_t>(i) % all.size()]});
        at(now_ + 3000, [this, digest] { retry(digest); });
    }
}

Outcome World::run() {
    start_all();
    plan_chaos();
    run_until(plan_.chaos_until);
    if (checkers_.violation().empty()) calm();
    const Tick limit = now_ + plan_.calm_limit;
    bool settled = false;
    while (!settled && now_ < limit && checkers_.violation().empty()) {
        run_until(now_ + 250);
        settled =
            all_level() && std::all_of(submitted_.begin(), submitted_.end(),
                                       [&](const auto& entry) { return is_answered(entry.first); });
    }
    if (!settled) {
        std::string state =
            " (" + std::to_string(plan_.nodes) + " nodes, " + std::to_string(plan_.spares) +
            " spares, " + std::to_string(plan_.registry_changes) + " registry changes, " +
            (plan_.liar ? "liar Node" + std::to_string(*plan_.liar + 1) : std::string("no liar")) +
            (plan_.lies_for_ever ? " for ever" : "") + ")";
        for (const auto& node : nodes_) {
            if (!node->alive) continue;
            const Status s = node->replica->status();
            state += "\n  " + node->name + " " + std::string(to_text(s.phase)) + " view " +
                     std::to_string(s.view_no) + " n " + std::to_string(s.n) + " of " +
                     std::to_string(node->executor->committed_registry().size()) + " ordered " +
                     std::to_string(s.last_ordered) + " stable " +
                     std::to_string(s.stable_checkpoint) + " waiting " +
                     std::to_string(s.requests_waiting) + " in flight " +
                     std::to_string(s.batches_in_flight) + " stash " +
                     std::to_string(s.stashed_messages);
        }
        std::size_t open = 0;
        for (const auto& [digest, mine] : submitted_) open += is_answered(digest) ? 0U : 1U;
        checkers_.fail("liveness: not in order " + std::to_string(plan_.calm_limit / 1000) +
                       " s after the calm, " + std::to_string(open) + " requests open" + state);
    }
    std::set<std::string> executed;
    Outcome outcome;
    for (const auto& [digest, mine] : submitted_) {
        outcome.requests_answered += is_answered(digest) ? 1U : 0U;
        if (mine.executed_by.size() >= weak_quorum()) executed.insert(digest);
    }
    outcome.view_changes = view_changes_;
    outcome.catchups = catchups_;
    for (const auto& node : nodes_) {
        if (!node->alive) continue;
        if (checkers_.violation().empty())
            checkers_.acknowledged(node->name, executed, *node->executor);
        outcome.view_changes += node->replica->status().view_changes;
        outcome.catchups += node->replica->status().catchups;
        outcome.share_checks += node->replica->status().share_checks;
    }
    outcome.violation = checkers_.violation();
    outcome.batches = checkers_.batches();
    outcome.steps = steps_;
    outcome.virtual_ms = now_;
    return outcome;
}

}  // namespace stadtbuch::simulation
