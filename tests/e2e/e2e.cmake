# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# Whole pools of real processes. The Python packages are those of tests/interop.
set(e2e_python python3 "${CMAKE_SOURCE_DIR}/tests/interop/indy_vdr_run.py" "${CMAKE_BINARY_DIR}/tests/clients/python")

add_test(NAME e2e_pool_faults COMMAND ${e2e_python} "${CMAKE_SOURCE_DIR}/tests/e2e/e2e_pool_faults.py"
  "$<TARGET_FILE_DIR:stadtbuch>" "${CMAKE_BINARY_DIR}/tests/clients/pool_faults")
add_test(NAME e2e_counters COMMAND ${e2e_python} "${CMAKE_SOURCE_DIR}/tests/e2e/e2e_counters.py"
  "$<TARGET_FILE_DIR:stadtbuch>" "${CMAKE_BINARY_DIR}/tests/clients/counters")
if(STADTBUCH_JEMALLOC)
  add_test(NAME e2e_memory COMMAND ${e2e_python} "${CMAKE_SOURCE_DIR}/tests/e2e/e2e_memory.py"
    "$<TARGET_FILE_DIR:stadtbuch>" "${CMAKE_BINARY_DIR}/tests/clients/memory")
  set_tests_properties(e2e_memory PROPERTIES
    LABELS e2e TIMEOUT 1500 FIXTURES_REQUIRED python_packages RESOURCE_LOCK local_pool)
endif()
set_tests_properties(e2e_pool_faults e2e_counters PROPERTIES
  LABELS e2e TIMEOUT 600 FIXTURES_REQUIRED python_packages RESOURCE_LOCK local_pool)

# Members that forget, join and change keys; the stories that it does not run: e2e_membership.py PROGRAMS FOLDER all
add_test(NAME e2e_membership COMMAND ${e2e_python} "${CMAKE_SOURCE_DIR}/tests/e2e/e2e_membership.py"
  "$<TARGET_FILE_DIR:stadtbuch>" "${CMAKE_BINARY_DIR}/tests/clients/membership")
set_tests_properties(e2e_membership PROPERTIES
  LABELS e2e TIMEOUT 400 FIXTURES_REQUIRED python_packages RESOURCE_LOCK local_pool)

# The check part of the quickstart against this build; installing and compiling are what a bare machine adds.
add_test(NAME e2e_quickstart COMMAND "${CMAKE_SOURCE_DIR}/deploy/quickstart" --check --skip-install --skip-build
  --build "${CMAKE_BINARY_DIR}")
set_tests_properties(e2e_quickstart PROPERTIES LABELS e2e TIMEOUT 300 RESOURCE_LOCK local_pool)
