# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(unit_node_http
    SOURCES unit/node/http_parts_test.cpp unit/node/receipts_test.cpp unit/node/validator_info_test.cpp unit/node/snapshot_test.cpp unit/node/resolver_test.cpp
            unit/node/vote_guard_test.cpp unit/node/node_keys_test.cpp unit/node/load_test.cpp unit/node/pulse_test.cpp unit/node/restart_test.cpp unit/node/scrub_test.cpp unit/node/repair_test.cpp
    USES node ssi_client ssi_ledger ssi_keys ssi_did storage_store)
