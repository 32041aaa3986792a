# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_program(bls_bench SOURCES bench/bls_bench.cpp USES consensus_bls storage_base)
