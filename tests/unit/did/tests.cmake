# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(unit_did
  SOURCES unit/did/did_test.cpp unit/did/resource_test.cpp
  USES ssi_did ssi_keys storage_encoding storage_base)
