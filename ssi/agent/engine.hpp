// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// What keeps the agent's keys and values, as a port of Database. Two makers: embedded (a store of
// this process alone) and PostgreSQL (several instances on one table).
//
// Threads: any. Failures: StoreUnavailable, except that the embedded engine ends the process after
// a failed write.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ssi/agent/unavailable.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::agent {

/// Where a follower stands; 0: it has seen nothing.
using ChangeMark = std::uint64_t;
using Visit = std::function<bool(std::string_view key, std::string_view value)>;
/// `ours`: written by the transaction of this thread, which is not committed yet.
using VisitChange = std::function<void(std::string_view key, std::string_view value, bool ours)>;

class Engine {
  public:
    virtual ~Engine() = default;

    [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) = 0;
    virtual void scan(std::string_view from, std::string_view to, const Visit& visit) = 0;
    /// Joins the work that this thread runs; durable when that ends, or now if there is none.
    virtual void commit(const store::Batch& batch) = 0;
    /// As commit(), but outside of work the next commit makes it durable.
    virtual void append(const store::Batch& batch) = 0;

    /// Runs `work`, then makes all of its writes durable at once. Work inside work joins it. May
    /// run `work` again when the first run was undone without trace.
    virtual void run(const std::function<void()>& work) = 0;

    /// As run(), then `done`: on this thread before it returns, or later on one of the engine's,
    /// which it must not keep waiting. Nothing is done after work that threw.
    virtual void run_then(const std::function<void()>& work, std::function<void()> done) {
        run(work);
        done();
    }

    /// As run(), and nobody else, in no instance, runs with this key meanwhile; the key is held
    /// until the outermost work has ended.
    virtual void run_locked(std::string_view key, const std::function<void()>& work) = 0;
    /// When the writes of run_apart() are durable: when it returns, or at the latest together with
    /// the next commit of whoever has seen them. The latter is enough for what is not used without
    /// such a commit, and not for what a process remembers.
    enum class Apart { durable, with_next_commit };
    /// Runs `work` apart from what this thread is in the middle of: its writes stay whatever
    /// happens to that.
    virtual void run_apart(const std::function<void()>& work, Apart how) = 0;

    /// Other instances write here too.
    [[nodiscard]] virtual bool shared() const = 0;
    /// Values of the classes (first letters of keys) that were written since `mark`, and moves it;
    /// calls must be serialised by the caller, per mark. Nothing unless shared(): who writes knows.
    virtual void follow(std::string_view classes, ChangeMark& mark, const VisitChange& visit) = 0;
    /// This instance is the one that does background work. Asked before each round.
    [[nodiscard]] virtual bool leads() = 0;

    [[nodiscard]] virtual bool flush() = 0;
    [[nodiscard]] virtual bool sound() = 0;
    [[nodiscard]] virtual store::StoreCounters counters() const = 0;
};

}  // namespace stadtbuch::agent
