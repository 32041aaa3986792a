# SPDX-FileCopyrightText: 2026 Stadtbuch contributors
# SPDX-License-Identifier: EUPL-1.2
stadtbuch_test(hash_test SOURCES unit/hash/hash_test.cpp USES storage_hash storage_encoding WRAPS Threads::Threads)
