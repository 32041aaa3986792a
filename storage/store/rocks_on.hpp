// SPDX-FileCopyrightText: 2026 Stadtbuch contributors
// SPDX-License-Identifier: EUPL-1.2
// open_rocks() on files of another kind: tests give it a file system that forgets and fails.
// Private to this folder and its tests.
#pragma once
#include "storage/store/store.hpp"

namespace rocksdb {
class Env;
}

namespace stadtbuch::store {

/// `env` must outlive the store and its snapshots; nullptr is the machine's own. Its files lie at
/// their paths on the machine: the file STADTBUCH and torn ends of logs are handled without it.
[[nodiscard]] Result<std::unique_ptr<Store>, Error> open_rocks_on(const RocksOptions& options,
                                                                  rocksdb::Env* env);

}  // namespace stadtbuch::store
