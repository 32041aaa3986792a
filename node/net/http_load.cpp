// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/http_load.hpp"

#include <algorithm>

namespace stadtbuch::net {

HttpLoad::Held HttpLoad::hold(std::size_t bytes) {
    std::size_t held = held_;
    do {
        if (bytes > bytes_max_ || held > bytes_max_ - bytes) return nullptr;
    } while (!held_.compare_exchange_weak(held, held + bytes));
    return {this, [bytes](HttpLoad* load) { load->held_ -= bytes; }};
}

void HttpLoad::served(std::int64_t duration_us) {
    // Two workers that end at once may lose one of their durations; it is a mean.
    const std::int64_t mean = mean_us_;
    mean_us_ = mean == 0 ? duration_us : mean + (duration_us - mean) / 8;
}

std::int64_t HttpLoad::retry_after_s(std::size_t waiting, std::size_t workers) const {
    const auto turns = static_cast<std::int64_t>(waiting / std::max<std::size_t>(workers, 1) + 1);
    constexpr std::int64_t second_us = 1'000'000;
    constexpr std::int64_t most_us = retry_after_max_s * second_us;
    const std::int64_t mean = std::clamp<std::int64_t>(mean_us_, 0, most_us);
    if (turns > most_us / std::max<std::int64_t>(mean, 1)) return retry_after_max_s;
    return std::clamp<std::int64_t>((turns * mean + second_us - 1) / second_us, 1,
                                    retry_after_max_s);
}

}  // namespace stadtbuch::net
