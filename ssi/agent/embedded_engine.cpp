// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/embedded_engine.hpp"

#include <pthread.h>
#include <spdlog/spdlog.h>

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "ssi/agent/settings.hpp"

namespace stadtbuch::agent {

namespace {

constexpr store::Column column = store::Column::agent;

/// The thread that waits for the disk, so that no other does: one sync serves all who came while
/// the one before it ran.
class Syncer {
  public:
    explicit Syncer(std::function<void()> sync)
        : sync_(std::move(sync)), thread_([this] { run(); }) {}

    /// Who is waiting is served first.
    ~Syncer() {
        {
            const std::lock_guard lock(mutex_);
            ending_ = true;
        }
        wake_.notify_one();
        thread_.join();
    }

    Syncer(const Syncer&) = delete;
    Syncer& operator=(const Syncer&) = delete;

    /// `done` runs on the syncer's thread when all that this thread has written is on disk.
    void after_sync(std::function<void()> done) {
        {
            const std::lock_guard lock(mutex_);
            waiting_.push_back(std::move(done));
        }
        wake_.notify_one();
    }

  private:
    void run() {
        pthread_setname_np(pthread_self(), "agent-syncer");
        std::vector<std::function<void()>> served;
        std::unique_lock lock(mutex_);
        while (!ending_ || !waiting_.empty()) {
            if (waiting_.empty()) {
                wake_.wait(lock);
                continue;
            }
            served.swap(waiting_);
            lock.unlock();
            sync_();
            for (const auto& done : served) done();
            served.clear();
            lock.lock();
        }
    }

    std::function<void()> sync_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::vector<std::function<void()>> waiting_;
    bool ending_ = false;
    std::thread thread_;
};

class EmbeddedEngine final : public Engine {
  public:
    explicit EmbeddedEngine(std::unique_ptr<store::Store> store)
        : store_(std::move(store)), syncer_([this] { checked(store_->sync()); }) {}

    std::optional<std::string> get(std::string_view key) override {
        const auto found = store_->get(column, view_of(key));
        if (!found) return std::nullopt;
        return string_of(*found);
    }

    void scan(std::string_view from, std::string_view to, const Visit& visit) override {
        store_->scan(column, view_of(from), view_of(to), [&](BytesView key, BytesView value) {
            return visit(text_of(key), text_of(value));
        });
    }

    void commit(const store::Batch& batch) override {
        const bool later = waiting_.depth > 0;
        waiting_.anything = waiting_.anything || later;
        write(batch, later ? store::Durability::buffered : store::Durability::synced);
    }

    void append(const store::Batch& batch) override { write(batch, store::Durability::buffered); }

    /// Commits of one request share one sync; a crash in between keeps a prefix of the writes,
    /// about which nobody has heard.
    void run(const std::function<void()>& work) override {
        const Depth depth(*this);
        work();
    }

    void run_then(const std::function<void()>& work, std::function<void()> done) override {
        bool anything = false;
        {
            Depth depth(*this);
            work();
            anything = depth.leave_sync_to_caller();
        }
        if (anything) return syncer_.after_sync(std::move(done));
        done();
    }

    void run_locked(std::string_view key, const std::function<void()>& work) override {
        // Recursive: two keys held one inside the other may share a mutex.
        const std::lock_guard guard(locks_[std::hash<std::string_view>{}(key) % locks_.size()]);
        work();
    }

    void run_apart(const std::function<void()>& work, Apart) override { work(); }

    [[nodiscard]] bool shared() const override { return false; }

    void follow(std::string_view, ChangeMark&, const VisitChange&) override {}

    [[nodiscard]] bool leads() override { return true; }

    [[nodiscard]] bool flush() override {
        return sound() && store_->write({}, store::Durability::synced).has_value() && sound();
    }

    [[nodiscard]] bool sound() override { return !store_->failure().has_value(); }

    [[nodiscard]] store::StoreCounters counters() const override { return store_->counters(); }

  private:
    /// Of the request that this thread serves.
    struct Waiting {
        int depth = 0;
        bool anything = false;
    };

    struct Depth {
        explicit Depth(EmbeddedEngine& owner) : engine(owner) { ++waiting_.depth; }

        ~Depth() {
            if (--waiting_.depth > 0 || !waiting_.anything) return;
            waiting_.anything = false;
            engine.checked(engine.store_->sync());
        }

        /// Whether there is something to sync. Inner work leaves that to the outer, as ever.
        [[nodiscard]] bool leave_sync_to_caller() {
            return waiting_.depth == 1 && std::exchange(waiting_.anything, false);
        }

        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;

        EmbeddedEngine& engine;
    };

    void write(const store::Batch& batch, store::Durability durability) {
        checked(store_->write(batch, durability));
    }

    void checked(const Result<void, Error>& done) {
        if (done) return;
        spdlog::critical("the store refused a write ({}: {}); stopping", done.error().id,
                         done.error().what);
        spdlog::shutdown();
        std::_Exit(exit_code::io_error);
    }

    static thread_local Waiting waiting_;
    std::unique_ptr<store::Store> store_;
    std::array<std::recursive_mutex, 64> locks_;
    Syncer syncer_;  // last: it ends before the store does
};

thread_local EmbeddedEngine::Waiting EmbeddedEngine::waiting_;

}  // namespace

std::unique_ptr<Engine> make_embedded_engine(std::unique_ptr<store::Store> store) {
    return std::make_unique<EmbeddedEngine>(std::move(store));
}

}  // namespace stadtbuch::agent
