# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# The command line against real processes.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME e2e_cli_ledger
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/cli_ledger.py" "$<TARGET_FILE:stadtbuch>")
add_test(NAME e2e_cli_wallet
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/cli_wallet.py" "$<TARGET_FILE:stadtbuch>"
                 "${CMAKE_SOURCE_DIR}/config/town")
add_test(NAME e2e_cli_recording
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/cli_recording.py" "$<TARGET_FILE:stadtbuch>"
                 "$<TARGET_FILE:stadtbuch-replay>")
add_test(NAME e2e_cli_habits
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/cli_habits.py" "$<TARGET_FILE:stadtbuch>")
add_test(NAME e2e_cli_signing
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/cli_signing.py" "$<TARGET_FILE:stadtbuch>")
add_test(NAME e2e_cli_examples
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/cli_examples.py" "$<TARGET_FILE:stadtbuch>")
add_test(NAME e2e_cli_operations
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/cli_operations.py" "$<TARGET_FILE:stadtbuch>"
                 "${CMAKE_SOURCE_DIR}")
set_tests_properties(e2e_cli_ledger e2e_cli_wallet e2e_cli_recording e2e_cli_habits e2e_cli_signing e2e_cli_examples e2e_cli_operations
                     PROPERTIES LABELS e2e TIMEOUT 300)
add_test(NAME error_ids
         COMMAND "${Python3_EXECUTABLE}" "${CMAKE_CURRENT_LIST_DIR}/cli/error_ids.py" "${CMAKE_SOURCE_DIR}")
