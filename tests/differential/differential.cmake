# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
add_executable(stadtbuch-execute differential/execute.cpp differential/session.cpp)
target_link_libraries(stadtbuch-execute PRIVATE stadtbuch_warnings ssi_ledger storage_store)
target_include_directories(stadtbuch-execute PRIVATE "${CMAKE_SOURCE_DIR}")
