# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(storage_merkle SOURCES merkle/merkle.cpp USES storage_base storage_hash)
