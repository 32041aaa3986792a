# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# The formal model, where Debian's spin is installed (tests/run installs it).
find_program(STADTBUCH_SPIN spin)
if(STADTBUCH_SPIN)
  add_test(NAME model_agreement COMMAND "${CMAKE_CURRENT_LIST_DIR}/check" "${CMAKE_BINARY_DIR}/tests/model")
  set_tests_properties(model_agreement PROPERTIES TIMEOUT 600)
endif()
