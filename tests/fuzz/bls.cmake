# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(fuzz_bls_key SOURCE fuzz/bls_key_fuzz.cpp USES consensus_bls storage_base)
stadtbuch_fuzz(fuzz_bls_signature SOURCE fuzz/bls_signature_fuzz.cpp USES consensus_bls storage_base)
stadtbuch_fuzz(fuzz_bls_secret SOURCE fuzz/bls_secret_fuzz.cpp USES consensus_bls storage_base)
