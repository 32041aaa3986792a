// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The node-to-node traffic of a recording, in its order: frames, and what was done to the pool.
#pragma once
#include <string>
#include <vector>

#include "consensus/events.hpp"
#include "consensus/messages/messages.hpp"

namespace stadtbuch::interop {

struct Frame {
    std::string where;  ///< file and row
    double time = 0;    ///< UNIX seconds
    std::string from;
    std::vector<std::string> to;
    std::string raw;
};

struct PoolEvent {
    enum class Kind { stop, start, other };
    Kind kind = Kind::other;
    std::string node;
};

/// A row: exactly one of the two is set.
struct TrafficRow {
    double time = 0;
    bool is_event = false;
    Frame frame;
    PoolEvent event;
};

/// Rows of node_messages.jsonl by time. Events count by their first words: `stop NAME`, `start
/// NAME`.
[[nodiscard]] std::vector<TrafficRow> load_traffic(const std::string& folder);

/// The messages of a frame: none for health frames, several for a BATCH.
[[nodiscard]] std::vector<consensus::messages::Message> messages_of(const Frame& frame);

}  // namespace stadtbuch::interop
