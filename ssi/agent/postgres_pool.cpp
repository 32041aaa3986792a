// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "ssi/agent/postgres_pool.hpp"

#include <array>
#include <chrono>

namespace stadtbuch::agent {

namespace {

using postgres::Connection;

constexpr std::chrono::seconds longest_wait{5};
constexpr std::string_view format = "1";
constexpr const char* session_settings =
    "-c synchronous_commit=on -c default_transaction_isolation=read\\ committed "
    "-c statement_timeout=15000 -c lock_timeout=10000 "
    "-c idle_in_transaction_session_timeout=90000";

struct Prepared {
    const char* name;
    const char* sql;
};

constexpr Prepared statements[] = {
    {"begin", "begin"},
    {"commit", "commit"},
    {"rollback", "rollback"},
    {"relaxed", "set local synchronous_commit = off"},
    {"ping", "select 1"},
    {"lock", "select pg_advisory_xact_lock($1)"},
    {"lead", "select pg_try_advisory_lock($1)"},
    {"get", "select value from stadtbuch_agent where key = $1"},
    {"scan",
     "select key, value from stadtbuch_agent where key >= $1 and key < $2 order by key limit 500"},
    {"scan_all", "select key, value from stadtbuch_agent where key >= $1 order by key limit 500"},
    {"put",
     "insert into stadtbuch_agent (key, value) values ($1, $2) "
     "on conflict (key) do update set value = excluded.value"},
    {"put_followed",
     "insert into stadtbuch_agent (key, value, changed) values ($1, $2, pg_current_xact_id()) "
     "on conflict (key) do update set value = excluded.value, changed = excluded.changed"},
    {"erase", "delete from stadtbuch_agent where key = $1"},
    {"oldest", "select pg_snapshot_xmin(pg_current_snapshot())"},
    {"follow",
     "select key, value, coalesce(changed = pg_current_xact_id_if_assigned(), false), "
     "pg_snapshot_xmin(pg_current_snapshot()) from stadtbuch_agent "
     "where get_byte(key, 0) in ($1, $2, $3) and changed >= $4 order by key"}};

constexpr const char* tables[] = {
    "create table if not exists stadtbuch_agent_meta (name text primary key, value text not null)",
    "create table if not exists stadtbuch_agent (key bytea primary key check (octet_length(key) > "
    "0), value bytea not null, changed xid8)",
    "create index if not exists stadtbuch_agent_changed on stadtbuch_agent (get_byte(key, 0), "
    "changed) where changed is not null"};

Error refused(const postgres::Trouble& trouble) {
    return trouble.error;
}

Error not_alone() {
    return {"SB-2001", "another process has the tables open", "",
            "A migration needs all instances stopped, and lasts until it says so."};
}

/// Makes the tables, one instance at a time, and looks whose they are.
std::optional<Error> set_up(Connection& connection, const PostgresOptions& options) {
    connection.queue_text("select to_regclass('stadtbuch_agent_changed') is not null");
    const auto there = connection.exchange();
    if (!there) return refused(there.error());
    const bool missing = there->cell(0, 0)[0] == 0;
    if (missing && !options.create) {
        return Error{"SB-2006", "there is no store in this database", "",
                     "Start the agent once, or give another dsn."};
    }
    connection.queue_text("begin");
    connection.queue_text("select pg_advisory_xact_lock(7310589)");
    if (missing) {
        for (const char* sql : tables) connection.queue_text(sql);
    }
    const std::array<BytesView, 2> mine{view_of(options.identity), view_of(format)};
    connection.queue_text(
        "insert into stadtbuch_agent_meta values ('identity', $1::text), ('format', $2::text) "
        "on conflict do nothing",
        mine);
    // Numbers of transactions begin anew when a backup is read into another server.
    connection.queue_text(
        "update stadtbuch_agent set changed = pg_current_xact_id() where get_byte(key, 0) in (99, "
        "108, 115, 118) and changed > pg_snapshot_xmax(pg_current_snapshot())");
    connection.queue_text("commit");
    if (const auto done = connection.exchange(); !done) return refused(done.error());
    connection.queue_text(
        "select (select value from stadtbuch_agent_meta where name = 'identity'), "
        "(select value from stadtbuch_agent_meta where name = 'format')");
    const auto held = connection.exchange();
    if (!held) return refused(held.error());
    if (held->text(0, 0) != options.identity) {
        return Error{"SB-2002", "the tables belong to '" + std::string(held->text(0, 0)) + "'", "",
                     "Give each agent a database of its own."};
    }
    if (held->text(0, 1) != format) {
        return Error{"SB-2002", "the tables have the format of another version", "",
                     "Run the version that wrote them."};
    }
    return std::nullopt;
}

}  // namespace

Result<std::unique_ptr<PostgresPool>, Error> PostgresPool::open(const PostgresOptions& options) {
    postgres::ConnectionOptions how;
    how.dsn = options.dsn;
    how.password = options.password;
    how.session_settings = session_settings;
    auto first = Connection::open(how);
    if (!first) return Failure{first.error()};
    if (auto wrong = set_up(**first, options)) return Failure{*std::move(wrong)};
    std::unique_ptr<PostgresPool> pool(new PostgresPool(std::move(how), options));
    if (!lock_presence(**first, options.alone)) return Failure{not_alone()};
    pool->presence_ = std::move(first).value();
    return pool;
}

bool PostgresPool::lock_presence(Connection& connection, bool alone) {
    connection.queue_text(alone ? "select pg_try_advisory_lock(7310590)"
                                : "select pg_try_advisory_lock_shared(7310590)");
    const auto answer = connection.exchange();
    return answer && answer->cell(0, 0)[0] != 0;
}

std::unique_ptr<Connection> PostgresPool::open() const {
    auto opened = Connection::open(how_);
    if (!opened) throw StoreUnavailable(opened.error());
    for (const Prepared& one : statements) (*opened)->prepare(one.name, one.sql);
    if (const auto prepared = (*opened)->exchange(); !prepared)
        throw StoreUnavailable(prepared.error().error);
    if (!alone_ && !lock_presence(**opened, false)) throw StoreUnavailable(not_alone());
    return std::move(opened).value();
}

std::unique_ptr<Connection> PostgresPool::take() {
    {
        std::unique_lock guard(guard_);
        if (!freed_.wait_for(guard, longest_wait, [this] { return out_ < most_; })) {
            throw StoreUnavailable({"SB-2009", "all connections to the database are busy", "",
                                    "Raise store.connections, or lower the load."});
        }
        ++out_;
        while (!idle_.empty()) {
            auto connection = std::move(idle_.back());
            idle_.pop_back();
            if (!connection->stale()) return connection;
        }
    }
    try {
        return open();
    } catch (...) {
        const std::lock_guard guard(guard_);
        --out_;
        freed_.notify_one();
        throw;
    }
}

void PostgresPool::give_back(std::unique_ptr<Connection> connection) {
    const std::lock_guard guard(guard_);
    idle_.push_back(std::move(connection));
    --out_;
    freed_.notify_one();
}

void PostgresPool::lost(std::unique_ptr<Connection> connection) {
    connection.reset();
    std::vector<std::unique_ptr<Connection>> closed;
    const std::lock_guard guard(guard_);
    closed.swap(idle_);
    --out_;
    freed_.notify_one();
}

}  // namespace stadtbuch::agent
