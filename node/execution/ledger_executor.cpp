// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/execution/ledger_executor.hpp"

#include "storage/base/assert.hpp"

namespace stadtbuch::node {

namespace {

consensus::LedgerRoots roots_of(const ledger::LedgerRoots& roots) {
    return {roots.txn_root, roots.state_root};
}

std::map<consensus::LedgerId, consensus::LedgerRoots> signed_ledgers_of(
    const std::map<ledger::Ledger, ledger::LedgerRoots>& ledgers) {
    std::map<consensus::LedgerId, consensus::LedgerRoots> out;
    for (const auto& [id, roots] : ledgers) out.emplace(ledger_id_of(id), roots_of(roots));
    return out;
}

consensus::AuditRecord record_of(const ledger::AuditRecord& record) {
    consensus::AuditRecord out;
    out.seq_no = record.seq_no;
    out.view_no = record.view_no;
    out.pp_seq_no = record.pp_seq_no;
    out.pp_time = record.pp_time;
    out.ledger = ledger_id_of(record.ledger);
    out.batch_digest = record.batch_digest;
    out.audit_root = record.audit_root;
    out.primaries = record.primaries;
    out.node_registry = record.node_registry;
    for (const auto& [id, size] : record.ledger_sizes)
        out.ledger_sizes.emplace(ledger_id_of(id), size);
    for (const auto& [id, root] : record.ledger_roots)
        out.ledger_roots.emplace(ledger_id_of(id), root);
    out.signed_ledgers = signed_ledgers_of(record.signed_ledgers);
    return out;
}

}  // namespace

bool LedgerExecutor::register_request(ledger::RequestPtr request) {
    std::string digest = request->digest;
    return requests_.try_emplace(std::move(digest), std::move(request)).second;
}

ledger::RequestPtr LedgerExecutor::find_request(const std::string& digest) const {
    const auto found = requests_.find(digest);
    return found == requests_.end() ? nullptr : found->second;
}

void LedgerExecutor::forget_request(const std::string& digest) {
    requests_.erase(digest);
}

std::vector<RejectedRequest> LedgerExecutor::take_rejected() {
    rejected_before_.assign(rejected_before_.size(), 0);
    return std::exchange(rejected_, {});
}

std::vector<ledger::CommittedBatch> LedgerExecutor::take_committed() {
    return std::exchange(committed_, {});
}

consensus::Applied LedgerExecutor::apply(const consensus::ApplyInput& input) {
    consensus::Applied out;
    std::vector<ledger::RequestPtr> requests;
    requests.reserve(input.digests.size());
    for (const consensus::RequestDigest& digest : input.digests) {
        ledger::RequestPtr request = find_request(digest);
        if (request == nullptr) {
            // The primary skips what left its memory (plenum-consensus §5.3); others must ask for
            // it.
            if (input.skip_already_ordered) continue;
            out.problem = consensus::Applied::Problem::unknown_request;
            out.problem_digest = digest;
            return out;
        }
        requests.push_back(std::move(request));
    }
    ledger::Applied applied = execution_.apply(
        {ledger_of(input.ledger), input.pp_time, requests, input.skip_already_ordered});
    if (applied.problem != ledger::Applied::Problem::none) {
        out.problem = applied.problem == ledger::Applied::Problem::wrong_ledger
                          ? consensus::Applied::Problem::wrong_ledger
                          : consensus::Applied::Problem::already_ordered;
        out.problem_digest = std::move(applied.problem_digest);
        return out;
    }
    rejected_before_.push_back(rejected_.size());
    out.digests.reserve(applied.kept.size());
    for (const ledger::RequestPtr& request : applied.kept) out.digests.push_back(request->digest);
    for (ledger::Discarded& discarded : applied.discarded) {
        out.discarded.push_back(discarded.position);
        rejected_.push_back({applied.kept[discarded.position], std::move(discarded.refusal)});
    }
    out.roots = roots_of(applied.roots);
    out.node_registry = std::move(applied.node_registry);
    return out;
}

consensus::Sealed LedgerExecutor::seal(const consensus::SealInput& input) {
    ledger::Sealed sealed = execution_.seal(
        {input.original_view_no, input.pp_seq_no, input.batch_digest, input.primaries});
    return {sealed.audit_root, signed_ledgers_of(sealed.signed_ledgers)};
}

void LedgerExecutor::revert_last() {
    execution_.revert_last();
    STADTBUCH_ASSERT(!rejected_before_.empty());
    if (rejected_.size() > rejected_before_.back()) {
        rejected_.erase(rejected_.begin() + static_cast<std::ptrdiff_t>(rejected_before_.back()),
                        rejected_.end());
    }
    rejected_before_.pop_back();
}

void LedgerExecutor::commit_oldest() {
    committed_.push_back(execution_.commit_oldest());
    STADTBUCH_ASSERT(!rejected_before_.empty());
    rejected_before_.erase(rejected_before_.begin());
}

std::size_t LedgerExecutor::uncommitted_count() const {
    return execution_.uncommitted_count();
}

Hash32 LedgerExecutor::uncommitted_state_root(consensus::LedgerId ledger) const {
    return execution_.uncommitted_roots(ledger_of(ledger)).state_root;
}

Hash32 LedgerExecutor::committed_txn_root(consensus::LedgerId ledger) const {
    return execution_.committed_roots(ledger_of(ledger)).txn_root;
}

std::uint64_t LedgerExecutor::committed_size(consensus::LedgerId ledger) const {
    return execution_.committed_size(ledger_of(ledger));
}

std::vector<consensus::NodeName> LedgerExecutor::committed_registry() const {
    return execution_.committed_registry();
}

std::optional<std::string> LedgerExecutor::bls_key(const consensus::NodeName& node,
                                                   const Hash32& pool_state_root) const {
    const auto keys = execution_.bls_keys(pool_state_root);
    if (keys == nullptr) return std::nullopt;
    const auto found = keys->find(node);
    if (found == keys->end()) return std::nullopt;
    return found->second;
}

bool LedgerExecutor::is_ordered(const consensus::RequestDigest& digest) const {
    const ledger::RequestPtr request = find_request(digest);
    return request != nullptr && execution_.is_ordered(*request);
}

std::vector<consensus::AuditRecord> LedgerExecutor::last_audit_records(std::size_t count) const {
    std::vector<consensus::AuditRecord> out;
    for (const ledger::AuditRecord& record : execution_.last_audit_records(count))
        out.push_back(record_of(record));
    return out;
}

std::optional<consensus::AuditRecord> LedgerExecutor::audit_record(
    consensus::PpSeqNo pp_seq_no) const {
    const auto record = execution_.audit_record(pp_seq_no);
    if (!record) return std::nullopt;
    return record_of(*record);
}

std::optional<std::string> LedgerExecutor::txn_json(consensus::LedgerId ledger,
                                                    std::uint64_t seq_no) const {
    return execution_.txn_json(ledger_of(ledger), seq_no);
}

std::optional<std::vector<Hash32>> LedgerExecutor::consistency_proof(consensus::LedgerId ledger,
                                                                     std::uint64_t first,
                                                                     std::uint64_t second) const {
    return execution_.consistency_proof(ledger_of(ledger), first, second);
}

std::optional<Hash32> LedgerExecutor::txn_root_at(consensus::LedgerId ledger,
                                                  std::uint64_t size) const {
    return execution_.txn_root_at(ledger_of(ledger), size);
}

merkle::Frontier LedgerExecutor::committed_frontier(consensus::LedgerId ledger) const {
    return execution_.committed_frontier(ledger_of(ledger));
}

std::optional<Hash32> LedgerExecutor::leaf_hash_of(consensus::LedgerId ledger,
                                                   const std::string& txn_json) const {
    return ledger::Execution::leaf_hash_of(ledger_of(ledger), txn_json);
}

bool LedgerExecutor::append_caught_up(consensus::LedgerId ledger,
                                      const std::vector<std::string>& txns_json) {
    auto appended = execution_.append_caught_up(ledger_of(ledger), txns_json);
    if (!appended) return false;
    committed_.push_back(*std::move(appended));
    return true;
}

}  // namespace stadtbuch::node
