# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
set(LEDGER_REQUEST_SOURCES
    ledger/client_port.cpp
    ledger/python_set.cpp
    ledger/refusal.cpp
    ledger/request.cpp
    ledger/request_answers.cpp
    ledger/request_signing.cpp
    ledger/signature_check.cpp
    ledger/static_attrib.cpp
    ledger/static_checks.cpp
    ledger/static_field_rules.cpp
    ledger/static_fields.cpp
    ledger/static_python.cpp
    ledger/static_request.cpp
    ledger/static_schemas.cpp
    ledger/static_version.cpp
    ledger/upgrade_schedule.cpp)
