# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# The agent from outside: wrong starts, its pages in Chromium with axe-core, an independent wallet. Exit code 77
# (something is not installed) counts as a failure: tests/run installs it.
foreach(part starts pages services flows wallet login developer openapi)
  add_test(NAME e2e_agent_${part} COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/run" "$<TARGET_FILE:stadtbuch-agent>" --${part})
  set_tests_properties(e2e_agent_${part} PROPERTIES LABELS e2e TIMEOUT 600 RESOURCE_LOCK agent_packages)
endforeach()

# Every page in two or three languages, widths and colours.
set_tests_properties(e2e_agent_pages PROPERTIES TIMEOUT 900)

# Two agents on one PostgreSQL server, which the test starts and kills.
add_test(NAME e2e_agent_instances COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/instances.py" "$<TARGET_FILE:stadtbuch-agent>"
  "$<TARGET_FILE:stadtbuch>")
set_tests_properties(e2e_agent_instances PROPERTIES LABELS e2e TIMEOUT 600)
# A credential type that is configuration, in a network with a ledger.
add_test(NAME e2e_agent_types COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/configured_types.py" "$<TARGET_FILE:stadtbuch>" "${CMAKE_SOURCE_DIR}")
set_tests_properties(e2e_agent_types PROPERTIES LABELS e2e TIMEOUT 300)

add_test(NAME e2e_agent_registers COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/registers.py" "$<TARGET_FILE:stadtbuch-agent>")
set_tests_properties(e2e_agent_registers PROPERTIES LABELS e2e TIMEOUT 300)

# Signing keys in a token; SoftHSM2 is the token.
add_test(NAME e2e_agent_token COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/token_keys.py" "$<TARGET_FILE:stadtbuch-agent>"
  "$<TARGET_FILE:stadtbuch>")
set_tests_properties(e2e_agent_token PROPERTIES LABELS e2e TIMEOUT 300)

# A verifier without a network, prepared from the ledger's receipt: command line and Chromium.
add_test(NAME e2e_agent_offline COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/offline.py" "$<TARGET_FILE:stadtbuch>" "${CMAKE_SOURCE_DIR}")
set_tests_properties(e2e_agent_offline PROPERTIES LABELS e2e TIMEOUT 600 RESOURCE_LOCK agent_packages)

# Requests, connections and bodies beyond what the agent takes: 503 with Retry-After, and back to normal.
add_test(NAME e2e_agent_overload COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/overload.py" "$<TARGET_FILE:stadtbuch-agent>")
set_tests_properties(e2e_agent_overload PROPERTIES LABELS e2e TIMEOUT 600)

# kill -9 while wallets take credentials, on the agent's own store.
add_test(NAME e2e_agent_killed COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/killed.py" "$<TARGET_FILE:stadtbuch-agent>")
set_tests_properties(e2e_agent_killed PROPERTIES LABELS e2e TIMEOUT 600)

# Issuers and wallet providers known by trust lists alone; wallets and keys that their provider revokes.
add_test(NAME e2e_agent_trust COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/trust.py" "$<TARGET_FILE:stadtbuch-agent>")
set_tests_properties(e2e_agent_trust PROPERTIES LABELS e2e TIMEOUT 600 RESOURCE_LOCK agent_packages)

# HAIP switched on, used by an independent wallet with a provider of its own.
add_test(NAME e2e_agent_haip COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/agent/haip.py" "$<TARGET_FILE:stadtbuch-agent>")
set_tests_properties(e2e_agent_haip PROPERTIES LABELS e2e TIMEOUT 600 RESOURCE_LOCK agent_packages)
