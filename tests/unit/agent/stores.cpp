// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
#include "tests/unit/agent/stores.hpp"

#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "ssi/agent/postgres_engine.hpp"
#include "storage/postgres/connection.hpp"

namespace stadtbuch::agent::test {

namespace {

std::string server() {
    const char* dsn = std::getenv("STADTBUCH_TEST_POSTGRES");
    return dsn == nullptr ? "" : dsn;
}

/// What the server said against it; empty: nothing.
std::string tell_server(const std::string& sql) {
    postgres::ConnectionOptions options;
    options.dsn = server() + " dbname=postgres";
    options.answer_ms_max = 120'000;  // copies a database, on a busy machine
    auto connection = postgres::Connection::open(options);
    if (!connection) return connection.error().what;
    (*connection)->queue_text(sql);
    const auto done = (*connection)->exchange();
    return done ? "" : done.error().error.what;
}

}  // namespace

Folder::Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "stadtbuch-agent-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

bool on_postgres() {
    return !server().empty();
}

FreshStore::FreshStore() {
    if (!on_postgres()) return;
    static std::atomic<int> count{0};
    name_ = "t" + std::to_string(getpid()) + "_" + std::to_string(++count);
    REQUIRE(tell_server("create database " + name_) == "");
    dsn_ = server() + " dbname=" + name_;
}

FreshStore::~FreshStore() {
    if (!name_.empty())
        static_cast<void>(tell_server("drop database if exists " + name_ + " with (force)"));
}

std::unique_ptr<Database> FreshStore::open() const {
    if (on_postgres()) {
        auto engine = open_postgres({dsn_, "", 16, "agent test", true});
        if (!engine) INFO(engine.error().what);
        REQUIRE(engine);
        return std::make_unique<Database>(std::move(engine).value());
    }
    store::RocksOptions options;
    options.path = folder_.path() + "/store";
    options.identity = "agent test";
    auto opened = store::open_rocks(options);
    REQUIRE(opened);
    return std::make_unique<Database>(std::move(opened).value());
}

std::string FreshStore::settings() const {
    if (!on_postgres()) return {};
    return "\n[store]\nkind = \"postgresql\"\ndsn = \"" + dsn_ + "\"\n";
}

}  // namespace stadtbuch::agent::test
