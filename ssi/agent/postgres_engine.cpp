// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/postgres_engine.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "ssi/agent/postgres_pool.hpp"

namespace stadtbuch::agent {

namespace {

using postgres::Connection;
using postgres::Rows;
using postgres::Trouble;

constexpr std::size_t scan_portion = 500;
constexpr std::size_t queue_max = 1000;
constexpr int attempts_max = 5;
/// First letters of keys that other instances follow.
constexpr std::string_view followed = "clsv";

/// The transaction left no trace: the same work may run again.
class Undone final : public StoreUnavailable {
  public:
    using StoreUnavailable::StoreUnavailable;
};

/// FNV-1a with our name: the same in each instance. Two names of one number only wait longer.
std::int64_t lock_number(std::string_view name) {
    std::uint64_t out = 0xcbf29ce484222325;
    const auto add = [&](std::string_view text) {
        for (const char c : text) {
            out ^= static_cast<unsigned char>(c);
            out *= 0x100000001b3;
        }
    };
    add("stadtbuch-agent ");
    add(name);
    return static_cast<std::int64_t>(out);
}

std::array<Byte, 4> int4(char letter) {
    return {0, 0, 0, static_cast<Byte>(letter)};
}

/// One transaction of one thread.
struct Transaction {
    bool apart = false;
    bool relaxed = false;  // synchronous_commit off
    bool begun = false;
    bool touched = false;  // holds a lock or has written
    bool broken = false;   // that is gone
    std::unique_ptr<Connection> connection;
};

class PostgresEngine final : public Engine {
  public:
    explicit PostgresEngine(std::unique_ptr<PostgresPool> pool) : pool_(std::move(pool)) {}

    std::optional<std::string> get(std::string_view key) override;
    void scan(std::string_view from, std::string_view to, const Visit& visit) override;
    void commit(const store::Batch& batch) override;

    void append(const store::Batch& batch) override { commit(batch); }

    void run(const std::function<void()>& work) override {
        if (current() != nullptr)
            work();
        else
            transact(work, {});
    }

    void run_locked(std::string_view key, const std::function<void()>& work) override {
        run([&] {
            Transaction& now = *current();
            begin(now);
            const Bytes number = postgres::bigint(lock_number(key));
            const BytesView parameter(number);
            now.connection->queue("lock", {&parameter, 1});
            now.touched = true;
            work();
        });
    }

    void run_apart(const std::function<void()>& work, Apart how) override {
        if (const Transaction* now = current(); now != nullptr && now->apart) return work();
        const std::lock_guard guard(apart_guard_);
        transact(work, {true, how == Apart::with_next_commit});
    }

    [[nodiscard]] bool shared() const override { return true; }

    void follow(std::string_view classes, ChangeMark& mark, const VisitChange& visit) override;
    [[nodiscard]] bool leads() override;

    [[nodiscard]] bool flush() override { return true; }

    [[nodiscard]] bool sound() override;

    [[nodiscard]] store::StoreCounters counters() const override {
        return {puts_, writes_, writes_, gets_};
    }

  private:
    struct Entry {
        const PostgresEngine* engine;
        Transaction* transaction;
    };

    [[nodiscard]] Transaction* current() const {
        const auto found = std::find_if(stack_.rbegin(), stack_.rend(),
                                        [this](const Entry& one) { return one.engine == this; });
        return found == stack_.rend() ? nullptr : found->transaction;
    }

    struct Kind {
        bool apart = false;
        bool relaxed = false;
    };

    void transact(const std::function<void()>& work, Kind kind);
    void begin(Transaction& now);
    [[nodiscard]] Rows exchange(Transaction& now, bool committing = false);
    void finish(Transaction& now);
    void abandon(Transaction& now) noexcept;
    void give_back(Transaction& now);
    /// One read, in the transaction of this thread or alone.
    [[nodiscard]] Rows read(std::string_view statement, std::span<const BytesView> parameters);

