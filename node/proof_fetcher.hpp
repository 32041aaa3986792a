// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Fetches multi-signatures for an observer: catch-up brings transactions but no signatures, so the observer asks
// a validator for its newest GET_TXN proof, checks it against the pool's BLS keys, and stores it for its reads.
// On the net loop's thread; pairings on the workers.
#pragma once
#include <array>
#include <cstdint>

#include "node/consensus_driver.hpp"
#include "node/net/thread_pool.hpp"
#include "node/transport/validator_links.hpp"
#include "ssi/ledger/read_view.hpp"

namespace stadtbuch::node {

class ProofFetcher {
  public:
    ProofFetcher(net::EventLoop& loop, net::ThreadPool& workers, ledger::Reader& reader, ValidatorLinks& links,
                 ConsensusDriver& driver);

  private:
    void check_all();
    void ask(ledger::Ledger ledger, std::uint64_t size);
    void on_proof(ledger::Ledger ledger, const encoding::Value& result);
    [[nodiscard]] bool is_wanted(const ledger::ReadView& view, ledger::Ledger ledger) const;

    net::EventLoop& loop_;
    net::ThreadPool& workers_;
    ledger::Reader& reader_;
    ValidatorLinks& links_;
    ConsensusDriver& driver_;
    std::uint64_t next_req_id_ = 1;
    std::size_t turn_ = 0;
};

}  // namespace stadtbuch::node
