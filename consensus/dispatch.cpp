// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Which part answers which event and which message, and what is refused or kept before that
// (plenum-consensus §3.6).
#include <algorithm>

#include "consensus/catchup/seeder.hpp"
#include "consensus/parts.hpp"

namespace stadtbuch::consensus {

using messages::RequestedType;

void Replica::Parts::on(const Event& event) {
    if (std::holds_alternative<Started>(event) && !started) {
        started = true;
        core.started_at = core.now.tick;
        if (recovering && recovers_at == 0 && !in_doubt) core.persist(records::recover_key, "");
        begin_catchup();
    } else if (const auto* received = std::get_if<Received>(&event)) {
        if (started) on_message(received->from, received->message);
    } else if (const auto* request = std::get_if<ClientRequest>(&event)) {
        if (is_voter()) requests.on_client_request(*request);
    } else if (const auto* up = std::get_if<PeerConnected>(&event)) {
        if (!core.connected.insert(up->peer).second || !started) return;
        if (is_voter()) {
            // The reference learns from this push that a peer is there and how long its pool ledger
            // is (§1.3).
            core.send({up->peer},
                      catchup::status_of(core.executor, LedgerId::pool, catchup::Asker::node));
        }
        if (recovering && first_catchup_done) say_votes_are_lost({up->peer});
        leecher.on_peer_connected(up->peer);
        view_changer.on_peer_connected(up->peer);
        // What a connection missed while it was down shows as a difference of the audit ledgers
        // (plenum-lessons A1, #1700).
        next_probe = std::min(next_probe, core.now.tick + core.limits.lag_probe_delay);
    } else if (const auto* down = std::get_if<PeerDisconnected>(&event)) {
        if (core.connected.erase(down->peer) != 0)
            core.lost_since[down->peer] = core.now.tick - std::min(core.now.tick, down->silent_for);
    } else if (const auto* durable = std::get_if<MadeDurable>(&event)) {
        core.durable = std::max(core.durable, durable->upto);
    } else if (const auto* sign = std::get_if<Signed>(&event)) {
        instances[0]->on_signed(*sign);
    } else if (const auto* shares = std::get_if<SharesChecked>(&event)) {
        instances[0]->on_shares_checked(*shares);
    } else if (const auto* proof = std::get_if<ProofChecked>(&event)) {
        instances[0]->on_proof_checked(*proof);
    } else if (const auto* cut = std::get_if<CutBatch>(&event)) {
        commanded_cuts.push_back(*cut);
    }
}

Ordering* Replica::Parts::instance(messages::InstanceId inst) {
    return inst < instances.size() ? instances[static_cast<std::size_t>(inst)].get() : nullptr;
}

bool Replica::Parts::is_voter() const {
    return core.role == Role::validator && core.is_member(core.self) && !recovering;
}

void Replica::Parts::on_three_phase(const NodeName& from, const messages::Message& message,
                                    messages::InstanceId inst, ViewNo view, PpSeqNo seq) {
    Ordering* ordering = instance(inst);
    if (ordering == nullptr) return;
    const Verdict verdict = ordering->admit(view, seq);
    if (verdict == Verdict::drop) return;
    if (verdict == Verdict::keep_for_later) {
        // The pool is a whole log ahead, and a catch-up that heard too few members may have ended
        // without knowing it (seed 122000105232).
        if (inst == 0 && ordering->is_beyond_window(view, seq))
            next_probe = std::min(next_probe, core.now.tick + core.limits.lag_probe_delay);
        return stash.keep(from, message);
    }
    if (const auto* pp = std::get_if<messages::PrePrepare>(&message)) {
        ordering->on_pre_prepare(from, *pp, Origin::network);
    } else if (const auto* prepare = std::get_if<messages::Prepare>(&message)) {
        ordering->on_prepare(from, *prepare);
    } else if (const auto* commit = std::get_if<messages::Commit>(&message)) {
        ordering->on_commit(from, *commit);
    }
}

void Replica::Parts::on_checkpoint(const NodeName& from, const messages::Checkpoint& checkpoint) {
    Ordering* ordering = instance(checkpoint.inst_id);
    if (ordering == nullptr) return;
    // Backups restart their numbers in every view, so there an old view says nothing; on the master
    // it does.
    if (checkpoint.inst_id != 0 && checkpoint.view_no != core.view_no) return;
    ordering->on_checkpoint(from, checkpoint);
}

bool Replica::Parts::may_speak(const NodeName& from) const {
    if (from == core.self) return false;
    if (core.is_member(from)) return true;
    // Admitted by a committed transaction, but not yet counted (plenum-consensus §7.2).
    const auto committed = core.executor.committed_registry();
    return std::find(committed.begin(), committed.end(), from) != committed.end();
}

void Replica::Parts::on_message(const NodeName& from, const messages::Message& message) {
    if (!may_speak(from)) return core.suspect(from, Reason::not_a_member);

    // Catch-up is for everybody, also for those who do not vote. What is said of the own ledgers
    // must survive a power cut: f+1 members who say the same stand for one honest disk that holds
    // it.
    if (const auto* status = std::get_if<messages::LedgerStatus>(&message)) {
        for (auto& reply : catchup::answer(core.executor, *status, catchup::Asker::node))
            core.send({from}, std::move(reply), core.barrier());
        return on_ledger_status(from, *status);
    }
    if (const auto* proof = std::get_if<messages::ConsistencyProof>(&message))
        return leecher.on_consistency_proof(from, *proof);
    if (const auto* reply = std::get_if<messages::CatchupRep>(&message))
        return leecher.on_catchup_rep(from, *reply);
    if (const auto* request = std::get_if<messages::CatchupReq>(&message)) {
        for (auto& part : catchup::answer(core.executor, *request, core.limits.frame_bytes_max))
            core.send({from}, std::move(part), core.barrier());
        return;
    }
    if (const auto* question = std::get_if<messages::MessageRequest>(&message))
        return on_request(from, *question);
    if (const auto* response = std::get_if<messages::MessageResponse>(&message))
        return on_response(from, *response);
    const auto* seen = std::get_if<messages::Checkpoint>(&message);
    if (recovering && seen != nullptr) return note_foreign_checkpoint(from, *seen);
    if (!is_voter() || !core.is_member(from)) return;

    if (const auto* propagate = std::get_if<messages::Propagate>(&message)) {
        requests.on_propagate(from, *propagate);
    } else if (const auto* pp = std::get_if<messages::PrePrepare>(&message)) {
        on_three_phase(from, message, pp->inst_id, pp->view_no, pp->pp_seq_no);
    } else if (const auto* prepare = std::get_if<messages::Prepare>(&message)) {
        on_three_phase(from, message, prepare->inst_id, prepare->view_no, prepare->pp_seq_no);
    } else if (const auto* commit = std::get_if<messages::Commit>(&message)) {
        on_three_phase(from, message, commit->inst_id, commit->view_no, commit->pp_seq_no);
    } else if (const auto* checkpoint = std::get_if<messages::Checkpoint>(&message)) {
        on_checkpoint(from, *checkpoint);
    } else if (const auto* vote = std::get_if<messages::InstanceChange>(&message)) {
        view_changer.on_instance_change(from, *vote);
    } else if (const auto* change = std::get_if<messages::ViewChange>(&message)) {
        if (!core.participating || !view_changer.on_view_change(from, *change))
            stash.keep(from, message);
    } else if (const auto* ack = std::get_if<messages::ViewChangeAck>(&message)) {
        if (!core.participating || !view_changer.on_ack(from, *ack)) stash.keep(from, message);
    } else if (const auto* view = std::get_if<messages::NewView>(&message)) {
        if (!core.participating || !view_changer.on_new_view(from, *view))
            stash.keep(from, message);
    } else if (const auto* old = std::get_if<messages::OldViewPrePrepareReq>(&message)) {
        if (old->inst_id == 0) view_changer.on_old_request(from, *old);
    } else if (const auto* pps = std::get_if<messages::OldViewPrePrepareRep>(&message)) {
        if (pps->inst_id == 0) view_changer.on_old_reply(from, *pps);
    }
    // BACKUP_INSTANCE_FAULTY is read and left: our backups are cheap and stay (plenum-lessons B15).
}

void Replica::Parts::on_ledger_status(const NodeName& from, const messages::LedgerStatus& status) {
    if (status.ledger == LedgerId::audit && core.is_member(from))
        instances[0]->on_audit_size(from, status.txn_seq_no);
    leecher.on_ledger_status(from, status);
}

void Replica::Parts::on_request(const NodeName& from, const messages::MessageRequest& question) {
    switch (question.type) {
        case RequestedType::ledger_status:
        case RequestedType::consistency_proof:
            for (auto& reply : catchup::answer(core.executor, question))
                core.send({from}, std::move(reply), core.barrier());
            return;
        case RequestedType::propagate:
            if (auto propagate = requests.as_propagate(question.params.digest)) {
                messages::MessageResponse response;
                response.type = question.type;
                response.params = question.params;
                response.content = std::move(*propagate);
                core.send({from}, std::move(response));
            }
            return;
        case RequestedType::view_change:
        case RequestedType::new_view:
            if (auto response = view_changer.answer(question))
                core.send({from}, std::move(*response), core.barrier());
            return;
        case RequestedType::pre_prepare:
        case RequestedType::prepare:
        case RequestedType::commit:
            break;
    }
    Ordering* ordering = instance(question.params.inst_id);
    if (ordering == nullptr) return;
    if (auto response = ordering->answer(question)) {
        core.send({from}, std::move(*response), core.barrier());
    } else if (core.is_member(from)) {
        ordering->on_vote_wanted(question);
        view_changer.on_vote_wanted(question);
    }
}

void Replica::Parts::on_response(const NodeName& from, const messages::MessageResponse& response) {
    switch (response.type) {
        case RequestedType::ledger_status:
            if (const auto* status = std::get_if<messages::LedgerStatus>(&response.content)) {
                if (status->ledger == response.params.ledger) on_ledger_status(from, *status);
            }
            return;
        case RequestedType::consistency_proof:
            if (const auto* proof = std::get_if<messages::ConsistencyProof>(&response.content)) {
                leecher.on_consistency_proof(from, *proof);
            }
            return;
        case RequestedType::propagate:
            if (const auto* propagate = std::get_if<messages::Propagate>(&response.content)) {
                if (is_voter() && propagate->digest == response.params.digest)
                    requests.on_propagate(from, *propagate);
            }
            return;
        case RequestedType::view_change:
        case RequestedType::new_view:
            if (is_voter() && core.is_member(from)) view_changer.on_response(from, response);
            return;
        case RequestedType::pre_prepare:
        case RequestedType::prepare:
        case RequestedType::commit:
            break;
    }
    Ordering* ordering = instance(response.params.inst_id);
    if (ordering != nullptr && is_voter() && core.is_member(from))
        ordering->on_response(from, response);
}

}  // namespace stadtbuch::consensus
