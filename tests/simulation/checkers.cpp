// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/simulation/checkers.hpp"

namespace stadtbuch::simulation {

using namespace consensus;

void Checkers::fail(const std::string& text) {
    if (violation_.empty()) violation_ = text;
}

void Checkers::ordered(const std::string& node, const OrderedBatch& batch) {
    const auto [it, fresh] = canonical_.try_emplace(
        batch.pp_seq_no, Decision{batch.digest, batch.audit_root, batch.original_view_no});
    if (fresh) return;
    const Decision& decided = it->second;
    if (decided.digest != batch.digest || decided.audit_root != batch.audit_root) {
        fail("agreement: " + node + " ordered another batch at " + std::to_string(batch.pp_seq_no));
    }
}

void Checkers::caught_up(const std::string& node, const CaughtUp& range,
                         const ToyExecutor& executor) {
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
    }
}

void Checkers::stepped(const std::string& node, unsigned incarnation, const Replica& replica,
                       const ToyExecutor& executor) {
    if (!executor.fault().empty()) return fail("executor of " + node + ": " + executor.fault());
    const Status status = replica.status();
    auto& view = views_[{node, incarnation}];
    if (status.view_no < view) return fail("view of " + node + " fell");
    view = status.view_no;
    const bool bounded = status.requests_held <= limits_.requests_max + 4000 &&
                         status.batches_in_flight <= limits_.log_size &&
                         status.stashed_messages <= limits_.stash_messages_max * 16;
    if (!bounded) fail("bounds: queues of " + node + " grow");
}

void Checkers::acknowledged(const std::string& node, const std::set<std::string>& digests,
                            const ToyExecutor& executor) {
    for (const std::string& digest : digests) {
        if (!executor.is_ordered(digest))
            return fail("durability: " + node + " lacks acknowledged " + digest);
    }
}

}  // namespace stadtbuch::simulation
