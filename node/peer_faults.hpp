// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What members did that no honest one does: counted for each of them, and named in the log, so that
// the operator on call knows whom to ring up. A hostile member repeats itself, so the log gets the
// same fault of the same member once a minute at most, with the number of times since.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace stadtbuch::node {

class PeerFaults {
  public:
    static constexpr std::int64_t log_interval_ms = 60'000;
    /// Members and reasons are few; who still makes up more of them finds all others in one.
    static constexpr std::size_t kinds_max = 4'096;

    /// Any thread. Counts one fault; `peer` is empty when nobody in particular is suspected.
    /// Returns how many of its kind a line of the log stands for now, this one included; 0: no line
    /// is due.
    [[nodiscard]] std::uint64_t note(const std::string& peer, std::string_view reason,
                                     std::int64_t now_ms);

    /// Any thread. Faults by member since the start.
    [[nodiscard]] std::map<std::string, std::uint64_t> by_peer() const;

  private:
    struct Kind {
        std::uint64_t unsaid = 0;
        std::int64_t said_ms = 0;
        bool was_said = false;
    };

    mutable std::mutex mutex_;
    std::map<std::string, std::uint64_t> by_peer_;
    std::map<std::pair<std::string, std::string>, Kind> kinds_;
};

}  // namespace stadtbuch::node
