// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Inside of EventLoop, for the sources of node/net only: it names Asio.
#pragma once
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "node/net/event_loop.hpp"

namespace stadtbuch::net {

struct EventLoop::Impl {
    struct Timer {
        explicit Timer(boost::asio::io_context& io) : wait(io) {}

        boost::asio::steady_timer wait;
        /// 0: once.
        std::int64_t period_ms = 0;
        Task task;
    };

    struct Watch {
        explicit Watch(boost::asio::io_context& io) : descriptor(io) {}

        boost::asio::posix::stream_descriptor descriptor;
        Task task;
        bool active = true;
    };

    struct TurnHook {
        WatchId id = 0;
        Task task;
        bool active = true;
    };

    // One thread runs it; the hint lets Asio skip wake-ups between several.
    boost::asio::io_context io{1};
    std::unordered_map<TimerId, std::shared_ptr<Timer>> timers;
    std::unordered_map<WatchId, std::shared_ptr<Watch>> watches;
    std::vector<std::shared_ptr<TurnHook>> hooks;
    bool hooks_changed = false;
    std::unique_ptr<boost::asio::signal_set> signals;
    std::function<void(int)> on_stop_signal;
    Task on_reload_signal;
    std::atomic<bool> stop_requested{false};
    std::atomic<std::thread::id> owner{};
    std::uint64_t next_id = 1;

    void arm(TimerId id, const std::shared_ptr<Timer>& timer);
    void arm(const std::shared_ptr<Watch>& watch);
    void arm_signals();
    void end_turn();
    void poll_ready();
};

}  // namespace stadtbuch::net
