// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// A fresh store of the kind that this run is about: RocksDB, or with STADTBUCH_TEST_POSTGRES (a
// connection string without dbname) a database of its own on that server.
#pragma once
#include <memory>
#include <string>

#include "ssi/agent/database.hpp"

namespace stadtbuch::agent::test {

/// A folder below the system's temporary folder, removed at the end.
class Folder {
  public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

[[nodiscard]] bool on_postgres();

class FreshStore {
  public:
    FreshStore();
    ~FreshStore();
    FreshStore(const FreshStore&) = delete;
    FreshStore& operator=(const FreshStore&) = delete;

    /// On PostgreSQL each call is another instance.
    [[nodiscard]] std::unique_ptr<Database> open() const;
    /// The settings' table; empty for RocksDB.
    [[nodiscard]] std::string settings() const;

    [[nodiscard]] const std::string& dsn() const { return dsn_; }

  private:
    Folder folder_;
    std::string name_;
    std::string dsn_;
};

}  // namespace stadtbuch::agent::test
