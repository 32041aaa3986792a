# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
set(LEDGER_EXECUTION_SOURCES
    ledger/audit.cpp
    ledger/auth_rules.cpp
    ledger/authorize.cpp
    ledger/dynamic.cpp
    ledger/dynamic_config.cpp
    ledger/dynamic_domain.cpp
    ledger/dynamic_pool.cpp
    ledger/dynamic_revocation.cpp
    ledger/effects.cpp
    ledger/effects_domain.cpp
    ledger/execution.cpp
    ledger/execution_catchup.cpp
    ledger/execution_open.cpp
    ledger/execution_queries.cpp
    ledger/genesis.cpp
    ledger/identity.cpp
    ledger/pool_nodes.cpp
    ledger/rule_request.cpp
    ledger/state_keys.cpp
    ledger/store_layout.cpp
    ledger/txn.cpp
    ledger/working_state.cpp)
