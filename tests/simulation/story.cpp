// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/story.hpp"

#include <algorithm>
#include <utility>

namespace stadtbuch::simulation {

using namespace consensus;

Plan default_profile(std::size_t nodes) {
    Plan plan;
    plan.nodes = nodes;
    plan.delay_max = 40;
    plan.disk_max = 10;
    return plan;
}

Plan plan_for(std::size_t nodes) {
    Plan plan;
    plan.nodes = nodes;
    plan.limits = quick_limits();
    plan.limits.checkpoint_every = 10;
    plan.limits.log_size = 30;
    plan.delay_max = 30;
    plan.disk_max = 10;
    return plan;
}

Plan plan_for(std::size_t nodes, std::size_t spares, std::size_t changes) {
    Plan plan = plan_for(nodes);
    plan.spares = spares;
    plan.registry_changes = changes;
    return plan;
}

std::vector<std::size_t> first(std::size_t count) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(i);
    return out;
}

Story::Story(Plan plan) : world_(std::move(plan)) {
    lose({});
    world_.start_all();
    world_.run_until(2 * second + 10 * world_.plan().delay_max);
    expect(world_.all_level(), "the pool starts");
}

void Story::expect(bool holds, const std::string& what) {
    if (!world_.violation().empty() && failure_.empty()) failure_ = world_.violation();
    if (!holds && failure_.empty())
        failure_ = "not so at " + std::to_string(world_.now()) + " ms: " + what;
}

/// None of them is refused: that happens when a ledger's sum is divisible by seven.
ToyRequest Story::next(LedgerId ledger) {
    const bool is_first = begun_.insert(ledger).second;
    ++id_;
    return {id_, ledger, is_first ? 1 : 7 * id_, {}, {}};
}

void Story::write(std::size_t count, Tick pause, const std::vector<std::size_t>& to) {
    for (std::size_t i = 0; i < count; ++i) {
        last_ = world_.submit_and_retry(next(LedgerId::domain), to);
        run_for(pause);
    }
}

std::string Story::send(const std::vector<std::size_t>& to, LedgerId ledger) {
    return world_.submit(next(ledger), to);
}

void Story::change_members(const std::string& admit, const std::string& remove) {
    std::vector<std::size_t> everybody;
    for (std::size_t i = 0; i < world_.plan().nodes + world_.plan().spares; ++i)
        everybody.push_back(i);
    ToyRequest request = next(LedgerId::pool);
    request.admit = admit;
    request.remove = remove;
    last_ = world_.submit_and_retry(request, everybody);
}

void Story::answered_within(Tick limit) {
    expect_within(limit, "the last write is answered", [&] { return world_.is_answered(last_); });
}

void Story::level_within(Tick limit) {
    expect_within(limit, "all are level", [&] { return world_.all_level(); });
}

void Story::all_is_well_within(Tick limit) {
    std::vector<std::size_t> everybody;
    for (std::size_t i = 0; i < world_.plan().nodes; ++i) everybody.push_back(i);
    write(1, 0, everybody);
    answered_within(limit);
    level_within(limit);
}

void Story::watch(Filter lost) {
    world_.set_filter([batches = batches_, lost = std::move(lost)](std::size_t from, std::size_t to,
                                                                   const Message& message) {
        if (is_batch(message)) {
            const auto& pp = *as<messages::PrePrepare>(message);
            const bool known = std::any_of(batches->begin(), batches->end(), [&](const auto& one) {
                return one.view_no == pp.view_no && one.digest == pp.digest;
            });
            if (!known) batches->push_back(pp);
        }
        return !lost || !lost(from, to, message);
    });
}

void Story::lose(Filter filter) {
    watch(std::move(filter));
}

void Story::keep_back(Filter filter) {
    watch([kept = kept_, filter = std::move(filter)](std::size_t from, std::size_t to,
                                                     const Message& message) {
        const bool hold = filter(from, to, message);
        if (hold) kept->push_back({from, to, message});
        return hold;
    });
}

void Story::deliver_kept(bool backwards) {
    lose({});
    if (backwards) std::reverse(kept_->begin(), kept_->end());
    Tick when = world_.now();
    for (const Kept& one : std::exchange(*kept_, {})) {
        when += 100;  // longer than any link takes, so that this order is the order of arrival
        world_.at(when, [this, one] { world_.inject(one.from, one.to, one.message); });
    }
    world_.run_until(when + 100);
}

messages::PrePrepare Story::forged(ViewNo view, PpSeqNo seq,
                                   const std::vector<std::string>& digests) const {
    messages::PrePrepare pp;
    pp.view_no = view;
    pp.pp_seq_no = seq;
    pp.pp_time = 1'600'000'000 + static_cast<UnixSeconds>(world_.now() / 1000) + 1;
    pp.digests = digests;
    pp.digest = messages::pre_prepare_digest(view, pp.pp_time, digests);
    pp.state_root = pp.txn_root = pp.audit_txn_root = Hash32{};
    return pp;
}

void Story::inject(std::size_t from, const std::vector<std::size_t>& to, const Message& message) {
    for (const std::size_t node : to) world_.inject(from, node, message);
}

std::uint64_t Story::view_changes() const {
    std::uint64_t most = 0;
    for (std::size_t i = 0; i < world_.plan().nodes; ++i) {
        if (world_.is_alive(i)) most = std::max(most, status(i).view_changes);
    }
    return most;
}

bool Story::suspected(Reason reason) const {
    const auto& all = world_.suspicions();
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& entry) { return entry.second.reason == reason; });
}

const std::string& Story::failure() {
    expect(true, "");
    return failure_;
}

bool is_batch(const messages::Message& message) {
    const auto* pp = as<messages::PrePrepare>(message);
    return pp != nullptr && pp->inst_id == 0;
}

bool is_prepare(const messages::Message& message) {
    const auto* prepare = as<messages::Prepare>(message);
    return prepare != nullptr && prepare->inst_id == 0;
}

bool is_commit(const messages::Message& message) {
    const auto* commit = as<messages::Commit>(message);
    return commit != nullptr && commit->inst_id == 0;
}

void ask_for_view(Story& story, ViewNo view, const std::vector<std::size_t>& who) {
    for (const std::size_t from : who) story.inject(from, who, messages::InstanceChange{view, 25});
    story.expect_within(30 * second, "view " + std::to_string(view), [&] {
        return std::all_of(who.begin(), who.end(), [&](std::size_t node) {
            return story.view(node) == view && story.world().replica(node).is_participating();
        });
    });
}

}  // namespace stadtbuch::simulation
