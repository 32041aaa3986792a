# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(consensus_bls_test
  SOURCES unit/bls/vectors_test.cpp unit/bls/scheme_test.cpp unit/bls/portable_arithmetic_test.cpp
          unit/bls/adx_arithmetic_test.cpp
  USES consensus_bls storage_encoding storage_base
  WRAPS OpenSSL::Crypto nlohmann_json::nlohmann_json)
