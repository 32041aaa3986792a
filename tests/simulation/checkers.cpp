// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/checkers.hpp"

#include <algorithm>

namespace stadtbuch::simulation {

using namespace consensus;

void Checkers::fail(const std::string& text) {
    if (violation_.empty()) violation_ = text;
}

Checkers::Checkers(const Plan& plan) : plan_(plan) {
    for (std::size_t i = 1; i <= plan.nodes; ++i) members_.insert("Node" + std::to_string(i));
}

void Checkers::ordered(const std::string& node, const OrderedBatch& batch) {
    const auto [it, fresh] =
        canonical_.try_emplace(batch.pp_seq_no, Decision{batch.digest, batch.audit_root});
    if (!fresh) {
        const Decision& decided = it->second;
        if (decided.digest != batch.digest || decided.audit_root != batch.audit_root)
            fail("agreement: " + node + " ordered another batch at " +
                 std::to_string(batch.pp_seq_no));
        return;
    }
    if (batch.ledger == LedgerId::pool) {
        std::set<NodeName> members(batch.node_registry.begin(), batch.node_registry.end());
        if (members != members_) views_ended_by_members_.insert(batch.original_view_no);
        members_ = std::move(members);
    }
    for (std::size_t i = 0; i < batch.digests.size(); ++i) {
        const RequestDigest& digest = batch.digests[i];
        if (valid_.count(digest) == 0)
            return fail("validity: " + node + " ordered what no client signed: " + digest);
        const bool refused = std::find(batch.discarded.begin(), batch.discarded.end(),
                                       static_cast<std::uint32_t>(i)) != batch.discarded.end();
        if (refused) continue;
        const auto [at, first] = executed_at_.try_emplace(digest, batch.pp_seq_no);
        if (!first && at->second != batch.pp_seq_no) {
            fail("exactly once: " + digest + " executed at " + std::to_string(at->second) +
                 " and " + std::to_string(batch.pp_seq_no));
        }
    }
}

void Checkers::forget_above(PpSeqNo last) {
    canonical_.erase(canonical_.upper_bound(last), canonical_.end());
    for (auto it = executed_at_.begin(); it != executed_at_.end();)
        it = it->second > last ? executed_at_.erase(it) : std::next(it);
}

void Checkers::caught_up(const std::string& node, const CaughtUp& range, const Executor& executor) {
    if (range.ledger != LedgerId::audit) return;
    for (PpSeqNo seq = range.first; seq <= range.last; ++seq) {
        const auto decided = canonical_.find(seq);
        if (decided == canonical_.end())
            return fail("agreement: " + node + " caught up undecided " + std::to_string(seq));
        if (executor.txn_root_at(LedgerId::audit, seq) != decided->second.audit_root) {
            return fail("agreement: " + node + " caught up another history at " +
                        std::to_string(seq));
        }
    }
}

void Checkers::sent(const std::string& node, const messages::Message& message) {
    const auto once = [&](auto& memory, auto key, const std::string& digest, const char* what) {
        const auto [it, fresh] = memory.try_emplace(key, digest);
        if (!fresh && it->second != digest)
            fail(std::string(what) + ": " + node + " contradicts itself");
    };
    if (const auto* prepare = std::get_if<messages::Prepare>(&message)) {
        if (prepare->inst_id != 0) return;
        once(prepares_, std::tuple{node, prepare->view_no, prepare->pp_seq_no}, prepare->digest,
             "PREPARE");
    } else if (const auto* pp = std::get_if<messages::PrePrepare>(&message)) {
        if (pp->inst_id != 0) return;
        once(proposals_, std::tuple{node, pp->view_no, pp->pp_seq_no}, pp->digest, "PRE-PREPARE");
    } else if (const auto* change = std::get_if<messages::ViewChange>(&message)) {
        once(view_changes_, std::tuple{node, change->view_no},
             messages::view_change_digest(*change), "VIEW_CHANGE");
    } else if (const auto* view = std::get_if<messages::NewView>(&message)) {
        once(new_views_, std::tuple{node, view->view_no}, messages::new_view_digest(*view),
             "NEW_VIEW");
    }
}

void Checkers::suspected(const std::string& node, const Suspicion& suspicion) {
    // A node that doubts its own batch accuses nobody.
    if (suspicion.from.empty() || suspicion.from == node) return;
    if (!is_honest_ || !is_honest_(suspicion.from)) return;
    // With a liar among the members an honest vote can look wrong beside the liar's batch; what
    // these name, only the author of a contradiction can have done.
    const bool proves = suspicion.reason == Reason::view_change_twice ||
                        suspicion.reason == Reason::prepare_from_primary ||
                        suspicion.reason == Reason::pre_prepare_digest_wrong ||
                        suspicion.reason == Reason::sub_seq_no_wrong ||
                        suspicion.reason == Reason::multi_signature_wrong ||
                        suspicion.reason == Reason::commit_signature_wrong ||
                        suspicion.reason == Reason::wrong_catchup_reply;
    // Clocks differ, members come and go, and a queue is full because of all senders.
    const bool innocent = suspicion.reason == Reason::pre_prepare_time_wrong ||
                          suspicion.reason == Reason::not_a_member ||
                          suspicion.reason == Reason::queue_full;
    // Who has not heard of a change of members yet counts others and expects other primaries.
    const bool by_members = suspicion.reason == Reason::prepare_from_primary;
    if (innocent || (plan_.registry_changes > 0 && by_members)) return;
    if ((!plan_.byzantine.empty() || plan_.registry_changes > 0) && !proves) return;
    fail("accusation: " + node + " suspects honest " + suspicion.from + ": " +
         std::string(to_text(suspicion.reason)) + " at " + std::to_string(suspicion.pp_seq_no));
}

void Checkers::stepped(const std::string& node, ViewNo view_before, const Load& load,
                       std::size_t records, std::size_t requests_known) {
    // Twins are two nodes of one name, each with its own view.
    if (load.view_no < view_before) return fail("view of " + node + " fell");
    const Limits& limits = plan_.limits;
    const std::size_t members = plan_.nodes + plan_.spares;
    over(node, "requests held", load.requests_held, limits.requests_max + 4000);
    over(node, "octets of requests", load.request_bytes, limits.request_bytes_max + (8u << 20));
    over(node, "batches in flight", load.batches_in_flight,
         static_cast<std::size_t>(limits.log_size));
    over(node, "stashed messages", load.stashed_messages, limits.stash_messages_max * members);
    over(node, "stashed octets", load.stashed_bytes, limits.stash_bytes_max * members);
    // Two records for each number in the window, votes of each member for views ahead, and a few.
    over(node, "vote records", records,
         2 * static_cast<std::size_t>(limits.log_size) + members * limits.votes_ahead_max + 16);
    over(node, "requests known to execution", requests_known, limits.requests_max + 8000);
}

void Checkers::looked_at(const std::string& node, const Status& status, std::size_t record_octets) {
    const bool knows_members =
        !canonical_.empty() && status.last_ordered == canonical_.rbegin()->first;
    if (knows_members && !status.primary.empty()) selected(status.view_no, status.primary);
    over(node, "octets of vote records", record_octets, plan_.limits.request_bytes_max);
}

void Checkers::over(const std::string& node, const char* what, std::size_t have, std::size_t most) {
    if (have <= most) return;
    fail(std::string("bounds: ") + what + " of " + node + ": " + std::to_string(have) + " of " +
         std::to_string(most));
}

void Checkers::selected(ViewNo view, const NodeName& primary) {
    if (members_.count(primary) == 0) views_ended_by_members_.insert(view);
    if (plan_.lies_for_ever && is_honest_ && !is_honest_(primary)) hostile_turns_.insert(view);
}

void Checkers::executor_fault(const std::string& node, const std::string& fault) {
    if (!fault.empty()) fail("executor of " + node + ": " + fault);
}

void Checkers::acknowledged(const std::string& node, const std::set<std::string>& digests,
                            const std::function<bool(const std::string& digest)>& has_executed) {
    for (const std::string& digest : digests) {
        const auto at = executed_at_.find(digest);
        if (at == executed_at_.end())
            return fail("durability: " + digest + " was acknowledged and never executed");
        if (!has_executed(digest))
            return fail("durability: " + node + " lacks acknowledged " + digest);
    }
}

}  // namespace stadtbuch::simulation
