// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Token buckets per network, so that one client cannot have all of an observer. Bounded: when full,
// the networks that were quiet longest are forgotten. Thread-safe.
#pragma once
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace stadtbuch::node {

class RateLimit {
  public:
    struct Rule {
        /// 0: no limit.
        double per_second = 50;
        double burst = 500;
    };

    explicit RateLimit(Rule rule) : rule_(rule) {}

    /// Seconds to wait, at least 1, when there are not `cost` tokens left; else they are taken.
    [[nodiscard]] std::optional<int> take(std::string_view address, double cost,
                                          std::int64_t now_ms);

  private:
    struct Bucket {
        double left = 0;
        std::int64_t at_ms = 0;
    };

    void make_room();

    const Rule rule_;
    std::mutex guard_;
    std::map<std::string, Bucket, std::less<>> buckets_;
};

/// An IPv4 address itself, the /64 of an IPv6 address (written with `::` or not).
[[nodiscard]] std::string client_network(std::string_view address);

}  // namespace stadtbuch::node
