// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the parts of one replica share: identity, pool parameters, position, and the step in
// progress. The parts never call each other sideways for something that is somebody else's
// decision; they leave a Signal, and replica.cpp acts on it after the handler has run to its end.
#pragma once
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "consensus/events.hpp"
#include "consensus/executor.hpp"
#include "consensus/limits.hpp"
#include "consensus/quorums.hpp"
#include "consensus/replica.hpp"

namespace stadtbuch::consensus {

/// Matters that a handler leaves for the replica as a whole.
struct Signals {
    /// Reasons to leave a view, and which: by the time they are heard it may have been left.
    std::vector<std::pair<Reason, ViewNo>> votes_wanted;
    bool release_stash = false;
    bool lag_suspected = false;
    bool first_batch_of_view_ordered = false;
    bool node_count_changed = false;
    ViewNo node_count_changed_in = 0;
    bool counted_members_due = false;  ///< a batch of another original view was ordered
    bool view_left = false;            ///< a view change began
};

struct Core {
    Core(const Setup& setup, Executor& port)
        : self(setup.self),
          role(setup.role),
          limits(setup.limits),
          has_bls_key(setup.has_bls_key),
          cuts_on_command(setup.cuts_on_command),
          executor(port) {}

    const NodeName self;
    const Role role;
    const Limits limits;
    const bool has_bls_key;
    const bool cuts_on_command;
    Executor& executor;

    // Pool parameters; they change only at the points of plenum-consensus §7.2.
    std::vector<NodeName> registry;
    Quorums quorums;
    std::set<NodeName> connected;
    std::map<NodeName, Tick> lost_since;  ///< those that were connected once
    Tick started_at = 0;

    // Position.
    ViewNo view_no = 0;
    bool waiting_for_new_view = false;
    bool participating = false;
    /// Removed by what it ordered last: it votes for those who have not ordered that yet, and
    /// orders nothing, as those who have need fewer or other votes (seed 1013850).
    bool leaving = false;
    /// Index: instance. Backups are missing until the first batch of the view is ordered.
    std::vector<NodeName> primaries;

    // The step in progress.
    Instant now;
    Actions out;
    PersistId persisted = 0;
    PersistId durable = 0;
    std::uint64_t next_id = 1;
    Signals signals;
    std::uint64_t messages_out = 0;

    [[nodiscard]] bool is_member(const NodeName& name) const {
        return std::find(registry.begin(), registry.end(), name) != registry.end();
    }

    /// Since when a member cannot be reached; nothing while it can.
    [[nodiscard]] std::optional<Tick> away_since(const NodeName& name) const {
        if (name == self || connected.count(name) != 0) return std::nullopt;
        const auto it = lost_since.find(name);
        return it == lost_since.end() ? started_at : it->second;
    }

    /// Whoever does not reach n-f members sees neither progress nor primaries, whoever is at fault.
    [[nodiscard]] bool reaches_quorum() const {
        std::size_t reached = 0;
        for (const NodeName& name : registry)
            reached += name == self || connected.count(name) != 0 ? 1U : 0U;
        return reached >= quorums.strong();
    }

    [[nodiscard]] bool is_primary(messages::InstanceId inst) const {
        return primary_of(inst) == self;
    }

    /// Empty when the instance has none now.
    [[nodiscard]] NodeName primary_of(messages::InstanceId inst) const {
        return inst < primaries.size() ? primaries[static_cast<std::size_t>(inst)] : NodeName{};
    }

    [[nodiscard]] std::vector<NodeName> others() const {
        std::vector<NodeName> out_names;
        for (const NodeName& name : registry) {
            if (name != self) out_names.push_back(name);
        }
        return out_names;
    }

    /// Opens this step's write; returns its number.
    PersistId open_write() {
        if (out.persist_id == 0) out.persist_id = ++persisted;
        return out.persist_id;
    }

    void persist(std::string key, std::optional<std::string> value) {
        out.sync_now |= value.has_value();
        persist_sometime(std::move(key), std::move(value));
    }

    /// Nobody waits for it.
    void persist_sometime(std::string key, std::optional<std::string> value) {
        open_write();
        out.persist.push_back({std::move(key), std::move(value)});
    }

    /// A vote may leave when everything noted so far is durable.
    [[nodiscard]] PersistId barrier() const { return persisted > durable ? persisted : 0; }

    void broadcast(messages::Message message, PersistId after = 0) {
        send({}, std::move(message), after);
    }

    void send(std::vector<NodeName> to, messages::Message message, PersistId after = 0) {
        out.sync_now |= after > durable;
        messages_out += to.empty() ? (registry.empty() ? 0 : registry.size() - 1) : to.size();
        out.send.push_back({std::move(to), std::move(message), after});
    }

    void suspect(const NodeName& from, Reason reason, PpSeqNo pp_seq_no = 0) {
        out.suspicions.push_back({from, reason, pp_seq_no});
    }

    void vote(Reason reason) { signals.votes_wanted.emplace_back(reason, view_no); }
};

}  // namespace stadtbuch::consensus
