// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// BLS: shares of a batch checked as one sum off this thread, multi-signatures for reads and for the
// next PRE-PREPARE (plenum-consensus §9, performance-budget §3.5).
#include <algorithm>
#include <set>

#include "consensus/ordering/ordering.hpp"

namespace stadtbuch::consensus {
namespace {
constexpr std::size_t proved_roots_max = 256;
constexpr std::size_t proofs_pending_max = 64;
}  // namespace

std::optional<messages::MultiSigValue> Ordering::signed_value(const Slot& s,
                                                              LedgerId ledger) const {
    const auto roots = s.signed_ledgers.find(ledger);
    if (roots == s.signed_ledgers.end() || !s.pre_prepare) return std::nullopt;
    messages::MultiSigValue value;
    value.ledger = ledger;
    value.state_root = roots->second.state_root;
    value.txn_root = roots->second.txn_root;
    value.pool_state_root = s.pre_prepare->pool_state_root.value_or(Hash32{});
    value.timestamp = s.pre_prepare->pp_time;
    return value;
}

void Ordering::check_shares(PpSeqNo seq, Slot& s) {
    if (!is_master() || !s.ordered || s.proofs_done || s.share_check_running ||
        s.signed_ledgers.empty())
        return;
    if (!s.pre_prepare || !s.pre_prepare->pool_state_root) return;
    std::vector<std::pair<NodeName, std::string>> signers;  // name, key
    std::vector<const messages::Commit*> commits;
    for (const auto& [name, commit] : s.commits) {
        if (!commit.bls_sigs || s.bad_shares.count(name) != 0) continue;
        const bool complete = std::all_of(s.signed_ledgers.begin(), s.signed_ledgers.end(),
                                          [&commit = commit](const auto& entry) {
                                              return commit.bls_sigs->count(entry.first) != 0;
                                          });
        const auto key =
            complete ? core_.executor.bls_key(name, *s.pre_prepare->pool_state_root) : std::nullopt;
        if (!key) continue;
        signers.emplace_back(name, *key);
        commits.push_back(&commit);
    }
    if (signers.size() < core_.quorums.bls_signatures() || signers.size() <= s.shares_checked)
        return;

    ShareCheck check;
    check.id = core_.next_id++;
    for (const auto& [ledger, roots] : s.signed_ledgers) {
        ShareCheck::PerLedger part;
        part.ledger = ledger;
        part.text = messages::multi_sig_signing_bytes(*signed_value(s, ledger));
        for (std::size_t i = 0; i < signers.size(); ++i) {
            part.shares.push_back(
                {signers[i].first, signers[i].second, commits[i]->bls_sigs->at(ledger)});
        }
        check.ledgers.push_back(std::move(part));
    }
    s.share_check_running = true;
    s.shares_checked = signers.size();
    checking_[check.id] = seq;
    ++share_checks_;
    core_.out.check_shares.push_back(std::move(check));
}

void Ordering::on_shares_checked(const SharesChecked& result) {
    const auto it = checking_.find(result.id);
    if (it == checking_.end()) return;
    const PpSeqNo seq = it->second;
    checking_.erase(it);
    Slot* s = find(seq);
    if (s == nullptr) return;

    s->share_check_running = false;
    std::vector<messages::MultiSig> sigs;
    for (const SharesChecked::Outcome& outcome : result.outcomes) {
        for (const NodeName& name : outcome.bad) {
            if (s->bad_shares.insert(name).second)
                core_.suspect(name, Reason::commit_signature_wrong, seq);
        }
        const auto value = signed_value(*s, outcome.ledger);
        if (value && outcome.good.size() >= core_.quorums.bls_signatures()) {
            sigs.push_back({outcome.multi_signature, outcome.good, *value});
        }
    }
    if (sigs.size() != s->signed_ledgers.size()) {
        s->shares_checked = 0;
        return check_shares(seq, *s);  // with the shares that came meanwhile
    }
    s->proofs_done = true;
    for (const messages::MultiSig& sig : sigs) {
        core_.out.proofs.push_back(sig);
        proved_roots_.push_back(sig.value.state_root);
    }
    while (proved_roots_.size() > proved_roots_max) proved_roots_.pop_front();
    if (seq > unpublished_seq_) {
        unpublished_seq_ = seq;
        unpublished_ = std::move(sigs);
    }
}

void Ordering::take_published(const NodeName& from, const messages::PrePrepare& pp) {
    if (!pp.multi_sigs) return;
    for (const messages::MultiSig& sig : *pp.multi_sigs) {
        const Hash32& root = sig.value.state_root;
        if (std::find(proved_roots_.begin(), proved_roots_.end(), root) != proved_roots_.end())
            continue;
        // Our own check of the same batch is under way or will come: no second pairing for it.
        const bool own = std::any_of(slots_.begin(), slots_.end(), [&](const auto& entry) {
            const Slot& s = entry.second;
            const auto roots = s.signed_ledgers.find(sig.value.ledger);
            return s.share_check_running && roots != s.signed_ledgers.end() &&
                   roots->second.state_root == root;
        });
        if (own || proving_.size() >= proofs_pending_max) continue;
        ProofCheck check;
        const std::set<NodeName> names(sig.participants.begin(), sig.participants.end());
        std::set<NodeName> distinct;
        for (const NodeName& name : sig.participants) {
            const auto key = core_.executor.bls_key(name, sig.value.pool_state_root);
            if (!key || !distinct.insert(name).second) continue;
            check.keys.push_back(*key);
        }
        // Fewer than n-f distinct signers degrade read proofs (plenum-lessons B6): not stored, not
        // checked.
        // Only a name given twice is the publisher's fault: keys may be unknown here yet, and a
        // change of members in between made n-f another number.
        if (names.size() != sig.participants.size())
            core_.suspect(from, Reason::multi_signature_wrong, pp.pp_seq_no);
        if (distinct.size() < core_.quorums.bls_signatures() ||
            distinct.size() != sig.participants.size())
            continue;
        check.id = core_.next_id++;
        check.text = messages::multi_sig_signing_bytes(sig.value);
        check.signature = sig.signature;
        proving_[check.id] = {sig, from, pp.pp_seq_no};
        core_.out.check_proofs.push_back(std::move(check));
    }
}

void Ordering::on_proof_checked(const ProofChecked& result) {
    const auto it = proving_.find(result.id);
    if (it == proving_.end()) return;
    const PendingProof pending = std::move(it->second);
    proving_.erase(it);
    if (!result.good) {
        core_.suspect(pending.publisher, Reason::multi_signature_wrong, pending.pp_seq_no);
        return core_.vote(Reason::multi_signature_wrong);
    }
    const Hash32& root = pending.multi_sig.value.state_root;
    if (std::find(proved_roots_.begin(), proved_roots_.end(), root) != proved_roots_.end()) return;
    proved_roots_.push_back(root);
    core_.out.proofs.push_back(pending.multi_sig);
}

}  // namespace stadtbuch::consensus
