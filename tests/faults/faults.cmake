# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# Faults done to real processes: each cheap one once. `run` does all of them many times.
add_test(NAME faults_self_test COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/self_test.py")
set_tests_properties(faults_self_test PROPERTIES LABELS e2e TIMEOUT 120)
add_test(NAME faults_short COMMAND "${CMAKE_CURRENT_LIST_DIR}/run" "${CMAKE_BINARY_DIR}" --short --seed 1)
set_tests_properties(faults_short PROPERTIES
  LABELS e2e TIMEOUT 900 FIXTURES_REQUIRED python_packages RESOURCE_LOCK local_pool)
