# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# Real clients against real processes. The packages come from requirements.txt and package-lock.json into the build
# folder when the first of these tests runs; without them the tests fail, they do not skip.
set(STADTBUCH_CLIENTS "${CMAKE_BINARY_DIR}/tests/clients")
set(run_python python3 "${CMAKE_SOURCE_DIR}/tests/interop/indy_vdr_run.py" "${STADTBUCH_CLIENTS}/python")
set(programs "$<TARGET_FILE_DIR:stadtbuch>")

add_test(NAME interop_python_packages COMMAND ${run_python})
set_tests_properties(interop_python_packages PROPERTIES LABELS interop TIMEOUT 300 FIXTURES_SETUP python_packages)

add_test(NAME interop_indy_vdr COMMAND ${run_python} "${CMAKE_SOURCE_DIR}/tests/interop/indy_vdr_client.py"
  "${programs}" "${STADTBUCH_CLIENTS}/indy_vdr" "${CMAKE_SOURCE_DIR}/tests/data/indy")
add_test(NAME interop_recorded_requests COMMAND ${run_python} "${CMAKE_SOURCE_DIR}/tests/interop/indy_vdr_recorded.py"
  "${programs}" "${STADTBUCH_CLIENTS}/recorded" "${CMAKE_SOURCE_DIR}/tests/data/indy")
add_test(NAME interop_routes COMMAND ${run_python} "${CMAKE_SOURCE_DIR}/tests/interop/routes_client.py"
  "${programs}" "${STADTBUCH_CLIENTS}/routes")
add_test(NAME interop_cli COMMAND ${run_python} "${CMAKE_SOURCE_DIR}/tests/interop/cli_client.py" "${programs}")
# Whole pools: one at a time, so that their timers are not judged on a crowded machine.
set_tests_properties(interop_indy_vdr interop_recorded_requests interop_routes interop_cli PROPERTIES
  LABELS interop TIMEOUT 300 FIXTURES_REQUIRED python_packages RESOURCE_LOCK local_pool)

# The packages are shared with the agent's tests, which install them anew.
add_test(NAME interop_wallets COMMAND ${run_python} "${CMAKE_SOURCE_DIR}/tests/interop/wallets.py"
  "${programs}" "${STADTBUCH_CLIENTS}/wallets")
set_tests_properties(interop_wallets PROPERTIES
  LABELS interop TIMEOUT 300 FIXTURES_REQUIRED python_packages RESOURCE_LOCK "local_pool;agent_packages")

# An agent alone, and a wallet of Python's SD-JWT library with the habits of old clients.
add_test(NAME interop_sd_jwt COMMAND python3 "${CMAKE_SOURCE_DIR}/tests/interop/indy_vdr_run.py"
  --requirements requirements_sd_jwt.txt "${STADTBUCH_CLIENTS}/sd_jwt_python"
  "${CMAKE_SOURCE_DIR}/tests/interop/sd_jwt_wallet.py" "${programs}" "${STADTBUCH_CLIENTS}/sd_jwt_agent")
set_tests_properties(interop_sd_jwt PROPERTIES LABELS interop TIMEOUT 300)
