// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// From a PRE-PREPARE to an applied batch: the checks of plenum-consensus §5.5 in their order, then
// execution and comparison of every root.
#include <algorithm>

#include "consensus/ordering/ordering.hpp"

namespace stadtbuch::consensus {
namespace {

/// "[0,3]" as a list; nullopt for anything else.
std::optional<std::vector<std::uint32_t>> positions_in(const std::string& text) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
    std::vector<std::uint32_t> out;
    if (text == "[]") return out;
    std::uint32_t number = 0;
    std::size_t digits = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
        const char c = text[i];
        if (c >= '0' && c <= '9' && digits < 6) {
            number = number * 10 + static_cast<std::uint32_t>(c - '0');
            ++digits;
        } else if ((c == ',' || c == ']') && digits > 0) {
            out.push_back(number);
            number = 0;
            digits = 0;
        } else if (c != ' ') {
            return std::nullopt;
        }
    }
    return out;
}

}  // namespace

bool Ordering::try_apply(PpSeqNo seq, Slot& s) {
    const messages::PrePrepare& pp = *s.pre_prepare;
    if (!is_master()) {
        s.applied = true;
        after_applied(seq, s);
        return true;
    }
    if (is_far(seq, s) || !time_is_right(seq, s) || !requests_are_known(pp)) return false;
    if (pp.pool_state_root &&
        *pp.pool_state_root != core_.executor.uncommitted_state_root(LedgerId::pool)) {
        refuse(seq, s, Reason::pool_state_root_wrong, false);
        return false;
    }
    if (!execute(seq, s)) return false;
    after_applied(seq, s);
    return true;
}

/// What NEW_VIEW or the own records name is bounded by the log and must not wait.
bool Ordering::is_far(PpSeqNo seq, const Slot& s) const {
    const bool is_new = s.origin == Origin::network || s.origin == Origin::requested;
    return is_new && seq > last_ordered_ + core_.limits.unordered_max;
}

bool Ordering::time_is_right(PpSeqNo seq, Slot& s) {
    if (s.origin == Origin::recreated || s.origin == Origin::remembered) return true;
    const messages::PrePrepare& pp = *s.pre_prepare;
    const bool falls = pp.pp_time < last_pp_time_;
    // Arriving late makes a time look old, never young: what is ahead of us stays wrong, however it
    // came. Ledger time does not go back, so the last batch's time is right whatever the clocks
    // say.
    const bool ahead = pp.pp_time > s.arrived + core_.limits.pp_time_deviation_max;
    const bool behind = pp.pp_time < s.arrived - core_.limits.pp_time_deviation_max;
    const bool near =
        pp.pp_time == last_pp_time_ || (!ahead && (!behind || s.origin == Origin::requested));
    if (!falls && near) return true;
    // f+1 PREPAREs for this digest: an honest member found the time right, so the own clock is
    // suspect.
    std::size_t agreeing = 0;
    for (const auto& [name, prepare] : s.prepares)
        agreeing += prepare.digest == pp.digest ? 1U : 0U;
    if (!falls && agreeing >= core_.quorums.weak()) return true;
    if (!s.time_complained) {
        s.time_complained = true;
        core_.suspect(core_.primary_of(inst_), Reason::pre_prepare_time_wrong, seq);
        core_.vote(Reason::pre_prepare_time_wrong);
    }
    return false;
}

bool Ordering::requests_are_known(const messages::PrePrepare& pp) {
    Slot& s = slot(pp.pp_seq_no);
    // Asked again at every event while a request is missing, so the usual answer must cost next to
    // nothing.
    if (s.awaited_in == pp.digest && requests_.is_wanted(s.awaited)) return false;
    std::vector<RequestDigest> unknown;
    for (const RequestDigest& digest : pp.digests) {
        if (!requests_.knows(digest) && !core_.executor.is_ordered(digest))
            unknown.push_back(digest);
    }
    if (unknown.empty()) return true;
    requests_.want(unknown);
    s.awaited = std::move(unknown.back());
    s.awaited_in = pp.digest;
    return false;
}

bool Ordering::execute(PpSeqNo seq, Slot& s) {
    const messages::PrePrepare& pp = *s.pre_prepare;
    s.registry_before = head_registry();
    const Applied applied = core_.executor.apply({pp.ledger, pp.pp_time, pp.digests, false});
    if (applied.problem == Applied::Problem::unknown_request) {
        requests_.want({applied.problem_digest});
        return false;
    }
    if (applied.problem == Applied::Problem::already_ordered) {
        refuse(seq, s, Reason::request_already_ordered, true);
        return false;
    }
    if (applied.problem == Applied::Problem::wrong_ledger) {
        refuse(seq, s, Reason::discarded_wrong, true);
        return false;
    }
    s.roots = applied.roots;
    s.discarded = applied.discarded;
    s.node_registry = applied.node_registry;
    auto wrong = difference(s, applied);
    if (!wrong) {
        seal(s, pp);
        if (pp.audit_txn_root != s.audit_root) wrong = Reason::audit_root_wrong;
    }
    if (wrong) {
        core_.executor.revert_last();
        refuse(seq, s, *wrong, true);
        return false;
    }
    s.applied = s.executed_here = true;
    return true;
}

