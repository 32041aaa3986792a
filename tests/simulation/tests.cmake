# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
set(simulation_sources
  simulation/world.cpp simulation/world_run.cpp simulation/world_net.cpp simulation/world_disk.cpp
  simulation/world_faults.cpp simulation/world_observe.cpp simulation/swarm.cpp
  simulation/schedule.cpp simulation/sometimes.cpp simulation/liar.cpp simulation/mutate.cpp
  simulation/checkers.cpp simulation/toy_body.cpp simulation/toy_executor.cpp)
set(simulation_program
  simulation/main.cpp simulation/options.cpp simulation/campaign.cpp simulation/shrink.cpp
  simulation/record.cpp simulation/breaks.cpp simulation/realm.cpp simulation/ledger_body.cpp
  simulation/scenarios.cpp simulation/story.cpp
  simulation/stories_ordering.cpp simulation/stories_hostile.cpp simulation/stories_views.cpp
  simulation/stories_new_views.cpp simulation/stories_catchup.cpp simulation/stories_members.cpp
  simulation/stories_certificates.cpp simulation/stories_silence.cpp simulation/stories_sizes.cpp
  simulation/stories_backups.cpp simulation/stories_carried.cpp simulation/stories_leechers.cpp
  simulation/stories_hours.cpp simulation/stories_fairness.cpp
  "${CMAKE_SOURCE_DIR}/node/execution/ledger_executor.cpp")
add_library(simulation_world STATIC ${simulation_sources})
target_include_directories(simulation_world PUBLIC "${CMAKE_SOURCE_DIR}")
target_link_libraries(simulation_world PUBLIC consensus PRIVATE stadtbuch_warnings)

add_executable(stadtbuch-simulate ${simulation_program})
target_link_libraries(stadtbuch-simulate PRIVATE simulation_world ssi_ledger storage_store stadtbuch_warnings
  Threads::Threads)
if(STADTBUCH_PCH)
  target_precompile_headers(simulation_world REUSE_FROM stadtbuch_pch)
  target_precompile_headers(stadtbuch-simulate REUSE_FROM stadtbuch_pch)
endif()

add_test(NAME simulation COMMAND stadtbuch-simulate --seeds 5000 --must-see-all)
add_test(NAME simulation_ledger COMMAND stadtbuch-simulate --executor ledger --seeds 150)
add_test(NAME simulation_scenarios COMMAND stadtbuch-simulate --all-scenarios)
set_tests_properties(simulation simulation_ledger simulation_scenarios PROPERTIES LABELS simulation TIMEOUT 900)
# More than 200 stories one after the other, some of them of hours.
set_tests_properties(simulation_scenarios PROPERTIES TIMEOUT 1800)

# The same with deliberate faults in the protocol's arithmetic: each must be noticed.
get_target_property(consensus_source_list consensus SOURCES)
get_target_property(consensus_source_folder consensus SOURCE_DIR)
list(TRANSFORM consensus_source_list PREPEND "${consensus_source_folder}/")
add_executable(stadtbuch-simulate-broken ${simulation_sources} ${simulation_program} ${consensus_source_list})
target_include_directories(stadtbuch-simulate-broken BEFORE PRIVATE
  "${CMAKE_SOURCE_DIR}/tests/simulation/broken" "${CMAKE_SOURCE_DIR}")
target_compile_definitions(stadtbuch-simulate-broken PRIVATE STADTBUCH_BROKEN)
target_compile_options(stadtbuch-simulate-broken PRIVATE -O1)
target_link_libraries(stadtbuch-simulate-broken PRIVATE ssi_ledger storage_store consensus_bls storage_merkle storage_hash
  storage_encoding storage_base stadtbuch_warnings Threads::Threads)
add_test(NAME simulation_breaks COMMAND stadtbuch-simulate-broken --check-breaks --seeds 12000)
set_tests_properties(simulation_breaks PROPERTIES LABELS simulation TIMEOUT 900)
