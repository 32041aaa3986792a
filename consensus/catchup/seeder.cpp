// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "consensus/catchup/seeder.hpp"

#include "storage/hash/hash.hpp"

namespace stadtbuch::consensus::catchup {
namespace {

/// One request never makes the node build more frames than this; the asker asks again for the rest.
constexpr std::size_t replies_max = 64;

std::optional<messages::ConsistencyProof> proof_of_growth(const Executor& executor, LedgerId ledger,
                                                          std::uint64_t start, std::uint64_t end) {
    if (end > executor.committed_size(ledger) || start >= end) return std::nullopt;
    const auto new_root = executor.txn_root_at(ledger, end);
    if (!new_root) return std::nullopt;
    messages::ConsistencyProof proof;
    proof.ledger = ledger;
    proof.seq_no_start = start;
    proof.seq_no_end = end;
    proof.new_merkle_root = *new_root;
    if (start == 0) {
        // Degenerate by agreement (§10.3): nothing can be proved about an empty ledger.
        proof.old_merkle_root = *new_root;
        proof.hashes = {*new_root};
        return proof;
    }
    const auto old_root = executor.txn_root_at(ledger, start);
    auto hashes = executor.consistency_proof(ledger, start, end);
    if (!old_root || !hashes) return std::nullopt;
    proof.old_merkle_root = *old_root;
    proof.hashes = std::move(*hashes);
    return proof;
}

}  // namespace

messages::LedgerStatus status_of(const Executor& executor, LedgerId ledger, Asker asker) {
    messages::LedgerStatus status;
    status.ledger = ledger;
    status.txn_seq_no = executor.committed_size(ledger);
    status.merkle_root = executor.committed_txn_root(ledger);
    if (asker == Asker::client) {
        status.view_no = 0;
        status.pp_seq_no = 0;
    }
    return status;
}

std::vector<messages::Message> answer(const Executor& executor,
                                      const messages::LedgerStatus& question, Asker asker) {
    const std::uint64_t size = executor.committed_size(question.ledger);
    if (question.txn_seq_no < size) {
        const auto proof = proof_of_growth(executor, question.ledger, question.txn_seq_no, size);
        if (proof) return {*proof};
        return {};
    }
    // Between nodes a status never answers a status: that would go back and forth for ever.
    if (asker == Asker::node) return {};
    return {status_of(executor, question.ledger, asker)};
}

std::vector<messages::Message> answer(const Executor& executor, const messages::CatchupReq& q,
                                      std::size_t frame_bytes_max) {
    const bool in_bounds = q.seq_no_start >= 1 && q.seq_no_start <= q.seq_no_end &&
                           q.seq_no_end <= q.catchup_till &&
                           q.catchup_till <= executor.committed_size(q.ledger);
    if (!in_bounds) return {};

    // Room for the head of the message and a consistency proof of at most 64 hashes.
    const std::size_t room = frame_bytes_max - 4096;
    std::vector<messages::Message> replies;
    std::uint64_t next = q.seq_no_start;
    while (next <= q.seq_no_end && replies.size() < replies_max) {
        messages::CatchupRep reply;
        reply.ledger = q.ledger;
        std::size_t bytes = 0;
        while (next <= q.seq_no_end) {
            auto text = executor.txn_json(q.ledger, next);
            if (!text) return replies;
            bytes += text->size() + 24;
            if (bytes > room && !reply.txns.empty()) break;
            reply.txns.emplace_back(next++, std::move(*text));
        }
        if (next - 1 < q.catchup_till) {
            auto proof = executor.consistency_proof(q.ledger, next - 1, q.catchup_till);
            if (!proof) return replies;
            reply.cons_proof = std::move(*proof);
        }
        replies.emplace_back(std::move(reply));
    }
    return replies;
}

std::vector<messages::Message> answer(const Executor& executor,
                                      const messages::MessageRequest& question) {
    messages::MessageResponse response;
    response.type = question.type;
    response.params = question.params;
    if (question.type == messages::RequestedType::ledger_status) {
        response.content = status_of(executor, question.params.ledger, Asker::node);
        return {response};
    }
    if (question.type == messages::RequestedType::consistency_proof) {
        const auto proof =
            proof_of_growth(executor, question.params.ledger, question.params.seq_no_start,
                            question.params.seq_no_end);
        if (!proof) return {};
        response.content = *proof;
        return {response};
    }
    return {};
}

}  // namespace stadtbuch::consensus::catchup
