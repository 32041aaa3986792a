# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
find_program(PYTHON3 NAMES python3 REQUIRED)
add_test(NAME house COMMAND "${PYTHON3}" "${CMAKE_SOURCE_DIR}/tests/house/house.py" "${CMAKE_SOURCE_DIR}")
add_test(NAME house_self_test COMMAND "${PYTHON3}" "${CMAKE_SOURCE_DIR}/tests/house/house.py" --self-test)
set_tests_properties(house house_self_test PROPERTIES LABELS house TIMEOUT 60)
add_test(NAME house_format COMMAND "${PYTHON3}" "${CMAKE_SOURCE_DIR}/tests/house/format.py" "${CMAKE_SOURCE_DIR}")
set_tests_properties(house_format PROPERTIES LABELS house TIMEOUT 120 SKIP_RETURN_CODE 77)
