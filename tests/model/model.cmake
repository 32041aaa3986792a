# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# The formal model, where Debian's spin is installed (tests/run installs it).
find_program(STADTBUCH_SPIN spin)
if(STADTBUCH_SPIN)
  add_test(NAME model_agreement COMMAND "${CMAKE_CURRENT_LIST_DIR}/check" "${CMAKE_BINARY_DIR}/tests/model")
  set_tests_properties(model_agreement PROPERTIES TIMEOUT 600)
endif()

# Runs of the simulator are behaviours of the model.
add_test(NAME model_traces COMMAND python3 "${CMAKE_CURRENT_LIST_DIR}/trace.py" "$<TARGET_FILE:stadtbuch-simulate>" 1 40)
set_tests_properties(model_traces PROPERTIES LABELS simulation TIMEOUT 600)
