# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
# Two lists, one library: the request half and the execution half are listed apart.
include(${CMAKE_CURRENT_LIST_DIR}/sources_request.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/sources_execution.cmake OPTIONAL)
if(LEDGER_REQUEST_SOURCES OR LEDGER_EXECUTION_SOURCES)
    stadtbuch_room(ssi_ledger
        SOURCES ${LEDGER_REQUEST_SOURCES} ${LEDGER_EXECUTION_SOURCES}
        USES storage_base storage_encoding storage_hash storage_merkle storage_trie storage_store
             ssi_keys ssi_did consensus_bls)
endif()
