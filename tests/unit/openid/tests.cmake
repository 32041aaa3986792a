# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(unit_openid
  SOURCES unit/openid/authorization_test.cpp unit/openid/attestation_test.cpp unit/openid/identity_test.cpp unit/openid/issuer_test.cpp unit/openid/provider_test.cpp unit/openid/verifier_test.cpp unit/openid/dcql_test.cpp
          unit/openid/rules_test.cpp
  USES ssi_openid ssi_credential ssi_did ssi_keys storage_encoding storage_hash storage_base)
# The tests that refusals.md names are there.
add_test(NAME refusals COMMAND python3 "${CMAKE_SOURCE_DIR}/tests/refusals.py")
