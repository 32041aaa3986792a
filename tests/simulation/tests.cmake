# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
add_library(simulation_world STATIC
  simulation/world.cpp simulation/world_run.cpp simulation/swarm.cpp simulation/liar.cpp simulation/checkers.cpp simulation/toy_executor.cpp)
target_include_directories(simulation_world PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(simulation_world PUBLIC consensus PRIVATE stadtbuch_warnings)

add_executable(stadtbuch-simulate simulation/main.cpp)
target_link_libraries(stadtbuch-simulate PRIVATE simulation_world stadtbuch_warnings Threads::Threads)
add_test(NAME simulation COMMAND stadtbuch-simulate --seeds 2000)
set_tests_properties(simulation PROPERTIES LABELS simulation TIMEOUT 600)
if(STADTBUCH_PCH)
  target_precompile_headers(simulation_world REUSE_FROM stadtbuch_pch)
endif()
