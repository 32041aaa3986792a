// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Applies a recording to our execution and compares. Parts, in order: batches (replay_batches.cpp),
// final state and side stores (replay_state.cpp), verdicts and reads (replay_cases.cpp), proofs and
// signatures (replay_proofs.cpp).
#pragma once
#include <memory>
#include <vector>

#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/read_view.hpp"
#include "tests/interop/comparison.hpp"
#include "tests/interop/recording.hpp"

namespace stadtbuch::interop {

class Replayer {
  public:
    explicit Replayer(const Recording& recording) : recording_(recording) {}

    void run();

    [[nodiscard]] const Comparison& comparison() const { return compare_; }

    /// Batches that were executed from their requests, and those replayed from transactions.
    [[nodiscard]] std::uint64_t executed_batches() const { return executed_; }

    [[nodiscard]] std::uint64_t replayed_batches() const { return replayed_; }

  private:
    /// What the reference knew at a moment: after the batch with this time.
    struct Moment {
        std::int64_t pp_time = 0;
        std::shared_ptr<const ledger::ReadView> view;
        bool writes_enabled = true;
    };

    struct BatchPlan {
        std::string where;
        std::uint64_t view_no = 0, pp_seq_no = 0, audit_seq_no = 0;
        std::int64_t pp_time = 0;
        ledger::Ledger ledger = ledger::Ledger::domain;
        std::uint64_t first = 1, last = 0;  ///< seqNos of its transactions
        std::string digest;
        std::vector<std::string> primaries;
        const PrePrepare* pre_prepare = nullptr;
        std::vector<std::string> digests;
    };

    // replay_batches.cpp
    void open();
    void compare_genesis();
    [[nodiscard]] BatchPlan plan_of(std::size_t audit_index) const;
    [[nodiscard]] std::vector<std::string> digests_of(const BatchPlan& plan) const;
    void run_batch(const BatchPlan& plan);
    void execute(const BatchPlan& plan, const std::vector<ledger::RequestPtr>& requests);
    void replay_txns(const BatchPlan& plan);
    void compare_rejects(const ledger::Applied& applied);
    void compare_roots(const BatchPlan& plan, const ledger::Applied& applied);
    void compare_txns(const BatchPlan& plan);
    void compare_replies(const ledger::CommittedBatch& batch);
    void write(const store::Batch& batch);
    void keep_multi_signatures(const BatchPlan& plan,
                               const std::map<ledger::Ledger, ledger::LedgerRoots>& roots);
    [[nodiscard]] std::optional<std::string> expanded_json(const LedgerRow& row) const;
    void verify_ordered(const BatchPlan& plan, const ledger::Request& request);
    [[nodiscard]] std::vector<const ClientCase*> cases_of(const std::string& digest) const;
    void index_cases();

    // replay_state.cpp
    void compare_final_states();
    void compare_side_stores();
    void compare_reopened();
    void compare_caught_up();

    // replay_cases.cpp
    void judge_cases_until(std::int64_t pp_time);
    void judge_case(const ClientCase& one);
    /// How many of the newest moments a node may have answered from at this time.
    [[nodiscard]] std::size_t moments_near(double time) const;
    /// The REQNACK that a write or action gets at a moment; nullopt when it passes.
    [[nodiscard]] static std::optional<std::string> nack_at(const Moment& moment,
                                                            const ledger::Request& request);
    void judge_action(const ClientCase& one, const ledger::Request& request);
    void judge_frame(const ClientCase& one, BytesView frame);
    void judge_read(const ClientCase& one, const ledger::Request& request);
    [[nodiscard]] bool read_matches(const ledger::ReadView& view, const ledger::Request& request,
                                    const encoding::Value& expected, std::string& why,
                                    bool& same_order) const;

    // replay_proofs.cpp
    void verify_proofs();
    void verify_multi_signatures();
    void verify_bls_rows();

    const Recording& recording_;
    Comparison compare_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<ledger::Execution> execution_;
    std::unique_ptr<ledger::Reader> reader_;
    std::vector<Moment> moments_;
    std::map<std::string, std::vector<const ClientCase*>> cases_by_digest_;
    std::map<std::string, std::vector<const MultiSignature*>> signatures_by_root_;
    std::size_t next_case_ = 0;
    std::uint64_t executed_ = 0, replayed_ = 0;
};

}  // namespace stadtbuch::interop
