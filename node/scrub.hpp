// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads the whole store again, slowly, because what nobody reads rots unnoticed until it is needed
// (reliability R-047). One thread of the lowest priority, one file after another, with pauses that
// keep it within its rate.
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "storage/store/store.hpp"

namespace stadtbuch::node {

struct ScrubFacts {
    std::uint64_t files = 0;   ///< read and compared since the start
    std::uint64_t octets = 0;  ///< of these
    std::uint64_t errors = 0;  ///< files that do not hold what was written, each time they are met
    std::uint64_t passes = 0;
    std::int64_t last_pass_at = 0;  ///< UNIX seconds when the last one ended; 0: none did
    std::string damaged;            ///< path of the newest of the damaged files; empty: all is well
};

class Scrub {
  public:
    struct Options {
        std::uint64_t octets_per_second = std::uint64_t{4} << 20;  ///< on average
        std::chrono::milliseconds first_after{std::chrono::minutes(10)};
        std::chrono::milliseconds every{std::chrono::hours(24)};  ///< from pass to pass
    };

    /// `store` must outlive the scrub. `on_damage` is called on its thread, once for each bad file
    /// and pass; the pass goes on.
    Scrub(const store::Store& store, Options options, std::function<void(const Error&)> on_damage);
    /// Waits for the file that is being read, some 30 MB.
    ~Scrub();
    Scrub(const Scrub&) = delete;
    Scrub& operator=(const Scrub&) = delete;

    /// Any thread.
    [[nodiscard]] ScrubFacts facts() const;

  private:
    void run();
    void pass();
    /// True when it is time to end.
    [[nodiscard]] bool rest(std::chrono::milliseconds time);

    const store::Store& store_;
    Options options_;
    std::function<void(const Error&)> on_damage_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    bool stopping_ = false;
    ScrubFacts facts_;
    std::thread thread_;
};

}  // namespace stadtbuch::node
