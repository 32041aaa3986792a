# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(fuzz_audit_path SOURCE fuzz/audit_path_fuzz.cpp USES storage_merkle storage_hash)
stadtbuch_fuzz(fuzz_state_proof SOURCE fuzz/state_proof_fuzz.cpp USES storage_trie storage_hash storage_encoding)
stadtbuch_fuzz(fuzz_trie SOURCE fuzz/trie_fuzz.cpp USES storage_trie storage_hash storage_encoding)
