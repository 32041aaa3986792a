# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
add_executable(stadtbuch-replay
  interop/comparison.cpp
  interop/recording.cpp
  interop/replay.cpp
  interop/replay_batches.cpp
  interop/replay_cases.cpp
  interop/replay_proofs.cpp
  interop/replay_state.cpp)
target_link_libraries(stadtbuch-replay PRIVATE stadtbuch_warnings ssi_client ssi_ledger consensus_bls storage_store)
target_include_directories(stadtbuch-replay PRIVATE "${CMAKE_SOURCE_DIR}")
add_test(NAME replay COMMAND stadtbuch-replay "${CMAKE_SOURCE_DIR}/tests/data/indy")
set_tests_properties(replay PROPERTIES TIMEOUT 600)
# The replay notices what is changed in a recording.
add_test(NAME replay_altered
         COMMAND "${CMAKE_CURRENT_LIST_DIR}/replay-altered" "$<TARGET_FILE:stadtbuch-replay>"
                 "${CMAKE_SOURCE_DIR}/tests/data/indy" "${CMAKE_CURRENT_BINARY_DIR}")
set_tests_properties(replay_altered PROPERTIES TIMEOUT 600)
# Our replica in the place of each recorded node.
add_executable(stadtbuch-shadow
  interop/recording.cpp
  interop/shadow.cpp
  interop/shadow_compare.cpp
  interop/shadow_frames.cpp
  interop/shadow_node.cpp
  interop/shadow_run.cpp
  "${CMAKE_SOURCE_DIR}/node/execution/ledger_executor.cpp")
target_link_libraries(stadtbuch-shadow PRIVATE stadtbuch_warnings consensus consensus_bls ssi_ledger storage_store)
target_include_directories(stadtbuch-shadow PRIVATE "${CMAKE_SOURCE_DIR}")
foreach(NODE Node1 Node2 Node3 Node4)
  add_test(NAME shadow_${NODE} COMMAND stadtbuch-shadow "${CMAKE_SOURCE_DIR}/tests/data/indy" ${NODE})
  set_tests_properties(shadow_${NODE} PROPERTIES TIMEOUT 300)
endforeach()
# The shadow notices what is changed in a recording.
add_test(NAME shadow_altered
         COMMAND "${CMAKE_CURRENT_LIST_DIR}/shadow-altered" "$<TARGET_FILE:stadtbuch-shadow>"
                 "${CMAKE_SOURCE_DIR}/tests/data/indy" "${CMAKE_CURRENT_BINARY_DIR}")
set_tests_properties(shadow_altered PROPERTIES TIMEOUT 600)
