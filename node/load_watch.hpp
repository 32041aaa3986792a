// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Whether requests come in so fast that it pays to handle them in groups.
#pragma once
#include <cstdint>
#include <optional>

namespace stadtbuch::node {

class LoadWatch {
  public:
    static constexpr std::int64_t window_ms = 50;

    /// `requests` counts from the start of the process. Once a window it is told whether more than
    /// one request a millisecond came in since the last time; in between nothing.
    [[nodiscard]] std::optional<bool> is_busy(std::int64_t now_ms, std::uint64_t requests) {
        const std::int64_t passed = now_ms - begun_ms_;
        if (passed < window_ms) return std::nullopt;
        const bool busy = requests - requests_ > static_cast<std::uint64_t>(passed);
        begun_ms_ = now_ms;
        requests_ = requests;
        return busy;
    }

  private:
    std::int64_t begun_ms_ = 0;
    std::uint64_t requests_ = 0;
};

}  // namespace stadtbuch::node
