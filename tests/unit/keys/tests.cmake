# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(unit_keys
  SOURCES unit/keys/keys_test.cpp unit/keys/jose_test.cpp unit/keys/rsa_test.cpp unit/keys/x509_test.cpp
  USES ssi_keys storage_encoding storage_hash storage_base)
