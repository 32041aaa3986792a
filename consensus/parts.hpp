// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The inside of a Replica: its parts and the decisions that belong to none of them alone.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "consensus/catchup/leecher.hpp"
#include "consensus/core.hpp"
#include "consensus/monitor/monitor.hpp"
#include "consensus/ordering/ordering.hpp"
#include "consensus/ordering/requests.hpp"
#include "consensus/records.hpp"
#include "consensus/replica.hpp"
#include "consensus/selection.hpp"
#include "consensus/stash.hpp"
#include "consensus/viewchange/view_changer.hpp"

namespace stadtbuch::consensus {

struct Replica::Parts {
    Parts(Setup setup, Executor& executor);

    // dispatch.cpp: one row for each event and message
    void on(const Event& event);
    void on_message(const NodeName& from, const messages::Message& message);
    void on_three_phase(const NodeName& from, const messages::Message& message,
                        messages::InstanceId inst, ViewNo view, PpSeqNo seq);
    void on_checkpoint(const NodeName& from, const messages::Checkpoint& checkpoint);
    void on_ledger_status(const NodeName& from, const messages::LedgerStatus& status);
    void on_request(const NodeName& from, const messages::MessageRequest& question);
    void on_response(const NodeName& from, const messages::MessageResponse& response);
    [[nodiscard]] Ordering* instance(messages::InstanceId inst);

    // replica.cpp: after the event
    void settle();
    void propose();
    [[nodiscard]] bool settle_once();
    void obey_signals(const Signals& signals);
    void notice_sleep();
    void on_time();
    void watch_lag();
    void watch_membership();
    void begin_catchup();
    void finish_catchup();
    void note_foreign_checkpoint(const NodeName& from, const messages::Checkpoint& checkpoint);
    void say_votes_are_lost(std::vector<NodeName> to);
    void watch_recovery();
    [[nodiscard]] std::optional<PpSeqNo> checkpoint_of_others() const;
    void take_pool_parameters();
    void open_view();
    void resize_instances();
    [[nodiscard]] bool is_voter() const;
    [[nodiscard]] bool may_speak(const NodeName& from) const;

    Core core;
    std::vector<NodeName> genesis_registry;
    std::vector<NodeName> known_registry;  ///< committed, as last reported
    Restored restored;
    Stash stash;
    RegistryHistory history;
    Requests requests;
    std::vector<std::unique_ptr<Ordering>> instances;  ///< [0] is the master
    Leecher leecher;
    ViewChanger view_changer;
    Monitor monitor;

    std::deque<CutBatch> commanded_cuts;  ///< with Setup::cuts_on_command

    // Recovery: what others say about checkpoints while this member does not vote.
    bool recovering = false;
    PpSeqNo recovers_at = 0;
    bool reach_is_known = false;  ///< `recovers_at` is final
    bool in_doubt = false;        ///< recovering, but perhaps without need: Setup::in_doubt
    std::map<PpSeqNo, std::map<NodeName, Hash32>> foreign_checkpoints;

    bool started = false;
    bool first_catchup_done = false;
    Tick next_housekeeping = 0;
    Tick next_probe = 0;
    Tick next_poll = 0;
    Tick members_differ_since = 0;
    ViewNo members_differ_in = 0;
};

}  // namespace stadtbuch::consensus
