// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "node/net/thread_pool.hpp"

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace stadtbuch::net {
namespace {

void run_task(const std::function<void()>& task) noexcept {
    task();
}

}  // namespace

struct ThreadPool::Impl {
    mutable std::mutex mutex;
    std::condition_variable work;
    std::condition_variable idle;
    std::deque<std::function<void()>> queue;
    std::size_t queue_max = 0;
    std::size_t running = 0;
    bool stopping = false;
    std::vector<std::thread> threads;

    void serve() {
        std::unique_lock lock(mutex);
        for (;;) {
            work.wait(lock, [this] { return stopping || !queue.empty(); });
            if (queue.empty()) return;
            std::function<void()> task = std::move(queue.front());
            queue.pop_front();
            ++running;
            lock.unlock();
            run_task(task);
            // What the task captured must be gone before drain() returns.
            task = nullptr;
            lock.lock();
            --running;
            if (queue.empty() && running == 0) idle.notify_all();
        }
    }
};

ThreadPool::ThreadPool(Options options) : impl_(std::make_unique<Impl>()) {
    impl_->queue_max = options.queue_max;
    const std::size_t count = std::max<std::size_t>(options.threads, 1);
    const std::string name = options.name.substr(0, 12);
    for (std::size_t i = 0; i < count; ++i) {
        impl_->threads.emplace_back([impl = impl_.get()] { impl->serve(); });
        const std::string numbered = name + std::to_string(i);
        pthread_setname_np(impl_->threads.back().native_handle(), numbered.substr(0, 15).c_str());
    }
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->work.notify_all();
    for (std::thread& thread : impl_->threads) thread.join();
}

bool ThreadPool::submit(std::function<void()> task) {
    {
        const std::lock_guard lock(impl_->mutex);
        if (impl_->stopping || impl_->queue.size() >= impl_->queue_max) return false;
        impl_->queue.push_back(std::move(task));
    }
    impl_->work.notify_one();
    return true;
}

void ThreadPool::drain() {
    std::unique_lock lock(impl_->mutex);
    impl_->idle.wait(lock, [this] { return impl_->queue.empty() && impl_->running == 0; });
}

std::size_t ThreadPool::queued() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->queue.size();
}

std::size_t ThreadPool::threads() const noexcept {
    return impl_->threads.size();
}

}  // namespace stadtbuch::net
