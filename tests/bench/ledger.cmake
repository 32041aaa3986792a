# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_program(ledger_bench SOURCES bench/ledger_bench.cpp bench/ledger_types.cpp
                  USES ssi_ledger storage_store storage_encoding storage_hash)
