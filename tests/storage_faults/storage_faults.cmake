# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
add_executable(stadtbuch-store-faults storage_faults/main.cpp storage_faults/histories.cpp storage_faults/medium.cpp
  storage_faults/unreliable_disk.cpp)
target_link_libraries(stadtbuch-store-faults PRIVATE storage_store storage_encoding stadtbuch_warnings
  PkgConfig::rocksdb Threads::Threads)
add_test(NAME store_faults COMMAND stadtbuch-store-faults --histories 150)
set_tests_properties(store_faults PROPERTIES LABELS storage TIMEOUT 600)
