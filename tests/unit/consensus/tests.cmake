# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(consensus_test
  SOURCES
    unit/consensus/messages_test.cpp
    unit/consensus/selection_test.cpp
    unit/consensus/new_view_test.cpp
    unit/consensus/records_test.cpp
    unit/consensus/scenarios_test.cpp
    unit/consensus/membership_test.cpp
    unit/consensus/bls_test.cpp
    unit/consensus/recovery_test.cpp
    unit/consensus/weaknesses_test.cpp
    unit/consensus/asked_test.cpp
  USES consensus consensus_bls simulation_world)
