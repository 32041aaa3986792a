# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(agent_test
  SOURCES unit/agent/chain_test.cpp unit/agent/company_test.cpp unit/agent/desk_test.cpp unit/agent/did_keys_test.cpp unit/agent/fees_test.cpp unit/agent/html_test.cpp unit/agent/input_test.cpp unit/agent/kinds_test.cpp unit/agent/openapi_test.cpp unit/agent/public_path_test.cpp unit/agent/query_builder_test.cpp unit/agent/paper_test.cpp unit/agent/privacy_test.cpp unit/agent/rules_test.cpp unit/agent/services_test.cpp unit/agent/sitting_test.cpp unit/agent/store_test.cpp
    unit/agent/shared_test.cpp unit/agent/sources_test.cpp unit/agent/stores.cpp unit/agent/town.cpp unit/agent/trust_lists_test.cpp
  USES ssi_agent storage_postgres
  WRAPS PkgConfig::spdlog)

# The same on PostgreSQL, and what only several instances can get wrong.
add_test(NAME agent_test_postgresql COMMAND python3 "${CMAKE_SOURCE_DIR}/tests/e2e/agent/postgres.py" "$<TARGET_FILE:agent_test>")
set_tests_properties(agent_test_postgresql PROPERTIES LABELS e2e TIMEOUT 600)
