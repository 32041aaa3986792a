# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(fuzz_receipt SOURCE fuzz/receipt_fuzz.cpp USES ssi_client)
target_compile_definitions(fuzz_receipt PRIVATE STADTBUCH_TEST_DATA="${CMAKE_SOURCE_DIR}/tests/data")
