# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(ledger_execution_test
    SOURCES unit/ledger/execution_test.cpp unit/ledger/opening_test.cpp unit/ledger/execution_rules_test.cpp
    USES ssi_ledger)
