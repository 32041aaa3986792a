# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(ledger_request_test
    SOURCES unit/ledger/request_test.cpp unit/ledger/client_port_test.cpp unit/ledger/python_set_test.cpp
            unit/ledger/upgrade_schedule_test.cpp
    USES ssi_ledger)
