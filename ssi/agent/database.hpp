// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The agent's part of the store: one column, keys with a leading letter, one batch per change,
// locks for read-modify-write.
//
// Keys: 'c' case id -> JSON; 'n' "case" -> next case number; 'r' kind 0 key -> expiry (8 BE) ||
// value; 'x' expiry (8 BE) kind 0 key -> empty; 'l' list id -> JSON of a status list; 'm' case id 0
// list 0 index (8 BE)
// -> expiry (8 BE); 's' list id 0 index (8 BE) -> status (1); 'a' time (8 BE) sequence (8 BE) ->
// JSON of an audit line; 't', 'T' statistics (statistics.hpp); 'i' list id 0 index (8 BE) -> case
// id; 'k' name -> secret of this store; 'v' list id -> signing time (8 BE) revoked entries (8 BE)
// token: a signed list that several instances share; 'f' account 0 name -> query of a saved filter.
//
// Threads: any. Failures: see engine.hpp.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "ssi/agent/engine.hpp"
#include "ssi/keys/random.hpp"
#include "storage/store/store.hpp"

namespace stadtbuch::agent {

class Database {
  public:
    /// This process alone.
    explicit Database(std::unique_ptr<store::Store> store);
    explicit Database(std::unique_ptr<Engine> engine);

    [[nodiscard]] std::optional<std::string> get(std::string_view key) const;
    /// Visits keys that begin with `prefix`, in order, until false.
    void scan(std::string_view prefix, const Visit& visit) const;
    /// Keys in [from, to).
    void scan_range(std::string_view from, std::string_view to, const Visit& visit) const;

    /// Durable when it returns; inside together() or locked(), when that ends.
    void commit(const store::Batch& batch);
    /// Not yet durable: a later commit() makes it so.
    void append(const store::Batch& batch);

    /// Runs `work` so that its commits become durable at once, at its end. Nothing may leave the
    /// process before that end. Where the store is shared it is one transaction, and `work` may run
    /// twice when the first run was undone.
    template <class Work>
    auto together(Work&& work) {
        return run(work, [this](const std::function<void()>& all) { engine_->run(all); });
    }

    /// The same for who need not wait: `done` runs when the commits are durable, here or on another
    /// thread, which it must not keep waiting; not at all when `work` throws.
    void together_then(const std::function<void()>& work, std::function<void()> done) {
        engine_->run_then(work, std::move(done));
    }

    /// As together() while nobody else works with `key`: read-modify-write. Held until the end of
    /// the outermost together().
    template <class Work>
    auto locked(std::string_view key, Work&& work) {
        return run(work, [&](const std::function<void()>& all) { engine_->run_locked(key, all); });
    }

    /// What stays even if the request around it is undone, and is durable when this returns: what
    /// is given out once and kept in memory.
    template <class Work>
    auto apart(std::string_view key, Work&& work) {
        return run_apart(key, work, Engine::Apart::durable);
    }

    /// The same, durable together with the first commit that depends on it: numbers that go into
    /// what is committed, and nowhere else.
    template <class Work>
    auto draw(std::string_view key, Work&& work) {
        return run_apart(key, work, Engine::Apart::with_next_commit);
    }

    /// 32 random octets of this store, made when first asked for.
    [[nodiscard]] Bytes secret(std::string_view name, keys::RandomSource& random);

    [[nodiscard]] bool shared() const { return engine_->shared(); }

    /// Other instances' writes, see Engine::follow().
    void follow(std::string_view classes, ChangeMark& mark, const VisitChange& visit) const {
        engine_->follow(classes, mark, visit);
    }

    [[nodiscard]] bool leads() { return engine_->leads(); }

    /// Makes everything durable. False: the store has failed and must not be closed.
    [[nodiscard]] bool flush() { return engine_->flush(); }

    [[nodiscard]] store::StoreCounters counters() const { return engine_->counters(); }

    [[nodiscard]] bool sound() const { return engine_->sound(); }

  private:
    template <class Work>
    auto run_apart(std::string_view key, Work& work, Engine::Apart how) {
        return run(work, [&](const std::function<void()>& all) {
            engine_->run_apart([&] { engine_->run_locked(key, all); }, how);
        });
    }

    template <class Work, class How>
    static auto run(Work& work, const How& how) {
        using Answer = std::invoke_result_t<Work&>;
        if constexpr (std::is_void_v<Answer>) {
            how([&] { work(); });
        } else {
            std::optional<Answer> answer;
            how([&] { answer.emplace(work()); });
            return *std::move(answer);
        }
    }

    std::unique_ptr<Engine> engine_;
};

void put(store::Batch& batch, std::string_view key, std::string_view value);
void erase(store::Batch& batch, std::string_view key);
/// Eight octets, big endian: sorts as the number does.
[[nodiscard]] std::string big_endian(std::uint64_t number);
[[nodiscard]] std::uint64_t from_big_endian(std::string_view bytes);

}  // namespace stadtbuch::agent
