# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# The command line against real processes.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME e2e_cli_ledger
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/cli_ledger.py" "$<TARGET_FILE:stadtbuch>")
add_test(NAME e2e_cli_wallet
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/cli_wallet.py" "$<TARGET_FILE:stadtbuch>"
                 "${CMAKE_SOURCE_DIR}/config/town")
set_tests_properties(e2e_cli_ledger e2e_cli_wallet PROPERTIES LABELS e2e TIMEOUT 300)
