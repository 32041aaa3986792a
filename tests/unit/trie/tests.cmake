# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(trie_test
  SOURCES unit/trie/reference_test.cpp unit/trie/trie_test.cpp unit/trie/read_test.cpp
  USES storage_trie storage_hash storage_encoding WRAPS nlohmann_json::nlohmann_json Threads::Threads)
