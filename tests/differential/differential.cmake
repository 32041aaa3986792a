# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
add_executable(stadtbuch-execute differential/execute.cpp differential/session.cpp)
target_link_libraries(stadtbuch-execute PRIVATE stadtbuch_warnings ssi_ledger storage_store)
target_include_directories(stadtbuch-execute PRIVATE "${CMAKE_SOURCE_DIR}")
# What the reference answered, recorded; the live comparison is tests/differential/run.
add_test(NAME differential
         COMMAND "${CMAKE_CURRENT_LIST_DIR}/replay" "$<TARGET_FILE:stadtbuch-execute>" "${CMAKE_SOURCE_DIR}/tests/data")
set_tests_properties(differential PROPERTIES TIMEOUT 600)
# These records hold good and bad input of every type.
add_test(NAME differential_coverage
         COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/coverage.py" "${CMAKE_SOURCE_DIR}/tests/data")
