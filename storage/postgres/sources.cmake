# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_room(storage_postgres
  SOURCES postgres/connection.cpp
  USES storage_base
  WRAPS PkgConfig::libpq)
