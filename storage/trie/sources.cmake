# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(storage_trie
  SOURCES trie/caching_source.cpp trie/node.cpp trie/node_view.cpp trie/read.cpp trie/trie.cpp
  USES storage_base storage_encoding storage_hash)
