// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One thread that waits for sockets, timers and posted work, and runs their callbacks one after
// another.
//
// Ownership: callbacks are owned by the loop until they ran or were cancelled. Threads: only
// post(), stop() and the two clocks may be called from other threads; everything else from the
// loop's thread, or before run(). Failures: a callback must not throw; one that does ends the
// process with a line on standard error, because a half-done turn cannot be repaired.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace stadtbuch::net {

/// Monotonic milliseconds since an arbitrary start; never goes back.
[[nodiscard]] std::int64_t monotonic_ms() noexcept;
/// Seconds since 1970-01-01 UTC of the system clock.
[[nodiscard]] std::int64_t unix_seconds() noexcept;

class EventLoop {
  public:
    using Task = std::function<void()>;
    using TimerId = std::uint64_t;
    using WatchId = std::uint64_t;

    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;

    /// Any thread. Runs `task` on the loop's thread in a later step, in the order of posting. Tasks
    /// posted after the loop ended are dropped when the loop is destroyed.
    void post(Task task);

    /// Runs `task` once, `delay_ms` (>= 0) from now.
    TimerId after(std::int64_t delay_ms, Task task);
    /// Runs `task` each `period_ms` (>= 1), first after one period. Periods that were missed are
    /// not made up for.
    TimerId every(std::int64_t period_ms, Task task);
    /// An id that already ran or was cancelled is ignored.
    void cancel(TimerId id);

    /// Calls `on_readable` as long as `fd` is readable (level-triggered), once a turn. The
    /// descriptor stays the caller's: unwatch() before closing it.
    WatchId watch_readable(int fd, Task on_readable);
    void unwatch(WatchId id);

    /// Runs at the end of each turn, after the callbacks that were ready: the place to flush what a
    /// turn has collected. Stays registered until removed.
    WatchId at_turn_end(Task task);
    void remove_turn_end(WatchId id);

    /// Any thread. From its next turn on the loop sleeps so long before it looks for events, so
    /// that those which arrive meanwhile are handled in one turn: under load a wake for each costs
    /// more than the events. 0: no sleep.
    void gather_for(std::chrono::microseconds pause) noexcept;

    /// SIGTERM and SIGINT call `on_stop` on the loop's thread with the signal's number (a second
    /// one as well); SIGHUP calls `on_reload` if given. SIGPIPE is ignored from here on. At most
    /// one loop of a process does this.
    void handle_signals(std::function<void(int)> on_stop, Task on_reload = nullptr);

    /// Runs until stop(). Call from the thread that shall own the loop; may be called again
    /// afterwards.
    void run();
    /// Runs for `duration_ms` or until stop(); for tests and for synchronous callers.
    void run_for(std::int64_t duration_ms);
    /// Any thread. The current callback ends, then run() returns. Before run(): the next run()
    /// returns at once.
    void stop();
    /// True on the thread that is inside run() or run_for(), and everywhere while none is.
    [[nodiscard]] bool is_mine() const noexcept;

    [[nodiscard]] std::int64_t now_ms() const noexcept { return monotonic_ms(); }

    /// For the other sources of this room, through event_loop_impl.hpp.
    struct Impl;

    [[nodiscard]] Impl& impl() noexcept { return *impl_; }

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace stadtbuch::net
