// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// The files of an open database, read again one by one (Store::check_file). Private to this folder.
#pragma once
#include <string>
#include <vector>

#include "storage/store/store.hpp"

namespace rocksdb {
class DB;
}

namespace stadtbuch::store {

/// Tables, then the MANIFEST, then the logs.
[[nodiscard]] std::vector<std::string> files_of(rocksdb::DB& db);
[[nodiscard]] Result<std::uint64_t, Error> check_file_of(rocksdb::DB& db, const std::string& name);

}  // namespace stadtbuch::store
