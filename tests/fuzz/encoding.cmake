# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(fuzz_json SOURCE fuzz/json_fuzz.cpp USES storage_encoding)
stadtbuch_fuzz(fuzz_json_readings SOURCE fuzz/json_readings_fuzz.cpp USES storage_encoding)
stadtbuch_fuzz(fuzz_msgpack SOURCE fuzz/msgpack_fuzz.cpp USES storage_encoding)
stadtbuch_fuzz(fuzz_rlp SOURCE fuzz/rlp_fuzz.cpp USES storage_encoding)
stadtbuch_fuzz(fuzz_text SOURCE fuzz/text_fuzz.cpp USES storage_encoding)
