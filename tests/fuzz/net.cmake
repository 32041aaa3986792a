# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(fuzz_http SOURCE fuzz/http_fuzz.cpp USES node_net storage_base)
