// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// How RocksDB is set up for a member's store (performance-budget §3.6), and what its errors are
// called here. Private to this folder.
#pragma once
#include <array>
#include <vector>

#include "storage/store/store.hpp"

namespace rocksdb {
class Env;
class Status;
struct ColumnFamilyDescriptor;
struct DBOptions;
}  // namespace rocksdb

namespace stadtbuch::store {

/// Names of the column families, by Column.
[[nodiscard]] const std::array<const char*, column_count>& column_names();
/// `env`: the files; nullptr is the machine's own.
[[nodiscard]] rocksdb::DBOptions database_options(const RocksOptions& options, rocksdb::Env* env);
/// RocksDB's own "default" first, which holds nothing but the mark of a complete store, then ours
/// by Column.
[[nodiscard]] std::vector<rocksdb::ColumnFamilyDescriptor> column_families(
    const RocksOptions& options);
[[nodiscard]] Error error_of(const rocksdb::Status& status, const std::string& path);

}  // namespace stadtbuch::store
