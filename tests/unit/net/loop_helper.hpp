// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What the tests of this folder share.
#pragma once
#include <functional>

#include "node/net/event_loop.hpp"

namespace stadtbuch::net::test {

/// Runs the loop until `done()` holds; false after `limit_ms`. The limit is there to end a broken
/// test only.
inline bool run_until(EventLoop& loop, const std::function<bool()>& done, int limit_ms = 10000) {
    const std::int64_t end = monotonic_ms() + limit_ms;
    while (!done()) {
        if (monotonic_ms() > end) return false;
        loop.run_for(5);
    }
    return true;
}

}  // namespace stadtbuch::net::test
