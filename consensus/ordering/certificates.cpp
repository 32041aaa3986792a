// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What VIEW_CHANGE says about batches: filled from votes, the audit ledger and the vote records,
// and forgotten when it can be of no use any more.
#include <algorithm>

#include "consensus/ordering/ordering.hpp"

namespace stadtbuch::consensus {

/// What VIEW_CHANGE says about batches that are known from the audit ledger (§10.6).
void Ordering::note_ordered(PpSeqNo above, PpSeqNo upto) {
    for (PpSeqNo seq = above + 1; seq <= upto; ++seq) {
        const auto record = core_.executor.audit_record(seq);
        if (!record) continue;
        const messages::BatchId id{certified_in(*record), record->view_no, seq,
                                   record->batch_digest};
        auto prepared = prepared_.find(seq);
        if (prepared == prepared_.end() || prepared->second.digest != id.digest)
            prepared_[seq] = id;
        preprepared_[seq].try_emplace(id.digest, id);
    }
}

ViewNo Ordering::certified_in(const AuditRecord& record) const {
    const auto known = certified_before_.find(record.pp_seq_no);
    const bool same =
        known != certified_before_.end() && known->second.digest == record.batch_digest;
    return same ? std::max(known->second.view_no, record.view_no) : record.view_no;
}

/// Certificates of batches that the audit ledger has by now.
void Ordering::restore_certificates(const records::Memory& memory) {
    const PpSeqNo reach =
        checkpoints_.stable() - std::min(checkpoints_.stable(), core_.limits.log_size);
    for (const auto& [seq, certificate] : memory.certificates) {
        if (seq > last_ordered_) break;
        const auto record = core_.executor.audit_record(seq);
        if (seq <= reach || !record || record->batch_digest != certificate.digest) {
            core_.persist(records::certificate_key(seq), std::nullopt);
            continue;
        }
        certified_before_[seq] = certificate;
        const auto prepared = prepared_.find(seq);
        if (prepared == prepared_.end() || prepared->second.digest != certificate.digest) continue;
        prepared->second.view_no = std::max(prepared->second.view_no, certificate.view_no);
        witness(prepared->second, certificate.view_no);
    }
}

bool Ordering::all_ordered_in(const messages::NewView& view) const {
    for (PpSeqNo seq = view.checkpoint.seq_no_end + 1; seq <= last_ordered_; ++seq) {
        const auto record = core_.executor.audit_record(seq);
        const auto is_it = [&](const messages::BatchId& id) {
            return record && id.pp_seq_no == seq && id.pp_view_no == record->view_no &&
                   id.digest == record->batch_digest;
        };
        if (std::none_of(view.batches.begin(), view.batches.end(), is_it)) return false;
    }
    return true;
}

/// One audit transaction for each batch.
std::uint64_t Ordering::audit_size_at_stable() const {
    const std::uint64_t own = core_.executor.committed_size(LedgerId::audit);
    const std::uint64_t above = last_ordered_ - std::min(last_ordered_, checkpoints_.stable());
    return own - std::min(own, above);
}

void Ordering::on_audit_size(const NodeName& from, std::uint64_t size) {
    const auto [it, fresh] = audit_sizes_.try_emplace(from, size);
    it->second = std::min(it->second, size);
}

bool Ordering::stable_is_shared() const {
    const std::uint64_t size = audit_size_at_stable();
    std::size_t standing = 1;
    for (const NodeName& name : core_.others()) {
        const auto said = audit_sizes_.find(name);
        const bool stands =
            said == audit_sizes_.end() ? checkpoints_.stands(name) : said->second >= size;
        standing += stands ? 1U : 0U;
    }
    return standing >= core_.quorums.strong();
}

void Ordering::widen_history() {
    const PpSeqNo stable = checkpoints_.stable();
    if (stable == 0) return;
    // Nobody who took part in these batches is more than the log behind the newest of them. What
    // has no certificate may be this node's own alone (seed 17000160541).
    const PpSeqNo every = core_.limits.checkpoint_every;
    const PpSeqNo newest =
        std::max(last_ordered_, prepared_.empty() ? 0 : prepared_.rbegin()->first);
    const PpSeqNo reach = newest - std::min(newest, core_.limits.log_size);
    std::vector<messages::Checkpoint> own;
    for (PpSeqNo seq = (reach + every - 1) / every * every; seq < stable; seq += every) {
        const auto record = core_.executor.audit_record(seq);
        if (seq == 0) {
            own.push_back({inst_, 0, 0, 0, std::nullopt});
        } else if (record) {
            own.push_back({inst_, record->view_no, 0, seq, record->audit_root});
        }
    }
    if (own.empty()) return;
    checkpoints_.go_back(own);
    note_ordered(checkpoints_.stable(), stable);
}

void Ordering::restore_votes(const records::Memory& memory) {
    restore_certificates(memory);
    // Below the audited view a record stands on batches that were replaced: see
    // forget_certificates_above().
    const auto newest = core_.executor.last_audit_records(1);
    const ViewNo audited = newest.empty() ? 0 : newest.front().view_no;
    for (const auto& [seq, pp] : memory.pre_prepares) {
        if (seq <= last_ordered_ || pp.view_no < audited) {
            core_.persist(records::pre_prepare_key(seq), std::nullopt);
            if (seq > last_ordered_) core_.persist(records::certificate_key(seq), std::nullopt);
            continue;
        }
        keep_old(pp);
        note_pre_prepared(pp);
        const auto certificate = memory.certificates.find(seq);
        const bool certified =
            certificate != memory.certificates.end() && certificate->second.digest == pp.digest;
        // The certificate's own view: the batch may have been pre-prepared again since, without a
        // new certificate.
        if (certified) {
            prepared_.insert_or_assign(seq, messages::BatchId{certificate->second.view_no,
                                                              pp.created_in(), seq, pp.digest});
        }
        if (pp.view_no != core_.view_no || core_.waiting_for_new_view) continue;
        Slot& s = slot(seq);
        s.pre_prepare = pp;
        s.origin = Origin::remembered;
        s.own_vote = pp.digest;
        s.prepared = certified && certificate->second.view_no == pp.view_no;
    }
    // Ordered batches were voted for again in later views. Whoever forgot that in a restart would
    // leave the certificates of those views without witnesses, and no NEW_VIEW could be decided.
    if (memory.view_change) {
        for (const auto& id : memory.view_change->preprepared) {
            witness(id, id.view_no);
            // The newest PRE-PREPARE at a number is recorded, earlier ones are only here.
            if (id.pp_seq_no <= last_ordered_ || id.view_no < audited) continue;
            const auto [it, fresh] = preprepared_[id.pp_seq_no].try_emplace(id.digest, id);
            it->second.view_no = std::max(it->second.view_no, id.view_no);
        }
    }
    if (memory.new_view) {
        for (const auto& id : memory.new_view->batches) witness(id, memory.new_view->view_no);
    }
}

void Ordering::witness(const messages::BatchId& id, ViewNo view) {
    if (id.pp_seq_no > last_ordered_) return;
    const auto known = preprepared_.find(id.pp_seq_no);
    if (known == preprepared_.end()) return;
    const auto entry = known->second.find(id.digest);
    if (entry != known->second.end()) entry->second.view_no = std::max(entry->second.view_no, view);
}

void Ordering::witness_ordered(ViewNo view) {
    for (const auto& [seq, by_digest] : preprepared_) {
        if (seq > last_ordered_) break;
        const auto record = core_.executor.audit_record(seq);
        if (record) witness({view, record->view_no, seq, record->batch_digest}, view);
    }
}

void Ordering::forget_prepared_above(PpSeqNo end) {
    for (auto it = prepared_.upper_bound(end); it != prepared_.end(); ++it)
        core_.persist(records::certificate_key(it->first), std::nullopt);
    prepared_.erase(prepared_.upper_bound(end), prepared_.end());
}

void Ordering::forget_certificates_above(PpSeqNo end) {
    forget_prepared_above(end);
    for (auto it = preprepared_.upper_bound(end); it != preprepared_.end(); ++it)
        core_.persist(records::pre_prepare_key(it->first), std::nullopt);
    preprepared_.erase(preprepared_.upper_bound(end), preprepared_.end());
}

void Ordering::forget_certificates_of_others(PpSeqNo seq, ViewNo created_in) {
    for (auto it = prepared_.upper_bound(seq); it != prepared_.end();) {
        const bool is_void = it->second.view_no < created_in;
        if (is_void) core_.persist(records::certificate_key(it->first), std::nullopt);
        it = is_void ? prepared_.erase(it) : std::next(it);
    }
    for (auto it = preprepared_.upper_bound(seq); it != preprepared_.end();) {
        auto& batches = it->second;
        for (auto batch = batches.begin(); batch != batches.end();)
            batch = batch->second.view_no < created_in ? batches.erase(batch) : std::next(batch);
        // The record is that of the newest one.
        if (batches.empty()) core_.persist(records::pre_prepare_key(it->first), std::nullopt);
        it = batches.empty() ? preprepared_.erase(it) : std::next(it);
    }
}

std::vector<messages::BatchId> Ordering::prepared_list() const {
    std::vector<messages::BatchId> out;
    for (auto it = prepared_.upper_bound(checkpoints_.stable()); it != prepared_.end(); ++it)
        out.push_back(it->second);
    std::sort(out.begin(), out.end());
    return out;
}

std::vector<messages::BatchId> Ordering::preprepared_list() const {
    std::vector<messages::BatchId> out;
    for (auto it = preprepared_.upper_bound(checkpoints_.stable()); it != preprepared_.end();
         ++it) {
        for (const auto& [digest, id] : it->second) out.push_back(id);
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace stadtbuch::consensus
