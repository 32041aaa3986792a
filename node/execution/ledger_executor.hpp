// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Answers the executor port of consensus with ssi/ledger: translates names, holds the requests that
// consensus knows by digest, and collects what each commit must write and answer.
//
// Owned by the consensus thread. What the shell needs of a step (rejects, committed batches) is
// taken with take_*() after step().
#pragma once
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "consensus/executor.hpp"
#include "ssi/ledger/execution.hpp"

namespace stadtbuch::node {

/// A request refused by dynamic validation while a batch was applied.
struct RejectedRequest {
    ledger::RequestPtr request;
    ledger::Refusal refusal;
};

class LedgerExecutor final : public consensus::Executor {
  public:
    /// `execution` must outlive this.
    explicit LedgerExecutor(ledger::Execution& execution) : execution_(execution) {}

    /// Makes a verified request known by its digest. False: known already.
    bool register_request(ledger::RequestPtr request);
    [[nodiscard]] ledger::RequestPtr find_request(const std::string& digest) const;
    void forget_request(const std::string& digest);

    [[nodiscard]] std::size_t request_count() const { return requests_.size(); }

    /// Rejected requests of the batches applied since the last call, in order.
    [[nodiscard]] std::vector<RejectedRequest> take_rejected();
    /// Batches committed (or caught up) since the last call, in order; the shell writes them.
    [[nodiscard]] std::vector<ledger::CommittedBatch> take_committed();

    consensus::Applied apply(const consensus::ApplyInput& input) override;
    consensus::Sealed seal(const consensus::SealInput& input) override;
    void revert_last() override;
    void commit_oldest() override;
    std::size_t uncommitted_count() const override;
    Hash32 uncommitted_state_root(consensus::LedgerId ledger) const override;
    Hash32 committed_txn_root(consensus::LedgerId ledger) const override;
    std::uint64_t committed_size(consensus::LedgerId ledger) const override;
    std::vector<consensus::NodeName> committed_registry() const override;
    std::optional<std::string> bls_key(const consensus::NodeName& node,
                                       const Hash32& pool_state_root) const override;
    bool is_ordered(const consensus::RequestDigest& digest) const override;
    std::vector<consensus::AuditRecord> last_audit_records(std::size_t count) const override;
    std::optional<consensus::AuditRecord> audit_record(consensus::PpSeqNo pp_seq_no) const override;
    std::optional<std::string> txn_json(consensus::LedgerId ledger,
                                        std::uint64_t seq_no) const override;
    std::optional<std::vector<Hash32>> consistency_proof(consensus::LedgerId ledger,
                                                         std::uint64_t first,
                                                         std::uint64_t second) const override;
    std::optional<Hash32> txn_root_at(consensus::LedgerId ledger,
                                      std::uint64_t size) const override;
    merkle::Frontier committed_frontier(consensus::LedgerId ledger) const override;
    std::optional<Hash32> leaf_hash_of(consensus::LedgerId ledger,
                                       const std::string& txn_json) const override;
    bool append_caught_up(consensus::LedgerId ledger,
                          const std::vector<std::string>& txns_json) override;

  private:
    ledger::Execution& execution_;
    std::unordered_map<std::string, ledger::RequestPtr> requests_;
    std::vector<RejectedRequest> rejected_;
    /// For each uncommitted batch: how many refusals were held before it was applied. A batch that
    /// is reverted in the same step (its roots differed) takes its refusals with it; nobody hears
    /// of them.
    std::vector<std::size_t> rejected_before_;
    std::vector<ledger::CommittedBatch> committed_;
};

[[nodiscard]] constexpr ledger::Ledger ledger_of(consensus::LedgerId id) {
    return static_cast<ledger::Ledger>(static_cast<std::uint8_t>(id));
}

[[nodiscard]] constexpr consensus::LedgerId ledger_id_of(ledger::Ledger ledger) {
    return static_cast<consensus::LedgerId>(static_cast<std::uint8_t>(ledger));
}

}  // namespace stadtbuch::node
