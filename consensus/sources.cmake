# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(consensus
  SOURCES
    messages/scan.cpp
    messages/encode.cpp
    messages/decode.cpp
    messages/digests.cpp
  USES storage_base storage_encoding storage_hash storage_merkle)
