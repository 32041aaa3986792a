# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# A network of ours records itself, and the replay judges the recording.
add_test(NAME own_recording
  COMMAND python3 "${CMAKE_SOURCE_DIR}/tests/interop/indy_vdr_run.py" "${CMAKE_BINARY_DIR}/tests/clients/python"
          "${CMAKE_SOURCE_DIR}/tests/interop/own_recording.py" "$<TARGET_FILE_DIR:stadtbuch>"
          "${CMAKE_BINARY_DIR}/tests/clients/own_recording" "${CMAKE_SOURCE_DIR}/tests/data/indy")
set_tests_properties(own_recording PROPERTIES
  LABELS interop TIMEOUT 300 FIXTURES_REQUIRED python_packages RESOURCE_LOCK local_pool)
