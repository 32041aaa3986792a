// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/embedded_engine.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <cstdlib>
#include <mutex>

#include "ssi/agent/settings.hpp"

namespace stadtbuch::agent {

namespace {

constexpr store::Column column = store::Column::agent;

class EmbeddedEngine final : public Engine {
  public:
    explicit EmbeddedEngine(std::unique_ptr<store::Store> store) : store_(std::move(store)) {}

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
            engine.write({}, store::Durability::synced);
        }

        Depth(const Depth&) = delete;
        Depth& operator=(const Depth&) = delete;

        EmbeddedEngine& engine;
    };

    void write(const store::Batch& batch, store::Durability durability) {
        const auto done = store_->write(batch, durability);
        if (done) return;
        spdlog::critical("the store refused a write ({}: {}); stopping", done.error().id,
                         done.error().what);
        spdlog::shutdown();
        std::_Exit(exit_code::io_error);
    }

    static thread_local Waiting waiting_;
    std::unique_ptr<store::Store> store_;
    std::array<std::recursive_mutex, 64> locks_;
};

thread_local EmbeddedEngine::Waiting EmbeddedEngine::waiting_;

}  // namespace

std::unique_ptr<Engine> make_embedded_engine(std::unique_ptr<store::Store> store) {
    return std::make_unique<EmbeddedEngine>(std::move(store));
}

}  // namespace stadtbuch::agent
