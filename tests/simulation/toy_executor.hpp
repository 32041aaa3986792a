// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The integer world behind the executor port: a request adds a number to its ledger's sum, or is
// refused when the sum would become a multiple of seven. Roots are real Merkle roots and hashes of
// the sums, so that every divergence shows; requests to the pool ledger can also admit and remove
// validators.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "consensus/executor.hpp"
#include "storage/merkle/merkle.hpp"

namespace stadtbuch::simulation {

/// `id` makes it unique; pool requests may carry a change of the registry.
struct ToyRequest {
    std::uint64_t id = 0;
    consensus::LedgerId ledger = consensus::LedgerId::domain;
    std::uint64_t amount = 0;
    std::string admit;
    std::string remove;
    std::size_t leaves = 0;  ///< a removal that would leave fewer members changes none

    [[nodiscard]] std::string text() const;
    [[nodiscard]] static ToyRequest parse(const std::string& text);
    [[nodiscard]] static std::string digest_of(const std::string& text);
};

/// Toy BLS: a share is a hash of name and text, a multi-signature the list of its shares' hashes.
[[nodiscard]] std::string toy_share(const std::string& name, BytesView text);
[[nodiscard]] std::string toy_multi(const std::vector<std::string>& shares);

class ToyExecutor : public consensus::Executor {
  public:
    using LedgerId = consensus::LedgerId;
    using Sizes = std::array<std::uint64_t, 4>;

    explicit ToyExecutor(std::vector<std::string> registry);
    /// What a crash left: the first `sizes` transactions of each ledger of `other`.
    ToyExecutor(const ToyExecutor& other, const Sizes& sizes, std::vector<std::string> genesis);

    void set_bls_key(std::function<std::string(const std::string&)> key_of) {
        key_of_ = std::move(key_of);
    }

    /// Returns the digest.
    std::string register_request(const std::string& text);

    /// As register_request, for a text whose digest is known.
    void register_known(const std::string& digest, const std::string& text) {
        requests_.try_emplace(digest, text);
    }

    void forget(const std::string& digest);
    [[nodiscard]] Sizes sizes() const;

    [[nodiscard]] const std::vector<std::string>& ledger(LedgerId id) const {
        return logs_[index(id)].txns;
    }

    [[nodiscard]] Hash32 committed_state_root(LedgerId id) const {
        return state_root(committed_, id);
    }

    [[nodiscard]] std::uint64_t sum(LedgerId id) const { return committed_.ledgers[index(id)].sum; }

    /// Not empty: the port was used against its contract, or a request was executed twice.
    [[nodiscard]] const std::string& fault() const { return fault_; }

    [[nodiscard]] std::size_t registered() const { return requests_.size(); }

    [[nodiscard]] consensus::Applied apply(const consensus::ApplyInput& input) override;
    [[nodiscard]] consensus::Sealed seal(const consensus::SealInput& input) override;
    void revert_last() override;
    void commit_oldest() override;

    [[nodiscard]] std::size_t uncommitted_count() const override { return stack_.size(); }

    [[nodiscard]] Hash32 uncommitted_state_root(LedgerId ledger) const override;
    [[nodiscard]] Hash32 committed_txn_root(LedgerId ledger) const override;
    [[nodiscard]] std::uint64_t committed_size(LedgerId ledger) const override;

    [[nodiscard]] std::vector<consensus::NodeName> committed_registry() const override {
        return committed_.registry;
    }

    [[nodiscard]] std::optional<std::string> bls_key(const consensus::NodeName& node,
                                                     const Hash32& pool_root) const override;
    [[nodiscard]] bool is_ordered(const consensus::RequestDigest& digest) const override;
    [[nodiscard]] std::vector<consensus::AuditRecord> last_audit_records(
        std::size_t count) const override;
    [[nodiscard]] std::optional<consensus::AuditRecord> audit_record(
        consensus::PpSeqNo pp_seq_no) const override;
    [[nodiscard]] std::optional<std::string> txn_json(LedgerId ledger,
                                                      std::uint64_t seq_no) const override;
    [[nodiscard]] std::optional<std::vector<Hash32>> consistency_proof(
        LedgerId ledger, std::uint64_t first, std::uint64_t second) const override;
    [[nodiscard]] std::optional<Hash32> txn_root_at(LedgerId ledger,
                                                    std::uint64_t size) const override;
    [[nodiscard]] merkle::Frontier committed_frontier(LedgerId ledger) const override;
    [[nodiscard]] std::optional<Hash32> leaf_hash_of(LedgerId ledger,
                                                     const std::string& txn_json) const override;
    [[nodiscard]] bool append_caught_up(LedgerId ledger,
                                        const std::vector<std::string>& txns_json) override;

  private:
    struct LedgerHead {
        merkle::Frontier log;
        std::uint64_t sum = 0;
    };

    struct Head {
        std::array<LedgerHead, 4> ledgers;
        std::vector<std::string> registry;
    };

    struct Batch {
        Head before;
        LedgerId ledger = LedgerId::domain;
        std::vector<std::pair<std::string, std::string>> txns;  // digest, text
        std::string audit_text;
        bool sealed = false;
    };

    struct Log : merkle::NodeSource {
        std::vector<std::string> txns;
        std::map<merkle::NodeId, Hash32> nodes;
        [[nodiscard]] std::optional<Hash32> node(merkle::NodeId id) const override;
    };

    static std::size_t index(LedgerId id) { return static_cast<std::size_t>(id); }

    [[nodiscard]] const Head& top() const { return stack_.empty() ? committed_ : head_; }

    static void execute(Head& head, LedgerId ledger, const std::string& text);
    void append_committed(LedgerId ledger, const std::string& text);
    [[nodiscard]] std::optional<consensus::AuditRecord> record_at(std::uint64_t seq_no) const;
    [[nodiscard]] static Hash32 state_root(const Head& head, LedgerId ledger);

    std::unordered_map<std::string, std::string> requests_;
    Head committed_;
    Head head_;  // top of the stack
    std::vector<Batch> stack_;
    std::set<std::string> uncommitted_digests_;
    std::set<std::string> committed_digests_;
    std::array<Log, 4> logs_;
    std::string fault_;
    std::function<std::string(const std::string&)> key_of_;
};

}  // namespace stadtbuch::simulation
