# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(fuzz_client_frame SOURCE fuzz/client_frame_fuzz.cpp USES ssi_ledger)
stadtbuch_fuzz(fuzz_read_proof SOURCE fuzz/read_proof_fuzz.cpp USES ssi_client)
stadtbuch_fuzz(fuzz_pool_genesis SOURCE fuzz/pool_genesis_fuzz.cpp USES ssi_client)
