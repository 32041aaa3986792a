// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Facts of the domain ledger from an observer's committed view.
#pragma once
#include "ssi/ledger/did_answers.hpp"
#include "ssi/ledger/read_view.hpp"

namespace stadtbuch::node {

/// Remembers what was asked, for a receipt. `view` must outlive it.
class ViewFacts : public ledger::DomainFacts {
  public:
    struct Asked {
        ledger::Moment moment;
        Bytes key;
        /// nullopt: before the first batch, there is nothing to prove with.
        std::optional<Hash32> root;
        std::optional<std::string> value;
        Bytes proof_nodes;
    };

    explicit ViewFacts(const ledger::ReadView& view) : view_(view) {}

    [[nodiscard]] Result<std::optional<std::string>, ledger::NoFact> value(
        const ledger::Moment& moment, BytesView key) override;
    [[nodiscard]] Result<std::optional<std::int64_t>, ledger::NoFact> time_of(
        std::uint64_t seq_no) override;
    [[nodiscard]] Result<std::optional<std::string>, ledger::NoFact> attribute(
        const Hash32& hash) override;

    [[nodiscard]] const std::vector<Asked>& asked() const { return asked_; }

    [[nodiscard]] const std::vector<std::uint64_t>& asked_txns() const { return asked_txns_; }

    [[nodiscard]] const std::vector<std::string>& asked_texts() const { return asked_texts_; }

  private:
    const ledger::ReadView& view_;
    std::vector<Asked> asked_;
    std::vector<std::uint64_t> asked_txns_;
    std::vector<std::string> asked_texts_;
};

}  // namespace stadtbuch::node
