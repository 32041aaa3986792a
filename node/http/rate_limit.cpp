// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/http/rate_limit.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "storage/encoding/text.hpp"

namespace stadtbuch::node {

namespace {

constexpr std::size_t buckets_max = 4096;

}  // namespace

std::string client_network(std::string_view address) {
    in6_addr octets{};
    if (inet_pton(AF_INET6, std::string(address).c_str(), &octets) != 1)
        return std::string(address);
    return encoding::hex_encode(BytesView(octets.s6_addr, 8));
}

void RateLimit::make_room() {
    std::vector<std::int64_t> times;
    times.reserve(buckets_.size());
    for (const auto& [name, bucket] : buckets_) times.push_back(bucket.at_ms);
    const auto middle = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2);
    std::nth_element(times.begin(), middle, times.end());
    std::erase_if(buckets_,
                  [limit = *middle](const auto& entry) { return entry.second.at_ms <= limit; });
}

std::optional<int> RateLimit::take(std::string_view address, double cost, std::int64_t now_ms) {
    if (rule_.per_second <= 0) return std::nullopt;
    const std::string name = client_network(address);
    const std::lock_guard lock(guard_);
    if (buckets_.size() >= buckets_max && !buckets_.contains(name)) make_room();
    Bucket& bucket = buckets_.try_emplace(name, Bucket{rule_.burst, now_ms}).first->second;
    const double refill = static_cast<double>(now_ms - bucket.at_ms) / 1000.0 * rule_.per_second;
    bucket.left = std::min(rule_.burst, bucket.left + refill);
    bucket.at_ms = now_ms;
    if (bucket.left >= cost) {
        bucket.left -= cost;
        return std::nullopt;
    }
    return std::max(1, static_cast<int>(std::ceil((cost - bucket.left) / rule_.per_second)));
}

}  // namespace stadtbuch::node
