# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(encoding_test
  SOURCES unit/encoding/reference_test.cpp unit/encoding/json_test.cpp unit/encoding/json_dialects_test.cpp unit/encoding/binary_test.cpp
  USES storage_encoding storage_hash)
