// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What must hold after every event, whatever the faults (reliability ). Each returns
// by writing the first violation; the world stops there.
#pragma once
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "consensus/events.hpp"
#include "consensus/replica.hpp"
#include "tests/simulation/toy_executor.hpp"

namespace stadtbuch::simulation {

class Checkers {
  public:
    explicit Checkers(const consensus::Limits& limits) : limits_(limits) {}

    /// Agreement: one batch and one audit root for each number, on all nodes and for ever.
    void ordered(const std::string& node, const consensus::OrderedBatch& batch);
    /// Catch-up brought what the others ordered.
    void caught_up(const std::string& node, const consensus::CaughtUp& range,
                   const ToyExecutor& executor);
    /// No node votes for two batches at one number of one view, not even across restarts.
    void sent(const std::string& node, const consensus::messages::Message& message);
    /// The executor's contract, bounded queues, and views that never fall.
    void stepped(const std::string& node, unsigned incarnation, const consensus::Replica& replica,
                 const ToyExecutor& executor);
    /// At the end: everything acknowledged is in this ledger.
    void acknowledged(const std::string& node, const std::set<std::string>& digests,
                      const ToyExecutor& executor);

    [[nodiscard]] const std::string& violation() const { return violation_; }

    void fail(const std::string& text);

    [[nodiscard]] std::size_t batches() const { return canonical_.size(); }

  private:
    struct Decision {
        std::string digest;
        Hash32 audit_root;
        consensus::ViewNo original_view = 0;
    };

    const consensus::Limits& limits_;
    std::map<consensus::PpSeqNo, Decision> canonical_;
    std::map<std::tuple<std::string, consensus::ViewNo, consensus::PpSeqNo>, std::string> prepares_;
    std::map<std::tuple<std::string, consensus::ViewNo, consensus::PpSeqNo>, std::string>
        proposals_;
    std::map<std::tuple<std::string, consensus::ViewNo>, std::string> view_changes_;
    std::map<std::pair<std::string, unsigned>, consensus::ViewNo> views_;
    std::string violation_;
};

}  // namespace stadtbuch::simulation
