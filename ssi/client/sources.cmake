# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(ssi_client
    SOURCES client/blocking_pool.cpp client/pool.cpp client/pool_client.cpp client/pool_refresh.cpp client/proof.cpp
            client/proof_claims.cpp client/receipt.cpp client/reply_quorum.cpp client/requests.cpp
    USES storage_base storage_encoding storage_hash storage_merkle storage_trie ssi_keys ssi_did ssi_ledger
         consensus_bls node_net)
