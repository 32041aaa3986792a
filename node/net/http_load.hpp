// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What an HTTP server has in hand, against its bounds, and when somebody who is refused should come
// again. No sockets here. Threads: any.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace stadtbuch::net {

class HttpLoad {
  public:
    static constexpr std::int64_t retry_after_max_s = 30;

    /// Octets of one request's body, given back when the last copy dies.
    using Held = std::shared_ptr<const void>;

    explicit HttpLoad(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    /// Room for `bytes` more; null if there is none. The load must outlive what it gives.
    [[nodiscard]] Held hold(std::size_t bytes);
    /// A worker needed `duration_us` for a request.
    void served(std::int64_t duration_us);

    void refused() { ++refused_; }

    /// Whole seconds until `waiting` requests will have been served by `workers` at the pace of the
    /// recent ones: at least 1, at most retry_after_max_s.
    [[nodiscard]] std::int64_t retry_after_s(std::size_t waiting, std::size_t workers) const;

    [[nodiscard]] std::size_t held_bytes() const { return held_; }

    [[nodiscard]] std::uint64_t refusals() const { return refused_; }

  private:
    const std::size_t bytes_max_;
    std::atomic<std::size_t> held_{0};
    /// Of the recent requests, each of which moves it by an eighth.
    std::atomic<std::int64_t> mean_us_{0};
    std::atomic<std::uint64_t> refused_{0};
};

}  // namespace stadtbuch::net
