# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(ssi_did
  SOURCES did/did.cpp did/document.cpp did/resource.cpp
  USES storage_base storage_encoding storage_hash ssi_keys)
