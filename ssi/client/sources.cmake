# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(ssi_client
    SOURCES client/pool.cpp client/proof.cpp client/proof_claims.cpp
    USES storage_base storage_encoding storage_hash storage_merkle storage_trie ssi_keys ssi_did ssi_ledger
         consensus_bls node_net)
