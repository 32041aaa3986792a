// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/event_loop.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <thread>
#include <unordered_map>
#include <vector>

#include "node/net/event_loop_impl.hpp"
#include "storage/base/assert.hpp"

namespace stadtbuch::net {
namespace {

/// Callbacks of one turn before the turn's end is announced.
constexpr int turn_callbacks_max = 512;

/// Makes a throwing callback end the process where it threw instead of unwinding through Asio.
void run_task(const EventLoop::Task& task) noexcept {
    task();
}

}  // namespace

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
    std::atomic<std::chrono::microseconds::rep> pause_us{0};
    std::uint64_t next_id = 1;

    void arm(TimerId id, const std::shared_ptr<Timer>& timer);
    void arm(const std::shared_ptr<Watch>& watch);
    void arm_signals();
    void end_turn();
    void poll_ready();
    void gather() const;
};

boost::asio::io_context& io_of(EventLoop& loop) {
    return loop.impl().io;
}

std::int64_t monotonic_ms() noexcept {
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::int64_t unix_seconds() noexcept {
    using namespace std::chrono;
    return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

EventLoop::EventLoop() : impl_(std::make_unique<Impl>()) {}

EventLoop::~EventLoop() {
    for (auto& [id, watch] : impl_->watches) {
        watch->active = false;
        watch->descriptor.release();
    }
}

void EventLoop::post(Task task) {
    boost::asio::post(impl_->io, [task = std::move(task)] { run_task(task); });
}

EventLoop::TimerId EventLoop::after(std::int64_t delay_ms, Task task) {
    const TimerId id = impl_->next_id++;
    auto timer = std::make_shared<Impl::Timer>(impl_->io);
    timer->task = std::move(task);
    timer->wait.expires_after(std::chrono::milliseconds(std::max<std::int64_t>(delay_ms, 0)));
    impl_->timers.emplace(id, timer);
    impl_->arm(id, timer);
    return id;
}

EventLoop::TimerId EventLoop::every(std::int64_t period_ms, Task task) {
    const TimerId id = impl_->next_id++;
    auto timer = std::make_shared<Impl::Timer>(impl_->io);
    timer->period_ms = std::max<std::int64_t>(period_ms, 1);
    timer->task = std::move(task);
    timer->wait.expires_after(std::chrono::milliseconds(timer->period_ms));
    impl_->timers.emplace(id, timer);
    impl_->arm(id, timer);
    return id;
}

void EventLoop::cancel(TimerId id) {
    impl_->timers.erase(id);
}

void EventLoop::Impl::arm(TimerId id, const std::shared_ptr<Timer>& timer) {
    timer->wait.async_wait(
        [this, id, weak = std::weak_ptr<Timer>(timer)](const boost::system::error_code& failed) {
            const std::shared_ptr<Timer> alive = weak.lock();
            if (failed || !alive || !timers.contains(id)) return;
            if (alive->period_ms == 0) timers.erase(id);
            run_task(alive->task);
            if (alive->period_ms == 0 || !timers.contains(id)) return;
            alive->wait.expires_after(std::chrono::milliseconds(alive->period_ms));
            arm(id, alive);
        });
}

EventLoop::WatchId EventLoop::watch_readable(int fd, Task on_readable) {
    const WatchId id = impl_->next_id++;
    auto watch = std::make_shared<Impl::Watch>(impl_->io);
    watch->task = std::move(on_readable);
    boost::system::error_code failed;
    watch->descriptor.assign(fd, failed);
    // A descriptor that is open and pollable can always be added; anything else is a fault of ours.
    STADTBUCH_ASSERT(!failed);
    impl_->watches.emplace(id, watch);
    impl_->arm(watch);
    return id;
}

void EventLoop::Impl::arm(const std::shared_ptr<Watch>& watch) {
    watch->descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                                 [this, watch](const boost::system::error_code& failed) {
                                     if (failed || !watch->active) return;
                                     run_task(watch->task);
                                     if (watch->active) arm(watch);
                                 });
}

void EventLoop::unwatch(WatchId id) {
    const auto found = impl_->watches.find(id);
    if (found == impl_->watches.end()) return;
    found->second->active = false;
    found->second->descriptor.release();
    impl_->watches.erase(found);
}

EventLoop::WatchId EventLoop::at_turn_end(Task task) {
    auto hook = std::make_shared<Impl::TurnHook>();
    hook->id = impl_->next_id++;
    hook->task = std::move(task);
    impl_->hooks.push_back(hook);
    return hook->id;
}

void EventLoop::remove_turn_end(WatchId id) {
    for (const auto& hook : impl_->hooks) {
        if (hook->id == id) hook->active = false;
    }
    impl_->hooks_changed = true;
}

void EventLoop::Impl::end_turn() {
    // By index: a hook may register another one.
    for (std::size_t i = 0; i < hooks.size(); ++i) {
        const std::shared_ptr<TurnHook> hook = hooks[i];
        if (hook->active) run_task(hook->task);
    }
    if (!hooks_changed) return;
    hooks_changed = false;
    std::erase_if(hooks, [](const auto& hook) { return !hook->active; });
}

void EventLoop::handle_signals(std::function<void(int)> on_stop, Task on_reload) {
    std::signal(SIGPIPE, SIG_IGN);
    impl_->on_stop_signal = std::move(on_stop);
    impl_->on_reload_signal = std::move(on_reload);
    impl_->signals = std::make_unique<boost::asio::signal_set>(impl_->io, SIGTERM, SIGINT);
    boost::system::error_code failed;
    if (impl_->on_reload_signal) impl_->signals->add(SIGHUP, failed);
    impl_->arm_signals();
}

void EventLoop::Impl::arm_signals() {
    signals->async_wait([this](const boost::system::error_code& failed, int number) {
        if (failed) return;
        if (number == SIGHUP) {
            run_task(on_reload_signal);
        } else if (on_stop_signal) {
            run_task([this, number] { on_stop_signal(number); });
        }
        arm_signals();
    });
}

void EventLoop::Impl::poll_ready() {
    for (int done = 0; done < turn_callbacks_max && !stop_requested; ++done) {
        if (io.poll_one() == 0) break;
    }
    end_turn();
}

void EventLoop::Impl::gather() const {
    const auto pause = pause_us.load(std::memory_order_relaxed);
    if (pause > 0) std::this_thread::sleep_for(std::chrono::microseconds(pause));
}

void EventLoop::gather_for(std::chrono::microseconds pause) noexcept {
    impl_->pause_us.store(pause.count(), std::memory_order_relaxed);
}

void EventLoop::run() {
    STADTBUCH_ASSERT(impl_->owner.load() == std::thread::id{});
    impl_->owner = std::this_thread::get_id();
    const auto guard = boost::asio::make_work_guard(impl_->io);
    impl_->io.restart();
    while (!impl_->stop_requested) {
        impl_->gather();
        impl_->io.run_one();
        impl_->poll_ready();
    }
    impl_->stop_requested = false;
    impl_->owner = std::thread::id{};
}

void EventLoop::run_for(std::int64_t duration_ms) {
    STADTBUCH_ASSERT(impl_->owner.load() == std::thread::id{});
    impl_->owner = std::this_thread::get_id();
    const auto guard = boost::asio::make_work_guard(impl_->io);
    impl_->io.restart();
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(duration_ms);
    while (!impl_->stop_requested && std::chrono::steady_clock::now() < end) {
        impl_->io.run_one_until(end);
        impl_->poll_ready();
    }
    impl_->stop_requested = false;
    impl_->owner = std::thread::id{};
}

void EventLoop::stop() {
    impl_->stop_requested = true;
    boost::asio::post(impl_->io, [] {});
}

bool EventLoop::is_mine() const noexcept {
    const std::thread::id owner = impl_->owner.load();
    return owner == std::thread::id{} || owner == std::this_thread::get_id();
}

}  // namespace stadtbuch::net
