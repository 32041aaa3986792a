// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Messages that came too early: kept per sender within limits, oldest dropped first, released all
// at once.
#pragma once
#include <deque>
#include <map>
#include <vector>

#include "consensus/limits.hpp"
#include "consensus/messages/messages.hpp"

namespace stadtbuch::consensus {

class Stash {
  public:
    struct Entry {
        NodeName from;
        messages::Message message;
        std::size_t bytes = 0;
    };

    explicit Stash(const Limits& limits) : limits_(limits) {}

    void keep(const NodeName& from, const messages::Message& message);
    /// Everything, in order of arrival. What is still too early is kept again by its handler.
    [[nodiscard]] std::vector<Entry> take_all();

    [[nodiscard]] std::size_t size() const { return count_; }

    [[nodiscard]] std::size_t bytes() const;
    /// Senders of kept 3PC messages that belong to a later view than `view`, each with the newest.
    [[nodiscard]] std::map<NodeName, ViewNo> senders_beyond(ViewNo view) const;

  private:
    struct Lane {
        std::deque<std::pair<std::uint64_t, Entry>> entries;  ///< with arrival number
        std::size_t bytes = 0;
    };

    const Limits& limits_;
    std::map<NodeName, Lane> lanes_;
    std::uint64_t arrivals_ = 0;
    std::size_t count_ = 0;
};

}  // namespace stadtbuch::consensus