    static thread_local std::vector<Entry> stack_;
    std::unique_ptr<PostgresPool> pool_;
    std::mutex apart_guard_;
    std::unique_ptr<Connection> apart_;
    std::mutex leader_guard_;
    std::unique_ptr<Connection> leader_;
    bool leading_ = false;
    std::atomic<std::uint64_t> puts_{0}, writes_{0}, gets_{0};
};

thread_local std::vector<PostgresEngine::Entry> PostgresEngine::stack_;

void PostgresEngine::transact(const std::function<void()>& work, Kind kind) {
    for (int attempt = 1;; ++attempt) {
        Transaction now;
        now.apart = kind.apart;
        now.relaxed = kind.relaxed;
        stack_.push_back({this, &now});

        struct Leave {
            ~Leave() { stack_.pop_back(); }
        } leave;

        try {
            work();
            finish(now);
            return;
        } catch (const Undone& undone) {
            abandon(now);
            if (attempt == attempts_max) throw StoreUnavailable(undone.error);
        } catch (...) {
            abandon(now);
            throw;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1 << attempt));
    }
}

void PostgresEngine::begin(Transaction& now) {
    if (now.broken) throw Undone({"SB-2007", "the connection was lost", "", ""});
    if (now.connection == nullptr) {
        if (now.apart && apart_ != nullptr && !apart_->stale())
            now.connection = std::move(apart_);
        else
            now.connection = now.apart ? pool_->open() : pool_->take();
    }
    if (now.begun) return;
    now.begun = true;
    now.connection->queue("begin");
    // The log is written in order: a later COMMIT that waits for the disk takes this one with it.
    if (now.relaxed) now.connection->queue("relaxed");
}

Rows PostgresEngine::exchange(Transaction& now, bool committing) {
    auto answer = now.connection->exchange();
    if (answer) return std::move(answer).value();
    const Trouble trouble = answer.error();
    if (trouble.lost()) {
        if (!now.apart) pool_->lost(std::move(now.connection));
        now.connection.reset();
        now.begun = false;
        now.broken = now.touched;  // who only read may catch this and go on
        if (committing) throw StoreUnavailable(trouble.error);
        throw Undone(trouble.error);
    }
    if (trouble.undone) throw Undone(trouble.error);
    throw StoreUnavailable(trouble.error);
}

void PostgresEngine::give_back(Transaction& now) {
    if (now.apart)
        apart_ = std::move(now.connection);
    else
        pool_->give_back(std::move(now.connection));
}

void PostgresEngine::finish(Transaction& now) {
    if (now.broken) throw Undone({"SB-2007", "the connection was lost", "", ""});
    if (now.connection == nullptr) return;
    now.connection->queue("commit");
    const Rows done = exchange(now, true);
    // COMMIT of a transaction that had failed answers ROLLBACK.
    if (done.command() != "COMMIT") {
        throw StoreUnavailable(
            {"SB-2008", "the database server did not commit", "", "Its log says more."});
    }
    ++writes_;
    give_back(now);
}

void PostgresEngine::abandon(Transaction& now) noexcept {
    if (now.connection == nullptr) return;
    try {
        now.connection->drop_queue();
        now.connection->queue("rollback");
        if (now.connection->exchange()) return give_back(now);
        if (!now.apart) pool_->lost(std::move(now.connection));
        now.connection.reset();
    } catch (...) {  // out of memory: the connection closes, the server rolls back
        now.connection.reset();
    }
}

Rows PostgresEngine::read(std::string_view statement, std::span<const BytesView> parameters) {
    ++gets_;
    if (Transaction* now = current()) {
        begin(*now);
        now->connection->queue(statement, parameters);
        return exchange(*now);
    }
    for (int attempt = 1;; ++attempt) {
        auto connection = pool_->take();
        connection->queue(statement, parameters);
        auto answer = connection->exchange();
        if (answer) {
            pool_->give_back(std::move(connection));
            return std::move(answer).value();
        }
        const Trouble trouble = answer.error();
        if (trouble.lost())
            pool_->lost(std::move(connection));
        else
            pool_->give_back(std::move(connection));
        if (!trouble.lost() || attempt == 2) throw StoreUnavailable(trouble.error);
    }
}

std::optional<std::string> PostgresEngine::get(std::string_view key) {
    const BytesView parameter = view_of(key);
    const Rows found = read("get", {&parameter, 1});
    if (found.size() == 0) return std::nullopt;
    return std::string(found.text(0, 0));
}

void PostgresEngine::scan(std::string_view from, std::string_view to, const Visit& visit) {
    std::string next(from);
    while (true) {
        const std::array<BytesView, 2> parameters{view_of(next), view_of(to)};
        const Rows portion =
            read(to.empty() ? "scan_all" : "scan", std::span(parameters).first(to.empty() ? 1 : 2));
        for (std::size_t row = 0; row < portion.size(); ++row) {
            if (!visit(portion.text(row, 0), portion.text(row, 1))) return;
        }
        if (portion.size() < scan_portion) return;
        next = std::string(portion.text(portion.size() - 1, 0)) + '\0';
    }
}

void PostgresEngine::commit(const store::Batch& batch) {
    Transaction* now = current();
    if (now == nullptr) return transact([&] { commit(batch); }, {});
    if (batch.empty()) return;
    begin(*now);
    now->touched = true;
    for (const store::Batch::Change& change : batch.changes()) {
        const BytesView key(change.key);
        if (!change.value) {
            now->connection->queue("erase", {&key, 1});
        } else {
            const std::array<BytesView, 2> parameters{key, *change.value};
            const bool watched = followed.find(text_of(key).substr(0, 1)) != std::string_view::npos;
            now->connection->queue(watched ? "put_followed" : "put", parameters);
        }
        ++puts_;
        if (now->connection->queued() >= queue_max) (void)exchange(*now);
    }
}

void PostgresEngine::follow(std::string_view classes, ChangeMark& mark, const VisitChange& visit) {
    if (mark == 0) {
        // What is written while we read is read again by the first call after this one.
        const Rows now = read("oldest", {});
        const auto oldest = static_cast<ChangeMark>(postgres::bigint_of(now.cell(0, 0)));
        for (const char letter : classes) {
            scan(std::string(1, letter), std::string(1, static_cast<char>(letter + 1)),
                 [&](std::string_view key, std::string_view value) {
                     visit(key, value, false);
                     return true;
                 });
        }
        mark = oldest;
        return;
    }
    std::array<std::array<Byte, 4>, 3> letters{};
    for (std::size_t i = 0; i < letters.size(); ++i)
        letters[i] = int4(classes[std::min(i, classes.size() - 1)]);
    const Bytes since = postgres::bigint(static_cast<std::int64_t>(mark));
    const std::array<BytesView, 4> parameters{letters[0], letters[1], letters[2], since};
    const Rows rows = read("follow", parameters);
    if (rows.size() == 0) return;
    for (std::size_t row = 0; row < rows.size(); ++row)
        visit(rows.text(row, 0), rows.text(row, 1), rows.cell(row, 2)[0] != 0);
    // Transactions from here on were not over when this was read.
    mark = static_cast<ChangeMark>(postgres::bigint_of(rows.cell(0, 3)));
}

bool PostgresEngine::leads() {
    const std::lock_guard guard(leader_guard_);
    try {
        if (leader_ != nullptr && leader_->stale()) leader_.reset();
        if (leader_ == nullptr) {
            leading_ = false;
            leader_ = pool_->open();
        }
        const Bytes number = postgres::bigint(lock_number("leader"));
        const BytesView parameter(number);
        if (leading_)
            leader_->queue("ping");
        else
            leader_->queue("lead", {&parameter, 1});
        const auto answer = leader_->exchange();
        if (!answer) {
            leader_.reset();
            leading_ = false;
            return false;
        }
        if (!leading_) leading_ = answer->cell(0, 0)[0] != 0;
        return leading_;
    } catch (const StoreUnavailable&) {
        return false;
    }
}

bool PostgresEngine::sound() {
    try {
        return read("ping", {}).size() == 1;
    } catch (const StoreUnavailable&) {
        return false;
    }
}

}  // namespace

Result<std::unique_ptr<Engine>, Error> open_postgres(const PostgresOptions& options) {
    auto pool = PostgresPool::open(options);
    if (!pool) return Failure{pool.error()};
    return std::unique_ptr<Engine>(new PostgresEngine(std::move(pool).value()));
}

}  // namespace stadtbuch::agent
