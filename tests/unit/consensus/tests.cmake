# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(consensus_test
  SOURCES unit/consensus/messages_test.cpp
  USES consensus)
