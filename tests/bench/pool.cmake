# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
add_executable(pool_load bench/pool_load.cpp)
target_link_libraries(pool_load PRIVATE stadtbuch_warnings ssi_client)
# The same allocator as the nodes': the client's share of the machine is no part of the question.
if(STADTBUCH_JEMALLOC)
  target_link_libraries(pool_load PRIVATE PkgConfig::jemalloc)
endif()
