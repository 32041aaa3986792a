// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The client port's view of committed ledgers on a ReadView, which must outlive it.
#pragma once
#include "ssi/ledger/client_port.hpp"
#include "ssi/ledger/read_view.hpp"

namespace stadtbuch::ledger {

class ViewedLedgers final : public CommittedLedgers {
  public:
    explicit ViewedLedgers(const ReadView& view) : view_(view) {}

    [[nodiscard]] std::uint64_t size(Ledger ledger) const override { return view_.size(ledger); }

    [[nodiscard]] std::optional<Hash32> root_at(Ledger ledger, std::uint64_t size) const override {
        return view_.txn_root_at(ledger, size);
    }

    [[nodiscard]] std::optional<std::vector<Hash32>> consistency_proof(
        Ledger ledger, std::uint64_t first, std::uint64_t second) const override {
        return view_.consistency_proof(ledger, first, second);
    }

    [[nodiscard]] std::optional<std::string> txn_json(Ledger ledger,
                                                      std::uint64_t seq_no) const override {
        return view_.txn_json(ledger, seq_no);
    }

  private:
    const ReadView& view_;
};

}  // namespace stadtbuch::ledger
