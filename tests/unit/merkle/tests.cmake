# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(merkle_test SOURCES unit/merkle/merkle_test.cpp
  USES storage_merkle storage_hash storage_encoding WRAPS nlohmann_json::nlohmann_json)
