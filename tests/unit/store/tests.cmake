# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(store_test
  SOURCES unit/store/store_test.cpp unit/store/durable_test.cpp unit/store/damage_test.cpp
  USES storage_store WRAPS Threads::Threads)
