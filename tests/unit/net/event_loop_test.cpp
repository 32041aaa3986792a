// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "node/net/event_loop.hpp"
#include "node/net/thread_pool.hpp"
#include "tests/unit/net/loop_helper.hpp"

using namespace stadtbuch::net;

TEST_CASE("posted tasks run in order, also from other threads", "[net][loop]") {
    EventLoop loop;
    std::vector<int> seen;
    std::thread other([&] {
        for (int i = 0; i < 1000; ++i) loop.post([&seen, i] { seen.push_back(i); });
        loop.post([&loop] { loop.stop(); });
    });
    loop.run();
    other.join();
    REQUIRE(seen.size() == 1000);
    for (int i = 0; i < 1000; ++i) CHECK(seen[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("stop before run is not lost", "[net][loop]") {
    EventLoop loop;
    bool ran_late = false;
    loop.after(60000, [&] { ran_late = true; });
    loop.stop();
    loop.run();
    CHECK_FALSE(ran_late);
}

TEST_CASE("timers fire in order of their time and can be cancelled", "[net][loop]") {
    EventLoop loop;
    std::vector<int> seen;
    loop.after(40, [&] { seen.push_back(2); });
    loop.after(10, [&] { seen.push_back(1); });
    const auto cancelled = loop.after(20, [&] { seen.push_back(99); });
    loop.cancel(cancelled);
    loop.cancel(cancelled);
    loop.cancel(123456);
    int ticks = 0;
    EventLoop::TimerId ticker = 0;
    ticker = loop.every(5, [&] {
        if (++ticks == 3) loop.cancel(ticker);
    });
    REQUIRE(test::run_until(loop, [&] { return seen.size() == 2 && ticks == 3; }));
    loop.run_for(30);
    CHECK(seen == std::vector<int>{1, 2});
    CHECK(ticks == 3);
}

TEST_CASE("a readable descriptor is reported until it is read", "[net][loop]") {
    EventLoop loop;
    std::array<int, 2> ends{};
    REQUIRE(pipe(ends.data()) == 0);
    int calls = 0;
    char octet = 0;
    EventLoop::WatchId watch = 0;
    watch = loop.watch_readable(ends[0], [&] {
        // Left unread twice: the loop must ask again although nothing new arrives.
        if (++calls < 3) return;
        CHECK(read(ends[0], &octet, 1) == 1);
    });
    REQUIRE(write(ends[1], "x", 1) == 1);
    REQUIRE(test::run_until(loop, [&] { return octet == 'x'; }));
    CHECK(calls == 3);
    loop.unwatch(watch);
    REQUIRE(write(ends[1], "y", 1) == 1);
    loop.run_for(20);
    CHECK(calls == 3);
    close(ends[0]);
    close(ends[1]);
}

TEST_CASE("the end of a turn comes after the callbacks of the turn", "[net][loop]") {
    EventLoop loop;
    int pending = 0;
    int flushes = 0;
    int largest = 0;
    const auto hook = loop.at_turn_end([&] {
        if (pending == 0) return;
        largest = std::max(largest, pending);
        pending = 0;
        ++flushes;
    });
    for (int i = 0; i < 100; ++i) loop.post([&] { ++pending; });
    loop.run_for(10);
    CHECK(flushes == 1);
    CHECK(largest == 100);
    loop.remove_turn_end(hook);
    loop.post([&] { ++pending; });
    loop.run_for(10);
    CHECK(flushes == 1);
}

TEST_CASE("a loop that gathers takes what came meanwhile in one turn", "[net][loop]") {
    EventLoop loop;
    int turns = 0;
    int done = 0;
    loop.at_turn_end([&] { ++turns; });
    loop.gather_for(std::chrono::milliseconds(20));
    const auto begun = std::chrono::steady_clock::now();
    std::thread poster([&] {
        for (int i = 0; i < 200; ++i) {
            loop.post([&] {
                if (++done == 200) loop.stop();
            });
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
    });
    loop.run();
    poster.join();
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begun);
    CHECK(done == 200);
    // However slow the machine is, a turn is preceded by its pause.
    CHECK(turns <= took.count() / 20 + 1);
}

TEST_CASE("SIGTERM and SIGHUP arrive as callbacks", "[net][loop]") {
    EventLoop loop;
    int stopped_by = 0;
    int reloads = 0;
    loop.handle_signals([&](int number) { stopped_by = number; }, [&] { ++reloads; });
    std::raise(SIGHUP);
    std::raise(SIGTERM);
    REQUIRE(test::run_until(loop, [&] { return stopped_by != 0 && reloads == 1; }));
    CHECK(stopped_by == SIGTERM);
}

TEST_CASE("a full pool says so and drains", "[net][pool]") {
    ThreadPool pool({.threads = 2, .queue_max = 4, .name = "test"});
    std::atomic<bool> go{false};
    std::atomic<int> done{0};
    const auto task = [&] {
        while (!go) std::this_thread::yield();
        ++done;
    };
    int accepted = 0;
    // Two may run and four wait; how many run already when the queue fills is the scheduler's
    // affair.
    for (int i = 0; i < 50; ++i) accepted += pool.submit(task) ? 1 : 0;
    CHECK(accepted >= 4);
    CHECK(accepted <= 6);
    go = true;
    pool.drain();
    CHECK(done == accepted);
    CHECK(pool.queued() == 0);
    CHECK(pool.submit(task));
    pool.drain();
    CHECK(done == accepted + 1);
}
