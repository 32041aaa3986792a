// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Links between nodes, one state for each direction.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "consensus/limits.hpp"

namespace stadtbuch::simulation {

struct Link {
    unsigned cuts = 0;  ///< causes that hold it down now
    bool cut_by_hand = false;
    consensus::Tick more = 0;  ///< delay on top
    std::uint64_t lost_per_mille = 0;
    consensus::Tick busy = 0;  ///< delivery of the last message, where order is kept

    [[nodiscard]] bool open() const { return cuts == 0 && !cut_by_hand; }
};

class Network {
  public:
    explicit Network(std::size_t nodes) : nodes_(nodes), links_(nodes * nodes) {}

    Link& link(std::size_t from, std::size_t to) { return links_[from * nodes_ + to]; }

    [[nodiscard]] const Link& link(std::size_t from, std::size_t to) const {
        return links_[from * nodes_ + to];
    }

    /// Messages can pass both ways: what a heartbeat sees.
    [[nodiscard]] bool joined(std::size_t a, std::size_t b) const {
        return link(a, b).open() && link(b, a).open();
    }

    void heal_all() {
        for (Link& link : links_) link = Link{0, false, 0, 0, link.busy};
    }

  private:
    std::size_t nodes_;
    std::vector<Link> links_;
};

}  // namespace stadtbuch::simulation
