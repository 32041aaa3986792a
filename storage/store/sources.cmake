# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(storage_store
  SOURCES store/batch.cpp store/directory.cpp store/log_tail.cpp store/memory_store.cpp store/node_sources.cpp
    store/rocks_files.cpp store/rocks_settings.cpp store/rocks_store.cpp
  USES storage_base storage_encoding storage_hash storage_merkle storage_trie
  WRAPS PkgConfig::rocksdb)
