// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One validator of ours without sockets, threads and disk: replica, ledger execution, memory store,
// BLS. What the shell does off the consensus thread is done at once here.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "consensus/bls/bls.hpp"
#include "consensus/replica.hpp"
#include "node/execution/ledger_executor.hpp"
#include "ssi/ledger/execution.hpp"
#include "ssi/ledger/genesis.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::interop {

/// What the node would have put on its links.
struct Said {
    double time = 0;
    std::vector<std::string> to;  ///< empty: everybody
    consensus::messages::Message message;
    std::string text;
};

class ShadowNode {
  public:
    /// The key is made from the seed when it fits the ledger's; without one the node orders without
    /// shares.
    ShadowNode(std::string name, ledger::Genesis genesis, double epoch,
               std::optional<bls::SecretKey> key);

    /// A process starts on the store that the last one left behind.
    void start(double time);
    void stop();

    [[nodiscard]] bool is_running() const { return replica_ != nullptr; }

    /// Lets time pass: every wake-up that falls due before.
    void advance(double time);
    void deliver(double time, const std::string& from, consensus::messages::Message message);
    void client_request(double time, const consensus::messages::Propagate& propagate);
    void peer_connected(double time, const std::string& peer);
    void peer_disconnected(double time, const std::string& peer);
    void cut(double time, consensus::CutBatch cut);

    [[nodiscard]] bool knows_request(const std::string& digest) const {
        return known_requests_.contains(digest);
    }

    [[nodiscard]] const std::vector<Said>& said() const { return said_; }

    [[nodiscard]] const std::vector<consensus::OrderedBatch>& ordered() const { return ordered_; }

    [[nodiscard]] const std::vector<consensus::Suspicion>& suspicions() const {
        return suspicions_;
    }

    [[nodiscard]] const std::vector<consensus::messages::MultiSig>& proofs() const {
        return proofs_;
    }

    [[nodiscard]] const ledger::Execution& execution() const { return *execution_; }

    [[nodiscard]] consensus::Status status() const { return replica_->status(); }

  private:
    [[nodiscard]] consensus::Instant instant(double time) const;
    void step(double time, consensus::Event event);
    void obey(double time, consensus::Actions actions);
    void write(consensus::Actions& actions);
    [[nodiscard]] bool take_request(consensus::messages::Propagate& propagate);
    [[nodiscard]] consensus::Signed sign(const consensus::SignRequest& request) const;
    [[nodiscard]] static consensus::SharesChecked check(const consensus::ShareCheck& check);
    [[nodiscard]] static consensus::ProofChecked check(const consensus::ProofCheck& check);

    const std::string name_;
    const ledger::Genesis genesis_;
    const double epoch_;
    const std::optional<bls::SecretKey> key_;
    std::unique_ptr<store::Store> store_;
    std::map<std::string, std::string> votes_;
    std::unique_ptr<ledger::Execution> execution_;
    std::unique_ptr<node::LedgerExecutor> executor_;
    std::unique_ptr<consensus::Replica> replica_;
    std::deque<consensus::Event> inner_;
    std::optional<consensus::Tick> wake_at_;
    std::set<std::string> known_requests_;
    std::vector<Said> said_;
    std::vector<consensus::OrderedBatch> ordered_;
    std::vector<consensus::Suspicion> suspicions_;
    std::vector<consensus::messages::MultiSig> proofs_;
};

}  // namespace stadtbuch::interop
