// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Is a peer there although its connection stands? A stopped process, a hung machine and a firewall
// that drops without a word close nothing; TCP notices after minutes, or never. Pure: times in
// milliseconds come in.
//
// Every member answers `pi` with `po`, the reference's too (plenum-consensus §1.3). Any message is
// a sign that a peer can be heard; only `po` is one that it hears us. Under load answers wait
// behind other messages, so the second takes longer to be missed, and nobody who still says
// something is given up within seconds.
#pragma once
#include <algorithm>
#include <cstdint>

namespace stadtbuch::node {

/// A ping leaves this often.
inline constexpr std::int64_t ping_interval_ms = 1000;
/// Nothing at all was heard for so long, though at least two pings were sent: the peer is silent.
inline constexpr std::int64_t silence_ms = 2500;
/// It talks, but has answered no ping for so long: it does not hear us.
inline constexpr std::int64_t deafness_ms = 10'000;

class Pulse {
  public:
    /// The connection stands since now, and nothing was heard yet.
    void begin(std::int64_t now_ms) { heard_ms_ = answered_ms_ = now_ms; }

    void hear(std::int64_t now_ms) { heard_ms_ = now_ms; }

    void answer(std::int64_t now_ms) { heard_ms_ = answered_ms_ = now_ms; }

    /// This process itself did not run for `lost_ms`: nobody is to blame for that time.
    void sleep(std::int64_t lost_ms, std::int64_t now_ms) {
        heard_ms_ = std::min(heard_ms_ + lost_ms, now_ms);
        answered_ms_ = std::min(answered_ms_ + lost_ms, now_ms);
    }

    [[nodiscard]] bool is_there(std::int64_t now_ms) const {
        return now_ms - heard_ms_ < silence_ms && now_ms - answered_ms_ < deafness_ms;
    }

    /// How long it has been missed.
    [[nodiscard]] std::int64_t silent_for(std::int64_t now_ms) const {
        const bool is_silent = now_ms - heard_ms_ >= silence_ms;
        return std::max<std::int64_t>(0, now_ms - (is_silent ? heard_ms_ : answered_ms_));
    }

  private:
    std::int64_t heard_ms_ = 0;
    std::int64_t answered_ms_ = 0;
};

}  // namespace stadtbuch::node
