// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/peer_faults.hpp"

namespace stadtbuch::node {

std::uint64_t PeerFaults::note(const std::string& peer, std::string_view reason,
                               std::int64_t now_ms) {
    const std::lock_guard lock(mutex_);
    std::pair<std::string, std::string> key{peer, reason};
    if (kinds_.size() >= kinds_max && kinds_.count(key) == 0) key = {};
    ++by_peer_[key.first];
    Kind& kind = kinds_[key];
    ++kind.unsaid;
    if (kind.was_said && now_ms < kind.said_ms + log_interval_ms) return 0;
    kind.was_said = true;
    kind.said_ms = now_ms;
    return std::exchange(kind.unsaid, 0);
}

std::map<std::string, std::uint64_t> PeerFaults::by_peer() const {
    const std::lock_guard lock(mutex_);
    return by_peer_;
}

}  // namespace stadtbuch::node
