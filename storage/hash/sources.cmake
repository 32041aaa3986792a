# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(storage_hash
  SOURCES hash/hash.cpp hash/keccak.cpp
  USES storage_base
  WRAPS OpenSSL::Crypto)
