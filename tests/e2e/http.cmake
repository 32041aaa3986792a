# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# What people and programs read from an observer over HTTP. Exit code 77 (node or Chromium is not installed) counts as a
# failure: tests/run installs them.
set(http_python python3 "${CMAKE_SOURCE_DIR}/tests/interop/indy_vdr_run.py" "${CMAKE_BINARY_DIR}/tests/clients/python")
add_test(NAME e2e_http COMMAND ${http_python} "${CMAKE_CURRENT_LIST_DIR}/http/http_surface.py"
  "$<TARGET_FILE_DIR:stadtbuch>" "${CMAKE_BINARY_DIR}/tests/clients/http")
add_test(NAME e2e_http_pages COMMAND ${http_python} "${CMAKE_CURRENT_LIST_DIR}/http/http_surface.py"
  "$<TARGET_FILE_DIR:stadtbuch>" "${CMAKE_BINARY_DIR}/tests/clients/http_pages" --pages)
set_tests_properties(e2e_http e2e_http_pages PROPERTIES
  LABELS e2e TIMEOUT 600 FIXTURES_REQUIRED python_packages RESOURCE_LOCK "local_pool;agent_packages")
