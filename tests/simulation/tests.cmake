# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
set(simulation_sources
  simulation/world.cpp simulation/world_run.cpp simulation/world_net.cpp simulation/world_disk.cpp
  simulation/world_faults.cpp simulation/world_observe.cpp simulation/swarm.cpp
  simulation/schedule.cpp simulation/sometimes.cpp simulation/liar.cpp simulation/mutate.cpp
  simulation/checkers.cpp simulation/toy_body.cpp simulation/toy_executor.cpp)
set(simulation_program
  simulation/main.cpp simulation/options.cpp simulation/campaign.cpp simulation/shrink.cpp
  simulation/record.cpp simulation/breaks.cpp simulation/realm.cpp)
add_library(simulation_world STATIC ${simulation_sources})
target_include_directories(simulation_world PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(simulation_world PUBLIC consensus PRIVATE stadtbuch_warnings)

add_executable(stadtbuch-simulate ${simulation_program})
target_link_libraries(stadtbuch-simulate PRIVATE simulation_world stadtbuch_warnings Threads::Threads)
if(STADTBUCH_PCH)
  target_precompile_headers(simulation_world REUSE_FROM stadtbuch_pch)
  target_precompile_headers(stadtbuch-simulate REUSE_FROM stadtbuch_pch)
endif()

add_test(NAME simulation COMMAND stadtbuch-simulate --seeds 5000 --must-see-all)
set_tests_properties(simulation PROPERTIES LABELS simulation TIMEOUT 900)
