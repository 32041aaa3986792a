// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Fetches multi-signatures for an observer: catch-up brings transactions but no signatures, so the
// observer asks a validator for its newest GET_TXN proof, checks it against the pool's BLS keys,
// and stores it for its reads. Signatures of past states are fetched when a receipt needs them. On
// the net loop's thread; pairings on the workers.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "node/consensus_driver.hpp"
#include "node/net/thread_pool.hpp"
#include "node/transport/validator_links.hpp"
#include "ssi/ledger/genesis.hpp"
#include "ssi/ledger/pool_chain.hpp"
#include "ssi/ledger/read_view.hpp"

namespace stadtbuch::node {

class ProofFetcher {
  public:
    ProofFetcher(net::EventLoop& loop, net::ThreadPool& workers, ledger::Reader& reader,
                 ValidatorLinks& links, ConsensusDriver& driver, const ledger::Genesis& genesis);

    /// The signature of the newest state of a ledger, over its newest transaction; or of the domain
    /// state of a time. Calls back when it can be read, or after a few seconds without.
    void fetch(ledger::Ledger ledger, std::optional<std::int64_t> time, std::function<void()> done);

  private:
    /// A state whose signature is to come.
    struct Wanted {
        ledger::Ledger ledger = ledger::Ledger::domain;
        std::optional<Hash32> state_root;  ///< none: whatever the pool ledger's chain can use
        std::optional<Hash32> txn_root;    ///< newest states: of the ledger, too
    };

    void check_all();
    /// Asks for signatures of the times between changes of the pool, from where the chain of
    /// members ends.
    void ask_for_steps(const ledger::ReadView& view, std::uint64_t known);
    void ask(ledger::Ledger ledger, std::uint64_t size);
    void ask_at(std::int64_t time, const Wanted& wanted);
    /// For the signature of the pool's state when its ledger had this size.
    void ask_pool_then(std::uint64_t size);
    void send(encoding::Object operation, const Wanted& wanted);
    void on_proof(const Wanted& wanted, const encoding::Value& result);
    void check_and_store(const ledger::ReadView& view, const encoding::Value& proof);
    void wait(const Wanted& wanted, std::int64_t until_ms, std::function<void()> done);
    [[nodiscard]] bool is_wanted(const ledger::ReadView& view, ledger::Ledger ledger) const;
    /// Grows the chain of members by what the pool ledger has more, if this signature vouches for
    /// it.
    [[nodiscard]] bool extend_chain(const ledger::ReadView& view, const encoding::Value& proof);

    net::EventLoop& loop_;
    net::ThreadPool& workers_;
    ledger::Reader& reader_;
    ValidatorLinks& links_;
    ConsensusDriver& driver_;
    std::mutex chain_guard_;
    std::optional<ledger::PoolChain> chain_;
    std::uint64_t next_req_id_ = 1;
    std::size_t turn_ = 0;
    std::uint64_t step_ = 0;  ///< of the pool ledger, tried last
};

}  // namespace stadtbuch::node
