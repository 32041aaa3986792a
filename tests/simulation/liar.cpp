// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "storage/hash/hash.hpp"
#include "tests/simulation/world.hpp"

namespace stadtbuch::simulation {
namespace {

using namespace consensus;

struct Falsifier {
    Random& random;

    [[nodiscard]] Hash32 junk() { return hash::sha256(std::to_string(random.next())); }

    void operator()(messages::PrePrepare& m) {
        switch (random.below(8)) {
            case 0:
                m.state_root = junk();
                break;
            case 1:
                m.txn_root = junk();
                break;
            case 2:
                m.audit_txn_root = junk();
                break;
            case 3:
                m.discarded = "[0]";
                break;
            case 4:
                m.pp_seq_no += random.below(3);
                break;
            case 5:
                m.pp_time += 1;
                break;
            case 6:  // another valid batch for some receivers: equivocation
                m.pp_time += 1;
                m.digest = messages::pre_prepare_digest(m.created_in(), m.pp_time, m.digests);
                break;
            default:
                m.digest = "00";
                break;
        }
    }

    void operator()(messages::Prepare& m) {
        switch (random.below(4)) {
            case 0:
                m.digest = "00";
                break;
            case 1:
                m.state_root = junk();
                break;
            case 2:
                m.pp_seq_no += random.below(4);
                break;
            default:
                m.view_no += random.below(2);
                break;
        }
    }

    void operator()(messages::Commit& m) {
        if (random.chance(500)) m.pp_seq_no += random.below(5);
        if (m.bls_sigs) {
            for (auto& [ledger, share] : *m.bls_sigs) share = "forged";
        }
    }

    void operator()(messages::Checkpoint& m) {
        m.digest = junk();
        if (random.chance(300)) m.seq_no_end += 10;
    }

    void operator()(messages::ViewChange& m) {
        if (!m.prepared.empty() && random.chance(500)) m.prepared.pop_back();
        if (!m.preprepared.empty() && random.chance(500)) m.preprepared.front().digest = "11";
        if (random.chance(200)) m.stable_checkpoint += 10;
    }

    void operator()(messages::NewView& m) {
        if (!m.batches.empty()) m.batches.pop_back();
        if (!m.view_changes.empty() && random.chance(300))
            m.view_changes.push_back(m.view_changes.front());
    }

    void operator()(messages::ViewChangeAck& m) { m.digest = "22"; }

    void operator()(messages::InstanceChange& m) { m.view_no += random.below(3); }

    void operator()(messages::LedgerStatus& m) { m.txn_seq_no += random.below(50); }

    void operator()(messages::ConsistencyProof& m) {
        m.seq_no_end += random.below(3);
        m.new_merkle_root = junk();
    }

    void operator()(messages::CatchupRep& m) {
        if (!m.txns.empty() && random.chance(700))
            m.txns.back().second = "{\"id\":1,\"amount\":99}";
        if (!m.txns.empty() && random.chance(200)) m.txns.pop_back();
    }

    void operator()(messages::OldViewPrePrepareRep& m) {
        for (auto& pp : m.pre_prepares) (*this)(pp);
    }

    void operator()(messages::MessageResponse& m) { std::visit(*this, m.content); }

    template <class M>
    void operator()(M&) {}
};

}  // namespace

void falsify(messages::Message& message, Random& random) {
    std::visit(Falsifier{random}, message);
}

}  // namespace stadtbuch::simulation
