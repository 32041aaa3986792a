// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/transport/pulse.hpp"

#include <catch2/catch.hpp>

using namespace stadtbuch::node;

TEST_CASE("a peer that answers is there, whatever else it says") {
    Pulse pulse;
    pulse.begin(1000);
    std::int64_t now = 1000;
    for (int i = 0; i < 100; ++i) {
        now += ping_interval_ms;
        pulse.answer(now);
        CHECK(pulse.is_there(now + silence_ms - 1));
    }
}

TEST_CASE("a peer that says nothing is missed after two pings, and it is known since when") {
    Pulse pulse;
    pulse.begin(1000);
    CHECK(pulse.is_there(1000 + silence_ms - 1));
    CHECK_FALSE(pulse.is_there(1000 + silence_ms));
    CHECK(pulse.silent_for(1000 + silence_ms + 200) == silence_ms + 200);
    CHECK(silence_ms > 2 * ping_interval_ms);
    pulse.answer(9000);
    CHECK(pulse.is_there(9000));
}

TEST_CASE("a peer that talks without answering does not hear us") {
    Pulse pulse;
    pulse.begin(0);
    std::int64_t now = 0;
    for (; now < deafness_ms; now += 500) {
        pulse.hear(now);
        CHECK(pulse.is_there(now));
    }
    pulse.hear(now);
    CHECK_FALSE(pulse.is_there(now));
    CHECK(pulse.silent_for(now) == deafness_ms);
    // Under load the answer comes late, behind other messages; it counts when it comes.
    pulse.answer(now + 100);
    CHECK(pulse.is_there(now + 100));
}

TEST_CASE("time in which this process stood still is not held against anybody") {
    Pulse pulse;
    pulse.answer(10'000);
    pulse.sleep(60'000, 71'000);
    CHECK(pulse.is_there(71'000));
    CHECK(pulse.silent_for(71'000) == 1000);
    // What came first after the sleep is no message from the future.
    pulse.hear(71'000);
    pulse.sleep(60'000, 71'000);
    CHECK(pulse.silent_for(71'000) == 0);
    CHECK_FALSE(pulse.is_there(71'000 + silence_ms));
}
