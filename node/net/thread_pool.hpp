// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Worker threads behind one bounded queue.
//
// Threads: submit() and the questions from any thread; the destructor from a thread that is not a
// worker. Failures: a task must not throw; one that does ends the process.
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace stadtbuch::net {

class ThreadPool {
  public:
    struct Options {
        /// At least 1.
        std::size_t threads = 1;
        /// Tasks that wait; running ones do not count.
        std::size_t queue_max = 1024;
        /// Shown by top and gdb, at most 12 characters.
        std::string name = "worker";
    };

    explicit ThreadPool(Options options);
    /// Stops accepting, runs what waits, joins.
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// False when the queue is full or the pool is stopping; `task` is then dropped.
    [[nodiscard]] bool submit(std::function<void()> task);
    /// Waits until no task waits or runs.
    void drain();
    [[nodiscard]] std::size_t queued() const;
    [[nodiscard]] std::size_t threads() const noexcept;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace stadtbuch::net
