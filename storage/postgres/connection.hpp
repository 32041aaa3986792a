// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// One connection to a PostgreSQL server: statements are queued and go out together, so that a
// question costs one round trip however many writes wait before it. Parameters and results are in
// binary format.
//
// Ownership: the connection closes when it goes. Threads: one at a time. Failures: each exchange
// tells them as Trouble; after a lost connection nothing works any more, open another one.
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/bytes.hpp"
#include "storage/base/error.hpp"
#include "storage/base/result.hpp"

namespace stadtbuch::postgres {

struct ConnectionOptions {
    /// libpq connection string or URI, without password.
    std::string dsn;
    std::string password;
    /// `-c name=value` settings of the session.
    std::string session_settings;
    /// An answer that takes longer counts as a lost connection.
    int answer_ms_max = 20'000;
};

struct Trouble {
    Error error;
    std::string sqlstate;  ///< five characters; empty: the connection is lost
    /// The server undid the transaction because of others (deadlock, serialization): the same again
    /// may succeed.
    bool undone = false;

    [[nodiscard]] bool lost() const { return sqlstate.empty(); }
};

class Rows {
  public:
    Rows() = default;
    explicit Rows(std::shared_ptr<void> result);
    [[nodiscard]] std::size_t size() const;
    /// Good as long as the rows are.
    [[nodiscard]] BytesView cell(std::size_t row, std::size_t column) const;
    [[nodiscard]] std::string_view text(std::size_t row, std::size_t column) const;
    [[nodiscard]] bool null(std::size_t row, std::size_t column) const;
    /// What the server says it did, for example "COMMIT".
    [[nodiscard]] std::string_view command() const;

  private:
    std::shared_ptr<void> result_;
};

class Connection {
  public:
    /// SB-2007 with the server's words.
    [[nodiscard]] static Result<std::unique_ptr<Connection>, Error> open(
        const ConnectionOptions& options);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Queues the preparation of a statement under a name.
    void prepare(std::string_view name, std::string_view sql);
    /// Queues a prepared statement. Parameters are copied.
    void queue(std::string_view name, std::span<const BytesView> parameters = {});
    /// Queues a statement by its text.
    void queue_text(std::string_view sql, std::span<const BytesView> parameters = {});

    [[nodiscard]] std::size_t queued() const { return queue_.size(); }

    void drop_queue() { queue_.clear(); }

    /// Sends what is queued and waits for all of it; rows of the last statement. On failure the
    /// statements after the failed one did not run; outside of a transaction block all of them are
    /// undone.
    [[nodiscard]] Result<Rows, Trouble> exchange();
    /// The server closed it, or said something unasked, while it lay idle.
    [[nodiscard]] bool stale() const;

  private:
    struct Item {
        enum class Kind { prepare, prepared, text } kind;
        std::string name;
        std::string sql;
        std::vector<Bytes> parameters;
    };

    struct Closer {
        void operator()(void* handle) const;
    };

    explicit Connection(std::unique_ptr<void, Closer> handle, int answer_ms_max)
        : handle_(std::move(handle)), answer_ms_max_(answer_ms_max) {}

    [[nodiscard]] bool send(const Item& item);
    [[nodiscard]] bool wait();
    [[nodiscard]] Trouble lost();
    /// The next result, or null at the end of one statement; nullopt: the connection is lost.
    [[nodiscard]] std::optional<std::shared_ptr<void>> next();

    std::unique_ptr<void, Closer> handle_;
    int answer_ms_max_;
    bool broken_ = false;
    std::vector<Item> queue_;
};

/// Eight octets, big endian, as bigint and xid8 travel.
[[nodiscard]] Bytes bigint(std::int64_t number);
[[nodiscard]] std::int64_t bigint_of(BytesView cell);

}  // namespace stadtbuch::postgres
