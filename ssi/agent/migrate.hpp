// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// Everything that an agent remembers, from one kind of store to the other: RocksDB (agent.store)
// and PostgreSQL ([store] dsn) of the same settings.
#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "ssi/agent/database.hpp"
#include "ssi/agent/settings.hpp"

namespace stadtbuch::agent {

struct StoreContents {
    std::uint64_t keys = 0;
    std::map<char, std::uint64_t> classes;  ///< by first letter, see database.hpp
    /// Hex; of all keys and values in order: h = SHA-256(h || length of key (8 BE) || key || length
    /// of value (8 BE) || value).
    std::string digest;
    friend bool operator==(const StoreContents&, const StoreContents&) = default;
};

[[nodiscard]] StoreContents contents_of(const Database& database);

/// Copies into an empty store and compares both afterwards. All or nothing where the target is
/// PostgreSQL. SB-2010 the target is not empty, SB-2011 they differ (the source was written to).
[[nodiscard]] Result<StoreContents, Error> copy_store(const Database& from, Database& to);

struct Migration {
    StoreSettings::Kind from = StoreSettings::Kind::rocksdb;
    StoreSettings::Kind to = StoreSettings::Kind::postgresql;
    bool dry_run = false;  ///< reads the source and looks whether the target is free
};

/// The agents must be stopped: SB-2001 if one holds the source. A RocksDB target is made beside its
/// folder and moved there when it is complete.
[[nodiscard]] Result<StoreContents, Error> migrate(const Settings& settings,
                                                   const Migration& migration);

}  // namespace stadtbuch::agent
