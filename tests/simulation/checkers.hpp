// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What must hold after every event, whatever the faults (reliability ). Each returns
// by writing the first violation; the world stops there.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>

#include "consensus/events.hpp"
#include "consensus/replica.hpp"
#include "tests/simulation/plan.hpp"

namespace stadtbuch::simulation {

class Checkers {
  public:
    explicit Checkers(const Plan& plan);

    /// A client signed this; nothing else may ever be executed (validity, R-006).
    void submitted(const std::string& digest) { valid_.insert(digest); }

    /// Agreement: one batch and one audit root for each number, on all nodes and for ever; every
    /// request at one number only.
    void ordered(const std::string& node, const consensus::OrderedBatch& batch);
    /// Catch-up brought what the others ordered.
    void caught_up(const std::string& node, const consensus::CaughtUp& range,
                   const consensus::Executor& executor);
    /// No node votes for two batches at one number of one view, not even across restarts.
    void sent(const std::string& node, const consensus::messages::Message& message);
    /// No honest member is accused.
    void suspected(const std::string& node, const consensus::Suspicion& suspicion);
    /// Bounded queues in items and octets, and views that never fall: after every event.
    void stepped(const std::string& node, consensus::ViewNo view_before,
                 const consensus::Load& load, std::size_t records, std::size_t requests_known);
    /// What lies on its disk, and who leads.
    void looked_at(const std::string& node, const consensus::Status& status,
                   std::size_t record_octets);
    void executor_fault(const std::string& node, const std::string& fault);
    /// Everything that this node answered is in its ledger.
    void acknowledged(const std::string& node, const std::set<std::string>& digests,
                      const std::function<bool(const std::string& digest)>& has_executed);

    [[nodiscard]] const std::string& violation() const { return violation_; }

    void over(const std::string& node, const char* what, std::size_t have, std::size_t most);
    void fail(const std::string& text);
    /// The decisions of a lone node are those of its disk: what it served before the sync may be
    /// decided anew.
    void forget_above(consensus::PpSeqNo last);

    [[nodiscard]] std::size_t batches() const { return canonical_.size(); }

    /// Views that the protocol itself ends: a batch of theirs changed the members, who count from
    /// the next one (plenum-consensus §7.2), or selection offers one who was removed (§7.1).
    [[nodiscard]] const std::set<consensus::ViewNo>& views_ended_by_members() const {
        return views_ended_by_members_;
    }

    /// Views that a hostile member leads which never stops.
    [[nodiscard]] const std::set<consensus::ViewNo>& hostile_turns() const {
        return hostile_turns_;
    }

    void names(std::function<bool(const std::string&)> is_honest) {
        is_honest_ = std::move(is_honest);
    }

  private:
    struct Decision {
        std::string digest;
        Hash32 audit_root;
    };

    /// Who leads that view for a member that has ordered everything.
    void selected(consensus::ViewNo view, const consensus::NodeName& primary);

    const Plan& plan_;
    std::function<bool(const std::string&)> is_honest_;
    std::set<std::string> valid_;
    std::map<consensus::PpSeqNo, Decision> canonical_;
    std::unordered_map<std::string, consensus::PpSeqNo> executed_at_;
    std::set<consensus::NodeName> members_;  ///< after the newest batch
    std::set<consensus::ViewNo> views_ended_by_members_;
    std::set<consensus::ViewNo> hostile_turns_;
    std::map<std::tuple<std::string, consensus::ViewNo, consensus::PpSeqNo>, std::string> prepares_;
    std::map<std::tuple<std::string, consensus::ViewNo, consensus::PpSeqNo>, std::string>
        proposals_;
    std::map<std::tuple<std::string, consensus::ViewNo>, std::string> view_changes_;
    std::map<std::tuple<std::string, consensus::ViewNo>, std::string> new_views_;
    std::string violation_;
};

}  // namespace stadtbuch::simulation
