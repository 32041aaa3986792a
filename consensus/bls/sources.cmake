# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(consensus_bls
  SOURCES bls/bls.cpp bls/engine_adx.cpp bls/engine_portable.cpp bls/inversion.cpp
          bls/key_generator.cpp bls/split.cpp
  USES storage_base storage_encoding storage_hash)
