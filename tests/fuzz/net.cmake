# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_fuzz(fuzz_http SOURCE fuzz/http_fuzz.cpp USES node_net storage_base)
# Keys are made anew in each handshake: about a millisecond an input.
stadtbuch_fuzz(fuzz_curve_session SOURCE fuzz/curve_session_fuzz.cpp ROUNDS 3000 USES node_net storage_base)
