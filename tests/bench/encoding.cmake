# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_program(encoding_bench SOURCES bench/encoding_bench.cpp USES storage_encoding storage_hash)