std::optional<Reason> Ordering::difference(const Slot& s, const Applied& applied) const {
    const messages::PrePrepare& pp = *s.pre_prepare;
    const auto discarded = positions_in(pp.discarded);
    // Plenum compares the count only; other positions with equal roots would still be other answers
    // to clients.
    if (!discarded || *discarded != applied.discarded) return Reason::discarded_wrong;
    if (pp.state_root != applied.roots.state_root) return Reason::state_root_wrong;
    if (pp.txn_root != applied.roots.txn_root) return Reason::txn_root_wrong;
    return std::nullopt;
}

void Ordering::seal(Slot& s, const messages::PrePrepare& pp) {
    RegistryHistory history = head_history();
    history.note(pp.created_in(), s.registry_before);
    s.primaries = history.primaries(pp.created_in());
    const Sealed sealed = core_.executor.seal(
        {pp.created_in(), pp.pp_seq_no, pp.pp_time, pp.ledger, pp.digest, s.primaries});
    s.audit_root = sealed.audit_root;
    s.signed_ledgers = sealed.signed_ledgers;
}

void Ordering::refuse(PpSeqNo seq, Slot& s, Reason reason, bool votes) {
    if (s.pre_prepare && (s.origin == Origin::recreated || s.relayed)) {
        // NEW_VIEW, or f+1 PREPAREs, name the digest; everything else came from some member, and it
        // is not what was prepared. Another copy is asked for (plenum-lessons E 114); the primary
        // is innocent.
        old_.erase(key_of(*s.pre_prepare));
        told_by_primary_.erase(key_of(*s.pre_prepare));
        s.pre_prepare.reset();
        s.applied = s.executed_here = false;
        return;
    }
    core_.suspect(core_.primary_of(inst_), reason, seq);
    if (votes && is_master()) core_.vote(reason);
    if (!s.pre_prepare) return;
    s.refused = s.pre_prepare->digest;
    s.pre_prepare.reset();
    s.applied = s.executed_here = false;
}

void Ordering::after_applied(PpSeqNo seq, Slot& s) {
    const messages::PrePrepare& pp = *s.pre_prepare;
    last_applied_ = seq;
    last_pp_time_ = std::max(last_pp_time_, pp.pp_time);
    if (is_master()) {
        requests_.put_in_flight(pp.digests);
        note_pre_prepared(pp);
        ask_signature(seq, s);
        if (s.origin == Origin::network) take_published(core_.primary_of(inst_), pp);
    }
    if (!leads()) {
        send_prepare(seq, s);
    } else if (s.origin == Origin::remembered) {
        core_.broadcast(pp, barrier());
    }
}

void Ordering::ask_signature(PpSeqNo seq, Slot& s) {
    // Without the pool's root there is nothing that anybody else would sign.
    if (!core_.has_bls_key || s.signed_ledgers.empty() || !s.pre_prepare->pool_state_root) {
        s.own_shares.emplace();
        return;
    }
    SignRequest ask;
    ask.id = core_.next_id++;
    ask.key = core_.executor.bls_key(core_.self, *s.pre_prepare->pool_state_root).value_or("");
    for (const auto& [ledger, roots] : s.signed_ledgers) {
        const auto value = signed_value(s, ledger);
        if (value) ask.texts.emplace_back(ledger, messages::multi_sig_signing_bytes(*value));
    }
    s.sign_id = ask.id;
    signing_[ask.id] = seq;
    core_.out.sign.push_back(std::move(ask));
}

std::vector<NodeName> Ordering::head_registry() const {
    const Slot* top = last_applied_ > last_ordered_ ? find(last_applied_) : nullptr;
    return top != nullptr ? top->node_registry : core_.executor.committed_registry();
}

RegistryHistory Ordering::head_history() const {
    RegistryHistory history = history_;
    for (PpSeqNo seq = last_ordered_ + 1; seq <= last_applied_; ++seq) {
        const Slot* s = find(seq);
        if (s != nullptr && s->pre_prepare)
            history.note(s->pre_prepare->created_in(), s->registry_before);
    }
    return history;
}

}  // namespace stadtbuch::consensus
