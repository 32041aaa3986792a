// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What is seen in passing: the counters of interesting states.
#include <algorithm>

#include "tests/simulation/world_node.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

namespace {

struct Observer {
    Sometimes& sometimes;

    void operator()(const messages::NewView& m) const {
        if (!m.batches.empty()) sometimes.saw(State::new_view_recreates_batches);
        const bool mixed = std::any_of(m.batches.begin(), m.batches.end(), [&](const auto& id) {
            return id.view_no != m.batches.front().view_no;
        });
        if (mixed) sometimes.saw(State::new_view_mixes_views);
    }

    void operator()(const messages::ViewChange& m) const {
        if (!m.prepared.empty()) sometimes.saw(State::view_change_with_prepared);
    }

    void operator()(const messages::OldViewPrePrepareReq&) const {
        sometimes.saw(State::old_batch_asked_for);
    }

    void operator()(const messages::OldViewPrePrepareRep&) const {
        sometimes.saw(State::old_batch_given);
    }

    void operator()(const messages::MessageRequest& m) const {
        using messages::RequestedType;
        if (m.type == RequestedType::pre_prepare) sometimes.saw(State::pre_prepare_asked_for);
        if (m.type == RequestedType::prepare || m.type == RequestedType::commit)
            sometimes.saw(State::vote_asked_for);
        if (m.type == RequestedType::propagate) sometimes.saw(State::request_asked_for);
        if (m.type == RequestedType::view_change) sometimes.saw(State::view_change_asked_for);
    }

    void operator()(const messages::MessageResponse& m) const {
        if (m.type == messages::RequestedType::new_view) sometimes.saw(State::new_view_given_again);
    }

    void operator()(const messages::InstanceChange& m) const {
        switch (static_cast<Reason>(m.reason)) {
            case Reason::primary_disconnected:
                return sometimes.saw(State::vote_primary_disconnected);
            case Reason::primary_degraded:
                return sometimes.saw(State::vote_no_progress);
            case Reason::view_change_timeout:
                return sometimes.saw(State::vote_view_change_timeout);
            case Reason::node_count_changed:
                return sometimes.saw(State::vote_member_count);
            case Reason::pre_prepare_digest_wrong:
            case Reason::discarded_wrong:
            case Reason::state_root_wrong:
            case Reason::txn_root_wrong:
            case Reason::audit_root_wrong:
                return sometimes.saw(State::vote_bad_batch);
            default:
                return;
        }
    }

    template <class M>
    void operator()(const M&) const {}
};

std::optional<State> state_of(Reason reason) {
    switch (reason) {
        case Reason::duplicate_pre_prepare:
        case Reason::duplicate_prepare:
            return State::equivocation_seen;
        case Reason::discarded_wrong:
        case Reason::state_root_wrong:
        case Reason::txn_root_wrong:
        case Reason::audit_root_wrong:
        case Reason::pre_prepare_digest_wrong:
        case Reason::sub_seq_no_wrong:
            return State::wrong_batch_refused;
        case Reason::prepare_digest_wrong:
        case Reason::prepare_state_root_wrong:
        case Reason::prepare_txn_root_wrong:
        case Reason::prepare_audit_root_wrong:
            return State::wrong_prepare_seen;
        case Reason::commit_signature_wrong:
        case Reason::multi_signature_wrong:
            return State::wrong_share_seen;
        case Reason::pre_prepare_time_wrong:
            return State::wrong_time_seen;
        case Reason::new_view_batches_wrong:
        case Reason::new_view_checkpoint_wrong:
            return State::wrong_new_view_refused;
        case Reason::wrong_catchup_reply:
            return State::wrong_catchup_refused;
        case Reason::view_change_twice:
            return State::two_view_changes_of_one;
        case Reason::not_a_member:
            return State::stranger_refused;
        default:
            return std::nullopt;
    }
}

constexpr std::size_t overheard_max = 96;

}  // namespace

void World::observe(std::size_t, const messages::Message& message) {
    std::visit(Observer{sometimes_}, message);
    if (plan_.byzantine.empty()) return;
    // For a replayer: a sample of what passed, old and new.
    auto copy = std::make_shared<const messages::Message>(message);
    if (overheard_.size() < overheard_max) {
        overheard_.push_back(std::move(copy));
    } else if (lies_.chance(100)) {
        overheard_[static_cast<std::size_t>(lies_.below(overheard_max))] = std::move(copy);
    }
}

void World::observe(const Actions& actions, const Node& node) {
    if (!actions.caught_up.empty() && node.incarnation > 0 && now_ > 1000)
        sometimes_.saw(State::caught_up_after_start);
    for (const OrderedBatch& batch : actions.ordered) {
        if (batch.view_no != batch.original_view_no)
            sometimes_.saw(State::batch_of_old_view_ordered);
        if (!batch.discarded.empty()) sometimes_.saw(State::request_refused);
        if (batch.digests.empty()) sometimes_.saw(State::empty_batch);
        if (batch.node_registry.size() > node.members.size() / 2 &&
            batch.ledger == LedgerId::pool && membership_varies_) {
            const auto& names = batch.node_registry;
            const auto& before = node.members;
            for (const NodeName& name : names) {
                if (std::find(before.begin(), before.end(), name) == before.end())
                    sometimes_.saw(State::member_admitted);
            }
            for (const NodeName& name : before) {
                if (std::find(names.begin(), names.end(), name) != names.end()) continue;
                sometimes_.saw(State::member_removed);
                if (!batch.primaries.empty() && batch.primaries.front() == name)
                    sometimes_.saw(State::primary_removed);
            }
        }
    }
    if (!actions.proofs.empty()) sometimes_.saw(State::proof_published);
    for (const Suspicion& suspicion : actions.suspicions) {
        if (const auto state = state_of(suspicion.reason)) sometimes_.saw(*state);
    }
}

}  // namespace stadtbuch::simulation
