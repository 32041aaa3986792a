# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(register_test SOURCES unit/register/register_test.cpp USES ssi_register)
target_compile_definitions(register_test PRIVATE STADTBUCH_TOWN="${CMAKE_SOURCE_DIR}/config/town")
